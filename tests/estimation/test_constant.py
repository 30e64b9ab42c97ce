"""The constant of a design is found where it is, and only there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_gaussmle.estimation.constant import find_constant, spans_constant

# A sample is looked at first: rows within and beyond 1,024.
SIZES = [1, 2, 30, 5000]


def columns(n, k=3, seed=1):
    return np.random.default_rng(seed).normal(size=(n, k))


def dummies(n, levels=3):
    return (np.arange(n)[:, None] % levels == np.arange(levels)).astype(float)


# A column -------------------------------------------------------------------------------


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("value", [1.0, -2.5, 1e-300])
def test_a_constant_column_is_found(n, place, value):
    exog = np.insert(columns(n), place, value, axis=1)
    # Of a single row, every column is constant.
    assert find_constant(exog) == (0 if n == 1 else place)


def test_the_first_of_two_is_taken():
    assert find_constant(np.column_stack([columns(9), np.full(9, 2.0), np.ones(9)])) == 3


@pytest.mark.parametrize("n", SIZES)
def test_zeros_are_no_constant(n):
    assert find_constant(np.zeros((n, 2))) is None


def test_a_column_that_differs_in_one_row_outside_the_sample_is_none():
    exog = np.ones((5000, 2))
    exog[4999, 0] = 2
    assert find_constant(exog) == 1
    exog[4998, 1] = 2
    assert find_constant(exog) is None


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_make_no_constant(value):
    exog = columns(5000, 1)
    exog[:, 0] = 1
    exog[7] = value
    assert find_constant(exog) is None


# A combination --------------------------------------------------------------------------


@pytest.mark.parametrize("n", [30, 5000])
@pytest.mark.parametrize("units", [1.0, 1e-12, 1e12])
def test_a_full_set_of_dummies_makes_a_constant(n, units):
    assert spans_constant(dummies(n) * units)
    assert spans_constant(np.column_stack([columns(n), dummies(n) * [units, 1, 1]]))


@pytest.mark.parametrize("n", [30, 5000])
def test_dummies_without_one_level_make_none(n):
    assert not spans_constant(dummies(n)[:, 1:])


def test_rows_outside_the_sample_are_looked_at():
    exog = dummies(5000)
    exog[4999] = 0
    assert not spans_constant(exog)


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 5))
def test_continuous_columns_make_none(seed, k):
    assert not spans_constant(columns(50, k, seed))


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(2, 5), distance=st.floats(-3, 3))
def test_a_column_that_is_one_less_the_others_makes_one(seed, k, distance):
    exog = 10**distance * columns(50, k, seed)
    last = 1 - exog.sum(axis=1)
    # Rounding of sums of up to 1e4.
    assert spans_constant(np.column_stack([exog, last]))


def test_a_column_of_zeros_does_no_harm():
    assert spans_constant(np.column_stack([np.zeros(30), dummies(30)]))
    assert not spans_constant(np.zeros((30, 2)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 4999])
def test_values_that_are_not_finite_make_none(value, row):
    exog = dummies(5000)
    exog[row, 0] = value
    assert not spans_constant(exog)


def test_an_infinity_outside_the_sample_gives_no_warning():
    exog = np.column_stack([np.zeros(5000), dummies(5000)])
    exog[4999, 0] = np.inf
    assert not spans_constant(exog)


def test_the_data_are_left_alone():
    exog = dummies(50)
    before = exog.copy()
    spans_constant(exog)
    find_constant(exog)
    assert (exog == before).all()
