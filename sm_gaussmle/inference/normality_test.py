r"""Score tests of normality, of responses that need not be seen exactly.

The normal density of the standardised latent residual `u` is embedded in
:math:`\phi(u) \{1 + a H_3(u) + b H_4(u)\}`, with Hermite polynomials: skewness and excess
kurtosis. At :math:`a = b = 0` the score of a row is what is expected of the polynomials from
what is seen of its response, less what is expected of them in the sample; scores of the mean
and of the log variance are those of :math:`H_1` and :math:`H_2`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, cast

import numpy as np

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.inference.model_score_tests import with_columns
from sm_gaussmle.inference.nested import beyond
from sm_gaussmle.inference.parametric_bootstrap import Replicates, each_observation, fitted
from sm_gaussmle.inference.resampling_chunks import chunks
from sm_gaussmle.inference.score_sums import expectation_is_known
from sm_gaussmle.inference.score_test import outcome
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.hermite_moments import hermite_covariance, hermite_scores
from sm_gaussmle.likelihood.observation import drawn
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory

Information = Literal["expected", "products"]


@dataclass(frozen=True)
class Normality:
    """A score test of normality.

    Attributes
    ----------
    statistic : float
        Chi-squared with two degrees of freedom in large samples.
    pvalue : float
        Its p-value.
    skewness, kurtosis : float
        Statistics of either alone, standard normal in large samples; positive for a long
        right tail, and for long tails.
    """

    statistic: float
    pvalue: float
    skewness: float
    kurtosis: float


@dataclass(frozen=True)
class NormalitySums:
    """Sums over rows; they add up over blocks.

    Attributes
    ----------
    score : ndarray, shape (k + 2,)
        Of the parameters, then of skewness and kurtosis.
    information : ndarray, shape (k + 2, k + 2)
        Expected, or outer products of the scores of the rows.
    """

    score: Array
    information: Array

    def __add__(self, other: NormalitySums) -> NormalitySums:
        """Sums over both sets of rows."""
        return NormalitySums(self.score + other.score, self.information + other.information)


def normality_test(params: Array, source: Memory, information: Information) -> Normality:
    r"""Test skewness and excess kurtosis of the latent residuals.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Maximum-likelihood estimates.
    source : Memory
        The rows.
    information : {"expected", "products"}
        Variance of the score: expected information, or the sum of the outer products of the
        scores of the rows.

    Returns
    -------
    Normality
        The test.

    Raises
    ------
    SingularVarianceError
        If the variance of the score is not positive definite.

    Notes
    -----
    With constant variance and exact responses it is the test of Jarque and Bera (1987) [1]_
    if the expected information is used. With the outer products and censored responses it
    is the test of Chesher and Irish (1987) [2]_.

    Of responses that are intervals to begin with the expected information is not known. It
    is at most that of exact responses (their difference is what is missing, Orchard and
    Woodbury 1972 [3]_), and so is what is left of it for skewness and kurtosis: with that in
    its place the test is conservative.

    References
    ----------
    .. [1] C. M. Jarque and A. K. Bera, "A Test for Normality of Observations and Regression
       Residuals", International Statistical Review 55 (1987) 163-172. doi:10.2307/1403192
    .. [2] A. Chesher and M. Irish, "Residual Analysis in the Grouped and Censored Normal
       Linear Model", Journal of Econometrics 34 (1987) 33-61.
       doi:10.1016/0304-4076(87)90066-2
    .. [3] T. Orchard and M. A. Woodbury, "A Missing Information Principle: Theory and
       Applications", Proceedings of the Sixth Berkeley Symposium on Mathematical Statistics
       and Probability 1 (1972) 697-715.
    """
    rows = source.rows
    # In orthonormal columns rounding does least harm.
    exog, exog_scale = (
        beyond(columns[:, :0], columns).basis for columns in (rows.exog, rows.exog_scale)
    )
    k = exog.shape[1] + exog_scale.shape[1]
    white = with_columns(params, source, exog, exog_scale)
    sums = white.total(partial(_sums, np.zeros(k), information), 2 * k)
    test, each = (
        outcome(
            sums.score,
            sums.information,
            None,
            np.diagonal(sums.information),
            np.arange(k + 2) >= k,
            separate=separate,
        )
        for separate in (False, True)
    )
    skewness, kurtosis = np.asarray(each.statistic)
    return Normality(
        float(test.statistic), float(test.pvalue), float(skewness), float(kurtosis)
    )


def normality_replicates(
    params: Array, source: Memory, nrep: int, rng: np.random.Generator
) -> Replicates:
    """Statistics of samples that are drawn from the fit, with the expected information.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Maximum-likelihood estimates.
    source : Memory
        The rows; frequency weights are whole numbers.
    nrep : int
        Number of samples.
    rng : Generator
        What they are drawn by.

    Returns
    -------
    Replicates
        Statistics of the samples, and why some have none.

    Raises
    ------
    UnknownLimitsError
        If the responses are intervals to begin with.
    """
    rows = each_observation(source.rows)
    mean, log_variance = rows.predictors(params)
    statistics: list[float] = []
    failures: list[str] = []
    for chunk in chunks(rng, nrep, len(mean)):
        noise = np.random.default_rng(chunk.seed).standard_normal((chunk.size, len(mean)))
        for normal in noise:
            endog, bounds = drawn(rows.bounds, mean, log_variance, normal)
            sample = Memory(replace(rows, endog=endog, bounds=bounds))
            try:
                fit = fitted(sample.rows)
            except FitError as error:
                failures.append(str(error))
            else:
                statistics.append(normality_test(fit.params, sample, "expected").statistic)
    return Replicates(np.array(statistics), tuple(failures))


def _sums(params: Array, information: Information, block: RowBlock) -> NormalitySums:
    mean, log_variance = block.predictors(params)
    found = hermite_scores(block.endog, block.bounds, mean, log_variance)
    weight = np.ones_like(mean) if block.freq_weights is None else block.freq_weights
    ones = np.ones((len(mean), 1))
    columns = (
        block.exog * np.exp(-0.5 * log_variance)[:, None],
        0.5 * block.exog_scale,
        ones,
        ones,
    )
    scores = np.hstack(
        [part * each[:, None] for part, each in zip(columns, found, strict=True)]
    )
    if information == "products":
        return NormalitySums(weight @ scores, (scores.T * weight) @ scores)
    covariance = hermite_covariance(_what_could_be_seen(block), mean, log_variance) * weight
    expected = np.block(
        [
            [part.T @ (other * each[:, None]) for other, each in zip(columns, row, strict=True)]
            for part, row in zip(columns, covariance, strict=True)
        ]
    )
    return NormalitySums(weight @ scores, expected)


def _what_could_be_seen(block: RowBlock) -> Bounds | None:
    """Limits of the rows; of intervals to begin with, as if all responses were seen exactly."""
    if expectation_is_known(block):
        return block.bounds
    return replace(cast("Bounds", block.bounds), known_limits=True)
