"""Measures of fit, compared with those of OLS, WLS and GLM."""

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.tools import eval_measures

from sm_gaussmle import GaussianMLE, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
SUMS = ["ssr", "centered_tss", "uncentered_tss", "ess"]
SHARES = ["rsquared", "rsquared_adj"]
MEANS = ["mse_resid", "mse_model", "mse_total"]
TESTS = ["fvalue", "f_pvalue"]
COLUMNS = ["eigenvals", "condition_number"]
CONSTANT_ONLY = ["ssr", "ess", *MEANS, *TESTS, "deviance", "null_deviance"]


def _repeated(rows):
    return rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)


# Each a fit of ours beside one of statsmodels.
PAIRS = {
    "constant variance": lambda d: (
        GaussianMLE(d["y"], d[MEAN]),
        sm.OLS(d["y"], d[MEAN]),
    ),
    "variance weights": lambda d: (
        GaussianMLE(d["y"], d[MEAN], var_weights=d["v"]),
        sm.WLS(d["y"], d[MEAN], weights=d["v"]),
    ),
    "a known part of the log variance": lambda d: (
        GaussianMLE(d["y"], d[MEAN], offset_scale=d["s"]),
        sm.WLS(d["y"], d[MEAN], weights=np.exp(-d["s"])),
    ),
    "frequency weights": lambda d: (
        GaussianMLE(d["y"], d[MEAN], freq_weights=d["f"]),
        sm.OLS(_repeated(d)["y"], _repeated(d)[MEAN]),
    ),
    "all weights and an offset": lambda d: (
        GaussianMLE(d["y"], d[MEAN], freq_weights=d["f"], var_weights=d["v"], offset=d["o"]),
        sm.WLS(
            _repeated(d)["y"] - _repeated(d)["o"], _repeated(d)[MEAN], weights=_repeated(d)["v"]
        ),
    ),
    "an offset": lambda d: (
        GaussianMLE(d["y"], d[MEAN], offset=d["o"]),
        sm.OLS(d["y"] - d["o"], d[MEAN]),
    ),
    "no constant": lambda d: (
        GaussianMLE(d["y"], d[["x1", "x2"]]),
        sm.OLS(d["y"], d[["x1", "x2"]]),
    ),
    "an implicit constant": lambda d: (
        GaussianMLE.from_formula("y ~ C(g) + x1 - 1", d),
        smf.ols("y ~ C(g) + x1 - 1", d),
    ),
    "the constant alone": lambda d: (
        GaussianMLE(d["y"], d["one"]),
        sm.OLS(d["y"], d["one"]),
    ),
}


@pytest.mark.parametrize("name", [*SUMS, *SHARES, *MEANS, *TESTS, *COLUMNS])
@pytest.mark.parametrize("kind", PAIRS)
def test_sums_of_squares_and_what_they_make_are_those_of_least_squares(rows, kind, name):
    mine, theirs = (model.fit() for model in PAIRS[kind](rows))
    # With one column ess is a difference of equal sums; so is what it makes.
    atol = 1e-11 * theirs.centered_tss if kind == "the constant alone" else 0.0
    assert_allclose(getattr(mine, name), getattr(theirs, name), rtol=1e-9, atol=atol)


@pytest.mark.parametrize("cov_type", ["HC0", "HC3"])
@pytest.mark.parametrize("formula", ["y ~ x1 + x2", "y ~ x1 + x2 - 1", "y ~ C(g) - 1"])
def test_the_f_test_is_robust_where_the_covariance_is(rows, formula, cov_type):
    mine = gaussmle(formula, rows).fit(cov_type=cov_type, use_t=True)
    ols = smf.ols(formula, rows).fit(cov_type=cov_type, use_t=True)
    assert_allclose([mine.fvalue, mine.f_pvalue], [ols.fvalue, ols.f_pvalue], rtol=1e-8)


def test_the_robust_f_test_is_a_chi_squared_test_without_t(constant):
    result = constant.fit(cov_type="HC0")
    test = result.wald_test(np.eye(4)[[1, 2]], use_f=False)
    assert_allclose(result.fvalue, test.statistic / 2, rtol=1e-10)


