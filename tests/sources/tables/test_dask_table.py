"""Dask DataFrames, in threads and on a cluster of two processes."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from decimal import Decimal
from functools import reduce
from operator import add

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from sm_gaussmle.sources.table import NoRowsError, PartError
from tests.sources.conftest import imported

dd = imported("dask.dataframe")

import dask  # noqa: E402 - after importorskip
import pyarrow as pa  # noqa: E402 - the same

from sm_gaussmle.sources.tables import dask as module  # noqa: E402 - the same
from sm_gaussmle.sources.tables.dask import DaskTable  # noqa: E402 - the same

UNEVEN = [40, 0, 1, 300, 0]


@pytest.fixture(params=["threads", "cluster"])
def where(request):
    """What computes."""
    if request.param == "cluster":
        request.getfixturevalue("dask_client")
    return request.param


@pytest.fixture(params=[64, 2], ids=["one by one", "bundles"])
def results(request, monkeypatch):
    """Results that come to the driver, at most: fewer than partitions, or all."""
    monkeypatch.setattr(module, "_RESULTS", request.param)


def frames_of(sizes):
    rng = np.random.default_rng(5)
    frames = [pd.DataFrame(rng.normal(size=(size, 3)), columns=list("xyz")) for size in sizes]
    return [frame.assign(part=number) for number, frame in enumerate(frames)]


def table(frames):
    parts = [dask.delayed(frame) for frame in frames]
    return DaskTable(dd.from_delayed(parts, meta=frames[0][:0], verify_meta=False))


def gram():
    """A function within a function goes to workers by value."""

    def of(frame):
        x = frame[["x", "y"]].to_numpy()
        return x.T @ x

    return of


def released(client):
    """Whether the client holds nothing on the cluster, which it is told by a thread."""
    deadline = time.monotonic() + 30
    while client.futures and time.monotonic() < deadline:
        time.sleep(0.01)
    return not client.futures


# What it is -----------------------------------------------------------------------------


def test_the_text_counts_partitions():
    one, twelve = (table(frames_of([1] * n)) for n in (1, 12))
    assert (one.text, twelve.text) == ("Dask, 1 partition", "Dask, 12 partitions")


def test_it_can_be_read_again_and_names_its_columns():
    assert not table(frames_of([1])).reads_once
    assert table(frames_of([1])).columns == ("x", "y", "z", "part")


# Sums -----------------------------------------------------------------------------------


def test_the_sum_is_that_of_the_partitions_in_order_to_the_last_bit(where):
    frames = frames_of(UNEVEN)
    by_hand = reduce(add, [gram()(frame) for frame in frames if len(frame)])
    for _ in range(2):
        np.testing.assert_array_equal(table(frames).total(gram(), ["x", "y"]), by_hand)


def test_results_are_added_in_the_order_of_partitions(where, results):
    def number(frame):
        return tuple(frame["part"].unique())

    assert table(frames_of([3] * 9)).total(number, ["part"]) == tuple(range(9))


def test_bundles_add_up_to_the_same_bits_again(where, monkeypatch):
    monkeypatch.setattr(module, "_RESULTS", 3)
    frames = frames_of([20] * 10)
    sums = [gram()(frame) for frame in frames]
    by_hand = reduce(add, [reduce(add, sums[i : i + 4]) for i in (0, 4, 8)])
    for _ in range(2):
        np.testing.assert_array_equal(table(frames).total(gram(), ["x", "y"]), by_hand)


def test_only_the_columns_asked_for_reach_the_function_in_that_order(where):
    found = table(frames_of([2])).total(lambda frame: tuple(frame.columns), ["z", "x"])
    assert found == ("z", "x")


def test_columns_that_nobody_asks_for_are_not_read():
    (frame,) = frames_of([10])
    read = []

    def rows(number, columns=None):
        read.append(columns)
        return frame if columns is None else frame[columns]

    data = DaskTable(dd.from_map(rows, [0], meta=frame[:0]))
    assert data.total(len, ["z", "x"]) == 10
    assert [sorted(columns) for columns in read] == [["x", "z"]]


def test_each_is_told_what_arrives_and_nothing_of_empty_partitions(where):
    seen = []
    total = table(frames_of(UNEVEN)).total(len, ["x"], seen.append)
    assert sorted(seen) == [1, 40, 300]
    assert total == 341


def test_of_many_partitions_each_is_told_the_sums_of_bundles(where):
    seen = []
    assert table(frames_of([1] * 130)).total(len, ["x"], seen.append) == 130
    assert sorted(seen) == [1, *[3] * 43]


def test_positions_of_rows_begin_at_0_in_each_partition(where):
    frame = pd.DataFrame({"x": range(6)}, index=[5, 3, 3, 9, 8, 8])
    data = DaskTable(dd.from_pandas(frame, npartitions=2, sort=False))
    assert data.total(lambda part: [tuple(part.index)], ["x"]) == [(0, 1, 2), (0, 1, 2)]


def test_blas_has_one_thread_in_each_task_and_its_own_afterwards(where):
    def threads(frame):
        found = threadpool_info()
        return [x["num_threads"] for x in found if x["user_api"] == "blas"]

    with threadpool_limits(limits=2, user_api="blas"):
        before = threads(None)
        assert set(table(frames_of([1] * 4)).total(threads, ["x"])) == {1}
        assert threads(None) == before


def test_no_rows_at_all_are_an_error(where, results):
    with pytest.raises(NoRowsError, match="Dask, 3 partitions has no rows"):
        table(frames_of([0, 0, 0])).total(len, ["x"])


# The driver -----------------------------------------------------------------------------


def test_workers_send_results_and_no_rows(dask_client):
    size = 100_000  # rows of a partition: 800 kB a column

    def sent(dask_worker):
        return [
            (transfer["total"], key)
            for transfer in dask_worker.transfer_outgoing_log
            for key in transfer["keys"]
        ]

    def rows(number):
        return pd.DataFrame({"x": np.full(size, float(number)), "y": 1.0})

    before = {entry for entries in dask_client.run(sent).values() for entry in entries}
    data = dd.from_map(rows, range(4), meta=rows(0)[:0])
    total = DaskTable(data).total(gram(), ["x", "y"])
    assert total[1, 1] == 4 * size
    after = {entry for entries in dask_client.run(sent).values() for entry in entries}
    assert after - before
    assert max(bytes_sent for bytes_sent, _ in after - before) < 5_000


def test_nothing_of_a_pass_stays_on_the_workers(dask_client, results):
    table(frames_of([5] * 6)).total(len, ["x"])
    assert released(dask_client)


# Heads ----------------------------------------------------------------------------------


def test_the_head_is_of_the_first_rows_whatever_the_partitions(where, monkeypatch):
    monkeypatch.setattr(module, "HEAD_ROWS", 50)
    frames = frames_of([0, 7, 0, 13, 100, 100, 100])
    expected = pd.concat(frames, ignore_index=True)[["y", "part"]][:50]
    pd.testing.assert_frame_equal(table(frames).head(["y", "part"]), expected)


def test_a_short_table_is_all_head(where):
    frames = frames_of([2, 0, 3])
    expected = pd.concat(frames, ignore_index=True)[["x"]]
    pd.testing.assert_frame_equal(table(frames).head(["x"]), expected)


def test_the_head_reads_no_partition_that_it_does_not_need(monkeypatch):
    monkeypatch.setattr(module, "HEAD_ROWS", 50)
    read = []

    def rows(number):
        read.append(number)
        return pd.DataFrame({"x": np.ones(30)})

    data = dd.from_map(rows, range(8), meta=pd.DataFrame({"x": [1.0]})[:0])
    assert len(DaskTable(data).head(["x"])) == 50
    assert sorted(read) == [0, 1, 2]


def test_there_is_no_head_without_rows(where):
    with pytest.raises(NoRowsError, match="has no rows"):
        table(frames_of([0, 0])).head(["x"])


# Types ----------------------------------------------------------------------------------


def found_dtypes(data, columns=("c",)):
    return data.total(lambda frame: [frame["c"].dtype], list(columns))


def arrow(kind):
    return pd.ArrowDtype(kind)


NUMBERS = {
    "Int64": (pd.Series([1, 2], dtype="Int64"), None),
    "Int64 with a missing one": (pd.Series([1, None], dtype="Int64"), None),
    "Float64": (pd.Series([1.5, None], dtype="Float64"), "float64"),
    "Arrow's integers": (pd.Series([1, 2], dtype=arrow(pa.int32())), None),
    "Arrow's integers, one missing": (pd.Series([1, None], dtype=arrow(pa.int32())), None),
    "Arrow's decimals": (
        pd.Series([Decimal("1.5"), None], dtype=arrow(pa.decimal128(5, 2))),
        None,
    ),
    "NumPy's": (pd.Series([1, 2], dtype="int16"), "int16"),
    "booleans": (pd.Series([True, False], dtype="boolean"), "bool"),
    "booleans, one missing": (pd.Series([True, None], dtype="boolean"), "object"),
    "dates": (pd.Series(pd.to_datetime(["2020-01-01"]).tz_localize("UTC")), None),
}


@pytest.mark.parametrize(("values", "dtype"), NUMBERS.values(), ids=list(NUMBERS))
def test_floats_become_numpys_and_what_floats_would_round_stays(values, dtype):
    data = table([pd.DataFrame({"c": values})])
    (column,) = data.total(lambda frame: [frame["c"]], ["c"])
    assert column.dtype == (dtype or values.dtype)
    missing = column.isna()
    np.testing.assert_array_equal(missing, values.isna())
    assert column[~missing].tolist() == values[~missing].tolist()


@pytest.mark.parametrize("dtype", ["string[pyarrow]", "string[python]", object])
def test_texts_are_texts_and_missing_ones_nan(dtype):
    data = table([pd.DataFrame({"c": pd.Series(["a", None], dtype=dtype)})])
    (column,) = data.total(lambda frame: [frame["c"]], ["c"])
    assert pd.api.types.is_string_dtype(column)
    assert column[0] == "a"
    assert isinstance(column[1], float)


def test_known_categories_stay_with_those_that_a_partition_lacks():
    column = pd.Categorical(["u", "v"], categories=["w", "v", "u"])
    data = DaskTable(dd.from_pandas(pd.DataFrame({"c": column}), npartitions=2))
    assert found_dtypes(data) == [column.dtype] * 2


def test_unknown_categories_are_the_values_themselves():
    column = pd.Series(["u", "v"], dtype="category")
    data = dd.from_pandas(pd.DataFrame({"c": column}), npartitions=2)
    data["c"] = data["c"].cat.as_unknown()
    u, v = found_dtypes(DaskTable(data))
    assert u == v
    assert pd.api.types.is_string_dtype(u)


# Errors ---------------------------------------------------------------------------------


def test_a_column_that_is_not_there_is_named_beside_those_that_are():
    with pytest.raises(ValueError, match=r"no column 'w' in Dask, 1 partition.*'x', 'y', 'z'"):
        table(frames_of([1])).total(len, ["x", "w"])


def test_a_column_that_is_there_twice_is_refused():
    frame = pd.DataFrame([[1, 2]], columns=["x", "x"])
    with pytest.raises(ValueError, match="There are 2 columns named 'x'"):
        DaskTable(dd.from_pandas(frame, npartitions=1)).head(["x"])


def test_an_error_of_the_function_names_the_partition_and_keeps_its_cause(where, results):
    def fails(frame):
        if frame["part"][0] == 3:
            raise ValueError("unseen level 'q'") from KeyError("inner")
        return 1

    message = r"partition 3 of 5, `data.partitions\[3\]`: ValueError: unseen level 'q'"
    with pytest.raises(PartError, match=message) as caught:
        table(frames_of([2] * 5)).total(fails, ["part"])
    assert isinstance(caught.value.__cause__, ValueError)
    assert isinstance(caught.value.__cause__.__cause__, KeyError)


def test_an_error_in_reading_names_the_partition(where, results):
    def rows(number):
        if number == 2:
            raise OSError("bad sector")
        return pd.DataFrame({"x": [1.0]})

    data = DaskTable(dd.from_map(rows, range(4), meta=rows(0)[:0]))
    with pytest.raises(PartError, match=r"partition 2 of 4.*OSError: bad sector"):
        data.total(len, ["x"])


def test_an_error_that_does_not_come_again_is_raised_as_it_is(where):
    # Adding up fails, and no partition.
    def unaddable(frame):
        return object()

    with pytest.raises(TypeError, match="unsupported operand"):
        table(frames_of([1] * 65)).total(unaddable, ["x"])


def test_an_error_of_a_display_of_progress_is_its_own(where):
    def each(result):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        table(frames_of([1] * 3)).total(len, ["x"], each)


def test_an_error_stops_the_pass_even_while_it_is_kept(dask_client):
    def fails(frame):
        raise ValueError

    with pytest.raises(PartError) as kept:
        table(frames_of([1] * 5)).total(fails, ["x"])
    assert released(dask_client)
    del kept


# Workers that die -----------------------------------------------------------------------


def test_a_worker_killed_in_the_middle_of_a_pass_changes_no_bit(dask_client, tmp_path):
    frames = frames_of([50] * 8)
    killed = tmp_path / "killed"
    sums = gram()

    def dies_once(frame):
        if frame["part"][0] == 5 and not killed.exists():
            killed.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return sums(frame)

    columns = ["x", "y", "part"]
    undisturbed = table(frames).total(sums, columns)
    np.testing.assert_array_equal(table(frames).total(dies_once, columns), undisturbed)
    assert int(killed.read_text()) != os.getpid()


# Scripts --------------------------------------------------------------------------------


def test_a_script_with_a_guard_sends_its_own_functions(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        import pandas as pd
        import dask.dataframe as dd
        from distributed import Client, LocalCluster
        from sm_gaussmle.sources.tables.dask import DaskTable

        def rows(frame):
            return len(frame)

        if __name__ == "__main__":
            options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": ":0"}
            with LocalCluster(**options) as cluster, Client(cluster):
                data = dd.from_pandas(pd.DataFrame({"x": range(10)}), npartitions=3)
                print(DaskTable(data).total(rows, ["x"]))
        """)
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, env=environment
    )
    assert run.stdout.split() == ["10"], run.stderr
