"""Scores of censored and truncated responses against their definitions."""

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.inference.scoring import crps, log_score
from sm_gaussmle.inference.seen_scoring import seen_crps, seen_log_score, seen_mean_scores
from sm_gaussmle.likelihood.seen_responses import Limits, prob_left, prob_right

# Limits, mean, log variance, response.
CASES = {
    "censored here": (Limits(0.0, 2.0), 0.3, 0.1, 0.0),
    "between limits": (Limits(0.0, 2.0), 0.3, 0.1, 1.0),
    "mean below the limit": (Limits(0.0), -3.0, 0.1, 1.0),
    "truncated": (Limits(trunc_left=0.0), 0.3, 0.1, 1.0),
    "far from the sample": (Limits(trunc_left=0.0), -8.0, 0.1, 0.3),
    "far in the sample": (Limits(trunc_left=0.0), 6.0, 0.1, 0.5),
    "both": (Limits(0.5, 2.0, 0.0, 3.0), 1.0, 0.3, 2.0),
    "response in the tail": (Limits(trunc_left=-40.0), 1.0, 0.0, 9.0),
    "beyond the tail": (Limits(trunc_left=-40.0), 1.0, 0.0, 30.0),
    "narrow": (Limits(trunc_left=0.0, trunc_right=1e-3), 1.0, 0.0, 0.2e-3),
}


def row(*values):
    return [np.array([value]) for value in values]


def definition(limits, mean, log_variance, endog):
    """Integrate the squared distance of the distribution functions."""
    sigma = mpmath.exp(mpmath.mpf(log_variance) / 2)
    sample = mpmath.mpf(limits.trunc_left), mpmath.mpf(limits.trunc_right)

    def probability(a, b):
        a, b = ((x - mean) / sigma for x in (a, b))
        return mpmath.ncdf(b) - mpmath.ncdf(a) if b < 0 else mpmath.ncdf(-a) - mpmath.ncdf(-b)

    def squared(*ends):
        return (probability(*ends) / probability(*sample)) ** 2

    first = max(limits.left, limits.trunc_left, mean - 14 * sigma)
    last = min(limits.right, limits.trunc_right, max(mean, first, endog) + 14 * sigma)
    return mpmath.quad(
        lambda x: squared(sample[0], x), mpmath.linspace(first, endog, 13)
    ) + mpmath.quad(lambda x: squared(x, sample[1]), mpmath.linspace(endog, last, 13))


@pytest.mark.parametrize("case", CASES)
def test_crps_is_the_integral_that_defines_it(case):
    limits, mean, log_variance, endog = CASES[case]
    with mpmath.workdps(30):
        exact = float(definition(limits, mean, log_variance, endog))
    # What 48 nodes leave over 16 standard deviations.
    assert_allclose(seen_crps(*row(endog), limits, *row(mean, log_variance)), exact, rtol=1e-12)


def test_without_limits_scores_are_those_of_the_normal_distribution():
    endog, mean, scale = (
        np.array([1.3, -400.0, 0.2]),
        np.array([0.2, 0.1, 0.2]),
        np.full(3, 0.7),
    )
    given = endog, Limits(), mean, 2.0 * np.log(scale)
    assert_allclose(seen_crps(*given), crps(endog, mean, scale), rtol=1e-14)
    assert_allclose(seen_log_score(*given), log_score(endog, mean, scale), rtol=1e-14)


def test_crps_far_out_is_the_distance():
    found = seen_crps(*row(1e200), Limits(0.0), *row(1.0, 0.0))
    assert_allclose(found, 1e200)


@pytest.mark.parametrize("limits", [Limits(0.0, 1.0), Limits(0.0, 1.0, -1.0, 2.0)])
def test_the_log_score_is_a_log_density_or_a_log_probability(limits):
    endog, mean, log_variance = np.array([0.0, 0.4, 1.0]), np.full(3, 0.3), np.full(3, 0.1)
    found = seen_log_score(endog, limits, mean, log_variance)
    normal = stats.norm(0.3, np.exp(0.05))
    share = normal.cdf(limits.trunc_right) - normal.cdf(limits.trunc_left)
    exact = [
        -np.log(prob_left(limits, mean, log_variance).value[0]),
        -normal.logpdf(0.4) + np.log(share),
        -np.log(prob_right(limits, mean, log_variance).value[2]),
    ]
    assert_allclose(found, exact, rtol=1e-13)


def test_the_interval_is_between_quantiles_as_seen():
    mean, log_variance = np.array([0.0, 3.0, 0.5]), np.zeros(3)
    endog = np.array([-0.5, 1.0, 0.2])  # censored, in the interval of its limit alone, exact
    found = seen_mean_scores(endog, Limits(0.0, 1.0), mean, log_variance, alpha=0.5)
    quartile = stats.norm.isf(0.25)
    assert found.coverage == 1.0
    # From 0 to the upper quartile, which is below 1; nothing; all from 0 to 1.
    assert_allclose(found.interval_width, (quartile + 0.0 + 1.0) / 3, rtol=1e-13)


def test_a_weight_of_two_is_the_row_twice():
    columns = np.array([0.2, 0.7]), np.array([0.0, 0.3]), np.array([0.0, 0.4])
    twice = [np.repeat(column, [2, 1]) for column in columns]
    weighted, repeated = (
        seen_mean_scores(endog, Limits(0.0, 1.0), *others, weights=weights)
        for (endog, *others), weights in ((columns, np.array([2.0, 1.0])), (twice, None))
    )
    assert_allclose(weighted, repeated, rtol=1e-14)


def test_a_wrong_alpha_is_refused():
    with pytest.raises(ValueError, match="`alpha` is 2; it must be between 0 and 1"):
        seen_mean_scores(*row(0.5), Limits(0.0), *row(0.0, 0.0), alpha=2)


def test_the_true_forecast_has_the_least_score_on_the_average():
    rng, n = np.random.default_rng(5), 20_000
    endog = np.maximum(rng.normal(0.3, 1.0, n), 0.0)
    limits, ones = Limits(0.0), np.ones(n)
    true, shifted, wide = (
        seen_mean_scores(endog, limits, mean * ones, log_variance * ones)
        for mean, log_variance in ((0.3, 0.0), (0.5, 0.0), (0.3, 0.5))
    )
    for other in (shifted, wide):
        assert true.log_score < other.log_score
        assert true.crps < other.crps
    # The interval ends at the limit, which has more than its share of the probability.
    assert true.coverage > 0.97
