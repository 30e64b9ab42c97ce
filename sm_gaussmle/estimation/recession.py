"""Whether the likelihood of constant variance has a maximum at finite parameters.

In the coordinates ``(beta / sigma, 1 / sigma)`` it is concave, so that it has none exactly
if there is a direction along which it never falls: one that leaves the exact responses
where they are, and moves no bound to the wrong side of the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array

# Of columns of length one per row, what rounding leaves of a direction that is zero.
_ZERO = 1e-11
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
    rows : ndarray of int
        Which rows gain.
    """

    mean: Array
    precision: float
    rows: NDArray[np.intp]


def recession(rows: RowBlock) -> Recession | None:
    """Look for a direction of recession.

    Parameters
    ----------
    rows : RowBlock
        With columns of the order of one, and bounds.

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
    bounds = rows.bounds
    if bounds is None:
        return None
    exact = bounds.exact
    free = _left_free(np.column_stack([-rows.exog[exact], rows.endog[exact]]))
    if not free.shape[1]:
        return None
    # Each finite bound is a row that must not become negative.
    lower = ~exact & np.isfinite(bounds.lower)
    upper = ~exact & np.isfinite(bounds.upper)
    places = np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])
    signed = np.vstack(
        [
            np.column_stack([-rows.exog[upper], bounds.upper[upper]]),
            np.column_stack([rows.exog[lower], -bounds.lower[lower]]),
        ]
    )
    unit = np.abs(signed).max(axis=1, initial=0.0)
    signed /= np.where(unit > 0.0, unit, 1.0)[:, None]
    inside = signed @ free
    # The precision cannot become negative.
    limits = np.vstack([inside, free[-1]])
    found = linprog(
        -inside.sum(axis=0),
        A_ub=-limits,
        b_ub=np.zeros(len(limits)),
        bounds=(-1.0, 1.0),
        method="highs",
    )
    if found.x is None:
        return None
    gains = inside @ found.x
    if gains.max(initial=0.0) < _STRICT:
        return None
    direction = free @ found.x
    size = np.abs(direction).max()
    precision = float(direction[-1] / size)
    return Recession(
        direction[:-1] / size,
        precision if precision > _STRICT else 0.0,
        np.unique(places[gains > _STRICT]),
    )


def _left_free(table: Array) -> Array:
    """Orthonormal basis of the directions that exact rows do not determine."""
    # Of the rows themselves: their squares would take a near-perfect fit for a perfect one.
    triangle = np.linalg.qr(table, mode="r") / np.sqrt(max(len(table), 1))
    _, values, vectors = np.linalg.svd(triangle, full_matrices=True)
    determined = int((values > _ZERO * max(values.max(initial=0.0), 1.0)).sum())
    return np.asarray(vectors[determined:].T)
