"""Which columns a model spans, and what others have beyond it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.inference.nested import beyond, outside

N = 40
ONES = np.ones(N)


@pytest.fixture
def space():
    """A constant and three columns."""
    rng = np.random.default_rng(3)
    return np.column_stack([ONES, rng.normal(size=(N, 3))])


def _other(seed=8):
    return np.random.default_rng(seed).normal(size=N)


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_no_combination_of_the_columns_is_outside(coef):
    rng = np.random.default_rng(3)
    space = np.column_stack([ONES, rng.normal(size=(N, 3))])
    assert not outside((space @ coef)[:, None], space)


def test_another_column_is_outside(space):
    columns = np.column_stack([space[:, 1], _other(), space[:, 2] - space[:, 3]])
    assert_array_equal(outside(columns, space), [False, True, False])


def test_a_part_in_a_million_of_another_column_is_outside(space):
    assert outside((space[:, 1] + 1e-6 * _other())[:, None], space)


def test_the_constant_is_outside_of_columns_without_one(space):
    assert outside(ONES[:, None], space[:, 1:])


def test_the_constant_is_not_outside_of_dummies():
    group = np.arange(N) % 3
    assert not outside(ONES[:, None], (group[:, None] == np.arange(3)).astype(float))


def test_a_column_of_zeros_is_not_outside(space):
    assert not outside(np.zeros((N, 1)), space)


@pytest.mark.parametrize("unit", [1e-200, 1e-9, 1e9, 1e200])
def test_units_do_not_matter(space, unit):
    # The squares of the largest are out of the range of doubles.
    columns = np.column_stack([space[:, 1], _other()]) * unit
    assert_array_equal(outside(columns, space), [False, True])
    assert_array_equal(outside(columns / unit, space * unit), [False, True])


# Seconds since 1970, some within minutes of each other: nearly constant, but not the same.


@pytest.mark.parametrize("level", [2e3, 1.7e9, -1.7e9])
def test_columns_far_from_zero_are_told_apart(level):
    space = np.column_stack([ONES, level + _other(1)])
    assert outside((level + _other(2))[:, None], space)


@pytest.mark.parametrize("level", [2e3, 1.7e9, -1.7e9])
def test_a_column_far_from_zero_is_the_same_measured_from_elsewhere(level):
    time = level + _other(1)
    near, far = (np.column_stack([ONES, t]) for t in (time - level, time))
    assert not outside(near, far).any()
    assert not outside(far, near).any()


def test_a_column_far_from_zero_is_the_same_in_other_units():
    # Hours are rounded otherwise than seconds, in units of their size, not of their spread.
    time = 1.7e9 + 100 * _other(1)
    assert not outside((time / 3600)[:, None], np.column_stack([ONES, time]))


def test_another_constant_is_not_outside(space):
    assert not outside(np.full((N, 1), 0.1), space)


# What is beyond -------------------------------------------------------------------------


def test_the_basis_spans_the_columns_and_is_orthonormal(space):
    basis = beyond(_other()[:, None], space).basis
    assert_allclose(basis.T @ basis, np.eye(4), atol=1e-14)
    assert_allclose(basis @ (basis.T @ space), space, atol=1e-13)


def test_directions_are_residuals_of_length_one(space):
    columns = np.column_stack([_other(), 5 * _other(9)])
    found = beyond(columns, space)
    residuals = columns - space @ np.linalg.lstsq(space, columns, rcond=None)[0]
    lengths = np.linalg.norm(residuals, axis=0)
    assert_allclose(found.directions, residuals / lengths, atol=1e-14)
    spread = np.linalg.norm(columns - columns.mean(axis=0), axis=0)
    assert_allclose(found.share, lengths / spread)


def test_without_a_constant_shares_are_of_the_length(space):
    columns = _other()[:, None]
    residuals = columns - space[:, 1:] @ np.linalg.lstsq(space[:, 1:], columns, rcond=None)[0]
    found = beyond(columns, space[:, 1:])
    assert_allclose(found.share, np.linalg.norm(residuals) / np.linalg.norm(columns))


def test_where_nothing_is_beyond_the_direction_is_zero(space):
    found = beyond(np.zeros((N, 1)), space)
    assert_array_equal(found.directions, np.zeros((N, 1)))
    assert_array_equal(found.share, [0.0])
