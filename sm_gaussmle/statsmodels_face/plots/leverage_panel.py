"""Residuals against leverage, with contours of Cook's distance."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.diagnostics.influence import GaussianMLEInfluence
from sm_gaussmle.statsmodels_face.plots.figures import ACCENT, GREY, name_largest, points_look
from sm_gaussmle.statsmodels_face.plots.residual_rows import ResidualRows
from sm_gaussmle.statsmodels_face.plots.shown_rows import shown_rows

Array = NDArray[np.float64]

_LADDER = np.array([step * 10.0**power for power in range(-6, 2) for step in (1.0, 2.0, 5.0)])
_CONTOURS = 2


def draw_leverage(
    ax: Any, rows: ResidualRows, influence: GaussianMLEInfluence, labels: int
) -> None:
    r"""Draw standardised residuals against leverage in the mean equation.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    rows : ResidualRows
        The rows.
    influence : GaussianMLEInfluence
        Their leverages and residuals.
    labels : int
        How many rows are named: those of the largest Cook's distance.

    Notes
    -----
    On a contour :math:`r^2 h / ((1 - h) k)` is constant, where :math:`r` is the residual over
    its standard deviation, :math:`h` the leverage and :math:`k` the number of coefficients
    of the mean. With constant variance that is Cook's (1977) [1]_ distance; with a scale
    equation it is that of the mean coefficients at the fitted variances. Where responses are
    not all seen exactly there is no such formula: quantile residuals are drawn, and the area
    of a point is Cook's distance.

    References
    ----------
    .. [1] R. D. Cook, "Detection of Influential Observation in Linear Regression",
       Technometrics 19 (1977) 15-18. doi:10.1080/00401706.1977.10489493
    """
    leverage = influence.hat_matrix_diag
    distance = influence.cooks_distance[0]
    model = influence.results.model
    shown = shown_rows(distance)
    area = None if model.exact_responses else areas(distance)
    ax.axhline(0.0, color=GREY, lw=1.0, ls="--")
    ax.set(xlabel="Leverage in the mean equation", title="Leverage and Cook's distance")
    if area is not None:
        resid = rows.resid
        ax.scatter(
            leverage[shown], resid[shown], **points_look(len(shown)) | {"s": area[shown]}
        )
        ax.set(ylabel=rows.label, xlim=(0.0, None))
        ax.set_title("Leverage, area: Cook's distance")
    else:
        resid = influence.resid_studentized_internal
        ax.scatter(leverage[shown], resid[shown], **points_look(len(shown)))
        ax.set(ylabel="Standardised residual", xlim=(0.0, None))
        _contours(ax, leverage, resid, influence.k_vars)
        if not model.constant_variance:
            ax.set_title("Leverage and Cook's distance (mean)")
    name_largest(ax, leverage, resid, distance, rows.names, labels, area)


def areas(distance: Array, largest: float = 300.0) -> Array:
    """Areas of points that are proportional to a distance.

    Parameters
    ----------
    distance : ndarray, shape (n,)
        Zero or more; NaN where it is not known.
    largest : float, default 300
        Area of the largest, in square points.

    Returns
    -------
    ndarray, shape (n,)
        Areas, zero where the distance is not known.
    """
    known = np.nan_to_num(distance, nan=0.0, posinf=0.0, neginf=0.0)
    return largest * known / (known.max() or 1.0)


def contour_levels(distance: Array) -> Array:
    """Cook's distances to draw contours of.

    Parameters
    ----------
    distance : ndarray, shape (n,)
        Those of the rows.

    Returns
    -------
    ndarray, shape (2,)
        Numbers 1, 2, 5 times a power of ten: the last below the largest distance
        and the first above it.
    """
    largest = np.nanmax(np.where(np.isfinite(distance), distance, 0.0))
    above = min(max(int(np.searchsorted(_LADDER, largest)), _CONTOURS - 1), len(_LADDER) - 1)
    return _LADDER[above - _CONTOURS + 1 : above + 1]


def _contours(ax: Any, leverage: Array, resid: Array, k: int) -> None:
    inside = leverage < 1.0
    known = np.where(inside, leverage, np.nan)
    distance = resid**2 * known / ((1.0 - known) * k)
    right = min(1.15 * float(np.nanmax(known)), 1.0)
    top = 1.25 * float(np.nanmax(np.abs(resid[np.isfinite(resid)])))
    grid = np.linspace(right / 500.0, right, 500)
    for level in contour_levels(distance):
        height = np.sqrt(level * k * (1.0 - grid) / grid)
        for side in (-1.0, 1.0):
            ax.plot(grid, side * height, color=ACCENT, lw=1.0, ls=":")
        if height[-1] < top:
            ax.annotate(
                f"{level:g}",
                (right, height[-1]),
                xytext=(2, 0),
                textcoords="offset points",
                color=ACCENT,
                fontsize="x-small",
                va="center",
                annotation_clip=False,
            )
    ax.set(xlim=(0.0, right), ylim=(-top, top))
