"""Values of arguments: good ones, and what people and programs pass by mistake."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from scipy import sparse

from .subjects import FITS, FOLDER, fit, others, rows


class Opaque:
    """Nothing that anything could be made of."""

    def __repr__(self):
        return "<Opaque>"


def one_number(params):
    """A good function of the parameters."""
    return params[0]


def two_numbers(params):
    """Another, of two values."""
    return params[:2]


def no_number(params):
    """Not a number of any kind."""
    return f"{params}"


def complex_number(params):
    """A number that is not real."""
    return params[0] * 1j


def nothing(params):
    """The same whatever the parameters are."""
    del params


def frames():
    """New rows, as tables of many kinds; most have something wrong with them."""
    some = rows().head(4)
    changed = {
        "x1": [
            np.nan,
            [1.0, np.nan, np.inf, -np.inf],
            1e308,
            1e200,
            "1",
            None,
            True,
            1j,
            pd.NA,
            Decimal("1.5"),
            pd.Timestamp("2020"),
            pd.Timedelta("1D"),
            np.float16([1, 2, 3, 4]),
            np.uint8([1, 2, 3, 4]),
            pd.array([1, None, 2, 3], dtype="Int64"),
            pd.array([True, None, False, True], dtype="boolean"),
            pd.arrays.SparseArray([0, 0, 1, 0]),
        ],
        "z": [np.nan, [1.0, np.nan, np.inf, -np.inf], 700.0, -3000.0, 1e308, None, "1"],
        "g": [
            "new",
            None,
            np.nan,
            1,
            pd.Categorical(["a", "b", "new", "a"]),
            pd.Categorical(["c"] * 4, categories=["c", "b"]),
            pd.Categorical.from_codes([0, 1, -1, 2], list("abc")),
            pd.array(["a", "b", None, "c"], dtype="string"),
            pd.Series(["a", 2, "b", 3.5], index=some.index, dtype=object),
        ],
    }
    return [
        rows(),
        some,
        some.iloc[:1],
        some.iloc[:0],
        some.iloc[::-1],
        some[["x1", "g"]],
        some.drop(columns="x1"),
        some.drop(columns="z"),
        some.assign(extra=1),
        pd.concat([some, some[["x1"]]], axis=1),
        some.reset_index(),
        some.set_axis([0, 0, 1, 1]),
        some.set_axis(pd.MultiIndex.from_product([[0, 1], [0, 1]])),
        some.astype(object),
        some.convert_dtypes(),
        some.convert_dtypes(dtype_backend="pyarrow"),
        some.rename(columns={"x1": "X1"}),
        some.rename(columns={"x1": 1}),
        some.T,
        some["x1"],
        some.iloc[0],
        some[["one", "x1"]],
        some[["x1", "one"]],
        some[["one", "x1"]].to_numpy(),
        pl.from_pandas(some),
        pl.from_pandas(some).lazy(),
        pa.Table.from_pandas(some),
        some.to_dict("list"),
        some.to_dict("records"),
        some.iloc[0].to_dict(),
        {"x1": [1, 2], "g": ["a"], "z": [0.0]},
        some.to_records(),
        np.ones((3, 2)),
        np.ones((3, 5)),
        np.ones((0, 2)),
        np.ones(2),
        np.full((3, 2), np.inf),
        np.ones((3, 2), dtype=object),
        np.ones((3, 2)) * 1j,
        [[1, 2], [3]],
        *(some.assign(**{name: value}) for name, values in changed.items() for value in values),
    ]


ANYTHING = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    0.5,
    -0.5,
    np.nan,
    np.inf,
    -np.inf,
    1e308,
    5e-324,
    10**30,
    1j,
    "",
    "x",
    "x1",
    "x1 = 0",
    "é\u2028",
    "\0",
    "%s",
    b"x1",
    [],
    (),
    {},
    {"x1": 1},
    [None],
    [np.nan],
    [[1, 2], [3]],
    ["x1", "x1"],
    np.array([]),
    np.array(1.0),
    np.zeros((0, 3)),
    np.zeros((2, 2, 2)),
    np.eye(3),
    np.full(60, np.nan),
    np.ones(60),
    np.ones(59),
    np.array(["a"] * 60),
    np.arange(60) * 1j,
    np.eye(3).view(np.matrix),
    np.ma.masked_array([1.0, 2.0], [0, 1]),
    np.datetime64("2020-01-01"),
    np.float32(0.1),
    np.int8(3),
    np.bool_(True),
    pd.NaT,
    pd.NA,
    pd.Series(dtype=float),
    pd.DataFrame(),
    pd.Index([1, 2]),
    pd.Categorical(["a", "b"]),
    dt.date(2020, 1, 1),
    Decimal("0.1"),
    Fraction(1, 2),
    range(3),
    slice(None),
    Ellipsis,
    int,
    Opaque(),
    one_number,
    Path("nowhere"),
    sparse.csr_array(np.eye(3)),
    np.random.default_rng(1),
    *frames()[:4],
    frames()[24],
    frames()[25],
]

NAMES = ["x1", "Intercept", "z", "ln(sigma2)", "ln(sigma2)[z]", "C(g)[T.b]", "g", "C(g)"]
HYPOTHESES = [
    "x1 = 0, x1 = 0",
    "x1 = 0, x1 = 1",
    "=",
    "nonexistent = 0",
    "x1 = nan",
    "x1 = 1e400",
    "x1 * Intercept = 0",
    "x1 / 0 = 1",
    "1 = 1",
    "(x1",
    "x1 = 0 = 1",
    "x1 < 0",
    "x1**2 = 0",
    "-x1 = -2.",
    ["x1 = 0", "Intercept = 0"],
    ["x1 = 0", 1],
    {"x1": 0},
    {"x1": "a"},
    (np.eye(5)[:1], "x"),
    (np.eye(5)[:2], np.ones(3)),
    *(np.eye(k) for k in range(2, 8)),
    np.zeros((1, 5)),
    np.full((1, 5), np.inf),
    np.ones((1, 5)) * 1e308,
    np.ones((0, 5)),
    np.ones((1, 2, 5)),
    np.eye(5) * 1j,
]
SQUARES = [np.eye(k) for k in range(1, 7)] + [
    -np.eye(5),
    np.zeros((5, 5)),
    np.ones((5, 5)),
    np.full((5, 5), np.nan),
    np.arange(25.0).reshape(5, 5),
    pd.DataFrame(np.eye(5)),
]
FUNCTIONS = [no_number, complex_number, nothing, "x1 / 0", "log(-x1**2)", ["x1", "exp(x1)"]]


def axes():
    """New axes to draw in."""
    return plt.figure().add_subplot()


def every_fit():
    """Fits of all kinds, and of other packages."""
    return [*map(fit, FITS), *others()]


# What an argument may be, and what of its kind it may not or need not be.
ROLES = {
    "alpha": ([0.05, 0.5], [0, 1, 2, -1, 1e-300, 5e-324, 1 - 1e-16, "0.05", 95]),
    "flag": ([True, False], ["yes", 2, None]),
    "flag_or_none": ([None, True, False], ["x", 1]),
    "which": (
        ["mean", "variance", "scale", "linear-scale", "quantile_seen", "prob_left"],
        ["var", "Mean", "conditional", "truncated", "quantile"],
    ),
    "quantile": ([None, 0.5], [0, 1, "0.5", [0.1, 0.9], 1e-300]),
    "row_value": (
        [None],
        ["f", "v", "nope", 0, -1, 1e308, np.zeros(4), np.ones((60, 2)), [1, 2, 3]],
    ),
    "limit": ([None], [-9.0, np.inf, np.nan, "x1", np.zeros(4), np.full(60, -9.0)]),
    "labels": ([None], [["a"] * 60, ["a"], range(60), "x"]),
    "seed": ([0, 1], [-1, 2**70, np.random.RandomState(1), np.random.SeedSequence(1), [1, 2]]),
    "few": ([5, 8], [0, -1, 1.5, "3"]),
    "points": (
        [0, 4, 6],
        [-3, 10**9, 2.5, [0, 1], [2, 1], [1, 1], [], [np.inf], [1e300, 2e300]],
    ),
    "levels": ([[0.5, 0.9], 0.9], [0, 1, [], [np.nan], [0.5, 0.5], [1e-300], ["a"]]),
    "hypotheses": (["x1 = 0", "Intercept = x1", "x1"], HYPOTHESES),
    "square": ([None], SQUARES),
    "name": (
        ["x1", "Intercept"],
        [*NAMES, 0, 99, "sigma", "x1 + Intercept", "x1 / 0", "sin(", one_number, no_number],
    ),
    "names": ([None, ["x1"]], [[], ["nope"], [99], {"x1"}]),
    "function": ([one_number, two_numbers, "x1"], FUNCTIONS),
    "cov_type": (
        ["HC0", "HC1", "nonrobust", "unbiased"],
        ["HC2", "HC3", "HC4", "cluster", "HAC", "opg", "fixed scale", "hac-panel"],
    ),
    "interval": (["wald"], ["profile", "exact", "WALD", "bca"]),
    "at": (["overall", "mean"], ["median", "zero", "all", "x", {"x1": 1}, {"nope": 1}]),
    "change": (["dydx"], ["eyex", "dyex", "eydx", "dx"]),
    "at_exog": ([None], [{0: 1}, {"x1": 1.0}, {99: 1}, {"x1": "a"}, {0: [1]}, np.ones(5)]),
    "parameter_names": ([None], [["a"], list("abcd"), list("abcde"), list("abcdef"), "abcd"]),
    "text": ([None, "y"], ["<b>$%_&", "a" * 300, 1, ["y"]]),
    "format": (["%.4f"], ["%d", "{:.2f}", "%", "%.4f %.2f"]),
    "nested": (["check"], ["assume", "no"]),
    "ratio": (["chi2"], ["exact", "bartlett", "bootstrap", "F"]),
    "criterion": (["aic", "bic"], ["aicc", "hqic", "AIC", "dic"]),
    "number": ([0, 1.0], [np.zeros(60), np.zeros(3), "x"]),
    "path": ([str(FOLDER / "written")], [str(FOLDER / "no" / "x"), str(FOLDER), "\0", 1]),
    "read_path": ([str(FOLDER / "rows.parquet")], [str(FOLDER), "nowhere", 0]),
    "columns": (
        [rows()[["x2"]], None],
        ["x2", "np.log(x2)", "nope", "x1", "x2 +", rows()["x2"] * 1e300, np.ones((59, 1))],
    ),
    "cov_kwds": ([None], [{"groups": "g"}, {"groups": "nope"}, {"maxlags": 1}, {"nope": 1}]),
    "groups": ([None], ["g", "nope", np.arange(60) % 25, np.arange(59)]),
    "term": (["C(g)"], ["g", "x1", "Intercept", ["C(g)"]]),
    "correction": (["hs", "bonf"], ["fdr_bh", ["hs", "bonf"], ["x"], "hommel"]),
    "levels_names": ([None, list("abc")], [["a"], list("abcd"), "abc", {}]),
    "combine": ([None, ["C(g)"]], [["nope"], "C(g)", [1]]),
    "extra_tests": ([None], [["x1"], [("a", np.eye(5))], [("a", "x1 = 0")], [(1, 2)]]),
    "position": ([None, 0], [99, -1, [0, 1], [99], 1.5, "x1"]),
    "statistic": ([None, lambda fit: fit.params[:2]], [no_number, nothing, "x1"]),
    "bootstrap": (["case"], ["parametric", "wild", "residual", "cluster", "block"]),
    "wild": (["rademacher"], ["mammen", "normal"]),
    "jobs": ([1], [0, 1.5, "x"]),
    "quantiles": ([None], ["percentile", "basic", "bca", "normal", "studentized", "t"]),
    "axes": ([None], [plt]),
    "variable": (["x1"], ["g", "z", "y", "nope", 0]),
    "held": ([None], [{"x1": 1.0}, {"g": "a"}, {"g": "new"}, {"nope": 1}, {"x1": "a"}]),
    "shown": (["observed", None], ["adjusted", "all"]),
    "methods": ([None, "wald"], [["wald", "profile"], [], ["x"]]),
    "size": (["estimate"], ["standard error", "z"]),
    "by": ([None, "g"], ["x1", "nope", rows()["x1"], np.ones((60, 2)), np.full(60, np.nan)]),
    "count": ([1, 3], [0, -1, 10**6, 1.5]),
    "bounds": (
        [None],
        [((0, 1), (0, 1)), ((1, 0), (0, 1)), ((0, np.inf), (0, 1)), ((-1e300, 1e300), (0, 1))],
    ),
    "measure": (
        ["cooks", "hat"],
        ["dfbetas", "dffits", "hat_diag_factor", "nope", "__class__", "summary_frame"],
    ),
    "bubbles": (["cooks"], ["DFFITS", "x"]),
    "side": (["two-sided", "larger"], ["smaller", "less"]),
    "typ": ([1, 2, "III"], [4, 0, 2.5, "2"]),
    "test": (["LR"], ["Wald", "score", "F", "lr"]),
    "equation": (["mean"], ["scale", "both"]),
    "scope": (["x2"], ["x1", "~ x2", ["x2"], "nope", "x1:x2", "x2 +", "y"]),
    "joint": (["joint"], ["separate", "both"]),
    "normality": (["score", "opg"], ["bootstrap", "jb"]),
    "kind": (["mcf", "cs"], ["lr", "nagelkerke"]),
    "sort": (["aic"], ["bic", "aicc", "llf"]),
    "penalty": (["none"], ["aic", "bic", "yes"]),
    "view": (["scale", "variance"], ["mean", "linear-scale"]),
    "any": ([None], []),
}
LAZY_ROLES = {  # made when they are first needed, for they are fits or axes
    "frame": lambda: ([None, rows().head(4)], frames()),
    "features": lambda: (
        [rows()[["x1", "x2"]]],
        [rows()[["x2", "x1"]], rows()[["x1"]], rows()[["x1", "x2"]].to_numpy(), *frames()[:3]],
    ),
    "response": lambda: ([None, rows()["y"]], ["y", rows()["y"].head(4), rows()[["y", "x1"]]]),
    "result": lambda: (every_fit()[:2] + others()[:2], every_fit()),
    "draw_in": lambda: ([None, axes()], [plt.figure()]),
    "document": lambda: ([fit("constant variance").to_json()], ["{}", "[]", "x", 1]),
}


@cache
def values_of(role):
    """Strategy for the argument of a role: good, odd of its kind, or anything at all."""
    good, odd = LAZY_ROLES[role]() if role in LAZY_ROLES else ROLES[role]
    anything = st.one_of(
        st.sampled_from(ANYTHING),
        st.builds(iter, st.just([1, 2])),
        st.floats(),
        st.integers(),
        st.text(max_size=3),
    )
    return st.sampled_from(good), st.one_of(st.sampled_from([*odd, *good]), anything)
