"""Generalised and quantile residuals, compared with simulation and with many digits."""

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.inference.generalized_residuals import (
    generalized_residuals,
    quantile_residuals,
)
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import RowBlock

from .limited import KINDS, limited

PARAMS = np.array([0.4, 0.9, 0.1])
CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 60


def rows_of(bounds, endog=None):
    """Return rows with mean zero and variance one at zero parameters."""
    ones = np.ones((len(bounds.lower), 1))
    endog = bounds.stand_in if endog is None else np.asarray(endog)
    return RowBlock(endog, ones, ones, bounds=bounds)


def exact_rows(kind):
    """Return rows of a kind of model with every response seen."""
    rows = limited(kind).source().rows
    return RowBlock(rows.endog, rows.exog, rows.exog_scale)


@pytest.mark.parametrize("kind", KINDS)
def test_generalised_residuals_are_the_scores_of_a_shift_and_a_stretch(kind):
    rows = limited(kind).source().rows
    mean, log_variance = rows.predictors(PARAMS)
    step = 1e-5
    shifted = [rows.terms(mean + s * step, log_variance).loglike for s in (1, -1)]
    stretched = [rows.terms(mean, log_variance + s * step).loglike for s in (1, -1)]
    found = generalized_residuals(PARAMS, rows)
    # Central differences of log-likelihoods of order one.
    sigma = np.exp(0.5 * log_variance)
    assert_allclose(found[0], sigma * np.subtract(*shifted) / (2 * step), atol=1e-8)
    assert_allclose(found[1], 2 * np.subtract(*stretched) / (2 * step), atol=1e-8)


def test_generalised_residuals_of_a_censored_response_are_means_beyond_its_limit():
    limit = np.array([-0.4])
    found = generalized_residuals(np.zeros(2), rows_of(Bounds.censored(limit, limit)))
    beyond = stats.truncnorm(-np.inf, -0.4)
    assert_allclose(found[0], beyond.mean(), rtol=1e-12)
    assert_allclose(found[1], beyond.var() + beyond.mean() ** 2 - 1, rtol=1e-12)


def test_exact_responses_have_the_standardised_residuals():
    rows = exact_rows("censored")
    mean, log_variance = rows.predictors(PARAMS)
    u = (rows.endog - mean) / np.exp(0.5 * log_variance)
    found = generalized_residuals(PARAMS, rows)
    assert_allclose(found, [u, u**2 - 1], rtol=1e-13, atol=1e-14)
    assert_allclose(quantile_residuals(PARAMS, rows, np.zeros(60)), u, rtol=1e-14)


# Quantile residuals ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["censored", "truncated", "truncated and censored"])
def test_quantile_residuals_are_standard_normal_at_the_true_parameters(kind):
    n = 20_000
    rows = limited(kind, n=n, seed=3).source().rows
    uniform = np.random.default_rng(0).uniform(size=n)
    found = quantile_residuals(np.array([0.5, 1.0, 0.0]), rows, uniform)
    assert stats.kstest(found, "norm").pvalue > 0.01


def test_a_censored_response_has_the_quantile_of_a_uniform_share_of_its_probability():
    limit = np.array([-0.4, 0.3])
    bounds = Bounds.censored(limit, np.array([-0.4, -np.inf]), np.array([np.inf, 0.3]))
    found = quantile_residuals(np.zeros(2), rows_of(bounds), np.array([0.25, 0.25]))
    below, above = stats.norm.cdf(-0.4), stats.norm.sf(0.3)
    expected = [stats.norm.ppf(0.25 * below), stats.norm.isf(0.75 * above)]
    assert_allclose(found, expected, rtol=1e-12)


def test_an_interval_has_the_quantile_of_a_uniform_share_of_its_probability():
    bounds = Bounds.between(np.array([0.2]), np.array([1.1]))
    found = quantile_residuals(np.zeros(2), rows_of(bounds), np.array([0.4]))
    ends = stats.norm.cdf([0.2, 1.1])
    assert_allclose(found, stats.norm.ppf(ends[0] + 0.4 * np.diff(ends)), rtol=1e-12)


def _truncated_in_many_digits(y, first, last):
    """Return the normal quantile of a response's share of the sample."""
    with CONTEXT.workdps(60):
        below = CONTEXT.ncdf(y) - CONTEXT.ncdf(first)
        above = CONTEXT.ncdf(last) - CONTEXT.ncdf(y)
        tail = CONTEXT.log(min(below, above) / (below + above))
        root = CONTEXT.findroot(
            lambda z: CONTEXT.log(CONTEXT.ncdf(z)) - tail,
            -float(CONTEXT.sqrt(-2 * tail) + 0.01),
        )
        return float(root if below < above else -root)


@pytest.mark.parametrize(
    ("y", "first", "last"),
    [
        (0.4, -1.0, 2.0),
        (5.5, 5.0, 9.0),
        (8.0, -1.0, 8.2),
        (-4.0, -4.001, 5.0),
        (12.0, 11.9, 30.0),
    ],
)
def test_truncated_responses_have_the_quantile_of_their_share_of_the_sample(y, first, last):
    bounds = Bounds.censored(
        *(np.array([v]) for v in (y,)), None, None, *map(np.array, ([first], [last]))
    )
    found = quantile_residuals(np.zeros(2), rows_of(bounds), np.zeros(1))
    # A share that is near none has the digits of the difference from its limit.
    assert_allclose(found, _truncated_in_many_digits(y, first, last), rtol=1e-9)


def test_rows_far_from_their_means_have_finite_residuals():
    far = np.array([60.0, -60.0, 60.0, 60.0])
    bounds = Bounds(
        lower=np.array([60.0, -np.inf, 60.0, 60.0]),
        upper=np.array([np.inf, -60.0, 60.1, 60.0]),
        width=np.array([np.inf, np.inf, 0.1, 0.0]),
    )
    found = quantile_residuals(np.zeros(2), rows_of(bounds, far), np.full(4, 0.5))
    assert_allclose(np.abs(found), 60.0, rtol=1e-3)
    truncated = Bounds.censored(far, None, None, np.array([50.0, -60.5, 59.9, 60.0]))
    found = quantile_residuals(np.zeros(2), rows_of(truncated, far), np.full(4, 0.5))
    assert np.isfinite(found).all()
    assert found[3] < -36  # equal to its limit: the smallest number's quantile
