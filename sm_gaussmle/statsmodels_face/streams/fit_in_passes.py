"""What a comparison needs to know of a fit of rows that are read in passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from sm_gaussmle.inference.further_columns import further_columns
from sm_gaussmle.sources.stream import Record, Stream
from sm_gaussmle.statsmodels_face.streams.extra_columns import with_extra
from sm_gaussmle.statsmodels_face.streams.row_reader import Extra, RowReader
from sm_gaussmle.statsmodels_face.streams.summed_columns import EQUATIONS, SummedColumns

if TYPE_CHECKING:
    from sm_gaussmle.sources.formulas.formula_columns import FormulaColumns
    from sm_gaussmle.statsmodels_face.model import GaussianMLE


@dataclass(frozen=True)
class FitInPasses:
    """A fit of rows that are read in passes.

    Attributes
    ----------
    model : GaussianMLE
        The model.
    stream : Stream
        Its rows.
    constrained : bool
        Whether it is under constraints.
    """

    model: GaussianMLE
    stream: Stream
    constrained: bool

    @property
    def closed_form(self) -> bool:
        """Whether the maximum is that of least squares."""
        return self.model.closed_form and not self.constrained

    @property
    def columns(self) -> SummedColumns:
        """Its columns."""
        names = {equation: self.model.equation_columns(equation) for equation in EQUATIONS}
        return SummedColumns(
            names, self.stream.tally.columns, bool(self.model.k_constant_scale)
        )

    def not_nested_in(self, larger: FitInPasses) -> str:
        """Why the model is no special case of another, as far as its columns tell.

        Columns of the same name and the same sums are the same. Others are looked at in
        one pass over the rows of the larger model.

        Parameters
        ----------
        larger : FitInPasses
            The other fit, of the same responses.

        Returns
        -------
        str
            Empty where it is one.
        """
        return next(self._reasons(larger), "")

    def _reasons(self, larger: FitInPasses) -> Iterator[str]:
        if larger.constrained:
            yield "the larger model has constraints, and its rows are not in memory"
        mine, its = self.columns, larger.columns
        yield from mine.known_differs(its)
        missing = [mine.missing_in(its, equation) for equation in EQUATIONS]
        reader = cast("RowReader", self.stream.reader)
        formulas = reader.mean, reader.scale_columns
        for equation, formula, names in zip(EQUATIONS, formulas, missing, strict=True):
            if formula is None and names:
                yield f"`{equation}` of the larger model has no constant"
            elsewhere = _absent(formula, larger) if formula is not None and names else []
            if elsewhere:
                yield f"its data have no column {', '.join(elsewhere)}"
        if any(missing):
            mean, scale = (_extra(*each) for each in zip(formulas, missing, strict=True))
            stream = with_extra(larger.model, mean, scale, groups=())
            # A record of its own: the columns of the other model come with these rows.
            yield from self._beyond(larger, replace(stream, record=Record()), missing)

    def _beyond(
        self, larger: FitInPasses, stream: Stream, missing: Sequence[Sequence[str]]
    ) -> Iterator[str]:
        """What one pass over the rows of the larger model says of columns beside its own."""
        mine, large = self.columns, larger.model
        found = further_columns(
            stream,
            (large.k_exog, large.k_scale),
            (large.constant_column, large.constant_scale_column),
            separate=True,
        )
        for equation, names, columns in zip(EQUATIONS, missing, found, strict=True):
            if names:
                there = stream.tally.columns[f"further {equation}"]
                same = mine.of(equation, names).alike(there)
                others = [name for name, each in zip(names, same, strict=True) if not each]
                if others:
                    yield f"{', '.join(others)} of `{equation}` has other values in its data"
                beyond = columns.share > columns.tolerance
                new = [name for name, is_new in zip(names, beyond, strict=True) if is_new]
                if new:
                    yield f"{', '.join(new)} of `{equation}` is no combination of its columns"


def _absent(formula: FormulaColumns, larger: FitInPasses) -> list[str]:
    there = larger.stream.table.columns
    return [name for name in formula.variables if name not in there]


def _extra(formula: FormulaColumns | None, names: Sequence[str]) -> list[Extra]:
    if formula is None or not names:  # a constant alone has no formula
        return []
    return [Extra(formula, tuple(formula.names.index(name) for name in names), "restricted")]
