"""Refuses factors such as ``x - x.mean()``, which would differ from part to part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.sources.formulas.factor_values import Coded, FactorReader, PartColumns, Value

# Functions round a little differently in vectors of other lengths; single precision counts.
_SAME = 1e-6
# Rows of a part that are evaluated again: few, for it is done in each part of each pass.
_AGAIN = 64
_WITNESSES = 4


def witnesses(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that are put beside those of each part.

    A column can be constant in each part, and a mean of it tell nothing there.

    Parameters
    ----------
    rows : DataFrame
        Complete rows, the first ones of a table.

    Returns
    -------
    DataFrame
        A few of them.
    """
    return rows.iloc[_spread(len(rows), _WITNESSES)].reset_index(drop=True)


def refuse_other_rows(
    factors: Mapping[FactorReader, Value],
    rows: pd.DataFrame,
    beside: pd.DataFrame | None,
    dtypes: Mapping[str, Any],
) -> None:
    """Refuse factors that give a row another value when other rows are read with it.

    Parameters
    ----------
    factors : mapping
        Factors of which it is not plain, with their values on the rows.
    rows : DataFrame
        Rows of a part, at least one.
    beside : DataFrame or None
        Of `witnesses`, with the same columns.
    dtypes : mapping
        Types of columns in the whole table.

    Raises
    ------
    ValueError
        If there is one.
    """
    some = _spread(len(rows), _AGAIN)
    # Alone each row is the largest, the first and the mean; two are not so among many.
    for places in (some, some[[len(some) // 3]], some[[2 * len(some) // 3]]):
        few = rows.iloc[places]
        before = 0
        if beside is not None and places is some:
            before = len(beside)
            few = pd.concat([beside, few])
        again = PartColumns(few.reset_index(drop=True), dtypes)
        for factor, value in factors.items():
            try:
                same = _same(factor.read(again)[before:], value[places])
            except ValueError as error:  # such as quantiles that one row does not have
                raise _depends(factor, f"; with {len(few)} alone {error}") from error
            if not same:
                raise _depends(factor)


def _depends(factor: FactorReader, more: str = ".") -> ValueError:
    return ValueError(
        f"the factor {factor.factor.name()!r} gives a row other values when other rows are "
        "read with it, and parts of a table are read one by one. For means and standard "
        "deviations there are center() and standardize(); make other such columns in the "
        f"table{more}"
    )


def _spread(count: int, most: int) -> NDArray[np.intp]:
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int))


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Coded) and isinstance(other, Coded):
        left, right = _labels(one), _labels(other)
        return bool((left == right).all())
    close = np.isclose(one, other, rtol=_SAME, atol=0.0, equal_nan=True)  # type: ignore[arg-type]  # both are numbers here
    return bool(close.all())


def _labels(value: Coded) -> NDArray[Any]:
    levels = np.full(len(value.levels) + 1, None, dtype=object)
    levels[:-1] = value.levels
    return np.asarray(levels[value.codes])
