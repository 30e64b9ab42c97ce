"""Rows that show what all rows of a table are like."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.table import NoRowsError, Table
from sm_gaussmle.statsmodels_face.streams.row_reader import RowReader


def stream_head(table: Table, reader: RowReader) -> RowBlock:
    """Some rows that miss nothing: of the first rows, or of the first part that has any.

    Parameters
    ----------
    table : Table
        Where the rows are.
    reader : RowReader
        Makes rows of its parts.

    Returns
    -------
    RowBlock
        At least one row.

    Raises
    ------
    NoRowsError
        If there is none, or the table is a stream that can be read once and the first rows
        all miss something.
    """
    first = table.head(reader.columns)
    block = reader(first).block
    if block is None and not table.reads_once:
        block = table.total(_First(reader), reader.columns).block
    if block is None:
        rows = f"first {len(first)} rows" if table.reads_once else "rows"
        raise NoRowsError(
            f"none of the {rows} is complete in the variables of the formulas, weights and "
            "offsets, with a frequency weight above 0."
        )
    return block


@dataclass(frozen=True)
class _Found:
    block: RowBlock | None

    def __add__(self, other: _Found) -> _Found:
        return other if self.block is None else self


@dataclass(frozen=True)
class _First:
    reader: RowReader

    def __call__(self, frame: pd.DataFrame) -> _Found:
        block = self.reader(frame).block
        return _Found(None if block is None else block.part(slice(0, 1_024)))
