"""A pandas DataFrame as a table: a chunk of rows among others."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import reduce
from operator import add

import pandas as pd

from sm_gaussmle.sources.source import T
from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError
from sm_gaussmle.sources.tables.parts import batch_rows


class FrameTable:
    """Rows of a DataFrame, worked on in parts, so that their columns take little memory.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    """

    text = "DataFrame"
    reads_once = False

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self.columns = tuple(map(str, frame.columns))

    def head(self, columns: Sequence[str]) -> pd.DataFrame:
        """The first rows.

        Parameters
        ----------
        columns : sequence of str
            Columns to read.

        Returns
        -------
        DataFrame
            At most `HEAD_ROWS`.

        Raises
        ------
        NoRowsError
            If there are none.
        """
        return self._part(columns, 0, HEAD_ROWS)

    def total(
        self,
        function: Callable[[pd.DataFrame], T],
        columns: Sequence[str],
        each: Callable[[T], object] | None = None,
    ) -> T:
        """Sum of a function over parts of the rows.

        Parameters
        ----------
        function : callable
            Maps a DataFrame of at least one row to something that can be added.
        columns : sequence of str
            Columns to read.
        each : callable, optional
            Called with what each part comes to.

        Returns
        -------
        same type as `function` returns
            In the order of the rows.

        Raises
        ------
        NoRowsError
            If there are no rows.
        """
        return reduce(add, self._each(function, columns, each))

    def _each(
        self,
        function: Callable[[pd.DataFrame], T],
        columns: Sequence[str],
        each: Callable[[T], object] | None,
    ) -> Generator[T, None, None]:
        size = batch_rows(columns)
        for start in range(0, max(len(self._frame), 1), size):
            part = function(self._part(columns, start, start + size))
            if each is not None:
                each(part)
            yield part

    def _part(self, columns: Sequence[str], begin: int, end: int) -> pd.DataFrame:
        if not len(self._frame):
            raise NoRowsError("the DataFrame has no rows.")
        part = self._frame[list(columns)].iloc[begin:end]
        return part.set_axis(pd.RangeIndex(begin, begin + len(part)))
