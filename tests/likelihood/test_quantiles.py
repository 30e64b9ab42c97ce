"""Quantiles of latent, censored and truncated responses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.likelihood.quantiles import (
    censored_quantile,
    latent_quantile,
    truncated_quantile,
)

from .normal_in_digits import CONTEXT, INF, density, probability

PROBABILITIES = [1e-12, 0.01, 0.3, 0.5, 0.9, 0.999, 1 - 1e-9]
LIMITS = [
    (-np.inf, np.inf),
    (0.0, np.inf),
    (-np.inf, 1.0),
    (-1.0, 1.0),
    (0.0, 1e-3),
    (5.0, 6.0),
    (2.0, 9.0),
    (-8.0, -7.5),
    (30.0, np.inf),
    (-np.inf, -100.0),
    (-20.0, 20.0),
]


def row(*values):
    return [np.array([value]) for value in values]


def in_digits(q, limits, mean, log_variance):
    """Return quantile and derivatives, by Newton steps in 150 digits."""
    sigma = CONTEXT.exp(CONTEXT.mpf(log_variance) / 2)
    a, b = ((CONTEXT.mpf(limit) - mean) / sigma for limit in limits)
    start = truncated_quantile(q, *limits, *row(mean, log_variance)).value[0]
    z = (CONTEXT.mpf(float(start)) - mean) / sigma
    q, total = CONTEXT.mpf(q), probability(a, b)
    for _ in range(8):
        # The tail that cancels less.
        if a + b > 0 or b == INF:
            excess = (1 - q) * total - probability(z, b)
        else:
            excess = probability(a, z) - q * total
        z -= excess / density(z)
    assert abs(excess) < CONTEXT.mpf(10) ** -60 * density(z)
    weight_a = (1 - q) * density(a) / density(z) if a > -INF else CONTEXT.mpf(0)
    weight_b = q * density(b) / density(z) if b < INF else CONTEXT.mpf(0)
    ends = (a * weight_a if weight_a else 0) + (b * weight_b if weight_b else 0)
    return mean + sigma * z, 1 - weight_a - weight_b, sigma * (z - ends) / 2


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("q", PROBABILITIES)
@pytest.mark.parametrize("predictors", [(0.0, 0.0), (0.3, -1.2)])
class TestTruncatedAgainstDigits:
    def test_value(self, limits, q, predictors):
        exact = float(in_digits(q, limits, *predictors)[0])
        found = truncated_quantile(q, *limits, *row(*predictors)).value
        # A few units in the last place of the value, and of the standard deviation.
        assert_allclose(found, exact, rtol=1e-15, atol=4e-15)

    def test_derivatives(self, limits, q, predictors):
        # The largest standardised limit is 180: its square, in units of 1e-16.
        _, d_mean, d_scale = in_digits(q, limits, *predictors)
        found = truncated_quantile(q, *limits, *row(*predictors)).gradient
        assert_allclose(found[0], float(d_mean), atol=1e-11)
        assert_allclose(found[1], float(d_scale), atol=1e-11)


def test_a_quantile_far_from_the_latent_mean_keeps_its_distance_from_the_limit():
    # An exponential distribution, up to 1 / a^2.
    for sign in (1.0, -1.0):
        limits = sorted((0.0, sign * np.inf))
        q = 0.9 if sign > 0 else 0.1
        found = truncated_quantile(q, *limits, *row(sign * -1e8, 0.0))
        assert_allclose(found.value, sign * np.log(10.0) / 1e8, rtol=1e-14)


@given(
    q=st.floats(1e-6, 1 - 1e-6),
    l=st.floats(-8, 8),
    w=st.floats(-3, 3).map(np.exp),
    predictors=st.tuples(st.floats(-3, 3), st.floats(-2, 2)),
)
def test_quantiles_are_reflected(q, l, w, predictors):
    mean, log_variance = row(*predictors)
    here = truncated_quantile(q, l, l + w, mean, log_variance)
    there = truncated_quantile(1 - q, -l - w, -l, -mean, log_variance)
    # 1 - q is rounded: over the density, up to 1e-10 of a deviation.
    assert_allclose(here.value, -there.value, rtol=1e-9, atol=1e-10)
    assert l <= here.value <= l + w


def test_the_extreme_quantiles_are_the_limits():
    q = np.array([0.0, 1.0, 0.0, 1.0])
    lower, upper = np.array([-1.0, -1.0, -np.inf, 2.0]), np.array([3.0, 3.0, 1.0, np.inf])
    found = truncated_quantile(q, lower, upper, np.zeros(4), np.zeros(4))
    assert_array_equal(found.value, [-1.0, 3.0, -np.inf, np.inf])
    assert_array_equal(found.gradient, np.zeros((2, 4)))


def test_without_limits_quantiles_are_the_latent_ones():
    mean, log_variance = np.random.default_rng(3).normal(size=(2, 20))
    q = np.linspace(0.001, 0.999, 20)
    latent = latent_quantile(q, mean, log_variance)
    truncated = truncated_quantile(q, -np.inf, np.inf, mean, log_variance)
    assert_allclose(truncated.value, latent.value, rtol=1e-14, atol=1e-14)
    assert_allclose(truncated.gradient, latent.gradient, rtol=1e-14, atol=1e-14)
    censored = censored_quantile(q, -np.inf, np.inf, mean, log_variance)
    assert_array_equal(censored.value, latent.value)
    assert_array_equal(censored.gradient, latent.gradient)


def test_latent_quantiles_move_with_mean_and_deviation():
    found = latent_quantile(0.975, *row(2.0, np.log(9.0)))
    assert_allclose(found.value, 2.0 + 3.0 * 1.959963984540054, rtol=1e-15)
    assert_allclose(found.gradient, [[1.0], [1.5 * 1.959963984540054]], rtol=1e-15)


def test_censored_quantiles_at_a_limit_do_not_move():
    q = np.array([0.1, 0.5, 0.99])
    found = censored_quantile(q, -1.0, 1.0, np.zeros(3), np.zeros(3))
    assert_array_equal(found.value, [-1.0, 0.0, 1.0])
    assert_array_equal(found.gradient, [[0, 1, 0], [0, 0, 0]])
