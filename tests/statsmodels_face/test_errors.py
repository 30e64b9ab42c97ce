"""Every wrong argument is refused by name, with its value, the rule and the remedy."""

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from statsmodels.tools.sm_exceptions import ConvergenceWarning, MissingDataError

from sm_gaussmle import GaussianMLE, Tobit, gaussmle
from sm_gaussmle.estimation.errors import FitError, PerfectFitError

N = 30
PER_ROW = ["offset", "offset_scale", "freq_weights", "var_weights"]


def _arrays():
    rng = np.random.default_rng(5)
    design = np.column_stack([np.ones(N), rng.normal(size=(N, 2))])
    return design @ [1.0, 2.0, 3.0] + rng.normal(size=N), design


ENDOG, EXOG = _arrays()
SCALE = np.column_stack([np.ones(N), np.random.default_rng(6).normal(size=N)])
ONES = np.ones(N)


def _with(values, place, value):
    values = np.array(values, dtype=float)
    values[place] = value
    return values


def _series(index=None):
    return pd.Series(ENDOG, index=index, name="y")


def _frame(values=EXOG, index=None):
    return pd.DataFrame(values, index=index, columns=list("abcdef")[: values.shape[1]])


def _says(*words):
    """A pattern that finds the words in this order."""
    return "(?s)" + ".*".join(map(re.escape, words))


# Arguments of the model -----------------------------------------------------------------

