"""Values of a fit as JSON has them: objects, lists, text and numbers.

What JSON lacks is an object whose key ``"$"`` tells its kind. Only classes and functions of
a few packages are written and read, and no code is run in reading: objects are filled in,
not called.
"""

from __future__ import annotations

import copyreg
import enum
import math
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from patsy import stateful_transform
from patsy.eval import EvalEnvironment

from sm_gaussmle.statsmodels_face.formulas.design_state import is_transform, reduced
from sm_gaussmle.statsmodels_face.persistence.known_names import (
    FUNCTION_TYPES,
    FUNCTIONS,
    OBJECTS,
    NotPlainError,
    find,
    known_name,
    name_of,
    refuse_unknown,
)

Plain = dict[str, Any]
Read = Callable[[Any], Any]

KIND = "$"
# Made by a call, not filled in.
_CALLED: dict[str, Any] = {name_of(kind): kind for kind in (slice, range, OrderedDict)}


def to_plain(value: Any) -> Any:
    """A value as JSON has it.

    Parameters
    ----------
    value : object
        The value.

    Returns
    -------
    None, bool, int, float, str, list or dict
        For `from_plain`.

    Raises
    ------
    NotPlainError
        If the value, or a part of it, is of a class that is not known to be harmless.
    """
    if isinstance(value, np.bool_ | np.integer | np.floating | np.str_):
        value = value.item()  # a long double stays one
    exact = _EXACT.get(type(value))
    if exact is not None:
        return exact(value)
    if is_transform(value):
        name = known_name(value.__patsy_stateful_transform__, FUNCTIONS)
        return {KIND: "transform", "class": name}
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(value)
    return _object(value)


