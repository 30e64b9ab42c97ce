"""Columns of formulas of one part: patsy's, from a state that is fixed."""

import pickle

import cloudpickle
import numpy as np
import pandas as pd
import patsy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sm_gaussmle.sources.formulas.factor_values import levels_are_given, unboxed
from sm_gaussmle.sources.formulas.formula_columns import joint_columns
from sm_gaussmle.sources.formulas.formula_state import learn
from tests.sources.parts import Parts

from .test_formula_state import frame

TERMS = [
    "x",
    "y",
    "np.log(z)",
    "I(x**2)",
    "g",
    "h",
    "C(i)",
    "b",
    "C(g, Treatment('b'))",
    "C(g, Sum)",
    "C(j, Poly)",
    "C(h, Helmert)",
    "C(i, levels=[2, 1, 0])",
    "C(z > 5)",
    "j",
    "center(x)",
    "standardize(z)",
    "bs(z, knots=[4, 6], lower_bound=0, upper_bound=10)",
    "np.column_stack([x, z])",
]
CHANGES = [
    {},
    {"i": "Int64", "x": "Float64", "b": "boolean", "g": "string"},
    {"x": "float32", "j": "int8", "g": object, "h": object},
    {"j": "float64", "i": "float64", "g": "category"},
]


def columns_of(formula, data, outside=None):
    return learn([formula], Parts(data), {"np": np} if outside is None else outside)[0]


@given(
    terms=st.lists(
        st.lists(st.sampled_from(TERMS), min_size=1, max_size=3, unique=True).map(":".join),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    intercept=st.booleans(),
    change=st.sampled_from(CHANGES),
    seed=st.integers(0, 1000),
)
def test_values_are_those_of_patsy_to_the_last_digit(terms, intercept, change, seed):
    data = frame(30, seed).astype(change)
    formula = " + ".join(terms if intercept else ["0", *terms])
    ours = columns_of(formula, data)
    # As the data reach patsy in memory.
    types = {"i": float, "x": float, "b": bool} if change is CHANGES[1] else {}
    if change is not CHANGES[3]:
        types["g"] = object
    (theirs,) = patsy.build_design_matrices([ours.design_info], data.astype(types))
    assert ours.names == tuple(
        patsy.dmatrix(formula, data.astype(types)).design_info.column_names
    )
    # Without columns of the data patsy makes one row.
    assert_array_equal(ours(data), np.broadcast_to(theirs, (30, theirs.shape[1])))


def test_columns_lie_row_by_row_in_double_precision():
    data = frame(700, 1).astype({"x": "float32"})
    made = columns_of("x + g + i", data)(data)
    assert made.flags.f_contiguous
    assert made.dtype == np.float64
    assert made.shape == (700, 5)


def test_a_formula_without_columns_makes_none():
    data = frame(4, 1)
    ours = columns_of("0", data)
    assert ours.names == ours.variables == ()
    assert ours(data).shape == (4, 0)


def test_a_constant_has_a_row_for_each_row():
    data = frame(4, 1)
    assert_array_equal(columns_of("1", data)(data), np.ones((4, 1)))


# Missing rows ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula", ["x + g", "g:x", "np.log(x) + C(i)", "center(x):g", "bs(x, knots=[0])"]
)
def test_a_row_in_which_something_is_missing_has_nan(formula):
    data = frame(20, 1).assign(x=np.linspace(-0.9, 2, 20))
    if "log" in formula:
        data["x"] += 1.0
    ours = columns_of(formula, data)
    holes = data.assign(g=data["g"].astype(object), i=data["i"].astype(float))
    holes.loc[3, "x"], holes.loc[5, "g"], holes.loc[6, "i"] = np.nan, None, np.nan
    made = ours(holes)
    lost = holes[list(ours.variables)].isna().any(axis=1)
    assert lost[3]
    assert_array_equal(np.isnan(made).any(axis=1), lost)
    assert_array_equal(made[~lost], ours(data)[~lost])


@pytest.mark.parametrize("formula", ["x + g", "x + g:x", "x + C(g, Sum):h"])
def test_a_missing_level_shows_though_the_only_one_has_no_column(formula):
    data = frame(20, 1).assign(g="only")
    ours = columns_of(formula, data)
    assert not any("g" in name for name in ours.names)
    data.loc[4, "g"] = np.nan
    assert_array_equal(np.isnan(ours(data)).any(axis=1), np.arange(20) == 4)


