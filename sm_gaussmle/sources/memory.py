"""Rows held in memory as arrays."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.threads import ordered_map


class Addable(Protocol):
    """Anything that can be added to its own kind."""

    def __add__(self, other: Self, /) -> Self: ...


T = TypeVar("T", bound=Addable)

# Elements of a block with its scratch: 1 MB of doubles stays in the second-level cache,
# where a weighted product of the block costs 1.3 times the plain one instead of 4.
_BLOCK_ELEMENTS = 131_072


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
    size = max(_BLOCK_ELEMENTS // width, 8 * width)
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
    def n_rows(self) -> int:
        """Number of rows, not counting frequency weights."""
        return int(self.rows.endog.shape[0])

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
        work = float(self.n_rows) * width * width
        # Closed at once, not when an error that is kept lets go of it: BLAS is held to one
        # thread in it.
        with closing(ordered_map(function, self.blocks(width), work)) as parts:
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
