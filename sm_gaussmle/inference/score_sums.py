"""Sums over rows that score tests are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.covariance import expected_products
from sm_gaussmle.estimation.group_sums import grouped_scores
from sm_gaussmle.estimation.sandwich import clustered_products, scores
from sm_gaussmle.likelihood.bounds import UnknownLimitsError
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.source import Source

Codes = NDArray[np.intp]
Variance = Literal["information", "studentized", "products"]


@dataclass(frozen=True)
class ScoreSums:
    """Sums that score tests are made of; they add up over blocks of rows.

    Attributes
    ----------
    score : ndarray, shape (k,)
        Score of the model with the parameters to test, at the estimates without them.
    observed : ndarray, shape (k, k)
        Observed information.
    products : ndarray, shape (k, k)
        Sum of the outer products of the scores of the rows.
    gram : ndarray, shape (k, k)
        Inner products of the columns, those of the mean in units of the standard deviation.
    moments : ndarray, shape (2, 2)
        Sums of products of ``u`` and ``(u^2 - 1) / 2``, with u the standardised residual,
        of what is expected of them where it is not seen.
    nobs : float
        Sum of the frequency weights.
    limited : ndarray, shape (k, k), or None
        Expected information of responses that are not all seen exactly; None where they
        are, or it is not known between which limits they would have been seen.
    """

    score: Array
    observed: Array
    products: Array
    gram: Array
    moments: Array
    nobs: float
    limited: Array | None = None

    def __add__(self, other: ScoreSums) -> ScoreSums:
        """Sums over both sets of rows."""
        return ScoreSums(
            self.score + other.score,
            self.observed + other.observed,
            self.products + other.products,
            self.gram + other.gram,
            self.moments + other.moments,
            self.nobs + other.nobs,
            None
            if self.limited is None or other.limited is None
            else self.limited + other.limited,
        )

    def expected(self, k_mean: int) -> Array:
        """Variance of the score where the standardised residuals are normal.

        Where it is not known between which limits responses would have been seen, it is
        that of exact ones.

        Parameters
        ----------
        k_mean : int
            Columns of the mean.

        Returns
        -------
        ndarray, shape (k, k)
            Expected information.
        """
        if self.limited is not None:
            return self.limited
        return self._with_moments(np.diag([1.0, 0.5]), k_mean)

    def studentized(self, k_mean: int) -> Array:
        """Variance of the score with moments of the residuals in place of the normal's.

        Parameters
        ----------
        k_mean : int
            Columns of the mean.

        Returns
        -------
        ndarray, shape (k, k)
            Right for independent standardised residuals of any one distribution with four
            moments.
        """
        return self._with_moments(self.moments / self.nobs, k_mean)

    def _with_moments(self, moments: Array, k_mean: int) -> Array:
        # The score of a row is its columns, (x / sigma, z), times (u, (u^2 - 1) / 2).
        equation = (np.arange(len(self.score)) >= k_mean).astype(np.intp)
        return np.asarray(self.gram * moments[np.ix_(equation, equation)])


def score_sums(params: Array, block: RowBlock) -> ScoreSums:
    """All sums of a block of rows, in one pass.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Coefficients of the mean, then of the log variance.
    block : RowBlock
        The rows.

    Returns
    -------
    ScoreSums
        The sums at these parameters.
    """
    predictors = block.predictors(params)
    terms = block.terms(*predictors)
    weight = np.ones(len(block.endog)) if block.freq_weights is None else block.freq_weights
    mean, scale = terms.score_factor
    scores = np.hstack([block.exog * mean[:, None], block.exog_scale * scale[:, None]])
    first, cross, last = (-factor * weight for factor in terms.hessian_factor)
    upper = (block.exog.T * cross) @ block.exog_scale
    observed = np.block(
        [
            [(block.exog.T * first) @ block.exog, upper],
            [upper.T, (block.exog_scale.T * last) @ block.exog_scale],
        ]
    )
    deviation = np.exp(0.5 * predictors[1])
    columns = np.hstack([block.exog / deviation[:, None], block.exog_scale])
    factors = np.stack([mean * deviation, scale])
    limited = None
    if block.bounds is not None and expectation_is_known(block):
        limited = expected_products(params, np.eye(len(params)), block)
    return ScoreSums(
        weight @ scores,
        observed,
        (scores.T * weight) @ scores,
        (columns.T * weight) @ columns,
        (factors * weight) @ factors.T,
        float(weight.sum()),
        limited,
    )


def expectation_is_known(rows: RowBlock) -> bool:
    """Whether it is known between which limits other responses would have been seen.

    Parameters
    ----------
    rows : RowBlock
        The rows.

    Returns
    -------
    bool
        False for responses that are intervals to begin with: they have no expected
        information.
    """
    return rows.bounds is None or rows.bounds.known_limits


class ScoreMatrices(NamedTuple):
    """What a score test is made of.

    Attributes
    ----------
    score : ndarray, shape (k,)
        Score of the larger model.
    information : ndarray, shape (k, k)
        Observed or expected information.
    variance : ndarray, shape (k, k), or None
        Variance of the score, where it is not the information.
    size : ndarray, shape (k,)
        How large it may be: the diagonal of the expected information, or of that of exact
        responses.
    """

    score: Array
    information: Array
    variance: Array | None
    size: Array


def score_matrices(
    longer: Source,
    *,
    observed: bool | None,
    variance: Variance,
    groups: tuple[Codes, ...] | None,
) -> ScoreMatrices:
    """Score with its information and variance, where all parameters are zero.

    Parameters
    ----------
    longer : Source
        Rows with the columns of the larger model and the fitted predictors as known parts.
    observed : bool or None
        Whether the information is the observed one, not the expected; None for the expected
        one where there is one.
    variance : {"information", "studentized", "products"}
        Variance of the score.
    groups : tuple of one or two ndarrays of int, shape (n,), or None
        Numbers of clusters, whose scores are added up in the products; empty where the
        rows bring their labels.

    Returns
    -------
    ScoreMatrices
        After one pass over the rows, and another with `groups`.

    Raises
    ------
    UnknownLimitsError
        If the expected information is asked for, and there is none.
    """
    rows = longer.prototype
    known = expectation_is_known(rows)
    if observed is None:
        observed = not known
    if not (observed or known):
        raise UnknownLimitsError(
            "the responses are intervals, and between which limits others would have been seen "
            "is not known."
        )
    k_mean = rows.exog.shape[1]
    k = k_mean + rows.exog_scale.shape[1]
    sums = longer.total(partial(score_sums, np.zeros(k)), 3 * k)
    expected = sums.expected(k_mean)
    middle = None
    if variance == "studentized":
        middle = sums.studentized(k_mean)
    elif groups is not None and isinstance(longer, Memory):
        middle = clustered_products(scores(np.zeros(k), np.eye(k), longer), groups)
    elif groups is not None:
        sums_of_groups = longer.total(partial(grouped_scores, np.zeros(k), np.eye(k)), k)
        middle = sums_of_groups.products(corrected=False)[0]
    elif variance == "products":
        middle = sums.products
    information = sums.observed if observed else expected
    return ScoreMatrices(sums.score, information, middle, np.diagonal(expected))
