"""The delta method: derivatives along the covariance, against exact ones."""

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.inference.delta_method import delta_method

PARAMS = np.array([2.0, -1.0, 0.5])
ROOT = np.array([[0.3, 0.0, 0.0], [0.1, 0.2, 0.0], [-0.05, 0.1, 0.4]])


def covariance(scale=1.0):
    return CovarianceRoot(scale * ROOT, np.ones(3))


@pytest.mark.parametrize(
    ("function", "gradient"),
    [
        (lambda p: p[:1] / p[1], lambda p: [1 / p[1], -p[0] / p[1] ** 2, 0]),
        (lambda p: np.exp(p[2:] / 2), lambda p: [0, 0, np.exp(p[2] / 2) / 2]),
        (
            lambda p: np.array([np.log(p[0]) * np.sin(p[1])]),
            lambda p: [np.sin(p[1]) / p[0], np.log(p[0]) * np.cos(p[1]), 0],
        ),
        (lambda p: np.array([3 * p[0] - p[2]]), lambda _: [3, 0, -1]),
    ],
    ids=["ratio", "exponential", "product", "linear"],
)
def test_the_covariance_is_that_of_the_exact_gradient(function, gradient):
    value, found = delta_method(function, PARAMS, covariance())
    slope = np.array(gradient(PARAMS), dtype=float)
    assert_allclose(value, function(PARAMS))
    # 1e-12 of the function from the differences, 1e-13 / 1e-3 of rounding.
    assert_allclose(found.matrix, [[slope @ ROOT @ ROOT.T @ slope]], rtol=1e-8)


def test_differences_are_as_good_as_fifty_digits_say():
    def function(p):
        return np.array([np.exp(p[0]) / (1 + p[1] ** 2)])

    _, found = delta_method(function, PARAMS, covariance(0.1))
    with mpmath.workdps(50):
        slopes = [
            mpmath.diff(lambda x, y: mpmath.exp(x) / (1 + y**2), (2, -1), order)
            for order in ((1, 0), (0, 1))
        ]
    expected = np.array([float(slope) for slope in slopes]) @ (0.1 * ROOT[:2])
    assert_allclose(found.root[0], expected, rtol=1e-10, atol=1e-12)


def test_units_do_not_matter():
    def ratio(p):
        return p[:1] / p[1]

    units = np.array([1e8, 1e-8, 1.0])
    _, plain = delta_method(ratio, PARAMS, covariance())
    _, scaled = delta_method(
        ratio, PARAMS * units, CovarianceRoot(units[:, None] * ROOT, np.ones(3))
    )
    assert_allclose(scaled.root * units[1] / units[0], plain.root, rtol=1e-9, atol=1e-12)


def test_signs_of_the_covariance_are_kept():
    root = CovarianceRoot(ROOT, np.array([1.0, 1.0, -1.0]))
    _, found = delta_method(lambda p: p, PARAMS, root)
    assert_allclose(found.matrix, root.matrix, rtol=1e-9)


def test_functions_that_depend_on_nothing_have_no_variance():
    _, found = delta_method(lambda p: np.ones(2) + 0 * p[0], PARAMS, covariance())
    assert_allclose(found.matrix, 0, atol=1e-20)
    _, found = delta_method(lambda p: p, PARAMS, CovarianceRoot(np.zeros((3, 0)), np.ones(0)))
    assert (found.matrix == 0).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ValueError, match="not finite at the estimates"):
        delta_method(lambda p: p * value, PARAMS, covariance())
