"""Limits of censoring and truncation, and responses that are intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.statsmodels_face.arguments.coercion import column, labelled, same_index, where

Array = NDArray[np.float64]

CENSORING = ("left", "right")
TRUNCATION = ("trunc_left", "trunc_right")
LIMITS = (*CENSORING, *TRUNCATION)
NO_LIMIT = {"left": -np.inf, "right": np.inf, "trunc_left": -np.inf, "trunc_right": np.inf}


def is_number(values: Any) -> bool:
    """Whether an argument is a single number.

    Parameters
    ----------
    values : object
        The argument.

    Returns
    -------
    bool
        True for a number, not for text or an array of one.
    """
    # Of a list numpy would make an array, which it cannot where rows differ in length.
    single = not isinstance(values, str | list | tuple) and values is not None
    return single and np.ndim(values) == 0


def limit(
    values: Any, name: str, length: int, index: pd.Index | None = None, owner: str = "endog"
) -> Array | None:
    """A limit of each row.

    Parameters
    ----------
    values : float, array_like, shape (n,), or None
        One for all rows, or one for each.
    name : str
        Name of the argument.
    length : int
        Number of rows.
    index : Index or None
        Labels of the rows.
    owner : str, default "endog"
        The argument whose labels they are.

    Returns
    -------
    ndarray, shape (n,), or None
        None where no row has a limit.

    Raises
    ------
    ValueError
        If there is not one per row.
    TypeError
        If they are not numbers.
    """
    if values is None:
        return None
    if is_number(values):
        array = np.broadcast_to(column([values], name), length)
    else:
        given = labelled(values, index)
        same_index(given, name, index, owner)
        array = column(given, name)
        if len(array) != length:
            raise ValueError(f"`{name}` has {len(array)} rows; `{owner}` has {length}.")
    return None if (array == NO_LIMIT[name]).all() else array


def refuse_missing(limits: dict[str, Array], index: pd.Index | None) -> None:
    """Refuse limits that are not known.

    Parameters
    ----------
    limits : dict of str to ndarray
        By the names of their arguments.
    index : Index or None
        Labels of the rows.

    Raises
    ------
    MissingDataError
        If one is NaN.
    """
    for name, values in limits.items():
        missing = np.isnan(values)
        if missing.any():
            none = "-inf" if NO_LIMIT[name] < 0 else "inf"
            raise MissingDataError(
                f"`{name}` is NaN in {int(missing.sum())} of {len(missing)} rows"
                f"{where(missing, index)}; a row without this limit has {none}."
            )


def interval_ends(endog: Array, index: pd.Index | None) -> None:
    """Refuse intervals of which one end is missing.

    Parameters
    ----------
    endog : ndarray, shape (n, 2)
        Lower and upper ends.
    index : Index or None
        Labels of the rows.

    Raises
    ------
    MissingDataError
        If exactly one end of a row is NaN.
    """
    nan = np.isnan(endog)
    refuse_one_end(nan[:, 0] != nan[:, 1], index)


def counts_of(bounds: Bounds | None, freq_weights: Array | None) -> dict[str, float]:
    """How many responses are exact, censored and intervals.

    Parameters
    ----------
    bounds : Bounds or None
        What is known of each; None where all are exact.
    freq_weights : ndarray, shape (n,), or None
        How often each row was seen.

    Returns
    -------
    dict
        Empty where all are exact and nothing limits them.
    """
    if bounds is None:
        return {}
    kinds = {
        "exact": bounds.exact,
        "left": bounds.open_left,
        "right": bounds.open_right,
        "interval": ~(bounds.exact | bounds.open_left | bounds.open_right),
    }
    weights = np.ones(len(bounds.lower)) if freq_weights is None else freq_weights
    return {kind: float(weights @ rows) for kind, rows in kinds.items()}


def refuse_one_end(half: NDArray[np.bool_], index: pd.Index | None) -> None:
    """Refuse rows of which one end is missing.

    Parameters
    ----------
    half : ndarray of bool, shape (n,)
        Those rows.
    index : Index or None
        Labels of the rows.

    Raises
    ------
    MissingDataError
        If there are any.
    """
    if half.any():
        raise MissingDataError(
            f"one end of the interval is NaN in {int(half.sum())} of {len(half)} rows"
            f"{where(half, index)}. An end that is open is -inf or inf; a row of which nothing "
            "is known has two NaN."
        )
