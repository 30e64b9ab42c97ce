"""The state of formulas, fixed by one pass over a table before the first pass of a fit.

The names of the columns and their values are those that patsy makes of the whole table in
memory, whatever engine of formulas is chosen for that: formulaic orders columns otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from patsy import DesignInfo, design_matrix_builders

from sm_gaussmle.sources.formulas.factor_values import PartColumns, levels_are_given
from sm_gaussmle.sources.formulas.formula_columns import FormulaColumns, joint_columns
from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason
from sm_gaussmle.sources.formulas.formula_factors import FormulaFactors, formula_factors
from sm_gaussmle.sources.formulas.formula_learning import Learned, Learner, Levels
from sm_gaussmle.sources.formulas.formula_types import whole_types
from sm_gaussmle.sources.formulas.formula_variables import used_columns
from sm_gaussmle.sources.formulas.other_rows import witnesses
from sm_gaussmle.sources.formulas.row_values import Mask
from sm_gaussmle.sources.formulas.stray_texts import KnowsStrays
from sm_gaussmle.sources.formulas.transform_state import put_back
from sm_gaussmle.sources.table import EXACT_FLOATS, NoRowsError, ReadOnceError, Table

_CHECKED = 1_000  # rows, whose columns can be thousands


class LearningError(ReadOnceError):
    """Formulas must know all rows before the fit.

    Parameters
    ----------
    message : str
        What is wrong.
    factors : sequence of str
        Those that learn from all rows.
    """

    def __init__(self, message: str, factors: Sequence[str]) -> None:
        super().__init__(message)
        self.factors = tuple(factors)


def learn(
    formulas: Sequence[str],
    table: Table,
    outside: Mapping[str, Any],
    gone: Callable[[pd.DataFrame], Mask] | None = None,
    *,
    extra_columns: Sequence[str] = (),
    fixed_categories: bool = False,
    further_rows: bool = False,
    shown: Mapping[str, str] | None = None,
    each: Callable[[Learned], object] | None = None,
) -> tuple[FormulaColumns, ...]:
    """Fix the levels, the means and the names of the columns of formulas.

    No pass is made where the first rows tell all: numbers without stateful transforms,
    booleans, ``C(g, levels=[...])``, ``bs(x, knots=[...], lower_bound=a, upper_bound=b)``.
    One over the columns of whole numbers alone is made where a formula calculates with them
    and the table does not tell whether one is missing: in memory they would all be floats
    then, which do not overflow.

    Parameters
    ----------
    formulas : sequence of str
        Right sides: ``"x + C(g)"``, and for a response ``"0 + y"`` or
        ``"0 + lower + upper"``.
    table : Table
        The rows.
    outside : mapping
        Names outside the data that the formulas use.
    gone : callable, optional
        Maps a part to a mask, shape (n,), of the rows that are missing for other reasons
        than a variable of the formulas.
    extra_columns : sequence of str, optional
        Columns that `gone` reads.
    fixed_categories : bool, default False
        Whether the categories of a categorical column are its levels, whether or not a row
        has them; by default they are those that rows have.
    further_rows : bool, default False
        Whether rows will come that are not in the table.
    shown : mapping of str to str, optional
        What the user has written, for errors, where a formula is another text.
    each : callable, optional
        Called with what each part tells, for a display of progress.

    Returns
    -------
    tuple of FormulaColumns
        One for each formula. What they know is from rows that are complete in all of them
        and not gone.

    Raises
    ------
    ValueError
        If a formula cannot be read or evaluated, names what is not there, has a transform
        that cannot be learned part by part, a factor of more levels than can be fitted, or
        values that depend on other rows of a part.
    NoRowsError
        If no row is complete.
    ReadOnceError
        If all rows have to be read for it and can be read only once.
    PartError
        As `Table.total`.

    Notes
    -----
    A row that becomes missing only by what a transform has learned, such as
    ``np.log(center(x))`` below the mean, still counts for what is learned.
    """
    named = used_columns(formulas, table.columns)
    # Something must be read to know how many rows there are.
    read = list(dict.fromkeys([*named, *extra_columns])) or list(table.columns[:1])
    head = table.head(read)
    shown = shown or {}
    factors = formula_factors(
        formulas,
        outside,
        head[named],
        table.columns,
        fixed_categories=fixed_categories,
        shown=shown,
        strays=table.strays(named) if isinstance(table, KnowsStrays) else {},
    )
    types = whole_types(factors, table, head[named], outside, further_rows=further_rows)
    if factors.need_rows:
        if table.reads_once:
            raise LearningError(
                f"{table.text} can be read only once, and before the fit all rows would have to "
                f"be read to learn {', '.join(factors.learning)}. Give the levels, "
                "C(g, levels=[...]), the bounds of splines, bs(x, knots=[...], lower_bound=..., "
                "upper_bound=...), and centre by hand; or write the rows to a file.",
                factors.learning,
            )
        learned = table.total(Learner(factors, outside, gone, types), read, each)
        if not learned.parts:
            raise NoRowsError(
                f"none of the rows of {table.text} is complete in the variables of the formulas, "
                "weights and offsets."
            )
        found = learned.witnesses()
        rows = found.rows.astype(learned.dtypes)
        _refuse_joined_levels(factors, rows, found.levels, table)
    else:
        learned = Learned({}, {})
        whole = head[named].dropna()
        rows = whole if len(whole) else head[named]
    made = tuple(
        _columns(
            shown.get(formula, formula),
            terms,
            factors,
            learned,
            outside,
            shown_by=rows,
            types=types,
            head=head,
        )
        for formula, terms in zip(formulas, factors.terms, strict=True)
    )
    # What is wrong in the first rows is said before a pass.
    head = head.iloc[:_CHECKED]
    joint_columns(made, head, None if gone is None else np.asarray(gone(head)))
    return made


def _columns(
    formula: str,
    terms: list[Any],
    factors: FormulaFactors,
    learned: Learned,
    outside: Mapping[str, Any],
    *,
    shown_by: pd.DataFrame,
    types: Mapping[str, Any],
    head: pd.DataFrame,
) -> FormulaColumns:
    rows = PartColumns(shown_by, types)
    try:
        # Those few rows may well be equal: their means are put right below.
        with np.errstate(all="ignore"):
            (design_info,) = design_matrix_builders(
                [terms], lambda: iter([rows]), factors.environment
            )
    except Exception as error:  # the formula is the user's code
        raise ValueError(
            f"the formula {formula!r} cannot be evaluated: {reason(error)}. "
            f"{columns_of(factors.columns)}"
        ) from error
    for factor, info in design_info.factor_infos.items():
        for name, transform in info.state["transforms"].items():
            if (factor.name(), name) in learned.moments:
                put_back(transform, learned.moments[factor.name(), name])
    _refuse_levels_of_transforms(formula, design_info, rows)
    variables = tuple(name for name in factors.variables if name in rows.read)
    bare = {r.factor.name(): r.column for r in factors.stateless if r.column is not None}
    kinds = {n: rows[n].dtype for n in {**learned.dtypes, **types} if n in rows.read}
    return FormulaColumns(
        design_info=design_info,
        outside=outside,
        variables=variables,
        bare={f.name(): bare[f.name()] for f in design_info.factor_infos if f.name() in bare},
        dtypes={n: dtype for n, dtype in kinds.items() if dtype.kind in "iuf" or n in types},
        beside=witnesses(head[list(variables)].dropna()),
    )


def _refuse_joined_levels(
    factors: FormulaFactors, rows: pd.DataFrame, levels: Levels, table: Table
) -> None:
    """Refuse whole numbers that would be one level as floats."""
    one = PartColumns(rows.iloc[:1])
    for reader in factors.stateless:
        found = levels.get(reader.factor.name())
        if reader.column is None or found is None:
            continue
        if one[reader.column].dtype.kind != "f":
            continue
        large = next((v for v in found if EXACT_FLOATS <= abs(v) < np.inf), None)
        if large is not None:
            raise ValueError(
                f"column {reader.column!r} of {table.text} has the level {int(large)} in "
                f"{reader.factor.name()!r}, and it is of floats in formulas, being of decimals "
                "or missing a value somewhere: floats tell whole numbers apart up to 2^53 only. "
                "Make it text."
            )


def _refuse_levels_of_transforms(
    formula: str, design_info: DesignInfo, rows: PartColumns
) -> None:
    for factor, info in design_info.factor_infos.items():
        if info.type == "numerical" or not info.state["transforms"]:
            continue
        if not levels_are_given(factor.eval(info.state, rows)):
            raise ValueError(
                f"the formula {formula!r} cannot be evaluated: the levels of {factor.name()!r} "
                "depend on what its transform learns, and one pass does not tell them. Name "
                "them: C(..., levels=[...])."
            )
