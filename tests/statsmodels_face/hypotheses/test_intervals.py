"""Intervals of the parameters by each method, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from scipy import optimize, stats
from statsmodels.tools.sm_exceptions import ConvergenceWarning, ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle

MEAN = ["one", "x1", "x2"]


@pytest.fixture
def result(constant):
    return constant.fit()


def test_wald_is_the_default(result):
    pd.testing.assert_frame_equal(result.conf_int(), result.conf_int(0.05, method="wald"))


def test_profile_intervals_have_the_names_of_the_parameters(result):
    found = result.conf_int(method="profile")
    assert list(found.index) == [*MEAN, "ln(sigma2)"]
    assert list(found.columns) == [0, 1]


def test_profile_intervals_of_coefficients_are_those_of_the_t_statistic(result):
    # Profile is a monotone function of t: with s unbiased, s sqrt((n-p)(exp(q/n)-1)).
    n, p = 60, 3
    factor = np.sqrt((n - p) * np.expm1(stats.chi2.isf(0.1, 1) / n))
    ols = sm.OLS(result.model.endog, result.model.exog).fit()
    found = np.asarray(result.conf_int(0.1, method="profile"))[:3]
    assert_allclose(found[:, 1], ols.params + factor * ols.bse, rtol=1e-11)


@pytest.mark.parametrize("alpha", [0.01, 0.3])
def test_exact_intervals_of_coefficients_are_those_of_ols(result, alpha):
    ols = sm.OLS(result.model.endog, result.model.exog).fit()
    found = np.asarray(result.conf_int(alpha, method="exact"))[:3]
    assert_allclose(found, ols.conf_int(alpha), rtol=1e-12)


def test_exact_intervals_with_variance_weights_are_those_of_wls(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], var_weights=rows["v"])
    expected = sm.WLS(rows["y"], rows[MEAN], weights=rows["v"]).fit().conf_int()
    assert_allclose(model.fit().conf_int(method="exact")[:3], expected, rtol=1e-12)


def test_exact_intervals_with_frequency_weights_are_those_of_repeated_rows(rows):
    model = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["f"])
    repeated = rows.loc[rows.index.repeat(rows["f"].astype(int))]
    expected = GaussianMLE(repeated["y"], repeated[MEAN]).fit().conf_int(method="exact")
    assert_allclose(model.fit().conf_int(method="exact"), expected, rtol=1e-10)


def test_the_exact_interval_of_the_variance_is_that_of_the_sum_of_squares(result):
    found = np.exp(np.asarray(result.conf_int(0.1, method="exact"))[-1])
    tails = stats.chi2.isf([0.05, 0.95], 57)
    assert_allclose(found, result.ssr / tails, rtol=1e-12)


def test_an_exact_interval_under_a_restriction_is_that_of_the_smaller_model(rows, constant):
    found = constant.fit_constrained("x2 = -0.5").conf_int(method="exact").to_numpy()
    smaller = sm.OLS(rows["y"] + 0.5 * rows["x2"], rows[["one", "x1"]]).fit()
    assert_allclose(found[:2], smaller.conf_int(), rtol=1e-9)
    assert_allclose(found[2], -0.5)


def test_a_profile_interval_under_a_restriction_is_that_of_the_smaller_model(rows, scaled):
    found = scaled.fit_constrained("x2 = -0.5").conf_int(method="profile").to_numpy()
    smaller = GaussianMLE(
        rows["y"] + 0.5 * rows["x2"], rows[["one", "x1"]], exog_scale=rows[["one", "z"]]
    ).fit()
    expected = smaller.conf_int(method="profile")
    assert_allclose(found[[0, 1, 3, 4]], expected, rtol=1e-8)
    assert_allclose(found[2], -0.5)


def test_profile_intervals_with_constant_variance_need_no_rows(result):
    expected = result.conf_int(method="profile")
    result.remove_data()
    pd.testing.assert_frame_equal(result.conf_int(method="profile"), expected)


def test_the_unbiased_covariance_does_not_change_the_profile(constant, result):
    unbiased = constant.fit(cov_type="unbiased").conf_int(method="profile")
    pd.testing.assert_frame_equal(unbiased, result.conf_int(method="profile"))


def test_of_an_end_that_is_not_found_there_is_a_warning(scaled):
    result = scaled.fit()
    surface = result._results.likelihood_surface("this")

    class Walled:
        """Not finite beyond one standard error."""

        def __getattr__(self, name):
            return getattr(surface, name)

        def evaluate(self, point):
            return surface.evaluate(point if np.linalg.norm(point) < 1 else np.nan * point)

    result._results.likelihood_surface = lambda _: Walled()
    with pytest.warns(
        ValueWarning, match=r"no end.*'one' \(the lower end.*could not be"
    ) as told:
        found = result.conf_int(method="profile")
    assert found.isna().all(axis=None)
    assert [warning.filename for warning in told] == [__file__]


@pytest.mark.parametrize("seed", [0, 1, 5, 12])
def test_an_interval_reaches_to_infinity_where_an_exponential_distribution_lies_in_it(seed):
    # The limit of a truncated normal sample as mean and variance run off together: its rate
    # is linear in the columns, and a slope that is held finite has no effect on it.
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(80)
    y = rng.standard_normal(80) + 0.3 * x - 0.7
    x, y = x[y > 0], y[y > 0]
    result = GaussianMLE(y, np.column_stack([np.ones(len(y)), x]), trunc_left=0).fit()

    def fall(coef):
        rate = coef[0] + coef[1] * x
        return rate @ y - np.log(rate).sum() if (rate > 0).all() else np.inf

    of_slope = fall([1 / y.mean(), 0.0])
    of_variance = optimize.minimize(fall, [1 / y.mean(), 0.0], method="Nelder-Mead").fun
    cutoff = result.llf - 0.5 * stats.chi2.ppf(0.95, 1)
    found = result.conf_int(method="profile")
    assert np.isinf(found[1]).all() == np.isinf(found[1]).any() == (-of_slope > cutoff)
    assert np.isinf(found[2, 1]) == (-of_variance > cutoff)
    assert not np.isnan(found).any()


# Refusals -----------------------------------------------------------------------------------


def test_other_methods_are_refused_with_those_there_are(result):
    with pytest.raises(ValueError, match=r"'wilks'; it must be 'wald', 'profile', 'exact' or"):
        result.conf_int(method="wilks")


@pytest.mark.parametrize("method", ["wald", "profile", "exact"])
@pytest.mark.parametrize("alpha", [0.0, 1.0, 95, "a"])
def test_levels_are_between_0_and_1(result, alpha, method):
    with pytest.raises(ValueError, match="`alpha`"):
        result.conf_int(alpha=alpha, method=method)


@pytest.mark.parametrize("method", ["profile", "exact"])
def test_robust_covariances_are_refused_with_the_remedy(constant, method):
    robust = constant.fit(cov_type="HC0")
    with pytest.raises(ValueError, match=r"robust covariance 'HC0'.*method='wald'"):
        robust.conf_int(method=method)


@pytest.mark.parametrize("method", ["profile", "exact"])
def test_a_fit_that_did_not_converge_is_refused(scaled, method):
    with pytest.warns(ConvergenceWarning):
        result = scaled.fit(maxiter=1)
    with pytest.raises(ValueError, match=r"the fit is none.*convergence_report"):
        result.conf_int(method=method)


def test_profile_intervals_with_a_scale_equation_need_the_rows(scaled):
    result = scaled.fit()
    result.remove_data()
    with pytest.raises(ValueError, match="data were removed"):
        result.conf_int(method="profile")


def test_exact_intervals_ask_what_the_weights_count(result):
    result.remove_data()
    with pytest.raises(ValueError, match="before remove_data"):
        result.conf_int(method="exact")


def test_exact_intervals_are_refused_with_a_scale_equation(scaled):
    with pytest.raises(ValueError, match=r"has a scale equation.*method='profile'"):
        scaled.fit().conf_int(method="exact")


def test_exact_intervals_are_refused_with_a_restriction_on_the_variance(result):
    fixed = result.model.fit_constrained("ln(sigma2) = 0")
    with pytest.raises(ValueError, match="restrictions on the variance"):
        fixed.conf_int(method="exact")


def test_exact_intervals_are_refused_with_weights_that_count_nothing(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["v"]).fit()
    with pytest.raises(ValueError, match="`freq_weights` are not all whole numbers"):
        result.conf_int(method="exact")


# The bootstrap ------------------------------------------------------------------------------


def test_bootstrap_intervals_are_those_of_the_bootstrap(result):
    expected = result.bootstrap(rng=3).conf_int(0.1)
    assert_allclose(result.conf_int(0.1, method="bootstrap", rng=3), expected)


def test_bootstrap_intervals_do_not_replace_stored_replicates(result):
    result.bootstrap(50, rng=1)
    stored = result._results.bootstrap_results
    result.conf_int(method="bootstrap", rng=3)
    assert result._results.bootstrap_results is stored


def test_a_seed_is_for_the_bootstrap(result):
    with pytest.raises(ValueError, match=r"`rng` is for method='bootstrap'; .* 'profile'"):
        result.conf_int(method="profile", rng=1)


@pytest.mark.parametrize("cov_type", ["nonrobust", "unbiased"])
def test_wald_intervals_are_exact_far_out(rows, cov_type):
    result = gaussmle("y ~ x1", rows).fit(cov_type=cov_type)
    tail = stats.t(58) if cov_type == "unbiased" else stats.norm
    half = tail.isf(0.5e-30) * np.asarray(result.bse)
    assert_allclose(result.conf_int(1e-30).to_numpy()[:, 1], np.asarray(result.params) + half)
