"""Values of a fit as JSON has them: objects, lists, text and numbers.

What JSON lacks is an object whose key ``"$"`` tells its kind. Objects, functions and modules
are those of two tables and no others.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from patsy.eval import EvalEnvironment

from sm_gaussmle.statsmodels_face.persistence.known_classes import BY_KIND, BY_NAME
from sm_gaussmle.statsmodels_face.persistence.known_names import (
    FUNCTIONS,
    MODULES,
    NotPlainError,
    known_name,
)

Plain = dict[str, Any]
Read = Callable[[Any], Any]

KIND = "$"
DEEPEST = 60  # levels within each other; a fit has about 15
_LARGEST = 10_000_000  # characters that the texts of one array may take
_NOT_FINITE = {repr(value): value for value in (math.inf, -math.inf, math.nan)}
_FLOATS = ("float16", "float32", "float64")
_INTEGERS = tuple(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
# What the items of an array of each type are.
_ITEMS: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    **dict.fromkeys(_INTEGERS, (int,)),
    **dict.fromkeys(_FLOATS, (float, int)),
    "longdouble": (str,),
    "str": (str,),
    "object": (type(None), bool, int, float, str),
}


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
        If the value, or a part of it, is none of those that a document may have.
    """
    if isinstance(value, np.bool_ | np.integer | np.floating | np.str_):
        value = value.item()  # a long double stays one
    exact = _EXACT.get(type(value))
    if exact is not None:
        return exact(value)
    known = BY_KIND.get(type(value))
    if known is not None:
        parts = {name: to_plain(part) for name, part in known.parts(value).items()}
        return {KIND: "object", "class": known.name, "attributes": parts}
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(value)
    if callable(value):
        return {KIND: "function", "name": known_name(value)}
    kind = type(value)
    raise NotPlainError(f"a {kind.__module__}.{kind.__qualname__} is not kept")


def from_plain(plain: Any, lent: EvalEnvironment | None = None, level: int = 0) -> Any:
    """A value from what JSON has.

    Parameters
    ----------
    plain : None, bool, int, float, str, list or dict
        What `to_plain` has made.
    lent : EvalEnvironment, optional
        Names that patsy looks up.
    level : int, default 0
        How deep within other values it is.

    Returns
    -------
    object
        The value.

    Raises
    ------
    ValueError
        If it is none of the values that `to_plain` makes.
    """
    if level > DEEPEST:
        raise ValueError(f"a value is more than {DEEPEST} levels deep within others.")
    read = partial(from_plain, lent=lent, level=level + 1)
    if type(plain) is list:
        return [read(item) for item in plain]
    if type(plain) is not dict:
        return plain
    if KIND not in plain:
        return {key: read(item) for key, item in plain.items()}
    kind, given = plain[KIND], [name for name in plain if name != KIND]
    if kind == "names" and not given and lent is not None:
        return lent
    keys, reader = _READERS.get(str(kind), ((), None))
    if reader is None or sorted(given) != sorted(keys):
        raise ValueError(f"{kind!r} with {given} is no kind of value that this version knows.")
    return reader(plain, read)


# Writing --------------------------------------------------------------------------------


def _float(value: float) -> Any:
    return value if math.isfinite(value) else {KIND: "float", "value": repr(value)}


def _dict(value: dict[Any, Any]) -> Plain:
    if all(type(key) is str and key != KIND for key in value):
        return {key: to_plain(item) for key, item in value.items()}
    return {KIND: "dict", "pairs": _pairs(value)}


def _items(value: Any) -> Plain:
    ordered = value if isinstance(value, tuple) else sorted(value, key=repr)
    return {KIND: type(value).__name__, "items": [to_plain(item) for item in ordered]}


def _pairs(value: dict[Any, Any]) -> list[list[Any]]:
    return [[to_plain(key), to_plain(item)] for key, item in value.items()]


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


# Reading --------------------------------------------------------------------------------


def _read_float(plain: Plain, _: Read) -> float:
    return _NOT_FINITE[plain["value"]]


