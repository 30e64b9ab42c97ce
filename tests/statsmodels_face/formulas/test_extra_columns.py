"""Columns to test: arrays and tables, names of columns, formulas."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose
from statsmodels.formula import options

from sm_gaussmle import GaussianMLE, gaussmle


@pytest.fixture
def large(rows):
    """A fit with a scale equation, not from a formula."""
    return GaussianMLE(
        rows["y"], rows[["one", "x1", "x2"]], exog_scale=rows[["one", "z"]]
    ).fit()


@pytest.fixture
def small(rows, engine):
    """A fit from a formula of either engine."""
    del engine
    return gaussmle("y ~ x1", rows).fit()


@pytest.fixture
def extra(rows):
    """Two columns for each equation."""
    return [rows[["v", "s"]], rows[["v", "o"]]]


def test_columns_to_test_may_be_polars_or_lists(large, extra):
    expected = large.score_test(*extra)
    polars = large.score_test(*(pl.from_pandas(columns) for columns in extra))
    assert_allclose(polars, expected, rtol=1e-12)  # memory in another order
    lists = (columns.to_numpy().tolist() for columns in extra)
    # Sums over rows and columns in another order of memory.
    assert_allclose(large.score_test(*lists), expected, rtol=1e-12)


def test_columns_to_test_may_be_named(rows, engine):
    small = gaussmle("y ~ x1", rows.iloc[3:]).fit()
    expected = small.score_test(rows[["x2"]].iloc[3:], rows[["z", "v"]].iloc[3:])
    assert_allclose(small.score_test("x2", ["z", "v"]), expected, rtol=1e-12)


def test_names_that_are_no_columns_are_refused(rows, large):
    small = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(
        ValueError, match=r"`exog_extra` 'h' cannot be.*no column of the data.*one, x1"
    ):
        small.score_test("h")
    with pytest.raises(ValueError, match=r"`exog_scale_extra` is 'z', but.*pass the columns"):
        large.score_test(None, "z")


def test_columns_with_other_labels_are_refused(large, extra):
    with pytest.raises(ValueError, match="index of `exog_extra` differs from that of `endog`"):
        large.score_test(extra[0].iloc[::-1])


# Formulas -------------------------------------------------------------------------------


def test_a_formula_is_evaluated_on_the_rows_of_the_fit(small, rows):
    columns = pd.DataFrame({"z": rows["z"], "np.log(x2)": np.log(rows["x2"])})
    expected = small.score_test(columns)
    for formula in ("z + np.log(x2)", "~ z + np.log(x2)", ["z", "np.log(x2)"]):
        test = small.score_test(formula)
        assert_allclose(test, expected, rtol=1e-12)
        assert test.tested == ("z", "np.log(x2)")


def test_transforms_take_their_state_from_the_rows_of_the_fit(rows, engine):
    del engine
    part = gaussmle("y ~ x1", rows, subset=rows["z"] > -0.5).fit()
    left = rows[rows["z"] > -0.5]
    centred = pd.DataFrame({"c": (left["x2"] - left["x2"].mean()) ** 2})
    assert_allclose(part.score_test("I(center(x2)**2)"), part.score_test(centred), rtol=1e-10)


def test_names_are_those_of_the_models_formula_and_then_of_the_caller(rows, engine):
    del engine

    def model_of(power):
        def bent(x):
            return x**power

        return gaussmle("y ~ bent(x1)", rows)

    def bent(x):
        return x**3

    def other(x):
        return x**5

    result = model_of(2).fit()
    assert_allclose(
        result.score_test("x2:bent(x1) + other(x1)"),
        result.score_test(np.column_stack([rows["x2"] * rows["x1"] ** 2, other(rows["x1"])])),
        rtol=1e-12,
    )
    assert bent(2) == 8


@pytest.mark.parametrize("text", ["g", "C(g)"])
def test_a_category_has_a_column_for_each_level_but_the_first(small, rows, text):
    test = small.score_test(text)
    dummies = pd.get_dummies(rows["g"]).iloc[:, 1:]
    assert_allclose(test, small.score_test(dummies), rtol=1e-12)
    assert test.df == 2


def test_a_formula_is_of_the_engine_that_made_the_models(small, rows, monkeypatch, engine):
    other = {"patsy": "formulaic", "formulaic": "patsy"}[engine]
    expected = small.score_test("C(g)").tested
    monkeypatch.setattr(options, "formula_engine", other)
    assert small.score_test("C(g)").tested == expected
    del rows


def test_columns_for_the_rows_that_were_given_are_cut_to_those_of_the_fit(rows, engine):
    del engine
    rows.loc[["r3", "r8"], "x1"] = np.nan
    result = gaussmle("y ~ x1", rows).fit()
    expected = result.score_test("z")
    for whole in (rows["z"], rows["z"].to_numpy(), pl.Series("z", rows["z"].to_numpy())):
        assert_allclose(result.score_test(whole), expected, rtol=1e-12)
    assert_allclose(result.score_test(rows["z"].drop(["r3", "r8"])), expected, rtol=1e-12)
    with pytest.raises(ValueError, match="has 59 rows; the model has 58, 60 before rows were"):
        result.score_test(rows["z"].iloc[1:])


def test_a_column_has_the_name_it_came_with(small, rows):
    names = {
        "v": rows["v"],
        "s": pl.Series("s", rows["s"].to_numpy()),
        "exog_extra[0]": rows["v"].to_numpy(),
        "w": pl.DataFrame({"w": rows["s"].to_numpy()}),
    }
    for name, column in names.items():
        assert small.score_test(column).tested == (name,)


# What cannot be tested ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["z", "x2 + z", "np.abs(z)", ["x2", "z"]], ids=["column", "sum", "call", "list"]
)
def test_missing_values_are_refused_by_variable_and_count(small, rows, text):
    small.model.data.frame = rows.assign(z=rows["z"].where(rows["z"] < 1.5))
    count = int((rows["z"] >= 1.5).sum())
    assert count
    with pytest.raises(
        ValueError,
        match=rf"`exog_extra` has values that are missing.*: z in {count} of 60 rows",
    ):
        small.score_test(text)


def test_values_that_a_formula_makes_infinite_are_refused(small, rows):
    small.model.data.frame = rows.assign(z=np.maximum(rows["z"], 0.0))
    count = int((rows["z"] <= 0).sum())
    with (  # NumPy's own; ours is tested
        np.errstate(divide="ignore"),
        pytest.raises(ValueError, match=rf"infinite: np.log\(z\) in {count} of 60 rows"),
    ):
        small.score_test("x2 + np.log(z)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y ~ x2", r"`exog_extra` is 'y ~ x2'; it must be the right side of a formula"),
        ("x2 | z", r"`exog_extra` is 'x2 \| z'; it must be.*there is `exog_scale_extra`"),
        ("~ x2 ~ z", "it must be the right side of a formula"),
        ("1", "`exog_extra` '1' has no columns but the intercept.*pass a column of ones"),
        ("x2 +", r"`exog_extra` 'x2 \+' cannot be evaluated.*The columns are one, x1, x2"),
        ("0 + C(g)", r"combinations of the model's.*: C\(g\)\[(T\.)?c\]"),
    ],
)
def test_formulas_that_add_nothing_to_test_are_refused(small, text, message):
    with pytest.raises(ValueError, match=message):
        small.score_test(text)


def test_a_name_that_stands_for_two_columns_is_refused(small, rows):
    small.model.data.frame = pd.concat([rows, rows[["z"]]], axis=1)
    with pytest.raises(ValueError, match="more than one column named 'z'"):
        small.score_test("x2 + z")


def test_values_that_are_no_numbers_are_refused(large, rows):
    with pytest.raises(TypeError, match="`exog_extra` has values that are not real numbers"):
        large.score_test(rows[["g"]])
