"""Functions of the parameters have right derivatives, far from the estimate too."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.inference import constrained_maximum as constrained
from sm_gaussmle.inference.constrained_maximum import constrained_maximum
from sm_gaussmle.inference.profile import likelihood_profile
from sm_gaussmle.inference.profile_interval import interval_ends
from sm_gaussmle.inference.profile_surface import CountedSurface
from sm_gaussmle.inference.smooth_target import SmoothTarget, differences

from .surfaces import Made, heavy, normal

QUANTILE = 3.841458820694124


def function(u):
    return float(np.exp(0.5 * u[0]) + u[0] * u[1] + 2 * u[1])


def slope(u):
    return np.array([0.5 * np.exp(0.5 * u[0]) + u[1], u[0] + 2.0])


def bend(u):
    return np.array([[0.25 * np.exp(0.5 * u[0]), 1.0], [1.0, 0.0]])


@pytest.fixture
def surface():
    return CountedSurface(Made([normal, normal]))


def test_differences_are_right_to_twelve_digits():
    point = np.array([0.3, -0.7])
    assert_allclose(differences(function, point, np.eye(2)), slope(point), rtol=1e-11)


@pytest.mark.parametrize("gradient", [None, slope])
def test_near_the_estimate_the_derivatives_are_those_of_the_function(gradient):
    target = SmoothTarget.of(function, gradient, np.eye(2))
    point = np.array([0.1, -0.2])
    local = target.local(point)
    length = np.linalg.norm(slope(point))
    assert local.length * target.std_err == pytest.approx(length, rel=1e-10)
    assert_allclose(local.direction, slope(point) / length, rtol=1e-9)
    # Second derivatives steer Newton's method only: differences of second order.
    assert_allclose(local.bend, bend(point) / length, atol=1e-5)


@pytest.mark.parametrize("gradient", [None, slope])
def test_far_from_the_estimate_they_are_those_of_the_chart(gradient):
    target = SmoothTarget.of(function, gradient, np.eye(2))
    point = np.array([2.0, 3.0])
    local = target.local(point)
    assert target.value(point) > 1
    length = np.linalg.norm(slope(point))
    assert local.length * local.unit * target.std_err == pytest.approx(length, rel=1e-9)
    assert_allclose(local.direction, slope(point) / length, rtol=1e-9)


def test_a_linear_function_has_the_interval_of_wald(surface):
    target = SmoothTarget.of(lambda u: 5 + 3 * u[0] + 4 * u[1], None, np.eye(2))
    ends = [target.own(end.value) for end in interval_ends(surface, target, QUANTILE)]
    assert_allclose(ends, [5 - 5 * QUANTILE**0.5, 5 + 5 * QUANTILE**0.5], rtol=1e-11)


def test_there_is_no_maximum_where_the_function_is_not_finite(surface):
    target = SmoothTarget.of(lambda u: np.log1p(u[0]) if u[0] < 1 else np.nan, None, np.eye(2))
    assert target.local(np.array([2.0, 0.0])) is None
    assert constrained_maximum(surface, target, 3.0, np.array([2.0, 0.0])) is None


def test_an_end_where_the_function_is_not_finite_is_not_found(surface):
    target = SmoothTarget.of(lambda u: u[0] if abs(u[0]) < 1 else np.nan, None, np.eye(2))
    assert all(np.isnan(end.value) for end in interval_ends(surface, target, QUANTILE))


def test_newtons_method_starts_anew_where_it_does_not_converge(surface):
    target = SmoothTarget.of(lambda u: float(np.sinh(u[0]) + u[1] ** 3), None, np.eye(2))
    start = np.array([0.6, -2.5])
    assert constrained_maximum(surface, target, 1.7, start, anew=False) is None
    found = constrained_maximum(surface, target, 1.7, start)
    assert target.value(found.point) == pytest.approx(1.7, rel=1e-9)


def test_the_slope_of_a_profile_is_the_multiplier(surface):
    target = SmoothTarget.of(function, None, np.eye(2))
    below, at, above = (
        constrained_maximum(surface, target, value, np.zeros(2))
        for value in (1.499, 1.5, 1.501)
    )
    # A central difference of second order.
    assert at.slope == pytest.approx((above.loglike - below.loglike) / 0.002, rel=1e-5)


def test_there_is_no_maximum_where_neither_way_finds_the_value(surface):
    target = SmoothTarget.of(_below_one, None, np.eye(2))
    assert constrained_maximum(surface, target, 3.0, np.array([1.0, 0.5])) is None


def _below_one(u):
    return float(np.tanh(u[0] + 0.1 * u[1] ** 2))


def test_there_is_no_maximum_where_newtons_method_takes_too_long(surface, monkeypatch):
    monkeypatch.setattr(constrained, "_MOST_STEPS", 1)
    target = SmoothTarget.of(function, None, np.eye(2))
    assert constrained_maximum(surface, target, 1.5, np.zeros(2), anew=False) is None


def test_there_is_no_maximum_from_where_the_likelihood_is_not_concave():
    surface = CountedSurface(Made([normal, heavy]))
    target = SmoothTarget.of(lambda u: u[0] + 0.01 * u[0] ** 2, None, np.eye(2))
    start = np.array([0.5, 3.0])
    assert constrained_maximum(surface, target, 0.5, start, anew=False) is None
    found = constrained_maximum(surface, target, 0.5, start)
    assert_allclose(found.point[1], 0.0, atol=1e-9)


@pytest.mark.parametrize("terms", [1e4, 1e8])
def test_functions_that_lose_digits_have_intervals_to_the_digits_they_have(surface, terms):
    def lossy(u):
        return (terms + u[0] + 0.1 * u[0] ** 2) - terms

    target = SmoothTarget.of(lossy, None, np.eye(2))
    found = [end.value for end in interval_ends(surface, target, QUANTILE)]
    wald = QUANTILE**0.5
    expected = [-wald + 0.1 * QUANTILE, wald + 0.1 * QUANTILE]
    # The terms are rounded to 2e-16 of themselves.
    assert_allclose(found, expected, atol=10 * np.spacing(terms))


def ratio(u):
    return (3.0 + u[0]) / (1.0 + u[1])


def ratio_slope(u):
    return np.array([1.0 / (1.0 + u[1]), -(3.0 + u[0]) / (1.0 + u[1]) ** 2])


@pytest.mark.parametrize("gradient", [None, ratio_slope])
def test_a_ratio_is_straight_in_its_chart_along_its_gradient(gradient):
    target = SmoothTarget.of(ratio, gradient, np.eye(2))
    local = target.local(np.zeros(2), 1.0)
    # Not far from 3, without: second derivatives are right to the square of their steps.
    assert_allclose(local.direction @ local.bend @ local.direction, 0.0, atol=1e-3)


def test_a_ratio_is_smooth_in_its_chart_where_it_is_infinite():
    target = SmoothTarget.of(ratio, None, np.eye(2))
    before, after = (target.local(np.array([0.0, u]), np.inf) for u in (-0.9999, -1.0001))
    assert target.value(np.array([0.0, -0.9999])) > 0 > target.value(np.array([0.0, -1.0001]))
    assert_allclose(before.direction, after.direction, atol=1e-3)
    assert_allclose(before.gap, -after.gap, rtol=1e-2)


@pytest.mark.parametrize("distance", [0.5, 1e-2, 1e-3])
def test_a_ratio_whose_denominator_is_nearly_zero_has_the_right_slope(distance):
    target = SmoothTarget.of(lambda u: 1.0 / (distance + u[0]), None, np.eye(2))
    # The shorter the steps have to be, the more of it is rounding.
    assert target.std_err == pytest.approx(distance**-2, rel=1e-7)


@pytest.mark.parametrize("distance", [0.3, 1e-3, 1e-5])
def test_a_function_that_ends_near_the_estimate_has_the_right_slope(distance):
    target = SmoothTarget.of(lambda u: np.log(distance + u[0]), None, np.eye(2))
    assert target.std_err == pytest.approx(1.0 / distance, rel=1e-7)


def test_a_function_of_rounding_alone_has_the_longest_steps():
    target = SmoothTarget.of(lambda u: np.sin(1e15 * u[0]), None, np.eye(2))
    assert target.steps[0] >= 1e-3


def test_one_infinite_end_of_a_ratio_takes_few_passes(surface):
    target = SmoothTarget.of(ratio, None, np.eye(2))
    lower, upper = interval_ends(surface, target, QUANTILE)
    # The line from zero along which the ratio is constant touches the circle: Fieller.
    assert target.own(lower.value) == pytest.approx(_fieller(), rel=1e-9)
    assert (upper.value, upper.method) == (np.inf, "infinity")
    assert surface.passes < 20


def _fieller():
    # (3 - v)^2 = q (1 + v^2)
    q = QUANTILE
    return float(np.roots([1.0 - q, -6.0, 9.0 - q]).max())


def test_the_reason_says_that_the_function_is_infinite_there(surface):
    found = likelihood_profile(surface, SmoothTarget.of(ratio, None, np.eye(2)), QUANTILE, 0)
    (reason,) = found.reasons
    assert reason.startswith(
        "the upper end is infinite: the function is infinite at parameters"
    )


@pytest.mark.parametrize("near", [0.02, 0.3, 1.0])
def test_the_logarithm_of_what_may_be_zero_has_an_infinite_end(surface, near):
    target = SmoothTarget.of(lambda u: np.log(near + u[0]), None, np.eye(2))
    lower, upper = interval_ends(surface, target, QUANTILE)
    assert lower.value == -np.inf
    assert target.own(upper.value) == pytest.approx(np.log(near + QUANTILE**0.5), rel=1e-9)


def test_a_ratio_that_may_be_anything_has_two_infinite_ends(surface):
    # Its denominator is so near zero that one branch is left at once.
    target = SmoothTarget.of(lambda u: (1.0 + u[0]) / (0.05 + u[1]), None, np.eye(2))
    assert [end.value for end in interval_ends(surface, target, QUANTILE)] == [-np.inf, np.inf]


def test_a_function_with_a_bound_says_so_where_its_end_is_not_found(surface):
    target = SmoothTarget.of(lambda u: (0.1 + u[0]) ** 2, None, np.eye(2))
    found = likelihood_profile(surface, target, QUANTILE, 0)
    assert np.isnan(found.interval[0])
    assert "lower end was not found" in found.reasons[0]
    assert found.reasons[0].endswith("where the function may have a bound")


def test_directions_in_which_a_function_does_not_change_cost_nothing():
    looks = []

    def of_two(u):
        looks.append(u)
        return ratio(u)

    few = len(_looks(of_two, np.eye(2), looks))
    assert len(_looks(of_two, np.eye(40, 2), looks)) == few


def _looks(function, basis, looks):
    looks.clear()
    target = SmoothTarget.of(function, None, basis)
    target.local(np.zeros(len(basis)))
    return list(looks)
