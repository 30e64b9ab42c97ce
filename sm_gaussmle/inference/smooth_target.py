"""Smooth functions of the parameters, with derivatives by differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sm_gaussmle.inference.profile_targets import LinearTarget, Local, complement
from sm_gaussmle.likelihood.terms import Array

# Steps of differences in standard errors: of fourth order for gradients, which are then
# right to about 1e-13; second derivatives only steer Newton's method.
_GRADIENT_STEP, _CURVATURE_STEP = 1e-3, 1e-2
_NOISE_STEP, _NOISE_POINTS = 1e-6, 12
# Shares of these steps that are tried: near where a function ends or is infinite only short
# ones stay in front of that. How near differences with one and a tenth of it have to be.
_AGREES = 1e-2
_SHORTER = (1.0, 1e-2, 1e-4, 1e-6, 1e-8)


@dataclass(frozen=True, eq=False)
class SmoothTarget:
    r"""A smooth function of the parameters.

    It is looked at through a chart. With the value :math:`v` in standard errors and
    :math:`c` half of its second derivative along its gradient at the estimate, the chart is
    :math:`v / (1 + c v)` on the side where the function steepens, :math:`c v > 0`: a ratio
    is nearly straight in it, and smooth though its denominator changes sign. On the other
    side :math:`c` is zero near the estimate. Far away it is 1 at least.

    Attributes
    ----------
    function : callable
        Maps coordinates of shape (k,) to the function.
    gradient : callable or None
        Maps them to its gradient there; None for differences.
    basis : ndarray, shape (k, m)
        Orthonormal directions; along the others the function does not change anywhere.
    estimate, std_err : float
        Its estimate, and standard error by the delta method.
    steps : tuple of float
        Steps of differences for the gradient and for second derivatives.
    curving : float
        :math:`c`: the function is infinite about ``1 / c`` standard errors away, if it is
        like a ratio.
    through : bool
        Whether the values that are asked for are looked for through infinity, from the
        other side of the estimate.
    """

    function: Callable[[Array], float]
    gradient: Callable[[Array], Array] | None
    basis: Array
    estimate: float
    std_err: float
    steps: tuple[float, float]
    curving: float = 0.0
    through: bool = False

    @classmethod
    def of(
        cls,
        function: Callable[[Array], float],
        gradient: Callable[[Array], Array] | None,
        basis: Array,
    ) -> SmoothTarget:
        """A function of the coordinates.

        Parameters
        ----------
        function : callable
            Maps coordinates of shape (k,) to a number.
        gradient : callable or None
            Maps them to its gradient; None for differences.
        basis : ndarray, shape (k, m)
            Orthonormal directions that span those in which it changes.

        Returns
        -------
        SmoothTarget
            Its standard error is zero where the function does not change.
        """
        with np.errstate(all="ignore"):  # the user's function; what it gives is checked
            return cls._of(function, gradient, basis)

    @classmethod
    def _of(
        cls,
        function: Callable[[Array], float],
        gradient: Callable[[Array], Array] | None,
        basis: Array,
    ) -> SmoothTarget:
        zero = np.zeros(len(basis))
        estimate = float(function(zero))
        share = _settled(function, basis)
        length = float(
            np.linalg.norm(differences(function, zero, basis, share * _GRADIENT_STEP))
        )
        # Of a value that is large beside its standard error, or made of such, few digits
        # change: the steps are then longer, where rounding and what they neglect are alike.
        rounding = _noise(function, basis, share) / (share * length) if length > 0.0 else 0.0
        steps = (
            share * max(_GRADIENT_STEP, rounding**0.2),
            share * max(_CURVATURE_STEP, rounding**0.25),
        )
        slope = gradient(zero) if gradient else differences(function, zero, basis, steps[0])
        std_err = float(np.linalg.norm(slope))
        target = cls(function, gradient, basis, estimate, std_err, steps)
        local = target.local(zero) if std_err > 0.0 else None
        if local is None:
            return target
        return replace(
            target, curving=0.5 * float(local.direction @ local.bend @ local.direction)
        )

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
        with np.errstate(all="ignore"):  # the user's function, far out
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

    def local(self, point: Array, value: float | None = None) -> Local | None:
        """The target near a point.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates.
        value : float, optional
            The value that is asked for, which may be infinite; that at the point by
            default.

        Returns
        -------
        Local or None
            None where the function is not finite or does not change.
        """
        with np.errstate(all="ignore"):  # what is not finite gives None
            here = self.value(point)
            asked = here if value is None else value
            curving = self._chart_towards(asked, here)

            def chart(at: Array) -> float:
                return _charted(self.value(at), curving)

            for share in _SHORTER:
                slope = self._slope(point, chart, curving, share)
                bend = self._bend(point, chart, curving, share)
                length = float(np.linalg.norm(slope))
                if np.isfinite(bend).all() and np.isfinite(length):
                    break
            else:
                return None
            if not length > 0.0:
                return None
            gap = (_charted(asked, curving) - chart(point)) / length
            unit = float((1.0 + curving * np.float64(here)) ** 2)
        direction = slope / length
        return Local(gap, length, unit, direction, complement(direction), bend / length)

    def _chart_towards(self, asked: float, here: float) -> float:
        if self.through:
            return self.curving
        side = float(np.sign(asked))
        least = 1.0 if abs(asked) > 1.0 and here * asked > 0.0 else 0.0
        return side * max(side * self.curving, least)

    def _slope(
        self, point: Array, chart: Callable[[Array], float], curving: float, share: float
    ) -> Array:
        if self.gradient is None:
            return differences(chart, point, self.basis, share * self.steps[0])
        slope = self.gradient(point) / self.std_err
        return slope / (1.0 + curving * self.value(point)) ** 2 if curving else slope

    def _bend(
        self, point: Array, chart: Callable[[Array], float], curving: float, share: float
    ) -> Array:
        """Second derivatives by differences."""
        size = share * self.steps[1]
        steps = size * self.basis.T
        if self.gradient is not None:
            rows = [
                self._slope(point + step, chart, curving, share)
                - self._slope(point - step, chart, curving, share)
                for step in steps
            ]
            bend = self.basis @ np.array(rows) @ self.basis @ self.basis.T / (2.0 * size)
            return np.asarray(0.5 * (bend + bend.T))
        here = chart(point)
        up = np.array([chart(point + step) for step in steps])
        down = np.array([chart(point - step) for step in steps])
        bend = np.diag(up + down - 2.0 * here)
        for i in range(len(steps)):
            for j in range(i):
                both = chart(point + steps[i] + steps[j]) + chart(point - steps[i] - steps[j])
                bend[i, j] = 0.5 * (both - up[i] - up[j] - down[i] - down[j]) + here
                bend[j, i] = bend[i, j]
        return np.asarray(self.basis @ bend @ self.basis.T / size**2)


def _charted(value: float, curving: float) -> float:
    """``value / (1 + curving * value)``, also of infinity."""
    if not curving:
        return value
    return float(1.0 / (curving + 1.0 / np.float64(value)))


def _noise(function: Callable[[Array], float], basis: Array, share: float) -> float:
    """Rounding of a function near zero, from differences in which nothing else is left.

    Moré and Wild, "Estimating Computational Noise", SIAM J. Sci. Comput. 33 (2011)
    1292-1314, doi:10.1137/100786125.
    """
    direction = basis.sum(axis=1) / np.sqrt(basis.shape[1])
    values = [function(share * _NOISE_STEP * t * direction) for t in range(_NOISE_POINTS)]
    third = np.diff(values, 3)
    # The squared coefficients of a third difference, 1, 3, 3, 1, add up to 20.
    return float(np.sqrt(np.mean(third * third) / 20.0))


def _settled(function: Callable[[Array], float], basis: Array) -> float:
    """Longest share of a step at the estimate that crosses no pole and no end."""
    zero = np.zeros(len(basis))
    for share in _SHORTER:
        step = share * _GRADIENT_STEP
        found, shorter = (differences(function, zero, basis, s) for s in (10.0 * step, step))
        if np.linalg.norm(found - shorter) <= _AGREES * np.linalg.norm(shorter):
            return share
    return 1.0


def differences(
    function: Callable[[Array], float],
    point: Array,
    basis: Array,
    step: float = _GRADIENT_STEP,
) -> Array:
    """Gradient by differences of fourth order.

    Parameters
    ----------
    function : callable
        Maps coordinates of shape (k,) to a number.
    point : ndarray, shape (k,)
        Where.
    basis : ndarray, shape (k, m)
        Orthonormal directions that span those in which the function changes.
    step : float, default 1e-3
        How far to go.

    Returns
    -------
    ndarray, shape (k,)
        Right to about 1e-13 of its length, and to the rounding of the function.
    """
    steps = step * basis.T
    along = np.array(
        [
            8.0 * (function(point + one) - function(point - one))
            - (function(point + 2.0 * one) - function(point - 2.0 * one))
            for one in steps
        ]
    )
    return np.asarray(basis @ along / (12.0 * step))


Target = LinearTarget | SmoothTarget
