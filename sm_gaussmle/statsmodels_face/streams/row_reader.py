"""Rows of a model from parts of a table, checked as those of a table in memory are.

Longer than other modules because all that a row can bring is read here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.formulas.formula_columns import FormulaColumns, joint_columns
from sm_gaussmle.sources.null_sums import NullSums
from sm_gaussmle.sources.stream import Rows
from sm_gaussmle.sources.tally import Tally, fractional
from sm_gaussmle.statsmodels_face.arguments.coercion import column, where
from sm_gaussmle.statsmodels_face.arguments.limit_rules import check_limits
from sm_gaussmle.statsmodels_face.arguments.limits import counts_of, refuse_one_end
from sm_gaussmle.statsmodels_face.arguments.signs import check_signs
from sm_gaussmle.statsmodels_face.streams.row_digests import row_digests

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Extra:
    """Columns of a formula beside those of a model.

    Attributes
    ----------
    formula : FormulaColumns
        The formula.
    places : tuple of int
        Which of its columns.
    argument : str
        Where they were asked for, for errors.
    text : str
        How they were asked for: the name of a column of the data, or a formula.
    """

    formula: FormulaColumns
    places: tuple[int, ...]
    argument: str
    text: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        names = tuple(self.formula.names[place] for place in self.places)
        return (self.text,) if names == (quoted(self.text),) else names


def quoted(column: str) -> str:
    """A column of the data in the language of formulas.

    Parameters
    ----------
    column : str
        Its name.

    Returns
    -------
    str
        The name, or what stands for it if it is none of Python.
    """
    return column if column.isidentifier() else f"Q({column!r})"


@dataclass(frozen=True)
class _Given:
    """All rows of a part: their columns, and which are used."""

    tables: list[Array]
    per_row: dict[str, Array]
    kept: NDArray[np.intp]
    n_missing: int
    n_unweighted: int


@dataclass(frozen=True)
class RowReader:
    """Makes rows of the parts of a table; it is pickled to where they are.

    Attributes
    ----------
    response, mean : FormulaColumns
        The left and the right side of the formula of the mean.
    scale : FormulaColumns or None
        The formula of the log variance; None where it is constant.
    constant_variance : bool
        Whether only the rows matter that miss nothing in `scale`, not its columns.
    weights : mapping of str to str
        Columns of offsets and weights, by the names of the arguments.
    limits : mapping of str to float or str
        Limits, or their columns, by the names of the arguments.
    missing : {"drop", "raise", "none"}
        What to do about rows with a missing value.
    groups : tuple of str
        Columns of labels of groups.
    extra_mean, extra_scale : tuple of Extra
        Further columns of the two equations.
    """

    response: FormulaColumns
    mean: FormulaColumns
    scale: FormulaColumns | None = None
    weights: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float | str] = field(default_factory=dict)
    missing: str = "drop"
    constant_variance: bool = False
    groups: tuple[str, ...] = ()
    extra_mean: tuple[Extra, ...] = ()
    extra_scale: tuple[Extra, ...] = ()

    @property
    def formulas(self) -> list[FormulaColumns]:
        """Response, mean and, where there is one, the log variance."""
        return [self.response, self.mean, *([] if self.scale is None else [self.scale])]

    @property
    def scale_columns(self) -> FormulaColumns | None:
        """The columns of the log variance; None where it is constant."""
        return None if self.constant_variance else self.scale

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table that it reads."""
        formulas = [each.formula for each in (*self.extra_mean, *self.extra_scale)]
        named = [name for each in (*self.formulas, *formulas) for name in each.variables]
        named += [*self.weights.values(), *self.groups]
        named += [limit for limit in self.limits.values() if isinstance(limit, str)]
        return tuple(dict.fromkeys(named))

    @property
    def width(self) -> int:
        """Number of columns that it makes of them."""
        extra = (*self.extra_mean, *self.extra_scale)
        names = [one.names for one in self.formulas] + [each.formula.names for each in extra]
        return sum(map(len, names))

    def __call__(self, frame: pd.DataFrame) -> Rows:
        """Rows of a part of the table."""
        given = self._given(frame)
        kept, counts = given.kept, (len(frame), given.n_missing, given.n_unweighted)
        if not len(kept):
            return Rows(None, Tally(*counts, 0, 0.0, 0, 0.0, {}, {}, (0, 0), None, 0))
        (endog, exog, *scales), per_row, index = given.tables, given.per_row, frame.index
        if len(kept) < len(frame):
            endog, exog = endog[kept], exog[kept]
            scales, index = [scale[kept] for scale in scales], index[kept]
            per_row = {name: values[kept] for name, values in per_row.items()}
        limits = self._limits(frame, kept)
        response = endog if endog.shape[1] == 2 else np.ascontiguousarray(endog[:, 0])
        check_limits(response, dict(limits), index)
        bounds = self._bounds(response, limits)
        estimated = scales and not self.constant_variance
        scale = scales[0] if estimated else np.broadcast_to(1.0, (len(kept), 1))
        block = RowBlock(
            response if bounds is None else bounds.stand_in,
            _longer(exog, self.extra_mean, frame, kept),
            _longer(scale, self.extra_scale, frame, kept),
            per_row.get("offset"),
            _known(per_row),
            per_row.get("freq_weights"),
            bounds,
            tuple(self._labels(frame, name, kept) for name in self.groups),
        )
        return Rows(block, self._tally(counts, block, limits))

    def kept(self, frame: pd.DataFrame) -> NDArray[np.intp]:
        """Which rows of a part are used.

        Parameters
        ----------
        frame : DataFrame
            The part.

        Returns
        -------
        ndarray of int
            Their positions.
        """
        return self._given(frame).kept

    def _given(self, frame: pd.DataFrame) -> _Given:
        per_row = {name: column(frame[c], name) for name, c in self.weights.items()}
        gone = _missing(len(frame), [values[:, None] for values in per_row.values()])
        tables = joint_columns(self.formulas, frame, gone)
        endog, *designs = tables
        gone |= _missing(len(frame), designs)
        if endog.shape[1] == 2:
            nan = np.isnan(endog)
            refuse_one_end((nan[:, 0] != nan[:, 1]) & ~gone, frame.index)
        gone |= _missing(len(frame), [endog])
        n_missing = int(gone.sum())
        if n_missing and self.missing != "drop":
            raise MissingDataError(
                f"a value is missing in {n_missing} of {len(gone)} rows{where(gone, frame.index)}; "
                f"`missing` is {self.missing!r}. Use missing='drop' to fit the rest."
            )
        check_signs(dict(per_row), gone, frame.index)
        frequency = per_row.get("freq_weights")
        unseen = np.zeros(len(gone), bool) if frequency is None else (frequency == 0) & ~gone
        kept = np.flatnonzero(~(gone | unseen))
        return _Given(tables, per_row, kept, n_missing, int(unseen.sum()))

    def _limits(self, frame: pd.DataFrame, kept: NDArray[np.intp]) -> dict[str, Array]:
        return {
            name: column(frame[limit], name)[kept]
            if isinstance(limit, str)
            else np.broadcast_to(limit, len(kept))
            for name, limit in self.limits.items()
        }

    def _bounds(self, response: Array, limits: Mapping[str, Array]) -> Bounds | None:
        ends = limits.get("trunc_left"), limits.get("trunc_right")
        if response.ndim == 2:
            return Bounds.between(response[:, 0], response[:, 1], *ends)
        if not limits:
            return None
        return Bounds.censored(response, limits.get("left"), limits.get("right"), *ends)

    def _labels(self, frame: pd.DataFrame, name: str, kept: NDArray[np.intp]) -> NDArray[Any]:
        labels = frame[name].iloc[kept]
        missing = labels.isna().to_numpy(dtype=bool)
        if missing.any():
            raise ValueError(
                f"`groups` {name!r} is missing in {int(missing.sum())} of {len(missing)} rows"
                f"{where(missing, labels.index)}; every row needs one. Drop these rows, or give "
                "them a label of their own."
            )
        return labels.to_numpy()

    def _tally(
        self, counts: Sequence[int], block: RowBlock, limits: Mapping[str, Array]
    ) -> Tally:
        n_given, n_missing, n_unweighted = counts
        bounds, frequency = block.bounds, block.freq_weights
        n_rows = len(block.endog)
        seen = np.ones(n_rows, dtype=bool) if bounds is None else bounds.exact
        nobs = np.count_nonzero(seen) if frequency is None else frequency @ seen
        scale = self.scale_columns
        own = len(self.mean.names), 0 if scale is None else len(scale.names)
        digests, columns = row_digests(block, own)
        return Tally(
            n_given=n_given,
            n_missing=n_missing,
            n_unweighted=n_unweighted,
            n_rows=n_rows,
            nobs=n_rows if frequency is None else float(frequency.sum()),
            n_inexact=n_rows - int(np.count_nonzero(seen)),
            exact_nobs=float(nobs),
            counts=counts_of(bounds, frequency),
            ranges={name: (float(v.min()), float(v.max())) for name, v in limits.items()},
            digests=digests,
            null=None if bounds is not None else NullSums.of_rows(block),
            n_fractional=0 if frequency is None else fractional(frequency),
            columns=columns,
        )


