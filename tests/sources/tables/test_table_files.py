"""Files: Parquet by row groups, delimited text with types that hold for all rows."""

from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables import parts
from sm_gaussmle.sources.tables.frames import Layout
from sm_gaussmle.sources.tables.opening import open_table

# What pandas 2 calls it.
OLDER = {"str": "string"}


def parquet(folder, *columns):
    for number, column in enumerate(columns):
        pq.write_table(pa.table({"v": column, "w": [1] * len(column)}), folder / f"{number}.pq")
    return open_table(folder)


def dtypes(table):
    return [str(kind) for kind in table.total(lambda frame: [frame["v"].dtype], ["v"])]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (pa.array([1]), pa.array([1.5]), "float64"),
        (pa.array([1], pa.int16()), pa.array([1], pa.int64()), "int64"),
        (pa.array([1], pa.int64()), pa.array([1], pa.uint64()), "float64"),
        (pa.array([1], pa.float32()), pa.array([Decimal("1.5")]), "float64"),
        (pa.nulls(1), pa.array([1.5]), "float64"),
        (pa.array([1.5]), pa.nulls(1), "float64"),
        (
            pa.array([dt.date(2024, 1, 1)]),
            pa.array([dt.datetime(2024, 1, 1, 1)], pa.timestamp("us")),  # noqa: DTZ001 - Parquet has times without a zone
            "datetime64[us]",
        ),
        (pa.array(["a"]), pa.array(["a"], pa.large_string()), "str"),
        (pa.array(["a"]), pa.array(["a"]).dictionary_encode(), "str"),
        (pa.nulls(1), pa.array(["a"]).dictionary_encode(), "category"),
        (pa.array(["a"]).dictionary_encode(), pa.array(["b"]).dictionary_encode(), "category"),
        (
            pa.array(["a"]).dictionary_encode(),
            pa.array(pd.Categorical(["b"], ordered=True)),
            "category",
        ),
    ],
    ids=lambda value: str(getattr(value, "type", value)),
)
def test_files_of_several_types_give_one_kind_of_frame(tmp_path, one, other, expected):
    table = parquet(tmp_path, one, other)
    kinds = dtypes(table)
    assert len(kinds) == 2
    assert set(kinds) <= {expected, OLDER.get(expected)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array([1]), pa.array(["a"])),
        (pa.array([True]), pa.array([1.5])),
        (pa.array([1]).dictionary_encode(), pa.array(["a"]).dictionary_encode()),
        (pa.array([1], pa.timestamp("s")), pa.array([1], pa.timestamp("s", "UTC"))),
        (pa.array([[1]]), pa.array([1])),
    ],
    ids=lambda value: str(value.type),
)
def test_files_of_contradictory_types_are_refused_by_name(tmp_path, one, other):
    table = parquet(tmp_path, one, other, one)
    with pytest.raises(
        ValueError, match=r"Column 'v' is of type .* in 1.pq but .* from 0.pq on"
    ):
        table.head(["v"])
    assert table.head(["w"])["w"].tolist() == [1, 1, 1]


def test_a_column_that_a_file_lacks_is_refused_with_the_file(tmp_path):
    pq.write_table(pa.table({"v": [1], "w": [1]}), tmp_path / "0.parquet")
    pq.write_table(pa.table({"v": [1], "z": [1]}), tmp_path / "1.parquet")
    table = open_table(tmp_path)
    with pytest.raises(ValueError, match=r"1\.parquet has no column 'w'"):
        table.head(["w"])
    with pytest.raises(ValueError, match=r"0\.parquet has no column 'z'"):
        table.head(["z"])
    assert table.head(["v"])["v"].tolist() == [1, 1]


