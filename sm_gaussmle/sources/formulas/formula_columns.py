"""Columns of formulas for one part of a table, from a state that is fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from patsy import DesignInfo

from sm_gaussmle.sources.formulas.design_blocks import (
    Factors,
    design_blocks,
    filled,
    spans_ones,
)
from sm_gaussmle.sources.formulas.design_state import dumped, loaded
from sm_gaussmle.sources.formulas.elementwise import is_elementwise
from sm_gaussmle.sources.formulas.factor_values import Coded, FactorReader, PartColumns, Value
from sm_gaussmle.sources.formulas.other_rows import refuse_other_rows
from sm_gaussmle.sources.formulas.row_values import Mask, RowValues, read_factors

Array = NDArray[np.float64]
_MOST_LEVELS = 10  # levels that an error names


@dataclass(frozen=True, eq=False)
class FormulaColumns:
    """Makes the columns of one formula of the rows of a part, as patsy would.

    Pickled, it takes the names outside the data with it; cloudpickle can be needed for
    these alone.

    Attributes
    ----------
    design_info : patsy.DesignInfo
        patsy's memory of the formula.
    outside : mapping
        Names outside the data that the formula may use.
    variables : tuple of str
        Columns of the table that are read.
    bare : mapping
        Factors that are columns as they are, alone or in ``C()``, with the columns.
    dtypes : mapping
        Types of the columns that are numbers, in the whole table.
    beside : DataFrame, optional
        Rows that are put beside those of a part, to see whether a row depends on others.
    """

    design_info: DesignInfo
    outside: Mapping[str, Any]
    variables: tuple[str, ...]
    bare: Mapping[str, str]
    dtypes: Mapping[str, Any]
    beside: pd.DataFrame | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.design_info.column_names)

    @property
    def intercept(self) -> int | None:
        """Position of the column of ones; None where the formula has none."""
        for term in self.design_info.terms:
            if not term.factors:
                return int(self.design_info.slice(term).start)
        return None

    @property
    def spans_constant(self) -> bool:
        """Whether a sum of columns is constant whatever the rows: ``0 + C(g)``."""
        subterms = (s for parts in self.design_info.term_codings.values() for s in parts)
        return any(
            len(subterm.contrast_matrices) == len(subterm.factors)
            and all(spans_ones(c.matrix) for c in subterm.contrast_matrices.values())
            for subterm in subterms
        )

    def __call__(self, frame: pd.DataFrame) -> Array:
        """Columns of the rows of a part.

        Parameters
        ----------
        frame : DataFrame
            The part, with at least the columns `variables`.

        Returns
        -------
        ndarray, shape (n, k)
            In the order of Fortran; NaN in a row in which something is missing.

        Raises
        ------
        ValueError
            If a factor cannot be evaluated, is of another kind than it was, or has a level
            that the formula does not know.
        """
        return joint_columns([self], frame)[0]

    def __reduce__(self) -> tuple[Any, ...]:
        outside = dumped(dict(self.outside))
        rest = (self.variables, dict(self.bare), dict(self.dtypes), self.beside)
        return _unpickled, (dumped(self.design_info), outside, *rest)

    @cached_property
    def readers(self) -> dict[Any, FactorReader]:
        """Its factors, by patsy's."""
        return {
            factor: FactorReader(
                factor, info.state, info.type == "categorical", self.bare.get(factor.name())
            )
            for factor, info in self.design_info.factor_infos.items()
        }

    @cached_property
    def doubtful(self) -> list[FactorReader]:
        """Factors of which it is not plain that a row's value depends on no other row."""
        return [
            reader
            for reader in self.readers.values()
            if reader.column is None
            and not is_elementwise(reader.factor.code, self.variables, self.outside)
        ]

    @cached_property
    def _codes(self) -> dict[Any, dict[Any, int]]:
        return {
            factor: {level: code for code, level in enumerate(info.categories)}
            for factor, info in self.design_info.factor_infos.items()
            if info.type == "categorical"
        }

    @cached_property
    def _blocks(self) -> list[tuple[slice, Factors]]:
        return design_blocks(self.design_info)

    def unknown(self, factor: Any, value: Value) -> NDArray[np.intp]:
        """Levels that the formula does not know.

        Parameters
        ----------
        factor : patsy.EvalFactor
            A factor of the formula.
        value : Coded or ndarray
            Its value on some rows.

        Returns
        -------
        ndarray of int
            Their positions in the levels of the value, whether or not a row has them.
        """
        levels = value.levels if isinstance(value, Coded) else ()
        return np.array(
            [i for i, one in enumerate(levels) if one not in self._codes[factor]], int
        )

    def refuse_unknown(self, factor: Any, value: Value) -> None:
        """Refuse rows whose level the formula does not know.

        Parameters
        ----------
        factor : patsy.EvalFactor
            A factor of the formula.
        value : Coded or ndarray
            Its value on some rows.

        Raises
        ------
        ValueError
            If there is one.
        """
        if not isinstance(value, Coded):
            return
        bad = value.codes[np.isin(value.codes, self.unknown(factor, value))]
        if not len(bad):
            return
        known = [repr(level) for level in self._codes[factor]]
        more = f" and {len(known) - _MOST_LEVELS} more" if len(known) > _MOST_LEVELS else ""
        (first,) = value.levels[bad[:1]].tolist()
        raise ValueError(
            f"the factor {factor.name()!r} has the level {first!r}, which is "
            f"none of those that were fixed before: {', '.join(known[:_MOST_LEVELS])}{more}. "
            "Leave such rows out, or give all levels in the formula: C(g, levels=[...])."
        )

    def matrix(self, values: Mapping[Any, Value], n_rows: int) -> Array:
        """Columns from the values of the factors.

        Parameters
        ----------
        values : mapping
            By factor of patsy; each level in a row is known.
        n_rows : int
            Number of rows.

        Returns
        -------
        ndarray, shape (n, k)
            In the order of Fortran.
        """
        plain = {}
        for factor in self.readers:
            value = values[factor]
            if isinstance(value, Coded):
                known = self._codes[factor]
                # The last one is the code -1.
                ours = np.array([*(known.get(level, -1) for level in value.levels), -1])
                plain[factor] = ours[value.codes]
            else:
                plain[factor] = value
        return filled(self._blocks, plain, n_rows)


