"""Arguments as arrays of floating-point numbers, and the names of their rows."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]

LABELLED = (pd.Series, pd.DataFrame)
_MOST_NAMED = 8


def column(values: Any, name: str) -> Array:
    """One number per row.

    Parameters
    ----------
    values : array_like
        Shape (n,) or (n, 1).
    name : str
        Name of the argument, for errors.

    Returns
    -------
    ndarray, shape (n,)
        Floating-point numbers.

    Raises
    ------
    ValueError
        If there is not one value per row.
    TypeError
        If the values are not numbers.
    """
    array = _floats(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(
            f"`{name}` has shape {array.shape}; it must have one value per row, shape (n,)."
        )
    return array


def matrix(values: Any, name: str) -> Array:
    """Columns of a design.

    Parameters
    ----------
    values : array_like
        Shape (n, k) or (n,).
    name : str
        Name of the argument, for errors.

    Returns
    -------
    ndarray, shape (n, k)
        Floating-point numbers.

    Raises
    ------
    ValueError
        If the values are no table with at least one row and one column.
    TypeError
        If the values are not numbers.
    """
    array = _floats(values, name)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(
            f"`{name}` has shape {array.shape}; it must have shape (n, k) with at least one "
            "row and one column."
        )
    return array


def shape_of(values: Any, name: str) -> tuple[int, ...]:
    """Shape of an argument.

    Parameters
    ----------
    values : array_like
        Any argument.
    name : str
        Its name, for errors.

    Returns
    -------
    tuple of int
        Lengths of its dimensions.

    Raises
    ------
    ValueError
        If it is a list of rows of different lengths.
    """
    return np.shape(values if hasattr(values, "shape") else as_array(values, name))


def labelled(values: Any, index: pd.Index | None = None) -> Any:
    """Make a pandas object of a polars or pyarrow one.

    Parameters
    ----------
    values : array_like
        Any argument.
    index : Index, optional
        Labels of the rows that it stands beside, in the order it has: it has no labels of
        its own.

    Returns
    -------
    array_like
        The argument itself where it is something else.
    """
    if isinstance(values, LABELLED) or not hasattr(values, "to_pandas"):
        return values
    table = values.to_pandas()
    if index is not None and isinstance(table, LABELLED) and len(table) == len(index):
        table.index = index
    return table


def as_array(values: Any, name: str) -> np.ndarray:
    """An argument as numpy takes it.

    Parameters
    ----------
    values : array_like
        Any argument.
    name : str
        Its name, for errors.

    Returns
    -------
    ndarray
        Of any type and shape.

    Raises
    ------
    ValueError
        If it is a list of rows of different lengths.
    """
    if isinstance(values, pd.DataFrame):
        return values.to_numpy()  # the same in a fraction of the time
    try:
        return np.asarray(values)
    except ValueError as error:  # a ragged list
        raise ValueError(f"the rows of `{name}` must have the same length: {error}") from error


def _floats(values: Any, name: str) -> Array:
    if isinstance(values, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(values), np.nan, _floats(values.data, name))
    if type(values) is np.ndarray and values.dtype == np.float64:  # no matrix
        return values
    if isinstance(values, str) or values is None:
        hint = "" if name == "start_params" else " (names of columns work with a formula only)"
        raise TypeError(f"`{name}` is {values!r}; it must be an array of numbers{hint}.")
    if sparse.issparse(values):
        raise TypeError(f"`{name}` is a sparse matrix; pass {name}.toarray().")
    array = as_array(values, name)
    try:
        if array.dtype == object and isinstance(values, pd.DataFrame | pd.Series):
            array = _pandas_floats(values)  # nullable numbers, with their NA
        if array.dtype.kind not in "buif" and not _is_number_like(array):
            raise TypeError  # noqa: TRY301 - one message for all that is no number
        return np.asarray(array, dtype=np.float64)
    except OverflowError as error:
        raise ValueError(
            f"`{name}` has whole numbers beyond the range of floating-point numbers, 1.8e308; "
            "rescale the data."
        ) from error
    except (TypeError, ValueError) as error:
        # A lazy frame of polars would have to be computed for its types.
        dtypes: Any = values.dtypes if isinstance(values, pd.DataFrame) else []
        kinds = sorted({str(dtype) for dtype in dtypes})
        kind = ", ".join(kinds) or str(getattr(values, "dtype", type(values).__name__))
        raise TypeError(
            f"`{name}` has values that are not real numbers (dtype {kind}); convert them "
            "first, e.g. with pandas.get_dummies, or use a formula."
        ) from error


def _pandas_floats(values: pd.DataFrame | pd.Series) -> Array:
    frame = values.to_frame() if isinstance(values, pd.Series) else values
    parts = []
    for place in range(frame.shape[1]):
        part = frame.iloc[:, place]
        # Dates and texts are not; complex numbers would lose their imaginary part.
        numeric = pd.api.types.is_numeric_dtype(part.dtype) and part.dtype.kind != "c"
        if not numeric and not (part.dtype == object and _is_number_like(part.to_numpy())):
            raise TypeError
        parts.append(part.to_numpy(dtype=float, na_value=np.nan))
    array = np.column_stack(parts)
    return array[:, 0] if isinstance(values, pd.Series) else array


def _is_number_like(array: np.ndarray) -> bool:
    return array.dtype == object and all(
        isinstance(v, int | float | np.number) or v is None or v is pd.NA for v in array.ravel()
    )


def same_index(values: Any, name: str, index: pd.Index | None, owner: str) -> None:
    """Refuse labelled values whose rows are labelled otherwise.

    Parameters
    ----------
    values : array_like
        The values; anything without labels passes.
    name : str
        Name of the argument, for errors.
    index : Index or None
        The labels to have; None for any.
    owner : str
        The argument whose labels they are.

    Raises
    ------
    ValueError
        If length or labels differ.
    """
    if index is None or not isinstance(values, LABELLED):
        return
    if values.index is index or values.index.equals(index):
        return
    if len(values.index) != len(index):
        raise ValueError(f"`{name}` has {len(values.index)} rows; `{owner}` has {len(index)}.")
    other = values.index
    place = _first_difference(other, index)
    raise ValueError(
        f"the index of `{name}` differs from that of `{owner}`: at row {place} it is "
        f"{_plain(other[place])!r} against {_plain(index[place])!r}. Rows are matched by position; align "
        f"them with {name}.reindex({owner}.index), or pass {name}.to_numpy()."
    )


def _first_difference(one: pd.Index, other: pd.Index) -> int:
    # Labels compare with each other in many ways, tuples with arrays among them; pandas
    # knows when indices are the same, whose beginnings are bisected then.
    stops = range(1, len(one) + 1)
    return bisect_left(stops, 1, key=lambda stop: not one[:stop].equals(other[:stop]))


def where(rows: NDArray[np.bool_], index: pd.Index | None) -> str:
    """Name the first rows of a mask, for an error.

    Parameters
    ----------
    rows : ndarray of bool, shape (n,)
        The rows.
    index : Index or None
        Their labels; positions are named where there are none.

    Returns
    -------
    str
        Such as ``" (rows 3, 7)"``.
    """
    places = np.flatnonzero(rows)
    shown = [repr(int(p) if index is None else _plain(index[p])) for p in places[:5]]
    more = ", ..." if len(places) > len(shown) else ""
    return f" ({'row' if len(places) == 1 else 'rows'} {', '.join(shown)}{more})"


def some(names: list[str]) -> str:
    """Name the first few of many, for an error.

    Parameters
    ----------
    names : list of str
        The names.

    Returns
    -------
    str
        At most eight of them, and how many more there are.
    """
    shown = ", ".join(names[:_MOST_NAMED])
    return shown + (f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else "")


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
