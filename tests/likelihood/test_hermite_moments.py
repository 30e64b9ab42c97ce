"""Means of Hermite polynomials, compared with quadrature."""

from functools import partial

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermeval
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.likelihood.bounds import Bounds, UnknownLimitsError
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.hermite_moments import hermite_covariance, hermite_scores
from sm_gaussmle.likelihood.observation import expected_hessian_factor

MEAN, LOG_VARIANCE = np.array([0.3, -1.0, 2.2]), np.array([0.4, -0.5, 1.0])
SIGMA = np.exp(0.5 * LOG_VARIANCE)
ORDERS = range(1, 5)
# A polynomial times the normal density over 28 standard deviations, to rounding.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
# Limits of censoring and of truncation: left, right, trunc_left, trunc_right.
SCHEMES = {
    "left": (0.0, None, None, None),
    "right": (None, 1.5, None, None),
    "both": (-0.5, 1.5, None, None),
    "truncated from the left": (None, None, -0.7, None),
    "truncated from the right": (None, None, None, 1.9),
    "truncated from both sides": (None, None, -0.7, 1.9),
    "censored in a truncated sample": (-0.2, 1.5, -0.7, 1.9),
}


def polynomial(k, y, row):
    return hermeval((y - MEAN[row]) / SIGMA[row], np.eye(5)[k])


def mean_between(function, lower, upper, row):
    """Return the mean of a function of the response between limits."""
    mean, sigma = MEAN[row], SIGMA[row]
    lower, upper = np.clip([lower, upper], mean - 14 * sigma, mean + 14 * sigma)
    y = 0.5 * (lower + upper) + 0.5 * (upper - lower) * NODES
    density = WEIGHTS * stats.norm.pdf(y, mean, sigma)
    return (density @ function(y)) / density.sum()


def array(limit):
    return None if limit is None else np.full(3, limit)


def bounds_of(scheme, endog):
    return Bounds.censored(endog, *map(array, SCHEMES[scheme]))


def infinite(limits):
    return tuple(
        sign * np.inf if limit is None else limit
        for limit, sign in zip(limits, (-1, 1, -1, 1), strict=True)
    )


def seen(y, limits, row, function):
    """Return the mean of a function given what is seen of a response."""
    left, right, first, last = limits
    if y <= left:
        return mean_between(function, first, left, row)
    if y >= right:
        return mean_between(function, right, last, row)
    return function(y)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scores_are_means_of_the_polynomials_given_what_is_seen(scheme):
    left, right, first, last = infinite(SCHEMES[scheme])
    endog = np.clip([-0.6, 0.7, 1.8], left, right)
    found = hermite_scores(endog, bounds_of(scheme, endog), MEAN, LOG_VARIANCE)
    for row in range(3):
        for k in ORDERS:
            function = partial(polynomial, k, row=row)
            expected = seen(endog[row], (left, right, first, last), row, function)
            if first > -np.inf or last < np.inf:
                expected -= mean_between(function, first, last, row)
            # Moments of limits far from the mean have lost some digits to cancellation.
            assert_allclose(found[k - 1, row], expected, rtol=1e-9, atol=1e-10)


def test_scores_of_intervals_are_means_between_their_ends():
    lower, upper = np.array([0.0, -np.inf, 1.0]), np.array([0.5, -0.4, np.inf])
    found = hermite_scores(np.zeros(3), Bounds.between(lower, upper), MEAN, LOG_VARIANCE)
    expected = [
        [mean_between(partial(polynomial, k, row=i), lower[i], upper[i], i) for i in range(3)]
        for k in ORDERS
    ]
    assert_allclose(found, expected, rtol=1e-9, atol=1e-10)


