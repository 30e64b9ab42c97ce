"""Terms dropped from a model, or added to it, one at a time."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.estimation.constant import find_constant
from sm_gaussmle.inference.nested import outside
from sm_gaussmle.inference.submodels import Submodels
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.formula_text import environment
from sm_gaussmle.statsmodels_face.formulas.further_terms import further_terms, term_texts
from sm_gaussmle.statsmodels_face.formulas.terms import Term
from sm_gaussmle.statsmodels_face.hypotheses.adjusted_wald import wald_row
from sm_gaussmle.statsmodels_face.hypotheses.checked_fit import (
    all_columns,
    checked_fit,
    distribution,
    equation_of,
    refuse_dropped,
    terms_to_test,
)
from sm_gaussmle.statsmodels_face.hypotheses.term_comparisons import (
    Row,
    TermComparison,
    TermTester,
)
from sm_gaussmle.statsmodels_face.hypotheses.term_table import TermTable

Array = NDArray[np.float64]

_CALLER = 4  # frames from the function that warns up to the caller of add1


def drop1(res: Any, test: str = "LR", equation: str | None = None) -> TermTable:
    """Drop each term that no other contains, one at a time.

    Parameters
    ----------
    res : GaussianMLEResults
        The fit.
    test : {"LR", "Wald", "score", "F"}, default "LR"
        Test of the model without the term against the fit, as for `anova`.
    equation : {"mean", "scale"}, optional
        Equation whose terms are dropped; both by default.

    Returns
    -------
    TermTable
        Its ``table`` has a row for the fit, ``<none>``, and one for the model without each
        term: log-likelihood and AIC of that model, and the test.

    Raises
    ------
    TypeError
        If `res` is no fit of GaussianMLE.
    ValueError
        If an option is wrong, there are no terms, the fit did not converge, the test is not
        valid for it, or a submodel has no maximum.

    See Also
    --------
    anova : Tests of all terms, also of those that others contain.
    add1 : Terms that the model does not have.

    Notes
    -----
    As in R, a term stays while another contains it, and so does the constant. The AIC counts
    every parameter.

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> fit = smg.gaussmle("thalach ~ age + exang | age + exang", heart).fit()
    >>> smg.drop1(fit, equation="scale").table["aic"].round(2)
    <none>               2665.81
    ln(sigma2)[age]      2667.65
    ln(sigma2)[exang]    2665.45
    Name: aic, dtype: float64
    """
    results = checked_fit(res, "drop1", test)
    refuse_dropped(results, "drop1")
    terms = [term for term in terms_to_test(results, equation) if not term.constant]
    full = all_columns(results.model)
    tester = TermTester.of(results, terms)
    dropped = [
        TermComparison(term, full, full)
        for term in terms
        if not any(other.contains(term) for other in terms)
    ]
    rows = []
    for comparison in dropped:
        fit = tester.fit(comparison.smaller, comparison.term)
        tested = (
            wald_row(results, comparison) if test == "Wald" else tester.row(test, comparison)
        )
        rows.append(_with_aic(tested, fit.loglike, len(fit.params)))
    return _table(results, "Single terms dropped", test, dropped, rows)


def add1(res: Any, terms: Any, test: str = "LR", equation: str = "mean") -> TermTable:
    """Add terms that the model does not have, one at a time.

    Parameters
    ----------
    res : GaussianMLEResults
        The fit, of a model from a formula.
    terms : str or list of str
        Terms of a formula, ``"x3 + x4:x5"``, or a list of such. Each is coded as if it were
        added to the formula of the model alone; names outside the data are those of the
        model and of the caller.
    test : {"LR", "score", "F"}, default "LR"
        Test of the fit against the model with the term, as for `anova`. A score test needs
        no fit of that.
    equation : {"mean", "scale"}, default "mean"
        Equation to which the terms are added.

    Returns
    -------
    TermTable
        Its ``table`` has a row for the fit, ``<none>``, and one for the model with each
        term: but for score tests its log-likelihood and AIC, and the test.

    Raises
    ------
    TypeError
        If `res` is no fit of GaussianMLE, or `terms` are no text.
    ValueError
        If an option is wrong, a term cannot be evaluated or adds nothing, the fit did not
        converge, the test is not valid for it, or a larger model has no maximum.
    MissingDataError
        If a variable of a term is missing in a row of the fit.

    Warns
    -----
    ValueWarning
        If some columns of a term are combinations of others, and left out.

    See Also
    --------
    drop1 : Terms that the model has.
    GaussianMLEResults.score_test : For columns, also with robust variances.

    Notes
    -----
    The larger models have the rows, weights and offsets of the fit. An F test takes the
    variance from the larger model.

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> fit = smg.gaussmle("thalach ~ age", heart).fit()
    >>> smg.add1(fit, "exang + oldpeak").table["statistic"].round(3)
    <none>        NaN
    exang      45.562
    oldpeak    27.015
    Name: statistic, dtype: float64
    """
    if str(test) == "Wald":
        raise ValueError(
            "`test` is 'Wald', which needs a fit with the term: fit the larger model, and use "
            "drop1(test='Wald'). Here it must be one of LR, score, F."
        )
    results = checked_fit(res, "add1", test, ("LR", "score", "F"))
    model, which = results.model, equation_of(equation)
    if test == "F" and which == "exog_scale":
        raise ValueError(
            "`test` is 'F', which is for terms of the mean with constant variance. Use "
            "test='LR' or test='score'."
        )
    texts = term_texts(terms)
    data = getattr(model.data, "frame", None)
    columns = [] if data is None else data.columns
    names = environment(texts, None, columns, depth=1) | getattr(model, "_environment", {})
    found = further_terms(model, which, texts, names)
    tester, added = _larger(results, which, found)
    rows = []
    for comparison in added:
        tested = tester.row(test, comparison)
        if test != "score":
            fit = tester.fit(comparison.larger, comparison.term)
            tested = _with_aic(tested, fit.loglike, len(fit.params))
        rows.append(tested)
    return _table(results, "Single terms added", test, added, rows)


def _larger(
    results: Any, equation: str, found: dict[str, pd.DataFrame]
) -> tuple[TermTester, list[TermComparison]]:
    """Models with one term more."""
    source, base = results.model.source(), all_columns(results.model)
    field = "exog" if equation == "exog" else "exog_scale"
    design = getattr(source.rows, field)
    names = {name: results.model.equation_names(name) for name in ("exog", "exog_scale")}
    label = "{}" if equation == "exog" else "ln(sigma2)[{}]"
    comparisons = []
    parts, width = [design], design.shape[1]
    for name, table in found.items():
        new = _independent(name, table, design)
        names[equation] = names[equation] + [label.format(column) for column in new.columns]
        places = tuple(range(width, width + new.shape[1]))
        width += new.shape[1]
        parts.append(new.to_numpy(dtype=float))
        nothing: frozenset[str] = frozenset()
        term = Term(label.format(name), equation, places, nothing, nothing, constant=False)
        larger = base.adding(equation, places)
        comparisons.append(TermComparison(term, larger, larger))
    rows = replace(source.rows, **{field: np.hstack(parts)})
    constants = find_constant(rows.exog), find_constant(rows.exog_scale)
    submodels = Submodels(Memory(rows), *constants, {base: results.fit_record})
    return TermTester(results, submodels, names), comparisons


def _independent(name: str, table: pd.DataFrame, design: Array) -> pd.DataFrame:
    """Columns of a term that are no combinations of the model's and of each other."""
    kept: list[int] = []
    for place in range(table.shape[1]):
        columns = table.to_numpy(dtype=float)
        space = np.hstack([design, columns[:, kept]])
        if outside(columns[:, [place]], space)[0]:
            kept.append(place)
    if not kept:
        raise ValueError(
            f"`terms` has {name!r}, whose columns are combinations of those that the model has "
            "(up to rounding): it would add nothing."
        )
    if len(kept) < table.shape[1]:
        gone = [str(c) for place, c in enumerate(table.columns) if place not in kept]
        warnings.warn(
            f"the term {name!r} has columns that are combinations of others: {some(gone)} left "
            "out.",
            ValueWarning,
            stacklevel=_CALLER,
        )
    return table.iloc[:, kept]


def _with_aic(row: Row, loglike: float, parameters: int) -> Row:
    """A row of the test, with what the other model than the fit has."""
    entries = {name: value for name, value in row.items() if not name.startswith("llf")}
    aic = -2.0 * loglike + 2.0 * parameters
    first = {name: entries.pop(name) for name in ("df", "sum_sq") if name in entries}
    return first | {"llf": loglike, "aic": aic} | entries


def _table(
    results: Any, title: str, test: str, comparisons: list[TermComparison], rows: list[Row]
) -> TermTable:
    none: Row = {"llf": results.llf, "aic": results.aic} if "llf" in rows[0] else {}
    table = pd.DataFrame(
        [none, *rows],
        index=["<none>", *(comparison.term.name for comparison in comparisons)],
        columns=list(rows[0]),
    )
    mean, log_variance = results.model.equations()
    return TermTable(
        title=title,
        mean=mean,
        log_variance=log_variance,
        test=test,
        distribution=distribution(results, test),
        table=table.astype({"df": "Int64"}),
        notes=(f"Covariance: {results.cov_type}.",) if test == "Wald" else (),
    )