def joint_columns(
    formulas: Sequence[FormulaColumns], frame: pd.DataFrame, gone: Mask | None = None
) -> list[Array]:
    """Columns of several formulas for the same rows.

    Rows that are missing in one of them are not looked at in the others where that could
    matter: a level that occurs in such rows alone is unknown, and no error.

    Parameters
    ----------
    formulas : sequence of FormulaColumns
        The formulas.
    frame : DataFrame
        A part with the columns that they read.
    gone : ndarray of bool, shape (n,), optional
        Rows that are missing for other reasons (weights, offsets).

    Returns
    -------
    list of ndarray, shape (n, k)
        In the order of Fortran. A row in which something is missing has NaN in the columns of
        that formula at least, and may have it in all. Infinite values pass, also where
        their product with zero is no number: it is infinite here.

    Raises
    ------
    ValueError
        If a factor cannot be evaluated, is of another kind than it was, or has a level
        that its formula does not know, in a row that is complete; or if the values of a
        row depend on other rows.
    """
    variables = sorted({name for one in formulas for name in one.variables})
    dtypes = {name: dtype for one in formulas for name, dtype in one.dtypes.items()}
    every = [(one, reader) for one in formulas for reader in one.readers.values()]
    first = [(one, reader) for one, reader in every if not reader.stateful]
    later = [(one, reader) for one, reader in every if reader.stateful]
    read = read_factors([reader for _, reader in first], frame, variables, gone, dtypes)
    unknown = read.n_rows > 0 and any(
        len(one.unknown(reader.factor, value))
        for (one, reader), value in zip(first, read.values, strict=True)
    )
    if read.n_rows and (later or unknown):
        # What follows may fail on rows that are left out.
        read = read.complete(gone)
        read = read.without_holes(frame, [reader.factor.name() for _, reader in later])
    if read.n_rows:
        columns = PartColumns(read.of(frame), dtypes)
        more = [reader.read(columns) for _, reader in later]
        read = RowValues(read.rows, read.values + more)
    if unknown:
        read = read.complete(gone)
    if not read.n_rows:
        return [np.full((len(frame), len(one.names)), np.nan) for one in formulas]
    values: dict[int, dict[Any, Value]] = {id(one): {} for one in formulas}
    for (one, reader), value in zip(first + later, read.values, strict=True):
        values[id(one)][reader.factor] = value
    for one in formulas:
        if one.doubtful:
            again = {reader: values[id(one)][reader.factor] for reader in one.doubtful}
            refuse_other_rows(again, read.of(frame)[list(one.variables)], one.beside, dtypes)
    for one in formulas:
        for factor, value in values[id(one)].items():
            one.refuse_unknown(factor, value)
    return [read.spread(one.matrix(values[id(one)], read.n_rows)) for one in formulas]


def _unpickled(design: bytes, outside: bytes, *rest: Any) -> FormulaColumns:
    names = loaded(outside, {})
    return FormulaColumns(loaded(design, names), names, *rest)
