"""What is wrong with rows in passes is said as it is of rows in memory."""

import numpy as np
import pytest
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.estimation.errors import FitError, PerfectFitError
from sm_gaussmle.sources.stream import RowsChangedError
from sm_gaussmle.sources.table import NoRowsError, PartError
from sm_gaussmle.sources.tables.opening import open_table
from sm_gaussmle.statsmodels_face.streams.stream_errors import explained_in_passes
from tests.sources.engines import parquet_files
from tests.sources.parts import Parts

from .data import cut, parts_of, table_rows

ROWS = table_rows()


def with_value(column, value):
    rows = ROWS.copy()
    rows.loc[100, column] = value
    return rows


# What cannot be fitted -> rows, formulas, arguments, the error, what it says
UNFITTED = {
    "dependent columns": (
        ROWS.assign(x2=2 * ROWS["x"] + 1),
        ("y ~ x + x2", None, {}),
        FitError,
        r"`exog` are linearly dependent .*: 'x2' = 2\*x\. Leave out columns",
    ),
    "dependent columns of the log variance": (
        ROWS.assign(z2=3 * ROWS["z"]),
        ("y ~ x", "~ z + z2", {}),
        FitError,
        r"`exog_scale` are linearly dependent .*'ln\(sigma2\)\[z2\]' = 3\*ln\(sigma2\)\[z\]",
    ),
    "dependent columns of censored responses": (
        ROWS,
        ("y ~ g + C(g)", None, {"left": 0.0}),
        FitError,
        r"'C\(g\)\[T.b\]' = 1\*g\[T.b\]",
    ),
    "an infinite column": (
        with_value("x", np.inf),
        ("y ~ x", None, {}),
        MissingDataError,
        "`exog` column 'x' is (NaN or )?infinite in 1 of 317 rows",
    ),
    "an infinite column of the log variance": (
        with_value("z", -np.inf),
        ("y ~ x", "~ z", {}),
        MissingDataError,
        r"`exog_scale` column 'ln\(sigma2\)\[z\]' is (NaN or )?infinite in 1 of 317 rows",
    ),
    "an infinite column of censored responses": (
        with_value("x", np.inf),
        ("y ~ x", None, {"left": 0.0}),
        MissingDataError,
        "`exog` column 'x' is (NaN or )?infinite in 1 of 317 rows",
    ),
    "an infinite response": (
        with_value("y", np.inf),
        ("y ~ x", None, {}),
        MissingDataError,
        "`endog` is (NaN or )?infinite in 1 of 317 rows",
    ),
    "huge values": (
        ROWS.assign(x=ROWS["x"] * 1e200),
        ("y ~ x", None, {}),
        FitError,
        r"the squares of `exog` column 'x' \(up to 2.73e\+200\) are out of the range",
    ),
    "a perfect fit": (
        ROWS.assign(y=2 * ROWS["x"] + 1),
        ("y ~ x", None, {}),
        PerfectFitError,
        "the columns of the mean reproduce `endog` in all 317 rows",
    ),
    "a perfect fit with a scale equation": (
        ROWS.assign(y=2 * ROWS["x"] + 1),
        ("y ~ x", "~ z", {}),
        PerfectFitError,
        "the columns of the mean reproduce `endog` in all 317 rows",
    ),
    "a constant response": (
        ROWS.assign(y=3.0),
        ("y ~ x", None, {}),
        PerfectFitError,
        "`endog` .*constant",
    ),
    "all responses censored": (
        ROWS,
        ("y ~ x", None, {"left": 100.0}),
        PerfectFitError,
        "all 317 responses are censored from the left: nothing says how far beyond",
    ),
    "all responses censored from the right": (
        ROWS,
        ("y ~ x", "~ z", {"right": -100.0}),
        PerfectFitError,
        "all 317 responses are censored from the right",
    ),
    "a level censored throughout": (
        ROWS.assign(y=np.where(ROWS["g"] == "b", -9.0, ROWS["y"])),
        ("y ~ g", None, {"left": -5.0}),
        FitError,
        r"the likelihood has no maximum: as coefficients run off, 106 of 317 .*g\[T.b\]",
    ),
    "a variance that collapses": (
        ROWS.assign(one=1.0 * (ROWS.index == 17)),
        ("y ~ x + one", "~ one", {}),
        FitError,
        r"drives the variance to zero in 1 of 317 rows .*ln\(sigma2\)\[one\]",
    ),
    "intervals with a line within them": (
        ROWS.assign(lower=ROWS["x"] - 0.5, upper=ROWS["x"] + ROWS["w"]),
        ("lower + upper ~ x", None, {}),
        PerfectFitError,
        "the columns of the mean reproduce every response",
    ),
}


