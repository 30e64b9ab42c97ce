"""Terms of the log-likelihood: one row's value and its derivatives.

Derivatives are taken with respect to the two linear predictors, the mean ``mu`` and
the log variance ``eta = log sigma^2``; multiplying by the columns of the two designs
gives those with respect to the parameters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.standard_limits import NEVER, deviations
from sm_gaussmle.likelihood.tails import upper_tail

Array = NDArray[np.float64]

LOG_2PI = float(np.log(2.0 * np.pi))


class Terms(NamedTuple):
    """Log-likelihood of each row with its derivatives in (mean, log variance).

    Attributes
    ----------
    loglike : ndarray, shape (n,)
        Log-likelihood of each row, up to no constant.
    score_factor : tuple of two ndarrays, each of shape (n,)
        First derivatives with respect to the mean and to the log variance.
    hessian_factor : tuple of three ndarrays, each of shape (n,)
        Second derivatives: mean twice, mean and log variance, log variance twice.
    """

    loglike: Array
    score_factor: tuple[Array, Array]
    hessian_factor: tuple[Array, Array, Array]


def point(endog: Array, mean: Array, log_variance: Array) -> Terms:
    r"""Log density of responses that are seen exactly.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses.
    mean : ndarray, shape (n,)
        Means, in the units of `endog`.
    log_variance : ndarray, shape (n,)
        Logarithms of the variances.

    Returns
    -------
    Terms
        Log densities with their derivatives.

    Notes
    -----
    With :math:`r = y - \mu` and :math:`d = r^2 e^{-\eta}`,

    .. math:: \ell = -\tfrac12 (\log 2\pi + \eta + d), \quad
              \ell_\mu = r e^{-\eta}, \quad \ell_\eta = \tfrac12 (d - 1), \quad
              \ell_{\mu\mu} = -e^{-\eta}, \quad \ell_{\mu\eta} = -r e^{-\eta}, \quad
              \ell_{\eta\eta} = -\tfrac12 d,

    as in Harvey (1976) [1]_.

    References
    ----------
    .. [1] A. C. Harvey, "Estimating Regression Models with Multiplicative
       Heteroscedasticity", Econometrica 44 (1976) 461-465. doi:10.2307/1913974
    """
    # The standardised residual is formed first: its square neither under- nor overflows
    # where exp(-eta) alone would.
    root_precision = np.exp(-0.5 * log_variance)
    z = (endog - mean) * root_precision
    d = z * z
    score_mean = z * root_precision
    return Terms(
        loglike=-0.5 * (LOG_2PI + log_variance + d),
        score_factor=(score_mean, 0.5 * (d - 1.0)),
        hessian_factor=(-(root_precision * root_precision), -score_mean, -0.5 * d),
    )


def above(limit: Array | float, mean: Array, log_variance: Array) -> Terms:
    r"""Log probability that a response is at least as large as a limit.

    Parameters
    ----------
    limit : ndarray, shape (n,), or float
        Limits; minus infinity is no limit: zero, with zero derivatives.
    mean : ndarray, shape (n,)
        Means, in the units of `limit`.
    log_variance : ndarray, shape (n,)
        Logarithms of the variances, between -700 and 700.

    Returns
    -------
    Terms
        Log probabilities with their derivatives.

    Notes
    -----
    With :math:`a = (l - \mu) e^{-\eta/2}`, the inverse Mills ratio :math:`\lambda(a)` and its
    excess :math:`\rho = \lambda - a`,

    .. math:: \ell = \log Q(a), \quad \ell_\mu = \lambda e^{-\eta/2}, \quad
              \ell_\eta = \tfrac12 a \lambda, \quad
              \ell_{\mu\mu} = -\lambda \rho e^{-\eta}, \quad
              \ell_{\mu\eta} = -\tfrac12 \lambda (1 + a \rho) e^{-\eta/2}, \quad
              \ell_{\eta\eta} = -\tfrac14 a \lambda (1 + a \rho).

    Nothing cancels beyond the mean, where `a` is positive. The derivatives with respect to
    mean and standard deviation are in Tobin (1958) and Amemiya (1973) [1]_.

    References
    ----------
    .. [1] T. Amemiya, "Regression Analysis when the Dependent Variable Is Truncated Normal",
       Econometrica 41 (1973) 997-1016. doi:10.2307/1914031
    """
    root_precision = np.exp(-0.5 * log_variance)
    a = np.maximum(deviations(limit, mean, root_precision), -NEVER)
    log_probability, hazard, excess = upper_tail(a)
    score_mean = hazard * root_precision
    # Each derivative with respect to the log variance is minus a half of this one.
    spread = hazard * (1.0 + a * excess)
    return Terms(
        loglike=log_probability,
        score_factor=(score_mean, 0.5 * a * hazard),
        hessian_factor=(
            -score_mean * (excess * root_precision),
            -0.5 * spread * root_precision,
            -0.25 * a * spread,
        ),
    )


def below(limit: Array | float, mean: Array, log_variance: Array) -> Terms:
    """Log probability that a response is at most as large as a limit.

    Parameters
    ----------
    limit : ndarray, shape (n,), or float
        Limits; infinity is no limit: zero, with zero derivatives.
    mean : ndarray, shape (n,)
        Means, in the units of `limit`.
    log_variance : ndarray, shape (n,)
        Logarithms of the variances, between -700 and 700.

    Returns
    -------
    Terms
        Log probabilities with their derivatives: those of `above` for the reflected response.
    """
    loglike, (score_mean, score_scale), (h_mean, h_mixed, h_scale) = above(
        -limit, -mean, log_variance
    )
    return Terms(loglike, (-score_mean, score_scale), (h_mean, -h_mixed, h_scale))
