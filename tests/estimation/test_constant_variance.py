"""Constant variance: the maximum in closed form."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.constant_variance import fit_constant_variance, smallest_share
from sm_gaussmle.estimation.errors import CollinearError, NonFiniteError, PerfectFitError
from sm_gaussmle.estimation.least_squares import least_squares

from . import plain
from .data import design, source, weights_for

LARGE = 21_000
CASES = {
    "few rows": (design(60), {}),
    "few rows, no constant": (design(60, constant=False), {}),
    "few rows, weighted": (design(60, level=9.0), "weights"),
    "near-perfect": (design(60, noise=1e-9), {}),
    "cross products": (design(LARGE), {}),
    "cross products, weighted": (design(LARGE), "weights"),
    "QR in blocks": (design(LARGE, distance=1e-6), {}),
}


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def fitted(request):
    """The rows and their fit."""
    (endog, exog, constant), others = request.param
    if others == "weights":
        frequency, variance = weights_for(len(endog))
        others = {
            "freq_weights": frequency,
            "log_variance_offset": np.log(variance),
            "offset": np.random.default_rng(1).normal(size=len(endog)),
        }
    rows = source(endog, exog, **others)
    return rows.rows, fit_constant_variance(rows, constant)


def test_the_log_likelihood_is_that_at_the_estimates(fitted):
    rows, fit = fitted
    # Residuals of 1e-9 of the response have 7 digits, a sum of 21,000 terms 12.
    assert_allclose(fit.loglike, plain.loglike(fit.params, rows), rtol=1e-8)


def test_the_score_is_zero_in_standard_errors(fitted):
    rows, fit = fitted
    # Products with residuals of 1e-9 round in units of 1e-7 standard errors; collinear
    # columns (1e-6) in units of 1e-16 times 1e6 and the root of n.
    assert np.abs(fit.cov_root.T @ plain.score(fit.params, rows)).max() < 1e-5


def test_the_root_squares_to_the_inverse_of_the_information(fitted):
    rows, fit = fitted
    identity = plain.information(fit.params, rows, fit.cov_root)
    # Differences over 1e-4 standard errors, which the rounding of the response and of the
    # terms of the fitted values is over: much for residuals of 1e-9 and for columns that
    # are collinear to 1e-6. Thirty for what several of them add up to.
    terms = np.abs(rows.endog) + np.abs(rows.exog) @ np.abs(fit.params[:-1])
    step = 1e-4 * np.exp(0.5 * fit.params[-1]) / np.sqrt(fit.nobs)
    rounding = np.finfo(float).eps * np.sqrt((terms**2).mean()) / step
    assert_allclose(identity, np.eye(len(identity)), atol=1e-6 + 30 * rounding)


def test_it_has_converged_without_iterating(fitted):
    _, fit = fitted
    assert fit.converged
    assert fit.reason == "closed form"
    assert len(fit.history) == 1
    assert fit.history[0].loglike == fit.loglike
    assert fit.starts == 1
    assert fit.lower_maxima == ()


def test_every_observation_is_counted(fitted):
    rows, fit = fitted
    expected = len(rows.endog) if rows.freq_weights is None else rows.freq_weights.sum()
    assert fit.nobs == expected


def test_nothing_nearby_is_higher(fitted):
    rows, fit = fitted
    rng = np.random.default_rng(5)
    here = plain.loglike(fit.params, rows)
    for _ in range(10):
        # A hundredth of a standard error costs 5e-5 of log-likelihood and more.
        step = 0.1 * fit.cov_root @ rng.normal(size=len(fit.params))
        assert plain.loglike(fit.params + step, rows) < here


# Refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 60, LARGE])
def test_a_perfect_fit_is_refused(n):
    endog, exog, constant = design(n, noise=0.0)
    with pytest.raises(PerfectFitError, match="zero up to the rounding"):
        fit_constant_variance(source(endog, exog), constant)


@pytest.mark.parametrize("n", [60, LARGE])
def test_a_response_of_zeros_is_refused(n):
    _, exog, constant = design(n)
    with pytest.raises(PerfectFitError):
        fit_constant_variance(source(np.zeros(n), exog), constant)


def test_a_constant_response_is_refused():
    with pytest.raises(PerfectFitError):
        fit_constant_variance(source(np.full(60, 0.1), design(60).exog), 0)


@pytest.mark.parametrize("noise", [1e-6, 1e-9, 1e-11])
@pytest.mark.parametrize("n", [60, LARGE])
def test_a_near_perfect_fit_is_not(n, noise):
    endog, exog, constant = design(n, noise=noise, seed=3)
    fit = fit_constant_variance(source(endog, exog), constant)
    # The standard deviation of 60 residuals is within a third of its expectation; 1e-11
    # is known to a part in 1e4.
    assert np.exp(0.5 * fit.params[-1]) == pytest.approx(noise, rel=0.3)


@pytest.mark.parametrize("power", [60, 100])
def test_the_unit_of_the_weights_does_not_make_a_fit_perfect(power):
    endog, exog, constant = design(60, level=100.0)
    known = np.full(60, power * np.log(2.0))
    fit = fit_constant_variance(source(endog, exog, log_variance_offset=known), constant)
    plain_fit = fit_constant_variance(source(endog, exog), constant)
    # Rounding of the logarithm.
    assert_allclose(fit.params[:-1], plain_fit.params[:-1], rtol=1e-10)
    assert_allclose(fit.loglike, plain_fit.loglike, rtol=1e-12)


def test_dependent_columns_are_refused():
    endog, exog, constant = design(60)
    with pytest.raises(CollinearError):
        fit_constant_variance(source(endog, np.column_stack([exog, exog[:, 1]])), constant)


def test_values_that_are_not_finite_are_refused():
    endog, exog, constant = design(60)
    endog[3] = np.nan
    with pytest.raises(NonFiniteError):
        fit_constant_variance(source(endog, exog), constant)


def test_shares_of_several_responses():
    endog, exog, constant = design(60, m=2)
    endog[:, 1] = 0
    share = smallest_share(least_squares(source(endog, exog), constant))
    assert 0.1 < share[0] < 1
    assert share[1] == 0
