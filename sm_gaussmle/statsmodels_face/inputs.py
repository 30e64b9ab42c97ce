"""Arguments of the model: checked once, with errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from statsmodels.tools.sm_exceptions import MissingDataError

Array = NDArray[np.float64]

_MOST_NAMED = 8
MISSING = ("none", "drop", "raise")
_LABELLED = (pd.Series, pd.DataFrame)


@dataclass(frozen=True)
class Inputs:
    """Checked arguments, rows aligned and missing ones gone.

    Attributes
    ----------
    endog, exog : ndarray, Series or DataFrame
        Response and mean columns, labelled where they came labelled.
    exog_scale : ndarray, shape (n, k_scale), or None
        Columns of the scale equation.
    scale_names : list of str or None
        Their names, where they came with names.
    offset, offset_scale, freq_weights, var_weights : ndarray, shape (n,), or None
        One value per row.
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
    missing: str = "none",
) -> Inputs:
    """Check the arguments of the model and drop missing rows jointly.

    Parameters
    ----------
    endog : array_like, shape (n,) or (n, 1)
        Response.
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
    if missing not in MISSING:
        raise ValueError(f"`missing` is {missing!r}; it must be one of {', '.join(MISSING)}.")
    index = next((v.index for v in (endog, exog) if isinstance(v, _LABELLED)), None)
    endog, exog = labelled(endog, index), labelled(exog, index)
    index, owner = _index_of(endog, exog)
    response = column(endog, "endog")
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

    parts = [response, design, scale_design, *per_row.values()]
    gone = _missing_rows(parts, len(response)) if missing != "none" else None
    n_missing = 0 if gone is None else int(gone.sum())
    if gone is not None and n_missing and missing == "raise":
        raise MissingDataError(
            f"a value is missing in {n_missing} of {len(response)} rows{where(gone, index)}; "
            "`missing` is 'raise'. Use missing='drop' to fit the rest."
        )
    _check_signs(per_row, gone, index)
    frequency = per_row["freq_weights"]
    unseen = np.zeros(len(response), dtype=bool) if frequency is None else frequency == 0
    unseen = unseen if gone is None else unseen & ~gone
    drop = unseen if gone is None else unseen | gone
    if not drop.any():
        # Labels matter, copies do not: arrays that are float already pass through.
        return Inputs(
            response if not isinstance(endog, _LABELLED) else _series(endog, response),
            design if not isinstance(exog, _LABELLED) else _frame(exog, design),
            scale_design,
            scale_names,
            **per_row,
            n_missing=0,
            n_unweighted=0,
        )
    kept = np.flatnonzero(~drop)
    if not len(kept):
        raise ValueError(
            f"none of the {len(response)} rows is left: {n_missing} have a missing value and "
            f"{int(unseen.sum())} have `freq_weights` 0."
        )
    new_endog = response[kept]
    new_exog = design[kept]
    return Inputs(
        new_endog if not isinstance(endog, _LABELLED) else _series(endog.iloc[kept], new_endog),
        new_exog if not isinstance(exog, _LABELLED) else _frame(exog.iloc[kept], new_exog),
        None if scale_design is None else scale_design[kept],
        scale_names,
        **{name: None if v is None else v[kept] for name, v in per_row.items()},
        n_missing=n_missing,
        n_unweighted=int(unseen.sum()),
    )


def column(values: Any, name: str) -> Array:
    """One number per row.

    Parameters
    ----------
    values : array_like
        Shape (n,) or (n, 1).
    name : str
        Name of the argument, for errors.

    Returns
    -------
    ndarray, shape (n,)
        Floating-point numbers.

    Raises
    ------
    ValueError
        If there is not one value per row.
    TypeError
        If the values are not numbers.
    """
    array = _floats(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(
            f"`{name}` has shape {array.shape}; it must have one value per row, shape (n,)."
        )
    return array


def matrix(values: Any, name: str) -> Array:
    """Columns of a design.

    Parameters
    ----------
    values : array_like
        Shape (n, k) or (n,).
    name : str
        Name of the argument, for errors.

    Returns
    -------
    ndarray, shape (n, k)
        Floating-point numbers.

    Raises
    ------
    ValueError
        If the values are no table with at least one row and one column.
    TypeError
        If the values are not numbers.
    """
    array = _floats(values, name)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(
            f"`{name}` has shape {array.shape}; it must have shape (n, k) with at least one "
            "row and one column."
        )
    return array


def labelled(values: Any, index: pd.Index | None = None) -> Any:
    """Make a pandas object of a polars or pyarrow one.

    Parameters
    ----------
    values : array_like
        Any argument.
    index : Index, optional
        Labels of the rows that it stands beside, in the order it has: it has no labels of
        its own.

    Returns
    -------
    array_like
        The argument itself where it is something else.
    """
    if not hasattr(values, "to_pandas"):
        return values
    table = values.to_pandas()
    if index is not None and isinstance(table, _LABELLED) and len(table) == len(index):
        table.index = index
    return table


def _floats(values: Any, name: str) -> Array:
    if isinstance(values, np.ma.MaskedArray):
        return np.ma.filled(values.astype(float), np.nan)
    if type(values) is np.ndarray and values.dtype == np.float64:  # no matrix
        return values
    if isinstance(values, str) or values is None:
        hint = "" if name == "start_params" else " (names of columns work with a formula only)"
        raise TypeError(f"`{name}` is {values!r}; it must be an array of numbers{hint}.")
    if sparse.issparse(values):
        raise TypeError(f"`{name}` is a sparse matrix; pass {name}.toarray().")
    try:
        array = np.asarray(values)
    except ValueError as error:  # a ragged list
        raise ValueError(f"the rows of `{name}` must have the same length: {error}") from error
    try:
        if array.dtype == object and isinstance(values, pd.DataFrame | pd.Series):
            array = _pandas_floats(values)  # nullable numbers, with their NA
        if array.dtype.kind not in "buif" and not _is_number_like(array):
            raise TypeError  # noqa: TRY301 - one message for all that is no number
        return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        kinds = sorted({str(d) for d in np.atleast_1d(getattr(values, "dtypes", []))})
        kind = ", ".join(kinds) or str(getattr(values, "dtype", type(values).__name__))
        raise TypeError(
            f"`{name}` has values that are not real numbers (dtype {kind}); convert them "
            "first, e.g. with pandas.get_dummies, or use a formula."
        ) from error


def _pandas_floats(values: pd.DataFrame | pd.Series) -> Array:
    frame = values.to_frame() if isinstance(values, pd.Series) else values
    parts = []
    for place in range(frame.shape[1]):
        part = frame.iloc[:, place]
        numeric = pd.api.types.is_numeric_dtype(part.dtype)  # dates and texts are not
        if not numeric and not (part.dtype == object and _is_number_like(part.to_numpy())):
            raise TypeError
        parts.append(part.to_numpy(dtype=float, na_value=np.nan))
    array = np.column_stack(parts)
    return array[:, 0] if isinstance(values, pd.Series) else array


def _is_number_like(array: np.ndarray) -> bool:
    return array.dtype == object and all(
        isinstance(v, int | float | np.number) or v is None or v is pd.NA for v in array.ravel()
    )


def _series(labels: Any, values: Array) -> pd.Series:
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
    if isinstance(endog, _LABELLED):
        index = endog.index
        same_index(exog, "exog", index, "endog")
        return index, "endog"
    if isinstance(exog, _LABELLED):
        return exog.index, "exog"
    return None, ""


def same_index(values: Any, name: str, index: pd.Index | None, owner: str) -> None:
    """Refuse labelled values whose rows are labelled otherwise.

    Parameters
    ----------
    values : array_like
        The values; anything without labels passes.
    name : str
        Name of the argument, for errors.
    index : Index or None
        The labels to have; None for any.
    owner : str
        The argument whose labels they are.

    Raises
    ------
    ValueError
        If length or labels differ.
    """
    if index is None or not isinstance(values, _LABELLED):
        return
    if values.index is index or values.index.equals(index):
        return
    if len(values.index) != len(index):
        raise ValueError(f"`{name}` has {len(values.index)} rows; `{owner}` has {len(index)}.")
    other = values.index
    place = next(i for i in range(len(index)) if other[i] != index[i])
    raise ValueError(
        f"the index of `{name}` differs from that of `{owner}`: at row {place} it is "
        f"{other[place]!r} against {index[place]!r}. Rows are matched by position; align "
        f"them with {name}.reindex({owner}.index), or pass {name}.to_numpy()."
    )


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


def where(rows: NDArray[np.bool_], index: pd.Index | None) -> str:
    """Name the first rows of a mask, for an error.

    Parameters
    ----------
    rows : ndarray of bool, shape (n,)
        The rows.
    index : Index or None
        Their labels; positions are named where there are none.

    Returns
    -------
    str
        Such as ``" (rows 3, 7)"``.
    """
    places = np.flatnonzero(rows)
    shown = [repr(int(p) if index is None else _plain(index[p])) for p in places[:5]]
    more = ", ..." if len(places) > len(shown) else ""
    return f" ({'row' if len(places) == 1 else 'rows'} {', '.join(shown)}{more})"


def some(names: list[str]) -> str:
    """Name the first few of many, for an error.

    Parameters
    ----------
    names : list of str
        The names.

    Returns
    -------
    str
        At most eight of them, and how many more there are.
    """
    shown = ", ".join(names[:_MOST_NAMED])
    return shown + (f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else "")


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _check_signs(
    per_row: dict[str, Array | None], gone: NDArray[np.bool_] | None, index: pd.Index | None
) -> None:
    rules: dict[str, tuple[str, Callable[[Array], NDArray[np.bool_]]]] = {
        "offset": ("finite", np.isfinite),
        "offset_scale": ("finite", np.isfinite),
        "freq_weights": ("finite and not negative", lambda v: np.isfinite(v) & (v >= 0)),
        "var_weights": ("finite and positive", lambda v: np.isfinite(v) & (v > 0)),
    }
    for name, values in per_row.items():
        if values is None:
            continue
        rule, holds = rules[name]
        with np.errstate(invalid="ignore"):  # NaN compares as False, which is meant
            bad = ~holds(values)
        if gone is not None:
            bad &= ~gone
        if not bad.any():
            continue
        value = values[np.flatnonzero(bad)[0]]
        kind = MissingDataError if not np.isfinite(value) else ValueError
        remedy = " Use missing='drop' to leave such rows out." if np.isnan(value) else ""
        count = int(bad.sum())
        found = f"it is {value:g} in 1 of {len(values)} rows{where(bad, index)}"
        if count > 1:
            found = f"it is not in {count} of {len(values)} rows{where(bad, index)}, {value:g} first"
        raise kind(f"`{name}` must be {rule}; {found}.{remedy}")