MODEL_ERRORS = {
    "endog is no table of numbers": (
        lambda: GaussianMLE("y", EXOG),
        TypeError,
        ["`endog`", "'y'", "numbers"],
    ),
    "endog is missing": (lambda: GaussianMLE(None, EXOG), TypeError, ["`endog`", "None"]),
    "exog is missing": (lambda: GaussianMLE(ENDOG, None), TypeError, ["`exog`", "None"]),
    "endog has three columns": (
        lambda: GaussianMLE(np.column_stack([ENDOG, ENDOG, ENDOG]), EXOG),
        ValueError,
        ["`endog`", "(30, 3)", "one value per row"],
    ),
    "endog has two columns that are no intervals": (
        lambda: GaussianMLE(np.column_stack([ENDOG, ENDOG - 1]), EXOG),
        ValueError,
        ["first column of `endog` is above the second", "30 of 30", "lower and the upper end"],
    ),
    "endog is one number": (
        lambda: GaussianMLE(3.0, EXOG),
        ValueError,
        ["`endog`", "()", "one value per row"],
    ),
    "endog has three dimensions": (
        lambda: GaussianMLE(ENDOG[:, None, None], EXOG),
        ValueError,
        ["`endog`", "(30, 1, 1)"],
    ),
    "endog has decimals": (
        lambda: GaussianMLE([Decimal(1)] * N, EXOG),
        TypeError,
        ["`endog`", "real numbers", "convert"],
    ),
    "endog has text": (
        lambda: GaussianMLE(["a"] * N, EXOG),
        TypeError,
        ["`endog`", "real numbers", "convert"],
    ),
    "there are no rows": (
        lambda: GaussianMLE([], []),
        ValueError,
        ["`exog`", "at least one row"],
    ),
    "exog has no columns": (
        lambda: GaussianMLE(ENDOG, EXOG[:, :0]),
        ValueError,
        ["`exog`", "(30, 0)", "one column"],
    ),
    "exog has three dimensions": (
        lambda: GaussianMLE(ENDOG, EXOG[:, :, None]),
        ValueError,
        ["`exog`", "(30, 3, 1)", "(n, k)"],
    ),
    "exog is too short": (
        lambda: GaussianMLE(ENDOG, EXOG[:-1]),
        ValueError,
        ["`exog`", "29 rows", "`endog`", "30"],
    ),
    "exog is ragged": (
        lambda: GaussianMLE(ENDOG, [[1], [1, 2]]),
        (TypeError, ValueError),
        ["`exog`", "same length"],
    ),
    "exog has dates": (
        lambda: GaussianMLE(ENDOG, pd.DataFrame({"a": pd.date_range("2020", periods=N)})),
        TypeError,
        ["`exog`", "datetime64", "convert"],
    ),
    "exog has categories": (
        lambda: GaussianMLE(ENDOG, pd.DataFrame({"a": pd.Categorical(["u", "v"] * 15)})),
        TypeError,
        ["`exog`", "category", "get_dummies", "formula"],
    ),
    "exog has text": (
        lambda: GaussianMLE(ENDOG, pd.DataFrame({"a": ["u", "v"] * 15})),
        TypeError,
        ["`exog`", "dtype", "get_dummies", "formula"],  # str or object
    ),
    "exog is complex": (
        lambda: GaussianMLE(ENDOG, EXOG * 1j),
        TypeError,
        ["`exog`", "real numbers", "complex128"],
    ),
    "exog is sparse": (
        lambda: GaussianMLE(ENDOG, csr_array(EXOG)),
        TypeError,
        ["`exog`", "sparse", "toarray"],
    ),
    "exog has a name twice": (
        lambda: GaussianMLE(ENDOG, pd.DataFrame(EXOG, columns=["a", "b", "b"])),
        ValueError,
        ["`exog`", "'b'", "rename"],
    ),
    "exog has names that are the same as text": (
        lambda: GaussianMLE(ENDOG, pd.DataFrame(EXOG, columns=[1, "1", 2])),
        ValueError,
        ["`exog`", "'1'", "rename"],
    ),
    "exog has the name of the variance": (
        lambda: GaussianMLE(ENDOG, pd.DataFrame(EXOG, columns=["ln(sigma2)", "b", "c"])),
        ValueError,
        ["`exog`", "'ln(sigma2)'", "rename"],
    ),
    "exog_scale is too short": (
        lambda: GaussianMLE(ENDOG, EXOG, exog_scale=SCALE[:-1]),
        ValueError,
        ["`exog_scale`", "29 rows", "`endog`", "30"],
    ),
    "exog_scale has no columns": (
        lambda: GaussianMLE(ENDOG, EXOG, exog_scale=SCALE[:, :0]),
        ValueError,
        ["`exog_scale`", "(30, 0)", "one column"],
    ),
    "exog_scale is one number": (
        lambda: GaussianMLE(ENDOG, EXOG, exog_scale=1.0),
        ValueError,
        ["`exog_scale`", "()"],
    ),
    "exog_scale is text": (
        lambda: GaussianMLE(ENDOG, EXOG, exog_scale="~ z"),
        TypeError,
        ["`exog_scale`", "'~ z'", "formula"],
    ),
    "exog_scale has a name twice": (
        lambda: GaussianMLE(ENDOG, EXOG, exog_scale=pd.DataFrame(SCALE, columns=["b", "b"])),
        ValueError,
        ["`exog_scale`", "'b'", "rename"],
    ),
    "missing is unknown": (
        lambda: GaussianMLE(ENDOG, EXOG, missing="skip"),
        ValueError,
        ["`missing`", "'skip'", "'none', 'drop' or 'raise'"],
    ),
    "hasconst is no boolean": (
        lambda: GaussianMLE(ENDOG, EXOG, hasconst="yes"),
        ValueError,
        ["`hasconst`", "'yes'", "True, False or None"],
    ),
    "an argument is unknown": (
        lambda: GaussianMLE(ENDOG, EXOG, weights=ONES),
        TypeError,
        ["'weights'"],
    ),
    "a third argument has no name": (lambda: GaussianMLE(ENDOG, EXOG, SCALE), TypeError, ["3"]),
    "exog has another index than endog": (
        lambda: GaussianMLE(_series(), _frame(index=range(1, N + 1))),
        ValueError,
        ["index of `exog`", "`endog`", "row 0", "1 against 0", "exog.reindex(endog.index)"],
    ),
    "exog is in another order than endog": (
        lambda: GaussianMLE(_series(), _frame()[::-1]),
        ValueError,
        ["index of `exog`", "29 against 0"],
    ),
    "exog has fewer labels than endog": (
        lambda: GaussianMLE(_series(), _frame()[:-1]),
        ValueError,
        ["`exog`", "29 rows", "`endog`", "30"],
    ),
    "exog_scale is in another order than endog": (
        lambda: GaussianMLE(_series(), EXOG, exog_scale=_frame(SCALE)[::-1]),
        ValueError,
        ["index of `exog_scale`", "`endog`", "exog_scale.to_numpy()"],
    ),
    "exog_scale is in another order than exog": (
        lambda: GaussianMLE(ENDOG, _frame(), exog_scale=_frame(SCALE)[::-1]),
        ValueError,
        ["index of `exog_scale`", "`exog`", "exog_scale.to_numpy()"],
    ),
    "all frequency weights are zero": (
        lambda: GaussianMLE(ENDOG, EXOG, freq_weights=0 * ONES),
        ValueError,
        ["none of the 30 rows", "30 have `freq_weights` 0"],
    ),
    "all rows are missing": (
        lambda: GaussianMLE(np.nan * ENDOG, EXOG, missing="drop"),
        ValueError,
        ["none of the 30 rows", "30 have a missing value"],
    ),
    "rows are missing and missing is raise": (
        lambda: GaussianMLE(_with(ENDOG, [3, 7], np.nan), EXOG, missing="raise"),
        MissingDataError,
        ["2 of 30 rows", "3, 7", "'raise'", "missing='drop'"],
    ),
    "labelled rows are missing and missing is raise": (
        lambda: GaussianMLE(
            pd.Series(_with(ENDOG, 3, np.nan), index=[f"r{i}" for i in range(N)]),
            EXOG,
            missing="raise",
        ),
        MissingDataError,
        ["1 of 30 rows", "'r3'"],
    ),
    "numbered rows are missing and missing is raise": (
        lambda: GaussianMLE(
            pd.Series(_with(ENDOG, 3, np.nan), index=range(100, 130)), EXOG, missing="raise"
        ),
        MissingDataError,
        ["(row 103)"],
    ),
    "more than five rows are missing and missing is raise": (
        lambda: GaussianMLE(_with(ENDOG, slice(0, 9), np.nan), EXOG, missing="raise"),
        MissingDataError,
        ["9 of 30 rows", "(rows 0, 1, 2, 3, 4, ...)"],
    ),
    "endog is ragged": (
        lambda: GaussianMLE([[1.0], [1.0, 2.0]], EXOG),
        ValueError,
        ["rows of `endog`", "same length"],
    ),
    "the response of a Tobit model is ragged": (
        lambda: Tobit([[1.0], [1.0, 2.0]], EXOG),
        ValueError,
        ["rows of `endog`", "same length"],
    ),
    "a limit is ragged": (
        lambda: GaussianMLE(ENDOG, EXOG, left=[[1.0], [1.0, 2.0]]),
        ValueError,
        ["rows of `left`", "same length"],
    ),
    "a whole number is larger than doubles": (
        lambda: GaussianMLE([10**400] * N, EXOG),
        ValueError,
        ["`endog`", "1.8e308", "rescale"],
    ),
    "masked values are no numbers": (
        lambda: GaussianMLE(np.ma.array(["a"] * N), EXOG),
        TypeError,
        ["`endog`", "real numbers", "convert"],
    ),
    "exog has an index of other levels": (
        lambda: GaussianMLE(
            _series(), _frame(index=pd.MultiIndex.from_product([["a"], range(N)]))
        ),
        ValueError,
        ["index of `exog`", "row 0", "('a', ", "against 0"],
    ),
    "missing is an array": (
        lambda: GaussianMLE(ENDOG, EXOG, missing=np.array(["drop", "none"])),
        ValueError,
        ["`missing`", "'none', 'drop' or 'raise'"],
    ),
    "hasconst is an array": (
        lambda: GaussianMLE(ENDOG, EXOG, hasconst=np.array([True, False])),
        ValueError,
        ["`hasconst`", "True, False or None"],
    ),
}


@pytest.mark.parametrize("case", MODEL_ERRORS)
def test_model_is_refused_where(case):
    make, kind, words = MODEL_ERRORS[case]
    with pytest.raises(kind, match=_says(*words)):
        make()


