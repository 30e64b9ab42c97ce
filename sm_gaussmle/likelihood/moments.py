"""What is expected of censored and truncated responses, with derivatives.

Quantities are functions of the latent mean and log variance; `Moment` says what is in them.
"""

from __future__ import annotations

import numpy as np

from sm_gaussmle.likelihood.probabilities import (
    Moment,
    prob_between,
)
from sm_gaussmle.likelihood.standard_limits import Array, standardised
from sm_gaussmle.likelihood.tails import upper_tail
from sm_gaussmle.likelihood.truncated_moments import truncated_moments


def conditional_mean(
    lower: Array | float, upper: Array | float, mean: Array, log_variance: Array
) -> Moment:
    r"""Mean of a response that is known to lie between two limits.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,), or float
        Limits, `lower` below `upper`; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        E[Y | lower < Y < upper].

    Notes
    -----
    With the conditional mean :math:`m`, variance :math:`V` and central moments
    :math:`\mu_k` of the standardised response, the derivatives are joint cumulants of the
    response with :math:`z` and :math:`z^2/2`:

    .. math:: E_\mu = V, \quad E_\eta = \tfrac12 \sigma (\mu_3 + 2 m V), \quad
              E_{\mu\mu} = \mu_3 / \sigma, \quad
              E_{\mu\eta} = \tfrac12 (\mu_4 - V^2) + m \mu_3 - V.

    The first is the marginal effect of McDonald and Moffitt (1980) [1]_ on those seen.

    References
    ----------
    .. [1] J. F. McDonald and R. A. Moffitt, "The Uses of Tobit Analysis", The Review of
       Economics and Statistics 62 (1980) 318-321. doi:10.2307/1924766
    """
    sigma = np.exp(0.5 * log_variance)
    found = truncated_moments(lower, upper, mean, log_variance)
    m, v, third = found.interval.mean, found.variance, found.third
    of_squares = found.fourth - v * v
    # From the limit that the mean is beyond, lest the two large numbers cancel.
    value = np.where(
        mean < lower,
        np.maximum(lower, mean) + sigma * found.interval.above_lower,
        np.where(
            mean > upper,
            np.minimum(upper, mean) - sigma * found.interval.below_upper,
            mean + sigma * m,
        ),
    )
    d_scale = 0.5 * sigma * (third + 2.0 * m * v)
    joint = 4.0 * m * (m * third + of_squares) + found.fifth - 2.0 * v * third
    return Moment(
        value,
        (v, d_scale),
        (
            third / sigma,
            0.5 * of_squares + m * third - v,
            0.25 * sigma * joint - d_scale,
        ),
    )


def censored_mean(
    left: Array | float, right: Array | float, mean: Array, log_variance: Array
) -> Moment:
    r"""Mean of a response as it is seen, with a limit in place of what is beyond it.

    Parameters
    ----------
    left, right : ndarray, shape (n,), or float
        Limits, `left` below `right`; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        E[min(max(Y, left), right)].

    Notes
    -----
    With :math:`J(x) = E[\max(Z - x, 0)]`, the mean is the latent one moved to the nearest
    limit, plus :math:`\sigma [J(|a|) - J(|b|)]`. Its derivative with respect to the latent
    mean is the probability of being uncensored (McDonald and Moffitt 1980 [1]_).

    References
    ----------
    .. [1] J. F. McDonald and R. A. Moffitt, "The Uses of Tobit Analysis", The Review of
       Economics and Statistics 62 (1980) 318-321. doi:10.2307/1924766
    """
    a, b, _ = standardised(*np.broadcast_arrays(left, right, mean, log_variance))
    lower, upper = upper_tail(np.abs(a)), upper_tail(np.abs(b))
    beyond = np.exp(lower.log_probability) * lower.excess
    beyond -= np.exp(upper.log_probability) * upper.excess
    seen = prob_between(left, right, mean, log_variance)
    half_variance = 0.5 * np.exp(log_variance)
    return Moment(
        np.clip(mean, left, right) + np.exp(0.5 * log_variance) * beyond,
        (seen.value, half_variance * seen.gradient[0]),
        (
            seen.gradient[0],
            half_variance * seen.hessian[0],
            half_variance * (seen.gradient[0] + seen.hessian[1]),
        ),
    )
