"""Pictures of profile likelihoods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.stats import chi2

from sm_gaussmle.statsmodels_face.arguments.scalars import flag
from sm_gaussmle.statsmodels_face.plots.figures import axes_for
from sm_gaussmle.statsmodels_face.reading.summary import confidence

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.hypotheses.profile_result import ProfileResult
    from sm_gaussmle.statsmodels_face.hypotheses.region_result import RegionResult

Array = NDArray[np.float64]

_PIXELS = 300  # points of a smooth line
_STYLES = ("-", "--", "-.", ":")


def plot_profile(result: ProfileResult, ax: Any, *, signed_root: bool) -> Any:
    """Draw a profile with its cutoff, its interval and the Wald parabola.

    Parameters
    ----------
    result : ProfileResult
        The profile.
    ax : matplotlib Axes or None
        Where to draw; a new figure for None.
    signed_root : bool
        Whether to draw the signed root in place of the log-likelihood.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    flag(signed_root, "signed_root")
    figure, ax = axes_for(ax)
    # Where the ends are the estimate but for rounding, it is a single point.
    table = result.table.drop_duplicates("value")
    values = table["value"].to_numpy()
    grid = np.linspace(values[0], values[-1], _PIXELS)
    root = table["signed_root"].to_numpy()
    # The signed root is nearly straight: a spline through it is right between its points.
    smooth = CubicSpline(values, root)(grid) if len(values) > 1 else np.zeros(_PIXELS)
    wald = (grid - result.estimate) / (result.std_err or 1.0)
    depth = float(np.sqrt(chi2.isf(result.alpha, 1)))
    level = confidence(result.alpha)

    def height(signed: Array | float) -> Any:
        return signed if signed_root else -0.5 * np.square(signed)

    ax.plot(grid, height(wald), "--", color="0.45", lw=1.2, label="Wald")
    ax.plot(grid, height(smooth), "-", color="black", lw=1.8, label="profile likelihood")
    ax.plot(values, height(root), "o", color="black", ms=2.5)
    for side in (-1.0, 1.0)[: 1 + signed_root]:
        ax.axhline(height(side * depth), color="0.45", lw=0.8, ls=":")
    lowest = min(height(smooth).min(), height(-depth)) * 1.08
    for end, side in zip(result.interval, (-1.0, 1.0), strict=True):
        if np.isfinite(end) and result.std_err:
            ax.vlines(end, lowest, height(side * depth), color="black", lw=0.8, ls=":")
            ax.plot([end], [height(side * depth)], "D", color="black", ms=5, mfc="white")
    ax.plot([], [], "D:", color="black", lw=0.8, ms=5, mfc="white", label=f"{level} interval")
    ax.plot([result.estimate], [0.0], "^", color="black", ms=6, label="estimate")
    top = -lowest if signed_root else -0.06 * lowest
    ax.set(
        xlabel=result.label,
        ylabel="Signed root of twice the fall of the log-likelihood"
        if signed_root
        else "Log-likelihood less its maximum",
        ylim=(lowest, max(top, 1.08 * float(np.max(height(smooth))) if signed_root else top)),
        title=f"Profile likelihood of {result.label}",
    )
    ax.margins(x=0)
    ax.legend(edgecolor="none", framealpha=0.85, fontsize="small", loc="best")
    return figure


def plot_region(result: RegionResult, ax: Any) -> Any:
    """Draw the contours of joint confidence regions.

    Parameters
    ----------
    result : RegionResult
        The regions.
    ax : matplotlib Axes or None
        Where to draw; a new figure for None.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    figure, ax = axes_for(ax)
    for place, (level, contour) in enumerate(result.contours.items()):
        line = _closed(contour)
        ax.plot(
            *line.T,
            ls=_STYLES[place % len(_STYLES)],
            color="black",
            lw=1.4,
            label=confidence(1.0 - level),
        )
    ax.plot(*result.estimate, "^", color="black", ms=6, label="estimate")
    ax.set(
        xlabel=result.labels[0],
        ylabel=result.labels[1],
        title="Joint confidence regions by profile likelihood",
    )
    # Beside the axes: in the middle, where there seems to be room, is the estimate.
    ax.legend(edgecolor="none", fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _closed(contour: Array) -> Array:
    """A smooth closed line through points; as far as there are some, an open one."""
    if not np.isfinite(contour).all():
        return np.where(np.isfinite(contour), contour, np.nan)
    points = np.vstack([contour, contour[:1]])
    around = np.arange(len(points))
    spline = CubicSpline(around, points, bc_type="periodic")
    return np.asarray(spline(np.linspace(0, around[-1], _PIXELS)))
