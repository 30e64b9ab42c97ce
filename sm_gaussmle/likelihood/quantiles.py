"""Quantiles of latent, censored and truncated responses, with derivatives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from sm_gaussmle.likelihood.standard_limits import Array, standardised
from sm_gaussmle.likelihood.tails import Tail, upper_tail
from sm_gaussmle.likelihood.truncated_moments import truncated_moments

# The start has the digits of the limit; each step doubles those of the distance from it.
NEWTON_STEPS = 3


class Quantile(NamedTuple):
    """A quantile of each row with its derivatives in (mean, log variance).

    Attributes
    ----------
    value : ndarray, shape (n,)
        The quantile.
    gradient : tuple of two ndarrays, each of shape (n,)
        First derivatives with respect to the mean and to the log variance.
    """

    value: Array
    gradient: tuple[Array, Array]


def latent_quantile(probability: Array | float, mean: Array, log_variance: Array) -> Quantile:
    """Quantile of the latent response.

    Parameters
    ----------
    probability : ndarray, shape (n,), or float
        Probabilities between 0 and 1.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Quantile
        Of the normal distribution.
    """
    deviation = np.exp(0.5 * log_variance) * special.ndtri(probability)
    return Quantile(mean + deviation, (np.ones_like(deviation), 0.5 * deviation))


def censored_quantile(
    probability: Array | float,
    left: Array | float,
    right: Array | float,
    mean: Array,
    log_variance: Array,
) -> Quantile:
    """Quantile of the response as it is seen, with a limit in place of what is beyond it.

    Parameters
    ----------
    probability : ndarray, shape (n,), or float
        Probabilities between 0 and 1.
    left, right : ndarray, shape (n,), or float
        Limits; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Quantile
        The latent one moved to the nearest limit, where it does not depend on the
        parameters.
    """
    latent = latent_quantile(probability, mean, log_variance)
    value = np.clip(latent.value, left, right)
    inside = value == latent.value
    d_mean, d_scale = (np.where(inside, d, 0.0) for d in latent.gradient)
    return Quantile(value, (d_mean, d_scale))


def truncated_quantile(
    probability: Array | float,
    lower: Array | float,
    upper: Array | float,
    mean: Array,
    log_variance: Array,
) -> Quantile:
    r"""Quantile of a response that is known to lie between two limits.

    Parameters
    ----------
    probability : ndarray, shape (n,), or float
        Probabilities; at 0 and at 1, the limits.
    lower, upper : ndarray, shape (n,), or float
        Limits, `lower` below `upper`; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Quantile
        The value to some units in the last place of the standard deviation between the
        limits or of the latent one, whichever is the less for far limits; derivatives lose
        :math:`a^2` units in the last place, `a` the standardised limit nearest to the mean.

    Notes
    -----
    With standardised limits, the quantile `z` and weights
    :math:`W_a = (1 - q) \phi(a) / \phi(z)`, :math:`W_b = q \phi(b) / \phi(z)`, implicit
    differentiation gives

    .. math:: \partial_\mu = 1 - W_a - W_b, \qquad
              \partial_\eta = \tfrac12 \sigma (z - a W_a - b W_b).
    """
    q, lower, upper, mean, log_variance = np.broadcast_arrays(
        probability, lower, upper, mean, log_variance
    )
    a, b, width = standardised(lower, upper, mean, log_variance)
    interval = truncated_moments(lower, upper, mean, log_variance).interval
    negative = a + b < 0.0
    z, from_lower, from_upper = oriented_quantile(
        np.where(negative, [1.0 - q, q], [q, 1.0 - q]),
        np.where(negative, [-b, -a], [a, b]),
        np.where(
            negative,
            [interval.upper_hazard, interval.lower_hazard],
            [interval.lower_hazard, interval.upper_hazard],
        ),
        width,
    )
    from_lower, from_upper = (
        np.where(negative, from_upper, from_lower),
        np.where(negative, from_lower, from_upper),
    )
    z = np.where(negative, -z, z)
    sigma = np.exp(0.5 * log_variance)
    value = np.where(
        mean < lower,
        np.maximum(lower, mean) + sigma * from_lower,
        np.where(mean > upper, np.minimum(upper, mean) - sigma * from_upper, mean + sigma * z),
    )
    value = np.where(q <= 0.0, lower, np.where(q >= 1.0, upper, value))
    inside = (q > 0.0) & (q < 1.0)
    weight_a = (1.0 - q) * np.exp(np.where(inside, 0.5 * from_lower * (z + a), 0.0))
    weight_b = q * np.exp(np.where(inside, -0.5 * from_upper * (z + b), 0.0))
    d_mean = np.where(inside, 1.0 - weight_a - weight_b, 0.0)
    d_scale = z * d_mean + weight_a * from_lower - weight_b * from_upper
    return Quantile(value, (d_mean, np.where(inside, 0.5 * sigma * d_scale, 0.0)))


def oriented_quantile(
    probabilities: Array, limits: Array, hazards: Array, width: Array
) -> tuple[Array, Array, Array]:
    """Quantile of the standard normal between limits whose middle is not negative.

    Parameters
    ----------
    probabilities : ndarray, shape (2, n)
        Probabilities below and above the quantile, each with its digits.
    limits : ndarray, shape (2, n)
        Lower and upper limit in standard deviations.
    hazards : ndarray, shape (2, n)
        Densities at the limits over the probability of the interval.
    width : ndarray, shape (n,)
        Width in standard deviations.

    Returns
    -------
    tuple of three ndarrays, each of shape (n,)
        The quantile and its distances from the lower and from the upper limit.
    """
    (below, above), (a, b) = probabilities, limits
    tail = upper_tail(a)
    # Probability of the interval over that of all above its lower limit (one where both
    # hazards underflow), and that of what is above the upper limit over the interval's.
    kept = np.divide(tail.hazard, hazards[0], out=np.ones_like(a), where=hazards[0] > 0.0)
    odds = hazards[1] / upper_tail(b).hazard
    # Of what is above the lower limit, what is above the quantile.
    with np.errstate(divide="ignore"):
        log_above = np.where(
            below < above, np.log1p(-below * kept), np.log(kept * (above + odds))
        )
    z = -special.ndtri_exp(tail.log_probability + log_above)
    distance = np.clip(z - a, 0.0, width)
    # The limit is all that those digits tell of far quantiles.
    rows = np.flatnonzero(a > 0.0)
    lowest, known = a[rows], Tail(*(values[rows] for values in tail))
    for _ in range(NEWTON_STEPS):
        step = distance[rows]
        there = upper_tail(lowest + step)
        rise = step + (there.excess - known.excess)
        log_ratio = -step * (lowest + 0.5 * step) - np.log1p(rise / known.hazard)
        step = step + (log_ratio - log_above[rows]) / there.hazard
        distance[rows] = np.clip(step, 0.0, width[rows])
    z[rows] = lowest + distance[rows]
    return np.clip(z, a, a + width), distance, width - distance
