"""Columns asked for by name, of a table that has no Arrow schema."""

from __future__ import annotations

from collections.abc import Sequence

from sm_gaussmle.sources.table import Table
from sm_gaussmle.sources.tables.schemas import missing_column


def chosen_columns(columns: Sequence[str], table: Table) -> list[str]:
    """The columns that are asked for, unless a table does not have one, or has it twice.

    Parameters
    ----------
    columns : sequence of str
        Names of columns.
    table : Table
        Where they should be.

    Returns
    -------
    list of str
        Each of them once, in the order asked for.

    Raises
    ------
    ValueError
        Names the column and those that there are.
    """
    there = table.columns
    for name in columns:
        if name not in there:
            raise missing_column(name, there, table.text)
        if (count := there.count(name)) > 1:
            raise ValueError(
                f"There are {count} columns named {name!r} in {table.text}; give them names "
                "of their own."
            )
    return list(dict.fromkeys(columns))
