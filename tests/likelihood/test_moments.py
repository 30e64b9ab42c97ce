"""What is expected of censored and truncated responses, against 150 digits and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.moments import (
    censored_mean,
    conditional_mean,
)
from sm_gaussmle.likelihood.probabilities import prob_above, prob_below, prob_between

from .normal_in_digits import CONTEXT, INF, density, probability, tail

LIMITS = [
    (0.0, np.inf),
    (-np.inf, 1.0),
    (-1.0, 1.5),
    (0.0, 1e-6),
    (0.25, 0.75),
    (5.0, 6.0),
    (2.0, 9.0),
    (-8.0, -7.5),
    (30.0, np.inf),
    (-np.inf, -20.0),
    (-20.0, 20.5),
    (1e3, 1e3 + 1.0),
]
PREDICTORS = [(0.0625, 0.0), (0.3, -1.2), (-0.7, 2.3)]
NUMBERS = ["value", "d mean", "d scale", "d2 mean", "mixed", "d2 scale"]

# What the derivatives are sums of parts of.
SIZES = {name: name for name in ("prob_below", "prob_above", "prob_between")}
SIZES["censored_mean"] = "prob_between"

over_rows = pytest.mark.parametrize(
    ("limits", "predictors"), [(l, p) for l in LIMITS for p in PREDICTORS]
)


class Digits:
    """Expectations as differences, in 150 digits, of one row."""

    def __init__(self, limits, mean, log_variance):
        self.mean, self.sigma = mean, CONTEXT.exp(log_variance / 2)
        self.lower, self.upper = (CONTEXT.mpf(limit) for limit in limits)
        self.a, self.b = ((limit - mean) / self.sigma for limit in (self.lower, self.upper))
        self.at_a, self.at_b = (
            density(x) if abs(x) < INF else CONTEXT.mpf(0) for x in (self.a, self.b)
        )

    def prob_below(self):
        return tail(-self.b)

    def prob_above(self):
        return tail(self.a)

    def prob_between(self):
        return probability(self.a, self.b)

    def conditional_mean(self):
        return self.mean + self.sigma * (self.at_a - self.at_b) / self.prob_between()

    def centre(self):
        """Return the limit that the mean is beyond: what 150 digits do not hide 1e-200 in."""
        return self.lower if self.a > 0 else self.upper if self.b < 0 else 0

    def censored_mean(self):
        """Return the excess over `centre`."""
        latent = (self.mean - self.centre()) * self.prob_between()
        value = latent + self.sigma * (self.at_a - self.at_b)
        value += (self.lower - self.centre()) * tail(-self.a) if self.at_a else 0
        return value + ((self.upper - self.centre()) * tail(self.b) if self.at_b else 0)


def exact_numbers(name, limits, predictors):
    """Return the value with its derivatives, numerically in 150 digits."""
    mean, log_variance = (CONTEXT.mpf(value) for value in predictors)

    def function(mu, eta):
        return getattr(Digits(limits, mu, eta), name)()

    # Steps of 1e-25: errors of 1e-50, and of 1e-100 from rounding.
    h = CONTEXT.mpf(10) ** -25
    f = {
        (i, j): function(mean + i * h, log_variance + j * h)
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    }
    return [
        f[0, 0],
        (f[1, 0] - f[-1, 0]) / (2 * h),
        (f[0, 1] - f[0, -1]) / (2 * h),
        (f[1, 0] - 2 * f[0, 0] + f[-1, 0]) / h**2,
        (f[1, 1] - f[1, -1] - f[-1, 1] + f[-1, -1]) / (4 * h * h),
        (f[0, 1] - 2 * f[0, 0] + f[0, -1]) / h**2,
    ]


def numbers(moment):
    return [float(x[0]) for x in (moment.value, *moment.gradient, *moment.hessian)]


def row(predictors):
    return [np.array([value]) for value in predictors]


@over_rows
class TestAgainstDigits:
    """Rounded limits of up to 1e3 standard deviations: their squares, in units of 1e-16."""

    def compare(self, name, found, limits, predictors):
        a = [
            abs(limit - predictors[0]) / np.exp(predictors[1] / 2)
            for limit in limits
            if np.isfinite(limit)
        ]
        exact = [float(value) for value in exact_numbers(name, limits, predictors)]
        rtol = 1e-11 + 4e-16 * min(a) ** 2
        # Sums of parts of the size of the probability: absolute errors where they cancel.
        size = (
            1
            if name == "conditional_mean"
            else exact_numbers(SIZES[name], limits, predictors)[0]
        )
        for label, value, reference in zip(NUMBERS, numbers(found), exact, strict=True):
            assert_allclose(
                value, reference, rtol=rtol, atol=1e-15 * float(size), err_msg=label
            )

    def test_prob_below(self, limits, predictors):
        found = prob_below(limits[1], *row(predictors))
        self.compare("prob_below", found, limits, predictors)

    def test_prob_above(self, limits, predictors):
        found = prob_above(limits[0], *row(predictors))
        self.compare("prob_above", found, limits, predictors)

    def test_prob_between(self, limits, predictors):
        found = prob_between(*limits, *row(predictors))
        self.compare("prob_between", found, limits, predictors)

    def test_conditional_mean(self, limits, predictors):
        found = conditional_mean(*limits, *row(predictors))
        self.compare("conditional_mean", found, limits, predictors)

    def test_censored_mean(self, limits, predictors):
        found = censored_mean(*limits, *row(predictors))
        centre = float(Digits(limits, *map(CONTEXT.mpf, predictors)).centre())
        # Units in the last place of the limit, and of the standard deviation.
        excess = float(exact_numbers("censored_mean", limits, predictors)[0])
        atol = 1e-16 * (1 + abs(centre))
        assert_allclose(found.value, centre + excess, rtol=1e-14, atol=atol)
        found = found._replace(value=np.array([excess]))
        self.compare("censored_mean", found, limits, predictors)


def test_means_are_those_of_simulated_responses():
    rng = np.random.default_rng(11)
    mean, log_variance, left, right = np.array([0.4]), np.array([0.6]), -0.5, 1.5
    y = mean + np.exp(log_variance / 2) * rng.normal(size=400_000)
    seen = y[(y > left) & (y < right)]
    censored = np.clip(y, left, right)
    for sample, expected in ((seen, conditional_mean), (censored, censored_mean)):
        # Four standard errors of a mean.
        off = 4 * sample.std() / np.sqrt(len(sample))
        row = (left, right, mean, log_variance)
        assert_allclose(sample.mean(), expected(*row).value, rtol=0, atol=off)


limit = st.floats(-20, 20)
width = st.floats(-9, 3).map(np.exp)
predictors = st.tuples(st.floats(-5, 5), st.floats(-3, 3))


@given(l=limit, w=width, predictors=predictors)
def test_probabilities_sum_to_one_and_their_derivatives_to_zero(l, w, predictors):
    parts = [
        numbers(prob_below(l, *row(predictors))),
        numbers(prob_between(l, l + w, *row(predictors))),
        numbers(prob_above(l + w, *row(predictors))),
    ]
    # Polynomials of the fourth degree in limits of up to 100 deviations, where the density
    # is not small: up to 15.
    assert_allclose(np.sum(parts, axis=0), [1, 0, 0, 0, 0, 0], atol=1e-12)


@given(l=limit, w=width, predictors=predictors)
def test_the_probability_is_that_of_the_log_likelihood(l, w, predictors):
    found = prob_between(l, l + w, *row(predictors))
    terms = interval(l, l + w, *row(predictors))
    assert_allclose(found.value, np.exp(terms.loglike), rtol=1e-12)
    for derivative, score in zip(found.gradient, terms.score_factor, strict=True):
        assert_allclose(derivative, found.value * score, rtol=1e-12, atol=1e-16)


@given(l=limit, w=width, predictors=predictors)
def test_means_stay_within_the_limits(l, w, predictors):
    for expected in (conditional_mean, censored_mean):
        value = expected(l, l + w, *row(predictors)).value
        assert l - 1e-14 * (1 + abs(l)) <= value <= l + w + 1e-14 * (1 + abs(l + w))


def test_without_limits_the_mean_is_the_latent_one():
    mean, log_variance = np.array([0.3, -2.0]), np.array([0.7, 1.0])
    for expected in (conditional_mean, censored_mean):
        found = expected(-np.inf, np.inf, mean, log_variance)
        assert_array_equal(found.value, mean)
        assert_array_equal(found.gradient, [[1, 1], [0, 0]])
        assert_allclose(found.hessian, np.zeros((3, 2)), atol=1e-30)


def test_a_conditional_mean_far_from_the_latent_one_keeps_its_distance_from_the_limit():
    # The mean of the excess over a limit of a = 1e8 deviations is 1 / a.
    mean, log_variance = np.array([-1e8]), np.zeros(1)
    assert_allclose(conditional_mean(0.0, np.inf, mean, log_variance).value, 1e-8, rtol=1e-14)
    assert_allclose(
        conditional_mean(-np.inf, 0.0, -mean, log_variance).value, -1e-8, rtol=1e-14
    )
