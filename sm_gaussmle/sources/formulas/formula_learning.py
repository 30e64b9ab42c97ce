"""What one part of a table tells of formulas: levels, types, means. It can be added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.sources.formulas.design_state import dumped, loaded
from sm_gaussmle.sources.formulas.factor_values import Coded, PartColumns, Value
from sm_gaussmle.sources.formulas.formula_factors import FormulaFactors
from sm_gaussmle.sources.formulas.formula_types import common_type
from sm_gaussmle.sources.formulas.row_values import Mask, read_factors
from sm_gaussmle.sources.formulas.transform_state import Moments

# Levels above which a dense matrix of contrasts and the products of its columns outgrow
# memory (200 MB each).
MOST_LEVELS = 5_000

# For each factor its levels, and for each spline the ends of its argument, with their places.
Levels = dict[str, dict[Any, int]]
Ends = dict[tuple[str, str], list[tuple[float, int]]]


@dataclass(frozen=True, eq=False)
class Witnesses:
    """Complete rows that show what formulas learn from rows.

    Attributes
    ----------
    rows : DataFrame
        One for the first row of each level of each factor, and those with the smallest and
        the largest argument of splines.
    levels : dict
        For each categorical factor its levels, each with its place in `rows`.
    ends : dict
        For each spline the smallest and the largest argument, each with its place in `rows`.
    """

    rows: pd.DataFrame
    levels: Levels
    ends: Ends

    def and_further(self, others: Sequence[Witnesses], dtypes: dict[str, Any]) -> Witnesses:
        """These, and of others those that show something new.

        Parameters
        ----------
        others : sequence of Witnesses
            Of parts that follow, in their order.
        dtypes : dict
            Types of the columns in all of these parts together.

        Returns
        -------
        Witnesses
            The same, where nothing is new.

        Raises
        ------
        ValueError
            If a factor has more levels than can be fitted.
        """
        levels = {factor: dict(found) for factor, found in self.levels.items()}
        ends = {key: list(two) for key, two in self.ends.items()}
        begin = len(self.rows)
        for other in others:
            for factor, found in other.levels.items():
                known = levels[factor]
                known.update((lv, begin + p) for lv, p in found.items() if lv not in known)
            for key, ((low, first), (high, last)) in other.ends.items():
                if low < ends[key][0][0]:
                    ends[key][0] = (low, begin + first)
                if high > ends[key][1][0]:
                    ends[key][1] = (high, begin + last)
            begin += len(other.rows)
        if _places(levels, ends)[-1] < len(self.rows):
            return self  # as of most parts: what is known is not copied then
        parts = [_of_types(one.rows, dtypes) for one in (self, *others)]
        return _picked(pd.concat(parts, ignore_index=True), levels, ends)


@dataclass(frozen=True, eq=False)
class Learned:
    """What the rows of some parts tell, in the order of the parts.

    Attributes
    ----------
    dtypes : dict
        Types of the columns, as they are in the parts together.
    moments : dict
        For each transform that centres the moments of its argument.
    parts : tuple of Witnesses
        Those of parts that have complete rows; the first may be of several parts.
    waiting : int
        Number of rows in the others. To look at them is put off until they are as many as
        those of the first: to put each of them to all before it would take time that grows
        with the square of the number of parts.
    """

    dtypes: dict[str, Any]
    moments: dict[tuple[str, str], Moments]
    parts: tuple[Witnesses, ...] = ()
    waiting: int = 0

    def __add__(self, other: Learned) -> Learned:
        dtypes = {
            name: common_type(self.dtypes[name], other.dtypes[name]) for name in self.dtypes
        }
        if not self.parts or not other.parts:
            some = self if self.parts else other
            return Learned(dtypes, some.moments, some.parts, some.waiting)
        moments = {key: self.moments[key] + more for key, more in other.moments.items()}
        waiting = self.waiting + len(other.parts[0].rows) + other.waiting
        both = Learned(dtypes, moments, self.parts + other.parts, waiting)
        if waiting < len(self.parts[0].rows):
            return both
        return Learned(dtypes, moments, (both.witnesses(),))

    def witnesses(self) -> Witnesses:
        """Rows of all parts that bear witness.

        Returns
        -------
        Witnesses
            Of at least one part that has a complete row.

        Raises
        ------
        ValueError
            If a factor has more levels than can be fitted.
        """
        first, *others = self.parts
        return first.and_further(others, self.dtypes) if others else first


@dataclass(frozen=True, eq=False)
class Learner:
    """Reads one part, for `Table.total`; pickled with the names outside the data.

    Attributes
    ----------
    factors : FormulaFactors
        The factors of the formulas.
    outside : mapping
        Names outside the data.
    gone : callable or None
        Tells the rows of a part that are missing for other reasons.
    types : mapping
        Types of columns in the whole table, of those that are calculated with.
    """

    factors: FormulaFactors
    outside: Mapping[str, Any]
    gone: Callable[[pd.DataFrame], Mask] | None
    types: Mapping[str, Any]

    def __reduce__(self) -> tuple[Any, ...]:
        rest = (self.gone, dict(self.types))
        return _unpickled, (dumped(self.factors), dumped(dict(self.outside)), *rest)

    def __call__(self, frame: pd.DataFrame) -> Learned:
        """What a part tells.

        Parameters
        ----------
        frame : DataFrame
            The part.

        Returns
        -------
        Learned
            From the rows that are complete in all formulas.
        """
        gone = None if self.gone is None else np.asarray(self.gone(frame), dtype=bool)
        variables = list(self.factors.variables)
        data = frame[variables]
        dtypes = dict(data.dtypes)
        read = read_factors(self.factors.stateless, data, variables, gone, self.types)
        read = read.complete(gone)
        read = read.without_holes(data, [factor.name() for factor in self.factors.stateful])
        arguments = {}
        if read.n_rows:
            arguments = self.factors.arguments(PartColumns(read.of(data), self.types))
            whole = np.ones(read.n_rows, dtype=bool)
            for argument in arguments.values():
                whole &= ~np.isnan(argument).any(axis=1)
            read = read.part(whole)
            arguments = {key: argument[whole] for key, argument in arguments.items()}
        rows = read.of(data)
        if not read.n_rows:
            return Learned(dtypes, {})
        return _told(self.factors, dtypes, rows, read.values, arguments)


def _told(
    factors: FormulaFactors,
    dtypes: dict[str, Any],
    rows: pd.DataFrame,
    values: list[Value],
    arguments: dict[tuple[str, str], NDArray[Any]],
) -> Learned:
    levels, ends, moments = {}, {}, {}
    for reader, value in zip(factors.stateless, values, strict=True):
        name = reader.factor.name()
        if isinstance(value, Coded) and name in factors.unknown_levels:
            first = np.full(len(value.levels), len(rows))
            np.minimum.at(first, value.codes, np.arange(len(rows)))
            seen = first < len(rows)
            labels = np.asarray(value.levels, dtype=object)[seen]
            levels[name] = dict(zip(labels, first[seen].tolist(), strict=True))
    for key, argument in arguments.items():
        if factors.splines[key]:
            two = int(argument.argmin()), int(argument.argmax())
            ends[key] = [(float(argument[place, 0]), place) for place in two]
        else:
            moments[key] = Moments.of(argument)
    return Learned(dtypes, moments, (_picked(rows, levels, ends),))


def _of_types(rows: pd.DataFrame, dtypes: dict[str, Any]) -> pd.DataFrame:
    """Rows of types that others have too, so that pandas need not find one for both."""
    if list(rows.dtypes) == list(dtypes.values()):
        return rows  # to look is much cheaper than to convert columns to what they are
    return rows.astype(dtypes)


def _places(levels: Levels, ends: Ends) -> list[int]:
    """Places of rows that bear witness; the first one does where nothing else is to be seen."""
    of_levels = (place for found in levels.values() for place in found.values())
    of_ends = (place for two in ends.values() for _, place in two)
    return sorted({0, *of_levels, *of_ends})


def _picked(rows: pd.DataFrame, levels: Levels, ends: Ends) -> Witnesses:
    """Of rows those that bear witness."""
    for factor, found in levels.items():
        if len(found) > MOST_LEVELS:
            raise ValueError(
                f"the factor {factor!r} has more than {MOST_LEVELS:,} levels; each would be a "
                "column. Is it a number, or a name of each row? Leave it out, or put levels "
                "together."
            )
    order = _places(levels, ends)
    place = {old: new for new, old in enumerate(order)}
    return Witnesses(
        rows.iloc[order].reset_index(drop=True),
        {factor: {lv: place[p] for lv, p in found.items()} for factor, found in levels.items()},
        {key: [(end, place[p]) for end, p in two] for key, two in ends.items()},
    )


def _unpickled(factors: bytes, outside: bytes, *rest: Any) -> Learner:
    names = loaded(outside, {})
    return Learner(loaded(factors, names), names, *rest)
