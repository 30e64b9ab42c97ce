"""Finding the constant of a design without a rank decomposition of the data."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array

_SAMPLE_ROWS = 1_024
# A combination of columns counts as constant if it is 1 to this accuracy in every row:
# far above rounding, far below what a continuous column could do by chance.
_CONSTANT = 1e-9


def find_constant(exog: Array) -> int | None:
    """Position of the first column that has one nonzero value in all rows.

    Parameters
    ----------
    exog : ndarray, shape (n, k)
        Columns.

    Returns
    -------
    int or None
        None if there is no such column.
    """
    first = exog[0]
    if exog.shape[1] and first[0] != 0 and (exog[:, 0] == first[0]).all():
        return 0  # where it mostly is
    sample = exog[:: max(1, len(exog) // _SAMPLE_ROWS)]
    candidates = np.flatnonzero((sample == first).all(axis=0) & (first != 0))
    for column in candidates:
        if (exog[:, column] == first[column]).all():
            return int(column)
    return None


def spans_constant(exog: Array) -> bool:
    """Whether some combination of the columns is constant, as with a full set of dummies.

    Parameters
    ----------
    exog : ndarray, shape (n, k)
        Columns, none of which is constant.

    Returns
    -------
    bool
        True if a constant is in the column space.
    """
    n, k = exog.shape
    # Rows in which the columns cannot make a constant settle it; only if the sample
    # allows one are all rows looked at.
    sample = exog[:: max(1, n // max(_SAMPLE_ROWS, 4 * k))]
    if not np.isfinite(sample).all():
        return False
    scale = np.abs(sample).max(axis=0)
    scale[scale == 0] = 1.0
    coef = np.linalg.lstsq(sample / scale, np.ones(len(sample)), rcond=None)[0] / scale
    if np.abs(sample @ coef - 1.0).max() > _CONSTANT:
        return False
    with np.errstate(invalid="ignore"):  # infinity times zero makes NaN, which is no constant
        return bool(np.abs(exog @ coef - 1.0).max() <= _CONSTANT)


def is_constant_variance(rows: RowBlock) -> bool:
    """Whether the log variance is one unknown number, up to known parts.

    Parameters
    ----------
    rows : RowBlock
        Rows of a model.

    Returns
    -------
    bool
        True where the scale equation has a constant column alone.
    """
    return rows.exog_scale.shape[1] == 1 and find_constant(rows.exog_scale) == 0
