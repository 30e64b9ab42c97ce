"""Predictions from arrays: means, variances, old columns and new."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
WHICH = ["mean", "variance", "scale", "linear-scale"]


@pytest.fixture
def result(scaled):
    return scaled.fit()


def test_mean_is_the_columns_times_the_coefficients_plus_the_offset(model, point):
    params = point(model)
    offset = 0 if model.offset is None else model.offset
    assert_allclose(model.predict(params), model.exog @ params[:3] + offset)


def test_log_variance_is_the_scale_columns_plus_the_offset_less_log_weights(model, point):
    params = point(model)
    scale = np.ones((60, 1)) if model.exog_scale is None else model.exog_scale
    known = 0 if model.offset_scale is None else model.offset_scale
    known = known - (0 if model.var_weights is None else np.log(model.var_weights))
    expected = scale @ params[3:] + known
    assert_allclose(model.predict(params, which="linear-scale"), expected)


def test_variance_and_scale_are_its_exponentials(model, point):
    log_variance = model.predict(point(model), which="linear-scale")
    assert_allclose(model.predict(point(model), which="variance"), np.exp(log_variance))
    assert_allclose(model.predict(point(model), which="scale"), np.exp(log_variance / 2))


def test_the_default_is_the_mean(result):
    assert (result.predict() == result.predict(which="mean")).all()


@pytest.mark.parametrize("which", WHICH)
def test_old_columns_as_new_ones_get_the_same_predictions(result, which):
    columns = {"exog": result.model.exog, "exog_scale": result.model.exog_scale}
    assert_allclose(result.predict(**columns, which=which), result.predict(which=which))


@pytest.mark.parametrize("which", WHICH)
def test_columns_with_labels_predict_with_labels(result, rows, which):
    new = rows.iloc[:4]
    predicted = result.predict(new[MEAN], exog_scale=new[SCALE], which=which)
    assert list(predicted.index) == ["r0", "r1", "r2", "r3"]
    assert_allclose(predicted, result.predict(which=which)[:4])


def test_polars_columns_are_columns(result, rows):
    predicted = result.predict(pl.from_pandas(rows[MEAN]))
    assert_allclose(predicted, result.predict())


def test_columns_in_another_order_are_not_taken_by_position(result, rows):
    # A wrong number must not pass in silence: they are put in order, or refused.
    try:
        predicted = result.predict(rows[MEAN[::-1]])
    except ValueError as error:
        assert "x1" in str(error)  # noqa: PT017 - both ends are right
    else:
        assert_allclose(predicted, result.predict())


def test_only_the_scale_columns_may_be_new(result):
    predicted = result.predict(exog_scale=result.model.exog_scale[:5], which="scale")
    assert_allclose(predicted, result.predict(which="scale")[:5])


def test_constant_variance_needs_no_scale_columns(constant):
    result = constant.fit()
    assert_allclose(result.predict(constant.exog[:3], which="scale"), [result.sigma] * 3)


def test_new_columns_have_no_offset_and_weight_one(rows):
    model = GaussianMLE(
        rows["y"], rows[MEAN], offset=rows["o"], offset_scale=rows["s"], var_weights=rows["v"]
    )
    result = model.fit()
    assert_allclose(result.predict(model.exog[:3]), result.predict()[:3] - rows["o"][:3])
    assert_allclose(result.predict(model.exog[:3], which="scale"), [result.sigma] * 3)


def test_offsets_can_be_given_for_new_columns(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], offset=rows["o"], offset_scale=rows["s"])
    result = model.fit()
    columns, offset, offset_scale = model.exog[:3], rows["o"][:3], rows["s"][:3]
    assert_allclose(result.predict(columns, offset=offset), result.predict()[:3])
    assert_allclose(
        result.predict(columns, which="scale", offset_scale=offset_scale),
        result.predict(which="scale")[:3],
    )


def test_offsets_can_be_given_for_the_old_columns(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], offset=rows["o"]).fit()
    assert_allclose(result.predict(offset=0), result.predict() - rows["o"])
    assert_allclose(result.predict(offset=np.ones(60)), result.predict() - rows["o"] + 1)


def test_one_offset_is_for_all_rows(result):
    assert_allclose(result.predict(result.model.exog[:3], offset=2), 2 + result.predict()[:3])


def test_one_row_may_be_one_dimensional(result):
    predicted = result.predict(result.model.exog[0])
    assert_allclose(predicted, result.predict()[:1])


def test_one_column_may_be_one_dimensional(rows):
    result = GaussianMLE(rows["y"], rows["x1"]).fit()
    assert_allclose(result.predict([1.0, 2.0]), result.params["x1"] * np.array([1, 2]))


def test_one_column_may_be_a_series(rows):
    result = GaussianMLE(rows["y"], rows["x1"]).fit()
    predicted = result.predict(pd.Series([1.0, 2.0], index=["a", "b"]))
    assert list(predicted.index) == ["a", "b"]
    assert_allclose(predicted, result.params["x1"] * np.array([1, 2]))


def test_a_missing_value_predicts_nan(result):
    columns = result.model.exog[:3].copy()
    columns[1, 1] = np.nan
    assert list(np.isnan(result.predict(columns))) == [False, True, False]


def test_predictions_are_those_of_ols(constant, rows):
    expected = sm.OLS(rows["y"], rows[MEAN]).fit()
    new = rows[MEAN].iloc[::7]
    assert_allclose(constant.fit().predict(new), expected.predict(new))


def test_the_distribution_of_a_result_is_that_of_its_rows(result):
    distribution = result.get_distribution()
    assert_allclose(distribution.mean(), result.predict())
    assert_allclose(distribution.std(), result.predict(which="scale"))


def test_the_distribution_of_a_result_takes_new_columns(result):
    model = result.model
    distribution = result.get_distribution(model.exog[:3], exog_scale=model.exog_scale[:3])
    assert_allclose(distribution.mean(), result.predict()[:3])
    assert_allclose(distribution.std(), result.predict(which="scale")[:3])


def test_the_scale_of_ols_stands_in_for_the_variance_of_the_parameters(constant, rows):
    expected = sm.OLS(rows["y"], rows[MEAN]).fit()
    ours = constant.fit()
    theirs = expected.model.get_distribution(expected.params, expected.scale)
    for scale in (expected.scale, ours.scale):
        found = ours.model.get_distribution(ours.params, scale=scale)
        assert_allclose(found.mean(), theirs.mean())
        assert_allclose(found.std(), theirs.std())


def test_with_weights_the_scale_is_the_variance_of_a_row_of_weight_one(rows):
    weights = np.linspace(0.5, 2, 60)
    ours = GaussianMLE(rows["y"], rows[MEAN], var_weights=weights).fit()
    found = ours.model.get_distribution(ours.params, scale=ours.scale)
    assert_allclose(found.var(), ours.scale / weights)


def test_with_a_scale_equation_the_scale_is_one_and_a_factor_of_all_variances(result):
    assert result.scale == 1.0
    found = result.model.get_distribution(result.params, scale=4.0)
    assert_allclose(found.std(), 2 * result.predict(which="scale"))


@pytest.mark.parametrize("scale", [0.0, -1.0, np.inf])
def test_a_scale_that_is_no_variance_is_refused(result, scale):
    with pytest.raises(ValueError, match="`scale` must be finite and positive"):
        result.model.get_distribution(result.params, scale=scale)


def test_the_columns_of_the_mean_alone_are_not_offered_where_both_equations_are_needed(
    constant, result, rows
):
    columns, _ = constant.fit()._transform_predict_exog(rows[MEAN])
    assert_allclose(columns, rows[MEAN])
    assert not hasattr(result, "_transform_predict_exog")
