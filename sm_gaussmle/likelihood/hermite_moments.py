r"""Means of Hermite polynomials of responses that need not be seen exactly.

The polynomials :math:`H_1` to :math:`H_4` of the standardised response (probabilists') are
orthogonal under the normal distribution, and their integrals up to a limit are closed:
:math:`\int_a^b H_k \phi = H_{k-1}(a) \phi(a) - H_{k-1}(b) \phi(b)`.
"""

from __future__ import annotations

from math import comb, factorial

import numpy as np

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.standard_limits import standardised
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.likelihood.truncated_moments import truncated_moments

HIGHEST = 4


def hermite_scores(
    endog: Array, bounds: Bounds | None, mean: Array, log_variance: Array
) -> Array:
    """What is expected of the polynomials from what is seen of each response.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses; those that are exact are used.
    bounds : Bounds or None
        What is known of each; None where all are exact and none is truncated.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    ndarray, shape (4, n)
        Less what is expected of them in the sample, which is zero unless it is truncated.
    """
    u = (endog - mean) * np.exp(-0.5 * log_variance)
    found = _polynomials(u, HIGHEST)[1:]
    if bounds is None:
        return found
    rows = np.flatnonzero(~bounds.exact)
    found[:, rows] = _between(
        bounds.lower[rows], bounds.upper[rows], mean[rows], log_variance[rows]
    )
    if bounds.truncated:
        found -= _between(*bounds.sample_limits, mean, log_variance)
    return found


def hermite_covariance(bounds: Bounds | None, mean: Array, log_variance: Array) -> Array:
    r"""Covariance of `hermite_scores` when the model is true.

    Parameters
    ----------
    bounds : Bounds or None
        Limits of each row; None where all responses are exact.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    ndarray, shape (4, 4, n)
        Diagonal with 1, 2, 6 and 24 for exact responses.

    Raises
    ------
    UnknownLimitsError
        If it is not known between which limits other responses would have been seen.

    Notes
    -----
    By the law of total expectation, over the responses that are seen exactly, those beyond
    the left and those beyond the right limit. Products of polynomials are sums of such,
    :math:`H_j H_k = \sum_r r! \binom{j}{r} \binom{k}{r} H_{j+k-2r}`.
    """
    n, orders = len(mean), range(1, HIGHEST + 1)
    covariance = np.zeros((HIGHEST, HIGHEST, n))
    if bounds is None:
        for k in orders:
            covariance[k - 1, k - 1] = factorial(k)
        return covariance
    left, right = bounds.censoring_limits
    first, last = bounds.sample_limits
    left, right = np.maximum(left, first), np.minimum(right, last)
    whole = truncated_moments(first, last, mean, log_variance).interval.log_probability
    weight, means = _cell(left, right, mean, log_variance, whole)
    for j in orders:
        for k in orders:
            covariance[j - 1, k - 1] = weight * sum(
                factorial(r) * comb(j, r) * comb(k, r) * means[j + k - 2 * r]
                for r in range(min(j, k) + 1)
            )
    for lower, upper in ((first, left), (right, last)):
        weight, means = _cell(lower, upper, mean, log_variance, whole)
        low = means[1 : HIGHEST + 1]
        covariance += weight * low[:, None] * low
    if bounds.truncated:
        expected = _between(first, last, mean, log_variance)
        covariance -= expected[:, None] * expected
    return covariance


def _between(
    lower: Array | float, upper: Array | float, mean: Array, log_variance: Array
) -> Array:
    """Means of the polynomials between limits, from central moments that keep digits."""
    interval, variance, third, fourth, _ = truncated_moments(lower, upper, mean, log_variance)
    m, square = interval.mean, interval.square_less_one
    return np.stack(
        [
            m,
            square,
            m**3 + 3.0 * m * variance + third - 3.0 * m,
            m**4 + 6.0 * m * m * variance + 4.0 * m * third + fourth - 6.0 * square - 3.0,
        ]
    )


def _cell(
    lower: Array | float,
    upper: Array | float,
    mean: Array,
    log_variance: Array,
    whole: Array,
) -> tuple[Array, Array]:
    """Probability of a part of the sample, and means of polynomials 0 to 8 in it."""
    lower, upper, _ = np.broadcast_arrays(lower, upper, mean)
    exists = lower < upper
    lower, upper = np.where(exists, lower, -np.inf), np.where(exists, upper, np.inf)
    interval = truncated_moments(lower, upper, mean, log_variance).interval
    a, b, _ = standardised(lower, upper, mean, log_variance)
    highest = 2 * HIGHEST - 1
    means = _polynomials(a, highest) * interval.lower_hazard
    means -= _polynomials(b, highest) * interval.upper_hazard
    probability = np.exp(interval.log_probability - whole)
    return np.where(exists, probability, 0.0), np.vstack([np.ones_like(a)[None], means])


def _polynomials(u: Array, highest: int) -> Array:
    """The polynomials of order 0 to `highest`, shape (highest + 1, n)."""
    found = [np.ones_like(u), u]
    for k in range(1, highest):
        found.append(u * found[k] - k * found[k - 1])
    return np.stack(found)
