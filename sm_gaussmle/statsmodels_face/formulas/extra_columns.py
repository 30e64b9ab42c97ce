"""Columns that a model was fitted without: arrays, columns of its data, and formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import (
    LABELLED,
    labelled,
    matrix,
    same_index,
    some,
    where,
)
from sm_gaussmle.statsmodels_face.formulas.formula_text import split_outside_brackets
from sm_gaussmle.statsmodels_face.formulas.refusals import unambiguous
from sm_gaussmle.statsmodels_face.formulas.right_side import right_side
from sm_gaussmle.statsmodels_face.formulas.terms import INTERCEPT, engine_of, spec_of
from sm_gaussmle.statsmodels_face.formulas.unchanged_data import data_of

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE


def texts_in(values: Any) -> list[str]:
    """Names of columns and formulas, if the values are that.

    Parameters
    ----------
    values : str, list of str, or anything else
        What was passed for columns.

    Returns
    -------
    list of str
        Empty for anything else.
    """
    texts = [values] if isinstance(values, str) else values
    if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
        return texts
    return []


def extra_columns(
    model: GaussianMLE, values: Any, name: str, names: dict[str, Any]
) -> pd.DataFrame:
    """One row per row of a model, of columns that it need not have.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    values : array_like, shape (n,) or (n, q), str or list of str
        The columns, for the rows that the model was given or those that it kept; or names
        of columns of its data and formulas, such as ``"x3 + np.log(x4)"``.
    name : str
        Name of the argument, for errors.
    names : dict
        Names outside the data that formulas may use.

    Returns
    -------
    DataFrame, shape (n, q)
        Finite numbers, under their names; the intercept of a formula is left out.

    Raises
    ------
    ValueError
        If lengths or labels differ, a value is missing or infinite, a formula cannot be
        evaluated, or there are no data to evaluate it on or they have changed.
    TypeError
        If the values are not numbers.
    """
    texts = texts_in(values)
    if texts:
        frame = data_of(model, "mean", "scale")
        if frame is None:
            raise ValueError(
                f"`{name}` is {some(list(map(repr, texts)))}, but the model has no data with "
                "names (they are there with a formula only); pass the columns."
            )
        parts = [_of_text(model, frame, text, name, names) for text in texts]
        values = pd.concat(parts, axis=1)
    labels = model.data.row_labels
    named = isinstance(values, LABELLED)  # polars has no names for rows
    values = labelled(values)
    array = matrix(values, name)
    table = pd.DataFrame(array, values.index if named else None, _names(values, name, array))
    kept = model.kept_rows
    if kept is not None and len(table) == model.n_given:
        table = table.iloc[kept]
    if len(table) != len(model.endog):
        before = "" if kept is None else f", {model.n_given} before rows were dropped"
        raise ValueError(
            f"`{name}` has {len(table)} rows; the model has {len(model.endog)}{before}."
        )
    if named:
        same_index(table, name, labels, "endog")
    holes = ~np.isfinite(table.to_numpy())
    _refuse_holes(list(zip(table.columns, holes.T, strict=True)), name, labels)
    return table


def _of_text(
    model: GaussianMLE, frame: pd.DataFrame, text: str, name: str, names: dict[str, Any]
) -> pd.DataFrame:
    if text in frame.columns:
        column = frame.loc[:, [text]]
        if all(pd.api.types.is_numeric_dtype(dtype) for dtype in column.dtypes):
            return column
    side = refuse_equations(text, name)
    used = unambiguous([text], frame, "data")
    holes = [(str(column), frame[column].isna().to_numpy()) for column in used]
    _refuse_holes(holes, name, frame.index)
    # In the language that the formula of the model is in.
    engine = engine_of(spec_of(model, "exog"))
    table, _ = right_side(side, frame, engine, names, f"`{name}` {text!r}")
    columns = table.drop(columns=INTERCEPT, errors="ignore")
    if not columns.shape[1]:
        raise ValueError(
            f"`{name}` {text!r} has no columns but the intercept, which is left out; to test "
            "an intercept pass a column of ones."
        )
    return columns.set_axis(frame.index)


def refuse_equations(text: str, name: str) -> str:
    """The right side of a formula; other texts are refused.

    Parameters
    ----------
    text : str
        ``"x3 + x4"`` or ``"~ x3 + x4"``.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    str
        Without the tilde.

    Raises
    ------
    ValueError
        If it has a left side, two equations or an equality.
    """
    sides = [side.strip() for side in split_outside_brackets(text, "~")]
    if len(sides) > 2 or any(sides[:-1]) or len(split_outside_brackets(text, "|")) > 1:
        raise ValueError(
            f"`{name}` is {text!r}; it must be the right side of a formula, as 'x3 + x4', and "
            "for the log variance there is `exog_scale_extra`."
        )
    if len(split_outside_brackets(text, "=")) > 1:
        raise ValueError(
            f"`{name}` is {text!r}; it must be columns that the model does not have, whose "
            "coefficients are tested to be zero, as 'x3 + x4'. For equations of parameters there "
            "are wald_test(), and constraint_tests() of fit_constrained()."
        )
    return sides[-1]


def _names(values: Any, name: str, array: NDArray[np.float64]) -> list[str]:
    if isinstance(values, pd.DataFrame):
        return [str(column) for column in values.columns]
    if getattr(values, "name", None) is not None:
        return [str(values.name)]
    return [f"{name}[{place}]" for place in range(array.shape[1])]


def _refuse_holes(
    holes: list[tuple[str, NDArray[np.bool_]]], name: str, labels: pd.Index | None
) -> None:
    bad = [
        f"{column} in {int(rows.sum())} of {len(rows)} rows{where(rows, labels)}"
        for column, rows in holes
        if rows.any()
    ]
    if bad:
        raise ValueError(
            f"`{name}` has values that are missing or infinite: {some(bad)}. The test is of "
            "the rows of the fit: fit the model to those rows alone where they are finite."
        )
