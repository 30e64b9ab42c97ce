"""Tables that come in Arrow batches: heads, categories and sums, whatever reads them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pandas as pd

from sm_gaussmle.sources.memory import Addable
from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError, PartError
from sm_gaussmle.sources.tables.frames import Layout, dictionary_values
from sm_gaussmle.sources.tables.schemas import Columns
from sm_gaussmle.sources.threads import ordered_stream

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T", bound=Addable)

# Values and rows of a batch, at most: 32 MB of doubles in each thread. Twice the rows are no
# faster and held 0.1 GB more of a table of 21 columns.
_BATCH_VALUES = 2**22
_BATCH_ROWS = 2**16


class Part(NamedTuple):
    """Rows that are summed first among themselves."""

    name: str
    batches: Callable[[], Iterable[pa.RecordBatch]]


def batch_rows(columns: Sequence[str], most: int = _BATCH_ROWS) -> int:
    """Rows of a batch, few enough for memory that does not grow with the table.

    Parameters
    ----------
    columns : sequence of str
        Columns that are read.
    most : int
        Upper limit.

    Returns
    -------
    int
        The same in each pass over the same columns.
    """
    return max(min(_BATCH_VALUES // max(len(columns), 1), most), 1)


def failed(name: str, error: Exception) -> PartError:
    """The error for a part.

    Parameters
    ----------
    name : str
        The part.
    error : Exception
        What went wrong in it.

    Returns
    -------
    PartError
        Names both.
    """
    return PartError(f"{name}: {type(error).__name__}: {error}")


def _merged(pieces: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    import pyarrow as pa

    if len(pieces) == 1:
        return pieces
    return list(pa.Table.from_batches(pieces).combine_chunks().to_batches())


def stream_parts(
    batches: Iterator[pa.RecordBatch], rows: int, text: str
) -> Generator[Part, None, None]:
    """Parts of a stream, cut at the same rows in each pass.

    Parameters
    ----------
    batches : iterator of pyarrow.RecordBatch
        Cut where the engine happened to be done with some.
    rows : int
        Rows of each part; the last one has fewer.
    text : str
        The stream, for errors.

    Yields
    ------
    Part
        Its batches are merged when it is worked on, in whatever thread that is.

    Raises
    ------
    PartError
        If the engine fails.
    """
    number, held, count = 0, [], 0
    while True:
        try:
            batch = next(batches, None)
        except Exception as error:
            raise failed(f"{text}, batch {number}", error) from error
        if batch is None:
            break
        while batch.num_rows:
            held.append(batch.slice(0, rows - count))
            count += held[-1].num_rows
            batch = batch.slice(held[-1].num_rows)
            if count == rows:
                yield Part(f"{text}, batch {number}", partial(_merged, held))
                number, held, count = number + 1, [], 0
    if held:
        yield Part(f"{text}, batch {number}", partial(_merged, held))


def _part_total(function: Callable[[pd.DataFrame], T], layout: Layout, part: Part) -> T | None:
    """Sum of the function over the batches of a part; None if it has no rows."""
    total, first = None, 0
    try:
        for batch in part.batches():
            if batch.num_rows:
                result = function(layout.frame(batch, first))
                total = result if total is None else total + result
                first += batch.num_rows
    except Exception as error:
        raise failed(part.name, error) from error
    return total


class BatchedTable(ABC):
    """A table whose parts are Arrow batches.

    Parameters
    ----------
    text : str
        What the table is.

    Attributes
    ----------
    text : str
        What the table is.
    reads_once : bool
        Whether it is a stream that can be read only once.
    """

    text: str
    reads_once: bool = False
    # Whether the dictionary of the first batch is that of all: an enumeration is a type.
    _first_dictionary_is_all: bool = False

    def __init__(self, text: str) -> None:
        self.text = text
        self._categories: dict[str, pd.CategoricalDtype] = {}

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""

    @abstractmethod
    def _types(self, names: Sequence[str]) -> Columns:
        """Types of columns, of these at least."""

    @abstractmethod
    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        """All rows of some columns, from the first."""

    def _first_parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        """The same, for someone who stops early."""
        return self._parts(names)

    def _layout(self, columns: Sequence[str]) -> Layout:
        import pyarrow as pa

        types = self._types(columns).chosen(columns, self.text)
        dictionaries = [name for name in types if pa.types.is_dictionary(types[name])]
        unread = {name: types[name] for name in dictionaries if name not in self._categories}
        if unread:
            self._categories |= self._read_categories(unread)
        return Layout(types, {name: self._categories[name] for name in dictionaries})

    def _batches(self, names: Sequence[str]) -> Generator[pa.RecordBatch, None, None]:
        with closing(self._first_parts(names)) as parts:
            for part in parts:
                try:
                    yield from (batch for batch in part.batches() if batch.num_rows)
                except Exception as error:
                    raise failed(part.name, error) from error

    def _read_categories(self, types: dict[str, pa.DataType]) -> dict[str, pd.CategoricalDtype]:
        """Categories in the order in which they appear in the dictionaries of all batches."""
        import pyarrow as pa

        found: dict[str, pd.Index] = {}
        with closing(self._batches(list(types))) as batches:
            for batch in batches:
                for name, of in types.items():
                    array = batch.column(name)
                    if not pa.types.is_dictionary(array.type):
                        continue  # a file in which the column is empty
                    values = dictionary_values(array, of).dropna()
                    before = found.setdefault(name, values)
                    if values.equals(before):
                        continue
                    if of.ordered:
                        raise ValueError(
                            f"The ordered categories of column {name!r} of {self.text} are "
                            f"{list(before)} at first and {list(values)} later; write all "
                            "parts with the same ones."
                        )
                    found[name] = before.append(values.difference(before, sort=False))
                if self._first_dictionary_is_all:
                    break
        return {
            name: pd.CategoricalDtype(found.get(name, pd.Index([])), ordered=of.ordered)
            for name, of in types.items()
        }

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
        layout, frames, rows = self._layout(columns), [], 0
        with closing(self._batches(list(layout.types))) as batches:
            for batch in batches:
                frames.append(layout.frame(batch.slice(0, HEAD_ROWS - rows), rows))
                rows += len(frames[-1])
                if rows == HEAD_ROWS:
                    break
        if not frames:
            raise NoRowsError(f"{self.text} has no rows.")
        return pd.concat(frames)

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
            Maps a DataFrame of at least one row to something that can be added; it is
            called in threads.
        columns : sequence of str
            Columns to read.
        each : callable, optional
            Called here with what each part comes to, in order.

        Returns
        -------
        same type as `function` returns
            Added in the order of the parts.

        Raises
        ------
        NoRowsError
            If there are no rows.
        PartError
            If a part cannot be read or the function fails on it.
        """
        layout, total = self._layout(columns), None
        with (
            closing(self._parts(list(layout.types))) as parts,
            closing(ordered_stream(partial(_part_total, function, layout), parts)) as results,
        ):
            for result in results:
                if result is None:
                    continue
                if each is not None:
                    each(result)
                total = result if total is None else total + result
        if total is None:
            raise NoRowsError(f"{self.text} has no rows.")
        return total
