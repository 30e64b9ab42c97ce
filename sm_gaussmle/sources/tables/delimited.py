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
from glob import escape, has_magic
from itertools import chain, islice
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from sm_gaussmle.sources.formulas.stray_texts import shown, stray
from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables.batched import BatchedTable
from sm_gaussmle.sources.tables.delimited_faults import (
    NO_TEXT,
    damage,
    fault,
    line_of,
    mixed_ends,
    opened_text,
)
from sm_gaussmle.sources.tables.delimited_kinds import (
    KINDS,
    TEXT,
    WIDER,
    WORDS,
    kinds_of,
)
from sm_gaussmle.sources.tables.duckdb import (
    confused,
    identifier,
    interrupts,
    literal,
    streamed,
)
from sm_gaussmle.sources.tables.engines import import_engine
from sm_gaussmle.sources.tables.parts import Part, batch_rows, stream_parts
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
        # Columns of text that are nearly all of another kind, with where they are not.
        self._strays: dict[str, str] = {}

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
            TEXT: pa.string(),
        }
        return Columns({name: arrow[self._kinds[name]] for name in names})

    def strays(self, names: Sequence[str]) -> dict[str, str]:
        """Columns of text most of whose values are of another kind.

        Parameters
        ----------
        names : sequence of str
            Columns that are asked about.

        Returns
        -------
        dict of str to str
            For each of them the file and the line of the first value that is not.
        """
        with self._reading():
            self._types(names)
        return {name: self._strays[name] for name in names if name in self._strays}

    def _discovered(self, names: Sequence[str]) -> dict[str, str]:
        """Type of each column, from all rows of all files."""
        found: dict[str, tuple[str, str]] = {}
        for file, short in self._files:
            # DuckDB does not look at the checksum.
            if (damaged := damage(file)) is not None:
                raise PartError(f"{short}: {damaged}")
            try:
                texts = self._relation(file, {})
                kinds, nearly = kinds_of(texts, names)
                for name, kind in nearly.items():
                    self._strays.setdefault(
                        name, stray(name, *self._stray(file, short, name, kind))
                    )
            except Exception as error:  # whatever the engine raises: it is named by its file
                raise self._failed(file, short, error) from error
            for name, kind in kinds.items():
                before, first = found.setdefault(name, (kind, short))
                if kind != before:
                    wider = WIDER.get(frozenset({kind, before}))
                    if wider is None:
                        raise ValueError(
                            f"Column {name!r} is {WORDS[kind]} in {short} but {WORDS[before]} in "
                            f"{first}{self._contradiction(name, kind, before, short, first)}. "
                            "Give it values of one kind in all files; one that is missing is "
                            "empty or NA."
                        )
                    found[name] = wider, first
        # A column without any value is one of missing numbers.
        return {name: found[name][0] if name in found else "DOUBLE" for name in names}

    def _contradiction(self, name: str, kind: str, before: str, *files: str) -> str:
        """Where a value of the file with texts is not of the kind of the other file."""
        if TEXT not in (kind, before):
            return ""
        other, short = (before, files[0]) if kind == TEXT else (kind, files[1])
        file = next(file for file, one in self._files if one == short)
        where, value = self._stray(file, short, name, other)
        return f": {where} has {shown(value)}"

    def _stray(self, file: Path, short: str, name: str, kind: str) -> tuple[str, str]:
        """Where the first value of a column is that is not of a kind, and the value."""
        column = identifier(name)
        others = self._relation(file, {}).filter(f"NOT ({KINDS[kind].format(column)})")
        with interrupts():
            ((value,),) = others.project(column).limit(1).fetchall()
        line = line_of(file, *self._headers[file], name, value)
        return f"line {line} of {short}", value

    def _failed(self, file: Path, short: str, error: Exception) -> PartError:
        found = fault(file, *self._headers[file]) or mixed_ends(file)
        # What DuckDB adds are options of its own, which are not the user's to set.
        said = str(error).partition("\n\n")[0].partition("Possible ")[0]
        return PartError(f"{short}: {found or f'{type(error).__name__}: {said.strip()}'}")

    def _relation(self, file: Path, kinds: Mapping[str, str]) -> Any:
        header, delimiter = self._headers[file]
        columns = ", ".join(
            f"{literal(name)}: {literal(kinds.get(name, TEXT))}" for name in header
        )
        options = {
            "auto_detect": "false",
            "columns": f"{{{columns}}}",
            "delim": literal(delimiter),
            "quote": "'\"'",
            "escape": "'\"'",
            "comment": "''",
            "header": "true",
            # The ending decides, whatever else the name has that DuckDB takes for an address.
            "compression": "'gzip'" if file.suffix.lower() == ".gz" else "'none'",
            "nullstr": f"[{', '.join(map(literal, _MISSING))}]",
        }
        listed = ", ".join(f"{name} = {value}" for name, value in options.items())
        return self._connection.sql(f"FROM read_csv([{literal(_pattern(file))}], {listed})")

    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        for file, short in self._files:
            with closing(self._stream(file, names)) as batches:
                yield from stream_parts(batches, batch_rows(names), short)

    def _stream(
        self, file: Path, names: Sequence[str]
    ) -> Generator[pa.RecordBatch, None, None]:
        yield from streamed(self._relation(file, self._kinds), names)


def _pattern(file: Path) -> str:
    """What DuckDB finds a file by, and only that one: it takes each name for a pattern."""
    # Not "~", nor a name such as "file:": the path is one from the root.
    name = file.absolute().as_posix()
    if "\\" in name and has_magic(name):
        raise ValueError(
            f"The path of the file {name!r} has a backslash and one of *, ? and [, which "
            "DuckDB cannot be told; rename it."
        )
    return escape(name)


def _delimiter(first: str, more: list[str]) -> str:
    """The most frequent one in the first line by which the second has as many values."""
    likely = sorted(",\t;|", key=first.count, reverse=True)
    for delimiter in likely:
        widths = [len(row) for row in csv.reader([first, *more], delimiter=delimiter)]
        if more and widths[0] == widths[-1] > 1:
            return delimiter
    return likely[0]


def _header(file: Path) -> tuple[list[str], str]:
    """Names of the columns and the delimiter, from the first line."""
    try:
        with opened_text(file) as lines:
            first, *more = [*islice(lines, 2)] or [""]
            delimiter = _delimiter(first, more)
            # A name in quotes may be of several lines.
            names = next(csv.reader(chain([first, *more], lines), delimiter=delimiter), [])
    except (gzip.BadGzipFile, EOFError, zlib.error, csv.Error) as error:
        raise ValueError(f"{file.name} has no first line of text in UTF-8: {error}.") from error
    strange = next((c for c in first if c == "\0" or NO_TEXT[0] <= c <= NO_TEXT[1]), None)
    if strange is not None:
        raise ValueError(
            f"{file.name} has no first line of text in UTF-8: it has the byte "
            f"0x{ord(strange) & 0xFF:02x}. Save the file as text in UTF-8."
        )
    if not names:
        raise ValueError(f"{file.name} has an empty first line; it must name the columns.")
    # What pandas.read_csv calls the index that it writes itself without a name.
    return [name or f"Unnamed: {at}" for at, name in enumerate(names)], delimiter
