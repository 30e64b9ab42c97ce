"""What one part of a table tells of formulas: levels, types, means. It can be added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


@dataclass(frozen=True, eq=False)
class Learned:
    """What the rows of some parts tell, in the order of the parts.

    Attributes
    ----------
    dtypes : dict
        Types of the columns, as they are in the parts together.
    rows : DataFrame
        Complete rows that bear witness: one for each level of each factor, and those with
        the smallest and the largest argument of splines.
    levels : dict
        For each categorical factor its levels, each with its place in `rows`.
    ends : dict
        For each spline the smallest and the largest argument, each with its place in `rows`.
    moments : dict
        For each transform that centres the moments of its argument.
    """

    dtypes: dict[str, Any]
    rows: pd.DataFrame
    levels: dict[str, dict[Any, int]]
    ends: dict[tuple[str, str], list[tuple[float, int]]]
    moments: dict[tuple[str, str], Moments]

    def __add__(self, other: Learned) -> Learned:
        dtypes = {
            name: common_type(self.dtypes[name], other.dtypes[name]) for name in self.dtypes
        }
        if not len(self.rows) or not len(other.rows):
            some = self if len(self.rows) else other
            return Learned(dtypes, some.rows, some.levels, some.ends, some.moments)
        new = {
            place
            for factor, levels in other.levels.items()
            for level, place in levels.items()
            if level not in self.levels[factor]
        }
        for key, ((low, first), (high, last)) in other.ends.items():
            new |= {first} if low < self.ends[key][0][0] else set()
            new |= {last} if high > self.ends[key][1][0] else set()
        moments = {key: self.moments[key] + more for key, more in other.moments.items()}
        if not new:  # as of most parts: what is known is not copied then
            return Learned(dtypes, self.rows, self.levels, self.ends, moments)
        places = {place: len(self.rows) + i for i, place in enumerate(sorted(new))}
        levels = {
            factor: _few(
                {level: places[p] for level, p in found.items() if p in places}
                | self.levels[factor],
                factor,
            )
            for factor, found in other.levels.items()
        }
        ends = {
            key: [
                (low, places[first]) if low < old[0][0] else old[0],
                (high, places[last]) if high > old[1][0] else old[1],
            ]
            for key, ((low, first), (high, last)) in other.ends.items()
            for old in [self.ends[key]]
        }
        # Of one type, so that pandas need not find one.
        parts = [self.rows.astype(dtypes), other.rows.iloc[sorted(new)].astype(dtypes)]
        rows = pd.concat(parts, ignore_index=True)
        return Learned(dtypes, rows, levels, ends, moments)


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
            return Learned(dtypes, rows, {}, {}, {})
        return _told(self.factors, dtypes, rows, read.values, arguments)


def _told(
    factors: FormulaFactors,
    dtypes: dict[str, Any],
    rows: pd.DataFrame,
    values: list[Value],
    arguments: dict[tuple[str, str], NDArray[Any]],
) -> Learned:
    places = {0}
    levels, ends, moments = {}, {}, {}
    for reader, value in zip(factors.stateless, values, strict=True):
        name = reader.factor.name()
        if isinstance(value, Coded) and name in factors.unknown_levels:
            codes, first = np.unique(value.codes, return_index=True)
            found = dict(zip(np.asarray(value.levels, dtype=object)[codes], first, strict=True))
            levels[name] = _few(found, name)
            places.update(first.tolist())
    for key, argument in arguments.items():
        if factors.splines[key]:
            ends[key] = [int(argument.argmin()), int(argument.argmax())]
            places.update(ends[key])
        else:
            moments[key] = Moments.of(argument)
    order = sorted(places)
    place = {old: new for new, old in enumerate(order)}
    return Learned(
        dtypes,
        rows.iloc[order].reset_index(drop=True),
        {name: {lv: place[p] for lv, p in found.items()} for name, found in levels.items()},
        {
            key: [(float(arguments[key][p, 0]), place[p]) for p in two]
            for key, two in ends.items()
        },
        moments,
    )


def _few(levels: dict[Any, int], factor: str) -> dict[Any, int]:
    if len(levels) > MOST_LEVELS:
        raise ValueError(
            f"the factor {factor!r} has more than {MOST_LEVELS:,} levels; each would be a column. "
            "Is it a number, or a name of each row? Leave it out, or put levels together."
        )
    return levels


def _unpickled(factors: bytes, outside: bytes, *rest: Any) -> Learner:
    names = loaded(outside, {})
    return Learner(loaded(factors, names), names, *rest)
