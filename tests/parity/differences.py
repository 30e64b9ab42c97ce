"""How the names of the page differ, each in the way that the page says.

Longer than other modules because it has a check for each row of the page.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from statsmodels.regression.linear_model import OLS

from .values import RTOL, added, assert_same, constrained, value


def close(found, expected):
    assert_allclose(np.asarray(found, float), np.asarray(expected, float), rtol=RTOL, atol=1e-9)


def variance_ratio(theirs, ours):
    """(n - k)/n, which is below 1."""
    ratio = ours.results.df_resid / ours.results.nobs
    assert_allclose(ours.results.nobs - ratio * ours.results.nobs, theirs.k)
    return ratio


def as_there(ours, kind):
    """The fit here with the covariance and the distribution of OLS or GLM."""
    options = dict(ours.options) | {"cov_type": "unbiased", "use_t": kind == "ols"}
    return type(ours)(ours.case, ours.kind, tuple(options.items()))


# Inference ----------------------------------------------------------------------------------


def same_where_unbiased(name):
    """The name gives the same with ``cov_type="unbiased"``."""

    def check(theirs, ours):
        assert_same(value(theirs, name), value(as_there(ours, theirs.kind), name), name)

    return check


def smaller_standard_errors(name, power):
    """The same, and by default a power of (n - k)/n."""

    def check(theirs, ours):
        same_where_unbiased(name)(theirs, ours)
        factor = variance_ratio(theirs, ours) ** power
        mean = np.asarray(value(ours, name))[(slice(theirs.k),) * np.ndim(value(theirs, name))]
        close(mean, factor * np.asarray(value(theirs, name)))

    return check


def f_statistics(theirs, ours):
    same_where_unbiased("f_test")(theirs, ours)
    hypotheses = theirs.case.hypotheses
    default = ours.results.f_test(hypotheses).fvalue * variance_ratio(theirs, ours)
    close(default, theirs.results.f_test(hypotheses).fvalue)


def tests_of_terms(theirs, ours):
    unbiased = as_there(ours, theirs.kind)
    tested, own = value(theirs, "wald_test_terms"), value(unbiased, "wald_test_terms")
    close(np.squeeze(own["statistic"])[: len(tested)], tested["statistic"])
    close(np.squeeze(own["pvalue"])[: len(tested)], tested["pvalue"])
    assert list(own.index) == list(tested.index)
    assert not np.allclose(value(ours, "wald_test_terms")["statistic"], own["statistic"])


def distribution_of_tests(theirs, ours):
    assert (theirs.results.use_t, ours.results.use_t) == (True, False)


def unscaled_covariance(theirs, ours):
    inverse = np.asarray(ours.results.normalized_cov_params)[: theirs.k, : theirs.k]
    close(inverse / ours.results.sigma2, theirs.results.normalized_cov_params)


def descriptions(theirs, ours):
    described = ours.results.cov_kwds["description"]
    assert described != theirs.results.cov_kwds["description"]
    assert described in " ".join(str(ours.results.summary()).split())


# Parameters and fit ---------------------------------------------------------------------------


def log_variance_last(theirs, ours):
    assert_same(theirs.results.params, ours.results.params)
    last = np.asarray(ours.results.params)[theirs.k :]
    close(np.exp(last), [theirs.results.scale * variance_ratio(theirs, ours)])


def sigma_counted(name):
    def check(theirs, ours):
        further = 2.0 if name == "aic" else np.log(ours.results.nobs)
        close(value(ours, name), value(theirs, name) + further)

    return check


def criteria(theirs, ours):
    for crit in ("aic", "bic", "aicc", "hqic")[: 4 if theirs.kind == "ols" else 2]:
        there = theirs.results.info_criteria(crit)
        close(ours.results.info_criteria(crit, dk_params=-1), there)
        assert ours.results.info_criteria(crit) > there


def null_likelihood(theirs, ours):
    model, results = theirs.model, theirs.results
    weights = {"freq_weights": model.freq_weights, "var_weights": model.var_weights}
    ones = np.ones(len(model.endog))
    null = sm.GLM(model.endog, ones, offset=model.offset, **weights).fit()
    close(ours.results.llnull, null.llf)
    if model.k_constant:
        at_scale = model.family.loglike(
            model.endog, null.fittedvalues, scale=results.scale, **weights
        )
        close(results.llnull, at_scale)


def pseudo_rsquared(theirs, ours):
    results = ours.results
    close(results.pseudo_rsquared(), results.pseudo_rsquared("mcf"))
    close(theirs.results.pseudo_rsquared(), theirs.results.pseudo_rsquared("cs"))
    close(theirs.results.pseudo_rsquared("mcf"), 1 - results.llf / theirs.results.llnull)
    if ours.model.k_constant:
        close(results.pseudo_rsquared("cs"), results.rsquared)


def frequencies(fit):
    given = fit.model.freq_weights
    return np.ones(len(fit.model.endog)) if given is None else given


def without_a_constant(theirs, ours):
    """GLM takes one column for the constant, which is there or not."""
    assert theirs.model.df_model == theirs.results.df_model == theirs.k - 1
    assert ours.model.df_model == ours.results.df_model == theirs.k - ours.model.k_constant


def counted(name):
    def check(theirs, ours):
        assert value(theirs, name) == len(frequencies(ours))
        assert value(ours, name) == frequencies(ours).sum()

    return check


def likelihood_ratio(theirs, ours):
    found = ours.results.compare_lr_test(ours.restricted)
    assert_same(tuple(theirs.results.compare_lr_test(theirs.restricted)), tuple(found))
    with pytest.raises(ValueError, match="score_test"):
        ours.results.compare_lr_test(ours.restricted, large_sample=True)


def pearson(theirs, ours):
    divisor = ours.results.sigma
    if theirs.kind == "ols":
        divisor /= theirs.results.scale**0.5
    close(ours.results.resid_pearson * divisor, theirs.results.resid_pearson)


def history(theirs, ours):
    assert isinstance(ours.results.fit_history, pd.DataFrame)
    assert len(theirs.results.fit_history["deviance"]) > 1


def method(theirs, ours):
    assert theirs.results.method == "IRLS"
    assert ours.results.method == "closed form or trust-region Newton"


def settings(theirs, ours):
    assert theirs.results.mle_settings["optimizer"] == "IRLS"
    assert ours.results.mle_settings["optimizer"] is None


def tables(name):
    def check(theirs, ours):
        assert "ln(sigma2)" in value(ours, name)
        assert "ln(sigma2)" not in value(theirs, name)

    return check


# Rows -----------------------------------------------------------------------------------------


def predictions(theirs, ours):
    new = theirs.case.new
    close(ours.results.predict(new, offset=0), theirs.results.predict(new))


def prediction_intervals(theirs, ours):
    unbiased, new = as_there(ours, theirs.kind).results, theirs.case.new
    for there, here in (
        (theirs.results.get_prediction(), unbiased.get_prediction(offset=0)),
        (theirs.results.get_prediction(new), unbiased.get_prediction(new, offset=0)),
    ):
        frame, own = there.summary_frame(), here.summary_frame()
        assert_same(frame, own[list(frame)])
        assert set(own) - set(frame) <= {"obs_ci_lower", "obs_ci_upper"}


def distributions(theirs, ours):
    there, here = theirs.results.get_distribution(), ours.results.get_distribution()
    close(here.mean(), there.mean())
    close(there.var(), np.full_like(there.mean(), theirs.results.scale))
    close(here.var(), ours.results.sigma2 / theirs.model.var_weights)


def influence(theirs, ours):
    there = theirs.results.get_influence().summary_frame()
    here = ours.results.get_influence().summary_frame()
    assert set(here) - set(there) == {"student_resid", "dffits"}
    if ours.model.freq_weights is None:
        for name in ("cooks_d", "standard_resid", "hat_diag", "dffits_internal"):
            close(here[name], there[name])


def leverages(theirs, ours):
    here = ours.results.get_hat_matrix_diag() * frequencies(ours)
    close(here, theirs.results.get_hat_matrix_diag())


def effects(theirs, ours):
    if theirs.model.offset is not None:
        with pytest.raises(NotImplementedError, match="offset"):
            theirs.results.get_margeff()
        return
    there, here = theirs.results.get_margeff(), ours.results.get_margeff()
    close(here.margeff, there.margeff)
    close(here.margeff_se, there.margeff_se * variance_ratio(theirs, ours) ** 0.5)


def score_statistics(theirs, ours):
    here = ours.results.score_test(added(ours), observed=False)
    close(here.statistic * variance_ratio(theirs, ours), value(theirs, "score_test"))


# Models ---------------------------------------------------------------------------------------


def names(theirs, ours):
    assert ours.model.exog_names == [*theirs.model.exog_names, "ln(sigma2)"]
    assert ours.model.exog_names[: ours.model.k_exog] == theirs.model.exog_names


def fitting(theirs, ours):
    with pytest.raises(ValueError, match="`method` is"):
        ours.model.fit(method="qr" if theirs.kind == "ols" else "IRLS")
    with pytest.raises(TypeError, match="unknown arguments"):
        ours.model.fit(scale=1.0)


def at_the_same_point(name, sign=1.0):
    """The part of the mean is the same where theirs is told the variance."""

    def check(theirs, ours):
        if theirs.kind == "ols" and type(theirs.model) is not OLS:
            return  # WLS takes no scale
        params = ours.shifted
        there = getattr(theirs.model, name)(params[:-1], scale=np.exp(params[-1]))
        here = getattr(ours.model, name)(params)
        here = here[0] if isinstance(here, tuple) else np.asarray(here)
        here = here[tuple(slice(length) for length in np.shape(there))]
        close(sign * here, there)

    return check


def curvature_of_the_mean(theirs, ours):
    if theirs.kind == "glm":
        at_the_same_point("hessian_factor", sign=-1.0)(theirs, ours)
        return
    params = ours.shifted
    here = -np.exp(params[-1]) * ours.model.hessian_factor(params)[0]
    close(here, theirs.model.hessian_factor(params[:-1]))


def informations(theirs, ours):
    if theirs.kind == "glm":
        at_the_same_point("information", sign=-1.0)(theirs, ours)
    else:
        with pytest.raises(NotImplementedError):
            theirs.model.information(theirs.shifted)
    params = ours.shifted
    close(ours.model.information(params), -ours.model.hessian(params))


def frozen_distributions(theirs, ours):
    params = ours.shifted
    there = theirs.model.get_distribution(params[:-1], np.exp(params[-1]))
    here = ours.model.get_distribution(params)
    close(here.mean(), there.mean())
    known = ours.model.var_weights
    close(here.var(), there.var() if known is None else there.var() / known)


def none_for_ones(name):
    def check(theirs, ours):
        here, there = getattr(ours.model, name), getattr(theirs.model, name)
        close(there, 1.0) if here is None else close(there, here)

    return check


def restricted_estimates(theirs, ours):
    there, here = constrained(theirs), constrained(ours)
    close(here.params[: ours.k], there.params)
    unbiased = here.get_robustcov_results("unbiased")
    close(unbiased.bse[: ours.k], there.bse)


DIFFERENCES = {
    "params": log_variance_last,
    "bse": smaller_standard_errors("bse", 0.5),
    "cov_params": smaller_standard_errors("cov_params", 1.0),
    "tvalues": smaller_standard_errors("tvalues", -0.5),
    "pvalues": same_where_unbiased("pvalues"),
    "conf_int": same_where_unbiased("conf_int"),
    "t_test": same_where_unbiased("t_test"),
    "wald_test": same_where_unbiased("wald_test"),
    "f_test": f_statistics,
    "t_test_pairwise": same_where_unbiased("t_test_pairwise"),
    "wald_test_terms": tests_of_terms,
    "use_t": distribution_of_tests,
    "cov_kwds": descriptions,
    "get_robustcov_results": same_where_unbiased("get_robustcov_results"),
    "normalized_cov_params": unscaled_covariance,
    "aic": sigma_counted("aic"),
    "bic": sigma_counted("bic"),
    "bic_llf": sigma_counted("bic_llf"),
    "info_criteria": criteria,
    "llnull": null_likelihood,
    "pseudo_rsquared": pseudo_rsquared,
    "df_model": without_a_constant,
    "nobs": counted("nobs"),
    "compare_lr_test": likelihood_ratio,
    "resid_pearson": pearson,
    "fit_history": history,
    "method": method,
    "mle_settings": settings,
    "get_prediction": prediction_intervals,
    "predict": predictions,
    "get_distribution": distributions,
    "get_influence": influence,
    "get_hat_matrix_diag": leverages,
    "get_margeff": effects,
    "score_test": score_statistics,
    "summary": tables("summary"),
    "summary2": tables("summary2"),
    "model.exog_names": names,
    "model.fit": fitting,
    "model.fit_constrained": restricted_estimates,
    "model.loglike": at_the_same_point("loglike"),
    "model.score": at_the_same_point("score"),
    "model.hessian": at_the_same_point("hessian"),
    "model.hessian_factor": curvature_of_the_mean,
    "model.information": informations,
    "model.score_factor": at_the_same_point("score_factor"),
    "model.score_obs": at_the_same_point("score_obs"),
    "model.get_distribution": frozen_distributions,
    "model.df_model": without_a_constant,
    "model.nobs": counted("model.nobs"),
    "model.freq_weights": none_for_ones("freq_weights"),
    "model.var_weights": none_for_ones("var_weights"),
}
"""For each name that differs, a check of the way in which it does: check(theirs, ours)."""


# What is not there ----------------------------------------------------------------------------


def weighted_residuals(fit):
    known = fit.model.var_weights
    return fit.results.resid if known is None else fit.results.resid * known**0.5


def scaled_residuals(fit):
    return weighted_residuals(fit) / fit.results.sigma2_unbiased**0.5


def precisions(fit):
    known = fit.model.var_weights
    return np.ones(len(fit.model.endog)) if known is None else known


INSTEAD = {
    "resid_working": lambda fit: fit.results.resid,
    "resid_anscombe": scaled_residuals,
    "resid_anscombe_scaled": scaled_residuals,
    "resid_anscombe_unscaled": weighted_residuals,
    "pearson_chi2": lambda fit: fit.results.ssr,
    "model.mu": lambda fit: fit.results.fittedvalues,
    "model.iweights": lambda fit: frequencies(fit) * precisions(fit),
    "model.wnobs": lambda fit: fit.model.nobs,
    "model.scale": lambda fit: fit.results.sigma2_unbiased,
}
"""What the page says to use for some names that are not there."""
