"""What is said of formulas that cannot be evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import Any

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # formulaic marks the place for a terminal
_ZONED = re.compile(r"Cannot interpret 'datetime64\[\w+, .*\]' as a data type")
_MOST_NAMES = 20  # columns that an error names


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
    if isinstance(error, TypeError) and _ZONED.search(str(error)):
        return (
            "timestamps with a time zone cannot be levels or numbers; without one they can be "
            "levels, C(t.dt.tz_localize(None)), and their parts numbers, t.dt.hour"
        )
    # patsy draws the formula with a mark below its message: one line says what is wrong.
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    origin = getattr(error, "origin", None)  # of patsy's: the part of the formula
    if origin is not None:
        text = f"{origin.relevant_code()}: {text}"
    return " ".join(_COLOURS.sub("", str(text)).split()).rstrip(" .")


def columns_of(columns: Iterable[Any]) -> str:
    """The columns of a table as a sentence.

    Parameters
    ----------
    columns : iterable
        Their names.

    Returns
    -------
    str
        Twenty names at most, and how many more there are; and how a formula has a name that
        would be read as something else.
    """
    names = [str(name) for name in columns]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    odd = next((name for name in names if not name.isidentifier() or iskeyword(name)), None)
    quoted = (
        "" if odd is None else f" In a formula {odd!r} is Q({odd!r}), or `{odd}` in formulaic."
    )
    return f"The columns are {', '.join(names[:_MOST_NAMES])}{more}.{quoted}"
