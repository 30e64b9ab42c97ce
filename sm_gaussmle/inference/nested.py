"""What columns have beyond those of a model: nothing, where it is nested in another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.constant import find_constant
from sm_gaussmle.likelihood.terms import Array

_EPS = float(np.finfo(float).eps)
# Share of a column's length beyond which it is not a combination of others. Columns that
# are, come out below 1e-12 in orthonormal coordinates.
_OUTSIDE = 1e-9


class Beyond(NamedTuple):
    """What columns have beyond a space, in a basis that costs no digits.

    Attributes
    ----------
    basis : ndarray, shape (n, k)
        Orthonormal columns of the space.
    directions : ndarray, shape (n, q)
        What the columns have beyond it, at length 1; zero where that is nothing.
    share : ndarray, shape (q,)
        Its share of the length of each column.
    tolerance : ndarray, shape (q,)
        Share that may be rounding.
    """

    basis: Array
    directions: Array
    share: Array
    tolerance: Array


def beyond(columns: Array, space: Array) -> Beyond:
    """Take out of columns what others explain.

    Parameters
    ----------
    columns : ndarray, shape (n, q)
        The columns.
    space : ndarray, shape (n, k)
        The others, linearly independent.

    Returns
    -------
    Beyond
        With a constant among the others, shares are of the spread about the mean: years
        differ from each other although all are near 2000.
    """
    space, columns = _scaled(space), _scaled(columns)
    given_space, given = _lengths(space), _lengths(columns)
    constant = find_constant(space)
    if constant is not None:
        origin = space.mean(axis=0)
        origin[constant] = 0.0
        space, columns = space - origin, columns - columns.mean(axis=0)
    length = _lengths(columns)
    # What is left of a value is its rounding, in units of its size and not of its spread.
    rounding = 16.0 * _EPS * (space.shape[1] + 2)
    length[length <= rounding * given] = 0.0
    space_length = _lengths(space)
    basis = np.linalg.qr(space / space_length)[0]
    unit = _over(columns, length)
    left = unit - basis @ (basis.T @ unit)
    left -= basis @ (basis.T @ left)  # what rounding has left
    share = _lengths(left)
    ratio = np.maximum((given_space / space_length).max(initial=1.0), _over(given, length))
    return Beyond(basis, _over(left, share), share, np.maximum(_OUTSIDE, rounding * ratio))


def smallest_share(given: Array, spread: Array, own: int) -> Array:
    """Share of the length of a column beside others that may be rounding.

    Parameters
    ----------
    given : ndarray, shape (k + q,)
        Lengths of the columns, the k others first.
    spread : ndarray, shape (k + q,)
        Lengths about the mean, where there is a constant.
    own : int
        How many are the others.

    Returns
    -------
    ndarray, shape (q,)
        As `Beyond.tolerance`.
    """
    ratio = _over(given, spread)
    rounding = 16.0 * _EPS * (own + 2)
    largest = np.maximum(ratio[:own].max(initial=1.0), ratio[own:])
    return np.asarray(np.maximum(_OUTSIDE, rounding * largest))


def outside(columns: Array, space: Array) -> NDArray[np.bool_]:
    """Whether each column is something that others do not span.

    Parameters
    ----------
    columns : ndarray, shape (n, q)
        The columns.
    space : ndarray, shape (n, k)
        The others, linearly independent.

    Returns
    -------
    ndarray of bool, shape (q,)
        True where a column is not a linear combination of the others.
    """
    found = beyond(columns, space)
    return np.asarray(found.share > found.tolerance)


def _scaled(columns: Array) -> Array:
    """Columns of values up to 1, whose squares are in the range of doubles."""
    # Powers of two leave all digits: those in which large values differ are few.
    return np.asarray(np.ldexp(columns, -np.frexp(np.abs(columns).max(axis=0))[1]))


def _lengths(columns: Array) -> Array:
    return np.asarray(np.sqrt((columns * columns).sum(axis=0)))


def _over(values: Array, divisor: Array) -> Array:
    """Quotients, and 0 where the divisor is."""
    return values / np.where(divisor == 0.0, np.inf, divisor)
