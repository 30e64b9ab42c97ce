"""The local quadratic of a function, and its maximum within a ball."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

Array = NDArray[np.float64]

_EPS = float(np.finfo(float).eps)


class Evaluated(Protocol):
    """Value and derivatives of the function at one point."""

    @property
    def loglike(self) -> float: ...  # noqa: D102 - the names say it
    @property
    def score(self) -> Array: ...  # noqa: D102 - the same
    @property
    def hessian(self) -> Array: ...  # noqa: D102 - the same
    @property
    def nobs(self) -> float: ...  # noqa: D102 - the same


class Quadratic:
    """The local quadratic in coordinates where the metric is the identity.

    Parameters
    ----------
    evaluation : Evaluated
        Value and derivatives.
    metric : ndarray, shape (k, k)
        Positive definite matrix.
    """

    def __init__(self, evaluation: Evaluated, metric: Array) -> None:
        # LAPACK is called directly: checks of arguments would cost more than the work.
        self._inverse, _ = lapack.dtrtri(np.linalg.cholesky(metric), lower=True)
        curvature = self._inverse @ -evaluation.hessian @ self._inverse.T
        self._eigenvalues, self._vectors = np.linalg.eigh(0.5 * (curvature + curvature.T))
        self._along = self._vectors.T @ (self._inverse @ evaluation.score)
        # A score that is finite may have squares that are not.
        self.in_range = bool(np.isfinite(self._along @ self._along))
        # An eigenvalue of rounding size has no sign: such a direction is not curved.
        size = max(-self._eigenvalues[0], self._eigenvalues[-1])
        self.positive_definite = bool(self._eigenvalues[0] > 10.0 * _EPS * len(metric) * size)
        # Squared length of the Newton step; infinite without a maximum.
        self.decrement = (
            float((self._along**2 / self._eigenvalues).sum())
            if self.positive_definite
            else float("inf")
        )

    @property
    def inverse_root(self) -> Array | None:
        """``B`` with ``B B'`` the inverse of minus the Hessian; None without a maximum."""
        if not self.positive_definite:
            return None
        root: Array = self._inverse.T @ (self._vectors / np.sqrt(self._eigenvalues))
        return root

    def step(self, radius: float) -> tuple[Array, float, float]:
        """Maximise the quadratic within the radius (Moré and Sorensen 1983).

        Parameters
        ----------
        radius : float
            Largest length of the step in the metric.

        Returns
        -------
        step : ndarray, shape (k,)
            The step in the caller's coordinates.
        length : float
            Its length in the metric.
        gain : float
            The gain that the quadratic predicts.
        """
        values = self._eigenvalues
        along = self._along / values if self.positive_definite else None
        if along is None or float(np.linalg.norm(along)) > radius:
            along = self._boundary(radius)
        step: Array = self._inverse.T @ (self._vectors @ along)
        gain = float(self._along @ along - 0.5 * (values * along**2).sum())
        return step, float(np.linalg.norm(along)), gain

    def _boundary(self, radius: float) -> Array:
        values, gradient = self._eigenvalues, self._along
        lowest = max(0.0, -float(values[0]))
        size = float(np.linalg.norm(gradient))
        # The step's length falls from above the radius to below it between these ends.
        low, high = lowest, lowest + size / radius + 4.0 * _EPS * float(np.abs(values).max())
        for _ in range(200):
            middle = 0.5 * (low + high)
            if float(np.linalg.norm(self._shifted(middle))) > radius:
                low = middle
            else:
                high = middle
            if high - low <= 1e-12 * high:
                break
        along = self._shifted(high)
        if float(np.linalg.norm(along)) < 0.9 * radius:
            # The hard case: the gradient has no part along the direction of most
            # negative curvature, which is then followed to the boundary.
            rest = float(np.linalg.norm(along[1:]))
            along[0] = np.copysign(np.sqrt(radius**2 - rest**2), gradient[0])
        return along

    def _shifted(self, shift: float) -> Array:
        values = self._eigenvalues + shift
        along: Array = np.zeros_like(values)
        with np.errstate(over="ignore"):  # an infinite step is cut to the radius
            np.divide(self._along, values, out=along, where=values > 0)
        return along
