"""statsmodels' functions that take results or residuals, where these have a scale equation.

With constant variance they give what they give for OLS, which tests/parity has. With a
scale equation they are told the Pearson residuals, of variance 1.
"""

import numpy as np
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats import diagnostic, outliers_influence, stattools
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multitest import multipletests
from statsmodels.treatment.treatment_effects import TreatmentEffect

from sm_gaussmle import gaussmle, tobit

# Scale ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("robust", "studentized"), [(False, False), (True, True)])
def test_het_breuschpagan_is_a_score_test_of_the_scale_equation(constant, robust, studentized):
    columns = constant.model.exog[:, 1:]
    design = constant.model.exog
    found, pvalue, *_ = diagnostic.het_breuschpagan(constant.resid, design, robust=robust)
    expected = constant.score_test(
        exog_scale_extra=columns, observed=False, studentized=studentized
    )
    assert_allclose(found, expected.statistic, rtol=1e-8)
    assert_allclose(pvalue, expected.pvalue, rtol=1e-8)


def test_the_scale_equation_takes_what_het_breuschpagan_finds_in_its_columns(constant, scaled):
    design = constant.model.exog[:, :2]
    before, after = (
        diagnostic.het_breuschpagan(residuals, design, robust=False)[0]
        for residuals in (constant.resid, scaled.resid_pearson)
    )
    # At the maximum the squares of the residuals are uncorrelated with its columns.
    assert before > 2.5
    assert_allclose(after, 0, atol=1e-8)


def test_the_squares_that_het_white_regresses_have_mean_one(scaled):
    found = diagnostic.het_white(scaled.resid_pearson, scaled.model.exog[:, [0, 1]])
    squares = scaled.resid_pearson**2
    columns = np.vander(scaled.model.exog[:, 1], 3)
    assert_allclose(squares.mean(), 1, rtol=1e-9)
    assert_allclose(found[0], 303 * OLS(squares, columns).fit().rsquared, rtol=1e-6)


# Shape and order ----------------------------------------------------------------------------


def test_jarque_bera_is_the_score_test_of_normality(constant):
    found, pvalue, *_ = stattools.jarque_bera(constant.resid)
    table = constant.test_normality()
    assert_allclose((found, pvalue), (table.statistic, table.pvalue), rtol=1e-8)


def test_jarque_bera_of_pearson_residuals(scaled):
    found, *_ = stattools.jarque_bera(scaled.resid_pearson)
    residuals = scaled.resid_pearson.to_numpy()
    expected = stats.skew(residuals) ** 2 / 6 + stats.kurtosis(residuals) ** 2 / 24
    assert_allclose(found, 303 * expected, rtol=1e-10)


def test_durbin_watson_and_ljung_box_of_pearson_residuals(scaled):
    residuals = scaled.resid_pearson.to_numpy()
    squares = (residuals**2).sum()
    expected = (np.diff(residuals) ** 2).sum() / squares
    assert_allclose(stattools.durbin_watson(scaled.resid_pearson), expected, rtol=1e-12)
    centred = residuals - residuals.mean()
    first = (centred[1:] * centred[:-1]).sum() / (centred**2).sum()
    table = diagnostic.acorr_ljungbox(scaled.resid_pearson, lags=1)
    assert_allclose(table["lb_stat"], 303 * 305 * first**2 / 302, rtol=1e-10)


# Hypotheses ---------------------------------------------------------------------------------


@pytest.fixture
def pain(heart):
    heart["pain"] = heart["cp"].map("type {}".format)
    return gaussmle("thalach ~ age + pain | pain", heart).fit()


@pytest.mark.parametrize("equation", ["mean", "scale"])
def test_pairs_of_levels_are_compared_in_either_equation(pain, equation):
    result, name = (pain, "{}") if equation == "mean" else (pain.scale_view(), "ln(sigma2)[{}]")
    table = result.t_test_pairwise("pain", method="holm").result_frame
    levels = [name.format(f"pain[T.type {cp}]") for cp in (2, 3)]
    test = pain.t_test(f"{levels[1]} = {levels[0]}")
    assert_allclose(table.loc["type 3-type 2", "coef"], test.effect, rtol=1e-10)
    assert_allclose(table.loc["type 3-type 2", "P>|z|"], test.pvalue, rtol=1e-8)
    assert_allclose(
        table["pvalue-holm"], multipletests(table["P>|z|"], method="holm")[1], rtol=1e-12
    )


