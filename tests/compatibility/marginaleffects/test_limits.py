"""marginaleffects of fits with limits: of the latent response, which `predict` is of.

Effects on the mean of what is seen, or on the probability of being seen, are those of
``get_margeff(which=...)``.
"""

import marginaleffects as me
import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import intreg, tobit, truncreg

STEP = {"eps_vcov": 1e-6}
# The mean is linear in its parameters: a long step has no error but less rounding.
LINEAR = {"eps_vcov": 1e-3}
DIFFERENCES = 1e-4  # of standard errors, see test_marginaleffects.py
SLOPE = 1e-7


def grouped(rows):
    """The response is known to ten beats."""
    low = rows["thalach"] // 10 * 10
    return intreg("low + high ~ age + exang | age", rows.assign(low=low, high=low + 10)).fit()


FITS = {
    "censored": lambda rows: tobit("oldpeak ~ age + exang | age", rows, left=0).fit(),
    "intervals": grouped,
    "truncated": lambda rows: truncreg(
        "thalach ~ age + exang | age", rows[rows["thalach"] > 100], trunc_left=100
    ).fit(),
}


@pytest.fixture(params=FITS)
def fit(request, heart):
    return FITS[request.param](heart)


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0", "HC1", "opg"])
def test_slopes_are_the_coefficients_of_the_latent_mean(fit, cov_type):
    found = me.avg_slopes(fit, vcov=True if cov_type == "nonrobust" else cov_type, **LINEAR)
    expected = fit.get_robustcov_results(cov_type)
    assert list(found["term"]) == ["age", "exang"]
    assert_allclose(found["estimate"], fit.params[["age", "exang"]], rtol=SLOPE)
    assert_allclose(found["std_error"], expected.bse[["age", "exang"]], rtol=DIFFERENCES)
    assert_allclose(found["estimate"], fit.get_margeff().margeff, rtol=SLOPE)


@pytest.mark.parametrize("cov_type", ["HC0", "HC1"])
def test_slopes_of_sigma_are_those_of_get_margeff(fit, cov_type):
    view = fit.scale_view()
    found = me.avg_slopes(view, vcov=cov_type, **STEP)
    expected = view.get_robustcov_results(cov_type).get_margeff()
    assert_allclose(found["estimate"], expected.margeff, rtol=SLOPE)
    assert_allclose(found["std_error"], expected.margeff_se, rtol=DIFFERENCES)


def test_predictions_are_latent_means(fit):
    rows = fit.model.data.frame
    found = me.predictions(fit, **STEP)["estimate"].to_numpy()
    assert_allclose(found, fit.predict(rows), rtol=1e-12)


def test_means_of_what_is_seen_are_not_what_it_predicts(heart):
    fit = FITS["censored"](heart)
    found = me.predictions(fit)["estimate"].to_numpy()
    assert np.min(fit.predict(heart, which="censored") - found) > 0
    effects = fit.get_margeff(which="censored").margeff
    assert (np.abs(effects) < np.abs(me.avg_slopes(fit)["estimate"].to_numpy())).all()
