"""Both equations from formulas, evaluated on the same rows, on old data and new."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from formulaic.errors import DataMismatchWarning
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason
from sm_gaussmle.sources.formulas.formula_variables import plain_columns
from sm_gaussmle.statsmodels_face.arguments.coercion import where
from sm_gaussmle.statsmodels_face.arguments.frames import as_frame, numbered_rows
from sm_gaussmle.statsmodels_face.formulas.formula_names import refuse_unreadable
from sm_gaussmle.statsmodels_face.formulas.formula_text import formula_sides
from sm_gaussmle.statsmodels_face.formulas.number_texts import warn_of_number_texts
from sm_gaussmle.statsmodels_face.formulas.refusals import unambiguous
from sm_gaussmle.statsmodels_face.formulas.terms import engine_of
from sm_gaussmle.statsmodels_face.private_hooks import FormulaManager


@dataclass(frozen=True)
class Designs:
    """What two formulas make of a table.

    Attributes
    ----------
    endog, exog : DataFrame
        Response and mean columns.
    exog_scale : DataFrame or None
        Columns of the scale equation.
    spec, scale_spec, response_spec : object
        The engine's memory of the formulas and of the left side, for new data.
    frame : DataFrame
        The rows of the data that were used.
    kept : ndarray of int
        Their positions in the data.
    environment : dict
        Names outside the data that the formulas may use.
    """

    endog: pd.DataFrame
    exog: pd.DataFrame
    exog_scale: pd.DataFrame | None
    spec: Any
    scale_spec: Any
    response_spec: Any
    frame: pd.DataFrame
    kept: NDArray[np.intp]
    environment: dict[str, Any]


def evaluate_formulas(
    formula: str,
    scale_formula: str | None,
    data: pd.DataFrame,
    *,
    gone: NDArray[np.bool_],
    missing: str,
    names: dict[str, Any],
) -> Designs:
    """Evaluate both formulas on the rows in which nothing is missing.

    Parameters
    ----------
    formula : str
        ``"y ~ x"``.
    scale_formula : str or None
        ``"~ z"``.
    data : DataFrame
        The data.
    gone : ndarray of bool, shape (n,)
        Rows that are missing for other reasons (weights, offsets).
    missing : {"drop", "raise", "none"}
        What to do about missing rows; "none" is as "raise".
    names : dict
        Names outside the data.

    Returns
    -------
    Designs
        Both equations on the same rows: stateful transforms such as ``center`` and
        splines take their state from these rows alone.

    Raises
    ------
    MissingDataError
        If rows are missing and `missing` is not ``"drop"``, or none is left.
    ValueError
        If the formula engine cannot evaluate a formula, or there are no data.

    Warns
    -----
    ValueWarning
        If a category is a column of numbers but for a few texts.
    """
    used = _check_columns(formula, scale_formula, data)
    frame = numbered_rows(plain_columns(data, used, FormulaManager().engine))
    _refuse_missing(gone, missing, data.index)
    while True:
        here = frame if not gone.any() else frame.iloc[~gone]
        if not len(here):
            raise MissingDataError(
                f"none of the {len(data)} rows is complete in the variables of the formulas, "
                "weights and offsets."
            )
        try:
            tables, specs, left = _both(formula, scale_formula, here, names)
        except Exception as error:  # the formula is the user's code
            # The formula is the user's code and may raise anything; and a transform that
            # looks at a whole column can fail on one missing value.
            lost = gone | _holes(frame, used)
            if (lost == gone).all():
                raise _cannot(formula, scale_formula, data, error) from error
        else:
            lost = _lost(gone, left, frame, used)
        if (lost == gone).all():
            break
        _refuse_missing(lost & ~gone, missing, data.index)
        gone = lost
    kept = np.flatnonzero(~gone)
    made = [name for table in tables[1:] if table is not None for name in table.columns]
    warn_of_number_texts(here, used, made, data.index)
    if gone.any() or not frame.index.equals(data.index):
        for table in tables:
            if table is not None:
                table.index = data.index[kept]
    return Designs(
        *tables,
        *specs,
        frame=data if not gone.any() else data.iloc[kept],
        kept=kept,
        environment=names,
    )


def _check_columns(formula: str, scale_formula: str | None, data: pd.DataFrame) -> list[Any]:
    if not len(data):
        raise ValueError("`data` has no rows.")
    return unambiguous([formula, scale_formula or ""], data, "data")


def _cannot(
    formula: str, scale_formula: str | None, data: pd.DataFrame, error: Exception
) -> ValueError:
    shown = formula if scale_formula is None else f"{formula} | {scale_formula[2:]}"
    return ValueError(
        f"`formula` {shown!r} cannot be evaluated: {reason(error)}. {columns_of(data.columns)}"
    )


def _lost(
    gone: NDArray[np.bool_], left: NDArray[np.intp], frame: pd.DataFrame, used: list[Any]
) -> NDArray[np.bool_]:
    lost = np.ones(len(frame), dtype=bool)
    lost[left] = False
    if lost.all():  # one missing value can make a whole column missing
        partly = gone | _holes(frame, used)
        return lost if (partly == gone).all() else partly
    return lost


def new_design(spec: Any, formula: str, data: Any, names: dict[str, Any]) -> pd.DataFrame:
    """Columns of one equation for new data, as they were made for the old.

    Parameters
    ----------
    spec : object
        The engine's memory of the formula.
    formula : str
        The formula.
    data : DataFrame, dict or polars DataFrame
        New data.
    names : dict
        Names outside the data.

    Returns
    -------
    DataFrame
        One row per row of `data`; NaN where a variable is missing.

    Raises
    ------
    ValueError
        If a variable is not in `data`, or a category was not seen in the fit.
    """
    frame = as_frame(data, "exog")
    index = frame.index
    refuse_unreadable(formula, names)
    if spec is None:
        raise ValueError(
            f"what the formula {formula!r} had learned from the data could not be read when the "
            "fit was loaded, as a warning said then. Make the classes of its transforms "
            "importable and load the fit again."
        )
    engine = engine_of(spec)
    frame = plain_columns(frame, unambiguous([formula], frame, "exog"), engine)
    # statsmodels stumbles over double names even of columns that no formula uses.
    frame = numbered_rows(frame.loc[:, ~frame.columns.duplicated()])
    manager = FormulaManager(engine=engine)
    try:
        with warnings.catch_warnings():
            # formulaic gives an unseen level the columns of the reference level; patsy
            # refuses. A wrong prediction must not pass with a warning.
            warnings.simplefilter("error", DataMismatchWarning)
            table = manager.get_matrices(
                spec,
                frame,
                eval_env=names,
                pandas=True,
                prediction=True,
                na_action=manager.get_na_action(action="drop"),
            )
    except Exception as error:  # the formula is the user's code
        raise ValueError(
            f"the formula cannot be evaluated on the new data: {reason(error)}. `exog` "
            "must have the variables of the formula, and no category that the fit has not "
            f"seen. {columns_of(frame.columns)}"
        ) from error
    table = pd.DataFrame(table).reindex(frame.index)
    table.index = index
    return table


def _both(
    formula: str, scale_formula: str | None, data: pd.DataFrame, names: dict[str, Any]
) -> tuple[tuple[Any, Any, Any], tuple[Any, Any, Any], NDArray[np.intp]]:
    manager = FormulaManager()
    action = manager.get_na_action(action="drop")
    endog, exog = manager.get_matrices(
        formula, data, eval_env=names, pandas=True, na_action=action
    )
    spec, scale_spec, exog_scale = manager.spec, None, None
    response_spec = getattr(endog, "design_info" if manager.engine == "patsy" else "model_spec")
    left = pd.Index(exog.index)
    if scale_formula is not None:
        # The response stands in front of it, for statsmodels loses the labels of the rows
        # that formulaic keeps for a formula without a left side.
        scale_manager = FormulaManager()
        action = scale_manager.get_na_action(action="drop")
        response = formula_sides(formula)[0]
        _, exog_scale = scale_manager.get_matrices(
            f"{response} {scale_formula}", data, eval_env=names, pandas=True, na_action=action
        )
        scale_spec = scale_manager.spec
        left = left.intersection(exog_scale.index)
        exog_scale = pd.DataFrame(exog_scale)
    tables = (pd.DataFrame(endog), pd.DataFrame(exog), exog_scale)
    return tables, (spec, scale_spec, response_spec), np.asarray(left, dtype=np.intp)


def _holes(frame: pd.DataFrame, used: list[Any]) -> NDArray[np.bool_]:
    return frame[used].isna().any(axis=1).to_numpy()


def _refuse_missing(rows: NDArray[np.bool_], missing: str, index: pd.Index) -> None:
    if missing != "drop" and rows.any():
        raise MissingDataError(
            f"a value is missing in {int(rows.sum())} of {len(rows)} rows{where(rows, index)}; "
            f"`missing` is {missing!r}. Use missing='drop' to fit the rest."
        )
