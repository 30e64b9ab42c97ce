"""Marginal effects on the mean, compared with GLM's and with finite differences."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from scipy.optimize import approx_fprime

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.statsmodels_face.effects.curves import exponential, logarithm

HEART = "thalach ~ age + exang + oldpeak"
OPTIONS = [
    {},
    {"method": "eyex"},
    {"method": "dyex"},
    {"at": "mean", "method": "eydx"},
    {"at": "median", "method": "eyex"},
    {"at": "zero"},
    {"at": "ZERO", "method": "eydx"},
    {"dummy": True},
    {"dummy": True, "method": "eydx"},
    {"dummy": True, "at": "mean"},
    {"dummy": True, "count": True, "method": "eydx"},
    {"method": "eyex", "atexog": {1: 50.0}},
    {"at": "mean", "method": "eyex", "atexog": {1: 50.0, 3: 2.0}},
    {"method": "eyex", "atexog": np.array([[1.0, 40.0, 0.0, 1.0], [1.0, 70.0, 1.0, 2.0]])},
]
# The difference of the two fits of the same model: GLM iterates.
SAME_FIT = 1e-9


@pytest.fixture
def fitted(heart):
    return gaussmle(HEART, heart).fit()


@pytest.fixture
def glm(heart):
    return smf.glm(HEART, heart).fit(tol=1e-14)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_effects_are_those_of_glm(fitted, glm, options):
    expected = glm.get_margeff(**options).margeff
    assert_allclose(fitted.get_margeff(**options).margeff, expected, rtol=SAME_FIT, atol=1e-12)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_standard_errors_are_those_of_glm_with_n_for_the_degrees_of_freedom(
    fitted, glm, options
):
    expected = glm.get_margeff(**options).margeff_se * np.sqrt(299 / 303)
    # At a median of zero the elasticity is zero, and so is its standard error.
    found = fitted.get_margeff(**options).margeff_se
    assert_allclose(found, expected, rtol=SAME_FIT, atol=1e-12)


def test_effects_of_a_factor_are_those_of_glm(heart):
    formula = "thalach ~ age * C(cp) + oldpeak"
    expected = smf.glm(formula, heart).fit(tol=1e-14).get_margeff(dummy=True).summary_frame()
    found = gaussmle(formula, heart).fit().get_margeff(dummy=True).summary_frame()
    assert list(found.index) == list(expected.index)
    assert_allclose(found["dy/dx"], expected["dy/dx"], rtol=1e-8)


def test_effects_at_all_rows_are_those_of_glm(fitted, glm):
    options = {"at": "all", "method": "eyex"}
    expected = glm.get_margeff(**options).margeff
    assert_allclose(fitted.get_margeff(**options).margeff, expected, rtol=SAME_FIT)


def test_the_derivatives_of_the_mean_are_its_coefficients(heart):
    result = gaussmle(f"{HEART} | age", heart).fit(cov_type="HC0")
    effects = result.get_margeff()
    assert_allclose(effects.margeff, result.params[1:4], rtol=1e-14)
    assert_allclose(effects.margeff_se, result.bse[1:4], rtol=1e-14)


def test_the_tables_have_one_line_for_each_column_that_varies(heart):
    effects = gaussmle(f"{HEART} | age", heart).fit().get_margeff()
    assert list(effects.summary_frame().index) == ["age", "exang", "oldpeak"]
    text = effects.summary().as_text()
    assert "GaussianMLE Marginal Effects" in text
    assert "ln(sigma2)" not in text


def test_effects_can_be_computed_anew_with_other_options(fitted):
    effects = fitted.get_margeff()
    assert effects.tvalues.shape == (3,)
    effects.get_margeff(method="eyex")
    assert_allclose(effects.tvalues, fitted.get_margeff(method="eyex").tvalues, rtol=1e-14)


# Offsets and weights --------------------------------------------------------------------


@pytest.fixture
def offset_fit(rows):
    model = GaussianMLE(rows["y"] + 100, rows[["one", "x1", "x2"]], offset=rows["o"])
    return model.fit()


def test_elasticities_are_relative_to_a_mean_with_its_offset(offset_fit):
    expected = offset_fit.params[1:3].to_numpy() / offset_fit.predict()[:, None]
    found = offset_fit.get_margeff(method="eydx", at="all").margeff
    assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("at", ["mean", "median"])
def test_a_point_of_the_columns_has_the_offset_of_that_point(offset_fit, rows, at):
    point = rows[["one", "x1", "x2", "o"]].agg(at).to_numpy()
    mean = point @ np.r_[offset_fit.params, 1.0][[0, 1, 2, 4]]
    found = offset_fit.get_margeff(method="eydx", at=at).margeff
    assert_allclose(found, offset_fit.params[1:3] / mean, rtol=1e-12)


def test_new_rows_have_no_offset(offset_fit):
    found = offset_fit.get_margeff(method="eydx", atexog=[1.0, 0.5, 12.0]).margeff
    mean = np.array([1.0, 0.5, 12.0]) @ offset_fit.params[:3]
    assert_allclose(found, offset_fit.params[1:3] / mean, rtol=1e-12)


@pytest.mark.parametrize(
    "options",
    [{"method": "eyex"}, {"at": "mean", "method": "eyex"}, {"at": "median", "method": "eyex"}],
    ids=str,
)
def test_a_frequency_weight_of_two_is_the_row_twice(rows, options):
    rows["y"] += 100
    often = rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)
    columns = ["one", "x1", "x2"]
    weighted = GaussianMLE(rows["y"], rows[columns], freq_weights=rows["f"], offset=rows["o"])
    expanded = GaussianMLE(often["y"], often[columns], offset=often["o"])
    found = weighted.fit().get_margeff(**options)
    expected = expanded.fit().get_margeff(**options)
    assert_allclose(found.margeff, expected.margeff, rtol=1e-10)
    assert_allclose(found.margeff_se, expected.margeff_se, rtol=1e-10)


# Standard errors ------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["dydx", "eyex", "dyex", "eydx"])
@pytest.mark.parametrize("at", ["overall", "mean"])
@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0"])
def test_standard_errors_are_by_the_delta_method(heart, at, method, cov_type):
    result = gaussmle(f"{HEART} | age", heart).fit(cov_type=cov_type)
    exog = result.model.exog
    points = exog if at == "overall" else exog.mean(axis=0)[None]

    def effects(params):
        each = np.ones_like(points) * params
        if "ex" in method:
            each = each * points
        if "ey" in method:
            each = each / (points @ params)[:, None]
        return each.mean(axis=0)[1:]

    slopes = approx_fprime(result.params[:4], effects, 1e-6)
    cov = slopes @ result.cov_params().iloc[:4, :4].to_numpy() @ slopes.T
    found = result.get_margeff(at=at, method=method)
    # A forward difference with this step has about six digits.
    assert_allclose(found.margeff_cov, cov, rtol=1e-4, atol=1e-10)


def test_the_curves_have_their_derivatives():
    curve, step = logarithm(partial(exponential, 0.5)), 1e-6
    eta = np.array([[-1.0, 0.3, 2.0]])
    by_differences = (curve(eta + step).value - curve(eta - step).value) / (2 * step)
    assert_allclose(curve(eta).slope[0], by_differences, rtol=1e-9)  # rounding over the step
    assert_allclose(curve(eta).curvature, 0.0, atol=1e-15)


# What is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"at": "top"},
            "`at` is 'top'; it must be 'overall', 'mean', 'median', 'zero' or 'all'",
        ),
        ({"method": "dx"}, "`method` is 'dx'; it must be 'dydx', 'eyex', 'dyex' or 'eydx'"),
        ({"at": "median", "dummy": True}, "`at` is 'median', which is not allowed for"),
        ({"method": "eyex", "count": True}, "`method` is 'eyex', which is not allowed for"),
        ({"atexog": [1.0, 2.0]}, "`atexog` has 2 columns; the equation has 4"),
        (
            {"atexog": {4: 1.0}},
            "`atexog` has the entry 4: 1.0; .*, 0 to 3, or its name .*, and one finite value",
        ),
        ({"atexog": {1: np.nan}}, "`atexog` has the entry 1: nan"),
        ({"atexog": {1: "a"}}, "`atexog` has the entry 1: .a."),
        ({"atexog": [[1.0, np.inf, 0.0, 1.0]]}, "`atexog` has values that are not finite"),
        ({"at": "mean", "atexog": {1: [1.0, 2.0]}}, "one for each of the 1 points"),
    ],
)
def test_options_that_make_no_sense_are_refused(fitted, options, message):
    with pytest.raises(ValueError, match=message):
        fitted.get_margeff(**options)


def test_the_logarithm_of_a_negative_mean_is_refused(heart):
    heart["centred"] = heart["thalach"] - heart["thalach"].mean()
    result = gaussmle("centred ~ age + exang", heart).fit()
    with pytest.raises(ValueError, match=r"takes the logarithm .* the least is -"):
        result.get_margeff(method="eydx", dummy=True)


def test_a_constant_alone_has_no_effect(heart):
    with pytest.raises(ValueError, match="no column but constant ones"):
        gaussmle("thalach ~ 1", heart).fit().get_margeff()


def test_removed_data_are_asked_for(fitted):
    fitted.remove_data()
    with pytest.raises(ValueError, match="removed: `get_margeff` needs its rows"):
        fitted.get_margeff()


def test_a_fit_without_a_covariance_is_refused(heart):
    result = gaussmle(HEART, heart).fit(skip_hessian=True)
    with pytest.raises(ValueError, match="no covariance: it was left out"):
        result.get_margeff()


def test_inference_at_all_rows_is_refused(fitted):
    with pytest.raises(
        ValueError, match="`at` is 'all': effects of each row are in `margeff` alone"
    ):
        fitted.get_margeff(at="all").summary()


def test_columns_given_as_a_table_are_columns(fitted):
    new = pd.DataFrame(
        [[1.0, 40.0, 0.0, 1.0]], columns=["Intercept", "age", "exang", "oldpeak"]
    )
    found = fitted.get_margeff(method="eyex", atexog=new).margeff
    mean = new.to_numpy() @ fitted.params[:4]
    assert_allclose(found, fitted.params[1:4] * new.iloc[0, 1:].to_numpy() / mean, rtol=1e-12)


def test_a_constant_that_rounding_makes_vary_has_no_effect(rows):
    # The mean of 60 times 0.1 is not 0.1.
    columns = np.column_stack([np.full(60, 0.1), rows["x1"], rows["x2"]])
    assert GaussianMLE(rows["y"].to_numpy(), columns).fit().get_margeff().margeff.shape == (2,)


def test_at_zero_a_constant_keeps_its_value(rows):
    columns = rows[["one", "x1"]].to_numpy()
    one, two = (
        GaussianMLE(rows["y"].to_numpy() + 30, columns * [constant, 1]).fit()
        for constant in (1, 2)
    )
    options = {"at": "zero", "method": "eydx"}
    assert_allclose(
        two.get_margeff(**options).margeff, one.get_margeff(**options).margeff, rtol=1e-12
    )


def test_flags_that_are_none_are_refused(fitted):
    with pytest.raises(TypeError, match="`dummy` is 'yes'; it must be True or False"):
        fitted.get_margeff(dummy="yes")


def test_an_unknown_kind_of_effect_may_be_anything(fitted):
    with pytest.raises(ValueError, match=r"`which` is (?s:.*); it must be one of mean"):
        fitted.get_margeff(which=np.ones(3))


def test_intervals_are_exact_far_out(fitted):
    effects = fitted.get_margeff()
    half = stats.norm.isf(0.5e-30) * effects.margeff_se
    assert_allclose(effects.conf_int(1e-30)[:, 1], effects.margeff + half)
    with pytest.raises(ValueError, match="`alpha` is 2"):
        effects.summary(alpha=2)


def test_effects_show_their_table(heart):
    effects = gaussmle("thalach ~ age + exang", heart).fit().get_margeff()
    assert repr(effects) == effects.summary().as_text()


def test_effects_of_each_row_say_where_they_are(heart):
    effects = gaussmle("thalach ~ age + exang", heart).fit().get_margeff(at="all")
    assert repr(effects) == "<EquationMargins of each row: see `margeff`>"
