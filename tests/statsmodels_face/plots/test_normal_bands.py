"""Bands of ordered normal values are where their distributions say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from sm_gaussmle.statsmodels_face.plots.normal_bands import (
    OrderedResiduals,
    band_ranks,
    local_level,
    normal_band,
    worm_band,
)

SIZES = [1, 2, 5, 30, 121, 1_000]


@pytest.mark.parametrize("n", SIZES)
def test_a_pointwise_band_has_the_quantiles_of_order_statistics(n):
    band, ranks = normal_band(n, 0.1, simultaneous=False), band_ranks(n)
    ordered = stats.beta(ranks, n + 1 - ranks)
    assert_allclose(stats.norm.cdf(band.lower), ordered.ppf(0.05), rtol=1e-9)
    assert_allclose(stats.norm.cdf(band.upper), ordered.ppf(0.95), rtol=1e-9)
    assert_allclose(stats.norm.cdf(band.quantiles), ordered.median(), rtol=1e-9)


@pytest.mark.parametrize("simultaneous", [False, True])
@pytest.mark.parametrize("n", SIZES)
def test_a_band_is_symmetric(n, simultaneous):
    band = normal_band(n, 0.1, simultaneous=simultaneous)
    assert_allclose(band.lower, -band.upper[::-1], rtol=1e-9, atol=1e-9)
    assert_allclose(band.quantiles, -band.quantiles[::-1], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("n", SIZES)
def test_ranks_are_those_of_the_sample(n):
    ranks = band_ranks(n)
    assert (ranks[0], ranks[-1]) == (1, n)
    assert (np.diff(ranks) > 0).all()
    assert len(ranks) == n if n <= 120 else len(ranks) <= 120


def test_the_level_for_one_value_is_its_own():
    # One standard error of 5,000 samples is 0.0042.
    assert local_level(1.0, 0.1) == pytest.approx(0.1, abs=4 * 0.0042)


def test_a_simultaneous_band_of_two_values_has_its_level():
    band = normal_band(2.0, 0.1, simultaneous=True)
    (low, high), (least, most) = (stats.norm.cdf(end) for end in (band.lower, band.upper))
    # Of the density 2 of two ordered uniform numbers.
    inside, _ = integrate.quad(lambda u: 2.0 * max(most - max(u, high), 0.0), low, least)
    assert inside == pytest.approx(0.9, abs=4 * 0.0042)


@pytest.mark.parametrize("n", [20, 200])
def test_all_of_a_sample_is_inside_as_often_as_the_level_says(n):
    band, ranks = normal_band(n, 0.1, simultaneous=True), band_ranks(n).astype(int) - 1
    samples = np.sort(np.random.default_rng(5).normal(size=(4_000, n)), axis=1)[:, ranks]
    inside = ((samples >= band.lower) & (samples <= band.upper)).all(axis=1).mean()
    # Four standard errors of both simulations.
    assert inside == pytest.approx(0.9, abs=4 * np.hypot(0.0042, 0.0047))


def test_residuals_are_drawn_in_order_at_the_medians_of_their_ranks():
    resid = np.array([0.3, -1.0, 2.0])
    ordered = OrderedResiduals.of(resid)
    assert ordered.resid.tolist() == [-1.0, 0.3, 2.0]
    medians = stats.beta.median([1, 2, 3], [3, 2, 1])
    assert_allclose(stats.norm.cdf(ordered.quantiles), medians)


def test_a_row_of_three_copies_is_drawn_at_the_middle_one():
    weighted = OrderedResiduals.of(np.array([0.5, -0.5]), np.array([1.0, 3.0]))
    copies = OrderedResiduals.of(np.array([0.5, -0.5, -0.5, -0.5]))
    assert_allclose(weighted.quantiles, copies.quantiles[[1, 3]])
    assert (weighted.nobs, weighted.n_rows) == (4.0, 2)


def test_of_many_residuals_some_are_drawn_at_their_own_ranks():
    resid = np.random.default_rng(2).normal(size=2_000)
    every, some = OrderedResiduals.of(resid), OrderedResiduals.of(resid, most=600)
    places = np.searchsorted(every.resid, some.resid)
    assert len(some.resid) == 600
    assert_allclose(some.quantiles, every.quantiles[places])


def test_the_band_of_a_worm_is_that_of_large_samples():
    band, n = normal_band(100_000, 0.05, simultaneous=False), 100_000
    inner = np.abs(band.quantiles) < 2.0
    half = 0.5 * (band.upper - band.lower)[inner]
    # The distribution of an order statistic is normal but for terms of the order 1/n.
    assert_allclose(worm_band(band.quantiles[inner], n, 0.05), half, rtol=2e-3)


def test_in_the_middle_a_worm_strays_by_the_error_of_a_median():
    error = np.sqrt(0.5 * np.pi / 100)
    assert_allclose(worm_band(np.zeros(1), 100, 0.05), stats.norm.isf(0.025) * error)
