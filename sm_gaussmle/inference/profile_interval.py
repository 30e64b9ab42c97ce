"""Profile-likelihood intervals: where the profile first falls to its cutoff on each side."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sm_gaussmle.inference.constrained_maximum import Constrained, constrained_maximum
from sm_gaussmle.inference.profile_surface import CountedSurface
from sm_gaussmle.inference.profile_targets import LinearTarget
from sm_gaussmle.inference.smooth_target import Target
from sm_gaussmle.inference.venzon_moolgavkar import venzon_moolgavkar
from sm_gaussmle.likelihood.terms import Array

# How often is looked.
_MOST_FITS, _MOST_FAILURES = 80, 20
# Failures after which a nearer value is no longer thought to help.
_FAILURES_NEARBY = 6
_WIDER = 4.0
# Share of the depth within which Newton's method on both conditions is tried again.
_NEAR = 0.2
# Inverse of the distance, in standard errors, within which a function may be infinite.
_REACH = 0.1
# Share of the way there that is left where the sign is looked at.
_BEFORE = 1e-3
# How little, in standard errors, constrained estimates move while the value grows by a quarter,
# where they have come to parameters at which the function is infinite.
_SETTLED, _GROWN, _REST = 1e-3, 1.25, 8.0
# A profile does not fall to the cutoff if it would take more standard errors at the rate at
# which it falls; and how much a value has to grow for its change to say how it goes on.
_SLOW, _LEAST_GROWN = 1e4, 1.1
# Difference of the signed root from its quantile that counts as none.
_ZERO = 1e-10


class IntervalEnd(NamedTuple):
    """One end of an interval.

    Attributes
    ----------
    value : float
        In standard errors from the estimate; infinite where the profile does not fall to
        the cutoff, NaN where it could not be followed so far.
    point : ndarray, shape (k,), or None
        The constrained estimates as coordinates; None without an end.
    method : str
        How it was found.
    last : float
        The last value that was looked at, in standard errors.
    rises : float
        A value outward of which the profile rises again; NaN where none was noticed.
    """

    value: float
    point: Array | None
    method: str
    last: float
    rises: float = float("nan")


def interval_ends(
    surface: CountedSurface, target: Target, quantile: float
) -> tuple[IntervalEnd, IntervalEnd]:
    """Both ends of an interval.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    target : Target
        What the interval is for.
    quantile : float
        Quantile of the chi-squared distribution with one degree of freedom.

    Returns
    -------
    tuple of IntervalEnd
        Lower and upper: the first crossings of the cutoff outward from the estimate.
    """
    zero = np.zeros(surface.surface.root.shape[1])
    local = target.local(zero)
    wald = np.sqrt(quantile) * (zero if local is None else local.direction)
    upper = interval_end(surface, target, 1, quantile, wald)
    start = -wald if upper.point is None else mirrored(upper.point, wald)
    lower = interval_end(surface, target, -1, quantile, start)
    return lower, upper


def interval_end(
    surface: CountedSurface, target: Target, side: int, quantile: float, start: Array
) -> IntervalEnd:
    """One end of an interval.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    target : Target
        What the interval is for.
    side : int
        1 for the upper end, -1 for the lower.
    quantile : float
        Twice the depth of the cutoff below the maximum.
    start : ndarray, shape (k,)
        Coordinates near the end, such as those of the Wald interval.

    Returns
    -------
    IntervalEnd
        By Venzon and Moolgavkar's method or, where that fails, by constrained fits at
        values between which the profile crosses the cutoff.
    """
    point = venzon_moolgavkar(surface, target, start, side, quantile)
    if point is not None:
        value = target.value(point)
        return IntervalEnd(value, point, "Venzon-Moolgavkar", value)
    if _infinite_inside(surface, target, side, quantile):
        return IntervalEnd(side * np.inf, None, "infinity", side * np.inf)
    return _bracketed(surface, target, side, quantile, start)


def mirrored(point: Array, wald: Array) -> Array:
    """Where the other end is to be expected.

    Parameters
    ----------
    point : ndarray, shape (k,)
        Coordinates of one end.
    wald : ndarray, shape (k,)
        That end if the log-likelihood were quadratic.

    Returns
    -------
    ndarray, shape (k,)
        With a signed root and constrained estimates that are quadratic in the target.
    """
    depth = float(np.linalg.norm(wald))
    direction = wald / depth
    here = float(direction @ point)
    skew = (depth - here) / (here * here)
    square = 1.0 - 4.0 * skew * depth
    if not (here > 0.0 and square > 0.1):
        return -wald
    there = -2.0 * depth / (1.0 + float(np.sqrt(square)))
    return np.asarray(there * direction + (point - here * direction) * (there / here) ** 2)


def _bracketed(
    surface: CountedSurface, target: Target, side: int, quantile: float, start: Array
) -> IntervalEnd:
    """Go outward by constrained fits, each from the one before."""
    depth, cutoff = float(np.sqrt(quantile)), surface.loglike - 0.5 * quantile
    inner = Constrained(0.0, np.zeros_like(start), surface.loglike, 0.0)
    outer: Constrained | None = None
    known: list[Constrained] = []
    moved = np.inf
    method, rises = "bracketing", float("nan")
    zero = max(_ZERO, surface.rounding / depth)
    value, failures = side * depth, 0
    for _ in range(_MOST_FITS):
        near = _start(inner, value, start, target, depth)
        anew = failures == _FAILURES_NEARBY
        # Estimates may run off where others are held, as those of a truncated sample do
        # towards an exponential distribution: what they come to is inside, if it is above
        # the cutoff.
        found = constrained_maximum(
            surface, target, value, near, anew=anew, above=cutoff
        ) or _through_infinity(surface, target, value, inner, quantile)
        if found is None:
            failures += 1
            value = 0.5 * (inner.value + value)
            if failures > _MOST_FAILURES:
                break
            continue
        if side * found.slope > surface.rounding:
            rises = found.value
        root = float(np.sqrt(2.0 * max(surface.loglike - found.loglike, 0.0)))
        if abs(root - depth) <= zero:
            return IntervalEnd(found.value, found.point, method, found.value, rises)
        before, moved = moved, _moved(inner, found)
        settled = moved < min(_SETTLED, 0.5 * before) and root + _REST * moved < depth
        if (settled or _flat(known, found, cutoff)) and outer is None:
            return IntervalEnd(side * np.inf, None, method, found.value, rises)
        known.append(found)
        inner, outer = (found, outer) if root < depth else (inner, found)
        if abs(root - depth) < _NEAR * depth:
            point = venzon_moolgavkar(surface, target, found.point, side, quantile)
            end = np.nan if point is None else target.value(point)
            if _between_known(end, inner, outer, 2.0 * value):
                return IntervalEnd(end, point, method, end, rises)
        value = _next(inner, outer, found, root, depth)
    end = side * np.inf if outer is None and _level(known, side, cutoff) else float("nan")
    return IntervalEnd(end, None, method, inner.value, rises)


def _between_known(
    end: float, inner: Constrained, outer: Constrained | None, farthest: float
) -> bool:
    """Whether an end is the crossing that is sought, not another further out."""
    beyond = farthest if outer is None else min(outer.value, farthest, key=abs)
    low, high = sorted((inner.value, beyond))
    return low < end < high


def _flat(before: list[Constrained], found: Constrained, cutoff: float) -> bool:
    """Whether the profile falls too slowly since the last value that was much nearer."""
    nearer = [past for past in before if _LEAST_GROWN * abs(past.value) < abs(found.value)]
    if not nearer:
        return False
    rate = (found.loglike - nearer[-1].loglike) / (found.value - nearer[-1].value)
    return abs(rate) * _SLOW < found.loglike - cutoff


def _level(before: list[Constrained], side: int, cutoff: float) -> bool:
    """The same by the slope at a maximum, where the profile can be followed no further."""
    # Of a point that is no maximum it is NaN. Beyond a level one there is rounding.
    return any(-side * past.slope * _SLOW < past.loglike - cutoff for past in before)


def _moved(inner: Constrained, found: Constrained) -> float:
    """How far the constrained estimates have moved while the value grew; infinite if not."""
    if abs(found.value) <= _GROWN * abs(inner.value):
        return float("inf")
    return float(np.linalg.norm(found.point - inner.point))


def _infinite_inside(
    surface: CountedSurface, target: Target, side: int, quantile: float
) -> bool:
    """Whether a function is infinite at parameters above the cutoff, as a ratio can be."""
    if isinstance(target, LinearTarget) or side * target.curving < _REACH:
        return False
    zero = np.zeros(len(target.basis))
    found = constrained_maximum(surface, target, side * np.inf, zero, anew=False)
    if found is None or 2.0 * (surface.loglike - found.loglike) >= quantile:
        return False
    # The way there must be through large values of this side, and not of the other.
    return side * target.value((1.0 - _BEFORE) * found.point) > 0.0


def _through_infinity(
    surface: CountedSurface,
    target: Target,
    value: float,
    inner: Constrained,
    quantile: float,
) -> Constrained | None:
    """A constrained maximum on the other branch of a ratio.

    From one side of the estimate its profile can be followed to where numerator and
    denominator vanish together, the lowest point, and from the other side to all values
    beyond.
    """
    # Between them it falls no further than it would at the rate that it has here.
    ahead = surface.loglike - inner.loglike - inner.slope * (value - inner.value)
    if (
        isinstance(target, LinearTarget)
        or target.curving * value > -1.0
        or 2.0 * ahead >= quantile
    ):
        return None
    other = replace(target, through=True)
    return constrained_maximum(surface, other, value, np.zeros(len(target.basis)), anew=False)


def _start(
    inner: Constrained, value: float, first: Array, target: Target, depth: float
) -> Array:
    """Coordinates to begin a constrained fit from."""
    if inner.value == 0.0:
        # At a smaller value, nearer: towards zero nothing is far from linear.
        return first * (abs(value) / depth)
    return (
        inner.point * (value / inner.value) if isinstance(target, LinearTarget) else inner.point
    )


def _next(
    inner: Constrained, outer: Constrained | None, found: Constrained, root: float, depth: float
) -> float:
    """Newton's method on the signed root, kept within what is known."""
    with np.errstate(all="ignore"):  # looked at below
        value = float(found.value + (root - depth) * root / np.float64(found.slope))
    if outer is None:
        side = np.sign(found.value)
        ahead = side * value if np.isfinite(value) else np.inf
        far = _WIDER * abs(inner.value)
        return float(side * (min(ahead, far) if ahead > abs(inner.value) else far))
    low, high = sorted((inner.value, outer.value))
    shrinks = low < value < high and abs(value - found.value) < 0.5 * (high - low)
    return value if shrinks else 0.5 * (low + high)
