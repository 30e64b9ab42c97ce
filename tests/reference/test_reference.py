"""Fits agree with results from R and from 50-digit arithmetic: see README.md."""

import functools

import numpy as np
import pytest
import statsmodels.formula

import sm_gaussmle as smg

from .cases import CASES, load
from .make_highprecision import results_of

ENGINES = ("patsy", "formulaic")

COVARIANCES = {
    "eim": ("se_expected",),
    "opg": ("se_opg",),
    "HC0": ("robust_HC0", "se"),
}


@pytest.fixture(params=ENGINES)
def engine(request):
    """Each formula engine in turn; the one that was set comes back."""
    before = statsmodels.formula.options.formula_engine
    statsmodels.formula.options.formula_engine = request.param
    yield request.param
    statsmodels.formula.options.formula_engine = before


@pytest.fixture(params=CASES)
def case(request):
    return load(request.param)


@functools.cache
def _fitted(name, engine):
    assert statsmodels.formula.options.formula_engine == engine
    case = load(name)
    model = smg.gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    return model.fit()


@pytest.fixture
def fitted(case, engine):
    return _fitted(case.name, engine)


def _assert_close(ours, reference, bse, tolerance):
    """Compare relatively; a value that is small beside its standard error, in units of that.

    The tolerances of the cases (1e-8, 1e-10, 1e-7) are far above what the references
    are off by (1e-12) and far below what a wrong formula, weight or count would make.
    """
    reference, bse = np.asarray(reference), np.asarray(bse)
    allowed = tolerance * np.maximum(np.abs(reference), bse)
    difference = np.abs(np.asarray(ours) - reference)
    assert np.all(difference <= allowed), np.max(difference / allowed)


def test_parameters_have_the_expected_names(case, fitted):
    assert list(fitted.params.index) == case.names


def test_coefficients(case, fitted):
    _assert_close(
        fitted.params, case.vector(), case.vector("se_observed"), case.tolerance["coef"]
    )


def test_log_likelihood(case, fitted):
    assert fitted.llf == pytest.approx(case.results["loglik"], rel=case.tolerance["loglik"])


@pytest.mark.parametrize("criterion", ["aic", "bic"])
def test_information_criteria_count_every_parameter(case, fitted, criterion):
    expected = case.results[criterion]
    assert getattr(fitted, criterion) == pytest.approx(expected, rel=case.tolerance["loglik"])


def test_nobs_is_the_sum_of_frequency_weights(case, fitted):
    # A sum of a few hundred decimals: one rounding each.
    assert fitted.nobs == pytest.approx(case.results["n_weighted"], rel=1e-13)


@pytest.mark.parametrize("name", [c for c in CASES if "counts" in load(c).results])
def test_responses_are_counted_as_they_were_seen(name, engine):
    case = load(name)
    assert _fitted(name, engine).model.response_counts == case.results["counts"]


def test_standard_errors_come_from_the_observed_information(case, fitted):
    expected = case.vector("se_observed")
    _assert_close(fitted.bse, expected, expected, case.tolerance["se"])


def test_covariance_matrix(case, fitted):
    expected = np.array(case.results["cov_observed"])
    bse = case.vector("se_observed")
    # In units of the standard errors: a correlation near zero has no digits to compare.
    _assert_close(fitted.cov_params(), expected, np.outer(bse, bse), 2 * case.tolerance["se"])


@pytest.mark.parametrize(
    ("name", "cov_type"),
    [
        (name, cov_type)
        for name in CASES
        for cov_type, path in COVARIANCES.items()
        if path[0] in load(name).results
    ],
)
def test_other_covariance_estimators(name, cov_type):
    case = load(name)
    model = smg.gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    expected = case.vector(*COVARIANCES[cov_type])
    _assert_close(model.fit(cov_type=cov_type).bse, expected, expected, case.tolerance["se"])


@pytest.mark.parametrize("block", ["se_noadj", "se_adjG"])
@pytest.mark.parametrize("name", [c for c in CASES if "cluster" in load(c).results])
def test_clustered_standard_errors(name, block, engine):
    case = load(name)
    model = smg.gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    options = {
        "groups": case.results["cluster"]["by"],
        "use_correction": {"se_noadj": False, "se_adjG": "groups"}[block],
    }
    fitted = model.fit(cov_type="cluster", cov_kwds=options)
    expected = case.vector("cluster", block)
    _assert_close(fitted.bse, expected, expected, case.tolerance["se"])
    assert fitted.cov_kwds["n_groups"] == case.results["cluster"]["n_groups"]


@pytest.mark.parametrize("name", [c for c in CASES if "wald_ci_95" in load(c).results])
def test_wald_intervals(name, engine):
    case = load(name)
    fitted = _fitted(name, engine)
    for place, bound in enumerate(case.vector("wald_ci_95").T):
        _assert_close(
            fitted.conf_int()[place], bound, case.vector("se_observed"), case.tolerance["se"]
        )


@pytest.mark.parametrize("name", ["mtcars_het_weights", "heart_het_ageband"])
def test_the_high_precision_script_makes_the_stored_numbers(name):
    case = load(name)
    made = results_of(case.spec, case.frame)
    # The first was made by R and mp_verify.py, polished to 22 digits; both are doubles here.
    for path in (("beta",), ("gamma",)):
        for key, value in case.results[path[0]].items():
            assert made[path[0]][key] == pytest.approx(value, rel=1e-12)
    assert made["loglik"] == pytest.approx(case.results["loglik"], rel=1e-14)
    # Standard errors and covariances pass through one more inverse.
    bse = case.vector("se_observed")
    difference = np.subtract(made["cov_observed"], case.results["cov_observed"])
    np.testing.assert_allclose(difference / np.outer(bse, bse), 0, atol=1e-12)
    hc0 = np.subtract(made["robust_HC0"]["cov"], case.results["robust_HC0"]["cov"])
    np.testing.assert_allclose(hc0 / np.outer(bse, bse), 0, atol=1e-12)
