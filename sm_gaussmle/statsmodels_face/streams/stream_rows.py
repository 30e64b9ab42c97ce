"""What a model says whose rows are read in passes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

from sm_gaussmle.sources.stream import Stream
from sm_gaussmle.sources.summed_table import SummedTable
from sm_gaussmle.sources.table import RowsElsewhereError
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.model_part import ModelPart
from sm_gaussmle.statsmodels_face.persistence.pickling import shallow

ROWS = (
    "endog",
    "exog",
    "exog_scale",
    "offset",
    "offset_scale",
    "freq_weights",
    "var_weights",
    *LIMITS,
)


class StreamRows(ModelPart):
    """Rows in passes, for the model class to inherit."""

    _stream: Stream | None

    def __getattr__(self, name: str) -> Any:
        """Say of what has one entry per row that it is elsewhere."""
        stream = self.__dict__.get("_stream")
        if stream is not None and name in ROWS:
            raise RowsElsewhereError(
                f"`{name}` of the model is not in memory: its rows {stream.whereabouts}. Pass new rows to predict() and get_prediction(), or "
                "fit a part of the rows that fits into memory."
            )
        return object.__getattribute__(self, name)  # which says why it is not there

    @property
    def rows_in_passes(self) -> Stream | None:
        """The rows, where they are read in passes; None where they are in memory."""
        return self._stream

    def without_passes(self) -> Self:
        """The model without the way to rows that are read in passes.

        Returns
        -------
        GaussianMLE
            A copy; of rows in passes as if they had been removed.
        """
        model = shallow(self)
        if self._stream is not None:
            del model._stream
            vars(model).update(dict.fromkeys(ROWS))
        return model

    def without_reading(self) -> Self:
        """The model with what is known of its rows, and without any pass over them.

        Returns
        -------
        GaussianMLE
            A copy that raises an `AttributeError` where it would read rows, or the model
            itself where they are in memory.
        """
        if self._stream is None:
            return self
        model = shallow(self)
        model._stream = replace(self._stream, table=SummedTable(self._stream.reader.columns))
        return model

    def counted(self) -> Self:
        """The model with the numbers of rows that its passes found.

        Returns
        -------
        GaussianMLE
            A copy, or the model itself where its rows are in memory.
        """
        stream = self._stream
        if stream is None:
            return self
        tally, model = stream.tally, shallow(self)
        model.nobs = tally.nobs
        model.df_resid = float(tally.nobs - model.k_exog)
        model.n_given, model.n_missing = tally.n_given, tally.n_missing
        model.n_unweighted = tally.n_unweighted
        model.response_counts = dict(tally.counts)
        model.limit_ranges = dict(tally.ranges)
        return model
