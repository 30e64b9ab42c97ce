"""Arguments of models of tables that are read in passes."""

from __future__ import annotations

from typing import Any

from sm_gaussmle.sources.formulas.stray_texts import KnowsStrays, refuse_stray_numbers
from sm_gaussmle.sources.table import ReadOnceError, Table
from sm_gaussmle.statsmodels_face.arguments.limits import is_number

_COLUMN = (
    "with data that are read in passes it must be the name of a column. Make a column of it, "
    "or read the data into memory."
)


def refuse_parts(**given: Any) -> None:
    """Refuse to leave out rows or columns of a table that is read in passes.

    Parameters
    ----------
    **given : object
        Arguments by name; None where they were not given.

    Raises
    ------
    ValueError
        If one was.
    """
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"`{name}` is for data in memory; here the data are read in passes. Leave out "
                "rows where the data come from (a filter of the relation, LazyFrame or "
                "DataFrame), and columns in the formula."
            )


def column_of(value: Any, name: str, table: Table) -> str:
    """A column of numbers of the table.

    Parameters
    ----------
    value : object
        Its name.
    name : str
        The argument, for errors.
    table : Table
        The table.

    Returns
    -------
    str
        The name.

    Raises
    ------
    TypeError
        If it is no name.
    ValueError
        If there is no such column, or a few values have made it text.
    """
    if not isinstance(value, str):
        kind = type(value).__name__
        raise TypeError(f"`{name}` is a {kind}; {_COLUMN}")
    if value not in table.columns:
        raise ValueError(
            f"`{name}` is {value!r}, which is no column of the data; the columns are "
            f"{', '.join(table.columns)}."
        )
    if isinstance(table, KnowsStrays):
        refuse_stray_numbers(name, value, table.strays([value]))
    return value


def limit_of(value: Any, name: str, table: Table) -> float | str:
    """A limit of all rows, or the column of those of each row.

    Parameters
    ----------
    value : object
        A number, or the name of a column.
    name : str
        The argument, for errors.
    table : Table
        The table.

    Returns
    -------
    float or str
        The number or the name.

    Raises
    ------
    TypeError, ValueError
        As `column_of`.
    """
    if is_number(value):
        return float(value)
    return column_of(value, name, table)


def refuse_one_pass(table: Table, needs: str) -> None:
    """Refuse a stream that can be read once, where it takes several passes.

    Parameters
    ----------
    table : Table
        The table.
    needs : str
        What of the model needs them; empty where nothing does.

    Raises
    ------
    ReadOnceError
        If it is such a stream.
    """
    if table.reads_once and needs:
        raise ReadOnceError(
            f"`data` is a stream that can be read once ({table.text}); a model with {needs} "
            "needs several passes. Write it to Parquet, or pass a table, dataset or relation "
            "that can be read again."
        )
