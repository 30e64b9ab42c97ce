"""Arguments that refer to a table: columns by name, subsets, one response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import column

Array = NDArray[np.float64]


def per_row(values: Any, name: str, data: pd.DataFrame) -> Array | None:
    """One number per row of a table.

    Parameters
    ----------
    values : str, array_like or None
        Name of a column, or the numbers themselves.
    name : str
        Name of the argument, for errors.
    data : DataFrame
        The table.

    Returns
    -------
    ndarray, shape (n,), or None
        None for None.

    Raises
    ------
    ValueError
        If there is no such column, or index or length differ.
    """
    if values is None:
        return None
    if isinstance(values, str):
        if values not in data.columns:
            raise ValueError(
                f"`{name}` is {values!r}, which is no column of the data; the columns are "
                f"{', '.join(map(str, data.columns))}."
            )
        return column(data[values], name)
    if isinstance(values, pd.Series | pd.DataFrame) and not values.index.equals(data.index):
        raise ValueError(
            f"the index of `{name}` differs from that of `data`; align it with "
            f"{name}.reindex(data.index), or pass {name}.to_numpy()."
        )
    array = column(values.to_pandas() if hasattr(values, "to_pandas") else values, name)
    if len(array) != len(data):
        raise ValueError(f"`{name}` has {len(array)} rows; `data` has {len(data)}.")
    return array


def subset_places(data: pd.DataFrame, subset: Any) -> NDArray[np.intp]:
    """Positions of the rows of a subset.

    Parameters
    ----------
    data : DataFrame
        The table.
    subset : array_like
        Boolean mask, or labels of the index.

    Returns
    -------
    ndarray of int
        Positions in the table.

    Raises
    ------
    ValueError
        If the subset is neither.
    """
    if not isinstance(subset, pd.Series | pd.Index | slice):
        subset = np.asarray(subset)  # a polars mask is an array of booleans
    try:
        if not isinstance(subset, slice) and np.ndim(subset) != 1:
            raise TypeError(f"it is {subset!r}")  # noqa: TRY301 - one message for all
        places = pd.Series(np.arange(len(data)), index=data.index).loc[subset].to_numpy()
    except (KeyError, IndexError, TypeError, pd.errors.IndexingError) as error:
        raise ValueError(
            "`subset` must be a boolean mask with one value per row of `data`, or labels of "
            f"its index: {error}"
        ) from error
    if not len(places):
        raise ValueError("`subset` selects no row of `data`.")
    return np.asarray(places, dtype=np.intp)


def check_designs(
    endog: Sequence[Any],
    exog: Sequence[Any],
    exog_scale: Sequence[Any] | None,
    formula: str,
) -> None:
    """Refuse a response of several columns or none, and a mean of none.

    Parameters
    ----------
    endog, exog : sequence
        Names of the columns that the formula of the mean made.
    exog_scale : sequence or None
        Those of the log variance.
    formula : str
        The formula of the mean, for errors.

    Raises
    ------
    ValueError
        If the response has several columns or none, or an equation none.
    """
    if exog_scale is not None and not len(exog_scale):
        raise ValueError(
            "the scale equation has no columns; write '~ 1' for constant variance."
        )
    if len(endog) > 2 or (len(endog) == 2 and "[" in str(endog[1])):
        named = ", ".join(map(str, endog[:3])) + (", ..." if len(endog) > 3 else "")
        raise ValueError(
            f"the response of {formula!r} has {len(endog)} columns ({named}); "
            "it must be one number per row, or 'lower + upper' for an interval. A category or a boolean becomes one column per "
            "level: convert it to 0 and 1."
        )
    if not len(endog):
        raise ValueError(
            f"the response of {formula!r} has no columns; write the name of one before the '~'."
        )
    if not len(exog):
        raise ValueError(
            f"the mean of {formula!r} has no columns; it needs at least one, such as the "
            "constant of 'y ~ 1'."
        )


def without(exog: pd.DataFrame, drop_cols: Sequence[str] | None) -> pd.DataFrame:
    """Leave columns out.

    Parameters
    ----------
    exog : DataFrame
        Columns of the mean.
    drop_cols : sequence of str or None
        Names of the columns to leave out.

    Returns
    -------
    DataFrame
        The other columns.

    Raises
    ------
    ValueError
        If a name is not one of the columns.
    """
    if drop_cols is None:
        return exog
    names = [drop_cols] if isinstance(drop_cols, str) else list(drop_cols)
    unknown = [name for name in names if name not in exog.columns]
    if unknown:
        raise ValueError(
            f"`drop_cols` names {', '.join(map(repr, unknown))}; the columns of the mean are "
            f"{', '.join(map(str, exog.columns))}."
        )
    return exog.drop(columns=names)
