"""Types of columns in a whole table, as pandas would have them in memory.

pandas makes a column of whole numbers floats where one is missing, and of booleans objects,
but a part of the table has them as they are where none is missing in it. Small types
overflow where floats do not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from sm_gaussmle.sources.formulas.elementwise import gives_floats
from sm_gaussmle.sources.formulas.factor_values import PartColumns
from sm_gaussmle.sources.formulas.formula_factors import FormulaFactors
from sm_gaussmle.sources.formulas.formula_variables import used_columns
from sm_gaussmle.sources.table import Table

# Bytes of whole numbers from which on functions make floats of double precision.
_WIDE = 4


@runtime_checkable
class KnowsTypes(Protocol):
    """A table that knows, without reading rows, types that are the same in all parts."""

    def settled(self, names: Sequence[str]) -> Collection[str]:
        """Columns whose type in any part is that of the whole column.

        Parameters
        ----------
        names : sequence of str
            Columns that are asked about.

        Returns
        -------
        collection of str
            Those of floats, and those in which no value is missing.
        """
        ...


@dataclass(frozen=True)
class PartTypes:
    """Types of columns in some parts.

    Attributes
    ----------
    dtypes : mapping
        By column.
    """

    dtypes: Mapping[str, Any]

    def __add__(self, other: PartTypes) -> PartTypes:
        return PartTypes({n: common_type(t, other.dtypes[n]) for n, t in self.dtypes.items()})


def whole_types(
    factors: FormulaFactors,
    table: Table,
    head: pd.DataFrame,
    outside: Mapping[str, Any],
    *,
    further_rows: bool,
) -> dict[str, Any]:
    """Types of the columns that factors calculate with.

    Parameters
    ----------
    factors : FormulaFactors
        The factors.
    table : Table
        The rows; a pass is made over the columns that need it.
    head : DataFrame
        Its first rows.
    outside : mapping
        Names outside the data.
    further_rows : bool
        Whether rows will come that are not in the table.

    Returns
    -------
    dict
        By column. Where rows cannot be read to find out, whole numbers are floats: one may
        be missing.
    """
    columns = PartColumns(head)
    types: dict[str, Any] = {}
    unsure = set()
    for factor in factors.calculated:
        for name in used_columns([factor.code], head.columns):
            dtype: Any = columns[name].dtype
            # What rows to come have can still make objects of others.
            if dtype.kind not in ("biuf" if further_rows else "biufO"):
                continue
            types[name] = dtype
            safe = dtype in (float, object) or (
                dtype.kind in "iu"
                and dtype.itemsize >= _WIDE
                and gives_floats(factor.code, head.columns, outside)
            )
            if not safe:
                unsure.add(name)
    if isinstance(table, KnowsTypes) and not further_rows:
        unsure.difference_update(table.settled(sorted(unsure)))
    if not unsure:
        return types
    if further_rows or table.reads_once:
        floats = {n: np.dtype(float) for n in unsure if types[n].kind in "iu"}
        return {n: dtype for n, dtype in types.items() if n not in unsure} | floats
    return {**types, **table.total(part_types, sorted(unsure)).dtypes}


def part_types(frame: pd.DataFrame) -> PartTypes:
    """Types of the columns of a part.

    Parameters
    ----------
    frame : DataFrame
        The part.

    Returns
    -------
    PartTypes
        NumPy's, as formulas see them.
    """
    columns = PartColumns(frame)
    return PartTypes({name: columns[name].dtype for name in frame.columns})


def common_type(one: Any, other: Any) -> Any:
    """Type of a column whose parts have these types, as pandas puts them together.

    Parameters
    ----------
    one, other : dtype
        Of the parts.

    Returns
    -------
    dtype
        Of all.
    """
    if one == other:
        return one
    kinds = pd.api.types
    if kinds.is_bool_dtype(one) and kinds.is_bool_dtype(other):
        return pd.BooleanDtype()
    for is_kind in (kinds.is_bool_dtype, lambda kind: not kinds.is_numeric_dtype(kind)):
        if is_kind(one) or is_kind(other):
            return np.dtype(object)
    if isinstance(one, np.dtype) and isinstance(other, np.dtype):
        return np.result_type(one, other)
    return np.dtype(float)