@pytest.mark.parametrize("name", PER_ROW)
class TestValuesPerRowAreRefused:
    def refuse(self, name, values, kind, *words):
        with pytest.raises(kind, match=_says(f"`{name}`", *words)):
            GaussianMLE(ENDOG, EXOG, **{name: values})

    def test_if_they_are_too_short(self, name):
        self.refuse(name, ONES[:-1], ValueError, "29 rows", "`endog`", "30")

    def test_if_they_have_two_columns(self, name):
        self.refuse(name, SCALE, ValueError, "(30, 2)", "one value per row")

    def test_if_they_are_one_number(self, name):
        self.refuse(name, 1.0, ValueError, "()", "one value per row")

    def test_if_they_are_the_name_of_a_column(self, name):
        self.refuse(name, "w", TypeError, "'w'", "formula")

    def test_if_they_are_text(self, name):
        self.refuse(name, ["a"] * N, TypeError, "real numbers", "convert")

    def test_if_one_is_nan(self, name):
        values = _with(ONES, 3, np.nan)
        self.refuse(name, values, MissingDataError, "nan", "1 of 30", "row 3", "missing='drop'")

    def test_if_one_is_infinite(self, name):
        self.refuse(name, _with(ONES, 3, np.inf), MissingDataError, "finite", "inf", "row 3")

    @pytest.mark.parametrize("missing", ["drop", "raise"])
    def test_if_one_is_infinite_however_missing_values_are_treated(self, name, missing):
        with pytest.raises(
            MissingDataError, match=_says(f"`{name}`", "finite", "inf", "row 3")
        ):
            GaussianMLE(ENDOG, EXOG, missing=missing, **{name: _with(ONES, 3, np.inf)})

    @pytest.mark.parametrize("owner", ["endog", "exog"])
    def test_if_their_index_is_another(self, name, owner):
        endog = _series() if owner == "endog" else ENDOG
        exog = _frame() if owner == "exog" else EXOG
        words = [f"index of `{name}`", f"`{owner}`", "0", f"{name}.reindex({owner}.index)"]
        with pytest.raises(ValueError, match=_says(*words)):
            GaussianMLE(endog, exog, **{name: pd.Series(ONES, index=range(1, N + 1))})


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("freq_weights", -1, "not negative"),
        ("var_weights", -1, "positive"),
        ("var_weights", 0, "positive"),
    ],
)
def test_weights_of_the_wrong_sign_are_refused(name, value, rule):
    with pytest.raises(ValueError, match=_says(f"`{name}`", rule, str(value), "row 3")):
        GaussianMLE(ENDOG, EXOG, **{name: _with(ONES, 3, value)})


def test_frequency_weights_that_are_next_to_nothing_are_refused():
    with pytest.raises(ValueError, match=_says("`freq_weights`", "at most 1e-20", "Multiply")):
        GaussianMLE(ENDOG, EXOG, freq_weights=1e-20 * ONES)


def test_frequency_weights_may_be_shares():
    shares, whole = (
        GaussianMLE(ENDOG, EXOG, exog_scale=SCALE, freq_weights=w) for w in (ONES / N, ONES)
    )
    assert shares.fit().params == pytest.approx(whole.fit().params, rel=1e-6)


def test_weights_of_the_wrong_sign_in_a_missing_row_do_not_matter():
    weights = _with(ONES, 3, -1)
    model = GaussianMLE(_with(ENDOG, 3, np.nan), EXOG, var_weights=weights, missing="drop")
    assert model.nobs == N - 1


# Values that are not finite, found at the fit -------------------------------------------


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("endog", ["`endog`"]),
        ("exog", ["`exog`", "'b'"]),
        ("exog_scale", ["`exog_scale`", "b"]),
    ],
)
def test_a_fit_names_the_column_and_the_rows_that_are_not_finite(value, name, words):
    index = [f"r{i}" for i in range(N)]
    values = {"endog": ENDOG, "exog": EXOG, "exog_scale": SCALE}
    values[name] = _with(values[name], 4 if name == "endog" else (4, 1), value)
    model = GaussianMLE(
        _series(index) if name != "endog" else pd.Series(values["endog"], index=index),
        _frame(values["exog"], index),
        exog_scale=_frame(values["exog_scale"], index),
    )
    remedy = "missing='drop'" if np.isnan(value) else ""
    with pytest.raises(MissingDataError, match=_says(*words, "1 of 30 rows", "'r4'", remedy)):
        model.fit()


def test_infinite_values_are_not_missing():
    model = GaussianMLE(_with(ENDOG, 4, np.inf), EXOG, missing="drop")
    with pytest.raises(MissingDataError, match=_says("`endog`", "infinite", "row 4")):
        model.fit()


# Arguments of the formula ---------------------------------------------------------------


def _table():
    return pd.DataFrame(
        {
            "y": ENDOG,
            "x": EXOG[:, 1],
            "z": EXOG[:, 2],
            "g": ["u", "v", "w"] * 10,
            "n": _with(ONES, 3, np.nan),
            "w": 2 * ONES,
        }
    )


