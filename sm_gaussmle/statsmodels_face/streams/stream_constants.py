"""Whether columns of rows in passes make a constant where a formula does not say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.constant import find_constant, spans_constant
from sm_gaussmle.likelihood.cross_products import Triangle, triangle
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.stream import Stream
from sm_gaussmle.sources.table import ReadOnceError
from sm_gaussmle.statsmodels_face.arguments.constants import Constants

if TYPE_CHECKING:
    from sm_gaussmle.sources.formulas.formula_columns import FormulaColumns
    from sm_gaussmle.statsmodels_face.streams.row_reader import RowReader

Array = NDArray[np.float64]

# Root mean square by which a combination of columns may miss a constant: as in memory.
_CONSTANT = 1e-9


@dataclass(frozen=True)
class _Found:
    """A constant of an equation.

    Attributes
    ----------
    place : int or None
        Position of the constant column.
    spans : bool
        Whether a combination of columns is constant.
    ones : bool
        Whether the constant is 1 and all that there is.
    """

    place: int | None
    spans: bool
    ones: bool = False


@dataclass(frozen=True)
class _Columns:
    """What columns are like in all rows: their ranges, and their factor with ones behind."""

    low: Array
    high: Array
    factor: Triangle

    def __add__(self, other: _Columns) -> _Columns:
        return _Columns(
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
            self.factor + other.factor,
        )

    @property
    def found(self) -> _Found:
        places = np.flatnonzero((self.low == self.high) & (self.low != 0))
        if not len(places):
            return _Found(None, spans_ones(self.factor))
        place = int(places[0])
        return _Found(place, spans=True, ones=self.low.tolist() == [1.0])


def spans_ones(factor: Triangle) -> bool:
    """Whether columns make a constant.

    Parameters
    ----------
    factor : Triangle
        Of the columns, with ones as the last of them.

    Returns
    -------
    bool
        Whether the columns before leave nothing of the ones.
    """
    ones = factor.factor[:, -1]
    return bool(abs(ones[-1]) <= _CONSTANT * np.sqrt(ones @ ones))


def stream_constants(stream: Stream, hasconst: bool | None) -> Constants:
    """Find the constants among the columns of rows that are read in passes.

    Formulas say most: an intercept is one, and all levels of a factor make one. Of others
    the first rows say that there is none, or it takes a pass.

    Parameters
    ----------
    stream : Stream
        The rows.
    hasconst : bool or None
        Whether the mean has a constant; None to find out.

    Returns
    -------
    Constants
        Of all rows.

    Raises
    ------
    ReadOnceError
        If it takes a pass, and there can be one only.
    """
    reader, head = cast("RowReader", stream.reader), stream.head
    mean = _by_formula(reader.mean, head.exog)
    if mean is None and stream.reads_once:
        if hasconst is None:
            raise ReadOnceError(
                "the columns of the mean make a constant in the first rows, without an "
                "intercept in the formula; whether they do in all rows takes another pass, and "
                f"`data` is a stream that can be read once ({stream.table.text}). Pass "
                "hasconst=True or hasconst=False, or use an intercept."
            )
        mean = _Found(None, hasconst)
    if mean is None:
        mean = _in_rows(stream, "exog")
    if reader.scale_columns is None:
        return Constants(mean.place, 0, mean.spans, spans_scale=True, constant_variance=True)
    scale = _by_formula(reader.scale_columns, head.exog_scale) or _in_rows(stream, "exog_scale")
    place = 0 if scale.ones else scale.place
    return Constants(mean.place, place, mean.spans, scale.spans, constant_variance=scale.ones)


def _by_formula(formula: FormulaColumns, columns: Array) -> _Found | None:
    if formula.intercept is not None:
        alone = formula.names == ("Intercept",)
        return _Found(formula.intercept, spans=True, ones=alone)
    if formula.spans_constant:
        return _Found(None, spans=True)
    if find_constant(columns) is None and not spans_constant(columns):
        return _Found(None, spans=False)
    return None


def _in_rows(stream: Stream, equation: str) -> _Found:
    columns = getattr(stream.head, equation).shape[1]
    return stream.total(partial(_columns, equation), columns + 1).found


def _columns(equation: str, rows: RowBlock) -> _Columns:
    columns = getattr(rows, equation)
    alone = replace(
        rows,
        endog=np.ones(len(columns)),
        exog=columns,
        offset=None,
        log_variance_offset=None,
        freq_weights=None,
    )
    return _Columns(columns.min(axis=0), columns.max(axis=0), triangle(alone, None))
