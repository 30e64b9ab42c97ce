"""The fitted mean along one variable, with bands and data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.plots.figures import (
    ACCENT,
    BAND,
    EDGE,
    GREY,
    INK,
    SMALL,
    axes_for,
    points_look,
)
from sm_gaussmle.statsmodels_face.plots.fit_places import Places
from sm_gaussmle.statsmodels_face.plots.model_variables import Held, variable
from sm_gaussmle.statsmodels_face.plots.residual_rows import need_rows, response_name
from sm_gaussmle.statsmodels_face.plots.shown_rows import say_shown, shown_rows
from sm_gaussmle.statsmodels_face.reading.summary import confidence

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]

SHOWN = ("observed", "adjusted")
_ACROSS = 3  # entries of the legend in a row
_WIDTH = 72  # of the title, in characters
_BANDS = (("obs", 0.25, "--", "an observation"), ("mean", 0.6, "-", "the mean"))
_WORDS = {
    "left": "limit of left-censoring",
    "right": "limit of right-censoring",
    "trunc_left": "limit of truncation",
    "trunc_right": "limit of truncation",
}


@dataclass(frozen=True)
class Responses:
    """What is known of the responses, where it is drawn.

    Attributes
    ----------
    lower, upper : ndarray, shape (n,)
        Between which values each lies.
    exact, left, right : ndarray of bool, shape (n,)
        Which are seen exactly, and which are censored from a side; others are intervals.
    """

    lower: Array
    upper: Array
    exact: NDArray[np.bool_]
    left: NDArray[np.bool_]
    right: NDArray[np.bool_]


def plot_fit(
    result: GaussianMLEResults,
    name: Any,
    *,
    at: Any,
    alpha: float,
    responses: str | None,
    ax: Any,
) -> Any:
    """Draw the mean with intervals for it and for observations, and the responses.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    name : str
        The variable.
    at : mapping or None
        Values of other variables.
    alpha : float
        One minus the level of the intervals.
    responses : {"observed", "adjusted"} or None
        Which responses to draw.
    ax : matplotlib Axes or None
        Where to draw; a new figure for None.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    need_rows(result, "plot_fit")
    if responses is not None and responses not in SHOWN:
        raise ValueError(
            f"`responses` is {responses!r}; it must be one of {', '.join(SHOWN)}, or None."
        )
    values, held = variable(result, name, "variable"), Held.of(result, name, at)
    places = Places.of(values)
    bands = result.get_prediction(**held.rows(places.values)).summary_frame(alpha)
    figure, ax = axes_for(ax)
    latent = not result.model.exact_responses
    level = confidence(alpha)
    for kind, opacity, dashes, what in _BANDS:
        ends = bands[f"{kind}_ci_lower"], bands[f"{kind}_ci_upper"]
        label = f"{level} interval of {what}"
        ax.fill_between(places.places, *ends, color=BAND, alpha=opacity, lw=0, label=label)
        for end in ends:  # above the points, where these are many
            ax.plot(places.places, end, color=EDGE, ls=dashes, lw=0.8, zorder=3)
    mean = "latent mean" if latent else "mean"
    ax.plot(places.places, bands["mean"], color=INK, lw=1.8, zorder=3, label=mean)
    _limits(ax, result, observed=responses != "adjusted")
    ax.set(xlabel=name, ylabel=response_name(result))
    if places.ticks:
        ax.set_xticks(places.ticks, places.labels)
    if responses is not None:
        drawn = _responses(result)
        if responses == "adjusted":
            drawn = _adjusted(result, held, values.to_numpy(), drawn)
            ax.set_ylabel(f"{response_name(result)}, adjusted")
        shown = shown_rows(np.abs(result.resid_generalized))
        _draw(ax, places.rows, drawn, shown)
        say_shown(ax, len(shown), len(values))
    _head(ax, f"Fit at {held.text}" if held.text else "Fit")
    return figure


def _head(ax: Any, title: str) -> None:
    """Put the legend between the axes and their title: within there are data everywhere."""
    rows = -(-len(ax.get_legend_handles_labels()[0]) // _ACROSS)
    ax.legend(
        fontsize=SMALL,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=_ACROSS,
        frameon=False,
    )
    ax.set_title(fill(title, _WIDTH), fontsize="medium", pad=8.0 + 15.0 * rows)


def _responses(result: GaussianMLEResults) -> Responses:
    bounds: Bounds | None = result.model.source().rows.bounds
    if bounds is None:
        y = np.asarray(result.model.endog)
        none = np.zeros(len(y), dtype=bool)
        return Responses(y, y, ~none, none, none)
    return Responses(
        bounds.lower, bounds.upper, bounds.exact, bounds.open_left, bounds.open_right
    )


def _adjusted(
    result: GaussianMLEResults, held: Held, x: NDArray[Any], responses: Responses
) -> Responses:
    """Responses with their standardised residuals, at the held values."""
    rows = held.rows(x)
    own, there = np.asarray(result.fittedvalues), np.asarray(result.predict(**rows))
    ratio = np.asarray(result.predict(**rows, which="scale"))
    ratio = ratio / np.asarray(result.model.predict(result.params, which="scale"))
    return replace(
        responses,
        lower=there + (responses.lower - own) * ratio,
        upper=there + (responses.upper - own) * ratio,
    )


def _draw(ax: Any, x: Array, responses: Responses, shown: NDArray[np.intp]) -> None:
    """Draw points, arrows at limits and intervals."""
    x, lower, upper = x[shown], responses.lower[shown], responses.upper[shown]
    exact, left, right = responses.exact[shown], responses.left[shown], responses.right[shown]
    if exact.any():
        ax.scatter(x[exact], lower[exact], **points_look(len(shown)), label="observed")
    for some, height, marker, label in (
        (left, upper, "v", "left-censored"),
        (right, lower, "^", "right-censored"),
    ):
        if some.any():
            look = points_look(len(shown)) | {"marker": marker, "facecolors": ACCENT}
            look["s"] *= 1.6
            ax.scatter(x[some], height[some], **look, label=label)
    between = ~exact & ~left & ~right
    if between.any():
        ax.vlines(
            x[between], lower[between], upper[between], color="0.3", lw=0.8, label="interval"
        )


def _limits(ax: Any, result: GaussianMLEResults, *, observed: bool) -> None:
    """Draw limits that all rows have in common."""
    if not observed:  # adjusted responses have limits of their own
        return
    labels = set()
    for name in LIMITS:
        low, high = result.model.limit_ranges.get(name, (-np.inf, np.inf))
        if low == high:
            dashes = ":" if name.startswith("trunc") else "--"
            label = None if _WORDS[name] in labels else _WORDS[name]
            ax.axhline(low, color=GREY, lw=1.2, ls=dashes, label=label)
            labels.add(_WORDS[name])