@pytest.mark.parametrize("cov_type", ["nonrobust", "unbiased"])
def test_the_f_test_is_exact_whatever_the_divisor_of_the_variance(constant, rows, cov_type):
    result, ols = constant.fit(cov_type=cov_type), sm.OLS(rows["y"], rows[MEAN]).fit()
    assert_allclose([result.fvalue, result.f_pvalue], [ols.fvalue, ols.f_pvalue], rtol=1e-9)


def test_the_robust_f_test_of_the_constant_alone_has_no_value(rows):
    result = GaussianMLE(rows["y"], rows["one"]).fit(cov_type="HC0")
    assert np.isnan(result.fvalue)
    assert np.isnan(result.f_pvalue)


@pytest.mark.parametrize("offset", [False, True])
def test_deviances_are_those_of_glm(rows, offset):
    options = {"var_weights": rows["v"], "freq_weights": rows["f"]}
    if offset:
        options["offset"] = rows["o"]
    mine = GaussianMLE(rows["y"], rows[MEAN], **options).fit()
    glm = sm.GLM(rows["y"], rows[MEAN], **options).fit(tol=1e-14)
    assert_allclose(mine.deviance, glm.deviance, rtol=1e-10)
    # GLM's own null model with an offset is fitted by iterations to 1e-8.
    assert_allclose(mine.null_deviance, glm.null_deviance, rtol=1e-7 if offset else 1e-10)


# With a scale equation -------------------------------------------------------------------


def test_with_a_scale_equation_sums_of_squares_are_of_the_mean_alone(scaled, rows):
    result = scaled.fit()
    y = rows["y"]
    residual = ((y - result.fittedvalues) ** 2).sum()
    total = ((y - y.mean()) ** 2).sum()
    assert_allclose(
        [result.centered_tss, result.uncentered_tss], [total, (y**2).sum()], rtol=1e-12
    )
    assert_allclose(result.rsquared, 1 - residual / total, rtol=1e-12)
    assert_allclose(result.rsquared_adj, 1 - 59 / 57 * residual / total, rtol=1e-12)


@pytest.mark.parametrize("name", CONSTANT_ONLY)
def test_what_has_a_meaning_with_constant_variance_only_is_refused(scaled, name):
    result = scaled.fit()
    assert not hasattr(result, name)
    name = "fvalue" if name == "f_pvalue" else name
    with pytest.raises(AttributeError, match=rf"`{name}` is defined only with constant var"):
        getattr(result, name)


@pytest.mark.parametrize("kind", ["scale equation", "scale equation with all"])
def test_eigenvalues_are_of_the_columns_weighted_by_their_precision(rows, options_of, kind):
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(kind)).fit()
    information = result.model.information(result.params, observed=False)[:3, :3]
    assert_allclose(result.eigenvals, np.linalg.eigvalsh(information)[::-1], rtol=1e-9)
    assert_allclose(result.condition_number, np.sqrt(np.linalg.cond(information)), rtol=1e-9)


def test_without_residual_degrees_of_freedom_there_is_no_adjustment(rows):
    # Frequency weights below one can leave fewer observations than columns.
    weights = np.full(60, 0.05)
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=weights).fit()
    for name in ("rsquared_adj", "mse_resid"):
        with pytest.raises(AttributeError, match=rf"`{name}` needs more observations than col"):
            getattr(result, name)


# Likelihoods -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cs", "CoxSnell", "lr"])
def test_cox_and_snells_pseudo_r_squared_is_r_squared(rows, kind):
    result = GaussianMLE(rows["y"], rows[MEAN], var_weights=rows["v"]).fit()
    wls = sm.WLS(rows["y"], rows[MEAN], weights=rows["v"]).fit()
    assert_allclose(result.pseudo_rsquared(kind), wls.rsquared, rtol=1e-10)


@pytest.mark.parametrize("kind", ["mcf", "McFadden"])
def test_mcfaddens_pseudo_r_squared_is_of_log_likelihoods(scaled, rows, kind):
    result, null = scaled.fit(), sm.OLS(rows["y"], rows["one"]).fit()
    assert_allclose(result.pseudo_rsquared(kind), 1 - result.llf / null.llf, rtol=1e-10)
    assert result.prsquared == result.pseudo_rsquared() == result.pseudo_rsquared(kind)


