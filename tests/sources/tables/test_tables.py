"""What holds for a table of any engine."""

from __future__ import annotations

import signal
import time
from _thread import interrupt_main
from itertools import chain, pairwise

import numpy as np
import pandas as pd
import pytest

from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError, PartError, ReadOnceError
from tests.sources.engines import CLUSTERS, ENGINES


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "y": rng.standard_normal(n),
            "x": rng.integers(-40, 40, n) / 4,  # sums of their products are exact
            "k": rng.integers(0, 9, n),
            "g": rng.choice(["low", "mid", "high"], n),
            "b": rng.random(n) < 0.5,
            "day": pd.Timestamp("2024-02-28") + pd.to_timedelta(rng.integers(0, 9, n), "D"),
        }
    )


def split(frame, *at):
    edges = [0, *at, len(frame)]
    return [frame.iloc[a:b].reset_index(drop=True) for a, b in pairwise(edges)]


FRAME = rows(3000)
PARTS = split(FRAME, 0, 1000, 1001, 1001, 2500)  # one is empty, one of one row


def cross_products(frame):
    return frame[["x", "k"]].to_numpy(float).T @ frame[["x", "k"]].to_numpy(float)


def values(column):
    return lambda frame: frame[column].tolist()


def described(frame):
    return [(tuple(frame.columns), tuple(map(str, frame.dtypes)))]


# pyspark 4.3 says so at each call that has to do with pandas; what is used here works.
pytestmark = pytest.mark.filterwarnings(
    "ignore:PySpark does not yet fully support pandas >= 3:FutureWarning"
)


@pytest.fixture(params=[*ENGINES, *CLUSTERS])
def make(request, tmp_path):
    if request.param in CLUSTERS:
        cluster = request.getfixturevalue(CLUSTERS[request.param][0])
        return lambda parts=PARTS: CLUSTERS[request.param][1](parts, cluster)
    made = iter(range(100))
    return lambda parts=PARTS: ENGINES[request.param](parts, tmp_path / str(next(made)))


@pytest.fixture(params=ENGINES)
def make_here(request, tmp_path):
    """Tables whose function is called in this process, part after part."""
    made = iter(range(100))
    return lambda parts=PARTS: ENGINES[request.param](parts, tmp_path / str(next(made)))


def test_columns_are_those_of_the_frame(make):
    assert make().columns == tuple(FRAME.columns)


def test_a_table_says_what_it_is(make):
    assert len(make().text) > 3


def test_the_sum_of_a_function_is_that_of_the_frame(make):
    np.testing.assert_array_equal(
        make().total(cross_products, ["x", "k"]), cross_products(FRAME)
    )


def test_parts_are_added_in_their_order(make):
    assert make().total(values("k"), ["k"]) == FRAME["k"].tolist()


@pytest.mark.parametrize("column", ["x", "k", "g", "b", "day"])
def test_values_are_those_of_the_frame(make, column):
    assert make().total(values(column), [column]) == FRAME[column].tolist()


def test_a_rerun_gives_the_same_digits(make):
    def function(frame):
        return frame[["y", "x"]].to_numpy().T @ frame[["y", "x"]].to_numpy()

    once, again = make(), make()
    expected = once.total(function, ["y", "x"])
    if not once.reads_once:
        np.testing.assert_array_equal(once.total(function, ["y", "x"]), expected)
    np.testing.assert_array_equal(again.total(function, ["y", "x"]), expected)


def test_a_frame_has_the_columns_asked_for_in_that_order(make):
    assert set(make().total(described, ["k", "x"])) == {(("k", "x"), ("int64", "float64"))}


def test_a_column_asked_for_twice_comes_once(make):
    assert tuple(make().head(["x", "x"]).columns) == ("x",)


def test_a_row_is_named_by_its_position_in_the_part(make):
    indices = make([FRAME]).total(lambda frame: [frame.index], ["x"])
    assert indices[0][0] == 0
    assert all(index.equals(pd.RangeIndex(index[0], index[-1] + 1)) for index in indices)


def test_texts_booleans_and_dates_keep_their_kind(make):
    head = make().head(["g", "b", "day"])
    assert pd.api.types.is_string_dtype(head["g"])
    assert not isinstance(head["g"].dtype, pd.CategoricalDtype)
    assert pd.api.types.is_bool_dtype(head["b"])
    assert pd.api.types.is_datetime64_dtype(head["day"])