def test_a_function_that_fails_on_a_missing_value_is_read_on_the_other_rows():
    data = frame(20, 1)
    ours = columns_of("C(i.astype(int)) + x", data)
    holes = data.assign(i=data["i"].astype(float))
    holes.loc[3, "i"] = np.nan
    made = ours(holes)
    assert np.isnan(made[3]).all()
    rest = holes.index != 3
    assert_array_equal(made[rest], ours(data)[rest])
    nothing = ours(holes.assign(i=np.nan))
    assert nothing.shape == made.shape
    assert np.isnan(nothing).all()


def test_a_transform_is_not_asked_where_all_rows_are_missing():
    data = frame(20, 1)
    ours = columns_of("bs(z, knots=[4])", data)
    assert np.isnan(ours(data.assign(z=np.nan))).all()


def test_a_gone_row_may_fail():
    def careful(x):
        if (x < 0).any():
            raise ValueError("negative")
        return np.sqrt(x)

    data = frame(20, 1).assign(x=1.0)
    ours = columns_of("careful(x)", data, {"careful": careful})
    data.loc[2, "x"] = -1.0
    with pytest.raises(
        ValueError, match=r"factor 'careful\(x\)' cannot be evaluated: .*negative"
    ):
        ours(data)
    (made,) = joint_columns([ours], data, np.arange(20) == 2)
    assert_array_equal(np.isnan(made).any(axis=1), np.arange(20) == 2)


def test_a_spline_is_not_asked_for_a_row_that_is_missing_elsewhere():
    data = frame(20, 1)
    data.loc[4, ["z", "x"]] = 99.0, np.nan
    spline, other = learn(["bs(z, knots=[4])", "x"], Parts(data), {})
    made, _ = joint_columns([spline, other], data)
    assert np.isnan(made[4]).all()
    assert np.isfinite(np.delete(made, 4, axis=0)).all()
    with pytest.raises(
        ValueError, match=r"factor 'bs\(z, knots=\[4\]\)' cannot be evaluated: "
    ):
        spline(data)


# Levels ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [object, "str", "category"])
@pytest.mark.parametrize("formula", ["g", "x:C(g, Sum)", "C(np.asarray(g))", "center(x) + g"])
def test_an_unseen_level_is_refused_by_name(formula, dtype):
    data = frame(20, 1)
    ours = columns_of(formula, data)
    data.loc[7, "g"] = "new"
    with pytest.raises(ValueError, match=r"factor '.*g.*' has the level 'new', which is none"):
        ours(data.astype({"g": dtype}))


def test_an_unseen_level_is_refused_beside_the_first_of_many():
    data = frame(30, 1).assign(i=np.arange(30))
    ours = columns_of("C(i)", data)
    with pytest.raises(ValueError, match=r"level 30, which .*: 0, 1, 2, .*, 9 and 20 more\."):
        ours(data.assign(i=np.arange(30) + 1))


@pytest.mark.parametrize("formula", ["g + x", "g + center(x)", "g:bs(x, knots=[0])"])
def test_an_unseen_level_in_a_row_that_is_missing_is_missing(formula):
    data = frame(20, 1)
    ours = columns_of(formula, data)
    expected = ours(data)
    data.loc[7, ["g", "x"]] = "new", np.nan
    assert_array_equal(np.isnan(ours(data)).any(axis=1), np.arange(20) == 7)
    assert_array_equal(np.delete(ours(data), 7, axis=0), np.delete(expected, 7, axis=0))


def test_an_unseen_level_in_a_row_that_is_missing_elsewhere_or_gone_is_missing():
    data = frame(20, 1)
    first, second = learn(["g", "0 + y"], Parts(data), {})
    data.loc[7, ["g", "y"]] = "new", np.nan
    data.loc[9, "g"] = "gone"
    made, _ = joint_columns([first, second], data, np.arange(20) == 9)
    assert_array_equal(np.isnan(made).any(axis=1), np.isin(np.arange(20), [7, 9]))
    with pytest.raises(ValueError, match="has the level 'new'"):
        first(data)
    with pytest.raises(ValueError, match="has the level 'gone'"):
        joint_columns([first, second], data)


def test_a_part_in_which_all_rows_are_missing_may_have_unseen_levels():
    data = frame(20, 1)
    ours = columns_of("g + x", data)
    assert np.isnan(ours(data.assign(g="new", x=np.nan))).all()


