"""Models with limits: the names people look for, what they show, and that they are kept."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle import (
    GaussianMLE,
    IntervalRegression,
    Tobit,
    TruncatedRegression,
    from_json,
    gaussmle,
    intreg,
    tobit,
    truncreg,
)
from sm_gaussmle.likelihood.bounds import UnknownLimitsError

LIMIT = -7.0


@pytest.fixture
def cut(rows):
    """The rows of a truncated sample."""
    return rows[rows["y"] > LIMIT]


@pytest.fixture
def ends(rows):
    lower = np.floor(rows["y"])
    return rows.assign(lower=lower, upper=lower + 1)


@pytest.fixture(params=["tobit", "intervals", "truncated"])
def fit(request, rows, cut, ends):
    """A fit of each kind, with a scale equation."""
    return {
        "tobit": lambda: tobit("y ~ x1 + C(g)", rows, left=LIMIT, scale_formula="~ z"),
        "intervals": lambda: intreg("lower + upper ~ x1 + C(g)", ends, scale_formula="~ z"),
        "truncated": lambda: truncreg(
            "y ~ x1 + x2", cut, trunc_left=LIMIT, scale_formula="~ z"
        ),
    }[request.param]().fit()


def test_names_are_those_of_one_model(rows, cut, ends):
    for first, second in (
        (tobit("y ~ x1", rows, left=LIMIT), gaussmle("y ~ x1", rows, left=LIMIT)),
        (
            tobit("y ~ x1", rows, left=None, right=LIMIT),
            gaussmle("y ~ x1", rows, right=LIMIT),
        ),
        (intreg("lower + upper ~ x1", ends), gaussmle("lower + upper ~ x1", ends)),
        (
            truncreg("y ~ x1", cut, trunc_left=LIMIT),
            gaussmle("y ~ x1", cut, trunc_left=LIMIT),
        ),
    ):
        assert_array_equal(first.fit().params, second.fit().params)
    assert isinstance(tobit("y ~ x1", rows, left=LIMIT), Tobit)
    assert isinstance(intreg("lower + upper ~ x1", ends), IntervalRegression)
    assert isinstance(truncreg("y ~ x1", cut, trunc_left=LIMIT), TruncatedRegression)


def test_a_tobit_model_is_censored_at_zero_by_default(rows):
    rows["shifted"] = rows["y"] + 7
    model = tobit("shifted ~ x1", rows)
    assert model.scheme == "left-censored at 0"
    arrays = Tobit(rows["shifted"], rows[["one", "x1"]])
    assert_allclose(arrays.fit().params, model.fit().params, rtol=1e-12)


def test_names_that_do_not_fit_are_refused(rows):
    with pytest.raises(ValueError, match="Tobit needs a limit: `left`, `right` or both"):
        tobit("y ~ x1", rows, left=None)
    with pytest.raises(ValueError, match="IntervalRegression needs two columns in `endog`"):
        intreg("y ~ x1", rows)
    with pytest.raises(ValueError, match="TruncatedRegression needs a limit: `trunc_left`, "):
        truncreg("y ~ x1", rows)
    with pytest.raises(TypeError, match="wrong"):
        Tobit(rows["y"], rows[["one"]], wrong=1)


@pytest.mark.parametrize("limits", [{}, {"left": None}, {"left": LIMIT}])
def test_intervals_are_pointed_to_the_model_of_intervals(ends, limits):
    said = "Tobit has one response per row, .* Use intreg, IntervalRegression or GaussianMLE"
    with pytest.raises(ValueError, match=said):
        tobit("lower + upper ~ x1", ends, **limits)
    with pytest.raises(ValueError, match=said):
        Tobit(ends[["lower", "upper"]], ends[["one", "x1"]], **limits)
    with pytest.raises(ValueError, match=said):
        Tobit(ends[["lower", "upper"]].to_numpy(), ends[["one", "x1"]].to_numpy(), **limits)


@pytest.mark.parametrize("eval_env", [None, 1])
@pytest.mark.parametrize("kind", ["tobit", "intreg", "truncreg"])
def test_formulas_find_functions_where_they_are_written(rows, cut, ends, kind, eval_env):
    def twice(values):
        return 2 * values

    model, left, data, limits = {
        "tobit": (tobit, "y", rows, {"left": LIMIT}),
        "intreg": (intreg, "lower + upper", ends, {}),
        "truncreg": (truncreg, "y", cut, {"trunc_left": LIMIT}),
    }[kind]
    half = model(f"{left} ~ twice(x1)", data, eval_env=eval_env, **limits).fit()
    whole = model(f"{left} ~ x1", data, **limits).fit()
    assert_allclose(2 * half.params["twice(x1)"], whole.params["x1"], rtol=1e-9)
    given = model(f"{left} ~ double(x1)", data, eval_env={"double": twice}, **limits).fit()
    assert_allclose(given.params["double(x1)"], half.params["twice(x1)"], rtol=1e-12)


def test_the_names_of_the_models_have_help_of_their_own():
    said = [
        function.__doc__.splitlines()[0] for function in (gaussmle, tobit, intreg, truncreg)
    ]
    assert len(set(said)) == 4


# What is shown ---------------------------------------------------------------------------------


def test_the_summary_says_what_was_seen(rows, cut, ends):
    text = tobit("y ~ x1", rows, left=LIMIT).fit().summary().as_text()
    below = int((rows["y"] <= LIMIT).sum())
    assert "Tobit Regression Results" in text
    assert f"  Left-censored:{below:>21d}" in text
    assert f"  Exact:{60 - below:>29d}" in text
    assert "Responses: left-censored at -7; the mean and the variance are" in text
    assert "RSS" not in text
    text = intreg("lower + upper ~ x1", ends).fit().summary().as_text()
    assert "Interval Regression Results" in text
    assert "  Intervals:                       60" in text
    text = truncreg("y ~ x1", cut, trunc_left=LIMIT).fit().summary().as_text()
    assert "Truncated Regression Results" in text
    assert "Responses: truncated below -7" in text
    assert "Exact" not in text
    second = tobit("y ~ x1", rows, left=LIMIT).fit().summary2().as_text()
    assert "Left-censored:" in second


def test_limits_that_differ_are_shown_by_their_range(rows):
    rows["limit"] = np.linspace(-9, -6, 60)
    model = gaussmle("y ~ x1", rows, left="limit")
    assert "left-censored at -9 to -6" in repr(model)
    assert "left-censored at -9 to -6" in model._repr_html_()


# What is kept ----------------------------------------------------------------------------------


def test_fits_come_back(fit):
    for other in (
        pickle.loads(pickle.dumps(fit)),
        from_json(fit.to_json()),
    ):
        assert type(other.model) is type(fit.model)
        assert_array_equal(other.params, fit.params)
        assert other.model.scheme == fit.model.scheme
        same = [
            [line for line in each.summary().as_text().splitlines() if "Time" not in line]
            for each in (other, fit)
        ]
        assert same[0] == same[1]


def test_infinite_limits_come_back_from_json(rows):
    rows["limit"] = np.where(rows["x1"] > 0, -7.0, -np.inf)
    fit = tobit("y ~ x1", rows, left="limit").fit()
    other = from_json(fit.to_json())
    assert other.model.limit_ranges == {"left": (-np.inf, -7.0)}


def test_models_are_copied(fit):
    again = copy.deepcopy(fit.model).fit()
    assert_array_equal(again.params, fit.params)
    kept = fit.model.keep_columns("exog_scale", [0]).fit()
    assert kept.llf < fit.llf
    assert type(kept.model) is type(fit.model)


def test_statsmodels_copies_of_a_model_have_its_limits(rows):
    model = Tobit(rows["y"], rows[["one", "x1"]], left=LIMIT)
    other = model.__class__(model.endog, model.exog, **model._get_init_kwds())
    assert_allclose(other.fit().params, model.fit().params, rtol=1e-12)


# Likelihood ------------------------------------------------------------------------------------


def test_rows_sum_to_the_likelihood_and_its_derivatives(fit):
    model, params = fit.model, np.asarray(fit.params) * 1.01
    step = 1e-6
    numeric = [
        (model.loglike(params + step * unit) - model.loglike(params - step * unit)) / (2 * step)
        for unit in np.eye(len(params))
    ]
    score = model.score(params)
    # Central differences of sums of 60 terms: 1e-6^2 of third derivatives, and rounding.
    assert_allclose(score, numeric, rtol=1e-6, atol=1e-5)
    assert_allclose(model.score_obs(params).sum(axis=0), score, rtol=1e-10, atol=1e-10)
    hessian = [
        (model.score(params + step * unit) - model.score(params - step * unit)) / (2 * step)
        for unit in np.eye(len(params))
    ]
    assert_allclose(model.hessian(params), hessian, rtol=1e-5, atol=1e-4)
    assert_allclose(fit.llf, model.loglike(fit.params), rtol=1e-12)


def test_scores_of_other_responses_are_seen_through_the_same_limits(rows, ends):
    exog = rows[["one", "x1"]]
    model = GaussianMLE(rows["y"], exog, left=LIMIT)
    params = np.asarray(model.fit().params)
    other = rows["y"].to_numpy()[::-1]
    expected = GaussianMLE(other, exog, left=LIMIT).score_factor(params)
    assert_array_equal(model.score_factor(params, endog=other), expected)
    model = GaussianMLE(ends[["lower", "upper"]], exog)
    with pytest.raises(
        ValueError, match=r"`endog` has shape \(60, 3\); the model has \(60, 2\)"
    ):
        model.score_factor(params, endog=np.zeros((60, 3)))


def test_the_expected_information_is_that_of_many_samples(rows):
    exog = rows[["one", "x1", "x2"]]
    model = GaussianMLE(rows["y"], exog, left=-8, right=-4)
    fit = model.fit()
    params = np.asarray(fit.params)
    rng = np.random.default_rng(5)
    mean = np.asarray(exog) @ params[:-1]
    found = np.zeros((4, 4))
    for _ in range(2_000):
        y = mean + np.exp(params[-1] / 2) * rng.standard_normal(60)
        found -= GaussianMLE(y, np.asarray(exog), left=-8, right=-4).hessian(params) / 2_000
    expected = model.information(params, observed=False)
    unit = np.sqrt(np.outer(np.diagonal(expected), np.diagonal(expected)))
    # Standard errors of the means are 0.3 % of the diagonal.
    assert_allclose(found / unit, expected / unit, atol=0.015)
    cov = fit.get_robustcov_results("eim").cov_params()
    assert_allclose(cov, np.linalg.inv(expected), rtol=1e-8)


def test_intervals_have_no_expected_information(ends):
    fit = intreg("lower + upper ~ x1", ends).fit()
    with pytest.raises(ValueError, match=r"others would have been seen is not known.*'nonrob"):
        fit.get_robustcov_results("eim")
    with pytest.raises(UnknownLimitsError, match="between which limits others would have been"):
        fit.model.information(fit.params, observed=False)


def test_rows_without_limits_leave_the_exact_model(rows):
    far = gaussmle("y ~ x1 | z", rows, left=-1e6).fit()
    exact = gaussmle("y ~ x1 | z", rows).fit()
    # Two searches for one maximum, each to 1e-9 standard errors.
    assert_allclose((far.params - exact.params) / exact.bse, 0, atol=1e-8)
    assert_allclose(far.llf, exact.llf, rtol=1e-12)
    assert pd.Series(far.model.response_counts).to_dict() == {
        "exact": 60.0,
        "left": 0.0,
        "right": 0.0,
        "interval": 0.0,
    }


def test_a_residual_is_that_of_the_limit_whatever_is_written_beyond_it(rows):
    far = rows.assign(y=rows["y"].where(rows["y"] > LIMIT, -999.0).where(rows["y"] < -3, 999.0))
    fits = [tobit("y ~ x1", each, left=LIMIT, right=-3).fit() for each in (rows, far)]
    assert_array_equal(fits[0].resid, fits[1].resid)
    seen = rows["y"].clip(LIMIT, -3)
    assert_allclose(fits[1].resid, seen - fits[1].fittedvalues, rtol=1e-12)


def test_a_limit_at_which_nothing_is_censored_is_shown(rows):
    text = tobit("y ~ x1", rows, left=-50).fit().summary().as_text()
    assert "  Exact:                           60" in text
    assert "  Left-censored:                    0" in text
