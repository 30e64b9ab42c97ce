"""Functions of the estimates, from text and from functions."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, gaussmle


@pytest.fixture
def result(rows):
    return gaussmle("y ~ x1 + np.exp(x2 / 20) + C(g) | z", rows).fit()


def test_linear_functions_are_t_tests(result):
    found = result.delta_method(["2 * x1", "C(g)[T.b] - C(g)[T.c]"])
    expected = result.t_test("2*x1 = 0, C(g)[T.b] - C(g)[T.c] = 0")
    assert found.names == ("2 * x1", "C(g)[T.b] - C(g)[T.c]")
    assert_allclose(found.estimates, expected.effect, rtol=1e-12)
    assert_allclose(found.bse, expected.sd, rtol=1e-9)
    assert_allclose(found.conf_int(), expected.conf_int(), rtol=1e-8)
    assert_allclose(found.conf_int(0.2), expected.conf_int(0.2), rtol=1e-8)
    frame = found.summary_frame()
    assert list(frame.columns) == ["estimate", "std err", "z", "P>|z|", "[0.025", "0.975]"]
    assert_allclose(frame["z"], expected.tvalue, rtol=1e-8)
    assert_allclose(frame["P>|z|"], expected.pvalue, rtol=1e-7)


def test_the_t_distribution_is_that_of_the_fit(rows):
    fit = gaussmle("y ~ x1 + x2", rows).fit(cov_type="unbiased")
    found, expected = fit.delta_method("x1"), fit.t_test("x1 = 0")
    assert_allclose(found.conf_int(), expected.conf_int(), rtol=1e-8)
    assert list(found.summary_frame().columns)[2:4] == ["t", "P>|t|"]
    normal = fit.delta_method("x1", use_t=False)
    assert_allclose(
        normal.conf_int()[0, 1] - normal.estimates, stats.norm.isf(0.025) * fit.bse["x1"]
    )


def test_a_function_that_does_not_change_has_a_standard_error_of_zero(result):
    found = result.delta_method(["x1 - x1 + 1/3", "1e6 * (x1 + 7) / (x1 + 7)"])
    assert (found.bse == 0).all()


def test_functions_find_parameters_by_name_and_place(result):
    assert result.params.index[3] == "x1"
    found = result.delta_method(lambda p: [p["x1"], p[3], p.iloc[3], p[["x1"]].sum()])
    assert_allclose(found.estimates, result.params["x1"], rtol=0)
    assert_allclose(found.bse, result.bse["x1"], rtol=1e-9)


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0"])
def test_a_ratio_has_the_variance_of_its_formula(result, cov_type):
    fit = result.get_robustcov_results(cov_type)
    a, b = fit.params[["x1", "C(g)[T.b]"]]
    part = fit.cov_params().loc[["x1", "C(g)[T.b]"], ["x1", "C(g)[T.b]"]]
    slope = np.array([1 / b, -a / b**2])
    found = fit.delta_method("x1 / C(g)[T.b]")
    assert_allclose(found.estimates, a / b, rtol=1e-14)
    assert_allclose(found.cov_params(), [[slope @ part @ slope]], rtol=1e-8)


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("exp(ln(sigma2)[z] / 2) - 1", lambda p: np.exp(p["ln(sigma2)[z]"] / 2) - 1),
        ("-x1**2 + 3.5e0", lambda p: -(p["x1"] ** 2) + 3.5),
        ("+np.exp(x2 / 20) * (x1 + 1)", lambda p: p["np.exp(x2 / 20)"] * (p["x1"] + 1)),
        ("log(abs(Intercept))", lambda p: np.log(np.abs(p["Intercept"]))),
        ("sqrt(x1)", lambda p: p["x1"] ** 0.5),
    ],
)
def test_text_says_the_same_as_a_function(result, text, function):
    one, other = result.delta_method(text), result.delta_method(function)
    assert_allclose(one.estimates, other.estimates, rtol=1e-14)
    assert_allclose(one.bse, other.bse, rtol=1e-10)


def test_names_that_are_part_of_others_are_told_apart(rows):
    columns = rows[["one", "x1", "x2"]].set_axis(["x", "xx", "x.x"], axis=1)
    fit = GaussianMLE(rows["y"], columns).fit()
    found = fit.delta_method("x + 10*xx + 100*x.x")
    assert_allclose(found.estimates, fit.params[:3] @ [1, 10, 100], rtol=1e-13)


def test_a_function_may_return_several_values_and_have_a_name(result):
    def fitted(params):
        return params[["Intercept", "x1"]]

    found = result.delta_method({"sum": "x1 + Intercept", "both": fitted})
    assert found.names == ("sum", "both[0]", "both[1]")
    assert result.delta_method(fitted).names == ("fitted[0]", "fitted[1]")
    assert_allclose(found.bse[1:], result.bse[["Intercept", "x1"]], rtol=1e-9)


def test_all_together_are_a_wald_test(result):
    found = result.delta_method(["x1", "C(g)[T.b]"]).wald_test([2.0, 0.0])
    expected = result.wald_test("x1 = 2, C(g)[T.b] = 0", scalar=True)
    assert_allclose(found, [expected.statistic, expected.pvalue, 2], rtol=1e-8)


def test_with_the_t_distribution_it_is_an_f_test(rows):
    fit = gaussmle("y ~ x1 + x2", rows).fit(cov_type="unbiased")
    found = fit.delta_method(["x1", "x2"]).wald_test()
    expected = fit.f_test("x1 = 0, x2 = 0")
    assert_allclose(found, [expected.fvalue, expected.pvalue, 2], rtol=1e-8)


def test_functions_that_depend_on_each_other_are_not_tested_together(result):
    with pytest.raises(ValueError, match="depend on each other"):
        result.delta_method(["x1", "x1 ** 2"]).wald_test()
    with pytest.raises(ValueError, match="does not depend on the parameters"):
        result.delta_method(["x1", "2"]).wald_test()


def test_under_constraints_what_is_fixed_has_no_error(rows):
    fit = gaussmle("y ~ x1 + x2", rows).fit_constrained("x1 = 2")
    frame = fit.delta_method(["x1 ** 2", "x1 * x2"]).summary_frame()
    assert frame["std err"].iloc[0] == 0
    assert np.isnan(frame["z"].iloc[0])
    assert_allclose(frame["std err"].iloc[1], 2 * fit.bse["x2"], rtol=1e-8)


def test_it_prints_as_a_table(result):
    found = result.delta_method({"elasticity": "x1 / Intercept"})
    lines = str(found).splitlines()
    assert lines[0].split()[:2] == ["estimate", "std"]
    assert lines[1].startswith("elasticity")
    assert repr(found) == str(found)
    assert "<table" in found._repr_html_()
    assert isinstance(found.summary_frame(), pd.DataFrame)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("wage", "there is no parameter 'wage'"),
        ("x1.real", "'x1.real' is not arithmetic"),
        ("__import__('os')", "is not arithmetic"),
        ("x1 if x1 else 2", "'x1 if x1 else 2' is not arithmetic"),
        ("x1 @ x1", "'x1 @ x1' is not arithmetic"),
        ("~x1", "'~x1' is not arithmetic"),
        ("exp(x1, x1)", "is not arithmetic"),
        ("True", "'True' is not arithmetic"),
        ("x1 +", "it is no expression"),
        ("", "it is no expression"),
    ],
)
def test_text_that_is_no_arithmetic_of_the_parameters_is_refused(result, text, what):
    with pytest.raises(ValueError, match=f"`function` .* cannot be read: .*{what}.*Intercept"):
        result.delta_method(text)


@pytest.mark.parametrize("text", ["1 / (x1 - x1)", "log(-(x1 ** 2))"])
def test_a_function_that_is_not_finite_is_refused(result, text):
    with pytest.raises(ValueError, match=r"`function` .* is not finite at the estimates"):
        result.delta_method(text)


def test_what_is_no_function_is_refused(result):
    with pytest.raises(TypeError, match="`function` is a float; it must be text"):
        result.delta_method(1.0)
    with pytest.raises(ValueError, match="`function` is empty"):
        result.delta_method([])
    with pytest.raises(ValueError, match="`alpha`"):
        result.delta_method("x1", alpha=2)


def test_errors_of_the_function_are_its_own(result):
    def wrong(params):
        raise ValueError(f"no {len(params)}")

    with pytest.raises(ValueError, match=r"^no 7$"):
        result.delta_method(wrong)


def test_a_fit_without_a_covariance_says_so(rows):
    fit = gaussmle("y ~ x1", rows).fit(skip_hessian=True)
    with pytest.raises(ValueError, match="the fit has no covariance"):
        fit.delta_method("x1")


def test_functions_without_a_name_are_called_by_their_place(rows):
    fit = gaussmle("y ~ x1", rows).fit()

    def named(p):
        return p["x1"]

    one = fit.delta_method(lambda p: p["x1"] ** 2)
    assert list(one.names) == ["f(params)"]
    several = fit.delta_method([lambda p: p[0], named, "x1 / 2", partial(named)])
    assert list(several.names) == ["f1(params)", "named", "x1 / 2", "f4(params)"]


@pytest.mark.parametrize(
    "function",
    [lambda p: 1j * p[0], lambda p: f"{p}"],
    ids=["complex", "text"],
)
def test_what_gives_no_real_numbers_is_refused(result, function):
    with pytest.raises(TypeError, match=r"`function` gives (?s:.*); it must give real numbers"):
        result.delta_method(function)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (np.ones(3), ValueError, r"`values` has shape \(3,\)"),
        (np.inf, ValueError, "`values` is inf; it must be finite"),
        (1.7e308, ValueError, "`values` is 1.7e.308, too many standard errors"),
        ("x", TypeError, "`values` is 'x'"),
    ],
)
def test_what_functions_may_be_tested_against_is_checked(result, values, error, message):
    with pytest.raises(error, match=message):
        result.delta_method(["x1", "C(g)[T.b]"]).wald_test(values)


def test_a_hypothesis_far_away_has_a_pvalue_of_zero(result):
    assert result.delta_method("x1").wald_test(1e300)[:2] == (np.inf, 0.0)
