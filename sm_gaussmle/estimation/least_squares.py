r"""Weighted least squares as fast as X'X and as accurate as QR, an estimate deciding.

Cross products cost one symmetric product but lose the square of the condition number.
So their loss is estimated (from the reciprocal condition number of the scaled Gram
matrix, and from the residual share of the sum of squares), and where fewer than
`GATE_DIGITS` digits would be left, a triangular decomposition in cache blocks is done
instead, or one pass over residuals is added. Columns are measured from their means
where there is a constant, which alone removes most of the condition number of real data.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.linalg import lapack

from sm_gaussmle.estimation.errors import NonFiniteError
from sm_gaussmle.estimation.origin import (
    DIGITS,
    GATE_DIGITS,
    SAMPLE_ROWS,
    means,
    nearly_collinear,
    sampled_origin,
    shifted_means,
)
from sm_gaussmle.estimation.triangle_solution import (
    SMALLEST,
    LeastSquares,
    by_triangle,
    from_zero,
)
from sm_gaussmle.likelihood.cross_products import (
    CrossProducts,
    Origin,
    Residuals,
    cross_products,
    residual_products,
    triangle,
)
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Source, Summed

# Below this many elements one QR decomposition is quicker than anything cleverer.
_SMALL_ELEMENTS = 60_000


def least_squares(source: Source, constant: int | None, equation: str = "exog") -> LeastSquares:
    """Solve a weighted least-squares problem.

    Parameters
    ----------
    source : Source
        The rows; `exog` are the columns. `endog` may have several columns.
    constant : int or None
        Position of a constant column, if there is one.
    equation : str, default "exog"
        Name of the columns, for errors.

    Returns
    -------
    LeastSquares
        Coefficients, residual sums of squares and the factor of the columns.

    Raises
    ------
    NonFiniteError
        If a value is NaN or infinite.
    CollinearError
        If the columns are linearly dependent.
    """
    if source.summed is not None:
        return by_triangle(source.summed, source.prototype, constant, equation, passes=0)
    width = _width(source)
    whole = _small(source, source.prototype.exog.shape[1] + 1)
    if whole is not None:
        origin = None if constant is None else means(whole, constant)
        return _by_triangle(source, constant, origin, equation, passes=1)
    sample = source.sample(SAMPLE_ROWS)
    origin = None if constant is None else sampled_origin(sample, constant)
    # The first rows of a stream may lie close together where all together do not.
    in_memory = source.at_hand is not None
    if source.reads_once or (in_memory and nearly_collinear(sample, origin)):
        return _by_triangle(source, constant, origin, equation, passes=1)
    with np.errstate(over="ignore", invalid="ignore"):  # looked at in the next line
        sums = source.total(partial(cross_products, origin=origin), width)
    if not np.isfinite(sums.gram).all() or not np.isfinite(sums.moment).all():
        raise NonFiniteError
    solution = _by_cross_products(source, constant, origin, sums, width)
    if solution is not None:
        return solution
    if constant is not None:
        origin = shifted_means(origin, sums, source, constant)
    return _by_triangle(source, constant, origin, equation, passes=2)


def _width(source: Source) -> int:
    rows = source.prototype
    responses = 1 if rows.endog.ndim == 1 else rows.endog.shape[1]
    return int(rows.exog.shape[1]) + responses


def _small(source: Source, width: int) -> RowBlock | None:
    """All rows, where one decomposition of them is the quickest way."""
    rows = source.at_hand
    if rows is None:
        return None
    n, k = rows.exog.shape
    return rows if n * width <= _SMALL_ELEMENTS or n < 8 * k else None


def _by_cross_products(
    source: Source,
    constant: int | None,
    origin: Origin | None,
    sums: CrossProducts,
    width: int,
) -> LeastSquares | None:
    scale = np.sqrt(np.diagonal(sums.gram))
    if not np.all(scale > SMALLEST):
        return None
    scaled = sums.gram / np.outer(scale, scale)
    factor, info = lapack.dpotrf(scaled, lower=False, clean=True)
    if info != 0:
        return None
    rcond, _ = lapack.dpocon(factor, np.abs(scaled).sum(axis=0).max(), uplo="U")
    digits = DIGITS + float(np.log10(max(rcond, 1e-300)))
    if digits < GATE_DIGITS:
        return None
    inverse, _ = lapack.dtrtri(factor)
    projected = inverse.T @ _by_row(sums.moment, 1.0 / scale)
    coef = _by_row(inverse @ projected, 1.0 / scale)
    rss = sums.square - (projected * projected).sum(axis=0)
    remainder = inverse.T @ _by_row(sums.moment - sums.gram @ coef, 1.0 / scale)
    passes = 1
    with np.errstate(divide="ignore", invalid="ignore"):  # 0/0 is an exact fit
        share = np.min(np.where(rss > 0, rss / sums.square, 0.0))
    if share < 10.0 ** (GATE_DIGITS - DIGITS):
        residuals = source.total(partial(residual_products, origin=origin, coef=coef), width)
        step = inverse.T @ _by_row(residuals.moment, 1.0 / scale)
        coef = coef + _by_row(inverse @ step, 1.0 / scale)
        rss = residuals.square - (step * step).sum(axis=0)
        passes += 1
    return from_zero(
        source.prototype,
        constant,
        origin,
        coef=coef,
        rss=rss,
        square=sums.square,
        factor=factor * scale,
        inverse=inverse / scale[:, None],
        remainder=remainder,
        sums=(sums.nobs, sums.log_variance_offset),
        route="cross products",
        digits=digits,
        passes=passes,
    )


def _by_triangle(
    source: Source, constant: int | None, origin: Origin | None, equation: str, passes: int
) -> LeastSquares:
    width = _width(source)
    whole = _small(source, width)
    function = partial(triangle, origin=origin)
    sums = source.total(function, width) if whole is None else function(whole)

    def residuals(coef: Array) -> Residuals:
        return source.total(partial(residual_products, origin=origin, coef=coef), width)

    again = whole is None and not source.reads_once
    return by_triangle(
        Summed(sums, origin),
        source.prototype,
        constant,
        equation,
        passes=passes,
        residuals=residuals if again else None,
    )


def _by_row(values: Array, factors: Array) -> Array:
    return values * (factors if values.ndim == 1 else factors[:, None])
