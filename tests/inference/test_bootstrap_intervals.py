"""Intervals from replicates."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from sm_gaussmle.inference.bootstrap_intervals import (
    basic_interval,
    bca_interval,
    jackknife_acceleration,
    normal_interval,
    percentile_interval,
    studentized_interval,
)

METHODS = {
    "percentile": lambda r, _e, alpha: percentile_interval(r, alpha),
    "basic": basic_interval,
    "BCa": lambda r, e, alpha: bca_interval(r, e, _acceleration(), alpha),
}


def _sample():
    return np.random.default_rng(5).exponential(size=25)


def _acceleration():
    data = _sample()
    deleted = (data.sum() - data) / (len(data) - 1)
    return jackknife_acceleration(deleted[:, None])


@pytest.fixture
def means():
    """Means of 999 samples drawn from one of 25."""
    rng = np.random.default_rng(6)
    return rng.choice(_sample(), (999, 25)).mean(axis=1)[:, None]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_intervals_of_a_mean_are_those_of_scipy(means, method, alpha):
    expected = stats.bootstrap(
        (_sample(),),
        np.mean,
        n_resamples=0,
        confidence_level=1 - alpha,
        method=method,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=means[:, 0]),
    ).confidence_interval
    ends = METHODS[method](means, np.array([_sample().mean()]), alpha)
    assert_allclose(ends, [expected], rtol=1e-13)


def test_normal_intervals_have_the_bias_taken_off(means):
    estimate = np.array([0.9])
    ends = normal_interval(means, estimate, 0.1)
    bias, deviation = means.mean() - 0.9, means.std(ddof=1)
    expected = stats.norm.interval(0.9, loc=0.9 - bias, scale=deviation)
    assert_allclose(ends, [expected], rtol=1e-13)


def test_studentized_intervals_turn_t_values_round():
    t = np.linspace(-2.0, 4.0, 101)[:, None]
    errors = np.linspace(0.5, 1.5, 101)[:, None]
    ends = studentized_interval(3.0 + t * errors, errors, np.array([3.0]), np.array([2.0]), 0.1)
    # The quantiles of t at 0.05 and 0.95 are -1.7 and 3.7.
    assert_allclose(ends, [[3.0 - 2.0 * 3.7, 3.0 + 2.0 * 1.7]], rtol=1e-13)


def test_percentile_intervals_follow_increasing_functions():
    # 201 replicates: the quantiles at 0.05 and 0.95 are replicates, with nothing between.
    replicates = np.random.default_rng(1).normal(size=(201, 2))
    ends = percentile_interval(replicates, 0.1)
    assert_allclose(percentile_interval(np.exp(replicates), 0.1), np.exp(ends), rtol=1e-13)


def test_bca_is_percentile_where_there_is_no_bias_and_no_acceleration():
    # 200 replicates, half of them below each of the estimates.
    replicates = np.random.default_rng(1).normal(size=(200, 2))
    estimate = np.median(replicates, axis=0)
    ends = bca_interval(replicates, estimate, np.zeros(2), 0.1)
    assert_allclose(ends, percentile_interval(replicates, 0.1), rtol=1e-12)


def test_bca_has_no_ends_beyond_the_replicates():
    replicates = np.random.default_rng(1).normal(size=(100, 3))
    # The second estimate is beyond all replicates, the third acceleration beyond reason.
    ends = bca_interval(replicates, np.array([0.0, 9.0, 0.0]), np.array([0.0, 0.0, 0.9]), 0.1)
    assert_array_equal(np.isnan(ends), [[False, False], [True, True], [False, True]])


def test_a_row_with_copies_is_left_out_as_often():
    deleted = np.random.default_rng(2).exponential(size=(8, 3))
    copies = np.array([1.0, 3.0, 2.0, 1.0, 1.0, 4.0, 1.0, 2.0])
    repeated = np.repeat(deleted, copies.astype(int), axis=0)
    assert_allclose(
        jackknife_acceleration(deleted, copies), jackknife_acceleration(repeated), rtol=1e-12
    )


def test_statistics_that_no_row_changes_have_no_acceleration():
    assert_array_equal(np.isnan(jackknife_acceleration(np.ones((5, 1)))), [True])


def test_statistics_that_are_infinite_without_a_row_have_no_acceleration():
    deleted = np.array([[1.0, 0.1], [2.0, -np.inf], [4.0, 0.3]])
    assert_array_equal(np.isnan(jackknife_acceleration(deleted)), [False, True])
