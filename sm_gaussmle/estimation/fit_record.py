"""The frozen record of a fit."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np

from sm_gaussmle.estimation.restriction import Restricted
from sm_gaussmle.likelihood.terms import LOG_2PI, Array
from sm_gaussmle.optimize.trust_region import Iteration


@dataclass(frozen=True)
class Fit:
    """Where a fit ended, and all that inference needs of it.

    Attributes
    ----------
    params : ndarray, shape (k,)
        Coefficients of the mean, then of the log variance.
    cov_root : ndarray, shape (k, k - m), or None
        ``B`` with ``B B'`` the inverse of the observed information, under `m`
        restrictions in the directions that they leave free; None where that is not
        positive definite.
    loglike : float
        Log-likelihood at `params`.
    nobs : float
        Number of observations: the sum of the frequency weights.
    score_norm : float
        Length of the score in the metric of the information: the distance from the
        maximum in standard errors.
    converged : bool
        Whether the score is zero in that metric.
    reason : str
        Why the fit ended.
    route : str
        How the numbers were made.
    passes : int
        Passes over the data.
    digits : float
        Estimated correct digits of the standard errors.
    history : tuple of Iteration
        The way to the maximum; one entry where it was reached in closed form.
    rounding : float
        Distance from the maximum, in standard errors, that the parameters can be off by
        because they are doubles; columns far from zero make it large.
    starts : int
        From how many starting values the maximum was looked for.
    lower_maxima : tuple of float
        By how much the log-likelihood is lower at other maxima that were found.
    restricted : Restricted or None
        Linear equations under which this is the maximum, with their tests.
    """

    params: Array
    cov_root: Array | None
    loglike: float
    nobs: float
    score_norm: float
    converged: bool
    reason: str
    route: str
    passes: int
    digits: float
    history: tuple[Iteration, ...]
    rounding: float = 0.0
    starts: int = 1
    lower_maxima: tuple[float, ...] = ()
    restricted: Restricted | None = None

    @property
    def cov_params(self) -> Array | None:
        """Inverse of the observed information, shape (k, k); None where there is none."""
        return None if self.cov_root is None else self.cov_root @ self.cov_root.T

    @property
    def in_range(self) -> bool:
        """Whether estimates, log-likelihood and variances neither over- nor underflow."""
        total, least = self.loglike + self.params.sum(), 1.0
        if self.cov_root is not None:
            variances = np.square(self.cov_root).sum(axis=1).tolist()
            total, least = total + sum(variances), min(variances)
        return bool(math.isfinite(total) and least >= sys.float_info.min)


@dataclass(frozen=True)
class Conditioning:
    """How well the information determines the parameters.

    Attributes
    ----------
    condition_number : float
        Root of the ratio of the largest to the smallest eigenvalue of the information
        scaled to a unit diagonal.
    smallest_eigenvalue : float
        Smallest eigenvalue of that matrix; 1 where the parameters are orthogonal.
    loadings : ndarray, shape (k,)
        Its eigenvector, largest entry positive.
    """

    condition_number: float
    smallest_eigenvalue: float
    loadings: Array


def conditioning(cov_root: Array) -> Conditioning:
    """Eigenvalues of the information in units of the parameters' own information.

    Parameters
    ----------
    cov_root : ndarray, shape (k, k) or (k, m)
        ``B`` with ``B B'`` the inverse of the information.

    Returns
    -------
    Conditioning
        Condition number, smallest eigenvalue and the parameters it loads on.
    """
    # Restrictions make the covariance singular: then it is about what they leave free.
    free = np.any(cov_root, axis=1)
    square = cov_root.shape[0] == cov_root.shape[1]
    root = np.linalg.inv(cov_root) if square else np.linalg.pinv(cov_root[free])
    root /= np.sqrt((root * root).sum(axis=0))
    _, singular, vectors = np.linalg.svd(root, full_matrices=False)
    loadings = np.zeros(len(free))
    loadings[free] = vectors[-1] * np.sign(vectors[-1][np.argmax(np.abs(vectors[-1]))])
    return Conditioning(
        float(singular[0] / max(singular[-1], np.finfo(float).tiny)),
        float(singular[-1] ** 2),
        loadings,
    )


def concentrated_loglike(rss: Array, nobs: float, log_variance_offset: float) -> Array:
    r"""Log-likelihood at the maximum in the variance, of exact responses.

    Parameters
    ----------
    rss : ndarray
        Weighted residual sums of squares.
    nobs : float
        Number of observations.
    log_variance_offset : float
        Sum of the known part of the log variance.

    Returns
    -------
    ndarray
        :math:`-\tfrac n2 (\log 2\pi + \log(RSS/n) + 1) - \tfrac12 \sum_i o_i`.
    """
    loglike = -0.5 * (nobs * (LOG_2PI + np.log(rss / nobs) + 1.0) + log_variance_offset)
    return np.asarray(loglike)
