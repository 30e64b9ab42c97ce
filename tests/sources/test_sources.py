"""What every data source promises: a sum over its rows, in blocks."""

from copy import copy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory, Postponed

FIELDS = ("endog", "exog", "exog_scale", "offset", "log_variance_offset", "freq_weights")
# Each makes a source of the rows of a block. A new source takes one line.
SOURCES = {
    "memory": Memory,
    "memory, changed later": lambda block: Postponed(Memory(block), copy),
}

over_sources = pytest.mark.parametrize("make", SOURCES.values(), ids=list(SOURCES))
# Columns worked on: blocks of 1,024 rows at least.
WIDTH = 128


def rows(n, seed=0, *, plain=False):
    """Return n rows of whole numbers, whose sums are exact."""
    rng = np.random.default_rng(seed)

    def vector():
        return rng.integers(-9, 10, n).astype(float)

    exog, exog_scale = (rng.integers(-9, 10, (n, k)).astype(float) for k in (3, 2))
    if plain:
        return RowBlock(vector(), exog, exog_scale)
    return RowBlock(vector(), exog, exog_scale, vector(), vector(), np.abs(vector()) + 1)


def sums(block):
    """Return a sum over the rows of everything in a block."""
    columns = [getattr(block, name) for name in FIELDS if getattr(block, name) is not None]
    table = np.column_stack(columns)
    return np.append(table.sum(axis=0), (table**2).sum(axis=0))


@over_sources
@pytest.mark.parametrize("plain", [False, True], ids=["weights and offsets", "plain"])
@given(n=st.integers(1, 5000))
def test_the_total_is_that_of_the_whole(make, plain, n):
    block = rows(n, n, plain=plain)
    # Whole numbers: no rounding.
    assert (make(block).total(sums, WIDTH) == sums(block)).all()


@over_sources
@pytest.mark.parametrize("width", [1, 7, 128, 400])
def test_each_row_comes_once_and_in_order(make, width):
    block = rows(20_000)
    block.endog[:] = np.arange(20_000)
    # Lists add up to longer lists.
    seen = make(block).total(lambda part: list(part.endog), width)
    assert seen == list(block.endog)


@over_sources
def test_the_columns_of_a_block_belong_to_the_same_rows(make):
    block = rows(5000)

    def check(part):
        first = np.flatnonzero((block.exog == part.exog[0]).all(axis=1))
        assert any(
            all(
                (getattr(part, name) == getattr(block, name)[i : i + len(part.endog)]).all()
                for name in FIELDS
            )
            for i in first
        )
        return 1

    assert make(block).total(check, WIDTH) == 5  # 4 of 1,024 rows and the rest


@over_sources
def test_a_source_counts_its_rows(make):
    assert make(rows(4321)).n_rows == 4321


@over_sources
@pytest.mark.parametrize("n", [1, 2, 10, 99, 100, 101, 199, 200, 5000])
def test_a_sample_has_rows_of_the_source_in_order(make, n):
    block = rows(n)
    block.endog[:] = np.arange(n)
    sample = make(block).sample(100)
    assert 1 <= len(sample.endog) <= 100
    places = sample.endog.astype(int)
    assert (np.diff(places) > 0).all()
    assert (sample.exog == block.exog[places]).all()
    assert (sample.exog_scale == block.exog_scale[places]).all()


@over_sources
@pytest.mark.parametrize("n", [1000, 1099, 1950, 5000])
def test_a_sample_is_evenly_strided(make, n):
    block = rows(n)
    block.endog[:] = np.arange(n)
    places = make(block).sample(100).endog
    assert len(places) == 100
    assert len(set(np.diff(places))) == 1


@over_sources
def test_a_sample_has_all_that_belongs_to_its_rows(make):
    whole = rows(500)
    sample = make(whole).sample(50)
    for name in ("offset", "log_variance_offset", "freq_weights"):
        assert (getattr(sample, name) == getattr(whole, name)[::10]).all()


@over_sources
def test_an_error_in_a_block_reaches_the_caller(make):
    def fail(block):
        raise KeyError("a block")

    with pytest.raises(KeyError, match="a block"):
        make(rows(5000)).total(fail, WIDTH)


# Arrays in memory -----------------------------------------------------------------------


@given(n=st.integers(1, 400_000), width=st.integers(1, 500))
def test_blocks_fit_the_cache_and_hold_rows_enough_for_their_columns(n, width):
    block = RowBlock(np.empty(n), np.empty((n, 1)), np.empty((n, 1)))
    sizes = [len(part.endog) for part in Memory(block).blocks(width)]
    assert sum(sizes) == n
    assert len(set(sizes[:-1])) <= 1
    assert sizes[-1] <= sizes[0]
    # 1 MB of doubles, unless that would be fewer than 8 rows for each column.
    assert sizes[0] * width * 8 <= 2**20 or sizes[0] <= 8 * width
    assert len(sizes) == 1 or sizes[0] >= 8 * width


def test_blocks_are_views():
    block = rows(5000)
    for part in Memory(block).blocks(WIDTH):
        for name in FIELDS:
            assert np.shares_memory(getattr(part, name), getattr(block, name))


def test_rows_that_fit_one_block_are_given_as_they_are():
    block = rows(100)
    (part,) = Memory(block).blocks(WIDTH)
    assert part is block


def test_what_is_not_there_is_in_no_block():
    for part in Memory(rows(5000, plain=True)).blocks(WIDTH):
        assert part.offset is part.log_variance_offset is part.freq_weights is None


def test_arrays_can_be_exchanged():
    source = Memory(rows(10))
    other = source.with_endog(np.zeros(10))
    assert (other.rows.endog == 0).all()
    assert other.rows.exog is source.rows.exog
    assert not (source.rows.endog == 0).all()  # the first is as it was


def test_sums_are_taken_in_the_order_of_the_rows():
    # Adding from the left, block by block: the same rounding at each run.
    block = RowBlock(np.random.default_rng(1).normal(size=9000), *[np.ones((9000, 1))] * 2)
    parts = [block.endog[i : i + 1024].sum() for i in range(0, 9000, 1024)]
    total = Memory(block).total(lambda part: part.endog.sum(), WIDTH)
    assert total == sum(parts[1:], parts[0])
    assert_allclose(total, block.endog.sum(), rtol=0, atol=1e-11)  # 9000 numbers of size 1


# Rows that are changed later ------------------------------------------------------------


class Doubling:
    """Doubles responses, and knows how many rows it has seen."""

    seen = 0

    def __call__(self, block):
        self.seen += len(block.endog)
        return replace(block, endog=2.0 * block.endog)


@pytest.mark.parametrize("twice", [False, True])
def test_few_rows_are_changed_where_few_are_asked_for(twice):
    block, change = rows(5000), Doubling()
    later = Postponed(Memory(block), change)
    if twice:
        later = later.mapped(copy)
    assert len(later.prototype.endog) == 1
    assert (later.sample(10).endog == 2.0 * block.endog[::500]).all()
    assert (later.picked(np.array([7, 3])).rows.endog == 2.0 * block.endog[[7, 3]]).all()
    assert later.exact.all()
    assert later.n_rows == 5000
    assert change.seen == 1 + 10 + 2


def test_rows_are_changed_once():
    block, change = rows(5000), Doubling()
    later = Postponed(Memory(block), change)
    for _ in range(2):
        assert (later.rows.endog == 2.0 * block.endog).all()
        later.total(sums, WIDTH)
    assert change.seen == 5000
