"""Tables that come in Arrow batches: heads, categories and sums, whatever reads them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sm_gaussmle.sources.source import T
from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError
from sm_gaussmle.sources.tables.frames import Layout, dictionary_values
from sm_gaussmle.sources.tables.parts import Part, checked, failed, part_total
from sm_gaussmle.sources.tables.schemas import Columns
from sm_gaussmle.sources.threads import ordered_stream

if TYPE_CHECKING:
    import pyarrow as pa


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

    def _reading(self) -> AbstractContextManager[object]:
        """What holds around all that is read."""
        return nullcontext()

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
                    yield from (batch for batch in checked(part) if batch.num_rows)
                except Exception as error:  # the engine's: it is named by its part
                    raise failed(part.name, error) from error

    def _read_categories(self, types: dict[str, pa.DataType]) -> dict[str, pd.CategoricalDtype]:
        """Categories in the order in which they appear in the dictionaries of all batches."""
        import pyarrow as pa

        found: dict[str, list[pd.Index]] = {name: [] for name in types}
        known: dict[str, set[Any]] = {name: set() for name in types}
        with closing(self._batches(list(types))) as batches:
            for batch in batches:
                for name, of in types.items():
                    array = batch.column(name)
                    if not pa.types.is_dictionary(array.type):
                        continue  # a file in which the column is empty
                    values = dictionary_values(array, of).dropna()
                    if found[name] and values.equals(found[name][0]):
                        continue
                    if found[name] and of.ordered:
                        raise ValueError(
                            f"The ordered categories of column {name!r} of {self.text} are "
                            f"{list(found[name][0])} at first and {list(values)} later; write all "
                            "parts with the same ones."
                        )
                    new = values[[value not in known[name] for value in values]].unique()
                    found[name].append(new)
                    known[name].update(new)
                if self._first_dictionary_is_all:
                    break
        return {
            name: pd.CategoricalDtype(_one_after_the_other(found[name]), ordered=of.ordered)
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
        RowsChangedError
            If a file is not the one that was opened.
        """
        with self._reading():
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
        RowsChangedError
            If a file is not the one that was opened.
        """
        with self._reading():
            layout, total = self._layout(columns), None
            with (
                closing(self._parts(list(layout.types))) as parts,
                closing(
                    ordered_stream(partial(part_total, function, layout), parts)
                ) as results,
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


def _one_after_the_other(indices: list[pd.Index[Any]]) -> pd.Index[Any]:
    first, *others = indices or [pd.Index([])]
    return first.append(others)