FORMULA_ERRORS = {
    "subset is a mask with missing values": (
        ["y ~ x"],
        {"subset": pd.array([None] * N, dtype="boolean")},
        ValueError,
        ["`subset`", "boolean mask", "NA"],
    ),
    "drop_cols is no list": (
        ["y ~ x"],
        {"drop_cols": 3.0},
        TypeError,
        ["`drop_cols`", "3.0", "list of names"],
    ),
    "eval_env is an array": (
        ["y ~ x"],
        {"eval_env": np.array([1, 2])},
        TypeError,
        ["`eval_env`", "dict of names"],
    ),
    "eval_env is larger than any number of functions": (
        ["y ~ x"],
        {"eval_env": 10**400},
        ValueError,
        ["`eval_env`", "not so many functions"],
    ),
    "the scale equation is given twice": (
        ["y ~ x | z"],
        {"scale_formula": "~ x"},
        ValueError,
        ["twice", "'z'", "`scale_formula`", "'~ x'", "Leave one out"],
    ),
    "there are two bars": (
        ["y ~ x | z | x"],
        {},
        ValueError,
        ["'y ~ x | z | x'", "2 bars", "one"],
    ),
    "the scale formula has a left side": (
        ["y ~ x"],
        {"scale_formula": "y ~ z"},
        ValueError,
        ["`scale_formula`", "'y ~ z'", "left side", "'~ z'"],
    ),
    "there is a left side after the bar": (
        ["y ~ x | y ~ z"],
        {},
        ValueError,
        ["'y ~ z'", "left side", "'~ z'"],
    ),
    "the scale formula is empty": (
        ["y ~ x"],
        {"scale_formula": " "},
        ValueError,
        ["`scale_formula`", "empty", "'~ 1'"],
    ),
    "nothing is after the bar": (["y ~ x |"], {}, ValueError, ["empty", "'~ 1'"]),
    "the scale formula is a tilde": (
        ["y ~ x"],
        {"scale_formula": "~"},
        ValueError,
        ["`scale_formula`", "'~'", "empty"],
    ),
    "there is no response": (["~ x"], {}, ValueError, ["`formula`", "'~ x'", "'y ~ x'"]),
    "there is no tilde": (["x"], {}, ValueError, ["`formula`", "'x'", "'y ~ x'"]),
    "there are two tildes": (
        ["y ~ x ~ z"],
        {},
        ValueError,
        ["`formula`", "'y ~ x ~ z'", "one '~'"],
    ),
    "the formula is no text": (
        [pd.DataFrame({"y": [1.0]})],  # where the data should be
        {},
        TypeError,
        ["`formula` is of type DataFrame; it must be a string such as 'y ~ x'"],
    ),
    "the scale formula is no text": (
        ["y ~ x"],
        {"scale_formula": 3},
        TypeError,
        ["`scale_formula` is 3; it must"],
    ),
    "the response is a category": (
        ["g ~ x"],
        {},
        ValueError,
        ["'g ~ x'", "3 columns", "g[u]", "one number per row", "convert"],
    ),
    "there are two responses": (
        ["y + z ~ x"],
        {},
        ValueError,
        ["first column of `endog` is above the second", "lower and the upper end"],
    ),
    "there are three responses": (
        ["y + z + x ~ x"],
        {},
        ValueError,
        ["'y + z + x ~ x'", "3 columns", "'lower + upper'"],
    ),
    "a column of the mean is unknown": (["y ~ xx"], {}, ValueError, ["xx", "columns"]),
    "a column of the scale is unknown": (["y ~ x | zz"], {}, ValueError, ["zz", "columns"]),
    "the response is unknown": (["yy ~ x"], {}, ValueError, ["yy", "columns"]),
    "a column in a function is unknown": (
        ["y ~ np.exp(xx)"],
        {},
        ValueError,
        ["xx", "columns"],
    ),
    "a bracket is open": (["y ~ (x"], {}, ValueError, ["formula", "y ~ (x"]),
    "an operator has nothing to work on": (["y ~ x +* z"], {}, ValueError, ["y ~ x +* z"]),
    "the mean has no columns": (
        ["y ~ 0"],
        {},
        ValueError,
        ["mean of 'y ~ 0'", "no columns", "'y ~ 1'"],
    ),
    "the scale has no columns": (
        ["y ~ x | 0"],
        {},
        ValueError,
        ["scale equation has no columns", "'~ 1'"],
    ),
    "missing is unknown": (
        ["y ~ x"],
        {"missing": "skip"},
        ValueError,
        ["`missing`", "'skip'", "'none', 'drop' or 'raise'"],
    ),
    "rows are missing and missing is raise": (
        ["y ~ n"],
        {"missing": "raise"},
        MissingDataError,
        ["1 of 30 rows", "row 3", "'raise'", "missing='drop'"],
    ),
    "rows are missing and missing is none": (
        ["y ~ n"],
        {"missing": "none"},
        MissingDataError,
        ["1 of 30 rows", "row 3", "'none'", "missing='drop'"],
    ),
    "rows of the scale are missing and missing is raise": (
        ["y ~ x | n"],
        {"missing": "raise"},
        MissingDataError,
        ["1 of 30 rows", "row 3"],
    ),
    "an offset is missing and missing is raise": (
        ["y ~ x"],
        {"missing": "raise", "offset": "n"},
        MissingDataError,
        ["1 of 30 rows", "row 3"],
    ),
    "drop_cols is unknown": (
        ["y ~ x + z"],
        {"drop_cols": ["q"]},
        ValueError,
        ["`drop_cols`", "'q'", "Intercept, x, z"],
    ),
    "drop_cols are all columns": (
        ["y ~ x"],
        {"drop_cols": ["Intercept", "x"]},
        ValueError,
        ["mean of 'y ~ x'", "no columns"],
    ),
    "subset is a label that is not there": (
        ["y ~ x", [0, 1000]],
        {},
        ValueError,
        ["`subset`", "boolean mask", "labels", "1000"],
    ),
    "subset is one label": (
        ["y ~ x", 5],
        {},
        ValueError,
        ["`subset`", "boolean mask", "labels"],
    ),
    "subset is too short": (
        ["y ~ x", [True] * 3],
        {},
        ValueError,
        ["`subset`", "one value per row", "3"],
    ),
    "subset is an expression": (
        ["y ~ x", "z > 0"],
        {},
        ValueError,
        ["`subset`", "boolean mask", "z > 0"],
    ),
    "subset is empty": (["y ~ x", [False] * N], {}, ValueError, ["`subset`", "no row"]),
    "eval_env is no number": (
        ["y ~ x"],
        {"eval_env": "x"},
        TypeError,
        ["`eval_env`", "'x'", "dict", "1 is the caller's"],
    ),
    "eval_env is below -1": (["y ~ x"], {"eval_env": -3}, TypeError, ["`eval_env`", "-3"]),
    "eval_env is deeper than the stack": (
        ["y ~ x"],
        {"eval_env": 100_000},
        ValueError,
        ["`eval_env`", "100000"],
    ),
    "an argument is unknown": (["y ~ x"], {"weights": "w"}, TypeError, ["'weights'"]),
    "hasconst is no boolean": (["y ~ x"], {"hasconst": 3}, ValueError, ["`hasconst`", "3"]),
}


@pytest.mark.parametrize("case", FORMULA_ERRORS)
def test_formula_is_refused_where(case, engine):
    (formula, *rest), options, kind, words = FORMULA_ERRORS[case]
    with pytest.raises(kind, match=_says(*words)):
        gaussmle(formula, _table(), *rest, **options)


