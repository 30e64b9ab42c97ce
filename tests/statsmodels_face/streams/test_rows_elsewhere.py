"""What needs the rows themselves is not there, and says what to use instead."""

import numpy as np
import pytest
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import add1, gaussmle, vuong_test
from sm_gaussmle.sources.table import NoRowsError, RowsElsewhereError
from sm_gaussmle.statsmodels_face.streams.stream_rows import ROWS
from tests.sources.parts import Parts

from .data import parts_of, table_rows

ATTRIBUTES = [
    "fittedvalues",
    "mu",
    "resid",
    "resid_pearson",
    "resid_quantile",
    "resid_response",
    "resid_standardized",
    "wresid",
    "resid_generalized",
    "resid_generalized_scale",
    "score_obsv",
]
CALLS = [
    "bootstrap",
    "get_distribution",
    "get_hat_matrix_diag",
    "get_influence",
    "get_margeff",
    "get_prediction",
    "get_resid_quantile",
    "outlier_test",
    "predict",
    "scores",
    "simulate",
    "test_normality",
]
REMEDY = (
    r"read in passes \(frames\)\. (Pass new rows to predict\(\) and|Fit a part of the rows)"
)


@pytest.fixture(scope="module")
def table_of_module():
    return parts_of(table_rows())


@pytest.fixture
def fit(table_of_module):
    return gaussmle("y ~ x + g", table_of_module, freq_weights="times", offset="known").fit()


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_value_for_each_row_is_no_attribute(fit, name):
    assert not hasattr(fit, name)
    with pytest.raises(RowsElsewhereError, match=REMEDY):
        getattr(fit, name)


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_needs_the_rows_says_what_to_use(fit, name):
    with pytest.raises(RowsElsewhereError, match=REMEDY):
        getattr(fit, name)()


@pytest.mark.parametrize(
    "name",
    [
        "wresid",
        "resid_quantile",
        "resid_deviance",
        "resid_generalized",
        "resid_generalized_scale",
        "get_resid_quantile",
        "get_influence",
        "test_normality",
    ],
)
def test_what_was_asked_for_is_named(fit, name):
    with pytest.raises(RowsElsewhereError, match=f"`{name}` needs all rows in memory"):
        getattr(fit, name)()


@pytest.mark.parametrize("name", ["loglike", "score", "hessian"])
def test_a_sum_over_the_rows_is_there_in_place_of_its_terms(fit, name):
    parts = {"loglike": "loglikeobs", "score": "score_obs", "hessian": "hessian_factor"}[name]
    with pytest.raises(
        RowsElsewhereError, match=f"`{parts}` needs all.*, or use {name}, which"
    ):
        getattr(fit.model, parts)(fit.params)
    with pytest.raises(
        RowsElsewhereError, match=r"`score_factor` needs .*, or use score, which"
    ):
        fit.model.score_factor(fit.params)
    assert np.isfinite(getattr(fit.model, name)(fit.params)).all()


def test_vuongs_test_says_what_to_use(table):
    fits = (gaussmle(f"y ~ {name}", table).fit() for name in "xz")
    with pytest.raises(
        RowsElsewhereError, match=r"`vuong_test` needs .* or use compare_models"
    ):
        vuong_test(*fits)


def test_a_term_to_add_is_for_a_score_test(fit):
    message = r"add1 is for data in memory; .* Test the columns with score_test\(exog_extra"
    with pytest.raises(ValueError, match=message):
        add1(fit, "z")


@pytest.mark.parametrize("name", ["endog", "exog", "freq_weights", "offset"])
def test_rows_of_the_model_are_no_attributes(fit, name):
    assert not hasattr(fit.model, name)
    with pytest.raises(RowsElsewhereError, match=f"`{name}` of the model is not in memory"):
        getattr(fit.model, name)


def test_what_the_model_was_not_given_is_none(fit):
    given = {"endog", "exog", "freq_weights", "offset"}
    assert all(getattr(fit.model, name) is None for name in ROWS if name not in given)


def test_the_scale_equation_is_not_in_memory_either(table):
    model = gaussmle("y ~ x", table, scale_formula="~ z", left="lowest")
    assert not hasattr(model, "exog_scale")
    assert not hasattr(model, "left")


def test_an_unknown_attribute_is_unknown(fit):
    with pytest.raises(AttributeError, match="'GaussianMLE' object has no attribute 'nothing'"):
        _ = fit.model.nothing


@pytest.mark.parametrize("name", ["HAC", "hac-panel"])
def test_a_covariance_over_time_is_refused_before_and_after_the_fit(fit, name):
    message = f"`cov_type` is '{name}', which takes rows in the order of time"
    with pytest.raises(ValueError, match=message):
        fit.get_robustcov_results(name, maxlags=2)
    with pytest.raises(ValueError, match=message):
        fit.model.fit(cov_type=name, cov_kwds={"maxlags": 2})


def test_a_model_that_was_not_fitted_has_not_counted_its_rows(table):
    model = gaussmle("y ~ x", table, freq_weights="times", left=0.0)
    assert repr(model) == (
        "<GaussianMLE: y ~ x; constant variance; observations not yet counted; "
        "with: freq_weights; responses: left-censored at 0>"
    )
    assert "observations not yet counted" in model._repr_html_()
    assert table.passes == 0


def test_a_model_that_was_fitted_has(fit):
    assert "499 observations" in repr(fit.model)
    assert "with: offset, freq_weights" in repr(fit.model)
    assert "rows dropped: 3 missing, 74 of weight 0" in repr(fit.model)


# The model itself ----------------------------------------------------------------------------


def test_columns_of_rows_in_passes_are_left_out_in_the_formula():
    model = gaussmle("y ~ x", parts_of(table_rows()))
    with pytest.raises(
        ValueError, match=r"`keep_columns` is for data in memory.*in the formula"
    ):
        model.keep_columns("exog", [0])


def test_rows_in_passes_have_no_labels():
    assert gaussmle("y ~ x", parts_of(table_rows())).data.row_labels.empty


def test_a_model_of_constant_variance_is_its_own():
    for data in (table_rows(), parts_of(table_rows())):
        model = gaussmle("y ~ x", data)
        assert model.of_constant_variance() is model


def test_missing_values_that_are_refused_are_told_by_what_was_asked():
    with pytest.raises(MissingDataError, match="`missing` is 'none'"):
        gaussmle("y ~ x", parts_of(table_rows()), missing="none").fit()


def test_rows_that_were_all_weighted_zero_are_told_by_their_weights():
    rows = table_rows().assign(times=0)
    with pytest.raises(NoRowsError, match=r"none of the rows .* frequency weight above 0"):
        gaussmle("y ~ x", parts_of(rows), freq_weights="times")
    stream = Parts(rows, reads_once=True)
    with pytest.raises(NoRowsError, match=r"none of the first 320 rows .* weight above 0"):
        gaussmle("y ~ x", stream, freq_weights="times")
