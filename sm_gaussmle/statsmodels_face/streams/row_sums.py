"""Rows of exact responses as the triangular factor of their columns, which adds up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sm_gaussmle.estimation.origin import means
from sm_gaussmle.likelihood.cross_products import Origin, Triangle, triangle
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.null_sums import NullSums
from sm_gaussmle.sources.source import Summed
from sm_gaussmle.sources.stream import Record, Stream
from sm_gaussmle.sources.summed_table import SummedTable
from sm_gaussmle.sources.table import NoRowsError, Table
from sm_gaussmle.sources.tally import Tally
from sm_gaussmle.statsmodels_face.streams.row_reader import RowReader
from sm_gaussmle.statsmodels_face.streams.stream_constants import spans_ones
from sm_gaussmle.statsmodels_face.streams.stream_head import stream_head

NOTHING = Tally(0, 0, 0, 0, 0.0, 0, 0.0, {}, {}, (0, 0), None, 0)


@dataclass(frozen=True, eq=False)
class RowSums:
    """What rows come to.

    Attributes
    ----------
    constant : int
        Position of the column of ones: the constant of the mean, or the one behind its
        columns where it has none.
    triangle : Triangle
        Factor of the columns of the mean, a column of ones where none of them is one, and
        the response.
    origin : Origin or None
        What was subtracted from the columns; None where the mean has no constant, or there
        are no rows.
    tally : Tally
        Numbers of rows.
    """

    constant: int
    triangle: Triangle
    origin: Origin | None
    tally: Tally

    def __add__(self, other: RowSums) -> RowSums:
        """Sums of both sets of rows, measured from the origin of the first."""
        tally = self.tally + other.tally
        if not other.tally.n_rows:
            return replace(self, tally=tally)
        if not self.tally.n_rows:
            return replace(other, tally=tally)
        return replace(self, triangle=self.triangle + other._from(self.origin), tally=tally)

    def _from(self, origin: Origin | None) -> Triangle:
        """The factor as measured from another origin; it need not be triangular."""
        if self.origin is None or origin is None:
            return self.triangle
        # A column less a number is the column less that number of ones.
        move = np.append(self.origin.exog - origin.exog, self.origin.endog - origin.endog)
        factor = self.triangle.factor
        return replace(self.triangle, factor=factor + np.outer(factor[:, self.constant], move))

    def spans_constant(self, reader: RowReader) -> bool:
        """Whether the columns of the mean make a constant.

        Parameters
        ----------
        reader : RowReader
            What made the rows.

        Returns
        -------
        bool
            True where one of them is one.
        """
        mean = reader.mean
        if mean.intercept is not None or mean.spans_constant:
            return True
        return spans_ones(self.triangle.picked([*range(len(mean.names)), self.constant]))

    def stream(self, reader: RowReader) -> Stream:
        """The rows as a model takes them.

        Parameters
        ----------
        reader : RowReader
            What made them.

        Returns
        -------
        Stream
            It knows what the rows come to, and has none of them.
        """
        k, response = len(reader.mean.names), self.triangle.factor.shape[1] - 1
        a, b, d = self.triangle.picked([self.constant, response]).factor[[0, 0, 1], [0, 1, 1]]
        mean = (0.0 if self.origin is None else float(self.origin.endog)) + float(b / a)
        sums = self.triangle.nobs, self.triangle.log_variance_offset
        null = NullSums(float(a * a), mean, float(d * d), *sums)
        record = Record()
        record.tally = replace(self.tally, null=null)
        columns = self.triangle.picked([*range(k), response])
        return Stream(
            SummedTable(reader.columns),
            reader,
            stand_in(reader, self.origin),
            record,
            summed=Summed(columns, self.origin),
        )


def row_sums(table: Table, reader: RowReader, origin: Origin | None, *, shown: bool) -> RowSums:
    """Sum the rows of a table in one pass.

    Parameters
    ----------
    table : Table
        The rows.
    reader : RowReader
        Makes them of its parts.
    origin : Origin or None
        What to subtract from the columns; by default the means of the first rows, where the
        mean has a constant.
    shown : bool
        Whether to show how far the pass is.

    Returns
    -------
    RowSums
        Of no rows where none is complete.

    Raises
    ------
    NonFiniteError
        If a mean is infinite.
    ValueError
        If rows cannot be read.
    """
    constant, k = reader.mean.intercept, len(reader.mean.names)
    place, width = (k, k + 2) if constant is None else (constant, k + 1)
    if origin is None and constant is not None:
        origin = _first_means(table, reader, constant)
    stream = Stream(table, reader, stand_in(reader, origin), Record(), shown=shown)
    function = partial(_triangle, origin=origin, ones=constant is None)
    try:
        found = stream.total(function, width)
    except NoRowsError:
        found, origin = Triangle(np.zeros((width, width)), 0.0, 0.0), None
    tally = replace(stream.record.tally or NOTHING, null=None)
    return RowSums(place, found, origin, tally)


def _first_means(table: Table, reader: RowReader, constant: int) -> Origin:
    try:
        head = stream_head(table, reader)
    except NoRowsError:
        return Origin(np.zeros(len(reader.mean.names)), np.zeros(()))
    return means(head, constant)


def _triangle(rows: RowBlock, origin: Origin | None, *, ones: bool) -> Triangle:
    if ones:
        column = np.ones(len(rows.endog))
        rows = replace(rows, exog=np.column_stack([rows.exog, column]))
    return triangle(rows, origin)


def stand_in(reader: RowReader, origin: Origin | None) -> RowBlock:
    """One row that shows which columns and weights the rows have; it is none of them.

    Parameters
    ----------
    reader : RowReader
        What made the rows.
    origin : Origin or None
        What was subtracted from them.

    Returns
    -------
    RowBlock
        Ones in all columns of the mean.
    """
    zero = np.zeros(1)
    known = reader.weights.keys() & {"offset_scale", "var_weights"}
    return RowBlock(
        zero if origin is None else zero + origin.endog,
        np.ones((1, len(reader.mean.names))),
        np.ones((1, 1)),
        zero if "offset" in reader.weights else None,
        zero if known else None,
        np.ones(1) if "freq_weights" in reader.weights else None,
    )
