"""Rows that are read anew in each pass."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.stream import (
    Record,
    Rows,
    RowsChangedError,
    RowsElsewhereError,
    Stream,
)
from sm_gaussmle.sources.table import NoRowsError
from sm_gaussmle.sources.tables.frame import FrameTable
from sm_gaussmle.sources.tally import Tally

from .parts import Parts


def tally(n_given=3, n_rows=2, digests=(5, 0), **others):
    """Return a tally of few rows."""
    numbers = {
        "n_missing": 1,
        "n_unweighted": 0,
        "nobs": 2.0,
        "n_inexact": 0,
        "exact_nobs": 2.0,
        "counts": {},
        "ranges": {},
        "null": None,
        "n_fractional": 0,
    }
    return Tally(n_given=n_given, n_rows=n_rows, digests=digests, **(numbers | others))


@dataclass(frozen=True)
class Reader:
    """Takes rows whose x is there."""

    columns = ("y", "x")
    width = 1

    def __call__(self, frame):
        kept = frame.dropna()
        n = len(kept)
        counted = tally(
            len(frame), n, (int(kept["y"].sum()), 0), n_missing=len(frame) - n, nobs=float(n)
        )
        if not n:
            return Rows(None, counted)
        columns = kept[["x"]].to_numpy()
        return Rows(RowBlock(kept["y"].to_numpy(), columns, np.ones((n, 1))), counted)


def frame(values):
    return pd.DataFrame({"y": np.arange(len(values), dtype=float), "x": values})


def stream(*frames):
    """Return a stream of frames, whose head is the first one."""
    return Stream(Parts(*frames), Reader(), Reader()(frames[0]).block, Record())


def total_of_x(rows):
    return float(rows.exog.sum())


def positive(rows):
    return rows.part(np.flatnonzero(rows.exog[:, 0] > 0))


def doubled(rows):
    return RowBlock(rows.endog, 2.0 * rows.exog, rows.exog_scale)


TWO = frame([1.0, 2.0, np.nan]), frame([-4.0, -8.0])


def test_the_total_is_that_of_the_rows_that_miss_nothing():
    assert stream(*TWO).total(total_of_x, 1) == -9.0


def test_each_total_is_a_pass():
    rows = stream(*TWO)
    rows.total(total_of_x, 1)
    rows.total(total_of_x, 1)
    assert rows.record.passes == rows.table.passes == 2


def test_changes_are_made_in_their_order_in_each_pass():
    changed = stream(*TWO).mapped(doubled).mapped(positive)
    assert changed.total(total_of_x, 1) == 6.0
    np.testing.assert_array_equal(changed.prototype.exog, [[2.0], [4.0]])


def test_a_part_of_which_a_change_leaves_nothing_adds_nothing():
    def least(rows):
        return float(rows.exog.min())  # of no rows there is none

    rows = stream(frame([-1.0]), frame([3.0]), frame([-2.0]))
    assert rows.mapped(positive).total(least, 1) == 3.0


def test_streams_of_one_table_share_what_is_known_of_it():
    rows = stream(*TWO)
    rows.mapped(doubled).total(total_of_x, 1)
    assert rows.n_rows == 4
    assert rows.record.passes == 1


def test_what_is_counted_takes_a_pass_where_there_was_none():
    rows = stream(*TWO)
    assert rows.mapped(positive).n_rows == 4  # before the changes
    assert rows.exact_rows == (2.0 * 2, True)
    assert rows.record.passes == 1


def test_a_sample_is_of_the_head():
    assert len(stream(*TWO).sample(1).endog) == 1
    assert len(stream(*TWO).sample(10).endog) == 2


def test_rows_are_not_at_hand():
    rows = stream(*TWO)
    assert rows.at_hand is None
    assert not rows.reads_once
    with pytest.raises(RowsElsewhereError, match=r"read in passes \(frames\)"):
        _ = rows.rows


def test_rows_in_memory_are():
    block = stream(*TWO).head
    assert Memory(block).at_hand is Memory(block).prototype is block
    assert not Memory(block).reads_once


def test_an_error_about_rows_elsewhere_is_of_an_attribute_too():
    assert not hasattr(stream(*TWO), "rows")
    assert issubclass(RowsElsewhereError, ValueError)


def test_rows_that_all_miss_something_have_no_total():
    rows = stream(*TWO)
    rows.table.frames = [frame([np.nan, np.nan])]
    with pytest.raises(NoRowsError, match="none of the 2 rows is complete"):
        rows.total(total_of_x, 1)


def test_what_numpy_does_about_overflow_is_for_the_caller_to_say():
    def overflows(rows):
        return float((rows.exog * 1e308 * 1e308).sum())

    with np.errstate(over="ignore"):  # what is tested
        assert stream(*TWO).total(overflows, 1) != 0.0
    with np.errstate(over="raise"), pytest.raises(ValueError, match="overflow"):
        stream(*TWO).total(overflows, 1)


# What is known of a table ----------------------------------------------------------------------


def test_a_pass_of_the_same_rows_is_noted():
    record = Record()
    record.note(tally())
    record.note(tally())
    assert record.passes == 2


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (tally(n_given=4), "3 rows at first, of which 2 were used, now 4 and 2"),
        (tally(n_rows=1), "now 3 and 1"),
        (tally(digests=(6, 0)), "now as many with other responses or weights"),
        (tally(digests=(5, 1)), "now as many with other responses or weights"),
    ],
)
def test_a_pass_of_other_rows_is_refused(other, message):
    record = Record()
    record.note(tally())
    with pytest.raises(RowsChangedError, match=message):
        record.note(other)


# Tallies ---------------------------------------------------------------------------------------


def test_tallies_add_up():
    one = tally(3, 2, (2**64 - 1, 3), counts={"exact": 2.0}, ranges={"left": (0.0, 1.0)})
    other = tally(
        4,
        3,
        (3, 2**64 - 2),
        n_missing=1,
        n_inexact=3,
        counts={"exact": 1.0, "left": 3.0},
        ranges={"left": (-1.0, 0.5), "right": (5.0, 6.0)},
    )
    both = one + other
    assert (both.n_given, both.n_missing, both.n_rows, both.n_inexact) == (7, 2, 5, 3)
    assert (both.nobs, both.exact_nobs) == (4.0, 4.0)
    assert both.counts == {"exact": 3.0, "left": 3.0}
    assert both.ranges == {"left": (-1.0, 1.0), "right": (5.0, 6.0)}
    assert both.digests == (2, 1)  # modulo 2^64
    assert both.null is None


def test_a_tally_without_sums_takes_those_of_the_other():
    some = tally(null=2.5)  # anything that adds up
    assert (some + tally()).null == (tally() + some).null == 2.5
    assert (some + some).null == 5.0


def test_columns_are_made_of_as_many_rows_as_fit_memory_in_the_blocks_of_all_rows():
    made = []

    class Wide(Reader):
        width = 300

        def __call__(self, part):
            made.append(len(part))
            return super().__call__(part)

    part = frame(np.arange(60_000.0))
    whole = Stream(FrameTable(part), Reader(), Reader()(part).block, Record())
    cut = replace(whole, reader=Wide(), record=Record())
    sizes = cut.total(lambda rows: [len(rows.endog)], 300)
    assert max(made) * Wide.width <= 2**22
    assert sum(made) == 60_000
    assert len(made) == 5
    assert sizes == whole.total(lambda rows: [len(rows.endog)], 300)
    assert (cut.n_rows, cut.tally.digests) == (60_000, whole.tally.digests)
    assert cut.total(total_of_x, 300) == whole.total(total_of_x, 300)
