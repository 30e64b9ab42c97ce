"""What is taken for a table, what for data in memory, and what is refused."""

from __future__ import annotations

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Event
from types import ModuleType

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables import opening
from sm_gaussmle.sources.tables.opening import open_table

FRAME = pd.DataFrame({"x": [1.0, 2.0, 3.0], "g": ["a", "b", "a"]})


def column(table, name="x"):
    return table.total(lambda frame: frame[name].tolist(), [name])


def fails(frame):
    raise ZeroDivisionError


IN_MEMORY = {
    "nothing": None,
    "pandas": FRAME,
    "a subclass of pandas": type("Frame", (pd.DataFrame,), {})(FRAME),
    "a pandas Series": FRAME["x"],
    "polars": pl.from_pandas(FRAME),
    "a polars Series": pl.from_pandas(FRAME)["x"],
    "a pyarrow Table": pa.table(FRAME),
    "a pyarrow batch": pa.record_batch(FRAME),
    "a dict": {"x": [1]},
    "a list": [1, 2],
    "an empty list": [],
    "an array": np.zeros(2),
    "a structured array": np.zeros(2, dtype=[("x", float)]),
}


@pytest.mark.parametrize("data", IN_MEMORY.values(), ids=IN_MEMORY)
def test_what_is_in_memory_is_no_table(data):
    assert open_table(data) is None


@pytest.mark.parametrize(
    "name",
    ["a.parquet", "a.pq", "a.PARQUET", "a.csv", "a.csv.gz", "a.tsv", "a.arrow", "a.feather"],
)
@pytest.mark.parametrize(
    "given",
    [str, Path, lambda path: [path], lambda path: path.parent],
    ids=["text", "path", "list", "directory"],
)
def test_files_are_known_by_their_ending(tmp_path, name, given):
    file = tmp_path / name
    if "sv" in name:
        FRAME.to_csv(file, index=False, sep="\t" if "tsv" in name else ",")
    elif name.lower().endswith(("parquet", "pq")):
        FRAME.to_parquet(file)
    else:
        pyarrow.feather.write_feather(pa.table(FRAME), file)
    assert column(open_table(given(file))) == [1, 2, 3]


def write(folder, *names):
    for number, name in enumerate(names):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"x": [float(number)]}), file)


def test_files_of_a_pattern_and_a_directory_are_in_the_order_of_their_names(tmp_path):
    write(tmp_path, "b.parquet", "c.parquet", "a.parquet")
    assert column(open_table(str(tmp_path / "*.parquet"))) == [2, 0, 1]
    assert column(open_table(str(tmp_path))) == [2, 0, 1]
    assert open_table(tmp_path).text == "Parquet, 3 files"


def test_files_of_a_list_are_in_its_order(tmp_path):
    write(tmp_path, "b.parquet", "c.parquet", "a.parquet")
    paths = [tmp_path / "c.parquet", str(tmp_path / "[ab].parquet")]
    assert column(open_table(paths)) == [1, 2, 0]


def test_what_engines_leave_beside_files_is_passed_over(tmp_path):
    write(tmp_path, "a.parquet", "_temporary/b.parquet", ".c.parquet")
    (tmp_path / "_SUCCESS").touch()
    assert column(open_table(tmp_path)) == [0]


