"""The likelihood ratio, its F test and Bartlett's factor."""

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from scipy import special

from sm_gaussmle.inference.likelihood_ratio import (
    LowerMaximumError,
    MeanFit,
    bartlett_factor,
    f_test,
    ratio_statistic,
)
from sm_gaussmle.likelihood.evaluation import RowBlock


@pytest.fixture
def pair():
    """Rows of a smaller and of a larger mean, of constant variance."""
    rng = np.random.default_rng(5)
    exog = np.column_stack([np.ones(20), rng.normal(size=(20, 3))])
    y = exog @ [1.0, 1.0, 0.3, 0.0] + rng.normal(size=20)
    ones = np.ones((20, 1))
    return RowBlock(y, exog[:, :2], ones), RowBlock(y, exog, ones)


def test_the_statistic_is_twice_the_difference():
    assert ratio_statistic(-12.5, -10.0, 30) == 5.0


def test_a_difference_of_rounding_is_none():
    assert ratio_statistic(-10.0, -10.0 - 1e-13, 30) == 0.0


def test_a_lower_likelihood_of_the_larger_model_is_an_error():
    with pytest.raises(LowerMaximumError):
        ratio_statistic(-10.0, -10.0 - 1e-6, 30)


def test_the_f_test_is_that_of_least_squares(pair):
    small, large = (sm.OLS(rows.endog, rows.exog).fit() for rows in pair)
    found = f_test(*map(MeanFit.of_rows, pair))
    # Residual sums of squares by two ways of solving the same normal equations.
    assert_allclose(found[:3], large.compare_f_test(small), rtol=1e-12)
    assert found.df_denom == 16


def test_known_variances_that_differ_by_a_factor_are_the_same(pair):
    null, alternative = pair
    small = RowBlock(null.endog, null.exog, null.exog_scale, None, np.full(20, 0.7))
    assert_allclose(
        f_test(MeanFit.of_rows(small), MeanFit.of_rows(alternative)),
        f_test(*map(MeanFit.of_rows, pair)),
        rtol=1e-12,
    )


def _mean_of_the_ratio(n, p, q):
    # RSS/RSS0 has a beta distribution, the mean of whose logarithm is known.
    return n * (special.digamma((n - p + q) / 2) - special.digamma((n - p) / 2))


@pytest.mark.parametrize(("p", "q"), [(1, 1), (2, 1), (4, 3), (6, 5)])
def test_bartletts_factor_brings_the_mean_to_the_degrees_of_freedom(p, q):
    errors = [bartlett_factor(n, p, q) * _mean_of_the_ratio(n, p, q) / q - 1 for n in (50, 500)]
    # What it leaves is of the order of 1/n^2; without it the mean is 3 to 10 % too large at n = 50.
    assert abs(errors[0]) < 1e-3
    assert abs(errors[1] / errors[0]) < 1.2e-2


def test_bartletts_factor_of_two_restrictions_is_exact():
    assert_allclose(bartlett_factor(14, 4, 2) * _mean_of_the_ratio(14, 4, 2), 2, rtol=1e-14)
