r"""Probabilities of being censored and of being seen, with derivatives.

Derivatives are with respect to the latent mean :math:`\mu` and log variance :math:`\eta`.
Those in :math:`\eta` of any expectation :math:`G = E\,g(Y)` follow from those in
:math:`\mu`, as the normal density solves the heat equation:
:math:`G_\eta = \tfrac12 e^{\eta} G_{\mu\mu}`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sm_gaussmle.likelihood.standard_limits import NEVER, Array, deviations
from sm_gaussmle.likelihood.tails import upper_tail
from sm_gaussmle.likelihood.truncated_moments import truncated_moments

ROOT_2PI = float(np.sqrt(2.0 * np.pi))


class Moment(NamedTuple):
    """A quantity of each row with its derivatives in (mean, log variance).

    Attributes
    ----------
    value : ndarray, shape (n,)
        The quantity.
    gradient : tuple of two ndarrays, each of shape (n,)
        First derivatives with respect to the mean and to the log variance.
    hessian : tuple of three ndarrays, each of shape (n,)
        Second derivatives: mean twice, mean and log variance, log variance twice.
    """

    value: Array
    gradient: tuple[Array, Array]
    hessian: tuple[Array, Array, Array]


def prob_above(limit: Array | float, mean: Array, log_variance: Array) -> Moment:
    """Probability that a response is at least as large as a limit.

    Parameters
    ----------
    limit : ndarray, shape (n,), or float
        Limits; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        P(Y >= limit); small ones keep their digits.
    """
    below = prob_below(-limit, -mean, log_variance)
    (d_mean, d_scale), (h_mean, h_mixed, h_scale) = below.gradient, below.hessian
    return Moment(below.value, (-d_mean, d_scale), (h_mean, -h_mixed, h_scale))


def prob_below(limit: Array | float, mean: Array, log_variance: Array) -> Moment:
    """Probability that a response is at most as large as a limit.

    Parameters
    ----------
    limit : ndarray, shape (n,), or float
        Limits; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        P(Y <= limit); small ones keep their digits.
    """
    root_precision = np.exp(-0.5 * log_variance)
    z = deviations(limit, mean, root_precision)
    log_probability = upper_tail(-z).log_probability
    z = np.clip(z, -NEVER, NEVER)
    density = np.exp(-0.5 * z * z) / ROOT_2PI
    return Moment(
        np.exp(log_probability),
        (-root_precision * density, -0.5 * z * density),
        (
            -root_precision * root_precision * z * density,
            0.5 * root_precision * (1.0 - z * z) * density,
            0.25 * z * (1.0 - z * z) * density,
        ),
    )


def prob_between(
    lower: Array | float, upper: Array | float, mean: Array, log_variance: Array
) -> Moment:
    """Probability that a response lies between two limits: that it is seen uncensored.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,), or float
        Limits, `lower` below `upper`; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        P(lower <= Y <= upper), also for narrow intervals; derivatives are those of the
        density, Hermite polynomials, averaged over the interval.
    """
    root_precision = np.exp(-0.5 * log_variance)
    interval, variance, third, fourth, _ = truncated_moments(lower, upper, mean, log_variance)
    m = interval.mean
    # Powers of the mean times the probability, which is zero where they would overflow.
    weighted = [np.exp(interval.log_probability)]
    for _ in range(4):
        weighted.append(weighted[-1] * m)
    probability = weighted[0]
    second_polynomial = probability * interval.square_less_one
    third_polynomial = weighted[3] + 3.0 * weighted[1] * (variance - 1.0) + probability * third
    fourth_polynomial = (
        weighted[4]
        + 6.0 * weighted[2] * (variance - 1.0)
        + 4.0 * weighted[1] * third
        + probability * (fourth - 6.0 * variance + 3.0)
    )
    return Moment(
        probability,
        (weighted[1] * root_precision, 0.5 * second_polynomial),
        (
            second_polynomial * root_precision * root_precision,
            0.5 * third_polynomial * root_precision,
            0.5 * second_polynomial + 0.25 * fourth_polynomial,
        ),
    )
