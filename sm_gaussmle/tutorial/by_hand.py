"""What a pencil could do: the log-likelihood, its score, and where the score is zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.api import GaussianMLE

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LogLikelihood:
    """The log-likelihood at one point, term by term.

    Attributes
    ----------
    sigma2 : float
        Variance at the point, in squared units of the response.
    rss : float
        Residual sum of squares at the point.
    constant_term : float
        ``-n/2 log(2 pi sigma2)``.
    rss_term : float
        ``-rss / (2 sigma2)``.
    from_model : float
        The same sum as the model computes it.
    """

    sigma2: float
    rss: float
    constant_term: float
    rss_term: float
    from_model: float

    @property
    def total(self) -> float:
        """Sum of the two terms."""
        return self.constant_term + self.rss_term


@dataclass(frozen=True)
class NormalEquations:
    """The equations ``X'X b = X'y`` and their solution.

    Attributes
    ----------
    gram : ndarray, shape (p, p)
        ``X'X``.
    moments : ndarray, shape (p,)
        ``X'y``.
    coef : ndarray, shape (p,)
        Their solution, the least squares coefficients.
    rss : float
        Residual sum of squares there.
    nobs : int
        Number of observations.
    """

    gram: Array
    moments: Array
    coef: Array
    rss: float
    nobs: int

    @property
    def sigma2(self) -> float:
        """Variance at which the likelihood is largest, RSS/n."""
        return self.rss / self.nobs

    @property
    def sigma2_unbiased(self) -> float:
        """Variance whose expectation is the true one, RSS/(n - p)."""
        return self.rss / (self.nobs - len(self.coef))

    @property
    def params(self) -> Array:
        """Coefficients and ``ln(sigma2)``: the maximum."""
        return np.append(self.coef, np.log(self.sigma2))


def constant_mean(model: GaussianMLE) -> Array:
    """Parameters of the best model without slopes.

    Parameters
    ----------
    model : GaussianMLE
        A model whose first column is the constant.

    Returns
    -------
    ndarray, shape (p + 1,)
        The mean of the response, zeros, and the log of its variance about the mean.
    """
    params = np.zeros(model.nparams)
    params[0] = model.endog.mean()
    params[-1] = np.log(model.endog.var())
    return params


def loglike_by_hand(model: GaussianMLE, params: Array) -> LogLikelihood:
    """Log-likelihood from its formula, beside the model's own.

    Parameters
    ----------
    model : GaussianMLE
        A model of constant variance.
    params : ndarray, shape (p + 1,)
        Coefficients and ``ln(sigma2)``.

    Returns
    -------
    LogLikelihood
        Its terms.
    """
    residuals = model.endog - model.exog @ params[:-1]
    sigma2, rss = float(np.exp(params[-1])), float(residuals @ residuals)
    return LogLikelihood(
        sigma2=sigma2,
        rss=rss,
        constant_term=float(-0.5 * model.nobs * np.log(2.0 * np.pi * sigma2)),
        rss_term=-0.5 * rss / sigma2,
        from_model=model.loglike(params),
    )


def score_by_hand(model: GaussianMLE, params: Array) -> Array:
    """Gradient of the log-likelihood from its formula.

    Parameters
    ----------
    model : GaussianMLE
        A model of constant variance.
    params : ndarray, shape (p + 1,)
        Coefficients and ``ln(sigma2)``.

    Returns
    -------
    ndarray, shape (p + 1,)
        Derivatives in the coefficients and in ``ln(sigma2)``.
    """
    residuals = model.endog - model.exog @ params[:-1]
    sigma2 = np.exp(params[-1])
    return np.append(
        model.exog.T @ residuals / sigma2,
        0.5 * (residuals @ residuals / sigma2 - model.nobs),
    )


def normal_equations(model: GaussianMLE) -> NormalEquations:
    """Set up the normal equations and solve them.

    Parameters
    ----------
    model : GaussianMLE
        A model of constant variance.

    Returns
    -------
    NormalEquations
        Both sides and the solution.
    """
    gram, moments = model.exog.T @ model.exog, model.exog.T @ model.endog
    coef = np.asarray(np.linalg.solve(gram, moments), dtype=float)
    residuals = model.endog - model.exog @ coef
    return NormalEquations(
        gram=gram,
        moments=moments,
        coef=coef,
        rss=float(residuals @ residuals),
        nobs=len(model.endog),
    )
