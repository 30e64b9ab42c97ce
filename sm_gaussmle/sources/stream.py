"""Rows that are read anew in each pass, from wherever they are.

Longer than other modules because what a pass is made of is documented beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, Generic, NamedTuple, NoReturn, Protocol, cast

import numpy as np
import pandas as pd

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory, block_rows
from sm_gaussmle.sources.progress import counted
from sm_gaussmle.sources.source import Change, ExactRows, Summed, T
from sm_gaussmle.sources.summed_table import SummedTable
from sm_gaussmle.sources.table import (
    NoRowsError,
    RowsChangedError,
    RowsElsewhereError,
    Table,
)
from sm_gaussmle.sources.tally import Tally

# Columns that all passes over the rows of a model have.
_NOTED = ("exog", "exog_scale", "offset", "offset_scale")

# Elements of the columns that are made of rows at a time: 32 MB of doubles in each thread. Of
# 300 columns those of a whole part took 160 MB; of up to 60 nothing is cut.
_ELEMENTS = 2**22


class Rows(NamedTuple):
    """What a part of a table has to say.

    Attributes
    ----------
    block : RowBlock or None
        Rows in which nothing is missing; None where there are none.
    tally : Tally
        How many there were.
    """

    block: RowBlock | None
    tally: Tally


class Reader(Protocol):
    """Turns parts of a table into rows; it is sent to where they are."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it reads."""
        ...

    @property
    def width(self) -> int:
        """Number of columns that it makes of them."""
        ...

    def __call__(self, frame: pd.DataFrame) -> Rows:
        """Rows of a part of the table."""
        ...


class Record:
    """What is known of a table from the passes that were made; streams of it share one.

    Attributes
    ----------
    tally : Tally or None
        Of the first pass; None before it.
    passes : int
        Number of passes.
    """

    def __init__(self) -> None:
        self.tally: Tally | None = None
        self.passes = 0
        self._lock = Lock()

    def note(self, tally: Tally) -> None:
        """Note a pass, which has to have found the rows of the first one.

        Parameters
        ----------
        tally : Tally
            Of the pass.

        Raises
        ------
        RowsChangedError
            If there are other rows now.
        """
        with self._lock:
            self.passes += 1
            first = self.tally = self.tally or tally
        rows = f"{first.n_given} rows at first, of which {first.n_rows} were used"
        if (tally.n_given, tally.n_rows) != (first.n_given, first.n_rows):
            rows += f", now {tally.n_given} and {tally.n_rows}"
        elif tally.digests != first.digests:
            rows += ", now as many with other responses or weights"
        elif all(
            bool(first.columns[name].alike(tally.columns[name]).all())
            for name in _NOTED
            if name in first.columns and name in tally.columns
        ):
            return
        else:
            rows += ", now as many with other values in columns, offsets or known variances"
        raise RowsChangedError(
            f"the data changed between two passes: {rows}. Results would be of neither; fit "
            "data that stay as they are, such as a copy."
        )


@dataclass(frozen=True, slots=True)
class _Sum(Generic[T]):
    """The sum over some parts with their tally; None where they have no rows."""

    value: T | None
    tally: Tally

    def __add__(self, other: _Sum[T]) -> _Sum[T]:
        mine, its = self.value, other.value
        value = mine + its if mine is not None and its is not None else _either(mine, its)
        return _Sum(value, self.tally + other.tally)


def _either(one: T | None, other: T | None) -> T | None:
    return other if one is None else one


