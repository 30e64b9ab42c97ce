"""marginaleffects: slopes, comparisons, predictions and hypotheses.

It takes a model for one of statsmodels where its class lives in a module of that name, and
needs polars < 2. Its derivatives in the parameters are forward differences; their default
step leaves two to three digits to standard errors of effects on sigma (as it does for GLM
with a logarithmic link), so that they are asked for with a smaller one. It evaluates the
formula anew: `bs` of new data is wrong, for OLS too, and `center` it refuses. Offsets it
leaves out, as it does for GLM.
"""

import marginaleffects as me
import numpy as np
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE, gaussmle

STEP = {"eps_vcov": 1e-6}
DIFFERENCES = 1e-4  # of standard errors, with this step
SLOPE = 1e-7  # of estimates that are differences of predictions


@pytest.mark.parametrize("name", ["constant", "scaled"])
def test_average_slopes_of_the_mean_are_the_coefficients(request, name):
    result = request.getfixturevalue(name)
    found = me.avg_slopes(result, **STEP)
    assert list(found["term"]) == ["age", "exang", "oldpeak"]
    assert_allclose(found["estimate"], result.params[1:4], rtol=SLOPE)
    assert_allclose(found["std_error"], result.bse[1:4], rtol=DIFFERENCES)
    assert_allclose(found["estimate"], result.get_margeff().margeff, rtol=SLOPE)


def test_average_slopes_of_sigma_are_those_of_get_margeff(scaled, view):
    found, expected = me.avg_slopes(view, **STEP), view.get_margeff()
    assert list(found["term"]) == ["age"]
    assert_allclose(found["estimate"], expected.margeff, rtol=SLOPE)
    assert_allclose(found["std_error"], expected.margeff_se, rtol=DIFFERENCES)
    analytic = 0.5 * scaled.params["ln(sigma2)[age]"] * scaled.predict(which="scale").mean()
    assert_allclose(found["estimate"], analytic, rtol=SLOPE)


@pytest.mark.parametrize("which", ["variance", "linear-scale"])
def test_average_slopes_of_the_variance_and_its_logarithm(scaled, which):
    view = scaled.scale_view(which)
    found, expected = me.avg_slopes(view, **STEP), view.get_margeff()
    assert_allclose(found["estimate"], expected.margeff, rtol=SLOPE)
    assert_allclose(found["std_error"], expected.margeff_se, rtol=DIFFERENCES)


@pytest.mark.parametrize("cov_type", ["HC0", "HC1", "opg"])
@pytest.mark.parametrize("name", ["constant", "scaled", "view"])
def test_other_covariances(request, name, cov_type):
    result = request.getfixturevalue(name)
    found = me.avg_slopes(result, variables="age", vcov=cov_type, **STEP)
    expected = result.get_robustcov_results(cov_type).get_margeff().margeff_se[0]
    assert_allclose(found["std_error"], expected, rtol=DIFFERENCES)


@pytest.mark.parametrize("cov_type", ["HC0", "HC1", "HC2", "HC3"])
def test_other_covariances_with_constant_variance_are_those_of_ols(constant, ols, cov_type):
    ours, theirs = (me.avg_slopes(r, vcov=cov_type, **STEP) for r in (constant, ols))
    assert_allclose(ours["std_error"], theirs["std_error"], rtol=DIFFERENCES)


def test_predictions_are_means_with_their_standard_errors(scaled, heart):
    found = me.predictions(scaled, **STEP)
    exog = scaled.model.exog
    se = np.sqrt(np.einsum("ij,jk,ik->i", exog, scaled.cov_params().iloc[:4, :4], exog))
    assert_allclose(found["estimate"], scaled.predict(heart), rtol=1e-12)
    assert_allclose(found["std_error"], se, rtol=DIFFERENCES)


