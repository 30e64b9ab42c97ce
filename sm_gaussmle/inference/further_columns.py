"""Columns beside those of a model, of rows that are summed over and not held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.inference.nested import smallest_share
from sm_gaussmle.likelihood.cross_products import Origin, Triangle, triangle
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Source


@dataclass(frozen=True, slots=True)
class FurtherColumns:
    """What columns of one equation have beyond those before them.

    Attributes
    ----------
    whitening : Whitening
        To orthonormal columns times the root of the number of rows, those of the model
        first; each further one beside the model's alone, or beside all before it.
    share : ndarray, shape (q,)
        Share of the length of each further column that is beyond the model's.
    tolerance : ndarray, shape (q,)
        Share that may be rounding.
    """

    whitening: Whitening
    share: Array
    tolerance: Array


@dataclass(frozen=True, slots=True)
class _Triangles:
    mean: Triangle
    scale: Triangle

    def __add__(self, other: _Triangles) -> _Triangles:
        return _Triangles(self.mean + other.mean, self.scale + other.scale)


def further_columns(
    source: Source,
    own: tuple[int, int],
    constants: tuple[int | None, int | None],
    *,
    separate: bool,
) -> tuple[FurtherColumns, FurtherColumns]:
    """Look at columns beside those of a model: one pass.

    Parameters
    ----------
    source : Source
        Rows with the columns of the model first in both equations, and the others.
    own : tuple of two int
        Numbers of columns of the model, which are linearly independent.
    constants : tuple of two int or None
        Positions of the constant columns.
    separate : bool
        Whether each further column is looked at by itself.

    Returns
    -------
    tuple of two FurtherColumns
        Of the mean and of the log variance.
    """
    rows = source.prototype
    designs = rows.exog, rows.exog_scale
    origins = _origin(designs[0], constants[0]), _origin(designs[1], constants[1])
    width = sum(design.shape[1] for design in designs) + 2
    found = source.total(partial(_triangles, *origins), width)
    mean, scale = (
        _looked_at(part.factor[:-1, :-1], part.nobs, columns, origin, separate=separate)
        for part, columns, origin in zip((found.mean, found.scale), own, origins, strict=True)
    )
    return mean, scale


def _origin(columns: Array, constant: int | None) -> Origin | None:
    if constant is None:
        return None
    means = columns.mean(axis=0)
    means[constant] = 0.0
    return Origin(means, np.asarray(0.0))


def _triangles(mean: Origin | None, scale: Origin | None, rows: RowBlock) -> _Triangles:
    empty = np.zeros(len(rows.endog))
    return _Triangles(
        triangle(RowBlock(empty, rows.exog, rows.exog), mean),
        triangle(RowBlock(empty, rows.exog_scale, rows.exog_scale), scale),
    )


def _looked_at(
    factor: Array, nobs: float, own: int, origin: Origin | None, *, separate: bool
) -> FurtherColumns:
    spread = np.sqrt((factor * factor).sum(axis=0))
    # With a constant it is the spread about the mean that counts: years differ from each
    # other although all are near 2000.
    given = spread if origin is None else np.sqrt(spread**2 + nobs * origin.exog**2)
    left = factor[own:, own:]
    if separate:
        remainder = np.sqrt((left * left).sum(axis=0))
        left = np.diag(remainder)
    else:
        remainder = np.abs(np.diagonal(left))
    length = spread[own:]
    share = remainder / np.where(length > 0.0, length, np.inf)
    basis = factor.copy()
    basis[own:, own:] = left
    root = np.sqrt(nobs)
    whitening = Whitening(basis / root, origin, np.zeros((0, 0)))
    return FurtherColumns(whitening, share, smallest_share(given, spread, own))


@dataclass(frozen=True, slots=True)
class AtEstimates:
    """Rows with the predictors of a fit as known parts, for columns beside the model's.

    Attributes
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Estimates.
    own : tuple of two int
        Numbers of columns of the model, which come first.
    mean, scale : Whitening
        Of all columns.
    """

    params: Array
    own: tuple[int, int]
    mean: Whitening
    scale: Whitening

    def __call__(self, rows: RowBlock) -> RowBlock:
        """The rows with orthonormal columns."""
        k_mean, k_scale = self.own
        fitted = replace(
            rows, exog=rows.exog[:, :k_mean], exog_scale=rows.exog_scale[:, :k_scale]
        )
        mean, log_variance = fitted.predictors(self.params)
        return replace(
            rows,
            exog=self.mean.columns(rows.exog),
            exog_scale=self.scale.columns(rows.exog_scale),
            offset=mean,
            log_variance_offset=log_variance,
        )
