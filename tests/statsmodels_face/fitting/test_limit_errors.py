"""Why there is no maximum where responses are not all exact: what runs off, and where."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.estimation.errors import FitError, PerfectFitError, UndeterminedVarianceError
from sm_gaussmle.statsmodels_face.fitting.fit_errors import explain


@pytest.fixture
def rows():
    rng = np.random.default_rng(1)
    x = rng.normal(size=60)
    frame = pd.DataFrame({"x": x, "g": np.where(np.arange(60) % 5 == 0, "b", "a")})
    frame["line"] = 1 + 2 * x
    frame["y"] = frame["line"] + rng.normal(size=60)
    frame["b"] = frame["g"] == "b"
    return frame.set_index(np.array([f"row {i}" for i in range(60)]))


def refusal(*arguments, error=FitError, **limits):
    with pytest.raises(error) as caught:
        gaussmle(*arguments, **limits).fit()
    return str(caught.value)


def test_a_level_censored_on_one_side_is_named_with_its_rows(rows):
    rows["y"] = np.where(rows["b"], -5.0, rows["y"])
    said = refusal("y ~ x + g", rows, left=-4.0)
    assert "12 of 60 responses (rows 'row 0', 'row 5', 'row 10'," in said
    assert "which are censored from the left, become ever more likely" in said
    assert "running off: g[T.b]. Join the level" in said


def test_a_level_censored_on_both_sides_has_a_maximum(rows):
    rows["y"] = np.where(rows["b"], -5.0, rows["y"])
    rows.loc["row 0", "y"] = 9.0
    assert gaussmle("y ~ x + g", rows, left=-4.0, right=8.0).fit().converged


@pytest.mark.parametrize(("side", "limit"), [("left", 100.0), ("right", -100.0)])
def test_responses_that_are_all_censored_are_counted(rows, side, limit):
    said = refusal("y ~ x", rows, error=FitError, **{side: limit})
    assert f"all 60 responses are censored from the {side}" in said
    assert "units of the response" in said


def test_responses_that_are_all_censored_at_their_own_limits_are_counted(rows):
    assert "all 60 responses are censored from the right" in refusal("y ~ x", rows, right="y")


def test_sides_that_a_column_separates_are_told(rows):
    rows["lower"] = np.where(rows["x"] > 0, 1.0, -np.inf)
    rows["upper"] = np.where(rows["x"] > 0, np.inf, -1.0)
    said = refusal("lower + upper ~ x", rows)
    assert "which are censored from the left or censored from the right, become" in said
    assert "x. Join the level of a factor" in said


def test_a_line_through_all_intervals_is_told(rows):
    rng = np.random.default_rng(2)
    rows["lower"] = rows["line"] - rng.uniform(0.5, 2, 60)
    rows["upper"] = rows["line"] + rng.uniform(0.5, 2, 60)
    said = refusal("lower + upper ~ x", rows)
    assert "within the limits of all others (60 interval)" in said
    assert "variance goes to zero" in said


def test_a_line_through_the_middles_of_all_intervals_is_told_as_a_perfect_fit(rows):
    rows["lower"], rows["upper"] = rows["line"] - 1, rows["line"] + 1
    said = refusal("lower + upper ~ x", rows, error=PerfectFitError)
    assert "within the limits of all others (60 interval)" in said


def test_exact_rows_on_a_line_that_leaves_the_others_out_of_their_limits_are_told(rows):
    rows["p"] = np.maximum(0.0, rows["line"])
    said = refusal("p ~ x", rows, left=0.0)
    counts = int((rows["line"] > 0).sum())
    assert f"({counts} exact, {60 - counts} left)" in said


def test_exact_rows_on_a_line_up_to_the_rounding_of_their_level_are_told(rows):
    rows["p"] = np.maximum(1e6, 1e6 + rows["line"])
    said = refusal("p ~ x", rows, left=1e6, error=PerfectFitError)
    counts = int((rows["line"] > 0).sum())
    assert f"({counts} exact, {60 - counts} left)" in said


def test_a_truncated_sample_without_a_nearest_normal_distribution_is_told(rows):
    rows["u"] = np.random.default_rng(0).uniform(size=60)
    said = refusal("u ~ x", rows, trunc_left=0.0, trunc_right=1.0)
    assert "60 responses of this truncated sample" in said
    assert "variance goes to infinity" in said


@pytest.mark.parametrize("beyond", [-1.0, 1.0], ids=["to infinity", "to zero"])
def test_a_level_whose_variance_nothing_determines_is_named_with_its_rows(rows, beyond):
    limit = rows["line"] + beyond
    rows["limit"] = np.where(rows["b"], limit, -np.inf)
    rows["y"] = np.where(rows["b"], limit - 1, rows["y"])
    said = refusal("y ~ x", rows, left="limit", scale_formula="~ g")
    assert "nothing determines the variance of 12 of 60 responses (rows 'row 0'," in said
    assert "which are censored from the left: the likelihood" in said
    assert "running off: ln(sigma2)[g[T.b]]." in said


def test_a_constant_variance_that_nothing_determines_has_its_name(rows):
    model = gaussmle("y ~ x", rows, left=0.0)
    censored = np.flatnonzero(rows["y"] <= 0.0)
    error = explain(model, UndeterminedVarianceError(tuple(censored), (1.0,)))
    assert "running off: ln(sigma2)." in str(error)


def test_intervals_that_hold_the_mean_do_not_determine_a_variance(rows):
    rows["lower"] = np.where(rows["b"], rows["line"] - 1, rows["y"])
    rows["upper"] = np.where(rows["b"], rows["line"] + 1, rows["y"])
    said = refusal("lower + upper ~ x", rows, scale_formula="~ g")
    assert "12 of 60 responses" in said
    assert "which are intervals" in said


# Values that are not finite --------------------------------------------------------------------


@pytest.fixture
def ends(rows):
    """Intervals, the first of them open below and the second above."""
    lower = np.floor(rows["y"].to_numpy())
    ends = np.c_[lower, lower + 1]
    ends[0, 0], ends[1, 1] = -np.inf, np.inf
    return ends


def test_intervals_that_are_missing_are_named_and_open_ends_are_not(rows, ends):
    ends[4] = np.nan
    model = GaussianMLE(ends, np.c_[np.ones(60), rows["x"]])
    with pytest.raises(
        MissingDataError, match=r"`endog` is NaN in 1 of 60 rows \(row 4\)\. Use"
    ):
        model.fit()


def test_open_ends_do_not_hide_the_column_that_is_infinite(rows, ends):
    x = rows["x"].to_numpy(copy=True)
    x[7] = np.inf
    model = GaussianMLE(ends, np.c_[np.ones(60), x])
    with pytest.raises(MissingDataError, match=r"'x1' is NaN or infinite in 1 of .* \(row 7\)"):
        model.fit()


def test_open_ends_are_not_too_large_to_be_squared(rows, ends):
    model = GaussianMLE(ends, np.c_[np.ones(60), 1e200 * rows["x"]])
    with pytest.raises(
        FitError, match=r"the squares of `exog` column 'x1' \(up to [^,]*e\+200\)"
    ):
        model.fit()
