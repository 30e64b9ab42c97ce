"""Which fits have tables of terms, and by which tests."""

from __future__ import annotations

from typing import Any

from sm_gaussmle.inference.submodels import Columns
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.covariances.covariance_options import MODEL_BASED
from sm_gaussmle.statsmodels_face.formulas.terms import Term, terms_of
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

TESTS = ("LR", "Wald", "score", "F")
# What to use with a robust covariance.
_ROBUST = {
    "anova": "test='Wald'",
    "drop1": "anova(typ=3, test='Wald') or wald_test_terms()",
    "add1": "score_test(), which has a robust version,",
}
EQUATIONS = {"mean": "exog", "scale": "exog_scale"}


def checked_fit(fit: Any, name: str, test: Any, tests: tuple[str, ...] = TESTS) -> Any:
    """The results of a fit whose terms can be tested.

    Parameters
    ----------
    fit : GaussianMLEResults
        What was passed, in its wrapper or not.
    name : str
        The function, for errors.
    test : str
        The test.
    tests : tuple of str
        Those to choose from.

    Returns
    -------
    GaussianMLEResults
        Without the wrapper.

    Raises
    ------
    TypeError
        If it is no fit of ours.
    ValueError
        If the test is unknown or not valid for the fit.
    """
    results = getattr(fit, "_results", fit)
    if not isinstance(results, ResultPart):
        raise TypeError(
            f"`res` is a {type(fit).__name__}; {name} takes the results of a GaussianMLE fit. "
            "For other models there is statsmodels.stats.anova.anova_lm."
        )
    choice(test, "test", tests)
    if not results.converged:
        raise ValueError(
            "the fit did not converge, so that its terms cannot be tested; see "
            "convergence_report()."
        )
    if results.fit_record.restricted is not None:
        raise ValueError(
            f"the fit is under linear constraints, which the submodels of {name} would not "
            "have. Use constraint_tests(), or a fit without them."
        )
    if test != "Wald" and results.cov_type not in MODEL_BASED:
        raise ValueError(
            f"`test` is {test!r} and the covariance {results.cov_type!r} robust: where that is "
            f"needed, the distribution of the statistic is another. Use {_ROBUST[name]}, or fit "
            "with cov_type='nonrobust'."
        )
    if test != "Wald" or name != "anova":
        results.model.need_rows(f"{name} fits submodels", "use it before remove_data()")
    if test == "F" and not results.model.constant_variance:
        raise ValueError(
            "`test` is 'F', which compares sums of squares; they have an F distribution only "
            "with constant variance, and this model has a scale equation. Use test='LR'."
        )
    if test == "F" and not results.model.exact_responses:
        raise ValueError(
            f"`test` is 'F', which compares sums of squares; the responses of this model are "
            f"{results.model.scheme}. Use test='LR'."
        )
    if test == "F" and not results.model.counts_observations():
        raise ValueError(
            "`test` is 'F', but `freq_weights` are not all whole numbers: they count no "
            "observations, and the statistic has no F distribution. Use test='LR'."
        )
    return results


def refuse_dropped(results: Any, name: str) -> None:
    """Refuse tables of terms that would have to put dropped columns back.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    name : str
        The function, for the error.

    Raises
    ------
    ValueError
        If columns were dropped as dependent.
    """
    dropped = results.model.dropped_columns
    if dropped:
        raise ValueError(
            f"the columns {some(list(dropped))} were dropped as combinations of others: without "
            f"one of those they would be there again, so that {name} is not the table of the "
            "formula. Fit a formula without the dependence; anova(typ=1) adds the terms one "
            "after the other."
        )


def terms_to_test(results: Any, equation: Any) -> list[Term]:
    """Terms of the equations that are asked for.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    equation : {None, "mean", "scale"}
        The equation; both by default.

    Returns
    -------
    list of Term
        In the order of the parameters.

    Raises
    ------
    ValueError
        If the equation is unknown or has no terms.
    """
    model = results.model
    names = list(EQUATIONS.values()) if equation is None else [equation_of(equation)]
    terms = [term for name in names for term in terms_of(model, name)]
    if not any(not term.constant for term in terms):
        which = "model" if equation is None else f"{equation} equation"
        raise ValueError(
            f"the {which} has no terms but a constant; there is nothing to test. For terms "
            "that it does not have there is add1()."
        )
    return terms


def equation_of(equation: Any) -> str:
    """Name of an equation in the model.

    Parameters
    ----------
    equation : {"mean", "scale"}
        The equation.

    Returns
    -------
    {"exog", "exog_scale"}
        Name of its columns.

    Raises
    ------
    ValueError
        If it is unknown.
    """
    return EQUATIONS[choice(equation, "equation", EQUATIONS)]


def distribution(results: Any, test: str) -> str:
    """Distribution of the statistics of terms without an effect.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    test : {"LR", "Wald", "score", "F"}
        The test.

    Returns
    -------
    {"chi2", "F"}
        The distribution; that of Wald tests is F where the fit uses the t distribution.
    """
    return "F" if test == "F" or (test == "Wald" and results.use_t) else "chi2"


def all_columns(model: Any) -> Columns:
    """All columns of a model.

    Parameters
    ----------
    model : GaussianMLE
        The model.

    Returns
    -------
    Columns
        Of both equations.
    """
    return Columns(tuple(range(model.k_exog)), tuple(range(model.k_scale)))
