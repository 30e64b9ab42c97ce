"""Measures of fit where responses are not all seen exactly."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, from_json, truncreg
from sm_gaussmle.statsmodels_face.removed_data import DataRemovedError

NEED_EXACT = [
    "ssr",
    "ess",
    "centered_tss",
    "uncentered_tss",
    "rsquared",
    "rsquared_adj",
    "mse_resid",
    "mse_model",
    "mse_total",
    "fvalue",
    "f_pvalue",
    "deviance",
    "null_deviance",
    "sigma2_unbiased",
]
ALSO_WITH_A_SCALE_EQUATION = ["centered_tss", "uncentered_tss", "rsquared", "rsquared_adj"]
LIMITS = ("left", "right", "trunc_left", "trunc_right")
PER_ROW = ("offset", "offset_scale", "freq_weights", "var_weights", *LIMITS)


def constant_only(model):
    """Return the log-likelihood of a constant and a variance, maximised over a grid."""
    options = {name: getattr(model, name) for name in PER_ROW}
    null = GaussianMLE(model.endog, np.ones((len(model.endog), 1)), **options)
    fit = null.fit()
    centre, width = np.asarray(fit.params), 0.02
    grid = centre + width * np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)])
    values = [null.loglike(point) for point in grid]
    assert np.argmax(values) == 4
    return values[4]


@pytest.mark.parametrize("name", NEED_EXACT)
@pytest.mark.parametrize("kind", ["censored", "intervals", "truncated"])
def test_sums_of_squares_need_exact_responses(limited_of, kind, name):
    fit = limited_of(kind)
    asked = "fvalue" if name == "f_pvalue" else name
    with pytest.raises(AttributeError, match=f"`{asked}` is defined only where .* Use "):
        getattr(fit, name)


@pytest.mark.parametrize("name", ALSO_WITH_A_SCALE_EQUATION)
def test_shares_need_exact_responses_with_a_scale_equation_too(limited_of, name):
    with pytest.raises(AttributeError, match="left-censored at -8, right-censored at -2"):
        getattr(limited_of("censored, scale equation"), name)


def test_covariances_are_multiplied_by_nothing(limited):
    assert limited.scale == 1.0


@pytest.mark.parametrize("cov_type", ["unbiased", "HC2", "HC3"])
@pytest.mark.parametrize("kind", ["censored", "intervals", "truncated"])
def test_covariances_that_correct_residuals_need_exact_responses(limited_of, kind, cov_type):
    with pytest.raises(ValueError, match="not every response is seen exactly"):
        limited_of(kind).model.fit(cov_type=cov_type)


# Likelihoods ----------------------------------------------------------------------------


def test_the_constant_only_model_has_the_same_limits_and_weights(limited):
    assert_allclose(limited.llnull, constant_only(limited.model), rtol=1e-12)


def test_the_likelihood_ratio_is_against_the_constant_only_model(limited):
    statistic = 2 * (limited.llf - constant_only(limited.model))
    assert_allclose(limited.llr, statistic, rtol=1e-10)
    df = len(limited.params) - 2
    assert_allclose(limited.llr_pvalue, stats.chi2.sf(statistic, df), rtol=1e-8)


def test_pseudo_r_squared_are_of_the_likelihoods(limited):
    null = constant_only(limited.model)
    assert_allclose(limited.prsquared, 1 - limited.llf / null, rtol=1e-12)
    cox_snell = 1 - np.exp(2 * (null - limited.llf) / limited.nobs)
    assert_allclose(limited.pseudo_rsquared("cs"), cox_snell, rtol=1e-12)


def test_criteria_count_every_parameter(limited):
    k, n = len(limited.params), limited.nobs
    assert_allclose(limited.aic, -2 * limited.llf + 2 * k, rtol=1e-14)
    assert_allclose(limited.bic, -2 * limited.llf + np.log(n) * k, rtol=1e-14)
    assert_allclose(limited.info_criteria("hqic"), -2 * limited.llf + 2 * np.log(np.log(n)) * k)


@pytest.fixture(scope="module")
def without_null():
    """A truncated fit that converges, whose constant-only model has no maximum."""
    # Responses that fall off more slowly than those of any normal distribution.
    x = np.random.default_rng(3).exponential(size=200) ** 1.5
    y = x + 0.5 * np.random.default_rng(4).normal(size=200)
    kept = pd.DataFrame({"y": y, "x": x})[y > 0]
    fit = truncreg("y ~ x", kept, trunc_left=0).fit()
    assert fit.converged
    return fit


def test_a_constant_only_model_without_a_maximum_has_no_likelihood():
    # More responses near both limits than between them: no variance is large enough.
    rng = np.random.default_rng(5)
    x = 0.5 + 0.5 * np.sin(np.linspace(-1.5, 1.5, 40))
    y = np.clip(x + rng.normal(scale=0.02, size=40), 0.0, 1.0)
    model = GaussianMLE(y, np.c_[np.ones(40), x], trunc_left=0.0, trunc_right=1.0)
    with pytest.raises(AttributeError, match=r"`llnull` has no value: .*Compare `aic`"):
        _ = model.fit().llnull


@pytest.mark.parametrize("kept", ["fit", "without data", "json"])
def test_a_summary_leaves_out_a_null_likelihood_that_has_no_value(without_null, kept):
    fit = {
        "fit": lambda: without_null,
        "without data": without_null.without_data,
        "json": lambda: from_json(without_null.to_json()),
    }[kept]()
    text = fit.summary2().as_text()
    assert "Log-Likelihood:" in text
    assert "LL-Null" not in text


def test_a_null_likelihood_without_a_value_is_refused_without_the_data_too(without_null):
    bare = without_null.without_data()
    with pytest.raises(DataRemovedError, match=r"`llnull` takes another fit; compare `aic`"):
        _ = bare.llnull
    assert not hasattr(bare, "llr")
