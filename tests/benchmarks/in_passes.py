"""Time and memory of fits of rows that are read in passes, for each engine; run by hand.

    python -m tests.benchmarks.in_passes --rows 1e5 1e6 1e7
    python -m tests.benchmarks.in_passes --rows 1e8 --columns 5 --only parquet polars

writes ten Parquet files for each number of rows (and one CSV file of a tenth of them) where
there are none, and prints for each engine, in a process of its own: seconds of a pass that
only reads, of a fit with constant variance (one pass) and of one with a scale equation of two
columns, the first one also as a ratio to an in-memory ``X.T @ X`` of as many rows in one
thread, measured beside it, and the largest memory of the process and its children.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

FILES = 10
ROW_GROUP = 122_880
# Of delimited text a tenth of the rows: it is 19 bytes a number.
CSV_PART = 10


class Own:
    """Something that has ``__arrow_c_stream__`` and nothing else."""

    def __init__(self, relation):
        self.relation = relation

    def __arrow_c_stream__(self, requested_schema=None):
        return self.relation.__arrow_c_stream__(requested_schema)


def opened_dataset(files):
    import pyarrow.dataset as ds

    return ds.dataset([str(file) for file in files])


def opened_relation(files):
    import duckdb

    return duckdb.connect().read_parquet([str(file) for file in files])


def opened_lazy_frame(files):
    import polars as pl

    return pl.scan_parquet(files)


def opened_dask(files):
    import dask.dataframe as dd

    return dd.read_parquet([str(file) for file in files], split_row_groups=True)


def opened_cluster(files):
    from distributed import Client

    Client(n_workers=2, threads_per_worker=1, dashboard_address=None)
    return opened_dask(files)


def opened_spark(files):
    import os

    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    for where in ("bindAddress", "host"):
        session = session.config(f"spark.driver.{where}", "127.0.0.1")
    session = session.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session.read.parquet(*map(str, files))


ENGINES = {
    "parquet": list,
    "polars": opened_lazy_frame,
    "duckdb": opened_relation,
    "dataset": opened_dataset,
    "capsule": lambda files: Own(opened_relation(files)),
    "csv": lambda files: files[0].with_name("table.csv"),
    "dask": opened_dask,
    "cluster": opened_cluster,
    "spark": opened_spark,
}


def names(columns):
    return [f"x{number}" for number in range(columns)] + ["y"]


def random_frame(n, columns, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((n, columns + 1))
    matrix[:, -1] *= np.exp(0.25 * matrix[:, 0])
    matrix[:, -1] += matrix[:, :-1].sum(axis=1)
    return pd.DataFrame(matrix, columns=names(columns))


def written(folder, rows, columns):
    """Files of the table, made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"part-{number:04}.parquet" for number in range(FILES)]
    for number, file in enumerate(files):
        if not file.exists():
            # Without dictionaries: no two numbers are the same.
            random_frame(rows // FILES, columns, number).to_parquet(
                file, index=False, row_group_size=ROW_GROUP, use_dictionary=False
            )
    return files


def with_text(files, rows, columns):
    csv = files[0].with_name("table.csv")
    if not csv.exists():
        import pyarrow as pa
        import pyarrow.csv

        pyarrow.csv.write_csv(pa.table(random_frame(rows // CSV_PART, columns, 0)), csv)


def in_memory(rows, columns, times):
    """Seconds of ``X.T @ X``, of at most 10^7 rows at a time."""
    part = min(rows, 10**7)
    rng = np.random.default_rng(0)
    matrix = np.empty((part, columns + 2))
    for block in np.array_split(matrix, FILES):
        rng.standard_normal(out=block)
    return [seconds(lambda: matrix.T @ matrix) * rows / part for _ in range(times)]


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def measured(engine, folder, rows, columns, times):
    """What a process of its own prints."""
    files = written(folder, rows, columns)
    import sm_gaussmle as smg
    from sm_gaussmle.sources.tables.opening import open_table

    if engine == "csv":
        with_text(files, rows, columns)
    data = ENGINES[engine](files)
    table = open_table(data)
    read = [seconds(lambda: table.total(len, names(columns))) for _ in range(times)]
    formula = f"y ~ {' + '.join(names(columns)[:-1])}"
    fits = [seconds(lambda: smg.gaussmle(formula, data).fit()) for _ in range(times)]
    scale_fits = []
    for _ in range(max(1, times // 2)):
        model = smg.gaussmle(formula, data, scale_formula="~ x0 + x1")
        start = time.perf_counter()
        passes = model.fit().fit_record.passes
        scale_fits.append(time.perf_counter() - start)
    peaks = (resource.getrusage(who).ru_maxrss for who in _WHO)
    return {
        "read": read,
        "fit": fits,
        "scale": scale_fits,
        "passes": passes,
        "peak": [peak / 2**20 for peak in peaks],
    }


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def asked(arguments, rows, *more):
    command = [sys.executable, "-m", "tests.benchmarks.in_passes", "--rows", str(rows)]
    command += ["--columns", str(arguments.columns), "--times", str(arguments.times), *more]
    command += ["--folder", str(arguments.folder)] if arguments.folder else []
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rows", type=lambda text: int(float(text)), nargs="+", default=[10**6]
    )
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--engine", choices=["memory", *ENGINES], help="used by itself")
    parser.add_argument("--only", nargs="*", choices=list(ENGINES), default=list(ENGINES))
    arguments = parser.parse_args()
    columns, times = arguments.columns, arguments.times
    home = arguments.folder or Path(tempfile.gettempdir())
    folders = {rows: home / f"sm_gaussmle-{rows}x{columns}" for rows in arguments.rows}
    if arguments.engine == "memory":
        print(json.dumps(in_memory(arguments.rows[0], columns, times)))  # noqa: T201 - what it is run for
        return
    if arguments.engine:
        rows = arguments.rows[0]
        print(json.dumps(measured(arguments.engine, folders[rows], rows, columns, times)))  # noqa: T201 - what it is run for
        return
    print(  # noqa: T201 - what it is run for
        "| engine | rows | reading, s | fit, s | over X'X | scale equation, s | passes "
        "| peak, GB |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    )
    for engine in arguments.only:
        for rows in arguments.rows:
            written(folders[rows], rows, columns)
            # Measured beside each engine: the machine is not the same all the time.
            base = np.median(asked(arguments, rows, "--engine", "memory"))
            found = asked(arguments, rows, "--engine", engine)
            read, fit, scale = (np.median(found[name]) for name in ("read", "fit", "scale"))
            part = CSV_PART if engine == "csv" else 1
            peak = " + ".join(f"{value:.2f}" for value in found["peak"] if value > 0.05)
            print(  # noqa: T201 - what it is run for
                f"| {engine} | {rows // part:.0e} | {read:.2f} | {fit:.2f} "
                f"| {fit / base * part:.1f} | {scale:.2f} | {found['passes']} | {peak} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
