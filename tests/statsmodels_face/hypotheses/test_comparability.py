"""What is compared and what is not, and what is said then."""

import sys

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE, from_json, gaussmle, lrtest

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]


def test_the_f_test_takes_a_fit_of_ols(rows, small, middle):
    theirs = sm.OLS(rows["y"], rows[["one", "x2"]]).fit()
    assert_allclose(middle.compare_f_test(theirs), middle.compare_f_test(small), rtol=1e-12)


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
    with pytest.raises(ValueError, match=f"`restricted` is not nested in this fit: {message}"):
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


def test_other_frequency_weights_are_refused(rows, large):
    other = GaussianMLE(rows["y"], rows["one"], freq_weights=rows["f"]).fit()
    with pytest.raises(ValueError, match="`restricted` has other `freq_weights` than this fit"):
        large.compare_lr_test(other)


def test_frequency_weights_of_one_are_none(rows, large, small):
    other = GaussianMLE(rows["y"], rows[["one", "x2"]], freq_weights=np.ones(60)).fit()
    assert_allclose(large.compare_lr_test(other), large.compare_lr_test(small), rtol=1e-12)


@pytest.mark.parametrize("name", ["offset", "offset_scale", "var_weights"])
def test_known_parts_that_columns_do_not_make_are_refused(rows, large, name):
    column = {"offset": "o", "offset_scale": "s", "var_weights": "v"}[name]
    other = GaussianMLE(rows["y"], rows["one"], **{name: rows[column]}).fit()
    with pytest.raises(ValueError, match=r"another offset.* by what is no combination of its"):
        large.compare_lr_test(other)


def test_a_known_coefficient_is_nested_in_an_estimated_one(rows):
    known = GaussianMLE(rows["y"], rows[["one", "x2"]], offset=2 * rows["x1"]).fit()
    full = GaussianMLE(rows["y"], rows[MEAN]).fit()
    test = full.compare_lr_test(known)
    # Two parametrisations of one model: restricting the coefficient of what is left.
    shifted = GaussianMLE(rows["y"], rows[MEAN], offset=2 * rows["x1"]).fit()
    assert_allclose(test, shifted.compare_lr_test(known), rtol=1e-9)
    assert test.df_diff == 1


def test_a_known_coefficient_of_the_log_variance_is_nested_in_an_estimated_one(rows, large):
    known = GaussianMLE(rows["y"], rows[MEAN], offset_scale=0.5 * rows["z"]).fit()
    assert large.compare_lr_test(known).df_diff == 1


def test_known_variances_may_be_written_either_way(rows):
    null = GaussianMLE(rows["y"], rows[["one"]], var_weights=rows["v"]).fit()
    full = GaussianMLE(rows["y"], rows[MEAN], offset_scale=-np.log(rows["v"])).fit()
    assert full.compare_lr_test(null).df_diff == 2


def test_known_variances_that_differ_by_a_factor_are_a_matter_of_units(rows):
    null = GaussianMLE(rows["y"], rows[["one"]], var_weights=rows["v"]).fit()
    full = GaussianMLE(rows["y"], rows[MEAN], var_weights=3 * rows["v"]).fit()
    test = full.compare_lr_test(null, method="exact")
    assert_allclose(test.pvalue, full.compare_f_test(null)[1], rtol=1e-12)


def test_other_responses_are_refused(rows, large):
    other = GaussianMLE(rows["y"] + 1, rows["one"]).fit()
    with pytest.raises(
        ValueError, match=r"`restricted` has other responses than this fit.*likelihoods of"
    ):
        large.compare_lr_test(other)


def test_rows_that_one_model_drops_are_noticed(rows, large):
    rows.loc["r3", "one"] = np.nan
    other = GaussianMLE(rows["y"], rows["one"], missing="drop").fit()
    with pytest.raises(ValueError, match=r"59 rows against 60; rows with missing values"):
        large.compare_lr_test(other)


def test_removed_data_cannot_be_compared(large, small):
    small.remove_data()
    with pytest.raises(
        ValueError, match="data were removed: the columns of models cannot be comp"
    ):
        large.compare_lr_test(small)


