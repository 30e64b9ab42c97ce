"""The surface of a likelihood, with a count of the looks at it."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.surface import LikelihoodSurface, SurfacePoint
from sm_gaussmle.inference.profile_targets import LinearTarget, Local
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.affine import OnPlane, Plane, maximize_on
from sm_gaussmle.optimize.trust_region import Maximum

# Sums of n terms are right to n times the rounding of the largest.
_ROUNDING = 1e-10


class HigherLikelihoodError(FitError):
    """A profile came above the maximum that it is drawn around.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Where the log-likelihood is higher.
    loglike : float
        Log-likelihood there.
    maximum : float
        Log-likelihood of the fit.
    """

    def __init__(self, params: Array, loglike: float, maximum: float) -> None:
        super().__init__(
            f"the log-likelihood is {loglike:.10g} at {params.tolist()}, above the "
            f"{maximum:.10g} of the fit, which is at a lower maximum."
        )
        self.params, self.loglike, self.maximum = params, loglike, maximum


class CountedSurface:
    """The surface, its looks counted; none may be above the maximum.

    Parameters
    ----------
    surface : LikelihoodSurface
        The surface.

    Attributes
    ----------
    surface : LikelihoodSurface
        The same.
    passes : int
        Passes over the rows so far.
    """

    def __init__(self, surface: LikelihoodSurface) -> None:
        self.surface = surface
        self.passes = 0

    @property
    def loglike(self) -> float:
        """The maximum."""
        return self.surface.loglike

    @property
    def rounding(self) -> float:
        """What may be rounding in differences of log-likelihoods."""
        return _ROUNDING * max(abs(self.loglike), self.surface.nobs)

    def look(self, point: Array) -> SurfacePoint:
        """Value and derivatives at a point.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates.

        Returns
        -------
        SurfacePoint
            Not finite where a variance overflows.

        Raises
        ------
        HigherLikelihoodError
            If the log-likelihood is above the maximum.
        """
        self.passes += 1
        with np.errstate(all="ignore"):  # far out; the caller sees whether it is finite
            found = self.surface.evaluate(point)
        if found.loglike > self.loglike + self.rounding:
            raise HigherLikelihoodError(
                self.surface.params_at(point), found.loglike, self.loglike
            )
        return found

    def highest(
        self, target: LinearTarget, value: float, start: Array
    ) -> Maximum[OnPlane[SurfacePoint]] | None:
        """The maximum where a linear target has a value.

        Parameters
        ----------
        target : LinearTarget
            What is given.
        value : float
            Its value, in standard errors from the estimate.
        start : ndarray, shape (k,)
            Where to begin.

        Returns
        -------
        Maximum or None
            Its coordinates are along ``target.free``; one that has not converged is the
            higher of two. None where nothing is finite.
        """
        plane = Plane(value * target.direction, target.free)
        found = self._climb(plane, target.free.T @ start)
        if found is not None and found.converged:
            return found
        anew = self._climb(plane, None)
        ends = [end for end in (anew, found) if end is not None]
        return max(ends, key=lambda end: (end.converged, end.evaluation.loglike), default=None)

    def _climb(
        self, plane: Plane, start: Array | None
    ) -> Maximum[OnPlane[SurfacePoint]] | None:
        if start is None:
            start = self.surface.far_start(plane)
            self.passes += 1
        try:
            return maximize_on(plane, self.look, metric=lambda point: point.metric, start=start)
        except FloatingPointError:
            return None


def response(at: SurfacePoint, local: Local) -> tuple[Array, Array] | None:
    """Where the score along the free directions is zero, by Newton's method.

    Parameters
    ----------
    at : SurfacePoint
        Value and derivatives at a point.
    local : Local
        The target there.

    Returns
    -------
    tuple of ndarray, shape (k,), or None
        The step ``first + t * second`` makes it zero and goes `t` along the gradient of
        the target. None where the point is near no maximum.
    """
    multiplier = float(at.score @ local.direction)
    curvature = multiplier * local.bend - at.hessian
    inner = local.free.T @ curvature @ local.free
    if not (np.isfinite(inner).all() and np.isfinite(at.score).all()):
        return None
    sides = np.column_stack([at.score, -curvature @ local.direction])
    try:
        np.linalg.cholesky(inner)
        # Elimination can find singular what has a root.
        first, second = (local.free @ np.linalg.solve(inner, local.free.T @ sides)).T
    except np.linalg.LinAlgError:
        return None
    return first, local.direction + second
