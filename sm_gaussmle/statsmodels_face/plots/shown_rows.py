"""Which of many rows are drawn: a picture of more points says no more."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_ROWS = 10_000
_EXTREMES = 200


def shown_rows(size: Array, most: int = MOST_ROWS) -> Places:
    """Rows to draw: all, or the largest and others at random.

    Parameters
    ----------
    size : ndarray, shape (n,)
        What the largest are large in; NaN counts as small.
    most : int, default 10000
        How many are drawn at most.

    Returns
    -------
    ndarray of int
        Their places, increasing. The same for the same rows: the seed is fixed.
    """
    n = len(size)
    if n <= most:
        return np.arange(n)
    order = np.argpartition(-np.nan_to_num(size, nan=-np.inf), _EXTREMES)
    others = np.random.default_rng(0).choice(order[_EXTREMES:], most - _EXTREMES, replace=False)
    return np.sort(np.concatenate([order[:_EXTREMES], others]))


def shown_ranks(n: int, most: int = MOST_ROWS) -> Places:
    """Places among ordered values to draw: all, or both ends and others evenly between.

    Parameters
    ----------
    n : int
        Number of values.
    most : int, default 10000
        How many are drawn at most.

    Returns
    -------
    ndarray of int
        Their places, increasing.
    """
    if n <= most:
        return np.arange(n)
    middle = np.linspace(_EXTREMES, n - 1 - _EXTREMES, most - 2 * _EXTREMES)
    ends = np.arange(_EXTREMES)
    return np.concatenate([ends, np.rint(middle).astype(np.intp), n - 1 - ends[::-1]])


def say_shown(ax: Any, shown: int, n: int) -> None:
    """Say in the label of the horizontal axis that not all rows are drawn.

    Parameters
    ----------
    ax : matplotlib Axes
        Axes that have their label.
    shown, n : int
        How many are drawn, of how many.
    """
    if shown < n:
        ax.set_xlabel(f"{ax.get_xlabel()}\n({shown:,} of {n:,} rows drawn)")
