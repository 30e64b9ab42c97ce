"""Parts of a table: rows that are read and summed one batch after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sm_gaussmle.sources.source import T
from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables.frames import Layout

if TYPE_CHECKING:
    import pyarrow as pa

# Values and rows of a batch, at most: 32 MB of doubles in each thread. Twice the rows are no
# faster and held 0.1 GB more of a table of 21 columns.
_BATCH_VALUES = 2**22
_BATCH_ROWS = 2**16
# Small parts are worked on together: 3000 files of 20 rows took 5.8 s a pass one by one. Parts
# of this many tasks are still enough to keep threads busy and to show how far a pass is, and
# the rows of one task are few beside a batch.
_TASKS = 64
_JOINED_ROWS = 2**13


class Part(NamedTuple):
    """Rows that are summed first among themselves."""

    name: str
    rows: int
    batches: Callable[[], Iterable[pa.RecordBatch]]
    pieces: Sequence[Part] = ()


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


def joined(parts: Iterable[Part], count: int) -> Generator[Part, None, None]:
    """Parts of which small neighbours are one, the same in each pass.

    Parameters
    ----------
    parts : iterable of Part
        In their order.
    count : int
        About how many there are, if they are small.

    Yields
    ------
    Part
        In the same order. Only of many parts some are joined.
    """
    held: list[Part] = []
    for part in parts:
        rows = part.rows + sum(piece.rows for piece in held)
        if held and (len(held) >= count // _TASKS or rows > _JOINED_ROWS):
            yield _one_part(held)
            held = []
        held.append(part)
    if held:
        yield _one_part(held)


def _one_part(pieces: list[Part]) -> Part:
    if len(pieces) == 1:
        return pieces[0]
    return Part(
        f"{pieces[0].name} to {pieces[-1].name}",
        sum(piece.rows for piece in pieces),
        lambda: (batch for piece in pieces for batch in piece.batches()),
        pieces,
    )


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
        except Exception as error:  # whatever the engine raises: it is named by its batch
            raise failed(f"{text}, batch {number}", error) from error
        if batch is None:
            break
        while batch.num_rows:
            held.append(batch.slice(0, rows - count))
            count += held[-1].num_rows
            batch = batch.slice(held[-1].num_rows)
            if count == rows:
                yield Part(f"{text}, batch {number}", count, partial(_merged, held))
                number, held, count = number + 1, [], 0
    if held:
        yield Part(f"{text}, batch {number}", count, partial(_merged, held))


def checked(part: Part) -> Generator[pa.RecordBatch, None, None]:
    """Batches of a part that are what Arrow says they are.

    Parameters
    ----------
    part : Part
        What to read.

    Yields
    ------
    pyarrow.RecordBatch
        Texts in UTF-8, within their memory. Readers do not look, and what is done with
        others could be anything; to look takes a hundredth of the time of reading.

    Raises
    ------
    ValueError
        If a batch is damaged, or there are not as many rows as were announced.
    """
    rows = 0
    for batch in part.batches():
        batch.validate(full=True)
        rows += batch.num_rows
        yield batch
    if rows != part.rows:
        raise ValueError(f"{rows} rows were read of {part.rows}: it is damaged.")


def part_total(function: Callable[[pd.DataFrame], T], layout: Layout, part: Part) -> T | None:
    """Sum of a function over the batches of a part.

    Parameters
    ----------
    function : callable
        Maps a DataFrame of at least one row to something that can be added.
    layout : Layout
        Columns of the frames.
    part : Part
        What to read.

    Returns
    -------
    same type as `function` returns, or None
        None if the part has no rows.

    Raises
    ------
    PartError
        If it cannot be read or the function fails.
    """
    total, first = None, 0
    try:
        batches = checked(part)
        for batch in [layout.joined(batches)] if part.pieces else batches:
            if batch.num_rows:
                result = function(layout.frame(batch, first))
                total = result if total is None else total + result
                first += batch.num_rows
    except Exception as error:  # of the engine, or of the user's formula
        # Which of the pieces it was, and which of its rows.
        for piece in part.pieces:
            part_total(function, layout, piece)
        raise failed(part.name, error) from error
    return total