@pytest.mark.parametrize("data", [None, 3, EXOG, [1, 2]])
def test_data_that_are_no_table_are_refused(data):
    with pytest.raises(TypeError, match=_says("`data`", type(data).__name__, "named columns")):
        gaussmle("y ~ x", data)


def test_a_text_that_is_no_file_of_a_known_kind_is_refused():
    with pytest.raises(ValueError, match=_says("`data` is 'table'", ".parquet")):
        gaussmle("y ~ x", "table")


def test_data_without_rows_are_refused(engine):
    with pytest.raises(ValueError, match=_says("`data`", "no row")):
        gaussmle("y ~ x", _table()[:0])


def test_a_column_of_nothing_but_missing_values_is_refused(engine):
    with pytest.raises(MissingDataError, match=_says("none of the 30 rows is complete")):
        gaussmle("y ~ x | q", _table().assign(q=np.nan))


def test_columns_of_data_with_one_name_are_refused_where_a_formula_uses_them(engine):
    table = pd.concat([_table(), _table()[["x"]]], axis=1)
    with pytest.raises(ValueError, match=_says("`data`", "'x'")):
        gaussmle("y ~ x", table)


def test_a_transform_that_fails_says_why(engine):
    with pytest.raises(Exception, match=_says("too few")):
        gaussmle("y ~ too_few(x)", _table(), eval_env={"too_few": _too_few})


def _too_few(values):
    raise RuntimeError("too few")


@pytest.mark.parametrize("name", PER_ROW)
class TestValuesPerRowOfATableAreRefused:
    def refuse(self, name, values, kind, *words):
        with pytest.raises(kind, match=_says(f"`{name}`", *words)):
            gaussmle("y ~ x", _table(), **{name: values})

    def test_if_no_column_has_the_name(self, name):
        self.refuse(name, "ww", ValueError, "'ww'", "no column", "y, x, z, g, n, w")

    def test_if_the_column_is_text(self, name):
        self.refuse(name, "g", TypeError, "real numbers")

    def test_if_they_are_too_short(self, name):
        self.refuse(name, ONES[:-1], ValueError, "29 rows", "`data`", "30")

    def test_if_they_are_one_number(self, name):
        self.refuse(name, 1.0, ValueError, "()", "one value per row")

    def test_if_one_is_infinite(self, name):
        self.refuse(name, _with(ONES, 3, np.inf), MissingDataError, "inf", "row 3")

    def test_if_the_index_of_a_series_is_another(self, name):
        values = pd.Series(ONES)[::-1]
        words = ["index of", f"`{name}`", "`data`", f"{name}.reindex(data.index)"]
        with pytest.raises(ValueError, match=_says(*words)):
            gaussmle("y ~ x", _table(), **{name: values})

    def test_if_the_index_of_a_table_is_another(self, name):
        values = pd.DataFrame({"w": ONES})[::-1]
        with pytest.raises(ValueError, match=_says("index of", f"`{name}`", "`data`")):
            gaussmle("y ~ x", _table(), **{name: values})


@pytest.mark.parametrize("name", ["freq_weights", "var_weights"])
def test_negative_weights_of_a_table_are_refused(name):
    with pytest.raises(ValueError, match=_says(f"`{name}`", "30 of 30", "-2")):
        gaussmle("y ~ x", _table(), **{name: -2 * ONES})


# Arguments of the fit -------------------------------------------------------------------

START = np.zeros(5)
FIT_ERRORS = {
    "method is unknown": (
        {"method": "foo"},
        ValueError,
        ["`method`", "'foo'", "'newton', 'bfgs'"],
    ),
    "method is no text": (
        {"method": ["bfgs"]},
        ValueError,
        ["`method`", "bfgs", "'newton', 'bfgs'"],
    ),
    "the default method gets an option": (
        {"gtol": 1},
        TypeError,
        ["gtol", "default method takes no options"],
    ),
    "a method gets another's option": (
        {"method": "bfgs", "xtol": 1},
        TypeError,
        ["xtol", "'bfgs'", "gtol, norm, epsilon"],
    ),
    "maxiter is negative": ({"maxiter": -1}, ValueError, ["`maxiter`", "-1", "zero or more"]),
    "maxiter is a fraction": (
        {"maxiter": 1.5},
        ValueError,
        ["`maxiter`", "1.5", "whole number"],
    ),
    "maxiter is a boolean": ({"maxiter": True}, ValueError, ["`maxiter`", "True"]),
    "maxiter is None": ({"maxiter": None}, ValueError, ["`maxiter`", "None"]),
    "start_params are too short": (
        {"start_params": [1, 2]},
        ValueError,
        ["`start_params`", "2 values", "5 parameters", "const, x1"],
    ),
    "start_params are not finite": (
        {"start_params": [1, 2, 3, np.nan, 0]},
        ValueError,
        ["`start_params`", "nan", "finite"],
    ),
    "start_params are text": ({"start_params": "a"}, TypeError, ["`start_params`", "'a'"]),
    "start_params are two-dimensional": (
        {"start_params": np.zeros((5, 2))},
        ValueError,
        ["`start_params`", "(5, 2)"],
    ),
    "cov_type is unknown": (
        {"cov_type": "HC9"},
        ValueError,
        ["`cov_type`", "'HC9'", "'nonrobust', 'unbiased', 'eim'", "'HAC' or 'hac-panel'"],
    ),
    "cov_type is no text": (
        {"cov_type": ["HC0"]},
        ValueError,
        ["`cov_type`", "HC0", "nonrobust"],
    ),
    "cov_kwds are unknown": (
        {"cov_type": "HC0", "cov_kwds": {"maxlags": 1}},
        TypeError,
        ["`cov_kwds`", "maxlags", "'HC0'", "no options"],
    ),
    "cov_kwds are no dict": ({"cov_kwds": "ab"}, TypeError, ["`cov_kwds`", "'ab'", "dict"]),
    "use_t is no boolean": ({"use_t": "x"}, ValueError, ["`use_t`", "'x'"]),
    "rank_deficient is unknown": (
        {"rank_deficient": "keep"},
        ValueError,
        ["`rank_deficient`", "'keep'", "'error' or 'drop'"],
    ),
    "callback is no function": ({"callback": 3}, TypeError, ["`callback`", "3", "callable"]),
    "skip_hessian is no boolean": (
        {"skip_hessian": np.array([True, False])},
        TypeError,
        ["`skip_hessian`", "True or False"],
    ),
    "an option makes the optimizer fail": (
        {"method": "newton", "tol": "a"},
        ValueError,
        ["`method` 'newton'", "cannot run with the options {'tol': 'a'}"],
    ),
    "the optimizer knows no such method": (
        {"method": "minimize", "min_method": "x"},
        ValueError,
        ["`method` 'minimize'", "'min_method': 'x'", "Method x"],
    ),
    "groups have no column": (
        {"cov_type": "cluster", "cov_kwds": {"groups": pd.DataFrame(index=range(N))}},
        ValueError,
        ["`groups` has 0 columns", "one or two"],
    ),
    "groups are no labels": (
        {"cov_type": "cluster", "cov_kwds": {"groups": np.array([{}] * N)}},
        TypeError,
        ["`groups`", "numbers or text"],
    ),
    "times have no order": (
        {"cov_type": "HAC", "cov_kwds": {"time": np.array([{}] * N)}},
        TypeError,
        ["`time`", "can be ordered"],
    ),
    "scaling_factor is larger than doubles": (
        {"cov_kwds": {"scaling_factor": 10**400}},
        ValueError,
        ["`scaling_factor`", "positive number"],
    ),
    "the weights of lags are no numbers": (
        {"cov_type": "HAC", "cov_kwds": {"kernel": lambda _: "a"}},
        TypeError,
        ["`kernel`", "'a'"],
    ),
}


