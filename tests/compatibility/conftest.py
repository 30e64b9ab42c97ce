"""The fits that each tool is given, of data that it may find on the model."""

import pytest
import statsmodels.formula.api as smf

from sm_gaussmle import gaussmle, tobit

FORMULA = "thalach ~ age + exang + oldpeak"


@pytest.fixture
def ols(heart):
    return smf.ols(FORMULA, heart).fit()


@pytest.fixture
def constant(heart):
    """Constant variance: coefficients are those of OLS, standard errors sqrt(299/303) of them."""
    return gaussmle(FORMULA, heart).fit()


@pytest.fixture
def scaled(heart):
    """With a scale equation."""
    return gaussmle(f"{FORMULA} | age", heart).fit()


@pytest.fixture
def limited(heart):
    """A response that is censored at zero, which 99 of 303 are, and a scale equation."""
    return tobit("oldpeak ~ age + exang | age", heart, left=0).fit()


@pytest.fixture
def view(scaled):
    """The scale equation by itself."""
    return scaled.scale_view()


@pytest.fixture(params=["constant", "scaled", "view"])
def result(request):
    """Each of the three, one after the other."""
    return request.getfixturevalue(request.param)
