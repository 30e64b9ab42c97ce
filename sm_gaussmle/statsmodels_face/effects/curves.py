"""What linear predictors become: themselves, exponentials, what is seen; their logarithms."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.seen_responses import SEEN, Limits

Array = NDArray[np.float64]


class Bend(NamedTuple):
    """What linear predictors became, with derivatives in them.

    Attributes
    ----------
    value : ndarray, shape (m,)
        At each point.
    slope : ndarray, shape (p, m)
        First derivatives in the `p` predictors.
    curvature : ndarray, shape (p, p, m)
        Second derivatives.
    """

    value: Array
    slope: Array
    curvature: Array


# From the predictors, shape (p, m), to what they become.
Curve = Callable[[Array], Bend]


def identity(predictors: Array) -> Bend:
    """One predictor as it is.

    Parameters
    ----------
    predictors : ndarray, shape (1, m)
        The predictor.

    Returns
    -------
    Bend
        With the slope 1.
    """
    return Bend(predictors[0], np.ones_like(predictors), np.zeros_like(predictors)[None])


def exponential(rate: float, predictors: Array) -> Bend:
    """Exponential ``exp(rate * eta)`` of one predictor.

    Parameters
    ----------
    rate : float
        1 for the variance, 1/2 for the standard deviation.
    predictors : ndarray, shape (1, m)
        The predictor.

    Returns
    -------
    Bend
        Of the exponential function.
    """
    value = np.exp(rate * predictors)
    return Bend(value[0], rate * value, rate**2 * value[None])


def seen(which: str, limits: Limits, predictors: Array) -> Bend:
    """What is seen of responses with a latent mean and log variance.

    Parameters
    ----------
    which : str
        A key of `sm_gaussmle.likelihood.seen_responses.SEEN`.
    limits : Limits
        Of each point, or of all.
    predictors : ndarray, shape (2, m)
        Means and log variances.

    Returns
    -------
    Bend
        A mean or probability.
    """
    value, slope, (mean_twice, mixed, scale_twice) = SEEN[which](limits, *predictors)
    curvature = np.array([[mean_twice, mixed], [mixed, scale_twice]])
    return Bend(value, np.array(slope), curvature)


def logarithm(curve: Curve) -> Curve:
    """Take the logarithm of the size of what predictors become, which is not zero.

    Parameters
    ----------
    curve : callable
        From predictors to a `Bend`.

    Returns
    -------
    callable
        Its slopes are the relative ones of `curve`.
    """
    return partial(_logarithm, curve)


def _logarithm(curve: Curve, predictors: Array) -> Bend:
    value, slope, curvature = curve(predictors)
    relative = slope / value
    bent = curvature / value - relative[:, None] * relative
    return Bend(np.log(np.abs(value)), relative, bent)


# Of the scale equation's predictor.
CURVES: MappingProxyType[str, Curve] = MappingProxyType(
    {
        "scale": partial(exponential, 0.5),
        "variance": partial(exponential, 1.0),
        "linear-scale": identity,
    }
)
