"""Files under any name, of columns of any name, with any damage: a right result or our error.

What is damaged where no checksum could tell is another number, which nobody can see: those
tests are of files with checksums and of structure.
"""

from __future__ import annotations

import csv
import gzip
import io
import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as pf
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sm_gaussmle as smg
from sm_gaussmle.sources.tables.opening import open_table

RNG = np.random.default_rng(0)
X = RNG.normal(size=30)
DATA = pd.DataFrame({"y": 1 + X + RNG.normal(size=30), "x": X})
PARAMS = smg.gaussmle("y ~ x", DATA).fit().params.to_numpy()
ENDINGS = [".csv", ".csv.gz", ".parquet", ".feather"]

few = settings(derandomize=True, deadline=None, database=None, max_examples=25)


def outcome(function):
    """What a function returns, and what our error says."""
    try:
        return function(), ""
    except ValueError as error:
        return None, str(error)


def content(data, ending):
    if ending == ".csv":
        return data.to_csv(index=False).encode()
    if ending == ".csv.gz":
        return gzip.compress(data.to_csv(index=False).encode(), mtime=0)
    written = io.BytesIO()
    table = pa.Table.from_pandas(data, preserve_index=False)
    if ending == ".parquet":
        pq.write_table(table, written, row_group_size=10, write_page_checksum=True)
    else:
        pf.write_feather(table, written, compression="uncompressed")
    return written.getvalue()


