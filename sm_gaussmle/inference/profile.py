"""The profile log-likelihood of a function of the parameters, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sm_gaussmle.inference.constrained_maximum import Constrained, constrained_maximum
from sm_gaussmle.inference.profile_interval import IntervalEnd, interval_ends
from sm_gaussmle.inference.profile_surface import CountedSurface
from sm_gaussmle.inference.profile_targets import LinearTarget
from sm_gaussmle.inference.smooth_target import SmoothTarget, Target
from sm_gaussmle.likelihood.terms import Array

# How much further than its ends an interval is drawn, and without an end, in Wald intervals.
_MARGIN, _WITHOUT_END = 0.25, 2.0
# Standard errors between values that are one point.
SAME = 1e-8


@dataclass(frozen=True, eq=False)
class Profile:
    """A profile log-likelihood.

    Attributes
    ----------
    estimate, std_err : float
        Of the function of the parameters.
    interval : tuple of float
        Lower and upper end; infinite or NaN where there is none.
    values : ndarray, shape (m,)
        Values of the function, in order; the estimate and the ends are among them.
    loglike : ndarray, shape (m,)
        Largest log-likelihood where the function has the value.
    params : ndarray, shape (m, k)
        Where that is.
    passes : int
        Passes over the rows for the interval.
    passes_points : int
        Passes for the other points.
    method : str
        How the ends were found.
    reasons : tuple of str
        What is to be known of them.
    """

    estimate: float
    std_err: float
    interval: tuple[float, float]
    values: Array
    loglike: Array
    params: Array
    passes: int
    passes_points: int
    method: str
    reasons: tuple[str, ...]


def likelihood_profile(
    surface: CountedSurface, target: Target, quantile: float, points: int | Array
) -> Profile:
    """A profile by maximising the log-likelihood at values of a function.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    target : Target
        The function.
    quantile : float
        Quantile of the chi-squared distribution with one degree of freedom.
    points : int or ndarray
        How many more points to have, or their values.

    Returns
    -------
    Profile
        Points that could not be reached are left out, and among the reasons.

    Raises
    ------
    HigherLikelihoodError
        If the log-likelihood is higher somewhere than at the fit.
    """
    before = surface.passes
    ends = interval_ends(surface, target, quantile)
    used = surface.passes - before
    own = [target.own(end.value) for end in ends]
    asked = values_around(target.estimate, target.std_err, (own[0], own[1]), quantile, points)
    standard = (asked - target.estimate) / target.std_err
    zero = np.zeros(surface.surface.root.shape[1])
    known = [Constrained(0.0, zero, surface.loglike, 0.0)] + [
        Constrained(end.value, end.point, surface.loglike - 0.5 * quantile, 0.0)
        for end in ends
        if end.point is not None
    ]
    found, missed = _outward(surface, target, standard, known)
    order = sorted(known + found, key=lambda point: point.value)
    # As they were asked for: there and back costs a digit.
    given = dict(zip(standard, asked, strict=True))
    reasons = _reasons(target, ends)
    if missed:
        shown = ", ".join(f"{target.own(value):.4g}" for value in missed)
        reasons += (f"no maximum was found at {shown}",)
    return Profile(
        target.estimate,
        target.std_err,
        (own[0], own[1]),
        np.array([given.get(point.value, target.own(point.value)) for point in order]),
        np.array([point.loglike for point in order]),
        np.array([surface.surface.params_at(point.point) for point in order]),
        used,
        surface.passes - before - used,
        " and ".join(dict.fromkeys(end.method for end in ends)),
        reasons,
    )


def values_around(
    estimate: float,
    std_err: float,
    interval: tuple[float, float],
    quantile: float,
    points: int | Array,
) -> Array:
    """Values at which to have points of a profile.

    Parameters
    ----------
    estimate, std_err : float
        Of the function.
    interval : tuple of float
        Its ends.
    quantile : float
        Quantile that they are at.
    points : int or ndarray
        How many, or the values.

    Returns
    -------
    ndarray
        In the function's own units, somewhat beyond the interval.
    """
    if not isinstance(points, int):
        return points
    far = _WITHOUT_END * std_err * float(np.sqrt(quantile))
    below, above = (
        abs(end - estimate) * (1.0 + _MARGIN) if np.isfinite(end) else far for end in interval
    )
    return np.linspace(estimate - below, estimate + above, points)


def _outward(
    surface: CountedSurface, target: Target, values: Array, known: list[Constrained]
) -> tuple[list[Constrained], list[float]]:
    """Constrained maxima on each side, each begun from one that is nearer."""
    found, missed = [], []
    for side in (-1, 1):
        near = [point for point in known if side * point.value >= 0.0]
        for value in sorted(values[side * values > 0.0], key=abs):
            if min(abs(point.value - value) for point in near) < SAME:
                continue
            start = _between(near, float(value))
            point = constrained_maximum(surface, target, float(value), start)
            if point is None:
                missed.append(float(value))
            else:
                near.append(point)
                found.append(point)
    return found, missed


def _between(known: list[Constrained], value: float) -> Array:
    """Coordinates at a value by the parabola through the three nearest points."""
    nearest = sorted(known, key=lambda point: abs(point.value - value))[:3]
    start = np.zeros_like(nearest[0].point)
    for one in nearest:
        others = [other.value for other in nearest if other is not one]
        start = start + one.point * np.prod(
            [(value - other) / (one.value - other) for other in others]
        )
    return start


def _reasons(target: Target, ends: tuple[IntervalEnd, IntervalEnd]) -> tuple[str, ...]:
    reasons = []
    for which, end in zip(("lower", "upper"), ends, strict=True):
        last = f"{target.own(end.last):.4g}"
        if np.isinf(end.value):
            seen = (
                "the function is infinite at parameters where the likelihood is above the cutoff"
                if np.isinf(end.last)
                else "the profile stays above the cutoff as far as it was looked at, to " + last
            )
            reasons.append(f"the {which} end is infinite: {seen}")
        elif np.isnan(end.value):
            bound = ", where the function may have a bound" * isinstance(target, SmoothTarget)
            reasons.append(
                f"the {which} end was not found: the profile could not be followed beyond "
                f"{last}{bound}"
            )
        if np.isfinite(end.rises):
            first = f"; the {which} end is where it first falls to the cutoff"
            reasons.append(
                f"the profile rises again outward of {target.own(end.rises):.4g}"
                + first * bool(np.isfinite(end.value))
            )
    return tuple(reasons)


def linear_target(surface: CountedSurface, combination: Array, shift: float) -> LinearTarget:
    """A linear combination of the parameters as a target.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    combination : ndarray, shape (k,)
        Coefficients of the parameters.
    shift : float
        A constant that is added.

    Returns
    -------
    LinearTarget
        On the surface.
    """
    around = surface.surface
    return LinearTarget.of(
        float(combination @ around.params) + shift, around.root.T @ combination
    )
