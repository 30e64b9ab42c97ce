"""Analysis of variance of both equations: each term tested, by one of four tests."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.inference.submodels import Columns
from sm_gaussmle.statsmodels_face.formulas.terms import INTERCEPT, Term, engine_of, spec_of
from sm_gaussmle.statsmodels_face.hypotheses.adjusted_wald import wald_row
from sm_gaussmle.statsmodels_face.hypotheses.checked_fit import (
    all_columns,
    checked_fit,
    distribution,
    refuse_dropped,
    terms_to_test,
)
from sm_gaussmle.statsmodels_face.hypotheses.term_comparisons import (
    Row,
    TermComparison,
    TermTester,
)
from sm_gaussmle.statsmodels_face.hypotheses.term_table import TermTable

_TYPES = {1: 1, 2: 2, 3: 3, "I": 1, "II": 2, "III": 3}
_NOTES = {
    1: "Each term is added to those above it; the other equation has all its terms.",
    2: "Each term is added to all others that do not contain it.",
    3: "Each term's columns are added to all others.",
}
_CALLER = 3  # frames from the function that warns up to the caller of anova


def anova(
    res: Any, typ: int | str = 1, test: str = "LR", equation: str | None = None
) -> TermTable:
    r"""Test the terms of the mean and of the log variance.

    Parameters
    ----------
    res : GaussianMLEResults
        The fit.
    typ : {1, 2, 3}, default 1
        What each term is tested in: 1, the terms before it; 2, all terms but those that
        contain it, as ``a:b`` contains ``a``; 3, all other columns, whatever they mean
        without it. The other equation is always complete. Also "I", "II" and "III".
    test : {"LR", "Wald", "score", "F"}, default "LR"
        Likelihood ratio of the models with and without the term; Wald test with the
        covariance of the fit, which may be robust; score test of the model without the term,
        with the expected information; or F test of the sums of squares, with constant
        variance, which is exact for normal errors.
    equation : {"mean", "scale"}, optional
        Equation whose terms are tested; both by default.

    Returns
    -------
    TermTable
        Print it to read it; its ``table`` is a DataFrame with a row for each term, those
        of the log variance named ``ln(sigma2)[term]``.

    Raises
    ------
    TypeError
        If `res` is no fit of GaussianMLE, or `typ` is a fit.
    ValueError
        If an option is wrong, there are no terms, the fit did not converge, the test is not
        valid for it, or a submodel has no maximum.

    Warns
    -----
    ValueWarning
        If tests of type 3 depend on how factors are coded.

    See Also
    --------
    drop1 : Terms dropped one at a time, with AIC.
    add1 : Terms that the model does not have.

    Notes
    -----
    Terms are taken in the order of the parameters, in which patsy puts those of factors
    before those with numbers; without a formula each column is a term. The constant of the
    mean has a row in type 3 only; whether that of the log variance is zero depends on the
    unit of the response, and it is not tested.

    Submodels have the rows, weights and offsets of the fit and some of its columns, and each
    is fitted once. Wald tests of type 1 and 2 are of the coefficients of the term less what
    those of the terms that it is tested without explain of them, :math:`\hat b_1 - V_{12}
    V_{22}^{-1} \hat b_2`, as in Fox and Weisberg (2019) [1]_: for linear models with the
    usual covariance, these are the F tests.

    Tests of type 3 mean what they seem to where the contrasts of factors sum to zero, as
    those of ``C(g, Sum)`` (patsy) and ``C(g, contr.sum)`` (formulaic), and numbers that
    interact are measured from their means.

    References
    ----------
    .. [1] J. Fox and S. Weisberg, An R Companion to Applied Regression, third edition,
       Sage, 2019, section 5.3.

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> fit = smg.gaussmle("thalach ~ age + exang + oldpeak | age", heart).fit()
    >>> print(smg.anova(fit, typ=2).table[["df", "statistic", "pvalue"]].round(4))
                     df  statistic  pvalue
    age               1    43.8282  0.0000
    exang             1    34.1825  0.0000
    oldpeak           1    12.9171  0.0003
    ln(sigma2)[age]   1     2.6262  0.1051
    """
    if hasattr(typ, "params"):  # as R's anova() takes several models
        raise TypeError(
            "anova tests the terms of one fit, and `typ` is another fit. Use lrtest() to compare "
            "them."
        )
    if isinstance(typ, bool) or not np.isscalar(typ) or typ not in _TYPES:
        raise ValueError(f"`typ` is {typ!r}; it must be 1, 2 or 3.")
    number = _TYPES[typ]
    results = checked_fit(res, "anova", test)
    terms = terms_to_test(results, equation)
    if number > 1:
        refuse_dropped(results, f"anova(typ={number})")
    if number == 3:
        _warn_of_coding(terms, engine_of(spec_of(results.model, "exog")))
    full = all_columns(results.model)
    tested = [
        # formulaic calls the constant "1", and its column as patsy does.
        term if term.factors else replace(term, name=INTERCEPT)
        for term in terms
        if not term.constant or (number == 3 and term.equation == "exog")
    ]
    comparisons = [
        TermComparison(term, _with(term, terms, full, number), full) for term in tested
    ]
    rows = _rows(results, test, comparisons, tested)
    mean, log_variance = results.model.equations()
    notes = [_NOTES[number]]
    if test == "Wald":
        notes.append(f"Covariance: {results.cov_type}.")
    return TermTable(
        title=f"Analysis of variance, type {'I' * number}",
        mean=mean,
        log_variance=log_variance,
        test=test,
        distribution=distribution(results, test),
        table=pd.DataFrame(rows, index=[term.name for term in tested]),
        notes=tuple(notes),
    )


def _rows(
    results: Any, test: str, comparisons: list[TermComparison], terms: list[Term]
) -> list[Row]:
    if test == "Wald":  # needs no rows, which may have been removed
        return [wald_row(results, comparison) for comparison in comparisons]
    tester = TermTester.of(results, terms)
    return [tester.row(test, comparison) for comparison in comparisons]


def _with(term: Term, terms: list[Term], full: Columns, number: int) -> Columns:
    """Columns of the model in which a term is tested."""
    gone: list[Term] = []
    if number == 1:
        later = terms[terms.index(term) + 1 :]
        gone = [t for t in later if t.equation == term.equation and not t.constant]
    elif number == 2:
        gone = [other for other in terms if other.contains(term)]
    return full.without(term.equation, [place for other in gone for place in other.columns])


def _warn_of_coding(terms: list[Term], engine: str) -> None:
    """Say once where tests of type 3 depend on the coding of a factor."""
    found = {
        (term.name, factor)
        for term in terms
        for other in terms
        if not term.constant and other.contains(term)
        for factor in other.uncentred - term.factors
    }
    if found:
        names = sorted({name for name, _ in found})
        factors = sorted({factor for _, factor in found})
        sums = "C(g, Sum)" if engine == "patsy" else "C(g, contr.sum)"
        warnings.warn(
            f"tests of type 3 of {', '.join(names)} depend on how {', '.join(factors)} "
            f"{'is' if len(factors) == 1 else 'are'} coded: with contrasts that do not sum to "
            f"zero they are tests at a reference level. Use typ=2, or contrasts such as {sums}.",
            ValueWarning,
            stacklevel=_CALLER,
        )
