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
        Positions of its columns at fault; of its rows, for a restriction.
    """

    def __init__(self, name: str, places: tuple[int, ...]) -> None:
        super().__init__(f"{list(places)} of `{name}` depend on others; leave them out.")
        self.name = name
        self.places = places


class SingularVarianceError(ValueError):
    """The variance of the score of what is tested is not positive definite.

    The observed information need not be, away from the estimates of the larger model.
    """


def score_statistic(
    score: Array,
    information: Array,
    restriction: Array,
    *,
    variance: Array | None = None,
    size: Array | None = None,
    separate: bool = False,
) -> ScoreTest:
    r"""Score test of linear restrictions, from score and information of the full model.

    Parameters
    ----------
    score : ndarray, shape (k,)
        Score of the full model at the maximum-likelihood estimates under the restrictions.
    information : ndarray, shape (k, k)
        Observed or expected information there.
    restriction : ndarray, shape (q, k)
        Coefficients of the parameters in each restriction.
    variance : ndarray, shape (k, k), optional
        Variance of the score; the information by default.
    size : ndarray, shape (k,), optional
        How large a variance of the score may be, such as the diagonal of the expected
        information; that of `information` by default.
    separate : bool, default False
        Whether each restriction is tested while the others hold, with a standard normal
        statistic: positive where the score says that the combination is larger.

    Returns
    -------
    ScoreTest
        Statistic, p-value and degrees of freedom.

    Raises
    ------
    DependentColumnsError
        If a restriction depends on those before it.
    SingularVarianceError
        If the estimated variance of the score is not positive definite.

    Notes
    -----
    With :math:`s` the score, :math:`I` the information, :math:`V` its variance and
    :math:`R` the restrictions, the statistic is

    .. math:: s' I^{-1} R' (R I^{-1} V I^{-1} R')^{-1} R I^{-1} s

    (Boos 1992 [1]_), which is :math:`s' I^{-1} s` with :math:`V = I`. It is computed from
    the score along the directions that the restrictions forbid, less what the information
    says of it from those that they allow, in units in which the information has a unit
    diagonal. Any coordinates will do, with all four arguments in the same; those of a
    whitened problem keep the digits.

    References
    ----------
    .. [1] D. D. Boos, "On Generalized Score Tests", The American Statistician 46 (1992)
       327-333. doi:10.1080/00031305.1992.10475921
    """
    size = np.diagonal(information) if size is None else size
    if not (size > 0).all():
        raise SingularVarianceError
    unit = 1.0 / np.sqrt(size)
    scaled = restriction * unit
    length = np.sqrt((scaled * scaled).sum(axis=1))
    scaled /= np.where(length == 0.0, 1.0, length)[:, None]
    turn, factor = np.linalg.qr(scaled.T, mode="complete")
    q = len(restriction)
    diagonal = np.zeros(q)
    diagonal[: min(factor.shape)] = np.abs(np.diagonal(factor))
    dependent = np.flatnonzero(diagonal <= _SINGULAR)
    if len(dependent):
        raise DependentColumnsError("restriction", tuple(int(place) for place in dependent))
    if separate:
        # Along each of these directions one combination changes and the others do not.
        turn[:, :q] = linalg.solve_triangular(factor[:q], turn[:, :q].T).T
    square = np.outer(unit, unit)
    return outcome(
        turn.T @ (score * unit),
        turn.T @ (information * square) @ turn,
        None if variance is None else turn.T @ (variance * square) @ turn,
        (turn * turn).sum(axis=0),
        np.arange(len(score)) < q,
        separate=separate,
    )


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
