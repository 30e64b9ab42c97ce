"""Rows that a condition holds for, over blocks and parts of rows."""

import numpy as np
import pytest

from sm_gaussmle.estimation import found_rows
from sm_gaussmle.estimation.found_rows import Below, FoundRows, Largest, Moved, find_rows
from sm_gaussmle.sources.memory import block_slices

from .data import source


class Elsewhere:
    """Rows in memory that are said not to be there."""

    at_hand = None

    def __init__(self, rows):
        self.total = rows.total


@pytest.fixture
def rows():
    """Rows of several blocks, numbered in the scale equation."""
    n = 3 * block_slices(10**6, 1)[0].stop
    return source(np.zeros(n), np.ones((n, 1)), np.arange(n, dtype=float)[:, None])


def last_of_blocks(block):
    return block.exog_scale[:, 0] % 1000.0 == 999.0


def test_positions_are_those_among_all_rows(rows):
    found = find_rows(rows, last_of_blocks)
    n = rows.n_rows
    assert found.looked_at == n
    assert found.count == n // 1000
    np.testing.assert_array_equal(found.positions, np.arange(999, n, 1000))


def test_of_rows_elsewhere_the_first_ones_are_named(rows):
    found = find_rows(Elsewhere(rows), last_of_blocks)
    assert found.count == rows.n_rows // 1000
    np.testing.assert_array_equal(found.positions, np.arange(999, 100_000, 1000))


def test_few_rows_elsewhere_are_all_named(rows, monkeypatch):
    monkeypatch.setattr(found_rows, "_NAMED", 10**6)
    assert len(find_rows(Elsewhere(rows), last_of_blocks).positions) == rows.n_rows // 1000


def test_rows_of_two_sets_stand_one_after_the_other():
    one = FoundRows(5, 2, np.array([1, 4]))
    both = one + FoundRows(3, 1, np.array([0]))
    assert both.places == (1, 4, 5)
    assert (both.looked_at, both.count) == (8, 3)


def test_log_variances_below_a_level_are_found():
    rows = source(np.zeros(3), np.ones((3, 1)), np.array([[1.0], [2.0], [3.0]]))
    assert find_rows(rows, Below(np.array([2.0]), 4.5)).places == (0, 1)


def test_rows_that_a_direction_moves_are_found_and_the_furthest_move():
    rows = source(np.zeros(3), np.ones((3, 1)), np.array([[1.0], [-2.0], [0.5]]))
    moved = Moved(np.array([3.0]), 2.0)
    assert find_rows(rows, moved).places == (0, 1)
    assert rows.total(moved.largest, 1).value == 6.0
    assert (Largest(1.0) + Largest(0.5)).value == 1.0
