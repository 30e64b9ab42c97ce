"""What linear predictors become: themselves, exponentials, their logarithms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """What a linear predictor becomes, with its derivatives.

    Attributes
    ----------
    value, slope, curvature : callable
        The function and its first two derivatives, of an array.
    """

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    curvature: Callable[[Array], Array]

    def logarithm(self) -> Curve:
        """Curve of the logarithm of the value.

        Returns
        -------
        Curve
            Its slope is the relative slope of this one.
        """

        def relative(eta: Array) -> Array:
            return self.slope(eta) / self.value(eta)

        return Curve(
            lambda eta: np.log(self.value(eta)),
            relative,
            lambda eta: self.curvature(eta) / self.value(eta) - relative(eta) ** 2,
        )


IDENTITY = Curve(lambda eta: eta, np.ones_like, np.zeros_like)


def exponential(rate: float) -> Curve:
    """Curve ``exp(rate * eta)``.

    Parameters
    ----------
    rate : float
        1 for the variance, 1/2 for the standard deviation.

    Returns
    -------
    Curve
        The exponential function.
    """
    return Curve(
        lambda eta: np.exp(rate * eta),
        lambda eta: rate * np.exp(rate * eta),
        lambda eta: rate**2 * np.exp(rate * eta),
    )
