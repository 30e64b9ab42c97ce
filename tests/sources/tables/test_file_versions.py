"""Files that change between two passes, or are left open by one."""

from __future__ import annotations

import os
import time
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.feather
import pyarrow.fs
import pyarrow.parquet as pq
import pytest

from sm_gaussmle.sources.table import PartError, RowsChangedError
from sm_gaussmle.sources.tables.opening import open_table


def write(file, *values):
    table = pa.table({"v": list(map(float, values))})
    if file.suffix == ".csv":
        table.to_pandas().to_csv(file, index=False)
    elif file.suffix == ".feather":
        pyarrow.feather.write_feather(table, file, compression="uncompressed")
    else:
        pq.write_table(table, file, compression="none", use_dictionary=False)


def union(folder):
    return ds.dataset([ds.dataset(folder), ds.dataset(folder)])


# ending of the files -> what is opened in their folder
TABLES = {
    "parquet": (".parquet", lambda folder: folder),
    "csv": (".csv", lambda folder: folder),
    "feather": (".feather", lambda folder: folder),
    "dataset": (".parquet", ds.dataset),
    "filtered dataset": (
        ".parquet",
        lambda folder: ds.dataset(folder).filter(ds.field("v") > 0),
    ),
    "union of datasets": (".parquet", union),
}


@pytest.fixture(params=TABLES.values(), ids=TABLES)
def files(request, tmp_path):
    """Two files and the table of them."""
    ending, opened = request.param
    files = [tmp_path / f"{name}{ending}" for name in "ab"]
    for file in files:
        write(file, 1, 2, 3)
    return files, open_table(opened(tmp_path))


def rewritten(file, before):
    write(file, 4)


def removed(file, before):
    file.unlink()


def touched_at_once(file, before):
    write(file, 4, 5, 6)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def replaced_by_one_as_old(file, before):
    other = file.with_name("other")
    other.write_bytes(file.read_bytes())
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)


CHANGES = [rewritten, removed, touched_at_once, replaced_by_one_as_old]


@pytest.mark.parametrize("method", ["head", "total"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_file_that_is_not_the_one_that_was_opened_is_named(files, change, method):
    (_, file), table = files
    before = file.stat()
    change(file, before)
    what = "is no longer there" if change is removed else "was written anew"
    with pytest.raises(RowsChangedError, match=rf"b\{file.suffix}' {what} since"):
        table.head(["v"]) if method == "head" else table.total(len, ["v"])


def test_files_that_stay_can_be_read_again(files):
    _, table = files
    assert table.total(len, ["v"]) == table.total(len, ["v"])


def test_a_file_that_changes_during_a_pass_is_named(files):
    (file, other), table = files

    def function(frame):
        write(other, 7, 8, 9, 10)
        return 1

    with pytest.raises(RowsChangedError, match=rf"b\{file.suffix}' was written anew"):
        table.total(function, ["v"])


def test_an_error_of_the_pass_is_itself_where_no_file_changed(files):
    _, table = files
    with pytest.raises(PartError, match="ZeroDivisionError"):
        table.total(lambda _: 1 / 0, ["v"])


def test_an_interrupt_is_itself_whatever_has_changed(files):
    (_, other), table = files

    # In the thread that reads, as an interrupt of the user: raised in a worker, it could
    # come after the error of reading the file that was rewritten.
    def interrupted(_):
        write(other, 7, 8, 9, 10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        table.total(len, ["v"], each=interrupted)


def test_files_of_a_store_are_not_asked_for(tmp_path):
    write(tmp_path / "a.parquet", 1, 2)
    store = pyarrow.fs.SubTreeFileSystem(str(tmp_path), pyarrow.fs.LocalFileSystem())
    table = open_table(ds.dataset("a.parquet", filesystem=store))
    assert table.total(len, ["v"]) == 2


def open_files(folder):
    """Files of a folder that this process holds open."""
    held = set()
    for handle in Path("/proc/self/fd").iterdir():
        try:
            held.add(handle.readlink())
        except FileNotFoundError:
            continue  # that of the listing itself
    return {file for file in held if folder in file.parents}


def left_open(folder):
    """The same, when the threads of pyarrow that read ahead have seen that it is over."""
    end = time.monotonic() + 5
    while open_files(folder) and time.monotonic() < end:
        time.sleep(0.01)
    return open_files(folder)


HOLDERS = TABLES | {
    "duckdb": (".parquet", lambda folder: duckdb.read_parquet(f"{folder}/*.parquet")),
    "polars": (".parquet", lambda folder: pl.scan_parquet(f"{folder}/*.parquet")),
}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux lists what is open")
@pytest.mark.parametrize(("ending", "opened"), HOLDERS.values(), ids=HOLDERS)
def test_no_file_is_left_open_by_a_head_a_pass_or_an_error(tmp_path, ending, opened):
    for name in "abc":
        write(tmp_path / f"{name}{ending}", *range(20_000))
    table = open_table(opened(tmp_path))
    assert not left_open(tmp_path)
    table.head(["v"])
    assert not left_open(tmp_path)
    table.total(len, ["v"])
    assert not left_open(tmp_path)
    with pytest.raises(PartError):
        table.total(lambda _: 1 / 0, ["v"])
    assert not left_open(tmp_path)
