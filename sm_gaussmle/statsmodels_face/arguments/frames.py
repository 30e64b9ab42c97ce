"""Tables as pandas DataFrames of types that both formula engines understand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def as_frame(data: Any, name: str) -> pd.DataFrame:
    """A table as a pandas DataFrame.

    Parameters
    ----------
    data : DataFrame, polars DataFrame, pyarrow Table, dict or structured array
        The table.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    DataFrame
        The caller's own where it is one.

    Raises
    ------
    TypeError
        If it is no table.
    """
    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, pd.Series):
        return data.to_frame().T.infer_objects()
    if hasattr(data, "to_pandas"):
        return data.to_pandas()
    if isinstance(data, dict):
        scalars = all(np.ndim(value) == 0 for value in data.values())
        return pd.DataFrame(data, index=[0] if scalars else None)
    if isinstance(data, np.ndarray) and data.dtype.names:
        return pd.DataFrame.from_records(data)
    raise TypeError(
        f"`{name}` is a {type(data).__name__}; with a formula it must be a table with named "
        "columns: a pandas or polars DataFrame, a pyarrow Table or a dict of columns."
    )


def numbered_rows(data: pd.DataFrame) -> pd.DataFrame:
    """A table whose index are the positions of its rows.

    Parameters
    ----------
    data : DataFrame
        The table.

    Returns
    -------
    DataFrame
        The caller's own where it is numbered so.
    """
    positions = pd.RangeIndex(len(data))
    if isinstance(data.index, pd.RangeIndex) and data.index.equals(positions):
        return data
    return data.set_axis(positions)


def plain_columns(data: pd.DataFrame, used: list[Any], engine: str) -> pd.DataFrame:
    """Columns in types that both formula engines understand.

    Parameters
    ----------
    data : DataFrame
        The data.
    used : list
        Columns to convert.
    engine : {"patsy", "formulaic"}
        For which a boolean is a category or a number.

    Returns
    -------
    DataFrame
        Nullable and Arrow numbers are floats, their strings objects; the caller's own
        table where there are none.
    """
    kept = (np.dtype, pd.CategoricalDtype, pd.DatetimeTZDtype)
    others = [name for name in used if not isinstance(data[name].dtype, kept)]
    if not others:
        return data
    plain = data.copy(deep=False)
    for name in others:
        dtype = data[name].dtype
        boolean = pd.api.types.is_bool_dtype(dtype)
        if boolean and not data[name].isna().any():
            plain[name] = data[name].to_numpy(dtype=bool)
        elif engine == "formulaic" if boolean else pd.api.types.is_numeric_dtype(dtype):
            plain[name] = data[name].to_numpy(dtype=float, na_value=np.nan)
        else:
            plain[name] = data[name].astype(object).where(data[name].notna(), None)
    return plain
