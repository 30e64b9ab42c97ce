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


def above(limit, mean, log_variance):  # stand-in
    from scipy.special import erfcx, log_ndtr

    s = np.exp(-0.5 * log_variance)
    a = (limit - mean) * s
    with np.errstate(all="ignore"):
        lam = np.sqrt(2 / np.pi) / erfcx(a / np.sqrt(2.0))
        d = lam * (lam - a)
        return Terms(
            log_ndtr(-a),
            (lam * s, 0.5 * np.where(np.isfinite(a), lam * a, 0.0)),
            (
                -d * s * s,
                np.where(np.isfinite(a), -0.5 * s * (a * d + lam), 0),
                np.where(np.isfinite(a), -0.25 * a * (lam + a * d), 0),
            ),
        )


def below(limit, mean, log_variance):
    t = above(-limit, -mean, log_variance)
    return Terms(
        t.loglike,
        (-t.score_factor[0], t.score_factor[1]),
        (t.hessian_factor[0], -t.hessian_factor[1], t.hessian_factor[2]),
    )


def interval(lower, upper, mean, log_variance, width=None):
    from scipy.special import log_ndtr

    s = np.exp(-0.5 * log_variance)
    a, b = (lower - mean) * s, (upper - mean) * s
    flip = a > 0
    a1, b1 = np.where(flip, -b, a), np.where(flip, -a, b)
    lb, la = log_ndtr(b1), log_ndtr(a1)
    with np.errstate(all="ignore"):
        logp = lb + np.log(-np.expm1(la - lb))
        pa = np.exp(-0.5 * (LOG_2PI + a * a) - logp)
        pb = np.exp(-0.5 * (LOG_2PI + b * b) - logp)
        af, bf = np.where(np.isfinite(a), a, 0), np.where(np.isfinite(b), b, 0)
    A = pa - pb
    B = af * pa - bf * pb
    C = af * af * pa - bf * bf * pb
    D = af**3 * pa - bf**3 * pb
    return Terms(
        logp,
        (A * s, 0.5 * B),
        ((B - A * A) * s * s, 0.5 * s * (C - A - A * B), 0.25 * (D - B - B * B)),
    )
