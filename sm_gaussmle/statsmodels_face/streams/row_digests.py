"""What rows are known by: digests of their responses and weights, and sums of their columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sm_gaussmle.inference.data_fingerprint import hash_weights, row_hashes
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.column_sums import ColumnSums


class RowDigests(NamedTuple):
    """What adds up over parts of the rows, in any order.

    Attributes
    ----------
    digests : tuple of int
        Of what the likelihood sees of the responses, and of how often each row was seen.
    columns : dict of str to ColumnSums
        Of the columns of both equations, and of what is known of mean and log variance.
    """

    digests: tuple[int, int]
    columns: dict[str, ColumnSums]


def row_digests(rows: RowBlock, own: tuple[int, int]) -> RowDigests:
    """Digests of rows.

    Parameters
    ----------
    rows : RowBlock
        The rows.
    own : tuple of two int
        Numbers of columns of a model in both equations, before further ones.

    Returns
    -------
    RowDigests
        Further columns are apart; a constant log variance has no columns.
    """
    bounds, frequency = rows.bounds, rows.freq_weights
    seen = [rows.endog]
    if bounds is not None:
        sample = (np.broadcast_to(v, len(rows.endog)) for v in bounds.sample_limits)
        seen = [bounds.lower, bounds.upper, *sample]
    hashes = row_hashes(*seen)
    counts = 0 if frequency is None else int(row_hashes(*seen, frequency).sum())
    tables = {
        "exog": rows.exog[:, : own[0]],
        "further exog": rows.exog[:, own[0] :],
        "exog_scale": rows.exog_scale[:, : own[1]],
        "further exog_scale": rows.exog_scale[:, max(own[1], 1) :],
        "offset": None if rows.offset is None else rows.offset[:, None],
        "offset_scale": None
        if rows.log_variance_offset is None
        else rows.log_variance_offset[:, None],
    }
    weights = hash_weights(hashes)
    columns = {
        name: ColumnSums.of_columns(table, weights)
        for name, table in tables.items()
        if table is not None and table.shape[1]
    }
    return RowDigests((int(hashes.sum()), counts), columns)
