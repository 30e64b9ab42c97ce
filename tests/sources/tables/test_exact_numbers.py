"""Whole numbers and decimals that floats do not tell apart are labels all the same."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.sources.tables.opening import open_table

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
duckdb = pytest.importorskip("duckdb")
dd = pytest.importorskip("dask.dataframe")

N, GROUPS = 400, 40


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    group = rng.integers(0, GROUPS, N)
    frame = pd.DataFrame({"x": rng.normal(size=N) + group / 9, "group": group})
    return frame.assign(y=frame["x"] + np.sin(group) + rng.normal(size=N))


def labelled(data, kind, first=2**53 + 1, *, missing=None):
    """Return a table whose labels are as many as the groups, one of them missing."""
    labels = [None if row == missing else first + int(g) for row, g in enumerate(data["group"])]
    x = data["x"].where(np.arange(N) != missing)
    numbers = pa.array([v if v is None else Decimal(v) for v in labels], pa.decimal128(38, 0))
    return pa.table({"y": data["y"].to_numpy(), "x": x.to_numpy(), "id": numbers.cast(kind)})


def written(folder, table):
    parquet.write_table(table, folder / "a.parquet", row_group_size=100)
    return folder / "a.parquet"


def errors(data, labels, **options):
    model = gaussmle("y ~ x", data)
    return model.fit(cov_type="cluster", cov_kwds={"groups": labels}, **options).bse


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint64(), pa.decimal128(20, 0)])
def test_labels_beyond_2_to_the_53_stay_apart_where_one_is_missing(data, tmp_path, kind):
    # It is missing in a row that is left out, in one of the row groups.
    path = written(tmp_path, labelled(data, kind, missing=N - 1))
    assert_allclose(errors(path, "id"), errors(data[:-1], data["group"][:-1]), rtol=1e-10)


def test_labels_of_128_bits_stay_apart(data):
    table = labelled(data, pa.decimal128(38, 0), first=10**37)
    relation = duckdb.from_arrow(table).project("y, x, id::hugeint as id")
    assert_allclose(errors(relation, "id"), errors(data, data["group"]), rtol=1e-10)


def test_decimal_fractions_stay_apart(data, tmp_path):
    table = labelled(data, pa.decimal128(38, 0), first=10**16)
    shifted = [Decimal(v).scaleb(-5) for v in table["id"].to_pylist()]
    table = table.set_column(2, "id", pa.array(shifted, pa.decimal128(21, 5)))
    path = written(tmp_path, table)
    assert_allclose(errors(path, "id"), errors(data, data["group"]), rtol=1e-10)


def test_labels_of_dask_stay_apart_where_one_is_missing(data):
    frame = data.assign(id=pd.array(data["group"] + 2**53 + 1, dtype="Int64"))
    frame.loc[N - 1, ["x", "id"]] = None, pd.NA
    table = dd.from_pandas(frame, npartitions=3)
    assert_allclose(errors(table, "id"), errors(data[:-1], data["group"][:-1]), rtol=1e-10)


@pytest.mark.parametrize("kind", [pa.int64(), pa.decimal128(20, 0)])
def test_levels_that_floats_would_join_are_refused(data, tmp_path, kind):
    path = written(tmp_path, labelled(data, kind, missing=N - 1))
    with pytest.raises(
        ValueError, match=r"column 'id' of Parquet, .* has the level 9007199\d+ in"
    ):
        gaussmle("y ~ C(id)", path)


def test_whole_numbers_beyond_2_to_the_53_are_levels_where_none_is_missing(data, tmp_path):
    path = written(tmp_path, labelled(data, pa.int64()))
    names = gaussmle("y ~ C(id)", path).equation_names("exog")
    assert len(names) == data["group"].nunique()


@pytest.mark.parametrize("first", [1, 2**53 + 1])
@pytest.mark.parametrize("kind", [pa.int64(), pa.decimal128(20, 0), pa.decimal128(38, 0)])
def test_they_are_numbers_to_a_formula(data, tmp_path, kind, first):
    path = written(tmp_path, labelled(data, kind, first, missing=7))
    memory = pd.read_parquet(path)
    memory["id"] = memory["id"].astype(float)
    formula = f"y ~ x + I((id - {first}) / 2) + id:x"
    assert_allclose(
        gaussmle(formula, path).loglike([0.1, 0.1, 1e-9, 0.1, 0.5]),
        gaussmle(formula, memory).loglike([0.1, 0.1, 1e-9, 0.1, 0.5]),
        rtol=1e-12,
    )


def test_decimals_are_levels_like_floats(data, tmp_path):
    path = written(tmp_path, labelled(data, pa.decimal128(20, 0), 1))
    names = gaussmle("y ~ C(id)", path).exog_names
    assert names[1] == "C(id)[T.2.0]"


@pytest.mark.parametrize(("first", "kind"), [(1, "float64"), (2**53 + 1, "Int64")])
def test_whole_numbers_are_floats_where_these_are_exact(data, tmp_path, first, kind):
    path = written(tmp_path, labelled(data, pa.int64(), first, missing=7))
    assert (
        str(open_table(path).total(lambda part: part["id"].dtypes.name + " ", ["id"])).split()[
            0
        ]
        == kind
    )
