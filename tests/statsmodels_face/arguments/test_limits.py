"""Limits of censoring and truncation, and intervals, as users give them."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import GaussianMLE, gaussmle


@pytest.fixture
def exog(rows):
    return rows[["one", "x1", "x2"]]


@pytest.fixture
def ends(rows):
    """Intervals of length one around the responses, a few of them exact or open."""
    table = pd.DataFrame({"lower": np.floor(rows["y"]), "upper": np.floor(rows["y"]) + 1})
    table.iloc[:5, 1] = np.inf
    table.iloc[5:9, 0] = -np.inf
    table.iloc[9:20] = rows["y"].to_numpy()[9:20, None]
    return table


def same_fit(first, second):
    assert_allclose(first.fit().llf, second.fit().llf, rtol=1e-13)
    assert_allclose(first.fit().params, second.fit().params, rtol=1e-12)


# Ways to say the same --------------------------------------------------------------------------


def test_a_limit_is_a_number_a_column_or_one_number_per_row(rows, exog):
    rows["limit"] = -6.0
    formula = "y ~ x1 + x2"
    model = gaussmle(formula, rows, left=-6)
    same_fit(gaussmle(formula, rows, left="limit"), model)
    same_fit(gaussmle(formula, rows, left=rows["limit"].tolist()), model)
    same_fit(gaussmle(formula, rows, left=np.float32(-6)), model)
    arrays = GaussianMLE(rows["y"].to_numpy(), exog.to_numpy(), left=np.full(60, -6.0))
    assert_allclose(arrays.fit().params, model.fit().params, rtol=1e-12)
    assert model.scheme == "left-censored at -6"


def test_what_lies_beyond_a_limit_does_not_matter(rows, exog):
    clipped = rows["y"].clip(-10, -3)
    far = clipped.where(clipped > -10, -1e6).where(clipped < -3, 1e6)
    limits = {"left": -10, "right": -3}
    same_fit(GaussianMLE(far, exog, **limits), GaussianMLE(clipped, exog, **limits))


@pytest.mark.parametrize("limit", [-np.inf, None])
def test_infinite_limits_are_none(rows, exog, limit):
    model = GaussianMLE(rows["y"], exog, left=limit, right=np.full(60, np.inf))
    assert model.exact_responses
    assert model.left is None
    assert model.scheme == ""
    assert_array_equal(model.fit().params, GaussianMLE(rows["y"], exog).fit().params)


def test_a_response_of_two_columns_is_an_interval(rows, exog, ends, engine):
    del engine
    model = GaussianMLE(ends, exog)
    assert model.interval_response
    assert model.endog.shape == (60, 2)
    assert model.scheme == "intervals"
    counts = {"exact": 11, "left": 4, "right": 5, "interval": 40}
    assert model.response_counts == counts
    same_fit(GaussianMLE(ends.to_numpy(), exog), model)
    table = pd.concat([rows, ends], axis=1)
    by_name = gaussmle("lower + upper ~ x1 + x2", table)
    assert_allclose(by_name.fit().params, model.fit().params, rtol=1e-12)
    assert_allclose(by_name.fit().llf, model.fit().llf, rtol=1e-13)


def test_censoring_is_an_interval_that_is_open(rows, exog):
    y = rows["y"]
    both = np.column_stack([np.where(y <= -8, -np.inf, y), np.where(y <= -8, -8, y)])
    assert_allclose(
        GaussianMLE(both, exog).fit().params, GaussianMLE(y, exog, left=-8).fit().params
    )


def test_rows_are_dropped_with_their_limits(rows, exog):
    rows["limit"] = np.linspace(-12, -6, 60)
    rows.loc[rows.index[[3, 17]], "x1"] = np.nan
    rows.loc[rows.index[[5]], "f"] = 0
    left = gaussmle("y ~ x1 + x2", rows, left="limit", freq_weights="f")
    rest = rows.drop(rows.index[[3, 5, 17]])
    same_fit(left, gaussmle("y ~ x1 + x2", rest, left="limit", freq_weights="f"))
    exog = rows[["one", "x1", "x2"]]
    arrays = GaussianMLE(
        rows["y"], exog, left=rows["limit"], freq_weights=rows["f"], missing="drop"
    )
    assert_allclose(arrays.fit().params, left.fit().params, rtol=1e-11)
    assert len(arrays.left) == 57


def test_rows_with_two_missing_ends_are_dropped(rows, exog, ends, engine):
    del engine
    ends.iloc[7] = np.nan
    model = GaussianMLE(ends, exog, missing="drop")
    assert model.n_missing == 1
    table = pd.concat([rows, ends], axis=1)
    assert gaussmle("lower + upper ~ x1", table).n_missing == 1


def test_a_limit_may_be_missing_in_a_row_that_goes_anyway(rows, exog):
    rows["limit"] = -8.0
    rows.loc[["r4", "r9"], "limit"] = np.nan
    rows.loc["r4", "y"] = np.nan
    keep = rows.index != "r9"
    model = gaussmle("y ~ x1 + x2", rows, left="limit", subset=keep)
    same_fit(model, gaussmle("y ~ x1 + x2", rows.drop(["r4", "r9"]), left=-8))
    with pytest.raises(MissingDataError, match=r"`left` is NaN in 1 of 59 rows \(row 'r9'\)"):
        gaussmle("y ~ x1 + x2", rows, left="limit")
    arrays = GaussianMLE(rows["y"][keep], exog[keep], left=rows["limit"][keep], missing="drop")
    assert_allclose(arrays.fit().params, model.fit().params, rtol=1e-12)


def test_frequency_weights_count_kinds(rows, exog):
    model = GaussianMLE(rows["y"], exog, left=-8, freq_weights=rows["f"])
    below = rows["y"] <= -8
    assert model.response_counts["left"] == rows["f"][below].sum()
    assert model.response_counts["exact"] == rows["f"][~below].sum()


def test_a_response_may_be_equal_to_a_limit_of_truncation(rows, exog):
    y = rows["y"]
    model = GaussianMLE(y, exog, trunc_left=y.min(), trunc_right=y.max())
    assert model.fit().converged


def test_an_interval_may_reach_beyond_a_limit_of_truncation(rows, exog, ends):
    low = ends["lower"].replace(-np.inf, np.nan).min() + 0.5
    cut = ends.assign(lower=ends["lower"].clip(lower=low))
    inside = (cut["upper"] > low) & ~((cut["lower"] == cut["upper"]) & (cut["lower"] < low))
    first = GaussianMLE(ends[inside].clip(lower=-1e9), exog[inside], trunc_left=low)
    same_fit(first, GaussianMLE(cut[inside], exog[inside], trunc_left=low))


# Refused ---------------------------------------------------------------------------------------

REFUSED = {
    "a column that is not there": (
        {"left": "limit"},
        ValueError,
        "`left` is 'limit', which is",
    ),
    "a wrong number of limits": (
        {"right": [1, 2]},
        ValueError,
        "`right` has 2 rows; `data` has 60",
    ),
    "a limit that is NaN": (
        {"left": np.nan},
        MissingDataError,
        "`left` is NaN in 60 of 60 rows.*-inf",
    ),
    "limits in the wrong order": (
        {"left": 1, "right": -1},
        ValueError,
        "`left` is not below `right` in 60 of 60 rows.*Nothing could be seen",
    ),
    "truncation in the wrong order": (
        {"trunc_left": 9, "trunc_right": -99},
        ValueError,
        "`trunc_left` is not below `trunc_right`.*No response could be",
    ),
    "censoring where nothing is in the sample": (
        {"left": -50, "trunc_left": -40},
        ValueError,
        "`trunc_left` is not below `left`.*No row could be censored",
    ),
    "censoring beyond the sample": (
        {"right": 60, "trunc_right": 50},
        ValueError,
        "`right` is not below `trunc_right`.*No row could be censored",
    ),
    "responses below the sample": (
        {"trunc_left": -6},
        ValueError,
        r"`endog` is below `trunc_left` in \d+ of 60 rows.*leave them out, or use `left`",
    ),
    "responses above the sample": (
        {"trunc_right": -8},
        ValueError,
        r"`endog` is above `trunc_right` in \d+ of 60 rows.*or use `right`",
    ),
    "a limit above everything": (
        {"left": np.inf},
        ValueError,
        "`left` is inf, beyond.*it is -inf",
    ),
    "a limit below everything": (
        {"trunc_right": -np.inf},
        ValueError,
        "`trunc_right` is -inf, be",
    ),
    "a text that is no number": (
        {"left": [["a"]] * 60},
        TypeError,
        "`left` has values that are not",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_limits_are_refused(rows, case):
    options, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        gaussmle("y ~ x1 + x2", rows, **options)


INTERVALS = {
    "ends in the wrong order": ([2.0, 1.0], {}, ValueError, "first column of `endog` is above"),
    "ends on the wrong side": ([np.inf, np.inf], {}, ValueError, "is inf, or the second -inf"),
    "ends that say nothing": (
        [-np.inf, np.inf],
        {},
        ValueError,
        "both ends of `endog` are infi",
    ),
    "one end missing": (
        [np.nan, 1.0],
        {},
        MissingDataError,
        "one end of the interval is NaN in 1",
    ),
    "limits beside intervals": (
        [-7.0, -6.0],
        {"left": -9, "right": 0},
        ValueError,
        "leave out `left` and `right`",
    ),
    "intervals below the sample": (
        [-9.0, -7.0],
        {"trunc_left": -7},
        ValueError,
        "below `trunc_l",
    ),
    "intervals above the sample": (
        [5.0, 7.0],
        {"trunc_right": 5},
        ValueError,
        "above `trunc_ri",
    ),
}


@pytest.mark.parametrize("case", INTERVALS)
def test_intervals_are_refused(rows, exog, case):
    first, options, kind, message = INTERVALS[case]
    table = np.column_stack([np.full(60, -6.0), np.full(60, 4.0)])
    table[0] = first
    with pytest.raises(kind, match=message):
        GaussianMLE(table, exog, **options)
    del rows


@pytest.mark.parametrize("response", ["lower + upper", "np.exp(lower) + (upper + 1)"])
def test_one_missing_end_is_not_dropped_by_a_formula(rows, ends, engine, response):
    del engine
    table = pd.concat([rows, ends.clip(-100, 100)], axis=1)
    table.loc[table.index[[4, 30]], "upper"] = np.nan
    with pytest.raises(
        MissingDataError, match=r"NaN in 2 of 60 rows \(rows 'r4', 'r30'\).*inf"
    ):
        gaussmle(f"{response} ~ x1", table)


@pytest.mark.parametrize("response", ["0 + ", "lower + nowhere", "lower + upper +"])
def test_a_response_that_cannot_be_read_is_told_by_the_formula(rows, ends, engine, response):
    del engine
    with pytest.raises(ValueError, match="`formula`"):
        gaussmle(f"{response} ~ x1", pd.concat([rows, ends], axis=1))


def test_a_row_that_is_missing_for_other_reasons_may_have_one_end(rows, ends):
    table = pd.concat([rows, ends], axis=1)
    table.loc[table.index[4], ["upper", "f"]] = np.nan
    assert gaussmle("lower + upper ~ x1", table, freq_weights="f").n_missing == 1


def test_limits_are_labelled_as_the_response_is(rows, exog):
    with pytest.raises(ValueError, match="the index of `left` differs from that of `endog`"):
        GaussianMLE(rows["y"], exog, left=pd.Series(np.zeros(60)))
    with pytest.raises(ValueError, match="`left` has 3 rows; `endog` has 60"):
        GaussianMLE(rows["y"].to_numpy(), exog.to_numpy(), left=np.zeros(3))


# Rounding, and limits of both kinds --------------------------------------------------------------


@pytest.mark.parametrize(("name", "limit"), [("left", -8.3), ("right", -4.7)])
def test_responses_that_rounding_moved_off_their_limit_are_refused(rows, name, limit):
    clip = {"lower" if name == "left" else "upper": limit}
    rows["clipped"] = rows["y"].clip(**clip)
    gaussmle("clipped ~ x1", rows, **{name: limit})
    limit_of_floats = float(np.float32(limit))
    off = {"left": 1e-9, "right": -1e-9}[name]
    rows["moved"] = rows["clipped"].where(rows["clipped"] != limit, limit_of_floats + off)
    with pytest.raises(ValueError, match=f"`endog` differs from `{name}` by rounding alone in"):
        gaussmle("moved ~ x1", rows, **{name: limit_of_floats})
    # Rows without a limit have none to be near to.
    rows["limits"] = np.where(rows["x1"] > 0, limit, {"left": -np.inf, "right": np.inf}[name])
    rows["same"] = rows["y"].round()
    gaussmle("same ~ x1", rows, **{name: "limits"})
    # One response may be that near, and different ones may be.
    rows["near"] = rows["y"].clip(**clip)
    rows.loc["r0", "near"] = limit + off
    rows.loc["r1", "near"] = limit + 2 * off
    gaussmle("near ~ x1", rows, **{name: limit})


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"right": -60, "trunc_left": -50}, "`trunc_left` is not below `right`"),
        ({"left": 9, "trunc_right": 5}, "`left` is not below `trunc_right`"),
    ],
)
def test_rows_that_are_always_censored_are_refused(rows, limits, message):
    with pytest.raises(ValueError, match=f"{message}.*says nothing; leave it out"):
        gaussmle("y ~ x1", rows, **limits)


def test_more_columns_than_the_ends_of_an_interval_are_refused(rows, exog):
    table = rows.assign(a=rows["y"], b=rows["y"], c=rows["y"])
    three, four = ["y", "a", "b"], ["y", "a", "b", "c"]
    with pytest.raises(ValueError, match=r"has 3 columns \(y, a, b\); .* 'lower \+ upper' for"):
        gaussmle(" + ".join(three) + " ~ x1", table)
    with pytest.raises(ValueError, match=r"has 4 columns \(y, a, b, \.\.\.\); it"):
        gaussmle(" + ".join(four) + " ~ x1", table)
    for endog in (table[three], table[three].to_numpy()):
        with pytest.raises(
            ValueError, match=r"`endog` has shape \(60, 3\); .* ends of intervals, .*\(n, 2\)"
        ):
            GaussianMLE(endog, exog)
