"""Closed forms agree with each other, with series and with mpmath."""

import dataclasses

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.estimation.restriction import Restricted, Restriction
from sm_gaussmle.inference.closed_profile import closed_profile, fixed_profile, is_fixed
from sm_gaussmle.inference.profile_closed_form import (
    exact_log_variance_ends,
    log_variance_deviance,
    log_variance_ends,
    mean_deviance,
    mean_half_width,
)

QUANTILE = 3.841458820694124


@pytest.fixture
def fit(constant):
    return constant.fit()._results.fit_record


@pytest.mark.parametrize("nobs", [1.5, 30.0, 1e4, 1e12])
def test_the_deviance_at_the_ends_of_a_coefficient_is_the_quantile(nobs):
    half = mean_half_width(1.0, nobs, QUANTILE)
    assert mean_deviance(np.array(half), nobs) == pytest.approx(QUANTILE, rel=1e-13)


@pytest.mark.parametrize("nobs", [1.5, 30.0, 1e4, 1e12])
@pytest.mark.parametrize("side", [0, 1])
def test_the_ends_of_the_log_variance_are_those_of_mpmath(nobs, side):
    found = log_variance_ends(nobs, QUANTILE)[side]
    with mpmath.workdps(50):
        equation = lambda t: nobs * (t + mpmath.exp(-t) - 1) - QUANTILE  # noqa: E731 - as the formula has it
        expected = mpmath.findroot(equation, found)
    assert found == pytest.approx(float(expected), rel=1e-13)


def test_the_fall_of_the_log_variance_has_all_digits_where_it_is_small():
    distance = np.array([-0.6, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 0.499, 0.501, 30.0])
    with mpmath.workdps(60):
        expected = [float(mpmath.mpf(t) + mpmath.exp(-mpmath.mpf(t)) - 1) for t in distance]
    assert_allclose(log_variance_deviance(distance, 1.0), expected, rtol=2e-15)


def test_exact_ends_of_the_log_variance_have_equal_tails():
    lower, upper = exact_log_variance_ends(20.0, 17.0, 0.1)
    assert stats.chi2.sf(20 * np.exp(-lower), 17) == pytest.approx(0.05, rel=1e-12)
    assert stats.chi2.cdf(20 * np.exp(-upper), 17) == pytest.approx(0.05, rel=1e-12)


@pytest.mark.parametrize("combination", [[1.0, 2.0, -1.0, 0.0], [0.0, 0.0, 0.0, -2.0]])
def test_the_points_of_a_closed_profile_are_maxima_under_their_value(constant, combination):
    fit, combination = constant.fit()._results.fit_record, np.array(combination)
    found = closed_profile(fit, combination, 0.5, QUANTILE, 5)
    assert_allclose(found.params @ combination + 0.5, found.values, rtol=1e-12)
    for loglike, params in zip(found.loglike, found.params, strict=True):
        assert loglike == pytest.approx(constant.loglike(params), rel=1e-12)
        score = constant.score(params)
        across = score - (score @ combination) / (combination @ combination) * combination
        # Scores are sums of some 30 terms of size 10.
        assert_allclose(across, 0, atol=1e-9)


@pytest.mark.parametrize("place", range(4))
def test_no_two_points_of_a_closed_profile_differ_by_rounding_alone(fit, place):
    found = closed_profile(fit, np.eye(4)[place], 0.0, QUANTILE, 21)
    assert np.diff(found.values).min() > 1e-6 * found.std_err
    assert {found.estimate, *found.interval} <= set(found.values)


def test_the_ends_of_a_closed_profile_are_in_order_for_negative_multiples(fit):
    row = np.array([0.0, 0.0, 0.0, 1.0])
    lower, upper = closed_profile(fit, row, 0.0, QUANTILE, 0).interval
    assert closed_profile(fit, -row, 0.0, QUANTILE, 0).interval == (-upper, -lower)


def test_the_closed_form_is_not_for_restricted_fits(fit):
    restricted = dataclasses.replace(fit, cov_root=fit.cov_root[:, 1:])
    with pytest.raises(ValueError, match="without restrictions"):
        closed_profile(restricted, np.eye(4)[0], 0.0, QUANTILE, 0)


def test_without_restrictions_nothing_is_fixed():
    assert not is_fixed(np.array([1.0, 0.0]), None)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_what_restrictions_say_is_fixed_in_any_unit(unit):
    scale = np.array([1.0, unit, 1.0])
    restriction = Restriction(
        np.array([[1.0, 1.0, 0.0], [0.0, 1.0, -1.0]]) * scale, np.zeros(2)
    )
    restricted = Restricted(restriction, 1, 0.0, 0.0, 0.0)
    assert is_fixed(np.array([1.0, 3.0, -2.0]) * scale, restricted)
    assert not is_fixed(np.array([1.0, 3.0, 0.0]) * scale, restricted)


def test_the_profile_of_what_is_fixed_is_a_point(fit):
    found = fixed_profile(fit, 2.0)
    assert found.interval == (2.0, 2.0)
    assert "restrictions" in found.reasons[0]