@pytest.mark.parametrize("kind", [np.asarray, pd.Series])
@pytest.mark.parametrize("dtype", [">f8", ">i4", ">U1"])
def test_groups_may_have_the_byte_order_of_other_machines(kind, dtype):
    groups = np.arange(N) % 4
    options = [
        {"cov_type": "cluster", "cov_kwds": {"groups": g}}
        for g in (groups, kind(groups.astype(dtype)))
    ]
    one, other = (GaussianMLE(ENDOG, EXOG).fit(**each) for each in options)
    assert np.array_equal(one.bse, other.bse)


def test_the_scaling_factor_may_be_in_single_precision():
    result = GaussianMLE(ENDOG, EXOG).fit(cov_kwds={"scaling_factor": np.float32(4.0)})
    assert result.bse == pytest.approx(2.0 * GaussianMLE(ENDOG, EXOG).fit().bse)


def test_an_error_of_a_callback_in_a_named_method_is_its_own():
    def callback(params):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        GaussianMLE(ENDOG, EXOG, exog_scale=SCALE).fit(method="bfgs", callback=callback)


@pytest.mark.parametrize("constraints", [csr_array(np.eye(5)), np.eye(5) * 1j])
def test_constraints_that_are_no_array_of_real_numbers_are_refused(constraints):
    with pytest.raises(TypeError, match="`constraints`"):
        GaussianMLE(ENDOG, EXOG, exog_scale=SCALE).fit_constrained(constraints)


def test_constraints_may_be_text_in_an_array():
    model = GaussianMLE(ENDOG, EXOG)
    assert model.fit_constrained(np.array("x1 = 1")).params[1] == 1.0


def test_constraints_at_which_the_information_is_singular_are_refused():
    ends = np.column_stack([np.floor(ENDOG), np.floor(ENDOG) + 1.0])
    # How far out it is singular depends on the rounding of SciPy's version.
    try:
        fit = GaussianMLE(ends, EXOG).fit_constrained("x1 = 1e10, const = 3, x2 = 7")
    except FitError as error:
        assert "says nothing about some parameters there" in str(error)  # noqa: PT017 - or a fit
    else:
        assert fit.converged


def test_constraints_beyond_the_range_of_numbers_are_refused():
    with pytest.raises(FitError, match="not finite under the restrictions"):
        GaussianMLE(ENDOG, EXOG).fit_constrained("x1 = 1e308")


@pytest.mark.parametrize("cov_type", ["opg", "HC0", "eim"])
def test_constraints_on_all_parameters_leave_no_variance(cov_type):
    model = GaussianMLE(ENDOG, EXOG)
    result = model.fit_constrained((np.eye(4), [1.0, 2.0, 3.0, 0.0]), cov_type=cov_type)
    assert not result.cov_params().any()


@pytest.mark.parametrize("case", FIT_ERRORS)
def test_fit_is_refused_where(case):
    options, kind, words = FIT_ERRORS[case]
    with pytest.raises(kind, match=_says(*words)):
        GaussianMLE(ENDOG, EXOG, exog_scale=SCALE).fit(**options)


@pytest.mark.parametrize("start", [[1, 2], [1, 2, 3, np.inf]])
def test_starting_values_of_a_closed_form_are_checked_all_the_same(start):
    with pytest.raises(ValueError, match=r"`start_params`"):
        GaussianMLE(ENDOG, EXOG).fit(start_params=start)


# Likelihoods without a maximum ----------------------------------------------------------


@pytest.mark.parametrize("scale", [None, SCALE])
@pytest.mark.parametrize("method", [None, "bfgs"])
class TestThereIsNoMaximum:
    def test_if_the_response_is_constant(self, scale, method):
        with pytest.raises(PerfectFitError, match=_says("`endog`", "constant", "5")):
            GaussianMLE(5 * ONES, EXOG, exog_scale=scale).fit(method=method)

    def test_if_the_response_is_zero(self, scale, method):
        with pytest.raises(PerfectFitError, match=_says("`endog`", "constant", "0")):
            GaussianMLE(0 * ONES, EXOG, exog_scale=scale).fit(method=method)

    def test_if_the_mean_fits_perfectly(self, scale, method):
        with pytest.raises(PerfectFitError, match=_says("`endog`", "30 rows", "variance")):
            GaussianMLE(EXOG @ [1, 2, 3], EXOG, exog_scale=scale).fit(method=method)

    def test_if_there_are_no_more_rows_than_columns(self, scale, method):
        model = GaussianMLE(
            ENDOG[:3], EXOG[:3], exog_scale=None if scale is None else scale[:3]
        )
        with pytest.raises(FitError, match=_says("3 rows", "3 columns", "4 rows are needed")):
            model.fit(method=method)


