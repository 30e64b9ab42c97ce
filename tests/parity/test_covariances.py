"""Robust covariances have the factors that the page says, and are otherwise the same."""

import ast

import numpy as np
import pytest
from numpy.testing import assert_allclose

from .cases import CASES, GLM_WARNINGS, built
from .page import table
from .values import assert_same

# GLM's own, where its scale is given.
pytestmark = [pytest.mark.filterwarnings(f"ignore:{text}") for text in GLM_WARNINGS]


def factor(text, n, k, groups):
    """Value of a factor that the page gives."""
    degrees, between = n / (n - k), groups / (groups - 1)
    return {
        "1": 1.0,
        "n/(n - k)": degrees,
        "G/(G - 1)": between,
        "G/(G - 1) · (n - 1)/(n - k)": between * (n - 1) / n * degrees,
    }[text]


ROWS = {
    row[0]: dict(zip(("here", "ols", "glm"), row[1:4], strict=True))
    for row in table("covariance")
}


def options(covariance, data):
    """Type and options of a covariance that the page names."""
    name, _, correction = covariance.partition(", use_correction=")
    kwds = {}
    if name in ("cluster", "hac-panel"):
        kwds["groups"] = data["c"].to_numpy()
    if name in ("HAC", "hac-panel"):
        kwds["maxlags"] = 3
    if correction:
        kwds["use_correction"] = ast.literal_eval(correction)
    return {"cov_type": name, "cov_kwds": kwds or None}


def covariances(case, kind, covariance):
    """Covariance of the mean's coefficients, and the fit."""
    model = built(case, kind, case.formula)
    results = model.fit(**options(covariance, case.data))
    k = model.exog.shape[1]
    return np.asarray(results.cov_params())[:k, :k], results


def uncorrected(covariance):
    """The covariance of that kind that the page gives the factor 1."""
    name = covariance.partition(",")[0]
    return {"HC1": "HC0"}.get(name, name if name[0] == "H" else f"{name}, use_correction=False")


@pytest.mark.parametrize("covariance", [c for c in ROWS if c not in ("HC2", "HC3")])
@pytest.mark.parametrize("kind", ["here", "ols", "glm"])
def test_factors_are_those_of_the_page(kind, covariance):
    case = CASES["factor with interaction"]
    found, _ = covariances(case, kind, covariance)
    without, _ = covariances(case, kind, uncorrected(covariance))
    sizes = len(case.data), len(without), case.data["c"].nunique()
    expected = factor(ROWS[covariance][kind], *sizes)
    # The same sum of products, multiplied by a number.
    assert_allclose(found, expected * without, rtol=1e-9, atol=1e-12)


def same(covariance, kind):
    return ROWS[covariance][kind] == ROWS[covariance]["here"]


@pytest.mark.parametrize("covariance", ROWS)
@pytest.mark.parametrize("kind", ["ols", "glm"])
@pytest.mark.parametrize("name", ["factor with interaction", "variance weights", "no constant"])
def test_covariances_with_the_same_factor_are_the_same(covariance, kind, name):
    theirs, _ = covariances(CASES[name], kind, covariance)
    ours, _ = covariances(CASES[name], "here", covariance)
    equal = np.allclose(theirs, ours, rtol=1e-8, atol=1e-10)
    assert equal is same(covariance, kind)


@pytest.mark.parametrize("covariance", [c for c in ROWS if same(c, "ols")])
def test_inference_with_a_robust_covariance_is_that_of_ols(covariance, engine):
    case = CASES["factor with interaction"]
    _, theirs = covariances(case, "ols", covariance)
    _, ours = covariances(case, "here", covariance)
    for name in ("use_t", "bse", "tvalues", "pvalues", "fvalue", "f_pvalue", "df_resid"):
        assert_same(getattr(theirs, name), getattr(ours, name), name)
    assert_same(theirs.conf_int(), ours.conf_int())
    tests = [fit.t_test(case.hypotheses) for fit in (theirs, ours)]
    assert_same(tests[0].pvalue, tests[1].pvalue)


@pytest.mark.parametrize("covariance", ["HC1", "cluster", "hac-panel"])
def test_with_t_the_degrees_of_freedom_are_those_of_ols(covariance):
    case = CASES["factor with interaction"]
    fits = [
        built(case, kind, case.formula).fit(use_t=True, **options(covariance, case.data))
        for kind in ("ols", "here")
    ]
    assert_same(fits[0].pvalues, fits[1].pvalues)
    assert_same(fits[0].conf_int(), fits[1].conf_int())


def test_with_frequency_weights_hc0_is_that_of_glm_and_clusters_are_not():
    case = CASES["frequency weights"]
    for covariance, equal in (("HC0", True), ("cluster", False)):
        theirs, _ = covariances(case, "glm", covariance)
        ours, _ = covariances(case, "here", covariance)
        assert np.allclose(theirs, ours, rtol=1e-8) is equal


@pytest.mark.parametrize("name", ["cov_HC0", "cov_HC1", "cov_HC2", "cov_HC3"])
def test_robust_covariances_are_kept_by_their_names(name):
    case = CASES["variance weights"]
    theirs = built(case, "ols", case.formula).fit()
    ours = built(case, "here", case.formula).fit()
    assert_same(getattr(theirs, name), getattr(ours, name))
