"""Residuals where responses are not all seen exactly."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from sm_gaussmle import GaussianMLE, gaussmle

NEED_EXACT = [
    "wresid",
    "resid_deviance",
    "resid_standardized",
    "resid_studentized_internal",
    "resid_studentized_external",
]
ONE_VALUE = ["resid", "resid_response", "resid_pearson"]


def weights_of(fit):
    copies = fit.model.freq_weights
    return np.ones(len(fit.model.endog)) if copies is None else copies


def test_generalised_residuals_are_orthogonal_to_the_columns(limited):
    scale, weights = limited.predict(which="scale"), weights_of(limited)
    of_mean = limited.model.exog.T @ (weights * limited.resid_generalized / scale)
    size = np.abs(limited.model.exog).T @ (weights / scale)
    # Zero at the maximum, to the square root of a rounding error of it.
    assert_allclose(of_mean / size, 0.0, atol=1e-8)
    columns = limited.model.source().rows.exog_scale
    of_scale = columns.T @ (weights * np.asarray(limited.resid_generalized_scale))
    assert_allclose(of_scale / (np.abs(columns).T @ weights), 0.0, atol=1e-8)


@pytest.mark.parametrize("kind", ["censored", "censored, scale equation"])
def test_generalised_residuals_of_uncensored_rows_are_pearson_residuals(limited_of, kind):
    fit = limited_of(kind)
    inside = (fit.model.endog > -8) & (fit.model.endog < -2)
    found, pearson = np.asarray(fit.resid_generalized), np.asarray(fit.resid_pearson)
    assert_allclose(found[inside], pearson[inside], rtol=1e-12)
    assert (np.abs(found - pearson)[~inside] > 0.01).all()


def test_exact_responses_have_the_residuals_that_they_had(rows):
    fit = gaussmle("y ~ x1 | z", rows).fit()
    assert_allclose(fit.resid_generalized, fit.resid_pearson, rtol=1e-13)
    assert_allclose(fit.resid_generalized_scale, fit.resid_pearson**2 - 1, rtol=1e-12)
    assert_allclose(fit.resid_quantile, fit.resid_pearson, rtol=1e-13)


def test_infinite_limits_leave_exact_responses(rows):
    fit = gaussmle("y ~ x1", rows, left=-np.inf, trunc_right=np.inf).fit()
    assert_array_equal(fit.resid_quantile, gaussmle("y ~ x1", rows).fit().resid_quantile)
    assert_allclose(fit.rsquared, gaussmle("y ~ x1", rows).fit().rsquared, rtol=1e-14)


def test_the_residual_of_a_censored_response_is_that_of_its_limit(limited_of):
    fit = limited_of("censored")
    seen = fit.model.data.orig_endog.squeeze()
    assert_allclose(fit.resid, seen - fit.predict(), rtol=1e-12)
    assert_allclose(fit.resid_pearson, fit.resid / fit.sigma, rtol=1e-12)


@pytest.mark.parametrize("name", ONE_VALUE)
def test_intervals_have_no_residual_of_a_value(limited_of, name):
    with pytest.raises(AttributeError, match="Use resid_generalized or resid_quantile"):
        getattr(limited_of("intervals"), name)


@pytest.mark.parametrize("name", NEED_EXACT)
@pytest.mark.parametrize("kind", ["censored", "intervals", "truncated"])
def test_residuals_over_leverages_need_exact_responses(limited_of, kind, name):
    with pytest.raises(AttributeError, match=f"`{name}` is defined only where .* Use resid_"):
        getattr(limited_of(kind), name)


def test_outlier_tests_need_exact_responses(limited):
    with pytest.raises(AttributeError, match=r"`outlier_test\(\)` is defined only where"):
        limited.outlier_test()


# Quantile residuals ---------------------------------------------------------------------


def test_quantile_residuals_are_drawn_with_a_seed(limited):
    found = limited.resid_quantile
    assert_array_equal(found, limited.get_resid_quantile(rng=0))
    generator = np.random.default_rng(0)
    assert_array_equal(found, limited.get_resid_quantile(rng=generator))
    assert np.isfinite(found).all()


def test_responses_that_are_seen_have_the_same_quantile_residuals_in_each_draw(limited_of):
    fit = limited_of("censored")
    inside = (fit.model.endog > -8) & (fit.model.endog < -2)
    first, second = (np.asarray(fit.get_resid_quantile(rng=seed)) for seed in (1, 2))
    assert_array_equal(first[inside], second[inside])
    assert (first[~inside] != second[~inside]).all()


def test_drawn_residuals_are_beyond_those_of_the_limits(limited_of):
    fit = limited_of("censored")
    drawn, limit = np.asarray(fit.resid_quantile), np.asarray(fit.resid_pearson)
    left, right = fit.model.endog <= -8, fit.model.endog >= -2
    assert (drawn[left] < limit[left]).all()
    assert (drawn[right] > limit[right]).all()


def test_quantile_residuals_of_a_truncated_sample_are_of_its_distribution(limited_of):
    fit = limited_of("truncated")
    mean, scale = fit.predict(), fit.sigma
    ends = (-11 - mean) / scale, (-1 - mean) / scale
    share = stats.truncnorm.cdf(fit.model.endog, *ends, mean, scale)
    assert_allclose(fit.resid_quantile, stats.norm.ppf(share), rtol=1e-9)


def test_residuals_have_the_labels_of_the_rows(limited_of):
    fit = limited_of("intervals")
    for name in ("resid_generalized", "resid_generalized_scale", "resid_quantile"):
        value = getattr(fit, name)
        assert isinstance(value, pd.Series)
        assert value.index.equals(fit.model.data.row_labels)


def test_a_seed_is_a_seed(limited_of):
    with pytest.raises(ValueError, match="`rng` is 'now'; it must be a seed"):
        limited_of("censored").get_resid_quantile(rng="now")


def test_residuals_need_the_rows(limited_of):
    fit = limited_of("intervals")
    fit.remove_data()
    with pytest.raises(AttributeError, match="the model's data were removed"):
        _ = fit.resid_generalized
    with pytest.raises(ValueError, match="the model's data were removed"):
        fit.get_resid_quantile()


def test_a_pattern_in_the_mean_is_seen_in_quantile_residuals():
    rng = np.random.default_rng(2)
    x, noise = rng.normal(size=(2, 2000))
    y = np.maximum(0.5 + x + 0.5 * x**2 + noise, 0.0)
    ones = np.ones(2000)
    straight = GaussianMLE(y, np.c_[ones, x], left=0.0).fit()
    curved = GaussianMLE(y, np.c_[ones, x, x**2], left=0.0).fit()
    correlations = [np.corrcoef(x**2, fit.resid_quantile)[0, 1] for fit in (straight, curved)]
    assert correlations[0] > 0.2
    assert abs(correlations[1]) < 0.05  # its standard error is 0.022
