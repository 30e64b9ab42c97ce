"""Responses that are censored in a truncated sample, against 150 digits and integration."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import ndtr

from sm_gaussmle.likelihood.moments import censored_mean, conditional_mean
from sm_gaussmle.likelihood.probabilities import prob_above, prob_below, prob_between
from sm_gaussmle.likelihood.quantiles import censored_quantile
from sm_gaussmle.likelihood.seen_responses import SEEN, Limits, seen_quantile

from .normal_in_digits import CONTEXT, INF, density, probability

INFINITE = (-np.inf, np.inf, -np.inf, np.inf)
# left, right, trunc_left, trunc_right
SAMPLES = {
    "truncated": (-np.inf, np.inf, 0.0, np.inf),
    "truncated from the right": (-np.inf, np.inf, -np.inf, 2.0),
    "truncated twice": (-np.inf, np.inf, -1.0, 1.5),
    "both from the left": (0.5, np.inf, 0.0, np.inf),
    "one from each side": (0.5, np.inf, -np.inf, 3.0),
    "all four": (0.5, 2.0, 0.0, 3.0),
    "narrow": (0.25, 0.75, 0.0, 1.0),
}
# Means within and beyond the limits, small and large variances.
PREDICTORS = [(0.3, 0.1), (-4.0, 0.2), (5.0, -0.5), (1.0, 3.0), (1.2, -3.0)]

over_samples = pytest.mark.parametrize("limits", SAMPLES.values(), ids=list(SAMPLES))
over_quantities = pytest.mark.parametrize("which", SEEN)


class Digits:
    """One row as its definitions say."""

    def __init__(self, limits, mean, log_variance):
        self.mean, self.sigma = mean, CONTEXT.exp(log_variance / 2)
        self.left, self.right, *self.sample = (CONTEXT.mpf(limit) for limit in limits)
        self.exact = max(self.left, self.sample[0]), min(self.right, self.sample[1])

    def share(self, lower, upper):
        ends = [
            [(x - self.mean) / self.sigma for x in e] for e in ((lower, upper), self.sample)
        ]
        return probability(*ends[0]) / probability(*ends[1])

    def mean_between(self, lower, upper):
        a, b = ((x - self.mean) / self.sigma for x in (lower, upper))
        at_a, at_b = (density(x) if abs(x) < INF else 0 for x in (a, b))
        return self.mean + self.sigma * (at_a - at_b) / probability(a, b)

    def prob_left(self):
        return self.share(self.sample[0], self.left) if self.left > -INF else CONTEXT.mpf(0)

    def prob_right(self):
        return self.share(self.right, self.sample[1]) if self.right < INF else CONTEXT.mpf(0)

    def prob_uncensored(self):
        return self.share(*self.exact)

    def conditional(self):
        return self.mean_between(*self.exact)

    def truncated(self):
        return self.mean_between(*self.sample)

    def censored(self):
        total = self.prob_uncensored() * self.conditional()
        total += self.left * self.prob_left() if self.left > -INF else 0
        return total + (self.right * self.prob_right() if self.right < INF else 0)


def exact_numbers(which, limits, predictors):
    """Return the value with its derivatives, numerically in 150 digits."""
    h = CONTEXT.mpf(10) ** -25  # errors of 1e-50, and of 1e-100 from rounding
    f = {}
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            mean, log_variance = (
                p + k * h for p, k in zip(map(CONTEXT.mpf, predictors), (i, j), strict=True)
            )
            f[i, j] = getattr(Digits(limits, mean, log_variance), which)()
    return [
        f[0, 0],
        (f[1, 0] - f[-1, 0]) / (2 * h),
        (f[0, 1] - f[0, -1]) / (2 * h),
        (f[1, 0] - 2 * f[0, 0] + f[-1, 0]) / h**2,
        (f[1, 1] - f[1, -1] - f[-1, 1] + f[-1, -1]) / (4 * h * h),
        (f[0, 1] - 2 * f[0, 0] + f[0, -1]) / h**2,
    ]


def numbers(moment):
    return np.array([float(x[0]) for x in (moment.value, *moment.gradient, *moment.hessian)])


def row(predictors):
    return [np.array([value]) for value in predictors]


@over_samples
@over_quantities
@pytest.mark.parametrize("predictors", PREDICTORS, ids=str)
def test_quantities_and_derivatives_have_ten_digits(which, limits, predictors):
    found = numbers(SEEN[which](Limits(*limits), *row(predictors)))
    exact = [float(value) for value in exact_numbers(which, limits, predictors)]
    # Differences of scores, of the size of a^2 with limits `a` standard deviations off: up
    # to 500 here, so that 1e-13 is left of derivatives that are smaller than these.
    assert_allclose(found, exact, rtol=1e-10, atol=2e-13)


@over_samples
def test_the_mean_as_seen_is_an_integral(limits):
    left, right, *sample = limits
    mean, log_variance = PREDICTORS[0]
    sigma = CONTEXT.exp(CONTEXT.mpf(log_variance) / 2)
    ends = sorted(x for x in {*sample, left, right, mean} if sample[0] <= x <= sample[1])

    def integral(function):
        return CONTEXT.quad(
            lambda x: function(x) * density((x - mean) / sigma), [CONTEXT.mpf(x) for x in ends]
        )

    with CONTEXT.workdps(25):
        exact = integral(lambda x: min(max(x, left), right)) / integral(lambda _x: 1)
    found = SEEN["censored"](Limits(*limits), *row((mean, log_variance))).value
    assert_allclose(found, float(exact), rtol=1e-13)


@over_quantities
def test_a_limit_that_cuts_nothing_off_changes_nothing(which):
    mean, log_variance = np.array([0.3, -0.5]), np.array([0.1, 0.4])
    far = Limits(0.0, 1.0, -1e3, 1e3)
    near = Limits(0.0, 1.0)
    found, expected = (SEEN[which](lim, mean, log_variance) for lim in (far, near))
    assert_allclose(found.value, expected.value, rtol=1e-13)
    assert_allclose(found.gradient, expected.gradient, rtol=1e-12, atol=1e-15)
    assert_allclose(found.hessian, expected.hessian, rtol=1e-11, atol=1e-14)


def test_without_truncation_quantities_are_those_of_the_latent_distribution():
    row_ = np.array([0.3]), np.array([0.1])
    limits = Limits(0.0, 1.0)
    for which, expected in {
        "censored": censored_mean(0.0, 1.0, *row_),
        "conditional": conditional_mean(0.0, 1.0, *row_),
        "prob_uncensored": prob_between(0.0, 1.0, *row_),
        "prob_left": prob_below(0.0, *row_),
        "prob_right": prob_above(1.0, *row_),
    }.items():
        assert_array_equal(numbers(SEEN[which](limits, *row_)), numbers(expected))


@over_samples
@pytest.mark.parametrize("predictors", PREDICTORS, ids=str)
def test_the_three_ways_of_being_seen_have_the_probability_one(limits, predictors):
    ways = ("prob_left", "prob_uncensored", "prob_right")
    total = sum(numbers(SEEN[way](Limits(*limits), *row(predictors))) for way in ways)
    # Derivatives up to 500 cancel.
    assert_allclose(total, [1, 0, 0, 0, 0, 0], atol=2e-13)


@over_quantities
def test_rows_with_and_without_a_limit_are_each_as_they_are_alone(which):
    columns = np.array(
        [SAMPLES["all four"], INFINITE, SAMPLES["truncated"], (0, 1, *INFINITE[2:])]
    )
    mean, log_variance = np.array([0.3, 0.2, 1.0, 0.5]), np.array([0.1, 0.0, 0.3, 0.2])
    together = SEEN[which](Limits(*columns.T), mean, log_variance)
    for i, limits in enumerate(columns):
        alone = SEEN[which](Limits(*limits), mean[[i]], log_variance[[i]])
        one = type(together)(
            together.value[[i]],
            tuple(d[[i]] for d in together.gradient),
            tuple(d[[i]] for d in together.hessian),
        )
        assert_allclose(numbers(one), numbers(alone), rtol=1e-11, atol=1e-15)


MIRRORED = {"prob_left": "prob_right", "prob_right": "prob_left"}


@over_samples
@over_quantities
def test_reflected_limits_give_reflected_quantities(which, limits):
    left, right, trunc_left, trunc_right = limits
    mirror = Limits(-right, -left, -trunc_right, -trunc_left)
    mean, log_variance = row(PREDICTORS[0])
    found = numbers(SEEN[MIRRORED.get(which, which)](mirror, -mean, log_variance))
    expected = numbers(SEEN[which](Limits(*limits), mean, log_variance))
    signs = np.array([1, -1, 1, 1, -1, 1]) * (1 if which.startswith("prob") else -1)
    # Differences of scores, up to 100 for the narrow limits.
    assert_allclose(found * signs, expected, rtol=1e-12, atol=1e-13)


def test_part_of_limits_keeps_what_is_one_for_all():
    part = Limits(np.array([0.0, 1.0, 2.0]), 5.0).part(np.array([True, False, True]))
    assert_array_equal(part.left, [0.0, 2.0])
    assert part.right == 5.0


# Quantiles ------------------------------------------------------------------------------


def below(value, limits, mean, sigma):
    """Return the probability that a response in the sample is below a value."""
    ends = ndtr((np.array([limits.trunc_left, limits.trunc_right, value]) - mean) / sigma)
    return (ends[2] - ends[0]) / (ends[1] - ends[0])


@pytest.mark.parametrize("probability_below", [0.3, 0.6])
def test_a_quantile_within_the_limits_has_its_probability_below_it(probability_below):
    limits = Limits(0.1, 2.9, 0.0, 3.0)
    found = seen_quantile(probability_below, limits, *row((0.3, 0.1)))
    exact = below(found.value[0], limits, 0.3, np.exp(0.05))
    assert_allclose(exact, probability_below, rtol=1e-13)


def test_a_quantile_has_its_derivatives():
    limits, at = Limits(0.1, 2.9, 0.0, 3.0), np.array([0.3, 0.1])
    found = seen_quantile(0.6, limits, *row(at)).gradient
    for k in range(2):
        low, high = (
            seen_quantile(0.6, limits, *row(at + s * np.eye(2)[k])).value[0]
            for s in (-1e-6, 1e-6)
        )
        assert_allclose(found[k], (high - low) / 2e-6, rtol=1e-8)  # rounding over the step


@pytest.mark.parametrize(("probability_below", "limit"), [(0.01, 0.5), (0.99, 2.0)])
def test_a_quantile_beyond_a_limit_is_the_limit_whatever_the_parameters(
    probability_below, limit
):
    for limits in (Limits(0.5, 2.0, 0.0, 3.0), Limits(0.5, 2.0)):
        found = seen_quantile(probability_below, limits, *row((1.0, 0.1)))
        assert (found.value, *found.gradient) == (limit, 0.0, 0.0)


def test_without_truncation_a_quantile_is_that_of_the_latent_distribution():
    found = seen_quantile(0.6, Limits(0.0, 1.0), *row((0.3, 0.1)))
    assert found == censored_quantile(0.6, 0.0, 1.0, *row((0.3, 0.1)))
