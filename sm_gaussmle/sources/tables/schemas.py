"""One schema for the files of a table, and columns asked for by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from sm_gaussmle.sources.tables.frames import frame_type, is_text

if TYPE_CHECKING:
    import pyarrow as pa

# Names of columns that an error lists, at most.
_LISTED = 30

_UNITS = ["s", "ms", "us", "ns"]


def missing_column(name: str, columns: Sequence[str], text: str) -> ValueError:
    """The error for a column that a table does not have.

    Parameters
    ----------
    name : str
        What was asked for.
    columns : sequence of str
        Those that there are.
    text : str
        The table.

    Returns
    -------
    ValueError
        Names the closest ones.
    """
    close = get_close_matches(name, columns, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    more = ", ..." if len(columns) > _LISTED else ""
    there = ", ".join(map(repr, columns[:_LISTED])) + more
    return ValueError(f"There is no column {name!r} in {text}.{hint} There are {there}.")


@dataclass(frozen=True)
class Columns:
    """Columns of a table and what stands against reading some of them.

    Attributes
    ----------
    types : mapping of str to pyarrow.DataType
        Type of each.
    troubles : mapping of str to str
        Columns that cannot be read, with the reason.
    """

    types: Mapping[str, Any]
    troubles: Mapping[str, str] = field(default_factory=dict)

    def chosen(self, names: Sequence[str], text: str) -> dict[str, pa.DataType]:
        """Types of the columns asked for, as frames have them.

        Parameters
        ----------
        names : sequence of str
            Columns, each of them once in the result.
        text : str
            The table, for errors.

        Returns
        -------
        dict of str to pyarrow.DataType
            In the order asked for.

        Raises
        ------
        ValueError
            If there is no such column, or it cannot be read.
        """
        found = {}
        for name in names:
            if name in self.troubles:
                raise ValueError(self.troubles[name])
            if name not in self.types:
                raise missing_column(name, tuple(self.types), text)
            found[name] = frame_type(self.types[name])
            if found[name] is None:
                raise ValueError(
                    f"Column {name!r} of {text} is of type {self.types[name]}; a formula can "
                    "use numbers, texts, booleans, dates, times and dictionaries of those."
                )
        return found


def is_float(arrow_type: pa.DataType) -> bool:
    """Whether the values of a column are floats in a frame, missing or not.

    Parameters
    ----------
    arrow_type : pyarrow.DataType
        Type of a column of a table.

    Returns
    -------
    bool
        True for floating and decimal numbers.
    """
    import pyarrow as pa

    return bool(pa.types.is_floating(arrow_type) or pa.types.is_decimal(arrow_type))


def of_schema(schema: pa.Schema) -> Columns:
    """Columns of one Arrow schema.

    Parameters
    ----------
    schema : pyarrow.Schema
        Of the table.

    Returns
    -------
    Columns
        A name that occurs twice cannot be read.
    """
    names = schema.names
    return Columns(
        {column.name: column.type for column in schema},
        {
            name: f"There are {names.count(name)} columns named {name!r}; give them names "
            "of their own."
            for name in names
            if names.count(name) > 1
        },
    )


def of_files(schemas: Iterable[tuple[str, pa.Schema]]) -> Columns:
    """Columns that files have in common.

    Parameters
    ----------
    schemas : iterable of (str, pyarrow.Schema)
        Name of each file and its schema.

    Returns
    -------
    Columns
        Of a type that holds the values of all files.
    """
    (first, schema), *others = schemas
    columns = of_schema(schema)
    types, troubles = dict(columns.types), dict(columns.troubles)
    for file, other in others:
        columns = of_schema(other)
        troubles = {**columns.troubles, **troubles}
        for name in types.keys() ^ columns.types.keys():
            without = file if name in types else first
            troubles.setdefault(name, f"{without} has no column {name!r}; other files have.")
        for name in types.keys() & columns.types.keys():
            common = _common(types[name], columns.types[name])
            if common is None:
                troubles.setdefault(
                    name,
                    f"Column {name!r} is of type {columns.types[name]} in {file} but "
                    f"{types[name]} in those before it, from {first} on; write the files "
                    "with one type.",
                )
            else:
                types[name] = common
    return Columns(types, troubles)


def _common(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    """A type for the values of both, or None."""
    import pyarrow as pa

    kinds = pa.types
    if one.equals(other) or kinds.is_null(other):
        return one
    if kinds.is_null(one):
        return other
    dictionaries = kinds.is_dictionary(one) and kinds.is_dictionary(other)
    if dictionaries and one.value_type.equals(other.value_type):
        return pa.dictionary(pa.int32(), one.value_type, one.ordered and other.ordered)
    # Texts in one file, in another a dictionary of them: texts in all.
    plain = [kind.value_type if kinds.is_dictionary(kind) else kind for kind in (one, other)]
    if all(map(is_text, plain)):
        return pa.large_string()
    if all(map(_is_number, plain)):
        return pa.from_numpy_dtype(np.promote_types(*map(_number, plain)))
    return _common_time(one, other)


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    return any(test(kind) for test in tests)


def _number(kind: pa.DataType) -> np.dtype[Any]:
    import pyarrow as pa

    return np.dtype(float if pa.types.is_decimal(kind) else kind.to_pandas_dtype())


def _common_time(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    """The finer unit of two times of one zone."""
    import pyarrow as pa

    times: list[Any] = [frame_type(kind) for kind in (one, other)]
    if not all(kind is not None and pa.types.is_timestamp(kind) for kind in times):
        return None
    if times[0].tz != times[1].tz:
        return None
    return pa.timestamp(max((kind.unit for kind in times), key=_UNITS.index), times[0].tz)
