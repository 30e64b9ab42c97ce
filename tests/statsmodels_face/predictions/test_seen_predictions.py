"""Predictions of what is seen of censored and truncated responses."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import GaussianMLE, gaussmle

CENSORED = ["censored", "conditional", "prob_uncensored", "prob_left", "prob_right"]
TRUNCATED = ["conditional", "truncated"]
CASES = [
    *(("censored", which) for which in CENSORED),
    *(("truncated", which) for which in TRUNCATED),
    *(("both", which) for which in [*CENSORED, "truncated"]),
]
over_cases = pytest.mark.parametrize(("fit", "which"), CASES)


def latent(result):
    """Return mean and standard deviation of the latent responses of the fit's rows."""
    return np.asarray(result.predict()), np.asarray(result.predict(which="scale"))


# Values ---------------------------------------------------------------------------------


def test_predictions_of_a_censored_response_are_those_of_scipy(limited):
    result = limited("censored")
    mean, scale = latent(result)
    normal = stats.norm(mean, scale)
    inside = stats.truncnorm((-8 - mean) / scale, (-4 - mean) / scale, mean, scale)
    exact = {
        "prob_left": normal.cdf(-8),
        "prob_right": normal.sf(-4),
        "prob_uncensored": normal.cdf(-4) - normal.cdf(-8),
        "conditional": inside.mean(),
    }
    exact["censored"] = (
        -8 * exact["prob_left"]
        - 4 * exact["prob_right"]
        + exact["prob_uncensored"] * exact["conditional"]
    )
    for which, values in exact.items():
        # Means of truncnorm lose some digits a few standard deviations off.
        assert_allclose(result.predict(which=which), values, rtol=1e-8, err_msg=which)


@pytest.mark.parametrize("which", TRUNCATED)
def test_means_of_a_truncated_response_are_those_of_scipy(limited, which):
    result = limited("truncated")
    mean, scale = latent(result)
    exact = stats.truncnorm((-10 - mean) / scale, (-1 - mean) / scale, mean, scale).mean()
    assert_allclose(result.predict(which=which), exact, rtol=1e-8)


@over_cases
def test_standard_errors_are_by_the_delta_method(limited, fit, which):
    result = limited(fit)
    params = np.asarray(result.params)
    slopes = []
    for k in range(len(params)):
        step = 1e-5 * np.eye(len(params))[k]
        up, down = (result.model.predict(params + s, which=which) for s in (step, -step))
        slopes.append((up - down) / 2e-5)
    slopes = np.column_stack(slopes)
    cov = np.asarray(result.cov_params())
    expected = np.sqrt(np.einsum("ij,jk,ik->i", slopes, cov, slopes))
    found = result.get_prediction(which=which).se
    # Central differences with this step have about eight digits of the slopes' largest part.
    assert_allclose(found, expected, rtol=1e-5, atol=1e-8)


@over_cases
def test_old_rows_as_new_ones_have_the_limits_of_the_model(limited, fit, which):
    result = limited(fit)
    new = result.get_prediction(result.model.data.frame, which=which).summary_frame()
    pd.testing.assert_frame_equal(new, result.get_prediction(which=which).summary_frame())


def test_latent_is_another_name_of_the_mean(limited):
    result = limited("censored")
    pd.testing.assert_frame_equal(
        result.get_prediction(which="latent").summary_frame(),
        result.get_prediction().summary_frame(),
    )
    assert_array_equal(result.predict(which="latent"), result.predict())


@pytest.mark.parametrize("fit", ["censored", "truncated", "intervals"])
def test_the_mean_says_that_it_is_latent(limited, fit):
    result = limited(fit)
    for which in ("mean", "linear"):
        assert "Prediction of the latent mean" in repr(result.get_prediction(which=which))


def test_without_limits_the_mean_says_only_that(rows):
    assert "Prediction of the mean," in repr(gaussmle("y ~ x1", rows).fit().get_prediction())


