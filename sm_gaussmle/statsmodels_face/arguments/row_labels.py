"""What belongs to the rows besides the data of the model: groups and times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import LABELLED, as_array, labelled, where
from sm_gaussmle.statsmodels_face.formulas.unchanged_data import data_of
from sm_gaussmle.statsmodels_face.removed_data import present

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Codes = NDArray[np.intp]


def group_codes(model: GaussianMLE, groups: Any, *, ways: int) -> tuple[Codes, ...]:
    """Numbers of the groups that the rows of a model belong to.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    groups : str, array_like of shape (n,) or (n, 2), or sequence of two such
        Labels of any kind, one per row that the model was given or one per row that it
        kept; or names of columns.
    ways : {1, 2}
        Largest number of groupings.

    Returns
    -------
    tuple of ndarrays of int, shape (n,)
        For each grouping the numbers of the groups, from 0.

    Raises
    ------
    TypeError
        If `groups` is missing, or has values that are no labels.
    ValueError
        If there is no such column, the length or index is wrong, a label is missing, or
        the data with the column have changed.
    """
    if groups is None:
        raise TypeError(
            "`cov_kwds` needs groups: a column name or one label per row, such as "
            "cov_kwds={'groups': 'subject'}."
        )
    parts = _groupings(groups)
    if not 1 <= len(parts) <= ways:
        raise ValueError(
            f"`groups` has {len(parts)} columns; there may be "
            f"{'one or two' if ways == 2 else 'one'}."
        )
    return tuple(_codes(model, part) for part in parts)


def time_values(model: GaussianMLE, time: Any) -> NDArray[Any]:
    """Times of the rows of a model.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    time : str or array_like, shape (n,)
        Anything that can be ordered, or the name of a column.

    Returns
    -------
    ndarray, shape (n,)
        Ranks of the times.

    Raises
    ------
    ValueError
        If there is no such column, the length or index is wrong, or a time is missing.
    """
    return _codes(model, time, "time")


def _groupings(groups: Any) -> list[Any]:
    groups = labelled(groups)
    if isinstance(groups, pd.DataFrame):
        return [groups.iloc[:, place] for place in range(groups.shape[1])]
    if isinstance(groups, np.ndarray) and groups.ndim == 2:
        return list(groups.T)
    if isinstance(groups, list | tuple) and groups:
        # A list of labels is one grouping; of columns or their names, several.
        if all(np.ndim(part) == 1 for part in groups):
            return list(groups)
        if len(groups) == 2 and all(isinstance(part, str) for part in groups):
            return list(groups)
    return [groups]


def _codes(model: GaussianMLE, values: Any, name: str = "groups") -> Codes:
    present(model.endog, f"`{name}` have no rows to belong to", "do it before remove_data()")
    rows = _of_rows(model, values, name)
    if isinstance(rows.dtype, np.dtype) and not rows.dtype.isnative:  # pandas takes no others
        rows = np.asarray(rows).astype(rows.dtype.newbyteorder("="))
    try:
        codes, _ = pd.factorize(rows, sort=name == "time")
    except TypeError as error:
        rule = "that can be ordered" if name == "time" else "such as numbers or text"
        raise TypeError(f"`{name}` must have labels {rule}: {error}.") from error
    missing = codes < 0
    if missing.any():
        raise ValueError(
            f"`{name}` is missing in {int(missing.sum())} of {len(rows)} rows"
            f"{where(missing, model.data.row_labels)}; every row needs one. Drop these rows, "
            "or give them a label of their own."
        )
    return np.asarray(codes, dtype=np.intp)


def _of_rows(model: GaussianMLE, values: Any, name: str) -> Any:
    if isinstance(values, str):
        frame = data_of(model)
        if frame is None or values not in frame.columns:
            known = "" if frame is None else f"; the columns are {', '.join(map(str, frame))}"
            hint = " (names of columns work with a formula only)" if frame is None else ""
            raise ValueError(
                f"`{name}` is {values!r}, which is no column of the data{known}{hint}."
            )
        return frame[values].to_numpy()
    values = labelled(values)
    array = values if isinstance(values, pd.Series | pd.Index) else as_array(values, name)
    if array.ndim != 1:
        raise ValueError(f"`{name}` has shape {array.shape}; it must have one label per row.")
    given, kept = model.n_given, model.kept_rows
    labels = model.data.row_labels
    if len(array) == given and kept is not None:
        array = array.iloc[kept] if isinstance(array, pd.Series) else array[kept]
    elif len(array) != len(model.endog):
        of = "" if kept is None else f", {given} before rows were dropped"
        raise ValueError(
            f"`{name}` has {len(array)} rows; the model has {len(model.endog)}{of}."
        )
    if isinstance(array, LABELLED) and labels is not None and not array.index.equals(labels):
        raise ValueError(
            f"the index of `{name}` differs from that of the model's rows; align it with "
            f"{name}.reindex(data.index), or pass {name}.to_numpy()."
        )
    return array
