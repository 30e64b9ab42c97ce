r"""What is profiled: a function of the parameters, seen from the surface of the likelihood.

Values are measured from the estimate in standard errors, and points in the coordinates of
`LikelihoodSurface`, so that at the estimate the gradient has length 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sm_gaussmle.likelihood.terms import Array


class Local(NamedTuple):
    """A target near a point.

    Attributes
    ----------
    gap : float
        How far along `direction` the value that was asked for is, to first order.
    length : float
        Length of the gradient of what is looked at: the value or, far away, minus its
        reciprocal.
    unit : float
        Derivative of the value by what is looked at.
    direction : ndarray, shape (k,)
        Direction of the gradient.
    free : ndarray, shape (k, m)
        Orthonormal directions in which the target does not change to first order.
    bend : ndarray, shape (k, k)
        Second derivatives over the length of the gradient.
    """

    gap: float
    length: float
    unit: float
    direction: Array
    free: Array
    bend: Array


@dataclass(frozen=True, eq=False)
class LinearTarget:
    """A linear combination of the parameters.

    Attributes
    ----------
    estimate, std_err : float
        Its estimate and standard error.
    direction : ndarray, shape (k,)
        Unit vector in which it increases.
    free : ndarray, shape (k, m)
        Orthonormal directions in which to look for the maximum.
    """

    estimate: float
    std_err: float
    direction: Array
    free: Array

    @classmethod
    def of(cls, estimate: float, gradient: Array) -> LinearTarget:
        """A combination of the coordinates.

        Parameters
        ----------
        estimate : float
            Its estimate.
        gradient : ndarray, shape (k,)
            Its gradient in the coordinates of the surface; not zero.

        Returns
        -------
        LinearTarget
            Free in all directions at right angles.
        """
        length = float(np.linalg.norm(gradient))
        direction = gradient / length
        return cls(estimate, length, direction, complement(direction))

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
        return float(self.direction @ point)

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

    def local(self, point: Array, value: float | None = None) -> Local:
        """The target near a point.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates.
        value : float, optional
            The value that is asked for.

        Returns
        -------
        Local
            The same everywhere.
        """
        k = len(point)
        gap = 0.0 if value is None else value - self.value(point)
        return Local(gap, 1.0, 1.0, self.direction, self.free, np.zeros((k, k)))


def complement(columns: Array) -> Array:
    """Orthonormal directions at right angles to columns.

    Parameters
    ----------
    columns : ndarray, shape (k,) or (k, m)
        Linearly independent.

    Returns
    -------
    ndarray, shape (k, k - m)
        They span what the columns do not.
    """
    table = columns.reshape(len(columns), -1)
    return np.linalg.qr(table, mode="complete")[0][:, table.shape[1] :]
