"""Whether the likelihood of constant variance has a maximum at finite parameters.

In the coordinates ``(beta / sigma, 1 / sigma)`` it is concave, so that it has none exactly
if there is a direction along which it never falls: one that leaves the exact responses
where they are, and moves no bound to the wrong side of the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from sm_gaussmle.estimation.found_rows import FoundRows, find_rows
from sm_gaussmle.estimation.row_changes import exact_rows
from sm_gaussmle.likelihood.cross_products import Triangle, triangle
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Source

if TYPE_CHECKING:
    from sm_gaussmle.likelihood.bounds import Bounds

# Of columns of length one per row, what rounding leaves of a direction that is zero.
_ZERO = 1e-11
# Bounds that are kept, and the decimal places in which those that say the same agree: their
# sizes are of the order of one.
_MOST, _PLACES = 50_000, 9
# How often bounds are added that the last direction crosses.
_ROUNDS = 20
# The linear program keeps to its inequalities within 1e-7.
_STRICT = 1e-5


@dataclass(frozen=True)
class Recession:
    """A direction in which the likelihood does not fall.

    Attributes
    ----------
    mean : ndarray, shape (k,)
        Of the coefficients over sigma.
    precision : float
        Of 1 over sigma; positive if the variance goes to zero.
    rows : FoundRows
        Which rows gain.
    """

    mean: Array
    precision: float
    rows: FoundRows


def recession(source: Source) -> Recession | None:
    """Look for a direction of recession.

    Parameters
    ----------
    source : Source
        Rows with columns of the order of one, and bounds.

    Returns
    -------
    Recession or None
        None where the maximum exists.

    References
    ----------
    .. [1] M. J. Silvapulle and J. Burridge, "Existence of Maximum Likelihood Estimates in
       Regression Models for Grouped and Ungrouped Data", Journal of the Royal Statistical
       Society B 48 (1986) 100-106. doi:10.1111/j.2517-6161.1986.tb01394.x
    """
    if source.prototype.bounds is None:
        return None
    free = _left_free(source)
    if not free.shape[1]:
        return None
    known = source.total(_Inside(free, None), len(free))
    for _ in range(_ROUNDS):
        direction = _direction(known.directions, free)
        if direction is None:
            return None
        # Where not all bounds were looked at, those that it crosses are added to them.
        crossed = source.total(_Inside(free, direction), len(free)) if known.some else None
        if crossed is None or not len(crossed.directions):
            size = np.abs(direction).max()
            precision = float(direction[-1] / size)
            return Recession(
                direction[:-1] / size,
                precision if precision > _STRICT else 0.0,
                find_rows(source, _Gains(direction)),
            )
        known = _Directions(np.vstack([known.directions, crossed.directions]), some=True)
    return None


def _direction(inside: Array, free: Array) -> Array | None:
    """The direction along which bounds gain most, and none is crossed."""
    # The precision cannot become negative.
    limits = np.vstack([inside, free[-1]])
    found = linprog(
        -inside.sum(axis=0),
        A_ub=-limits,
        b_ub=np.zeros(len(limits)),
        bounds=(-1.0, 1.0),
        method="highs",
    )
    if found.x is None or (inside @ found.x).max(initial=0.0) < _STRICT:
        return None
    return np.asarray(free @ found.x)


@dataclass(frozen=True, slots=True)
class _Directions:
    """How far each finite bound is from being crossed, along each free direction."""

    directions: Array
    some: bool = False

    def __add__(self, other: _Directions) -> _Directions:
        both = np.vstack([self.directions, other.directions])
        some = self.some or other.some
        if len(both) > 2 * _MOST:
            # Those that differ in rounding alone say the same: of many rows few remain.
            both = both[np.unique(np.round(both, _PLACES), axis=0, return_index=True)[1]]
            some = some or len(both) > _MOST
        return _Directions(both[:_MOST] if some else both, some)


@dataclass(frozen=True, slots=True)
class _Inside:
    """The bounds of a block; only those that a direction crosses, where one is given."""

    free: Array
    direction: Array | None

    def __call__(self, rows: RowBlock) -> _Directions:
        signed = _signed_bounds(rows)[0]
        if self.direction is not None:
            signed = signed[signed @ self.direction < -_STRICT]
        return _Directions(signed @ self.free)


@dataclass(frozen=True, slots=True)
class _Gains:
    direction: Array

    def __call__(self, rows: RowBlock) -> NDArray[np.bool_]:
        signed, places = _signed_bounds(rows)
        gains = np.zeros(len(rows.endog), dtype=bool)
        gains[places[signed @ self.direction > _STRICT]] = True
        return gains


def _signed_bounds(rows: RowBlock) -> tuple[Array, NDArray[np.intp]]:
    """Each finite bound as a row that must not become negative, and its row of the data."""
    bounds = cast("Bounds", rows.bounds)
    lower = ~bounds.exact & np.isfinite(bounds.lower)
    upper = ~bounds.exact & np.isfinite(bounds.upper)
    signed = np.vstack(
        [
            np.column_stack([-rows.exog[upper], bounds.upper[upper]]),
            np.column_stack([rows.exog[lower], -bounds.lower[lower]]),
        ]
    )
    unit = np.abs(signed).max(axis=1, initial=0.0)
    signed /= np.where(unit > 0.0, unit, 1.0)[:, None]
    return signed, np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])


def _left_free(source: Source) -> Array:
    """Orthonormal basis of the directions that exact rows do not determine."""
    k = source.prototype.exog.shape[1]
    if not source.exact_rows.nobs:
        return np.eye(k + 1)
    # Of the rows themselves: their squares would take a near-perfect fit for a perfect one.
    exact = source.mapped(exact_rows)
    table = exact.total(_unweighted_triangle, k + 1).factor / np.sqrt(source.exact_rows.nobs)
    table[:, :k] *= -1.0
    _, values, vectors = np.linalg.svd(table, full_matrices=True)
    determined = int((values > _ZERO * max(values.max(initial=0.0), 1.0)).sum())
    return np.asarray(vectors[determined:].T)


def _unweighted_triangle(rows: RowBlock) -> Triangle:
    return triangle(RowBlock(rows.endog, rows.exog, rows.exog_scale), None)
