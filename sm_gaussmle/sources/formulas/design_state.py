"""The memory that a formula engine has of a formula, taken apart and put together.

It holds the names of the columns, the levels of categories and what stateful transforms
such as splines have learned. patsy refuses to pickle its own, though it is made of plain
objects; formulaic's is pickled as it is. Functions and other names outside the data are no
part of it: they are the model's, and lent to patsy when its memory is read again.
"""

from __future__ import annotations

import copyreg
import importlib
import io
import pickle
import sys
import zlib
from types import ModuleType
from typing import Any

from patsy import builtins, stateful_transform
from patsy.eval import EvalEnvironment
from patsy.origin import Origin
from patsy.util import no_pickling

Reduced = tuple[Any, ...]

_REFUSALS = (no_pickling, Origin.__getstate__)


def reduced(value: Any) -> Reduced:
    """An object in parts, as by ``__reduce_ex__``, also where patsy refuses it.

    Parameters
    ----------
    value : object
        Any object.

    Returns
    -------
    tuple
        A function with its arguments and, where there are any, the state, items and pairs
        to put into what it returns.
    """
    if _refuses(value):
        return copyreg.__newobj__, (type(value),), vars(value)  # type: ignore[attr-defined]  # not in its stubs
    return tuple(value.__reduce_ex__(4))


def is_transform(value: Any) -> bool:
    """Whether a value is a stateful transform of patsy.

    Parameters
    ----------
    value : object
        Any object.

    Returns
    -------
    bool
        Whether it is a function that patsy has made of a class; it has the class's name,
        under which it is not to be found.
    """
    return "__patsy_stateful_transform__" in getattr(value, "__dict__", ())


def lent_names(names: dict[str, Any]) -> EvalEnvironment:
    """Where patsy looks up what a formula names.

    Parameters
    ----------
    names : dict
        Names of the model.

    Returns
    -------
    EvalEnvironment
        These and patsy's own.
    """
    return EvalEnvironment([names, {n: getattr(builtins, n) for n in builtins.__all__}])


def dumped(value: Any) -> bytes:
    """Pickle the memory of a formula, or a value that one names.

    Parameters
    ----------
    value : object
        What to pickle; environments of patsy in it are left out.

    Returns
    -------
    bytes
        For `loaded`; compressed, for patsy's memory has the same names all over.
    """
    text = io.BytesIO()
    _pickler_over(_pickler_at_work())(text).dump(value)
    return zlib.compress(text.getvalue())


def loaded(text: bytes, names: dict[str, Any]) -> Any:
    """Read what `dumped` has made.

    Parameters
    ----------
    text : bytes
        The pickle.
    names : dict
        Names outside the data that formulas use.

    Returns
    -------
    object
        With these names in place of the environments that were left out.
    """
    return _Unpickler(text, names).load()


class _TakesApart:
    """What a pickler needs to pickle objects of patsy."""

    def persistent_id(self, value: Any) -> str | None:
        return "names" if isinstance(value, EvalEnvironment) else None

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, ModuleType):
            return importlib.import_module, (value.__name__,)
        if not isinstance(value, type) and _refuses(value):
            return reduced(value)
        if is_transform(value):
            return stateful_transform, (value.__patsy_stateful_transform__,)
        further = getattr(super(), "reducer_override", None)
        return NotImplemented if further is None else further(value)


class _Unpickler(pickle.Unpickler):
    def __init__(self, text: bytes, names: dict[str, Any]) -> None:
        super().__init__(io.BytesIO(zlib.decompress(text)))
        self._names = lent_names(names)

    def persistent_load(self, pid: Any) -> EvalEnvironment:
        return self._names


def _refuses(value: Any) -> bool:
    return getattr(type(value), "__getstate__", None) in _REFUSALS


def _pickler_over(kind: type[pickle.Pickler]) -> type[pickle.Pickler]:
    return type("Pickler", (_TakesApart, kind), {})


def _pickler_at_work() -> type[pickle.Pickler]:
    # cloudpickle and joblib's processes pickle functions of a notebook by value. They can be
    # known by their own reducer, on the way up to whoever pickles the model.
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        one = frame.f_locals.get("self")
        if isinstance(one, pickle.Pickler) and hasattr(one, "reducer_override"):
            return type(one)
    return pickle.Pickler
