"""What is computed of each fit in a bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Statistic:
    """What is computed of each fit.

    Attributes
    ----------
    function : callable or None
        Of the results; the parameters where it is None.
    size : int
        How many numbers it has.
    """

    function: Callable[[Any], Any] | None
    size: int

    def of(self, result: Any) -> tuple[Array, Array]:
        """Numbers of a fit with their standard errors.

        Parameters
        ----------
        result : GaussianMLEResults
            The fit.

        Returns
        -------
        values : ndarray, shape (size,)
            The numbers.
        bse : ndarray, shape (size,)
            Their standard errors, NaN of a function.

        Raises
        ------
        ValueError
            If there are more or fewer of them than of the sample.
        """
        if self.function is None:
            return np.asarray(result.params), np.asarray(result.bse)
        values = statistic_values(self.function(result)).to_numpy()
        if len(values) != self.size:
            raise ValueError(
                f"`statistic` gives {len(values)} numbers for a replicate and {self.size} for "
                "the sample; it must give the same ones always."
            )
        return values, np.full(self.size, np.nan)


def statistic_values(value: Any) -> pd.Series:
    """What a statistic gives, with names.

    Parameters
    ----------
    value : float, array_like of shape (p,) or Series
        Numbers.

    Returns
    -------
    Series
        Named by the index of a Series, or "statistic" and a number.

    Raises
    ------
    ValueError
        If it is something else.
    """
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        array = None
    if array is None or array.ndim > 1 or array.size == 0:
        shape = "" if array is None else f" of shape {array.shape}"
        raise ValueError(
            f"`statistic` gives a {type(value).__name__}{shape}; it must give a number, a "
            "one-dimensional array or a Series."
        )
    if isinstance(value, pd.Series):
        return pd.Series(array, index=value.index)
    if array.ndim == 0:
        return pd.Series([float(array)], index=["statistic"])
    return pd.Series(array, index=[f"statistic[{place}]" for place in range(len(array))])
