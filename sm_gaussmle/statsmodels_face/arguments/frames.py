"""Tables as pandas DataFrames, and the numbers of their rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

# What `open_table` takes, for the error about what is none of them.
_IN_PASSES = (
    "paths of Parquet, CSV or Arrow files, a pyarrow Dataset or RecordBatchReader, a DuckDB "
    "relation, a polars LazyFrame, a Dask or Spark DataFrame, or any object with "
    "__arrow_c_stream__"
)


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
        If it is no table; of `data` the error names what may be read in passes too.
    ValueError
        If the columns of a dict differ in length.
    """
    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, pd.Series):
        return data.to_frame().T.infer_objects()
    if hasattr(data, "to_pandas"):
        frame = data.to_pandas()
        if isinstance(frame, pd.DataFrame):
            return frame
    if isinstance(data, dict):
        try:
            scalars = all(np.ndim(value) == 0 for value in data.values())
            return pd.DataFrame(data, index=[0] if scalars else None)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"`{name}` is a dict that makes no table: {error}. Give columns of the same "
                "length, or one number or text for each."
            ) from error
    if isinstance(data, np.ndarray) and data.dtype.names:
        return pd.DataFrame.from_records(data)
    passes = f"; or rows that are read in passes: {_IN_PASSES}" if name == "data" else ""
    raise TypeError(
        f"`{name}` is a {type(data).__name__}; with a formula it must be a table with named "
        f"columns: a pandas or polars DataFrame, a pyarrow Table or a dict of columns{passes}."
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
    index = data.index
    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1:
        return data
    return data.set_axis(pd.RangeIndex(len(data)))
