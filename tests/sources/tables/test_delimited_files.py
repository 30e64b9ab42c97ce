"""Small files of delimited text are read together as each is alone."""

from __future__ import annotations

import gzip
import math

import pytest

from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables import delimited, delimited_files
from sm_gaussmle.sources.tables.opening import open_table

KINDS = {
    "lines": b"a,b\n1,x\n2,y\n",
    "windows": b"a,b\r\n1,x\r\n2,y\r\n",
    "old mac": b"a,b\r1,x\r2,y\r",
    "no last end": b"a,b\n1,x\n2,y",
    "byte order mark": b"\xef\xbb\xbfa,b\n1,x\n2,y\n",
    "no rows": b"a,b\n",
    "nothing": b"",
    "quotes": b'"a","b"\n"1","x, ""q"" \nline"\n2,y\n',
    "missing": b"a,b\nNA,x\n2,\n",
    "another order": b"b,a\nx,1\ny,2\n",
    "another delimiter": b"a;b\n1;x\n2;y\n",
}


@pytest.fixture
def queries(monkeypatch):
    """The numbers of files that the queries of a table read."""
    counts = []
    relation = delimited.DelimitedTable._relation

    def counted(table, group, kinds):
        counts.append(len(group))
        return relation(table, group, kinds)

    monkeypatch.setattr(delimited.DelimitedTable, "_relation", counted)
    return counts


def written(folder, contents):
    files = [folder / f"{number:03}.csv" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    return files


def rows(data):
    return [
        tuple(None if isinstance(v, float) and math.isnan(v) else v for v in row)
        for row in open_table(data).total(lambda frame: frame.to_numpy().tolist(), ["a", "b"])
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_among_others_has_the_rows_that_it_has_alone(tmp_path, kind):
    content, plain = KINDS[kind], KINDS["lines"]
    files = written(tmp_path, [plain, content, plain, content, content])
    beside = rows(files[0])
    alone = rows(files[1]) if kind not in {"no rows", "nothing"} else []
    assert rows(files) == [*beside, *alone, *beside, *alone, *alone]


def test_a_compressed_file_among_others_is_decompressed(tmp_path):
    files = written(tmp_path, [KINDS["lines"]] * 4)
    for number in (1, 2):
        packed = files[number].with_suffix(".csv.gz")
        packed.write_bytes(gzip.compress(b"a,b\n7,z\n"))
        files[number] = packed
    assert rows(files) == [(1, "x"), (2, "y"), (7, "z"), (7, "z"), (1, "x"), (2, "y")]


def test_many_small_files_take_few_queries(tmp_path, queries):
    table = open_table(written(tmp_path, [KINDS["lines"]] * 150))
    table.head(["a"])
    queries.clear()
    table.total(len, ["a"])
    assert queries == [64, 64, 22]


def test_a_file_that_is_not_small_is_read_alone(tmp_path, queries, monkeypatch):
    monkeypatch.setattr(delimited_files, "_SMALL", 20)
    small, large = KINDS["lines"], KINDS["lines"] + b"3,z\n4,z\n5,z\n"
    table = open_table(written(tmp_path, [small, small, large, large, small]))
    table.head(["a"])
    queries.clear()
    assert table.total(len, ["a"]) == 16
    assert queries == [2, 1, 1, 1]


@pytest.mark.parametrize("columns", [["f", "F_", "f___"], ["filename", "v"], ["é" * 30]])
def test_the_column_of_files_has_a_name_of_its_own(tmp_path, columns):
    assert delimited_files.unlike(columns).lower() not in {name.lower() for name in columns}
    line = ",".join("7" for _ in columns)
    files = written(tmp_path, [f"{','.join(columns)}\n{line}\n".encode()] * 3)
    found = open_table(files).total(lambda frame: frame.to_numpy().tolist(), columns[:2])
    assert found == [[7] * len(columns[:2])] * 3


@pytest.mark.parametrize("value", ["1", "text"])
def test_the_name_of_a_folder_is_no_column(tmp_path, value):
    folders = [tmp_path / f"a={value}", tmp_path / f"b={value}"]
    for folder in folders:
        folder.mkdir()
    files = [written(folder, [KINDS["lines"]])[0] for folder in folders]
    assert rows(files[0]) == [(1, "x"), (2, "y")]
    assert rows(files) == [(1, "x"), (2, "y")] * 2


# What is wrong ----------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_named_among_others(tmp_path):
    good, bad = KINDS["lines"], b"a,b\n1,x\n2,y,z\n"
    files = written(tmp_path, [good, good, bad, good])
    with pytest.raises(PartError, match=r"^002\.csv: line 3 "):
        open_table(files).head(["a"])


def test_the_first_file_with_other_values_is_named_among_others(tmp_path):
    good, other = KINDS["lines"], b"a,b\nq,x\n"
    files = written(tmp_path, [good, other, good, b"a,b\nq,x\n1,2\n1,2,3\n"])
    with pytest.raises(
        ValueError, match=r"'a' is text in 001\.csv but whole numbers in 000\.csv"
    ):
        open_table(files).head(["a"])


def failing(when):
    streamed = delimited.streamed

    def fails(relation, names):
        for batch in streamed(relation, names):
            if when(batch, names):
                raise ZeroDivisionError("here")
            yield batch

    return fails


def test_a_file_that_fails_in_a_pass_is_named(tmp_path, monkeypatch):
    table = open_table(written(tmp_path, [KINDS["lines"], b"a,b\n7,z\n", KINDS["lines"]]))
    table.head(["a"])
    monkeypatch.setattr(
        delimited, "streamed", failing(lambda batch, _: 7 in batch["a"].to_pylist())
    )
    with pytest.raises(PartError, match=r"^001\.csv, batch 0: ZeroDivisionError: here$"):
        table.total(len, ["a"])


def test_what_fails_only_of_files_together_is_said(tmp_path, monkeypatch):
    table = open_table(written(tmp_path, [KINDS["lines"]] * 3))
    table.head(["a"])
    monkeypatch.setattr(delimited, "streamed", failing(lambda _, names: len(names) > 1))
    with pytest.raises(ZeroDivisionError, match="here"):
        table.total(len, ["a"])
