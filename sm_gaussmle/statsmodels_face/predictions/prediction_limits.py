"""Between which limits the responses of rows are seen that are predicted."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.seen_responses import Limits
from sm_gaussmle.statsmodels_face.arguments.limit_rules import check_order
from sm_gaussmle.statsmodels_face.arguments.limits import (
    CENSORING,
    LIMITS,
    TRUNCATION,
    limit,
    refuse_missing,
)
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.row_likelihood import RowLikelihood

Array = NDArray[np.float64]

# Limits of which a statistic needs one.
NEEDED = MappingProxyType(
    {
        "censored": CENSORING,
        "conditional": LIMITS,
        "truncated": TRUNCATION,
        "prob_uncensored": CENSORING,
        "prob_left": ("left",),
        "prob_right": ("right",),
        "quantile_seen": LIMITS,
    }
)


def limits_of(
    model: RowLikelihood, given: dict[str, Any], length: int, *, own: bool
) -> dict[str, Array]:
    """Limits of rows: those that are given, and the model's in place of others.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    given : dict of str to float, array_like, shape (m,), or None
        What is given in place of the model's, by name.
    length : int
        Number of rows.
    own : bool
        Whether they are the model's.

    Returns
    -------
    dict of str to ndarray, shape (m,)
        Without those that no row has. For new rows a limit that the model has in common
        for all its rows.

    Raises
    ------
    ValueError
        If limits contradict each other or have another length, or the model's differ from
        row to row and new ones are not given.
    MissingDataError
        If one is NaN.
    """
    index = model.data.row_labels if own else None
    found: dict[str, Array | None] = {}
    for name in LIMITS:
        values = given.get(name)
        if values is None and name in model.limit_ranges:
            lowest, highest = model.limit_ranges[name]
            if own and lowest != highest:
                values = present(getattr(model, name))
            elif lowest != highest:
                raise ValueError(
                    f"the limits `{name}` of the model differ from row to row, from {lowest:g} "
                    f"to {highest:g}, and those of the new rows are not known: pass {name}=, one "
                    "for all or one for each; inf, or -inf, for none."
                )
            else:
                values = lowest
        found[name] = limit(values, name, length, index, "exog")
    given = {name: values for name, values in found.items() if values is not None}
    refuse_missing(given, index)
    check_order(given, index)
    return given


def refuse_limits(given: dict[str, Any], which: str) -> None:
    """Refuse limits where nothing depends on them.

    Parameters
    ----------
    given : dict of str to object
        What is given, by name; None where nothing is.
    which : str
        What is predicted.

    Raises
    ------
    ValueError
        If one is given.
    """
    for name, values in given.items():
        if values is not None:
            raise ValueError(
                f"`{name}` is given, but `which` is {which!r}, which is of the latent response "
                f"and depends on no limits; leave `{name}` out, or use one of "
                f"{', '.join(NEEDED)}."
            )


def needed_limits(found: dict[str, Array], which: str) -> Limits:
    """Limits for a statistic, which has to have some.

    Parameters
    ----------
    found : dict of str to ndarray, shape (m,)
        Limits of the rows.
    which : str
        What is predicted, a key of `NEEDED`.

    Returns
    -------
    Limits
        Of the rows.

    Raises
    ------
    ValueError
        If there are none of the kind that the statistic is about.
    """
    needed = NEEDED[which]
    if not set(needed) & set(found):
        other = " The mean in a truncated sample is which='truncated'."
        raise ValueError(
            f"`which` is {which!r}, but neither has the model "
            f"{' or '.join(f'`{name}`' for name in needed)}, nor are they given. Pass "
            f"{' or '.join(f'{name}=' for name in needed)}."
            + (other if which == "censored" and set(TRUNCATION) & set(found) else "")
        )
    return Limits(**found)
