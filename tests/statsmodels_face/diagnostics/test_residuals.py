"""Residuals and outlier tests."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.stats.outliers_influence import outlier_test

from sm_gaussmle import GaussianMLE, gaussmle

HEART = "thalach ~ age + exang + oldpeak"
KINDS = [
    "resid",
    "resid_response",
    "resid_pearson",
    "resid_quantile",
    "resid_standardized",
    "resid_studentized_internal",
    "resid_studentized_external",
]


@pytest.fixture
def fitted(heart):
    return gaussmle(HEART, heart).fit()


@pytest.fixture
def ols(heart):
    return smf.ols(HEART, heart).fit()


@pytest.fixture
def result(scaled):
    return scaled.fit()


# Residuals ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_residuals_are_labelled_by_row(result, rows, name):
    values = getattr(result, name)
    assert isinstance(values, pd.Series)
    assert list(values.index) == list(rows.index)


@pytest.mark.parametrize("name", KINDS)
def test_residuals_of_arrays_are_arrays(rows, name):
    result = GaussianMLE(rows["y"].to_numpy(), rows[["one", "x1"]].to_numpy()).fit()
    assert type(getattr(result, name)) is np.ndarray


def test_response_residuals_are_those_of_glm(heart, fitted):
    glm = smf.glm(HEART, heart).fit(tol=1e-14)
    assert_allclose(fitted.resid_response, glm.resid_response, atol=1e-9)


def test_residuals_with_known_precision_are_those_of_wls_and_glm(rows):
    ours = gaussmle("y ~ x1", rows, var_weights="v").fit()
    wls = smf.wls("y ~ x1", rows, weights=rows["v"]).fit()
    assert_allclose(ours.wresid, wls.wresid, rtol=1e-9)
    assert_allclose(ours.resid_deviance, wls.wresid, rtol=1e-9)
    assert_allclose((ours.resid_deviance**2).sum(), ours.deviance, rtol=1e-12)
    assert_allclose(ours.mu, wls.fittedvalues, rtol=1e-10)
    assert isinstance(ours.mu, pd.Series)
    assert list(ours.resid_deviance.index) == list(rows.index)


@pytest.mark.parametrize("name", ["wresid", "resid_deviance"])
def test_a_scale_equation_has_no_known_precision(result, name):
    with pytest.raises(AttributeError, match=f"`{name}`.*resid_pearson"):
        getattr(result, name)


def test_quantile_residuals_are_normal_quantiles_of_the_distribution_function(model):
    result = model.fit()
    expected = stats.norm.ppf(result.get_distribution().cdf(model.endog))
    # The distribution function near 1 has few digits of its distance from it.
    assert_allclose(result.resid_quantile, expected, rtol=1e-8)


def test_standardised_residuals_differ_from_ols_by_the_divisor_of_the_variance(fitted, ols):
    expected = ols.get_influence().resid_studentized_internal * np.sqrt(303 / 299)
    assert_allclose(fitted.resid_standardized, expected, rtol=1e-10)


@pytest.mark.parametrize("kind", ["internal", "external"])
def test_studentised_residuals_are_those_of_ols(fitted, ols, kind):
    name = f"resid_studentized_{kind}"
    assert_allclose(getattr(fitted, name), getattr(ols.get_influence(), name), rtol=1e-10)


def test_hat_values_are_those_of_glm(heart, fitted):
    glm = smf.glm(HEART, heart).fit()
    for observed in (True, False):
        expected = glm.get_hat_matrix_diag(observed=observed)
        assert_allclose(fitted.get_hat_matrix_diag(observed=observed), expected, rtol=1e-11)


# Outliers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"method": "fdr_bh"},
        {"method": "holm", "order": True},
        {"cutoff": 0.5},
        {"order": True, "cutoff": 0.5},
        {"labels": [f"patient {i}" for i in range(303)], "order": True},
    ],
)
def test_the_outlier_test_is_that_of_ols(fitted, ols, options):
    mine, other = fitted.outlier_test(**options), ols.outlier_test(**options)
    pd.testing.assert_frame_equal(mine, other, rtol=1e-9, check_index_type=False)


def test_without_labels_the_outlier_test_gives_an_array(rows):
    model = GaussianMLE(rows["y"].to_numpy(), rows[["one", "x1"]].to_numpy())
    table = model.fit().outlier_test()
    assert type(table) is np.ndarray
    assert table.shape == (60, 3)


def test_the_function_of_statsmodels_gives_the_same_with_constant_variance(fitted):
    pd.testing.assert_frame_equal(outlier_test(fitted), fitted.outlier_test())


def test_an_outlier_is_found_with_a_scale_equation(rows):
    rows.loc["r7", "y"] += 15
    table = gaussmle("y ~ x1 + x2 | z", rows).fit().outlier_test(cutoff=0.05)
    assert list(table.index) == ["r7"]


@pytest.mark.parametrize("scale_formula", [None, "z"])
@pytest.mark.parametrize("method", ["bonf", "holm", "fdr_bh"])
def test_every_copy_of_a_row_is_tested(rows, scale_formula, method):
    options = {"scale_formula": scale_formula}
    mine = gaussmle("y ~ x1", rows, freq_weights="f", **options).fit()
    copies = rows["f"].astype(int)
    other = gaussmle("y ~ x1", rows.loc[rows.index.repeat(copies)], **options).fit()
    expected = other.outlier_test(method).iloc[np.cumsum(copies) - copies]
    # Two fits, each within 1e-9 standard errors of the maximum.
    assert_allclose(mine.outlier_test(method), expected, rtol=1e-6)


def test_a_row_that_decides_alone_is_not_tested(rows):
    rows["alone"] = (np.arange(60) == 5).astype(float)
    table = gaussmle("y ~ x1 + alone", rows).fit().outlier_test("fdr_bh")
    rest = gaussmle("y ~ x1", rows.drop(index="r5")).fit().outlier_test("fdr_bh")
    assert table.loc["r5"].isna().all()
    assert_allclose(table.drop(index="r5"), rest, rtol=1e-9)


def test_an_unknown_correction_is_refused(fitted):
    with pytest.raises(ValueError, match=r"`method` is 'bonny'; it must be .*'bonf'"):
        fitted.outlier_test("bonny")


def test_labels_of_another_length_are_refused(fitted):
    with pytest.raises(ValueError, match="`labels` has 2 names; there are 303"):
        fitted.outlier_test(labels=["a", "b"])


def test_fractions_of_observations_are_not_tested(rows):
    result = gaussmle("y ~ x1", rows, freq_weights="v").fit()
    with pytest.raises(ValueError, match="`freq_weights` are not all whole numbers"):
        result.outlier_test()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"alpha": 0}, ValueError, "`alpha` is 0; it must be between 0 and 1"),
        ({"cutoff": "x"}, ValueError, "`cutoff` is 'x'; it must be a finite number"),
        ({"order": 1}, TypeError, "`order` is 1; it must be True or False"),
        ({"labels": 3}, TypeError, "`labels` is 3; it must be a list"),
    ],
)
def test_wrong_arguments_of_outlier_tests_are_named(fitted, options, error, message):
    with pytest.raises(error, match=message):
        fitted.outlier_test(**options)
