"""Dask DataFrames: each partition comes to one small result where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from sm_gaussmle.sources.formulas.formula_variables import is_decimal
from sm_gaussmle.sources.source import T
from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError
from sm_gaussmle.sources.tables.columns import chosen_columns
from sm_gaussmle.sources.tables.dask_tasks import PartTasks
from sm_gaussmle.sources.tables.frames import text_dtype
from sm_gaussmle.sources.threads import ONE_BLAS_THREAD

if TYPE_CHECKING:
    from dask.dataframe import DataFrame

S = TypeVar("S")
# What np.geterr returns: that of the caller holds on workers too.
_ErrorState = Mapping[str, Any]

# Results that come here in a pass, at most. Of more partitions, the results of neighbours
# are added on the workers first: 10 000 matrices of 100 columns would be 800 MB here. One
# level is enough, for a sum of hundreds of small matrices is nothing to a worker, and it
# still lets a display of progress move in 33 to 64 steps.
_RESULTS = 64


class DaskTable:
    """A Dask DataFrame.

    A pass has one task a partition, which reads it (as Dask fuses the two) and returns one
    result: no row moves. The active ``distributed.Client`` runs the tasks, or whatever
    Dask is configured to compute with, which is threads. BLAS is held to one thread in
    each. A task whose worker dies is run again elsewhere by Dask, and results are added in
    the order of the partitions in a shape that depends on their number alone: a rerun gives
    the same digits.

    Parameters
    ----------
    data : dask.dataframe.DataFrame
        The rows. Each pass computes it again from where it begins, so that what is costly
        before (joins, shuffles) should be kept with ``data.persist()``: for time, and
        because rows that a shuffle brings together may come in another order each time,
        whose sum differs in the last digits.

    Notes
    -----
    The processes of ``distributed.LocalCluster`` import the script that starts them: a
    script needs ``if __name__ == "__main__":`` around all that it does. Workers need
    sm_gaussmle installed.
    """

    reads_once = False

    def __init__(self, data: DataFrame) -> None:
        self._data = data

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._data.columns)

    @property
    def text(self) -> str:
        """``"Dask, 12 partitions"``."""
        count = self._data.npartitions
        return f"Dask, {count} partition{'s' if count > 1 else ''}"

    def head(self, columns: Sequence[str]) -> pd.DataFrame:
        """The first rows, of the first partitions that have any.

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
        PartError
            If a partition cannot be read.
        """
        parts = self._parts(partial(_first_rows, HEAD_ROWS), columns)
        frames: list[pd.DataFrame] = []
        begin, size, missing = 0, 1, HEAD_ROWS
        # As many again when they were too few: partitions may be empty or small.
        while missing and begin < len(parts):
            which = slice(begin, begin + size)
            (found,) = parts.results(which, size, partial(_joined, missing))
            if found is not None:
                frames.append(found)
                missing -= len(found)
            begin, size = begin + size, 2 * size
        if not frames:
            raise NoRowsError(f"The DataFrame of {self.text} has no rows.")
        return pd.concat(frames, ignore_index=True)

    def total(
        self,
        function: Callable[[pd.DataFrame], T],
        columns: Sequence[str],
        each: Callable[[T], object] | None = None,
    ) -> T:
        """Sum of a function over the partitions: one pass over the rows.

        Parameters
        ----------
        function : callable
            Maps a DataFrame of at least one row to something that can be added.
        columns : sequence of str
            Columns to read.
        each : callable, optional
            Called here with what comes from the workers, as it arrives: the result of a
            partition, or of more than 64 partitions the sums of neighbours.

        Returns
        -------
        same type as `function` returns
            The sum.

        Raises
        ------
        NoRowsError
            If there are no rows.
        PartError
            If a partition cannot be read or the function fails on it.
        """
        parts = self._parts(function, columns)
        size = -(-len(parts) // _RESULTS)
        total: T | None = _added(parts.results(slice(None), size, _added, each))
        if total is None:
            raise NoRowsError(f"The DataFrame of {self.text} has no rows.")
        return total

    def _parts(
        self, function: Callable[[pd.DataFrame], S], columns: Sequence[str]
    ) -> PartTasks:
        from dask import delayed

        frame = self._data[chosen_columns(columns, self)]
        unknown = [
            name
            for name, dtype in frame.dtypes.items()
            if isinstance(dtype, pd.CategoricalDtype) and not frame[name].cat.known
        ]
        results = frame.map_partitions(
            _result,
            # A task of its own, so that it travels to each worker once, not with each task.
            delayed(function, traverse=False),
            unknown,
            np.geterr(),
            meta=pd.Series(dtype=object),
            enforce_metadata=False,
        )
        return PartTasks(results.to_delayed())


# On the workers ---------------------------------------------------------------------------


def _result(
    frame: pd.DataFrame,
    function: Callable[[pd.DataFrame], S],
    unknown: list[str],
    errors: _ErrorState,
) -> S | None:
    """What a function makes of a partition, None of an empty one."""
    if not len(frame):
        return None
    columns = {
        name: _plain(column.astype(column.cat.categories.dtype) if name in unknown else column)
        for name, column in frame.items()
    }
    rows = pd.RangeIndex(len(frame))
    with ONE_BLAS_THREAD, np.errstate(**errors):
        # A copy into one block would cost as much as the product that follows.
        return function(pd.DataFrame(columns, index=rows, copy=False))


def _plain(column: pd.Series) -> Any:
    """Values of a column: floats are NumPy's, not pandas' or Arrow's.

    One after the other in memory: a frame that was sent or read again may be laid out in
    another way, and BLAS adds up in another order then.
    """
    dtype: Any = column.dtype
    if isinstance(dtype, np.dtype):
        return np.ascontiguousarray(column.to_numpy())
    missing = column.isna().any()
    if dtype.kind in "iu" or is_decimal(dtype):
        return column.array  # floats in formulas, and labels as they are
    if pd.api.types.is_numeric_dtype(dtype) and dtype.kind != "b":
        return column.to_numpy(np.float64, na_value=np.nan)
    if dtype.kind == "b" and not missing:
        return column.to_numpy(bool)
    if dtype.kind == "b":
        return column.to_numpy(object, na_value=np.nan)
    if pd.api.types.is_string_dtype(dtype):
        column = column.astype(text_dtype())
    return column.array


def _first_rows(limit: int, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[:limit]


def _joined(limit: int, frames: list[pd.DataFrame | None]) -> pd.DataFrame | None:
    """The first rows of partitions, None where all are empty."""
    some = [frame for frame in frames if frame is not None]
    return pd.concat(some)[:limit] if some else None


def _added(results: list[T | None]) -> T | None:
    """The sum of what partitions come to, None where all are empty."""
    some = [result for result in results if result is not None]
    return reduce(add, some) if some else None
