"""Whether a table has the columns that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sm_gaussmle.sources.table import Table


def check_columns(columns: Sequence[str], table: Table) -> None:
    """Refuse columns that a table does not have, or has twice.

    Parameters
    ----------
    columns : sequence of str
        Names of columns.
    table : Table
        Where they should be.

    Raises
    ------
    ValueError
        Names the column and those that there are.
    """
    there: tuple[Any, ...] = table.columns
    for name in columns:
        if (count := there.count(name)) != 1:
            found = f"{count} columns are named" if count else "there is no column"
            raise ValueError(
                f"{table.text}: {found} {name!r}. The columns: {', '.join(map(str, there))}."
            )
