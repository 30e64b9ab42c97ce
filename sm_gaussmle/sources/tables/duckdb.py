"""DuckDB relations: any SQL, streamed as Arrow batches."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from sm_gaussmle.sources.tables.arrow import StreamTable
from sm_gaussmle.sources.tables.engines import import_engine
from sm_gaussmle.sources.tables.schemas import Columns

if TYPE_CHECKING:
    import pyarrow as pa

# A connection has one result open at a time. A relation does not tell its connection, so that
# those of all take turns: a pass keeps all processors busy anyway.
_TURN = RLock()


def identifier(name: str) -> str:
    """A name as SQL takes it, whatever it is made of.

    Parameters
    ----------
    name : str
        Of a column.

    Returns
    -------
    str
        In quotes.
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL takes it.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        In quotes.
    """
    return "'" + text.replace("'", "''") + "'"


def confused(names: Sequence[str]) -> dict[str, str]:
    """Columns that DuckDB does not tell apart: of ``x`` and ``X`` it reads the first.

    Parameters
    ----------
    names : sequence of str
        Of all columns.

    Returns
    -------
    dict of str to str
        For each of them the reason why it cannot be read.
    """
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(name.lower(), []).append(name)
    return {
        name: f"There are {len(group)} columns named {' and '.join(map(repr, group))}, which "
        "are one name to DuckDB; give them names of their own."
        for group in alike.values()
        if len(group) > 1
        for name in group
    }


@contextmanager
def interrupts() -> Iterator[None]:
    """Something that DuckDB does; an interrupt of the user remains one.

    Yields
    ------
    None
        DuckDB looks for signals while it works, and takes Python's KeyboardInterrupt.

    Raises
    ------
    KeyboardInterrupt
        For the error that DuckDB makes of it.
    """
    try:
        yield
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from None


def streamed(relation: Any, names: Sequence[str]) -> Generator[pa.RecordBatch, None, None]:
    """Rows of a relation.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
        Executed anew, in the caller's thread: connections are not for several threads.
    names : sequence of str
        Columns.

    Yields
    ------
    pyarrow.RecordBatch
        As DuckDB comes to them, never the whole result.
    """
    reader = import_engine("pyarrow", "duckdb").RecordBatchReader
    # The stream is lazy; what the relation calls a reader has other names in each version.
    columns = relation.project(", ".join(map(identifier, names)))
    with interrupts(), reader.from_stream(columns) as batches:
        yield from batches


class DuckDBTable(StreamTable):
    """A DuckDB relation.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
        Of any connection.

    Notes
    -----
    A connection runs one query at a time. Passes over relations take turns, in whichever
    threads they are. Other queries of the same connection do not: one that is begun during
    a pass fails, or ends it with an error, and needs a connection of its own
    (``connection.cursor()``).

    DuckDB keeps the order of the rows of files and tables; a query that groups or joins has
    one only with ORDER BY, without which a rerun may differ in the last digits.
    """

    _first_dictionary_is_all = True

    def __init__(self, relation: Any) -> None:
        reader = import_engine("pyarrow", "duckdb").RecordBatchReader
        with _TURN, interrupts():
            schema = reader.from_stream(relation.limit(0)).schema
        super().__init__("DuckDB relation", schema)
        # Some versions write a name that comes again as X_1 in the schema.
        self._names = tuple(relation.columns)
        types = dict(zip(self._names, schema.types, strict=True))
        self._columns = Columns(types, confused(self._names))
        self._relation = relation

    def _reading(self) -> AbstractContextManager[object]:
        return _TURN

    def _stream(self, names: Sequence[str]) -> Generator[pa.RecordBatch, None, None]:
        yield from streamed(self._relation, names)