def test_a_category_that_no_row_has_is_not_asked_for():
    data = frame(20, 1)
    ours = columns_of("g", data)
    more = data.assign(g=pd.Categorical(data["g"], ["new", "c", "a", "b"]))
    assert_array_equal(ours(more), ours(data))


@pytest.mark.parametrize("of", [lambda x: x, patsy.categorical.C], ids=["plain", "C()"])
def test_levels_are_given_by_booleans_and_by_name(of):
    assert levels_are_given(of(np.array([True])))
    assert not levels_are_given(of(np.array(["a"])))
    assert levels_are_given(patsy.categorical.C(of(np.array(["a"])), levels=["a"]))
    assert list(unboxed(of(["a"]))) == ["a"]


# Kinds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", ["x", "abs(x)", "x:g"])
@pytest.mark.parametrize(
    ("value", "kind"), [("1", "str|object"), (True, "bool"), (pd.Timestamp(0), "datetime64")]
)
def test_a_number_that_is_none_in_a_part_is_refused_by_name(formula, value, kind):
    data = frame(20, 1)
    ours = columns_of(formula, data, {"abs": lambda x: x})
    with pytest.raises(ValueError, match=rf"'(x|abs\(x\))' is a number in .* of type ({kind})"):
        ours(data.assign(x=[value] * 20))


def test_a_function_that_does_not_give_a_value_for_each_row_is_refused():
    data = frame(20, 1)
    ours = columns_of("short(x)", data, {"short": lambda x: x[:30]})
    with pytest.raises(ValueError, match=r"'short\(x\)' has 30 values for 40 rows; it must"):
        ours(pd.concat([data, data], ignore_index=True))


def test_levels_that_cannot_be_looked_up_are_refused():
    data = frame(20, 1)
    ours = columns_of("C(g)", data)
    with pytest.raises(ValueError, match=r"factor 'C\(g\)' cannot be evaluated: unhashable"):
        ours(data.assign(g=[[1]] * 20))


def test_nullable_numbers_of_a_function_are_numbers():
    data = frame(20, 1)
    ours = columns_of("whole(i)", data, {"whole": lambda i: i.astype("Int64")})
    assert_array_equal(ours(data)[:, 1], data["i"])


def test_infinite_values_pass_also_in_products_with_zero():
    data = frame(20, 1)
    ours = columns_of("x + x:g", data)
    data.loc[3, "x"], data.loc[4, "x"] = np.inf, np.nan
    made = ours(data)
    assert not np.isnan(np.delete(made, 4, axis=0)).any()
    assert np.isinf(made[3, 1:]).all()
    assert np.isnan(made[4, 1:]).all()


# What is told ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "intercept", "spans"),
    [
        ("x + g", 0, True),
        ("0 + x", None, False),
        ("0 + x + g", None, True),
        ("0 + C(g, Sum)", None, True),
        ("0 + g:h", None, True),
        ("0 + x:g", None, False),
        ("0 + C(g, coding)", None, False),
    ],
)
def test_the_constant_is_told(formula, intercept, spans):
    data = frame(40, 1)
    coding = np.array([[0.0, 1.0], [0.0, 2.0], [1.0, 5.0]])
    ours = columns_of(formula, data, {"coding": coding})
    assert ours.intercept == intercept
    assert ours.spans_constant is spans


def test_the_columns_that_are_read_are_told_in_the_order_of_the_table():
    data = frame(40, 1).rename(columns={"z": "a b"})
    ours = columns_of("C(g, Treatment('b')) + x:Q('a b')", data)
    assert ours.variables == ("x", "a b", "g")
    assert_array_equal(ours(data[list(ours.variables)]), ours(data))


@pytest.mark.parametrize("by", [pickle, cloudpickle], ids=["pickle", "cloudpickle"])
def test_it_is_pickled_with_its_state(by):
    data = frame(40, 1)
    ours = columns_of("C(g, Sum) + np.log(z) + center(x) + bs(z, knots=[4])", data)
    again = by.loads(by.dumps(ours))
    assert (again.names, again.variables, again.bare) == (ours.names, ours.variables, ours.bare)
    assert_array_equal(again(data[:3]), ours(data)[:3])


def test_functions_of_a_notebook_go_with_it_by_cloudpickle():
    data = frame(40, 1)
    ours = columns_of("thrice(x)", data, {"thrice": lambda x: 3 * x})
    again = cloudpickle.loads(cloudpickle.dumps(ours))
    assert_array_equal(again(data)[:, 1], 3 * data["x"])
