"""Columns that a model of rows in passes was fitted without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.sources.formula_state import learn
from sm_gaussmle.sources.stream import Stream
from sm_gaussmle.statsmodels_face.formulas.extra_columns import refuse_equations, texts_in
from sm_gaussmle.statsmodels_face.streams.row_reader import Extra, RowReader, quoted
from sm_gaussmle.statsmodels_face.streams.stream_head import stream_head

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE


@dataclass(frozen=True)
class NotInFit:
    """Which rows the fit left out.

    Attributes
    ----------
    reader : RowReader
        Of the fit.
    """

    reader: RowReader

    def __call__(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """One boolean per row."""
        gone = np.ones(len(frame), dtype=bool)
        gone[self.reader.kept(frame)] = False
        return gone


def stream_extra_columns(
    model: GaussianMLE, values: Any, name: str, names: dict[str, Any]
) -> list[Extra]:
    """Columns by their formulas, learned from the rows of the fit.

    Parameters
    ----------
    model : GaussianMLE
        Its rows are read in passes.
    values : str or list of str
        Names of columns of the data, and right sides of formulas.
    name : str
        Name of the argument, for errors.
    names : dict
        Names outside the data that formulas may use.

    Returns
    -------
    list of Extra
        Without intercepts.

    Raises
    ------
    ValueError
        If a formula cannot be evaluated or has no columns.
    TypeError
        If the values are no text.
    """
    texts = texts_in(values)
    if not texts:
        raise TypeError(
            f"`{name}` is a {type(values).__name__}; with data that are read in passes it must "
            "be names of their columns, or the right side of a formula, as 'x3 + np.log(x4)'."
        )
    stream = cast("Stream", model.rows_in_passes)
    reader = cast("RowReader", stream.reader)
    sides = [_right_side(text, name, stream.table.columns) for text in texts]
    found = learn(sides, stream.table, names, NotInFit(reader), extra_columns=reader.columns)
    extra = []
    for text, formula in zip(texts, found, strict=True):
        places = tuple(p for p in range(len(formula.names)) if p != formula.intercept)
        if not places:
            raise ValueError(
                f"`{name}` {text!r} has no columns but the intercept, which is left out; to "
                "test an intercept pass a column of ones."
            )
        extra.append(Extra(formula, places, name, text))
    return extra


def _right_side(text: str, name: str, columns: Sequence[str]) -> str:
    if text in columns:
        return quoted(text)
    return refuse_equations(text, name)


def with_extra(
    model: GaussianMLE, mean: Sequence[Extra], scale: Sequence[Extra], groups: tuple[str, ...]
) -> Stream:
    """Rows with further columns.

    Parameters
    ----------
    model : GaussianMLE
        Its rows are read in passes.
    mean, scale : sequence of Extra
        Columns of the two equations, to stand behind those of the model.
    groups : tuple of str
        Columns of labels of groups.

    Returns
    -------
    Stream
        Of the same rows.
    """
    stream = cast("Stream", model.rows_in_passes)
    reader = replace(
        cast("RowReader", stream.reader),
        extra_mean=tuple(mean),
        extra_scale=tuple(scale),
        groups=groups,
    )
    return replace(stream, reader=reader, head=stream_head(stream.table, reader))
