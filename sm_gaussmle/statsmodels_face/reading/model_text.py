"""What a session shows of a model."""

from __future__ import annotations

from typing import Any

import numpy as np

from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.dropped_columns import DroppedColumns
from sm_gaussmle.statsmodels_face.model_part import ModelPart
from sm_gaussmle.statsmodels_face.reading.summary import dropped_rows
from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable, one_line, response_name

_KNOWN = ("offset", "offset_scale", "freq_weights", "var_weights")
_SHOWN = {
    "left": "left-censored at",
    "right": "right-censored at",
    "trunc_left": "truncated below",
    "trunc_right": "truncated above",
}


def range_text(low: float, high: float) -> str:
    """A limit, or between what values it is where it differs between the rows.

    Parameters
    ----------
    low, high : float
        Its smallest and largest value.

    Returns
    -------
    str
        Short.
    """
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


class ModelText(ModelPart):
    """Text of a model, for the model class to inherit."""

    # What the model class sets.
    data: Any
    nobs: float
    constant_variance: bool
    interval_response: bool
    limit_ranges: dict[str, tuple[float, float]]
    _dropped: tuple[DroppedColumns, ...]
    equation_names: Any
    scale_columns: Any

    @property
    def endog_names(self) -> str:
        """Name of the response; of an interval the names of both ends, "lower, upper"."""
        # statsmodels has a list of two there, and heads the column of summary_col with it.
        names = self.data.ynames
        return ", ".join(map(str, names)) if isinstance(names, list | tuple) else str(names)

    @property
    def dropped_columns(self) -> tuple[str, ...]:
        """Names of the columns that a fit left out as combinations of others."""
        return tuple(name for each in self._dropped for name in each.dropped)

    @property
    def scheme(self) -> str:
        """How responses are observed: "left-censored at 0"; empty where all are exact."""
        parts = ["intervals"] if self.interval_response else []
        parts += [
            f"{_SHOWN[name]} {range_text(*ends)}" for name, ends in self.limit_ranges.items()
        ]
        return ", ".join(parts)

    def equations(self) -> tuple[str, str]:
        """Equations of the mean and of the log variance.

        Returns
        -------
        tuple of two str
            The formulas, or the names of the columns.
        """
        formula = getattr(self, "formula", None)
        if formula is None:
            mean = f"{response_name(self.endog_names)} on {some(self.equation_names('exog'))}"
        else:
            mean = formula
        if self.constant_variance:
            scale = "constant variance"
        elif formula is None:
            scale = f"ln(sigma2) on {some(self.scale_columns())}"
        else:
            scale = f"ln(sigma2) {self.scale_formula}"
        return one_line(mean), one_line(scale)

    def __repr__(self) -> str:
        """Equations, number of observations and what was left out."""
        facts = [*self.equations(), self._count()]
        facts += [f"{name}: {text}" for name, text in self._particulars()]
        return f"<{type(self).__name__}: {'; '.join(facts)}>"

    def _repr_html_(self) -> str:
        mean, scale = self.equations()
        facts = [
            ("mean", mean),
            ("log variance", scale),
            ("rows", self._count()),
            *self._particulars(),
        ]
        names, texts = zip(*facts, strict=True)
        table = SafeTable(
            [[text] for text in texts], stubs=names, title=type(self).__name__, align="l"
        )
        return table.as_html()

    def _count(self) -> str:
        # Rows that are read in passes are counted in the first one, which is that of a fit.
        known = not np.isnan(self.nobs)
        return f"{self.nobs:g} observations" if known else "observations not yet counted"

    def _particulars(self) -> list[tuple[str, str]]:
        # What is not there is elsewhere, with rows that are read in passes.
        given = [name for name in _KNOWN if vars(self).get(name, "elsewhere") is not None]
        particulars = (
            ("with", ", ".join(given)),
            ("responses", self.scheme),
            ("rows dropped", dropped_rows(self)),
            ("columns dropped", some(list(map(one_line, self.dropped_columns)))),
        )
        return [(name, text) for name, text in particulars if text]
