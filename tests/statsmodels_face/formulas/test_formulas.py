"""Both equations from formulas, under both formula engines."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from statsmodels.formula import options

from sm_gaussmle import GaussianMLE, from_json, gaussmle


def _double(values):
    return 2 * values


def _names(formula, data, **kwargs):
    return gaussmle(formula, data, **kwargs).exog_names


# How the equations are written ----------------------------------------------------------


def test_gaussmle_is_from_formula():
    assert gaussmle == GaussianMLE.from_formula


@pytest.mark.parametrize(
    ("formula", "scale"),
    [
        ("y ~ x1 | z", None),
        ("y ~ x1 | ~ z", None),
        ("y~x1|z", None),
        ("y ~ x1", "~ z"),
        ("y ~ x1", "z"),
        ("y ~ x1", " ~z "),
        ("y ~ x1", "1 + z"),
    ],
)
def test_the_scale_equation_can_be_written(rows, engine, formula, scale):
    expected = ["Intercept", "x1", "ln(sigma2)[Intercept]", "ln(sigma2)[z]"]
    assert _names(formula, rows, scale_formula=scale) == expected


@pytest.mark.parametrize("scale", [None, "~ 1", "1"])
def test_constant_variance_can_be_written(rows, engine, scale):
    assert _names("y ~ x1", rows, scale_formula=scale) == ["Intercept", "x1", "ln(sigma2)"]


@pytest.mark.parametrize("scale", ["0 + z", "z - 1"])
def test_the_scale_equation_can_be_without_a_constant(rows, engine, scale):
    assert _names("y ~ x1", rows, scale_formula=scale)[2:] == ["ln(sigma2)[z]"]


def test_a_bar_in_brackets_is_no_scale_equation(rows, engine):
    model = gaussmle("y ~ I((x1 > 0) | (z > 0))", rows)
    assert model.exog_scale is None


def test_a_bar_in_quotes_is_no_scale_equation(rows, engine):
    model = gaussmle("y ~ C(g, levels=['a', 'b', 'c', 'x|y'])", rows)
    assert model.exog_scale is None


def test_formulas_are_kept_for_the_user(rows, engine):
    model = gaussmle("y ~ x1 | z", rows)
    assert (model.formula, model.scale_formula) == ("y ~ x1", "~ z")


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("y ~ C(g)", ["Intercept", "C(g)[T.b]", "C(g)[T.c]"]),
        ("y ~ x1:z", ["Intercept", "x1:z"]),
        ("y ~ x1*z", ["Intercept", "x1", "z", "x1:z"]),
        ("np.exp(y) ~ np.log(x2)", ["Intercept", "np.log(x2)"]),
        ("y ~ I(x1**2)", ["Intercept", "I(x1 ** 2)"]),
    ],
)
def test_columns_are_named_after_their_terms(rows, engine, formula, names):
    assert _names(formula, rows) == [*names, "ln(sigma2)"]


@pytest.mark.parametrize("term", ["C(g)", "x1*z", "center(x1)", "bs(x1, df=4)", "C(g):z"])
def test_scale_columns_are_named_like_mean_columns(rows, engine, term):
    mean = _names(f"y ~ {term}", rows)[:-1]
    assert _names(f"y ~ 1 | {term}", rows)[1:] == [f"ln(sigma2)[{name}]" for name in mean]


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ x1 + x2",
        "y ~ C(g)*x1",
        "y ~ bs(x1, df=4) + x2",
        "y ~ center(x1) + scale(x2)",
        "np.exp(y / 10) ~ x1 - 1",
        "y ~ x1:x2 + C(g, Treatment('b'))",
    ],
)
def test_the_mean_columns_are_those_of_ols(rows, engine, formula):
    model, expected = gaussmle(formula, rows), smf.ols(formula, rows)
    assert_allclose(model.exog, expected.exog)
    assert_allclose(model.endog, expected.endog)
    assert model.exog_names[:-1] == expected.exog_names
    assert model.endog_names == expected.endog_names


def test_columns_with_blanks_are_quoted(rows, engine):
    rows = rows.rename(columns={"x1": "my col"})
    assert_allclose(gaussmle("y ~ Q('my col')", rows).exog[:, 1], rows["my col"])


def test_drop_cols_leaves_columns_out(rows, engine):
    assert _names("y ~ x1 + x2", rows, drop_cols=["x1"]) == ["Intercept", "x2", "ln(sigma2)"]


def test_drop_cols_may_be_one_name(rows, engine):
    assert _names("y ~ x1 + x2", rows, drop_cols="x2") == ["Intercept", "x1", "ln(sigma2)"]


@pytest.mark.parametrize("hasconst", [None, True, False])
def test_hasconst_is_passed_on(rows, hasconst):
    model = gaussmle("y ~ x1", rows, hasconst=hasconst)
    assert model.df_model == (2 if hasconst is False else 1)


# Names outside the data -----------------------------------------------------------------


def test_functions_of_the_module_are_found(rows, engine):
    model = gaussmle("y ~ _double(x1) | _double(z)", rows)
    assert_allclose(model.exog[:, 1], 2 * rows["x1"])
    assert_allclose(model.exog_scale[:, 1], 2 * rows["z"])


def test_functions_of_the_caller_are_found(rows, engine):
    def treble(values):
        return 3 * values

    model = gaussmle("y ~ treble(x1) | treble(z)", rows)
    assert_allclose(model.exog[:, 1], 3 * rows["x1"])
    assert_allclose(model.exog_scale[:, 1], 3 * rows["z"])


def test_eval_env_2_is_the_caller_of_the_caller(rows, engine):
    def fit_for_the_user(formula):
        return gaussmle(formula, rows, eval_env=2)

    def treble(values):
        return 3 * values

    model = fit_for_the_user("y ~ treble(x1) | treble(z)")
    assert_allclose(model.exog_scale[:, 1], 3 * rows["z"])


def test_eval_env_may_be_a_dict(rows, engine):
    model = gaussmle("y ~ twice(x1) | twice(z)", rows, eval_env={"twice": _double})
    assert_allclose(model.exog_scale[:, 1], 2 * rows["z"])


def test_eval_env_minus_1_sees_no_names_of_the_caller(rows, engine):
    with pytest.raises(Exception, match="_double"):
        gaussmle("y ~ _double(x1)", rows, eval_env=-1)


def test_a_column_hides_a_name_of_the_caller(rows, engine):
    x1 = np.zeros(60)
    assert_allclose(gaussmle("y ~ x1", rows).exog[:, 1], rows["x1"])
    assert not x1.any()


def test_variables_of_the_caller_may_be_in_a_formula(rows, engine):
    outside = rows["x1"].to_numpy() ** 2
    assert_allclose(gaussmle("y ~ outside", rows).exog[:, 1], outside)


# Tables ---------------------------------------------------------------------------------

TABLES = {
    "polars": pl.from_pandas,
    "Arrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
    "a dict of arrays": lambda frame: {name: frame[name].to_numpy() for name in frame},
    "a dict of lists": lambda frame: {name: frame[name].tolist() for name in frame},
    "records": lambda frame: frame.to_records(index=False),
    "nullable types": lambda frame: frame.convert_dtypes(),
    "Arrow-backed types": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "objects": lambda frame: frame.assign(g=frame["g"].astype(object)),
    "categories": lambda frame: frame.assign(g=frame["g"].astype("category")),
    "small numbers": lambda frame: frame.assign(f=frame["f"].astype(np.int8)),
    "an index of dates": lambda frame: frame.set_axis(pd.date_range("2020", periods=60)),
    "an index with duplicates": lambda frame: frame.set_axis([1] * 60),
}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_gives_the_same_columns(rows, engine, table):
    formula = "y ~ x1 + C(g) + f | z + g"
    model = gaussmle(
        formula, TABLES[table](rows), offset="o", freq_weights="f", var_weights="v"
    )
    expected = gaussmle(formula, rows, offset="o", freq_weights="f", var_weights="v")
    assert model.exog_names == expected.exog_names
    params = np.zeros(model.nparams)
    assert_allclose(model.loglike(params), expected.loglike(params), rtol=1e-13)


@pytest.mark.parametrize("dtype", [bool, "boolean", "bool[pyarrow]"])
def test_booleans_of_any_kind_are_a_column_of_ones_and_zeros(rows, engine, dtype):
    rows["b"] = (rows["x1"] > 0).astype(dtype)
    model = gaussmle("y ~ b | b", rows)
    assert_allclose(model.exog[:, 1], rows["x1"] > 0)
    assert_allclose(model.exog_scale[:, 1], rows["x1"] > 0)


def test_booleans_of_any_kind_have_the_same_name(rows, engine):
    names = {
        tuple(_names("y ~ b", rows.assign(b=(rows["x1"] > 0).astype(dtype))))
        for dtype in (bool, "boolean", "bool[pyarrow]")
    }
    assert len(names) == 1


@pytest.mark.parametrize("container", ["dictionary", "polars"])
def test_categories_of_other_libraries_are_categories(rows, engine, container):
    if container == "polars":
        table = pl.from_pandas(rows[["y", "g"]]).with_columns(pl.col("g").cast(pl.Categorical))
    else:
        table = pa.table(
            {"y": rows["y"].to_numpy(), "g": pa.array(rows["g"]).dictionary_encode()}
        )
    model, expected = gaussmle("y ~ g", table), gaussmle("y ~ g", rows)
    assert_allclose(model.fit().llf, expected.fit().llf, rtol=1e-12)


def test_the_data_are_not_changed(rows, engine):
    before = rows.copy()
    gaussmle("y ~ center(x1) + g | z", rows, offset="o").fit().predict(rows)
    pd.testing.assert_frame_equal(rows, before)


# Values per row, subsets ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["offset", "offset_scale", "freq_weights", "var_weights"])
@pytest.mark.parametrize(
    "given",
    [
        pytest.param(lambda s: s, id="series"),
        pytest.param(lambda s: s.to_numpy(), id="array"),
        pytest.param(lambda s: s.tolist(), id="list"),
        pytest.param(lambda s: s.astype("Float64"), id="nullable"),
        pytest.param(pl.from_pandas, id="polars"),
        pytest.param(lambda s: pa.array(s.to_numpy()), id="Arrow"),
    ],
)
def test_values_per_row_are_the_column_of_that_name(rows, name, given):
    model = gaussmle("y ~ x1", rows, **{name: given(rows["v"])})
    expected = gaussmle("y ~ x1", rows, **{name: "v"})
    assert_allclose(getattr(model, name), getattr(expected, name), rtol=0)
    assert_allclose(getattr(model, name), rows["v"], rtol=0)


@pytest.mark.parametrize(
    "subset",
    [
        pytest.param(lambda rows: rows["x1"] > 0, id="mask"),
        pytest.param(lambda rows: (rows["x1"] > 0).to_numpy(), id="mask in an array"),
        pytest.param(lambda rows: (rows["x1"] > 0).tolist(), id="mask in a list"),
        pytest.param(lambda rows: rows.index[rows["x1"] > 0], id="labels"),
        pytest.param(lambda rows: list(rows.index[rows["x1"] > 0]), id="labels in a list"),
        pytest.param(lambda rows: pl.Series(rows["x1"] > 0), id="mask in polars"),
        pytest.param(lambda rows: (rows["x1"] > 0).astype("boolean"), id="nullable mask"),
    ],
)
def test_a_subset_applies_to_values_per_row_too(rows, engine, subset):
    some = rows[rows["x1"] > 0]
    options = {"offset": "o", "freq_weights": "f"}
    model = gaussmle(
        "y ~ center(x1) | z", rows, subset(rows), var_weights=rows["v"].to_numpy(), **options
    )
    expected = gaussmle("y ~ center(x1) | z", some, var_weights="v", **options)
    params = np.zeros(4)
    assert model.nobs == some["f"].sum()
    assert_allclose(model.loglike(params), expected.loglike(params), rtol=1e-13)
    assert list(model.fit().resid.index) == list(some.index)


def test_a_subset_of_duplicate_labels_is_all_rows_of_the_label(rows):
    twice = rows.set_axis([1, 2] * 30)
    assert gaussmle("y ~ x1", twice, [1]).nobs == 30


def test_a_subset_may_be_a_slice_of_labels(rows):
    assert gaussmle("y ~ x1", rows, slice("r0", "r9")).nobs == 10


def test_a_subset_of_polars_is_a_mask(rows):
    data = pl.from_pandas(rows)
    assert gaussmle("y ~ x1", data, data["x1"] > 0).nobs == (rows["x1"] > 0).sum()


def test_rows_outside_the_subset_are_not_missing(rows):
    rows.iloc[0, rows.columns.get_loc("x1")] = np.nan
    model = gaussmle("y ~ x1", rows, slice("r1", "r9"))
    assert model.n_missing == 0


# Missing values -------------------------------------------------------------------------


@pytest.fixture
def holes(rows):
    """Rows with one missing value in each of some columns, and their positions."""
    places = {"y": 3, "x1": 5, "x2": 9, "z": 14, "g": 20, "o": 27, "s": 35, "f": 44, "v": 54}
    for column, place in places.items():
        rows.iloc[place, rows.columns.get_loc(column)] = None if column == "g" else np.nan
    return rows, places


FORMULAS = [
    "y ~ x1 + x2 | z + g",
    "y ~ x1 + x2",
    "y ~ z | x1",
    "y ~ 1 | x1",
    "y ~ center(x1) + bs(x2, df=3) | center(z)",
    "y ~ C(g)*x1 | C(g):z",
    "y ~ np.log(x2) | scale(z)",
]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(
    "types",
    [
        pytest.param(lambda frame: frame, id="numpy"),
        pytest.param(lambda frame: frame.convert_dtypes(), id="nullable"),
        pytest.param(lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"), id="Arrow"),
        pytest.param(lambda frame: frame.set_axis([1, 2] * 30), id="duplicate labels"),
        pytest.param(pl.from_pandas, id="polars"),
    ],
)
def test_one_joint_mask_is_applied_to_both_equations(holes, engine, formula, types):
    rows, places = holes
    names = {*re.findall(r"\w+", formula), "o"}
    used = [place for column, place in places.items() if column in names]
    whole = rows.drop(index=rows.index[used])
    model = gaussmle(formula, types(rows), offset="o")
    expected = gaussmle(formula, whole, offset="o")
    assert (model.n_missing, model.nobs) == (len(used), 60 - len(used))
    assert model.exog_names == expected.exog_names
    assert_allclose(model.exog, expected.exog)
    assert_allclose(model.endog, expected.endog)
    if model.exog_scale is not None:
        assert_allclose(model.exog_scale, expected.exog_scale)
    assert_allclose(model.offset, expected.offset)


@pytest.mark.parametrize("name", ["offset", "offset_scale", "freq_weights", "var_weights"])
@pytest.mark.parametrize("as_column", [True, False])
def test_rows_with_a_missing_value_per_row_are_dropped(rows, engine, name, as_column):
    rows.iloc[[3, 8], rows.columns.get_loc("v")] = np.nan
    model = gaussmle("y ~ x1 | z", rows, **{name: "v" if as_column else rows["v"].to_numpy()})
    assert (model.n_missing, len(model.endog)) == (2, 58)
    assert_allclose(getattr(model, name), rows["v"].dropna())


def test_dropped_rows_keep_their_labels_out_of_the_results(holes, engine):
    rows, places = holes
    result = gaussmle("y ~ x1 | z", rows).fit()
    gone = [places[column] for column in ("y", "x1", "z")]
    assert list(result.fittedvalues.index) == list(rows.index.delete(gone))


def test_what_is_not_used_may_be_missing(holes, engine):
    rows, _ = holes
    assert gaussmle("y ~ 1", rows).n_missing == 1


def test_a_transform_may_make_missing_values(rows, engine):
    with np.errstate(invalid="ignore"):  # NumPy's own; the missing value is tested
        model = gaussmle("y ~ np.sqrt(x1) | z", rows)
    assert model.n_missing == (rows["x1"] < 0).sum()


def test_a_function_that_fails_on_missing_values_gets_the_rows_without(holes, engine):
    rows, places = holes

    def strict(values):
        if np.isnan(np.asarray(values)).any():
            raise ValueError("missing")
        return values

    model = gaussmle("y ~ strict(x1) | strict(z)", rows)
    gone = [places["y"], places["x1"], places["z"]]
    assert_allclose(model.exog[:, 1], rows["x1"].drop(index=rows.index[gone]))


def test_stateful_transforms_take_their_state_from_the_rows_that_are_left(holes, engine):
    rows, places = holes
    gone = [places["y"], places["x1"], places["z"]]
    model = gaussmle("y ~ center(x1) | z", rows)
    left = rows["x1"].drop(index=rows.index[gone])
    assert_allclose(model.exog[:, 1], left - left.mean())


def test_rows_of_weight_zero_count_apart_from_missing_ones(rows, engine):
    rows.iloc[:2, rows.columns.get_loc("f")] = 0
    rows.iloc[1:4, rows.columns.get_loc("x1")] = np.nan
    model = gaussmle("y ~ x1", rows, freq_weights="f")
    assert (model.n_missing, model.n_unweighted) == (3, 1)


# New data -------------------------------------------------------------------------------

STATEFUL = [
    "y ~ x1 + C(g) | z + C(g)",
    "y ~ center(x1) + scale(x2) | center(z)",
    "y ~ bs(x1, df=4) | bs(z, df=3)",
    "y ~ C(g)*x1 | C(g):z",
    "y ~ np.log(x2) + I(x1**2) | _double(z)",
]


@pytest.mark.parametrize("formula", STATEFUL)
@pytest.mark.parametrize("which", ["mean", "variance", "scale", "linear-scale"])
def test_old_rows_as_new_data_get_the_same_predictions(rows, engine, formula, which):
    result = gaussmle(formula, rows).fit()
    some = rows.iloc[[50, 3, 3, 17]]
    predicted = result.predict(some, which=which)
    assert_allclose(predicted, result.predict(which=which)[[50, 3, 3, 17]], rtol=1e-12)
    assert list(predicted.index) == list(some.index)


@pytest.mark.parametrize("which", ["mean", "scale"])
@pytest.mark.parametrize(
    "convert",
    [
        pytest.param(pl.from_pandas, id="polars"),
        pytest.param(pa.Table.from_pandas, id="Arrow"),
        pytest.param(lambda frame: frame.to_dict("list"), id="dict"),
        pytest.param(lambda frame: frame.convert_dtypes(), id="nullable"),
        pytest.param(
            lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"), id="Arrow types"
        ),
    ],
)
def test_new_data_come_in_every_table(rows, engine, which, convert):
    result = gaussmle("y ~ center(x1) + g | scale(z) + g", rows).fit()
    some = rows[["x1", "z", "g"]].iloc[:5]
    predicted = result.predict(convert(some), which=which)
    assert_allclose(predicted, result.predict(some, which=which))


@pytest.mark.parametrize("fitted", [bool, "boolean", "bool[pyarrow]"])
@pytest.mark.parametrize("new", [bool, "boolean", "bool[pyarrow]"])
def test_booleans_of_one_kind_predict_from_another(rows, engine, fitted, new):
    rows["b"] = rows["x1"] > 0
    result = gaussmle("y ~ b", rows.astype({"b": fitted})).fit()
    predicted = result.predict(rows.astype({"b": new}))
    assert_allclose(predicted, result.predict())


@pytest.mark.parametrize("new", ["boolean", "bool[pyarrow]"])
def test_missing_booleans_predict_nan(rows, engine, new):
    rows["b"] = rows["x1"] > 0
    result = gaussmle("y ~ b", rows).fit()
    predicted = result.predict(pd.DataFrame({"b": pd.array([True, None, False], dtype=new)}))
    assert list(predicted.isna()) == [False, True, False]


def test_one_row_of_new_data_may_be_a_dict_of_numbers(rows, engine):
    result = gaussmle("y ~ x1 + g", rows).fit()
    expected = result.params.iloc[0] + 2 * result.params["x1"]
    assert_allclose(result.predict({"x1": 2.0, "g": "a"}), expected)


def test_one_row_of_new_data_may_be_a_series(rows, engine):
    result = gaussmle("y ~ center(x1) + g", rows).fit()
    assert_allclose(result.predict(rows.iloc[4]), result.predict()[4])


@pytest.mark.parametrize("which", ["mean", "scale"])
@pytest.mark.parametrize("missing", [np.nan, None])
def test_missing_values_in_new_data_predict_nan(rows, engine, which, missing):
    result = gaussmle("y ~ center(x1) | center(x1)", rows).fit()
    new = pd.DataFrame({"x1": [0.1, missing, 0.3]}, index=["a", "b", "c"])
    predicted = result.predict(new, which=which)
    assert list(predicted.isna()) == [False, True, False]
    assert list(predicted.index) == ["a", "b", "c"]


def test_the_index_of_new_data_may_have_duplicates(rows, engine):
    result = gaussmle("y ~ x1 | z", rows).fit()
    predicted = result.predict(rows.iloc[:4].set_axis([1, 1, 2, 2]), which="scale")
    assert list(predicted.index) == [1, 1, 2, 2]


@pytest.mark.parametrize("which", ["mean", "scale"])
def test_a_category_that_the_fit_has_not_seen_is_refused(rows, engine, which):
    result = gaussmle("y ~ C(g) | C(g)", rows).fit()
    with pytest.raises(ValueError, match=r"(?s)'q'.*new data|new data.*'q'"):
        result.predict(pd.DataFrame({"g": ["a", "q"]}), which=which)


@pytest.mark.parametrize(("which", "column"), [("mean", "x1"), ("scale", "z")])
def test_new_data_without_a_variable_are_refused(rows, engine, which, column):
    result = gaussmle("y ~ x1 | z", rows).fit()
    with pytest.raises(ValueError, match=rf"(?s)new data.*\b{column}\b"):
        result.predict(rows.drop(columns=column), which=which)


@pytest.mark.parametrize(("which", "column"), [("mean", "z"), ("scale", "x1")])
def test_a_prediction_needs_only_the_variables_of_its_equation(rows, engine, which, column):
    result = gaussmle("y ~ x1 | z", rows).fit()
    predicted = result.predict(rows.drop(columns=[column, "y"]), which=which)
    assert_allclose(predicted, result.predict(which=which))


def test_columns_of_new_data_that_are_not_used_may_be_named_alike(rows, engine):
    del engine
    fit = gaussmle("y ~ x1", rows).fit()
    doubled = pd.concat([rows, rows[["z"]]], axis=1)
    assert_allclose(fit.predict(doubled), fit.fittedvalues, rtol=1e-12)


def test_an_array_is_no_new_data_for_a_formula(rows):
    with pytest.raises(
        TypeError, match=r"`exog` is a ndarray; with a formula it must be a table"
    ):
        gaussmle("y ~ x1", rows).fit().predict(np.ones((2, 2)))


def test_without_transform_the_columns_are_taken_as_they_are(rows, engine):
    result = gaussmle("y ~ center(x1) | z", rows).fit()
    columns, scale = result.model.exog[:3], result.model.exog_scale[:3]
    assert_allclose(result.predict(columns, transform=False), result.predict()[:3])
    assert_allclose(
        result.predict(columns, transform=False, exog_scale=scale, which="scale"),
        result.predict(which="scale")[:3],
    )


def test_dropped_columns_are_left_out_of_predictions_too(rows, engine):
    result = gaussmle("y ~ x1 + x2 | z", rows, drop_cols=["x1"]).fit()
    assert_allclose(result.predict(rows.iloc[:4]), result.predict()[:4])


@pytest.mark.parametrize("which", ["mean", "scale"])
def test_dependent_columns_that_were_dropped_are_left_out_of_predictions(rows, engine, which):
    model = gaussmle("y ~ x1 + I(2 * x1) | z + I(3 * z)", rows)
    with pytest.warns(match="linearly dependent"):
        result = model.fit(rank_deficient="drop")
    some = result.predict(rows.iloc[:4], which=which)
    assert_allclose(some, result.predict(which=which)[:4])


@pytest.mark.parametrize("which", ["mean", "scale"])
def test_new_rows_in_which_dropped_columns_do_not_depend_on_the_others_are_refused(
    rows, engine, which
):
    rows = rows.assign(x3=1 + 2 * rows["x1"], z3=3 * rows["z"] - 5)
    with pytest.warns(match="linearly dependent"):
        result = gaussmle("y ~ x1 + x3 | z + z3", rows).fit(rank_deficient="drop")
    again = from_json(result.to_json())
    new = rows.iloc[:4].astype({"x1": float, "z": float})
    new.loc[new.index[1], ["x1", "z"]] += 1e-6
    column = "x3 .*`exog`" if which == "mean" else r"ln\(sigma2\)\[z3\] .*`exog_scale`"
    for fit in (result, again):
        with pytest.raises(ValueError, match=rf"1 of the 4 rows \(row 'r1'\).*: {column}"):
            fit.predict(new, which=which)
        few = new.drop(new.index[1])
        few.loc[few.index[0], ["x1", "z"]] = np.nan
        assert list(fit.predict(few, which=which).isna()) == [True, False, False]


def test_an_empty_cell_of_an_interaction_is_not_predicted(rows, engine):
    rows = rows.assign(b=np.where(rows["x1"] > 0, "u", "v"))
    level = rows["g"].iloc[0]
    filled = rows[(rows["g"] != level) | (rows["b"] == "u")]
    with pytest.warns(match="Dropped"):
        result = gaussmle("y ~ C(g) * C(b)", filled).fit(rank_deficient="drop")
    assert result.predict(filled).notna().all()
    with pytest.raises(ValueError, match=r"nothing can be predicted"):
        result.predict(rows)


def test_a_level_without_rows_is_not_predicted(rows, engine):
    with pytest.warns(match=r"Dropped: C\(g.*\[T.d\]"):
        result = gaussmle("y ~ C(g, levels=['a', 'b', 'c', 'd'])", rows).fit(
            rank_deficient="drop"
        )
    with pytest.raises(ValueError, match=r"1 of the 2 rows \(row 1\)"):
        result.predict({"g": ["a", "d"]})


@pytest.mark.parametrize("which", ["mean", "scale"])
def test_the_engine_may_be_switched_after_the_fit(rows, engine, monkeypatch, which):
    result = gaussmle("y ~ center(x1) + g | scale(z)", rows).fit()
    other = "formulaic" if engine == "patsy" else "patsy"
    monkeypatch.setattr(options, "formula_engine", other)
    assert_allclose(result.predict(rows, which=which), result.predict(which=which))


def test_both_engines_give_the_same_fit(rows, monkeypatch):
    fits = []
    for name in ("patsy", "formulaic"):
        monkeypatch.setattr(options, "formula_engine", name)
        fits.append(gaussmle("y ~ x1*C(g) + x2 | C(g) + z", rows).fit())
    assert_allclose(*(result.params.to_numpy() for result in fits), rtol=1e-8)
    assert list(fits[0].params.index) == list(fits[1].params.index)


# Offsets in new data --------------------------------------------------------------------


@pytest.mark.parametrize("which", ["mean", "scale"])
def test_offsets_are_taken_from_the_column_of_new_data(rows, engine, which):
    result = gaussmle("y ~ x1 | z", rows, offset="o", offset_scale="s").fit()
    assert_allclose(result.predict(rows.iloc[:5], which=which), result.predict(which=which)[:5])


def test_given_offsets_go_before_those_of_the_column(rows, engine):
    result = gaussmle("y ~ x1 | z", rows, offset="o", offset_scale="s").fit()
    new = rows.iloc[:5]
    shifted = result.predict(new, offset=7 + new["o"].to_numpy())
    assert_allclose(shifted, 7 + result.predict()[:5])
    log_variance = result.predict(new, which="linear-scale", offset_scale=0)
    assert_allclose(log_variance, result.predict(which="linear-scale")[:5] - new["s"])


@pytest.mark.parametrize(("which", "name"), [("mean", "offset"), ("scale", "offset_scale")])
def test_new_data_without_the_column_of_an_offset_are_refused(rows, engine, which, name):
    result = gaussmle("y ~ x1 | z", rows, **{name: "o"}).fit()
    with pytest.raises(ValueError, match=rf"`{name}` from column 'o'.*add.*{name}="):
        result.predict(rows.drop(columns="o"), which=which)


def test_a_missing_offset_in_new_data_predicts_nan(rows, engine):
    result = gaussmle("y ~ x1", rows, offset="o").fit()
    new = pd.DataFrame({"x1": [1.0, 2.0], "o": [1.0, np.nan]})
    assert list(result.predict(new).isna()) == [False, True]


def test_offsets_that_came_as_arrays_are_zero_in_new_data(rows, engine):
    result = gaussmle("y ~ x1", rows, offset=rows["o"].to_numpy()).fit()
    assert_allclose(result.predict(rows.iloc[:5]), (result.predict() - rows["o"])[:5])