def test_a_column_in_the_names_of_folders_is_a_column(tmp_path):
    write(tmp_path, "year=2023/a.parquet", "year=2024/a.parquet")
    table = open_table(tmp_path)
    assert table.columns == ("x", "year")
    assert column(table, "year") == [2023, 2024]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (
            "nothing",
            ValueError,
            "`data` is 'nothing', which is not a table; give a file, .*parquet",
        ),
        ("", ValueError, "`data` is '.', which is not a table; give a file, .*parquet"),
        ("*.parquet", FileNotFoundError, "No file matches the pattern '*.parquet'"),
        ("a.parquet", FileNotFoundError, "There is no file 'a.parquet'"),
        (
            ".",
            FileNotFoundError,
            "The directory '.' has no files of data (those whose .*; give a file",
        ),
        (["a.csv"], FileNotFoundError, "There is no file 'a.csv'"),
    ],
)
def test_a_path_of_no_table_is_refused(tmp_path, monkeypatch, data, error, message):
    monkeypatch.chdir(tmp_path)
    pattern = re.escape(message).replace(re.escape(".*"), ".*")
    with pytest.raises(error, match=pattern):
        open_table(data)


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "a.xlsx").touch()
    with pytest.raises(ValueError, match=r"a\.xlsx', which is not a table"):
        open_table(tmp_path / "a.xlsx")
    with pytest.raises(ValueError, match=r"a\.xlsx', which is not a table"):
        open_table(tmp_path / "*")


def test_files_of_several_kinds_are_refused(tmp_path):
    write(tmp_path, "a.parquet")
    FRAME.to_csv(tmp_path / "b.csv")
    with pytest.raises(ValueError, match=r"several kinds, 'a\.parquet' among them"):
        open_table(tmp_path)


@pytest.mark.parametrize(
    ("names", "under"),
    [
        (["a.parquet", "a.parquet"], ":"),
        (["*.parquet", "b.parquet"], ":"),
        (["a.parquet", "."], ":"),
        (["a.parquet", "link.parquet"], r", once as '.*a\.parquet':"),
        (["a.parquet", "b/../a.parquet"], r", once as '.*a\.parquet':"),
    ],
)
def test_a_file_that_is_given_twice_is_refused_by_name(tmp_path, names, under):
    write(tmp_path, "a.parquet", "b.parquet", "b/c.parquet")
    if "link.parquet" in names:
        (tmp_path / "link.parquet").symlink_to(tmp_path / "a.parquet")
    paths = [str(tmp_path / name) for name in names]
    with pytest.raises(
        ValueError, match=rf"`data` has the file '.*\.parquet' twice{under} its rows"
    ):
        open_table(paths)


def test_a_dataset_keeps_its_filter(tmp_path):
    FRAME.to_parquet(tmp_path / "a.parquet")
    dataset = ds.dataset(tmp_path / "a.parquet").filter(ds.field("x") > 1)
    assert column(open_table(dataset)) == [2, 3]


def test_a_part_of_a_dataset_has_the_name_of_its_file(tmp_path):
    FRAME.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(
        PartError, match=r"Arrow dataset, batch 0 \(.*a\.parquet\): ZeroDivisionError"
    ):
        open_table(ds.dataset(tmp_path)).total(fails, ["x"])


def test_a_damaged_file_of_a_dataset_is_an_error_that_names_the_part(tmp_path):
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    dataset = ds.dataset(tmp_path / "a.csv", format="csv")
    (tmp_path / "a.csv").write_text("x,g\noops,1\n")
    with pytest.raises(PartError, match=r"Arrow dataset, batch 0 \(.*a\.csv\): ArrowInvalid"):
        open_table(dataset).head(["x"])


def test_an_error_of_a_dataset_that_does_not_come_again_is_named_by_its_batch(
    tmp_path, monkeypatch
):
    FRAME.to_parquet(tmp_path / "a.parquet")
    table = open_table(ds.dataset(tmp_path))

    class Dataset:
        schema, get_fragments = table._dataset.schema, table._dataset.get_fragments

        def scanner(self, **_):
            return self

        def scan_batches(self):
            yield from ()
            raise OSError("gone for a moment")

    monkeypatch.setattr(table, "_dataset", Dataset())
    with pytest.raises(PartError, match=r"^Arrow dataset, batch 0: OSError: gone for a moment"):
        table.total(len, ["x"])


def test_a_category_of_duckdb_keeps_its_enumeration():
    query = "SELECT 'b'::ENUM('c', 'b', 'a') AS g FROM range(3)"
    head = open_table(duckdb.sql(query)).head(["g"])
    assert head["g"].cat.categories.tolist() == ["c", "b", "a"]


