"""Dask DataFrames: each partition comes to one small result where it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from sm_gaussmle.sources.memory import Addable
from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError, PartError
from sm_gaussmle.sources.tables.columns import check_columns
from sm_gaussmle.sources.threads import ONE_BLAS_THREAD

if TYPE_CHECKING:
    from dask.dataframe import DataFrame
    from dask.delayed import Delayed
    from distributed import Client, Future

S = TypeVar("S")
T = TypeVar("T", bound=Addable)

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
        before (joins, shuffles) should be kept with ``data.persist()``.

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
            found = parts.results(slice(begin, begin + size), size, partial(_joined, missing))[
                0
            ]
            if found is not None:
                frames.append(found)
                missing -= len(found)
            begin, size = begin + size, 2 * size
        if not frames:
            raise NoRowsError(f"{self.text}: there are no rows.")
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
            raise NoRowsError(f"{self.text}: there are no rows.")
        return total

    def _parts(self, function: Callable[[pd.DataFrame], S], columns: Sequence[str]) -> _Parts:
        from dask import delayed

        check_columns(columns, self)
        frame = self._data[list(columns)]
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
            meta=pd.Series(dtype=object),
            enforce_metadata=False,
        )
        return _Parts(results.to_delayed())


class _Parts:
    """Tasks, one a partition, and how what they come to arrives here."""

    def __init__(self, tasks: list[Delayed]) -> None:
        self._tasks = tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def results(
        self,
        which: slice,
        size: int,
        join: Callable[[list[Any]], Any],
        each: Callable[[Any], object] | None = None,
    ) -> list[Any]:
        """What some partitions come to, those of `size` neighbours joined on a worker."""
        from dask import delayed
        from dask.base import get_scheduler

        numbers = range(len(self))[which]
        bundles = [numbers[begin : begin + size] for begin in range(0, len(numbers), size)]
        tasks = [
            delayed(join)([self._tasks[number] for number in bundle]) for bundle in bundles
        ]

        def arrived(result: object) -> None:
            if each is not None and result is not None:
                each(result)

        # Dask's own rule of what computes: the method of a client, or a function.
        client = getattr(get_scheduler(), "__self__", None)
        if client is None:
            return self._computed_here(tasks, numbers, arrived)
        return self._computed_by(client, tasks, bundles, arrived)

    def _computed_here(
        self, tasks: list[Delayed], numbers: range, arrived: Callable[[Any], None]
    ) -> list[Any]:
        import dask
        from dask.callbacks import Callback

        keys = {task.key for task in tasks}

        def after_task(key: object, result: object, *_: object) -> None:
            if key in keys:
                arrived(result)

        try:
            with Callback(posttask=after_task):
                return list(dask.compute(*tasks, traverse=False))
        except Exception as error:
            # Dask does not say where this happened: each partition is tried again.
            for number in numbers:
                try:
                    self._tasks[number].compute(scheduler="synchronous")
                except Exception as cause:
                    raise self._error(number, cause) from cause
            error.add_note("No partition fails when each is computed again.")
            raise

    def _computed_by(
        self,
        client: Client,
        tasks: list[Delayed],
        bundles: list[range],
        arrived: Callable[[Any], None],
    ) -> list[Any]:
        from distributed import as_completed

        numbers = range(bundles[0].start, bundles[-1].stop)
        # Futures of the partitions too: they tell which one failed, and what they come to
        # stays where it is.
        futures: list[Future] = client.compute(
            [*tasks, *self._tasks[numbers.start : numbers.stop]], traverse=False
        )
        joined = futures[: len(tasks)]
        single = dict(zip(numbers, futures[len(tasks) :], strict=True))
        results: dict[str, Any] = {}
        place = {future.key: bundle for future, bundle in zip(joined, bundles, strict=True)}
        try:
            for future in as_completed(joined):
                if future.status == "error":
                    for number in place[future.key]:
                        if (cause := single[number].exception()) is not None:
                            raise self._error(number, cause) from cause
                results[future.key] = future.result()
                for number in place[future.key]:
                    single[number].release()
                arrived(results[future.key])
        finally:
            # Not when an error that is kept lets go of them: the workers stop now.
            for future in futures:
                future.release()
        return [results[future.key] for future in joined]

    def _error(self, number: int, cause: BaseException) -> PartError:
        return PartError(
            f"Partition {number} of {len(self)} of the Dask DataFrame (counted from 0: "
            f"`data.partitions[{number}]`): {type(cause).__name__}: {cause}"
        )


# On the workers ---------------------------------------------------------------------------


def _result(
    frame: pd.DataFrame, function: Callable[[pd.DataFrame], S], unknown: list[str]
) -> S | None:
    """What a function makes of a partition, None of an empty one."""
    if not len(frame):
        return None
    columns = {
        name: _plain(column.astype(column.cat.categories.dtype) if name in unknown else column)
        for name, column in frame.items()
    }
    with ONE_BLAS_THREAD:
        return function(pd.DataFrame(columns).reset_index(drop=True))


def _plain(column: pd.Series) -> pd.Series:
    """A column of NumPy's numbers, not of those of pandas or Arrow; texts as objects."""
    dtype: Any = column.dtype
    if isinstance(dtype, np.dtype | pd.CategoricalDtype):
        return column
    missing = column.isna().any()
    if pd.api.types.is_numeric_dtype(dtype) and dtype.kind != "b":
        # Decimals are of no kind of number to NumPy.
        whole = dtype.kind in "iu" and not missing
        return column.astype(dtype.numpy_dtype if whole else np.float64)
    if dtype.kind == "b" and not missing:
        return column.astype(bool)
    if dtype.kind == "b" or pd.api.types.is_string_dtype(dtype):
        return pd.Series(column.to_numpy(object, na_value=np.nan), column.index, object)
    return column


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
