"""Leverage of each row in the two equations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array

# What a row leaves to the others, 1 - h, is known to about 1e-15: below this it has too few
# digits to divide by.
ROUNDING = 1e-10


@dataclass(frozen=True)
class Leverages:
    """How much each row decides about its own fit.

    Attributes
    ----------
    resid : ndarray, shape (n,)
        Responses less their means.
    scale : ndarray, shape (n,)
        Standard deviations of the rows.
    mean : ndarray, shape (n,)
        Leverage of one copy of the row in the mean equation.
    log_variance : ndarray, shape (n,)
        Leverage of one copy of the row in the log-variance equation.
    factor : ndarray, shape (k_mean, k_mean)
        Upper triangular ``R`` with ``R'R`` the information about the mean.
    nobs : float
        Number of observations.
    """

    resid: Array
    scale: Array
    mean: Array
    log_variance: Array
    factor: Array
    nobs: float

    @property
    def remaining(self) -> Array:
        """One less `mean`, shape (n,); NaN where nothing is left, or less than a copy."""
        return _positive(1.0 - self.mean)

    @property
    def remaining_log_variance(self) -> Array:
        """One less `log_variance`, shape (n,); NaN where nothing is left."""
        return _positive(1.0 - self.log_variance)

    @property
    def standardized(self) -> Array:
        """Residuals over their own standard deviations, shape (n,)."""
        return self.resid / (self.scale * np.sqrt(self.remaining))


def leverages(params: Array, rows: RowBlock) -> Leverages:
    r"""Leverages in the two weighted least-squares problems that scoring solves.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Estimates.
    rows : RowBlock
        The rows.

    Returns
    -------
    Leverages
        With residuals and standard deviations.

    Notes
    -----
    With frequency weights :math:`f`,

    .. math:: h_i = \sigma_i^{-2} x_i' \Bigl(\sum_j f_j \sigma_j^{-2} x_j x_j'\Bigr)^{-1} x_i,
              \qquad
              h^s_i = \tfrac12 z_i' \Bigl(\sum_j \tfrac12 f_j z_j z_j'\Bigr)^{-1} z_i,

    where :math:`f_j \sigma_j^{-2}` and :math:`f_j / 2` are the expected information about
    the two linear predictors, as in Smyth (1989) [1]_. Times :math:`f` they sum to the
    numbers of columns.

    References
    ----------
    .. [1] G. K. Smyth, "Generalized Linear Models with Varying Dispersion", Journal of the
       Royal Statistical Society B 51 (1989) 47-60. doi:10.1111/j.2517-6161.1989.tb01747.x
    """
    mean, log_variance = rows.predictors(params)
    scale = np.exp(0.5 * log_variance)
    copies = np.ones_like(mean) if rows.freq_weights is None else rows.freq_weights
    leverage, factor = _leverage(rows.exog, 1.0 / scale, copies)
    leverage_scale, _ = _leverage(rows.exog_scale, np.ones_like(scale), copies)
    return Leverages(
        resid=rows.endog - mean,
        scale=scale,
        mean=leverage,
        log_variance=leverage_scale,
        factor=factor,
        nobs=float(copies.sum()),
    )


def orthonormal(design: Array, root: Array, factor: Array) -> Array:
    """Rows of a design in the coordinates of its triangular factor.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        Columns.
    root : ndarray, shape (n,)
        Roots of the weights.
    factor : ndarray, shape (k, k)
        Upper triangular factor of the weighted columns.

    Returns
    -------
    ndarray, shape (k, n)
        Weighted rows over `factor`, as columns.
    """
    return np.asarray(solve_triangular(factor, (design * root[:, None]).T, trans="T"))


def _leverage(design: Array, root: Array, copies: Array) -> tuple[Array, Array]:
    weighted = design * (root * np.sqrt(copies))[:, None]
    factor = np.asarray(np.linalg.qr(weighted, mode="r"))
    coordinates = orthonormal(design, root, factor)
    return np.einsum("ij,ij->j", coordinates, coordinates), factor


def _positive(remaining: Array) -> Array:
    return np.where(remaining > ROUNDING, remaining, np.nan)
