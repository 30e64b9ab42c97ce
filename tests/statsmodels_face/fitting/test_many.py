"""One design fitted to many responses."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.estimation.errors import CollinearError, FitError, PerfectFitError

MEAN = ["one", "x1", "x2"]


@pytest.fixture
def responses(rows):
    noise = np.random.default_rng(9).normal(size=(60, 4))
    return pd.DataFrame(
        rows["y"].to_numpy()[:, None] + noise * [1, 10, 0.1, 5], rows.index, list("pqrs")
    )


@pytest.mark.parametrize(
    "kind", ["constant variance", "offsets", "variance weights", "frequency weights"]
)
def test_each_response_is_fitted_as_if_alone(rows, responses, options_of, kind):
    def model(endog):
        return GaussianMLE(endog, rows[MEAN].to_numpy(), **options_of(kind))

    many = model(rows["y"].to_numpy()).fit_many(responses.to_numpy())
    for i in range(4):
        one = model(responses.to_numpy()[:, i]).fit()
        assert_allclose(many.params.iloc[:, i], one.params, rtol=1e-9)
        assert_allclose(many.bse.iloc[:, i], one.bse, rtol=1e-9)
        assert_allclose(many.tvalues.iloc[:, i], one.tvalues, rtol=1e-9)
        assert_allclose(many.llf.iloc[i], one.llf, rtol=1e-11)
        assert_allclose(many.aic.iloc[i], one.aic, rtol=1e-11)
        assert_allclose(many.bic.iloc[i], one.bic, rtol=1e-11)
        assert_allclose(many.sigma2.iloc[i], one.sigma2, rtol=1e-11)
        assert (many.nobs, many.df_resid) == (one.nobs, one.df_resid)


def test_responses_keep_their_names(constant, responses):
    many = constant.fit_many(responses)
    assert list(many.params.columns) == list("pqrs")
    assert list(many.params.index) == [*MEAN, "ln(sigma2)"]
    assert list(many.llf.index) == list("pqrs")


@pytest.mark.parametrize("convert", [pl.from_pandas, pd.DataFrame.convert_dtypes])
def test_responses_of_other_tables_keep_their_names(constant, responses, convert):
    many = constant.fit_many(convert(responses))
    assert list(many.params.columns) == list("pqrs")
    assert_allclose(many.llf, constant.fit_many(responses).llf)


def test_responses_in_arrays_are_numbered(constant, responses):
    assert list(constant.fit_many(responses.to_numpy()).llf.index) == ["y1", "y2", "y3", "y4"]


def test_one_response_may_be_one_dimensional(constant, rows):
    many = constant.fit_many(rows["y"].to_numpy())
    assert_allclose(many.llf, constant.fit().llf)


def test_a_series_keeps_its_name(constant, rows):
    assert list(constant.fit_many(rows["y"]).llf.index) == ["y"]


def test_a_table_is_taken_for_a_model_of_arrays(rows, responses):
    model = GaussianMLE(rows["y"].to_numpy(), rows[MEAN].to_numpy())
    assert_allclose(model.fit_many(responses).llf, model.fit_many(responses.to_numpy()).llf)


def test_a_formula_gives_the_design(rows, responses, engine):
    many = gaussmle("y ~ x1 + x2", rows).fit_many(responses)
    expected = GaussianMLE(rows["y"], rows[MEAN]).fit_many(responses)
    assert_allclose(many.params, expected.params, rtol=1e-9)


def test_the_model_is_not_changed(constant, responses):
    before = dict(vars(constant))
    constant.fit_many(responses)
    assert vars(constant) == before


def test_responses_are_not_changed(constant, responses):
    before = responses.copy()
    constant.fit_many(responses)
    pd.testing.assert_frame_equal(responses, before)


# Errors ---------------------------------------------------------------------------------


def test_a_scale_equation_is_refused(scaled, responses):
    with pytest.raises(ValueError, match=r"constant variance.*scale equation.*one by one"):
        scaled.fit_many(responses)


def test_too_few_rows_are_refused(constant, responses):
    with pytest.raises(ValueError, match=r"`endogs` has 59 rows; the model has 60"):
        constant.fit_many(responses.to_numpy()[:-1])


def test_another_index_is_refused(constant, responses):
    with pytest.raises(ValueError, match=r"index of `endogs`"):
        constant.fit_many(responses[::-1])


def test_the_index_of_a_series_is_checked_too(constant, responses):
    with pytest.raises(ValueError, match=r"index of `endogs`"):
        constant.fit_many(responses["p"][::-1])


def test_the_index_is_compared_with_that_of_the_design(rows, responses):
    model = GaussianMLE(rows["y"].to_numpy(), rows[MEAN])
    with pytest.raises(ValueError, match=r"index of `endogs`"):
        model.fit_many(responses[::-1])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused_by_column_and_row(constant, responses, value):
    responses.iloc[7, 1] = value
    with pytest.raises(MissingDataError, match=r"`endogs`.*'q'.*'r7'"):
        constant.fit_many(responses)


def test_a_design_that_is_not_finite_is_refused_by_column_and_row(rows, responses):
    rows.iloc[7, rows.columns.get_loc("x1")] = np.inf
    with pytest.raises(MissingDataError, match=r"`exog`.*'x1'.*'r7'"):
        GaussianMLE(rows["y"], rows[MEAN]).fit_many(responses)


def test_perfect_fits_are_refused_by_name(constant, responses, rows):
    responses["q"], responses["s"] = 2 + 3 * rows["x1"], 7.0
    with pytest.raises(PerfectFitError, match=r"`endogs`.*'q', 's'"):
        constant.fit_many(responses)


def test_collinear_columns_are_refused_by_name(rows, responses):
    design = rows[MEAN].assign(twice=2 * rows["x1"])
    with pytest.raises((CollinearError, FitError), match=r"`exog`.*'twice' = 2\*x1"):
        GaussianMLE(rows["y"], design).fit_many(responses)


def test_no_more_rows_than_columns_are_refused(rows, responses):
    model = GaussianMLE(rows["y"][:3], rows[MEAN][:3])
    with pytest.raises(FitError, match=r"3 rows.*3 columns"):
        model.fit_many(responses[:3])


@pytest.mark.parametrize("values", [None, "a", [["a"] * 4] * 60])
def test_values_that_are_no_numbers_are_refused(constant, values):
    with pytest.raises(TypeError, match=r"`endogs`"):
        constant.fit_many(values)


def test_no_responses_are_refused(constant, responses):
    with pytest.raises(ValueError, match=r"`endogs`.*\(60, 0\).*one column"):
        constant.fit_many(responses.to_numpy()[:, :0])