def test_a_part_is_a_row_group_named_in_errors(tmp_path):
    pq.write_table(pa.table({"v": range(30)}), tmp_path / "a.parquet", row_group_size=10)
    table = open_table(tmp_path / "a.parquet")
    assert table.text == "Parquet, a.parquet"
    assert table.total(lambda frame: [len(frame)], ["v"]) == [10, 10, 10]

    with pytest.raises(PartError, match=r"^a\.parquet, row group 2: ZeroDivisionError"):
        table.total(lambda frame: 1 // int(frame["v"].iloc[0] != 20), ["v"])


def test_a_large_row_group_is_cut_and_summed_within_the_part(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_BATCH_VALUES", 40)
    pq.write_table(pa.table({"v": range(100), "w": range(100)}), tmp_path / "a.parquet")
    seen = []
    total = open_table(tmp_path / "a.parquet").total(
        lambda frame: [(len(frame), frame.index[0])], ["v", "w"], seen.append
    )
    assert total == [(20, 0), (20, 20), (20, 40), (20, 60), (20, 80)]
    assert seen == [total]


def test_a_file_that_is_not_parquet_is_named(tmp_path):
    (tmp_path / "a.parquet").write_text("nothing")
    with pytest.raises(ValueError, match=r"a\.parquet cannot be read as Parquet: ArrowInvalid"):
        open_table(tmp_path / "a.parquet")


@pytest.mark.parametrize("kind", ["v", "g"])
def test_a_damaged_row_group_is_named(tmp_path, kind):
    file = tmp_path / "a.parquet"
    rng = np.random.default_rng(0)
    data = pa.table(
        {"v": rng.random(2000), "g": pa.array(["a", "b"] * 1000).dictionary_encode()}
    )
    pq.write_table(data, file, row_group_size=1000, compression="gzip")
    column = pq.ParquetFile(file).metadata.row_group(1).column("vg".index(kind))
    content = bytearray(file.read_bytes())
    start = column.dictionary_page_offset
    content[start : start + column.total_compressed_size] = b"\0" * column.total_compressed_size
    file.write_bytes(content)
    with pytest.raises(PartError, match=r"a\.parquet, row group 1: OSError"):
        open_table(file).total(len, [kind])


@pytest.mark.parametrize("place", ["{}.feather", "k={}/a.parquet"])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 2], [1.5, 2.5], [1.0, 2.0, 1.5, 2.5]),
        (pa.array([1], pa.int8()), [1_000], [1, 1_000]),
        (pa.nulls(1), [2.5], [np.nan, 2.5]),
    ],
)
def test_files_of_a_dataset_have_types_for_the_values_of_all(
    tmp_path, place, one, other, expected
):
    np.testing.assert_equal(column(dataset(tmp_path, place, one, other)), expected)


@pytest.mark.parametrize("place", ["{}.feather", "k={}/a.parquet"])
@pytest.mark.parametrize("other", [["1"], [True], pa.array([[1]])])
def test_contradictory_types_of_a_dataset_are_refused_by_file(tmp_path, place, other):
    with pytest.raises(
        ValueError, match=rf"'v' is of type .* in {place.format(1)} but int64 in"
    ):
        column(dataset(tmp_path, place, [1], other))


@pytest.mark.parametrize("place", ["{}.feather", "k={}/a.parquet"])
def test_a_column_that_a_file_of_a_dataset_lacks_is_not_missing_values(tmp_path, place):
    table = dataset(tmp_path, place, [1], [2], name="{}v")
    with pytest.raises(ValueError, match=rf"{place.format(1)} has no column '0v'; other files"):
        table.head(["0v"])


def dataset(folder, place, *columns, name="v"):
    for number, values in enumerate(columns):
        file = folder / place.format(number)
        file.parent.mkdir(exist_ok=True)
        write = pq.write_table if file.suffix == ".parquet" else pyarrow.feather.write_feather
        write(pa.table({name.format(number): values}), file)
    return open_table(folder)


def test_a_feather_file_that_is_none_is_named(tmp_path):
    (tmp_path / "a.feather").write_text("nothing")
    with pytest.raises(
        ValueError, match=r"^Feather, a\.feather, cannot be read: .* write it anew"
    ):
        open_table(tmp_path)


@pytest.mark.parametrize(("number", "what"), [(0, "a.feather"), (1, "b.feather")])
def test_a_damaged_batch_of_a_dataset_is_named_by_its_file(tmp_path, number, what):
    for name in "ab":
        table = pa.table({"v": [1.0, 2.0] * 1000, "g": ["a", "b"] * 1000})
        pyarrow.feather.write_feather(table, tmp_path / f"{name}.feather", compression="lz4")
    file = tmp_path / f"{'ab'[number]}.feather"
    file.write_bytes(file.read_bytes().replace(b"\x04\x22\x4d\x18", bytes(4)))  # LZ4's mark
    with pytest.raises(PartError, match=rf"Arrow dataset, batch \d \(.*{what}\): "):
        open_table(tmp_path).total(len, ["v", "g"])


