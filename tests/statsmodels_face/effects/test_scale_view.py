"""The scale equation as results of its own."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from patsy import dmatrix
from scipy.optimize import approx_fprime

from sm_gaussmle import GaussianMLE, gaussmle, intreg

FORMULA = "thalach ~ exang + oldpeak | age + C(cp)"
POWERS = {"scale": 0.5, "variance": 1.0}


@pytest.fixture
def result(heart):
    return gaussmle(FORMULA, heart).fit()


@pytest.fixture
def view(result):
    return result.scale_view()


def test_coefficients_are_those_of_the_log_variance_under_plain_names(result, view):
    names = ["Intercept", "C(cp)[T.2]", "C(cp)[T.3]", "C(cp)[T.4]", "age"]
    assert list(view.params.index) == names == view.model.exog_names
    assert_array_equal(view.params, result.params[3:])


def test_covariance_and_inference_are_those_of_the_fit(result, view):
    assert_array_equal(view.cov_params(), result.cov_params().iloc[3:, 3:])
    assert list(view.cov_params().columns) == view.model.exog_names
    for name in ("bse", "tvalues", "pvalues"):
        assert_allclose(getattr(view, name), getattr(result, name)[3:], rtol=1e-14)
    assert_allclose(view.conf_int(), result.conf_int()[3:], rtol=1e-14)


@pytest.mark.parametrize("options", [{"cov_type": "HC0"}, {"use_t": True}], ids=str)
def test_options_of_the_inference_are_those_of_the_fit(heart, options):
    result = gaussmle(FORMULA, heart).fit(**options)
    assert_allclose(result.scale_view().pvalues, result.pvalues[3:], rtol=1e-14)


@pytest.mark.parametrize("cov_type", ["HC0", "HC1", "opg"])
def test_other_covariances_are_those_of_the_fit(result, view, cov_type):
    expected = result.get_robustcov_results(cov_type)
    robust = view.get_robustcov_results(cov_type)
    assert robust.cov_type == cov_type
    assert_array_equal(robust.bse, expected.bse[3:])


def test_tests_are_those_of_the_fit(result, view):
    expected = result.t_test("ln(sigma2)[age] = 0")
    assert_allclose(view.t_test("age = 0").tvalue, expected.tvalue, rtol=1e-14)


def test_its_formula_is_that_of_the_scale_equation_with_the_response(view, heart):
    assert view.model.formula == "thalach ~ age + C(cp)"
    assert view.model.endog_names == "thalach"
    assert len(view.model.data.frame) == len(heart)


def test_log_likelihood_and_counts_are_those_of_the_fit(result, view):
    for name in ("llf", "aic", "bic", "nobs", "df_resid"):
        assert getattr(view, name) == getattr(result, name)
    assert view.df_model == 4


@pytest.mark.parametrize("which", ["scale", "variance", "linear-scale"])
def test_it_predicts_what_the_fit_predicts(heart, which, engine):
    result = gaussmle(FORMULA, heart).fit()
    view = result.scale_view(which)
    assert_allclose(view.predict(), result.predict(which=which), rtol=1e-14)
    assert_allclose(view.model.predict(view.params), result.predict(which=which), rtol=1e-14)
    new = heart.iloc[5:9]
    pd.testing.assert_series_equal(view.predict(new), result.predict(new, which=which))
    columns = result.model.exog_scale[5:9]
    assert_allclose(view.model.predict(view.params, columns), view.predict(new), rtol=1e-14)
    assert_allclose(view.predict(columns, transform=False), view.predict(new), rtol=1e-14)


def test_without_a_formula_it_predicts_from_columns(scaled, rows):
    result = scaled.fit()
    new = rows[["one", "z"]].iloc[:4]
    predicted = result.scale_view().predict(new)
    assert_allclose(predicted, result.predict(exog_scale=new, which="scale"), rtol=1e-14)
    assert list(predicted.index) == list(new.index)
    assert not hasattr(result.scale_view().model, "formula")


def test_offsets_and_weights_are_in_the_predictions_of_the_fits_own_rows(rows, options_of):
    model = GaussianMLE(
        rows["y"], rows[["one", "x1", "x2"]], **options_of("scale equation with all")
    )
    result = model.fit()
    view = result.scale_view()
    assert_allclose(view.model.predict(view.params), result.predict(which="scale"), rtol=1e-14)


# Effects --------------------------------------------------------------------------------


@pytest.mark.parametrize("which", POWERS)
def test_average_effects_are_the_analytic_ones(result, which):
    effects = result.scale_view(which).get_margeff()
    predicted = result.predict(which=which).mean()
    assert_allclose(effects.margeff, POWERS[which] * result.params[4:] * predicted, rtol=1e-13)


def test_effects_on_the_log_variance_are_the_coefficients(result):
    effects = result.scale_view("linear-scale").get_margeff()
    assert_allclose(effects.margeff, result.params[4:], rtol=1e-14)
    assert_allclose(effects.margeff_se, result.bse[4:], rtol=1e-14)


def test_semi_elasticities_of_sigma_are_half_the_coefficients(view):
    effects = view.get_margeff(method="eydx")
    assert_allclose(effects.margeff, view.params[1:] / 2, rtol=1e-13)
    assert_allclose(effects.margeff_se, view.bse[1:] / 2, rtol=1e-13)


def test_the_effect_of_a_column_of_zeros_and_ones_is_their_difference(view):
    columns = view.model.exog.copy()
    columns[:, 3] = 0  # each column by itself, as in GLM
    high = columns.copy()
    high[:, 3] = 1
    expected = (view.model.predict(view.params, v).mean() for v in (high, columns))
    found = view.get_margeff(dummy=True).margeff[2]
    assert_allclose(found, np.subtract(*expected), rtol=1e-12)


@pytest.mark.parametrize("dummy", [False, True])
@pytest.mark.parametrize("which", ["scale", "variance"])
@pytest.mark.parametrize("at", ["overall", "mean"])
def test_standard_errors_are_by_the_delta_method(result, at, which, dummy):
    view = result.scale_view(which)
    exog = view.model.exog
    points = exog if at == "overall" else exog.mean(axis=0)[None]

    def effects(params):
        each = []
        for j in range(1, 5):
            if dummy and j < 4:
                low, high = points.copy(), points.copy()
                low[:, j], high[:, j] = 0, 1
                each.append(
                    view.model.predict(params, high).mean()
                    - view.model.predict(params, low).mean()
                )
            else:
                slope = POWERS[which] * view.model.predict(params, points)
                each.append(slope.mean() * params[j])
        return np.array(each)

    params = view.params.to_numpy()
    found = view.get_margeff(at=at, dummy=dummy)
    assert_allclose(found.margeff, effects(params), rtol=1e-12)
    slopes = approx_fprime(params, effects, 1e-7)
    # A forward difference with this step has about six digits.
    assert_allclose(
        found.margeff_cov, slopes @ view.cov_params().to_numpy() @ slopes.T, rtol=1e-4
    )


def test_effects_include_offsets_and_weights(rows, options_of):
    options = options_of("scale equation with all")
    result = GaussianMLE(rows["y"], rows[["one", "x1", "x2"]], **options).fit()
    sigma = np.average(result.predict(which="scale"), weights=rows["f"])
    found = result.scale_view().get_margeff().margeff
    assert_allclose(found, 0.5 * result.params[-1:] * sigma, rtol=1e-12)


def test_the_response_of_intervals_has_one_name_as_in_the_model(heart):
    # Tools take a name for text, and statsmodels has a list of two.
    rows = heart.assign(low=heart["chol"] - 5, high=heart["chol"] + 5)
    result = intreg("low + high ~ age | age", rows).fit()
    assert result.scale_view().model.endog_names == result.model.endog_names == "low, high"


def test_the_table_of_effects_names_the_columns_of_the_equation(view):
    frame = view.get_margeff().summary_frame()
    assert list(frame.index) == view.model.exog_names[1:]


# Reading and keeping --------------------------------------------------------------------


def test_summary_shows_the_equation(view):
    text = view.summary(xname=["a", "b", "c", "d", "slope"], yname="rate").as_text()
    assert "ln(sigma2) of rate" in text
    assert f"{view.params.iloc[-1]:.4f}" in next(r for r in text.split("\n") if "slope" in r)
    assert "ln(sigma2) of thalach" in view.summary().as_text()


def by_pickle(view):
    return pickle.loads(pickle.dumps(view))


@pytest.mark.parametrize("copied", [copy.deepcopy, by_pickle])
def test_copies_are_as_the_view(view, heart, copied):
    other = copied(view)
    pd.testing.assert_series_equal(other.bse, view.bse)
    pd.testing.assert_series_equal(other.predict(heart[:3]), view.predict(heart[:3]))


def test_its_class_is_known_to_tools_that_look_for_statsmodels(view):
    assert "statsmodels" in str(type(view))


# What is refused ------------------------------------------------------------------------


def test_constant_variance_has_no_view(heart):
    result = gaussmle("thalach ~ age", heart).fit()
    with pytest.raises(AttributeError, match=r"the variance is constant.* Use `sigma`"):
        result.scale_view()


def test_unknown_predictions_are_refused(result):
    with pytest.raises(ValueError, match="`which` is 'mean'; it must be 'scale', 'var"):
        result.scale_view("mean")


def test_removed_data_are_asked_for(result, view):
    result.remove_data()
    with pytest.raises(ValueError, match="removed: `scale_view` needs its rows"):
        result.scale_view()
    with pytest.raises(ValueError, match="`pickle of a scale_view` needs its rows"):
        pickle.dumps(view)


def test_data_are_removed_from_the_fit_only(view):
    with pytest.raises(AttributeError, match="use remove_data\\(\\) of the fit"):
        view.remove_data()


def test_without_a_hessian_there_are_coefficients_only(heart):
    view = gaussmle(FORMULA, heart).fit(skip_hessian=True).scale_view()
    assert view.params.notna().all()
    assert view.bse.isna().all()
    with pytest.raises(ValueError, match="no covariance: it was left out"):
        view.get_margeff()


# Where tools look for the formulas ------------------------------------------------------


def test_the_tables_of_columns_have_patsys_design_where_patsy_leaves_it(result, view, heart):
    for each in (result, view, by_pickle(result), copy.deepcopy(result)):
        columns = dmatrix(each.model.data.orig_exog.design_info, heart.iloc[:9])
        assert_array_equal(columns, each.model.exog[:9])


def test_columns_that_were_dropped_have_no_design(heart):
    model = GaussianMLE.from_formula("thalach ~ age + exang", heart, drop_cols=["exang"])
    assert not hasattr(model.data.orig_exog, "design_info")


@pytest.mark.parametrize(
    ("which", "words"),
    [("scale", "sigma of y"), ("variance", "sigma2 of y"), ("linear-scale", "ln(sigma2) of y")],
)
def test_tables_of_effects_say_on_what(scaled, which, words):
    effects = scaled.fit().scale_view(which).get_margeff()
    assert f"Dep. Variable: {words}" in " ".join(str(effects.summary(alpha=0.1)).split())
    of_the_mean = scaled.fit().get_margeff()
    assert "Dep. Variable: y Method" in " ".join(str(of_the_mean.summary()).split())


# Tests and files ------------------------------------------------------------------------


def test_terms_of_the_equation_are_tested_under_plain_names(result, view):
    expected = result.wald_test_terms().table.loc["ln(sigma2)[C(cp)]"]
    found = view.wald_test_terms().table
    assert list(found.index) == ["Intercept", "C(cp)", "age"]
    assert_allclose(found.loc["C(cp)"].to_numpy(float), expected.to_numpy(float), rtol=1e-10)


def test_levels_of_a_factor_of_the_equation_are_compared(result, view):
    found = view.t_test_pairwise("C(cp)").result_frame
    name = "ln(sigma2)[C(cp)[T.3]] = ln(sigma2)[C(cp)[T.2]]"
    assert_allclose(found.loc["3-2", "coef"], result.t_test(name).effect[0], rtol=1e-10)
    with pytest.raises(ValueError, match=r"`term_name` is 'x'; the terms are Intercept, C\(cp"):
        view.t_test_pairwise("x")


def test_hypotheses_name_the_parameters_of_the_equation(view):
    with pytest.raises(ValueError, match=r"`r_matrix` is 'exang = 0', which cannot be read"):
        view.t_test("exang = 0")
    assert view.f_test("age = 0").fvalue > 0.0


def test_it_is_saved_and_loaded_with_the_data_alone(view, tmp_path):
    path = tmp_path / "view"
    view.save(path)
    assert_array_equal(view.load(path).params, view.params)
    with pytest.raises(AttributeError, match="no data of its own to remove"):
        view.save(path, remove_data=True)
    with pytest.raises(TypeError, match="`fname` is 1; it must be the path of a file"):
        view.save(1)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"alpha": 2}, ValueError, "`alpha` is 2"),
        ({"title": ["a"]}, TypeError, "`title` is .* must be text"),
        ({"yname": 1}, TypeError, "`yname` is 1; it must be text"),
        ({"xname": ["a"]}, ValueError, "`xname` has 1 names; there are 5"),
    ],
)
def test_wrong_options_of_the_summary_are_named(view, options, error, message):
    with pytest.raises(error, match=message):
        view.summary(**options)


def test_it_shows_its_table(view):
    assert "Log-Variance Equation of a Gaussian Regression" in repr(view)
    assert str(view.summary().tables[1]) in repr(view)
