"""The log relative error."""

import mpmath
import numpy as np
import pytest

from .digits import CARRIED, log_relative_errors


@pytest.mark.parametrize(
    ("found", "reference", "digits"),
    [
        (1.001, 1.0, 3.0),
        (-2.00002, -2.0, 5.0),
        (3.0, 3.0, CARRIED),
        (np.inf, np.inf, CARRIED),
        (np.nan, 1.0, 0.0),
        (np.inf, 1.0, 0.0),
        (5.0, 1.0, 0.0),
        (1e-9, 0.0, 0.0),
    ],
)
def test_digits_that_agree(found, reference, digits):
    assert log_relative_errors(found, reference) == pytest.approx(digits, abs=1e-6)


def test_differences_may_be_measured_in_another_unit():
    assert log_relative_errors(1e-9, 0.0, unit=10.0) == pytest.approx(10.0)


def test_no_more_digits_agree_than_a_double_carries():
    with mpmath.workdps(50):
        third = mpmath.mpf(1) / 3
    assert log_relative_errors(1 / 3, third) == CARRIED
    assert log_relative_errors(1 / 3 + 1e-14, third) == pytest.approx(13.5, abs=0.1)
