"""Fits under linear constraints are compared with others."""

import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle, lrtest


@pytest.fixture
def full(rows):
    """A model with a scale equation, from a formula."""
    return gaussmle("y ~ x1 + x2 | z", rows)


@pytest.mark.parametrize(
    "constraints", ["x1 = 2", "x1 + 4*x2 = 0, ln(sigma2)[z] = 0.5", "Intercept = 1"]
)
def test_a_fit_under_constraints_is_nested_in_the_one_without(full, constraints):
    null = full.fit_constrained(constraints)
    test = full.fit().compare_lr_test(null)
    expected = null.constraint_tests()
    # Twice the difference of log-likelihoods of about 100.
    assert_allclose(test.statistic, expected.likelihood_ratio, rtol=1e-9)
    assert test.df_diff == expected.df


def test_constraints_of_the_mean_have_an_exact_test(rows):
    model = gaussmle("y ~ x1 + x2", rows)
    null, fit = model.fit_constrained("x1 + 4*x2 = 0.2"), model.fit()
    test = fit.compare_lr_test(null, method="exact")
    unbiased = fit.get_robustcov_results("unbiased").f_test("x1 + 4*x2 = 0.2")
    assert_allclose(test.pvalue, unbiased.pvalue, rtol=1e-9)
    assert_allclose(fit.compare_f_test(null)[0], unbiased.fvalue, rtol=1e-9)


def test_samples_of_a_fit_under_constraints_satisfy_them(rows):
    model = gaussmle("y ~ x1 + x2", rows)
    rows["t"] = rows["x2"] - rows["x1"] / 4
    same = gaussmle("y ~ t", rows, offset=0.2 * rows["x1"]).fit()
    null, fit = model.fit_constrained("x1 + x2 / 4 = 0.2"), model.fit()
    theirs, expected = (
        fit.compare_lr_test(each, method="bootstrap", nrep=49, rng=3) for each in (null, same)
    )
    assert_allclose(theirs, expected, rtol=1e-9)


def test_a_smaller_model_is_nested_in_one_under_constraints(rows):
    model = gaussmle("y ~ x1 + x2", rows)
    null = gaussmle("y ~ 1", rows).fit()
    test = model.fit_constrained("x1 = x2").compare_lr_test(null)
    both = gaussmle("y ~ I(x1 + x2)", rows).fit()
    assert_allclose(test, both.compare_lr_test(null), rtol=1e-9)
    with pytest.raises(ValueError, match="x1 of `exog` is no combination"):
        model.fit_constrained("x1 = x2").compare_lr_test(gaussmle("y ~ x1", rows).fit())


def test_constraints_across_equations_are_nested_in_the_model_without(full):
    null, fit = full.fit_constrained("x1 + ln(sigma2)[z] = 2.5"), full.fit()
    test = fit.compare_lr_test(null)
    assert_allclose(test.statistic, null.constraint_tests().likelihood_ratio, rtol=1e-9)
    for method in ("exact", "bartlett", "bootstrap"):
        with pytest.raises(ValueError, match="needs a variance without constraints; `restr"):
            fit.compare_lr_test(null, method=method)


def test_nesting_in_constraints_across_equations_cannot_be_seen_in_columns(full):
    fit = full.fit_constrained("x1 + ln(sigma2)[z] = 2.5")
    null = full.fit_constrained("x1 = 1, ln(sigma2)[z] = 1.5")
    with pytest.raises(ValueError, match=r"the constraints of .* are across equations"):
        fit.compare_lr_test(null)
    assert fit.compare_lr_test(null, nested="assume").df_diff == 1


def test_a_known_variance_has_large_sample_tests_only(rows):
    model = gaussmle("y ~ x1 + x2", rows)
    null, fit = model.fit_constrained("ln(sigma2) = 0.5"), model.fit()
    assert fit.compare_lr_test(null).df_diff == 1
    with pytest.raises(ValueError, match="needs a variance without constraints; `restricted`"):
        fit.compare_lr_test(null, method="exact")
    with pytest.raises(ValueError, match=r"`restricted` has a known variance.*compare_lr_test"):
        fit.compare_f_test(null)


def test_two_known_variances_are_compared(rows):
    model = gaussmle("y ~ x1 + x2", rows)
    fits = [model.fit_constrained(c) for c in ("ln(sigma2) = 0.5, x1 = 2", "ln(sigma2) = 0.5")]
    table = lrtest(*fits)
    assert table.table["df"].tolist() == [2, 3]
    assert table.models[0] == "y ~ x1 + x2; ln(sigma2) = 0.5, x1 = 2"
    other = model.fit_constrained("ln(sigma2) = 0.6, x1 = 2")
    with pytest.raises(ValueError, match="another offset or weights in `exog_scale`"):
        lrtest(other, fits[1])
