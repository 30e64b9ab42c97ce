"""What the model takes for its rows, and what it makes of them."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose
from statsmodels.base.model import GenericLikelihoodModel

from sm_gaussmle import GaussianMLE

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
# Sums over the rows depend on how the columns lie in memory.
ROUNDING = 1e-14

CONTAINERS = {
    "arrays": lambda frame: frame.to_numpy(),
    "lists": lambda frame: frame.to_numpy().tolist(),
    "arrays of objects": lambda frame: frame.to_numpy().astype(object),
    "Fortran-ordered arrays": lambda frame: np.asfortranarray(frame.to_numpy()),
    "pandas": lambda frame: frame,
    "pandas with nullable types": lambda frame: frame.astype("Float64"),
    "pandas on Arrow": lambda frame: frame.astype("double[pyarrow]"),
    "polars": pl.from_pandas,
    "Arrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
}


def test_the_model_is_a_generic_likelihood_model(constant):
    assert isinstance(constant, GenericLikelihoodModel)


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_gives_the_same_log_likelihood(rows, scaled, point, container):
    convert = CONTAINERS[container]
    model = GaussianMLE(
        convert(rows[["y"]]), convert(rows[MEAN]), exog_scale=convert(rows[SCALE])
    )
    assert_allclose(model.loglike(point(scaled)), scaled.loglike(point(scaled)), rtol=ROUNDING)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("name", ["offset", "offset_scale", "freq_weights", "var_weights"])
def test_values_per_row_come_in_every_container(rows, point, container, name):
    expected = GaussianMLE(rows["y"], rows[MEAN], **{name: rows["v"].to_numpy()})
    model = GaussianMLE(rows["y"], rows[MEAN], **{name: CONTAINERS[container](rows[["v"]])})
    assert_allclose(model.loglike(point(model)), expected.loglike(point(model)), rtol=ROUNDING)


@pytest.mark.parametrize(
    "series",
    [
        pytest.param(lambda s: s.tolist(), id="list"),
        pytest.param(lambda s: s.to_numpy(), id="array"),
        pytest.param(lambda s: s.astype("Float64"), id="nullable"),
        pytest.param(lambda s: s.astype("double[pyarrow]"), id="Arrow-backed"),
        pytest.param(pl.from_pandas, id="polars"),
        pytest.param(pa.array, id="Arrow array"),
        pytest.param(lambda s: pa.chunked_array([s.to_numpy()]), id="Arrow chunks"),
    ],
)
def test_the_response_comes_as_any_kind_of_column(rows, constant, point, series):
    model = GaussianMLE(series(rows["y"]), rows[MEAN])
    assert_allclose(
        model.loglike(point(model)), constant.loglike(point(constant)), rtol=ROUNDING
    )


@pytest.mark.parametrize(
    "dtype", [int, np.int8, np.uint8, np.float32, bool, "Int64", "boolean"]
)
def test_numbers_of_any_type_become_floats(rows, dtype):
    binary = (rows["x1"] > 0).astype(dtype)
    model = GaussianMLE(binary, np.column_stack([rows["one"], rows["x2"]]))
    expected = GaussianMLE((rows["x1"] > 0).astype(float), rows[["one", "x2"]])
    assert_allclose(model.loglike([0, 0, 0]), expected.loglike([0, 0, 0]), rtol=ROUNDING)


def test_float_arrays_are_not_copied(rows):
    design = rows[MEAN].to_numpy()
    assert np.shares_memory(GaussianMLE(rows["y"].to_numpy(), design).exog, design)


def test_a_series_is_a_design_of_one_column(rows):
    assert GaussianMLE(rows["y"], rows["x1"]).exog_names == ["x1", "ln(sigma2)"]


def test_a_list_of_numbers_is_a_design_of_one_column(rows):
    model = GaussianMLE(rows["y"].to_numpy(), rows["x1"].tolist())
    assert model.exog.shape == (60, 1)


def test_a_series_without_a_name_is_called_x1(rows):
    model = GaussianMLE(rows["y"], rows["x1"].rename(None))
    assert model.exog_names == ["x1", "ln(sigma2)"]


# Names ----------------------------------------------------------------------------------


def test_columns_of_arrays_are_numbered_and_the_constant_is_called_const(rows):
    model = GaussianMLE(
        rows["y"].to_numpy(),
        rows[["x1", "one", "x2"]].to_numpy(),
        exog_scale=rows[["one", "z", "x1"]].to_numpy(),
    )
    scale = ["ln(sigma2)[const]", "ln(sigma2)[z1]", "ln(sigma2)[z2]"]
    assert model.exog_names == ["x1", "const", "x2", *scale]


def test_names_of_a_scale_table_are_in_brackets_after_lnsigma2(scaled):
    assert scaled.exog_names == [*MEAN, "ln(sigma2)[one]", "ln(sigma2)[z]"]


def test_a_series_gives_its_name_to_the_scale_equation(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows["z"])
    assert model.exog_names[-1] == "ln(sigma2)[z]"


def test_a_scale_series_without_a_name_is_numbered(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows["z"].rename(None))
    assert model.exog_names[-1] == "ln(sigma2)[z1]"


def test_constant_variance_is_named_lnsigma2(constant):
    assert constant.exog_names == [*MEAN, "ln(sigma2)"]


def test_names_that_are_no_strings_become_strings(rows):
    model = GaussianMLE(rows["y"], rows[MEAN].set_axis([0, 1, 2], axis=1))
    assert model.exog_names == ["0", "1", "2", "ln(sigma2)"]


def test_the_response_keeps_its_name(rows):
    assert GaussianMLE(rows["y"], rows[MEAN]).endog_names == "y"
    assert GaussianMLE(rows[["y"]], rows[MEAN]).endog_names == "y"


@pytest.mark.parametrize(
    ("name", "shown"), [(2021.5, "2021.5"), (("a", "b"), "a, b")], ids=["number", "two levels"]
)
def test_a_response_whose_name_is_no_string_has_one(rows, name, shown):
    model = GaussianMLE(rows["y"].rename(name), rows[MEAN])
    assert model.endog_names == shown
    assert f"Dependent Variable: {shown} " in " ".join(str(model.fit().summary2()).split())


def test_the_same_column_may_be_in_both_equations(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[MEAN])
    assert len(set(model.exog_names)) == 6


@pytest.mark.parametrize("as_table", [True, False])
def test_a_scale_equation_of_ones_is_constant_variance(rows, as_table):
    ones = rows[["one"]] if as_table else np.ones(60)
    model = GaussianMLE(rows["y"], rows[MEAN], exog_scale=ones)
    assert model.exog_names[-1] == "ln(sigma2)"
    assert model.fit().convergence_report().reason == "closed form"


# The constant, degrees of freedom -------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "hasconst", "df_model"),
    [
        (["one", "x1"], None, 1),
        (["x1", "x2"], None, 2),
        (["x1", "x2"], True, 1),
        (["one", "x1"], False, 2),
    ],
)
def test_df_model_leaves_out_the_constant(rows, columns, hasconst, df_model):
    assert GaussianMLE(rows["y"], rows[columns], hasconst=hasconst).df_model == df_model


def test_a_full_set_of_dummies_has_a_constant_in_it(rows):
    model = GaussianMLE(rows["y"], pd.get_dummies(rows["g"], dtype=float))
    assert (model.k_constant, model.df_model) == (1, 2)


def test_a_constant_of_any_height_is_one(rows):
    model = GaussianMLE(rows["y"].to_numpy(), np.column_stack([np.full(60, -7.0), rows["x1"]]))
    assert model.k_constant == 1
    assert model.exog_names[0] == "const"


def test_df_resid_is_the_number_of_rows_less_the_columns_of_the_mean(scaled):
    assert scaled.df_resid == 57


def test_nobs_is_the_sum_of_the_frequency_weights(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["f"])
    assert model.nobs == rows["f"].sum()
    assert model.df_resid == rows["f"].sum() - 3


def test_initialize_changes_nothing(scaled):
    before = dict(vars(scaled))
    scaled.initialize()
    assert vars(scaled) == before


# Missing values -------------------------------------------------------------------------


def _with_holes(rows):
    holes = {"y": 1, "x1": 4, "z": 9, "o": 16, "s": 25, "f": 36, "v": 49}
    for column, row in holes.items():
        rows.iloc[row, rows.columns.get_loc(column)] = np.nan
    return rows, list(holes.values())


@pytest.mark.parametrize("container", [c for c in CONTAINERS if c != "lists"])
def test_drop_leaves_out_rows_in_which_anything_is_missing(rows, point, container):
    rows, holes = _with_holes(rows)
    whole = rows.drop(index=rows.index[holes])
    convert = CONTAINERS[container]
    models = [
        GaussianMLE(
            of(part[["y"]]),
            of(part[MEAN]),
            exog_scale=of(part[SCALE]),
            offset=of(part[["o"]]),
            offset_scale=of(part[["s"]]),
            freq_weights=of(part[["f"]]),
            var_weights=of(part[["v"]]),
            missing="drop",
        )
        for part, of in ((rows, convert), (whole, lambda frame: frame))
    ]
    assert_allclose(
        models[0].loglike(point(models[0])), models[1].loglike(point(models[1])), rtol=ROUNDING
    )


def test_the_number_of_dropped_rows_is_kept(rows):
    rows, _ = _with_holes(rows)
    model = GaussianMLE(
        rows["y"], rows[MEAN], exog_scale=rows[SCALE], offset=rows["o"], missing="drop"
    )
    assert model.n_missing == 4
    assert model.nobs == 56


def test_drop_keeps_the_labels_of_the_rows_that_are_left(rows):
    rows, _ = _with_holes(rows)
    result = GaussianMLE(rows["y"], rows[MEAN], missing="drop").fit()
    assert list(result.resid.index) == list(rows.index.delete([1, 4]))


def test_none_in_a_list_is_missing(rows):
    response = [None, *rows["y"].tolist()[1:]]
    assert GaussianMLE(response, rows[MEAN].to_numpy(), missing="drop").n_missing == 1


def test_masked_values_are_missing(rows):
    response = np.ma.masked_array(rows["y"].to_numpy(), mask=np.arange(60) == 7)
    assert GaussianMLE(response, rows[MEAN].to_numpy(), missing="drop").n_missing == 1


@pytest.mark.parametrize("missing", ["drop", "raise", "none"])
def test_without_missing_values_all_ways_are_the_same(rows, constant, point, missing):
    model = GaussianMLE(rows["y"], rows[MEAN], missing=missing)
    assert (model.n_missing, model.nobs) == (0, 60)
    assert_allclose(
        model.loglike(point(model)), constant.loglike(point(constant)), rtol=ROUNDING
    )


def test_missing_rows_are_not_counted_as_rows_of_weight_zero(rows):
    weights = rows["f"].copy()
    weights.iloc[:3] = 0
    response = rows["y"].copy()
    response.iloc[2:5] = np.nan
    model = GaussianMLE(response, rows[MEAN], freq_weights=weights, missing="drop")
    assert (model.n_missing, model.n_unweighted) == (3, 2)


# Indexes --------------------------------------------------------------------------------


def test_equal_indexes_with_duplicates_are_taken(rows):
    twice = rows.set_axis([1, 2] * 30)
    model = GaussianMLE(twice["y"], twice[MEAN], exog_scale=twice[SCALE], offset=twice["o"])
    assert list(model.fit().resid.index) == [1, 2] * 30


def test_labels_come_from_the_design_where_the_response_has_none(rows):
    assert list(GaussianMLE(rows["y"].to_numpy(), rows[MEAN]).fit().params.index)[:3] == MEAN


def test_arrays_are_matched_to_tables_by_position(rows, constant, point):
    model = GaussianMLE(rows["y"], rows[MEAN].to_numpy())
    assert_allclose(
        model.loglike(point(model)), constant.loglike(point(constant)), rtol=ROUNDING
    )


# Clones ---------------------------------------------------------------------------------


def test_a_clone_has_the_same_log_likelihood(model, point):
    clone = model.__class__(model.endog, model.exog, **model._get_init_kwds())
    assert_allclose(clone.loglike(point(model)), model.loglike(point(model)), rtol=ROUNDING)


def test_a_clone_of_a_formula_model_has_the_same_log_likelihood(rows, point, engine):
    model = GaussianMLE.from_formula(
        "y ~ x1 + x2 | z", rows, offset="o", var_weights="v", freq_weights="f"
    )
    clone = model.__class__(model.endog, model.exog, **model._get_init_kwds())
    assert_allclose(clone.loglike(point(model)), model.loglike(point(model)), rtol=ROUNDING)


def test_a_clone_remembers_hasconst(rows):
    model = GaussianMLE(rows["y"], rows[["x1", "x2"]], hasconst=True)
    clone = model.__class__(model.endog, model.exog, **model._get_init_kwds())
    assert clone.df_model == 1


def test_a_clone_of_constant_variance_has_no_scale_equation(constant):
    assert constant._get_init_kwds()["exog_scale"] is None


def test_keeping_columns_of_the_mean_keeps_the_rest(scaled):
    kept = scaled.keep_columns("exog", [0, 2])
    assert kept.exog_names == ["one", "x2", "ln(sigma2)[one]", "ln(sigma2)[z]"]
    assert kept.dropped_columns == ("x1",)


def test_keeping_columns_of_the_scale_equation_keeps_the_rest(scaled):
    kept = scaled.keep_columns("exog_scale", [1])
    assert kept.exog_names == [*MEAN, "ln(sigma2)[z]"]
    assert kept.dropped_columns == ("ln(sigma2)[one]",)


def test_kept_columns_of_arrays_keep_their_numbers(rows):
    model = GaussianMLE(
        rows["y"].to_numpy(),
        rows[MEAN].to_numpy(),
        exog_scale=rows[["one", "z", "o"]].to_numpy(),
    )
    assert model.keep_columns("exog", [0, 2]).exog_names[:2] == ["const", "x2"]
    names = model.keep_columns("exog_scale", [0, 2]).exog_names[3:]
    assert names == ["ln(sigma2)[const]", "ln(sigma2)[z2]"]


def test_keeping_columns_of_constant_variance_keeps_it_constant(constant):
    assert constant.keep_columns("exog", [0, 1]).exog_names == ["one", "x1", "ln(sigma2)"]
