"""What is wrong in files of delimited text: its line, as an editor counts it, and the remedy."""

from __future__ import annotations

import gzip
import re

import pytest

from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables.opening import open_table


def opened(folder, content, name="a.csv"):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_table(folder / name)


GOOD = "1,2\n" * 3
CLOSED = "A text in quotes has the quotes that are part of it twice."
FAULTS = {
    "short row": ("v,w\n" + GOOD + "7\n", "line 5 has 1 value, the last of them '7', and the"),
    "long row": ("v,w\n" + GOOD + "7,8,9\n", "line 5 has 3 values, the last of them '9', and"),
    "long value": (
        "v,w\n" + "5" * 99 + "\n",
        f"line 2 has 1 value, the last of them '{'5' * 40}...",
    ),
    "comment": ("v,w\n" + GOOD + "# no\n", "line 5 has 1 value, the last of them '# no', and"),
    "after a row of lines": ('v,w\n1,"a\n\nb"\n7\n', "line 5 has 1 value"),
    "a space too many": ("v,w\n1, 2\n1,2, \n", "line 3 has 3 values, the last of them ' '"),
    "quotes behind a space": ('v,w\n1, "a,b"\n7\n', "line 3 has 1 value"),
    "after a blank line": ("v,w\n1,2\n\n\n7\n", "line 5 has 1 value"),
    "open quote": (
        "v,w\n" + GOOD + '7,"8\n' + GOOD,
        "line 5 cannot be read: a quote is opened",
    ),
    "closed quote": (
        "v,w\n" + GOOD + '7,"8"9\n' + GOOD,
        "line 5 cannot be read: a closing quote",
    ),
    "byte": (
        b"v,w\n1,2\n1,caf\xe9\n",
        "line 3 is no text in UTF-8: it has the byte 0xe9. Save",
    ),
    "ends": (
        "v,w\r\n1,2\r\n1,2\n1,2\r\n",
        r"line 3 ends in '\n' and those before it in '\r\n'",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_read_is_named_by_its_line(tmp_path, case):
    content, message = FAULTS[case]
    with pytest.raises(PartError, match=f"^a.csv: {re.escape(message)}"):
        opened(tmp_path, content).head(["v", "w"])


def test_what_python_finds_nothing_wrong_with_is_the_engines_to_say(tmp_path):
    table = opened(tmp_path, "v,w\n" + GOOD + f'1,"{"a,b" * 1_000_000}"\n')
    with pytest.raises(PartError, match=r"^a\.csv: line 5 cannot be read: field larger"):
        table.head(["w"])


def test_an_error_of_the_engine_without_a_line_is_its_own(tmp_path, monkeypatch):
    table = opened(tmp_path, "v,w\n1,2\n")
    monkeypatch.setattr(table, "_relation", lambda *_: 1 / 0)
    with pytest.raises(PartError, match=r"^a\.csv: ZeroDivisionError: "):
        table.head(["v"])


@pytest.mark.parametrize("content", [b"\n1,2\n", b"\r\n"])
def test_a_first_line_has_to_name_the_columns(tmp_path, content):
    with pytest.raises(ValueError, match=r"^a\.csv has an empty first line; it must name"):
        opened(tmp_path, content)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_one_way(tmp_path, end):
    table = opened(tmp_path, end.join(["v,w", "1,2", "3,4", ""]))
    assert table.total(lambda frame: frame["w"].tolist(), ["w"]) == [2, 4]


def test_a_name_of_a_column_may_be_of_several_lines(tmp_path):
    table = opened(tmp_path, '"a\nb",w\n1,2\n')
    assert table.columns == ("a\nb", "w")
    assert table.head(["a\nb"])["a\nb"].tolist() == [1]


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("v,;;\n1,2\n", ("v", ";;")),
        ("v;a,b,c\n1;2\n", ("v", "a,b,c")),
        ("v,w\n", ("v", "w")),
        ("v|w\n1|2\n", ("v", "w")),
        ("v\n1\n", ("v",)),
    ],
)
def test_the_delimiter_is_one_by_which_the_second_line_has_as_many_values(
    tmp_path, content, columns
):
    assert opened(tmp_path, content).columns == columns


def test_a_delimiter_at_the_end_of_each_line_adds_no_column(tmp_path):
    assert opened(tmp_path, "v,w\n1,2,\n3,4,\n").head(["w"])["w"].tolist() == [2, 4]


@pytest.mark.parametrize("cut", [0.5, 0.9, 1.0])
def test_a_compressed_file_that_is_cut_short_or_altered_is_refused(tmp_path, cut):
    content = bytearray(
        gzip.compress(
            "\n".join(["v,w", *(f"{i**0.5},{i}" for i in range(9999)), ""]).encode(), mtime=0
        )
    )
    content[-6] ^= 1  # of its checksum, at which DuckDB does not look
    table = opened(tmp_path, bytes(content[: int(len(content) * cut)]), "a.csv.gz")
    with pytest.raises(
        PartError, match=r"^a\.csv\.gz: the compressed file is cut short or dam"
    ):
        table.head(["v"])


@pytest.mark.parametrize(
    "value", ["1_5", "+-1", "0x1F", "1d5", "12%", "1 234", "\uff11\uff12", "\u22121"]
)
def test_what_is_no_number_to_pandas_is_text(tmp_path, value):
    values = opened(tmp_path, f"v,w\n{value},2\n").head(["v"])["v"]
    assert values.tolist() == [value]


# Texts among numbers ---------------------------------------------------------------------

STRAYS = {
    "text": ([*"123456789", "oops"], "line 11 of a.csv has 'oops'"),
    "late text": ([*"12345" * 600, "oops"], "line 3002 of a.csv has 'oops'"),
    "first": (["n.a.", *"123"], "line 2 of a.csv has 'n.a.'"),
    "decimal comma": (['"1,5"', '"2,5"', '"3,5"'], "line 2 of a.csv has '1,5'"),
    "fractions": (["1", "2.5", "3", "x"], "line 5 of a.csv has 'x'"),
    "date": (["2024-01-01", "2024-01-02", "soon"], "line 4 of a.csv has 'soon'"),
}


@pytest.mark.parametrize("case", STRAYS)
def test_a_column_that_one_value_has_made_text_is_known_with_its_line(tmp_path, case):
    values, place = STRAYS[case]
    table = opened(tmp_path, "\n".join(["v,w", *(f"{value},1" for value in values), ""]))
    assert table.strays(["v", "w"]) == {
        "v": f"column 'v' is text, as {place} where most values are of another kind"
    }


@pytest.mark.parametrize("values", ["ab", "12", "1a", ["NA", "NA"], "1ab", ["true", "false"]])
def test_other_columns_are_what_they_are(tmp_path, values):
    table = opened(tmp_path, "\n".join(["v,w", *(f"{value},1" for value in values), ""]))
    assert table.strays(["v"]) == {}


def test_types_of_the_first_rows_are_tried_on_all(tmp_path):
    table = opened(tmp_path, "v,w\n" + "1,a\n" * 2_500)
    assert table.total(len, ["v", "w"]) == 2_500
    assert table.strays(["v", "w"]) == {}


def test_the_first_file_with_such_a_value_is_named(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("v,w\n1,1\n2,1\nx,1\n")
    assert "line 4 of a.csv has 'x'" in open_table(tmp_path).strays(["v"])["v"]
