"""Central moments of the standard normal between limits whose middle is not negative.

There are three ways, for limits near each other, far out and around the mean; each has the
numbers of the interval before the second to fifth central moment.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sm_gaussmle.likelihood.standard_interval import (
    EXPONENTS,
    MOMENT_WEIGHTS,
    less_tails,
    local,
    wide,
)
from sm_gaussmle.likelihood.standard_limits import Array
from sm_gaussmle.likelihood.tails import moment_ratios, upper_tail

# From here on moments about the lower limit lose less than those of the recursion.
ABOUT_LOWER_FROM = 1.0


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
