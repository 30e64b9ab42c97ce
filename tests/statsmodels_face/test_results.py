"""Results, compared with those of statsmodels' own models where there are some."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.base.model import GenericLikelihoodModelResults
from statsmodels.stats.diagnostic import linear_reset
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
HEART = "thalach ~ age + exang + oldpeak"


@pytest.fixture
def ols(heart):
    return smf.ols(HEART, heart).fit()


@pytest.fixture
def glm(heart):
    return smf.glm(HEART, heart).fit(tol=1e-14)


@pytest.fixture
def fitted(heart):
    return gaussmle(HEART, heart).fit()


@pytest.fixture
def result(scaled):
    return scaled.fit()


# Against OLS, WLS and GLM ---------------------------------------------------------------


def test_coefficients_are_those_of_ols_and_glm(fitted, ols, glm):
    assert_allclose(fitted.params.iloc[:-1], ols.params, rtol=1e-10)
    assert_allclose(fitted.params.iloc[:-1], glm.params, rtol=1e-8)


def test_standard_errors_are_those_of_ols_with_n_for_the_degrees_of_freedom(fitted, ols):
    assert_allclose(fitted.bse.iloc[:-1], ols.bse * np.sqrt(299 / 303), rtol=1e-10)


def test_log_likelihood_is_that_of_ols(fitted, ols):
    assert_allclose(fitted.llf, ols.llf, rtol=1e-13)


def test_aic_is_that_of_glm_and_two_for_sigma(fitted, ols, glm):
    assert_allclose(fitted.aic, glm.aic + 2, rtol=1e-12)
    assert_allclose(fitted.aic, ols.aic + 2, rtol=1e-12)


def test_bic_is_that_of_ols_and_log_n_for_sigma(fitted, ols):
    assert_allclose(fitted.bic, ols.bic + np.log(303), rtol=1e-12)


def test_fitted_values_and_residuals_are_those_of_ols(fitted, ols):
    pd.testing.assert_series_equal(fitted.fittedvalues, ols.fittedvalues, check_names=False)
    pd.testing.assert_series_equal(fitted.resid, ols.resid, check_names=False, atol=1e-9)


def test_degrees_of_freedom_are_those_of_ols(fitted, ols):
    assert (fitted.nobs, fitted.df_model, fitted.df_resid) == (
        ols.nobs,
        ols.df_model,
        ols.df_resid,
    )


def test_sigma2_is_the_residual_sum_of_squares_over_n(fitted, ols):
    assert_allclose(fitted.sigma2, ols.ssr / 303, rtol=1e-12)
    assert_allclose(fitted.sigma, np.sqrt(ols.ssr / 303), rtol=1e-12)


def test_the_unbiased_variance_is_that_of_ols(fitted, ols):
    assert_allclose(fitted.sigma2_unbiased, ols.mse_resid, rtol=1e-12)


def test_the_standard_error_of_the_log_variance_is_the_root_of_two_over_n(fitted):
    assert_allclose(fitted.bse.iloc[-1], np.sqrt(2 / 303), rtol=1e-12)


def test_hc0_is_that_of_ols(heart, ols):
    robust = gaussmle(HEART, heart).fit(cov_type="HC0")
    expected = ols.get_robustcov_results("HC0").bse
    assert_allclose(robust.bse.iloc[:-1], expected, rtol=1e-9)


def test_variance_weights_are_the_weights_of_wls(heart):
    weights = heart["chol"] / 200
    mine = gaussmle(HEART, heart, var_weights=weights).fit()
    wls = smf.wls(HEART, heart, weights=weights).fit()
    assert_allclose(mine.params.iloc[:-1], wls.params, rtol=1e-9)
    assert_allclose(mine.bse.iloc[:-1], wls.bse * np.sqrt(299 / 303), rtol=1e-9)
    assert_allclose(mine.llf, wls.llf, rtol=1e-12)
    assert_allclose(mine.sigma2_unbiased, wls.mse_resid, rtol=1e-10)


def test_frequency_weights_give_the_coefficients_of_glm(heart):
    weights = 1 + heart["sex"]
    mine = gaussmle(HEART, heart, freq_weights=weights).fit()
    glm = smf.glm(HEART, heart, freq_weights=weights).fit(tol=1e-14)
    assert_allclose(mine.params.iloc[:-1], glm.params, rtol=1e-8)
    assert mine.df_resid == glm.df_resid


def test_the_offset_is_that_of_glm(heart):
    mine = gaussmle(HEART, heart, offset="chol").fit()
    glm = smf.glm(HEART, heart, offset=heart["chol"]).fit(tol=1e-14)
    assert_allclose(mine.params.iloc[:-1], glm.params, rtol=1e-7)
    assert_allclose(mine.llf, glm.llf, rtol=1e-9)


@pytest.mark.parametrize("formula", ["thalach ~ age - 1", "thalach ~ C(cp) - 1"])
def test_models_without_an_intercept_agree_with_ols(heart, formula):
    mine, ols = gaussmle(formula, heart).fit(), smf.ols(formula, heart).fit()
    assert_allclose([mine.llf, mine.aic], [ols.llf, ols.aic + 2], rtol=1e-12)
    assert (mine.df_model, mine.df_resid) == (ols.df_model, ols.df_resid)


def test_groups_with_their_own_variance_are_fitted_apart(rows):
    # With all of the mean and scale by group, each group is a regression of its own.
    result = gaussmle("y ~ C(g)*x1 | C(g)", rows).fit()
    llf = sum(smf.ols("y ~ x1", part).fit().llf for _, part in rows.groupby("g"))
    assert_allclose(result.llf, llf, rtol=1e-10)


# Inference ------------------------------------------------------------------------------


def test_the_results_are_those_of_a_generic_likelihood_model(result):
    assert isinstance(result._results, GenericLikelihoodModelResults)


def test_z_values_are_estimates_over_standard_errors(result):
    assert_allclose(result.tvalues, result.params / result.bse)


def test_p_values_are_normal_by_default(result):
    assert_allclose(result.pvalues, 2 * stats.norm.sf(np.abs(result.tvalues)))


def test_use_t_takes_p_values_and_intervals_from_the_t_distribution(scaled):
    result = scaled.fit(use_t=True)
    assert_allclose(result.pvalues, 2 * stats.t.sf(np.abs(result.tvalues), 57))
    half = stats.t.ppf(0.975, 57) * result.bse
    assert_allclose(result.conf_int()[1], result.params + half)


def test_intervals_are_normal_by_default(result):
    half = stats.norm.ppf(0.95) * result.bse
    intervals = result.conf_int(alpha=0.1)
    assert_allclose(intervals[0], result.params - half)
    assert_allclose(intervals[1], result.params + half)


def test_information_criteria_count_every_parameter(model):
    result = model.fit()
    k = model.nparams
    assert_allclose(result.aic, -2 * result.llf + 2 * k)
    assert_allclose(result.bic, -2 * result.llf + np.log(model.nobs) * k)


def test_every_covariance_is_what_it_says(scaled):
    params = scaled.fit().params
    inverse = np.linalg.inv(scaled.information(params))
    scores = scaled.score_obs(params)
    meat = scores.T @ scores
    expected = {
        "nonrobust": inverse,
        "eim": np.linalg.inv(scaled.information(params, observed=False)),
        "opg": np.linalg.inv(meat),
        "HC0": inverse @ meat @ inverse,
    }
    for cov_type, covariance in expected.items():
        result = scaled.fit(cov_type=cov_type)
        assert result.cov_type == cov_type
        assert_allclose(result.cov_params(), covariance, rtol=1e-5, atol=1e-9)


def test_covariances_differ_from_the_model_based_one_only_in_the_standard_errors(scaled):
    robust, plain = scaled.fit(cov_type="HC0"), scaled.fit()
    assert (robust.params == plain.params).all()
    assert robust.llf == plain.llf
    assert not np.allclose(robust.bse, plain.bse, rtol=1e-3)


@pytest.mark.parametrize("name", ["ln(sigma2)[z]", "x1"])
def test_hypotheses_name_parameters_of_both_equations(result, name):
    test = result.t_test(f"{name} = 0.2")
    assert_allclose(test.tvalue, (result.params[name] - 0.2) / result.bse[name])


def test_hypotheses_name_formula_terms_of_both_equations(rows, engine):
    result = gaussmle("y ~ x1 + C(g) | C(g) + z", rows).fit()
    for name in result.params.index:
        assert_allclose(np.squeeze(result.t_test(f"{name} = 0").tvalue), result.tvalues[name])
    both = result.wald_test("ln(sigma2)[C(g)[T.b]] = 0, ln(sigma2)[C(g)[T.c]] = 0", scalar=True)
    assert both.df_denom == 2


@pytest.mark.parametrize(
    ("text", "matrix", "values"),
    [
        ("x1 = -0.5", [[0, 1, 0, 0]], [-0.5]),
        ("x1 = + 0.5", [[0, 1, 0, 0]], [0.5]),
        ("x1 = -x2", [[0, 1, 1, 0]], [0.0]),
        ("x1 = - 2*x2 = -0.5", [[0, 1, 2, 0], [0, 0, -2, 0]], [0.0, -0.5]),
    ],
)
def test_hypotheses_may_have_a_sign_after_the_equals_sign(rows, engine, text, matrix, values):
    # formulaic does not read it.
    results = gaussmle("y ~ x1 + x2", rows).fit()
    expected = results.wald_test((matrix, values))
    assert_allclose(results.wald_test(text).statistic, expected.statistic, rtol=1e-10)


@pytest.mark.parametrize("test", ["t_test", "f_test", "wald_test"])
@pytest.mark.parametrize("values", [None, 1.0])
def test_hypotheses_may_have_the_columns_of_the_mean_alone_as_for_ols(result, test, values):
    short = np.eye(3)[1:]
    long = np.eye(len(result.params))[1:3]
    short, long = ((m, np.full(2, values)) if values else m for m in (short, long))
    found, expected = getattr(result, test)(short), getattr(result, test)(long)
    assert_allclose(found.statistic, expected.statistic)
    assert_allclose(found.pvalue, expected.pvalue)


@pytest.mark.parametrize("test", ["t_test", "f_test", "wald_test"])
def test_hypotheses_of_another_width_name_the_parameters(result, test):
    for given in (np.eye(4), (np.eye(4), np.zeros(4)), np.zeros((1, 3, 5))):
        with pytest.raises(ValueError, match=r"`r_matrix` has shape \(.*5 columns.*or 3.*ln\("):
            getattr(result, test)(given)
    with pytest.raises(ValueError, match=r"`other` has shape \(1, 2\)"):
        result.cov_params(np.eye(5)[:1], other=np.eye(2)[:1])


def test_covariances_of_combinations_with_others(result):
    left, right = np.eye(5)[:2], np.eye(5)[3:]
    expected = result.cov_params().iloc[:2, 3:]
    assert_allclose(result.cov_params(left, other=right), expected, rtol=1e-12)
    with pytest.raises(ValueError, match="scaling_factor"):
        result.cov_params(scale=2.0)


def test_hypotheses_show_no_minus_zero(fitted):
    assert "= -0" not in repr(fitted.f_test("age"))


def test_pairs_of_levels_need_all_columns_of_the_formula(rows):
    # statsmodels looks for them by their place in the formula.
    twice = rows.assign(x3=2 * rows["x1"])
    with pytest.warns(ValueWarning, match="Dropped"):
        dropped = gaussmle("y ~ x1 + x3 + C(g)", twice).fit(rank_deficient="drop")
    left_out = gaussmle("y ~ x1 + C(g)", rows, drop_cols=["x1"]).fit()
    for results in (dropped, left_out):
        with pytest.raises(ValueError, match=r"columns x[13] of the formula are not in"):
            results.t_test_pairwise("C(g)")


def test_pairs_of_levels_of_no_term_name_the_terms(rows):
    results = gaussmle("y ~ x1 | C(g)", rows).fit()
    with pytest.raises(ValueError, match=r"terms are Intercept, x1.*scale_view"):
        results.t_test_pairwise("C(g)")
    arrays = GaussianMLE(rows["y"], rows[MEAN]).fit()
    with pytest.raises(ValueError, match="from a formula"):
        arrays.t_test_pairwise("C(g)")


@pytest.mark.parametrize("alpha", [0.0, 1.0, 95, "a"])
def test_levels_are_between_0_and_1(fitted, alpha):
    with pytest.raises(ValueError, match="`alpha`"):
        fitted.conf_int(alpha=alpha)


def test_tables_of_nested_fits_are_those_of_ols(heart):
    formulas = ("thalach ~ age", "thalach ~ age + exang + oldpeak")
    ours = sm.stats.anova_lm(*(gaussmle(f, heart).fit() for f in formulas))
    theirs = sm.stats.anova_lm(*(smf.ols(f, heart).fit() for f in formulas))
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9)
    scaled = gaussmle(f"{formulas[1]} | age", heart).fit()
    for fits in ((scaled,), (gaussmle(formulas[0], heart).fit(), scaled)):
        with pytest.raises(
            AttributeError, match="`ssr` is defined only with constant variance"
        ):
            sm.stats.anova_lm(*fits)


def test_the_reset_test_is_that_of_ols(fitted, ols):
    found = linear_reset(fitted, power=3, use_f=True, cov_type="HC0")
    expected = linear_reset(ols, power=3, use_f=True, cov_type="HC0")
    assert_allclose(found.statistic, expected.statistic, rtol=1e-6)


@pytest.mark.parametrize("test", ["f_test", "wald_test"])
def test_chains_of_equations_are_all_tested(rows, engine, test):
    # formulaic takes a chain for one equation.
    results = gaussmle("y ~ x1 + C(g)", rows).fit()
    chain = getattr(results, test)("C(g)[T.b] = C(g)[T.c] = x1 = 0")
    single = getattr(results, test)("C(g)[T.b] = 0, C(g)[T.c] = 0, x1 = 0")
    assert_allclose(chain.statistic, single.statistic, rtol=1e-10)
    assert_allclose(chain.pvalue, single.pvalue, rtol=1e-8)


@pytest.mark.parametrize("text", ["1e-3", "-2.5E+1", "1e8"])
def test_numbers_with_exponents_are_numbers_in_hypotheses(rows, engine, text):
    # formulaic takes 1e for a name.
    results = gaussmle("y ~ x1 + x2", rows).fit()
    found = results.t_test(f"x1 = {text}")
    expected = (results.params["x1"] - float(text)) / results.bse["x1"]
    assert_allclose(np.squeeze(found.tvalue), expected, rtol=1e-12)


def test_tests_without_a_covariance_say_how_to_have_one(rows):
    results = gaussmle("y ~ x1", rows).fit(skip_hessian=True)
    for test in (results.t_test, results.wald_test, results.f_test):
        with pytest.raises(ValueError, match="get_robustcov_results"):
            test("x1 = 0")
    given = np.eye(3)
    assert results.t_test("x1 = 0", cov_p=given).sd == 1.0
    assert results.wald_test("x1 = 0", cov_p=given).statistic > 0


def test_f_tests_use_the_residual_degrees_of_freedom(fitted, ols):
    mine = fitted.f_test("age = 0, exang = 0")
    assert (mine.df_num, mine.df_denom) == (2, 299)
    assert_allclose(mine.fvalue, ols.f_test("age = 0, exang = 0").fvalue * 303 / 299)


def test_the_null_model_has_constant_mean_and_constant_variance(heart):
    result = gaussmle(f"{HEART} | age", heart).fit()
    null = smf.ols("thalach ~ 1", heart).fit()
    assert_allclose(result.llnull, null.llf, rtol=1e-12)
    assert_allclose(result.llr, 2 * (result.llf - null.llf), rtol=1e-10)
    assert_allclose(result.llr_pvalue, stats.chi2.sf(result.llr, 4), rtol=1e-8)


def test_the_likelihood_ratio_of_the_heart_model_is_known(fitted):
    assert_allclose(fitted.llnull, -1377.8411, atol=5e-5)
    assert_allclose(fitted.llr, 110.5224, atol=5e-5)
    assert_allclose(fitted.llr_pvalue, 8.47e-24, rtol=1e-3)


@pytest.mark.parametrize(
    "kind", ["offsets", "variance weights", "frequency weights", "scale equation with all"]
)
def test_the_null_model_keeps_offsets_and_weights(rows, options_of, kind):
    options = options_of(kind)
    result = GaussianMLE(rows["y"], rows[MEAN], **options).fit()
    options.pop("exog_scale", None)
    null = GaussianMLE(rows["y"], rows["one"], **options).fit()
    assert_allclose(result.llnull, null.llf, rtol=1e-12)


def test_the_model_of_constants_has_no_likelihood_ratio_to_test(rows):
    result = gaussmle("y ~ 1", rows).fit()
    assert_allclose(result.llr, 0, atol=1e-9)
    assert np.isnan(result.llr_pvalue) or result.llr_pvalue == 1


# Residuals ------------------------------------------------------------------------------


def test_residuals_are_responses_less_fitted_values(model):
    result = model.fit()
    assert_allclose(result.resid, model.endog - result.fittedvalues)


def test_pearson_residuals_have_mean_square_one_with_constant_variance(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], var_weights=rows["v"])
    assert_allclose((model.fit().resid_pearson ** 2).mean(), 1)


def test_pearson_residuals_are_over_the_standard_deviation_of_the_row(result):
    assert_allclose(result.resid_pearson, result.resid / result.predict(which="scale"))


# Labels ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["params", "bse", "tvalues", "pvalues"])
def test_values_per_parameter_are_labelled(result, name):
    assert list(getattr(result, name).index) == result.model.exog_names


@pytest.mark.parametrize("name", ["resid", "fittedvalues", "resid_pearson"])
def test_values_per_row_are_labelled(result, rows, name):
    assert list(getattr(result, name).index) == list(rows.index)


def test_tables_are_labelled(result):
    names = result.model.exog_names
    assert list(result.conf_int().index) == names
    assert list(result.cov_params().index) == list(result.cov_params().columns) == names


def test_results_of_arrays_are_arrays(rows):
    result = GaussianMLE(rows["y"].to_numpy(), rows[MEAN].to_numpy()).fit()
    for name in ("params", "bse", "resid", "fittedvalues", "resid_pearson"):
        assert type(getattr(result, name)) is np.ndarray


def test_the_scale_is_that_of_ols_and_multiplies_nothing(fitted, ols):
    assert_allclose(fitted.scale, ols.scale, rtol=1e-10)
    before = fitted.cov_params()
    fitted._results.scale = 7.0  # as statsmodels does here and there
    assert_allclose(fitted.scale, ols.scale, rtol=1e-10)
    pd.testing.assert_frame_equal(fitted.cov_params(), before)


# What statsmodels does with a model -----------------------------------------------------


def test_statsmodels_fits_subsets_of_parameters_through_maxiter_0(scaled):
    result = scaled._fit_zeros(keep_index=[0, 1], maxiter=500, disp=0)
    assert result.params.iloc[2] == 0
    # Combinations have the covariance that statsmodels puts there, with rows of zeros.
    covariance = np.asarray(result.cov_params())
    assert not covariance[2].any()
    assert_allclose(result.cov_params(r_matrix=np.eye(len(covariance))), covariance, atol=1e-15)


def test_the_model_can_be_drawn_from_and_fitted_again(scaled):
    params = scaled.fit().params
    draw = scaled.simulate(params, rng=11)
    again = scaled.__class__(draw, scaled.exog, **scaled._get_init_kwds()).fit()
    assert_allclose(again.params, params, atol=5 * scaled.fit().bse.max())