def _read_mapping(kind: type, plain: Plain, read: Read) -> Any:
    pairs = [(read(key), read(item)) for key, item in plain["pairs"]]
    made = kind(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is there twice.")
    return made


def _read_array(plain: Plain, read: Read) -> NDArray[Any]:
    dtype, shape = plain["dtype"], plain["shape"]
    allowed = _ITEMS.get(str(dtype))
    if allowed is None:
        raise ValueError(f"{dtype!r} is no type of an array; it must be one of {[*_ITEMS]}.")
    items = _listed(plain["values"], read)
    others = {type(item).__name__ for item in items if type(item) not in allowed}
    if others:
        raise ValueError(f"an array of {dtype} has {', '.join(sorted(others))} as items.")
    sizes = type(shape) is list and all(type(k) is int and k >= 0 for k in shape)
    if not sizes or math.prod(shape) != len(items):
        raise ValueError(f"an array of {len(items)} items cannot have the shape {shape!r}.")
    if dtype == "str" and len(items) * max(map(len, items), default=0) > _LARGEST:
        raise ValueError(f"the texts of an array take more than {_LARGEST} characters.")
    values = np.empty(len(items), dtype=object)
    values[:] = items
    return values.astype(dtype).reshape(shape)


def _listed(plain: Any, read: Read) -> list[Any]:
    if type(plain) is not list:
        raise ValueError(f"a {type(plain).__name__} is where a list must be.")
    return [read(item) for item in plain]


def _read_series(plain: Plain, read: Read) -> pd.Series:
    index = _listed(plain["index"], read)
    return pd.Series(_column(read(plain["values"])), index=index, name=read(plain["name"]))


def _read_frame(plain: Plain, read: Read) -> pd.DataFrame:
    columns = map(_column, _listed(plain["values"], read))
    frame = pd.DataFrame(dict(enumerate(columns)), index=_listed(plain["index"], read))
    return frame.set_axis(_listed(plain["columns"], read), axis=1)


def _column(values: Any) -> NDArray[Any]:
    if type(values) is not np.ndarray or values.ndim != 1:
        raise ValueError("a column of a table is no array.")
    return values


def _read_object(plain: Plain, read: Read) -> Any:
    known, attributes = BY_NAME.get(str(plain["class"])), plain["attributes"]
    if known is None:
        raise ValueError(f"{plain['class']!r} is none of the classes that a document may have.")
    if type(attributes) is not dict:
        raise ValueError(f"the attributes of a {known.name} are no object.")
    return known.build({name: read(part) for name, part in attributes.items()})


def _read_name(table: dict[str, Any], plain: Plain, _: Read) -> Any:
    name = plain["name"]
    if type(name) is not str or name not in table:
        raise ValueError(f"{name!r} is none of the names that a document may have.")
    return table[name]


def _same(value: Any) -> Any:
    return value


_EXACT: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys((type(None), bool, int, str), _same),
    **dict.fromkeys((tuple, set, frozenset), _items),
    float: _float,
    list: lambda value: [to_plain(item) for item in value],
    dict: _dict,
    OrderedDict: lambda value: {KIND: "ordered", "pairs": _pairs(value)},
}
_WRITERS: tuple[tuple[Any, Callable[[Any], Plain]], ...] = (
    ((np.ndarray, np.generic), _array),
    (pd.Series, _series),
    (pd.DataFrame, _frame),
    (EvalEnvironment, lambda _: {KIND: "names"}),
    (ModuleType, lambda module: {KIND: "module", "name": known_name(module)}),
)
_READERS: dict[str, tuple[tuple[str, ...], Callable[[Plain, Read], Any]]] = {
    "float": (("value",), _read_float),
    "tuple": (("items",), lambda plain, read: tuple(_listed(plain["items"], read))),
    "set": (("items",), lambda plain, read: set(_listed(plain["items"], read))),
    "frozenset": (("items",), lambda plain, read: frozenset(_listed(plain["items"], read))),
    "dict": (("pairs",), partial(_read_mapping, dict)),
    "ordered": (("pairs",), partial(_read_mapping, OrderedDict)),
    "array": (("dtype", "shape", "values"), _read_array),
    "series": (("values", "index", "name"), _read_series),
    "frame": (("values", "index", "columns"), _read_frame),
    "module": (("name",), partial(_read_name, MODULES)),
    "function": (("name",), partial(_read_name, FUNCTIONS)),
    "object": (("class", "attributes"), _read_object),
}
