"""What columns are measured from, and what a sample of the rows says of them."""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from sm_gaussmle.estimation.errors import NonFiniteError
from sm_gaussmle.estimation.rank import inverse_and_condition
from sm_gaussmle.likelihood.cross_products import CrossProducts, Origin, root_weights
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Source

# Digits that cross products must be good for. Double precision has 15.7; of 160 random
# designs none that was estimated at 8.5 came out below 8.6.
GATE_DIGITS, DIGITS = 10.0, 15.7
SAMPLE_ROWS = 1_024
# Columns are shifted when some mean is beyond this many standard deviations.
_SHIFT_RATIO = 8.0
_SINGULAR = 1e-13


def means(rows: RowBlock, constant: int) -> Origin:
    """Means of the columns and responses, to be measured from.

    Parameters
    ----------
    rows : RowBlock
        The rows, or a sample of them.
    constant : int
        Position of the constant column, which stays as it is.

    Returns
    -------
    Origin
        Weighted means; any constants near them would do.

    Raises
    ------
    NonFiniteError
        If a mean is not finite.
    """
    # Of the response less its offset, which may be much smaller than either; and with
    # the weights, for a row that counts for nothing may be anywhere.
    root = root_weights(rows)
    response = _less_offset(rows)
    if root is None:
        n = len(response)
        exog, endog = rows.exog.sum(axis=0) / n, response.sum(axis=0) / n
    else:
        with np.errstate(all="ignore"):  # looked at below
            weights = root * root / float(root @ root)
            exog, endog = weights @ rows.exog, weights @ response
    exog[constant] = 0.0
    if not np.isfinite(exog).all() or not np.isfinite(endog).all():
        raise NonFiniteError
    return Origin(exog, np.asarray(endog))


def _less_offset(rows: RowBlock) -> Array:
    if rows.offset is None:
        return rows.endog
    return rows.endog - (rows.offset if rows.endog.ndim == 1 else rows.offset[:, None])


def sampled_origin(rows: RowBlock, constant: int) -> Origin | None:
    """Means of a sample, where some column or response is far from zero.

    Parameters
    ----------
    rows : RowBlock
        The sample.
    constant : int
        Position of the constant column.

    Returns
    -------
    Origin or None
        None where nothing is gained by measuring from the means.
    """
    origin = means(rows, constant)
    with np.errstate(over="ignore"):  # what is infinite is far from nothing
        spread, of_endog = rows.exog.std(axis=0), _less_offset(rows).std(axis=0)
    spread[constant] = np.inf
    far_columns = np.abs(origin.exog) > _SHIFT_RATIO * spread
    far_endog = np.abs(origin.endog) > _SHIFT_RATIO * of_endog
    return origin if far_columns.any() or np.any(far_endog) else None


def nearly_collinear(rows: RowBlock, origin: Origin | None) -> bool:
    """Whether a sample says that cross products will not do, which saves their pass.

    Parameters
    ----------
    rows : RowBlock
        The sample.
    origin : Origin or None
        Subtracted from the columns.

    Returns
    -------
    bool
        False where the sample says nothing.
    """
    exog = rows.exog
    if len(exog) < 2 * exog.shape[1]:
        return False
    if origin is not None:
        exog = exog - origin.exog
    factor = np.triu(lapack.dgeqrf(exog)[0][: exog.shape[1]])
    norms = np.sqrt((factor * factor).sum(axis=0))
    if not norms.all():
        return False
    _, rcond = inverse_and_condition(factor / norms)
    # A sample may lack a category, and then says nothing. A digit of margin, for it is a
    # sample.
    return bool(_SINGULAR < rcond < 10.0 ** (0.5 * (GATE_DIGITS - DIGITS) - 1.0))


def shifted_means(
    origin: Origin | None, sums: CrossProducts, source: Source, constant: int
) -> Origin:
    """Means of all rows from their cross products.

    Parameters
    ----------
    origin : Origin or None
        What the cross products are measured from.
    sums : CrossProducts
        Of all rows.
    source : Memory
        The rows.
    constant : int
        Position of the constant column.

    Returns
    -------
    Origin
        Weighted means.
    """
    # The row of the constant in the Gram matrix holds the column sums: exact weighted means.
    value = source.prototype.exog[0, constant]
    exog = sums.gram[constant] / sums.gram[constant, constant] * value
    endog = np.asarray(sums.moment[constant] / sums.gram[constant, constant] * value)
    if origin is not None:
        exog, endog = exog + origin.exog, endog + origin.endog
    exog[constant] = 0.0
    return Origin(exog, endog)
