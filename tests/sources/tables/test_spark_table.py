"""Spark DataFrames: a classic session of this process, and Spark Connect in another."""

import json
import os
import pickle
import subprocess
import sys
import textwrap
import threading
from datetime import date
from decimal import Decimal
from functools import partial, reduce
from operator import add
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sm_gaussmle.sources.table import NoRowsError, PartError
from sm_gaussmle.sources.tables import spark as module
from sm_gaussmle.sources.tables.spark import SparkTable
from tests.sources.conftest import imported

pyspark = imported("pyspark")
pa = imported("pyarrow")

PANDAS_3 = "PySpark does not yet fully support pandas >= 3"

# pyspark 4.3 says so at each call that has to do with pandas; what is used here works.
pytestmark = pytest.mark.filterwarnings(f"ignore:{PANDAS_3}:FutureWarning")

UNEVEN = [40, 0, 1, 300, 0]


def frames_of(sizes):
    rng = np.random.default_rng(5)
    frames = [pd.DataFrame(rng.normal(size=(size, 3)), columns=list("xyz")) for size in sizes]
    return [frame.assign(part=number) for number, frame in enumerate(frames)]


@pytest.fixture
def table(spark):
    """Makes a table of partitions that are given, in that order."""

    def of(frames, schema="x double, y double, z double, part long"):
        parts = [[tuple(row) for row in frame.astype(object).to_numpy()] for frame in frames]
        numbers = spark.sparkContext.parallelize(range(len(parts)), len(parts))
        return SparkTable(spark.createDataFrame(numbers.flatMap(parts.__getitem__), schema))

    return of


def gram():
    """A function within a function goes to workers by value."""

    def of(frame):
        x = frame[["x", "y"]].to_numpy()
        return x.T @ x

    return of


# What it is -----------------------------------------------------------------------------


def test_it_can_be_read_again_and_names_its_columns(table):
    data = table(frames_of([1]))
    assert not data.reads_once
    assert data.text == "Spark DataFrame"
    assert data.columns == ("x", "y", "z", "part")


def test_a_stream_is_refused(spark):
    with pytest.raises(ValueError, match=r"streaming.*Use `spark.read`"):
        SparkTable(spark.readStream.format("rate").load())


# Sums -----------------------------------------------------------------------------------


def test_the_sum_is_that_of_the_partitions_in_order_to_the_last_bit(table):
    frames = frames_of(UNEVEN)
    by_hand = reduce(add, [gram()(frame) for frame in frames if len(frame)])
    for _ in range(2):
        np.testing.assert_array_equal(table(frames).total(gram(), ["x", "y"]), by_hand)


def test_batches_of_a_partition_are_added_within_it(spark, table):
    size = spark.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 3)
    try:
        found = table(frames_of([7, 2])).total(
            lambda frame: [(frame["part"].iloc[0], tuple(frame.index))], ["part"]
        )
    finally:
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", size)
    assert found == [(0, (0, 1, 2)), (0, (3, 4, 5)), (0, (6,)), (1, (0, 1))]


def test_results_are_added_in_the_order_of_partitions(table):
    def number(frame):
        return tuple(frame["part"].unique())

    assert table(frames_of([3] * 9)).total(number, ["part"]) == tuple(range(9))


def test_each_is_told_of_partitions_and_nothing_of_empty_ones(table):
    seen = []
    assert table(frames_of(UNEVEN)).total(len, ["x"], seen.append) == 341
    assert seen == [40, 1, 300]


def test_only_the_columns_asked_for_reach_the_function_in_that_order(table):
    found = table(frames_of([2])).total(lambda frame: tuple(frame.columns), ["z", "x"])
    assert found == ("z", "x")


def test_columns_may_have_dots_and_quotes_in_their_names(table):
    data = table(frames_of([2]), "`a.b` double, `c``d` double, `e f` double, a long")
    found = data.total(lambda frame: tuple(frame.columns), ["c`d", "a.b", "e f"])
    assert found == ("c`d", "a.b", "e f")


def test_blas_has_one_thread_in_each_task(table):
    def threads(frame):
        from threadpoolctl import threadpool_info

        found = threadpool_info()
        return [library["num_threads"] for library in found if library["user_api"] == "blas"]

    assert set(table(frames_of([1] * 3)).total(threads, ["x"])) == {1}


def test_no_rows_at_all_are_an_error(table):
    data = table(frames_of([0, 0]))
    with pytest.raises(NoRowsError, match="The Spark DataFrame has no rows"):
        data.total(len, ["x"])
    with pytest.raises(NoRowsError, match="The Spark DataFrame has no rows"):
        data.head(["x"])


