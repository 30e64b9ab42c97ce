"""Orthonormal columns, and the way there and back."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.whitening import Whitening

from .data import design, source, weights_for

LARGE = 40_000  # several blocks
CASES = {
    "few rows": design(200),
    "few rows, no constant": design(200, constant=False),
    "mean of 1e6": design(200, mean=1e6),
    "collinear to 1e-7": design(200, distance=1e-7),
    "many rows": design(LARGE),
    "many rows, mean of 1e3": design(LARGE, mean=1e3),
    "many rows, collinear to 1e-7": design(LARGE, distance=1e-7),
}


def white(data, **others):
    solution = least_squares(source(data.endog, data.exog, **others), data.constant)
    change = Whitening.of(solution)
    return change, change.columns(data.exog)


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def data(request):
    return request.param


def test_the_columns_are_orthonormal_times_the_root_of_n(data):
    _, columns = white(data)
    n, k = columns.shape
    # Backward stable: orthonormal as far as the factor is that of the columns, which the
    # condition number (1e7) multiplies.
    assert_allclose(columns.T @ columns / n, np.eye(k), atol=1e-8)


def test_well_conditioned_columns_are_orthonormal_to_rounding():
    _, columns = white(design(LARGE))
    assert_allclose(columns.T @ columns / LARGE, np.eye(3), atol=1e-13)


def test_the_factor_takes_them_back_to_within_rounding(data):
    change, columns = white(data)
    shifted = data.exog - (0.0 if change.origin is None else change.origin.exog)
    # Row by row, whatever the condition number.
    size = np.abs(columns) @ np.abs(change.factor)
    assert (np.abs(columns @ change.factor - shifted) <= 1e-14 * size).all()


def test_the_columns_lie_along_the_rows_in_memory(data):
    _, columns = white(data)
    assert columns.flags.f_contiguous
    assert columns.shape == data.exog.shape


def test_old_coefficients_are_the_basis_times_the_new(data):
    change, columns = white(data)
    new = np.arange(1.0, columns.shape[1] + 1)
    old = change.basis @ new
    # Terms of the sum: coefficients of 1e7 for columns that are collinear to 1e-7, means
    # of 1e6.
    size = np.abs(data.exog) @ np.abs(change.basis) @ new
    assert (
        np.abs(data.exog @ old - columns @ new) <= 1e-8 * np.abs(new).sum() + 1e-13 * size
    ).all()


def test_new_coefficients_come_back_as_they_were(data):
    change, columns = white(data)
    new = np.arange(1.0, columns.shape[1] + 1)
    # Condition number of the basis, at most 1e7, and one digit.
    assert_allclose(change.new(change.basis @ new), new, rtol=1e-7)


@pytest.mark.parametrize("n", [200, LARGE])
def test_with_weights_the_weighted_columns_are_orthonormal(n):
    frequency, variance = weights_for(n)
    _, columns = white(
        design(n, mean=3.0), freq_weights=frequency, log_variance_offset=np.log(variance)
    )
    weights = frequency / variance
    assert_allclose((columns.T * weights) @ columns / frequency.sum(), np.eye(3), atol=1e-12)


def test_the_data_are_left_alone():
    data = design(200)
    before = data.exog.copy()
    white(data)
    assert (data.exog == before).all()