def test_one_row_is_too_few():
    with pytest.raises(FitError, match=_says("1 row", "1 column", "2 rows are needed")):
        GaussianMLE([1.0], [1.0]).fit()


def test_a_small_response_with_noise_is_no_perfect_fit():
    result = GaussianMLE(1e-8 * ENDOG, EXOG).fit()
    assert result.params == pytest.approx(
        [*(1e-8 * GaussianMLE(ENDOG, EXOG).fit().params[:3]), result.params[3]]
    )


def test_a_fit_to_nine_digits_is_no_perfect_fit():
    result = GaussianMLE(EXOG @ [1, 2, 3] + 1e-9 * ENDOG, EXOG).fit()
    assert result.converged
    assert (result.bse > 0).all()


@pytest.mark.parametrize("factor", [1e200, 1e-200])
def test_a_response_whose_squares_overflow_or_vanish_is_refused(factor):
    with pytest.raises(FitError, match=_says("Rescale")):
        GaussianMLE(factor * ENDOG, EXOG).fit()


@pytest.mark.parametrize("name", ["left", "right"])
def test_a_limit_whose_squares_overflow_is_refused_by_name(name):
    limit = 7e153 if name == "left" else -7e153
    with pytest.raises(FitError, match=_says("squares", f"`{name}`", "up to 7e+153")):
        GaussianMLE(0.0 * ENDOG, np.ones(N), **{name: limit}).fit()


def test_responses_whose_sum_overflows_are_refused():
    with pytest.raises(FitError, match=_says("squares", "`endog`", "Rescale")):
        GaussianMLE(_with(0.0 * ENDOG, slice(2), 9e307), EXOG[:, :1]).fit()


def test_standard_errors_whose_squares_vanish_are_refused():
    with pytest.raises(FitError, match=_says("products of", "`exog` column 'x1'", "1e+100")):
        GaussianMLE(1e-100 * ENDOG, 1e100 * EXOG / np.abs(EXOG).max(axis=0)).fit()


def test_where_no_argument_overflows_alone_the_largest_are_named():
    with pytest.raises(FitError, match=_says("products of `offset_scale`", "up to 1e+120")):
        GaussianMLE(ENDOG, EXOG, exog_scale=SCALE, offset_scale=1e120 * ONES).fit()


def test_a_limit_beyond_the_range_of_numbers_is_one_that_nothing_reaches():
    far = GaussianMLE(0.1 * ENDOG, EXOG, trunc_left=-1e308, trunc_right=1e308)
    assert far.fit().llf == pytest.approx(GaussianMLE(0.1 * ENDOG, EXOG).fit().llf)


def test_a_censored_response_that_is_infinite_is_refused_at_the_fit():
    model = GaussianMLE(_with(ENDOG, 3, -np.inf), EXOG, right=1e3)
    with pytest.raises(MissingDataError, match=_says("`endog`", "infinite", "row 3")):
        model.fit()


def test_a_start_at_which_squares_of_the_score_overflow_is_refused():
    ends = np.column_stack([np.floor(ENDOG), np.floor(ENDOG) + 1.0])
    with pytest.raises(FitError, match="`start_params`"):
        GaussianMLE(ends, EXOG, exog_scale=SCALE).fit(start_params=[1, 2, 3, 0, -800])


@pytest.mark.parametrize("factor", [1e200, 1e-170])
def test_columns_whose_squares_overflow_or_vanish_are_refused(factor):
    with pytest.raises(FitError, match=_says("Rescale")):
        GaussianMLE(ENDOG, factor * EXOG).fit()


@pytest.mark.parametrize("method", [None, "bfgs", "nm", "newton"])
def test_a_variance_that_is_driven_to_zero_is_refused_by_row_and_parameter(method):
    one_row = (np.arange(N) == 4).astype(float)
    model = GaussianMLE(
        pd.Series(ENDOG, index=[f"r{i}" for i in range(N)]),
        np.column_stack([EXOG, one_row]),
        exog_scale=np.column_stack([ONES, one_row]),
    )
    words = ["variance to zero", "1 of 30 rows", "'r4'", "ln(sigma2)[z1]", "Simplify"]
    if method == "newton":
        # The plain method stops on the way, where nothing is known yet but that.
        words = ["did not converge", "stopped short"]
    with pytest.raises((FitError, ConvergenceWarning), match=_says(*words)):
        model.fit(method=method)


def test_too_few_rows_for_a_scale_equation_are_refused():
    model = GaussianMLE(ENDOG[:5], EXOG[:5], exog_scale=SCALE[:5])
    words = ["`endog` has 5 rows", "5 parameters", "3 of the mean", "2 of the log variance"]
    with pytest.raises(FitError, match=_says(*words)):
        model.fit()


@pytest.mark.parametrize("start", [80.0, -80.0])
def test_a_far_start_is_no_reason_to_call_the_likelihood_unbounded(start):
    model = GaussianMLE(ENDOG, EXOG, exog_scale=SCALE)
    try:
        result = model.fit(start_params=np.full(5, start))
    except FitError as error:
        assert "start_params" in str(error)  # noqa: PT017 - both ends are right
    else:
        assert result.llf == pytest.approx(model.fit().llf)


# Collinear columns ----------------------------------------------------------------------

DEPENDENT = _frame(np.column_stack([EXOG, 2 * EXOG[:, 1] + 1, 0 * ONES, EXOG[:, 2]]))


def test_collinear_columns_of_the_mean_are_refused_by_name():
    words = ["`exog`", "linearly dependent", "'d' = 2*b", "'e'", "zero", "'f' = 1*c", "'drop'"]
    with pytest.raises(FitError, match=_says(*words)):
        GaussianMLE(ENDOG, DEPENDENT).fit()


def test_collinear_columns_of_the_scale_are_refused_by_name():
    scale = _frame(np.column_stack([SCALE, 3 * SCALE[:, 1]]))
    words = ["`exog_scale`", "linearly dependent", "c", "3*", "b", "'drop'"]
    with pytest.raises(FitError, match=_says(*words)):
        GaussianMLE(ENDOG, EXOG, exog_scale=scale).fit()


def test_a_message_on_many_columns_is_cut_short():
    design = np.column_stack([EXOG, *(EXOG[:, 1] * i for i in range(2, 9))])
    with pytest.raises(FitError, match=_says("'x3' = 2*x1", "...")) as caught:
        GaussianMLE(ENDOG, design).fit()
    assert "x9" not in str(caught.value)


