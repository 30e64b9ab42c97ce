"""Where along a variable a fit is drawn: on a line of numbers, or at each of a few values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

_POINTS = 200
_FEW = 6  # values or fewer of a number, at each of which the fit is drawn
_HALF = 0.35  # width of what is drawn there, of the distance to the next
_JITTER = 0.25


@dataclass(frozen=True)
class Places:
    """Values of a variable, and where they are on an axis.

    Attributes
    ----------
    values : ndarray, shape (m,)
        Values that the fit is drawn at, of whatever kind the variable is.
    places : ndarray, shape (m,)
        Where; NaN between what is not joined.
    rows : ndarray, shape (n,)
        Where the rows are; those at one of a few values beside each other.
    ticks : list of float
        Places with a label; empty for a line of numbers.
    labels : list of str
        What the values there are called.
    """

    values: NDArray[Any]
    places: Array
    rows: Array
    ticks: list[float]
    labels: list[str]

    @classmethod
    def of(cls, variable: pd.Series) -> Places:
        """Find places for a variable.

        Parameters
        ----------
        variable : Series, length n
            Its values in the rows.

        Returns
        -------
        Places
            200 on a line for a number of more than six values; the values in order for
            others, and categories in theirs.
        """
        codes, levels = pd.factorize(variable, sort=True)
        kinds = pd.api.types
        numbers = kinds.is_numeric_dtype(variable) and not kinds.is_bool_dtype(variable)
        if numbers and len(levels) > _FEW:
            rows = variable.to_numpy(dtype=float)
            line = np.linspace(rows.min(), rows.max(), _POINTS)
            return cls(line, line, rows, [], [])
        at = np.asarray(levels if numbers else range(len(levels)), dtype=float)
        gap = float(np.diff(at).min()) if len(at) > 1 else 1.0
        ends = at[:, None] + gap * np.array([-_HALF, _HALF, np.nan])
        beside = np.random.default_rng(0).uniform(-_JITTER, _JITTER, len(codes))
        return cls(
            np.repeat(np.asarray(levels), 3),
            ends.ravel(),
            at[codes] + gap * beside,
            at.tolist(),
            [f"{level:g}" if numbers else str(level) for level in levels],
        )