@dataclass(frozen=True, slots=True)
class _Pass(Generic[T]):
    """What is done with each part, wherever it is."""

    reader: Reader
    changes: tuple[Change, ...]
    function: Callable[[RowBlock], T]
    width: int
    errors: dict[str, Any]

    def __call__(self, frame: pd.DataFrame) -> _Sum[T]:
        # What NumPy is to do about overflow belongs to the thread of the caller.
        with np.errstate(**self.errors):
            total: T | None = None
            tally: Tally | None = None
            for some in self._cut(frame):
                block, counts = self.reader(some)
                tally = counts if tally is None else tally + counts
                for rows in [] if block is None else Memory(block).blocks(self.width):
                    for change in self.changes:
                        rows = change(rows)  # noqa: PLW2901 - one after the other
                    if len(rows.endog):
                        part = self.function(rows)
                        total = part if total is None else total + part
            return _Sum(total, cast("Tally", tally))

    def _cut(self, frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
        """Rows whose columns fit memory, in whole blocks: the blocks are those of all rows."""
        block = block_rows(self.width)
        size = max(_ELEMENTS // max(self.reader.width, 1) // block, 1) * block
        for begin in range(0, max(len(frame), 1), size):
            yield frame.iloc[begin : begin + size]


@dataclass(frozen=True)
class Stream:
    """Rows of a table, read anew in each pass.

    Attributes
    ----------
    table : Table
        Where they are.
    reader : Reader
        Makes rows of its parts.
    head : RowBlock
        Some of the rows, at least one.
    record : Record
        What earlier passes found.
    changes : tuple of callable
        What is made of the rows in each pass.
    shown : bool
        Whether passes show how far they are.
    summed : Summed or None
        What all rows come to, where they were summed and the table has them no more.
    """

    table: Table
    reader: Reader
    head: RowBlock
    record: Record
    changes: tuple[Change, ...] = ()
    shown: bool = False
    summed: Summed | None = None

    @property
    def rows(self) -> NoReturn:
        """Not there: the rows are not in memory."""
        raise RowsElsewhereError(
            f"it needs all rows in memory, and those of this model {self.whereabouts}. Fit a "
            "part of the rows that fits into memory."
        )

    @property
    def whereabouts(self) -> str:
        """Where the rows are, after "the rows": ``"are read in passes (CSV, 2 files)"``."""
        if isinstance(self.table, SummedTable):
            return "were summed and not kept"
        return f"are read in passes ({self.table.text})"

    @cached_property
    def prototype(self) -> RowBlock:
        """Some of the rows, as the changes leave them."""
        rows = self.head
        for change in self.changes:
            rows = change(rows)
        return rows

    @property
    def at_hand(self) -> RowBlock | None:
        """None: the rows are not in memory."""
        return None

    @property
    def n_rows(self) -> int:
        """Number of rows before `changes`, from the first pass."""
        return self.tally.n_rows

    @property
    def exact_rows(self) -> ExactRows:
        """How many responses are seen exactly, from the first pass."""
        return ExactRows(self.tally.exact_nobs, not self.tally.n_inexact)

    @property
    def reads_once(self) -> bool:
        """Whether there can be one pass only."""
        return self.table.reads_once

    @property
    def tally(self) -> Tally:
        """What the first pass counted, which is made for it if there was none."""
        if self.record.tally is None:
            replace(self, changes=()).total(_nothing, 1)
        return cast("Tally", self.record.tally)

    def total(self, function: Callable[[RowBlock], T], width: int) -> T:
        """Sum of a function over blocks of rows: one pass over the table.

        Parameters
        ----------
        function : callable
            Maps a `RowBlock` to something that can be added; it is pickled where the rows
            are in other processes.
        width : int
            Number of columns that the function works on.

        Returns
        -------
        same type as `function` returns
            The sum, in the order of the rows.

        Raises
        ------
        NoRowsError
            If no row is complete.
        RowsChangedError
            If the table has other rows than in the first pass.
        PartError
            If a part of the table cannot be read.
        ReadOnceError
            If it is a stream that has been read.
        """
        known = self.record.tally
        work = _Pass(self.reader, self.changes, function, width, dict(np.geterr()))
        what = f"pass {self.record.passes + 1}"
        n_rows = None if known is None else known.n_given
        with counted(n_rows, what, shown=self.shown, unit=" rows") as step:
            found = self.table.total(
                work, self.reader.columns, lambda part: step(part.tally.n_given)
            )
        self.record.note(found.tally)
        if found.value is None:
            raise NoRowsError(
                f"none of the {found.tally.n_given} rows is complete in the variables of the "
                "formulas, weights and offsets, with a frequency weight above 0."
            )
        return found.value

    def sample(self, size: int) -> RowBlock:
        """Some of the first rows.

        Parameters
        ----------
        size : int
            Largest number of rows.

        Returns
        -------
        RowBlock
            Evenly strided rows of the head.
        """
        return Memory(self.prototype).sample(size)

    def mapped(self, change: Change) -> Stream:
        """The rows as a function changes them in each pass.

        Parameters
        ----------
        change : callable
            Maps a `RowBlock` to one of other columns, or of some of its rows.

        Returns
        -------
        Stream
            Of the same table.
        """
        # The sums are of the rows as they were.
        return replace(self, changes=(*self.changes, change), summed=None)


def _nothing(_rows: RowBlock) -> int:
    return 0
