"""Columns of numbers that a stray text makes a category of."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.statsmodels_face.arguments.coercion import where

# Share of the rows that are numbers from which on the others look like mistakes ("?", "n/a",
# "1,5"), and not like levels ("1", "2", "3 or more").
_MOST = 0.9


def warn_of_number_texts(
    frame: pd.DataFrame, used: Iterable[Any], terms: Iterable[str], index: pd.Index
) -> None:
    """Warn where a column whose values are numbers, but for a few, became a category.

    Parameters
    ----------
    frame : DataFrame
        Rows that the formulas were evaluated on.
    used : iterable
        Labels of the columns that the formulas use.
    terms : iterable of str
        Names of the columns that they made.
    index : Index
        Labels of the rows.

    Warns
    -----
    ValueWarning
        For each such column; not where it stands in ``C()``.
    """
    made = list(terms)
    for name in used:
        levels_of = re.compile(rf"(?:^|:){re.escape(str(name))}\[")
        if isinstance(frame[name].dtype, pd.CategoricalDtype) or not any(
            levels_of.search(term) for term in made
        ):
            continue
        codes, levels = pd.factorize(frame[name])
        values = pd.to_numeric(pd.Series(levels, dtype=object), errors="coerce")
        odd = values.isna().to_numpy()[codes]
        if odd.any() and odd.mean() <= 1 - _MOST:
            rows = np.flatnonzero(odd)
            warnings.warn(
                f"`{name}` is no column of numbers: it has {levels[codes[rows[0]]]!r} in "
                f"{len(rows)} of {len(odd)} rows{where(odd, index)}, and the formula makes a "
                f"category of {len(levels)} levels of it. pd.to_numeric(data[{name!r}], "
                "errors='coerce') has numbers, and missing values there; in C() it is a "
                "category without this warning.",
                ValueWarning,
                stacklevel=4,
            )