def test_another_order_of_rows_is_refused(rows, large):
    other = GaussianMLE(rows["y"].iloc[::-1], rows[["one"]].iloc[::-1]).fit()
    with pytest.raises(
        ValueError,
        match="or in another order, or censored otherwise: likelihoods of different data",
    ):
        large.compare_lr_test(other)


def test_removed_data_are_compared_where_nesting_is_assumed(large, small):
    expected = large.compare_lr_test(small)
    small.remove_data()
    large.remove_data()
    assert large.compare_lr_test(small, nested="assume") == expected


def test_fits_from_json_are_compared_where_nesting_is_assumed(rows):
    null, full = (gaussmle(f, rows).fit() for f in ("y ~ x1", "y ~ x1 + x2 | z"))
    kept = from_json(null.to_json())
    assert full.compare_lr_test(kept, nested="assume") == full.compare_lr_test(null)
    with pytest.raises(
        ValueError, match=r"lrtest\(nested='assume'\) with method='chi2' does without"
    ):
        full.compare_lr_test(kept)


def test_removed_data_of_other_rows_are_still_noticed(rows, large):
    other = GaussianMLE(rows["y"] + 1, rows["one"]).fit()
    other.remove_data()
    with pytest.raises(ValueError, match="other responses than this fit"):
        large.compare_lr_test(other, nested="assume")


def test_nesting_may_be_assumed(rows, large):
    # The same column but for its last digits.
    other = GaussianMLE(rows["y"], rows[["one", "x1"]] + 1e-7 * rows[["z", "o"]].to_numpy())
    with pytest.raises(ValueError, match=r"not nested.*or pass nested='assume'"):
        large.compare_lr_test(other.fit())
    assert large.compare_lr_test(other.fit(), nested="assume").df_diff == 2


def test_the_larger_fit_as_the_restricted_one_is_asked_about(large, small):
    with pytest.raises(ValueError, match=r"not nested.*Is it the other way round\?.*'assume'"):
        small.compare_lr_test(large)


def test_the_f_test_names_no_option_that_it_does_not_have(rows, middle):
    other = GaussianMLE(rows["y"], rows[["one", "z"]]).fit()
    with pytest.raises(
        ValueError, match=r"no combination of its columns. Compare `aic` instead\.$"
    ):
        middle.compare_f_test(other)


def test_a_perfect_order_of_fits_names_them_by_their_place(rows, small):
    other = GaussianMLE(rows["y"], rows[["one", "z", "o"]]).fit()
    with pytest.raises(ValueError, match="fit 2 is not nested in fit 1: x2 of `exog`"):
        lrtest(other, small)


def test_one_fit_is_not_compared(small):
    with pytest.raises(TypeError, match="compares two fits or more; 1 was given"):
        lrtest(small)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nested": "no"}, "`nested` is 'no'; it must be 'check' or 'assume'"),
        (
            {"method": "F"},
            "`method` is 'F'; it must be 'chi2', 'exact', 'bartlett' or",
        ),
        ({"nrep": 0}, "`nrep` is 0; it must be a positive whole number"),
        ({"nrep": True}, "`nrep` is True; it must be a positive whole number"),
        ({"n_jobs": -2}, "`n_jobs` is -2; it must be a positive whole number, or -1 for one"),
        ({"nrep": -1}, "`nrep` is -1; it must be a positive whole number"),
    ],
)
def test_wrong_options_are_refused(small, large, options, message):
    with pytest.raises(ValueError, match=message):
        lrtest(small, large, **options)


def test_all_processors_are_minus_one(small, middle):
    one, every = (
        middle.compare_lr_test(small, method="bootstrap", nrep=9, rng=1, n_jobs=n)
        for n in (1, -1)
    )
    assert one == every


def test_progress_is_a_flag(small, large):
    with pytest.raises(TypeError, match="`progress` is 1; it must be True or False"):
        lrtest(small, large, progress=1)


def test_progress_is_shown_where_it_is_asked_for(monkeypatch, capsys, middle, small):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)  # not installed
    middle.compare_lr_test(small, method="bootstrap", nrep=130, rng=1, progress=True)
    assert capsys.readouterr().err.endswith("\rlikelihood ratios: 130/130\n")
