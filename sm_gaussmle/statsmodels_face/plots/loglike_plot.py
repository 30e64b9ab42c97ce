"""The log-likelihood over two parameters, and the way to its maximum."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.statsmodels_face.arguments.coercion import matrix, some
from sm_gaussmle.statsmodels_face.plots.figures import ACCENT, INK, PALE, SMALL, axes_for

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]

_REACH = 4.0  # standard errors to each side of the estimate
_MARGIN = 0.08
# By how much the log-likelihood is lower on the contours.
FALLS = np.array([step * 10.0**power for power in range(-1, 9) for step in (1.0, 2.0, 5.0)])
_FIRST = 0.5
_MOST_CONTOURS = 12


def loglike_grid(params: Array, block: RowBlock) -> Array:
    """Log-likelihood of a block of rows at several parameters.

    Parameters
    ----------
    params : ndarray, shape (m, k)
        The parameters.
    block : RowBlock
        The rows.

    Returns
    -------
    ndarray, shape (m,)
        Sums over the rows of the block, which can be added.
    """
    values = np.empty(len(params))
    for place, point in enumerate(params):
        terms = block.terms(*block.predictors(point))
        weights = block.freq_weights
        values[place] = np.sum(terms.loglike if weights is None else weights * terms.loglike)
    return values


def plot_loglike(
    result: GaussianMLEResults,
    a: Any,
    b: Any,
    *,
    points: int,
    bounds: Any,
    path: Any,
    ax: Any,
) -> Any:
    """Draw contours of the log-likelihood, with iterates.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    a, b : str
        Names of two parameters.
    points : int
        How many values of each there are.
    bounds : sequence or None
        Lower and upper value of each; around the estimates and the path for None.
    path : array_like, shape (m, k), or None
        Parameters on the way; those that `fit` kept for None.
    ax : matplotlib Axes or None
        Where to draw; a new figure for None.

    Returns
    -------
    matplotlib Figure
        The picture.
    """
    names, estimate = list(result.model.data.cov_names), np.asarray(result.params)
    pair = _pair(names, a, b)
    way = _path(result, path)[:, pair]
    sides = _sides(result, way, pair) if bounds is None else _checked(bounds)
    x, y = (np.linspace(*side, points) for side in sides)
    grid = np.tile(estimate, (points * points, 1))
    grid[:, pair[0]], grid[:, pair[1]] = (part.ravel() for part in np.meshgrid(x, y))
    try:
        with np.errstate(over="raise"):
            values = result.model.source().total(partial(loglike_grid, grid), len(estimate) + 1)
    except FloatingPointError as error:
        raise ValueError(
            f"`bounds` is {bounds!r}, where the log-likelihood is no floating-point number; "
            "choose them nearer to the estimates."
        ) from error
    fall = values.reshape(points, points) - result.llf

    figure, ax = axes_for(ax)
    levels = contour_levels(fall)
    ax.contourf(x, y, fall, [*levels, 0.0], cmap="Greys_r", alpha=0.25, extend="both")
    lines = ax.contour(x, y, fall, levels, colors="0.35", linewidths=0.9, linestyles="solid")
    ax.clabel(lines, fmt=lambda level: f"{level:g}", fontsize="x-small")
    if len(way):
        ax.plot(*way.T, "-", color=ACCENT, lw=1.6, zorder=3)
        ax.plot(*way.T, "o", color=ACCENT, mec=INK, mew=0.6, ms=5, zorder=3, label="iterates")
        ax.plot(*way[0], "s", color="white", mec=INK, ms=6, zorder=3, label="first of them")
    ax.plot(*estimate[pair], "^", color=INK, mec=PALE, ms=9, zorder=4, label="estimate")
    others = "" if len(names) == 2 else "; other parameters at their estimates"
    ax.set(
        xlabel=names[pair[0]],
        ylabel=names[pair[1]],
        xlim=sides[0],
        ylim=sides[1],
    )
    ax.set_title(f"Log-likelihood less its maximum{others}", fontsize="medium")
    ax.legend(fontsize=SMALL, loc="best")
    return figure


def contour_levels(fall: Array) -> Array:
    """Levels of contours, closer near the maximum.

    Parameters
    ----------
    fall : ndarray
        Log-likelihoods less their maximum.

    Returns
    -------
    ndarray
        At most twelve, negative and increasing: 1, 2, 5, 10 and so on below the maximum.
    """
    deepest = -float(np.min(fall[np.isfinite(fall)]))
    falls = FALLS[(FALLS >= _FIRST) & (deepest > FALLS)]
    if not len(falls):
        falls = deepest * np.array([0.1, 0.2, 0.5])
    return -falls[:_MOST_CONTOURS][::-1]


def _pair(names: list[str], a: Any, b: Any) -> list[int]:
    for argument, value in (("a", a), ("b", b)):
        if not isinstance(value, str) or value not in names:
            raise ValueError(f"`{argument}` is {value!r}; it must be one of {some(names)}.")
    if a == b:
        raise ValueError(f"`a` and `b` are both {a!r}; a surface is over two parameters.")
    return [names.index(a), names.index(b)]


def _path(result: GaussianMLEResults, path: Any) -> Array:
    k = len(result.params)
    if path is None:
        kept = result.mle_retvals.get("allvecs") or []
        start = result.mle_settings["start_params"]
        if kept and start is not None:
            kept = [start, *kept]
        return np.array(kept, dtype=float).reshape(-1, k)
    given = matrix(path, "path")
    if given.ndim != 2 or given.shape[1] != k or not np.isfinite(given).all():
        raise ValueError(
            f"`path` has shape {given.shape}; it must have a row of {k} finite parameters for "
            "each iterate."
        )
    return given


def _sides(
    result: GaussianMLEResults, way: Array, pair: list[int]
) -> list[tuple[float, float]]:
    estimate = np.asarray(result.params)[pair]
    covariance = result.fit_record.cov_params
    if covariance is None or not np.isfinite(covariance).all():
        raise ValueError(
            "the fit has no covariance to say how wide the picture should be; pass `bounds`, "
            "lower and upper values of both parameters."
        )
    # Of the pair where the others are as they are, for the surface is cut there.
    information = np.linalg.pinv(covariance, hermitian=True)[np.ix_(pair, pair)]
    reach = _REACH * np.sqrt(np.diagonal(np.linalg.pinv(information, hermitian=True)))
    # Of a fixed one the reach may be rounding alone.
    fixed = (np.diagonal(covariance)[pair] == 0.0) | (reach == 0.0)
    if fixed.any():
        name = result.model.data.cov_names[pair[int(np.argmax(fixed))]]
        raise ValueError(f"{name!r} is fixed by restrictions; pass `bounds` to see beyond.")
    seen = np.vstack([way, estimate - reach, estimate + reach])
    lower, upper = seen.min(axis=0), seen.max(axis=0)
    room = _MARGIN * (upper - lower) if len(way) else np.zeros(2)
    return list(zip((lower - room).tolist(), (upper + room).tolist(), strict=True))


def _checked(bounds: Any) -> list[tuple[float, float]]:
    try:
        given = np.asarray(bounds, dtype=float)
    except (TypeError, ValueError):
        given = np.empty(0)
    wrong = given.shape != (2, 2) or not np.isfinite(given).all()
    if wrong or not (given[:, 0] < given[:, 1]).all():
        raise ValueError(
            f"`bounds` is {bounds!r}; it must have a lower and a higher value of each of the "
            "two parameters: ((a_low, a_high), (b_low, b_high))."
        )
    return [(float(low), float(high)) for low, high in given]
