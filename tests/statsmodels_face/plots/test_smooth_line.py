"""Local lines follow what they are drawn through."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.statsmodels_face.plots.smooth_line import smooth_line


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def test_a_straight_line_is_kept(rng):
    x = rng.normal(size=50)
    places, heights = smooth_line(x, 3.0 - 2.0 * x)
    assert (places[0], places[-1]) == (x.min(), x.max())
    assert_allclose(heights, 3.0 - 2.0 * places, atol=1e-9)


def test_it_is_the_weighted_regression_of_the_nearest_two_thirds(rng):
    x, y = rng.uniform(size=60), rng.normal(size=60)
    places, heights = smooth_line(x, y)
    for place, height in zip(places[::20], heights[::20], strict=True):
        distance = np.abs(x - place)
        weight = np.maximum(1 - (distance / np.sort(distance)[39]) ** 3, 0) ** 3
        line = np.polyfit(x - place, y, 1, w=np.sqrt(weight))
        assert height == pytest.approx(line[1], abs=1e-6)


def test_weights_count_copies(rng):
    x, y, copies = rng.uniform(size=30), rng.normal(size=30), rng.integers(1, 4, 30)
    weighted = smooth_line(x, y, copies.astype(float))
    repeated = smooth_line(np.repeat(x, copies), np.repeat(y, copies))
    assert_allclose(weighted, repeated, atol=1e-9)


def test_where_most_points_share_a_value_there_is_a_line_still():
    x = np.r_[np.zeros(90), 1.0, 2.0]
    places, heights = smooth_line(x, 1.0 + x)
    assert_allclose(heights, 1.0 + places, atol=1e-6)


def test_through_two_values_there_is_none():
    places, heights = smooth_line(np.array([0.0, 1.0, 1.0]), np.ones(3))
    assert len(places) == len(heights) == 0
