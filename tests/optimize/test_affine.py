"""Maximising under linear equations."""

import numpy as np
from numpy.testing import assert_allclose

from sm_gaussmle.optimize.affine import Plane, maximize_on

from .functions import Counted, concave_quadratic, minus_rosenbrock, unit_metric

CURVATURE = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.0], [0.5, 0.0, 2.0]])
CENTRE = np.array([1.0, -2.0, 0.5])
MATRIX, VALUES = np.array([[1.0, 1.0, 0.0], [0.0, 2.0, -1.0]]), np.array([3.0, -1.0])


def test_every_point_of_a_plane_solves_the_equations():
    plane = Plane.of(MATRIX, VALUES)
    for inner in (-10.0, 0.0, 3.0):
        assert_allclose(MATRIX @ plane.point(np.array([inner])), VALUES, atol=1e-13)


def test_its_origin_is_the_solution_nearest_to_zero():
    plane = Plane.of(MATRIX, VALUES)
    assert_allclose(plane.origin, np.linalg.pinv(MATRIX) @ VALUES, atol=1e-14)
    assert_allclose(plane.basis.T @ plane.basis, np.eye(1), atol=1e-15)
    assert_allclose(plane.basis.T @ plane.origin, 0, atol=1e-15)


def test_a_quadratic_is_maximised_in_one_step():
    plane = Plane.of(MATRIX, VALUES)
    function = Counted(concave_quadratic(CURVATURE, CENTRE))
    found = maximize_on(plane, function, metric=lambda point: -point.hessian)
    # The conditions of Lagrange, solved as one linear system.
    system = np.block([[CURVATURE, MATRIX.T], [MATRIX, np.zeros((2, 2))]])
    expected = np.linalg.solve(system, np.r_[CURVATURE @ CENTRE, VALUES])[:3]
    assert found.converged
    assert_allclose(plane.point(found.params), expected, atol=1e-12)
    assert found.evaluations == len(function.seen) <= 3


def test_the_climb_may_begin_elsewhere_on_the_plane():
    plane = Plane.of(np.array([[1.0, -2.0]]), np.array([0.0]))
    starts = [np.array([-1.0]), np.array([2.0]), None]
    ends = [
        maximize_on(plane, minus_rosenbrock, metric=unit_metric, start=start).params
        for start in starts
    ]
    # On y = x / 2 the slope is zero where 400 x^3 - 300 x^2 + 52 x = 2.
    x = np.roots([400.0, -300.0, 52.0, -2.0]).real
    value = [minus_rosenbrock(np.array([each, each / 2])).loglike for each in x]
    assert_allclose(plane.point(ends[1])[0], x[np.argmax(value)], rtol=1e-6)
    for end in ends:
        assert np.abs(plane.point(end)[0] - x).min() < 1e-6