def test_quantiles_as_seen_are_moved_to_the_limits(limited):
    result = limited("censored")
    for probability in (0.1, 0.5, 0.9):
        quantile = result.predict(which="quantile", quantile=probability)
        seen = result.get_prediction(which="quantile_seen", quantile=probability)
        assert_allclose(seen.predicted, np.clip(quantile, -8, -4), rtol=1e-14)
        assert_array_equal(seen.se == 0.0, (quantile <= -8) | (quantile >= -4))


def test_quantiles_of_a_truncated_sample_are_those_of_scipy(limited):
    result = limited("truncated")
    mean, scale = latent(result)
    exact = stats.truncnorm((-10 - mean) / scale, (-1 - mean) / scale, mean, scale).ppf(0.9)
    found = result.predict(which="quantile_seen", quantile=0.9)
    assert_allclose(found, exact, rtol=1e-9)  # what truncnorm has


def test_missing_rows_have_no_prediction(limited, rows):
    new = rows[["x1", "x2", "z"]].iloc[:3].copy()
    new.iloc[1, 0] = np.nan
    for fit in ("censored", "both"):
        result = limited(fit)
        found = result.predict(new, which="censored")
        assert list(np.isnan(found)) == [False, True, False]
        alone = result.predict(new.iloc[[0, 2]], which="censored")
        assert_allclose(found.iloc[[0, 2]], alone)


# Which limits ---------------------------------------------------------------------------


def test_a_model_of_exact_responses_takes_limits(rows):
    result = gaussmle("y ~ x1", rows).fit()
    mean, scale = latent(result)
    found = result.predict(which="prob_left", left=-6)
    assert_allclose(found, stats.norm(mean, scale).cdf(-6), rtol=1e-12)


def test_a_model_of_intervals_takes_limits(limited):
    result = limited("intervals")
    mean, scale = latent(result)
    found = result.predict(which="prob_right", right=-6)
    assert_allclose(found, stats.norm(mean, scale).sf(-6), rtol=1e-12)


def test_limits_that_are_given_are_instead_of_the_models(limited, rows):
    result = limited("censored")
    limits = np.linspace(-9, -5, 60)
    found = result.predict(which="prob_left", left=limits)
    for i in (0, 30):
        alone = result.predict(rows.iloc[[i]], which="prob_left", left=limits[i])
        assert_allclose(found[i], alone.iloc[0])


def test_a_limit_of_infinity_takes_that_of_the_model_away(limited):
    result = limited("censored")
    mean, scale = latent(result)
    found = result.predict(which="prob_uncensored", right=np.inf)
    assert_allclose(found, stats.norm(mean, scale).sf(-8), rtol=1e-12)


@pytest.mark.parametrize(
    "convert",
    [pd.Series, np.asarray, list, pl.Series],
    ids=["pandas", "numpy", "list", "polars"],
)
def test_limits_of_new_rows_are_one_for_each(limited, rows, convert):
    result = limited("censored")
    new = rows.iloc[:2].reset_index(drop=True)
    found = result.predict(new, which="prob_left", left=convert([-8.0, -7.0]))
    alone = result.predict(new.iloc[[1]], which="prob_left", left=-7.0)
    assert_allclose(found.iloc[1], alone.iloc[0])


def test_limits_of_new_rows_are_a_column_by_name(limited, rows):
    result = limited("censored")
    new = rows.assign(limit=np.linspace(-9, -5, 60))
    assert_array_equal(
        result.predict(new, which="censored", left="limit"),
        result.predict(new, which="censored", left=new["limit"]),
    )


def test_limits_from_a_column_are_from_that_column_of_new_rows(limited, rows):
    rows["limit"] = np.where(rows["z"] > 0, -8.0, -7.0)
    result = limited("censored", left="limit")
    new = rows.iloc[:5].assign(limit=-6.0)
    assert_array_equal(
        result.predict(new, which="prob_left"),
        result.predict(new, which="prob_left", left=-6.0),
    )
    with pytest.raises(
        ValueError, match=r"'limit', which the new data lack; .* left= \(-inf for none\)"
    ):
        result.predict(new.drop(columns="limit"), which="prob_left")
    # What depends on no limits needs none.
    assert result.predict(new.drop(columns="limit")).notna().all()


