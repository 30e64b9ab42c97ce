"""The factors of formulas before anything is learned: their kind, told by a few rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from numpy.typing import NDArray
from patsy import ModelDesc
from patsy.categorical import guess_categorical
from patsy.eval import EvalEnvironment

from sm_gaussmle.sources.formulas.factor_values import (
    FactorReader,
    PartColumns,
    cannot_evaluate,
    levels_are_given,
    unboxed,
)
from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason
from sm_gaussmle.sources.formulas.formula_variables import used_columns
from sm_gaussmle.sources.formulas.stray_texts import refuse_strays
from sm_gaussmle.sources.formulas.transform_state import Spy


@dataclass(frozen=True, eq=False)
class FormulaFactors:
    """Factors of formulas.

    Attributes
    ----------
    terms : list of list of patsy.Term
        The terms of each formula.
    environment : patsy.EvalEnvironment
        Names outside the data.
    variables : tuple of str
        Columns of the table that the formulas name.
    columns : tuple of str
        All columns of the table, for errors.
    stateless : list of FactorReader
        Factors without stateful transforms.
    stateful : list of patsy.EvalFactor
        The others.
    unknown_levels : frozenset of str
        Names of categorical factors whose levels are in the rows alone.
    splines : dict
        For each transform that learns from rows whether it is a spline.
    """

    terms: list[list[Any]]
    environment: EvalEnvironment
    variables: tuple[str, ...]
    columns: tuple[str, ...]
    stateless: list[FactorReader]
    stateful: list[Any]
    unknown_levels: frozenset[str]
    splines: dict[tuple[str, str], bool]

    @property
    def need_rows(self) -> bool:
        """Whether all rows of the table have to be read."""
        return bool(self.learning)

    @property
    def calculated(self) -> list[Any]:
        """Those that are more than a column as it is."""
        return [r.factor for r in self.stateless if r.column is None] + self.stateful

    @property
    def learning(self) -> list[str]:
        """Names of the factors that learn from all rows."""
        return sorted(self.unknown_levels | {factor for factor, _ in self.splines})

    def arguments(self, columns: PartColumns) -> dict[tuple[str, str], NDArray[Any]]:
        """What is given to the transforms that learn from rows.

        Parameters
        ----------
        columns : PartColumns
            Complete rows of a part.

        Returns
        -------
        dict
            Arrays of shape (n, c) by the names of the factor and of the transform.

        Raises
        ------
        ValueError
            If a factor cannot be evaluated.
        """
        given = {}
        for factor in self.stateful:
            try:
                spies = _spied(factor, self.environment, columns)
            except Exception as error:  # the formula is the user's code
                raise cannot_evaluate(factor, error) from error
            given.update({(factor.name(), name): spy.argument for name, spy in spies.items()})
        return {key: given[key] for key in self.splines}


def formula_factors(
    formulas: Sequence[str],
    outside: Mapping[str, Any],
    head: pd.DataFrame,
    columns: Sequence[str],
    *,
    fixed_categories: bool = False,
    shown: Mapping[str, str] | None = None,
    strays: Mapping[str, str] | None = None,
) -> FormulaFactors:
    """Find the factors of formulas and what they are in the first rows.

    Parameters
    ----------
    formulas : sequence of str
        Right sides.
    outside : mapping
        Names outside the data.
    head : DataFrame
        The first rows of the columns that the formulas name.
    columns : sequence of str
        All columns of the table, for errors.
    fixed_categories : bool, default False
        Whether the categories of a categorical column are its levels, those that no row has
        among them.
    shown : mapping of str to str, optional
        What the user has written for a formula, for errors.
    strays : mapping of str to str, optional
        Columns that are text because of a few values, with where the first of them is.

    Returns
    -------
    FormulaFactors
        Each factor once, whatever number of formulas has it.

    Raises
    ------
    ValueError
        If a formula cannot be read or evaluated, or has a transform that cannot be learned
        part by part.
    """
    environment = EvalEnvironment([dict(outside)])
    variables = used_columns(formulas, head.columns)
    parts = [PartColumns(head)]
    whole = head.dropna(subset=variables)
    if 0 < len(whole) < len(head):
        # A function can fail on one missing value.
        parts.append(PartColumns(whole))
    terms: list[list[Any]] = []
    stateless: dict[Any, FactorReader] = {}
    stateful: dict[Any, dict[str, Spy]] = {}
    unknown = set()
    for formula in formulas:
        try:
            terms.append(ModelDesc.from_formula(f"~ {formula}").rhs_termlist)
            for factor in dict.fromkeys(f for term in terms[-1] for f in term.factors):
                refuse_strays(factor.code, strays or {})
                state: dict[str, Any] = {}
                if factor.memorize_passes_needed(state, environment):
                    stateful[factor] = _first(partial(_spied, factor, environment), parts)
                    continue
                value = _first(partial(factor.eval, state), parts)
                categorical = guess_categorical(value)
                inside = unboxed(value)
                column = next((n for n, c in parts[0].read.items() if c is inside), None)
                stateless[factor] = FactorReader(factor, state, categorical, column)
                fixed = fixed_categories and isinstance(
                    getattr(inside, "dtype", None), pd.CategoricalDtype
                )
                if categorical and not fixed and not levels_are_given(value):
                    unknown.add(factor.name())
        except Exception as error:  # the formula is the user's code
            raise ValueError(
                f"the formula {(shown or {}).get(formula, formula)!r} cannot be evaluated: "
                f"{reason(error)}. "
                f"{columns_of(columns)}"
            ) from error
    return FormulaFactors(
        terms=terms,
        environment=environment,
        variables=tuple(variables),
        columns=tuple(columns),
        stateless=list(stateless.values()),
        stateful=list(stateful),
        unknown_levels=frozenset(unknown),
        splines={
            (factor.name(), name): spy.is_spline
            for factor, spies in stateful.items()
            for name, spy in spies.items()
            if spy.needs_rows
        },
    )


def _first(read: Callable[[PartColumns], Any], parts: Sequence[PartColumns]) -> Any:
    try:
        return read(parts[0])
    except Exception:  # the formula is the user's code: one missing value can be why
        if len(parts) == 1:
            raise
        return read(parts[1])


def _spied(factor: Any, environment: EvalEnvironment, columns: PartColumns) -> dict[str, Spy]:
    """Transforms of a factor with what is given to them."""
    state: dict[str, Any] = {}
    passes = factor.memorize_passes_needed(state, environment)
    if passes > 1:
        raise ValueError(
            f"in {factor.name()!r} a transform learns from what another one has made, which would "
            "take several passes over the table; make the inner column in the table"
        )
    spies = {name: Spy(transform) for name, transform in state["transforms"].items()}
    state["transforms"] = spies
    factor.memorize_chunk(state, 0, columns)
    for spy in spies.values():
        why = spy.refusal()
        if why is not None:
            raise ValueError(f"in {factor.name()!r} {why}")
    return spies