# The driver -----------------------------------------------------------------------------


@pytest.fixture
def collected(monkeypatch):
    """What the driver collects: columns, and bytes of each row; other ways are closed."""
    from pyspark.sql.classic.dataframe import DataFrame

    seen = []
    collect = DataFrame.collect

    def watched(frame):
        rows = collect(frame)
        seen.append((frame.columns, [len(row["result"]) for row in rows]))
        return rows

    def closed(self, *args, **kwargs):
        raise AssertionError("rows come to the driver")

    monkeypatch.setattr(DataFrame, "collect", watched)
    for name in ("toPandas", "toArrow", "toLocalIterator", "take", "first", "tail"):
        monkeypatch.setattr(DataFrame, name, closed)
    return seen


def test_the_driver_collects_one_small_row_a_partition(collected, spark):
    data = spark.range(400_000, numPartitions=4).selectExpr("id / 1.0 x", "id * 2.0 y")
    total = SparkTable(data).total(gram(), ["x", "y"])
    assert total.shape == (2, 2)
    ((columns, sizes),) = collected
    assert columns == ["part", "failed", "result"]
    assert len(sizes) == 4
    assert max(sizes) < 500


def test_the_driver_collects_no_more_rows_for_a_head_than_it_has(collected, spark, monkeypatch):
    monkeypatch.setattr(module, "HEAD_ROWS", 50)
    head = SparkTable(spark.range(400_000, numPartitions=4)).head(["id"])
    assert head["id"].tolist() == list(range(50))
    ((_, sizes),) = collected
    assert len(sizes) == 1
    assert sizes[0] < 5_000


# Heads ----------------------------------------------------------------------------------


def test_the_head_is_of_the_first_rows_whatever_the_partitions(table, monkeypatch):
    monkeypatch.setattr(module, "HEAD_ROWS", 50)
    frames = frames_of([0, 7, 0, 13, 100, 100])
    expected = pd.concat(frames, ignore_index=True)[["y", "part"]][:50]
    for _ in range(2):
        head = table(frames).head(["y", "part"])
        pd.testing.assert_frame_equal(head, expected)


# Types ----------------------------------------------------------------------------------


TYPES = {
    "long": ([1, 2], "int64"),
    "int": ([1, None], "float64"),
    "float": ([1.5, None], "float32"),
    "decimal(5, 2)": ([Decimal("1.5"), None], "float64"),
    "boolean": ([True, False], "bool"),
    "string": (["a", None], "string"),
    "date": ([date(2020, 1, 1), None], "datetime64[s]"),
}


@pytest.mark.parametrize("kind", TYPES)
def test_columns_are_numpys_numbers_and_texts(table, kind):
    values, dtype = TYPES[kind]
    data = table([pd.DataFrame({"c": pd.Series(values, dtype=object)})], f"c {kind}")
    head = data.head(["c"])["c"]
    # The names of pandas' dtypes of texts differ between its versions.
    text = isinstance(head.dtype, pd.StringDtype)
    assert ("string" if text else head.dtype) == dtype
    np.testing.assert_array_equal(head.isna(), [value is None for value in values])
    assert head[0] == pd.Timestamp(values[0]) if kind == "date" else head[0] == values[0]


def test_a_column_of_a_type_that_no_formula_can_use_is_named(table):
    data = table([pd.DataFrame({"c": [[1.0]]})], "c array<double>")
    with pytest.raises(PartError, match=r"Column 'c' of Spark DataFrame is of type list<"):
        data.head(["c"])


# Errors ---------------------------------------------------------------------------------


def test_a_column_that_is_not_there_is_named_beside_those_that_are(table):
    with pytest.raises(ValueError, match=r"no column 'w' in Spark DataFrame.*'x', 'y', 'z'"):
        table(frames_of([1])).total(len, ["x", "w"])


def test_a_column_that_is_there_twice_is_refused(spark):
    data = SparkTable(spark.range(1).selectExpr("id x", "id x"))
    with pytest.raises(ValueError, match="There are 2 columns named 'x'"):
        data.head(["x"])


def test_an_error_of_the_function_names_the_first_partition_and_keeps_its_cause(table):
    def fails(frame):
        if frame["part"][0] >= 3:
            raise ValueError("unseen level 'q'") from KeyError("inner")
        return 1

    message = r"partition 3 as of `spark_partition_id\(\)`: ValueError: unseen level 'q'"
    with pytest.raises(PartError, match=message) as caught:
        table(frames_of([2] * 5)).total(fails, ["part"])
    cause = caught.value.__cause__
    assert isinstance(cause, ValueError)
    (note,) = cause.__notes__
    assert note.startswith("On the worker")
    assert "KeyError: 'inner'" in note


