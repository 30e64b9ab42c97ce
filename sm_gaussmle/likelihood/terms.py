"""Terms of the log-likelihood: one row's value and its derivatives.

Derivatives are taken with respect to the two linear predictors, the mean ``mu`` and
the log variance ``eta = log sigma^2``; multiplying by the columns of the two designs
gives those with respect to the parameters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
