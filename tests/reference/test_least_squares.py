"""Exact solutions of linear regressions."""

import pytest

from .least_squares import exact_least_squares, wampler


@pytest.mark.parametrize("size", [0, 1, 100, 10_000])
def test_the_pattern_of_wampler_leaves_all_coefficients_at_one(size):
    exact = exact_least_squares(*wampler(size))
    assert [float(value) for value in exact.params] == [1.0] * 6
    # Published with the data: 83554268 for the pattern once.
    assert exact.rss == 83554268 * size**2


def test_standard_errors_are_those_of_the_inverse():
    exact = exact_least_squares([1.0, 2.0, 6.0], [[1.0], [1.0], [1.0]])
    assert float(exact.params[0]) == 3.0
    assert float(exact.bse[0]) == pytest.approx((14 / 2 / 3) ** 0.5, rel=1e-15)
