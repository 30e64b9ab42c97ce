"""Coordinates in which a fit is well conditioned, whatever the units of the data.

Each design is replaced by orthonormal columns times the root of the number of
observations, and the response by its least-squares residual in units of its standard
deviation. In these coordinates the information starts as a multiple of the identity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import blas

from sm_gaussmle.estimation.triangle_solution import LeastSquares
from sm_gaussmle.likelihood.cross_products import Origin
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import block_slices
from sm_gaussmle.sources.threads import ordered_map


@dataclass(frozen=True)
class Whitening:
    """A change of the columns of one equation to orthonormal ones.

    Attributes
    ----------
    factor : ndarray, shape (k, k)
        Upper triangular factor of the columns after `origin` is subtracted, over the
        root of the number of observations.
    origin : Origin or None
        What is subtracted from the columns.
    basis : ndarray, shape (k, k)
        Old coefficients are ``basis @ new``.
    """

    factor: Array
    origin: Origin | None
    basis: Array

    @classmethod
    def of(cls, solution: LeastSquares) -> Whitening:
        """Whitening by the factor of a least-squares problem.

        Parameters
        ----------
        solution : LeastSquares
            Solved for the columns of the equation.

        Returns
        -------
        Whitening
            The change of columns.
        """
        root = np.sqrt(solution.nobs)
        return cls(solution.factor / root, solution.origin, solution.basis * root)

    def columns(self, exog: Array) -> Array:
        """Orthonormal columns (times the root of the number of observations).

        Parameters
        ----------
        exog : ndarray, shape (n, k)
            The caller's columns.

        Returns
        -------
        ndarray, shape (n, k)
            New columns, contiguous along the rows.
        """
        n, k = exog.shape
        white = np.empty((n, k), order="F")

        def solve(part: slice) -> None:
            rows = exog[part] if self.origin is None else exog[part] - self.origin.exog
            # A triangular solve row by row is backward stable: the new columns belong to a
            # design within rounding of the given one, however ill-conditioned it is.
            white[part] = blas.dtrsm(1.0, self.factor, rows, side=1)

        for _ in ordered_map(solve, block_slices(n, k), float(n) * k * k):
            pass
        return white

    def new(self, coef: Array) -> Array:
        """Coefficients of the new columns.

        Parameters
        ----------
        coef : ndarray, shape (k,)
            Coefficients of the old columns.

        Returns
        -------
        ndarray, shape (k,)
            Coefficients of the new ones.
        """
        return np.asarray(np.linalg.solve(self.basis, coef), dtype=float)
