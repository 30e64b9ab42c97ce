"""Single numbers, flags and choices among the arguments, checked."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable
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
    number = isinstance(value, float | np.floating)
    # Half of a smaller one is zero.
    if not number or not sys.float_info.min <= float(value) < 1.0:
        raise ValueError(f"`{name}` is {value!r}; it must be between 0 and 1.")
    return float(value)


def finite_number(value: Any, name: str) -> float:
    """A number that is not infinite and not missing.

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
        If it is something else.
    """
    number = isinstance(value, int | float | np.integer | np.floating)
    try:
        found = float(value) if number and not isinstance(value, bool) else math.nan
    except OverflowError:  # of a whole number with more than 308 digits
        found = math.inf
    if not math.isfinite(found):
        raise ValueError(f"`{name}` is {value!r}; it must be a finite number.")
    return found


def flag(value: Any, name: str, *, number: bool = False) -> bool:
    """True or False, and nothing that only counts as one.

    Parameters
    ----------
    value : bool
        The value.
    name : str
        Name of the argument, for errors.
    number : bool, default False
        Whether 0 and 1 are values too, as where statsmodels has them for defaults.

    Returns
    -------
    bool
        The value.

    Raises
    ------
    TypeError
        If it is something else, such as the value of another argument.
    """
    allowed = isinstance(value, bool | np.bool_)
    if number and isinstance(value, int | np.integer):
        allowed = value in (0, 1)
    if not allowed:
        raise TypeError(f"`{name}` is {value!r}; it must be True or False.")
    return bool(value)


def choice(value: Any, name: str, allowed: Iterable[str | None]) -> Any:
    """One of a few words.

    Parameters
    ----------
    value : str or None
        The value.
    name : str
        Name of the argument, for errors.
    allowed : iterable of str or None
        What it may be: two or more.

    Returns
    -------
    str or None
        The value.

    Raises
    ------
    ValueError
        If it is something else.
    """
    known = list(allowed)
    # Arrays and tables are compared by their elements, and some values cannot be compared.
    if not (value is None or isinstance(value, str)) or value not in known:
        *others, last = map(repr, known)
        raise ValueError(f"`{name}` is {value!r}; it must be {', '.join(others)} or {last}.")
    return value


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
    every = isinstance(n_jobs, int) and n_jobs == -1
    return (os.cpu_count() or 1) if every else positive_whole_number(n_jobs, "n_jobs")
