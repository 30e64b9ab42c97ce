"""Likelihood-ratio tests agree with R and 50-digit arithmetic: see README.md."""

import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle, lrtest

from .cases import CASES, load

TESTS = [(name, test) for name in CASES for test in load(name).results.get("lr_tests", {})]


@pytest.mark.parametrize(("name", "test"), TESTS)
def test_reference_values(name, test):
    case = load(name)
    expected = case.results["lr_tests"][test]
    full = gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    null = gaussmle(
        f"{case.response} {expected['null_formula']}",
        case.frame,
        scale_formula=expected["null_formula_scale"],
        **case.arguments,
    )
    found = lrtest(full.fit(), null.fit()).table.loc[2]
    # A difference of log-likelihoods of up to 1400, which have 14 digits or more.
    assert_allclose(found["statistic"], expected["stat"], rtol=1e-10)
    assert_allclose(found["pvalue"], expected["p"], rtol=1e-9)
    assert found["df_diff"] == expected["df"]
