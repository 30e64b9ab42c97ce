"""A model on rows drawn from those of another, or with other responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_PER_ROW = ("offset", "offset_scale", "freq_weights", "var_weights", *LIMITS)


def with_counts(model: GaussianMLE, counts: Array, *, repeated: bool = False) -> GaussianMLE:
    """The model on rows that are there more or less often.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    counts : ndarray of whole numbers, shape (n,)
        How often each of its rows is there, in place of its frequency weights.
    repeated : bool, default False
        Whether rows are repeated, or `counts` are frequency weights.

    Returns
    -------
    GaussianMLE
        A new model with whole rows: columns of both equations, offsets and weights.
    """
    if repeated:
        rows = np.repeat(np.arange(len(counts)), counts.astype(np.intp))
        return _taken(model, rows, None)
    rows = np.flatnonzero(counts)
    return _taken(model, rows, counts[rows])


def with_endog(model: GaussianMLE, endog: Array) -> GaussianMLE:
    """The model with other responses.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    endog : ndarray, shape (n,)
        Responses.

    Returns
    -------
    GaussianMLE
        A new model on the same rows.
    """
    return _taken(model, np.arange(len(endog)), model.freq_weights, endog)


def _taken(
    model: GaussianMLE,
    rows: NDArray[np.intp],
    freq_weights: Array | None,
    endog: Array | None = None,
) -> GaussianMLE:
    responses = model.data.orig_endog
    if endog is not None:
        labels = model.data.row_labels
        responses = endog
        if labels is not None:
            responses = pd.Series(endog, index=labels, name=model.endog_names)
    given = {name: getattr(model, name) for name in _PER_ROW}
    options: dict[str, Any] = {
        name: None if v is None else v[rows] for name, v in given.items()
    }
    new = type(model)(
        _rows(responses, rows),
        _rows(model.data.orig_exog, rows),
        exog_scale=_rows(model._labelled_scale(), rows),
        hasconst=bool(model.k_constant),
        **(options | {"freq_weights": freq_weights}),
    )
    # A column may be constant in these rows, and be named after that.
    new._set_names(list(model.exog_names))
    new._dropped = model._dropped
    new.take_formulas(model)
    new._responses_drawn = endog is not None
    if hasattr(model, "formula"):
        new.data.frame = model.data.frame.iloc[rows]
    return new


def _rows(values: Any, rows: NDArray[np.intp]) -> Any:
    if values is None:
        return None
    return values[rows] if isinstance(values, np.ndarray) else values.iloc[rows]