CONTENT = {ending: content(DATA, ending) for ending in ENDINGS}
DECOY = {ending: content(DATA.assign(y=-DATA["y"]), ending) for ending in ENDINGS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


def emptied(folder):
    for file in folder.iterdir():
        file.unlink()
    return folder


# Names of files --------------------------------------------------------------------------

NAMES = st.one_of(
    st.text(
        st.sampled_from("ab*?[]!{}~%#&;'\"\\ \n\t-_.,=$()|<>`^@:+\u00fc\u6f22"), min_size=1
    ),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
)


@few
@given(NAMES, st.sampled_from(ENDINGS))
def test_a_file_is_read_under_its_name_whatever_files_are_beside_it(folder, name, ending):
    name = f"{name}{ending}"
    assume(len(name.encode()) < 200)
    emptied(folder)
    for decoy in ["a", "b", "aa", "ab", "1", "~", "*", "a*", "?", "["]:
        (folder / f"{decoy}{ending}").write_bytes(DECOY[ending])
    (folder / name).write_bytes(CONTENT[ending])
    # In the folder: names that begin with ~ and -, or look like an address.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result, error = outcome(lambda: smg.gaussmle("y ~ x", name).fit())
    if error:
        assert "has a backslash and one of" in error
        assert ending.startswith(".csv")
    else:
        np.testing.assert_allclose(result.params, PARAMS, rtol=1e-10)


# Names of columns ------------------------------------------------------------------------

COLUMNS = st.one_of(
    st.sampled_from(["select", "class", "1x", "^x$", "*", "a.b", "X", "C", "np", "Intercept"]),
    st.text(st.sampled_from("ab.\"'\\;[](){}*?~|:+-,%#$ \n\t`\u00fc"), min_size=1),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
)


@few
@given(COLUMNS, st.sampled_from(ENDINGS))
def test_a_column_is_read_under_its_name(folder, name, ending):
    assume(name.lower() != "y")
    file = emptied(folder) / f"data{ending}"
    file.write_bytes(content(DATA.set_axis(["y", name], axis=1), ending))
    result = smg.gaussmle(f"y ~ Q({name!r})", file).fit()
    np.testing.assert_allclose(result.params, PARAMS, rtol=1e-10)
    assert result.params.index[1] == f"Q({name!r})"


# Damage ----------------------------------------------------------------------------------


@st.composite
def damaged(draw, whole):
    """Bytes that are cut, changed, left out or doubled somewhere."""
    place = draw(st.integers(0, len(whole) - 1))
    length = draw(st.integers(1, 40))
    what = draw(st.sampled_from(["cut", "flip", "hole", "double", "zeros"]))
    before, piece, after = whole[:place], whole[place : place + length], whole[place + length :]
    if what == "cut":
        return before
    if what == "flip":
        return (
            before + bytes([whole[place] ^ (1 << draw(st.integers(0, 7)))]) + whole[place + 1 :]
        )
    if what == "hole":
        return before + after
    return before + (piece * 2 if what == "double" else bytes(len(piece))) + after


@pytest.mark.parametrize("ending", [".csv.gz", ".parquet"])
def test_damage_is_named_or_does_no_harm(folder, ending):
    file = emptied(folder) / f"data{ending}"

    @few
    @given(damaged(CONTENT[ending]))
    def named_or_harmless(content):
        file.write_bytes(content)
        result, error = outcome(lambda: smg.gaussmle("y ~ x", file).fit())
        if error:
            assert f"data{ending}" in error or "The columns are" in error
        else:
            np.testing.assert_allclose(result.params, PARAMS, rtol=1e-10)

    named_or_harmless()


def test_damage_without_a_checksum_is_named_or_is_other_numbers(folder):
    file = emptied(folder) / "data.feather"
    outcomes = set()

    @few
    @given(damaged(CONTENT[".feather"]))
    def named_or_other(content):
        file.write_bytes(content)
        frame, error = outcome(lambda: open_table(file).head(["y", "x"]))
        outcomes.add("named" if error else "read")
        if error:
            assert "data.feather" in error or "There is no column" in error
        else:
            assert len(frame) == len(DATA)

    named_or_other()
    assert outcomes == {"named", "read"}


# Text ------------------------------------------------------------------------------------

WORDS = [
    "1",
    "2.5",
    "x",
    "-",
    "NA",
    "#",
    ";",
    "'",
    "1e400",
    "1_0",
    "true",
    '"',
    '""',
    '"a"',
    '"a,b"',
    ",",
    ",",
    ",",
    "\\",
    "é",
    "\ufeff",
]
PIECES = st.sampled_from([*WORDS, " ", "\t", "\0", "\n", "\n", "\n", "\r\n"])


def as_python_reads(text):
    """Rows of a text of which there can be one opinion, else None."""
    if "\0" in text or ("\r\n" in text and "\n" in text.replace("\r\n", "")):
        return None
    try:
        rows = [
            row
            for row in csv.reader(
                io.StringIO(text, newline=""), skipinitialspace=True, strict=True
            )
            if row
        ]
    except csv.Error:
        return None
    return rows[1:] if all(len(row) == 2 for row in rows) else None


@settings(few, max_examples=60)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_text_is_what_python_reads_or_refused_by_its_line(folder, body):
    file = emptied(folder) / "data.csv"
    file.write_bytes(f"v,w\n{body}".encode())
    expected = as_python_reads(f"v,w\n{body}")
    frame, error = outcome(lambda: open_table(file).head(["v", "w"]))
    if "has no rows" in error:
        assert not expected
    elif error:
        assert expected is None
        assert error.startswith("data.csv: line ")
    else:
        assert expected is None or len(frame) == len(expected)
        for name, place in (("v", 0), ("w", 1)):
            for value, row in zip(frame[name], expected or (), strict=False):
                if isinstance(value, str):
                    assert value.strip(" ") == row[place].strip(" ")
                elif pd.notna(value):
                    assert str(value).lower() == row[place].strip().lower() or (
                        float(value) == float(row[place])
                    )


# Permissions -----------------------------------------------------------------------------


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("y,x\n1,2\n")
    # Root may read all.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match=r"a\.csv' may not be read by this user; change"):
        open_table(tmp_path)


def test_a_folder_that_may_not_be_listed_does_not_pass_over_its_files(tmp_path, monkeypatch):
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.csv").write_text("y,x\n1,2\n")
    listed = os.scandir

    def scandir(path):
        if str(path).endswith("inner"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(PermissionError, match="inner' cannot be listed: Permission denied"):
        open_table(tmp_path)


def test_a_link_in_a_folder_to_a_file_that_is_gone_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("y,x\n1,2\n")
    (tmp_path / "b.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(FileNotFoundError, match=r"b\.csv': what it links to is gone"):
        open_table(tmp_path)


def test_a_name_that_is_no_text_is_refused_with_the_remedy(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).write_text("y,x\n1,2\n")
    with pytest.raises(ValueError, match=r"caf\\xe9\.csv' is no text in UTF-8, .* rename"):
        open_table(tmp_path)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("text", ["x" * 5000, "~nobody-of-that-name", "a\0b", "x\n" * 3000])
def test_a_text_that_names_no_file_is_said_to_be_none(text, ending):
    with pytest.raises(FileNotFoundError, match="There is no file"):
        open_table(f"{text}{ending}")


@pytest.mark.parametrize("name", ["a\\b*.csv", "a\\[b].csv"])
def test_a_name_that_duckdb_cannot_be_told_is_refused(tmp_path, name):
    (tmp_path / name).write_text("y,x\n1,2\n")
    with pytest.raises(ValueError, match="has a backslash and one of"):
        open_table(tmp_path / name).head(["x"])