def test_predictions_of_sigma_for_new_rows(view, heart):
    new = heart.iloc[:5].assign(age=[30, 40, 50, 60, 70])
    found = me.predictions(view, newdata=new, **STEP)
    sigma = view.predict(new)
    exog = view.model.exog[:5].copy()
    exog[:, 1] = new["age"]
    se = np.sqrt(np.einsum("ij,jk,ik->i", exog, view.cov_params(), exog)) * sigma / 2
    assert_allclose(found["estimate"], sigma, rtol=1e-12)
    assert_allclose(found["std_error"], se, rtol=DIFFERENCES)


@pytest.mark.parametrize("name", ["scaled", "view"])
def test_average_predictions_by_group(request, name, heart):
    result = request.getfixturevalue(name)
    found = me.avg_predictions(result, by="exang")
    expected = result.predict(heart).groupby(heart["exang"]).mean()
    assert list(found["exang"]) == [0, 1]
    assert_allclose(found["estimate"], expected, rtol=1e-12)


def test_comparisons_of_ten_years(scaled, view, heart):
    older, younger = (heart.assign(age=heart["age"] + d) for d in (5, -5))
    for result in (scaled, view):
        found = me.avg_comparisons(result, variables={"age": 10})
        difference = (result.predict(older) - result.predict(younger)).mean()
        assert_allclose(found["estimate"], difference, rtol=1e-9)
    mean = me.avg_comparisons(scaled, variables={"age": 10}, **STEP)
    assert_allclose(mean["std_error"], 10 * scaled.bse["age"], rtol=DIFFERENCES)


# The tool asks for categories, of any model's data, in a way that polars 1 deprecates.
@pytest.mark.filterwarnings("ignore:.cat.get_categories:DeprecationWarning")
def test_comparisons_of_the_levels_of_a_factor(heart):
    heart["pain"] = heart["cp"].map("type {}".format).astype("category")
    result = gaussmle("thalach ~ age + pain | pain", heart).fit()
    found = me.avg_comparisons(result, variables="pain")
    assert_allclose(found["estimate"], result.params[1:4], rtol=1e-9)
    view = result.scale_view()
    sigma = [view.predict(heart.assign(pain=f"type {cp}")).mean() for cp in (1, 2, 3, 4)]
    found = me.avg_comparisons(view, variables="pain")
    assert_allclose(found["estimate"], np.subtract(sigma[1:], sigma[0]), rtol=1e-9)


def test_hypotheses_about_coefficients_are_wald_tests(scaled, view):
    found = me.hypotheses(scaled, "age = oldpeak", **STEP)
    expected = scaled.t_test("age = oldpeak")
    assert_allclose(found["estimate"], expected.effect, rtol=1e-9)
    assert_allclose(found["std_error"], expected.sd.item(), rtol=DIFFERENCES)
    found = me.hypotheses(view, "age = 0", **STEP)
    assert_allclose(found["statistic"], scaled.tvalues["ln(sigma2)[age]"], rtol=DIFFERENCES)


def test_hypotheses_about_both_equations_go_by_the_place_of_the_parameters(scaled):
    found = me.hypotheses(scaled, "b5 - b1 = 0", **STEP)
    expected = scaled.t_test([0, -1, 0, 0, 0, 1])
    assert_allclose(found["estimate"], expected.effect, rtol=1e-9)
    assert_allclose(found["std_error"], expected.sd.item(), rtol=DIFFERENCES)


@pytest.mark.parametrize("term", ["bs(age, df=4)", "cr(age, df=4) - 1", "standardize(age)"])
@pytest.mark.parametrize("fit", [smf.ols, gaussmle], ids=["ols", "gaussmle"])
def test_what_a_formula_has_learned_is_lost_for_ols_too(heart, fit, term):
    # If this fails, the tool was mended, and the sentence above can go.
    result = fit(f"thalach ~ {term}", heart).fit()
    young = heart[heart["age"] < 45]
    found = me.predictions(result, newdata=young)["estimate"].to_numpy()
    assert np.abs(found - result.predict(young)).max() > 1


def test_centred_variables_are_refused(heart):
    result = gaussmle("thalach ~ center(age)", heart).fit()
    with pytest.raises(ValueError, match="cannot include scale"):
        me.predictions(result)


