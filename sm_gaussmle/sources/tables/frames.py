"""What a batch of Arrow columns becomes in pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sm_gaussmle.sources.table import EXACT_FLOATS

if TYPE_CHECKING:
    import pyarrow as pa

_FLOAT_DIGITS = 15  # decimal digits that a float tells apart


def frame_type(arrow_type: pa.DataType) -> pa.DataType | None:
    """The Arrow type whose values become a column of a frame.

    Parameters
    ----------
    arrow_type : pyarrow.DataType
        Type of a column of a table.

    Returns
    -------
    pyarrow.DataType or None
        What the column is cast to; None where a frame for a formula has no place for it.

    Notes
    -----
    Two types are of another kind than pandas makes of them in memory, objects of Python.
    Decimals are numbers: most are amounts and sums, not names, and ``C()`` makes them levels.
    Dates are timestamps at midnight, so that ``d.dt.year`` works; as levels they have those
    names, ``C(d)[T.Timestamp('2020-01-02 00:00:00')]``.
    """
    import pyarrow as pa

    kinds = pa.types
    if kinds.is_dictionary(arrow_type):
        values = frame_type(arrow_type.value_type)
        if values is None:
            return None
        return pa.dictionary(arrow_type.index_type, values, arrow_type.ordered)
    if is_text(arrow_type):
        return pa.large_string()
    if kinds.is_decimal(arrow_type):
        return arrow_type if arrow_type.precision > _FLOAT_DIGITS else pa.float64()
    for kind, becomes in ((kinds.is_null, pa.float64()), (kinds.is_date, pa.timestamp("s"))):
        if kind(arrow_type):
            return becomes
    kept = (
        kinds.is_boolean,
        kinds.is_integer,
        kinds.is_floating,
        kinds.is_timestamp,
        kinds.is_duration,
    )
    return arrow_type if any(kind(arrow_type) for kind in kept) else None


def is_text(arrow_type: pa.DataType) -> bool:
    """Whether a type is one of Arrow's types of text.

    Parameters
    ----------
    arrow_type : pyarrow.DataType
        Type of a column.

    Returns
    -------
    bool
        True for ``string``, ``large_string`` and ``string_view``.
    """
    # string_view came with pyarrow 16
    return str(arrow_type) in {"string", "large_string", "string_view"}


@cache
def text_dtype() -> Any:
    """What texts are in a frame: Arrow's own memory, with NaN for a missing one.

    Returns
    -------
    StringDtype
        Under the name that this pandas has for it.
    """
    if pd.__version__.startswith("2.2."):
        return pd.StringDtype("pyarrow_numpy")
    return pd.StringDtype("pyarrow", na_value=np.nan)


def _cast(array: pa.Array, to: pa.DataType) -> pa.Array:
    if array.type.equals(to):
        return array
    # An integer beyond 2^53 is rounded, as pandas does where a number is missing.
    return array.cast(to, safe=not str(to).startswith(("float", "double")))


def _decoded(array: pa.Array) -> pa.Array:
    import pyarrow as pa

    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def dictionary_values(array: pa.Array, of: pa.DataType) -> pd.Index[Any]:
    """Values that the codes of a dictionary column stand for.

    Parameters
    ----------
    array : pyarrow.DictionaryArray
        The column.
    of : pyarrow.DataType
        A dictionary type, whose values they are cast to.

    Returns
    -------
    Index
        In the order of the codes.
    """
    values: pd.Index[Any] = pd.Index(_cast(array.dictionary, of.value_type).to_pandas())
    return values


def _categorical(
    name: str, array: pa.Array, of: pa.DataType, dtype: pd.CategoricalDtype
) -> pd.Categorical:
    import pyarrow as pa

    if not pa.types.is_dictionary(array.type):
        array = _cast(array, of.value_type).dictionary_encode()
    codes = array.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    values = dictionary_values(array, of)
    if not values.equals(dtype.categories):
        # The last entry is what -1, a missing value, picks.
        known = np.append(dtype.categories.get_indexer(values), -1)
        unknown = (known[codes] < 0) & (codes >= 0) & ~np.append(values.isna(), True)[codes]
        if unknown.any():
            raise ValueError(
                f"Column {name!r} has the category {values[codes[unknown][0]]!r} here, which "
                f"is not among those of the table, {list(dtype.categories)}; make the "
                "column text, whose levels are looked for in all rows."
            )
        codes = known[codes]
    return pd.Categorical.from_codes(codes, dtype=dtype)


@dataclass(frozen=True)
class Layout:
    """Columns of a table, the same in each of its frames.

    Attributes
    ----------
    types : mapping of str to pyarrow.DataType
        Type of each column, one of those that `frame_type` returns.
    categories : mapping of str to CategoricalDtype
        Of the columns whose type is a dictionary.
    """

    types: Mapping[str, Any]
    categories: Mapping[str, pd.CategoricalDtype]

    def frame(self, batch: pa.RecordBatch, first: int) -> pd.DataFrame:
        """The columns of a batch.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            Has them, and perhaps others.
        first : int
            Position of its first row in the part.

        Returns
        -------
        DataFrame
            Numbers share the batch's memory where none is missing.
        """
        values = {
            name: self._values(name, batch.column(name), of) for name, of in self.types.items()
        }
        rows = pd.RangeIndex(first, first + batch.num_rows)
        # A copy into one block would cost as much as the product that follows.
        return pd.DataFrame(values, index=rows, copy=False)

    def joined(self, batches: Iterable[pa.RecordBatch]) -> pa.RecordBatch:
        """Small batches as one, which costs less than a frame of each.

        Parameters
        ----------
        batches : iterable of pyarrow.RecordBatch
            Of files whose types may differ.

        Returns
        -------
        pyarrow.RecordBatch
            The columns of a frame, those that have categories by their values.
        """
        import pyarrow as pa

        held = list(batches)
        columns = {}
        for name, of in self.types.items():
            plain = of.value_type if name in self.categories else of
            arrays = [_cast(_decoded(batch.column(name)), plain) for batch in held]
            columns[name] = pa.chunked_array(arrays, plain).combine_chunks()
        return pa.record_batch(columns)

    def _values(self, name: str, array: pa.Array, of: pa.DataType) -> Any:
        import pyarrow as pa

        if name in self.categories:
            return _categorical(name, array, of, self.categories[name])
        array = _cast(array, of)
        if is_text(of):
            return text_dtype().__from_arrow__(array)
        if pa.types.is_decimal(of):
            return pd.arrays.ArrowExtensionArray(array)
        if array.null_count and pa.types.is_integer(of) and _is_beyond_floats(array):
            # Not floats, as of other whole numbers where one is missing: two labels could
            # become one.
            dtype: Any = pd.UInt64Dtype() if pa.types.is_uint64(of) else pd.Int64Dtype()
            return dtype.__from_arrow__(array)
        if pa.types.is_temporal(of):
            return array.to_pandas().array
        return array.to_numpy(zero_copy_only=False)


def _is_beyond_floats(array: pa.Array) -> bool:
    from pyarrow import compute

    ends = compute.min_max(array).as_py().values()
    return any(end is not None and abs(end) > EXACT_FLOATS for end in ends)
