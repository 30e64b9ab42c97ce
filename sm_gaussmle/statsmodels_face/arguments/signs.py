"""Values that offsets and weights may have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.statsmodels_face.arguments.coercion import where

Array = NDArray[np.float64]

# Estimates are sought to a billionth of a standard error. Those of so few observations are
# so large that everything would be near enough.
_FEWEST = 1e-10


def check_signs(
    per_row: dict[str, Array | None], gone: NDArray[np.bool_] | None, index: pd.Index | None
) -> None:
    """Refuse offsets and weights that no model can have.

    Parameters
    ----------
    per_row : dict of str to ndarray or None
        Offsets and weights by the names of their arguments.
    gone : ndarray of bool, shape (n,), or None
        Rows that are dropped: there it does not matter.
    index : Index or None
        Labels of the rows.

    Raises
    ------
    MissingDataError
        If a value is not finite.
    ValueError
        If a weight has the wrong sign.
    """
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


def refuse_next_to_nothing(freq_weights: Array | None) -> None:
    """Refuse frequency weights of which all are next to nothing.

    Parameters
    ----------
    freq_weights : ndarray, shape (n,), or None
        How often each row was seen; NaN where that is missing.

    Raises
    ------
    ValueError
        If they are.
    """
    most = 0.0 if freq_weights is None else np.nanmax(freq_weights, initial=0.0)
    if 0.0 < most < _FEWEST:
        raise ValueError(
            f"`freq_weights` count how often rows were seen; they are at most {most:.3g}, which "
            f"is less than {_FEWEST:g}. Multiply them by a constant."
        )
