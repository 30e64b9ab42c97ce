"""Files of delimited text: their first lines, and which of them one query reads."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice, pairwise
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sm_gaussmle.sources.tables.delimited_faults import NO_TEXT, opened_text

if TYPE_CHECKING:
    import pyarrow as pa

# Bytes of a file of which all rows are looked at for every type; of more rows the first are
# looked at before the others, which takes a query of its own.
_SMALL = 2**16
# Of 64 files each takes a fifteenth of the time that it takes by itself, of more hardly less.
_MOST_FILES = 64


class TextFile(NamedTuple):
    """A file of delimited text.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        What errors call it.
    header : list of str
        Names of the columns, in its order.
    delimiter : str
        What is between them.
    """

    path: Path
    name: str
    header: list[str]
    delimiter: str

    @property
    def is_compressed(self) -> bool:
        """Whether the ending says so."""
        return self.path.suffix.lower() == ".gz"

    @property
    def address(self) -> str:
        """The path from the root, whatever its first letters: not ``~``, nor ``file:``."""
        return self.path.absolute().as_posix()


def first_line(file: Path) -> tuple[list[str], str]:
    """Read the first line of a file.

    Parameters
    ----------
    file : Path
        Not empty.

    Returns
    -------
    names : list of str
        Of the columns.
    delimiter : str
        What is between them.

    Raises
    ------
    ValueError
        If it is no text, or names no columns.
    """
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


def read_together(files: Sequence[TextFile]) -> list[list[TextFile]]:
    """Files in groups, each for one query.

    Parameters
    ----------
    files : sequence of TextFile
        In their order.

    Returns
    -------
    list of list of TextFile
        In the same order; a file that is not small is alone.
    """
    groups: list[list[TextFile]] = []
    before = None
    for file in files:
        small = file.path.stat().st_size <= _SMALL
        alike = (file.header, file.delimiter, file.is_compressed) if small else None
        if alike is None or alike != before or len(groups[-1]) == _MOST_FILES:
            groups.append([])
        groups[-1].append(file)
        before = alike
    return groups


def unlike(names: Iterable[str]) -> str:
    """A name that no column has.

    Parameters
    ----------
    names : iterable of str
        Of the columns.

    Returns
    -------
    str
        For the column of files, unlike others to DuckDB too.
    """
    longest = max(map(len, names))
    return "f".ljust(longest + 1, "_")


def by_file(
    batches: Iterable[pa.RecordBatch], column: str
) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
    """Batches of several files, file by file.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        The rows of each file one after the other.
    column : str
        Name of the column that tells the file.

    Yields
    ------
    file : str
        As the column has it.
    batches : iterator of pyarrow.RecordBatch
        Its rows, to be read before the next file is asked for.
    """
    runs = chain.from_iterable(_runs(batch, column) for batch in batches)
    for file, of_file in groupby(runs, key=itemgetter(0)):
        yield file, map(itemgetter(1), of_file)


def _runs(batch: pa.RecordBatch, column: str) -> Iterator[tuple[str, Any]]:
    files = batch.column(column).dictionary_encode()
    begins = np.flatnonzero(np.diff(files.indices.to_numpy(), prepend=-1)).tolist()
    for begin, end in pairwise([*begins, len(files)]):
        yield files[begin].as_py(), batch.slice(begin, end - begin)


def _delimiter(first: str, more: list[str]) -> str:
    """The most frequent one in the first line by which the second has as many values."""
    likely = sorted(",\t;|", key=first.count, reverse=True)
    for delimiter in likely:
        widths = [len(row) for row in csv.reader([first, *more], delimiter=delimiter)]
        if more and widths[0] == widths[-1] > 1:
            return delimiter
    return likely[0]
