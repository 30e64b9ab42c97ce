r"""Profiles of exact responses with constant variance, which need no look at the rows.

With :math:`v \sigma^2` the variance of a combination of the mean coefficients at the
maximum, and :math:`\delta` its distance from the estimate,

.. math:: 2(\hat\ell - \ell_p) = n \log\Bigl(1 + \frac{\delta^2}{n v \hat\sigma^2}\Bigr),

and for :math:`t = \log\sigma^2 - \log\hat\sigma^2` it is :math:`n (t + e^{-t} - 1)`.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from sm_gaussmle.likelihood.terms import Array

# The series of t + exp(-t) - 1 has all digits where the sum has lost some.
_SERIES_BELOW = 0.5
_TERMS = 18


def mean_half_width(std_err: float, nobs: float, quantile: float) -> float:
    """Half the width of the interval of a combination of the mean coefficients.

    Parameters
    ----------
    std_err : float
        Its standard error by maximum likelihood.
    nobs : float
        Number of observations.
    quantile : float
        Quantile of the chi-squared distribution.

    Returns
    -------
    float
        In the units of the standard error; infinite only where the quantile is.
    """
    return float(std_err * np.sqrt(nobs * np.expm1(quantile / nobs)))


def mean_deviance(distance: Array, nobs: float) -> Array:
    """Twice the fall of the profile of a combination of the mean coefficients.

    Parameters
    ----------
    distance : ndarray
        Distances from the estimate in standard errors.
    nobs : float
        Number of observations.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    return np.asarray(nobs * np.log1p(distance * distance / nobs))


def log_variance_deviance(distance: Array, nobs: float) -> Array:
    """Twice the fall of the profile of the log variance.

    Parameters
    ----------
    distance : ndarray
        Distances from the estimate.
    nobs : float
        Number of observations.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    return nobs * _fall(np.asarray(distance, dtype=float))


def log_variance_ends(nobs: float, quantile: float) -> tuple[float, float]:
    """Ends of the interval of the log variance, from its estimate.

    Parameters
    ----------
    nobs : float
        Number of observations.
    quantile : float
        Quantile of the chi-squared distribution.

    Returns
    -------
    tuple of float
        Lower and upper, where ``nobs * (t + exp(-t) - 1)`` is the quantile.
    """
    depth = quantile / nobs
    wald = float(np.sqrt(2.0 * depth))
    xtol, rtol = 4e-16 * wald, 8.9e-16

    def left(t: float) -> float:
        return float(_fall(np.asarray(t))) - depth

    # t + exp(-t) - 1 is above t*t/2 to the left, and between that and t - 1 to the right.
    lower = optimize.brentq(left, -wald * (1.0 + 1e-12), 0.0, xtol=xtol, rtol=rtol)
    upper = optimize.brentq(
        left, wald * (1.0 - 1e-12), depth + wald + 1.0, xtol=xtol, rtol=rtol
    )
    return float(lower), float(upper)


def exact_log_variance_ends(nobs: float, df_resid: float, alpha: float) -> tuple[float, float]:
    """Ends of the exact equal-tailed interval of the log variance, from its estimate.

    Parameters
    ----------
    nobs : float
        Number of observations.
    df_resid : float
        Residual degrees of freedom.
    alpha : float
        One minus the confidence level.

    Returns
    -------
    tuple of float
        Lower and upper, from the chi-squared distribution of the residual sum of squares.
    """
    tails = stats.chi2.isf(0.5 * alpha, df_resid), stats.chi2.ppf(0.5 * alpha, df_resid)
    lower, upper = (float(np.log(nobs / tail)) for tail in tails)
    return lower, upper


def _fall(t: Array) -> Array:
    series, term = np.zeros_like(t), np.ones_like(t)
    near = np.where(np.abs(t) < _SERIES_BELOW, t, 0.0)
    for order in range(1, _TERMS):
        term = term * -near / order
        series = series + (term if order > 1 else 0.0)
    with np.errstate(over="ignore"):  # infinite is the limit
        return np.asarray(np.where(np.abs(t) < _SERIES_BELOW, series, t + np.expm1(-t)))
