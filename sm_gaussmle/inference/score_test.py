"""Score tests: whether columns belong into a model that was fitted without them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats

from sm_gaussmle.inference.nested import beyond
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import Exact
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory

Positions = NDArray[np.intp]

# Share of a variance that may be rounding.
_SINGULAR = 1e-10


class ScoreTest(NamedTuple):
    """A score (Lagrange multiplier) test.

    Attributes
    ----------
    statistic : float or ndarray, shape (q,)
        Chi-squared statistic of the joint hypothesis, or standard normal ones of each
        column.
    pvalue : float or ndarray, shape (q,)
        Its p-value.
    df : int
        Number of columns that are tested.
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
        super().__init__(f"columns {list(places)} of `{name}` depend on others.")
        self.name = name
        self.places = places


class SingularVarianceError(ValueError):
    """The variance of the score of the columns to test is not positive definite.

    The observed information need not be, away from the estimates of the larger model.
    """


@dataclass(frozen=True)
class ScoreSums:
    """Sums that score tests are made of; they add up over blocks of rows.

    Attributes
    ----------
    score : ndarray, shape (k + q,)
        Score of the model with the columns to test, at the estimates without them.
    information : ndarray, shape (k + q, k + q)
        Observed or expected information.
    products : ndarray, shape (k + q, k + q)
        Sum of the outer products of the scores of the rows.
    size : ndarray, shape (k + q,)
        Diagonal of the expected information: how large a variance of the score may be.
    """

    score: Array
    information: Array
    products: Array
    size: Array

    def __add__(self, other: ScoreSums) -> ScoreSums:
        """Sums over both sets of rows."""
        return ScoreSums(
            self.score + other.score,
            self.information + other.information,
            self.products + other.products,
            self.size + other.size,
        )


def score_test(
    params: Array,
    source: Memory,
    exog_extra: Array | None,
    exog_scale_extra: Array | None,
    *,
    observed: bool = True,
    robust: bool = False,
    separate: bool = False,
) -> ScoreTest:
    r"""Test columns that were left out of the mean or of the log variance.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Maximum-likelihood estimates without the columns.
    source : Memory
        The rows.
    exog_extra, exog_scale_extra : ndarray, shape (n, q), or None
        Columns to test, of the mean and of the log variance.
    observed : bool, default True
        Whether the variance of the score is the observed or the expected information.
    robust : bool, default False
        Whether it is estimated from the outer products of the scores instead, which is
        valid though the distribution be another.
    separate : bool, default False
        Whether each column is tested for itself, with a standard normal statistic.

    Returns
    -------
    ScoreTest
        Statistic, p-value and degrees of freedom.

    Raises
    ------
    DependentColumnsError
        If columns depend on those of the model or, tested together, on each other.
    SingularVarianceError
        If the estimated variance of their score is not positive definite.

    Notes
    -----
    With :math:`U` the score of the new parameters and information :math:`I` in blocks,
    the statistic is :math:`U' (I_{22} - I_{21} I_{11}^{-1} I_{12})^{-1} U` (Rao 1948)
    [1]_; robust, :math:`U' (A S A')^{-1} U` with :math:`A = (-I_{21} I_{11}^{-1}, 1)` and
    :math:`S` the sum of outer products (White 1982) [2]_.

    References
    ----------
    .. [1] C. R. Rao, "Large sample tests of statistical hypotheses concerning several
       parameters with applications to problems of estimation", Mathematical Proceedings
       of the Cambridge Philosophical Society 44 (1948) 50-57.
       doi:10.1017/S0305004100023987
    .. [2] H. White, "Maximum Likelihood Estimation of Misspecified Models",
       Econometrica 50 (1982) 1-25. doi:10.2307/1912526
    """
    rows = source.rows
    # The test does not depend on the basis of the columns: orthonormal ones cost no digits.
    # With the fitted predictors as known parts, the point is zero in any basis.
    mean, log_variance = rows.predictors(params)
    exog, n_mean = _basis(rows.exog, exog_extra, "exog_extra", separate=separate)
    exog_scale, n_scale = _basis(
        rows.exog_scale, exog_scale_extra, "exog_scale_extra", separate=separate
    )
    longer = Memory(
        RowBlock(rows.endog, exog, exog_scale, mean, log_variance, rows.freq_weights)
    )
    width = exog.shape[1] + exog_scale.shape[1]
    sums = longer.total(partial(_sums, np.zeros(width), observed=observed), 2 * width)
    places = np.arange(width)
    is_new = (places >= exog.shape[1] - n_mean) & (places < exog.shape[1])
    is_new |= places >= width - n_scale
    new, old = np.flatnonzero(is_new), np.flatnonzero(~is_new)
    score, variance = _effective(sums, old, new, robust=robust)
    share = np.diagonal(variance) / sums.size[new]
    if not separate:
        unit = np.sqrt(sums.size[new])
        share = np.linalg.eigvalsh(variance / np.outer(unit, unit))
    if not (share > _SINGULAR).all():
        raise SingularVarianceError
    if separate:
        z = score / np.sqrt(np.diagonal(variance))
        return ScoreTest(z, 2.0 * stats.norm.sf(np.abs(z)), len(new))
    root = np.linalg.cholesky(variance)
    standard = linalg.solve_triangular(root, score, lower=True)
    statistic = float(standard @ standard)
    return ScoreTest(statistic, float(stats.chi2.sf(statistic, len(new))), len(new))


