r"""Moments of the normal distribution between two limits, up to the fifth.

Derivatives of what is expected of a censored or truncated response are moments again: a
mean's derivative with respect to the mean is a variance, and so on. Far out the central
moments fall like :math:`a^{-k}`, and with narrow limits like the width to the power `k`;
they keep their digits there.
"""

from __future__ import annotations

from math import comb
from typing import NamedTuple

import numpy as np

from sm_gaussmle.likelihood.row_groups import in_blocks, in_groups
from sm_gaussmle.likelihood.standard_interval import (
    NODE_WEIGHTS,
    NODES,
    StandardInterval,
    is_local,
    local,
    standardised,
    wide,
)
from sm_gaussmle.likelihood.tails import Array, moment_ratios, upper_tail

# From here on moments about the lower limit lose less than those of the recursion.
ABOUT_LOWER_FROM = 1.0
COUNT = len(StandardInterval._fields)


class TruncatedMoments(NamedTuple):
    """The standard normal between two limits.

    Attributes
    ----------
    interval : StandardInterval
        Probability, hazards and the first two moments.
    variance, third, fourth, fifth : ndarray, shape (n,)
        Central moments.
    """

    interval: StandardInterval
    variance: Array
    third: Array
    fourth: Array
    fifth: Array


def truncated_moments(
    lower: Array | float, upper: Array | float, mean: Array, log_variance: Array
) -> TruncatedMoments:
    """Moments of the standardised response between two limits.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,), or float
        Limits, `lower` below `upper`; they may be infinite. The distance of the mean from an
        infinite limit comes out as some finite number.
    mean, log_variance : ndarray, shape (n,)
        Means and log variances.

    Returns
    -------
    TruncatedMoments
        Each moment to some 1e-10 of its size or, of odd ones near zero, of the power of the
        standard deviation.
    """
    rows = np.broadcast_arrays(lower, upper, mean, log_variance)
    numbers = in_blocks(COUNT + 4, moments_of_rows, *rows)
    return TruncatedMoments(StandardInterval(*numbers[:COUNT]), *numbers[COUNT:])


def moments_of_rows(lower: Array, upper: Array, mean: Array, log_variance: Array) -> Array:
    """List the numbers of `TruncatedMoments`.

    Parameters
    ----------
    lower, upper, mean, log_variance : ndarray, shape (n,)
        Limits, means and log variances.

    Returns
    -------
    ndarray, shape (13, n)
        Those of the interval, then the central moments.
    """
    a, b, width = standardised(lower, upper, mean, log_variance)
    sign = np.copysign(1.0, a + b)
    a, b = a * sign, b * sign
    a, b = np.minimum(a, b), np.maximum(a, b)
    near, far = is_local(a, b, width), a >= ABOUT_LOWER_FROM
    row = (a, b, width)
    numbers = in_groups(
        COUNT + 4,
        (near, with_local_moments, row),
        (~near & far, with_moments_about_lower, row),
        (~near & ~far, with_recursive_moments, row),
    )
    found = StandardInterval(*numbers[:COUNT])
    turned = found._replace(
        lower_hazard=found.upper_hazard,
        upper_hazard=found.lower_hazard,
        mean=-found.mean,
        above_lower=found.below_upper,
        below_upper=found.above_lower,
        square_above_lower=-found.square_below_upper,
        square_below_upper=-found.square_above_lower,
    )
    numbers[:COUNT] = np.where(sign > 0.0, numbers[:COUNT], turned)
    numbers[[-3, -1]] *= sign
    return numbers


def with_local_moments(a: Array, b: Array, width: Array) -> list[Array]:
    """Central moments by quadrature, where the density changes little.

    Parameters
    ----------
    a, b, width : ndarray, shape (n,)
        Limits and width in standard deviations.

    Returns
    -------
    list of 13 ndarrays, each of shape (n,)
        The interval's numbers and the central moments.
    """
    interval = local(a, b, width)
    h = 0.5 * width
    tilt, curvature = 0.5 * (a + b) * h, 0.5 * h * h
    u = NODES[:, None]
    density = NODE_WEIGHTS[:, None] * np.exp(-u * (tilt + u * curvature))
    density /= density.sum(axis=0)
    from_mean = h * (u - (u * density).sum(axis=0))
    return [*interval, *((from_mean**k * density).sum(axis=0) for k in range(2, 6))]


def with_recursive_moments(a: Array, b: Array, width: Array) -> list[Array]:
    r"""Central moments by recursion, for lower limits below the mean or little above.

    Parameters
    ----------
    a, b, width : ndarray, shape (n,)
        Limits and width in standard deviations.

    Returns
    -------
    list of 13 ndarrays, each of shape (n,)
        The interval's numbers and the central moments.

    Notes
    -----
    Integration by parts of :math:`z (z - m)^k \phi(z)`:
    :math:`\mu_{k+1} = k \mu_{k-1} - m \mu_k + (a - m)^k A - (b - m)^k B`.
    """
    interval = wide(a, b, width)
    moments = [np.ones_like(a), np.zeros_like(a)]
    for k in range(1, 5):
        ends = (-interval.above_lower) ** k * interval.lower_hazard
        ends -= interval.below_upper**k * interval.upper_hazard
        moments.append(k * moments[-2] - interval.mean * moments[-1] + ends)
    return [*interval, *moments[2:]]


def with_moments_about_lower(a: Array, b: Array, width: Array) -> list[Array]:
    r"""Central moments from those about the lower limit, for limits above the mean.

    Parameters
    ----------
    a, b, width : ndarray, shape (n,)
        Limits and width in standard deviations.

    Returns
    -------
    list of 13 ndarrays, each of shape (n,)
        The interval's numbers and the central moments.

    Notes
    -----
    Moments about `a` of all that is above `a`, less those of what is above `b`; both are
    products of the ratios in `tails`.
    """
    interval = wide(a, b, width)
    odds = interval.upper_hazard / upper_tail(b).hazard
    of_all = np.cumprod([np.ones_like(a), *moment_ratios(a, upper_tail(a).excess)], axis=0)
    beyond = np.cumprod([np.ones_like(b), *moment_ratios(b, upper_tail(b).excess)], axis=0)
    raw = [
        (1.0 + odds) * of_all[k]
        - odds * sum(comb(k, j) * width ** (k - j) * beyond[j] for j in range(k + 1))
        for k in range(6)
    ]
    shift = -interval.above_lower
    central = (
        sum(comb(k, j) * shift ** (k - j) * raw[j] for j in range(k + 1)) for k in range(2, 6)
    )
    return [*interval, *central]
