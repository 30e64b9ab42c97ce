"""Parameters for functions that users write: an array that also knows names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import some

Array = NDArray[np.float64]


def function_name(function: Any, place: int | None = None) -> str:
    """What a function of the parameters is called in a table.

    Parameters
    ----------
    function : callable
        The function.
    place : int, optional
        Its place among several, from 1.

    Returns
    -------
    str
        Its name; ``f(params)``, or ``f1(params)`` by its place, where it has none, as a
        lambda.
    """
    name = str(getattr(function, "__name__", "<lambda>"))
    return f"f{'' if place is None else place}(params)" if name == "<lambda>" else name


class NamedParams(np.ndarray):
    """An array of parameters whose entries can be asked for by name too.

    ``p["x1"] / p["x2"]``, ``p[0]``, ``p[["x1", "x2"]].sum()`` and ``p @ row`` all work.
    """

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Array, names: Sequence[str]) -> Self:
        """Put names on parameters.

        Parameters
        ----------
        values : ndarray, shape (k,)
            The parameters.
        names : sequence of str, length k
            Their names.

        Returns
        -------
        NamedParams
            A view of the values.
        """
        named = np.asarray(values, dtype=float).view(cls)
        named.names = tuple(names)
        return named

    def __getitem__(self, key: Any) -> Any:
        """Entries by name, by a list of names, or as of any array."""
        if isinstance(key, str):
            return np.asarray(self)[self._place(key)]
        if isinstance(key, list) and key and all(isinstance(name, str) for name in key):
            return np.asarray(self)[[self._place(name) for name in key]]
        return np.asarray(self)[key]

    @property
    def iloc(self) -> Array:
        """Entries by place, as of a Series."""
        return np.asarray(self)

    def to_numpy(self) -> Array:
        """The array without names, as of a Series.

        Returns
        -------
        ndarray, shape (k,)
            The parameters.
        """
        return np.asarray(self)

    def __array_wrap__(
        self, values: Any, context: Any = None, return_scalar: bool = False
    ) -> Any:
        """Arrays without names, for they are no parameters."""
        return values[()] if return_scalar else np.asarray(values)

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise KeyError(
                f"{name!r} is no parameter; the parameters are {some(list(self.names))}."
            )
        return self.names.index(name)
