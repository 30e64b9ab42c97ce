"""The step maximises the quadratic on the ball of the trust region."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.optimize.trust_region import Quadratic

from .functions import Point


class Problem:
    """A quadratic whose solution is known in the coordinates of its eigenvectors.

    Parameters
    ----------
    values : ndarray, shape (k,)
        Eigenvalues of minus the Hessian in the metric, rising.
    along : ndarray, shape (k,)
        The score along the eigenvectors.
    seed : int
        Of the rotation and of the metric.
    """

    def __init__(self, values, along, seed):
        rng = np.random.default_rng(seed)
        k = len(values)
        rotation = np.linalg.qr(rng.normal(size=(k, k)))[0]
        # Units of the parameters between 1/30 and 30, and some correlation.
        root = np.linalg.qr(rng.normal(size=(k, k)))[0] * 10 ** rng.uniform(-1.5, 1.5, k)
        self.values, self.along = values, along
        self.axes = root @ rotation
        self.metric = root @ root.T
        self.hessian = -(self.axes * values) @ self.axes.T
        self.score = self.axes @ along
        point = Point(np.zeros(k), 0.0, self.score, self.hessian)
        self.quadratic = Quadratic(point, self.metric)

    def gain(self, step):
        return self.score @ step + 0.5 * step @ self.hessian @ step

    def upper_bound(self, radius):
        """Return the largest gain in the ball: the dual function at its minimum.

        For every multiplier from the curvature up, ``a'(V + l)^-1 a / 2 + l r^2 / 2`` is no
        less than any gain in the ball, and at the best multiplier it is the largest gain.
        """
        lowest = max(0.0, -self.values[0])
        size = np.linalg.norm(self.along)
        span = np.abs(self.values).max() + size / radius
        shifts = np.geomspace(1e-14, 2, 4001) * span
        if self.values[0] > 0:
            shifts = np.append(0.0, shifts)
        multipliers = lowest + shifts
        with np.errstate(divide="ignore"):  # infinite is the value at a pole
            inner = self.along**2 / (self.values + multipliers[:, None])
        return 0.5 * (inner.sum(axis=1) + multipliers * radius**2).min()


def spread(low, high):
    """Return a strategy of logarithmically spread numbers of either sign."""
    return st.builds(
        lambda power, sign: sign * 10**power, st.floats(low, high), st.sampled_from([-1, 1])
    )


@st.composite
def problems(draw, *, concave=False):
    """Draw a problem in general position, of either curvature unless it is to be concave."""
    k = draw(st.integers(1, 5))
    values = np.sort(draw(st.lists(spread(-2, 2), min_size=k, max_size=k)))
    if concave:
        values = np.sort(np.abs(values))
    along = np.array(draw(st.lists(spread(-2, 2), min_size=k, max_size=k)))
    return Problem(values, along, draw(st.integers(0, 2**32 - 1)))


radii = st.builds(lambda power: 10**power, st.floats(-2, 2))


@given(problem=problems(), radius=radii)
def test_the_step_stays_within_the_radius(problem, radius):
    step, length, _ = problem.quadratic.step(radius)
    # The metric's condition number of 1e3 squared, in units of the last place.
    assert np.sqrt(step @ problem.metric @ step) <= radius * (1 + 1e-9)
    assert length <= radius * (1 + 1e-12)


@given(problem=problems(), radius=radii)
def test_the_length_is_that_of_the_step_in_the_metric(problem, radius):
    step, length, _ = problem.quadratic.step(radius)
    assert_allclose(np.sqrt(step @ problem.metric @ step), length, rtol=1e-9)


@given(problem=problems(), radius=radii)
def test_the_predicted_gain_is_that_of_the_quadratic(problem, radius):
    step, _, gain = problem.quadratic.step(radius)
    assert_allclose(problem.gain(step), gain, rtol=1e-8)
    assert gain > 0


@given(problem=problems(), radius=radii)
def test_the_step_meets_the_conditions_of_a_maximum_on_the_ball(problem, radius):
    # Moré and Sorensen: (-H + l M) step = score with l >= 0, -H + l M positive
    # semidefinite, and l = 0 unless the step ends at the boundary.
    step, length, _ = problem.quadratic.step(radius)
    left = problem.score + problem.hessian @ step
    multiplier = step @ left / length**2
    off = np.linalg.solve(problem.axes, left - multiplier * (problem.metric @ step))
    # The multiplier is found to 1e-12; the rest is the rounding of the metric (1e3
    # squared) and of eigenvalues up to 1e2.
    size = np.linalg.norm(problem.along) + np.abs(problem.values).max() * length
    assert np.linalg.norm(off) <= 1e-8 * size
    assert multiplier >= -1e-8 * size / length
    assert multiplier >= -problem.values[0] - 1e-8 * (size / length)
    if multiplier > 1e-7 * size / length:
        assert_allclose(length, radius, rtol=1e-6)


@given(problem=problems(), radius=radii)
def test_no_step_in_the_ball_gains_more(problem, radius):
    _, _, gain = problem.quadratic.step(radius)
    # The bound is taken on a grid that misses the best multiplier by up to 0.4 percent,
    # which costs the square of that.
    assert gain >= problem.upper_bound(radius) * (1 - 1e-3)


@given(problem=problems(), radius=radii, seed=st.integers(0, 2**32 - 1))
def test_no_random_step_in_the_ball_gains_more(problem, radius, seed):
    _, _, gain = problem.quadratic.step(radius)
    rng = np.random.default_rng(seed)
    ball = rng.normal(size=(200, len(problem.values)))
    ball *= radius * rng.random((200, 1)) / np.linalg.norm(ball, axis=1, keepdims=True)
    gains = ball @ problem.along - 0.5 * ball**2 @ problem.values
    assert gains.max() <= gain * (1 + 1e-9)  # rounding of the rotation


@given(problem=problems(concave=True))
def test_a_radius_without_end_gives_newtons_step(problem):
    step, length, gain = problem.quadratic.step(np.inf)
    # Condition number 1e4 of the Hessian in a metric of 1e6.
    newton = np.linalg.solve(-problem.hessian, problem.score)
    assert_allclose(step, newton, rtol=1e-5, atol=1e-8 * np.abs(newton).max())
    assert_allclose(gain, 0.5 * problem.quadratic.decrement, rtol=1e-9)
    assert length < np.inf


@given(problem=problems())
def test_the_decrement_is_the_squared_length_of_newtons_step(problem):
    # In the metric of the Hessian: the distance to the maximum in standard errors.
    expected = np.sum(problem.along**2 / problem.values)
    if problem.values[0] < 0:
        expected = np.inf
    assert_allclose(problem.quadratic.decrement, expected, rtol=1e-8)


@given(problem=problems())
def test_the_inverse_root_squares_to_the_inverse(problem):
    root = problem.quadratic.inverse_root
    if problem.values[0] < 0:
        assert root is None
        return
    # The metric's condition number (1e6) and the Hessian's in it (1e4): 1e10 eps.
    assert_allclose(root.T @ -problem.hessian @ root, np.eye(len(root)), atol=1e-5)


# Hard cases -----------------------------------------------------------------------------


@pytest.mark.parametrize("radius", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("seed", range(5))
def test_negative_curvature_is_followed_where_the_score_has_no_part_along_it(radius, seed):
    problem = Problem(np.array([-2.0, 1.0, 3.0]), np.array([0.0, 0.001, -0.002]), seed)
    step, length, gain = problem.quadratic.step(radius)
    # The rotation leaves 1e-16 along the first eigenvector: not quite nothing.
    assert_allclose(length, radius, rtol=1e-9)
    assert_allclose(step @ problem.metric @ step, radius**2, rtol=1e-9)
    assert gain >= problem.upper_bound(radius) * (1 - 1e-3)


@pytest.mark.parametrize("radius", [0.01, 1.0, 100.0])
def test_negative_curvature_is_followed_where_the_score_is_exactly_without_it(radius):
    point = Point(np.zeros(2), 0.0, np.array([0.0, 1e-3]), np.diag([2.0, -1.0]))
    step, length, gain = Quadratic(point, np.eye(2)).step(radius)
    assert_allclose(length, radius, rtol=1e-12)
    # All but 1e-3 / 3 of the step is along the first axis: gain r^2 less what that costs.
    across = 1e-3 / 3
    assert_allclose(step[1], across, rtol=1e-9)
    assert_allclose(abs(step[0]), np.sqrt(radius**2 - across**2), rtol=1e-9)
    assert_allclose(gain, step[0] ** 2 + 1e-3 * across - 0.5 * across**2, rtol=1e-9)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("curvature", [-2.0, -256.0])
def test_a_stationary_point_with_negative_curvature_is_left(k, curvature):
    hessian = np.diag(np.append(-curvature, -np.ones(k - 1)))
    point = Point(np.zeros(k), 0.0, np.zeros(k), hessian)
    step, length, gain = Quadratic(point, np.eye(k)).step(0.5)
    assert_allclose(np.abs(step), np.append(0.5, np.zeros(k - 1)), atol=1e-12)
    assert_allclose(length, 0.5, rtol=1e-12)
    assert_allclose(gain, -0.125 * curvature, rtol=1e-12)


@given(
    power=st.floats(-18, -8), radius=radii, seed=st.integers(0, 2**32 - 1), k=st.integers(2, 4)
)
def test_the_radius_holds_where_the_score_is_almost_without_negative_curvature(
    power, radius, seed, k
):
    rng = np.random.default_rng(seed)
    values = np.sort(rng.normal(size=k))
    values[0] = -abs(values[0]) - 0.1
    along = 0.01 * rng.normal(size=k)
    along[0] = 10**power
    problem = Problem(values, along, seed)
    step, length, gain = problem.quadratic.step(radius)
    assert length <= radius * (1 + 1e-9)
    assert_allclose(np.sqrt(step @ problem.metric @ step), length, rtol=1e-9)
    # A step within a tenth of the radius will do in this case.
    assert gain >= 0.8 * problem.upper_bound(radius)


def test_a_direction_of_rounding_curvature_is_not_called_curved():
    # Sums of rounding errors have either sign: 1e-16 of the largest is none.
    for sign in (-1, 1):
        point = Point(np.zeros(2), 0.0, np.ones(2), np.diag([-1.0, sign * 1e-16]))
        quadratic = Quadratic(point, np.eye(2))
        assert not quadratic.positive_definite
        assert quadratic.decrement == np.inf
        assert quadratic.inverse_root is None


def test_a_singular_metric_is_refused():
    point = Point(np.zeros(2), 0.0, np.ones(2), -np.eye(2))
    with pytest.raises(np.linalg.LinAlgError):
        Quadratic(point, np.diag([1.0, 0.0]))
