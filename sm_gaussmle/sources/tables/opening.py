"""Which engine reads what the user gives as ``data``.

Other packages can bring engines of their own. Theirs are asked before what has
``__arrow_c_stream__`` is read as a stream, and for a text that is no path. In the setup.cfg of
a package that reads Zarr stores::

    [options.entry_points]
    sm_gaussmle.sources =
        zarr = zarr_tables:open_table

``open_table(data)`` returns None for what is not its own, and else an object with the
attributes and methods of ``sm_gaussmle.sources.table.Table``: ``columns``, ``reads_once``,
``text``, ``head(columns)`` and ``total(function, columns, each)``. No class is to be inherited
from. The parts have to be the same in each pass, with their sums added in the same order.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

import pandas as pd

from sm_gaussmle.sources.table import Table
from sm_gaussmle.sources.tables.paths import file_kind, found_files

# Callables ``open(data) -> Table | None`` of other packages.
GROUP = "sm_gaussmle.sources"

# Package and class of what the user has: module and class here that read it.
_ENGINES = {
    ("polars", "LazyFrame"): ("polars", "PolarsTable"),
    ("duckdb", "DuckDBPyRelation"): ("duckdb", "DuckDBTable"),
    ("_duckdb", "DuckDBPyRelation"): ("duckdb", "DuckDBTable"),
    ("pyarrow", "RecordBatchReader"): ("arrow", "ReaderTable"),
    ("pyarrow", "Dataset"): ("arrow", "DatasetTable"),
    ("dask", "DataFrame"): ("dask", "DaskTable"),
    ("dask_expr", "DataFrame"): ("dask", "DaskTable"),
    ("pyspark", "DataFrame"): ("spark", "SparkTable"),
}
# What else these packages offer is in memory.
_IN_MEMORY = {"numpy", "pandas", "polars", "pyarrow"}


def open_table(data: Any) -> Table | None:
    """The table that some data are, unless they are in memory.

    Parameters
    ----------
    data : object
        A path, a glob or a list of paths of Parquet, CSV or Arrow files; a pyarrow Dataset
        or RecordBatchReader, a DuckDB relation, a polars LazyFrame, a Dask or Spark
        DataFrame; what a package offers by the entry-point group ``sm_gaussmle.sources``;
        anything else with ``__arrow_c_stream__``.

    Returns
    -------
    Table or None
        None for what is in memory: DataFrames of pandas and polars, pyarrow Tables, dicts,
        arrays.

    Raises
    ------
    ValueError
        If a text is no path of a table.
    FileNotFoundError
        If files are not there.
    ImportError
        If an engine is not installed; the extra is named.
    """
    if isinstance(data, (pd.DataFrame, pd.Series)):
        return None
    if _is_paths(data):
        return _of_paths(data)
    known = [(kind.__module__.partition(".")[0], kind.__name__) for kind in type(data).__mro__]
    for title in known:
        if title in _ENGINES:
            module, name = _ENGINES[title]
            return _engine(module, name)(data)
    if any(package in _IN_MEMORY for package, _ in known):
        return None
    return _registered(data) or _of_stream(data)


def _engine(module: str, name: str) -> Callable[[Any], Table]:
    # Engines are loaded when there is a table for them.
    return cast(
        "Callable[[Any], Table]",
        getattr(import_module(f"sm_gaussmle.sources.tables.{module}"), name),
    )


def _is_paths(data: object) -> bool:
    kinds = (str, os.PathLike)
    if isinstance(data, (list, tuple)):
        return bool(data) and all(isinstance(item, kinds) for item in data)
    return isinstance(data, kinds)


def _registered(data: object) -> Table | None:
    for point in entry_points(group=GROUP):
        table = point.load()(data)
        if table is not None:
            return cast("Table", table)
    return None


def _of_stream(data: object) -> Table | None:
    if not hasattr(data, "__arrow_c_stream__"):
        return None
    return _engine("arrow", "CapsuleTable")(data)


def _of_paths(data: Any) -> Table:
    try:
        files = found_files(data)
    except ValueError:
        # Another package may know what the text is: an address, a table's name.
        table = _registered(data)
        if table is None:
            raise
        return table
    kinds = {file_kind(file) for file in files}
    if len(kinds) > 1:
        raise ValueError(
            f"data has files of several kinds, {files[0].name!r} among them; give files of one."
        )
    if kinds == {"delimited"}:
        return _engine("delimited", "DelimitedTable")(files)
    if kinds == {"parquet"} and not _partitioned(data, files):
        return _engine("parquet", "ParquetTable")(files)
    return _engine("arrow", "dataset_of_files")(files)


def _partitioned(data: Any, files: list[Path]) -> bool:
    """Whether names of folders hold a column: ``year=2024/part-0.parquet``."""
    if not isinstance(data, (str, os.PathLike)) or not Path(data).is_dir():
        return False
    return any("=" in str(file.parent.relative_to(data)) for file in files)
