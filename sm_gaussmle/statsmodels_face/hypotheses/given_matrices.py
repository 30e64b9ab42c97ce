"""Covariances among the arguments, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import matrix

Array = NDArray[np.float64]

# Products of matrices are symmetric up to their rounding.
_ASYMMETRY = 1e-8


def given_covariance(values: Any, name: str, of: str, size: int) -> Array | None:
    """A covariance to use in place of another, or its inverse.

    Parameters
    ----------
    values : array_like of shape (k, k), or None
        The matrix.
    name : str
        Name of the argument, for errors.
    of : str
        What its rows and columns are for, for errors.
    size : int
        How many there are.

    Returns
    -------
    ndarray of shape (k, k), or None
        Floating-point numbers.

    Raises
    ------
    ValueError
        If it has another shape, is not symmetric, or has a diagonal with negative numbers
        or any that are not finite.
    TypeError
        If it has no numbers.
    """
    if values is None:
        return None
    array = matrix(values, name)
    if array.shape != (size, size):
        raise ValueError(
            f"`{name}` has shape {array.shape}; it must have shape {(size, size)}, a row and a "
            f"column for each of the {of}."
        )
    if not np.isfinite(array).all() or (np.diagonal(array) < 0.0).any():
        raise ValueError(
            f"`{name}` must have finite numbers, none of them negative on the diagonal: "
            f"{array.tolist()}."
        )
    if np.abs(array - array.T).max() > _ASYMMETRY * np.abs(array).max():
        raise ValueError(f"`{name}` is not symmetric: {array.tolist()}.")
    return array
