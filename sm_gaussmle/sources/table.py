"""A table of rows wherever it is, read part by part in an order that never changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import pandas as pd

from sm_gaussmle.sources.source import T

# Rows that are looked at before the first pass, at most.
HEAD_ROWS = 10_000

# Whole numbers up to which floats are exact.
EXACT_FLOATS = 2**53


class PartError(ValueError):
    """A part of a table could not be read, or what it holds could not be worked on.

    The message names the part; the cause is the error itself, where it was raised in this
    process.
    """


class ReadOnceError(ValueError):
    """Rows are needed again of a stream that can be read only once."""


class RowsElsewhereError(ValueError, AttributeError):
    """Rows are asked for that are not in memory.

    An `AttributeError` too, so that ``hasattr(result, "resid")`` is False then, which is
    what tables and plots of other packages ask.
    """


class RowsChangedError(ValueError):
    """A table has other rows than in the pass before."""


class NoRowsError(ValueError):
    """A table has no rows."""


class Table(Protocol):
    """Rows that some engine holds or reads, in parts.

    A part comes as a pandas DataFrame of the columns that were asked for, whose index are
    the positions of its rows in the part. Numbers are NumPy's, with NaN where one is
    missing, or pandas' or Arrow's where floats would make two whole numbers or decimals one:
    they may be labels; texts are of a string or object dtype; a column is categorical only where it has
    categories in the table itself.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        ...

    @property
    def reads_once(self) -> bool:
        """Whether it is a stream that can be read only once."""
        ...

    @property
    def text(self) -> str:
        """What the table is, for a summary and for errors: ``"Parquet, 12 files"``."""
        ...

    def head(self, columns: Sequence[str]) -> pd.DataFrame:
        """The first rows.

        Parameters
        ----------
        columns : sequence of str
            Columns to read.

        Returns
        -------
        DataFrame
            At most `HEAD_ROWS`; those of a stream come again in its one pass.

        Raises
        ------
        NoRowsError
            If there are none.
        """
        ...

    def total(
        self,
        function: Callable[[pd.DataFrame], T],
        columns: Sequence[str],
        each: Callable[[T], object] | None = None,
    ) -> T:
        """Sum of a function over the parts: one pass over the rows.

        Parameters
        ----------
        function : callable
            Maps a DataFrame of at least one row to something that can be added. It may be
            called in threads or, pickled by cloudpickle, in other processes.
        columns : sequence of str
            Columns to read.
        each : callable, optional
            Called here with what each part comes to, as that arrives: for a display of
            progress.

        Returns
        -------
        same type as `function` returns
            Added in the order of the parts, which are the same in each pass, so that a
            rerun gives the same digits.

        Raises
        ------
        NoRowsError
            If there are no rows.
        PartError
            If a part cannot be read or the function fails on it.
        ReadOnceError
            If it is a stream that has been read.
        RowsChangedError
            If its files are not those that were opened.
        """
        ...