def delimited(folder, connection):
    (folder / "a.csv").write_text("x\n" + "1\n" * 300_000)
    table = open_table(folder / "a.csv")
    return table, lambda: table


def one_relation(folder, connection):
    table = open_table(connection.sql("SELECT 1 AS x FROM range(300000)"))
    return table, lambda: table


def two_relations(folder, connection):
    relation = connection.sql("SELECT 1 AS x FROM range(10)")
    return one_relation(folder, connection)[0], lambda: open_table(relation)


@pytest.mark.parametrize("tables", [delimited, one_relation, two_relations])
@pytest.mark.parametrize("method", ["head", "total"])
def test_threads_take_turns_at_a_connection_of_duckdb(tmp_path, tables, method):
    table, other = tables(tmp_path, duckdb.connect())
    begun = Event()

    def each(part):
        if not begun.is_set():
            begun.set()
            time.sleep(0.1)  # the other thread comes to its query

    def beside():
        assert begun.wait(60)
        opened = other()
        return len(opened.head(["x"])) if method == "head" else opened.total(len, ["x"])

    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(beside)
        assert table.total(len, ["x"], each) == 300_000
        assert found.result() in {10, 10_000, 300_000}


@pytest.mark.parametrize("tables", [delimited, one_relation])
def test_a_pass_within_a_pass_is_an_error_or_right_and_no_deadlock(tmp_path, tables):
    table, _ = tables(tmp_path, duckdb.connect())
    count, within = table.total(len, ["x"]), []
    # Before DuckDB 2 a connection holds several results that are open.
    refused = pytest.raises(PartError, match=r"(a\.csv|DuckDB relation), batch \d: ")
    with nullcontext() if duckdb.__version__ < "2" else refused:
        table.total(len, ["x"], lambda _: within.append(table.total(len, ["x"])))
    assert set(within) <= {count}


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT 1 AS w, 2 AS x, 3 AS X", ("w", "x", "X")),
        ("SELECT * FROM (SELECT 1 AS w, 2 AS x) JOIN (SELECT 1 AS w, 3 AS x) USING (w)", "wxx"),
    ],
    ids=["case", "join"],
)
def test_a_column_of_duckdb_that_another_one_hides_is_refused(query, columns):
    table = open_table(duckdb.sql(query))
    assert table.columns == tuple(columns)
    assert column(table, "w") == [1]
    for name in columns[1:]:
        with pytest.raises(
            ValueError, match=f"2 columns named 'x' and '{columns[2]}', which are"
        ):
            column(table, name)


@pytest.mark.parametrize("kind", [pl.Int128, pl.UInt128], ids=str)
def test_integers_of_128_bits_are_numbers(kind):
    frame = pl.LazyFrame({"x": [1, None, 2**64]}, schema={"x": kind}).with_columns(y=2)
    table = open_table(frame)
    assert [None if pd.isna(value) else int(value) for value in column(table)] == [
        1,
        None,
        2**64,
    ]
    assert column(table, "y") == [2, 2, 2]


def test_an_integer_of_more_digits_than_a_decimal_is_an_error_with_its_value():
    table = open_table(pl.LazyFrame({"x": [1, 10**38]}, schema={"x": pl.Int128}))
    with pytest.raises(PartError, match=r"polars LazyFrame, batch 0: .*1(0){38}"):
        column(table)


def test_a_category_of_polars_keeps_its_enumeration():
    frame = pl.LazyFrame({"g": ["b", "a"]}, schema={"g": pl.Enum(["c", "b", "a"])})
    assert open_table(frame).head(["g"])["g"].cat.categories.tolist() == ["c", "b", "a"]


def test_an_error_of_a_query_names_where_it_came():
    query = (
        "SELECT CASE WHEN range < 200000 THEN 1 ELSE error('here') END AS x FROM range(300000)"
    )
    with pytest.raises(PartError, match=r"DuckDB relation, batch \d+: .*here"):
        open_table(duckdb.sql(query)).total(len, ["x"])


