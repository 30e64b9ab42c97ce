"""Texts among the arguments, checked: names, titles and formats."""

from __future__ import annotations

import os
from typing import Any


def text(value: Any, name: str) -> str | None:
    """A text, or None for the usual one.

    Parameters
    ----------
    value : str or None
        The value.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    str or None
        The value.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if value is not None and not isinstance(value, str):
        raise TypeError(f"`{name}` is {value!r}; it must be text, or None.")
    return value


def label_list(values: Any, name: str, length: int) -> list[str] | None:
    """Names of several things, or None for the usual ones.

    Parameters
    ----------
    values : sequence, or None
        The names; what is no text is named by its own.
    name : str
        Name of the argument, for errors.
    length : int
        How many there are.

    Returns
    -------
    list of str, or None
        The names.

    Raises
    ------
    ValueError
        If there are more or fewer.
    TypeError
        If it is no list.
    """
    if values is None:
        return None
    listed = hasattr(values, "__len__") and getattr(values, "ndim", 1) > 0
    if isinstance(values, str | bytes) or not listed:
        raise TypeError(f"`{name}` is {values!r}; it must be a list of {length} names.")
    labels = [str(label) for label in values]
    if len(labels) != length:
        raise ValueError(f"`{name}` has {len(labels)} names; there are {length}.")
    return labels


def number_format(value: Any, name: str) -> str:
    """How numbers are printed.

    Parameters
    ----------
    value : str
        A format such as ``"%.4f"``.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    str
        The format.

    Raises
    ------
    ValueError
        If it does not print a number.
    """
    try:
        readable = isinstance(value, str) and bool(value % 1.5)
    except (TypeError, ValueError):
        readable = False
    if not readable:
        raise ValueError(f"`{name}` is {value!r}; it must be a format such as '%.4f'.")
    return str(value)


def file_path(value: Any, name: str) -> str | os.PathLike[str]:
    """Path of a file.

    Parameters
    ----------
    value : str or path
        The path.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    str or path
        The path.

    Raises
    ------
    TypeError
        If it is something else: a number would be a file that something else has open.
    ValueError
        If it is empty or no file can have it.
    """
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"`{name}` is {value!r}; it must be the path of a file.")
    if str(value) == "" or "\0" in str(value):
        raise ValueError(f"`{name}` is {value!r}, which is no path of a file.")
    return value
