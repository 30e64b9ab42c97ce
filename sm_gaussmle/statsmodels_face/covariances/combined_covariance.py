"""Covariances of linear combinations of the estimates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.base.model import LikelihoodModelResults

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.statsmodels_face.hypotheses.given_matrices import given_covariance
from sm_gaussmle.statsmodels_face.hypotheses.linear_equations import coefficients

Array = NDArray[np.float64]


class CovarianceLabels:
    """The same of results with labels on them, for their wrappers to inherit."""

    def cov_params(self, *args: Any, **kwargs: Any) -> Any:
        """Covariance of the estimates, or of linear combinations of them.

        Parameters
        ----------
        *args, **kwargs
            As for the results of any model in statsmodels: ``r_matrix``, ``column``.

        Returns
        -------
        DataFrame, shape (k, k), or ndarray
            With labels where it is of all parameters.
        """
        wrapper: Any = self
        covariance = wrapper._results.cov_params(*args, **kwargs)
        if args or kwargs:  # of some or of combinations: there are no labels
            return covariance
        return wrapper.model.data.wrap_output(covariance, "cov")


class CombinedCovariance(LikelihoodModelResults):
    """The method `cov_params`, for the results of both equations, and of one, to inherit."""

    model: Any
    covariance_root: Callable[[], CovarianceRoot]

    def cov_params(
        self,
        r_matrix: Any = None,
        column: Any = None,
        scale: float | None = None,
        cov_p: Any = None,
        other: Any = None,
    ) -> Array:
        """Covariance of the estimates, or of linear combinations of them.

        Parameters
        ----------
        r_matrix : array_like, shape (q, k), optional
            Combinations: the covariance of ``r_matrix @ params``, or its covariance with
            that of `other`.
        column : int or sequence of int, optional
            Positions of some parameters.
        scale : None
            Not available: the variance is a parameter.
        cov_p : ndarray, shape (k, k), optional
            Covariance of the parameters to use instead.
        other : array_like, shape (r, k), optional
            Further combinations, on the right.

        Returns
        -------
        ndarray, shape (k, k) or of the combinations
            In units of the parameters.

        Raises
        ------
        ValueError
            If the fit has no covariance, or an argument has the wrong shape.
        TypeError
            If `column` has no whole numbers.
        """
        if scale is not None:
            raise ValueError(
                f"`scale` is {scale!r}, but the variance is a parameter here; use cov_kwds="
                "{'scaling_factor': ...} to multiply the covariance."
            )
        if r_matrix is None and other is not None:
            raise ValueError("`other` is given without `r_matrix`; pass both.")
        if r_matrix is not None and column is not None:
            raise ValueError("`r_matrix` and `column` are both given; pass one of them.")
        cov_p = given_covariance(cov_p, "cov_p", "parameters", len(self.params))
        found, kept = None, getattr(self, "cov_params_default", self.normalized_cov_params)
        if cov_p is None and (r_matrix is not None or kept is None):
            found = self.covariance_root()  # or says what to do
        if r_matrix is not None:
            left = coefficients(r_matrix, self.model, "r_matrix")
            right = left if other is None else coefficients(other, self.model, "other")
            if found is None:
                return np.asarray(left @ cov_p @ right.T)
            # Rows far from zero would lose their digits in the product.
            return np.asarray(((left @ found.root) * found.signs) @ (right @ found.root).T)
        cov_p = np.asarray(kept) if cov_p is None else cov_p
        if column is None:
            return cov_p
        places = self._places(column)
        return np.asarray(
            cov_p[places[..., None], places] if places.ndim else cov_p[places, places]
        )

    def _places(self, column: Any) -> NDArray[np.intp]:
        places, k = np.asarray(column), len(self.params)
        if places.dtype.kind not in "iu" or places.ndim > 1:
            raise TypeError(
                f"`column` is {column!r}; it must be the position of a parameter, a whole "
                "number, or a sequence of such."
            )
        if ((places < -k) | (places >= k)).any():
            raise ValueError(
                f"`column` is {column!r}; there are {k} parameters, at the positions 0 to {k - 1}."
            )
        return places.astype(np.intp)


def without_covariance(wrapped: dict[str, str]) -> dict[str, str]:
    """Methods that statsmodels' wrapper puts labels on, less `cov_params`.

    Parameters
    ----------
    wrapped : dict
        How it labels each.

    Returns
    -------
    dict
        The others: of some parameters or combinations alone it has no labels, which is an
        error there.
    """
    return {name: how for name, how in wrapped.items() if name != "cov_params"}
