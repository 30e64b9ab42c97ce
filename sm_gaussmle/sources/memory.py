"""Rows held in memory as arrays."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Change, ExactRows, Summed, T
from sm_gaussmle.sources.threads import ordered_map

# Elements of a block with its scratch: 1 MB of doubles stays in the second-level cache,
# where a weighted product of the block costs 1.3 times the plain one instead of 4.
_BLOCK_ELEMENTS = 131_072


def block_rows(width: int) -> int:
    """Rows of a block that fits the processor's cache.

    Parameters
    ----------
    width : int
        Number of columns that are worked on.

    Returns
    -------
    int
        At least one.
    """
    return max(_BLOCK_ELEMENTS // width, 8 * width)


def block_slices(n_rows: int, width: int) -> list[slice]:
    """Consecutive rows that fit the processor's cache.

    Parameters
    ----------
    n_rows : int
        Number of rows.
    width : int
        Number of columns that are worked on.

    Returns
    -------
    list of slice
        At least one.
    """
    size = block_rows(width)
    return [slice(begin, begin + size) for begin in range(0, n_rows, size)]


@dataclass(frozen=True)
class Memory:
    """Arrays of rows, read in blocks that fit the processor's cache.

    Attributes
    ----------
    rows : RowBlock
        All rows.
    """

    rows: RowBlock

    @property
    def prototype(self) -> RowBlock:
        """All rows."""
        return self.rows

    @property
    def at_hand(self) -> RowBlock | None:
        """All rows."""
        return self.rows

    @property
    def summed(self) -> Summed | None:
        """None: the rows are here."""
        return None

    @property
    def n_rows(self) -> int:
        """Number of rows, not counting frequency weights."""
        return int(self.rows.endog.shape[0])

    @property
    def exact_rows(self) -> ExactRows:
        """How many responses are seen exactly."""
        weights, bounds = self.rows.freq_weights, self.rows.bounds
        if bounds is None:
            nobs = self.n_rows if weights is None else weights.sum()
            return ExactRows(float(nobs), all=True)
        exact = self.exact
        nobs = np.count_nonzero(exact) if weights is None else weights @ exact
        return ExactRows(float(nobs), bool(exact.all()))

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Which responses are seen exactly, shape (n,)."""
        bounds = self.rows.bounds
        return np.ones(self.n_rows, dtype=bool) if bounds is None else bounds.exact

    @property
    def reads_once(self) -> bool:
        """Never: arrays can be read again."""
        return False

    def blocks(self, width: int) -> list[RowBlock]:
        """Slices of the rows.

        Parameters
        ----------
        width : int
            Number of columns that a pass works on: sets the rows in a block.

        Returns
        -------
        list of RowBlock
            Views of consecutive rows.
        """
        parts = block_slices(self.n_rows, width)
        if len(parts) == 1:
            return [self.rows]
        return [self.rows.part(part) for part in parts]

    def total(self, function: Callable[[RowBlock], T], width: int) -> T:
        """Sum of a function over the blocks: one pass over the data.

        Parameters
        ----------
        function : callable
            Maps a `RowBlock` to something that can be added.
        width : int
            Number of columns that the function works on.

        Returns
        -------
        same type as `function` returns
            The sum.
        """
        blocks = self.blocks(width)
        if len(blocks) == 1:  # a generator and its end take longer than few rows do
            return function(blocks[0])
        work = float(self.n_rows) * width * width
        # Closed at once, not when an error that is kept lets go of it: BLAS is held to one
        # thread in it.
        with closing(ordered_map(function, blocks, work)) as parts:
            result = next(parts)
            for part in parts:
                result = result + part
        return result

    def sample(self, size: int) -> RowBlock:
        """At most `size` rows, evenly strided.

        Parameters
        ----------
        size : int
            Largest number of rows.

        Returns
        -------
        RowBlock
            The rows with offsets and weights.
        """
        step = max(1, self.n_rows // size)
        return self.rows.part(slice(None, step * size, step))

    def picked(self, positions: NDArray[np.intp]) -> Memory:
        """Some of the rows.

        Parameters
        ----------
        positions : ndarray of int
            Which.

        Returns
        -------
        Memory
            Those alone.
        """
        return Memory(self.rows.part(positions))

    def mapped(self, change: Change) -> Memory:
        """The rows as a function changes them, at once.

        Parameters
        ----------
        change : callable
            Maps a `RowBlock` to one of other columns, or of some of its rows.

        Returns
        -------
        Memory
            A new source.
        """
        return Memory(change(self.rows))

    def with_endog(self, endog: Array) -> Memory:
        """The same rows with other responses.

        Parameters
        ----------
        endog : ndarray, shape (n,) or (n, m)
            Responses.

        Returns
        -------
        Memory
            A new source.
        """
        return Memory(replace(self.rows, endog=endog))


class Postponed(Memory):
    """Rows as a function changes them one by one, once they are asked for.

    Parameters
    ----------
    given : Memory
        The rows as they are.
    change : callable
        Maps a `RowBlock` to one of as many rows.
    """

    given: Memory
    change: Change

    def __init__(self, given: Memory, change: Change) -> None:
        vars(self).update(given=given, change=change)

    @cached_property
    def rows(self) -> RowBlock:
        """All rows, changed."""
        return self.change(self.given.rows)

    @cached_property
    def prototype(self) -> RowBlock:
        """The first row."""
        return self.sample(1)

    @property
    def n_rows(self) -> int:
        """Number of rows, not counting frequency weights."""
        return self.given.n_rows

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Which responses are seen exactly, shape (n,)."""
        return self.given.exact

    def sample(self, size: int) -> RowBlock:
        """At most `size` rows, evenly strided.

        Parameters
        ----------
        size : int
            Largest number of rows.

        Returns
        -------
        RowBlock
            The rows with offsets and weights.
        """
        return self.change(self.given.sample(size))

    def picked(self, positions: NDArray[np.intp]) -> Memory:
        """Some of the rows; no others are changed.

        Parameters
        ----------
        positions : ndarray of int
            Which.

        Returns
        -------
        Memory
            Those alone.
        """
        return Memory(self.change(self.given.picked(positions).rows))

    def mapped(self, change: Change) -> Memory:
        """The rows as a further function changes them, once they are asked for.

        Parameters
        ----------
        change : callable
            Maps a `RowBlock` to one of as many rows.

        Returns
        -------
        Memory
            A new source.
        """
        return Postponed(self, change)
