"""Responses of two columns, whose missing ends a formula engine would drop with their row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.sources.formulas.formula_variables import plain_columns
from sm_gaussmle.statsmodels_face.arguments.frames import numbered_rows
from sm_gaussmle.statsmodels_face.formulas.formula_text import (
    formula_sides,
    split_outside_brackets,
)
from sm_gaussmle.statsmodels_face.formulas.refusals import unambiguous
from sm_gaussmle.statsmodels_face.private_hooks import FormulaManager


def one_end_missing(
    formula: str, data: pd.DataFrame, names: dict[str, Any]
) -> NDArray[np.bool_]:
    """Rows in which one of the two columns of the response is missing and the other not.

    Parameters
    ----------
    formula : str
        ``"lower + upper ~ x"``; one response has no such rows.
    data : DataFrame
        The table.
    names : dict
        Names outside the data.

    Returns
    -------
    ndarray of bool, shape (n,)
        Those rows.
    """
    ends = split_outside_brackets(formula_sides(formula)[0], "+")
    half = np.zeros(len(data), dtype=bool)
    if len(ends) != 2:
        return half
    manager = FormulaManager()
    used = unambiguous([formula], data, "data")
    frame = numbered_rows(plain_columns(data, used, manager.engine))
    for end in ends:
        try:
            _, found = manager.get_matrices(
                f"{end} ~ 1",
                frame,
                eval_env=names,
                pandas=True,
                na_action=manager.get_na_action(action="drop"),
            )
        except Exception:  # noqa: BLE001 - it is told where the whole formula is evaluated
            return np.zeros(len(data), dtype=bool)
        there = np.zeros(len(data), dtype=bool)
        there[np.asarray(pd.DataFrame(found).index, dtype=np.intp)] = True
        half ^= there
    return half
