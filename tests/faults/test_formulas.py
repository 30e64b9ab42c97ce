"""Formulas and tables of any kind."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sm_gaussmle import gaussmle, intreg, tobit, truncreg

from .effort import examples
from .law import check_fit, outcome
from .values import COLUMNS, NO_COLUMNS, ODD

N = 24
RNG = np.random.default_rng(12)
X, W, Z = RNG.normal(size=(3, N))
Y = 1.0 + 2.0 * X - W + np.exp(0.3 * Z) * RNG.normal(size=N)
ROWS = np.arange(N)
DATA = pd.DataFrame(
    {
        "y": Y, "x": X, "w": W, "z": Z, "lo": np.floor(Y), "hi": np.floor(Y) + 1.0, "one": 1.0,
        "zero": 0.0, "g": np.array(list("abcd"))[ROWS % 4], "k": ROWS % 3 + 1.0, "b": X > 0,
        "cat": pd.Categorical(np.array(list("pqr"))[ROWS % 3], categories=list("pqrs")),
        "dt": pd.date_range("2000", periods=N), "td": pd.to_timedelta(ROWS, "D"),
        "obj": [None, *range(N - 1)], "mixed": ["a", 1] * (N // 2), "text": Y.astype(str),
        "nan": np.where(ROWS < 2, np.nan, Y), "inf": np.where(ROWS < 2, np.inf, Y), "i": ROWS,
        "a b": Y, "": Y, "é": X, "I(x)": W, "ln(sigma2)": W, "x:w": Y, "class": Y,
        "Intercept": X, "big": Y * 1e200, "tiny": Y * 1e-200, "cplx": Y + 1j,
        "Int": pd.array([None, *range(N - 1)], dtype="Int64"), "each": [f"u{i}" for i in ROWS],
        "C": Y, "log": np.abs(Y), "lists": [[1]] * N, "u8": RNG.integers(0, 255, N).astype("u1"),
    }
)  # fmt: skip
TERMS = [
    "x", "x + w", "1", "0", "-1", "", " ", "x - 1", "x + x", "x + I(2*x)", "x:w", "x*w*z", "g",
    "C(g) - 1", "C(g)*cat", "b", "dt", "td", "obj", "mixed", "text", "nan", "inf", "i", "é", "y",
    "Q('a b')", "Q('')", "Q('I(x)')", "Q('ln(sigma2)')", "Q('x:w')", "Q('nothing')", "Q", "Q(x)",
    "class", "Q('class')", "Intercept", "big", "tiny", "cplx", "Int", "each", "C", "C(C)", "log",
    "lists", "u8", "nothing", "nothing(x)", "x.nothing", "x[0]", "x[:3]", "x +", "(x", "x)", "'x'",
    "3*x", "x^2", "x**2", "x**-1", ".", "bs(x, df=4)", "bs(x, df=99)", "cr(x, df=3)", "center(x)",
    "standardize(one)", "C(g, Treatment('z'))", "C(g, Sum)", "C(x)", "C(dt)", "C(cat, levels=['p'])",
    "x ~ w", "x | z", "x | z | w", "x |", "x | 0", "x | g", "x | nan", "x | big", "x | z + z",
    "x # note", "x; w", "x, w", "lambda q: q", "np.column_stack([x, w])", "np.arange(3)",
    "np.zeros(0)", "np.mean(x)", "x.shift()", "x.iloc[0]", "x == w", "I(x > 0)", "None", "1e400",
    "one", "zero", "one - 1", "x" + " + x" * 200, "(" * 50 + "x" + ")" * 50, "x + I(1 / zero)",
]  # fmt: skip
RESPONSES = [
    "y", "lo + hi", "hi + lo", "lo + y + hi", "nan", "inf", "g", "b", "cat", "dt", "zero", "one",
    "big", "tiny", "cplx", "Int", "text", "lists", "y - x", "I(y + x)", "np.exp(y)", "", "3",
    "Q('a b')", "nothing", "np.column_stack([lo, hi])", "np.mean(y)", "u8",
]  # fmt: skip
NUMERIC = ["y", "x", "w", "z", "lo", "hi", "k"]
TABLES = [
    DATA, DATA, DATA, DATA.iloc[:0], DATA.iloc[:1], DATA.iloc[:3], DATA.iloc[0], DATA["y"],
    DATA.set_axis([0] * N), DATA.iloc[::-1], DATA.set_index(["g", "i"]), DATA.set_index("dt"),
    DATA.convert_dtypes(), DATA[NUMERIC].astype("double[pyarrow]"), DATA[NUMERIC].astype("f4"),
    DATA[NUMERIC].astype(pd.SparseDtype(float)), DATA.assign(x=np.nan), DATA.assign(g=None),
    pd.concat([DATA, DATA["x"]], axis=1), DATA.rename(columns={"w": 5}), DATA.astype(object),
    DATA.rename(columns={"w": ("w", 1)}), pd.DataFrame(), pl.DataFrame(DATA[NUMERIC]),
    pa.Table.from_pandas(DATA[NUMERIC]), DATA[NUMERIC].to_records(), DATA[NUMERIC].to_numpy(),
    DATA.to_dict("list"), DATA.to_dict("records"), {"y": [1.0], "x": [1.0, 2.0]}, {"y": 1.0, "x": 2.0},
    {}, None, 3, [], "nothing.csv", DATA.groupby("g"),
]  # fmt: skip
PER_ROW = ("offset", "offset_scale", "freq_weights", "var_weights")
LIMITS = ("left", "right", "trunc_left", "trunc_right")
MAKERS = COLUMNS | NO_COLUMNS
SUBSETS = [
    ROWS > 2, DATA["i"] > 2, [1, 2, 3, 4, 5, 6, 7, 8], slice(2, None), [], [True], [99], "i > 2",
    pl.Series((ROWS > 2).tolist()), np.array([[True]]), pd.array([None] * N, dtype="boolean"),
]  # fmt: skip

values = st.one_of(
    st.sampled_from(
        ["k", "x", "lo", "hi", "nan", "inf", "g", "dt", "", "obj", "lists", "cplx"]
    ),
    st.sampled_from(list(MAKERS)).map(lambda name: MAKERS[name](np.abs(X) + 0.1)),
    st.sampled_from([0.0, -50.0, 50.0, np.inf, -np.inf]),
    st.sampled_from(ODD),
)
odd = st.sampled_from(ODD)
more = st.one_of(
    st.just({}),
    st.dictionaries(st.sampled_from(PER_ROW + LIMITS), values, max_size=2),
    st.builds(lambda subset: {"subset": subset}, st.one_of(st.sampled_from(SUBSETS), odd)),
    st.builds(
        lambda name, value: {name: value},
        st.sampled_from(["missing", "hasconst", "eval_env", "drop_cols", "scale_formula"]),
        st.one_of(
            odd, st.sampled_from(["~ z", "z", "~ 1", "~ 0", "y ~ z", "~ x | z", "~ C(g)"])
        ),
    ),
)
formulas = st.one_of(
    st.builds("{} ~ {}".format, st.just("y"), st.sampled_from(TERMS)),
    st.builds("{} ~ {}".format, st.sampled_from(RESPONSES), st.sampled_from(TERMS)),
    st.sampled_from(["y", "~", "~ x", "y ~ x ~ z", "", "y ~~ x", "y = x"]),
    odd,
)


@given(
    st.sampled_from([gaussmle] * 3 + [tobit, intreg, truncreg]),
    formulas,
    st.sampled_from(TABLES),
    more,
)
@examples(250)
def test_any_formula_and_table_are_fitted_right_or_refused(model_of, formula, data, options):
    model = outcome(lambda: model_of(formula, data, **options))
    result = None if model is None else outcome(model.fit)
    if result is None:
        return
    names = ("endog", "exog", "exog_scale", *PER_ROW, *LIMITS)
    rows = {name: getattr(model, name) for name in names}
    rows = {name: np.asarray(part) for name, part in rows.items() if part is not None}
    check_fit(result, rows)


@given(more, st.integers(0, N))
@examples(100)
def test_the_rows_of_a_model_are_those_of_the_table(options, first):
    data = DATA.iloc[first:].reset_index(drop=True)
    model = outcome(lambda: gaussmle("y ~ x", data, **options))
    if model is None:
        return
    rows = data if model.kept_rows is None else data.iloc[model.kept_rows]
    assert np.array_equal(model.endog, rows["y"])
    assert np.array_equal(np.asarray(model.exog)[:, -1], rows["x"])
