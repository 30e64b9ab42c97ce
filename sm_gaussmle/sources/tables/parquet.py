"""Parquet files, read by row groups."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sm_gaussmle.sources.tables.batched import BatchedTable
from sm_gaussmle.sources.tables.engines import import_engine
from sm_gaussmle.sources.tables.parts import Part, batch_rows, joined
from sm_gaussmle.sources.tables.paths import counted, short_names
from sm_gaussmle.sources.tables.schemas import Columns, is_float, of_files
from sm_gaussmle.sources.tables.versions import FileVersions

if TYPE_CHECKING:
    import pyarrow as pa

# Bytes of a column that are read at once. A row group is not held whole: it may be a file.
_BUFFER_BYTES = 2**20


class ParquetTable(BatchedTable):
    """Parquet files; a part is a row group, counted from 0 in its file as pyarrow does.

    Parameters
    ----------
    files : sequence of Path
        Read in this order.

    Raises
    ------
    ValueError
        If a file is not Parquet.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(counted("Parquet", files))
        self._versions = FileVersions(files)
        parquet = import_engine("pyarrow.parquet", "arrow")
        self._files: list[tuple[Path, str, Any]] = []
        schemas = []
        for file, name in zip(files, short_names(files), strict=True):
            try:
                with parquet.ParquetFile(file) as opened:
                    self._files.append((file, name, opened.metadata))
                    schemas.append((name, opened.schema_arrow))
            except Exception as error:  # a file may be anything
                raise ValueError(
                    f"{file} cannot be read as Parquet: {type(error).__name__}: {error} It is cut "
                    "short, damaged or of another format; write it anew."
                ) from error
        self._columns = of_files(schemas)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._columns.types)

    def _reading(self) -> AbstractContextManager[object]:
        return self._versions.unchanged()

    def settled(self, names: Sequence[str]) -> list[str]:
        """Columns whose type in any part is that of the whole column.

        Parameters
        ----------
        names : sequence of str
            Columns that are asked about.

        Returns
        -------
        list of str
            Those of floats, and those in which no file has a null by its statistics.
        """
        types = self._columns.types
        floats = [name for name in names if is_float(types[name])]
        whole = set(names).difference(floats)
        for _, _, metadata in self._files if whole else ():
            places = {metadata.schema.column(i).path: i for i in range(metadata.num_columns)}
            for number in range(metadata.num_row_groups):
                group = metadata.row_group(number)
                whole = {n for n in whole if n in places and _has_all(group.column(places[n]))}
        return [*floats, *whole]

    def _types(self, names: Sequence[str]) -> Columns:  # noqa: ARG002 - all are known
        return self._columns

    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        parts = (
            Part(
                f"{name}, row group {group}",
                metadata.row_group(group).num_rows,
                partial(_row_group, file, metadata, group, names),
            )
            for file, name, metadata in self._files
            for group in range(metadata.num_row_groups)
        )
        return joined(parts, sum(metadata.num_row_groups for *_, metadata in self._files))


def _has_all(chunk: Any) -> bool:
    """Whether the statistics of a column of a row group say that it has no null."""
    statistics = chunk.statistics
    return statistics is not None and statistics.has_null_count and not statistics.null_count


def _row_group(
    file: Path,
    metadata: Any,
    group: int,
    names: Sequence[str],
) -> Iterator[pa.RecordBatch]:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(
        file,
        metadata=metadata,
        pre_buffer=False,
        buffer_size=_BUFFER_BYTES,
        # Of files that have them.
        page_checksum_verification=True,
    ) as opened:
        # Each row group has a thread of its own already.
        yield from opened.iter_batches(
            batch_rows(names), row_groups=[group], columns=list(names), use_threads=False
        )
