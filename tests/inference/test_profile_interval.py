"""Ends of intervals are where the profile first falls to its cutoff, or there are none."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.inference import profile_interval, venzon_moolgavkar
from sm_gaussmle.inference.profile import likelihood_profile
from sm_gaussmle.inference.profile_interval import interval_end, interval_ends, mirrored
from sm_gaussmle.inference.profile_surface import (
    CountedSurface,
    HigherLikelihoodError,
    response,
)
from sm_gaussmle.inference.profile_targets import LinearTarget
from sm_gaussmle.inference.smooth_target import SmoothTarget

from .surfaces import Made, bounded, heavy, higher, normal, steep, walled, wavy

QUANTILE = 3.841458820694124


def made(*parts):
    return CountedSurface(Made(list(parts)))


def first(k):
    """Return the first coordinate as a target."""
    return LinearTarget.of(0.0, np.eye(k)[0])


def fall(surface, end):
    """Return twice the fall of the log-likelihood at an end."""
    return -2.0 * surface.surface.evaluate(end.point).loglike


@pytest.mark.parametrize("k", [1, 3])
def test_of_a_normal_likelihood_the_ends_are_those_of_wald(k):
    surface = made(*[normal] * k)
    lower, upper = interval_ends(surface, first(k), QUANTILE)
    assert_allclose([lower.value, upper.value], [-(QUANTILE**0.5), QUANTILE**0.5])
    assert surface.passes == 2


@pytest.mark.parametrize("part", [steep, heavy])
def test_the_fall_at_the_ends_is_the_quantile(part):
    surface = made(part, normal)
    for end in interval_ends(surface, first(2), QUANTILE):
        assert fall(surface, end) == pytest.approx(QUANTILE, rel=1e-11)


def test_where_newtons_method_fails_constrained_fits_find_the_end():
    surface = made(heavy, normal)
    lower, upper = interval_ends(surface, first(2), QUANTILE)
    expected = np.expm1(QUANTILE) ** 0.5
    assert_allclose([lower.value, upper.value], [-expected, expected], rtol=1e-10)
    assert (lower.method, upper.method) == ("bracketing", "bracketing")


def test_an_end_is_infinite_where_the_profile_stays_above_the_cutoff():
    for end in interval_ends(made(bounded, normal), first(2), QUANTILE):
        assert np.isinf(end.value)
        assert end.point is None
        # Where it falls too slowly to come to the cutoff within 1e4.
        (before, after), *_ = bounded(np.array([end.last, 1.1 * end.last]))
        assert 1e4 * (before - after) / (0.1 * abs(end.last)) < 0.5 * QUANTILE


def test_the_reason_says_which_end_is_infinite_and_how_far_was_looked():
    found = likelihood_profile(made(bounded, normal), first(2), QUANTILE, 3)
    lower, upper = found.reasons
    assert "the lower end is infinite: the profile stays above" in lower
    assert "the upper end is infinite" in upper


def test_a_profile_that_rises_again_has_its_first_crossing_for_an_end_and_says_so():
    surface = made(wavy, normal)
    found = likelihood_profile(surface, first(2), QUANTILE, 0)
    grid = np.linspace(0, 12, 120001)
    crossing = grid[np.argmax(-2 * wavy(grid)[0] > QUANTILE)]
    assert found.interval[1] == pytest.approx(crossing, abs=2e-4)
    assert any("rises again outward of" in reason for reason in found.reasons)


def test_an_infinite_end_of_a_profile_that_rises_again_is_no_crossing():
    found = likelihood_profile(made(_dented, normal), first(2), QUANTILE, 0)
    assert np.isinf(found.interval[1])
    assert any("rises again" in reason for reason in found.reasons)
    assert not any("first falls" in reason for reason in found.reasons)


def _dented(u):
    """Falls by up to 1, and comes back to 0.5 below the maximum."""
    v = 1.0 + u**4
    value = -0.5 * u * u * (u * u + 2.0) / v
    up, down = u**4 + 2.0 * u * u, v
    first_up, first_down = 4 * u**3 + 4 * u, 4 * u**3
    second_up, second_down = 12 * u * u + 4, 12 * u * u
    slope = (first_up * down - up * first_down) / down**2
    bend = (second_up * down - up * second_down) / down**2 - 2 * first_down * slope / down
    return value, -0.5 * slope, -0.5 * bend


def test_an_end_that_cannot_be_reached_is_nan_with_the_reason():
    found = likelihood_profile(made(walled, normal), first(2), QUANTILE, np.array([0.5, 3.0]))
    assert np.isnan(found.interval).all()
    assert "the lower end was not found: the profile could not be followed" in found.reasons[0]
    assert found.reasons[-1] == "no maximum was found at 3"
    assert_allclose(found.values, [0.0, 0.5])


def test_of_a_single_parameter_the_profile_is_the_likelihood():
    found = likelihood_profile(made(walled), first(1), 0.5, np.array([0.5, 3.0]))
    assert_allclose(found.interval, [-(0.5**0.5), 0.5**0.5])
    assert_allclose(found.loglike[found.values == 0.5], -0.125)
    assert found.reasons == ("no maximum was found at 3",)


@pytest.mark.parametrize("target", ["linear", "smooth"])
def test_a_likelihood_above_the_maximum_is_refused_with_where_it_is(target):
    surface = made(higher, normal)
    target = (
        first(2)
        if target == "linear"
        else SmoothTarget.of(lambda u: np.sinh(u[0]), None, np.eye(2))
    )
    with pytest.raises(HigherLikelihoodError, match="at a lower maximum") as raised:
        interval_ends(surface, target, 20.0)
    assert higher(raised.value.params[0])[0] > 0.0
    assert raised.value.loglike > raised.value.maximum


def test_the_mirrored_start_of_a_symmetric_likelihood_is_the_other_end():
    assert_allclose(mirrored(np.array([1.5, 0.0]), np.array([1.5, 0.0])), [-1.5, 0.0])


def test_the_mirrored_start_of_a_very_skew_likelihood_is_that_of_wald():
    assert_allclose(mirrored(np.array([0.5, 0.0]), np.array([2.0, 0.0])), [-2.0, 0.0])


def test_a_start_near_another_crossing_is_not_taken_for_the_first():
    # From 20 Newton's method would come to the last crossing, on the wrong side for -1.
    end = interval_end(made(steep, normal), first(2), -1, QUANTILE, np.array([20.0, 0.0]))
    assert end.value < 0


def test_there_is_a_limit_to_the_fits(monkeypatch):
    monkeypatch.setattr(profile_interval, "_MOST_FITS", 2)
    lower, _ = interval_ends(made(bounded, normal), first(2), QUANTILE)
    assert np.isnan(lower.value)
    assert lower.last < -1.0


def test_newtons_method_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(venzon_moolgavkar, "_MOST_LOOKS", 1)
    surface = made(steep, normal)
    lower, _ = interval_ends(surface, first(2), QUANTILE)
    assert lower.method == "bracketing"
    assert fall(surface, lower) == pytest.approx(QUANTILE, rel=1e-9)


def test_no_maximum_is_looked_for_from_a_point_near_none():
    at = Made([normal, heavy]).evaluate(np.array([0.0, 3.0]))
    assert response(at, first(2).local(np.zeros(2))) is None


def test_constrained_fits_alone_find_the_ends_as_well(monkeypatch):
    monkeypatch.setattr(profile_interval, "venzon_moolgavkar", lambda *_: None)
    surface = made(steep, heavy, normal)
    target = LinearTarget.of(0.0, np.array([1.0, 1.0, 0.5]))
    found = interval_ends(surface, target, QUANTILE)
    monkeypatch.undo()
    expected = interval_ends(surface, target, QUANTILE)
    assert [end.method for end in found] == ["bracketing", "bracketing"]
    # The signed root is solved to 1e-10.
    assert_allclose([end.value for end in found], [end.value for end in expected], rtol=1e-9)
