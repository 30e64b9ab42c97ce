"""Rows held in memory as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

import numpy as np

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array


class Addable(Protocol):
    """Anything that can be added to its own kind."""

    def __add__(self, other: Self, /) -> Self: ...  # noqa: D105 - a sum


T = TypeVar("T", bound=Addable)

# Elements of a block with its scratch: 1 MB of doubles stays in the second-level cache,
# where a weighted product of the block costs 1.3 times the plain one instead of 4.
BLOCK_ELEMENTS = 131_072


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
    def n_rows(self) -> int:
        """Number of rows, not counting frequency weights."""
        return int(self.rows.endog.shape[0])

    def blocks(self, width: int) -> Iterator[RowBlock]:
        """Slices of the rows.

        Parameters
        ----------
        width : int
            Number of columns that a pass works on: sets the rows in a block.

        Yields
        ------
        RowBlock
            Views of consecutive rows.
        """
        size = max(BLOCK_ELEMENTS // max(width, 1), 8 * width)
        if size >= self.n_rows:
            yield self.rows
            return
        rows = self.rows
        for begin in range(0, self.n_rows, size):
            part = slice(begin, begin + size)
            yield RowBlock(
                rows.endog[part],
                rows.exog[part],
                rows.exog_scale[part],
                None if rows.offset is None else rows.offset[part],
                None if rows.log_variance_offset is None else rows.log_variance_offset[part],
                None if rows.freq_weights is None else rows.freq_weights[part],
            )

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
        result = function(next(blocks))
        for block in blocks:
            result = result + function(block)
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
            The rows, with no weights or offsets.
        """
        step = max(1, self.n_rows // size)
        rows = self.rows
        return RowBlock(
            rows.endog[::step][:size], rows.exog[::step][:size], rows.exog_scale[::step][:size]
        )

    def replace(self, **changes: Array | None) -> Memory:
        """The same rows with some arrays exchanged.

        Parameters
        ----------
        **changes : ndarray or None
            Fields of `RowBlock`.

        Returns
        -------
        Memory
            A new source.
        """
        return Memory(replace(self.rows, **changes))  # type: ignore[arg-type] # checked names
