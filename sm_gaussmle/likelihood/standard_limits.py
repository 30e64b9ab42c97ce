"""Limits in standard deviations from the mean, all of them finite."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Below -NEVER the other tail is less than the smallest double: its values are those at
# -NEVER. Squares of FARTHEST are doubles still.
NEVER = 60.0
FARTHEST = 1e150
# Hazards are of the size of one over the width: narrower, they would overflow.
NARROWEST = 1e-300


def deviations(limit: Array | float, mean: Array, root_precision: Array) -> Array:
    """Limits in standard deviations from the mean.

    Parameters
    ----------
    limit : ndarray, shape (n,), or float
        Limits; they may be infinite.
    mean : ndarray, shape (n,)
        Means, in the units of `limit`.
    root_precision : ndarray, shape (n,)
        One over the standard deviations.

    Returns
    -------
    ndarray, shape (n,)
        Deviations of at most 1e150 either way: those beyond, up to infinity, are taken for
        that, so that products of them stay finite.
    """
    with np.errstate(over="ignore"):  # clipped below
        deviation = (limit - mean) * root_precision
    return np.clip(deviation, -FARTHEST, FARTHEST)


def standardised(
    lower: Array,
    upper: Array,
    mean: Array,
    log_variance: Array,
    width: Array | None = None,
) -> tuple[Array, Array, Array]:
    """Limits and width in standard deviations, infinities made finite.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,) or ()
        Limits, `lower` below `upper`; they may be infinite.
    mean, log_variance : ndarray, shape (n,)
        Means and log variances.
    width : ndarray, shape (n,), optional
        Difference of the limits, where it is known better than by subtraction.

    Returns
    -------
    tuple of three ndarrays, each of shape (n,)
        Lower and upper limit and the width. The width is taken before the limits are
        standardised: after that, narrow intervals have lost its digits. A limit 60 standard
        deviations beyond the other one and the mean is moved to there: what it cuts off is
        less than the smallest double either way.
    """
    root_precision = np.exp(-0.5 * log_variance)
    a = deviations(lower, mean, root_precision)
    b = deviations(upper, mean, root_precision)
    a_far = np.maximum(a, np.minimum(b, 0.0) - NEVER)
    b_far = np.minimum(b, np.maximum(a, 0.0) + NEVER)
    if width is None:
        width = deviations(upper, lower, root_precision)
    else:
        width = width * root_precision
    width = np.maximum(width, NARROWEST)
    # Beyond 1e18 the limits do not show that they are 60 apart.
    between = np.maximum(b_far - a_far, NEVER)
    return a_far, b_far, np.where(width > NEVER, between, width)


def oriented(a: Array, b: Array) -> tuple[Array, Array, Array]:
    """Reflect the intervals whose middle is negative.

    Parameters
    ----------
    a, b : ndarray, shape (n,)
        Limits in standard deviations.

    Returns
    -------
    tuple of three ndarrays, each of shape (n,)
        Limits whose middle is not negative, and the sign of the middle that was: zero for
        intervals about the mean.
    """
    middle = a + b
    turn = np.copysign(1.0, middle)
    a, b = a * turn, b * turn
    return np.minimum(a, b), np.maximum(a, b), np.sign(middle)