def test_a_long_combination_is_cut_short():
    rng = np.random.default_rng(3)
    design = rng.normal(size=(N, 8))
    with pytest.raises(FitError, match=_says("'x9' = ", "+ ...")):
        GaussianMLE(ENDOG, np.column_stack([design, design.sum(axis=1)])).fit()


# Parameters, predictions, draws ---------------------------------------------------------

METHODS = ["loglike", "loglikeobs", "score", "score_obs", "score_factor", "hessian", "predict"]


@pytest.mark.parametrize("name", [*METHODS, "hessian_factor", "information", "simulate"])
def test_parameters_of_the_wrong_length_are_refused(name):
    words = ["`params`", "2 values", "4 parameters", "const, x1, x2, ln(sigma2)"]
    with pytest.raises(ValueError, match=_says(*words)):
        getattr(GaussianMLE(ENDOG, EXOG), name)([1, 2])


@pytest.mark.parametrize("name", [*METHODS, "hessian_factor", "information", "simulate"])
def test_parameters_that_are_not_finite_are_refused(name):
    with pytest.raises(ValueError, match=_says("`params`", "nan", "finite")):
        getattr(GaussianMLE(ENDOG, EXOG), name)([1, 2, np.nan, 0])


@pytest.mark.parametrize(
    "name", ["score", "score_obs", "score_factor", "hessian", "information"]
)
def test_derivatives_beyond_the_range_of_numbers_are_refused(name):
    words = ["derivative", "`params`", "log variances are from -1000 to -1000"]
    with pytest.raises(ValueError, match=_says(*words)):
        getattr(GaussianMLE(ENDOG, EXOG), name)([1, 2, 3, -1000])


def test_derivatives_of_rows_that_are_not_finite_are_refused_as_their_fit_is():
    model = GaussianMLE(_with(ENDOG, 3, np.nan), EXOG)
    with pytest.raises(MissingDataError, match=_says("`endog` is NaN", "row 3")):
        model.score(np.zeros(4))


def test_a_log_likelihood_below_all_numbers_is_minus_infinity():
    assert GaussianMLE(ENDOG, EXOG).loglike([1, 2, 3, -1000]) == -np.inf


@pytest.mark.parametrize("name", ["get_distribution", "simulate"])
@pytest.mark.parametrize(
    ("params", "moment"), [([1e308] * 3 + [0], "mean"), ([0, 0, 0, 2000], "log variance")]
)
def test_distributions_beyond_the_range_of_numbers_are_refused(name, params, moment):
    with pytest.raises(ValueError, match=_says(moment, "too large")):
        getattr(GaussianMLE(ENDOG, EXOG), name)(params)


CONSTANT, SCALED = GaussianMLE(ENDOG, EXOG), GaussianMLE(ENDOG, EXOG, exog_scale=SCALE)
PARAMS = np.array([1, 2, 3, 0.1, 0.2])

CALL_ERRORS = {
    "which is unknown": (
        lambda: SCALED.predict(PARAMS, which="median"),
        ValueError,
        [
            "`which`",
            "'median'",
            "'mean', 'latent', 'linear', 'variance', 'scale', 'linear-scale'",
        ],
    ),
    "exog has too few columns": (
        lambda: SCALED.predict(PARAMS, EXOG[:, :2]),
        ValueError,
        ["`exog`", "(30, 2)", "3 columns"],
    ),
    "exog is text": (lambda: SCALED.predict(PARAMS, "ab"), TypeError, ["`exog`", "'ab'"]),
    "exog_scale has too few columns": (
        lambda: SCALED.predict(PARAMS, EXOG, SCALE[:, :1], "scale"),
        ValueError,
        ["`exog_scale`", "(30, 1)", "2 columns"],
    ),
    "exog is new and exog_scale is missing": (
        lambda: SCALED.predict(PARAMS, EXOG[:3], which="scale"),
        ValueError,
        ["`which`", "'scale'", "`exog_scale` is missing"],
    ),
    "exog and exog_scale differ in length": (
        lambda: SCALED.predict(PARAMS, EXOG[:3], SCALE[:4], "scale"),
        ValueError,
        ["`exog_scale`", "4 rows", "`exog`", "3"],
    ),
    "the columns of a distribution differ in length": (
        lambda: SCALED.get_distribution(PARAMS, EXOG[:3], SCALE[:4]),
        ValueError,
        ["`exog_scale`", "4 rows", "`exog`", "3"],
    ),
    "offset has another length": (
        lambda: SCALED.predict(PARAMS, EXOG[:3], offset=[1, 2]),
        ValueError,
        ["`offset`", "(2,)", "3 rows"],
    ),
    "offset_scale has another length": (
        lambda: SCALED.predict(PARAMS, EXOG[:3], SCALE[:3], "scale", offset_scale=[1, 2]),
        ValueError,
        ["`offset_scale`", "(2,)", "3 rows"],
    ),
    "size is zero": (
        lambda: SCALED.simulate(PARAMS, 0),
        ValueError,
        ["`size`", "0", "positive"],
    ),
    "size is a fraction": (lambda: SCALED.simulate(PARAMS, 1.5), ValueError, ["`size`", "1.5"]),
    "size is a boolean": (
        lambda: SCALED.simulate(PARAMS, True),
        ValueError,
        ["`size`", "True"],
    ),
    "the response of the score has another length": (
        lambda: SCALED.score_factor(PARAMS, endog=ENDOG[:-1]),
        ValueError,
        ["`endog`", "29", "30"],
    ),
}


@pytest.mark.parametrize("case", CALL_ERRORS)
def test_call_is_refused_where(case):
    call, kind, words = CALL_ERRORS[case]
    with pytest.raises(kind, match=_says(*words)):
        call()


@pytest.mark.parametrize("name", ["sigma", "sigma2", "sigma2_unbiased"])
def test_one_sigma_is_refused_where_there_are_many(name):
    result = SCALED.fit()
    with pytest.raises(AttributeError, match=_says(f"`{name}`", "scale equation", "predict(")):
        getattr(result, name)
    assert not hasattr(result, name)
