"""Engines are optional: an import that says what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def import_engine(module: str, extra: str) -> Any:
    """Import a package that reads tables.

    Parameters
    ----------
    module : str
        Its dotted name.
    extra : str
        The extra that installs it.

    Returns
    -------
    module
        Imported.

    Raises
    ------
    ImportError
        Names the extra.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(
            f"This table needs the package {module.partition('.')[0]}: "
            f"pip install 'sm_gaussmle[{extra}]'."
        ) from error