def _longer(
    columns: Array, extra: Sequence[Extra], frame: pd.DataFrame, kept: NDArray[np.intp]
) -> Array:
    if not extra:
        return columns
    rows = frame.iloc[kept]
    tables = [each.formula(rows)[:, list(each.places)] for each in extra]
    for each, table in zip(extra, tables, strict=True):
        for name, values in zip(each.names, table.T, strict=True):
            bad = ~np.isfinite(values)
            if bad.any():
                raise ValueError(
                    f"`{each.argument}` has values that are missing or infinite: {name} in "
                    f"{int(bad.sum())} of {len(bad)} rows{where(bad, rows.index)}. The test is "
                    "of the rows of the fit: fit the model to those rows alone where they are "
                    "finite."
                )
    return np.column_stack([columns, *tables])


@dataclass(frozen=True)
class MissingIn:
    """Which rows miss a weight or offset.

    Attributes
    ----------
    columns : tuple of str
        Columns of them.
    """

    columns: tuple[str, ...]

    def __call__(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """One boolean per row."""
        return np.asarray(frame[list(self.columns)].isna().any(axis=1), dtype=bool)


def _missing(n_rows: int, tables: Sequence[Array]) -> NDArray[np.bool_]:
    gone = np.zeros(n_rows, dtype=bool)
    for table in tables:
        # One sum tells whether there is anything to look for; one over infinities may not. The
        # ends of intervals may be infinite on either side, and their sum is no number.
        with np.errstate(invalid="ignore"):
            total = table.sum()
        if not np.isfinite(total):
            gone |= np.isnan(table).any(axis=1)
    return gone


def _known(per_row: Mapping[str, Array]) -> Array | None:
    known, weights = per_row.get("offset_scale"), per_row.get("var_weights")
    if weights is None:
        return known
    return (0.0 if known is None else known) - np.log(weights)
