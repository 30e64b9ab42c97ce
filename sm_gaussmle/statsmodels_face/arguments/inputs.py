"""Arguments of the model: checked once, with errors that say what to do."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.statsmodels_face.arguments.coercion import (
    LABELLED,
    column,
    labelled,
    matrix,
    same_index,
    shape_of,
    where,
)
from sm_gaussmle.statsmodels_face.arguments.limit_rules import check_limits
from sm_gaussmle.statsmodels_face.arguments.limits import (
    LIMITS,
    interval_ends,
    limit,
)
from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.arguments.signs import check_signs, refuse_next_to_nothing

Array = NDArray[np.float64]

MISSING = ("none", "drop", "raise")


class Inputs(NamedTuple):
    """Checked arguments, rows aligned and missing ones gone.

    Attributes
    ----------
    endog, exog : ndarray, Series or DataFrame
        Response and mean columns, labelled where they came labelled. A response of two
        columns has the ends of intervals.
    exog_scale : ndarray, shape (n, k_scale), or None
        Columns of the scale equation.
    scale_names : list of str or None
        Their names, where they came with names.
    offset, offset_scale, freq_weights, var_weights : ndarray, shape (n,), or None
        One value per row.
    left, right, trunc_left, trunc_right : ndarray, shape (n,), or None
        Limits of censoring and truncation of each row.
    n_given : int
        Rows before any were dropped.
    kept : ndarray of int, or None
        Positions of the rows that are left; None for all.
    n_missing : int
        Rows dropped because something in them was missing.
    n_unweighted : int
        Rows dropped because their frequency weight is zero.
    """

    endog: Any
    exog: Any
    exog_scale: Array | None
    scale_names: list[str] | None
    offset: Array | None
    offset_scale: Array | None
    freq_weights: Array | None
    var_weights: Array | None
    left: Array | None
    right: Array | None
    trunc_left: Array | None
    trunc_right: Array | None
    n_given: int
    kept: NDArray[np.intp] | None
    n_missing: int
    n_unweighted: int


def check_inputs(
    endog: Any,
    exog: Any,
    *,
    exog_scale: Any = None,
    offset: Any = None,
    offset_scale: Any = None,
    freq_weights: Any = None,
    var_weights: Any = None,
    left: Any = None,
    right: Any = None,
    trunc_left: Any = None,
    trunc_right: Any = None,
    missing: str = "none",
) -> Inputs:
    """Check the arguments of the model and drop missing rows jointly.

    Parameters
    ----------
    endog : array_like, shape (n,), (n, 1) or (n, 2)
        Response, or the ends of the intervals it lies in.
    exog : array_like, shape (n, k_mean) or (n,)
        Columns of the mean equation.
    exog_scale : array_like, shape (n, k_scale) or (n,), optional
        Columns of the scale equation.
    offset, offset_scale : array_like, shape (n,), optional
        Known parts of the mean and of the log variance.
    freq_weights : array_like, shape (n,), optional
        How often each row was seen.
    var_weights : array_like, shape (n,), optional
        Inverse known variances.
    left, right, trunc_left, trunc_right : float or array_like, shape (n,), optional
        Limits of censoring and truncation.
    missing : {"none", "drop", "raise"}, default "none"
        What to do about rows with NaN.

    Returns
    -------
    Inputs
        Checked arguments.

    Raises
    ------
    ValueError
        If a length, shape, sign, index or option is wrong.
    TypeError
        If values are not numbers.
    MissingDataError
        If rows are missing and `missing` is ``"raise"``, or a weight or offset is not
        finite.
    """
    choice(missing, "missing", MISSING)
    index = next((v.index for v in (endog, exog) if isinstance(v, LABELLED)), None)
    endog, exog = labelled(endog, index), labelled(exog, index)
    index, owner = _index_of(endog, exog)
    response = _response(endog, index)
    design = matrix(exog, "exog")
    _same_length(design, "exog", len(response))
    _unique_names(exog, "exog")

    scale_design, scale_names = None, None
    if exog_scale is not None:
        exog_scale = labelled(exog_scale, index)
        same_index(exog_scale, "exog_scale", index, owner)
        scale_design = matrix(exog_scale, "exog_scale")
        _same_length(scale_design, "exog_scale", len(response))
        _unique_names(exog_scale, "exog_scale")
        scale_names = _names(exog_scale)
    per_row: dict[str, Array | None] = {}
    for name, values in (
        ("offset", offset),
        ("offset_scale", offset_scale),
        ("freq_weights", freq_weights),
        ("var_weights", var_weights),
    ):
        if values is None:
            per_row[name] = None
            continue
        row_values = labelled(values, index)
        same_index(row_values, name, index, owner)
        per_row[name] = column(row_values, name)
        _same_length(per_row[name], name, len(response))
    given = dict(zip(LIMITS, (left, right, trunc_left, trunc_right), strict=True))
    limits = {
        name: limit(values, name, len(response), index, owner or "endog")
        for name, values in given.items()
    }

    parts = [response, design, scale_design, *per_row.values()]
    gone = _missing_rows(parts, len(response)) if missing != "none" else None
    n_missing = 0 if gone is None else int(gone.sum())
    if gone is not None and n_missing and missing == "raise":
        raise MissingDataError(
            f"a value is missing in {n_missing} of {len(response)} rows{where(gone, index)}; "
            "`missing` is 'raise'. Use missing='drop' to fit the rest."
        )
    check_signs(per_row, gone, index)
    refuse_next_to_nothing(per_row["freq_weights"])
    frequency = per_row["freq_weights"]
    unseen = np.zeros(len(response), dtype=bool) if frequency is None else frequency == 0
    unseen = unseen if gone is None else unseen & ~gone
    drop = unseen if gone is None else unseen | gone
    if not drop.any():
        check_limits(response, limits, index)
        # Labels matter, copies do not: arrays that are float already pass through.
        return Inputs(
            response if not isinstance(endog, LABELLED) else _series(endog, response),
            design if not isinstance(exog, LABELLED) else _frame(exog, design),
            scale_design,
            scale_names,
            **per_row,
            **limits,
            n_given=len(response),
            kept=None,
            n_missing=0,
            n_unweighted=0,
        )
    kept = np.flatnonzero(~drop)
    if not len(kept):
        raise ValueError(
            f"none of the {len(response)} rows is left: {n_missing} have a missing value and "
            f"{int(unseen.sum())} have `freq_weights` 0."
        )
    limits = {name: None if v is None else v[kept] for name, v in limits.items()}
    check_limits(response[kept], limits, None if index is None else index[kept])
    new_endog = response[kept]
    new_exog = design[kept]
    return Inputs(
        new_endog if not isinstance(endog, LABELLED) else _series(endog.iloc[kept], new_endog),
        new_exog if not isinstance(exog, LABELLED) else _frame(exog.iloc[kept], new_exog),
        None if scale_design is None else scale_design[kept],
        scale_names,
        **{name: None if v is None else v[kept] for name, v in per_row.items()},
        **limits,
        n_given=len(response),
        kept=kept,
        n_missing=n_missing,
        n_unweighted=int(unseen.sum()),
    )


def _response(endog: Any, index: pd.Index | None) -> Array:
    """One number per row, or the two ends of an interval."""
    shape = shape_of(endog, "endog")
    if len(shape) == 2 and shape[1] > 2:
        raise ValueError(
            f"`endog` has shape {shape}; it must have one value per row, shape (n,), or two, "
            "the lower and upper ends of intervals, shape (n, 2)."
        )
    if len(shape) != 2 or shape[1] != 2:
        return column(endog, "endog")
    ends = matrix(endog, "endog")
    interval_ends(ends, index)
    return ends


def _series(labels: Any, values: Array) -> pd.Series | pd.DataFrame:
    if values.ndim == 2:
        return _frame(labels, values)
    name = labels.name if isinstance(labels, pd.Series) else labels.columns[0]
    return pd.Series(values, index=labels.index, name=name, copy=False)


def _frame(labels: Any, values: Array) -> pd.DataFrame:
    if isinstance(labels, pd.Series):
        columns = [labels.name if labels.name is not None else "x1"]
    else:
        columns = labels.columns
    return pd.DataFrame(values, index=labels.index, columns=columns, copy=False)


def _names(values: Any) -> list[str] | None:
    if isinstance(values, pd.DataFrame):
        return [str(name) for name in values.columns]
    if isinstance(values, pd.Series) and values.name is not None:
        return [str(values.name)]
    return None


def _unique_names(values: Any, name: str) -> None:
    names = _names(values) or []
    double = sorted({n for n in names if names.count(n) > 1})
    if double:
        raise ValueError(
            f"`{name}` has more than one column named {', '.join(map(repr, double))}; "
            "rename the columns."
        )


def _index_of(endog: Any, exog: Any) -> tuple[pd.Index | None, str]:
    index = None
    if isinstance(endog, LABELLED):
        index = endog.index
        same_index(exog, "exog", index, "endog")
        return index, "endog"
    if isinstance(exog, LABELLED):
        return exog.index, "exog"
    return None, ""


def _same_length(values: Any, name: str, length: int) -> None:
    if len(values) != length:
        raise ValueError(f"`{name}` has {len(values)} rows; `endog` has {length}.")


def _missing_rows(parts: list[Array | None], length: int) -> NDArray[np.bool_]:
    gone = np.zeros(length, dtype=bool)
    for part in parts:
        if part is not None:
            nan = np.isnan(part)
            gone |= nan if nan.ndim == 1 else nan.any(axis=1)
    return gone
