"""Tables of each engine that hold the same rows: one line an engine."""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from sm_gaussmle.sources.tables.opening import open_table


class Capsule:
    """What a package offers that has no more than ``__arrow_c_stream__``."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


def arrow_tables(parts):
    # of one schema: a part without rows does not show what its texts are
    schema = pa.Schema.from_pandas(pd.concat(parts), preserve_index=False)
    return [pa.Table.from_pandas(part, schema, preserve_index=False) for part in parts]


def parquet_files(parts, folder):
    folder.mkdir(exist_ok=True)
    files = [str(folder / f"part-{number:04}.parquet") for number in range(len(parts))]
    for table, file in zip(arrow_tables(parts), files, strict=True):
        pq.write_table(table, file)
    return files


def csv_files(parts, folder):
    folder.mkdir(exist_ok=True)
    files = [str(folder / f"part-{number:04}.csv") for number in range(len(parts))]
    for part, file in zip(parts, files, strict=True):
        part.to_csv(file, index=False)
    return files


def arrow_table(parts):
    return pa.concat_tables(arrow_tables(parts))


def duckdb_relation(parts, folder):
    return duckdb.read_parquet(parquet_files(parts, folder))


# name -> what makes a Table of a list of frames of the same columns, in a folder to itself
ENGINES = {
    "parquet": lambda parts, folder: open_table(parquet_files(parts, folder)),
    "csv": lambda parts, folder: open_table(csv_files(parts, folder)),
    "dataset": lambda parts, folder: open_table(ds.dataset(parquet_files(parts, folder))),
    "dataset in memory": lambda parts, _: open_table(ds.dataset(arrow_table(parts))),
    "capsule": lambda parts, _: open_table(Capsule(arrow_table(parts))),
    "reader": lambda parts, _: open_table(arrow_table(parts).to_reader()),
    "duckdb": lambda parts, folder: open_table(duckdb_relation(parts, folder)),
    "polars": lambda parts, folder: open_table(pl.scan_parquet(parquet_files(parts, folder))),
}


def dask_table(parts, client):
    import dask
    import dask.dataframe as dd

    delayed = [dask.delayed(part) for part in parts]
    return open_table(dd.from_delayed(delayed, meta=parts[0][:0], verify_meta=False))


def spark_table(parts, session):
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    tables = arrow_tables(parts)
    schema = from_arrow_schema(tables[0].schema, prefer_timestamp_ntz=True)
    batches = [table.cast(to_arrow_schema(schema)).to_batches() for table in tables]

    def rows(numbers):
        for number in numbers:
            yield from batches[number.column(0)[0].as_py()]

    partitions = session.range(len(parts), numPartitions=len(parts))
    return open_table(partitions.mapInArrow(rows, schema))


# name -> the fixture that has it started, and what makes a Table of a list of frames there
CLUSTERS = {"dask": ("dask_client", dask_table), "spark": ("spark", spark_table)}
