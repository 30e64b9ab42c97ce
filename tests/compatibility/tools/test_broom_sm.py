"""broom-sm: tidy tables of results.

Its `stats_glance` shows R² and F for the models whose class is named OLS only.
"""

import numpy as np
import pytest
from broom_sm import stats_augment, stats_glance, stats_tidy
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm


def test_one_line_for_each_parameter(result, heart):
    table = stats_tidy(heart, model=result)
    assert list(table["term"]) == list(result.params.index)
    assert_array_equal(table["estimate"], result.params)
    assert_array_equal(table["std.error"], result.bse)
    assert_array_equal(table["p.value"], result.pvalues)
    assert_array_equal(table[["conf.low", "conf.high"]], result.conf_int())


def test_the_model_is_not_taken_for_one_of_another_family(result, heart):
    kinds = set(stats_tidy(heart, model=result)["stat_type"])
    assert kinds <= {"gaussianmle", "scaleequation"}


@pytest.mark.parametrize("cov_type", ["HC0", "HC1"])
def test_other_covariances_are_named(scaled, heart, cov_type):
    robust = scaled.get_robustcov_results(cov_type)
    table = stats_tidy(heart, model=robust)
    assert set(table["cov_type"]) == {cov_type}
    assert_array_equal(table["std.error"], robust.bse)


def test_measures_of_fit(constant, ols, heart):
    line = stats_glance(heart, model=constant).iloc[0]
    assert_allclose(line["llf"], ols.llf, rtol=1e-12)
    assert_allclose(line["aic"], ols.aic + 2, rtol=1e-12)
    assert_allclose(line["deviance"], ols.ssr, rtol=1e-12)
    assert (line["nobs"], line["df_model"], line["df_resid"]) == (303, 3, 299)


def test_measures_of_fit_with_a_scale_equation(scaled, view, heart):
    for result in (scaled, view):
        line = stats_glance(heart, model=result).iloc[0]
        assert_allclose(line["llf"], scaled.llf, rtol=1e-14)
        assert_allclose(line["aic"], -2 * scaled.llf + 2 * 6, rtol=1e-12)
        assert line["nobs"] == 303


@pytest.mark.parametrize("name", ["constant", "scaled"])
def test_fitted_values_and_residuals_beside_the_data(request, name, heart):
    result = request.getfixturevalue(name)
    table = stats_augment(heart, model=result)
    assert list(table["age"]) == list(heart["age"])
    assert_allclose(table[".fitted"], result.fittedvalues, rtol=1e-12)
    # A residual is a difference of numbers around 150.
    assert_allclose(table[".fitted"] + table[".resid"], heart["thalach"], rtol=1e-12)


INTERVALS = ["mean_se", "mean_ci_lower", "mean_ci_upper", "obs_ci_lower", "obs_ci_upper"]


@pytest.mark.parametrize("name", ["constant", "scaled"])
def test_intervals_of_means_and_observations(request, name, heart):
    result = request.getfixturevalue(name)
    table = stats_augment(heart, model=result)[[f".{column}" for column in INTERVALS]]
    expected = result.get_prediction(heart).summary_frame()[INTERVALS]
    assert_allclose(table, expected, rtol=1e-12)
    # What a table of the wrong equation could not give: the width is that of sigma_i.
    width = (table[".obs_ci_upper"] - table[".obs_ci_lower"]) / 2
    spread = np.hypot(table[".mean_se"], result.predict(heart, which="scale"))
    assert_allclose(width, norm.ppf(0.975) * spread, rtol=1e-9)


def test_leverages_and_distances_with_constant_variance_are_those_of_ols(constant, ols, heart):
    ours, theirs = (stats_augment(heart, model=r) for r in (constant, ols))
    for column in (".hat", ".cooksd", ".std.resid"):
        assert_allclose(ours[column], theirs[column], rtol=1e-9)


def test_leverages_with_a_scale_equation_are_those_of_weighted_least_squares(scaled, heart):
    sigma = scaled.predict(heart, which="scale").to_numpy()
    basis = np.linalg.qr(scaled.model.exog / sigma[:, None]).Q
    table = stats_augment(heart, model=scaled)
    assert_allclose(table[".hat"], (basis**2).sum(axis=1), rtol=1e-9)


def test_fitted_values_of_the_scale_equation(scaled, view, heart):
    table = stats_augment(heart, model=view)
    assert_allclose(table[".fitted"], scaled.predict(which="scale"), rtol=1e-12)
