"""Files of delimited text (CSV), read by DuckDB with types that hold for all their rows.

DuckDB's own guess is not used: from a sample it takes a column that begins with integers
for one of integers and rounds the 1.5 that follows, without a word.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from sm_gaussmle.sources.tables.batched import BatchedTable
from sm_gaussmle.sources.tables.duckdb import confused, identifier, literal, streamed
from sm_gaussmle.sources.tables.engines import import_engine
from sm_gaussmle.sources.tables.parts import Part, batch_rows, failed, stream_parts
from sm_gaussmle.sources.tables.paths import counted, short_names
from sm_gaussmle.sources.tables.schemas import Columns, missing_column
from sm_gaussmle.sources.tables.versions import FileVersions

if TYPE_CHECKING:
    import pyarrow as pa

# What stands for a missing value, as pandas.read_csv has it.
_MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)

# Rows whose type is guessed before it is tried on all.
_FIRST_ROWS = 2_000
_TEXT = "VARCHAR"
# Types in the order in which they are tried, and which texts are of each.
_KINDS = {
    "BIGINT": r"regexp_full_match({0}, '\s*[-+]?\d+\s*') AND try_cast({0} AS BIGINT) NOT NULL",
    "DOUBLE": "try_cast({0} AS DOUBLE) NOT NULL",
    "BOOLEAN": "lower({0}) IN ('true', 'false')",
    "DATE": "regexp_full_match({0}, '\\d{{4}}-\\d\\d-\\d\\d') AND try_cast({0} AS DATE) NOT NULL",
    "TIMESTAMP": "regexp_full_match({0}, '\\d{{4}}-\\d\\d-\\d\\d[ T].*') AND "
    "try_cast({0} AS TIMESTAMP) NOT NULL",
}
# The type for the values of two files.
_WIDER = {
    frozenset({"BIGINT", "DOUBLE"}): "DOUBLE",
    frozenset({"DATE", "TIMESTAMP"}): "TIMESTAMP",
}


class DelimitedTable(BatchedTable):
    """Files of delimited text with a header; the delimiter is the header's.

    Parameters
    ----------
    files : sequence of Path
        Read in this order; ``.gz`` is decompressed.

    Raises
    ------
    ValueError
        If the headers differ or none of the files has one.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(counted("CSV", files))
        self._versions = FileVersions(files)
        # A connection of its own: no one else's queries, settings or threads.
        self._connection = import_engine("duckdb", "duckdb").connect()
        self._turn = RLock()
        names = zip(files, short_names(files), strict=True)
        self._files = [(file, name) for file, name in names if file.stat().st_size]
        self._headers = {file: _header(file) for file, _ in self._files}
        if not self._headers:
            raise ValueError(f"{self.text}: no file has a header that names the columns.")
        self._names, _ = next(iter(self._headers.values()))
        for file, name in self._files:
            for trouble in confused(self._headers[file][0]).values():
                raise ValueError(f"{name}: {trouble}")
            if set(self._headers[file][0]) != set(self._names):
                raise ValueError(
                    f"{name} has the columns {self._headers[file][0]}, but "
                    f"{self._files[0][1]} has {self._names}; give files of one table."
                )
        self._kinds: dict[str, str] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._names)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._turn, self._versions.unchanged():
            yield

    def _types(self, names: Sequence[str]) -> Columns:
        import pyarrow as pa

        for name in names:
            if name not in self._names:
                raise missing_column(name, self.columns, self.text)
        unknown = [name for name in dict.fromkeys(names) if name not in self._kinds]
        if unknown:
            self._kinds |= self._discovered(unknown)
        arrow = {
            "BIGINT": pa.int64(),
            "DOUBLE": pa.float64(),
            "BOOLEAN": pa.bool_(),
            "DATE": pa.date32(),
            "TIMESTAMP": pa.timestamp("us"),
            _TEXT: pa.string(),
        }
        return Columns({name: arrow[self._kinds[name]] for name in names})

    def _discovered(self, names: Sequence[str]) -> dict[str, str]:
        """Type of each column, from all rows of all files."""
        found: dict[str, tuple[str, str]] = {}
        for file, short in self._files:
            try:
                kinds = _kinds(self._relation(file, {}), names)
            except Exception as error:  # whatever the engine raises: it is named by its file
                raise failed(short, error) from error
            for name, kind in kinds.items():
                before, first = found.setdefault(name, (kind, short))
                if kind != before:
                    wider = _WIDER.get(frozenset({kind, before}))
                    if wider is None:
                        raise ValueError(
                            f"Column {name!r} is {kind} in {short} but {before} in {first}; "
                            "a text among numbers makes the column of a file text."
                        )
                    found[name] = wider, first
        # A column without any value is one of missing numbers.
        return {name: found[name][0] if name in found else "DOUBLE" for name in names}

    def _relation(self, file: Path, kinds: Mapping[str, str]) -> Any:
        header, delimiter = self._headers[file]
        columns = ", ".join(
            f"{literal(name)}: {literal(kinds.get(name, _TEXT))}" for name in header
        )
        options = {
            "auto_detect": "false",
            "columns": f"{{{columns}}}",
            "delim": literal(delimiter),
            "quote": "'\"'",
            "escape": "'\"'",
            "comment": "''",
            "header": "true",
            "nullstr": f"[{', '.join(map(literal, _MISSING))}]",
        }
        listed = ", ".join(f"{name} = {value}" for name, value in options.items())
        # A list of one, as a plain text would be taken for a pattern.
        return self._connection.sql(f"FROM read_csv([{literal(str(file))}], {listed})")

    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        for file, short in self._files:
            with closing(self._stream(file, names)) as batches:
                yield from stream_parts(batches, batch_rows(names), short)

    def _stream(
        self, file: Path, names: Sequence[str]
    ) -> Generator[pa.RecordBatch, None, None]:
        yield from streamed(self._relation(file, self._kinds), names)


