"""Residuals against leverage in both equations, in bubbles of influence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sm_gaussmle.statsmodels_face.plots.figures import (
    GREY,
    SMALL,
    axes_in,
    name_largest,
    points_look,
)
from sm_gaussmle.statsmodels_face.plots.leverage_panel import areas
from sm_gaussmle.statsmodels_face.plots.residual_rows import ResidualRows
from sm_gaussmle.statsmodels_face.plots.shown_rows import say_shown, shown_rows

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]


def plot_influence(
    result: GaussianMLEResults, *, labels: int, alpha: float, rng: Any, fig: Any
) -> Any:
    """Draw residuals against leverage, one picture for each equation.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    labels : int
        How many rows are named.
    alpha : float
        Lines are at the two-sided normal quantiles of it.
    rng : int or numpy.random.Generator
        For residuals that are partly random.
    fig : matplotlib Figure or None
        Where to draw; a new figure for None.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    rows = ResidualRows.of(result, "plot_influence", rng)
    influence, model = result.get_influence(), result.model
    resid, label = rows.resid, rows.label
    if model.exact_responses:
        resid, label = influence.resid_studentized_external, "Externally studentised residual"
    distance = influence.cooks_distance[0]
    panels = [("Leverage in the mean equation", influence.hat_matrix_diag)]
    if model.exact_responses and not model.constant_variance:
        panels.append(("Leverage in the scale equation", influence.hat_matrix_diag_scale))
    fig, axes = axes_in(fig, 1, len(panels), (5.2 * len(panels) + 1.2, 4.8))
    shown, area = shown_rows(distance), areas(distance)
    bound = -float(special.ndtri(0.5 * alpha))
    for ax, (title, leverage) in zip(axes, panels, strict=True):
        ax.scatter(
            leverage[shown],
            resid[shown],
            **points_look(len(shown)) | {"s": area[shown], "facecolors": "0.6", "alpha": 0.6},
        )
        for height, dashes in ((-bound, ":"), (0.0, "--"), (bound, ":")):
            ax.axhline(height, color=GREY, lw=1.0, ls=dashes)
        twice = 2.0 * float(np.average(leverage, weights=rows.weights))
        ax.axvline(twice, color=GREY, lw=1.0, ls="-.", label="twice its mean")
        ax.set(xlabel=title, ylabel=label, xlim=(0.0, None))
        ax.margins(y=0.12)
        name_largest(ax, leverage, resid, distance, rows.names, labels, area)
        say_shown(ax, len(shown), len(resid))
        ax.legend(fontsize=SMALL, loc="upper right")
    fig.suptitle("Influence of the rows: area is Cook's distance")
    return fig
