"""A model of a table that is read in passes, from its formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.estimation.row_changes import constant_scale_rows
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.formulas.formula_state import learn
from sm_gaussmle.sources.stream import Record, Stream
from sm_gaussmle.sources.table import Table
from sm_gaussmle.statsmodels_face.arguments.constants import Constants
from sm_gaussmle.statsmodels_face.arguments.inputs import Inputs
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS, NO_LIMIT, is_number
from sm_gaussmle.statsmodels_face.arguments.table_arguments import check_designs
from sm_gaussmle.statsmodels_face.formulas.designs import Designs
from sm_gaussmle.statsmodels_face.formulas.formula_text import (
    formula_sides,
    split_outside_brackets,
)
from sm_gaussmle.statsmodels_face.streams.row_reader import MissingIn, RowReader
from sm_gaussmle.statsmodels_face.streams.stream_arguments import (
    column_of,
    limit_of,
    refuse_one_pass,
)
from sm_gaussmle.statsmodels_face.streams.stream_constants import stream_constants
from sm_gaussmle.statsmodels_face.streams.stream_head import stream_head
from sm_gaussmle.statsmodels_face.streams.stream_rows import ROWS

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Model = TypeVar("Model", bound="GaussianMLE")


def streamed_model(
    kind: type[Model],
    table: Table,
    formula: str,
    scale_formula: str | None,
    *,
    names: dict[str, Any],
    missing: str,
    weights: Mapping[str, Any],
    limits: Mapping[str, Any],
    hasconst: bool | None,
) -> Model:
    """Create a model of a table that is read in passes.

    Parameters
    ----------
    kind : type
        Class of the model.
    table : Table
        Where the rows are.
    formula, scale_formula : str
        Equations, ``"y ~ x"`` and ``"~ z"`` or None.
    names : dict
        Names outside the data that the formulas use.
    missing : {"drop", "raise", "none"}
        What to do about rows with a missing value.
    weights : mapping of str to str or None
        Columns of offsets and weights by the names of the arguments.
    limits : mapping of str to float, str or None
        Limits or their columns by the names of the arguments.
    hasconst : bool or None
        Whether the mean has a constant; None to find out from the formula.

    Returns
    -------
    GaussianMLE
        The model; its rows have been read only for what formulas have to know of all.

    Raises
    ------
    ValueError
        If a column or formula is wrong, or the table is a stream that can be read once
        and the model needs more.
    """
    columns = {name: column_of(v, name, table) for name, v in weights.items() if v is not None}
    bounds = {name: limit_of(v, name, table) for name, v in limits.items() if v is not None}
    bounds = {name: v for name, v in bounds.items() if v != NO_LIMIT[name]}
    left, right = formula_sides(formula)
    intervals = len(split_outside_brackets(left, "+")) == 2
    kind.check_responses(bounds, intervals=intervals)
    texts = [
        f"0 + {left}",
        right,
        *([] if scale_formula is None else [scale_formula.removeprefix("~").strip()]),
    ]
    needs = "limits" if bounds else "intervals as responses" if intervals else ""
    refuse_one_pass(table, needs if scale_formula is None else "a scale equation")
    weighted = tuple(columns.values())
    response, mean, *scale = learn(
        texts,
        table,
        names,
        MissingIn(weighted) if weighted else None,
        extra_columns=weighted,
        shown=dict(zip(texts, (formula, formula, scale_formula or ""), strict=False)),
    )
    check_designs(response.names, mean.names, scale[0].names if scale else None, formula)
    reader = RowReader(
        response,
        mean,
        scale[0] if scale else None,
        columns,
        bounds,
        missing,
    )
    head = stream_head(table, reader)
    stream = Stream(table, reader, head, Record())
    constants = stream_constants(stream, hasconst)
    if constants.constant_variance:
        stream = _constant_variance(stream)
    return model_of_stream(kind, stream, (formula, scale_formula), names, hasconst, constants)


def model_of_stream(
    kind: type[Model],
    stream: Stream,
    formulas: tuple[str, str | None],
    names: dict[str, Any],
    hasconst: bool | None,
    constants: Constants,
) -> Model:
    """Create a model of rows that are not in memory.

    Parameters
    ----------
    kind : type
        Class of the model.
    stream : Stream
        The rows.
    formulas : tuple of str and (str or None)
        Equations, ``"y ~ x"`` and ``"~ z"`` or None.
    names : dict
        Names outside the data that the formulas use.
    hasconst : bool or None
        Whether the mean has a constant; None for what the columns say.
    constants : Constants
        Which columns are constant.

    Returns
    -------
    GaussianMLE
        The model.
    """
    reader: Any = stream.reader
    response, mean, scale = reader.response, reader.mean, reader.scale
    model = object.__new__(kind)
    model._set_up(_inputs(stream.head, reader), hasconst, constants)
    model.exact_responses = not reader.limits and not model.interval_response
    limits = {name: v for name, v in reader.limits.items() if isinstance(v, str)}
    model._attach_formula(
        Designs(
            endog=pd.DataFrame(),
            exog=pd.DataFrame(),
            exog_scale=None,
            spec=mean.design_info,
            scale_spec=None if scale is None else scale.design_info,
            response_spec=response.design_info,
            frame=pd.DataFrame(),
            kept=np.zeros(0, dtype=np.intp),
            environment=names,
        ),
        *formulas,
        dict(reader.weights) | limits,
    )
    return _elsewhere(model, stream)


def constant_variance_in_passes(model: Model) -> Model:
    """The model with the constant of its scale equation alone.

    Parameters
    ----------
    model : GaussianMLE
        Its rows are read in passes.

    Returns
    -------
    GaussianMLE
        On the same rows.
    """
    stream: Any = model.rows_in_passes
    constants = Constants(
        model.constant_column,
        0,
        bool(model.k_constant),
        spans_scale=True,
        constant_variance=True,
    )
    alone = object.__new__(type(model))
    stream = _constant_variance(stream)
    alone._set_up(_inputs(stream.head, stream.reader), model.hasconst, constants)
    alone.exact_responses = model.exact_responses
    alone.take_formulas(model)
    alone.scale_formula, alone._scale_spec = None, None
    return _elsewhere(alone, stream)


def _constant_variance(stream: Stream) -> Stream:
    """The same rows, which miss nothing in the scale equation, without its columns."""
    reader: Any = stream.reader
    head = constant_scale_rows(stream.head)
    return replace(stream, reader=replace(reader, constant_variance=True), head=head)


def _inputs(head: RowBlock, reader: RowReader) -> Inputs:
    """Rows of the head as arguments of a model, with the names that all rows have."""
    mean = pd.DataFrame(head.exog, columns=list(reader.mean.names))
    response: Any = pd.Series(head.endog, name=reader.response.names[0])
    if len(reader.response.names) == 2:
        ends: NDArray[np.float64] = np.column_stack([head.endog, head.endog])
        response = pd.DataFrame(ends, columns=list(reader.response.names))
    return Inputs(
        response,
        mean,
        None if reader.scale_columns is None else head.exog_scale,
        None if reader.scale_columns is None else list(reader.scale_columns.names),
        **dict.fromkeys(("offset", "offset_scale", "freq_weights", "var_weights")),
        **dict.fromkeys(LIMITS),
        n_given=len(mean),
        kept=None,
        n_missing=0,
        n_unweighted=0,
    )


def _elsewhere(model: Model, stream: Stream) -> Model:
    """Take the rows of the head out of a model that is to read its rows in passes."""
    reader: Any = stream.reader
    there = {"endog", "exog", *reader.weights, *reader.limits}
    if not model.constant_variance:
        there.add("exog_scale")
    for name in ROWS:
        if name in there:
            del model.__dict__[name]
    data = model.data
    _ = model.endog_names  # the name of the response is that of the data
    for name in ("endog", "exog", "orig_endog", "orig_exog", "frame"):
        setattr(data, name, None)
    data._cache = {
        name: value for name, value in data._cache.items() if name in ("xnames", "ynames")
    }
    data._cache["row_labels"] = pd.RangeIndex(0)  # of the rows that are in memory
    model.nobs = model.df_resid = float("nan")
    model.n_given = 0
    model.response_counts, model.limit_ranges = {}, {}
    model.limit_ranges = {
        name: (value, value) for name, value in reader.limits.items() if is_number(value)
    }
    model._stream = stream
    return model
