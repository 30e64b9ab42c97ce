"""Many small files and row groups, of which neighbours are worked on together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from sm_gaussmle.sources.table import PartError
from sm_gaussmle.sources.tables import parts
from sm_gaussmle.sources.tables.opening import open_table

FILES, ROWS = 300, 3


def small_files(folder, rows=ROWS, count=FILES):
    values = np.arange(rows * count).reshape(count, rows)
    for number, of_file in enumerate(values):
        texts = pa.array([f"g{value % 2}" for value in of_file]).dictionary_encode()
        if number == 200:
            # another order of the categories, and a missing number
            texts = pa.array(["g1", "g0", None]).dictionary_encode()
            of_file = pa.array([*of_file[:2], None])  # noqa: PLW2901 - of this file
        pq.write_table(pa.table({"v": of_file, "g": texts}), folder / f"{number:03}.parquet")
    return folder


def row_groups(folder):
    table = pa.concat_tables(pq.read_table(file) for file in sorted(folder.iterdir()))
    pq.write_table(table, folder / "whole.pq", row_group_size=ROWS)
    return folder / "whole.pq"


def as_csv(folder):
    made = folder / "csv"
    made.mkdir()
    for file in sorted(folder.glob("*.parquet")):
        pq.read_table(file).to_pandas().to_csv(made / f"{file.stem}.csv", index=False)
    return made


# what is opened, and the name of one of its parts
KINDS = {
    "files": (lambda folder: folder, r"^200\.parquet, row group 0"),
    "row groups": (row_groups, r"^whole\.pq, row group 200"),
    "CSV": (as_csv, r"^200\.csv, batch 0"),
    "dataset": (ds.dataset, r"^Arrow dataset, batch 200 \(.*200\.parquet\)"),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def lengths(table):
    return table.total(lambda frame: [len(frame)], ["v"])


def test_small_neighbours_are_one_part_in_their_order(tmp_path, kind):
    table = open_table(kind[0](small_files(tmp_path)))
    most = FILES // 64
    assert lengths(table) == [most * ROWS] * (FILES // most)
    found = pd.concat(table.total(lambda frame: [frame], ["v", "g"]), ignore_index=True)
    files = sorted(tmp_path.glob("*.parquet"))
    memory = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    np.testing.assert_array_equal(found["v"], memory["v"])
    assert found["g"].astype(object).equals(memory["g"].astype(object))


def test_rows_of_a_joint_part_are_numbered_within_it(tmp_path, kind):
    table = open_table(kind[0](small_files(tmp_path)))
    first = table.total(lambda frame: [frame.index], ["g"])[0]
    assert first.tolist() == list(range(FILES // 64 * ROWS))


def fails_at(value):
    def function(frame):
        if (frame["v"] == value).any():
            raise ZeroDivisionError(f"position {frame.index[frame['v'] == value][0]}")
        return 0

    return function


def test_what_fails_is_named_by_its_own_file_and_position(tmp_path, kind):
    table = open_table(kind[0](small_files(tmp_path)))
    with pytest.raises(PartError, match=kind[1] + ": ZeroDivisionError: position 1$") as error:
        table.total(fails_at(200 * ROWS + 1), ["v"])
    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_what_fails_for_neighbours_only_together_is_named_by_all(tmp_path):
    def function(frame):
        return 1 // (len(frame) == ROWS)

    table = open_table(small_files(tmp_path))
    with pytest.raises(
        PartError, match=r"^000\.parquet, row group 0 to 003\.parquet, row group 0: Zero"
    ):
        table.total(function, ["v"])


def test_a_small_part_that_cannot_be_read_is_named(tmp_path):
    small_files(tmp_path)
    file = tmp_path / "250.parquet"
    content = bytearray(file.read_bytes())
    content[4:40] = b"\xff" * 36
    file.write_bytes(content)
    with pytest.raises(PartError, match=r"^250\.parquet, row group 0: OSError"):
        open_table(tmp_path).total(len, ["v"])


def test_small_parts_without_rows_are_none(tmp_path):
    schema = pa.schema({"v": pa.int64()})
    for number in range(FILES):
        pq.write_table(
            pa.table({"v": [1] if number == 299 else []}, schema=schema),
            tmp_path / f"{number:03}.parquet",
        )
    assert lengths(open_table(tmp_path)) == [1]


def test_small_neighbours_of_several_types_are_of_one(tmp_path):
    for number in range(130):
        texts = pa.array(["a", "b"])
        table = {
            "v": pa.array([number, 1], [pa.int16(), pa.float32()][number % 2]),
            "g": texts if number % 2 else texts.dictionary_encode(),
        }
        pq.write_table(pa.table(table), tmp_path / f"{number:03}.parquet")
    kinds = open_table(tmp_path).total(
        lambda frame: [(len(frame), str(frame["v"].dtype), tuple(frame["g"]))], ["v", "g"]
    )
    assert kinds == [(4, "float32", ("a", "b", "a", "b"))] * 65


def test_a_few_small_files_are_parts_of_their_own(tmp_path):
    assert lengths(open_table(small_files(tmp_path, count=5))) == [ROWS] * 5


def test_joint_parts_stay_small(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_JOINED_ROWS", 7)
    assert lengths(open_table(small_files(tmp_path))) == [6] * 150
