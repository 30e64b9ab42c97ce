"""Time and memory of a pass over a table of each engine; run by hand.

    python -m tests.benchmarks.tables --rows 1e7

writes ten Parquet files (and one CSV file of a tenth of the rows) where there are none, and
prints for each engine, in a process of its own: seconds until the head is there (with the
types of delimited text), of a pass that only reads, of a pass that sums the cross products of
[1, x, y] (median and best), its ratio to an in-memory ``X.T @ X`` of as many rows in one
thread, and the largest memory of the process.
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

COLUMNS = 20
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


def opened_reader(files):
    import pyarrow as pa

    return pa.RecordBatchReader.from_stream(opened_relation(files))


def opened_lazy_frame(files):
    import polars as pl

    return pl.scan_parquet(files)


ENGINES = {
    "parquet": list,
    "dataset": opened_dataset,
    "duckdb": opened_relation,
    "polars": opened_lazy_frame,
    "capsule": lambda files: Own(opened_relation(files)),
    "reader": opened_reader,
    "csv": lambda files: files[0].with_name("table.csv"),
}


def names():
    return [f"x{number}" for number in range(COLUMNS)] + ["y"]


def cross_products(frame):
    # Column by column into contiguous memory: by rows, this copy costs more than the reading.
    matrix = np.empty((COLUMNS + 2, len(frame)))
    matrix[0] = 1
    for number, name in enumerate(names()):
        matrix[number + 1] = frame[name].to_numpy()
    return matrix @ matrix.T


def random_frame(n, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((n, COLUMNS + 1))
    matrix[:, -1] += matrix[:, :-1].sum(axis=1)
    return pd.DataFrame(matrix, columns=names())


def written(folder, rows):
    """Files of the table, made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"part-{number:04}.parquet" for number in range(FILES)]
    for number, file in enumerate(files):
        if not file.exists():
            # Without dictionaries: no two numbers are the same.
            random_frame(rows // FILES, number).to_parquet(
                file, index=False, row_group_size=ROW_GROUP, use_dictionary=False
            )
    csv = folder / "table.csv"
    if not csv.exists():
        import pyarrow as pa
        import pyarrow.csv

        pyarrow.csv.write_csv(pa.table(random_frame(rows // CSV_PART, 0)), csv)
    return files


def in_memory(rows, passes):
    rng = np.random.default_rng(0)
    matrix = np.empty((rows, COLUMNS + 2))
    for block in np.array_split(matrix, FILES):
        rng.standard_normal(out=block)
    return [seconds(lambda: matrix.T @ matrix) for _ in range(passes)]


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def measured(engine, files, rows, passes):
    """What a process of its own prints."""
    if engine == "memory":
        first, read, times = 0.0, [0.0], in_memory(rows, passes)
    else:
        from sm_gaussmle.sources.tables.opening import open_table

        data = ENGINES[engine](files)
        start = time.perf_counter()
        table = open_table(data)
        table.head(names())
        first = time.perf_counter() - start
        count = 1 if table.reads_once else passes
        times = [seconds(lambda: table.total(cross_products, names())) for _ in range(count)]
        count = 0 if table.reads_once else passes
        read = [seconds(lambda: table.total(len, names())) for _ in range(count)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"head": first, "read": read, "times": times, "peak": peak}


def asked(engine, arguments):
    command = [sys.executable, "-m", "tests.benchmarks.tables", "--engine", engine]
    command += ["--rows", str(arguments.rows), "--passes", str(arguments.passes)]
    command += ["--folder", str(arguments.folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10**6)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--engine", choices=["memory", *ENGINES])
    parser.add_argument("--only", nargs="*", choices=list(ENGINES), default=list(ENGINES))
    arguments = parser.parse_args()
    if arguments.folder is None:
        arguments.folder = Path(tempfile.gettempdir()) / f"sm_gaussmle-{arguments.rows}"
    files = written(arguments.folder, arguments.rows)
    if arguments.engine:
        print(json.dumps(measured(arguments.engine, files, arguments.rows, arguments.passes)))  # noqa: T201
        return
    print(  # noqa: T201
        f"{arguments.rows} rows of {COLUMNS + 1} columns; ratio to X.T @ X beside it\n"
        f"{'engine':10}{'head s':>8}{'read s':>8}{'pass s':>8}{'best':>7}{'ratio':>7}{'peak GB':>9}"
    )
    for engine in arguments.only:
        # Measured beside each engine: the machine is not the same all the time.
        base = np.median(asked("memory", arguments)["times"])
        found = asked(engine, arguments)
        read = np.median(found["read"]) if found["read"] else np.nan
        median = np.median(found["times"])
        ratio = median / base * (CSV_PART if engine == "csv" else 1)
        print(  # noqa: T201
            f"{engine:10}{found['head']:8.2f}{read:8.2f}{median:8.2f}{min(found['times']):7.2f}"
            f"{ratio:7.1f}{found['peak']:9.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
