"""What is no table, and what is said about it."""

import duckdb
import numpy as np
import polars as pl
import pytest

from sm_gaussmle import api as smg
from sm_gaussmle.statsmodels_face.arguments.frames import as_frame

NO_TABLES = {
    "list": list,
    "generator": lambda: (row for row in [1, 2]),
    "DuckDBPyConnection": duckdb.connect,
    "Series": lambda: pl.Series("y", [1.0, 2.0]),
    "ndarray": lambda: np.ones((3, 2)),
    "NoneType": lambda: None,
}


def summed(formula, data):
    return smg.CrossProducts(formula).update(data)


@pytest.mark.parametrize("kind", NO_TABLES)
@pytest.mark.parametrize("fitted", [smg.gaussmle, summed], ids=["fit", "sums"])
def test_what_is_no_table_is_refused_with_all_that_is_one(kind, fitted):
    pattern = rf"`data` is a {kind}; .* pandas or polars .* dict of columns; or .* passes: "
    pattern += ".*Parquet, CSV .* Dataset .* DuckDB relation.* LazyFrame.* Dask or Spark"
    with pytest.raises(TypeError, match=pattern):
        fitted("y ~ 1", NO_TABLES[kind]())


def test_new_rows_are_not_read_in_passes():
    with pytest.raises(TypeError, match=r"`exog` is a list; .* or a dict of columns\.$"):
        as_frame([], "exog")
