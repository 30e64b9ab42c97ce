"""Predictions with their uncertainty: standard errors, intervals, bands, averages."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, datasets, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
OF_SCALE = ["variance", "scale", "linear-scale"]
WHICH = ["mean", "linear", *OF_SCALE]
# Covariances with their options; those that a scale equation cannot have come first.
OF_CONSTANT = {"unbiased": {}, "HC2": {}, "HC3": {}}
COVARIANCES = {
    "nonrobust": {},
    "eim": {},
    "opg": {},
    "HC0": {},
    "HC1": {},
    "cluster": {"groups": np.arange(60) // 5},
    "HAC": {"maxlags": 2},
    "hac-panel": {"maxlags": 2, "groups": np.arange(60) // 20},
}
# Another order of the same sums: a few units in the last place.
ROUNDING = 1e-11


@pytest.fixture
def result(scaled):
    return scaled.fit()


def _scaled(rows, **options):
    return GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit(**options)


# The mean, as in OLS --------------------------------------------------------------------


@pytest.mark.parametrize("weights", [None, "v"])
@pytest.mark.parametrize("alpha", [0.05, 0.3])
def test_unbiased_predictions_are_those_of_least_squares(rows, weights, alpha):
    weight = 1.0 if weights is None else rows[weights]
    expected = sm.WLS(rows["y"], rows[MEAN], weights=weight).fit()
    given = {} if weights is None else {"var_weights": weight}
    ours = GaussianMLE(rows["y"], rows[MEAN], **given).fit(cov_type="unbiased")
    pd.testing.assert_frame_equal(
        ours.get_prediction().summary_frame(alpha),
        expected.get_prediction().summary_frame(alpha),
        rtol=ROUNDING,
    )


@pytest.mark.parametrize("weights", [None, 2.5, [0.5, 1, 2, 4]])
def test_unbiased_predictions_of_new_rows_are_those_of_least_squares(rows, constant, weights):
    new = rows[MEAN].iloc[:4] + 1
    expected = sm.OLS(rows["y"], rows[MEAN]).fit().get_prediction(new, weights=weights)
    ours = constant.fit(cov_type="unbiased").get_prediction(new, weights=weights)
    pd.testing.assert_frame_equal(ours.summary_frame(), expected.summary_frame(), rtol=ROUNDING)


def test_attributes_are_those_of_least_squares(rows, constant):
    new = rows[MEAN].iloc[:4] + 1
    expected = sm.OLS(rows["y"], rows[MEAN]).fit().get_prediction(new)
    ours = constant.fit(cov_type="unbiased").get_prediction(new)
    for name in (
        "predicted",
        "predicted_mean",
        "se",
        "se_mean",
        "se_obs",
        "var_pred",
        "var_pred_mean",
        "df",
        "dist_args",
    ):
        assert_allclose(getattr(ours, name), getattr(expected, name), rtol=ROUNDING)
    assert_allclose(ours.var_resid, np.full(4, expected.var_resid), rtol=ROUNDING)
    assert ours.dist is expected.dist
    assert list(ours.row_labels) == list(expected.row_labels)
    assert_allclose(ours.conf_int(True, 0.1), expected.conf_int(True, 0.1), rtol=ROUNDING)
    assert_allclose(ours.conf_int(alpha=0.1), expected.conf_int(alpha=0.1), rtol=ROUNDING)


def test_standard_errors_are_those_of_glm_with_the_variance_divided_by_n(rows, constant):
    expected = sm.GLM(rows["y"], rows[MEAN]).fit().get_prediction(rows[MEAN]).summary_frame()
    ours = constant.fit().get_prediction(rows[MEAN]).summary_frame()
    assert_allclose(ours["mean_se"], expected["mean_se"] * np.sqrt(57 / 60), rtol=ROUNDING)


def test_the_first_arguments_are_those_of_ols(rows, constant):
    new = rows[MEAN].iloc[:4]
    expected = sm.OLS(rows["y"], rows[MEAN]).fit().get_prediction(new, True)
    ours = constant.fit().get_prediction(new, True)
    assert_allclose(ours.predicted_mean, expected.predicted_mean)


def test_observations_scatter_by_the_standard_deviation_of_their_row(model):
    result = model.fit()
    prediction = result.get_prediction()
    variance = result.predict(which="variance")
    assert_allclose(prediction.var_resid, variance)
    assert_allclose(prediction.se_obs**2, prediction.se_mean**2 + variance)
    half = stats.norm.isf(0.05) * prediction.se_obs
    expected = np.column_stack([prediction.predicted - half, prediction.predicted + half])
    assert_allclose(prediction.conf_int(obs=True, alpha=0.1), expected)


# Agreement with the tests of the coefficients --------------------------------------------


def _agrees(result, prediction, contrast):
    test = result.t_test(contrast)
    assert_allclose(prediction.se, test.sd[:, 0] if test.sd.ndim == 2 else test.sd, rtol=1e-8)
    assert_allclose(prediction.conf_int(alpha=0.1), test.conf_int(alpha=0.1), rtol=1e-8)
    statistic, pvalue = prediction.t_test()
    assert_allclose(statistic, np.ravel(test.tvalue), rtol=1e-8)
    assert_allclose(pvalue, np.ravel(test.pvalue), rtol=1e-7, atol=1e-300)


@pytest.mark.parametrize("use_t", [True, False])
@pytest.mark.parametrize("cov_type", COVARIANCES)
def test_means_and_log_variances_are_contrasts_of_the_coefficients(rows, cov_type, use_t):
    result = _scaled(rows, cov_type=cov_type, cov_kwds=COVARIANCES[cov_type], use_t=use_t)
    model, none = result.model, np.zeros((60, 3))
    for which, contrast in (
        ("mean", np.column_stack([model.exog, none[:, :2]])),
        ("linear-scale", np.column_stack([none, model.exog_scale])),
    ):
        _agrees(result, result.get_prediction(which=which), contrast)


@pytest.mark.parametrize("cov_type", OF_CONSTANT)
def test_means_are_contrasts_with_constant_variance_too(constant, cov_type):
    result = constant.fit(cov_type=cov_type)
    contrast = np.column_stack([constant.exog, np.zeros(60)])
    _agrees(result, result.get_prediction(), contrast)
    contrast = np.tile([0, 0, 0, 1], (60, 1))
    _agrees(result, result.get_prediction(which="linear-scale"), contrast)


@pytest.mark.parametrize("cov_type", ["nonrobust", "unbiased", "HC1"])
def test_a_scaling_factor_of_the_covariance_counts(constant, cov_type):
    result = constant.fit(cov_type=cov_type, cov_kwds={"scaling_factor": 4.0})
    plain = constant.fit(cov_type=cov_type)
    ours, once = result.get_prediction(), plain.get_prediction()
    assert_allclose(ours.se, 2 * once.se)
    assert_allclose(ours.var_resid, once.var_resid)


def test_another_covariance_of_the_results_is_that_of_the_predictions(rows):
    robust = _scaled(rows).get_robustcov_results("HC0")
    expected = _scaled(rows, cov_type="HC0").get_prediction()
    assert_allclose(robust.get_prediction().se, expected.se)


def test_degrees_of_freedom_are_those_of_inference(rows):
    groups = {"groups": np.arange(60) // 5}
    result = _scaled(rows, cov_type="cluster", cov_kwds=groups, use_t=True)
    assert result.get_prediction().dist_args == (11.0,)


def test_a_covariance_that_is_not_positive_definite_has_rows_without_standard_error(constant):
    # Two ways of clustering can give some directions a negative variance.
    groups = np.column_stack([np.arange(60) % 2, np.arange(60) // 30])
    result = constant.fit(cov_type="cluster", cov_kwds={"groups": groups})
    values, vectors = np.linalg.eigh(np.asarray(result.cov_params())[:3, :3])
    assert values[0] < 0
    prediction = result.get_prediction(vectors.T)
    assert np.isnan(prediction.se[0])
    assert_allclose(prediction.se[2] ** 2, values[2])


def test_digits_that_the_covariance_loses_are_kept():
    # A parabola in calendar years: its covariance has 7 digits left for predictions.
    year = np.arange(1900.0, 2000.0)
    y = 3 + 0.1 * (year - 1950) + np.random.default_rng(0).normal(size=100)
    raw, centred = year[:, None] ** [0, 1, 2], ((year - 1950) / 50)[:, None] ** [0, 1, 2]
    ours, expected = (GaussianMLE(y, x).fit().get_prediction().se for x in (raw, centred))
    assert_allclose(ours, expected, rtol=1e-10)


def test_without_a_covariance_there_is_no_uncertainty(scaled):
    with pytest.raises(ValueError, match=r"no covariance.*skip_hessian.*predict\(\)"):
        scaled.fit(skip_hessian=True).get_prediction()


# The scale equation and quantiles ---------------------------------------------------------


@pytest.mark.parametrize("which", [*WHICH, "quantile"])
def test_what_is_predicted_is_what_predict_gives(model, which):
    result = model.fit()
    options = {"which": which, "quantile": 0.9 if which == "quantile" else None}
    assert_allclose(result.get_prediction(**options).predicted, result.predict(**options))


@pytest.mark.parametrize("which", [*OF_SCALE, "quantile"])
@pytest.mark.parametrize("cov_type", ["unbiased", "HC1"])
def test_what_is_predicted_does_not_depend_on_the_covariance(constant, which, cov_type):
    options = {"which": which, "quantile": 0.9 if which == "quantile" else None}
    ours = constant.fit(cov_type=cov_type)
    assert_allclose(ours.get_prediction(**options).predicted, ours.predict(**options))
    assert_allclose(ours.predict(**options), constant.fit().predict(**options))


@pytest.mark.parametrize("which", [*WHICH, "quantile"])
def test_standard_errors_are_the_gradient_in_the_covariance(model, which):
    result = model.fit(cov_type="HC0")
    options = {"which": which, "quantile": 0.9 if which == "quantile" else None}
    params, step = np.asarray(result.params), 1e-5
    columns = [
        (model.predict(params + move, **options) - model.predict(params - move, **options))
        for move in step * np.eye(len(params))
    ]
    gradient = np.column_stack(columns) / (2 * step)
    variance = ((gradient @ np.asarray(result.cov_params())) * gradient).sum(axis=1)
    # Central differences of step 1e-5 are good to about 1e-10 of the values.
    assert_allclose(result.get_prediction(**options).se, np.sqrt(variance), rtol=1e-7)


def test_quantiles_are_those_of_the_distribution(model):
    result = model.fit()
    for quantile in (0.01, 0.5, 0.975):
        predicted = result.predict(which="quantile", quantile=quantile)
        assert_allclose(predicted, result.get_distribution().ppf(quantile))


def test_the_median_is_the_mean(result):
    median = result.get_prediction(which="quantile", quantile=0.5)
    assert_allclose(median.conf_int(), result.get_prediction().conf_int())


def test_intervals_of_variances_are_those_of_their_logarithms(result):
    ends = result.get_prediction(which="linear-scale").conf_int(alpha=0.2)
    assert_allclose(result.get_prediction(which="variance").conf_int(alpha=0.2), np.exp(ends))
    assert_allclose(result.get_prediction(which="scale").conf_int(alpha=0.2), np.exp(ends / 2))


def test_the_interval_of_sigma_is_that_of_its_parameter(constant):
    result = constant.fit()
    ends = np.exp(result.conf_int().loc["ln(sigma2)"] / 2)
    assert_allclose(result.get_prediction(which="scale").conf_int()[0], ends)


@pytest.mark.parametrize("which", OF_SCALE)
@pytest.mark.parametrize("use_t", [True, False])
def test_a_value_at_the_end_of_the_interval_has_p_value_alpha(rows, which, use_t):
    prediction = _scaled(rows, use_t=use_t).get_prediction(which=which)
    for end in prediction.conf_int(alpha=0.2).T:
        assert_allclose(prediction.t_test(end)[1], 0.2)


def test_a_variance_is_not_tested_against_zero(result):
    with pytest.raises(ValueError, match=r"`value` is 0.*variance.*logarithm.*positive"):
        result.get_prediction(which="variance").t_test()


@pytest.mark.parametrize("use_t", [True, False])
def test_alternatives_have_one_tail_each(rows, use_t):
    prediction = _scaled(rows, use_t=use_t).get_prediction()
    both, larger, smaller = (
        prediction.t_test(-7, side)[1] for side in ("two-sided", "larger", "smaller")
    )
    assert_allclose(larger + smaller, 1)
    assert_allclose(2 * np.minimum(larger, smaller), both)
    assert larger[prediction.predicted > -7].max() < 0.5


def test_alternatives_are_listed(result):
    with pytest.raises(ValueError, match=r"'bigger'.*'two-sided', 'larger' or 'smaller'"):
        result.get_prediction().t_test(alternative="bigger")


@given(factor=st.floats(1e-3, 1e3))
def test_units_of_the_response_are_those_of_its_predictions(factor):
    heart = datasets.heart.load_pandas().data.iloc[:80]
    exog = sm.add_constant(heart[["age", "oldpeak"]])
    scale = sm.add_constant(heart[["age"]] / 10)
    once, again = (
        GaussianMLE(c * heart["thalach"], exog, exog_scale=scale).fit() for c in (1.0, factor)
    )
    for which, power in (("mean", 1), ("scale", 1), ("variance", 2), ("quantile", 1)):
        options = {"which": which, "quantile": 0.2 if which == "quantile" else None}
        # Newton's method ends within 1e-5 standard errors of the maximum.
        assert_allclose(
            again.get_prediction(**options).summary_frame(),
            factor**power * once.get_prediction(**options).summary_frame(),
            rtol=1e-5,
        )


# Bands -----------------------------------------------------------------------------------


def test_the_band_with_t_is_that_of_working_and_hotelling(rows):
    prediction = GaussianMLE(rows["y"], rows[["one", "x1"]]).fit(cov_type="unbiased")
    prediction = prediction.get_prediction()
    half = np.sqrt(2 * stats.f.ppf(0.9, 2, 58)) * prediction.se
    band = prediction.conf_int(alpha=0.1, simultaneous=True)
    assert_allclose(band, np.column_stack([-half, half]) + prediction.predicted[:, None])


@pytest.mark.parametrize(("which", "columns"), [("linear", 3), ("linear-scale", 2)])
def test_the_normal_band_is_of_chi_squared_with_the_columns_of_the_equation(
    result, which, columns
):
    prediction = result.get_prediction(which=which)
    half = np.sqrt(stats.chi2.ppf(0.95, columns)) * prediction.se
    band = prediction.summary_frame(simultaneous=True)
    assert_allclose(band["ci_upper"], prediction.predicted + half)
    assert_allclose(band["ci_lower"], prediction.predicted - half)


def test_the_band_of_a_standard_deviation_is_positive_and_that_of_the_logarithm(result):
    band = result.get_prediction(which="scale").conf_int(simultaneous=True)
    of_log = result.get_prediction(which="linear-scale").conf_int(simultaneous=True)
    assert_allclose(band, np.exp(of_log / 2))


def test_the_band_of_one_coefficient_is_its_interval(constant):
    prediction = constant.fit(use_t=True).get_prediction(which="variance")
    assert_allclose(prediction.conf_int(simultaneous=True), prediction.conf_int())


def test_the_band_touches_the_ellipsoid_of_the_coefficients(rows):
    # Over all rows x, (x'b)^2 / var(x'b) reaches the joint Wald statistic of the mean.
    result = GaussianMLE(rows["y"], rows[MEAN]).fit()
    covariance = np.asarray(result.cov_params())[:3, :3]
    worst = np.linalg.solve(covariance, np.asarray(result.params)[:3])
    statistic = result.get_prediction(worst).t_test()[0]
    wald = result.wald_test(np.eye(3, 4), use_f=False, scalar=True).statistic
    assert_allclose(statistic**2, wald)


def test_a_band_has_no_intervals_for_observations(result):
    frame = result.get_prediction().summary_frame(simultaneous=True)
    assert list(frame.columns) == ["mean", "mean_se", "mean_ci_lower", "mean_ci_upper"]
    with pytest.raises(ValueError, match="`obs` and `simultaneous` are both True"):
        result.get_prediction().conf_int(obs=True, simultaneous=True)


def test_quantiles_have_no_band(result):
    prediction = result.get_prediction(which="quantile", quantile=0.9)
    with pytest.raises(
        ValueError, match=r"`simultaneous` is True, but the 0\.9 quantile is no"
    ):
        prediction.conf_int(simultaneous=True)


@pytest.mark.parametrize("which", ["linear", "variance", "quantile"])
def test_only_means_of_rows_have_intervals_for_observations(result, which):
    quantile = 0.9 if which == "quantile" else None
    prediction = result.get_prediction(which=which, quantile=quantile)
    with pytest.raises(ValueError, match=r"`obs` is True.*which='mean'"):
        prediction.conf_int(obs=True)
    columns = ["predicted", "se", "ci_lower", "ci_upper"]
    assert list(prediction.summary_frame().columns) == columns


# New rows --------------------------------------------------------------------------------

STATEFUL = "y ~ center(x1) + C(g) + bs(x2, df=4) | scale(z) + C(g)"


@pytest.mark.parametrize("which", WHICH)
def test_old_rows_as_new_data_have_the_same_predictions(rows, engine, which):
    result = gaussmle(STATEFUL, rows).fit()
    some = rows.iloc[[50, 3, 3, 17]]
    new = result.get_prediction(some, which=which).summary_frame()
    old = result.get_prediction(which=which).summary_frame()
    assert_allclose(new, old.iloc[[50, 3, 3, 17]], rtol=1e-9)
    assert list(new.index) == list(some.index)
    assert list(old.index) == list(rows.index)


def test_the_rows_of_the_fit_bear_the_labels_that_are_left(rows, engine):
    rows.loc[["r1", "r7"], ["x1", "z"]] = np.nan
    result = gaussmle("y ~ x1 | z", rows).fit()
    index = result.get_prediction().summary_frame().index
    assert list(index) == [label for label in rows.index if label not in {"r1", "r7"}]


def test_a_missing_value_makes_its_row_nan(rows, engine):
    result = gaussmle("y ~ x1 + g | z", rows).fit()
    new = rows.iloc[:4].copy()
    whole = result.get_prediction(new).summary_frame()
    new.loc["r1", "x1"] = np.nan
    new.loc["r2", "z"] = np.nan
    frame = result.get_prediction(new).summary_frame()
    assert list(frame.index) == ["r0", "r1", "r2", "r3"]
    assert frame.loc["r1"].isna().all()
    # Without its variance a row has a mean, but no interval for an observation.
    assert list(frame.loc["r2"].isna()) == [False] * 4 + [True] * 2
    assert_allclose(frame.loc[["r0", "r3"]], whole.loc[["r0", "r3"]])


def test_a_missing_value_in_an_array_makes_its_row_nan(result):
    columns, scale = result.model.exog[:3].copy(), result.model.exog_scale[:3]
    columns[1, 1] = np.nan
    frame = result.get_prediction(columns, exog_scale=scale).summary_frame()
    assert list(frame.isna().all(axis=1)) == [False, True, False]
    assert not frame.loc[[0, 2]].isna().to_numpy().any()


@pytest.mark.parametrize("column", ["x1", "z"])
def test_new_data_without_a_variable_of_either_equation_are_refused(rows, engine, column):
    result = gaussmle("y ~ x1 | z", rows).fit()
    with pytest.raises(ValueError, match=rf"(?s)new data.*\b{column}\b"):
        result.get_prediction(rows.drop(columns=column))


def test_the_mean_alone_needs_no_variable_of_the_scale_equation(rows, engine):
    result = gaussmle("y ~ x1 | z", rows).fit()
    linear = result.get_prediction(rows[["x1"]], which="linear").summary_frame()
    assert_allclose(linear, result.get_prediction().summary_frame().iloc[:, :4])


@pytest.mark.parametrize("formula", ["y ~ C(g) | z", "y ~ x1 | C(g)"])
def test_a_category_that_the_fit_has_not_seen_is_named(rows, engine, formula):
    result = gaussmle(formula, rows).fit()
    new = rows.iloc[:3].assign(g=["a", "q", "b"])
    with pytest.raises(ValueError, match=r"(?s)'q'.*new data|new data.*'q'"):
        result.get_prediction(new)


def test_predictions_for_new_data_outlive_the_data(rows, engine):
    whole, result = (gaussmle(STATEFUL, rows).fit(cov_type="HC0") for _ in range(2))
    result.remove_data()
    for which in WHICH:
        pd.testing.assert_frame_equal(
            result.get_prediction(rows[:5], which=which).summary_frame(),
            whole.get_prediction(rows[:5], which=which).summary_frame(),
        )
    with pytest.raises(ValueError, match="data were removed; pass `exog`"):
        result.get_prediction()


def test_the_parts_that_are_known_are_taken_from_new_data(rows, engine):
    result = gaussmle("y ~ x1 | z", rows, offset="o", offset_scale="s").fit()
    pd.testing.assert_frame_equal(
        result.get_prediction(rows[:5]).summary_frame(),
        result.get_prediction().summary_frame()[:5],
    )


@pytest.mark.parametrize("name", ["offset", "offset_scale", "var_weights"])
def test_known_parts_and_weights_may_be_named_columns_of_new_data(rows, engine, name):
    result = gaussmle("y ~ x1 | z", rows).fit()
    named = result.get_prediction(rows, **{name: "v"}).summary_frame()
    arrays = result.get_prediction(rows, **{name: rows["v"]}).summary_frame()
    assert_allclose(named, arrays)
    with pytest.raises(ValueError, match=f"`{name}` is 'w', which is no column"):
        result.get_prediction(rows, **{name: "w"})


def test_without_a_formula_columns_have_no_names(result):
    with pytest.raises(TypeError, match=r"`var_weights` is 'v'.*with a formula only"):
        result.get_prediction(var_weights="v")


@pytest.mark.parametrize("name", ["weights", "var_weights"])
def test_weights_divide_the_variance_of_observations_alone(rows, result, name):
    new, scale = rows[MEAN][:4], rows[SCALE][:4]
    plain = result.get_prediction(new, exog_scale=scale)
    weighted = result.get_prediction(new, exog_scale=scale, **{name: rows["v"][:4]})
    assert_allclose(weighted.var_resid, plain.var_resid / rows["v"][:4])
    assert_allclose(weighted.conf_int(), plain.conf_int())


def test_weights_divide_predicted_variances(rows, result):
    options = {"which": "variance", "var_weights": rows["v"].to_numpy()}
    expected = result.predict(which="variance") / rows["v"]
    assert_allclose(result.predict(**options), expected)
    assert_allclose(result.get_prediction(**options).predicted, expected)


def test_weights_of_the_model_stay_beside_another_known_part(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], var_weights=rows["v"]).fit()
    assert_allclose(
        result.predict(which="variance", offset_scale=1.0),
        np.e * result.predict(which="variance"),
    )


def test_a_missing_weight_leaves_an_observation_without_interval(rows, result):
    options = {"exog_scale": rows[SCALE][:2], "var_weights": [1.0, np.nan]}
    frame = result.get_prediction(rows[MEAN][:2], **options).summary_frame()
    assert list(frame.isna().sum()) == [0, 0, 0, 0, 1, 1]


def test_the_columns_of_the_scale_equation_may_have_the_labels(rows, result):
    frame = result.get_prediction(exog_scale=rows[SCALE][:3], which="scale").summary_frame()
    assert list(frame.index) == ["r0", "r1", "r2"]
    predicted = result.predict(exog_scale=rows[SCALE][:3], which="scale")
    assert list(predicted.index) == ["r0", "r1", "r2"]


def test_labels_can_be_given(result):
    frame = result.get_prediction(row_labels=range(100, 160)).summary_frame()
    assert list(frame.index) == list(range(100, 160))


def test_one_row_may_be_one_dimensional(rows, constant):
    result = constant.fit()
    for row in (rows[MEAN].iloc[3], rows[MEAN].to_numpy()[3]):
        frame = result.get_prediction(row).summary_frame()
        assert_allclose(frame, result.get_prediction().summary_frame().iloc[[3]])


def test_one_column_may_be_a_series(rows):
    result = GaussianMLE(rows["y"], rows["x1"]).fit()
    frame = result.get_prediction(rows["x1"].iloc[:3]).summary_frame()
    pd.testing.assert_frame_equal(frame, result.get_prediction().summary_frame().iloc[:3])


# Averages --------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["mean", "linear", "linear-scale"])
def test_the_average_of_a_linear_predictor_is_that_of_the_average_row(result, which):
    average = result.get_prediction(which=which, average=True)
    row = {
        "exog": result.model.exog.mean(axis=0),
        "exog_scale": result.model.exog_scale.mean(axis=0),
    }
    which = "linear" if which == "mean" else which
    assert_allclose(
        average.summary_frame(), result.get_prediction(**row, which=which).summary_frame()
    )


@pytest.mark.parametrize("which", ["variance", "scale", "quantile"])
def test_the_average_has_the_average_gradient(model, which):
    result = model.fit()
    quantile = 0.9 if which == "quantile" else None
    weight = np.ones(60) if model.freq_weights is None else model.freq_weights

    def value(params):
        predicted = model.predict(params, which=which, quantile=quantile)
        return np.average(predicted, weights=weight)

    params, step = np.asarray(result.params), 1e-5
    gradient = np.array(
        [value(params + move) - value(params - move) for move in step * np.eye(len(params))]
    ) / (2 * step)
    average = result.get_prediction(which=which, quantile=quantile, average=True)
    assert_allclose(average.predicted, [value(params)])
    # Central differences of step 1e-5 are good to about 1e-10 of the values.
    expected = np.sqrt(gradient @ np.asarray(result.cov_params()) @ gradient)
    assert_allclose(average.se, [expected], rtol=1e-7)


def test_the_interval_of_an_average_variance_is_positive(result):
    average = result.get_prediction(which="variance", average=True)
    relative = stats.norm.isf(0.025) * average.se / average.predicted
    expected = average.predicted * np.exp([-relative[0], relative[0]])
    assert_allclose(average.conf_int()[0], expected)


def test_a_frequency_weight_of_two_is_the_row_twice_in_an_average(rows):
    twice = rows.loc[rows.index.repeat(rows["f"].astype(int))]
    weighted = gaussmle("y ~ x1 | z", rows, freq_weights="f").fit()
    repeated = gaussmle("y ~ x1 | z", twice).fit()
    for which in WHICH:
        assert_allclose(
            weighted.get_prediction(which=which, average=True).summary_frame(),
            repeated.get_prediction(which=which, average=True).summary_frame(),
            rtol=1e-6,  # both fits end within 1e-5 standard errors of the maximum
        )


def test_new_rows_are_averaged_without_the_frequencies_of_the_old(rows):
    result = gaussmle("y ~ x1 | z", rows, freq_weights="f").fit()
    average = result.get_prediction(rows, average=True)
    assert_allclose(average.predicted, [result.predict().mean()])


def test_weights_of_an_average_are_not_normalized(result):
    weights = np.r_[np.ones(20), np.zeros(40)]
    average = result.get_prediction(average=True, agg_weights=3 * weights)
    first = result.get_prediction(
        result.model.exog[:20], which="linear", average=True
    ).summary_frame()
    assert_allclose(average.summary_frame(), first)


def test_an_average_has_one_row_and_no_interval_for_observations(result):
    average = result.get_prediction(average=True)
    assert list(average.summary_frame().index) == ["average"]
    assert average.summary_frame().shape == (1, 4)
    with pytest.raises(ValueError, match="the prediction is of the average mean"):
        average.conf_int(obs=True)


# What is printed --------------------------------------------------------------------------


def test_a_result_prints_the_head_of_its_frame(rows, result):
    text = repr(result.get_prediction())
    title = "Prediction of the mean, 60 rows; 95% intervals, normal"
    assert text.startswith(title)
    assert "mean_ci_lower" in text
    assert "r59" in text
    assert len(text.splitlines()) < 16
    text = repr(_scaled(rows, use_t=True).get_prediction(rows[MEAN][:1], which="linear"))
    assert text.startswith("Prediction of the mean, 1 row; 95% intervals, t with 57 degrees")


@pytest.mark.parametrize(
    ("which", "title"),
    [
        ("scale", "the standard deviation"),
        ("linear-scale", "the log variance"),
        ("quantile", "the 0.9 quantile"),
    ],
)
def test_a_result_says_what_it_predicts(result, which, title):
    quantile = 0.9 if which == "quantile" else None
    assert f"Prediction of {title}, 60" in repr(
        result.get_prediction(which=which, quantile=quantile)
    )


def test_a_notebook_shows_a_table(result):
    html = result.get_prediction()._repr_html_()
    assert html.startswith("<p>Prediction of the mean")
    assert "<th>obs_ci_upper</th>" in html


# Draws -----------------------------------------------------------------------------------


def test_draws_of_results_are_those_of_the_model_at_the_estimates(model):
    result = model.fit()
    assert (result.simulate(3, 7) == model.simulate(result.params, 3, 7)).all()
    assert result.simulate(rng=7).shape == (60,)


def test_draws_for_new_rows_have_their_distribution(rows, engine):
    result = gaussmle("y ~ x1 | z", rows, offset="o", offset_scale="s").fit()
    new = rows.iloc[:5]
    draws = result.simulate(500, 3, new, var_weights=rows["v"][:5])
    uniform = result.get_distribution(new, var_weights=rows["v"][:5]).cdf(draws)
    # The seed is fixed: this is no chance of failing, but what the seed gives.
    assert stats.kstest(uniform.ravel(), "uniform").pvalue > 0.01
    weighted = result.get_distribution(new, var_weights=rows["v"][:5]).std()
    expected = result.predict(new, which="scale", var_weights=rows["v"][:5])
    assert_allclose(weighted, expected)


def test_draws_take_columns(result):
    columns, scale = result.model.exog[:4], result.model.exog_scale[:4]
    draws = result.simulate(rng=3, exog=columns, exog_scale=scale)
    noise = np.random.default_rng(3).standard_normal(4)
    expected = result.predict()[:4] + noise * result.predict(which="scale")[:4]
    assert_allclose(draws, expected)


# Errors ----------------------------------------------------------------------------------

ERRORS = {
    "which is unknown": (
        {"which": "median"},
        ["`which`", "'median'", "'mean', 'latent', 'linear', 'var"],
    ),
    "which is no text": ({"which": np.ones(3)}, ["`which`", "it must be 'mean', 'latent'"]),
    "a quantile is missing": ({"which": "quantile"}, ["`quantile` is missing"]),
    "a quantile is out of place": ({"quantile": 0.5}, ["`quantile` is 0.5", "'mean'"]),
    "a quantile is 1": ({"which": "quantile", "quantile": 1}, ["`quantile` is 1", "0 and 1"]),
    "weights have two names": (
        {"weights": 1, "var_weights": 1},
        ["`weights` and `var_weights`"],
    ),
    "weights are not positive": (
        {"var_weights": np.arange(60.0)},
        ["`var_weights`", "positive", "smallest is 0", "largest 59"],
    ),
    "weights are not finite": ({"var_weights": np.inf}, ["`var_weights`", "finite", "inf"]),
    "weights have another length": ({"var_weights": [1, 2]}, ["`var_weights`", "(2,)", "60"]),
    "weights bear other labels": (
        {"var_weights": pd.Series(np.ones(60))},
        ["index of `var_weights`", "`endog`"],
    ),
    "labels are too few": ({"row_labels": [1, 2]}, ["`row_labels`", "2 labels", "60 rows"]),
    "weights of no average": ({"agg_weights": np.ones(60)}, ["`agg_weights`", "`average`"]),
    "weights of an average are too few": (
        {"average": True, "agg_weights": [1, 2]},
        ["`agg_weights`", "2 rows", "60"],
    ),
    "weights of an average are missing": (
        {"average": True, "agg_weights": np.full(60, np.nan)},
        ["`agg_weights`", "finite"],
    ),
    "an average variance is not positive": (
        {"average": True, "agg_weights": -np.ones(60), "which": "variance"},
        ["`agg_weights`", "average variance of -", "positive"],
    ),
    "only the columns of the scale are new": (
        {"exog_scale": np.ones((5, 2))},
        ["`exog_scale` has 5 rows", "the model has 60", "`exog`"],
    ),
    "the columns of the scale are missing": (
        {"exog": np.ones((5, 3))},
        ["`exog` is new", "`exog_scale` is missing", "which='linear'"],
    ),
    "there are too few columns": ({"exog": np.ones((5, 2))}, ["`exog`", "(5, 2)", "3 columns"]),
}


@pytest.mark.parametrize("case", ERRORS)
def test_bad_arguments_are_explained(result, case):
    options, words = ERRORS[case]
    with pytest.raises(ValueError) as caught:
        result.get_prediction(**options)
    assert not [word for word in words if word not in str(caught.value)], str(caught.value)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda result: result.get_prediction(None, "mean"), "`transform` is 'mean'"),
        (lambda result: result.get_prediction(average="x"), "`average` is 'x'"),
        (lambda result: result.get_prediction().conf_int(0.1), "`obs` is 0.1"),
        (
            lambda result: result.get_prediction(which="scale").conf_int("endpoint"),
            "`obs` is 'endpoint'",
        ),
        (
            lambda result: result.get_prediction().summary_frame(simultaneous=2),
            "`simultaneous` is 2",
        ),
    ],
)
def test_arguments_in_the_order_of_other_models_are_noticed(result, call, name):
    with pytest.raises(TypeError, match=f"{name}; it must be True or False"):
        call(result)


def test_values_to_test_against_are_one_or_one_per_row(result):
    prediction = result.get_prediction()
    assert_allclose(prediction.t_test(prediction.predicted)[0], 0)
    with pytest.raises(ValueError, match=r"`value` has shape \(2,\).*60 rows"):
        prediction.t_test([1, 2])


@pytest.mark.parametrize("alpha", [0, 1, -0.1, "a", None, np.nan])
def test_alpha_is_between_zero_and_one(result, alpha):
    for obs in (False, True):
        with pytest.raises(ValueError, match=r"`alpha` is .* between 0 and 1"):
            result.get_prediction().conf_int(obs, alpha)
    with pytest.raises(ValueError, match=r"`alpha` is .* between 0 and 1"):
        result.get_prediction(which="scale").summary_frame(alpha)


def test_columns_beside_data_for_formulas_are_refused(rows, engine):
    result = gaussmle("y ~ x1 | z", rows).fit()
    with pytest.raises(ValueError, match=r"`exog_scale` is given beside.*transform=False"):
        result.get_prediction(rows, exog_scale=np.ones((60, 2)))


@pytest.mark.parametrize(
    "convert",
    [pytest.param(lambda frame: frame, id="pandas"), pytest.param(pl.from_pandas, id="polars")],
)
@pytest.mark.parametrize(
    ("columns", "remedy"),
    [
        (["x1", "one", "x2"], "Select them in that order"),
        (["one", "x1", "x2", "z"], "Select them in that order"),
        (["one", "x1", "z"], "Add x2"),
        (["one", "x1"], "Add x2"),
    ],
)
def test_columns_of_the_equation_in_other_places_are_refused(
    rows, constant, convert, columns, remedy
):
    with pytest.raises(ValueError, match=rf"{', '.join(columns)}; .* one, x1, x2.*{remedy}"):
        constant.fit().get_prediction(convert(rows[columns]))


def test_one_labelled_row_in_another_order_is_refused(rows, constant):
    with pytest.raises(ValueError, match=r"x1, one, x2; .* one, x1, x2"):
        constant.fit().predict(rows[["x1", "one", "x2"]].iloc[0])


def test_columns_with_other_names_are_matched_by_position(rows, constant):
    result = constant.fit()
    other = rows[MEAN].set_axis(["a", "b", "c"], axis=1)
    assert_allclose(result.predict(other), result.predict())


# Callers in statsmodels --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plot_fit", "plot_ccpr"])
def test_plots_of_statsmodels_take_the_results(result, name):
    figure = pytest.importorskip("matplotlib.figure").Figure()
    from statsmodels.graphics import regressionplots

    options = {"vlines": False} if name == "plot_fit" else {}
    drawn = getattr(regressionplots, name)(result, "x1", ax=figure.subplots(), **options)
    assert drawn.axes[0].lines


def test_averages_over_missing_rows_are_refused(rows, engine):
    results = gaussmle("y ~ x1", rows).fit()
    new = rows.assign(x1=rows["x1"].where(rows["x1"] != rows["x1"].iloc[3]))
    with pytest.raises(ValueError, match=r"missing in 1 of 60 rows of `exog` \(positions 3\)"):
        results.get_prediction(new, average=True)


# Numbers that are too large ---------------------------------------------------------------


def test_means_that_are_too_large_are_refused(rows):
    result = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(ValueError, match=r"the mean is too large .* in 1 of 2 rows \(row 1\)"):
        result.predict(rows.head(2).assign(x1=[0.0, 1e308]))
    assert np.isinf(result.predict(rows.head(1).assign(x1=np.inf))).all()


@pytest.mark.parametrize("which", ["variance", "scale"])
def test_variances_that_are_too_large_are_refused(rows, which):
    result = gaussmle("y ~ x1 | z", rows).fit()
    far = rows.head(2).assign(z=[0.0, 1e5 * np.sign(result.params.iloc[-1])])
    with pytest.raises(ValueError, match=rf"the {which} is too large .* \(row 1\)"):
        result.predict(far, which=which)
    assert np.isfinite(result.predict(far, which="linear-scale")).all()


def test_a_dict_of_columns_that_differ_in_length_is_refused(rows):
    result = gaussmle("y ~ x1 + x2", rows).fit()
    with pytest.raises(ValueError, match="`exog` is a dict that makes no table"):
        result.predict({"x1": [1.0, 2.0], "x2": [1.0]})


def test_labels_of_predictions_are_in_a_list(result):
    with pytest.raises(TypeError, match="`row_labels` is 'x'; it must have a label for each"):
        result.get_prediction(row_labels="x")


def test_rows_of_values_that_differ_in_length_are_refused(result):
    with pytest.raises(ValueError, match="the rows of `offset` must have the same length"):
        result.predict(offset=[[1, 2], [3]])
