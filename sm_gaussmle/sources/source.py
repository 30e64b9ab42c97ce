"""What the estimation asks of rows, wherever they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, Self, TypeVar

from sm_gaussmle.likelihood.cross_products import Origin, Triangle
from sm_gaussmle.likelihood.evaluation import RowBlock


class Addable(Protocol):
    """Anything that can be added to its own kind."""

    def __add__(self, other: Self, /) -> Self: ...


T = TypeVar("T", bound=Addable)
Change = Callable[[RowBlock], RowBlock]


class ExactRows(NamedTuple):
    """How many of the responses are seen exactly.

    Attributes
    ----------
    nobs : float
        Sum of their frequency weights.
    all : bool
        Whether all are.
    """

    nobs: float
    all: bool


class Summed(NamedTuple):
    """All rows as the triangular factor of their columns.

    Attributes
    ----------
    triangle : Triangle
        The factor of the columns of the mean beside the response.
    origin : Origin or None
        What was subtracted from the columns.
    """

    triangle: Triangle
    origin: Origin | None


class Source(Protocol):
    """Rows that can be summed over."""

    @property
    def prototype(self) -> RowBlock:
        """Some rows, at least one: which columns, weights and bounds all have."""
        ...

    @property
    def at_hand(self) -> RowBlock | None:
        """All rows, if they are in memory."""
        ...

    @property
    def summed(self) -> Summed | None:
        """What all rows come to, if they were summed and not kept."""
        ...

    @property
    def n_rows(self) -> int:
        """Number of rows, not counting frequency weights; it may take a pass to know."""
        ...

    @property
    def exact_rows(self) -> ExactRows:
        """How many responses are seen exactly; it may take a pass to know."""
        ...

    @property
    def reads_once(self) -> bool:
        """Whether there can be one pass only."""
        ...

    def total(self, function: Callable[[RowBlock], T], width: int) -> T:
        """Sum of a function over blocks of rows: one pass over the data.

        Parameters
        ----------
        function : callable
            Maps a `RowBlock` to something that can be added.
        width : int
            Number of columns that the function works on.

        Returns
        -------
        same type as `function` returns
            The sum, added in the order of the rows.
        """
        ...

    def sample(self, size: int) -> RowBlock:
        """Some of the rows, to look at.

        Parameters
        ----------
        size : int
            Largest number of rows.

        Returns
        -------
        RowBlock
            The rows with offsets and weights.
        """
        ...

    def mapped(self, change: Change) -> Source:
        """The rows as a function changes them.

        Parameters
        ----------
        change : callable
            Maps a `RowBlock` to one of other columns, or of some of its rows. It is called
            at once where rows are in memory, and in each pass elsewhere.

        Returns
        -------
        Source
            A new source.
        """
        ...
