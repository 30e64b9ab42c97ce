"""What is said of formulas that cannot be evaluated."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from sm_gaussmle.statsmodels_face.formulas.formula_text import used_columns

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # formulaic marks the place for a terminal
_MOST_NAMES = 20  # columns that an error names


def unambiguous(formulas: list[str], data: pd.DataFrame, name: str) -> list[Any]:
    """Columns that formulas name, each of which is there once.

    Parameters
    ----------
    formulas : list of str
        The formulas.
    data : DataFrame
        The data.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    list
        Column labels.

    Raises
    ------
    ValueError
        If there are several columns of a name.
    """
    used = used_columns(formulas, data)
    double = sorted({str(label) for label in used if list(data.columns).count(label) > 1})
    if double:
        raise ValueError(
            f"`{name}` has more than one column named {', '.join(map(repr, double))}; rename "
            "them."
        )
    return used


def reason(error: Exception) -> str:
    """What was wrong when an engine evaluated a formula.

    Parameters
    ----------
    error : Exception
        What it raised.

    Returns
    -------
    str
        One line without a full stop.
    """
    name = getattr(error.__cause__, "name", None)
    if isinstance(error.__cause__, NameError) and name:
        return f"{name!r} is no column of the data and no name that the formula can see"
    # patsy draws the formula with a mark below its message: one line says what is wrong.
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return " ".join(_COLOURS.sub("", str(text)).split()).rstrip(" .")


def columns_of(data: pd.DataFrame) -> str:
    """Columns of a table as a sentence.

    Parameters
    ----------
    data : DataFrame
        The table.

    Returns
    -------
    str
        Twenty names at most, and how many more there are.
    """
    names = [str(name) for name in data.columns]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"The columns are {', '.join(names[:_MOST_NAMES])}{more}."
