"""Covariances by their roots, which keep the digits that the products lose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sm_gaussmle.likelihood.terms import Array


@dataclass(frozen=True)
class CovarianceRoot:
    """A covariance as ``root diag(signs) root'``.

    The variance of a combination ``a'theta`` is ``sum(signs * (root'a)^2)``: with columns
    far from zero, ``a' covariance a`` is the small difference of large numbers instead.

    Attributes
    ----------
    root : ndarray, shape (k, m)
        The root.
    signs : ndarray, shape (m,)
        1, or -1 where the covariance is not positive semi-definite, as with clusters in two
        ways.
    """

    root: Array
    signs: Array

    @property
    def matrix(self) -> Array:
        """The covariance, shape (k, k)."""
        product: Array = (self.root * self.signs) @ self.root.T
        return product

    def part(self, places: slice) -> CovarianceRoot:
        """The covariance of some of the parameters.

        Parameters
        ----------
        places : slice
            Their positions.

        Returns
        -------
        CovarianceRoot
            Of these alone.
        """
        return CovarianceRoot(self.root[places], self.signs)

    def times(self, factor: float) -> CovarianceRoot:
        """The covariance multiplied by a number.

        Parameters
        ----------
        factor : float
            Positive.

        Returns
        -------
        CovarianceRoot
            The product.
        """
        return CovarianceRoot(np.sqrt(factor) * self.root, self.signs)


def between(root: Array, middle: Array) -> CovarianceRoot:
    """The covariance ``root middle root'``.

    Parameters
    ----------
    root : ndarray, shape (k, k)
        Coordinates in which the covariance is of the order of the identity.
    middle : ndarray, shape (k, k)
        The covariance in these coordinates.

    Returns
    -------
    CovarianceRoot
        From the eigenvalues of the middle.
    """
    values, vectors = np.linalg.eigh(middle)
    signs = np.where(values < 0.0, -1.0, 1.0)
    return CovarianceRoot(root @ (vectors * np.sqrt(np.abs(values))), signs)
