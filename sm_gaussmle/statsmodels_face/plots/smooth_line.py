"""A smooth line through points, to see a trend by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_POINTS = 80
_SPAN = 2.0 / 3.0
_HALVINGS = 50


def smooth_line(x: Array, y: Array, weights: Array | None = None) -> tuple[Array, Array]:
    r"""Local straight lines through points.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        The points.
    weights : ndarray, shape (n,), optional
        How often each counts.

    Returns
    -------
    x : ndarray, shape (m,)
        Places along the line; none where there are fewer than three values of `x`.
    y : ndarray, shape (m,)
        Its heights.

    Notes
    -----
    Cleveland's (1979) [1]_ locally weighted regression without its robust steps: at each of
    80 places a line is fitted by least squares to the two thirds of the points that are
    nearest, with weights :math:`(1 - (d/h)^3)^3` by their distance :math:`d` of the farthest
    :math:`h`. One place at a time, so that memory is that of the points.

    References
    ----------
    .. [1] W. S. Cleveland, "Robust Locally Weighted Regression and Smoothing Scatterplots",
       Journal of the American Statistical Association 74 (1979) 829-836.
       doi:10.1080/01621459.1979.10481038
    """
    values = np.unique(x)
    if len(values) < 3:
        return np.empty(0), np.empty(0)
    counts = np.ones(len(x)) if weights is None else weights
    order = np.argsort(x, kind="stable")
    x, y, counts = x[order], y[order], counts[order]
    line = np.linspace(values[0], values[-1], _POINTS)
    # Where many points share a value, the nearest two thirds may have no other.
    least = np.array([np.partition(np.abs(values - place), 2)[2] for place in line])
    below = np.concatenate([[0.0], np.cumsum(counts)])
    heights = np.empty(_POINTS)
    for i, place in enumerate(line):
        width = max(_width(x, below, place), least[i]) * (1.0 + 1e-9)
        first, last = np.searchsorted(x, (place - width, place + width))
        near = slice(first, last)
        heights[i] = _height(x[near] - place, y[near], counts[near], width)
    return line, heights


def _width(x: Array, below: Array, place: float) -> float:
    """Distance within which two thirds of the ordered points are, by bisection."""
    low, high = 0.0, float(x[-1] - x[0])
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        left = np.searchsorted(x, place - middle, "left")
        right = np.searchsorted(x, place + middle, "right")
        if below[right] - below[left] < _SPAN * below[-1]:
            low = middle
        else:
            high = middle
    return high


def _height(distance: Array, y: Array, counts: Array, width: float) -> float:
    """Height at zero of the line through the points around it."""
    weight = counts * np.maximum(1.0 - (np.abs(distance) / width) ** 3, 0.0) ** 3
    total = weight.sum()
    centre, middle = weight @ distance / total, weight @ y / total
    moved = distance - centre
    slope = (weight * moved) @ (y - middle) / ((weight * moved) @ moved)
    return float(middle - slope * centre)
