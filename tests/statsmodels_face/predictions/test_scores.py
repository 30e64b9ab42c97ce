"""Scores of results: of the rows of the fit and of new ones, from arrays and formulas."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose
from pandas.testing import assert_series_equal
from scipy import stats
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import GaussianMLE, from_json, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
NAMES = ["log_score", "crps", "coverage", "interval_width"]


@pytest.fixture
def new(rows):
    """Ten rows that look new."""
    frame = rows.iloc[5:15].copy()
    frame["y"] += np.linspace(-1, 1, 10)
    return frame


@pytest.fixture
def from_formula(engine, rows):
    """A fit from formulas, with each engine."""
    return gaussmle("y ~ x1 + x2 | z", rows).fit()


def test_variances_of_new_rows_are_divided_by_their_weights(rows):
    result = gaussmle("y ~ x1 | z", rows, var_weights="v").fit()
    found = result.scores(rows, var_weights="v")
    pd.testing.assert_series_equal(found, result.scores())
    assert_allclose(result.scores(rows, var_weights=rows["v"]), found)


def test_log_score_of_the_fit_is_minus_the_mean_log_likelihood(model):
    result = model.fit()
    assert_allclose(result.scores()["log_score"], -result.llf / result.nobs, rtol=1e-13)


def test_scores_are_a_labelled_series(constant):
    assert list(constant.fit().scores().index) == NAMES


def test_coverage_and_width_are_those_of_the_estimated_distribution(scaled, new):
    result = scaled.fit()
    distribution = result.get_distribution(new[MEAN], exog_scale=new[SCALE])
    low, high = distribution.interval(0.5)
    got = result.scores(new[MEAN], new["y"], exog_scale=new[SCALE], alpha=0.5)
    assert got["coverage"] == np.mean((low <= new["y"]) & (new["y"] <= high))
    assert_allclose(got["interval_width"], np.mean(high - low))
    assert_allclose(got["log_score"], -distribution.logpdf(new["y"]).mean())


def test_crps_is_half_a_mean_absolute_difference_less_than_the_mean_absolute_error(scaled):
    # E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007, section 4.2), X drawn.
    result = scaled.fit()
    draws = result.model.simulate(result.params, 40_000, rng=1)
    error = np.abs(draws - result.model.endog).mean()
    spread = np.abs(draws[::2] - draws[1::2]).mean()
    # Four standard errors of the two simulated means, about 0.0007 and 0.0006.
    assert_allclose(result.scores()["crps"], error - 0.5 * spread, atol=0.004)


def test_the_formula_makes_the_responses_of_new_rows(from_formula, scaled, new):
    expected = scaled.fit().scores(new[MEAN], new["y"], exog_scale=new[SCALE])
    assert_series_equal(from_formula.scores(new), expected)


def test_new_rows_may_be_another_kind_of_table(from_formula, new):
    expected = from_formula.scores(new)
    assert_series_equal(from_formula.scores(pl.from_pandas(new)), expected)
    assert_series_equal(from_formula.scores(new.to_dict("list")), expected)


def test_columns_may_be_polars(scaled, new):
    result = scaled.fit()
    tables = {"exog": new[MEAN], "endog": new["y"], "exog_scale": new[SCALE]}
    others = {name: pl.from_pandas(values) for name, values in tables.items()}
    assert_series_equal(result.scores(**others), result.scores(**tables))


@pytest.mark.usefixtures("engine")
def test_a_transform_of_the_response_keeps_its_state(rows, new):
    result = gaussmle("center(y) ~ x1 + x2", rows).fit()
    endog = new["y"] - rows["y"].mean()
    assert_series_equal(result.scores(new), result.scores(new, endog))


def _without_data(result):
    result.remove_data()
    return result


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("left", ["y", "np.log(y + 20)", "center(y)"])
@pytest.mark.parametrize(
    "kept",
    [
        lambda result: pickle.loads(pickle.dumps(result)),
        _without_data,
        lambda result: from_json(result.to_json()),
    ],
    ids=["pickle", "remove_data", "json"],
)
def test_a_fit_that_was_kept_makes_the_responses_of_new_rows(rows, new, left, kept):
    result = gaussmle(f"{left} ~ x1 + x2 | z", rows).fit()
    expected = result.scores(new)
    assert_series_equal(kept(result).scores(new), expected)


@pytest.mark.usefixtures("engine")
def test_a_fit_without_some_columns_makes_the_responses_of_new_rows(rows, new):
    with pytest.warns(UserWarning, match="dependent"):
        result = gaussmle("center(y) ~ x1 + I(2 * x1)", rows).fit(rank_deficient="drop")
    endog = new["y"] - rows["y"].mean()
    assert_series_equal(result.scores(new), result.scores(new, endog))


@pytest.mark.usefixtures("engine")
def test_a_function_of_the_callers_may_make_the_response(rows, new):
    def half(values):
        return values / 2

    result = gaussmle("half(y) ~ x1", rows).fit()
    assert_series_equal(result.scores(new), result.scores(new, new["y"] / 2))


def test_the_rows_of_the_fit_as_new_ones_have_the_same_scores(from_formula, rows):
    assert_series_equal(from_formula.scores(rows), from_formula.scores())


def test_offsets_are_taken_from_the_columns_of_the_new_rows(rows, new):
    result = gaussmle("y ~ x1 | z", rows, offset="o", offset_scale="s").fit()
    mean, scale = result.predict(new), result.predict(new, which="scale")
    expected = -stats.norm(mean, scale).logpdf(new["y"]).mean()
    assert_allclose(result.scores(new)["log_score"], expected)
    without = result.scores(new, offset=0, offset_scale=0)["log_score"]
    assert abs(without - expected) > 0.01


def test_other_responses_of_the_rows_of_the_fit_can_be_scored(scaled, rows):
    result = scaled.fit()
    other = rows["y"] + 1
    expected = -result.get_distribution().logpdf(other).mean()
    assert_allclose(result.scores(endog=other)["log_score"], expected)


def test_frequency_weights_of_the_fit_count_its_rows(rows):
    weighted = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["f"]).fit()
    repeated = rows.loc[rows.index.repeat(rows["f"].astype(int))]
    expected = GaussianMLE(repeated["y"], repeated[MEAN]).fit()
    assert_allclose(weighted.scores(), expected.scores(), rtol=1e-12)


@pytest.mark.parametrize("weights", ["f", "array"])
def test_frequency_weights_count_new_rows(from_formula, new, weights):
    repeated = new.loc[new.index.repeat(new["f"].astype(int))]
    given = "f" if weights == "f" else new["f"].to_numpy()
    got = from_formula.scores(new, freq_weights=given)
    assert_allclose(got, from_formula.scores(repeated), rtol=1e-12)


def test_the_right_scale_equation_scores_better_on_new_rows():
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({"x": rng.uniform(-2, 2, 2000)})
    frame["y"] = 1 + frame["x"] + np.exp(0.8 * frame["x"]) * rng.normal(size=2000)
    old, new = frame[:1000], frame[1000:]
    plain = gaussmle("y ~ x", old).fit().scores(new)
    scaled = gaussmle("y ~ x | x", old).fit().scores(new)
    assert scaled["log_score"] < plain["log_score"] - 0.3
    assert scaled["crps"] < plain["crps"]
    # Five standard errors of a share of 1000 rows.
    assert_allclose(scaled["coverage"], 0.95, atol=0.035)


def test_scores_of_new_rows_need_no_old_ones(rows, new):
    result = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit()
    expected = result.scores(new[MEAN], new["y"], exog_scale=new[SCALE])
    result.remove_data()
    got = result.scores(new[MEAN], new["y"], exog_scale=new[SCALE])
    assert_series_equal(got, expected)


def test_scores_of_rows_that_were_removed_are_refused(scaled):
    result = scaled.fit()
    result.remove_data()
    with pytest.raises(ValueError, match="data were removed; pass `exog`"):
        result.scores()


def test_new_columns_need_responses(scaled, new):
    with pytest.raises(ValueError, match="`exog` is new, but `endog` is missing"):
        scaled.fit().scores(new[MEAN], exog_scale=new[SCALE])
    with pytest.raises(ValueError, match="`exog` is new, but `endog` is missing"):
        scaled.fit().scores(new[MEAN].to_numpy(), exog_scale=new[SCALE].to_numpy())


def test_a_table_without_the_response_is_refused(from_formula, new):
    with pytest.raises(ValueError, match=r"cannot be evaluated on the new data: .*y"):
        from_formula.scores(new.drop(columns="y"))


@pytest.mark.parametrize("name", ["y", "x1", "z"])
def test_a_missing_value_is_named_by_its_row(from_formula, new, name):
    new.loc["r7", name] = np.nan
    with pytest.raises(MissingDataError, match=r"missing in 1 of 10 rows \(row 'r7'\)"):
        from_formula.scores(new)


def test_responses_in_another_order_are_refused(scaled, rows, new):
    result = scaled.fit()
    with pytest.raises(ValueError, match="the index of `endog` differs"):
        result.scores(endog=rows["y"][::-1])
    with pytest.raises(ValueError, match="the index of `endog` differs"):
        result.scores(new[MEAN], new["y"][::-1], exog_scale=new[SCALE])


def test_rows_must_be_as_many_as_responses(scaled, new):
    columns = {"exog": new[MEAN].to_numpy(), "exog_scale": new[SCALE].to_numpy()}
    with pytest.raises(ValueError, match="`endog` has 9 rows; the mean has 10"):
        scaled.fit().scores(**columns, endog=new["y"].to_numpy()[1:])


def test_new_scale_columns_alone_must_be_as_many_as_the_rows(scaled, new):
    with pytest.raises(ValueError, match="`exog_scale` has 10 rows; the mean has 60"):
        scaled.fit().scores(exog_scale=new[SCALE].to_numpy())


def test_a_column_that_is_not_there_is_refused(from_formula, new):
    with pytest.raises(ValueError, match="`freq_weights` is 'weight', which is no column"):
        from_formula.scores(new, freq_weights="weight")


# With limits ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["censored", "truncated", "both"])
def test_with_limits_the_log_score_of_the_fits_rows_is_the_mean_log_likelihood(limited, kind):
    result = limited(kind)
    assert_allclose(result.scores()["log_score"], -result.llf / result.nobs, rtol=1e-12)


@pytest.mark.parametrize("kind", ["censored", "truncated", "both"])
def test_with_limits_old_rows_as_new_ones_have_the_same_scores(limited, kind):
    result = limited(kind)
    pd.testing.assert_series_equal(result.scores(result.model.data.frame), result.scores())


def test_scores_of_other_limits_are_those_of_responses_as_seen_then(limited, rows):
    result = limited("censored")
    found = result.scores(rows, left=-7.0)
    expected = result.scores(rows.assign(y=rows["y"].clip(-7.0)), left=-7.0)
    pd.testing.assert_series_equal(found, expected)


def test_limits_from_a_column_are_from_that_column_of_scored_rows(limited, rows):
    rows["limit"] = np.where(rows["z"] > 0, -8.0, -7.0)
    result = limited("censored", left="limit")
    pd.testing.assert_series_equal(result.scores(rows), result.scores())


def test_scored_responses_outside_of_the_sample_are_refused(limited, rows):
    with pytest.raises(ValueError, match="`endog` is below `trunc_left` in"):
        limited("truncated").scores(rows)


def test_scores_of_intervals_are_refused(limited):
    with pytest.raises(AttributeError, match="Use llf / nobs, which"):
        limited("intervals").scores()
