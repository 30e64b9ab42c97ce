"""Terms of responses seen exactly in a truncated sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.likelihood.expected_information import expected_hessian_factor
from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.terms import point
from sm_gaussmle.likelihood.truncated_terms import truncated_point

from .normal_in_digits import CONTEXT, terms

INF = np.inf
# Response and limits. The ways of computing meet at limits of 0, at widths of 1 and 2, at
# densities that fall by exp(3), and at 4.
OPEN = [
    (a + x / max(abs(a), 1.0), a, INF)
    for a in (-50.0, -5.0, -0.5, -0.01, 0.0, 0.01, 1.0, 3.0, 3.99, 4.01, 10.0, 1e2, 1e4, 1e6)
    for x in (0.01, 0.5, 3.0)
]
CLOSED = [
    (a + q * w, a, a + w)
    for a in (-5.0, -1.2, -0.5, 0.0, 0.1, 1.0, 3.0, 4.01, 10.0, 1e2, 1e4)
    for w in (1e-3, 0.1, 0.99, 1.01, 2.2, 10.0)
    for q in (0.1, 0.5, 0.9)
]
TILTED = [
    (a + q * x / a, a, a + x / a)
    for a in (2.0, 4.0, 1e2, 1e4, 1e6)
    for x in (0.1, 1.0, 2.9, 3.1, 10.0)
    for q in (0.1, 0.9)
]
CASES = {"open": OPEN, "closed": CLOSED, "tilted": TILTED}


def numbers(found):
    return np.array([found.loglike, *found.score_factor, *found.hessian_factor])


def in_digits(y, a, b):
    """Return the six numbers at mean 0 and variance 1: a point's less an interval's."""
    y = CONTEXT.mpf(y)
    log_density = -(y * y + CONTEXT.log(2 * CONTEXT.pi)) / 2
    seen = [log_density, y, (y * y - 1) / 2, -1, -y, -y * y / 2]
    return [float(u - v) for u, v in zip(seen, terms(a, b), strict=True)]


@pytest.mark.parametrize("rows", CASES.values(), ids=list(CASES))
@pytest.mark.parametrize("sign", [1, -1], ids=["above", "below"])
class TestAgainstDigits:
    """Each number to the size of its parts: powers of the conditional deviation."""

    def found_exact_deviation(self, rows, sign):
        y, a, b = np.array(rows).T
        limits = (a, b) if sign > 0 else (-b, -a)
        zeros = np.zeros(len(y))
        found = numbers(truncated_point(sign * y, *limits, zeros, zeros))
        found[[1, 4]] *= sign
        exact = np.array([in_digits(*row) for row in rows]).T
        return found, exact, np.sqrt(-exact[3]), np.abs(y)

    def test_loglike(self, rows, sign):
        found, exact, *_ = self.found_exact_deviation(rows, sign)
        assert_allclose(found[0], exact[0], rtol=1e-14, atol=1e-14)

    def test_scores(self, rows, sign):
        found, exact, deviation, y = self.found_exact_deviation(rows, sign)
        assert_allclose(found[1] / deviation, exact[1] / deviation, atol=1e-13)
        size = deviation * y + deviation**2
        assert_allclose(found[2] / size, exact[2] / size, atol=1e-13)

    def test_hessians(self, rows, sign):
        found, exact, deviation, y = self.found_exact_deviation(rows, sign)
        assert_allclose(found[3], exact[3], rtol=1e-12)
        size = deviation**2 * y + deviation
        assert_allclose(found[4] / size, exact[4] / size, atol=1e-12)
        size = deviation**2 * (1 + y * y)
        assert_allclose(found[5] / size, exact[5] / size, atol=1e-11)


predictors = st.tuples(st.floats(-5, 5), st.floats(-3, 3))
limit = st.floats(-20, 20)
width = st.floats(-9, 3).map(np.exp)
share = st.floats(0.01, 0.99)


def row(*values):
    return [np.array([value]) for value in values]


@given(l=limit, w=width, q=share, predictors=predictors)
def test_it_is_a_point_less_an_interval(l, w, q, predictors):
    y = l + q * w
    mean, log_variance = row(*predictors)
    found = numbers(truncated_point(*row(y), l, l + w, mean, log_variance))
    seen = numbers(point(*row(y), mean, log_variance))
    sample = numbers(interval(l, l + w, mean, log_variance))
    # Numbers of up to 1e4 cancel, of limits that are rounded in deviations of up to 100.
    size = 1 + np.abs(seen) + np.abs(sample)
    assert (np.abs(found - (seen - sample)) <= 1e-11 * size).all()


@given(l=limit, w=width | st.just(INF), q=share, predictors=predictors)
def test_reflection_changes_the_signs_of_the_odd_derivatives_alone(l, w, q, predictors):
    y = l + q * min(w, 1.0)
    mean, log_variance = row(*predictors)
    here = numbers(truncated_point(*row(y), l, l + w, mean, log_variance))
    there = numbers(truncated_point(*row(-y), -l - w, -l, -mean, log_variance))
    parity = np.array([1, -1, 1, 1, -1, 1])[:, None]
    # The two ways about the middle of narrow intervals: from the other limit.
    assert_allclose(there, parity * here, rtol=1e-10, atol=1e-10)


@given(y=limit, predictors=predictors)
def test_infinite_limits_give_the_exact_term_bit_for_bit(y, predictors):
    found = truncated_point(*row(y), -INF, INF, *row(*predictors))
    assert_array_equal(numbers(found), numbers(point(*row(y, *predictors))))


NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(60)
SAMPLES = [(-1.0, 1.5), (0.3, 0.4), (6.0, 7.0), (-9.0, -8.5), (0.0, 12.0), (40.0, 41.0)]


@pytest.mark.parametrize("limits", SAMPLES)
class TestAsADensity:
    """By quadrature over the responses that a sample may have, at variance 1.5."""

    def over_the_sample(self, limits):
        middle, half = np.mean(limits), np.ptp(limits) / 2
        endog = middle + half * NODES
        mean, log_variance = np.zeros(60), np.full(60, np.log(1.5))
        found = truncated_point(endog, *limits, mean, log_variance)
        return numbers(found), np.exp(found.loglike) * NODE_WEIGHTS * half

    def test_it_integrates_to_one(self, limits):
        _, probabilities = self.over_the_sample(limits)
        assert_allclose(probabilities.sum(), 1.0, rtol=1e-12)

    def test_scores_have_mean_zero(self, limits):
        found, probabilities = self.over_the_sample(limits)
        assert_allclose(found[1:3] @ probabilities, 0.0, atol=1e-12)

    def test_the_expected_hessian_is_the_expectation(self, limits):
        found, probabilities = self.over_the_sample(limits)
        expected = expected_hessian_factor(
            *row(0.0, np.log(1.5)), trunc_left=limits[0], trunc_right=limits[1]
        )
        by_quadrature = found[3:] @ probabilities
        # The last passes numbers of 1e3, at 40, whose difference is 1e-11 of them.
        assert_allclose(np.array(expected)[:, 0], by_quadrature, rtol=1e-9, atol=1e-12)


def test_limits_may_differ_between_rows():
    rng = np.random.default_rng(12)
    n = 60
    endog, mean, log_variance = rng.normal(size=(3, n))
    lower = np.where(rng.random(n) < 0.3, -INF, endog - rng.exponential(size=n))
    upper = np.where(rng.random(n) < 0.3, INF, endog + rng.exponential(size=n))
    together = numbers(truncated_point(endog, lower, upper, mean, log_variance))
    for i in range(n):
        alone = truncated_point(*row(endog[i], lower[i], upper[i], mean[i], log_variance[i]))
        assert_allclose(numbers(alone)[:, 0], together[:, i], rtol=1e-12, atol=1e-14)
