"""Worm plots: normal quantile plots with the straight line taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import column, same_index
from sm_gaussmle.statsmodels_face.arguments.scalars import positive_whole_number
from sm_gaussmle.statsmodels_face.plots.figures import (
    ACCENT,
    GREY,
    SMALL,
    axes_for,
    axes_in,
    points_look,
)
from sm_gaussmle.statsmodels_face.plots.model_variables import variable
from sm_gaussmle.statsmodels_face.plots.normal_bands import OrderedResiduals, worm_band
from sm_gaussmle.statsmodels_face.plots.residual_rows import ResidualRows
from sm_gaussmle.statsmodels_face.plots.shown_rows import MOST_ROWS, say_shown
from sm_gaussmle.statsmodels_face.reading.summary import confidence

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]

_ACROSS = 3  # panels in a row
_CUBIC = 4  # coefficients of the line through the points
_POINTS = 200


def plot_worm(
    result: GaussianMLEResults,
    by: Any,
    *,
    panels: Any,
    alpha: float,
    rng: Any,
    ax: Any,
    fig: Any,
) -> Any:
    """Draw how far ordered residuals are from normal quantiles.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    by : str or array_like, shape (n,), or None
        What the rows are divided by; one picture of all for None.
    panels : int
        Into how many parts.
    alpha : float
        One minus the level of the bands.
    rng : int or numpy.random.Generator
        For residuals that are partly random.
    ax : matplotlib Axes or None
        Where to draw all rows.
    fig : matplotlib Figure or None
        Where to draw parts.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    rows = ResidualRows.of(result, "plot_worm", rng)
    _refuse_places(by, ax, fig)
    if by is None:
        fig, ax = axes_for(ax)
        ax.set_title("Worm plot of the quantile residuals")
        _draw(ax, rows, np.arange(len(rows.resid)), alpha, MOST_ROWS)
        ax.legend(fontsize=SMALL, loc="best")
        return fig
    name, values = (by, variable(result, by, "by")) if isinstance(by, str) else ("by", by)
    same_index(values, "by", result.model.data.row_labels, "endog")
    parts = _parts(values, positive_whole_number(panels, "panels"), len(rows.resid))
    across = 2 if len(parts) == 4 else min(len(parts), _ACROSS)
    down = -(-len(parts) // across)
    fig, axes = axes_in(fig, down, across, (3.4 * across, 3.0 * down + 0.6))
    for ax, (title, part) in zip(axes, parts, strict=False):
        _draw(ax, rows, part, alpha, MOST_ROWS // len(parts))
        ax.set_title(f"{name} {title}", fontsize="medium")
        if ax not in axes[::across]:
            ax.set_ylabel("")
    for ax in axes[len(parts) :]:
        ax.remove()
    heights = [ax.get_ylim() for ax in axes[: len(parts)]]
    for ax in axes[: len(parts)]:
        ax.set_ylim(min(low for low, _ in heights), max(high for _, high in heights))
    axes[0].legend(fontsize="x-small", loc="best")
    fig.suptitle("Worm plots of the quantile residuals")
    return fig


def _refuse_places(by: Any, ax: Any, fig: Any) -> None:
    if by is not None and ax is not None:
        raise ValueError("`ax` is given with `by`, which needs several axes; pass `fig`.")
    if by is None and fig is not None:
        raise ValueError("`fig` is given without `by`, where one axes suffices; pass `ax`.")


def _parts(given: Any, panels: int, n: int) -> list[tuple[str, NDArray[np.intp]]]:
    """Rows of about as many each, by their values, with what those are."""
    shape = np.shape(given)
    if shape != (n,):
        raise ValueError(
            f"`by` has shape {shape}; it must have one value for each of {n} rows."
        )
    by = pd.Series(given)
    found, levels = pd.factorize(by, sort=True)
    if (found < 0).any():
        raise ValueError("`by` has values that are missing.")
    numbers = pd.api.types.is_numeric_dtype(by) and not pd.api.types.is_bool_dtype(by)
    if not numbers or len(levels) <= panels:
        titles = [f"= {level:g}" if numbers else f"= {level}" for level in levels]
        return [(title, np.flatnonzero(found == code)) for code, title in enumerate(titles)]
    values = column(by, "by")
    if not np.isfinite(values).all():
        raise ValueError("`by` has values that are not finite.")
    codes, edges = pd.qcut(values, panels, labels=False, retbins=True, duplicates="drop")
    return [
        (_between(np.asarray(edges, dtype=float), code), np.flatnonzero(codes == code))
        for code in np.unique(codes)
    ]


def _between(edges: Array, code: int) -> str:
    opening = "[" if code == 0 else "("
    return f"in {opening}{edges[code]:.4g}, {edges[code + 1]:.4g}]"


def _draw(ax: Any, rows: ResidualRows, part: NDArray[np.intp], alpha: float, most: int) -> None:
    weights = None if rows.weights is None else rows.weights[part]
    ordered = OrderedResiduals.of(rows.resid[part], weights, most)
    x, y = ordered.quantiles, ordered.resid - ordered.quantiles
    edge = 1.1 * max(float(np.abs(x).max()), 1.0)
    grid = np.linspace(-edge, edge, _POINTS)
    half = worm_band(grid, ordered.nobs, alpha)
    for side in (-1.0, 1.0):
        label = f"{confidence(alpha)} pointwise" if side > 0 else None
        ax.plot(grid, side * half, color=GREY, lw=1.0, ls="--", label=label)
    ax.axhline(0.0, color=GREY, lw=0.8, ls=":")
    ax.scatter(x, y, **points_look(len(x)))
    if len(x) > _CUBIC:
        inside = np.linspace(x[0], x[-1], _POINTS)
        cubic = np.polynomial.Polynomial.fit(x, y, _CUBIC - 1)
        ax.plot(inside, cubic(inside), color=ACCENT, lw=2.0, label="cubic")
    top = 1.15 * max(float(np.abs(y).max()), float(worm_band(x, ordered.nobs, alpha).max()))
    ax.set(
        xlabel="Standard normal quantile",
        ylabel="Deviation" + (" (one draw)" if rows.drawn else ""),
        xlim=(-edge, edge),
        ylim=(-top, top),
    )
    say_shown(ax, len(x), ordered.n_rows)
