"""The right side of a formula, evaluated on the rows of a model."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason
from sm_gaussmle.sources.formulas.formula_variables import plain_columns
from sm_gaussmle.statsmodels_face.arguments.frames import numbered_rows
from sm_gaussmle.statsmodels_face.formulas.formula_names import refuse_unreadable
from sm_gaussmle.statsmodels_face.formulas.refusals import unambiguous
from sm_gaussmle.statsmodels_face.private_hooks import FormulaManager


def right_side(
    formula: str, frame: pd.DataFrame, engine: str, names: dict[str, Any], shown: str
) -> tuple[pd.DataFrame, Any]:
    """Columns of the terms of a formula without a left side.

    Parameters
    ----------
    formula : str
        The terms, without a tilde.
    frame : DataFrame
        The rows, in which no variable of the terms is missing.
    engine : {"patsy", "formulaic"}
        The language of the formula.
    names : dict
        Names outside the data.
    shown : str
        What errors call it.

    Returns
    -------
    table : DataFrame
        One row per row of `frame`, numbered; what becomes NaN in the formula stays.
    spec : DesignInfo or ModelSpec
        The engine's memory of the formula.

    Raises
    ------
    ValueError
        If the formula cannot be evaluated.
    """
    refuse_unreadable(formula, names)
    manager = FormulaManager(engine=engine)
    rows = plain_columns(frame, unambiguous([formula], frame, "data"), engine)
    try:
        table = manager.get_matrices(
            f"~ {formula}",
            numbered_rows(rows),
            eval_env=names,
            pandas=True,
            na_action=manager.get_na_action("drop" if engine == "patsy" else "ignore", []),
        )
    except Exception as error:  # the formula is the user's code
        raise ValueError(
            f"{shown} cannot be evaluated: {reason(error)}. {columns_of(frame.columns)}"
        ) from error
    return pd.DataFrame(table), manager.spec
