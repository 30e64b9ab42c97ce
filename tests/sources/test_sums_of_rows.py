"""Sums that tell what rows are like, whatever the order and the cuts between their parts."""

from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.column_sums import ColumnSums
from sm_gaussmle.sources.null_sums import NullSums

RNG = np.random.default_rng(77)
ROWS = RowBlock(
    1e9 + RNG.normal(size=200),
    np.ones((200, 1)),
    np.ones((200, 1)),
    RNG.normal(size=200),
    RNG.normal(size=200),
    RNG.integers(1, 4, 200).astype(float),
)
COLUMNS, WEIGHTS = RNG.normal(size=(200, 3)), RNG.uniform(-0.5, 0.5, 200)


def in_parts(function, *cuts):
    ends = (0, *cuts, 200)
    return reduce(add, (function(slice(*each)) for each in pairwise(ends)))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("frequencies", [True, False])
def test_null_sums_are_those_of_a_weighted_mean(known, frequencies):
    rows = RowBlock(
        ROWS.endog,
        ROWS.exog,
        ROWS.exog_scale,
        ROWS.offset,
        ROWS.log_variance_offset if known else None,
        ROWS.freq_weights if frequencies else None,
    )
    found = in_parts(lambda part: NullSums.of_rows(rows.part(part)), 1, 50, 51)
    counts = rows.freq_weights if frequencies else np.ones(200)
    offsets = rows.log_variance_offset if known else np.zeros(200)
    weights, values = counts * np.exp(-offsets), (rows.endog - 1e9) - rows.offset
    mean = np.average(values, weights=weights)
    assert_allclose(found.mean - 1e9, mean, atol=2e-7)
    assert_allclose(found.square, weights @ (values - mean) ** 2, rtol=1e-6)
    assert_allclose(found.square_from_zero, weights @ (rows.endog - rows.offset) ** 2)
    assert_allclose([found.nobs, found.log_variance_offset], [counts.sum(), counts @ offsets])


def test_rows_whose_weights_are_all_too_small_to_count_have_no_mean():
    rows = RowBlock(np.ones(3), np.ones((3, 1)), np.ones((3, 1)), None, np.full(3, 2e3))
    found = NullSums.of_rows(rows) + NullSums.of_rows(rows)
    assert (found.weight, found.mean, found.square) == (0.0, 0.0, 0.0)


def test_columns_are_alike_in_any_order_and_any_parts():
    whole = ColumnSums.of_columns(COLUMNS, WEIGHTS)
    order = RNG.permutation(200)
    parts = in_parts(
        lambda part: ColumnSums.of_columns(COLUMNS[order][part], WEIGHTS[order][part]), 7, 150
    )
    assert whole.alike(parts).all()


def test_a_column_with_another_value_is_not_alike():
    whole = ColumnSums.of_columns(COLUMNS, WEIGHTS)
    other = COLUMNS.copy()
    other[3, 1] += 1e-6
    assert whole.alike(ColumnSums.of_columns(other, WEIGHTS)).tolist() == [True, False, True]


def test_values_that_change_places_are_not_alike():
    whole = ColumnSums.of_columns(COLUMNS, WEIGHTS)
    other = COLUMNS.copy()
    other[[3, 4], 2] = COLUMNS[[4, 3], 2]
    assert whole.alike(ColumnSums.of_columns(other, WEIGHTS)).tolist() == [True, True, False]


def test_sums_that_are_not_finite_say_nothing():
    other = COLUMNS.copy()
    other[0, 0] = np.inf
    endless = ColumnSums.of_columns(other, WEIGHTS)
    assert (endless + endless).alike(endless + endless).all()


def test_some_of_the_columns_are_picked_in_their_order():
    whole = ColumnSums.of_columns(COLUMNS, WEIGHTS)
    picked = ColumnSums.of_columns(COLUMNS[:, [2, 0]], WEIGHTS)
    assert whole.part([2, 0]).alike(picked).all()
