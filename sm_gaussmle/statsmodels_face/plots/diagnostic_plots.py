"""Four pictures of residuals: trend, distribution, spread and leverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sm_gaussmle.statsmodels_face.plots.figures import (
    ACCENT,
    BAND,
    GREY,
    SMALL,
    axes_in,
    name_largest,
    points_look,
)
from sm_gaussmle.statsmodels_face.plots.leverage_panel import draw_leverage
from sm_gaussmle.statsmodels_face.plots.normal_bands import OrderedResiduals, normal_band
from sm_gaussmle.statsmodels_face.plots.residual_rows import ResidualRows, response_name
from sm_gaussmle.statsmodels_face.plots.shown_rows import say_shown, shown_rows
from sm_gaussmle.statsmodels_face.plots.smooth_line import smooth_line
from sm_gaussmle.statsmodels_face.reading.summary import confidence

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]

# The mean of the root of the size of a standard normal number.
_MEAN_ROOT = float(2.0**0.25 * special.gamma(0.75) / np.sqrt(np.pi))


def plot_diagnostics(
    result: GaussianMLEResults,
    *,
    alpha: float,
    simultaneous: bool,
    labels: int,
    rng: Any,
    fig: Any,
) -> Any:
    """Draw residuals against fitted values, quantiles, fitted scale and leverage.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    alpha : float
        One minus the level of the band.
    simultaneous : bool
        Whether the band is of all points at once.
    labels : int
        How many rows are named in each.
    rng : int or numpy.random.Generator
        For residuals that are partly random.
    fig : matplotlib Figure or None
        Where to draw; a new figure for None.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    rows = ResidualRows.of(result, "plot_diagnostics", rng)
    influence = result.get_influence()
    fig, (trend, normal, spread, leverage) = axes_in(fig, 2, 2, (9.0, 7.6))
    size = np.abs(rows.resid)
    latent = "" if result.model.exact_responses else "latent "
    fitted = f"Fitted {latent}mean of {response_name(result)}"

    _scatter(trend, rows, rows.fitted, rows.resid, size, labels)
    trend.axhline(0.0, color=GREY, lw=1.0, ls="--")
    trend.set(xlabel=fitted, ylabel=rows.label, title="Residuals and fitted values")

    draw_quantiles(normal, rows, alpha, simultaneous=simultaneous)

    constant = np.ptp(rows.scale) <= 1e-9 * rows.scale.max()
    _scatter(spread, rows, rows.fitted if constant else rows.scale, np.sqrt(size), size, labels)
    spread.axhline(_MEAN_ROOT, color=GREY, lw=1.0, ls="--", label="expected")
    spread.set(
        xlabel=fitted if constant else f"Fitted standard deviation of {response_name(result)}",
        ylabel=r"$\sqrt{|\mathrm{quantile\ residual}|}$",
        title="Spread of the residuals",
        ylim=(0.0, 1.2 * float(np.sqrt(size.max()))),
    )
    draw_leverage(leverage, rows, influence, labels)
    for ax in (trend, spread, leverage):
        say_shown(ax, len(shown_rows(size)), len(size))
    if trend.get_legend_handles_labels()[0]:
        trend.legend(fontsize=SMALL, loc="best")
    spread.legend(fontsize=SMALL, loc="upper left", ncols=2)
    return fig


def draw_quantiles(ax: Any, rows: ResidualRows, alpha: float, *, simultaneous: bool) -> None:
    """Draw ordered residuals against normal quantiles, with a band.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    rows : ResidualRows
        The residuals.
    alpha : float
        One minus the level of the band.
    simultaneous : bool
        Whether the band is of all points at once.
    """
    ordered = OrderedResiduals.of(rows.resid, rows.weights)
    band = normal_band(ordered.nobs, alpha, simultaneous=simultaneous)
    kind = "simultaneous" if simultaneous else "pointwise"
    ax.fill_between(
        band.quantiles,
        band.lower,
        band.upper,
        color=BAND,
        alpha=0.35,
        lw=0,
        label=f"{confidence(alpha)} band, {kind}",
    )
    ends = band.quantiles[[0, -1]]
    ax.plot(ends, ends, color=GREY, lw=1.0, ls="--")
    ax.scatter(ordered.quantiles, ordered.resid, **points_look(len(ordered.resid)))
    ax.set(xlabel="Standard normal quantile", ylabel=rows.label, title="Normal Q-Q")
    say_shown(ax, len(ordered.resid), ordered.n_rows)
    ax.legend(fontsize=SMALL, loc="upper left")


def _scatter(ax: Any, rows: ResidualRows, x: Array, y: Array, size: Array, labels: int) -> None:
    shown = shown_rows(size)
    ax.scatter(x[shown], y[shown], **points_look(len(shown)))
    line = smooth_line(x, y, rows.weights)
    if len(line[0]):
        ax.plot(*line, color=ACCENT, lw=2.0, label="local mean")
    name_largest(ax, x, y, size, rows.names, labels)
