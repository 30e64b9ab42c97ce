"""Score tests against larger models."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.stats.diagnostic import het_breuschpagan

from sm_gaussmle import GaussianMLE, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]


@pytest.fixture
def large(rows):
    """A fit with a scale equation."""
    return GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit()


@pytest.fixture
def extra(rows):
    """Two columns to test in the mean and two in the log variance."""
    rng = np.random.default_rng(77)
    return [
        pd.DataFrame(rng.normal(size=(60, 2)), index=rows.index, columns=[f"{n}1", f"{n}2"])
        for n in "ab"
    ]


# Score tests, against the larger model at the estimates of the smaller -------------------


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("observed", [False, True])
def test_the_score_test_is_that_of_the_larger_models_score(model, extra, observed, robust):
    result = model.fit()
    mean, scale = (np.asarray(columns) for columns in extra)
    old_scale = np.ones((60, 1)) if model.exog_scale is None else model.exog_scale
    longer = model.__class__(
        model.endog,
        np.hstack([model.exog, mean]),
        **(model._get_init_kwds() | {"exog_scale": np.hstack([old_scale, scale])}),
    )
    new = np.r_[3:5, longer.nparams - 2 : longer.nparams]
    old = np.setdiff1d(np.arange(longer.nparams), new)
    point = np.zeros(longer.nparams)
    point[old] = result.params
    score, information = longer.score(point), longer.information(point, observed=observed)
    variance = np.linalg.inv(np.linalg.inv(information)[np.ix_(new, new)])
    if robust:
        weights = np.ones(60) if model.freq_weights is None else model.freq_weights
        rows = longer.score_obs(point) / weights[:, None]
        a = np.eye(longer.nparams)[new]
        slope = np.linalg.solve(information[np.ix_(old, old)], information[np.ix_(old, new)])
        a[:, old] = -slope.T
        variance = a @ (rows.T * weights) @ rows @ a.T
    expected = score[new] @ np.linalg.solve(variance, score[new])
    test = result.score_test(
        mean, scale, observed=observed, cov_type="HC0" if robust else "nonrobust"
    )
    # The score of the smaller model is zero up to 1e-8 standard errors.
    assert_allclose(test.statistic, expected, rtol=1e-6)
    assert_allclose(test.pvalue, stats.chi2.sf(expected, 4), rtol=1e-5)
    assert test.df == 4


def test_the_expected_score_test_of_the_variance_is_that_of_breusch_and_pagan(rows, extra):
    result = GaussianMLE(rows["y"], rows[MEAN]).fit()
    expected = het_breuschpagan(
        result.resid, np.column_stack([rows["one"], extra[1]]), robust=False
    )
    test = result.score_test(exog_scale_extra=extra[1], observed=False)
    assert_allclose(test[:2], expected[:2], rtol=1e-11)


def test_the_expected_score_test_of_the_mean_is_n_times_r_squared(rows, extra):
    result = GaussianMLE(rows["y"], rows[MEAN]).fit()
    auxiliary = sm.OLS(result.resid, np.column_stack([rows[MEAN], extra[0]])).fit()
    test = result.score_test(extra[0], observed=False)
    assert_allclose(test.statistic, 60 * auxiliary.rsquared, rtol=1e-11)


def test_the_expected_score_test_of_the_mean_is_the_lagrange_multiplier_test_of_ols(
    rows, extra
):
    endog, exog = rows["y"].to_numpy(), rows[MEAN].to_numpy()
    full = sm.OLS(endog, np.column_stack([exog, extra[0]])).fit()
    expected = full.compare_lm_test(sm.OLS(endog, exog).fit())
    test = GaussianMLE(endog, exog).fit().score_test(extra[0].to_numpy(), observed=False)
    assert_allclose(test, expected, rtol=1e-11)


def test_the_robust_score_test_of_the_mean_is_n_less_the_residuals_of_a_regression_of_one(
    rows, extra
):
    # Of ones on residuals times what the columns have beyond the model's, as in
    # Wooldridge, Introductory Econometrics, section 8.3.
    exog = rows[MEAN].to_numpy()
    result = GaussianMLE(rows["y"], rows[MEAN]).fit()
    beyond = extra[0] - exog @ np.linalg.lstsq(exog, extra[0], rcond=None)[0]
    ones = sm.OLS(np.ones(60), beyond.mul(result.resid, axis=0).to_numpy()).fit()
    test = result.score_test(extra[0], cov_type="HC0", observed=False)
    assert_allclose(test.statistic, 60 - ones.ssr, rtol=1e-9)


def test_a_tuple_of_two_is_for_both_equations(large, extra):
    assert large.score_test(tuple(extra)) == large.score_test(*extra)
    assert large.score_test((None, extra[1])) == large.score_test(exog_scale_extra=extra[1])


def test_separate_tests_are_in_the_order_of_the_columns(large, extra):
    z, pvalue, df = large.score_test(*extra, hypothesis="separate")
    alone = [large.score_test(extra[0][["a2"]]), large.score_test(None, extra[1][["b1"]])]
    assert_allclose(z[[1, 2]] ** 2, [test.statistic for test in alone], rtol=1e-10)
    assert_allclose(pvalue, 2 * stats.norm.sf(np.abs(z)), rtol=1e-10)
    assert df == 4


@pytest.mark.parametrize(
    ("cov_type", "kind"),
    [("nonrobust", "nonrobust"), ("eim", "nonrobust"), ("HC1", "HC0"), ("cluster", "HC0")],
)
def test_by_default_the_score_test_is_robust_where_the_fit_is(
    rows, scaled, extra, cov_type, kind
):
    kwds = {"groups": np.arange(60) % 20} if cov_type == "cluster" else None
    result = scaled.fit(cov_type=cov_type, cov_kwds=kwds)
    assert result.score_test(*extra) == result.score_test(*extra, cov_type=kind)
    del rows


def test_columns_to_test_may_be_polars_or_lists(large, extra):
    expected = large.score_test(*extra)
    polars = large.score_test(*(pl.from_pandas(columns) for columns in extra))
    assert_allclose(polars, expected, rtol=1e-12)  # memory in another order
    lists = (columns.to_numpy().tolist() for columns in extra)
    # Sums over rows and columns in another order of memory.
    assert_allclose(large.score_test(*lists), expected, rtol=1e-12)


def test_columns_to_test_may_be_named(rows, engine):
    small = gaussmle("y ~ x1", rows.iloc[3:]).fit()
    expected = small.score_test(rows[["x2"]].iloc[3:], rows[["z", "v"]].iloc[3:])
    assert_allclose(small.score_test("x2", ["z", "v"]), expected, rtol=1e-12)


def test_names_that_are_no_columns_are_refused(rows, large):
    small = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(ValueError, match=r"`exog_extra` has 'h', which is no column.*one, x1"):
        small.score_test("h")
    with pytest.raises(ValueError, match=r"`exog_scale_extra` is 'z', but.*pass the columns"):
        large.score_test(None, "z")


def test_score_tests_do_not_need_standard_errors(scaled, large, extra):
    assert scaled.fit(skip_hessian=True).score_test(*extra) == large.score_test(*extra)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "nothing to test; pass `exog_extra` or `exog_scale_extra`"),
        ({"exog_extra": np.ones(59)}, "`exog_extra` has 59 rows; the model has 60"),
        (
            {"exog_scale_extra": np.full(60, np.nan)},
            "`exog_scale_extra` has values that are NaN",
        ),
        (
            {"exog_extra": np.arange(60.0), "hypothesis": "both"},
            "`hypothesis` is 'both'; it must be 'joint' or 'separate'",
        ),
        (
            {"exog_extra": np.arange(60.0), "cov_type": "HC3"},
            "`cov_type` is 'HC3'; it must be 'nonrobust' or 'HC0'",
        ),
    ],
)
def test_wrong_arguments_of_the_score_test_are_refused(large, arguments, message):
    with pytest.raises(ValueError, match=message):
        large.score_test(**arguments)


def test_columns_with_other_labels_are_refused(large, extra):
    with pytest.raises(ValueError, match="index of `exog_extra` differs from that of `endog`"):
        large.score_test(extra[0].iloc[::-1])


def test_columns_of_the_model_are_refused_by_name(large, rows, extra):
    bad = extra[0].assign(double=rows["x1"] * 2 + 1)
    with pytest.raises(ValueError, match=r"`exog_extra` has columns that are comb.*: double\."):
        large.score_test(bad)
    with pytest.raises(ValueError, match=r"`exog_scale_extra` has columns that are.*: 0, 1\."):
        large.score_test(extra[0], rows[SCALE].to_numpy())


def test_fits_that_did_not_converge_have_no_score_test(scaled, extra):
    stopped = scaled.fit(maxiter=0, warn_convergence=False)
    with pytest.raises(ValueError, match="did not converge, so that its score is no test"):
        stopped.score_test(extra[0])


def test_removed_data_have_no_score_test(large, extra):
    large.remove_data()
    with pytest.raises(ValueError, match="data were removed: there are no rows to test with"):
        large.score_test(extra[0])


def test_an_observed_information_that_is_not_positive_definite_names_a_remedy(rows):
    # The column explains over half of the variance: 1 - 2 R^2 is negative.
    result = GaussianMLE(rows["y"], rows["one"]).fit()
    column = rows["y"] + rows["x1"]
    with pytest.raises(ValueError, match=r"observed information of the.*Use observed=False or"):
        result.score_test(column, observed=True)
    for remedy in ({"observed": False}, {"observed": True, "cov_type": "HC0"}):
        assert result.score_test(column, **remedy).pvalue < 1e-6


def test_scores_without_variance_name_a_remedy():
    result = GaussianMLE(np.r_[0.0, 0.0, 1.0, -1.0, 2.0, -2.0], np.ones(6)).fit()
    column = np.r_[1.0, -1.0, 0.0, 0.0, 0.0, 0.0]  # where residuals are zero
    with pytest.raises(ValueError, match=r"outer product of the scores.*cov_type='nonrobust'"):
        result.score_test(column, cov_type="HC0")


def test_columns_in_rows_that_hardly_count_name_a_remedy(rows):
    # Where rows count, both columns are the same.
    columns = np.column_stack([rows["x1"], rows["x1"]])
    columns[0, 1] += 5
    model = GaussianMLE(rows["y"], rows["one"], freq_weights=np.r_[1e-30, np.ones(59)])
    with pytest.raises(ValueError, match=r"expected information of the extra.*fewer columns"):
        model.fit().score_test(columns, observed=False)
