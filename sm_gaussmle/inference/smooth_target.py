"""Smooth functions of the parameters, with derivatives by differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sm_gaussmle.inference.profile_targets import LinearTarget, Local, complement
from sm_gaussmle.likelihood.terms import Array

# Steps of differences in standard errors: of fourth order for gradients, which are then
# right to about 1e-13; second derivatives only steer Newton's method.
_GRADIENT_STEP, _CURVATURE_STEP = 1e-3, 1e-2
_NOISE_STEP, _NOISE_POINTS = 1e-6, 12
# Values in standard errors: below the first no reciprocal is taken.
_NEAR, _NEAR_INFINITY = 0.5, 30.0


@dataclass(frozen=True, eq=False)
class SmoothTarget:
    """A smooth function of the parameters.

    Far from the estimate, minus the reciprocal of its value is looked at in place of the
    value: a ratio is smooth there though its denominator changes sign.

    Attributes
    ----------
    function : callable
        Maps coordinates of shape (k,) to the function.
    gradient : callable or None
        Maps them to its gradient there; None for differences.
    estimate, std_err : float
        Its estimate, and standard error by the delta method.
    steps : tuple of float
        Steps of differences for the gradient and for second derivatives.
    """

    function: Callable[[Array], float]
    gradient: Callable[[Array], Array] | None
    estimate: float
    std_err: float
    steps: tuple[float, float]

    @classmethod
    def of(
        cls,
        function: Callable[[Array], float],
        gradient: Callable[[Array], Array] | None,
        size: int,
    ) -> SmoothTarget:
        """A function of the coordinates.

        Parameters
        ----------
        function : callable
            Maps coordinates of shape (k,) to a number.
        gradient : callable or None
            Maps them to its gradient; None for differences.
        size : int
            Number of coordinates.

        Returns
        -------
        SmoothTarget
            Its standard error is zero where the function does not change.
        """
        zero = np.zeros(size)
        estimate = float(function(zero))
        length = float(np.linalg.norm(differences(function, zero)))
        # Of a value that is large beside its standard error, or made of such, few digits
        # change: the steps are then longer, where rounding and what they neglect are alike.
        rounding = _noise(function, size) / length if length > 0.0 else 0.0
        steps = max(_GRADIENT_STEP, rounding**0.2), max(_CURVATURE_STEP, rounding**0.25)
        slope = differences(function, zero, steps[0]) if gradient is None else gradient(zero)
        return cls(function, gradient, estimate, float(np.linalg.norm(slope)), steps)

    def value(self, point: Array) -> float:
        """Value in standard errors from the estimate.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates.

        Returns
        -------
        float
            Zero at the estimate.
        """
        return float((self.function(point) - self.estimate) / self.std_err)

    def own(self, value: float) -> float:
        """A value in its own units.

        Parameters
        ----------
        value : float
            In standard errors from the estimate.

        Returns
        -------
        float
            As the estimate is measured.
        """
        return self.estimate + self.std_err * value

    def local(
        self, point: Array, value: float | None = None, *, far: bool | None = None
    ) -> Local | None:
        """The target near a point.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates.
        value : float, optional
            The value that is asked for; that at the point by default.
        far : bool, optional
            Whether to look at the reciprocal; as the values are by default.

        Returns
        -------
        Local or None
            None where the function is not finite or does not change.
        """
        with np.errstate(all="ignore"):
            here = self.value(point)
            asked = here if value is None else value
            far = _is_far(here, asked) if far is None else far

            def chart(at: Array, *, far: bool = far) -> float:
                found = np.float64(self.value(at))
                return float(-1.0 / found if far else found)

            slope = self._slope(point, chart, far=far)
            bend = self._bend(point, chart, far=far)
            length = float(np.linalg.norm(slope))
            if not (np.isfinite(bend).all() and np.isfinite(length) and length > 0.0):
                return None
            gap = ((-1.0 / np.float64(asked) if far else asked) - chart(point)) / length
        direction = slope / length
        unit = here * here if far else 1.0
        return Local(gap, length, unit, direction, complement(direction), bend / length)

    def _slope(self, point: Array, chart: Callable[[Array], float], *, far: bool) -> Array:
        if self.gradient is None:
            return differences(chart, point, self.steps[0])
        slope = self.gradient(point) / self.std_err
        return slope / self.value(point) ** 2 if far else slope

    def _bend(self, point: Array, chart: Callable[[Array], float], *, far: bool) -> Array:
        """Second derivatives by differences."""
        size = self.steps[1]
        steps = size * np.eye(len(point))
        if self.gradient is not None:
            rows = [
                self._slope(point + step, chart, far=far)
                - self._slope(point - step, chart, far=far)
                for step in steps
            ]
            bend = np.array(rows) / (2.0 * size)
            return 0.5 * (bend + bend.T)
        here = chart(point)
        up = np.array([chart(point + step) for step in steps])
        down = np.array([chart(point - step) for step in steps])
        bend = np.diag(up + down - 2.0 * here)
        for i in range(len(point)):
            for j in range(i):
                both = chart(point + steps[i] + steps[j]) + chart(point - steps[i] - steps[j])
                bend[i, j] = 0.5 * (both - up[i] - up[j] - down[i] - down[j]) + here
                bend[j, i] = bend[i, j]
        return bend / size**2


def _is_far(here: float, asked: float) -> bool:
    """Whether the way from one value to another is better seen in their reciprocals."""
    if here * asked > 0.0:
        return abs(asked) > 1.0 and abs(here) > _NEAR
    # On different sides of the estimate, through infinity only where both are near that.
    return min(abs(here), abs(asked)) > _NEAR_INFINITY


def _noise(function: Callable[[Array], float], size: int) -> float:
    """Rounding of a function near zero, from differences in which nothing else is left.

    Moré and Wild, "Estimating Computational Noise", SIAM J. Sci. Comput. 33 (2011)
    1292-1314, doi:10.1137/100786125.
    """
    direction = np.ones(size) / np.sqrt(size)
    values = [function(_NOISE_STEP * t * direction) for t in range(_NOISE_POINTS)]
    third = np.diff(values, 3)
    # The squared coefficients of a third difference, 1, 3, 3, 1, add up to 20.
    return float(np.sqrt(np.mean(third * third) / 20.0))


def differences(
    function: Callable[[Array], float], point: Array, step: float = _GRADIENT_STEP
) -> Array:
    """Gradient by differences of fourth order.

    Parameters
    ----------
    function : callable
        Maps coordinates of shape (k,) to a number.
    point : ndarray, shape (k,)
        Where.
    step : float, default 1e-3
        How far to go.

    Returns
    -------
    ndarray, shape (k,)
        Right to about 1e-13 of its length, and to the rounding of the function.
    """
    steps = step * np.eye(len(point))
    return np.array(
        [
            8.0 * (function(point + one) - function(point - one))
            - (function(point + 2.0 * one) - function(point - 2.0 * one))
            for one in steps
        ]
    ) / (12.0 * step)


Target = LinearTarget | SmoothTarget
