"""Arguments as people pass them, and as they do not: the same numbers in many containers.

Each entry makes something else of an array of one value per row, or of columns.
"""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from scipy import sparse


def with_first(values, first):
    """A copy whose first value, or first row, is another."""
    changed = np.array(values)
    changed[0] = first
    return changed


def objects(values, first):
    changed = np.array(values, dtype=object)
    changed[0] = first
    return changed


def readonly(values):
    values = values.copy()
    values.flags.writeable = False
    return values


def two_levels(length):
    return pd.MultiIndex.from_product([["a"], range(length)])


def ragged(values):
    return [[value] for value in values[:-1]] + [[1.0, 2.0]]


class Array:
    """Has the protocol of arrays, and nothing else."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values


# What keeps the numbers, or rounds them, or marks some as missing.
COLUMNS = {
    "array": lambda v: v,
    "list": lambda v: v.tolist(),
    "tuple": lambda v: tuple(v.tolist()),
    "Series": pd.Series,
    "named Series": lambda v: pd.Series(v, name=("a", 1)),
    "DataFrame": lambda v: pd.DataFrame({"": v}),
    "column vector": lambda v: v[:, None],
    "objects": lambda v: v.astype(object),
    "Series of objects": lambda v: pd.Series(v, dtype=object),
    "half precision": lambda v: v.astype(np.float16),
    "single precision": lambda v: v.astype(np.float32),
    "long double": lambda v: v.astype(np.longdouble),
    "big-endian": lambda v: v.astype(">f8"),
    "bool": lambda v: v > np.median(v),
    "int8": lambda v: np.round(v).astype(np.int8),
    "uint8": lambda v: np.abs(np.round(v)).astype(np.uint8),
    "beyond 2^53": lambda v: np.round(v * 1e3).astype(np.int64) + 2**60,
    "Python's whole numbers": lambda v: objects(np.round(v), 10**40),
    "nullable": lambda v: pd.Series(v, dtype="Float64"),
    "nullable array": lambda v: pd.array(v, dtype="Float64"),
    "nullable, one missing": lambda v: pd.Series(with_first(v, np.nan), dtype="Float64"),
    "nullable booleans": lambda v: pd.Series(v > 0, dtype="boolean"),
    "of Arrow": lambda v: pd.Series(v, dtype="double[pyarrow]"),
    "sparse Series": lambda v: pd.Series(pd.arrays.SparseArray(v)),
    "masked": lambda v: np.ma.array(v, mask=np.arange(len(v)) == 1),
    "masked objects": lambda v: np.ma.array(v, mask=np.arange(len(v)) == 1, dtype=object),
    "matrix": lambda v: v[:, None].view(np.matrix),
    "memoryview": lambda v: memoryview(v.copy()),
    "not contiguous": lambda v: np.repeat(v, 2)[::2],
    "read-only": readonly,
    "polars Series": pl.Series,
    "polars DataFrame": lambda v: pl.DataFrame({"a": v}),
    "Arrow array": pa.array,
    "Arrow chunks": lambda v: pa.chunked_array([v[:2], v[2:]]),
    "Arrow table": lambda v: pa.table({"a": v}),
    "Index": pd.Index,
    "protocol": Array,
    "one None": lambda v: [None, *v[1:].tolist()],
    "one NA": lambda v: objects(v, pd.NA),
    "one NaN": lambda v: with_first(v, np.nan),
    "negative zeros": lambda v: np.full(len(v), -0.0),
    "all alike": lambda v: np.full(len(v), 3.0),
    "tiny": lambda v: v * 1e-100,
    "huge": lambda v: v * 1e100,
    "positive": lambda v: np.abs(v) + 0.1,
    "dated": lambda v: pd.Series(v, index=pd.date_range("2000", periods=len(v))),
    "of one label": lambda v: pd.Series(v, index=[0] * len(v)),
    "of two levels": lambda v: pd.Series(v, index=two_levels(len(v))),
    "in another order": lambda v: pd.Series(v, index=range(len(v))[::-1]),
    "of labels that are missing": lambda v: pd.Series(v, index=[np.nan] * len(v)),
}
# What is no column of numbers, or of numbers that nothing can be made of.
NO_COLUMNS = {
    "row vector": lambda v: v[None, :],
    "three dimensions": lambda v: v[:, None, None],
    "ragged": ragged,
    "Decimals": lambda v: [Decimal(repr(value)) for value in v.tolist()],
    "Fractions": lambda v: objects(v, Fraction(1, 3)),
    "complex": lambda v: v.astype(complex),
    "Series of complex": lambda v: pd.Series(v.astype(complex)),
    "beyond doubles": lambda v: objects(v, 10**400),
    "text": lambda v: v.astype(str),
    "Series of text": lambda v: pd.Series(v.astype(str)),
    "bytes": lambda v: v.astype(str).astype(bytes),
    "one text": lambda v: objects(v, "a"),
    "one dict": lambda v: objects(v, {}),
    "dates": lambda v: np.round(v).astype("datetime64[D]"),
    "Series of dates": lambda v: pd.Series(np.round(v).astype("datetime64[s]")),
    "durations": lambda v: np.round(v).astype("timedelta64[s]"),
    "periods": lambda v: pd.Series(pd.period_range("2000", periods=len(v), freq="D")),
    "categories": lambda v: pd.Series(pd.Categorical(np.round(v))),
    "sparse matrix": lambda v: sparse.csr_matrix(v[:, None]),
    "sparse array": lambda v: sparse.coo_array(v[:, None]),
    "structured": lambda v: np.rec.fromarrays([v], names="a"),
    "generator": lambda v: (value for value in v),
    "dict": lambda v: dict(enumerate(v)),
    "set": lambda v: set(v.tolist()),
    "number": lambda v: float(v[0]),
    "no dimension": lambda v: np.array(v[0]),
    "class": lambda _: float,
    "None": lambda _: None,
    "word": lambda _: "abc",
    "empty": lambda v: v[:0],
    "empty list": lambda _: [],
    "one value": lambda v: v[:1],
    "too short": lambda v: v[:-1],
    "too long": lambda v: np.append(v, 1.0),
    "three columns": lambda v: np.column_stack([v, v, v]),
    "infinite": lambda v: with_first(v, np.inf),
    "minus infinite": lambda v: with_first(v, -np.inf),
    "all missing": lambda v: v * np.nan,
    "denormal": lambda v: v * 1e-310,
    "at the end of the doubles": lambda v: np.sign(v) * 1e308,
}


def named(*names):
    return lambda X: pd.DataFrame(X, columns=list(names)[: X.shape[1]])


def first_column(make):
    """A DataFrame whose first column is something else."""

    def changed(X):
        frame = pd.DataFrame(X, columns=[f"c{place}" for place in range(X.shape[1])])
        return frame.assign(c0=make(X[:, 0]))

    return changed


TABLES = {
    "array": lambda X: X,
    "lists": lambda X: X.tolist(),
    "in Fortran's order": np.asfortranarray,
    "DataFrame": pd.DataFrame,
    "odd names": named("", " ", "a b"),
    "names of functions": named("I(x)", "é", "log"),
    "names of the model": named("const", "Intercept", "ln(sigma2)"),
    "names of the log variance": named("ln(sigma2)[const]", "ln(sigma2)[z1]", "sigma2"),
    "names that are missing": named(None, np.nan, pd.NaT),
    "one name": named("a", "a", "a"),
    "names that are alike as text": named(1, "1", 1.0),
    "dates for names": lambda X: pd.DataFrame(
        X, columns=pd.date_range("2000", periods=X.shape[1])
    ),
    "names of two levels": lambda X: pd.DataFrame(X, columns=two_levels(X.shape[1])),
    "objects": lambda X: pd.DataFrame(X).astype(object),
    "nullable": first_column(lambda v: pd.array(v, dtype="Float64")),
    "one missing": first_column(lambda v: with_first(v, np.nan)),
    "of Arrow": first_column(lambda v: pd.array(v, dtype="double[pyarrow]")),
    "booleans": first_column(lambda v: v > 0),
    "text": first_column(lambda _: "a"),
    "categories": first_column(lambda v: pd.Categorical(["a"] * len(v))),
    "dates": first_column(lambda _: pd.Timestamp("2000")),
    "complex": first_column(lambda v: v.astype(complex)),
    "sparse columns": lambda X: pd.DataFrame(X).astype(pd.SparseDtype(float, 0.0)),
    "single precision": lambda X: X.astype(np.float32),
    "whole numbers": lambda X: np.round(X * 10).astype(np.int8),
    "masked": lambda X: np.ma.array(X, mask=np.arange(X.size).reshape(X.shape) == 1),
    "matrix": lambda X: X.view(np.matrix),
    "not contiguous": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "read-only": readonly,
    "polars": lambda X: pl.DataFrame(X, orient="row"),
    "Arrow": lambda X: pa.table({f"c{place}": column for place, column in enumerate(X.T)}),
    "in another order": lambda X: pd.DataFrame(X, index=range(len(X))[::-1]),
    "of two levels": lambda X: pd.DataFrame(X, index=two_levels(len(X))),
    "dated": lambda X: pd.DataFrame(X, index=pd.date_range("2000", periods=len(X))),
    "infinite": lambda X: with_first(X, np.inf),
    "far outlier": lambda X: with_first(X, 1e20),
    "tiny": lambda X: X * 1e-100,
    "huge": lambda X: X * 1e100,
    "out of range": lambda X: X * 1e-300,
    "far from zero": lambda X: X + 1e9,
    "of many sizes": lambda X: X * np.logspace(-9, 9, X.shape[1]),
    "a column twice": lambda X: np.column_stack([X, X[:, 0]]),
    "almost twice": lambda X: np.column_stack([X, X[:, 0] + 1e-9 * X[:, -1] ** 2]),
    "a column of zeros": lambda X: np.column_stack([X, 0.0 * X[:, 0]]),
    "a column of one row": lambda X: np.column_stack([X, np.arange(len(X)) == 3]),
    "square": lambda X: np.vander(np.linspace(-1, 1, len(X))),
    "one column": lambda X: X[:, 0],
}
NO_TABLES = {
    "transposed": lambda X: X.T,
    "three dimensions": lambda X: X[:, :, None],
    "no columns": lambda X: X[:, :0],
    "no rows": lambda X: X[:0],
    "empty DataFrame": lambda _: pd.DataFrame(),
    "sparse": sparse.csr_array,
    "dict": lambda X: {"a": X[:, 0]},
    "generator": lambda X: (row for row in X),
    "structured": lambda X: pd.DataFrame(X).to_records(index=False),
    "text": lambda X: X.astype(str),
    "too short": lambda X: X[:-1],
    "ragged": lambda X: [[1.0], *X.tolist()],
    "number": lambda _: 1.0,
    "None": lambda _: None,
    "word": lambda _: "~ x",
    "wide": lambda X: np.ones((len(X), len(X) + 1)),
}
# What no option is, or hardly any.
ODD = [
    None, True, 0, 1, -1, 3, 10**400, 0.5, -0.0, 1e308, 5e-324, np.nan, np.inf, "", "a", b"a",
    1j, (), [], [1], {}, {1: 2}, {3}, Ellipsis, int, np.int64(3), np.float32(2), np.bool_(True),
    np.array(3), np.array([1, 2]), np.array(["a"]), pd.NA, pd.NaT, pd.Timestamp("2000"),
    np.datetime64("2000"), Decimal(3), Fraction(1, 3), pd.Series([1.0]), pd.DataFrame({"a": [1]}),
]  # fmt: skip


def plain(values):
    """The numbers of a container, as an array of doubles, by another way than the package's."""
    if hasattr(values, "to_pandas"):
        values = values.to_pandas()
    if isinstance(values, pd.DataFrame):
        return np.column_stack([plain(values.iloc[:, j]) for j in range(values.shape[1])])
    if isinstance(values, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        return np.asarray(pd.Series(values).astype(object).map(_number), dtype=float)
    if isinstance(values, np.ma.MaskedArray):
        return values.astype(float).filled(np.nan)
    array = np.asarray(values)
    numbers = np.array([_number(value) for value in array.ravel().tolist()])
    return numbers.reshape(array.shape)


def _number(value):
    return np.nan if value is None or value is pd.NA else float(value)
