"""Tests of constraints against fifty digits."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle

from .cases import FOLDER, load

CONSTRAINED = json.loads((FOLDER / "constraints" / "constraints.json").read_text())


@pytest.mark.parametrize("known", CONSTRAINED, ids=lambda known: known["name"])
def test_the_three_tests_of_constraints_agree_with_fifty_digits(known):
    case = load(known["case"])
    model = gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    tests = model.fit_constrained((np.array(known["R"]), known["q"])).constraint_tests()
    # The estimates end within 1e-8 of a standard error of the maximum; the smallest score is
    # 3e-3 of one.
    assert_allclose(tests.score, known["score_expected"], rtol=1e-6)
    assert_allclose(tests.wald, known["wald"], rtol=1e-6)
    # A difference of log-likelihoods of some hundreds, which have 16 digits.
    assert_allclose(tests.likelihood_ratio, known["lr"], rtol=1e-6, atol=1e-11)
