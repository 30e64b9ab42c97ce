"""The likelihood-ratio test of a scale equation, and where the summary says it."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE, gaussmle, tobit, truncreg
from sm_gaussmle.estimation.errors import FitError


@pytest.mark.parametrize("make", [gaussmle, tobit], ids=["exact", "censored"])
def test_it_compares_with_constant_variance(heart, make):
    both = make("oldpeak ~ age + exang", heart, scale_formula="~ exang + age").fit()
    constant = make("oldpeak ~ age + exang", heart).fit()
    test = both.lr_scale_test()
    # Two fits from different starts: log-likelihoods of 450 to 1e-13.
    assert_allclose(test.statistic, 2 * (both.llf - constant.llf), rtol=1e-9)
    assert test.df_diff == 2
    text = both.summary(lr_scale=True).as_text()
    assert (
        f"of constant variance: chi2(2) = {test.statistic:.4g}, p = {test.pvalue:.4g}." in text
    )
    assert "constant variance: chi2" not in both.summary().as_text()


def test_a_constant_of_another_value_is_one_too(rows):
    exog, scale = rows[["one", "x1"]], rows[["one", "z"]]
    expected = GaussianMLE(rows["y"], exog, exog_scale=scale).fit().lr_scale_test()
    doubled = GaussianMLE(rows["y"], exog, exog_scale=2 * scale).fit().lr_scale_test()
    assert_allclose(doubled, expected, rtol=1e-8)


def test_without_a_scale_equation_there_is_nothing_to_test(rows):
    result = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(AttributeError, match=r"this model has none. Use compare_lr_test"):
        result.summary(lr_scale=True)
    with pytest.raises(AttributeError, match="one without a constant column"):
        gaussmle("y ~ x1 | z - 1", rows).fit().lr_scale_test()
    with pytest.raises(TypeError, match="`lr_scale` is 'yes'"):
        result.summary(lr_scale="yes")


def test_a_model_of_constant_variance_without_a_maximum_is_said_to_be_the_reason():
    # Half-normal responses of very different variances: together, with heavier tails than
    # those of an exponential distribution.
    rng = np.random.default_rng(0)
    z = rng.normal(size=200)
    rows = pd.DataFrame({"y": np.abs(np.exp(z) * rng.normal(size=200)), "z": z})
    result = truncreg("y ~ 1", rows, trunc_left=0, scale_formula="~ z").fit()
    assert result.converged
    said = "^the model of constant variance cannot be fitted: the likelihood of the 200 resp"
    with pytest.raises(FitError, match=said):
        result.lr_scale_test()
    with pytest.raises(FitError, match=said):
        result.summary(lr_scale=True)
