"""The directions that linear constraints leave free, in each of two equations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg

from sm_gaussmle.estimation.restriction import Restricted
from sm_gaussmle.likelihood.terms import Array


class Directions(NamedTuple):
    """Coefficients ``origin + directions @ coordinates`` of one equation.

    Attributes
    ----------
    origin : ndarray, shape (k,)
        Coefficients that satisfy the constraints.
    directions : ndarray, shape (k, k - m)
        Orthonormal directions in which the constraints let them move.
    """

    origin: Array
    directions: Array


class FreeDirections(NamedTuple):
    """What constraints leave free.

    Attributes
    ----------
    mean, scale : Directions
        Of the coefficients of the mean and of the log variance, by the constraints that
        are of one of them alone.
    across : bool
        Whether there are others.
    """

    mean: Directions
    scale: Directions
    across: bool

    @classmethod
    def of(cls, restricted: Restricted, k_mean: int) -> FreeDirections:
        """Free directions of a restricted fit.

        Parameters
        ----------
        restricted : Restricted
            Its constraints.
        k_mean : int
            Number of coefficients of the mean.

        Returns
        -------
        FreeDirections
            Of both equations.
        """
        matrix, values = restricted.restriction.matrix, restricted.restriction.values
        parts = matrix[:, :k_mean], matrix[:, k_mean:]
        in_mean, in_scale = (part.any(axis=1) for part in parts)
        mean, scale = (
            _directions(part[alone], values[alone])
            for part, alone in zip(
                parts, (in_mean & ~in_scale, in_scale & ~in_mean), strict=True
            )
        )
        return cls(mean, scale, bool((in_mean & in_scale).any()))

    def coordinates(self, params: Array) -> Array:
        """Coordinates of coefficients that satisfy the constraints.

        Parameters
        ----------
        params : ndarray, shape (k,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        ndarray, shape (k - m,)
            In the free directions.
        """
        parts = np.split(np.asarray(params), [len(self.mean.origin)])
        return np.concatenate(
            [
                free.directions.T @ (part - free.origin)
                for free, part in zip((self.mean, self.scale), parts, strict=True)
            ]
        )


def _directions(matrix: Array, values: Array) -> Directions:
    if not len(values):
        k = matrix.shape[1]
        return Directions(np.zeros(k), np.eye(k))
    origin = np.asarray(np.linalg.lstsq(matrix, values)[0], dtype=float)
    return Directions(origin, np.asarray(linalg.null_space(matrix)))
