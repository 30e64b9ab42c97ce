"""What constraints leave free in each equation."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.estimation.restriction import Restricted, Restriction
from sm_gaussmle.inference.free_directions import FreeDirections


def free(matrix, values):
    restriction = Restriction(np.array(matrix, dtype=float), np.array(values, dtype=float))
    return FreeDirections.of(Restricted(restriction, 0, 0.0, 0.0, 0.0), 3)


@pytest.fixture
def both():
    """Two constraints of the mean's three coefficients, one of the log variance's two."""
    return free([[0, 1, 1e3, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 1, -1]], [2, 7, 0.5])


def test_the_origin_satisfies_the_constraints(both):
    assert_allclose(both.mean.origin @ [0, 1, 1e3], 2)
    assert_allclose(both.mean.origin[0], 7)
    assert_allclose(both.scale.origin @ [1, -1], 0.5)


def test_no_free_direction_changes_them(both):
    assert both.mean.directions.shape == (3, 1)
    assert both.scale.directions.shape == (2, 1)
    assert_allclose([[0, 1, 1e3], [1, 0, 0]] @ both.mean.directions, 0, atol=1e-12)
    assert_allclose([1, -1] @ both.scale.directions, 0, atol=1e-15)


def test_coordinates_give_the_coefficients_back(both):
    params = np.array([7.0, -998.0, 1.0, 0.8, 0.3])
    mean, scale = np.split(both.coordinates(params), [1])
    assert_allclose(both.mean.origin + both.mean.directions @ mean, params[:3], rtol=1e-12)
    assert_allclose(both.scale.origin + both.scale.directions @ scale, params[3:], rtol=1e-12)


def test_an_equation_without_constraints_is_as_it_was():
    found = free([[0, 1, 0, 0, 0]], [2])
    assert_array_equal(found.scale.directions, np.eye(2))
    assert_array_equal(found.scale.origin, np.zeros(2))


def test_constraints_across_equations_are_told():
    assert free([[0, 1, 0, 1, 0]], [0]).across
    assert not free([[0, 1, 0, 0, 0], [0, 0, 0, 1, 0]], [0, 0]).across
