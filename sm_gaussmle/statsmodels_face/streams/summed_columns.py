"""Columns of a model by what they sum to, for a comparison with those of another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sm_gaussmle.sources.column_sums import ColumnSums

EQUATIONS = ("exog", "exog_scale")
_KNOWN = {
    "exog": ("offset", "offset"),
    "exog_scale": ("offset_scale", "offset or weights"),
}


@dataclass(frozen=True)
class SummedColumns:
    """Columns of a model by what they sum to.

    Attributes
    ----------
    names : mapping of str to sequence of str
        Names of the columns of each equation.
    sums : mapping of str to ColumnSums
        Of the columns; without those of a constant log variance.
    constant_scale : bool
        Whether the log variance has a constant.
    """

    names: Mapping[str, Sequence[str]]
    sums: Mapping[str, ColumnSums]
    constant_scale: bool

    def known_differs(self, other: SummedColumns) -> Iterator[str]:
        """Which known part of the model is another one.

        Parameters
        ----------
        other : SummedColumns
            Of the same rows.

        Yields
        ------
        str
            Why models are not nested.
        """
        for equation, (name, text) in _KNOWN.items():
            mine, its = self.sums.get(name), other.sums.get(name)
            same = mine.alike(its).all() if mine and its else mine is its
            if not same:
                yield f"it has another {text} in `{equation}`"

    def missing_in(self, other: SummedColumns, equation: str) -> list[str]:
        """Columns that another model does not have by the same name with the same values.

        Parameters
        ----------
        other : SummedColumns
            Of the same rows.
        equation : {"exog", "exog_scale"}
            Which equation.

        Returns
        -------
        list of str
            Their names.
        """
        mine, its = self.sums.get(equation), other.sums.get(equation)
        names, others = self.names[equation], other.names[equation]
        if mine is None:  # a constant alone
            return [] if other.constant_scale else list(names)
        if its is None:
            return [name for name in names if name != "Intercept"]
        shared = [name for name in names if name in others]
        same = self.of(equation, shared).alike(other.of(equation, shared))
        alike = {name for name, each in zip(shared, same, strict=True) if each}
        return [name for name in names if name not in alike]

    def of(self, equation: str, names: Sequence[str]) -> ColumnSums:
        """Sums of some columns.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            Which equation.
        names : sequence of str
            Names of the columns.

        Returns
        -------
        ColumnSums
            In this order.
        """
        places = [list(self.names[equation]).index(name) for name in names]
        return self.sums[equation].part(places)
