"""Columns of numbers that a few texts make categories of.

A CSV file with such a column is refused. A table in memory has the types that its owner gave
it, and other models of statsmodels take it: here it is a warning.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.sources.formulas.stray_texts import stray


def warn_of_number_texts(
    frame: pd.DataFrame, used: Iterable[Any], made: Collection[str], index: pd.Index
) -> None:
    """Warn where a column most of whose values are numbers became a category.

    Parameters
    ----------
    frame : DataFrame
        Rows that the formulas were evaluated on, by their number in the data.
    used : iterable
        Labels of the columns that the formulas use.
    made : collection of str
        Names of the columns that they made.
    index : Index
        Labels of the rows of the data.

    Warns
    -----
    ValueWarning
        For each such column; not where it stands in ``C()``, or all of its texts are numbers
        and it was made text on purpose.
    """
    for name in used:
        kind = frame[name].dtype
        if isinstance(kind, pd.CategoricalDtype) or pd.api.types.is_numeric_dtype(kind):
            continue
        levels_of = re.compile(rf"(?:^|:){re.escape(str(name))}\[")
        if not any(levels_of.search(column) for column in made):
            continue
        codes, levels = pd.factorize(frame[name])
        texts = pd.Series(levels, dtype=object).astype(str)
        odd = pd.to_numeric(texts, errors="coerce").isna().to_numpy()[codes]
        meant = pd.to_numeric(texts.str.replace(",", ""), errors="coerce").notna().to_numpy()
        if odd.any() and 2 * meant[codes].sum() > len(codes):
            first = int(odd.argmax())
            row = index[[frame.index[first]]].tolist()[0]
            what = stray(str(name), f"row {row!r}", str(levels[codes[first]]))
            warnings.warn(
                f"{what}: the formula makes a category of {len(levels)} levels of it. "
                f"pd.to_numeric(data[{name!r}], errors='coerce') makes numbers, and missing "
                f"values of the rest; C({name}) is a category without this warning.",
                ValueWarning,
                stacklevel=4,
            )
