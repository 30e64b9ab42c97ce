"""Classes and functions that a document may name: those of a few packages."""

from __future__ import annotations

import importlib
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

OBJECTS = ("sm_gaussmle", "patsy", "formulaic")  # what formulas and fits are made of
FUNCTIONS = ("numpy", "scipy", "pandas", "math", "patsy", "formulaic")  # what formulas use
FUNCTION_TYPES = (FunctionType, BuiltinFunctionType, np.ufunc, type)


class NotPlainError(TypeError):
    """A value that cannot be written."""


def name_of(value: Any) -> str:
    """Where a class or function is.

    Parameters
    ----------
    value : type or function
        The class or function.

    Returns
    -------
    str
        ``"module:name"``, for `find`.
    """
    module = getattr(value, "__module__", None)
    if module is None:  # written in C
        module = "numpy" if hasattr(np, value.__name__) else "scipy.special"
    return f"{module}:{getattr(value, '__qualname__', value.__name__)}"


def is_known(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a name is from one of some packages.

    Parameters
    ----------
    name : str
        Name of a module, or ``"module:name"``.
    packages : tuple of str
        Names of packages.

    Returns
    -------
    bool
        Whether the module is in one of them.
    """
    return name.partition(":")[0].partition(".")[0] in packages


def known_name(value: Any, packages: tuple[str, ...]) -> str:
    """Name of a class or function by which it is found again.

    Parameters
    ----------
    value : type or function
        The class or function.
    packages : tuple of str
        Where it must be.

    Returns
    -------
    str
        ``"module:name"``, for `find`.

    Raises
    ------
    NotPlainError
        If it is elsewhere, or has no such name.
    """
    name = name_of(value)
    refuse_unknown(name, packages)
    try:
        found = find(name, object, packages)
    except ValueError:
        found = None
    if found is not value:
        raise NotPlainError(f"{name.replace(':', '.')} is not where its name says")
    return name


def refuse_unknown(name: str, packages: tuple[str, ...]) -> None:
    """Refuse to write a name that would not be read.

    Parameters
    ----------
    name : str
        Name of a module, or ``"module:name"``.
    packages : tuple of str
        Where it must be.

    Raises
    ------
    NotPlainError
        If it is elsewhere.
    """
    if not is_known(name, packages):
        raise NotPlainError(
            f"{name.replace(':', '.')} is not from one of the packages whose code is known by "
            f"name: {', '.join(packages)}"
        )


def find(name: Any, kind: Any, packages: tuple[str, ...]) -> Any:
    """A class or function from its name.

    Parameters
    ----------
    name : str
        ``"module:name"``, or the name of a module.
    kind : type or tuple of types
        What it must be.
    packages : tuple of str
        Where it must be.

    Returns
    -------
    type, function or module
        What has the name.

    Raises
    ------
    ValueError
        If it is elsewhere, not there, or something else.
    """
    module, _, path = str(name).partition(":")
    found: Any = importlib.import_module(module) if is_known(module, packages) else None
    for part in path.split(".") if path else ():
        found = getattr(found, part, None)
    # A module of a package also has what it imports from elsewhere.
    if (
        found is None
        or not isinstance(found, kind)
        or (path and not is_known(name_of(found), packages))
    ):
        raise ValueError(f"{name!r} is none of the names that a fit may have.")
    return found
