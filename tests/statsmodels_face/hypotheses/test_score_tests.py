"""Score tests of left-out columns, against larger models and classical tests."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.stats.diagnostic import het_breuschpagan, het_white

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


# Against the larger model at the estimates of the smaller ------------------------------


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
    assert_allclose(test[:2], expected[:2], rtol=1e-10)  # both have 1e-12


def test_the_studentized_score_test_of_the_variance_is_that_of_koenker(rows, extra):
    result = GaussianMLE(rows["y"], rows[MEAN]).fit()
    expected = het_breuschpagan(result.resid, np.column_stack([rows["one"], extra[1]]))
    test = result.score_test(None, extra[1], studentized=True)
    assert_allclose(test[:2], expected[:2], rtol=1e-10)


def test_the_studentized_score_test_of_squares_and_products_is_that_of_white(rows, engine):
    result = gaussmle("y ~ x1 + x2", rows).fit()
    expected = het_white(result.resid, result.model.exog)
    test = result.score_test(None, "x1 * x2 + I(x1**2) + I(x2**2)", studentized=True)
    assert_allclose(test[:2], expected[:2], rtol=1e-10)
    assert test.df == 5


def test_the_studentized_score_test_of_the_variance_is_n_times_r_squared(model, extra):
    # Of the regression of squared standardized residuals on all columns.
    result, weights = model.fit(), model.freq_weights
    old = np.ones((60, 1)) if model.exog_scale is None else model.exog_scale
    squares = result.resid_pearson**2
    exog = np.column_stack([old, extra[1]])
    auxiliary = sm.WLS(squares, exog, weights=1.0 if weights is None else weights).fit()
    test = result.score_test(exog_scale_extra=np.asarray(extra[1]), studentized=True)
    # The score of the fit is zero up to 1e-8 standard errors.
    assert_allclose(test.statistic, model.nobs * auxiliary.rsquared, rtol=1e-6)


def test_studentized_the_score_test_of_the_mean_is_the_same(large, extra):
    # The standardized residuals have variance 1 where the scale equation has a constant.
    test = large.score_test(extra[0], studentized=True)
    assert_allclose(test, large.score_test(extra[0]), rtol=1e-7)


def test_the_studentized_score_test_of_both_has_third_moments_between_them(rows, extra):
    result = GaussianMLE(rows["y"], rows["one"]).fit()
    u = result.resid_pearson.to_numpy()
    columns = [np.asarray(part - part.mean()) for part in extra]
    score = np.r_[u @ columns[0], (u**2 - 1) @ columns[1] / 2]
    factors = np.column_stack([u, (u**2 - 1) / 2])
    moments = np.kron(factors.T @ factors / 60, np.ones((2, 2)))
    both = np.hstack(columns)
    expected = score @ np.linalg.solve(both.T @ both * moments, score)
    test = result.score_test(*extra, studentized=True)
    assert_allclose(test.statistic, expected, rtol=1e-10)


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


def test_the_score_test_of_clusters_adds_their_scores_up(rows, extra):
    groups = np.arange(60) % 13
    exog = rows[MEAN].to_numpy()
    result = GaussianMLE(rows["y"], rows[MEAN]).fit()
    beyond = extra[0] - exog @ np.linalg.lstsq(exog, extra[0], rcond=None)[0]
    sums = beyond.mul(result.resid, axis=0).groupby(groups).sum().to_numpy()
    ones = sm.OLS(np.ones(13), sums).fit()
    test = result.score_test(extra[0], cov_type="cluster", cov_kwds={"groups": groups})
    assert_allclose(test.statistic, 13 - ones.ssr, rtol=1e-9)


def test_the_score_test_of_the_mean_is_that_of_glm_but_for_the_variance(rows, extra):
    # GLM takes RSS/(n - k) for known, and centres the scores of HC0.
    theirs = sm.GLM(rows["y"], rows[MEAN]).fit()
    ours = GaussianMLE(rows["y"], rows[MEAN]).fit()
    there = theirs.score_test(extra[0])
    assert_allclose(ours.score_test(extra[0])[0] * 57 / 60, there.statistic, rtol=1e-10)
    robust = ours.score_test(extra[0], cov_type="HC0").statistic
    there, _ = theirs.score_test(extra[0], cov_type="HC0")
    assert_allclose(robust / (1 - robust / 60) * 59 / 60, there, rtol=1e-9)


def test_the_likelihood_ratio_of_columns_of_the_mean_is_a_function_of_the_score_test(
    rows, extra
):
    small = GaussianMLE(rows["y"], rows[MEAN]).fit()
    large = GaussianMLE(rows["y"], rows[MEAN].join(extra[0])).fit()
    share = small.score_test(extra[0]).statistic / 60
    assert_allclose(2 * (large.llf - small.llf), -60 * np.log1p(-share), rtol=1e-9)


@pytest.mark.parametrize("equation", ["exog", "exog_scale"])
def test_small_effects_have_the_likelihood_ratio_of_the_observed_score_test(
    rows, large, extra, equation
):
    # A column without effect, and a small share of the residuals, or of their squares less
    # 1, in it: the ratio of both statistics goes to 1 with that share.
    u = large.resid_pearson
    signal = u / large.predict(which="scale") if equation == "exog" else u**2 - 1
    column = extra[0]["a1"]
    column = column - signal * (signal @ column) / (signal @ signal)
    name = {"exog": "exog_extra", "exog_scale": "exog_scale_extra"}[equation]
    errors = []
    for share in (0.02, 0.002):
        added = column + share * signal
        longer = {"exog": rows[MEAN], "exog_scale": rows[SCALE]}
        longer[equation] = longer[equation].assign(added=added)
        full = GaussianMLE(rows["y"], **longer).fit()
        test = large.score_test(**{name: added}, observed=True)
        errors.append(2 * (full.llf - large.llf) / test.statistic - 1)
    assert abs(errors[0]) < 0.02
    assert abs(errors[1]) < abs(errors[0]) / 8  # a tenth, and terms of second order


def test_a_tuple_of_two_is_for_both_equations(large, extra):
    assert large.score_test(tuple(extra)) == large.score_test(*extra)
    assert large.score_test((None, extra[1])) == large.score_test(exog_scale_extra=extra[1])


def test_separate_tests_are_in_the_order_of_the_columns(large, extra):
    z, pvalue, df = large.score_test(*extra, hypothesis="separate")
    alone = [large.score_test(extra[0][["a2"]]), large.score_test(None, extra[1][["b1"]])]
    assert_allclose(z[[1, 2]] ** 2, [test.statistic for test in alone], rtol=1e-10)
    assert_allclose(pvalue, 2 * stats.norm.sf(np.abs(z)), rtol=1e-10)
    assert df == 4


def test_score_tests_do_not_need_standard_errors(scaled, large, extra):
    assert scaled.fit(skip_hessian=True).score_test(*extra) == large.score_test(*extra)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "nothing to test; pass `exog_extra` or `exog_scale_extra`"),
        ({"exog_extra": np.ones(59)}, "`exog_extra` has 59 rows; the model has 60"),
        (
            {"exog_scale_extra": np.full(60, np.nan)},
            r"missing or infinite: exog_scale_extra\[0\] in 60 of 60 rows \(rows 'r0', 'r1',",
        ),
        (
            {"exog_extra": np.arange(60.0), "hypothesis": "both"},
            "`hypothesis` is 'both'; it must be 'joint' or 'separate'",
        ),
    ],
)
def test_wrong_arguments_of_the_score_test_are_refused(large, arguments, message):
    with pytest.raises(ValueError, match=message):
        large.score_test(**arguments)


def test_columns_of_the_model_are_refused_by_name(large, rows, extra):
    bad = extra[0].assign(double=rows["x1"] * 2 + 1)
    with pytest.raises(ValueError, match=r"`exog_extra` has columns that are comb.*: double\."):
        large.score_test(bad)
    with pytest.raises(
        ValueError,
        match=r"`exog_scale_extra` has columns that are.*: exog_scale_extra\[0\], exog_scale_extra\[1\]\.",
    ):
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


@pytest.mark.parametrize("text", ["x1 = 0", "x2 = v"])
def test_equations_are_no_columns_and_no_hypothesis(rows, text):
    fit = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(
        ValueError, match=r"must be columns that the model does not have.*wald_test\(\)"
    ):
        fit.score_test(text)
    with pytest.raises(
        ValueError, match=r"must be 'joint' or 'separate'.*constraint_tests\(\)"
    ):
        fit.score_test(hypothesis=text)
