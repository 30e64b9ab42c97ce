"""Names outside the data that formulas use, kept in a pickle and read again."""

from __future__ import annotations

import pickle
import warnings
from dataclasses import dataclass
from typing import Any

from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.sources.formulas.design_state import dumped, loaded
from sm_gaussmle.statsmodels_face.formulas.formula_text import names_in


@dataclass(frozen=True)
class Unreadable:
    """Stands where a name's value could not be read again.

    Attributes
    ----------
    reason : str
        Why not.
    """

    reason: str


def pickled_names(names: dict[str, Any], formulas: list[str]) -> dict[str, bytes]:
    """Each value pickled by itself.

    Parameters
    ----------
    names : dict
        Names with their values.
    formulas : list of str
        The formulas that use them.

    Returns
    -------
    dict
        Names with pickles: one that cannot be read where the results are loaded does not
        take them with it.

    Raises
    ------
    PicklingError
        If a value cannot be pickled.
    """
    return {name: _pickled(name, value, formulas) for name, value in names.items()}


def read_names(pickled: dict[str, bytes]) -> dict[str, Any]:
    """Values of names from their pickles.

    Parameters
    ----------
    pickled : dict
        What `pickled_names` has made.

    Returns
    -------
    dict
        Names with values; `Unreadable` where one cannot be read.

    Warns
    -----
    ValueWarning
        If a value cannot be read.
    """
    names = {}
    for name, text in pickled.items():
        try:
            names[name] = loaded(text, {})
        except Exception as error:  # noqa: BLE001 - importing a user's module may raise anything
            names[name] = Unreadable(str(error))
            warnings.warn(
                f"the formulas of this fit use {name!r}, which cannot be read here: {error}. "
                "All else is as it was, but predictions from a data frame are refused; make "
                f"{name!r} importable and load the fit again.",
                ValueWarning,
                stacklevel=2,
            )
    return names


def refuse_unreadable(formula: str, names: dict[str, Any]) -> None:
    """Refuse to evaluate a formula without one of its names.

    Parameters
    ----------
    formula : str
        The formula.
    names : dict
        Names with values.

    Raises
    ------
    ValueError
        If the formula uses a name that could not be read: an engine might take a function
        of its own that is called the same.
    """
    for name in sorted(names_in(formula) & names.keys()):
        if isinstance(names[name], Unreadable):
            raise ValueError(  # noqa: TRY004 - no argument of a wrong type
                f"the formula {formula!r} uses {name!r}, which could not be read when the "
                f"fit was loaded: {names[name].reason}. Make it importable and load the fit "
                "again, or predict with transform=False from the columns themselves."
            )


def cannot_keep(name: str, value: Any, formulas: list[str], reason: object) -> str:
    """Why a fit cannot be written, and what to do.

    Parameters
    ----------
    name : str
        Name of the value that stands in the way.
    value : object
        The value.
    formulas : list of str
        Formulas of the model.
    reason : object
        What is wrong with it.

    Returns
    -------
    str
        Text of the error.
    """
    formula = next((f for f in formulas if name in names_in(f)), formulas[0])
    return (
        f"the formula {formula!r} uses {name!r}, a {type(value).__name__} that cannot be "
        f"written: {reason}."
    )


def _pickled(name: str, value: Any, formulas: list[str]) -> bytes:
    try:
        return dumped(value)
    except Exception as error:  # a user's value: pickling it may raise anything
        raise pickle.PicklingError(
            f"{cannot_keep(name, value, formulas, error)} Define it with def at the top of a "
            "module that can be imported where the fit is loaded, not in a function and not "
            "as a lambda."
        ) from error
