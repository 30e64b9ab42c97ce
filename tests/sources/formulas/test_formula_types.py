"""Types that formulas calculate with: those of the whole column in memory."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.sources.formulas.elementwise import gives_floats, is_elementwise
from sm_gaussmle.sources.formulas.formula_columns import joint_columns
from sm_gaussmle.sources.formulas.formula_state import learn
from sm_gaussmle.sources.tables.arrow import DatasetTable
from sm_gaussmle.sources.tables.opening import open_table
from tests.sources.parts import Parts

from .test_formula_state import assert_as_in_memory, frame

OUTSIDE = {"np": np, "twice": lambda x: 2 * x, "five": 5, "many": np.arange(3)}
COLUMNS = ["x", "z", "i"]


def large(n=30):
    """Return whole numbers of 32 bits, whose squares need 64."""
    return frame(n, 1).assign(i=np.arange(n, dtype="int32") * 7_000 + 20_000)


def missing_in_the_last():
    first, last = large(), large().astype({"i": float})
    last.loc[3, "i"] = np.nan
    return first, last


@pytest.mark.parametrize(
    "formula",
    [
        "I(i**2)",
        "I(i * i) + x",
        "center(i**2)",
        "C(i**2 > 1e10)",
        "C(i // 50_000)",
        "np.square(i)",
    ],
)
def test_whole_numbers_do_not_overflow_where_a_later_part_misses_one(formula):
    assert_as_in_memory(formula, Parts(*missing_in_the_last()), 1e-14)


# Of an object Python itself takes the complement, which it warns of since 3.12.
COMPLEMENT = "ignore:Bitwise inversion:DeprecationWarning"


@pytest.mark.filterwarnings(COMPLEMENT)
@pytest.mark.parametrize("formula", ["I(b + c)", "I(~b)", "C(b & c)", "np.where(b, 1.0, 0.0)"])
def test_booleans_are_objects_where_a_later_part_misses_one(formula):
    first, last = (frame(30, seed).assign(c=lambda data: data["x"] > 0) for seed in (1, 2))
    last["b"] = last["b"].astype(object)
    last.loc[3, "b"] = None
    assert_as_in_memory(formula, Parts(first, last))


def test_one_pass_over_whole_numbers_alone_tells_their_type():
    table = Parts(*missing_in_the_last())
    learn(["I(i**2) + np.log(x + 9)", "0 + y"], table, OUTSIDE)
    assert (table.passes, table.read) == (1, ["i"])


@pytest.mark.parametrize("formula", ["i", "np.log(i) + x", "x:i", "I(x**2)", "np.log(j)"])
def test_no_pass_is_made_where_the_type_does_not_matter(formula):
    data = large()
    table = Parts(data.assign(j=data["i"].where(data["i"] > 30_000)))
    learn([formula], table, OUTSIDE)
    assert table.passes == 0


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_functions_of_small_whole_numbers_have_the_precision_of_memory(dtype):
    first, last = missing_in_the_last()
    first["i"] = np.arange(1, 31).astype(dtype)
    assert_as_in_memory("np.log(i)", Parts(first, last))


@pytest.mark.parametrize("reads_once", [True, False])
def test_whole_numbers_are_floats_where_it_cannot_be_known_whether_one_is_missing(reads_once):
    data = large()
    table = Parts(data, reads_once=reads_once)
    (ours,) = learn(["I(i**2) + I(b * 1)"], table, OUTSIDE, further_rows=not reads_once)
    assert table.passes == 0
    squares = joint_columns([ours], data)[0][:, ours.names.index("I(i ** 2)")]
    assert_allclose(squares, data["i"].astype(float) ** 2, rtol=0)


def test_times_have_parts_that_are_numbers_and_are_none_with_a_time_zone():
    days = pd.to_datetime(np.arange(30), unit="D").tz_localize("Europe/Berlin")
    table = Parts(large().assign(t=days))
    assert learn(["t.dt.day"], table, OUTSIDE)[0].names == ("Intercept", "t.dt.day")
    with pytest.raises(ValueError, match="with a time zone cannot be levels or numbers"):
        learn(["C(t)"], table, OUTSIDE)


def write(folder, nulls, **options):
    pa = pytest.importorskip("pyarrow")
    data = large()
    schema = pa.schema([pa.field("i", pa.int32(), nullable=nulls), pa.field("x", pa.float32())])
    table = pa.table(
        [pa.array(data["i"], pa.int32()), pa.array(data["x"], pa.float32())], schema
    )
    pytest.importorskip("pyarrow.parquet").write_table(table, folder / "a.parquet", **options)
    return table


def test_the_statistics_of_parquet_files_tell_that_no_value_is_missing(tmp_path):
    write(tmp_path, nulls=True)
    assert sorted(open_table(tmp_path / "a.parquet").settled(["i", "x"])) == ["i", "x"]


def test_parquet_files_without_statistics_do_not_tell_it(tmp_path):
    write(tmp_path, nulls=True, write_statistics=False)
    table = open_table(tmp_path / "a.parquet")
    assert table.settled(["i", "x"]) == ["x"]
    assert table.settled(["x"]) == ["x"]


@pytest.mark.parametrize(("nulls", "known"), [(False, ["i", "x"]), (True, ["x"])])
def test_an_arrow_schema_tells_columns_that_are_never_null(tmp_path, nulls, known):
    dataset = pytest.importorskip("pyarrow.dataset").dataset(write(tmp_path, nulls))
    assert DatasetTable(dataset).settled(["i", "x"]) == known


def test_a_null_in_one_row_group_does_not_change_a_fit(tmp_path):
    pa = pytest.importorskip("pyarrow")
    data = large(400)
    data["y"] += data["i"].astype(float) ** 2 / 1e12
    numbers = pa.array(data["i"], pa.int32(), mask=np.arange(400) == 350)
    table = pa.table({"y": data["y"].to_numpy(), "i": numbers})
    pytest.importorskip("pyarrow.parquet").write_table(
        table, tmp_path / "a.parquet", row_group_size=100
    )
    ours = gaussmle("y ~ I(i**2)", tmp_path / "a.parquet").fit()
    memory = gaussmle("y ~ I(i**2)", pd.read_parquet(tmp_path / "a.parquet")).fit()
    assert_allclose(ours.params, memory.params, rtol=1e-10)


# What is known of code --------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "I(x ** 2 + five * z)",
        "np.log(x) - np.pi",
        "C(z > 3, levels=[False, True])",
        "np.where(-x < 0, 'up', 'down')",
        "center(x)",
        "bs(x, knots=[1, 2])",
        "Q('x')",
    ],
)
def test_operators_and_known_functions_look_at_no_other_row(code):
    assert is_elementwise(code, COLUMNS, OUTSIDE)


@pytest.mark.parametrize(
    "code",
    [
        "x.max()",
        "twice(x)",
        "x - many",
        "np.cumsum(x)",
        "np.add.accumulate(x)",
        "x[0]",
        "other",
    ],
)
def test_other_code_may_look_at_other_rows(code):
    assert not is_elementwise(code, COLUMNS, OUTSIDE)


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("np.log(i)", True),
        ("np.square(i)", False),
        ("np.log(i * i)", False),
        ("np.log(i, dtype=float)", False),
        ("twice(i)", False),
        ("i", False),
    ],
)
def test_functions_that_make_floats_of_whole_numbers_are_known(code, known):
    assert gives_floats(code, COLUMNS, OUTSIDE) is known
