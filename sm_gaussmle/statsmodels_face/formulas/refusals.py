"""What is said of formulas that cannot be evaluated."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sm_gaussmle.sources.formulas.formula_variables import used_columns


def unambiguous(formulas: list[str], data: pd.DataFrame, name: str) -> list[Any]:
    """Columns that formulas name, each of which is there once.

    Parameters
    ----------
    formulas : list of str
        The formulas.
    data : DataFrame
        The data.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    list
        Column labels.

    Raises
    ------
    ValueError
        If there are several columns of a name.
    """
    columns = list(data.columns)
    used = used_columns(formulas, columns)
    double = sorted({str(label) for label in used if columns.count(label) > 1})
    if double:
        raise ValueError(
            f"`{name}` has more than one column named {', '.join(map(repr, double))}; rename "
            "them."
        )
    return used
