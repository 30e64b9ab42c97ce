"""Which columns of a model are constant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.constant import find_constant, spans_constant

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Constants:
    """Which columns are constant.

    Attributes
    ----------
    mean, scale : int or None
        Positions of the constant columns of the two equations.
    spans_mean, spans_scale : bool
        Whether a combination of columns is constant.
    constant_variance : bool
        Whether the log variance has a constant alone.
    """

    mean: int | None
    scale: int | None
    spans_mean: bool
    spans_scale: bool
    constant_variance: bool


def constants_of(exog: Array, exog_scale: Array | None) -> Constants:
    """Find the constants among columns.

    Parameters
    ----------
    exog : ndarray, shape (n, k_mean)
        Columns of the mean.
    exog_scale : ndarray, shape (n, k_scale), or None
        Columns of the log variance; None where it is constant.

    Returns
    -------
    Constants
        Of all rows.
    """
    mean = find_constant(exog)
    spans_mean = mean is not None or spans_constant(exog)
    # A column of ones is the constant variance itself, which has a closed form.
    if exog_scale is None or (exog_scale.shape[1] == 1 and (exog_scale == 1.0).all()):
        return Constants(mean, 0, spans_mean, spans_scale=True, constant_variance=True)
    scale = find_constant(exog_scale)
    spans_scale = scale is not None or spans_constant(exog_scale)
    return Constants(mean, scale, spans_mean, spans_scale, constant_variance=False)