def test_limits_of_each_row_are_asked_for_for_new_rows(rows):
    limits = np.where(rows["z"] > 0, -8.0, -7.0)
    model = GaussianMLE(rows["y"], rows[["one", "x1", "x2"]], left=limits)
    result = model.fit()
    assert result.converged
    new = model.exog[:3]
    with pytest.raises(
        ValueError, match=r"the limits `left` .* differ from row to row, from -8"
    ):
        result.predict(new, which="prob_left")
    assert_allclose(
        result.predict(new, which="prob_left", left=limits[:3]),
        result.predict(which="prob_left")[:3],
    )


def test_predictions_for_new_rows_need_no_data(limited, rows):
    result = limited("censored")
    expected = result.predict(rows, which="censored")
    result.remove_data()
    assert_array_equal(result.predict(rows, which="censored"), expected)


ERRORS = {
    "limits are missing": ({"which": "truncated"}, "neither has the model `trunc_left` or"),
    "limits are out of place": ({"left": 0.0}, "`left` is given, but `which` is 'mean'"),
    "limits are crossed": (
        {"which": "censored", "left": 1.0},
        r"`left` is not below `right` in 60 of 60 rows \(rows 'r0'",
    ),
    "there are too few": ({"which": "censored", "left": [1.0]}, "`left` has 1 rows"),
    "an average is no probability": (
        {"which": "prob_left", "average": True, "agg_weights": np.full(60, 9.0)},
        "average probability of being left-censored of .* between 0 and 1",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_bad_limits_are_explained(limited, case):
    options, message = ERRORS[case]
    with pytest.raises(ValueError, match=message):
        limited("censored").get_prediction(**options)


def test_a_truncated_model_has_no_censored_mean(limited):
    with pytest.raises(ValueError, match="mean in a truncated sample is which='truncated'"):
        limited("truncated").predict(which="censored")


def test_a_limit_that_is_missing_is_an_error(limited, rows):
    with pytest.raises(MissingDataError, match="`left` is NaN in 1 of 2 rows"):
        limited("censored").predict(rows.iloc[:2], which="prob_left", left=[np.nan, 0.0])


# Intervals of probabilities -------------------------------------------------------------


def test_intervals_of_probabilities_are_those_of_their_logits(limited):
    found = limited("censored").get_prediction(which="prob_left")
    p, se = found.predicted, found.se
    multiple = stats.norm.isf(0.025)
    lower = expit(logit(p) - multiple * se / (p * (1 - p)))
    assert_allclose(found.conf_int()[:, 0], lower, rtol=1e-12)
    assert (found.conf_int() > 0).all()
    assert (found.conf_int() < 1).all()


def test_the_interval_of_the_opposite_is_the_complement(limited):
    result = limited("censored", right=None)
    below, above = (
        result.get_prediction(which=which) for which in ("prob_left", "prob_uncensored")
    )
    # One less a probability near one has few digits, and an end near zero none.
    kept = (below.predicted > 1e-6) & (above.predicted > 1e-6)
    found = 1 - above.conf_int()[:, ::-1]
    assert_allclose(found[kept], below.conf_int()[kept], rtol=1e-8, atol=1e-15)


def test_the_test_of_a_probability_agrees_with_its_interval(limited):
    found = limited("censored").get_prediction(which="prob_left")
    statistic, pvalue = found.t_test(found.conf_int()[:, 1])
    assert_allclose(statistic, -stats.norm.isf(0.025), rtol=1e-8)
    assert_allclose(pvalue, 0.05, rtol=1e-8)
    with pytest.raises(ValueError, match=r"`value` is 0\.0; .* between 0 and 1"):
        found.t_test()


def test_what_has_no_limit_is_never_censored_for_certain(limited):
    limits = np.r_[-np.inf, np.full(59, -8.0)]
    found = limited("censored").get_prediction(which="prob_left", left=limits)
    assert_array_equal(found.conf_int()[0], [0.0, 0.0])
    statistic, pvalue = found.t_test(0.5)
    assert np.isnan([statistic[0], pvalue[0]]).all()
    assert not np.isnan(statistic[1:]).any()


def test_the_average_probability_is_that_of_its_rows(limited, rows):
    result = limited("censored", freq_weights="f")
    found = result.get_prediction(which="prob_left", average=True)
    each = result.predict(which="prob_left")
    assert_allclose(found.predicted, np.average(each, weights=rows["f"]))
    assert repr(found).startswith(
        "Prediction of the average probability of being left-censored"
    )


def test_there_is_no_band_of_what_is_seen(limited):
    with pytest.raises(ValueError, match="the mean as seen is no function of one linear"):
        limited("censored").get_prediction(which="censored").conf_int(simultaneous=True)


# Distributions and draws ----------------------------------------------------------------


@pytest.mark.parametrize("fit", ["censored", "truncated", "intervals"])
def test_the_distribution_is_that_of_the_latent_response(limited, fit):
    result = limited(fit)
    mean, scale = latent(result)
    assert_allclose(result.get_distribution().mean(), mean)
    assert_allclose(result.get_distribution().std(), scale)


def test_draws_are_censored_as_often_as_predicted(limited):
    result = limited("censored")
    draws = result.simulate(4000, rng=1)
    assert draws.shape == (4000, 60)
    assert draws.min() == -8
    assert draws.max() == -4
    for which, share in (("prob_left", draws == -8), ("prob_right", draws == -4)):
        expected = result.predict(which=which)
        error = np.sqrt(expected * (1 - expected) / 4000)
        assert (np.abs(share.mean(axis=0) - expected) < 4.5 * error + 1e-3).all()


@pytest.mark.parametrize("fit", ["truncated", "both"])
def test_draws_of_a_sample_have_its_mean(limited, fit):
    result = limited(fit)
    draws = result.simulate(4000, rng=1)
    which = "truncated" if fit == "truncated" else "censored"
    error = draws.std(axis=0) / np.sqrt(4000)
    assert (np.abs(draws.mean(axis=0) - result.predict(which=which)) < 4.5 * error).all()
    assert draws.min() >= (-10 if fit == "truncated" else -8)
    assert draws.max() <= (-1 if fit == "truncated" else -3)


def test_draws_far_out_are_within_the_limits_and_have_their_distribution(rows):
    result = gaussmle(
        "y ~ 1", rows.assign(y=(rows["y"] - rows["y"].mean()) / rows["y"].std())
    ).fit()
    draws = result.simulate(200, rng=3, trunc_left=40.0)
    assert draws.min() > 40
    # The tail of a normal distribution beyond 40 is exponential but for 1/40^2.
    sigma2 = result.predict(which="variance")[0]
    pvalue = stats.kstest((draws - 40).ravel() * 40 / sigma2, "expon").pvalue
    assert pvalue > 1e-3


def test_draws_for_rows_in_which_something_is_missing_are_missing(limited, rows):
    new = rows[["x1", "x2", "z"]].iloc[:3].copy()
    new.iloc[1, 0] = np.nan
    for fit in ("censored", "truncated"):
        draws = limited(fit).simulate(5, rng=1, exog=new)
        assert_array_equal(np.isnan(draws).all(axis=0), [False, True, False])
        assert_array_equal(np.isnan(draws).any(axis=0), [False, True, False])


def test_one_sample_has_the_shape_of_the_rows(limited, rows):
    assert limited("truncated").simulate(rng=1, exog=rows).shape == (60,)


def test_draws_with_other_limits_have_them(limited):
    draws = limited("censored").simulate(rng=1, left=-np.inf, right=-6.0)
    assert draws.min() < -8
    assert draws.max() == -6


def test_draws_of_intervals_are_refused(limited):
    result = limited("intervals")
    with pytest.raises(AttributeError, match=r"get_distribution\(...\).rvs\(\) for latent"):
        result.simulate()
    with pytest.raises(AttributeError, match="intervals"):
        result.model.simulate(result.params)
