"""Terms that a model does not have, evaluated on its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason
from sm_gaussmle.statsmodels_face.arguments.coercion import some, where
from sm_gaussmle.statsmodels_face.formulas.formula_text import (
    formula_sides,
    split_outside_brackets,
)
from sm_gaussmle.statsmodels_face.formulas.refusals import unambiguous
from sm_gaussmle.statsmodels_face.formulas.right_side import right_side
from sm_gaussmle.statsmodels_face.formulas.terms import engine_of, factors_of, spec_of
from sm_gaussmle.statsmodels_face.formulas.unchanged_data import data_of
from sm_gaussmle.statsmodels_face.private_hooks import FormulaManager

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE


def term_texts(terms: Any) -> list[str]:
    """Terms as the texts of formulas.

    Parameters
    ----------
    terms : str or list of str
        ``"x3 + x4:x5"``, also with a tilde before it, or a list of such.

    Returns
    -------
    list of str
        Without the tilde.

    Raises
    ------
    TypeError
        If it is something else.
    ValueError
        If there is none, or one is a formula with a left side or two equations.
    """
    texts = [terms] if isinstance(terms, str) else terms
    if not isinstance(texts, list | tuple) or not all(isinstance(t, str) for t in texts):
        raise TypeError(
            f"`terms` is a {type(terms).__name__}; it must be text, such as 'x3 + x4:x5', or a "
            "list of such. For columns there is score_test()."
        )
    found = []
    for text in texts:
        *left, right = formula_sides(text)
        if (
            any(left)
            or len(left) > 1
            or not right
            or len(split_outside_brackets(text, "|")) > 1
        ):
            raise ValueError(
                f"`terms` has {text!r}; it must be terms of one equation, such as "
                "'x3 + x4:x5', which `equation` says."
            )
        found.append(right)
    if not found:
        raise ValueError("`terms` is empty; there is nothing to add.")
    return found


def further_terms(
    model: GaussianMLE, equation: str, texts: list[str], names: dict[str, Any]
) -> dict[str, pd.DataFrame]:
    """Columns of terms that a model does not have, each coded as if added to it alone.

    Parameters
    ----------
    model : GaussianMLE
        The model, from a formula.
    equation : {"exog", "exog_scale"}
        The equation to which they are to be added.
    texts : list of str
        The terms.
    names : dict
        Names outside the data that they may use.

    Returns
    -------
    dict of str to DataFrame, shape (n, q)
        Columns of each term.

    Raises
    ------
    ValueError
        If the model has no formula, its data have changed, or a term is in it already or
        cannot be evaluated.
    MissingDataError
        If a variable is missing or a value not finite in a row of the model.
    """
    if model.rows_in_passes is not None:
        raise ValueError(
            "add1 is for data in memory; these are read in passes. Test the columns with "
            "score_test(exog_extra=...), or fit the larger model and use lrtest()."
        )
    spec, frame = spec_of(model, "exog"), data_of(model, "mean", "scale")
    if spec is None or frame is None:
        raise ValueError(
            "the model has no formula and data to evaluate `terms` with; test the columns "
            "with score_test(exog_extra=...), or fit the larger model."
        )
    right = formula_sides(model.formula)[1]
    if equation == "exog_scale":
        right = "1" if model.scale_formula is None else formula_sides(model.scale_formula)[-1]
    engine = engine_of(spec)
    old = spec_of(model, equation)
    # Constant variance is a constant.
    known = {frozenset[str]()} if old is None else {factors_of(term) for term in old.terms}
    found: dict[str, pd.DataFrame] = {}
    for text in texts:
        for name, factors in _parsed(text, engine, frame):
            if factors in known:
                raise ValueError(f"`terms` has {name!r}, which is in the model already.")
            found[name] = _columns(frame, right, name, factors, engine, names)
    if not found:
        raise ValueError(f"`terms` is {some(texts)}, which has no terms.")
    return found


def _parsed(text: str, engine: str, frame: pd.DataFrame) -> list[tuple[str, frozenset[str]]]:
    """Names and factors of the terms of a formula."""
    manager = FormulaManager(engine=engine)
    try:
        spec = manager.get_spec(f"0 + ({text})")
    except Exception as error:  # each engine has its own
        raise ValueError(
            f"`terms` {text!r} cannot be read: {reason(error)}. {columns_of(frame.columns)}"
        ) from error
    terms = spec.rhs_termlist if engine == "patsy" else list(spec)
    named = [(manager.get_term_name(term), factors_of(term)) for term in terms]
    # formulaic has them in the order of their degrees, patsy as they were written.
    named.sort(key=lambda term: len(term[1]))
    return [(name if factors else "1", factors) for name, factors in named]


def _columns(
    frame: pd.DataFrame,
    right: str,
    name: str,
    factors: frozenset[str],
    engine: str,
    names: dict[str, Any],
) -> pd.DataFrame:
    for variable in unambiguous([name], frame, "data"):
        holes = frame[variable].isna().to_numpy()
        if holes.any():
            raise _missing(f"{variable!r} of the term {name!r}", holes, frame)
    table, spec = right_side(f"{right} + {name}", frame, engine, names, f"`terms` {name!r}")
    term = next(term for term in spec.terms if factors_of(term) == factors)
    columns = table.iloc[:, FormulaManager(engine=engine).get_slice(spec, term)]
    holes = ~np.isfinite(columns.to_numpy(dtype=float)).all(axis=1)
    if holes.any():
        raise _missing(f"the term {name!r}", holes, frame)
    return columns


def _missing(what: str, holes: np.ndarray, frame: pd.DataFrame) -> MissingDataError:
    return MissingDataError(
        f"{what} is missing or infinite in {int(holes.sum())} of the {len(holes)} rows "
        f"of the model{where(holes, frame.index)}; models of different rows cannot be "
        "compared. Fit the model to the rows in which it is there."
    )