def test_missing_values_are_missing(make):
    frame = FRAME.head(30).astype({"k": "Int64"})
    frame.loc[3, ["x", "k", "g", "day"]] = [np.nan, pd.NA, None, pd.NaT]
    head = make([frame]).head(["x", "k", "g", "day"])
    assert head.isna().to_numpy().nonzero()[0].tolist() == [3, 3, 3, 3]
    assert pd.api.types.is_numeric_dtype(head["k"])
    assert head["k"].drop(3).tolist() == frame["k"].drop(3).tolist()


def test_a_boolean_may_be_missing(make):
    frame = pd.DataFrame({"b": pd.array([True, None, False], dtype="boolean")})
    head = make([frame]).head(["b"])["b"]
    assert [head[0], head[2], pd.isna(head[1])] == [True, False, True]


def test_the_head_is_the_first_rows(make):
    head = make().head(["x", "g"])
    pd.testing.assert_frame_equal(
        head, FRAME[["x", "g"]], check_dtype=False, check_index_type=False
    )


def test_the_head_is_not_long(make):
    long = pd.DataFrame({"x": np.arange(2.0 * HEAD_ROWS)})
    table = make(split(long, 1, HEAD_ROWS - 1))
    assert table.head(["x"])["x"].tolist() == list(range(HEAD_ROWS))


def test_the_head_comes_again_in_the_pass(make):
    table = make()
    table.head(["x"])
    table.head(["g", "k"])
    assert table.total(values("k"), ["k"]) == FRAME["k"].tolist()


def test_each_is_called_with_the_parts_sums_in_order(make_here):
    seen = []
    total = make_here().total(values("k"), ["k"], seen.append)
    assert list(chain.from_iterable(seen)) == total
    assert all(seen)


def test_without_rows_there_is_no_sum_and_no_head(make):
    table = make([FRAME.iloc[:0], FRAME.iloc[:0]])
    with pytest.raises(NoRowsError, match="no rows"):
        table.head(["x"])
    with pytest.raises(NoRowsError, match="no rows"):
        table.total(cross_products, ["x", "k"])


@pytest.mark.parametrize("method", ["head", "total"])
def test_a_column_that_is_not_there_is_named_with_those_that_are(make, method):
    table = make()
    arguments = [["x", "dya"]] if method == "head" else [cross_products, ["x", "dya"]]
    with pytest.raises(ValueError, match=r"no column 'dya' .* mean 'day'\? There are 'y', 'x'"):
        getattr(table, method)(*arguments)


@pytest.mark.parametrize("name", ['a "quoted" name', "select", "a b", "^x.*$", "a.b", "é'[]"])
def test_a_column_may_have_any_name(make, name):
    frame = FRAME.rename(columns={"k": name})
    assert make([frame]).total(values(name), [name]) == FRAME["k"].tolist()


def fails(frame):
    if 77 in frame["k"].to_numpy():
        raise ZeroDivisionError("a marked row")
    return 1


def test_what_fails_on_a_part_is_an_error_that_names_the_part(make):
    marked = FRAME.copy()
    marked.loc[1700, "k"] = 77
    with pytest.raises(
        PartError, match=r"(part|batch).*ZeroDivisionError: a marked row"
    ) as error:
        make(split(marked, 1000, 2000)).total(fails, ["k"])
    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_an_interrupt_passes_through(make_here):
    def interrupted(frame):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_here().total(interrupted, ["k"])


@pytest.fixture
def interruptible():
    """What is started in the background of a shell ignores interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_the_pass_soon(make_here):
    done = []

    def function(frame):
        interrupt_main()
        done.append(len(frame))
        time.sleep(0.01)
        return 0

    with pytest.raises(KeyboardInterrupt):
        make_here(split(pd.concat([FRAME] * 10), *range(0, 30_000, 500))).total(function, ["x"])
    # nothing is left that still works
    before = len(done)
    time.sleep(0.05)
    assert len(done) == before
    assert before <= 10


def test_numpys_error_state_is_the_callers(make):
    with np.errstate(divide="raise"), pytest.raises(PartError, match="FloatingPointError"):
        make().total(lambda frame: 1 / (0 * frame["x"].to_numpy()), ["x"])


def test_a_stream_that_reads_once_says_so(make):
    table = make()
    table.total(values("k"), ["k"])
    if table.reads_once:
        with pytest.raises(ReadOnceError, match="only once"):
            table.total(values("k"), ["k"])
        with pytest.raises(ReadOnceError, match="only once"):
            table.head(["k"])
    else:
        assert table.total(values("k"), ["k"]) == FRAME["k"].tolist()