def test_scores_of_exact_responses_are_the_polynomials():
    endog = np.array([-0.6, 0.7, 1.8])
    u = (endog - MEAN) / SIGMA
    found = hermite_scores(endog, None, MEAN, LOG_VARIANCE)
    assert_allclose(found, [u, u**2 - 1, u**3 - 3 * u, u**4 - 6 * u**2 + 3], rtol=1e-13)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_covariance_is_that_of_the_scores_over_all_that_could_be_seen(scheme):
    left, right, first, last = infinite(SCHEMES[scheme])
    found = hermite_covariance(bounds_of(scheme, np.zeros(3)), MEAN, LOG_VARIANCE)
    left, right = max(left, first), min(right, last)
    for row in range(3):
        density = stats.norm(MEAN[row], SIGMA[row])
        whole = density.cdf(last) - density.cdf(first)
        cells = [(first, left, True), (left, right, False), (right, last, True)]
        overall = [
            mean_between(partial(polynomial, k, row=row), first, last, row) for k in ORDERS
        ]
        for j in ORDERS:
            for k in ORDERS:
                one, other = partial(polynomial, j, row=row), partial(polynomial, k, row=row)
                total = 0.0
                for lower, upper, hidden in cells:
                    if lower >= upper:
                        continue
                    weight = (density.cdf(upper) - density.cdf(lower)) / whole
                    if hidden:
                        means = (mean_between(f, lower, upper, row) for f in (one, other))
                        total += weight * np.prod(list(means))
                    else:
                        total += weight * mean_between(
                            lambda y, f=one, g=other: f(y) * g(y), lower, upper, row
                        )
                total -= overall[j - 1] * overall[k - 1]
                # Products of the fourth polynomials are some hundreds.
                assert_allclose(found[j - 1, k - 1, row], total, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_first_two_are_the_expected_information(scheme):
    bounds = bounds_of(scheme, np.zeros(3))
    found = hermite_covariance(bounds, MEAN, LOG_VARIANCE)
    of_mean, cross, of_scale = expected_hessian_factor(bounds, MEAN, LOG_VARIANCE)
    assert_allclose(found[0, 0], -of_mean * SIGMA**2, rtol=1e-10)
    assert_allclose(0.5 * found[0, 1], -cross * SIGMA, rtol=1e-10, atol=1e-13)
    assert_allclose(0.25 * found[1, 1], -of_scale, rtol=1e-10)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_first_two_scores_are_those_of_mean_and_log_variance(scheme):
    left, right, _, _ = infinite(SCHEMES[scheme])
    endog = np.clip([-0.6, 0.7, 1.8], left, right)
    bounds = bounds_of(scheme, endog)
    found = hermite_scores(endog, bounds, MEAN, LOG_VARIANCE)
    rows = RowBlock(endog, np.ones((3, 1)), np.ones((3, 1)), bounds=bounds)
    of_mean, of_scale = rows.terms(MEAN, LOG_VARIANCE).score_factor
    assert_allclose(found[0], of_mean * SIGMA, rtol=1e-11)
    assert_allclose(found[1], 2.0 * of_scale, rtol=1e-11)


def test_the_covariance_of_exact_responses_is_that_of_the_polynomials():
    found = hermite_covariance(None, MEAN, LOG_VARIANCE)
    assert_allclose(found[..., 1], np.diag([1.0, 2.0, 6.0, 24.0]))


def test_limits_far_away_leave_the_covariance_of_exact_responses():
    far = Bounds.censored(np.zeros(3), np.full(3, -1e9), np.full(3, 1e9))
    found = hermite_covariance(far, MEAN, LOG_VARIANCE)
    exact = hermite_covariance(None, MEAN, LOG_VARIANCE)
    assert_allclose(found, exact, atol=1e-12)


def test_rows_that_are_certain_to_be_censored_have_next_to_no_covariance():
    bounds = Bounds.censored(np.full(3, 100.0), np.full(3, 100.0))
    assert (np.abs(hermite_covariance(bounds, MEAN, LOG_VARIANCE)) < 1e-100).all()


def test_the_covariance_of_intervals_is_not_known():
    with pytest.raises(UnknownLimitsError, match="is not known"):
        hermite_covariance(Bounds.between(np.zeros(3), np.ones(3)), MEAN, LOG_VARIANCE)