def fit_of(data, formula, scale, options):
    return gaussmle(formula, data, scale_formula=scale, **options).fit()


@pytest.mark.parametrize("case", UNFITTED)
def test_what_has_no_fit_is_explained_as_in_memory(case):
    rows, model, kind, message = UNFITTED[case]
    for data in (rows, parts_of(rows, (0, 90))):
        with pytest.raises(kind, match=message):
            fit_of(data, *model)


def test_rows_of_no_spread_under_truncation_have_no_maximum_as_in_memory():
    even = ROWS.assign(y=np.linspace(0.0, 1.0, len(ROWS)))
    for data in (even, parts_of(even)):
        with pytest.raises(FitError, match="of this truncated sample has no maximum"):
            gaussmle("y ~ 1", data, trunc_left=0.0, trunc_right=1.0).fit()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_fewer_rows_than_parameters_are_counted_as_in_memory(n):
    few = ROWS.iloc[4 : 4 + n]
    message = f"`endog` has {n} rows? and `exog` 3 columns: .* At least 4 rows are needed"
    for data in (few, Parts(few)):
        with pytest.raises(PerfectFitError, match=message):
            gaussmle("y ~ x + z", data).fit()


@pytest.mark.parametrize("beyond", [-1.0, 1.0], ids=["to infinity", "to zero"])
def test_a_level_whose_variance_nothing_determines_is_named(beyond):
    line, b = 1.0 + ROWS["x"], ROWS["g"] == "b"
    rows = ROWS.assign(limit=np.where(b, line + beyond, -np.inf), b=1.0 * b)
    rows["y"] = np.where(b, rows["limit"] - 1.0, rows["y"])
    message = r"nothing determines the variance of 106 of 317 .*running off: ln\(sigma2\)\[b\]"
    for data in (rows, parts_of(rows, (0, 90))):
        with pytest.raises(FitError, match=message):
            gaussmle("y ~ x", data, left="limit", scale_formula="~ b").fit()


@pytest.mark.parametrize("name", ["HC2", "HC3"])
def test_a_row_of_full_leverage_has_no_corrected_residual_as_in_memory(name):
    rows = ROWS.assign(one=1.0 * (ROWS.index == 17))
    for data in (rows, parts_of(rows)):
        fit = gaussmle("y ~ x + one", data).fit()
        with pytest.raises(
            FitError, match=r"divide residuals by 1 - leverage, which is zero in"
        ):
            fit.get_robustcov_results(name)


