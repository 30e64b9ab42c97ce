"""Tests of linear hypotheses: what covariance they use, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.estimation.errors import FitError


@pytest.fixture
def fit(rows):
    return gaussmle("y ~ x1 + C(g)", rows).fit()


@pytest.mark.parametrize("method", ["t_test", "wald_test", "f_test"])
@pytest.mark.parametrize(
    ("cov_p", "error", "message"),
    [
        (np.eye(4), ValueError, r"`cov_p` has shape \(4, 4\); .* \(5, 5\), .* parameters"),
        (np.full((5, 5), np.nan), ValueError, "`cov_p` must have finite numbers"),
        (-np.eye(5), ValueError, "none of them negative on the diagonal"),
        (np.arange(25.0).reshape(5, 5), ValueError, "`cov_p` is not symmetric"),
        ("x", TypeError, "`cov_p` is 'x'; it must be an array of numbers"),
    ],
)
def test_what_is_no_covariance_is_refused(fit, method, cov_p, error, message):
    with pytest.raises(error, match=message):
        getattr(fit, method)("x1 = 0", cov_p=cov_p)


def test_a_covariance_with_labels_is_taken(fit):
    robust = fit.get_robustcov_results("HC1")
    found = fit.t_test("x1 = 0", cov_p=robust.cov_params())
    assert_allclose(found.sd, robust.t_test("x1 = 0").sd, rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"invcov": np.eye(2)}, ValueError, r"`invcov` has shape \(2, 2\); .* hypotheses"),
        ({"use_f": "yes"}, TypeError, "`use_f` is 'yes'; it must be True or False"),
        ({"scalar": 2}, TypeError, "`scalar` is 2; it must be True or False"),
        ({"df_constraints": -1}, ValueError, "`df_constraints` is -1; it must be a positive"),
    ],
)
def test_wrong_options_of_the_wald_test_are_named(fit, options, error, message):
    with pytest.raises(error, match=message):
        fit.wald_test("x1 = 0", **options)


def test_an_inverse_covariance_and_degrees_of_freedom_are_taken(fit):
    value = fit.params["x1"]
    test = fit.wald_test("x1 = 0", invcov=[[4.0]], df_constraints=2, use_f=False)
    assert_allclose(test.statistic, 4.0 * value**2)
    assert_allclose(test.pvalue, stats.chi2.sf(4.0 * value**2, 2))


def test_without_any_variance_there_is_nothing_to_test(fit):
    with pytest.raises(ValueError, match="`r_matrix` a variance of zero"):
        fit.wald_test("x1 = 0", cov_p=np.zeros((5, 5)))


def test_a_negative_variance_of_a_combination_is_refused(fit):
    cov_p = np.eye(5)
    cov_p[0, 1] = cov_p[1, 0] = -5.0
    with pytest.raises(FitError, match=r"hypotheses \(row 0\) of `r_matrix` a negative"):
        fit.t_test([[1.0, 1.0, 0.0, 0.0, 0.0]], cov_p=cov_p)


def test_whether_the_t_distribution_is_used_is_true_or_false(fit):
    with pytest.raises(TypeError, match="`use_t` is 1; it must be True or False"):
        fit.t_test("x1 = 0", use_t=1)
    assert fit.t_test("x1 = 0", use_t=True).distribution == "t"


def test_the_f_test_is_the_wald_test_with_the_f_distribution(fit):
    f, wald = fit.f_test("x1 = 0, Intercept = 1"), fit.wald_test("x1 = 0, Intercept = 1")
    assert_allclose(f.statistic, wald.statistic / 2.0)
    assert_allclose(f.pvalue, stats.f.sf(f.statistic, 2, fit.df_resid))


@pytest.mark.parametrize("given", [1j * np.eye(5), np.ones((1, 5)) * 1j])
def test_complex_coefficients_are_refused(fit, given):
    with pytest.raises(TypeError, match=r"`r_matrix` is (?s:.*) array of real numbers"):
        fit.t_test(given)


def test_a_quotient_with_zero_is_refused_without_a_warning(fit):
    with pytest.raises(ValueError, match="`r_matrix` has a number that is not finite"):
        fit.t_test("x1 / 0 = 1")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"alpha": 2}, ValueError, "`alpha` is 2; it must be between 0 and 1"),
        ({"xname": ["a", "b"]}, ValueError, "`xname` has 2 names; there are 1"),
        ({"xname": 1}, TypeError, "`xname` is 1; it must be a list"),
    ],
)
def test_wrong_options_of_the_tables_are_named(fit, options, error, message):
    test = fit.t_test("x1 = 0")
    for table in (test.summary, test.summary_frame):
        with pytest.raises(error, match=message):
            table(**options)


def test_tables_have_the_names_that_are_given(fit):
    test = fit.t_test("x1 = 0")
    assert list(test.summary_frame(xname=["slope"]).index) == ["slope"]
    assert "slope" in str(test.summary(xname=["slope"], title="Slopes"))


def test_intervals_of_tests_are_exact_far_out(fit):
    test = fit.t_test("x1 = 0")
    half = stats.norm.isf(0.5e-30) * fit.bse["x1"]
    assert_allclose(test.conf_int(1e-30)[0], fit.params["x1"] + half * np.array([-1.0, 1.0]))


def test_hypotheses_tested_together_have_no_intervals(fit):
    together = fit.wald_test("x1 = 0, Intercept = 0")
    for ask in (together.conf_int, together.summary_frame):
        with pytest.raises(AttributeError, match=r"tested together .* use t_test\(\)"):
            ask()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "x"}, ValueError, "`method` is 'x'; it must be"),
        ({"method": ["hs", "x"]}, ValueError, "`method` is 'x'"),
        ({"method": []}, ValueError, r"`method` is \[\]"),
        ({"alpha": -1}, ValueError, "`alpha` is -1"),
        ({"factor_labels": ["a"]}, ValueError, "`factor_labels` has 1 names; there are 3"),
    ],
)
def test_wrong_options_of_pairs_are_named(fit, options, error, message):
    with pytest.raises(error, match=message):
        fit.t_test_pairwise("C(g)", **options)


@pytest.mark.parametrize("term", ["x1", "Intercept"])
def test_pairs_are_of_the_levels_of_a_factor(fit, engine, rows, term):
    result = gaussmle("y ~ x1 + C(g)", rows).fit()
    name = "1" if engine == "formulaic" and term == "Intercept" else term
    with pytest.raises(ValueError, match="which is not one factor with levels; use t_test"):
        result.t_test_pairwise(name)


def test_a_term_that_is_no_text_is_refused(fit):
    with pytest.raises(ValueError, match=r"`term_name` is (?s:.*); the terms are Intercept"):
        fit.t_test_pairwise(pd.DataFrame({"a": [1]}))


# Covariances of combinations ------------------------------------------------------------------


def test_covariances_of_some_parameters_are_parts_of_the_whole(rows):
    fit = GaussianMLE(rows["y"], rows[["one", "x1"]], exog_scale=rows[["one", "z"]]).fit()
    whole = fit.cov_params().to_numpy()
    assert_allclose(fit.cov_params(column=-1), whole[-1, -1])
    assert_allclose(fit.cov_params(column=[1, 3]), whole[np.ix_([1, 3], [1, 3])])
    view = fit.scale_view()
    assert_allclose(view.cov_params(column=1), whole[3, 3])
    assert_allclose(view.cov_params(r_matrix=[[1.0, 1.0]]), whole[2:, 2:].sum())
    assert list(view.cov_params().columns) == ["one", "z"]


def test_another_covariance_takes_the_place_of_that_of_the_fit(fit):
    given = np.diag(np.arange(1.0, 6.0))
    assert_allclose(fit.cov_params(cov_p=given), given)
    left, right = np.eye(5)[:2], np.ones((1, 5))
    assert_allclose(fit.cov_params(left, cov_p=given, other=right), [[1.0], [2.0]])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"column": 5}, ValueError, "`column` is 5; there are 5 parameters, .* 0 to 4"),
        ({"column": "x1"}, TypeError, "`column` is 'x1'; .* whole number"),
        ({"column": [[0]]}, TypeError, "`column` is .* sequence of such"),
        ({"column": 0, "r_matrix": np.eye(5)}, ValueError, "`r_matrix` and `column` are both"),
        ({"other": np.eye(5)}, ValueError, "`other` is given without `r_matrix`"),
    ],
)
def test_wrong_arguments_of_covariances_are_named(fit, options, error, message):
    with pytest.raises(error, match=message):
        fit.cov_params(**options)
