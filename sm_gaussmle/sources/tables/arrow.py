"""Arrow: datasets, streams that can be read again, and those that cannot."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sm_gaussmle.sources.table import HEAD_ROWS, PartError, ReadOnceError
from sm_gaussmle.sources.tables.batched import BatchedTable
from sm_gaussmle.sources.tables.engines import import_engine
from sm_gaussmle.sources.tables.parts import Part, batch_rows, failed, joined, stream_parts
from sm_gaussmle.sources.tables.paths import counted, file_kind, short_names
from sm_gaussmle.sources.tables.schemas import Columns, is_float, of_files, of_schema
from sm_gaussmle.sources.tables.versions import FileVersions

if TYPE_CHECKING:
    import pyarrow as pa

# Rows of a batch of a dataset: its read-ahead counts batches, and 2^17 rows of 21 columns
# peak at 1.2 GB where 2^15 peak at 0.5 GB in the same time.
_DATASET_ROWS = 2**15


class SchemaTable(BatchedTable):
    """A table whose engine tells the Arrow schema.

    Parameters
    ----------
    text : str
        What the table is.
    schema : pyarrow.Schema
        Of all columns.
    """

    def __init__(self, text: str, schema: pa.Schema) -> None:
        super().__init__(text)
        self._names = tuple(schema.names)
        self._columns = of_schema(schema)
        self._never_missing = {field.name for field in schema if not field.nullable}

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self._names

    def settled(self, names: Sequence[str]) -> list[str]:
        """Columns whose type in any part is that of the whole column.

        Parameters
        ----------
        names : sequence of str
            Columns that are asked about.

        Returns
        -------
        list of str
            Those of floats, and those that the schema says are never null.
        """
        types = self._columns.types
        return [n for n in names if n in self._never_missing or is_float(types[n])]

    def _types(self, names: Sequence[str]) -> Columns:  # noqa: ARG002 - all are known
        return self._columns


class StreamTable(SchemaTable):
    """A table that an engine streams from the first row on, as often as it is asked to."""

    @abstractmethod
    def _stream(self, names: Sequence[str]) -> Generator[pa.RecordBatch, None, None]:
        """All rows, of these columns at least."""

    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        with closing(self._stream(names)) as batches:
            yield from stream_parts(batches, batch_rows(names), self.text)


class DatasetTable(SchemaTable):
    """A pyarrow Dataset, with its filter.

    Parameters
    ----------
    dataset : pyarrow.dataset.Dataset
        Of any format.
    troubles : mapping of str to str, optional
        Columns that cannot be read, with the reason.
    """

    def __init__(self, dataset: Any, troubles: Mapping[str, str] | None = None) -> None:
        super().__init__("Arrow dataset", dataset.schema)
        known = self._columns
        self._columns = Columns(known.types, {**known.troubles, **(troubles or {})})
        self._dataset = dataset
        self._versions = FileVersions(_local_files(dataset))

    def _reading(self) -> AbstractContextManager[object]:
        return self._versions.unchanged()

    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        with closing(self._scanned(names)) as parts:
            yield from joined(parts, len(getattr(self._dataset, "files", ())))

    def _scanned(self, names: Sequence[str]) -> Generator[Part, None, None]:
        # The scanner's own read-ahead (16 batches of each of 4 files) held 2.5 GB of a
        # table of 1.7 GB.
        batches = self._dataset.scanner(
            columns=list(names),
            batch_size=batch_rows(names, _DATASET_ROWS),
            batch_readahead=0,
            fragment_readahead=1,
        ).scan_batches()
        number = 0
        while True:
            name = f"{self.text}, batch {number}"
            try:
                tagged = next(batches, None)
            except Exception as error:  # whatever the reader raises: it is named by its batch
                raise self._failed(name, names, error) from error
            if tagged is None:
                return
            file = getattr(tagged.fragment, "path", None)
            batch = tagged.record_batch
            yield Part(
                f"{name} ({file})" if file else name, batch.num_rows, partial(_one, batch)
            )
            number += 1

    def _failed(self, name: str, names: Sequence[str], error: Exception) -> PartError:
        """The error for a batch, with the file, of which the reader does not tell."""
        for fragment in self._dataset.get_fragments():
            try:
                rows = fragment.scanner(schema=self._dataset.schema, columns=list(names))
                for _ in rows.to_reader():
                    pass
            except Exception as cause:  # noqa: BLE001 - the one that is to be named
                return failed(f"{name} ({getattr(fragment, 'path', fragment)})", cause)
        return failed(name, error)


def dataset_of_files(files: Sequence[Path]) -> DatasetTable:
    """Files of Feather, or of Parquet whose folders hold a column: ``year=2024/part-0.parquet``.

    Parameters
    ----------
    files : sequence of Path
        Of one format, read in this order.

    Returns
    -------
    DatasetTable
        Its types hold the values of all files. Arrow by itself would cast those of later files
        to the types of the first one, and have a column that is not there as missing values.

    Raises
    ------
    ValueError
        If a file cannot be read.
    """
    kind = "Parquet" if file_kind(files[0]) == "parquet" else "Feather"
    opened = partial(
        import_engine("pyarrow.dataset", "arrow").dataset,
        [str(file) for file in files],
        format=kind.lower(),
        partitioning="hive",
    )
    try:
        first = opened()
        schemas = [fragment.physical_schema for fragment in first.get_fragments()]
        columns = of_files(zip(short_names(files), schemas, strict=True))
        schema = first.schema
        for at, field in enumerate(schema):
            # One that is null nowhere in the first file may be so in others.
            common = columns.types.get(field.name, field.type)
            schema = schema.set(at, field.with_type(common).with_nullable(nullable=True))
        return DatasetTable(opened(schema=schema), columns.troubles)
    except Exception as error:  # a file may be anything; Arrow's text names it
        raise ValueError(
            f"{counted(kind, files)}, cannot be read: {type(error).__name__}: {error} A file is "
            "cut short, damaged or of another format; write it anew."
        ) from error


def _local_files(dataset: Any) -> list[str]:
    """Files of a dataset on this machine; to ask for those of a store costs too much."""
    system = getattr(dataset, "filesystem", None)
    if system is not None:
        return list(dataset.files) if system.type_name == "local" else []
    return [file for child in getattr(dataset, "children", ()) for file in _local_files(child)]


def _one(batch: pa.RecordBatch) -> tuple[pa.RecordBatch]:
    return (batch,)


class CapsuleTable(StreamTable):
    """Anything with ``__arrow_c_stream__``, asked for a new stream in each pass.

    Parameters
    ----------
    data : object
        With that method.
    """

    def __init__(self, data: Any) -> None:
        self._reader = import_engine("pyarrow", "arrow").RecordBatchReader
        super().__init__(
            f"stream of {type(data).__name__}", self._reader.from_stream(data).schema
        )
        self._data = data

    def _stream(
        self,
        names: Sequence[str],  # noqa: ARG002 - the protocol has no projection
    ) -> Generator[pa.RecordBatch, None, None]:
        yield from self._reader.from_stream(self._data)


class ReaderTable(SchemaTable):
    """A pyarrow RecordBatchReader: one pass, before which its first rows may be looked at.

    Parameters
    ----------
    reader : pyarrow.RecordBatchReader
        Not yet read.
    """

    reads_once = True
    _first_dictionary_is_all = True

    def __init__(self, reader: Any) -> None:
        super().__init__("Arrow stream", reader.schema)
        self._reader = reader
        self._peeked: list[pa.RecordBatch] = []
        self._read = False

    def _unread(self) -> None:
        if self._read:
            raise ReadOnceError(
                f"The {self.text} can be read only once, and it has been; give a table that "
                "can be read again: a file, a query, a pyarrow Table or Dataset."
            )

    def _layout(self, columns: Sequence[str]) -> Any:
        self._unread()
        return super()._layout(columns)

    def _first_parts(
        self,
        names: Sequence[str],  # noqa: ARG002 - what is kept for the pass has all columns
    ) -> Generator[Part, None, None]:
        return stream_parts(self._peek(), HEAD_ROWS, self.text)

    def _peek(self) -> Iterator[pa.RecordBatch]:
        yield from self._peeked
        for batch in self._reader:
            self._peeked.append(batch)
            yield batch

    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        self._read = True
        yield from stream_parts(self._rest(), batch_rows(names), self.text)

    def _rest(self) -> Iterator[pa.RecordBatch]:
        while self._peeked:
            yield self._peeked.pop(0)
        yield from self._reader
