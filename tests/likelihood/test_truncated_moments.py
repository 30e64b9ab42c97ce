"""Moments of the normal between limits, against 150 digits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.likelihood.truncated_moments import truncated_moments

from .normal_in_digits import central_moments

INF = np.inf
# Where the ways of computing meet: widths of 2, densities that fall by exp(3), limits of 1
# (recursion or moments about the limit) and of 2.5 and 4 (continued fraction).
LOWER = [0.0, 0.3, 0.99, 1.01, 1.5, 2.0, 2.49, 2.51, 3.99, 4.01, 6.0, 20.0, 1e2, 1e4, 1e8]
CASES = {
    "narrow": [(a, a + w) for a in LOWER[:-2] for w in (1e-6, 1e-3, 0.1)],
    "moderate": [(a, a + w) for a in LOWER for w in (0.5, 1.0, 1.99, 2.01, 3.0)],
    "wide": [(a, a + w) for a in LOWER for w in (5.0, 10.0, 59.0, 61.0)],
    "tilted": [(a, a + x / a) for a in LOWER[1:-1] for x in (0.1, 1.0, 2.9, 3.1, 8.0)],
    "open": [(a, INF) for a in LOWER],
    "around the mean": [(-1.0, 1.5), (-3.0, 3.5), (-0.5, 9.0), (-2.0, INF), (-20.0, INF)],
}


@pytest.mark.parametrize("limits", CASES.values(), ids=list(CASES))
class TestAgainstDigits:
    def compare(self, a, b):
        found = truncated_moments(a, b, np.zeros(len(a)), np.zeros(len(a)))
        exact = np.array(
            [
                [float(value) for value in central_moments(*pair)]
                for pair in zip(a, b, strict=True)
            ]
        ).T
        deviation = np.sqrt(exact[1])
        assert_allclose(found.interval.mean, exact[0], rtol=1e-12)
        # Even moments to their size; odd ones, which pass through zero, to that of the power
        # of the deviation. Differences of the moments about the limit lose two digits.
        assert_allclose(found.variance, exact[1], rtol=2e-13)
        assert_allclose(found.fourth, exact[3], rtol=1e-11)
        third, fifth = found.third / deviation**3, found.fifth / deviation**5
        assert_allclose(third, exact[2] / deviation**3, atol=1e-12)
        assert_allclose(fifth, exact[4] / deviation**5, atol=2e-11)

    def test_above_the_mean(self, limits):
        a, b = np.array(limits).T
        self.compare(a, b)

    def test_below_the_mean(self, limits):
        b, a = -np.array(limits).T
        self.compare(a, b)


def test_the_whole_line_has_the_moments_of_the_normal():
    found = truncated_moments(-INF, INF, np.array([3.0]), np.array([1.0]))
    assert found.interval.log_probability == 0.0
    for value, exact in zip(
        (found.interval.mean, *found[1:]), (0.0, 1.0, 0.0, 3.0, 0.0), strict=True
    ):
        assert value == exact


@pytest.mark.parametrize("limits", [(-0.4, 1.7), (3.0, 3.2), (-9.0, -7.0), (50.0, 51.0)])
def test_distances_and_squares_are_those_from_the_limits(limits):
    a, b = (np.array([limit]) for limit in limits)
    found = truncated_moments(a, b, np.zeros(1), np.zeros(1)).interval
    square = found.square_less_one + 1.0
    # Here the limits are not so far that the differences show less than 11 digits.
    assert_allclose(found.above_lower, found.mean - a, rtol=1e-11)
    assert_allclose(found.below_upper, b - found.mean, rtol=1e-11)
    assert_allclose(found.square_above_lower, square - a * a, rtol=1e-11)
    assert_allclose(found.square_below_upper, b * b - square, rtol=1e-11)
    assert_allclose(found.lower_hazard - found.upper_hazard, found.mean, rtol=1e-11)
