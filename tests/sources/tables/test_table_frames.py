"""What Arrow types become, whichever engine they are of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables import frames
from sm_gaussmle.sources.tables.opening import open_table
from tests.sources.engines import Capsule


def head(array, name="v"):
    return open_table(ds.dataset(pa.table({name: array}))).head([name])[name]


@pytest.mark.parametrize(
    "arrow_type",
    [pa.int8(), pa.uint16(), pa.int32(), pa.int64(), pa.float32(), pa.float64()],
    ids=str,
)
def test_numbers_keep_their_type(arrow_type):
    column = head(pa.array([1, 2, 3], arrow_type))
    assert column.dtype == arrow_type.to_pandas_dtype()
    assert column.tolist() == [1, 2, 3]


def test_numbers_share_the_memory_of_the_batch():
    array = pa.array(np.arange(5.0))
    layout = frames.Layout({"v": pa.float64()}, {})
    frame = layout.frame(pa.record_batch({"v": array}), 7)
    assert np.shares_memory(frame["v"].to_numpy(), array.to_numpy())
    assert frame.index.tolist() == [7, 8, 9, 10, 11]


@pytest.mark.parametrize("arrow_type", [pa.int64(), pa.uint8(), pa.float32()], ids=str)
def test_a_missing_number_is_nan(arrow_type):
    column = head(pa.array([1, None, 3], arrow_type))
    np.testing.assert_array_equal(column, [1, np.nan, 3])
    assert np.issubdtype(column.dtype, np.floating)


def test_decimals_are_floats():
    column = head(pa.array([Decimal("1.25"), None]))
    np.testing.assert_array_equal(column, [1.25, np.nan])


def test_a_column_of_nothing_is_of_missing_numbers():
    np.testing.assert_array_equal(head(pa.nulls(2)), [np.nan, np.nan])


@pytest.mark.parametrize(
    "arrow_type", [pa.string(), pa.large_string(), pa.string_view()], ids=str
)
def test_texts_are_of_a_string_dtype_with_nan_for_a_missing_one(arrow_type):
    column = head(pa.array(["a", None, "b"], arrow_type))
    assert isinstance(column.dtype, pd.StringDtype)
    assert isinstance(column[1], float)
    assert column.dropna().tolist() == ["a", "b"]


def test_dates_are_timestamps():
    column = head(pa.array([dt.date(2024, 2, 29), None]))
    assert column.dtype == "datetime64[s]"
    assert column[0] == pd.Timestamp("2024-02-29")
    assert column[1] is pd.NaT


def test_timestamps_keep_their_zone():
    times = pd.Series(pd.to_datetime(["2024-02-29 12:00"]).tz_localize("Europe/Zurich"))
    assert head(pa.array(times)).tolist() == times.tolist()


def test_durations_are_timedeltas():
    assert head(pa.array([dt.timedelta(hours=1)])).tolist() == [pd.Timedelta("1h")]


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x"], ids=["list", "struct", "binary"])
def test_a_type_for_no_formula_is_refused_by_name(value):
    with pytest.raises(ValueError, match="Column 'v' of Arrow dataset is of type"):
        head(pa.array([value]))


def test_a_dictionary_of_lists_is_refused_too():
    assert frames.frame_type(pa.dictionary(pa.int8(), pa.list_(pa.int8()))) is None


def test_a_name_that_occurs_twice_is_refused():
    table = pa.table([[1], [2], [3]], names=["v", "v", "w"])
    opened = open_table(Capsule(table))
    with pytest.raises(ValueError, match="There are 2 columns named 'v'"):
        opened.head(["v"])
    assert opened.head(["w"])["w"].tolist() == [3]


@pytest.mark.parametrize("ordered", [False, True])
def test_a_dictionary_keeps_its_categories_and_their_order(ordered):
    values = pd.Categorical(["b", None, "a"], categories=["b", "unused", "a"], ordered=ordered)
    column = head(pa.array(values))
    assert column.dtype == pd.CategoricalDtype(values.categories, ordered)
    assert column.cat.codes.tolist() == [0, -1, 2]


def test_a_dictionary_of_numbers_has_numbers_for_categories():
    assert head(pa.array([7, 3, 7]).dictionary_encode()).cat.categories.tolist() == [7, 3]


def dictionaries(*parts, ordered=False):
    schema = pa.schema([("g", pa.dictionary(pa.int8(), pa.string(), ordered))])
    return schema, [
        pa.record_batch(
            [
                pa.DictionaryArray.from_arrays(
                    pa.array(codes, pa.int8()), pa.array(values), ordered=ordered
                )
            ],
            schema=schema,
        )
        for codes, values in parts
    ]


TWO = [([0, 1, None], ["a", "b"]), ([1, 0, 1], ["c", "b"])]


def test_dictionaries_that_differ_are_one_in_all_parts():
    schema, batches = dictionaries(*TWO)
    table = open_table(ds.dataset(pa.Table.from_batches(batches, schema)))
    seen = table.total(lambda frame: [frame["g"]], ["g"])
    assert all(part.cat.categories.tolist() == ["a", "b", "c"] for part in seen)
    assert pd.concat(seen).tolist() == ["a", "b", np.nan, "b", "c", "b"]


def test_categories_come_in_the_order_in_which_parts_have_them():
    parts = [["d", "b"], ["b", "d"], ["a", "b", "e"], ["e", "a"], ["f", "d", "c"], ["d", "b"]]
    schema, batches = dictionaries(*(([0], values) for values in parts))
    table = open_table(ds.dataset(pa.Table.from_batches(batches, schema)))
    column = table.head(["g"])["g"]
    assert column.cat.categories.tolist() == ["d", "b", "a", "e", "f", "c"]
    assert column.tolist() == [values[0] for values in parts]


def test_a_missing_value_in_the_dictionary_itself_is_missing():
    schema, batches = dictionaries(([0, 1], ["a", None]), ([1, 0], [None, "b"]))
    table = open_table(ds.dataset(pa.Table.from_batches(batches, schema)))
    column = table.total(lambda frame: [frame["g"]], ["g"])
    assert pd.concat(column).tolist() == ["a", np.nan, "b", np.nan]


def test_ordered_dictionaries_that_differ_are_refused():
    schema, batches = dictionaries(*TWO, ordered=True)
    table = open_table(ds.dataset(pa.Table.from_batches(batches, schema)))
    with pytest.raises(ValueError, match=r"ordered categories of column 'g' .*\['a', 'b'\]"):
        table.head(["g"])


def test_a_text_dtype_is_there_under_its_older_name_too(monkeypatch):
    seen = []
    monkeypatch.setattr(pd, "__version__", "2.2.2")
    monkeypatch.setattr(pd, "StringDtype", seen.append)
    frames.text_dtype.__wrapped__()
    assert seen == ["pyarrow_numpy"]


def test_a_column_without_rows_has_no_categories():
    with pytest.raises(ValueError, match="no rows"):
        head(pa.array([], pa.string()).dictionary_encode())


def test_a_stream_with_a_category_that_its_first_batch_lacks_is_an_error():
    schema, (one, other) = dictionaries(*TWO)
    table = open_table(pa.RecordBatchReader.from_batches(schema, [*[one] * 4000, other]))
    assert table.head(["g"])["g"].cat.categories.tolist() == ["a", "b"]
    with pytest.raises(PartError, match="Column 'g' has the category 'c' here"):
        table.total(lambda frame: [frame["g"]], ["g"])
