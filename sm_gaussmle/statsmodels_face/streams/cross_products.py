"""Rows that are summed chunk by chunk, and fitted without them.

Longer than other modules because each method is documented here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from sm_gaussmle.estimation.errors import NonFiniteError
from sm_gaussmle.sources.formulas.design_state import dumped, loaded
from sm_gaussmle.sources.formulas.formula_columns import FormulaColumns
from sm_gaussmle.sources.formulas.formula_state import LearningError, learn
from sm_gaussmle.sources.table import NoRowsError, Table
from sm_gaussmle.sources.tables.frame import FrameTable
from sm_gaussmle.sources.tables.opening import open_table
from sm_gaussmle.statsmodels_face.arguments.constants import Constants
from sm_gaussmle.statsmodels_face.arguments.frames import as_frame
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, flag
from sm_gaussmle.statsmodels_face.formulas.formula_text import (
    environment,
    formula_sides,
    split_formula,
)
from sm_gaussmle.statsmodels_face.formulas.refusals import unambiguous
from sm_gaussmle.statsmodels_face.model import GaussianMLE
from sm_gaussmle.statsmodels_face.persistence.json_text import write_json
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError
from sm_gaussmle.statsmodels_face.streams.row_reader import MissingIn, RowReader
from sm_gaussmle.statsmodels_face.streams.row_sums import NOTHING, RowSums, row_sums
from sm_gaussmle.statsmodels_face.streams.streamed_model import model_of_stream
from sm_gaussmle.statsmodels_face.streams.sums_document import (
    WEIGHTS,
    Plan,
    plain_state,
    read_sums,
    sums_document,
)

_COVARIANCES = ("nonrobust", "unbiased")


class CrossProducts:
    r"""Sums of squares and products of a formula's columns, chunk by chunk.

    They are all that exact responses of constant variance have to say: rows can be summed
    where and when they come, month by month or machine by machine, the sums saved and
    merged later, and fitted without the rows.

    Parameters
    ----------
    formula : str
        Mean equation, ``"y ~ x + C(g, levels=['a', 'b'])"``.
    data : DataFrame, path or other table, optional
        Rows to learn from what the formula must know of all rows: levels, means, knots. All
        that `gaussmle` takes will do. They are not summed. By default the formula must need
        none: numbers, ``C(g, levels=[...])``, ``bs`` with knots and bounds; types of columns
        are those of the first chunk. The levels of a pandas categorical are its categories,
        whether or not a row has them.
    offset, offset_scale, freq_weights, var_weights : str, optional
        Columns, as for `GaussianMLE`.
    missing : {"drop", "raise"}, default "drop"
        What to do about rows with a missing value.
    eval_env : int or dict, optional
        Where names that are not in the data are looked up, as for `gaussmle`.

    Attributes
    ----------
    formula : str
        Mean equation.
    nobs : float
        Sum of the frequency weights so far.
    n_given, n_missing : int
        Rows so far, and those of them with a missing value.

    Raises
    ------
    ValueError
        If the formula has a scale equation or intervals, which no sums do for.

    See Also
    --------
    gaussmle : Reads tables that outgrow memory in passes, for all models.

    Notes
    -----
    What is kept is not :math:`X'WX` but its triangular factor :math:`R`, of columns less
    the means of the first chunk: it has :math:`R'R = X'WX` and loses the condition number
    of :math:`X` where cross products lose its square. Two factors add up by a QR
    decomposition of one on top of the other [1]_, so that the sum is as accurate as a
    decomposition of all rows, however they were cut into chunks. It takes 8 bytes times the
    square of the number of columns.

    References
    ----------
    .. [1] J. Demmel, L. Grigori, M. Hoemmen and J. Langou, "Communication-optimal Parallel
       and Sequential QR and LU Factorizations", SIAM Journal on Scientific Computing 34
       (2012) A206-A239. doi:10.1137/080731992

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> sums = smg.CrossProducts("thalach ~ age + exang + oldpeak")
    >>> january = sums.update(heart[:150])
    >>> february = smg.CrossProducts("thalach ~ age + exang + oldpeak").update(heart[150:])
    >>> result = january.merge(february).fit()
    >>> print(result.params.round(4))
    Intercept     203.3660
    age            -0.8298
    exang         -14.2542
    oldpeak        -3.7805
    ln(sigma2)      5.8920
    dtype: float64
    >>> print(round(result.llf, 2))
    -1322.58
    """

    def __init__(
        self,
        formula: str,
        data: Any = None,
        *,
        offset: str | None = None,
        offset_scale: str | None = None,
        freq_weights: str | None = None,
        var_weights: str | None = None,
        missing: str = "drop",
        eval_env: int | dict[str, Any] | None = None,
    ) -> None:
        mean, scale = split_formula(formula, None)
        if scale is not None and scale.replace(" ", "") != "~1":
            raise ValueError(
                f"`formula` {formula!r} has a scale equation, whose fit needs the rows again; "
                "sums are of constant variance. Use gaussmle, which reads rows in passes."
            )
        choice(missing, "missing", ("drop", "raise"))
        given = (offset, offset_scale, freq_weights, var_weights)
        weights = {name: v for name, v in zip(WEIGHTS, given, strict=True) if v is not None}
        for name, value in weights.items():
            if not isinstance(value, str):
                raise TypeError(
                    f"`{name}` is a {type(value).__name__}; it must be the name of a column of "
                    "each chunk."
                )
        names = environment([mean], eval_env, (), depth=1)
        self._plan = Plan(mean, weights, missing, names)
        self._reader: RowReader | None = None
        self._sums: RowSums | None = None
        if data is not None:
            self._plan, self._reader = _learned(self._plan, _table(data, self.formula))

    @property
    def formula(self) -> str:
        """Mean equation."""
        return self._plan.formula

    @property
    def nobs(self) -> float:
        """Sum of the frequency weights so far."""
        return self._tally.nobs

    @property
    def n_given(self) -> int:
        """Rows so far."""
        return self._tally.n_given

    @property
    def n_missing(self) -> int:
        """Rows so far that miss something."""
        return self._tally.n_missing

    @property
    def _tally(self) -> Any:
        return NOTHING if self._sums is None else self._sums.tally

    def __len__(self) -> int:
        """Rows that were summed."""
        return int(self._tally.n_rows)

    def __repr__(self) -> str:
        """The formula and the number of rows."""
        return f"<CrossProducts of {self.formula!r}: {len(self)} rows>"

    def update(self, data: Any, *, progress: bool = False) -> Self:
        """Add rows.

        Parameters
        ----------
        data : DataFrame, path or other table
            A chunk: all that `gaussmle` takes will do.
        progress : bool, default False
            Whether to show how far the pass over it is.

        Returns
        -------
        CrossProducts
            These sums. After an error they are what they were before.

        Raises
        ------
        ValueError
            If a column is not there, a value is wrong or infinite, a factor has a level
            that the formula does not know, or the formula must know all rows.
        """
        flag(progress, "progress")
        table = _table(data, self.formula)
        plan, reader = self._plan, self._reader
        if reader is None:
            plan, reader = _learned(plan, _FirstChunk(table))
        lacking = [name for name in reader.columns if name not in table.columns]
        if lacking:
            raise ValueError(
                f"`data` has no column {', '.join(map(repr, lacking))}, which {plan.formula!r} "
                f"or its weights need; the columns are {', '.join(table.columns)}."
            )
        known = None if self._sums is None else self._sums.origin
        try:
            with np.errstate(over="ignore"):  # refused
                more = row_sums(table, reader, known, shown=progress)
            if not np.isfinite(more.triangle.factor).all():
                raise NonFiniteError  # noqa: TRY301 - as the means of the first rows do
        except NonFiniteError as error:
            raise ValueError(
                "`data` has values that are infinite, or too large for their squares to be "
                f"floating-point numbers, in the variables of {plan.formula!r} or its weights."
            ) from error
        sums = more if self._sums is None else self._sums + more
        self._plan, self._reader, self._sums = plan, reader, sums
        return self

    def merge(self, other: CrossProducts) -> Self:
        """Add the rows of other sums.

        Parameters
        ----------
        other : CrossProducts
            Of the same formula and weights; it stays as it is.

        Returns
        -------
        CrossProducts
            These sums.

        Raises
        ------
        TypeError
            If it is something else.
        ValueError
            If the formulas differ, or what they have learned: levels, means, knots.
        """
        if not isinstance(other, CrossProducts):
            raise TypeError(f"`other` is a {type(other).__name__}; it must be CrossProducts.")
        _refuse_other(self, other)
        if other._reader is not None:
            self._plan = other._plan if self._reader is None else self._plan
            self._reader = self._reader or other._reader
        if other._sums is not None:
            self._sums = other._sums if self._sums is None else self._sums + other._sums
        return self

    def __add__(self, other: CrossProducts) -> CrossProducts:
        """New sums of the rows of both."""
        if not isinstance(other, CrossProducts):
            return NotImplemented
        new = object.__new__(type(self))
        new.__dict__.update(vars(self))
        return new.merge(other)

    def __radd__(self, other: object) -> CrossProducts:
        """The sums themselves on top of 0, with which ``sum`` begins."""
        if type(other) is int and other == 0:
            return self
        return NotImplemented

    def fit(self, *, cov_type: str = "nonrobust", use_t: bool | None = None) -> Any:
        """Fit the model: no row is needed.

        Parameters
        ----------
        cov_type : {"nonrobust", "unbiased"}, default "nonrobust"
            Covariance estimator, as for `GaussianMLE.fit`; others need the rows.
        use_t : bool, optional
            Whether p-values and intervals use the t distribution; by default with
            "unbiased".

        Returns
        -------
        GaussianMLEResults
            As of `gaussmle`, wrapped. What has one entry per row, or needs the rows again,
            raises an `AttributeError` that says that they were not kept.

        Raises
        ------
        ValueError
            If there are no rows, columns are dependent, the fit is perfect or the
            covariance needs the rows.
        """
        if str(cov_type).lower() not in _COVARIANCES:
            raise ValueError(
                f"`cov_type` is {cov_type!r}, which no sums tell; it must be one of "
                f"{', '.join(_COVARIANCES)}. Others are estimated by gaussmle, which reads the "
                "rows."
            )
        if self._sums is None or self._reader is None or not len(self):
            raise NoRowsError(
                f"there are no rows to fit: of {self.n_given} rows none was complete. Add some "
                "with update()."
            )
        stream = self._sums.stream(self._reader)
        model = model_of_stream(
            GaussianMLE,
            stream,
            (self.formula, None),
            dict(self._reader.mean.outside),
            None,
            Constants(
                self._reader.mean.intercept,
                0,
                self._sums.spans_constant(self._reader),
                spans_scale=True,
                constant_variance=True,
            ),
        )
        return model.fit(cov_type=cov_type, use_t=use_t)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the sums to a JSON file, which is safe to read.

        Parameters
        ----------
        path : str or path
            The file.

        Raises
        ------
        TypeError
            If the formula uses a function or transform that is not from NumPy, SciPy,
            pandas or patsy: code is not written.
        """
        write_json(path, sums_document(self._plan, self._reader, self._sums))

    @classmethod
    def load(cls, source: str | os.PathLike[str]) -> Self:
        """Read sums that `save` has written.

        Parameters
        ----------
        source : str or path
            The file, or its text.

        Returns
        -------
        CrossProducts
            With all digits.

        Raises
        ------
        ValueError
            If it is no such file, is of a newer version, or was changed.

        Notes
        -----
        Reading runs no code of the file. ``update``, and predicting from a data frame,
        evaluate its formula, which is code: do neither with files from strangers.
        """
        new = object.__new__(cls)
        new._plan, new._reader, new._sums = read_sums(source)
        return new

    def __getstate__(self) -> dict[str, Any]:
        """State for pickling, also by a plain pickle."""
        bare = replace(self._plan, names={})
        return vars(self) | {"_plan": bare, "names": dumped(dict(self._plan.names))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what `__getstate__` has made."""
        plan = replace(state["_plan"], names=loaded(state.pop("names"), {}))
        self.__dict__.update(state | {"_plan": plan})


@dataclass(frozen=True)
class _FirstChunk:
    """A table whose rows are not all that there will be."""

    table: Table
    reads_once = True

    @property
    def columns(self) -> tuple[str, ...]:
        return self.table.columns

    @property
    def text(self) -> str:
        return self.table.text

    def head(self, columns: Any) -> pd.DataFrame:
        return self.table.head(columns)


def _table(data: Any, formula: str) -> Table:
    table = open_table(data)
    if table is not None:
        return table
    frame = as_frame(data, "data")
    unambiguous([formula], frame, "data")
    return FrameTable(frame)


def _learned(plan: Plan, table: Any) -> tuple[Plan, RowReader]:
    """What is known of the formula, with the names outside the data that it uses."""
    for name, column in plan.weights.items():
        if column not in table.columns:
            raise ValueError(
                f"`{name}` is {column!r}, which is no column of the data; the columns are "
                f"{', '.join(table.columns)}."
            )
    names = environment([plan.formula], dict(plan.names), table.columns, depth=0)
    weighted = tuple(plan.weights.values())
    left, right = formula_sides(plan.formula)
    try:
        response, mean = learn(
            [f"0 + {left}", right],
            table,
            names,
            MissingIn(weighted) if weighted else None,
            extra_columns=weighted,
            fixed_categories=True,
            further_rows=True,
            shown={f"0 + {left}": plan.formula, right: plan.formula},
        )
    except LearningError as error:
        raise LearningError(
            f"`formula` {plan.formula!r} must know all rows to tell the columns of "
            f"{', '.join(error.factors)}, and a chunk has not all. Give the levels, "
            "C(g, levels=[...]), or the knots and bounds, bs(x, knots=[...], "
            "lower_bound=..., upper_bound=...); centre by hand; or pass `data`, rows that "
            "have all levels, to learn from.",
            error.factors,
        ) from error
    if len(response.names) != 1:
        raise ValueError(
            f"the response of {plan.formula!r} has {len(response.names)} columns "
            f"({', '.join(response.names)}); it must be one number per row. Intervals need the "
            "rows: use gaussmle."
        )
    if not mean.names:
        raise ValueError(
            f"the mean of {plan.formula!r} has no columns; it needs at least one, such as the "
            "constant of 'y ~ 1'."
        )
    reader = RowReader(response, mean, None, plan.weights, {}, plan.missing)
    return replace(plan, names=names), reader


def _refuse_other(mine: CrossProducts, its: CrossProducts) -> None:
    one, other = mine._plan, its._plan
    if one.formula != other.formula:
        raise ValueError(
            f"`other` is of the formula {other.formula!r}, and these sums are of "
            f"{one.formula!r}; only sums of the same can be added."
        )
    if dict(one.weights) != dict(other.weights):
        raise ValueError(
            f"`other` has the offsets and weights {_given(other.weights)}, and these sums "
            f"{_given(one.weights)}; only sums of the same can be added."
        )
    if mine._reader is None or its._reader is None:
        return
    for left, right in (
        (mine._reader.response, its._reader.response),
        (mine._reader.mean, its._reader.mean),
    ):
        if left.names != right.names:
            raise ValueError(
                f"`other` has the columns {', '.join(right.names)}, and these sums "
                f"{', '.join(left.names)}. Give both the same levels: C(g, levels=[...])."
            )
        if not _same_columns(left, right, one.formula):
            raise ValueError(
                f"`other` has learned other values for {one.formula!r} than these sums (levels, "
                "means, knots, or names outside the data), so that its columns are others. Make "
                "all sums with the same `data`."
            )


def _same_columns(left: FormulaColumns, right: FormulaColumns, formula: str) -> bool:
    if left is right:
        return True
    try:
        return bool(plain_state(left) == plain_state(right))
    except NotPlainError as error:
        raise ValueError(
            f"whether `other` has learned the same for {formula!r} cannot be told: {error}. Put "
            "what such functions make into columns of the data."
        ) from error


def _given(weights: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={column!r}" for name, column in weights.items()) or "none"
