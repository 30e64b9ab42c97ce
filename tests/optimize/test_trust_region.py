"""The climb: where it ends, how often it looks, and what it says of the way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.optimize.trust_region import (
    CONVERGED_DECREMENT,
    TARGET_DECREMENT,
    maximize,
)

from .functions import (
    Counted,
    Point,
    blunt_peak,
    concave_quadratic,
    log_barrier,
    minus_rosenbrock,
    rosenbrock_metric,
    two_hills,
    unit_metric,
)

ZERO_SCORE = "the score is zero in the metric of the information"
OUT_OF_ITERATIONS = "maxiter was reached"
ROUNDING = "the steps are below the rounding of the log-likelihood"
# Functions with a start and the maxima that it may lead to.
CLIMBS = {
    "rosenbrock": (minus_rosenbrock, (-1.2, 1.0), [(1.0, 1.0)]),
    "hills, left": (two_hills, (-0.1, 3.0), [(-1.0, 0.0)]),
    "hills, from the saddle's line": (two_hills, (0.0, 1.0), [(1.0, 0.0), (-1.0, 0.0)]),
    "barrier": (log_barrier, (5.0,), [(1.0,)]),
    "blunt": (blunt_peak, (4.0,), [(0.0,)]),
}
over_climbs = pytest.mark.parametrize(
    ("function", "start", "maxima"), CLIMBS.values(), ids=list(CLIMBS)
)
# Squared Newton steps from within 1e-9 of the maximum: doubles agree to their last digits.
ATOL = 1e-12


# Where it ends --------------------------------------------------------------------------


@over_climbs
@pytest.mark.parametrize("radius", [0.05, 1.0, 1e4])
def test_it_ends_at_a_maximum(function, start, maxima, radius):
    found = maximize(function, np.array(start), metric=unit_metric, radius=radius)
    assert found.converged
    assert found.reason == ZERO_SCORE
    assert found.decrement <= TARGET_DECREMENT
    assert min(np.abs(found.params - maximum).max() for maximum in maxima) < ATOL


@over_climbs
def test_the_value_rises_at_each_accepted_step(function, start, maxima):
    found = maximize(function, np.array(start), metric=unit_metric)
    values = np.array([entry.loglike for entry in found.history])
    # Near the maximum steps are judged by the score: values may differ by rounding.
    assert (np.diff(values) > -1e-14).all()


@pytest.mark.parametrize("k", [1, 2, 6])
@given(seed=st.integers(0, 2**32 - 1))
def test_a_concave_quadratic_takes_one_step(k, seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(k, k)) + 3 * np.eye(k)
    curvature, centre = root @ root.T, rng.normal(size=k)
    found = maximize(
        concave_quadratic(curvature, centre), np.zeros(k), metric=unit_metric, radius=1e6
    )
    assert found.converged
    # One look at the start and one at the end of the step; another where rounding, with
    # condition numbers up to 1e6 or so, leaves 1e-9 standard errors.
    assert found.evaluations in {2, 3}
    assert_allclose(found.params, centre, atol=1e-6)


def test_the_start_may_be_the_maximum():
    function = Counted(concave_quadratic(np.eye(2), np.ones(2)))
    found = maximize(function, np.ones(2), metric=unit_metric)
    assert found.converged
    assert len(function.seen) == found.evaluations == len(found.history) == 1
    assert (found.params == 1).all()


def test_a_stationary_saddle_is_left_for_a_maximum():
    found = maximize(two_hills, np.zeros(2), metric=unit_metric)
    assert found.converged
    assert_allclose(np.abs(found.params), [1.0, 0.0], atol=ATOL)


def test_a_minimum_is_left_for_a_maximum():
    def cosine(p):
        return Point(p, float(np.cos(p[0])), -np.sin(p), -np.diag(np.cos(p)))

    found = maximize(cosine, np.array([np.pi]), metric=unit_metric)
    assert found.converged
    # The maxima are at the even multiples of pi.
    assert abs(np.remainder(found.params[0] + 1, 2 * np.pi) - 1) < ATOL


def test_no_convergence_is_claimed_on_a_plain():
    def plain(p):
        return Point(p, 7.0, np.zeros(2), np.zeros((2, 2)))

    found = maximize(plain, np.ones(2), metric=unit_metric, maxiter=5)
    assert not found.converged
    assert np.isfinite(found.params).all()


def test_no_convergence_is_claimed_along_a_level_ridge():
    def ridge(p):
        return Point(p, -(p[0] ** 2), np.array([-2 * p[0], 0.0]), np.diag([-2.0, 0.0]))

    found = maximize(ridge, np.array([3.0, 0.0]), metric=unit_metric, maxiter=20)
    assert not found.converged
    assert found.inverse_root is None


def test_no_convergence_is_claimed_on_a_slope_without_end():
    def slope(p):
        return Point(p, p[0], np.array([1.0]), np.zeros((1, 1)))

    found = maximize(slope, np.zeros(1), metric=unit_metric, maxiter=10)
    assert not found.converged
    assert found.reason == OUT_OF_ITERATIONS
    assert found.decrement == np.inf
    # Each step is as long as the radius, which grows.
    assert (np.diff([entry.step for entry in found.history[1:]]) > 0).all()


# Points where nothing can be evaluated --------------------------------------------------


@pytest.mark.parametrize("what", ["loglike", "score", "hessian"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_steps_beyond_the_finite_are_turned_down(what, value):
    def bounded(p):
        point = vars(blunt_peak(p)).copy()
        if abs(p[0]) > 5:
            point[what] = point[what] * value
        return Point(**point)

    # Newton's first step leads from 4 to -64.
    function = Counted(bounded)
    found = maximize(function, np.array([4.0]), metric=unit_metric, radius=1e3)
    assert found.converged
    assert abs(found.params[0]) < ATOL
    assert max(abs(p[0]) for p in function.seen) > 5
    assert found.evaluations == len(function.seen) > len(found.history)


def test_steps_to_a_singular_metric_are_turned_down():
    def metric(point):
        return np.eye(1) * (abs(point.params[0]) < 5)

    function = Counted(blunt_peak)
    found = maximize(function, np.array([4.0]), metric=metric, radius=1e3)
    assert found.converged
    assert max(abs(p[0]) for p in function.seen) > 5


def test_warnings_of_numpy_at_trial_points_are_kept_quiet():
    # log of a negative number: strict warnings would make it an error here.
    assert maximize(log_barrier, np.array([5.0]), metric=unit_metric, radius=1e3).converged


@pytest.mark.parametrize("what", ["loglike", "score", "hessian"])
def test_a_start_that_is_not_finite_is_refused(what):
    def broken(p):
        point = vars(two_hills(p)).copy()
        point[what] = point[what] * np.nan
        return Point(**point)

    with pytest.raises(FloatingPointError, match="not finite at the start"):
        maximize(broken, np.ones(2), metric=unit_metric)


def test_a_singular_metric_at_the_start_is_refused():
    with pytest.raises(FloatingPointError, match="metric"):
        maximize(two_hills, np.ones(2), metric=lambda point: 0.0 * point.hessian)


# Options --------------------------------------------------------------------------------


def test_no_iteration_looks_at_the_start_alone():
    function = Counted(minus_rosenbrock)
    found = maximize(function, np.array([-1.2, 1.0]), metric=unit_metric, maxiter=0)
    assert len(function.seen) == found.evaluations == 1
    assert (found.params == [-1.2, 1.0]).all()
    assert not found.converged
    assert found.reason == OUT_OF_ITERATIONS


@pytest.mark.parametrize("maxiter", [1, 2, 5])
def test_as_many_iterations_as_allowed(maxiter):
    function = Counted(minus_rosenbrock)
    found = maximize(function, np.array([-1.2, 1.0]), metric=unit_metric, maxiter=maxiter)
    assert len(function.seen) == found.evaluations == maxiter + 1
    assert found.reason == OUT_OF_ITERATIONS


def test_one_iteration_is_enough_where_one_step_is():
    function = concave_quadratic(np.eye(2), np.ones(2))
    found = maximize(function, np.zeros(2), metric=unit_metric, radius=10, maxiter=1)
    assert found.converged
    assert found.reason == ZERO_SCORE


def test_giving_up_stops_with_its_reason():
    seen = []

    def give_up(before, after):
        seen.append((before, after))
        return "enough" if len(seen) == 3 else None

    found = maximize(
        minus_rosenbrock, np.array([-1.2, 1.0]), metric=unit_metric, give_up=give_up
    )
    assert found.reason == "enough"
    assert not found.converged
    assert len(found.history) == 4  # the start and three accepted points
    assert found.evaluation is seen[-1][1]
    # What was after one step is before the next.
    assert [pair[0] for pair in seen[1:]] == [pair[1] for pair in seen[:-1]]


def test_the_callback_sees_each_accepted_point():
    points = []
    found = maximize(
        minus_rosenbrock,
        np.array([-1.2, 1.0]),
        metric=unit_metric,
        callback=lambda params: points.append(params.copy()),
    )
    values = [minus_rosenbrock(point).loglike for point in points]
    assert values == [entry.loglike for entry in found.history[1:]]


def test_the_start_is_left_alone():
    start = np.array([-1, 1])  # whole numbers, too
    found = maximize(minus_rosenbrock, start, metric=unit_metric)
    assert (start == [-1, 1]).all()
    assert found.converged


def test_the_first_step_is_as_long_as_the_radius_times_the_root_of_nobs():
    def slope(p):
        return Point(p, p[0], np.array([1.0]), np.zeros((1, 1)), nobs=25.0)

    found = maximize(slope, np.zeros(1), metric=unit_metric, radius=0.1, maxiter=1)
    assert_allclose(found.params, [0.5], rtol=1e-12)


# The record of the way ------------------------------------------------------------------


def climb_with_points(function, start, metric, **options):
    points = [np.array(start)]
    found = maximize(
        function,
        np.array(start),
        metric=metric,
        callback=lambda params: points.append(params.copy()),
        **options,
    )
    return found, points


@over_climbs
def test_the_history_has_the_start_and_each_accepted_point(function, start, maxima):
    found, points = climb_with_points(function, start, unit_metric)
    assert [entry.loglike for entry in found.history] == [
        function(point).loglike for point in points
    ]
    assert found.history[0].step == 0
    assert found.evaluation.loglike == found.history[-1].loglike


def test_steps_are_measured_in_the_metric_where_they_begin():
    found, points = climb_with_points(minus_rosenbrock, (-1.2, 1.0), rosenbrock_metric)
    for entry, before, after in zip(found.history[1:], points, points[1:], strict=False):
        metric = rosenbrock_metric(minus_rosenbrock(before))
        length = np.sqrt((after - before) @ metric @ (after - before))
        # The metric's condition number is 2500, and points are rounded at 1e-16.
        assert_allclose(entry.step, length, rtol=1e-9, atol=1e-13)


def test_no_step_is_longer_than_the_radius_that_bounded_it():
    found = maximize(minus_rosenbrock, np.array([-1.2, 1.0]), metric=unit_metric)
    for entry in found.history:
        assert entry.step <= entry.radius * (1 + 1e-12)


@over_climbs
def test_the_score_norm_is_the_distance_in_standard_errors(function, start, maxima):
    found, points = climb_with_points(function, start, unit_metric)
    for entry, place in zip(found.history, points, strict=True):
        point = function(place)
        eigenvalues = np.linalg.eigvalsh(-point.hessian)
        if eigenvalues[0] <= 0:
            assert entry.score_norm == np.inf
        else:
            newton = np.linalg.solve(-point.hessian, point.score)
            assert_allclose(entry.score_norm**2, point.score @ newton, rtol=1e-9, atol=1e-30)


def test_the_decrement_is_that_of_the_last_accepted_point():
    found = maximize(minus_rosenbrock, np.array([-1.2, 1.0]), metric=unit_metric)
    assert_allclose(np.sqrt(found.decrement), found.history[-1].score_norm, rtol=1e-12)


def test_the_last_newton_step_is_taken_without_looking():
    function = Counted(minus_rosenbrock)
    found = maximize(function, np.array([-1.2, 1.0]), metric=unit_metric)
    last = found.evaluation
    newton = np.linalg.solve(-last.hessian, last.score)
    assert_allclose(found.params, last.params + newton, rtol=1e-15)
    assert (function.seen[-1] == last.params).all()


@over_climbs
def test_the_inverse_root_squares_to_the_inverse_of_minus_the_hessian(function, start, maxima):
    found = maximize(function, np.array(start), metric=unit_metric)
    # Rosenbrock's condition number at its maximum is 2500.
    assert_allclose(
        found.inverse_root @ found.inverse_root.T,
        np.linalg.inv(-found.evaluation.hessian),
        rtol=1e-10,
    )


def test_there_is_no_inverse_root_where_there_is_no_maximum():
    found = maximize(two_hills, np.array([0.01, 0.0]), metric=unit_metric, maxiter=0)
    assert found.inverse_root is None
    assert found.history[0].score_norm == np.inf


# Units ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        np.diag([1e-6, 1e6]),
        np.array([[0.0, 1.0], [1.0, 0.0]]),
        np.array([[2.0, 1.0], [-3.0, 0.5]]),
    ],
    ids=["units", "order", "mixed"],
)
def test_a_linear_change_of_coordinates_leads_the_same_way(change):
    def changed(q):
        point = minus_rosenbrock(change @ q)
        return Point(
            point.params,
            point.loglike,
            change.T @ point.score,
            change.T @ point.hessian @ change,
        )

    def changed_metric(point):
        return change.T @ rosenbrock_metric(point) @ change

    start = np.array([-1.2, 1.0])
    plain = maximize(minus_rosenbrock, start, metric=rosenbrock_metric)
    other = maximize(changed, np.linalg.solve(change, start), metric=changed_metric)
    assert other.evaluations == plain.evaluations
    # Rounding (eps times the metric's condition number of 2500), and the ridge magnifies
    # what differs by as much again.
    for name in ("loglike", "step", "radius"):
        assert_allclose(
            [getattr(entry, name) for entry in other.history],
            [getattr(entry, name) for entry in plain.history],
            rtol=1e-7,
            atol=1e-9,
        )
    assert_allclose(change @ other.params, plain.params, rtol=1e-9)


# Where rounding ends the climb ----------------------------------------------------------


def noisy_score(noise):
    """Return a parabola whose score is off by `noise`, up and down in turn."""
    looks = iter(range(1000))

    def function(p):
        off = noise * (-1) ** next(looks)
        return Point(p, -0.5 * float(p @ p), -p + off, -np.eye(1))

    return function


def test_steps_that_no_longer_help_end_the_climb():
    # The score cannot come nearer to zero than 1e-4 standard errors: that is no maximum.
    found = maximize(noisy_score(1e-4), np.array([0.5]), metric=unit_metric)
    assert found.reason == ROUNDING
    assert not found.converged
    assert found.decrement > CONVERGED_DECREMENT
    assert found.evaluations < 10


def test_a_score_as_near_to_zero_as_rounding_lets_it_is_a_maximum():
    # 1e-7 standard errors, where no step helps but none is needed.
    found = maximize(noisy_score(1e-7), np.array([0.5]), metric=unit_metric)
    assert found.converged
    assert found.reason == ZERO_SCORE
    assert TARGET_DECREMENT < found.decrement <= CONVERGED_DECREMENT
    assert found.evaluations < 10


def test_a_value_too_large_for_its_changes_does_not_stop_the_climb():
    # Differences of values of 1e13 are rounding; the score is not.
    def high(p):
        point = vars(two_hills(p)).copy()
        point["loglike"] = point["loglike"] + 1e13
        return Point(**point)

    found = maximize(high, np.array([0.7, 0.3]), metric=unit_metric)
    assert found.converged
    assert_allclose(found.params, [1.0, 0.0], atol=ATOL)


# A Hessian that hardly changes any more ---------------------------------------------------


def test_the_last_step_is_taken_sooner_where_the_hessian_has_settled():
    point = np.array([1.7])
    strict = maximize(log_barrier, point, metric=unit_metric)
    loose = maximize(log_barrier, point, metric=unit_metric, settled=1e-6)
    assert strict.evaluations == loose.evaluations + 1
    assert TARGET_DECREMENT < loose.decrement <= CONVERGED_DECREMENT
    assert loose.reason == ZERO_SCORE
    assert_allclose(loose.params, strict.params, atol=ATOL)
    # What is left of the change, as it was foretold.
    assert_allclose(loose.evaluation.hessian, strict.evaluation.hessian, rtol=1e-6)


def test_a_hessian_that_still_changes_is_looked_at_again():
    point = np.array([1.7])
    strict = maximize(log_barrier, point, metric=unit_metric)
    again = maximize(log_barrier, point, metric=unit_metric, settled=1e-12)
    assert again.evaluations == strict.evaluations
