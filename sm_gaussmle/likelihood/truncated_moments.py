r"""Moments of the normal distribution between two limits, up to the fifth.

Derivatives of what is expected of a censored or truncated response are moments again: a
mean's derivative with respect to the mean is a variance, and so on. Far out the central
moments fall like :math:`a^{-k}`, and with narrow limits like the width to the power `k`;
they keep their digits there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sm_gaussmle.likelihood.central_moments import (
    ABOUT_LOWER_FROM,
    with_local_moments,
    with_moments_about_lower,
    with_recursive_moments,
)
from sm_gaussmle.likelihood.row_groups import in_blocks, in_groups
from sm_gaussmle.likelihood.standard_interval import StandardInterval, is_local
from sm_gaussmle.likelihood.standard_limits import Array, oriented, standardised

COUNT, MEAN = len(StandardInterval._fields), StandardInterval._fields.index("mean")


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
    a, b, sign = oriented(a, b)
    near, far = is_local(a, b, width), a >= ABOUT_LOWER_FROM
    row = (a, b, width)
    numbers = np.asarray(
        in_groups(
            COUNT + 4,
            (near, with_local_moments, row),
            (~near & far, with_moments_about_lower, row),
            (~near & ~far, with_recursive_moments, row),
        )
    )
    turned = np.flatnonzero(sign < 0.0)
    found = StandardInterval(*numbers[:COUNT, turned])
    numbers[:COUNT, turned] = found._replace(
        lower_hazard=found.upper_hazard,
        upper_hazard=found.lower_hazard,
        above_lower=found.below_upper,
        below_upper=found.above_lower,
        square_above_lower=-found.square_below_upper,
        square_below_upper=-found.square_above_lower,
    )
    # What is odd in the mean, zero by symmetry about it.
    numbers[[MEAN, -3, -1]] *= sign
    return numbers
