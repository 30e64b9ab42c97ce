"""Columns of numbers that a few texts have made columns of text.

Such a column would silently be a factor of hundreds of levels. It is refused where a formula
has it as it is; ``C(x)`` says that levels are what is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from sm_gaussmle.sources.formulas.formula_variables import used_columns

_REMEDY = (
    "Correct it: numbers have a decimal point and no thousands separators, and what is missing "
    "is empty or NA"
)
_SHOWN = 40  # characters of a value in an error


@runtime_checkable
class KnowsStrays(Protocol):
    """A table that finds out types from texts, and knows what stood in the way."""

    def strays(self, names: Sequence[str]) -> Mapping[str, str]:
        """Columns of text most of whose values are of another kind.

        Parameters
        ----------
        names : sequence of str
            Columns that are asked about.

        Returns
        -------
        mapping of str to str
            For each of them where the first value is that is not.
        """
        ...


def refuse_strays(code: str, strays: Mapping[str, str]) -> None:
    """Refuse a factor of a column that a few values have made text.

    Parameters
    ----------
    code : str
        Of the factor.
    strays : mapping of str to str
        Such columns, with where the first of these values is.

    Raises
    ------
    ValueError
        If the factor has one and does not say that it means levels.
    """
    if code.startswith("C("):
        return
    for name in used_columns([code], strays):
        raise ValueError(
            f"{strays[name]}. {_REMEDY}. Write "
            f"C({name if name.isidentifier() else f'Q({name!r})'}) if each value is a level"
        )


def refuse_stray_numbers(argument: str, column: object, strays: Mapping[str, str]) -> None:
    """Refuse a column that has to be of numbers and that a few values have made text.

    Parameters
    ----------
    argument : str
        What it was given for.
    column : object
        Its name, if it is one.
    strays : mapping of str to str
        Such columns, with where the first of these values is.

    Raises
    ------
    ValueError
        If it is one.
    """
    if column in strays:
        raise ValueError(f"`{argument}` is {column!r}: {strays[str(column)]}. {_REMEDY}.")


def stray(name: str, where: str, value: str) -> str:
    """What is said of a column that a value has made text.

    Parameters
    ----------
    name : str
        The column.
    where : str
        Line and file of the first such value.
    value : str
        The value.

    Returns
    -------
    str
        A sentence without a full stop.
    """
    return (
        f"column {name!r} is text, as {where} has {shown(value)} where most values are of another "
        "kind"
    )


def shown(value: str) -> str:
    """A value as an error has it.

    Parameters
    ----------
    value : str
        Of any length.

    Returns
    -------
    str
        In quotes, not long.
    """
    return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}...")
