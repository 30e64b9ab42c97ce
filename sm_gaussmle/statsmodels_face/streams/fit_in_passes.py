"""What a comparison needs to know of a fit of rows that are read in passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sm_gaussmle.inference.further_columns import further_columns
from sm_gaussmle.sources.stream import Stream
from sm_gaussmle.statsmodels_face.streams.extra_columns import with_extra
from sm_gaussmle.statsmodels_face.streams.row_reader import Extra, RowReader

if TYPE_CHECKING:
    from sm_gaussmle.sources.formulas.formula_columns import FormulaColumns
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

_EQUATIONS = ("exog", "exog_scale")
_KNOWN = {
    "exog": (("offset",), "offset"),
    "exog_scale": (("offset_scale", "var_weights"), "offset or weights"),
}


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

    def not_nested_in(self, larger: FitInPasses) -> str:
        """Why the model is no special case of another, as far as its columns tell.

        Columns of the same name are taken for the same: both are of the same data. Others
        are looked at in one pass.

        Parameters
        ----------
        larger : FitInPasses
            The other fit, of the same data.

        Returns
        -------
        str
            Empty where it is one.
        """
        if larger.constrained:
            return "the larger model has constraints, and its rows are not in memory"
        mine, its = (cast("RowReader", each.stream.reader) for each in (self, larger))
        for equation, (arguments, known) in _KNOWN.items():
            if any(mine.weights.get(name) != its.weights.get(name) for name in arguments):
                return f"it has another {known} in `{equation}`"
        large = larger.model
        missing = [
            [
                name
                for name in self.model.equation_columns(equation)
                if name not in large.equation_columns(equation)
            ]
            for equation in _EQUATIONS
        ]
        extra = _extra(mine.mean, missing[0]), _extra(mine.scale_columns, missing[1])
        if not any(extra):
            return ""
        found = further_columns(
            with_extra(large, *extra, groups=()),
            (large.k_exog, large.k_scale),
            (large.constant_column, large.constant_scale_column),
            separate=True,
        )
        for equation, names, columns in zip(_EQUATIONS, missing, found, strict=True):
            beyond = columns.share > columns.tolerance
            new = [name for name, is_new in zip(names, beyond, strict=True) if is_new]
            if new:
                return f"{', '.join(new)} of `{equation}` is no combination of its columns"
        return ""


def _extra(formula: FormulaColumns | None, names: Sequence[str]) -> list[Extra]:
    if formula is None or not names:  # a constant alone has no formula
        return []
    return [Extra(formula, tuple(formula.names.index(name) for name in names), "restricted")]