def test_an_error_before_the_head_names_the_part():
    query = "SELECT error('here') AS x FROM range(3)"
    with pytest.raises(PartError, match=r"DuckDB relation, batch 0: .*here"):
        open_table(duckdb.sql(query)).head(["x"])


def test_parts_of_a_stream_are_cut_at_the_same_rows_whatever_its_batches():
    schema = pa.schema([("x", pa.int64())])
    sizes = [1, 40_000, 3, 150_000, 0, 9]
    batches = [pa.record_batch([pa.array(range(size))], schema=schema) for size in sizes]
    table = open_table(pa.RecordBatchReader.from_batches(schema, batches))
    lengths = table.total(lambda frame: [len(frame)], ["x"])
    assert lengths == [65_536, 65_536, sum(sizes) - 2 * 65_536]


def test_a_stream_is_not_read_far_ahead_of_its_sum():
    schema = pa.schema([("x", pa.int64())])
    read, seen = [], []

    def batches():
        for number in range(40):
            read.append(number)
            yield pa.record_batch([pa.array([number] * 65_536)], schema=schema)

    table = open_table(pa.RecordBatchReader.from_batches(schema, batches()))
    table.total(len, ["x"], lambda _: seen.append(len(read)))
    assert max(ahead - number for number, ahead in enumerate(seen)) <= 10


@pytest.mark.parametrize(
    ("module", "name", "ours"),
    [
        ("dask.dataframe.dask_expr._collection", "DataFrame", "dask.DaskTable"),
        ("dask_expr._collection", "DataFrame", "dask.DaskTable"),
        ("pyspark.sql.classic.dataframe", "DataFrame", "spark.SparkTable"),
        ("pyspark.sql.connect.dataframe", "DataFrame", "spark.SparkTable"),
    ],
)
def test_frames_of_clusters_are_known_by_their_module(monkeypatch, module, name, ours):
    package, title = ours.split(".")
    stand_in = ModuleType(package)
    setattr(stand_in, title, lambda data: ("opened", data))
    monkeypatch.setitem(sys.modules, f"sm_gaussmle.sources.tables.{package}", stand_in)
    frame = type("Own", (type(name, (), {"__module__": module}),), {})()
    assert open_table(frame) == ("opened", frame)


@pytest.mark.parametrize(
    ("package", "given", "extra"),
    [
        ("pyarrow.parquet", "a.parquet", "arrow"),
        ("pyarrow.dataset", "a.feather", "arrow"),
        ("duckdb", "a.csv", "duckdb"),
        ("pyarrow", lambda: pl.LazyFrame({"x": [1]}), "polars"),
        ("pyarrow", lambda: duckdb.sql("SELECT 1 AS x"), "duckdb"),
    ],
)
def test_an_engine_that_is_not_installed_is_named_with_its_extra(
    tmp_path, monkeypatch, package, given, extra
):
    if isinstance(given, str):
        given = tmp_path / given
        given.write_text("x\n1\n")
    else:
        given = given()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"{package.split('.')[0]}: pip .*\[{extra}\]'"):
        open_table(given)


def registered(monkeypatch, function):
    point = EntryPoint("test", "nowhere:open", opening.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _: function)
    monkeypatch.setattr(opening, "entry_points", lambda **_: [point])


class Rows:
    """Data that no engine here knows."""


def test_another_package_may_open_its_own(monkeypatch):
    ours = open_table(pl.LazyFrame({"x": [1]}))
    registered(monkeypatch, lambda data: ours if isinstance(data, Rows) else None)
    assert open_table(Rows()) is ours
    assert open_table(3) is None


def test_another_package_may_open_an_address(monkeypatch):
    ours = open_table(pl.LazyFrame({"x": [1]}))
    registered(monkeypatch, lambda data: ours if str(data).startswith("own://") else None)
    assert open_table("own://table") is ours
    with pytest.raises(ValueError, match="not a table"):
        open_table("other://table")
