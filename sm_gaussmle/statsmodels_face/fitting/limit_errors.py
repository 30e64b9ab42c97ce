"""Why there is no maximum where responses are not all exact, with names in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.errors import (
    NoMaximumError,
    UnboundedError,
    UndeterminedVarianceError,
)
from sm_gaussmle.statsmodels_face.arguments.coercion import some, where

if TYPE_CHECKING:
    from sm_gaussmle.likelihood.bounds import Bounds
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

# A coefficient that moves the mean of every row by less than this share of what another
# one does is rounding.
_MOVES = 0.01


NO_MAXIMUM_WITH_LIMITS = (NoMaximumError, UnboundedError, UndeterminedVarianceError)


def no_maximum_with_limits(
    model: GaussianMLE, error: NoMaximumError | UnboundedError | UndeterminedVarianceError
) -> str:
    """Say what runs off, which rows drive it, and what to do.

    Parameters
    ----------
    model : GaussianMLE
        The model, with limits.
    error : NoMaximumError, UnboundedError or UndeterminedVarianceError
        What the estimation says.

    Returns
    -------
    str
        Sentences.
    """
    if isinstance(error, UndeterminedVarianceError):
        return _undetermined(model, error)
    if isinstance(error, UnboundedError) and error.variance:
        return _infinite_variance(model)
    one_sided = _all_on_one_side(model)
    if one_sided is not None:
        return one_sided
    return _runs_off(model, error) if isinstance(error, NoMaximumError) else _line(model)


def _all_on_one_side(model: GaussianMLE) -> str | None:
    bounds = _bounds(model)
    for side, members in (("left", bounds.open_left), ("right", bounds.open_right)):
        if members.all():
            return (
                f"all {len(members)} responses are censored from the {side}: nothing says how "
                "far beyond their limits they are, and the likelihood has no maximum. Some "
                "responses have to be seen exactly, or from the other side; are the limits in "
                "the units of the response?"
            )
    return None


def _runs_off(model: GaussianMLE, error: NoMaximumError) -> str:
    names = _moving(model.equation_names("exog"), np.asarray(model.exog), error.direction)
    return (
        f"the likelihood has no maximum: as coefficients run off, {_of_rows(model, error.rows)}, "
        "become ever more likely, and no other response less. Parameters running off: "
        f"{some(names)}. Join the level of a factor with another one, or leave out the column."
    )


def _infinite_variance(model: GaussianMLE) -> str:
    return (
        f"the likelihood of the {model.endog.shape[0]} responses of this truncated sample has "
        "no maximum: it rises as the variance goes to infinity. Between the limits they fall "
        "off no faster than an exponential distribution does, or not at all, and no normal "
        "distribution is nearest. Leave out columns, or use another scale of the response."
    )


def _line(model: GaussianMLE) -> str:
    counts = model.response_counts.items()
    counted = ", ".join(f"{count:g} {kind}" for kind, count in counts if count)
    return (
        "the columns of the mean reproduce every response: all that are exact, and values "
        f"within the limits of all others ({counted}). The variance goes to zero and the "
        "likelihood has no maximum. Leave out columns; responses that are seen exactly, or in "
        "narrower intervals, would say more."
    )


def _undetermined(model: GaussianMLE, error: UndeterminedVarianceError) -> str:
    names = ["ln(sigma2)"]
    if model.exog_scale is not None:
        table = np.asarray(model.exog_scale)
        names = _moving(model.equation_names("exog_scale"), table, error.direction)
    return (
        f"nothing determines the variance of {_of_rows(model, error.rows)}: the likelihood "
        "hardly changes, or rises without end, as it goes to zero or infinity. Parameters "
        f"running off: {some(names)}. Simplify the scale equation, or join the level of a "
        "factor with another one."
    )


def _bounds(model: GaussianMLE) -> Bounds:
    return cast("Bounds", model.source().rows.bounds)  # such errors are of models with limits


def _moving(
    names: list[str], table: NDArray[np.float64], parts: tuple[float, ...]
) -> list[str]:
    moved = np.abs(table).max(axis=0) * np.abs(parts)
    return [
        name
        for name, move in zip(names, moved, strict=True)
        if move > _MOVES * moved.max(initial=0.0)
    ]


def _of_rows(model: GaussianMLE, places: tuple[int, ...]) -> str:
    bounds = _bounds(model)
    rows = np.zeros(model.endog.shape[0], dtype=bool)
    rows[list(places)] = True
    kinds = {
        "exact": bounds.exact,
        "censored from the left": bounds.open_left,
        "censored from the right": bounds.open_right,
    }
    kinds["intervals"] = ~np.any(list(kinds.values()), axis=0)
    seen = [name for name, members in kinds.items() if (members & rows).any()]
    return (
        f"{int(rows.sum())} of {len(rows)} responses{where(rows, model.data.row_labels)}, "
        f"which are {' or '.join(seen)}"
    )
