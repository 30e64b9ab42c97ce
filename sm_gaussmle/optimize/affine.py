"""Maximising on the points that satisfy linear equations.

The solutions of ``C u = d`` are ``u = origin + basis @ v`` with orthonormal columns of
`basis`; the function of `v` has the derivatives of that of `u`, seen from there, and is
maximised as if there were no equations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.optimize.quadratic import Evaluated
from sm_gaussmle.optimize.trust_region import Maximum, maximize

Array = NDArray[np.float64]
E = TypeVar("E", bound=Evaluated)


@dataclass(frozen=True)
class Plane:
    """Solutions of independent linear equations.

    Attributes
    ----------
    origin : ndarray, shape (k,)
        The solution nearest to zero.
    basis : ndarray, shape (k, k - m)
        Orthonormal directions along which the equations stay satisfied.
    """

    origin: Array
    basis: Array

    @classmethod
    def of(cls, matrix: Array, values: Array) -> Plane:
        """Solve the equations.

        Parameters
        ----------
        matrix : ndarray, shape (m, k)
            Coefficients; the rows must be linearly independent.
        values : ndarray, shape (m,)
            Right-hand sides.

        Returns
        -------
        Plane
            All solutions.
        """
        m = len(matrix)
        orthonormal, triangle = np.linalg.qr(matrix.T, mode="complete")
        along = np.linalg.solve(triangle[:m].T, values)
        return cls(orthonormal[:, :m] @ along, orthonormal[:, m:])

    def point(self, inner: Array) -> Array:
        """The point at some coordinates of the plane.

        Parameters
        ----------
        inner : ndarray, shape (k - m,)
            Coordinates.

        Returns
        -------
        ndarray, shape (k,)
            A solution of the equations.
        """
        return np.asarray(self.origin + self.basis @ inner)


@dataclass(frozen=True, slots=True)
class OnPlane(Generic[E]):
    """Value and derivatives along a plane.

    Attributes
    ----------
    loglike : float
        The value.
    score : ndarray, shape (k - m,)
        Gradient along the plane.
    hessian : ndarray, shape (k - m, k - m)
        Second derivatives along the plane.
    nobs : float
        Number of observations.
    whole : Evaluated
        Value and derivatives in all directions.
    """

    loglike: float
    score: Array
    hessian: Array
    nobs: float
    whole: E


def maximize_on(
    plane: Plane,
    objective: Callable[[Array], E],
    *,
    metric: Callable[[E], Array],
    start: Array | None = None,
    radius: float = 1.0,
    maxiter: int = 100,
) -> Maximum[OnPlane[E]]:
    """Maximise a function on a plane.

    Parameters
    ----------
    plane : Plane
        Where to look.
    objective : callable
        Maps a point of shape (k,) to value and derivatives.
    metric : callable
        Maps an evaluation to a positive definite matrix of shape (k, k), as for
        `maximize`.
    start : ndarray, shape (k - m,), optional
        Coordinates of the plane to begin at; its origin by default.
    radius : float, default 1
        First radius, as for `maximize`.
    maxiter : int, default 100
        Largest number of iterations.

    Returns
    -------
    Maximum
        Its `params` are coordinates of the plane.

    Raises
    ------
    FloatingPointError
        If the function is not finite at the start.
    """
    basis = plane.basis

    def along(inner: Array) -> OnPlane[E]:
        whole = objective(plane.point(inner))
        return OnPlane(
            whole.loglike,
            basis.T @ whole.score,
            basis.T @ whole.hessian @ basis,
            whole.nobs,
            whole,
        )

    return maximize(
        along,
        np.zeros(basis.shape[1]) if start is None else start,
        metric=lambda evaluation: basis.T @ metric(evaluation.whole) @ basis,
        radius=radius,
        maxiter=maxiter,
    )