def test_an_error_in_reading_is_the_line_that_says_it(spark, tmp_path):
    (tmp_path / "rows.parquet").write_bytes(b"PAR1 and nothing more")
    data = SparkTable(spark.read.schema("x double").parquet(str(tmp_path)))
    with pytest.raises(PartError) as caught:
        data.total(len, ["x"])
    message = str(caught.value)
    assert message.startswith("Spark DataFrame, some partition: [")
    assert "rows.parquet" in message
    assert "\n" not in message


def test_a_message_of_spark_without_a_class_is_its_first_line():
    assert module._line(RuntimeError("no session\n\tat org.apache")) == "no session"


# Workers, in this process ---------------------------------------------------------------


@pytest.fixture
def partition_4(monkeypatch):
    """As within a task of Spark."""
    context = SimpleNamespace(partitionId=lambda: 4)
    monkeypatch.setattr(pyspark.TaskContext, "get", lambda: context)


def batches_of(*sizes):
    schema = pa.schema([("column_0", pa.int64())])
    return iter([pa.record_batch([list(range(size))], schema=schema) for size in sizes])


def row(work, *sizes):
    (batch,) = module._row_of_part(work, ["c"], {}, batches_of(*sizes))
    (found,) = batch.to_pylist()
    return found["part"], found["failed"], pickle.loads(found["result"])


def test_a_partition_comes_to_a_row(partition_4):
    total = partial(module._summed, lambda frame: frame["c"].sum())
    assert row(total, 3, 0, 4) == (4, False, 3 + 6)


def test_an_empty_partition_comes_to_none(partition_4):
    for work in (partial(module._summed, len), module._joined):
        assert list(module._row_of_part(work, ["c"], {}, batches_of(0))) == []


def test_rows_of_a_partition_are_numbered_through(partition_4):
    _, failed, frame = row(module._joined, 3, 0, 2)
    assert not failed
    assert frame["c"].tolist() == [0, 1, 2, 0, 1]
    assert frame.index.tolist() == [0, 1, 2, 3, 4]


def test_an_error_comes_to_a_row_too(partition_4):
    part, failed, error = row(partial(module._summed, lambda _: 1 // 0), 1)
    assert (part, failed) == (4, True)
    assert isinstance(error, ZeroDivisionError)


def test_an_error_that_cannot_be_pickled_comes_as_its_text(partition_4):
    def fails(frame):
        raise ValueError(threading.Lock())

    part, failed, error = row(partial(module._summed, fails), 1)
    assert (part, failed) == (4, True)
    assert isinstance(error, RuntimeError)
    assert "ValueError(<unlocked _thread.lock" in str(error)


def test_an_interrupt_is_no_row(partition_4):
    def interrupted(frame):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        row(partial(module._summed, interrupted), 1)


# Spark Connect --------------------------------------------------------------------------


def test_spark_connect_gives_the_same(spark_environment, tmp_path):
    # In a process of its own, for one process is either classic or connected.
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        import json
        from pyspark.sql import SparkSession
        from sm_gaussmle.sources.table import PartError
        from sm_gaussmle.sources.tables.spark import SparkTable

        def part(frame):
            return [(float(frame["x"].sum()), len(frame))]

        def fails(frame):
            if frame["x"].max() > 80:
                raise ValueError("too large")
            return 1

        session = SparkSession.builder.remote("local[2]").getOrCreate()
        data = SparkTable(session.range(100, numPartitions=4).selectExpr("id / 1.0 x", "id"))
        found = {"kind": type(data._data).__module__, "columns": data.columns}
        found["parts"] = data.total(part, ["x"])
        found["again"] = data.total(part, ["x"])
        found["head"] = data.head(["id"])["id"].tolist()
        try:
            data.total(fails, ["x"])
        except PartError as error:
            found["error"] = str(error)
        session.stop()
        print(json.dumps(found))
        """)
    )
    ignored = f"ignore:{PANDAS_3}:FutureWarning"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-W", ignored, script],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    assert "connect" in found["kind"]
    assert found["columns"] == ["x", "id"]
    assert found["parts"] == [[sum(range(k, k + 25)), 25] for k in (0, 25, 50, 75)]
    assert found["again"] == found["parts"]
    assert found["head"] == list(range(100))
    assert "partition 3 as of" in found["error"]
    assert "ValueError: too large" in found["error"]