def _header(file: Path) -> tuple[list[str], str]:
    """Names of the columns and the delimiter, from the first line."""
    opened = gzip.open if file.suffix.lower() == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig", newline="") as lines:
            first = next(iter(lines), "")
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{file.name} has no first line of text in UTF-8: {error}.") from error
    delimiter = max(",\t;|", key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    # What pandas.read_csv calls the index that it writes itself without a name.
    return [name or f"Unnamed: {at}" for at, name in enumerate(names)], delimiter


def _kinds(texts: Any, names: Sequence[str]) -> dict[str, str]:
    """Narrowest type for all values of each column that has some, of a relation of texts."""
    # The type of the first rows is tried on all; the others cost several times more.
    first = _fitting(texts.limit(_FIRST_ROWS), dict.fromkeys(names, tuple(_KINDS)))
    likely = {name: (first.get(name, _TEXT),) for name in names}
    found = _fitting(texts, likely)
    unlike = {
        name: tuple(_KINDS)
        for name, kind in found.items()
        if kind == _TEXT and first.get(name) != _TEXT
    }
    return found | _fitting(texts, unlike)


def _fitting(texts: Any, tried: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The first of some types that all values of a column are of, or text."""
    counts = [
        f"count(*) FILTER (WHERE {_KINDS[kind].format(identifier(name))})"
        if kind in _KINDS
        else f"count({identifier(name)})"
        for name, kinds in tried.items()
        for kind in (None, *kinds)
    ]
    if not counts:
        return {}
    numbers = iter(texts.aggregate(", ".join(counts)).fetchall()[0])
    found = {}
    for name, kinds in tried.items():
        rows = next(numbers)
        of_kind = {kind: next(numbers) for kind in kinds}
        if rows:
            found[name] = next((kind for kind in kinds if of_kind[kind] == rows), _TEXT)
    return found
