"""Figures and axes to draw in, and how what is drawn looks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.scalars import positive_whole_number

Array = NDArray[np.float64]

# Black, greys and two colours of Okabe and Ito's palette, which colour-blind people tell
# apart. Nothing is said by colour alone: lines differ in their dashes, points in shape.
INK, GREY, PALE = "black", "0.45", "0.8"
ACCENT, BAND = "#D55E00", "#56B4E9"
EDGE = "#0072B2"
_AREA = 14.0  # of a point, in square points
_MANY = 1_000
SMALL = "small"
_NEAR = (40.0, 12.0)  # in pixels: less than names are wide and high


def points_look(count: int) -> dict[str, Any]:
    """How points are drawn: hollow, and smaller where there are many.

    Parameters
    ----------
    count : int
        How many there are.

    Returns
    -------
    dict
        Keyword arguments of ``scatter``.
    """
    return {
        "marker": "o",
        "s": _AREA * min(1.0, (_MANY / max(count, 1)) ** 0.7),
        "facecolors": "none",
        "edgecolors": "0.3",
        "linewidths": 0.7 if count <= _MANY else 0.4,
    }


def axes_for(ax: Any) -> tuple[Any, Any]:
    """Axes to draw in, and their figure.

    Parameters
    ----------
    ax : matplotlib Axes or None
        Where to draw; a new figure for None.

    Returns
    -------
    figure : matplotlib Figure
        The figure.
    ax : matplotlib Axes
        The axes.

    Raises
    ------
    TypeError
        If `ax` is something else.
    ImportError
        If matplotlib is not installed.
    """
    pyplot = _pyplot()
    if ax is None:
        return pyplot.subplots(layout="constrained")
    if not isinstance(ax, pyplot.Axes):
        raise TypeError(f"`ax` is {ax!r}; it must be axes of matplotlib, or None.")
    return ax.figure, ax


def axes_in(fig: Any, rows: int, columns: int, size: tuple[float, float]) -> tuple[Any, Any]:
    """Several axes to draw in, and their figure.

    Parameters
    ----------
    fig : matplotlib Figure or None
        Where to put the axes; a new figure for None.
    rows, columns : int
        How many there are.
    size : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    figure : matplotlib Figure
        The figure.
    axes : ndarray of matplotlib Axes, shape (rows * columns,)
        The axes, row by row.

    Raises
    ------
    TypeError
        If `fig` is something else.
    ImportError
        If matplotlib is not installed.
    """
    pyplot = _pyplot()
    from matplotlib.figure import FigureBase

    if fig is None:
        fig = pyplot.figure(figsize=size, layout="constrained")
    elif not isinstance(fig, FigureBase):
        raise TypeError(f"`fig` is {fig!r}; it must be a figure of matplotlib, or None.")
    return fig, fig.subplots(rows, columns, squeeze=False).ravel()


def name_largest(
    ax: Any,
    x: Array,
    y: Array,
    size: Array,
    names: pd.Index,
    count: int,
    area: Array | None = None,
) -> None:
    """Write names beside the points that are largest in some sense.

    Parameters
    ----------
    ax : matplotlib Axes
        Where they are drawn.
    x, y : ndarray, shape (n,)
        The points.
    size : ndarray, shape (n,)
        What is large in them; NaN where it is not known.
    names : Index, length n
        Their names.
    count : int
        How many are named.
    area : ndarray, shape (n,), optional
        Areas of the points, for names to be beside them.
    """
    known = np.flatnonzero(np.isfinite(size) & np.isfinite(x) & np.isfinite(y))
    largest = known[np.argsort(-size[known], kind="stable")][:count]
    middle = 0.5 * sum(ax.get_xlim())
    places = ax.transData.transform(np.column_stack([x, y])[largest])
    for i, place in enumerate(largest):
        right = x[place] > middle  # inward, so that names stay within the axes
        # Where the name of a neighbour is already, on the other side.
        near = np.abs(places[:i] - places[i]) < _NEAR
        right ^= bool(near.all(axis=1).sum() % 2)
        away = 4.0 + (0.0 if area is None else 0.5 * float(np.sqrt(area[place])))
        ax.annotate(
            str(names[place]),
            (x[place], y[place]),
            xytext=(-away if right else away, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center",
            fontsize="x-small",
        )


def name_count(labels: Any) -> int:
    """How many points are to be named.

    Parameters
    ----------
    labels : int
        The number, 0 or more.

    Returns
    -------
    int
        The same.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if isinstance(labels, int | np.integer) and not isinstance(labels, bool) and labels == 0:
        return 0
    try:
        return positive_whole_number(labels, "labels")
    except ValueError as error:
        raise ValueError(
            f"`labels` is {labels!r}; it must be the number of rows to name, 0 or more."
        ) from error


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "plots need matplotlib, which cannot be imported; install it with "
            "pip install 'sm_gaussmle[plot]'."
        ) from error
    return plt