def test_terms_of_both_equations_are_tested(pain):
    table = pain.wald_test_terms(scalar=True).table
    assert list(table.index) == [
        *("Intercept", "pain", "age"),
        *("ln(sigma2)[Intercept]", "ln(sigma2)[pain]"),
    ]
    names = [name for name in pain.params.index if name.startswith("ln(sigma2)[pain")]
    cov, values = pain.cov_params().loc[names, names], pain.params[names]
    expected = values @ np.linalg.solve(cov, values)
    assert_allclose(table.loc["ln(sigma2)[pain]", "statistic"], expected, rtol=1e-9)


def test_p_values_are_corrected_as_those_of_any_result(scaled):
    (_, corrected, *_) = multipletests(scaled.pvalues, method="bonferroni")
    assert_allclose(corrected, np.minimum(1, 6 * scaled.pvalues), rtol=1e-12)


# Influence ------------------------------------------------------------------------------------


def test_influence_with_a_scale_equation_is_that_of_weighted_least_squares(scaled, heart):
    weights = 1 / scaled.predict(which="variance")
    wls = smf.wls("thalach ~ age + exang + oldpeak", heart, weights=weights).fit()
    basis = np.linalg.qr(wls.model.wexog).Q
    ours = scaled.get_influence()
    assert_allclose(ours.hat_matrix_diag, (basis**2).sum(axis=1), rtol=1e-8)


@pytest.mark.parametrize("kind", ["MLEInfluence", "OLSInfluence"])
@pytest.mark.parametrize("name", ["constant", "scaled", "limited"])
def test_classes_of_influence_of_other_models_refuse(request, name, kind):
    # If this fails, the class takes these results, and the page can say so.
    result = request.getfixturevalue(name)
    with pytest.raises((AttributeError, ValueError)):
        getattr(outliers_influence, kind)(result).summary_frame()


# Sums of squares ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        anova_lm,
        diagnostic.linear_rainbow,
        lambda result: diagnostic.compare_cox(
            result, smf.ols("thalach ~ chol", result.model.data.frame).fit(), result_object=True
        ),
    ],
)
def test_what_compares_sums_of_squares_is_refused(scaled, function):
    with pytest.raises(AttributeError, match="`ssr` is defined only with constant variance"):
        function(scaled)


# Effects of a treatment -------------------------------------------------------------------


def treated(model, heart):
    """statsmodels' effect of exercise-induced angina, with a model of the response."""
    chosen = smf.probit("exang ~ age + oldpeak", heart).fit(disp=0)
    return TreatmentEffect(model, heart["exang"].to_numpy(), results_select=chosen)


@pytest.mark.parametrize("method", ["ra", "aipw", "aipw_wls", "ipw_ra"])
def test_treatment_effects_are_those_of_ols(heart, method):
    formula = "thalach ~ age + oldpeak"
    ours, theirs = (
        getattr(treated(fit(formula, heart), heart), method)(return_results=False)
        for fit in (gaussmle, smf.ols)
    )
    assert_allclose(ours, theirs, rtol=1e-10)


def test_standard_errors_of_treatment_effects_are_refused(heart):
    # It builds moments of the mean's parameters alone.
    effect = treated(gaussmle("thalach ~ age + oldpeak", heart), heart)
    with pytest.raises(ValueError, match="the model has 4 parameters"):
        effect.ra()


def test_residuals_of_censored_responses_are_not_those_of_jarque_bera(heart):
    # The page says: not for limits. The quantile residuals are normal where the model is true.
    result = tobit("oldpeak ~ age + exang", heart, left=0).fit()
    found = stattools.jarque_bera(result.get_resid_quantile(rng=1))[0]
    assert stattools.jarque_bera(heart["oldpeak"] - result.predict(heart))[0] > 4 * found
