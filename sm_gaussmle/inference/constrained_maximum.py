"""The highest log-likelihood where a function of the parameters has a given value."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import optimize

from sm_gaussmle.inference.profile_surface import CountedSurface, response
from sm_gaussmle.inference.profile_targets import LinearTarget
from sm_gaussmle.inference.smooth_target import SmoothTarget, Target
from sm_gaussmle.likelihood.terms import Array

# Length of a Newton step, in standard errors, after which the next would be rounding.
_CLOSE = 1e-6
_MOST_STEPS = 12
# A longer step leads nowhere, and may overflow.
_LONGEST = 1e6
# Least share of a Newton step that leads out of where a function has values.
_LEAST_SHARE = 1e-3


class Constrained(NamedTuple):
    """A point of a profile.

    Attributes
    ----------
    value : float
        What the target was held at, in standard errors from the estimate.
    point : ndarray, shape (k,)
        The constrained estimates, as coordinates.
    loglike : float
        Log-likelihood there.
    slope : float
        Derivative of the profile log-likelihood by the value: the Lagrange multiplier.
    """

    value: float
    point: Array
    loglike: float
    slope: float


def constrained_maximum(
    surface: CountedSurface,
    target: Target,
    value: float,
    start: Array,
    *,
    anew: bool = True,
    above: float = np.inf,
) -> Constrained | None:
    """Maximise the log-likelihood where a target has a value.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    target : Target
        What is held.
    value : float
        At what, in standard errors from the estimate.
    start : ndarray, shape (k,)
        Coordinates of a point near it.
    anew : bool, default True
        Whether to start anew, at many passes, where Newton's method does not converge.
    above : float, default inf
        Log-likelihood above which, for a linear target, a point that is no maximum will do.

    Returns
    -------
    Constrained or None
        None where no maximum is found. A point that is none has no slope, but NaN.

    Notes
    -----
    A linear target is an affine restriction, for the trust region. For others the
    equations of Lagrange are solved by Newton's method; where that does not converge, it
    starts anew from where sequential quadratic programming ends.
    """
    if isinstance(target, LinearTarget):
        return _on_plane(surface, target, value, start, above)
    found = _newton(surface, target, value, start)
    if found is None and anew:
        nearer = _programming(surface, target, value, start)
        found = None if nearer is None else _newton(surface, target, value, nearer)
    return found


def _on_plane(
    surface: CountedSurface, target: LinearTarget, value: float, start: Array, above: float
) -> Constrained | None:
    if not target.free.shape[1]:
        point = value * target.direction
        at = surface.look(point)
        slope = float(at.score @ target.direction)
        finite = np.isfinite(at.loglike)
        return Constrained(value, point, at.loglike, slope) if finite else None
    found = surface.highest(target, value, start)
    if found is None:
        return None
    evaluation = found.evaluation
    point = value * target.direction + target.free @ found.params
    if not found.converged:
        loglike = evaluation.loglike
        return Constrained(value, point, loglike, np.nan) if loglike > above else None
    loglike = evaluation.loglike + 0.5 * found.decrement
    return Constrained(value, point, loglike, float(evaluation.whole.score @ target.direction))


def _newton(
    surface: CountedSurface, target: SmoothTarget, value: float, start: Array
) -> Constrained | None:
    point, before = start, np.inf
    for _ in range(_MOST_STEPS):
        local = target.local(point, value)
        if local is None:
            return None
        at = surface.look(point)
        found = response(at, local)
        if found is None:
            return None
        first, second = found
        step = first + local.gap * second
        length = float(np.linalg.norm(step))
        if not length <= min(before, _LONGEST):
            return None
        step *= _inside(target, point, step)
        point, before = point + step, length
        if length <= _CLOSE:
            loglike = at.loglike + float(at.score @ step + 0.5 * step @ at.hessian @ step)
            slope = float(at.score @ local.direction) / (local.length * local.unit)
            return Constrained(value, point, loglike, slope)
    return None


def _inside(target: SmoothTarget, point: Array, step: Array) -> float:
    """Share of a step after which the function still has a value."""
    share = 1.0
    while np.isnan(target.value(point + share * step)) and share > _LEAST_SHARE:
        share *= 0.5
    return share


def _programming(
    surface: CountedSurface, target: SmoothTarget, value: float, start: Array
) -> Array | None:
    """Where sequential quadratic programming ends."""
    first = target.local(start, value)
    if first is None:
        return None
    unit = first.length

    def fall(point: Array) -> tuple[float, Array]:
        at = surface.look(point)
        return surface.loglike - at.loglike, -at.score

    def gap(point: Array) -> float:
        local = target.local(point, value)
        return np.nan if local is None else -local.gap * local.length / unit

    def normal(point: Array) -> Array:
        local = target.local(point, value)
        if local is None:
            return np.full(len(point), np.nan)
        return local.direction * (local.length / unit)

    with np.errstate(all="ignore"):  # trial points are far out; the end is checked
        found = optimize.minimize(
            fall,
            start,
            jac=True,
            method="SLSQP",
            constraints={"type": "eq", "fun": gap, "jac": normal},
            options={"ftol": 1e-10, "maxiter": 50},
        )
    return found.x if np.isfinite(found.x).all() else None
