"""Whether one model is a special case of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.terms import Array

# Share of a column's length beyond which it is not a combination of others. Columns that
# are, come out below 1e-12 in orthonormal coordinates.
_OUTSIDE = 1e-8


def outside(columns: Array, space: Array) -> NDArray[np.bool_]:
    """Share of each column that others do not span.

    Parameters
    ----------
    columns : ndarray, shape (n, q)
        The columns.
    space : ndarray, shape (n, k)
        The others.

    Returns
    -------
    ndarray of bool, shape (q,)
        True where a column is not a linear combination of the others.
    """
    basis = np.linalg.qr(space / _lengths(space))[0]
    unit = columns / _lengths(columns)
    left = unit - basis @ (basis.T @ unit)
    return np.asarray(_lengths(left, zero=0.0) > _OUTSIDE)


def _lengths(columns: Array, zero: float = 1.0) -> Array:
    lengths = np.sqrt((columns * columns).sum(axis=0))
    return np.where(lengths == 0.0, zero, lengths)
