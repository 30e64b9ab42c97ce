"""Terms of responses known to lie above, below or between limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.row_groups import ROWS_AT_ONCE
from sm_gaussmle.likelihood.terms import above, below

from .normal_in_digits import CONTEXT, log_probability, terms

EPS = np.finfo(float).eps
NAMES = ["loglike", "score mean", "score scale", "hessian mean", "mixed", "hessian scale"]
# +-: odd in the mean.
PARITY = np.array([1, -1, 1, 1, -1, 1])[:, None]


def numbers(found):
    return np.array([found.loglike, *found.score_factor, *found.hessian_factor])


def standard(function, *limits):
    """Return the six numbers at mean 0 and variance 1."""
    zeros = np.zeros(len(limits[0]))
    return numbers(function(*limits, zeros, zeros))


def in_digits(lower, upper):
    return np.array(
        [[float(x) for x in terms(*pair)] for pair in zip(lower, upper, strict=True)]
    ).T


def assert_accurate(found, exact, rtol, atol=0.0):
    """Compare to `rtol`; log-likelihoods at least absolutely, as they pass through zero."""
    assert_allclose(found[0], exact[0], rtol=rtol, atol=rtol)
    for name, value, reference in zip(NAMES[1:], found[1:], exact[1:], strict=True):
        assert_allclose(value, reference, rtol=rtol, atol=atol, err_msg=name)


def widths_at(lower, widths):
    a = np.repeat(lower, len(widths))
    return a, a + np.tile(widths, len(lower))


# Against 150 digits ---------------------------------------------------------------------


class TestAbove:
    """One limit: the whole line, and far beyond."""

    def test_limits_beyond_the_mean_to_thirteen_digits(self):
        a = np.concatenate([np.linspace(0.01, 12, 300), np.geomspace(12, 1e10, 60)])
        exact = in_digits(a, np.full_like(a, np.inf))
        assert_accurate(standard(above, a), exact, rtol=1e-13)

    def test_limits_before_the_mean(self):
        # The density has a relative error of a^2 units in the last place. One plus a times
        # the excess changes its sign at -0.84.
        a = -np.concatenate([np.linspace(0.9, 30, 100), np.geomspace(1e-9, 0.8, 30)])
        exact = in_digits(a, np.full_like(a, np.inf))
        assert_accurate(standard(above, a), exact, rtol=2e-13)

    def test_where_a_derivative_changes_its_sign(self):
        a = np.linspace(-0.9, -0.8, 30)
        exact = in_digits(a, np.full_like(a, np.inf))
        assert_accurate(standard(above, a), exact, rtol=1e-13, atol=4 * EPS)


class TestBetween:
    """Two limits, on one side of the mean, where no derivative changes its sign."""

    FROM = np.array([1.1, 1.4, 2.0, 3.0, 3.9, 4.1, 6.0, 9.0, 20.0, 40.0, 1e2, 1e3, 1e4, 1e8])

    def check(self, a, b):
        keep = b > a
        a, b = a[keep], b[keep]
        exact = in_digits(a, b)
        assert_accurate(standard(interval, a, b), exact, rtol=1e-13)
        assert_accurate(standard(interval, -b, -a), PARITY * exact, rtol=1e-13)

    def test_narrow(self):
        self.check(*widths_at(self.FROM, [1e-12, 1e-8, 1e-6, 1e-4, 1e-2]))

    def test_moderate(self):
        # At 2 the way of computing changes.
        self.check(*widths_at(self.FROM, [0.1, 0.5, 1.0, 1.9, 2.0, 2.01, 3.0]))

    def test_wide(self):
        self.check(*widths_at(self.FROM, [5.0, 10.0, 30.0, 59.0, 61.0, 1e3]))

    def test_widths_over_which_the_density_falls_by_a_factor(self):
        # At 3 the way of computing changes.
        tilts = np.array([0.1, 1.0, 2.9, 2.99, 3.0, 3.01, 3.1, 5.0, 20.0, 50.0])
        a = np.repeat(self.FROM, len(tilts))
        self.check(a, a + np.tile(tilts, len(self.FROM)) / a)

    def test_around_the_mean(self):
        # Differences of numbers up to one: absolute errors.
        middles = np.array([0.0, 1e-9, 1e-3, 0.1, 0.5, 0.9])
        widths = np.array([1e-8, 1e-4, 0.1, 1.0, 1.99, 2.01, 3.0, 6.0])
        half = np.tile(widths, len(middles)) / 2
        c = np.repeat(middles, len(widths))
        exact = in_digits(c - half, c + half)
        assert_accurate(standard(interval, c - half, c + half), exact, rtol=1e-13, atol=1e-15)

    def test_all_but_everything(self):
        # What is left of one is small, and keeps its digits.
        a, b = np.array([-5.0, -9.0, -20.0, -30.0]), np.array([6.0, 9.0, 20.0, 37.0])
        exact = in_digits(a, b)
        found = standard(interval, a, b)
        assert_allclose(found[[0, 3, 5]], exact[[0, 3, 5]], rtol=1e-12)
        # Odd in the mean: zero by symmetry in two rows.
        assert_allclose(found[[1, 4]], exact[[1, 4]], rtol=1e-12, atol=1e-60)


def test_narrow_intervals_far_from_zero_keep_the_width_that_was_given():
    # One unit in the last place of 1e8, which standardised limits do not show.
    lower = np.array([1e8])
    upper = np.nextafter(lower, np.inf)
    found = interval(lower, upper, np.array([1e8 - 3.0]), np.array([2.0]))
    sigma = np.exp(1.0)
    z = (3.0 + 0.5 * (upper - lower)) / sigma
    density = -0.5 * np.log(2 * np.pi) - 1.0 - 0.5 * z * z
    assert_allclose(found.loglike, np.log(upper - lower) + density, rtol=1e-14)


@pytest.mark.parametrize("limits", [(0.5, np.inf), (-0.3, 0.9), (2.0, 7.0), (40.0, 41.0)])
@pytest.mark.parametrize("which", range(5))
def test_derivatives_are_those_of_the_log_probability(limits, which):
    # Numerical differentiation in 150 digits, at a mean and a variance of no merit.
    mean, log_variance = 0.375, -1.25
    orders = [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2)][which]

    def loglike(mu, eta):
        sigma = CONTEXT.exp(eta / 2)
        return log_probability(*[(CONTEXT.mpf(limit) - mu) / sigma for limit in limits])

    exact = CONTEXT.diff(loglike, (CONTEXT.mpf(mean), CONTEXT.mpf(log_variance)), orders)
    found = numbers(interval(*limits, np.array([mean]), np.array([log_variance])))
    # Standardised limits of up to 80 are rounded: their squares, in units of eps.
    assert_allclose(found[1 + which], float(exact), rtol=1e-14 + 2 * EPS * 80**2)


# Laws -----------------------------------------------------------------------------------

limit = st.floats(-1e3, 1e3)
width = st.floats(-18, 6).map(np.exp)
predictors = st.tuples(st.floats(-50, 50), st.floats(-6, 6))


@given(l=limit, predictor=predictors)
def test_below_is_above_reflected(l, predictor):
    mean, log_variance = np.array(predictor)[:, None]
    found = numbers(below(l, mean, log_variance))
    assert_array_equal(found, PARITY * numbers(above(-l, -mean, log_variance)))


@given(l=limit, w=width, predictor=predictors)
def test_intervals_are_reflected_exactly(l, w, predictor):
    mean, log_variance = np.array(predictor)[:, None]
    found = numbers(interval(l, l + w, mean, log_variance))
    assert_array_equal(found, PARITY * numbers(interval(-l - w, -l, -mean, log_variance)))


@given(l=limit, predictor=predictors)
def test_an_infinite_limit_is_no_limit_bit_for_bit(l, predictor):
    row = np.array(predictor)[:, None]
    assert_array_equal(numbers(interval(l, np.inf, *row)), numbers(above(l, *row)))
    assert_array_equal(numbers(interval(-np.inf, l, *row)), numbers(below(l, *row)))
    for nothing in (interval(-np.inf, np.inf, *row), above(-np.inf, *row), below(np.inf, *row)):
        assert (numbers(nothing) == 0.0).all()


@given(z=st.floats(-30, 30), w=width, predictor=predictors)
def test_a_partition_is_certain_and_says_nothing(z, w, predictor):
    mean, log_variance = np.array(predictor)[:, None]
    sigma = np.exp(log_variance / 2)
    l, u = mean + sigma * z, mean + sigma * (z + w)
    if not l < u:
        return
    parts = [
        numbers(part)
        for part in (
            below(l, mean, log_variance),
            interval(l, u, mean, log_variance),
            above(u, mean, log_variance),
        )
    ]
    probabilities = np.array([np.exp(part[0]) for part in parts])
    # Limits are rounded in units of the mean over sigma; scores and their squares are up to
    # 1e4 where probabilities are not small.
    atol = 1e-13 * (1 + abs(mean) / sigma)[0]
    assert_allclose(probabilities.sum(), 1.0, atol=atol)
    unit = np.array([sigma[0], 1.0])
    scores = np.array([part[1:3, 0] * unit for part in parts])
    assert_allclose((probabilities * scores).sum(axis=0), 0.0, atol=10 * atol)
    hessians = np.array([part[3:, 0] for part in parts]) * [unit[0] ** 2, unit[0], 1.0]
    squares = scores[:, [0, 0, 1]] * scores[:, [0, 1, 1]]
    # Bartlett's second identity.
    assert_allclose((probabilities * (hessians + squares)).sum(axis=0), 0.0, atol=100 * atol)


@given(z=st.floats(-5, 5), first=width, second=width)
def test_merging_intervals_never_raises_the_information(z, first, second):
    # Variance of the scores, in the cells of a partition.
    def information(cuts):
        cells = np.array([-np.inf, *cuts, np.inf])
        found = standard(interval, cells[:-1], cells[1:])
        scores = found[1:3]
        return (np.exp(found[0]) * scores) @ scores.T

    cuts = [z, z + first, z + first + second]
    if len(set(cuts)) < 3:
        return
    lost = information(cuts) - information([cuts[0], cuts[2]])
    assert np.linalg.eigvalsh(lost).min() >= -1e-13


@pytest.mark.parametrize("power", [-60, 60])
def test_another_unit_changes_the_units_of_derivatives_alone(power):
    rng = np.random.default_rng(5)
    lower, mean = rng.normal(size=(2, 50))
    upper = lower + rng.exponential(size=50)
    unit = 2.0**power
    here = numbers(interval(lower, upper, mean, np.zeros(50)))
    there = interval(lower * unit, upper * unit, mean * unit, np.full(50, 2 * np.log(unit)))
    scaled = numbers(there) * np.array([1, unit, 1, unit**2, unit, 1])[:, None]
    # A log variance of 80 is rounded in units of 1e-14.
    assert_allclose(scaled, here, rtol=1e-12, atol=1e-13)


# Extremes, and what is given back -------------------------------------------------------


@pytest.mark.parametrize("log_variance", [-690.0, 0.0, 690.0])
@pytest.mark.parametrize("mean", [0.0, -1e150, 1e150])
@pytest.mark.parametrize(
    ("lower", "upper"),
    [(-1e300, 1e300), (0.0, 1e-300), (1e150, 1.1e150), (-5.0, 1e308), (1e308, 1.7e308)],
)
def test_nothing_finite_is_not_a_number(lower, upper, mean, log_variance):
    row = np.array([mean]), np.array([log_variance])
    for found in (above(lower, *row), below(upper, *row), interval(lower, upper, *row)):
        assert not np.isnan(numbers(found)).any()


def test_rows_are_computed_in_blocks_as_if_alone():
    rng = np.random.default_rng(6)
    n = 2 * ROWS_AT_ONCE + 3
    lower = rng.normal(size=n)
    upper = lower + np.exp(rng.normal(size=n) * 3)
    lower[rng.random(n) < 0.2] = -np.inf
    upper[rng.random(n) < 0.2] = np.inf
    mean, log_variance = rng.normal(size=(2, n))
    together = numbers(interval(lower, upper, mean, log_variance))
    for i in (0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, n - 1):
        row = slice(i, i + 1)
        alone = numbers(interval(lower[row], upper[row], mean[row], log_variance[row]))
        assert_allclose(alone[:, 0], together[:, i], rtol=1e-13, atol=1e-15)


def test_limits_may_be_one_number_for_all_rows():
    mean, log_variance = np.random.default_rng(7).normal(size=(2, 6))
    for function, limits in ((above, [0.5]), (below, [0.5]), (interval, [0.5, 2.0])):
        by_row = [np.full(6, l) for l in limits]
        assert_array_equal(
            numbers(function(*limits, mean, log_variance)),
            numbers(function(*by_row, mean, log_variance)),
        )


def test_no_rows_have_no_terms():
    none = np.empty(0)
    assert numbers(interval(0.0, 1.0, none, none)).shape == (6, 0)


def test_the_arguments_are_left_alone():
    rows = np.random.default_rng(8).normal(size=(4, 9))
    rows[1] = rows[0] + 1.0
    before = rows.copy()
    interval(*rows)
    above(*rows[1:])
    below(*rows[1:])
    assert_array_equal(rows, before)