def from_plain(plain: Any, lent: EvalEnvironment | None = None) -> Any:
    """A value from what JSON has.

    Parameters
    ----------
    plain : None, bool, int, float, str, list or dict
        What `to_plain` has made.
    lent : EvalEnvironment, optional
        Names that patsy looks up.

    Returns
    -------
    object
        The value.

    Raises
    ------
    ValueError
        If a class, function or module is not one of those that may be read.
    """
    read = partial(from_plain, lent=lent)
    if isinstance(plain, list):
        return [read(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    kind = plain.get(KIND)
    if kind is None:
        return {key: read(item) for key, item in plain.items()}
    if kind == "names":
        return lent
    if kind not in _READERS:
        raise ValueError(f"{kind!r} is no kind of value that this version knows.")
    return _READERS[kind](plain, read)


# Writing --------------------------------------------------------------------------------


def _float(value: float) -> Any:
    return value if math.isfinite(value) else {KIND: "float", "value": repr(value)}


def _dict(value: dict[Any, Any]) -> Plain:
    if all(type(key) is str and key != KIND for key in value):
        return {key: to_plain(item) for key, item in value.items()}
    return {KIND: "dict", "pairs": _pairs(value.items())}


def _items(value: Any) -> Plain:
    ordered = value if isinstance(value, tuple) else sorted(value, key=repr)
    return {KIND: type(value).__name__, "items": [to_plain(item) for item in ordered]}


def _module(value: ModuleType) -> Plain:
    refuse_unknown(value.__name__, FUNCTIONS)
    return {KIND: "module", "name": value.__name__}


def _pairs(items: Any) -> list[list[Any]]:
    return [[to_plain(key), to_plain(item)] for key, item in items]


def _array(value: Any) -> Plain:
    values = np.asarray(value)
    dtype, flat = values.dtype, values.ravel()
    if dtype.kind == "f" and dtype.itemsize > 8:
        # patsy adds in long doubles, which have more digits than a number of JSON.
        name, items = "longdouble", [str(number) for number in flat]
    elif dtype.kind in "biuf":
        name, items = dtype.name, [to_plain(number) for number in flat.tolist()]
    elif dtype.kind in "OU":
        name = "object" if dtype.kind == "O" else "str"
        items = [to_plain(item) for item in flat]
    else:
        raise NotPlainError(f"an array of type {dtype} is not kept")
    return {KIND: "array", "dtype": name, "shape": list(values.shape), "values": items}


def _series(value: Any) -> Plain:
    index, values = to_plain(list(value.index)), _array(value.to_numpy())
    return {KIND: "series", "values": values, "index": index, "name": to_plain(value.name)}


def _frame(value: Any) -> Plain:
    columns = [_array(value.iloc[:, place].to_numpy()) for place in range(value.shape[1])]
    names, index = to_plain(list(value.columns)), to_plain(list(value.index))
    return {KIND: "frame", "values": columns, "index": index, "columns": names}


def _object(value: Any) -> Plain:
    kind = type(value)
    name = name_of(kind)
    if name not in _CALLED:
        known_name(kind, OBJECTS)
    function, arguments, *rest = reduced(value)
    state, items, pairs = (*rest, None, None, None)[:3]
    if items is not None:
        raise NotPlainError(f"a {name.replace(':', '.')}, which is a kind of list, is not kept")
    if function is copyreg.__newobj__:  # type: ignore[attr-defined]
        arguments = arguments[1:]
    elif function is not kind or not (name in _CALLED or issubclass(kind, enum.Enum)):
        raise NotPlainError(f"a {name.replace(':', '.')} is not kept")
    parts = {
        "arguments": [to_plain(argument) for argument in arguments],
        "state": to_plain(state),
        "pairs": _pairs(pairs or ()),
    }
    return {KIND: "object", "class": name} | {k: part for k, part in parts.items() if part}


# Reading --------------------------------------------------------------------------------


def _read_array(plain: Plain, read: Read) -> NDArray[Any]:
    items = [read(item) for item in plain["values"]]
    if plain["dtype"] == "object":
        values = np.empty(len(items), dtype=object)
        values[:] = items
    else:
        values = np.array(items, dtype=plain["dtype"])
    return np.asarray(values.reshape(plain["shape"])[()])


def _read_frame(plain: Plain, read: Read) -> pd.DataFrame:
    columns = {place: read(values) for place, values in enumerate(plain["values"])}
    frame = pd.DataFrame(columns, index=read(plain["index"]))
    return frame.set_axis(read(plain["columns"]), axis=1)


def _read_object(plain: Plain, read: Read) -> Any:
    called = _CALLED.get(plain["class"])
    kind = called or find(plain["class"], type, OBJECTS)
    arguments = [read(argument) for argument in plain.get("arguments", ())]
    whole = called is not None or issubclass(kind, enum.Enum)
    value: Any = kind(*arguments) if whole else kind.__new__(kind, *arguments)
    state = read(plain.get("state"))
    # A class with slots has a pair of states.
    for part in state if isinstance(state, tuple) else (state,):
        for name, item in (part or {}).items():
            object.__setattr__(value, name, item)
    for key, item in plain.get("pairs", ()):
        value[read(key)] = read(item)
    return value


def _same(value: Any) -> Any:
    return value


_EXACT: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys((type(None), bool, int, str), _same),
    **dict.fromkeys((tuple, set, frozenset), _items),
    float: _float,
    list: lambda value: [to_plain(item) for item in value],
    dict: _dict,
}
_WRITERS: tuple[tuple[Any, Callable[[Any], Plain]], ...] = (
    ((np.ndarray, np.generic), _array),
    (pd.Series, _series),
    (pd.DataFrame, _frame),
    (EvalEnvironment, lambda _: {KIND: "names"}),
    (ModuleType, _module),
    (FUNCTION_TYPES, lambda f: {KIND: "function", "name": known_name(f, FUNCTIONS)}),
)
_READERS: dict[str, Callable[[Plain, Read], Any]] = {
    "float": lambda plain, _: float(plain["value"]),
    "tuple": lambda plain, read: tuple(read(plain["items"])),
    "set": lambda plain, read: set(read(plain["items"])),
    "frozenset": lambda plain, read: frozenset(read(plain["items"])),
    "dict": lambda plain, read: {read(key): read(item) for key, item in plain["pairs"]},
    "array": _read_array,
    "series": lambda plain, read: pd.Series(
        read(plain["values"]), index=read(plain["index"]), name=read(plain["name"])
    ),
    "frame": _read_frame,
    "module": lambda plain, _: find(plain["name"], ModuleType, FUNCTIONS),
    "transform": lambda plain, _: stateful_transform(find(plain["class"], type, FUNCTIONS)),
    "function": lambda plain, _: find(plain["name"], FUNCTION_TYPES, FUNCTIONS),
    "object": _read_object,
}