def test_texts_that_are_none_in_utf8_are_damage(tmp_path):
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"g": ["abcd", "efgh"]}), file, compression="none")
    file.write_bytes(file.read_bytes().replace(b"efgh", b"ef\xe9h"))
    with pytest.raises(PartError, match=r"^a\.parquet, row group 0: ArrowInvalid: .*UTF8"):
        open_table(file).head(["g"])


def test_a_part_of_fewer_rows_than_announced_is_damage():
    batch = pa.record_batch({"v": [1.0, 2.0]})
    part = parts.Part("a.parquet, row group 0", 3, lambda: [batch])
    with pytest.raises(PartError, match=r"group 0: ValueError: 2 rows were read of 3"):
        parts.part_total(len, Layout({"v": pa.float64()}, {}), part)


def test_the_checksum_of_a_page_is_looked_at(tmp_path):
    file = tmp_path / "a.parquet"
    options = {"compression": "none", "use_dictionary": False, "write_page_checksum": True}
    pq.write_table(pa.table({"v": [1.0, 2.0, 4.0]}), file, **options)
    file.write_bytes(
        file.read_bytes().replace(np.float64(2).tobytes(), np.float64(3).tobytes())
    )
    with pytest.raises(PartError, match=r"^a\.parquet, row group 0: OSError: .*CRC checksum"):
        open_table(file).head(["v"])


def text(folder, *contents, name="{}.csv"):
    folder.mkdir(exist_ok=True)
    for number, content in enumerate(contents):
        (folder / name.format(number)).write_text(content, encoding="utf-8")
    return open_table(folder)


def column(table, name="v"):
    return table.total(lambda frame: frame[name].tolist(), [name])


MANY = "v,w\n" + "1,a\n" * 30_000


def test_a_late_fraction_is_not_rounded(tmp_path):
    assert column(text(tmp_path, MANY + "1.5,a\n"))[-2:] == [1.0, 1.5]


def test_a_late_text_makes_the_column_text(tmp_path):
    assert column(text(tmp_path, MANY + "oops,a\n"))[-2:] == ["1", "oops"]


@pytest.mark.parametrize(("row", "what"), [("1", "1 value, .* '1'"), ("1,2,3", "3 values")])
@pytest.mark.parametrize("before", [2, 30_000])
def test_a_bad_row_is_an_error_with_file_and_line(tmp_path, row, what, before):
    table = text(tmp_path, "v,w\n" + "1,2\n" * before + row + "\n" + "1,2\n" * 10)
    with pytest.raises(PartError, match=rf"^0\.csv: line {before + 2} has {what}"):
        column(table)


def test_quotes_delimiters_comments_and_marks_are_read_as_written(tmp_path):
    table = text(tmp_path, '\ufeff"v;1";w\n"a;""b""";1\n# c;2\n', name="{}.csv")
    assert table.columns == ("v;1", "w")
    assert column(table, "v;1") == ['a;"b"', "# c"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("NA", np.nan), ("", np.nan), ("2024-02-29", pd.Timestamp("2024-02-29"))],
)
def test_values_are_of_their_kind(tmp_path, value, expected):
    other = "2024-01-01" if value.startswith("2") else "3"
    np.testing.assert_equal(column(text(tmp_path, f"v,w\n{other},1\n{value},1\n"))[1], expected)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("7", "int64"),
        ("7.0", "float64"),
        ("99999999999999999999", "float64"),
        ("1e3", "float64"),
        ("TRUE", "bool"),
        ("2024-02-29", "datetime64[s]"),
        ("2024-02-29 12:30:00", "datetime64[us]"),
        ("12:30", "str"),
        ("NA", "float64"),
    ],
)
def test_a_column_is_of_the_narrowest_type_that_holds_all(tmp_path, value, kind):
    dtype = text(tmp_path, f"v,w\n{value},1\n").head(["v"])["v"].dtype
    assert str(dtype) in {kind, OLDER.get(kind)}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "1.5"], "float64"),
        (["1.5", "1", "NA"], "float64"),
        (["2024-02-29", "2024-02-29 12:00:00"], "datetime64[us]"),
    ],
)
def test_delimited_files_have_a_type_for_all(tmp_path, values, kind):
    table = text(tmp_path, *(f"v,w\n{value},1\n" for value in values))
    assert dtypes(table) == [kind] * len(values)


