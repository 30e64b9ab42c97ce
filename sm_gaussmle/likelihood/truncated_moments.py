r"""Moments of the normal distribution between two limits, up to the fifth.

Derivatives of what is expected of a censored or truncated response are moments again: a
mean's derivative with respect to the mean is a variance, and so on. Far out the central
moments fall like :math:`a^{-k}`, and with narrow limits like the width to the power `k`;
they keep their digits there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sm_gaussmle.likelihood.row_groups import in_blocks, in_groups
from sm_gaussmle.likelihood.standard_interval import (
    EXPONENTS,
    MOMENT_WEIGHTS,
    StandardInterval,
    is_local,
    less_tails,
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
    turned = np.flatnonzero(sign < 0.0)
    found = StandardInterval(*numbers[:COUNT, turned])
    numbers[:COUNT, turned] = found._replace(
        lower_hazard=found.upper_hazard,
        upper_hazard=found.lower_hazard,
        mean=-found.mean,
        above_lower=found.below_upper,
        below_upper=found.above_lower,
        square_above_lower=-found.square_below_upper,
        square_below_upper=-found.square_above_lower,
    )
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
    h = 0.5 * width
    density = EXPONENTS @ np.array([0.5 * (a + b) * h, 0.5 * h * h])
    np.exp(density, out=density)
    total, *raw = MOMENT_WEIGHTS @ density
    central = about_mean([moment / total for moment in raw])
    powers = np.cumprod([h, h, h, h, h], axis=0)[1:]
    return [*local(a, b, width), *(powers * central)]


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
    at_lower, at_upper = interval.lower_hazard, interval.upper_hazard
    for k in range(1, 5):
        at_lower, at_upper = -interval.above_lower * at_lower, interval.below_upper * at_upper
        moments.append(k * moments[-2] - interval.mean * moments[-1] + (at_lower - at_upper))
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
    lower, upper = upper_tail(a), upper_tail(b)
    interval = less_tails(a, b, width, lower, upper)
    odds = interval.upper_hazard / upper.hazard
    above = np.cumprod(moment_ratios(a, lower.excess), axis=0)
    beyond = [np.ones_like(b), *np.cumprod(moment_ratios(b, upper.excess), axis=0)]
    # From moments about b to those about a: binomial sums, as in Pascal's triangle.
    for i in range(5):
        for j in range(5, i, -1):
            beyond[j] = beyond[j] + width * beyond[j - 1]
    raw = (1.0 + odds) * above - odds * np.array(beyond[1:])
    return [*interval, *about_mean(raw)]


def about_mean(raw: Sequence[Array]) -> Array:
    """Turn moments about any point into those about the mean.

    Parameters
    ----------
    raw : sequence of five ndarrays, each of shape (n,)
        First to fifth moment.

    Returns
    -------
    ndarray, shape (4, n)
        Second to fifth central moment.
    """
    d, second, third, fourth, fifth = raw
    square = d * d
    return np.array(
        [
            second - square,
            third - d * (3.0 * second - 2.0 * square),
            fourth - d * (4.0 * third - d * (6.0 * second - 3.0 * square)),
            fifth
            - d * (5.0 * fourth - d * (10.0 * third - d * (10.0 * second - 4.0 * square))),
        ]
    )
