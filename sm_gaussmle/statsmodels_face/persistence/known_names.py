"""Functions and modules that a document may name.

All are looked up here, once, so that no document decides what is imported. None of them is
called in reading a document.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import formulaic
import formulaic.transforms
import numpy as np
import pandas as pd
import patsy
import scipy
import scipy.special
import scipy.stats

# Of NumPy's functions those that make columns of columns; its ufuncs come with them.
_NUMPY = (
    "amax amin arange argsort around array asarray average clip column_stack concatenate "
    "cumprod cumsum diff digitize full hstack interp isin linspace max mean median min "
    "nan_to_num nanmax nanmean nanmedian nanmin nanstd nansum ndim ones percentile piecewise "
    "polyval prod quantile ravel repeat reshape round searchsorted select shape size sort "
    "stack std sum tile transpose unique vander var vstack where zeros bool_ float32 float64 "
    "int32 int64"
)
_PANDAS = "Categorical DataFrame Index Series cut get_dummies isna notna qcut to_numeric"
_STATS = "boxcox iqr rankdata trim_mean yeojohnson zscore"


class NotPlainError(TypeError):
    """A value that cannot be written."""


def _ufuncs(module: ModuleType) -> list[str]:
    return [name for name in dir(module) if isinstance(getattr(module, name), np.ufunc)]


def _places() -> dict[str, Any]:
    found = {
        f"{module.__name__}:{name}": getattr(module, name)
        for module, names in (
            (np, [*_ufuncs(np), *_NUMPY.split()]),
            (math, [name for name in dir(math) if callable(getattr(math, name))]),
            (scipy.special, _ufuncs(scipy.special)),
            (scipy.stats, _STATS.split()),
            (pd, _PANDAS.split()),
            (patsy.builtins, patsy.builtins.__all__),
        )
        for name in names
        if not name.startswith("__")
    }
    transforms = formulaic.transforms.TRANSFORMS.items()
    return found | {f"formulaic:{name}": made for name, made in transforms if callable(made)}


def _identity(value: Any) -> int:
    # patsy makes a new function of a transform's class each time it is unpickled.
    return id(getattr(value, "__patsy_stateful_transform__", value))


FUNCTIONS: dict[str, Any] = _places()
MODULES: dict[str, ModuleType] = {
    module.__name__: module
    for module in (
        np,
        np.linalg,
        math,
        pd,
        scipy,
        scipy.special,
        scipy.stats,
        patsy,
        patsy.builtins,
        formulaic,
        formulaic.transforms,
    )
}
_KNOWN = {
    _identity(value): name for table in (FUNCTIONS, MODULES) for name, value in table.items()
}


def is_known(value: Any) -> bool:
    """Whether a value is one of the functions and modules.

    Parameters
    ----------
    value : object
        Any value.

    Returns
    -------
    bool
        Whether it is the very function or module, whatever its name.
    """
    return _identity(value) in _KNOWN


def known_name(value: Any) -> str:
    """Name of a function or module by which it is found again.

    Parameters
    ----------
    value : function, type or module
        The function or module.

    Returns
    -------
    str
        A key of `FUNCTIONS` or `MODULES`.

    Raises
    ------
    NotPlainError
        If it is none of those that a document may name.
    """
    if not is_known(value):
        raise NotPlainError(
            f"{getattr(value, '__name__', value)} is none of the functions and modules of "
            "NumPy, SciPy, pandas, math, patsy and formulaic that a document may name"
        )
    return _KNOWN[_identity(value)]
