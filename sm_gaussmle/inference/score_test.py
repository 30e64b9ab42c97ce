"""Score tests from the score and the information at the estimates under the hypothesis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats

from sm_gaussmle.likelihood.terms import Array

# Share of a variance that may be rounding.
_SINGULAR = 1e-10


class ScoreTest(NamedTuple):
    """A score (Lagrange multiplier) test.

    Attributes
    ----------
    statistic : float or ndarray, shape (q,)
        Chi-squared statistic of the joint hypothesis, or standard normal ones of each
        column or restriction.
    pvalue : float or ndarray, shape (q,)
        Its p-value.
    df : int
        Number of columns or restrictions that are tested.
    """

    statistic: float | Array
    pvalue: float | Array
    df: int


class DependentColumnsError(ValueError):
    """Columns to test depend linearly on those of the model or on each other.

    Parameters
    ----------
    name : str
        The argument at fault.
    places : tuple of int
        Positions of its columns at fault.
    """

    def __init__(self, name: str, places: tuple[int, ...]) -> None:
        super().__init__(f"{list(places)} of `{name}` depend on others; leave them out.")
        self.name = name
        self.places = places


class SingularVarianceError(ValueError):
    """The variance of the score of what is tested is not positive definite.

    The observed information need not be, away from the estimates of the larger model.
    """


def outcome(
    score: Array,
    information: Array,
    variance: Array | None,
    size: Array,
    is_new: NDArray[np.bool_],
    *,
    separate: bool,
) -> ScoreTest:
    """Score test in coordinates of which some are zero under the hypothesis.

    Parameters
    ----------
    score : ndarray, shape (k,)
        Score at the estimates under the hypothesis.
    information : ndarray, shape (k, k)
        Observed or expected information.
    variance : ndarray, shape (k, k), or None
        Variance of the score; None for the information.
    size : ndarray, shape (k,)
        How large it may be.
    is_new : ndarray of bool, shape (k,)
        Which coordinates are zero under the hypothesis.
    separate : bool
        Whether each is tested by itself.

    Returns
    -------
    ScoreTest
        Statistic, p-value and degrees of freedom.

    Raises
    ------
    SingularVarianceError
        If the variance of the score of the new coordinates is not positive definite.
    """
    unit = 1.0 / np.sqrt(size)
    square = np.outer(unit, unit)
    score, information = score * unit, information * square
    new, old = np.flatnonzero(is_new), np.flatnonzero(~is_new)
    slope = np.linalg.solve(information[np.ix_(old, old)], information[np.ix_(old, new)])
    effective = score[new] - slope.T @ score[old]
    if variance is None:
        left = information[np.ix_(new, new)] - information[np.ix_(new, old)] @ slope
    else:
        rows = np.zeros((len(new), len(information)))
        rows[:, new], rows[:, old] = np.eye(len(new)), -slope.T
        left = rows @ (variance * square) @ rows.T
    share = np.diagonal(left) if separate else np.linalg.eigvalsh(left)
    if not (share > _SINGULAR).all():
        raise SingularVarianceError
    if separate:
        z = effective / np.sqrt(np.diagonal(left))
        return ScoreTest(z, 2.0 * stats.norm.sf(np.abs(z)), len(new))
    root = np.linalg.cholesky(left)
    standard = linalg.solve_triangular(root, effective, lower=True)
    statistic = float(standard @ standard)
    return ScoreTest(statistic, float(stats.chi2.sf(statistic, len(new))), len(new))
