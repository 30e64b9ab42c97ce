"""Coordinates in which the log-likelihood of constant variance is concave."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.concave_coordinates import OLSEN, ORME, ConcaveCoordinates
from sm_gaussmle.estimation.whitened_problem import whitened_problem

from .limited import KINDS, seen

CONCAVE = [kind for kind in KINDS if kind != "censored and truncated"]


@pytest.fixture(params=KINDS)
def coordinates(request):
    return ConcaveCoordinates.of(whitened_problem(seen(request.param), 0, 0))


def places(coordinates, n, spread, seed=0):
    """Return points around the maximum, some with a standard deviation far from there."""
    rng = np.random.default_rng(seed)
    maximum = coordinates.problem.start
    for _ in range(n):
        point = maximum + spread * rng.normal(size=len(maximum))
        yield coordinates.coordinates(point)


def test_the_way_there_and_back_is_one(coordinates):
    for place in places(coordinates, 5, 1.0):
        back = coordinates.coordinates(coordinates.point(place))
        assert_allclose(back, place, rtol=1e-14)


def test_the_log_likelihood_is_that_of_the_problem(coordinates):
    for place in places(coordinates, 5, 1.0):
        there = coordinates.problem.evaluate(coordinates.point(place))
        assert coordinates.evaluate(place).loglike == there.loglike


def test_scores_are_differences_of_the_log_likelihood(coordinates):
    for place in places(coordinates, 3, 0.3):
        found = coordinates.evaluate(place)
        for i, step in enumerate(1e-5 * np.eye(len(place))):
            up, down = (coordinates.evaluate(place + s * step).loglike for s in (1, -1))
            # Third derivatives times 1e-10, and the rounding of the value over 1e-5.
            atol = 1e-6 * (1.0 + np.abs(found.hessian).max())
            assert_allclose((up - down) / 2e-5, found.score[i], atol=atol)


def test_hessians_are_differences_of_the_scores(coordinates):
    for place in places(coordinates, 3, 0.3):
        found = coordinates.evaluate(place)
        for i, step in enumerate(1e-5 * np.eye(len(place))):
            up, down = (coordinates.evaluate(place + s * step).score for s in (1, -1))
            atol = 1e-6 * (1.0 + np.abs(found.hessian).max())
            assert_allclose((up - down) / 2e-5, found.hessian[i], atol=atol)


@pytest.mark.parametrize("kind", CONCAVE)
def test_the_log_likelihood_is_concave_wherever_one_looks(kind):
    coordinates = ConcaveCoordinates.of(whitened_problem(seen(kind), 0, 0))
    for place in places(coordinates, 60, 2.0):
        hessian = coordinates.evaluate(place).hessian
        largest = np.linalg.eigvalsh(hessian)[-1]
        assert largest <= 1e-10 * np.abs(hessian).max()  # rounding of a sum over 120 rows


def test_it_is_not_concave_in_the_parameters_themselves():
    problem = whitened_problem(seen("censored"), 0, 0)
    coordinates = ConcaveCoordinates.of(problem)
    signs = {
        np.linalg.eigvalsh(problem.evaluate(coordinates.point(place)).hessian)[-1] > 0
        for place in places(coordinates, 60, 2.0)
    }
    assert True in signs


@pytest.mark.parametrize(
    ("kind", "power"),
    [("censored", OLSEN), ("mixed", OLSEN), ("truncated", ORME)],
)
def test_natural_parameters_are_for_truncated_samples_of_exact_responses(kind, power):
    assert ConcaveCoordinates.of(whitened_problem(seen(kind), 0, 0)).power == power


@pytest.mark.parametrize("precision", [0.0, -1.0])
def test_outside_of_their_range_there_is_no_log_likelihood(coordinates, precision):
    place = coordinates.coordinates(coordinates.problem.start)
    place[-1] = precision
    assert np.isnan(coordinates.evaluate(place).loglike)
