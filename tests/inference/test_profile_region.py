"""Contours of regions are where the profile of two combinations falls to the quantiles."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.inference.profile_region import region_contours
from sm_gaussmle.inference.profile_surface import CountedSurface

from .conftest import cars
from .surfaces import Made, bounded, normal, walled

LEVELS = np.array([0.5, 0.9, 0.99])
QUANTILES = stats.chi2.isf(1 - LEVELS, 2)


def test_of_coefficients_with_constant_variance_they_are_ellipses(constant):
    result = constant.fit()._results
    surface = CountedSurface(result.likelihood_surface("this"))
    pair = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    found = region_contours(surface, pair, QUANTILES, 12)
    inverse = np.linalg.inv(pair @ result.cov_params() @ pair.T)
    for quantile, contour in zip(QUANTILES, found.distances, strict=True):
        squares = np.einsum("ij,jk,ik->i", contour, inverse, contour)
        expected = result.nobs * np.expm1(quantile / result.nobs)
        assert_allclose(squares, expected, rtol=1e-9)


def test_each_point_is_a_maximum_at_its_quantile():
    model = cars()
    result = model.fit()._results
    surface = CountedSurface(result.likelihood_surface("this"))
    pair = np.eye(4)[[1, 3]]
    found = region_contours(surface, pair, QUANTILES, 8)
    for quantile, distances, points in zip(
        QUANTILES, found.distances, found.params, strict=True
    ):
        assert_allclose(
            points @ pair.T - result.params @ pair.T, distances, rtol=1e-10, atol=1e-14
        )
        for point in points:
            assert 2 * (result.llf - model.loglike(point)) == pytest.approx(quantile, rel=1e-9)
            free = model.score(point)[[0, 2]] * result.bse[[0, 2]]
            assert_allclose(free, 0, atol=1e-8)


def test_with_two_parameters_nothing_is_maximised_over():
    surface = CountedSurface(Made([normal, normal]))
    found = region_contours(surface, np.eye(2), QUANTILES, 6)
    assert_allclose(np.sum(found.distances**2, axis=2), QUANTILES[:, None] * np.ones(6))


def test_in_a_direction_without_a_bound_the_contour_is_infinite():
    surface = CountedSurface(Made([bounded, normal, normal]))
    found = region_contours(surface, np.eye(3)[:2], QUANTILES[1:2], 4)
    assert_allclose(
        found.distances[0], [[np.inf, 0], [0, 2.1460], [-np.inf, 0], [0, -2.1460]], atol=1e-4
    )


def test_where_the_likelihood_is_not_finite_there_is_no_contour():
    surface = CountedSurface(Made([walled, normal, normal]))
    found = region_contours(surface, np.eye(3)[:2], QUANTILES[:2], 4)
    assert np.isnan(found.distances[:, 0, 0]).all()
    assert np.isfinite(found.distances[:, 1]).all()