@pytest.mark.parametrize("kind", ["r2", None, 2])
def test_other_pseudo_r_squared_are_refused(constant, kind):
    with pytest.raises(ValueError, match=rf"`kind` is {kind!r}; it must be 'mcf' or 'cs'"):
        constant.fit().pseudo_rsquared(kind)


@pytest.mark.parametrize("crit", ["aic", "bic", "aicc", "hqic", "AIC"])
def test_criteria_are_those_of_statsmodels_with_every_parameter(model, crit):
    result = model.fit()
    expected = getattr(eval_measures, crit.lower())(result.llf, result.nobs, model.nparams)
    assert_allclose(result.info_criteria(crit), expected, rtol=1e-13)


@pytest.mark.parametrize("crit", ["aic", "bic", "aicc", "hqic"])
def test_a_parameter_less_gives_the_criteria_of_ols(constant, rows, crit):
    ols = sm.OLS(rows["y"], rows[MEAN]).fit()
    assert_allclose(
        constant.fit().info_criteria(crit, dk_params=-1), ols.info_criteria(crit), rtol=1e-12
    )


def test_criteria_are_attributes_too(scaled):
    result = scaled.fit()
    assert result.aic == result.info_criteria("aic")
    assert result.bic == result.bic_llf == result.info_criteria("bic")
    assert result.df_modelwc == 5


@pytest.mark.parametrize("crit", ["dic", None])
def test_other_criteria_are_refused(constant, crit):
    with pytest.raises(
        ValueError, match=rf"`crit` is {crit!r}; it must be 'aic', 'bic', 'aicc' or"
    ):
        constant.fit().info_criteria(crit)


def test_a_scale_is_refused(constant):
    with pytest.raises(ValueError, match=r"`scale` is 1\.0; the variance is a parameter here"):
        constant.fit().info_criteria("aic", scale=1.0)


def test_the_criterion_for_small_samples_needs_more_than_the_smallest(rows):
    few = rows.iloc[:5]
    result = GaussianMLE(few["y"], few[MEAN]).fit()
    with pytest.raises(ValueError, match="'aicc' needs more than 5 observations; there are 5"):
        result.info_criteria("aicc")
    assert np.isfinite(result.info_criteria("aicc", dk_params=-1))


def test_the_likelihood_ratio_needs_a_constant_in_both_equations(rows):
    without = GaussianMLE(rows["y"], rows[["x1", "x2"]]).fit()
    with pytest.raises(AttributeError, match=r"no constant in the mean.*Compare `llf`"):
        _ = without.llr
    without = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[["z", "s"]]).fit()
    with pytest.raises(AttributeError, match="no constant in the log variance"):
        _ = without.llr_pvalue


def test_the_likelihood_ratio_has_a_degree_per_parameter_beyond_the_constants(scaled, rows):
    result, null = scaled.fit(), sm.OLS(rows["y"], rows["one"]).fit()
    assert_allclose(result.llr, 2 * (result.llf - null.llf), rtol=1e-10)
    assert_allclose(result.llr_pvalue, stats.chi2.sf(result.llr, 3), rtol=1e-8)


def test_the_p_value_of_constants_alone_is_one(rows):
    result = GaussianMLE(rows["y"], rows["one"]).fit()
    assert result.llr_pvalue == 1.0


def test_a_user_who_denies_the_constant_still_has_a_constant_only_model(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], hasconst=False).fit()
    assert_allclose(result.llnull, sm.OLS(rows["y"], rows["one"]).fit().llf, rtol=1e-12)
    assert_allclose(result.rsquared, 1 - result.ssr / (rows["y"] ** 2).sum(), rtol=1e-12)


def test_a_constant_response_has_no_constant_only_model(rows):
    # The fit has no constant, or it would be perfect too.
    result = GaussianMLE(np.full(60, 5.0), rows[["x1"]]).fit()
    assert not hasattr(result, "prsquared")
    with pytest.raises(AttributeError, match=r"`llnull` has no value: a constant and the off"):
        _ = result.llnull