def test_slopes_of_a_parabola_are_of_both_its_columns(heart):
    result = gaussmle("thalach ~ age + I(age ** 2) | age", heart).fit()
    found = me.avg_slopes(result, variables="age", **STEP)
    weights = np.array([1.0, 2 * heart["age"].mean()])
    names = ["age", "I(age ** 2)"]
    cov = result.cov_params().loc[names, names]
    # Central differences of a parabola have no error but rounding.
    assert_allclose(found["estimate"], weights @ result.params[names], rtol=1e-6)
    assert_allclose(found["std_error"], np.sqrt(weights @ cov @ weights), rtol=DIFFERENCES)


@pytest.mark.parametrize("slope", ["eyex", "dyex", "eydx"])
@pytest.mark.parametrize("name", ["scaled", "view"])
def test_elasticities_are_those_of_get_margeff(request, name, slope):
    result = request.getfixturevalue(name)
    found = me.avg_slopes(result, variables="age", slope=slope, **STEP)
    expected = result.get_margeff(method=slope)
    assert_allclose(found["estimate"], expected.margeff[0], rtol=1e-6)
    assert_allclose(found["std_error"], expected.margeff_se[0], rtol=DIFFERENCES)


def test_slopes_are_averaged_with_weights(view, heart):
    found = me.avg_slopes(view, wts="cp")
    slopes = 0.5 * view.params["age"] * view.predict(heart)
    assert_allclose(found["estimate"], np.average(slopes, weights=heart["cp"]), rtol=SLOPE)


@pytest.mark.parametrize("name", ["scaled", "view"])
def test_a_grid_has_the_other_variables_at_their_means_or_modes(request, name, heart):
    result = request.getfixturevalue(name)
    grid = me.datagrid(model=result, age=[40, 60])
    found = me.predictions(result, newdata=grid)
    assert_allclose(found["estimate"], result.predict(grid.to_pandas()), rtol=1e-12)
    assert list(grid["age"]) == [40, 60]


def test_the_covariance_of_the_fit_is_what_it_takes(heart):
    groups = {"groups": heart["cp"]}
    result = gaussmle("thalach ~ age | age", heart).fit(cov_type="cluster", cov_kwds=groups)
    found = me.avg_slopes(result, **STEP)
    assert_allclose(found["std_error"], result.bse["age"], rtol=DIFFERENCES)
    given = me.avg_slopes(result, vcov=np.asarray(result.cov_HC0), **STEP)
    assert_allclose(
        given["std_error"], result.get_robustcov_results("HC0").bse["age"], rtol=1e-4
    )


def test_the_unbiased_covariance_gives_what_it_gives_for_ols(ols, heart):
    unbiased = gaussmle(ols.model.formula, heart).fit(cov_type="unbiased")
    ours, theirs = (me.avg_slopes(result, **STEP) for result in (unbiased, ols))
    for name in ("estimate", "std_error", "statistic", "conf_low", "conf_high"):
        assert_allclose(ours[name], theirs[name], rtol=DIFFERENCES)


def test_a_constraint_is_in_the_slopes_and_their_errors(constant):
    result = constant.model.fit_constrained("exang = oldpeak")
    found = me.avg_slopes(result, **STEP)
    assert_allclose(found["estimate"], result.params[1:4], rtol=SLOPE)
    assert_allclose(found["std_error"], result.bse[1:4], rtol=DIFFERENCES)


@pytest.mark.parametrize("fit", [smf.glm, gaussmle], ids=["glm", "gaussmle"])
def test_offsets_are_left_out_as_for_glm(heart, fit):
    # If this fails, the tool knows of offsets, and the page can say so.
    result = fit("thalach ~ age", heart, offset=heart["chol"]).fit()
    found = me.predictions(result)["estimate"].to_numpy()
    expected = result.predict(heart, offset=np.zeros(len(heart)))
    assert_allclose(found, expected, rtol=1e-9)


def test_models_of_arrays_and_results_without_data_are_no_models_to_it(scaled):
    exog = scaled.model.exog
    for result in (GaussianMLE(scaled.model.endog, exog).fit(), scaled.without_data()):
        with pytest.raises(AttributeError):
            me.avg_slopes(result)
