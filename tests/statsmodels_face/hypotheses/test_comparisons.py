"""Likelihood-ratio, F and score tests against smaller and larger models."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
HEART = "thalach ~ age + exang + oldpeak"


@pytest.fixture
def small(rows):
    """A fit without x1, of constant variance."""
    return GaussianMLE(rows["y"], rows[["one", "x2"]]).fit()


@pytest.fixture
def large(rows):
    """A fit with x1 and a scale equation, of which that is a special case."""
    return GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit()


# Likelihood ratio -----------------------------------------------------------------------


def test_a_full_model_at_a_lower_maximum_is_not_compared(small, large):
    record = replace(large.fit_record, loglike=small.llf - 1e-3)
    large._results.fit_record = record
    with pytest.raises(ValueError, match=r"is above that of this model.*lower maximum"):
        large.compare_lr_test(small)


def test_rounding_of_equal_likelihoods_is_no_fall(small, large):
    record = replace(large.fit_record, loglike=small.llf - 1e-12)
    large._results.fit_record = record
    assert large.compare_lr_test(small).statistic == 0.0


def test_the_likelihood_ratio_is_twice_the_difference_of_log_likelihoods(small, large):
    test = large.compare_lr_test(small)
    assert_allclose(test.statistic, 2 * (large.llf - small.llf), rtol=1e-12)
    assert test.df_diff == 2
    assert_allclose(test.pvalue, stats.chi2.sf(test.statistic, 2), rtol=1e-12)


def test_the_likelihood_ratio_of_means_is_that_of_ols(heart):
    full, restricted = gaussmle(HEART, heart).fit(), gaussmle("thalach ~ age", heart).fit()
    expected = (
        smf.ols(HEART, heart).fit().compare_lr_test(smf.ols("thalach ~ age", heart).fit())
    )
    # The difference of log-likelihoods of 1300 loses two digits.
    assert_allclose(full.compare_lr_test(restricted), expected, rtol=1e-10)


def test_the_constant_only_model_gives_the_likelihood_ratio_of_the_fit(large, rows):
    null = GaussianMLE(rows["y"], rows["one"]).fit()
    test = large.compare_lr_test(null)
    assert_allclose(test, (large.llr, large.llr_pvalue, 3), rtol=1e-12)


def test_a_restriction_may_be_another_basis(rows, large):
    other = pd.DataFrame({"c": rows["one"] * 3, "d": rows["x1"] - 2 * rows["x2"]})
    restricted = GaussianMLE(rows["y"], other, exog_scale=rows[["z"]] + 1).fit()
    assert large.compare_lr_test(restricted).df_diff == 2


def test_nested_models_may_come_from_formulas(rows, engine):
    del engine
    full = gaussmle("y ~ x1 + C(g) | C(g)", rows).fit()
    restricted = gaussmle("y ~ x1", rows).fit()
    assert full.compare_lr_test(restricted).df_diff == 4


def test_the_unwrapped_results_compare_as_well(small, large):
    expected = large.compare_lr_test(small)
    assert large._results.compare_lr_test(small._results) == expected


def test_no_statistic_is_negative(rows):
    # A column of rounding: both likelihoods are the same but for their last digit.
    noise = np.random.default_rng(0).normal(size=60)
    restricted = GaussianMLE(rows["y"], rows[MEAN]).fit()
    noise -= np.asarray(rows[MEAN]) @ np.linalg.lstsq(rows[MEAN], noise, rcond=None)[0]
    noise -= restricted.resid * (noise @ restricted.resid) / (restricted.resid**2).sum()
    full = GaussianMLE(rows["y"], rows[MEAN].assign(noise=noise)).fit()
    test = full.compare_lr_test(restricted)
    assert 0 <= test.statistic < 1e-9
    assert test.pvalue > 0.9999


def test_times_of_the_same_day_are_not_taken_for_each_other(rows):
    day = rows.assign(t=1.7e9 + rows["z"], u=1.7e9 + rows["o"])
    full = GaussianMLE(day["y"], day[["one", "x1", "t"]]).fit()
    with pytest.raises(ValueError, match="u of `exog` is no combination"):
        full.compare_lr_test(GaussianMLE(day["y"], day[["one", "u"]]).fit())


# F --------------------------------------------------------------------------------------


def test_the_f_test_is_that_of_ols(heart):
    full, restricted = gaussmle(HEART, heart).fit(), gaussmle("thalach ~ age", heart).fit()
    expected = smf.ols(HEART, heart).fit().compare_f_test(smf.ols("thalach ~ age", heart).fit())
    assert_allclose(full.compare_f_test(restricted), expected, rtol=1e-10)


def test_the_f_test_with_known_variances_is_that_of_wls(rows):
    options = {"var_weights": rows["v"], "offset": rows["o"]}
    fits = [GaussianMLE(rows["y"], rows[c], **options).fit() for c in (MEAN, ["one", "x2"])]
    wls = [
        sm.WLS(rows["y"] - rows["o"], rows[c], weights=rows["v"]).fit()
        for c in (MEAN, ["one", "x2"])
    ]
    assert_allclose(fits[0].compare_f_test(fits[1]), wls[0].compare_f_test(wls[1]), rtol=1e-10)


def test_the_f_test_counts_a_row_as_often_as_it_was_seen(rows):
    again = rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)
    weighted, repeated = (
        [GaussianMLE(d["y"], d[c], freq_weights=w).fit() for c in (MEAN, ["one", "x2"])]
        for d, w in ((rows, rows["f"]), (again, None))
    )
    assert_allclose(
        weighted[0].compare_f_test(weighted[1]),
        repeated[0].compare_f_test(repeated[1]),
        rtol=1e-10,
    )


def test_a_scale_equation_has_no_f_test(large, small):
    with pytest.raises(AttributeError, match=r"compare_f_test.*Use compare_lr_test"):
        large.compare_f_test(small)


# What cannot be compared ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["compare_lr_test", "compare_f_test"])
def test_fits_of_other_classes_are_refused(rows, constant, name):
    other = sm.OLS(rows["y"], rows["one"]).fit()
    with pytest.raises(TypeError, match=rf"RegressionResultsWrapper; {name} compares fits of"):
        getattr(constant.fit(), name)(other)


def test_large_sample_is_refused(large, small):
    with pytest.raises(ValueError, match=r"`large_sample` is not available; use score_test"):
        large.compare_lr_test(small, large_sample=True)


@pytest.mark.parametrize("which", ["this fit", "`restricted`"])
def test_fits_that_did_not_converge_are_refused(rows, scaled, large, which):
    stopped = scaled.fit(maxiter=0, warn_convergence=False)
    smaller = GaussianMLE(rows["y"], rows[["one"]], exog_scale=rows[SCALE])
    pair = (stopped, smaller.fit())
    if which == "`restricted`":
        pair = (large, smaller.fit(maxiter=0, warn_convergence=False))
    with pytest.raises(ValueError, match=f"{which} did not converge"):
        pair[0].compare_lr_test(pair[1])


def test_robust_covariances_are_refused(rows, scaled, large, small):
    with pytest.raises(
        ValueError, match=r"this fit has the robust covariance 'HC0'.*wald_test"
    ):
        scaled.fit(cov_type="HC0").compare_lr_test(small)
    robust = GaussianMLE(rows["y"], rows["one"]).fit(cov_type="HC1")
    with pytest.raises(ValueError, match="`restricted` has the robust covariance 'HC1'"):
        large.compare_lr_test(robust)


@pytest.mark.parametrize("cov_type", ["nonrobust", "eim", "opg"])
def test_covariances_of_the_model_are_no_obstacle(scaled, small, cov_type):
    assert scaled.fit(cov_type=cov_type).compare_lr_test(small).df_diff == 2


@pytest.mark.parametrize(
    ("columns", "scale", "message"),
    [
        (["one", "z"], None, "z of `exog` is no combination"),
        (["one"], ["one", "x1"], r"ln\(sigma2\)\[x1\] of `exog_scale` is no combination"),
        (["one", "o", "z"], None, "o, z of `exog` is no combination"),
    ],
)
def test_models_that_are_not_nested_are_refused(rows, large, columns, scale, message):
    scale = None if scale is None else rows[scale]
    other = GaussianMLE(rows["y"], rows[columns], exog_scale=scale).fit()
    with pytest.raises(ValueError, match=f"not nested in this model: {message}"):
        large.compare_lr_test(other)


def test_constant_variance_is_not_nested_in_a_scale_equation_without_a_constant(rows, small):
    full = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[["z", "s"]]).fit()
    with pytest.raises(ValueError, match=r"ln\(sigma2\) of `exog_scale` is no combination"):
        full.compare_lr_test(small)


@pytest.mark.parametrize("name", ["compare_lr_test", "compare_f_test"])
def test_the_same_model_leaves_nothing_to_test(small, name):
    with pytest.raises(ValueError, match=r"2 parameters|3 parameters.*nothing to test"):
        getattr(small, name)(small)


def test_the_larger_model_is_not_the_restricted_one(large, small):
    with pytest.raises(ValueError, match="x1 of `exog` is no combination"):
        small.compare_lr_test(large)


@pytest.mark.parametrize("name", ["offset", "offset_scale", "freq_weights", "var_weights"])
def test_other_weights_and_offsets_are_refused(rows, large, name):
    column = {"offset": "o", "offset_scale": "s", "freq_weights": "f", "var_weights": "v"}[name]
    other = GaussianMLE(rows["y"], rows["one"], **{name: rows[column]}).fit()
    with pytest.raises(ValueError, match=f"`restricted` has another `{name}` than this model"):
        large.compare_lr_test(other)


def test_other_responses_are_refused(rows, large):
    other = GaussianMLE(rows["y"] + 1, rows["one"]).fit()
    with pytest.raises(ValueError, match="another `endog` than this model; likelihoods"):
        large.compare_lr_test(other)


def test_rows_that_one_model_drops_are_noticed(rows, large):
    rows.loc["r3", "one"] = np.nan
    other = GaussianMLE(rows["y"], rows["one"], missing="drop").fit()
    with pytest.raises(ValueError, match=r"59 rows against 60; rows with missing values"):
        large.compare_lr_test(other)


def test_removed_data_cannot_be_compared(large, small):
    small.remove_data()
    with pytest.raises(ValueError, match="data were removed: fits cannot be compared"):
        large.compare_lr_test(small)
