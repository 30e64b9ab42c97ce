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
        return remaining(self.mean)

    @property
    def remaining_log_variance(self) -> Array:
        """One less `log_variance`, shape (n,); NaN where nothing is left."""
        return remaining(self.log_variance)

    @property
    def standardized(self) -> Array:
        """Residuals over their own standard deviations, shape (n,)."""
        return self.resid / (self.scale * np.sqrt(self.remaining))


def remaining(leverage: Array) -> Array:
    """What rows leave to the others to decide.

    Parameters
    ----------
    leverage : ndarray, shape (n,)
        Leverages.

    Returns
    -------
    ndarray, shape (n,)
        One less the leverage; NaN where nothing is left, or less than a copy.
    """
    left = 1.0 - leverage
    return np.where(left > ROUNDING, left, np.nan)


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


def mean_leverage(params: Array, rows: RowBlock) -> Array:
    r"""Leverage in the mean equation of rows that need not be seen exactly.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Estimates.
    rows : RowBlock
        The rows.

    Returns
    -------
    ndarray, shape (n,)
        Between 0 and 1, of one copy of the row.

    Notes
    -----
    As in `leverages`, with the observed information of the row about its mean,
    :math:`-\partial^2 \ell / \partial \mu^2`, in place of :math:`\sigma^{-2}`, which it is
    of an exact response. It is not negative, as the log-likelihood is concave in the mean,
    and near zero where a limit is far from the mean. Times frequency weights it sums to the
    number of columns.
    """
    information = -rows.terms(*rows.predictors(params)).hessian_factor[0]
    copies = np.ones_like(information) if rows.freq_weights is None else rows.freq_weights
    return _leverage(rows.exog, np.sqrt(np.maximum(information, 0.0)), copies)[0]


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
