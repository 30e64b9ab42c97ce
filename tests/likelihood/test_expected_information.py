"""Expected Hessians: expectations, over all that may be seen, of the observed ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.likelihood.expected_information import expected_hessian_factor
from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.moments import conditional_mean
from sm_gaussmle.likelihood.terms import point

INF = np.inf
# left, right, trunc_left, trunc_right
SCHEMES = {
    "exact": {},
    "left": {"left": 0.0},
    "right": {"right": 0.4},
    "both": {"left": -0.5, "right": 0.7},
    "almost all censored": {"left": 3.0},
    "truncated": {"trunc_left": 0.0},
    "truncated from both sides": {"trunc_left": -0.3, "trunc_right": 1.9},
    "censored and truncated": {"left": 0.4, "right": 1.5, "trunc_left": -0.3},
    "all four": {"left": 0.4, "right": 1.5, "trunc_left": -1.0, "trunc_right": 2.0},
    "far": {"left": 8.5, "trunc_left": 8.0, "trunc_right": 9.0},
}
ROWS = [(0.0, 0.0), (0.5, -1.0), (-1.0, 1.2)]
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(80)

over_schemes = pytest.mark.parametrize("limits", SCHEMES.values(), ids=list(SCHEMES))
over_rows = pytest.mark.parametrize("row", ROWS)


def numbers(terms):
    return np.array([*terms.score_factor, *terms.hessian_factor])


def over_all_outcomes(limits, mean, log_variance):
    """Return probabilities, scores and Hessian factors of exact nodes and censored cells."""
    first, last = limits.get("trunc_left", -INF), limits.get("trunc_right", INF)
    left, right = max(limits.get("left", -INF), first), min(limits.get("right", INF), last)
    sigma = np.exp(log_variance / 2)
    # Beyond 12 deviations lie 1e-32 of the normal.
    low, high = (
        max(left, min(right, mean) - 12 * sigma),
        min(right, max(left, mean) + 12 * sigma),
    )
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    endog = middle + half * NODES
    exact = point(endog, np.full(80, mean), np.full(80, log_variance))
    row = np.array([mean]), np.array([log_variance])
    whole = interval(first, last, *row)
    probabilities = [np.exp(exact.loglike - whole.loglike) * NODE_WEIGHTS * half]
    outcomes = [numbers(exact)]
    for lower, upper in ((first, left), (right, last)):
        if lower < upper:
            cell = interval(lower, upper, *row)
            probabilities.append(np.exp(cell.loglike - whole.loglike))
            outcomes.append(numbers(cell))
    return np.concatenate(probabilities), np.hstack(outcomes) - numbers(whole)


def expected(limits, mean, log_variance):
    row = np.array([mean]), np.array([log_variance])
    return np.array(expected_hessian_factor(*row, **limits))[:, 0]


@over_schemes
@over_rows
class TestAsAnExpectation:
    """By quadrature with 80 nodes over at most 24 deviations: to some 1e-12."""

    def test_outcomes_are_certain(self, limits, row):
        probabilities, _ = over_all_outcomes(limits, *row)
        assert_allclose(probabilities.sum(), 1.0, rtol=1e-11)

    def test_it_is_that_of_the_hessians(self, limits, row):
        # Hessians of up to 100 far out, of which information is the difference.
        probabilities, outcomes = over_all_outcomes(limits, *row)
        by_quadrature = outcomes[2:] @ probabilities
        assert_allclose(expected(limits, *row), by_quadrature, rtol=1e-11, atol=1e-10)

    def test_it_is_minus_that_of_the_squared_scores(self, limits, row):
        probabilities, outcomes = over_all_outcomes(limits, *row)
        scores = outcomes[:2]
        squares = scores[[0, 0, 1]] * scores[[0, 1, 1]]
        found = -expected(limits, *row)
        assert_allclose(found, squares @ probabilities, rtol=1e-10, atol=1e-15)


def test_without_limits_it_is_that_of_exact_rows():
    found = expected_hessian_factor(np.zeros(2), np.array([0.0, 1.0]))
    assert_allclose(found[0], [-1.0, -np.exp(-1.0)], rtol=1e-15)
    assert_array_equal(found[1], 0.0)
    assert_allclose(found[2], -0.5, rtol=1e-15)


def test_far_truncated_rows_keep_what_little_they_tell():
    # 1e6 deviations out the mean tells the variance of the excess, 1e-12.
    row = np.zeros(1), np.zeros(1)
    found = expected_hessian_factor(*row, trunc_left=1e6)
    assert_allclose(found[0], -conditional_mean(1e6, INF, *row).gradient[0], rtol=1e-14)
    assert_allclose(found[2], -1.0, rtol=1e-11)


cuts = st.lists(st.floats(-4, 4), min_size=4, max_size=4, unique=True).map(sorted)
rows = st.tuples(st.floats(-2, 2), st.floats(-1.5, 1.5))


def as_matrix(factor):
    return np.array([[factor[0], factor[1]], [factor[1], factor[2]]])


@given(cuts=cuts, row=rows)
def test_censoring_more_never_raises_the_information(cuts, row):
    outer_left, left, right, outer_right = cuts
    more = expected({"left": left, "right": right}, *row)
    less = expected({"left": outer_left, "right": outer_right}, *row)
    # Information of up to exp(1.5) a row.
    assert np.linalg.eigvalsh(as_matrix(more - less)).min() >= -1e-12


@given(cuts=cuts, row=rows)
def test_information_is_positive_semidefinite(cuts, row):
    first, left, right, last = cuts
    limits = {"left": left, "right": right, "trunc_left": first, "trunc_right": last}
    matrix = -as_matrix(expected(limits, *row))
    assert np.linalg.eigvalsh(matrix).min() >= -1e-14 * (1 + np.abs(matrix).max())


@given(cuts=cuts, row=rows)
def test_information_is_reflected(cuts, row):
    first, left, right, last = cuts
    mean, log_variance = row
    here = expected(
        {"left": left, "right": right, "trunc_left": first, "trunc_right": last}, *row
    )
    there = expected(
        {"left": -right, "right": -left, "trunc_left": -last, "trunc_right": -first},
        -mean,
        log_variance,
    )
    assert_allclose(here * [1, -1, 1], there, rtol=1e-11, atol=1e-13)


def test_limits_may_differ_between_rows():
    mean, log_variance = np.random.default_rng(9).normal(size=(2, 3))
    left = np.array([-INF, 0.0, 0.5])
    together = expected_hessian_factor(mean, log_variance, left=left)
    for i in range(3):
        alone = expected({"left": left[i]}, mean[i], log_variance[i])
        assert_allclose(np.array(together)[:, i], alone, rtol=1e-13, atol=1e-15)
