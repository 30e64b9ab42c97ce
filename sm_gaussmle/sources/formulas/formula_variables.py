"""Columns that formulas name, in types that formula engines understand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
# Texts of Python, whose backslashes stand for other characters, and names in backticks.
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`""", re.DOTALL)


def used_columns(formulas: Iterable[str], columns: Iterable[Any]) -> list[Any]:
    """Columns that formulas name.

    Parameters
    ----------
    formulas : iterable of str
        The formulas.
    columns : iterable
        Names of the columns that there are.

    Returns
    -------
    list
        Those whose names are in the formulas, also in quotes.
    """
    text = " ".join(formulas)
    names = set(_IDENTIFIER.findall(text))
    names.update(map(_unquoted, _QUOTED.findall(text)))
    return [column for column in columns if column in names]


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):  # the formula is refused where it is evaluated
        return text[1:-1]


def plain_columns(data: pd.DataFrame, used: list[Any], engine: str) -> pd.DataFrame:
    """Columns in types that both formula engines understand.

    Parameters
    ----------
    data : DataFrame
        The data.
    used : list
        Columns to convert.
    engine : {"patsy", "formulaic"}
        For which a boolean is a category or a number.

    Returns
    -------
    DataFrame
        Nullable and Arrow numbers are floats, their strings objects; the caller's own
        table where there are none.
    """
    kept = (np.dtype, pd.CategoricalDtype, pd.DatetimeTZDtype)
    others = [name for name in used if not isinstance(data[name].dtype, kept)]
    if not others:
        return data
    plain = data.copy(deep=False)
    for name in others:
        dtype = data[name].dtype
        boolean = pd.api.types.is_bool_dtype(dtype)
        if is_decimal(dtype):
            # Arrow's own cast takes a thousandth of the time.
            floats = data[name].array.__arrow_array__().cast("double", safe=False)
            plain[name] = floats.to_numpy(zero_copy_only=False)
        elif boolean and not data[name].isna().any():
            plain[name] = data[name].to_numpy(dtype=bool)
        elif engine == "formulaic" if boolean else pd.api.types.is_numeric_dtype(dtype):
            plain[name] = data[name].to_numpy(dtype=float, na_value=np.nan)
        else:
            plain[name] = data[name].astype(object).where(data[name].notna(), None)
    return plain


def is_decimal(dtype: Any) -> bool:
    """Whether a column has decimals, which are numbers to formulas.

    Parameters
    ----------
    dtype : dtype
        Of the column.

    Returns
    -------
    bool
        Whether it is Arrow's type of them.
    """
    # Of no kind of number to NumPy.
    return (
        isinstance(dtype, pd.ArrowDtype)
        and pd.api.types.is_numeric_dtype(dtype)
        and dtype.kind == "O"
    )
