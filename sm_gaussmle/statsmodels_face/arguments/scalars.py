"""Single numbers and flags among the arguments, checked."""

from __future__ import annotations

import os
from typing import Any

import numpy as np


def probability(value: Any, name: str) -> float:
    """A number between 0 and 1.

    Parameters
    ----------
    value : float
        The number.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ValueError
        If it is 0 or less, 1 or more, or no number.
    """
    number = isinstance(value, int | float | np.number)
    if not number or not 0.0 < value < 1.0:
        raise ValueError(f"`{name}` is {value!r}; it must be between 0 and 1.")
    return float(value)


def flag(value: Any, name: str) -> bool:
    """True or False, and nothing that only counts as one.

    Parameters
    ----------
    value : bool
        The value.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    bool
        The value.

    Raises
    ------
    TypeError
        If it is something else, such as the value of another argument.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"`{name}` is {value!r}; it must be True or False.")
    return bool(value)


def positive_whole_number(value: Any, name: str) -> int:
    """A count of at least one.

    Parameters
    ----------
    value : int
        The value.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    int
        The value.

    Raises
    ------
    ValueError
        If it is something else.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < 1:
        or_all = ", or -1 for one per processor" if name == "n_jobs" else ""
        raise ValueError(f"`{name}` is {value!r}; it must be a positive whole number{or_all}.")
    return int(value)


def thread_count(n_jobs: Any) -> int:
    """Number of threads that are asked for.

    Parameters
    ----------
    n_jobs : int
        The number, or -1 for one per processor.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If it is something else.
    """
    return (os.cpu_count() or 1) if n_jobs == -1 else positive_whole_number(n_jobs, "n_jobs")
