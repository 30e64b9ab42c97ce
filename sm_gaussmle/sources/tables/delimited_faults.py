"""What is wrong in a file of delimited text, in which line: looked for when an engine fails.

Engines count rows in their own ways and name their own options. This goes through the file
with Python's reader once more, slowly, and only then.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from sm_gaussmle.sources.formulas.stray_texts import shown

_CHUNK = 2**20
# What Python makes of bytes that are no UTF-8.
NO_TEXT = ("\udc80", "\udcff")


class LineError(ValueError):
    """A line that cannot be read, with its number."""


def opened_text(file: Path) -> IO[str]:
    """Open a file whose lines keep their ends.

    Parameters
    ----------
    file : Path
        ``.gz`` is decompressed.

    Returns
    -------
    file object
        To be closed. Bytes that are no UTF-8 are of `NO_TEXT`.
    """
    opened = gzip.open if file.suffix.lower() == ".gz" else open
    return opened(file, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")


def damage(file: Path) -> str | None:
    """Why a compressed file is not what was once written, by its own checksum.

    Parameters
    ----------
    file : Path
        Any; only ``.gz`` has a checksum.

    Returns
    -------
    str or None
        None where it is.
    """
    if file.suffix.lower() != ".gz":
        return None
    try:
        with gzip.open(file, "rb") as content:
            while content.read(_CHUNK):
                pass
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        return f"the compressed file is cut short or damaged: {error}; get it anew."
    return None


def fault(file: Path, names: Sequence[str], delimiter: str) -> str | None:
    """The first thing that is wrong in a file.

    Parameters
    ----------
    file : Path
        Of delimited text.
    names : sequence of str
        Its columns.
    delimiter : str
        Its delimiter.

    Returns
    -------
    str or None
        Which line, what and the remedy; None where Python finds nothing wrong.
    """
    # DuckDB too finds quotes behind spaces; a value may be nothing but one all the same.
    return _fault(file, names, delimiter, spaces=False) or _fault(
        file, names, delimiter, spaces=True
    )


def _fault(file: Path, names: Sequence[str], delimiter: str, *, spaces: bool) -> str | None:
    try:
        for line, values in _rows(file, delimiter, spaces=spaces):
            # A delimiter at the end of each line adds no column.
            surplus = values[len(names) :] not in ([], [""])
            if surplus or len(values) < len(names):
                return (
                    f"line {line} has {_counted(len(values), 'value')}, the last of them "
                    f"{shown(values[-1])}, and the header names {_counted(len(names), 'column')}; "
                    "correct the line, or take it out."
                )
    except LineError as error:
        return str(error)
    return None


def mixed_ends(file: Path) -> str | None:
    """Where lines of a file begin to end in another way than the first one.

    Parameters
    ----------
    file : Path
        Of delimited text.

    Returns
    -------
    str or None
        Which line and the remedy; None where all end alike.
    """
    with opened_text(file) as lines:
        first = _end(next(lines))
        for line, text in enumerate(lines, 2):
            if _end(text) not in ("", first):
                return (
                    f"line {line} ends in {_end(text)!r} and those before it in {first!r}; save "
                    "the file with one end of lines."
                )
    return None


def line_of(file: Path, names: Sequence[str], delimiter: str, name: str, value: str) -> int:
    """The first line that has a value in a column.

    Parameters
    ----------
    file : Path
        Of delimited text in which nothing is wrong.
    names : sequence of str
        Its columns.
    delimiter : str
        Its delimiter.
    name : str
        The column.
    value : str
        What is there.

    Returns
    -------
    int
        From 1, the line of the header; where a row is of several lines, its first one.
    """
    place = list(names).index(name)
    return next(
        line
        for line, values in _rows(file, delimiter, spaces=False)
        if place < len(values) and values[place] == value.lstrip(" ")
    )


def _rows(file: Path, delimiter: str, *, spaces: bool) -> Iterator[tuple[int, list[str]]]:
    """Rows below the header with the number of their first line; blank ones are none."""
    with opened_text(file) as lines:
        reader = csv.reader(
            _lines(lines), delimiter=delimiter, skipinitialspace=not spaces, strict=True
        )
        line = 1
        try:
            for number, values in enumerate(reader):
                if number and values:
                    yield line, values
                line = reader.line_num + 1
        except csv.Error as error:
            what = {
                "unexpected end of data": "a quote is opened in it that nothing closes",
                f"'{delimiter}' expected after '\"'": "a closing quote is not the end of its value",
            }.get(str(error), str(error))
            raise LineError(
                f"line {line} cannot be read: {what}. A text in quotes has the quotes that "
                "are part of it twice."
            ) from error


def _lines(lines: IO[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        bad = next((c for c in line if NO_TEXT[0] <= c <= NO_TEXT[1]), None)
        if bad is not None:
            raise LineError(
                f"line {number} is no text in UTF-8: it has the byte 0x{ord(bad) - 0xDC00:02x}. "
                "Save the file as UTF-8."
            )
        yield line


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
