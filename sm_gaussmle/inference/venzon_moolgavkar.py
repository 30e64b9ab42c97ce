r"""Ends of profile-likelihood intervals by Newton's method on both their conditions.

At an end the log-likelihood is below its maximum by half of a quantile, and its score is
zero in all directions in which the target does not change.
"""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.surface import SurfacePoint
from sm_gaussmle.inference.profile_surface import CountedSurface, response
from sm_gaussmle.inference.profile_targets import Local
from sm_gaussmle.inference.smooth_target import Target
from sm_gaussmle.likelihood.terms import Array

# Length of a step, in standard errors, after which no look is needed: what the quadratic
# leaves is its cube in the value, its square in the score.
_CLOSE = 3e-5
_MOST_LOOKS = 10
# A longer step, relative to the distance from the estimate, is not trusted.
_TRUSTED = 2.0


def venzon_moolgavkar(
    surface: CountedSurface, target: Target, start: Array, side: int, quantile: float
) -> Array | None:
    r"""Find where a profile falls to its cutoff.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    target : Target
        What is profiled.
    start : ndarray, shape (k,)
        Where to begin, such as the end of the Wald interval.
    side : int
        1 for the upper end, -1 for the lower.
    quantile : float
        Twice the depth of the cutoff below the maximum.

    Returns
    -------
    ndarray, shape (k,), or None
        The constrained estimates at the end, as coordinates; None where Newton's method
        does not get there.

    Notes
    -----
    The equation of the log-likelihood is solved to second order at each step (Venzon and
    Moolgavkar 1988) [1]_; for a nonlinear target, with the Lagrangian's curvature.

    References
    ----------
    .. [1] D. J. Venzon and S. H. Moolgavkar, "A Method for Computing
       Profile-Likelihood-Based Confidence Intervals", Applied Statistics 37 (1988)
       87-94. doi:10.2307/2347496
    """
    point, cutoff = start, surface.loglike - 0.5 * quantile
    for _ in range(_MOST_LOOKS):
        local = target.local(point)
        if local is None:
            return None
        at = surface.look(point)
        step = _step(at, local, side, cutoff)
        if step is None:
            return None
        length = float(np.linalg.norm(step))
        if length > _TRUSTED * max(1.0, float(np.linalg.norm(point))):
            return None
        point = point + step
        if length <= _CLOSE:
            outward = side * float(at.score @ local.direction) < 0.0
            return point if outward and side * target.value(point) > 0.0 else None
    return None


def _step(at: SurfacePoint, local: Local, side: int, cutoff: float) -> Array | None:
    """To the outer point where the quadratic is at the cutoff."""
    found = response(at, local)
    if found is None:
        return None
    first, second = found
    bent = at.hessian @ second
    curvature = -float(second @ bent)
    slope = float(at.score @ second + first @ bent)
    above = at.loglike + float(at.score @ first + 0.5 * first @ at.hessian @ first) - cutoff
    square = slope * slope + 2.0 * curvature * above
    falling = -side * slope
    # Where the quadratic is convex, the end must be ahead on its falling side.
    if not (square > 0.0 and (curvature > 0.0 or falling > 0.0)):
        return None
    # Of the two forms of the root, the one without cancellation.
    root = float(np.sqrt(square))
    along = 2.0 * above / (falling + root) if falling > 0.0 else (root - falling) / curvature
    return np.asarray(first + side * along * second)
