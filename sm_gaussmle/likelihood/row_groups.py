"""Functions of rows, computed group by group or block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.standard_limits import Array

Rows = Callable[..., Sequence[Array] | Array]

# So many that the scratch of a quadrature stays in the processor's cache.
ROWS_AT_ONCE = 4096


def in_groups(
    count: int, *groups: tuple[NDArray[np.bool_], Rows, tuple[Array, ...]]
) -> Sequence[Array] | Array:
    """Compute each group of rows by its own function.

    Parameters
    ----------
    count : int
        How many numbers a row has.
    *groups : tuple of (members, function, arguments)
        Members of the group, as booleans; what maps arguments to `count` arrays; arguments of
        all rows. Each row is in one group.

    Returns
    -------
    ndarray, shape (count, n), or sequence of ndarrays, each of shape (n,)
        The numbers of all rows, in order; from the function itself where all are of one
        group.
    """
    for members, function, arguments in groups:
        if members.all():  # as often, and nothing has to be picked
            return function(*arguments)
    out = np.empty((count, len(groups[0][0])))
    for members, function, arguments in groups:
        # By their numbers: a third of the time of masks.
        rows = np.flatnonzero(members)
        if len(rows):
            part = function(*[argument[rows] for argument in arguments])
            for whole, values in zip(out, part, strict=True):
                whole[rows] = values
    return out


def in_blocks(count: int, function: Rows, *arguments: Array) -> Sequence[Array] | Array:
    """Compute rows a few thousand at a time.

    Parameters
    ----------
    count : int
        How many numbers a row has.
    function : callable
        Maps the arguments of some rows to `count` arrays.
    *arguments : ndarray, shape (n,)
        Arguments of all rows.

    Returns
    -------
    ndarray, shape (count, n), or sequence of ndarrays, each of shape (n,)
        The numbers of all rows, in order.
    """
    n = len(arguments[0])
    if n <= 2 * ROWS_AT_ONCE:
        return function(*arguments)
    out = np.empty((count, n))
    for start in range(0, n, ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        out[:, rows] = function(*[argument[rows] for argument in arguments])
    return out
