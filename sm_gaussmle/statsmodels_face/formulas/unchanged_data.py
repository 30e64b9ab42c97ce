"""The data that a formula was evaluated on, as long as they are still what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.sources.formulas.formula_errors import reason
from sm_gaussmle.statsmodels_face.arguments.coercion import where
from sm_gaussmle.statsmodels_face.formulas.designs import new_design
from sm_gaussmle.statsmodels_face.formulas.formula_text import formula_sides

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]
# Relative to a value and to the largest of its column: evaluated twice they are equal, but
# for a transform that adds up in an order of its own.
_OWN, _LARGEST = 1e-9, 1e-12
_REMEDY = (
    "Make the model again from the data as they are now, or pass the values themselves: arrays "
    "with one row per row of the model."
)


def data_of(model: GaussianMLE, *equations: str) -> pd.DataFrame | None:
    """The rows of a model with all columns of its data.

    They are the caller's own, not a copy, and may have been changed since: then what is
    read from them would belong to other rows than those of the model.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    *equations : {"mean", "scale"}
        Equations whose columns must be as they were too, beside the response.

    Returns
    -------
    DataFrame or None
        One row per row of the model; None without a formula.

    Raises
    ------
    ValueError
        If the formulas no longer give what the model has.
    """
    frame = getattr(model.data, "frame", None)
    if frame is None:
        return None
    left = formula_sides(model.formula)[0]
    try:
        response = new_design(model._response_spec, left, frame, model._environment)
        exog, exog_scale = model.new_designs(frame, equations)
    except ValueError as error:
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        raise ValueError(
            "the data of the model can no longer be evaluated as they were when it was made: "
            f"{reason(cause)}. {_REMEDY}"
        ) from error
    parts: dict[str, tuple[Array, Array]] = {}
    if not model._responses_drawn:
        parts["the response"] = response.to_numpy(dtype=float), np.column_stack([model.endog])
    if exog is not None:
        parts["a column of the mean"] = exog, model.exog
    if exog_scale is not None and model.exog_scale is not None:
        parts["a column of the log variance"] = exog_scale, model.exog_scale
    if len(frame) != len(model.endog):
        raise ValueError(
            f"the data have changed since the model was made from them: they have {len(frame)} "
            f"rows, the model {len(model.endog)}. {_REMEDY}"
        )
    for what, (now, then) in parts.items():
        changed = ~_same(now, then)
        if changed.any():
            raise ValueError(
                f"the data have changed since the model was made from them: {what} is another "
                f"in {int(changed.sum())} of {len(changed)} rows{where(changed, frame.index)}. "
                f"{_REMEDY}"
            )
    return frame


def _same(now: Array, then: Array) -> NDArray[np.bool_]:
    open_end = np.isinf(then)  # of an interval
    size = np.where(open_end, 0.0, np.abs(then))
    room = _OWN * size + _LARGEST * size.max(axis=0, initial=0.0)
    with np.errstate(invalid="ignore"):  # infinity less itself
        near = np.abs(now - then) <= room
    return np.asarray(np.where(open_end, now == then, near).all(axis=1))
