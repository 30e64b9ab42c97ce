"""Files of delimited text (CSV), read by DuckDB with types that hold for all their rows.

DuckDB's own guess is not used: from a sample it takes a column that begins with integers
for one of integers and rounds the 1.5 that follows, without a word.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from glob import escape, has_magic
from pathlib import Path
from threading import RLock
from typing import Any

from sm_gaussmle.sources.formulas.stray_texts import shown, stray
from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables.batched import BatchedTable
from sm_gaussmle.sources.tables.delimited_faults import (
    damage,
    fault,
    line_of,
    mixed_ends,
)
from sm_gaussmle.sources.tables.delimited_files import (
    TextFile,
    by_file,
    first_line,
    read_together,
    unlike,
)
from sm_gaussmle.sources.tables.delimited_kinds import (
    KINDS,
    TEXT,
    WIDER,
    WORDS,
    Kinds,
    kinds_of,
    kinds_of_each,
)
from sm_gaussmle.sources.tables.duckdb import (
    confused,
    identifier,
    interrupts,
    literal,
    streamed,
)
from sm_gaussmle.sources.tables.engines import import_engine
from sm_gaussmle.sources.tables.parts import Part, batch_rows, joined, stream_parts
from sm_gaussmle.sources.tables.paths import counted, short_names
from sm_gaussmle.sources.tables.schemas import Columns, missing_column
from sm_gaussmle.sources.tables.versions import FileVersions

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
        self._files = [
            TextFile(file, name, *first_line(file))
            for file, name in zip(files, short_names(files), strict=True)
            if file.stat().st_size
        ]
        if not self._files:
            raise ValueError(f"{self.text}: no file has a header that names the columns.")
        first, *_ = self._files
        self._names = first.header
        for file in self._files:
            for trouble in confused(file.header).values():
                raise ValueError(f"{file.name}: {trouble}")
            if set(file.header) != set(self._names):
                raise ValueError(
                    f"{file.name} has the columns {file.header}, but "
                    f"{first.name} has {self._names}; give files of one table."
                )
        self._groups = read_together(self._files)
        # The column that tells of which file a row is.
        self._place = unlike(self._names)
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
        found: dict[str, tuple[str, TextFile]] = {}
        for file, (kinds, nearly) in self._kinds_of_files(names):
            for name, kind in nearly.items():
                self._strays.setdefault(name, stray(name, *self._stray(file, name, kind)))
            for name, kind in kinds.items():
                before, first = found.setdefault(name, (kind, file))
                if kind != before:
                    wider = WIDER.get(frozenset({kind, before}))
                    if wider is None:
                        raise ValueError(
                            f"Column {name!r} is {WORDS[kind]} in {file.name} but "
                            f"{WORDS[before]} in {first.name}"
                            f"{self._contradiction(name, (kind, file), (before, first))}. "
                            "Give it values of one kind in all files; one that is missing is "
                            "empty or NA."
                        )
                    found[name] = wider, first
        # A column without any value is one of missing numbers.
        return {name: found[name][0] if name in found else "DOUBLE" for name in names}

    def _kinds_of_files(
        self, names: Sequence[str]
    ) -> Generator[tuple[TextFile, Kinds], None, None]:
        for group in self._groups:
            together = self._kinds_of_group(group, names)
            for file in group:
                # DuckDB does not look at the checksum.
                if (damaged := damage(file.path)) is not None:
                    raise PartError(f"{file.name}: {damaged}")
                if together:
                    yield file, together[file.path.absolute()]
                    continue
                try:
                    kinds = kinds_of(self._relation([file], {}), names)
                except Exception as error:  # the engine's: it is named by its file
                    raise self._failed(file, error) from error
                yield file, kinds

    def _kinds_of_group(
        self, group: Sequence[TextFile], names: Sequence[str]
    ) -> dict[Path, Kinds]:
        """Types in files that are read together; none if they cannot be."""
        if len(group) == 1:
            return {}
        found = {file.path.absolute(): Kinds({}, {}) for file in group}
        try:
            told = kinds_of_each(self._relation(group, {}), names, self._place)
        except Exception:  # noqa: BLE001 - which of them it is for is seen when each is read alone
            return {}
        return found | {Path(address): kinds for address, kinds in told.items()}

    def _contradiction(
        self, name: str, one: tuple[str, TextFile], other: tuple[str, TextFile]
    ) -> str:
        """Where a value of the file with texts is not of the kind of the other file."""
        for (kind, file), (its, _) in ((one, other), (other, one)):
            if kind == TEXT:
                where, value = self._stray(file, name, its)
                return f": {where} has {shown(value)}"
        return ""

    def _stray(self, file: TextFile, name: str, kind: str) -> tuple[str, str]:
        """Where the first value of a column is that is not of a kind, and the value."""
        column = identifier(name)
        others = self._relation([file], {}).filter(f"NOT ({KINDS[kind].format(column)})")
        with interrupts():
            ((value,),) = others.project(column).limit(1).fetchall()
        line = line_of(file.path, file.header, file.delimiter, name, value)
        return f"line {line} of {file.name}", value

    def _failed(self, file: TextFile, error: Exception) -> PartError:
        found = fault(file.path, file.header, file.delimiter) or mixed_ends(file.path)
        # What DuckDB adds are options of its own, which are not the user's to set.
        said = str(error).partition("\n\n")[0].partition("Possible ")[0]
        return PartError(f"{file.name}: {found or f'{type(error).__name__}: {said.strip()}'}")

    def _relation(self, group: Sequence[TextFile], kinds: Mapping[str, str]) -> Any:
        """Rows of files that are alike; of several with the column that tells the file."""
        header, delimiter = group[0].header, group[0].delimiter
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
            "compression": "'gzip'" if group[0].is_compressed else "'none'",
            "nullstr": f"[{', '.join(map(literal, _MISSING))}]",
            # A folder such as "g=1" is no column, least of all in place of one of the file.
            "hive_partitioning": "false",
        }
        if len(group) > 1:
            options["filename"] = literal(self._place)
        files = ", ".join(literal(_pattern(file.address)) for file in group)
        listed = ", ".join(f"{name} = {value}" for name, value in options.items())
        return self._connection.sql(f"FROM read_csv([{files}], {listed})")

    def _parts(self, names: Sequence[str]) -> Generator[Part, None, None]:
        parts = (part for group in self._groups for part in self._parts_of(group, names))
        with closing(parts):
            yield from joined(parts, len(self._files))

    def _parts_of(
        self, group: Sequence[TextFile], names: Sequence[str]
    ) -> Generator[Part, None, None]:
        rows, relation = batch_rows(names), self._relation(group, self._kinds)
        if len(group) == 1:
            with closing(streamed(relation, names)) as batches:
                yield from stream_parts(batches, rows, group[0].name)
            return
        shorts = {file.path.absolute(): file.name for file in group}
        try:
            with closing(streamed(relation, [*names, self._place])) as batches:
                for address, of_file in by_file(batches, self._place):
                    yield from stream_parts(of_file, rows, shorts[Path(address)])
        except Exception:  # whatever the engine raises: it is named by its file
            for file in group:
                deque(self._parts_of([file], names), maxlen=0)
            raise


def _pattern(name: str) -> str:
    """What DuckDB finds a file by, and only that one: it takes each name for a pattern."""
    if "\\" in name and has_magic(name):
        raise ValueError(
            f"The path of the file {name!r} has a backslash and one of *, ? and [, which "
            "DuckDB cannot be told; rename it."
        )
    return escape(name)
