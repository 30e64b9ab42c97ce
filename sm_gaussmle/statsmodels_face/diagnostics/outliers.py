"""The table of outlier tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests, multitest_alias

from sm_gaussmle.statsmodels_face.arguments.scalars import (
    choice,
    finite_number,
    flag,
    probability,
)
from sm_gaussmle.statsmodels_face.arguments.texts import label_list

Array = NDArray[np.float64]


def outlier_table(
    resid: Array,
    pvalues: Array,
    copies: Array | None,
    *,
    method: str,
    alpha: float,
    labels: Any,
    order: bool,
    cutoff: float | None,
) -> Any:
    """P-values of rows, corrected for how many there are.

    Parameters
    ----------
    resid : ndarray, shape (n,)
        Externally studentised residuals.
    pvalues : ndarray, shape (n,)
        Their p-values; NaN is not counted.
    copies : ndarray, shape (n,), or None
        How often each row was seen.
    method : str
        Correction, of `statsmodels.stats.multitest.multipletests`.
    alpha : float
        Error rate of two-stage corrections.
    labels : array_like, shape (n,), or None
        Labels of the rows.
    order : bool
        Whether to put the largest residuals first.
    cutoff : float or None
        Only corrected p-values below it are kept.

    Returns
    -------
    DataFrame or ndarray, shape (m, 3)
        Residual, p-value and corrected p-value.

    Raises
    ------
    ValueError
        If `method` is unknown, `alpha` is not between 0 and 1, `cutoff` is no number,
        `labels` have the wrong length or `copies` are not whole numbers.
    TypeError
        If `labels` are no list, or `order` is not a bool.
    """
    n = len(resid)
    choice(method, "method", multitest_alias)
    alpha = probability(alpha, "alpha")
    if cutoff is not None:
        finite_number(cutoff, "cutoff")
    names = label_list(labels, "labels", n)
    if copies is not None and (copies % 1.0 != 0.0).any():
        raise ValueError(
            "`freq_weights` are not all whole numbers, so that it is not known how many "
            "outliers are looked for; use `resid_studentized_external` itself."
        )
    tested = np.flatnonzero(~np.isnan(pvalues))
    counts = np.ones(n, dtype=int) if copies is None else copies.astype(int)
    corrected = np.full(n, np.nan)
    first = np.cumsum(counts[tested]) - counts[tested]
    every = np.repeat(pvalues[tested], counts[tested])
    corrected[tested] = multipletests(every, alpha=alpha, method=method)[1][first]
    rows = np.argsort(-np.abs(resid), kind="stable") if flag(order, "order") else np.arange(n)
    table = np.column_stack([resid, pvalues, corrected])[rows]
    if cutoff is not None:
        below = table[:, 2] < cutoff
        rows, table = rows[below], table[below]
    if names is None:
        return table
    columns = ["student_resid", "unadj_p", f"{method}(p)"]
    return pd.DataFrame(table, columns=columns, index=pd.Index(labels)[rows])