# Arguments -> formulas, arguments, the error, what it says
REFUSED = {
    "an unknown column": ("y ~ nope", {}, ValueError, "'nope' is no column of the data"),
    "an unknown response": ("nope ~ x", {}, ValueError, "'nope' is no column of the data"),
    "an unknown scale column": ("y ~ x | nope", {}, ValueError, "'nope' is no column of the"),
    "an unknown weight": (
        "y ~ x",
        {"freq_weights": "nope"},
        ValueError,
        "`freq_weights` is 'nope', which is no column of the data; the columns are x, z",
    ),
    "an unknown limit": (
        "y ~ x",
        {"left": "nope"},
        ValueError,
        "`left` is 'nope', which is no column of the data; the columns are x, z",
    ),
    "a formula that is none": ("y ~ x +", {}, ValueError, "expected a noun"),
    "no response": ("~ x", {}, ValueError, "it must have a response"),
    "two responses": ("firm ~ x", {}, ValueError, "the response of 'firm ~ x' has 4 columns"),
    "a boolean response": ("I(x > 0) ~ x", {}, ValueError, "has 2 columns"),
    "no columns": ("y ~ 0", {}, ValueError, "the mean of 'y ~ 0' has no columns"),
    "no scale columns": ("y ~ x | 0", {}, ValueError, "the scale equation has no columns"),
    "an unknown choice": (
        "y ~ x",
        {"missing": "f"},
        ValueError,
        "`missing` is 'f'; it must be",
    ),
    "a constant that is none": (
        "y ~ x",
        {"hasconst": 3},
        ValueError,
        "`hasconst` is 3; it must",
    ),
    "limits of intervals": (
        "lower + upper ~ x",
        {"left": 0.0},
        ValueError,
        "`endog` has two columns, the ends of intervals",
    ),
    "weights of text": (
        "y ~ x",
        {"freq_weights": "firm"},
        TypeError,
        "`freq_weights` has values that are not real numbers",
    ),
    "limits of text": ("y ~ x", {"left": "firm"}, TypeError, "`left` has values that are not"),
    "limits that cross": (
        "y ~ x",
        {"left": 1.0, "right": "lowest"},
        ValueError,
        "`left` is not below `right`",
    ),
    "responses outside of the sample": (
        "y ~ x",
        {"trunc_left": 0.0},
        ValueError,
        "`endog` is below `trunc_left` in .* A truncated sample has no such rows",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_arguments_are_refused_as_in_memory(case):
    formula, options, kind, message = REFUSED[case]
    for data in (ROWS, parts_of(ROWS)):
        with pytest.raises(kind, match=message):
            gaussmle(formula, data, **options).fit()


BAD_VALUES = {
    "negative frequencies": ("freq_weights", -1.0, "`freq_weights` must be finite and not neg"),
    "variance weights of zero": (
        "var_weights",
        0.0,
        "`var_weights` must be finite and positive",
    ),
    "infinite weights": ("var_weights", np.inf, "`var_weights` must be finite and positive"),
    "infinite offsets": ("offset", np.inf, "`offset` must be finite"),
    "limits that are missing": ("left", np.nan, "`left` is NaN in 1 of"),
}


@pytest.mark.parametrize("case", BAD_VALUES)
def test_bad_values_of_a_later_part_name_it(case):
    name, value, message = BAD_VALUES[case]
    rows = ROWS.assign(given=1.0)
    rows.loc[280, "given"] = value
    with pytest.raises((ValueError, MissingDataError), match=message):
        gaussmle("y ~ x", rows, **{name: "given"}).fit()
    with pytest.raises((PartError, MissingDataError), match=f"part 3 of frames: {message}"):
        gaussmle("y ~ x", parts_of(rows), **{name: "given"}).fit()


ARRAYS = {
    "a weight": ({"freq_weights": np.ones(320)}, "`freq_weights` is a ndarray"),
    "an offset": ({"offset": ROWS["known"]}, "`offset` is a Series"),
    "a limit": ({"left": np.zeros(320)}, "`left` is a ndarray"),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_arrays_are_refused_where_names_of_columns_are_needed(case):
    options, message = ARRAYS[case]
    with pytest.raises(TypeError, match=message + "; .* must be the name of a column"):
        gaussmle("y ~ x", parts_of(ROWS), **options)


@pytest.mark.parametrize(("name", "value"), [("subset", [True]), ("drop_cols", ["x"])])
def test_parts_of_rows_and_columns_are_not_for_rows_in_passes(name, value):
    with pytest.raises(ValueError, match=f"`{name}` is for data in memory"):
        GaussianMLE.from_formula("y ~ x", parts_of(ROWS), **{name: value})


def test_dependent_columns_are_not_dropped_of_rows_in_passes():
    model = gaussmle("y ~ x", parts_of(ROWS))
    with pytest.raises(ValueError, match=r"`rank_deficient` is 'drop', .* data in memory"):
        model.fit(rank_deficient="drop")


def test_rows_that_all_have_frequency_weight_zero_are_refused():
    with pytest.raises(NoRowsError, match="with a frequency weight above 0"):
        gaussmle("y ~ x", parts_of(ROWS.assign(times=0)), freq_weights="times")


# Rows that change ------------------------------------------------------------------------------


def changed_after_a_pass(change):
    """Return a model whose table is another one after its first fit."""
    table = parts_of(ROWS)
    model = gaussmle("y ~ x + g", table, freq_weights="times")
    model.fit()
    table.frames = [change(frame.copy()) for frame in table.frames]
    return model


CHANGES = {
    "rows that are gone": (lambda f: f.iloc[:-1], "320 rows at first, .* now 316 and"),
    "other responses": (lambda f: f.assign(y=f["y"] + 1), "as many with other responses"),
    "other weights": (
        lambda f: f.assign(times=f["times"].where(f["times"] == 0, 7)),
        "as many with other responses or weights",
    ),
    "rows that miss more": (
        lambda f: f.assign(x=f["x"].where(f["x"] > 0)),
        "were used, now 320",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_table_that_changes_between_two_passes_is_refused(case):
    change, message = CHANGES[case]
    model = changed_after_a_pass(change)
    with pytest.raises(RowsChangedError, match="changed between two passes: .*" + message):
        model.fit()


def test_rows_in_another_order_are_the_same_rows():
    model = changed_after_a_pass(lambda frame: frame.iloc[::-1].reset_index(drop=True))
    assert model.fit().nobs == ROWS.dropna()["times"].sum()


def test_a_level_that_appears_in_a_later_pass_is_an_error_with_its_part():
    model = changed_after_a_pass(lambda frame: frame.assign(g=frame["g"].replace("c", "d")))
    with pytest.raises(PartError, match=r"part 0 of frames: .*'d'"):
        model.fit()


def test_a_part_that_cannot_be_read_is_named(tmp_path):
    files = parquet_files(cut(ROWS), tmp_path)
    with open(files[4], "r+b") as file:  # noqa: PTH123 - in the middle of it
        file.seek(10)
        file.write(b"\x00" * 2000)
    with pytest.raises(PartError, match=r"part-0004\.parquet"):
        gaussmle("y ~ x", open_table(files)).fit()


class Unreadable(Parts):
    """Frames of which the third fails to be read."""

    def total(self, function, columns, each=None):  # noqa: ARG002 - as a table has it
        raise PartError("part 3 of frames: the disk is gone.")


def test_an_error_of_the_engine_comes_as_it_is():
    model = gaussmle("y ~ x", Unreadable(*cut(ROWS)))
    with pytest.raises(PartError, match="part 3 of frames: the disk is gone"):
        model.fit()


def test_an_error_that_rows_in_passes_do_not_change_is_left_as_it_is():
    model = gaussmle("y ~ x", parts_of(ROWS))
    assert explained_in_passes(model, model.rows_in_passes, FitError("anything")) is None


def test_parameters_that_run_off_are_those_of_all_rows():
    # The level that runs off is in the last part alone.
    rows = table_rows().dropna().assign(g=lambda r: np.repeat(list("abcd"), 80)[: len(r)])
    rows.loc[rows["g"] == "d", "y"] = -1.0
    for data in (rows, parts_of(rows)):
        with pytest.raises(FitError, match=r"Parameters running off: g\[T.d\]\. "):
            gaussmle("y ~ g", data, left=-1.0).fit()


def test_derivatives_in_passes_beyond_the_range_of_numbers_are_refused():
    model = gaussmle("y ~ x", parts_of(ROWS))
    with pytest.raises(ValueError, match=r"derivative is beyond .* `params` \[.*-1000"):
        model.score([1.0, 2.0, -1000.0])


def test_known_variances_in_passes_that_overflow_are_named():
    model = gaussmle("y ~ x", parts_of(ROWS.assign(far=1e120)), offset_scale="far")
    with pytest.raises(FitError, match="the squares of `offset`, `offset_scale`, weights"):
        model.fit()


@pytest.mark.parametrize(("limit", "kind"), [(10**400, ValueError), (1j, TypeError)])
def test_a_limit_in_passes_that_is_no_double_is_refused(limit, kind):
    with pytest.raises(kind, match="`left`"):
        gaussmle("y ~ x", parts_of(ROWS), left=limit)
