"""Spark DataFrames: each partition comes to one small row where it is."""

from __future__ import annotations

import pickle
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sm_gaussmle.sources.source import T
from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError, PartError
from sm_gaussmle.sources.tables.columns import chosen_columns
from sm_gaussmle.sources.tables.frames import Layout
from sm_gaussmle.sources.tables.schemas import of_schema
from sm_gaussmle.sources.threads import ONE_BLAS_THREAD

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

# What a worker makes of the frames of one partition; None of an empty one.
Work = Callable[[Iterator[pd.DataFrame]], Any]

# Spark's classes of errors: "[FAILED_READ_FILE.NO_HINT] Encountered ...".
_CLASS = re.compile(r"\[[A-Z][A-Z_.0-9]+\] ")

# What np.geterr returns: that of the caller holds on workers too.
_ErrorState = Mapping[str, Any]

_SCHEMA = "part long, failed boolean, result binary"


class SparkTable:
    """A Spark DataFrame, of a classic session or of Spark Connect.

    A pass is one ``mapInArrow``: Python workers read the Arrow batches of a partition, add
    up what a function makes of them with BLAS held to one thread, and return one row, of
    the number of the partition and the sum. Only these rows are collected, and added in the
    order of their numbers. What is added does not depend on which executor ran a task, nor
    on how often.

    Parameters
    ----------
    data : pyspark.sql.DataFrame
        The rows. Each pass computes it again from where it begins.

    Raises
    ------
    ValueError
        If it is a stream.

    Notes
    -----
    A rerun gives the same digits where the partitions hold the same rows in the same order
    each time. Spark keeps to that for files that do not change, read in one session with
    executors that neither come nor go (their number bears on how files are split), and for
    what follows from them row by row: `select`, `where`, `withColumn`. It does not after a
    shuffle (`join`, `groupBy`, `repartition`, `orderBy`), whose rows arrive in any order,
    and of which adaptive execution may make other partitions: sums are then those of the
    same rows, but may differ in the last digits. ``data.cache()``, or a table written
    before, settles it, and saves each pass that work. Rows that are drawn anew for each
    pass, as by ``rand()`` without a seed, are other data for each.

    Executors need sm_gaussmle, pandas and pyarrow installed for the Python that
    ``PYSPARK_PYTHON`` names.
    """

    reads_once = False
    text = "Spark DataFrame"

    def __init__(self, data: DataFrame) -> None:
        if data.isStreaming:
            raise ValueError(
                "`data` is a streaming DataFrame of Spark, which has no end; an estimate "
                "needs one. Use `spark.read` in place of `spark.readStream`."
            )
        self._data = data

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._data.columns)

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

        Notes
        -----
        Spark runs through all rows for it, without Python: its plain ``limit`` takes those
        of whichever partition is first, others at each run.
        """
        columns = chosen_columns(columns, self)
        rows = self._selected(columns).selectExpr("*", "monotonically_increasing_id() row")
        first = rows.orderBy("row").limit(HEAD_ROWS).drop("row")
        frames = [frame for _, frame in self._results(_joined, first, columns)]
        if not frames:
            raise NoRowsError(f"The {self.text} has no rows.")
        head: pd.DataFrame = pd.concat(frames, ignore_index=True)
        return head

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
            Maps a DataFrame of at least one row to something that can be added. It is
            called with each batch of a partition, of at most
            ``spark.sql.execution.arrow.maxRecordsPerBatch`` rows.
        columns : sequence of str
            Columns to read.
        each : callable, optional
            Called here with the sum of each partition. Spark returns them together, when
            the last is done.

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
        sums: list[T] = []
        columns = chosen_columns(columns, self)
        selected = self._selected(columns)
        for _, result in self._results(partial(_summed, function), selected, columns):
            if each is not None:
                each(result)
            sums.append(result)
        if not sums:
            raise NoRowsError(f"The {self.text} has no rows.")
        return reduce(add, sums)

    def _selected(self, columns: Sequence[str]) -> DataFrame:
        # Quoted, then numbered: Spark takes a dot in a name for a field within a column.
        quoted = [f"`{name.replace('`', '``')}`" for name in columns]
        return self._data.select(*quoted).toDF(*[f"column_{k}" for k in range(len(columns))])

    def _results(
        self, work: Work, selected: DataFrame, columns: Sequence[str]
    ) -> list[tuple[int, Any]]:
        """What is made of each partition that has rows, in their order."""
        in_each = partial(_row_of_part, work, tuple(columns), np.geterr())
        try:
            rows = selected.mapInArrow(in_each, _SCHEMA).collect()
        except Exception as error:  # of Spark, the JVM or the connection
            # A Java stack trace, of which one line is the message.
            raise PartError(f"{self.text}, some partition: {_line(error)}") from error
        results = []
        for row in sorted(rows, key=lambda row: row.part):
            result = pickle.loads(row.result)  # noqa: S301 - of our own workers
            if row.failed:
                raise PartError(
                    f"{self.text}, partition {row.part} as of `spark_partition_id()`: "
                    f"{type(result).__name__}: {result}"
                ) from result
            results.append((row.part, result))
        return results


def _line(error: Exception) -> str:
    """The line of Spark's message that begins with the class of the error, or the first."""
    text = str(error).strip()
    found = _CLASS.search(text)
    return (text[found.start() :] if found else text).partition("\n")[0]


# On the workers ---------------------------------------------------------------------------


def _row_of_part(
    work: Work, columns: Sequence[str], errors: _ErrorState, batches: Iterable[RecordBatch]
) -> Iterator[RecordBatch]:
    """The row that a partition comes to, none if it is empty."""
    from pyarrow import RecordBatch
    from pyspark import TaskContext, cloudpickle

    part = TaskContext.get().partitionId()
    failed = False
    try:
        with ONE_BLAS_THREAD, np.errstate(**errors):
            result = work(_frames(columns, batches))
        pickled = cloudpickle.dumps(result)
    except Exception as error:  # noqa: BLE001 - raised where the row arrives
        # Raised here, it would be retried four times and arrive as text without a partition.
        failed, pickled = True, _portable(error)
    if failed or result is not None:
        yield RecordBatch.from_pydict({"part": [part], "failed": [failed], "result": [pickled]})


def _portable(error: Exception) -> bytes:
    """An error in bytes, with what led to it as a note."""
    from pyspark import cloudpickle

    error.add_note(f"On the worker:\n{traceback.format_exc()}")
    try:
        pickled: bytes = cloudpickle.dumps(error)
        pickle.loads(pickled)  # noqa: S301 - of the line above
    except Exception as other:  # noqa: BLE001 - errors may refuse to be pickled in any way
        pickled = cloudpickle.dumps(RuntimeError(f"{error!r}, not to be pickled: {other!r}"))
    return pickled


def _frames(columns: Sequence[str], batches: Iterable[RecordBatch]) -> Iterator[pd.DataFrame]:
    """The rows of a partition, numbered through."""
    from pyarrow import RecordBatch

    first = 0
    for batch in batches:
        if batch.num_rows:
            named = RecordBatch.from_arrays(batch.columns, names=columns)
            types = of_schema(named.schema).chosen(columns, SparkTable.text)
            yield Layout(types, {}).frame(named, first)
            first += batch.num_rows


def _summed(function: Callable[[pd.DataFrame], T], frames: Iterator[pd.DataFrame]) -> T | None:
    parts = map(function, frames)
    first = next(parts, None)
    return None if first is None else reduce(add, parts, first)


def _joined(frames: Iterator[pd.DataFrame]) -> pd.DataFrame | None:
    some = list(frames)
    return pd.concat(some) if some else None
