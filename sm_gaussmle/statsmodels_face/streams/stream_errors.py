"""Why rows that are read in passes cannot be fitted, with names and numbers in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.estimation.errors import (
    FitError,
    LeverageError,
    NoMaximumError,
    NonFiniteError,
    PerfectFitError,
    UnboundedError,
    UndeterminedVarianceError,
    VarianceCollapseError,
)
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.table import PartError
from sm_gaussmle.statsmodels_face.arguments.coercion import some

if TYPE_CHECKING:
    from sm_gaussmle.sources.stream import Stream
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_LARGEST, _SMALLEST = 1e130, 1e-130
_SIMPLER = "Simplify the scale equation"
_KNOWN = "`offset`, `offset_scale`, weights or limits"
_JOIN = "join the level of a factor with another one"


@contextmanager
def own_errors() -> Iterator[None]:
    """Let errors about the rows through the engine that has met them.

    Yields
    ------
    None
        What is done in the meantime may read parts of a table.

    Raises
    ------
    FitError
        As it was raised in a part.
    MissingDataError
        With the name of the part.
    """
    try:
        yield
    except PartError as error:
        if isinstance(error.__cause__, FitError):
            raise error.__cause__ from None
        if isinstance(error.__cause__, MissingDataError):
            raise MissingDataError(str(error)) from error
        raise


def explained_in_passes(model: GaussianMLE, stream: Stream, error: FitError) -> str | None:
    """Put names and numbers into an error of the estimation.

    Parameters
    ----------
    model : GaussianMLE
        The model that could not be fitted.
    stream : Stream
        Its rows.
    error : FitError
        What the estimation says.

    Returns
    -------
    str or None
        Sentences; None where rows in passes make no difference to them.
    """
    if isinstance(error, NonFiniteError):
        return _non_finite(model, stream)
    if isinstance(error, PerfectFitError):
        return _perfect(model, stream)
    if isinstance(error, LeverageError):
        return (
            "`cov_type` 'HC2' and 'HC3' divide residuals by 1 - leverage, which is zero in some "
            f"of {stream.tally.n_rows} rows: their responses are fitted exactly whatever they "
            "are. Use cov_type='HC1' or 'HC0'."
        )
    if isinstance(error, UnboundedError):
        return _unbounded(stream, error)
    return _of_rows(model, stream, error)


def _of_rows(model: GaussianMLE, stream: Stream, error: FitError) -> str | None:
    n_rows = stream.tally.n_rows
    if isinstance(error, VarianceCollapseError):
        moving = _moving(model, stream, "exog_scale", error.direction)
        return (
            f"the scale equation drives the variance to zero in {_rows(error, n_rows)}, which "
            "the mean fits exactly: the likelihood is unbounded. Parameters running off: "
            f"{moving}. {_SIMPLER}."
        )
    if isinstance(error, UndeterminedVarianceError):
        moving = _moving(model, stream, "exog_scale", error.direction)
        return (
            f"nothing determines the variance of {_rows(error, n_rows)}: the likelihood hardly "
            "changes, or rises without end, as it goes to zero or infinity. Parameters running "
            f"off: {moving}. {_SIMPLER}, or {_JOIN}."
        )
    if isinstance(error, NoMaximumError):
        return _one_sided(stream) or (
            f"the likelihood has no maximum: as coefficients run off, {_rows(error, n_rows)}, "
            "which are not seen exactly, become ever more likely, and no other response less. "
            f"Parameters running off: {_moving(model, stream, 'exog', error.direction)}. Leave out the "
            f"column, or {_JOIN}."
        )
    return None


def _unbounded(stream: Stream, error: UnboundedError) -> str:
    if error.variance:
        return (
            f"the likelihood of the {stream.tally.n_rows} responses of this truncated sample has "
            "no maximum: it rises as the variance goes to infinity. Between the limits they "
            "fall off no faster than an exponential distribution does, or not at all, and no "
            "normal distribution is nearest. Leave out columns, or use another scale of the "
            "response."
        )
    counts = stream.tally.counts.items()
    counted = ", ".join(f"{count:g} {kind}" for kind, count in counts if count)
    return _one_sided(stream) or (
        "the columns of the mean reproduce every response: all that are exact, and values "
        f"within the limits of all others ({counted}). The variance goes to zero and the "
        "likelihood has no maximum. Leave out columns; responses that are seen exactly, or in "
        "narrower intervals, would say more."
    )


def _one_sided(stream: Stream) -> str | None:
    counts = stream.tally.counts
    for side in ("left", "right"):
        if counts.get(side) and not any(v for kind, v in counts.items() if kind != side):
            return (
                f"all {stream.tally.n_rows} responses are censored from the {side}: nothing says "
                "how far beyond their limits they are, and the likelihood has no maximum. Some "
                "responses have to be seen exactly, or from the other side; are the limits in "
                "the units of the response?"
            )
    return None


def _perfect(model: GaussianMLE, stream: Stream) -> str:
    n_rows, columns = stream.tally.n_rows, model.k_exog
    if n_rows <= columns:
        return (
            f"`endog` has {n_rows} {'row' if n_rows == 1 else 'rows'} and `exog` {columns} "
            f"{'column' if columns == 1 else 'columns'}: the mean can fit them perfectly, and "
            f"the variance estimate would be zero. At least {columns + 1} rows are needed."
        )
    return _one_sided(stream) or (
        f"the columns of the mean reproduce `endog` in all {n_rows} rows up to rounding: the "
        "variance is zero and the likelihood has no maximum. Is the response constant, or "
        "computed from the columns?"
    )


def _rows(error: Any, n_rows: int) -> str:
    """How many rows, and where the first of them are."""
    shown = ", ".join(map(str, error.rows[:5])) + (", ..." if error.count > 5 else "")
    return (
        f"{error.count} of {n_rows} rows (numbers {shown} of those that are used, from 0)"
        if error.count
        else f"some of {n_rows} rows"
    )


def _moving(
    model: GaussianMLE, stream: Stream, equation: str, direction: Sequence[float]
) -> str:
    # The first rows may lack the level of a factor: one pass more.
    sizes = stream.total(_sizes, model.nparams + 1).largest[1:]
    columns = sizes[: model.k_exog] if equation == "exog" else sizes[model.k_exog :]
    moved = columns * np.abs(direction)
    names = model.equation_names(equation)
    return some(
        [name for name, move in zip(names, moved, strict=True) if move > 0.01 * moved.max()]
    )


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Per column, how many values are not finite, and the largest of the others."""

    bad: NDArray[np.intp]
    largest: Array

    def __add__(self, other: _Sizes) -> _Sizes:
        return _Sizes(self.bad + other.bad, np.maximum(self.largest, other.largest))


def _sizes(rows: RowBlock) -> _Sizes:
    values = np.column_stack([rows.endog, rows.exog, rows.exog_scale])
    finite = np.isfinite(values)
    largest = np.abs(np.where(finite, values, 0.0)).max(axis=0)
    return _Sizes((~finite).sum(axis=0), largest)


def _non_finite(model: GaussianMLE, stream: Stream) -> str:
    found = stream.total(_sizes, model.nparams + 1)
    labels = [("exog", name) for name in model.equation_names("exog")]
    labels += [("exog_scale", name) for name in model.equation_names("exog_scale")]
    names = ["`endog`", *(f"`{equation}` column {name!r}" for equation, name in labels)]
    for name, bad in zip(names, found.bad, strict=True):
        if bad:
            return (
                f"{name} is infinite in {bad} of {stream.tally.n_rows} rows. Leave such rows "
                "out, or change the transform that makes them."
            )
    extreme = [
        f"{name} (up to {size:.3g})"
        for name, size in zip(names, found.largest, strict=True)
        if size and not _SMALLEST < size < _LARGEST
    ]
    return (
        f"the squares of {', '.join(extreme) or _KNOWN} are out of the range of "
        "floating-point numbers. Rescale the data."
    )
