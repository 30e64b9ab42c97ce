"""Arguments for new rows: columns of an equation, known parts, weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import column, matrix

Array = NDArray[np.float64]


def new_columns(values: Any, name: str, width: int, names: list[str]) -> Array:
    """Columns of one equation for new rows.

    Parameters
    ----------
    values : array_like, shape (m, k), or (k,) for one row
        The columns; shape (m,) too where there is one.
    name : str
        Name of the argument, for errors.
    width : int
        Columns of the equation.
    names : list of str
        Their names.

    Returns
    -------
    ndarray, shape (m, k)
        Floating-point numbers.

    Raises
    ------
    ValueError
        If there are more or fewer columns, or some bear names of the equation's columns
        and do not stand where these do.
    """
    given = _names(values, width)
    # Columns are matched by position: names that are others altogether say nothing, but
    # the equation's own in other places would give wrong numbers in silence.
    if given != names and set(given) & set(names):
        lacking = [label for label in names if label not in given]
        raise ValueError(
            f"`{name}` has the columns {', '.join(given)}; the model has them in the order "
            f"{', '.join(names)}, and columns are matched by position. "
            + (f"Add {', '.join(lacking)}." if lacking else "Select them in that order.")
        )
    # One number is one row of one column.
    array = matrix([values] if isinstance(values, float | int | np.number) else values, name)
    if np.ndim(values) == 1 and width > 1:
        array = array.T  # one row
    if array.shape[1] != width:
        raise ValueError(
            f"`{name}` has shape {np.shape(values)}; the equation has {width} "
            f"{'column' if width == 1 else 'columns'}: {', '.join(names)}."
        )
    return array


def _names(values: Any, width: int) -> list[str]:
    labels: Any = ()
    if isinstance(values, pd.DataFrame):
        labels = values.columns
    elif isinstance(values, pd.Series):
        labels = values.index if width > 1 else ()  # one row, or one column
    elif not isinstance(values, np.ndarray):  # of Arrow and of polars
        labels = getattr(values, "column_names", getattr(values, "columns", ()))
    return [str(label) for label in labels]


def known_part(values: Any, name: str, length: int) -> Array | float:
    """One number per new row, or one for all.

    Parameters
    ----------
    values : array_like, shape (m,) or (), or None
        The numbers; None for zero.
    name : str
        Name of the argument, for errors.
    length : int
        Number of rows.

    Returns
    -------
    ndarray, shape (m,), or float
        The numbers.

    Raises
    ------
    ValueError
        If there are more or fewer.
    TypeError
        If they are not numbers.
    """
    if values is None:
        return 0.0
    if not isinstance(values, str | list | tuple) and np.ndim(values) == 0:
        return float(column([values], name)[0])
    array = column(values, name)
    if array.shape != (length,):
        raise ValueError(f"`{name}` has shape {array.shape}; there are {length} rows.")
    return array


def positive_numbers(values: Any, name: str, length: int) -> Array | float:
    """One positive number per new row, or one for all.

    Parameters
    ----------
    values : array_like, shape (m,) or (), or None
        The numbers; None for one. NaN is missing.
    name : str
        Name of the argument, for errors.
    length : int
        Number of rows.

    Returns
    -------
    ndarray, shape (m,), or float
        The numbers.

    Raises
    ------
    ValueError
        If there are more or fewer, or one is not positive.
    """
    numbers = known_part(1.0 if values is None else values, name, length)
    if np.any(np.less_equal(numbers, 0.0)) or np.any(np.isinf(numbers)):
        raise ValueError(
            f"`{name}` must be finite and positive; the smallest is {np.nanmin(numbers):g}, "
            f"the largest {np.nanmax(numbers):g}."
        )
    return numbers
