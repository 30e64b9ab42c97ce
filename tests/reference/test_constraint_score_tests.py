"""Score tests of constraints against fifty digits."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.inference.model_score_tests import restriction_score_test

from .cases import FOLDER, load

CONSTRAINED = json.loads((FOLDER / "constraints" / "constraints.json").read_text())


@pytest.mark.parametrize("known", CONSTRAINED, ids=lambda known: known["name"])
def test_score_tests_of_constraints_agree_with_fifty_digits(known):
    case = load(known["case"])
    model = gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    test = restriction_score_test(
        np.array(known["params"]), model.source(), np.array(known["R"])
    )
    # The parameters have 16 digits, which are 1e-14 of a standard error; the smallest score
    # is 3e-3 of one.
    assert_allclose(test.statistic, known["score_expected"], rtol=1e-10)
