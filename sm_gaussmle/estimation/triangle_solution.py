"""The solution of a least-squares problem from the triangular factor of its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from sm_gaussmle.estimation.errors import NonFiniteError
from sm_gaussmle.estimation.rank import check_rank
from sm_gaussmle.likelihood.cross_products import Origin, Residuals
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Summed

# Lengths of columns whose squares are doubles with room to spare.
SMALLEST, LARGEST = 1e-140, 1e140


class LeastSquares(NamedTuple):
    """Solution of a weighted least-squares problem.

    Attributes
    ----------
    coef : ndarray, shape (k,) or (k, m)
        Coefficients in the caller's columns.
    rss : ndarray, shape () or (m,)
        Weighted residual sums of squares.
    total : ndarray, shape () or (m,)
        Weighted sums of squares of the responses, measured from zero.
    basis : ndarray, shape (k, k)
        ``T`` with ``T T' = (X'WX)^{-1}``; the columns of ``X T`` are orthonormal.
    factor : ndarray, shape (k, k)
        Upper triangular factor of the columns after `origin` is subtracted.
    origin : Origin or None
        What was subtracted from the columns.
    working_coef : ndarray, shape (k,) or (k, m)
        Coefficients of the columns after `origin` is subtracted.
    remainder : ndarray, shape () or (m,)
        Length of ``T'X'W(y - X coef)``, which is zero at the solution, as the sums over
        the rows give it: over sigma, the score in the metric of the information.
    nobs : float
        Sum of the frequency weights.
    log_variance_offset : float
        Sum of the known part of the log variance times the frequency weights.
    route : {"cross products", "QR"}
        How the numbers were made.
    digits : float
        Estimated correct digits of the standard errors.
    passes : int
        Passes over the data.
    """

    coef: Array
    rss: Array
    total: Array
    basis: Array
    factor: Array
    origin: Origin | None
    working_coef: Array
    remainder: Array
    nobs: float
    log_variance_offset: float
    route: Literal["cross products", "QR"]
    digits: float
    passes: int


def by_triangle(
    summed: Summed,
    prototype: RowBlock,
    constant: int | None,
    equation: str,
    *,
    passes: int,
    residuals: Callable[[Array], Residuals] | None = None,
) -> LeastSquares:
    """Solve a weighted least-squares problem whose rows were summed.

    Parameters
    ----------
    summed : Summed
        The triangular factor of the columns beside the responses.
    prototype : RowBlock
        Some of the rows: the value of the constant, and whether responses are several.
    constant : int or None
        Position of the constant column.
    equation : str
        Name of the columns, for errors.
    passes : int
        Passes that the factor took.
    residuals : callable, optional
        Products of the columns with the residuals of given coefficients, in a further
        pass: one step of refinement with them.

    Returns
    -------
    LeastSquares
        The solution.

    Raises
    ------
    NonFiniteError
        If a value is NaN or infinite.
    CollinearError
        If the columns are linearly dependent.
    """
    sums, origin = summed
    k = prototype.exog.shape[1]
    sizes = np.abs(sums.factor).max(axis=0).tolist()
    # Squares of lengths have to be doubles. A length of zero is a matter of rank.
    if not all(size == 0.0 or SMALLEST < size < LARGEST for size in sizes):
        raise NonFiniteError
    squares = sums.factor * sums.factor
    lengths = squares.sum(axis=0)  # squared
    factor = sums.factor[:k, :k]
    projected = sums.factor[:k, k:]
    norms = np.sqrt(lengths[:k])
    magnitudes = _magnitudes(prototype, constant, factor, lengths[:k], origin)
    inverse, digits = check_rank(factor, norms, magnitudes, equation)
    inverse /= norms[:, None]
    coef = inverse @ projected
    rss, square = squares[k:, k:].sum(axis=0), lengths[k:]
    remainder = projected - factor @ coef
    if prototype.endog.ndim == 1:
        coef, rss, square, remainder = coef[:, 0], rss[0], square[0], remainder[:, 0]
    if residuals is not None:
        found = residuals(coef)
        step = inverse.T @ found.moment
        coef = coef + inverse @ step
        rss = found.square - (step * step).sum(axis=0)
        passes += 1
    return from_zero(
        prototype,
        constant,
        origin,
        coef=coef,
        rss=rss,
        square=square,
        factor=factor,
        inverse=inverse,
        remainder=remainder,
        sums=(sums.nobs, sums.log_variance_offset),
        route="QR",
        digits=digits,
        passes=passes,
    )


def _magnitudes(
    prototype: RowBlock,
    constant: int | None,
    factor: Array,
    square: Array,
    origin: Origin | None,
) -> Array:
    # Length of each column as it was given: its rounding is in these units.
    if origin is not None and constant is not None:
        column = factor[:, constant] / prototype.exog[0, constant]
        square = square + origin.exog * (
            2.0 * column @ factor + origin.exog * (column @ column)
        )
    return np.asarray(np.sqrt(square))


def from_zero(
    prototype: RowBlock,
    constant: int | None,
    origin: Origin | None,
    *,
    coef: Array,
    rss: Array,
    square: Array,
    factor: Array,
    inverse: Array,
    remainder: Array,
    sums: tuple[float, float],
    route: Literal["cross products", "QR"],
    digits: float,
    passes: int,
) -> LeastSquares:
    """Measure the coefficients of a solution from zero again.

    Parameters
    ----------
    prototype : RowBlock
        Some of the rows: the value of the constant.
    constant : int or None
        Position of the constant column.
    origin : Origin or None
        What was subtracted from the columns.
    coef : ndarray, shape (k,) or (k, m)
        Coefficients of the columns after `origin` is subtracted.
    rss, square : ndarray, shape () or (m,)
        Sums of squares of residuals and responses after it is subtracted.
    factor, inverse : ndarray, shape (k, k)
        Triangular factor of these columns, and a square root of the inverse of their
        products.
    remainder : ndarray, shape (k,) or (k, m)
        As of `LeastSquares`, by column.
    sums : tuple of two float
        Sums of the frequency weights, and of the known log variances times them.
    route : {"cross products", "QR"}
        How the numbers were made.
    digits : float
        Estimated correct digits of the standard errors.
    passes : int
        Passes over the data.

    Returns
    -------
    LeastSquares
        The solution.
    """
    working_coef, basis = coef, inverse
    if origin is not None and constant is not None:
        value = prototype.exog[0, constant]
        coef, basis = coef.copy(), inverse.copy()
        coef[constant] += (origin.endog - origin.exog @ working_coef) / value
        basis[constant] -= origin.exog @ inverse / value
        # Sums of weights and of weighted responses, from the row of the constant.
        column = factor[:, constant] / value
        weight, response = column @ column, column @ (factor @ working_coef)
        with np.errstate(over="ignore", invalid="ignore"):  # looked at in the next line
            square = square + origin.endog * (2.0 * response + origin.endog * weight)
        if not np.isfinite(square).all():
            raise NonFiniteError
    return LeastSquares(
        coef=coef,
        rss=np.asarray(np.maximum(rss, 0.0)),
        total=np.asarray(square),
        basis=basis,
        factor=factor,
        origin=origin,
        working_coef=working_coef,
        remainder=np.sqrt((remainder * remainder).sum(axis=0)),
        nobs=sums[0],
        log_variance_offset=sums[1],
        route=route,
        digits=digits,
        passes=passes,
    )