def _basis(
    columns: Array, extra: Array | None, name: str, *, separate: bool
) -> tuple[Array, int]:
    """Orthonormal columns of the model, and beside them what is new in the others."""
    found = beyond(columns[:, :0] if extra is None else extra, columns)
    new, share = found.directions, found.share
    if not separate:
        # Each is new beside those before it.
        new, factor = np.linalg.qr(new)
        share = share[: factor.shape[0]] * np.abs(np.diagonal(factor))
        share = np.append(share, np.zeros(len(found.share) - len(share)))
    dependent = np.flatnonzero(share <= found.tolerance)
    if len(dependent):
        raise DependentColumnsError(name, tuple(int(place) for place in dependent))
    return np.column_stack([found.basis, new]), new.shape[1]


def _sums(params: Array, block: RowBlock, *, observed: bool) -> ScoreSums:
    predictors = block.predictors(params)
    terms = Exact().terms(block.endog, *predictors)
    factors = terms.hessian_factor if observed else Exact().expected_hessian_factor(*predictors)
    weight = np.ones(len(block.endog)) if block.freq_weights is None else block.freq_weights
    mean, scale = terms.score_factor
    scores = np.hstack([block.exog * mean[:, None], block.exog_scale * scale[:, None]])
    first, cross, last = (-factor * weight for factor in factors)
    upper = (block.exog.T * cross) @ block.exog_scale
    information = np.block(
        [
            [(block.exog.T * first) @ block.exog, upper],
            [upper.T, (block.exog_scale.T * last) @ block.exog_scale],
        ]
    )
    precision = weight * np.exp(-predictors[1])
    size = np.append(precision @ block.exog**2, 0.5 * weight @ block.exog_scale**2)
    return ScoreSums(weight @ scores, information, (scores.T * weight) @ scores, size)


def _effective(
    sums: ScoreSums, old: Positions, new: Positions, *, robust: bool
) -> tuple[Array, Array]:
    """Score of the new parameters with what the old ones explain of it taken out."""
    information = sums.information
    slope = np.linalg.solve(information[np.ix_(old, old)], information[np.ix_(old, new)])
    effective = sums.score[new] - slope.T @ sums.score[old]
    if not robust:
        left = information[np.ix_(new, new)] - information[np.ix_(new, old)] @ slope
        return effective, left
    rows = np.zeros((len(new), len(information)))
    rows[:, new], rows[:, old] = np.eye(len(new)), -slope.T
    return effective, rows @ sums.products @ rows.T
