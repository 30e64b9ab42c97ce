"""Estimates of both equations with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.covariances.covariance_options import MODEL_BASED
from sm_gaussmle.statsmodels_face.plots.figures import GREY, INK, SMALL, axes_in
from sm_gaussmle.statsmodels_face.reading.summary import confidence

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]
Places = NDArray[np.intp]

METHODS = ("wald", "profile")
SCALES = ("estimate", "standard error")
_LOOK: dict[str, dict[str, Any]] = {
    "wald": {"marker": "o", "color": GREY, "mfc": "white", "ls": "--"},
    "profile": {"marker": "s", "color": INK, "mfc": INK, "ls": "-"},
}
_APART = 0.3  # of the intervals of one coefficient


@dataclass(frozen=True)
class Shown:
    """Which coefficients are drawn, and how.

    Attributes
    ----------
    places : ndarray of int
        The coefficients.
    methods : tuple of str
        Kinds of intervals.
    alpha : float
        One minus their level.
    in_errors : bool
        Whether they are drawn in units of their standard errors.
    """

    places: Places
    methods: tuple[str, ...]
    alpha: float
    in_errors: bool


def shown_coefficients(
    result: GaussianMLEResults, params: Any, methods: Any, scale: Any, alpha: float
) -> Shown:
    """Check which coefficients are to be drawn, and how.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    params : sequence of str or None
        Names of the coefficients; all but constants for None, or where there are no
        others all.
    methods : sequence of str or None
        Kinds of intervals; for None both, or with a robust covariance Wald's alone.
    scale : str
        One of `SCALES`.
    alpha : float
        One minus the level.

    Returns
    -------
    Shown
        What is drawn.

    Raises
    ------
    ValueError
        If an argument is none of these.
    """
    choice(scale, "scale", SCALES)
    if methods is None:
        methods = METHODS if result.cov_type in MODEL_BASED else METHODS[:1]
    asked = _listed(methods)
    if not asked or any(method not in METHODS for method in asked):
        raise ValueError(
            f"`methods` is {methods!r}; it must have one or both of {', '.join(METHODS)}."
        )
    ordered = tuple(method for method in METHODS if method in asked)
    return Shown(_places(result, params), ordered, alpha, scale == "standard error")


def plot_coefficients(result: GaussianMLEResults, shown: Shown, fig: Any) -> Any:
    """Draw estimates with their intervals, one picture for each equation.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    shown : Shown
        What is drawn.
    fig : matplotlib Figure or None
        Where to draw; a new figure for None.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    names, bse = list(result.model.data.cov_names), np.asarray(result.bse)
    intervals = {
        method: np.asarray(result.conf_int(shown.alpha, method=method))
        for method in shown.methods
    }
    mean = shown.places < result.model.k_exog
    parts = [("Mean equation", shown.places[mean]), ("Log variance", shown.places[~mean])]
    parts = [part for part in parts if len(part[1])]
    rows = [len(places) for _, places in parts]
    fig, axes = axes_in(fig, len(parts), 1, (7.2, 1.1 * len(parts) + 0.55 * sum(rows)))
    axes[0].get_gridspec().set_height_ratios([count + 0.6 for count in rows])
    units = bse if shown.in_errors else np.ones(len(bse))
    for ax, (title, places) in zip(axes, parts, strict=True):
        _draw(ax, np.asarray(result.params), intervals, units, places)
        ax.set_yticks(np.arange(len(places)), [names[place] for place in places])
        ax.set_title(title, loc="left", fontsize="medium")
        ax.locator_params(axis="x", nbins=7)
        last = intervals[shown.methods[-1]]
        _numbers(ax, np.asarray(result.params), last, places)
    if shown.in_errors:
        ends = np.array([ax.get_xlim() for ax in axes])
        for ax in axes:
            ax.set_xlim(ends[:, 0].min(), ends[:, 1].max())
    unit = ", in standard errors" if shown.in_errors else ""
    axes[-1].set_xlabel(f"Estimate and {confidence(shown.alpha)} interval{unit}")
    handles, _ = axes[0].get_legend_handles_labels()
    labels = [_label(method, result.cov_type) for method in shown.methods]
    fig.legend(
        handles, labels, loc="outside upper right", ncols=2, fontsize=SMALL, frameon=False
    )
    return fig


def _places(result: GaussianMLEResults, params: Any) -> Places:
    names, model = list(result.model.data.cov_names), result.model
    if params is None:
        scale = model.constant_scale_column
        constants = {model.constant_column, None if scale is None else model.k_exog + scale}
        others = [place for place in range(len(names)) if place not in constants]
        return np.array(others or range(len(names)))
    asked = _listed(params)
    unknown = [name for name in asked if name not in names]
    if unknown or not asked:
        raise ValueError(
            f"`params` has {some([repr(name) for name in unknown]) or 'nothing'}; it may have "
            f"{some(names)}."
        )
    return np.array([names.index(name) for name in asked])


def _listed(given: Any) -> list[str]:
    """Texts of a list, or one; an object that is neither as its own text."""
    if isinstance(given, list | tuple | set | dict | pd.Index):
        return [str(each) for each in given]
    return [str(given)]


def _label(method: str, cov_type: str) -> str:
    if method == "profile":
        return "profile likelihood"
    return "Wald" if cov_type == "nonrobust" else f"Wald ({cov_type})"


def _draw(
    ax: Any, params: Array, intervals: dict[str, Array], units: Array, places: Places
) -> None:
    """Draw intervals beside each other, first coefficients at the top."""
    ax.axvline(0.0, color=GREY, lw=0.8, ls=":")
    estimate = params[places] / units[places]
    drawn = {method: ends[places] / units[places, None] for method, ends in intervals.items()}
    every = np.concatenate([estimate, *(ends.ravel() for ends in drawn.values())])
    finite = np.append(every[np.isfinite(every)], 0.0)
    room = 0.06 * np.ptp(finite)
    left, right = finite.min() - room, finite.max() + room
    for number, (method, ends) in enumerate(drawn.items()):
        look = _LOOK[method]
        heights = np.arange(len(places)) + _APART * (number - 0.5 * (len(drawn) - 1))
        for centre, (low, high), height in zip(estimate, ends, heights, strict=True):
            # An end that was not found is left out; towards an infinite one goes an arrow.
            sides = np.clip(np.where(np.isnan((low, high)), centre, (low, high)), left, right)
            ax.plot(sides, [height, height], color=look["color"], ls=look["ls"], lw=1.6)
            for end, edge, marker in ((low, left, "<"), (high, right, ">")):
                if np.isinf(end):
                    ax.plot(edge, height, marker=marker, color=look["color"], clip_on=False)
        ax.plot(estimate, heights, ms=5.5, **look | {"ls": "none"})
        ax.plot([], [], ms=5.5, lw=1.6, label=method, **look)
    ax.set(xlim=(left, right), ylim=(len(places) - 0.4, -0.6))


def _numbers(ax: Any, params: Array, ends: Array, places: Places) -> None:
    """Write estimates and intervals beside the axes."""
    for height, place in enumerate(places):
        lower, upper = ends[place]
        ax.annotate(
            f"{params[place]:.3g} ({lower:.3g}, {upper:.3g})".replace("-", "\N{MINUS SIGN}"),
            (1.02, height),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=SMALL,
        )