def test_delimited_files_that_contradict_each_other_are_refused(tmp_path):
    table = text(tmp_path, "v,w\n1,1\n", "v,w\n2,1\noops,1\n", "v,w\n1,1\n")
    message = r"^Column 'v' is text in 1\.csv but whole numbers in 0\.csv: line 3 of 1\.csv has 'oops'\."
    with pytest.raises(ValueError, match=message):
        table.head(["v"])


def test_a_file_of_numbers_after_one_of_texts_is_refused_with_the_text(tmp_path):
    table = text(tmp_path, "v,w\noops,1\n", "v,w\n2.5,1\n")
    with pytest.raises(
        ValueError, match=r"numbers in 1\.csv .*: line 2 of 0\.csv has 'oops'\."
    ):
        table.head(["v"])


def test_files_of_other_kinds_than_text_are_refused_by_their_kinds(tmp_path):
    table = text(tmp_path, "v,w\ntrue,1\n", "v,w\n2,1\n")
    message = (
        r"'v' is whole numbers in 1\.csv but booleans in 0\.csv\. Give it values of one kind"
    )
    with pytest.raises(ValueError, match=message):
        table.head(["v"])


def test_headers_may_be_in_another_order_but_not_of_other_columns(tmp_path):
    assert column(text(tmp_path / "a", "v,w\n1,2\n", "w,v\n2,3\n")) == [1, 3]
    with pytest.raises(ValueError, match=r"1\.csv has the columns \['v', 'z'\], but 0.csv"):
        text(tmp_path / "b", "v,w\n1,2\n", "v,z\n1,2\n")


@pytest.mark.parametrize("other", ["v", "V"])
def test_a_header_names_a_column_once(tmp_path, other):
    with pytest.raises(
        ValueError, match=rf"0\.csv: There are 2 columns named 'v' and '{other}', which are one"
    ):
        text(tmp_path, f"v,w,{other}\n1,2,3\n")


def test_a_column_without_a_name_has_the_one_that_pandas_gives_it(tmp_path):
    file = tmp_path / "a.csv"
    pd.DataFrame({"v": [1.5, 2.5], "": [3, 4]}, index=[7, 8]).to_csv(file)
    table, memory = open_table(file), pd.read_csv(file)
    pd.testing.assert_frame_equal(table.head(table.columns), memory)


def test_an_empty_file_is_passed_over(tmp_path):
    assert column(text(tmp_path, "", "v,w\n1,2\n")) == [1]


def test_empty_files_alone_are_no_table(tmp_path):
    with pytest.raises(ValueError, match="CSV, 2 files: no file has a header"):
        text(tmp_path, "", "")


def test_text_may_be_compressed_and_tabulated(tmp_path):
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(b"v\tw\n1\ta,b\n", mtime=0))
    table = open_table(tmp_path / "a.tsv.gz")
    assert (column(table), column(table, "w")) == ([1], ["a,b"])


def test_a_name_of_a_file_is_no_pattern(tmp_path):
    (tmp_path / "[1].csv").write_text("v,w\n5,1\n")
    assert column(open_table(tmp_path / "[1].csv")) == [5]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"\xff\xfe1,2\n"),
        ("a.csv.gz", b"x,y\n1,2\n"),
        ("a.csv.gz", gzip.compress(b"x,y\n1,2\n", mtime=0)[:11]),
        ("a.csv.gz", gzip.compress(b"x,y\n1,2\n", mtime=0)[:12] + b"\xff" * 9),
        ("a.csv", "x,y\n1,2\n".encode("utf-16-le")),
        ("a.csv", b'"' + b"x" * 200_000 + b'",y\n1,2\n'),
    ],
)
def test_a_file_that_is_no_text_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"{name} has no first line of text in UTF-8"):
        open_table(tmp_path / name)
