"""Tails of the standard normal, against 150 digits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.likelihood.standard_limits import FARTHEST
from sm_gaussmle.likelihood.tails import (
    CONTINUED_FROM,
    LEVELS_CONTINUED_FROM,
    moment_ratios,
    upper_tail,
    variance_above,
)

from .normal_in_digits import CONTEXT, density, tail

EPS = np.finfo(float).eps
# Dense where the ways of computing meet, and on to where squares are 1e16.
NEGATIVE = -np.concatenate([np.geomspace(1e-12, 1.0, 20), np.linspace(1.0, 37.0, 100)])
USUAL = np.concatenate([np.linspace(0.0, 8.0, 400), np.geomspace(1e-12, 1e-2, 11)])
JOINTS = np.array(
    [np.nextafter(x, y) for x in (CONTINUED_FROM, LEVELS_CONTINUED_FROM) for y in (0, x, 9)]
)
FAR = np.geomspace(8.0, 1e10, 100)


def in_digits(limits):
    """Return log probability, hazard and five ratios of partial moments, as rows."""
    rows = []
    for limit in limits:
        a = CONTEXT.mpf(float(limit))
        beyond = tail(a)
        hazard = density(a) / beyond
        ratios = [hazard - a]
        for k in range(1, 5):
            ratios.append(k / ratios[-1] - a)
        log = CONTEXT.log1p(-tail(-a)) if a < 0 else CONTEXT.log(beyond)
        rows.append([float(value) for value in (log, hazard, *ratios)])
    return np.array(rows).T


@pytest.mark.parametrize(
    "limits", [NEGATIVE, USUAL, JOINTS, FAR], ids=["negative", "usual", "joints", "far"]
)
class TestAgainstDigits:
    def test_log_probability(self, limits):
        # Of negative limits: the relative error of exp(-a^2/2), which the logarithm shows.
        rtol = 8 * EPS * np.where(limits < 0, 1 + limits**2, 1)
        error = np.abs(upper_tail(limits).log_probability / in_digits(limits)[0] - 1)
        assert (error <= rtol).all()

    def test_hazard(self, limits):
        rtol = 8 * EPS * np.where(limits < 0, 1 + limits**2, 1)
        error = np.abs(upper_tail(limits).hazard / in_digits(limits)[1] - 1)
        assert (error <= rtol).all()

    def test_excess(self, limits):
        # Up to 4 the hazard is 19 times the excess.
        assert_allclose(upper_tail(limits).excess, in_digits(limits)[2], rtol=40 * EPS)

    def test_ratios_of_moments(self, limits):
        # Each level loses up to a digit below 2.5, where the continued fraction takes over.
        found = moment_ratios(limits, upper_tail(limits).excess)
        for level, exact in enumerate(in_digits(limits)[2:]):
            assert_allclose(found[level], exact, rtol=40 * EPS * 5**level)


def test_the_variance_above_far_limits_keeps_its_digits():
    # 1 - hazard * excess, which is rounding error alone beyond 1e8.
    a = np.array([-3.0, 0.5, 3.0, 3.99, 4.01, 10.0, 1e3, 1e8])
    exact = []
    for limit in a:
        x = CONTEXT.mpf(float(limit))
        hazard = density(x) / tail(x)
        exact.append(float(1 - hazard * (hazard - x)))
    assert_allclose(variance_above(a, upper_tail(a)), exact, rtol=2e-13)


def test_nothing_is_lost_below_where_there_is_nothing():
    found = upper_tail(np.array([-np.inf, -1e300, -45.0]))
    assert (found.log_probability == 0.0).all()
    assert (found.hazard == 0.0).all()
    assert_allclose(found.excess, [60.0, 60.0, 45.0], rtol=0)


@pytest.mark.parametrize("limit", [1e30, FARTHEST, 1e200, np.inf])
def test_beyond_all_limits_the_hazard_is_the_limit(limit):
    found = upper_tail(np.array([limit]))
    farthest = min(limit, FARTHEST)
    assert_allclose(found.hazard, farthest, rtol=EPS)
    assert_allclose(found.excess, 1 / farthest, rtol=EPS)
    assert_allclose(found.log_probability, -0.5 * farthest**2, rtol=EPS)


def test_no_rows_have_no_tails():
    none = np.empty(0)
    assert upper_tail(none).hazard.shape == (0,)
    assert moment_ratios(none, none).shape == (5, 0)
