"""A model with a term and the model without it, compared by fits of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.row_changes import PickedColumns
from sm_gaussmle.inference.model_score_tests import score_test, score_test_in_passes
from sm_gaussmle.inference.score_test import ScoreTest, SingularVarianceError
from sm_gaussmle.inference.submodels import Columns, Submodels, UnfittedError
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.terms import Term
from sm_gaussmle.statsmodels_face.hypotheses.checked_fit import all_columns

Row = dict[str, float]

# Sums of n terms are right to n times the rounding of the largest.
_ROUNDING = 1e-10


@dataclass(frozen=True)
class TermComparison:
    """A term, and the model with it.

    Attributes
    ----------
    term : Term
        The term.
    larger : Columns
        Columns of the model with it.
    residual : Columns
        Columns of the model from which an F test takes the variance.
    """

    term: Term
    larger: Columns
    residual: Columns

    @property
    def smaller(self) -> Columns:
        """Columns of the model without it."""
        return self.larger.without(self.term.equation, self.term.columns)


@dataclass(frozen=True)
class TermTester:
    """Tests of terms, with what submodels of a fit have in common.

    Attributes
    ----------
    results : GaussianMLEResults
        The fit.
    submodels : Submodels
        What can be made of its columns, and of others with them.
    names : dict of str to list of str
        Names of all columns, by equation.
    both : bool
        Whether terms of both equations are tested.
    """

    results: Any
    submodels: Submodels
    names: dict[str, list[str]]
    both: bool = False

    @classmethod
    def of(cls, results: Any, terms: list[Term]) -> TermTester:
        """Tests of the terms of a fit.

        Parameters
        ----------
        results : GaussianMLEResults
            The fit.
        terms : list of Term
            Those to test.

        Returns
        -------
        TermTester
            With the fit itself for the model of all columns.
        """
        model = results.model
        constants = model.constant_column, model.constant_scale_column
        fits = {all_columns(model): results.fit_record}
        names = {name: model.equation_names(name) for name in ("exog", "exog_scale")}
        both = len({term.equation for term in terms}) > 1
        return cls(results, Submodels(model.source(), *constants, fits), names, both)

    def row(self, test: str, comparison: TermComparison) -> Row:
        """Test a term.

        Parameters
        ----------
        test : {"LR", "score", "F"}
            The test.
        comparison : TermComparison
            The term and the model with it.

        Returns
        -------
        dict of str to float
            Entries of its row in the table.

        Raises
        ------
        ValueError
            If a submodel has no maximum, or one above that of a larger model.
        """
        return {"LR": self._ratio, "score": self._score, "F": self._f}[test](comparison)

    def fit(self, columns: Columns, term: Term) -> Fit:
        """Fit of a submodel.

        Parameters
        ----------
        columns : Columns
            What it has.
        term : Term
            The term that is tested with it, for errors.

        Returns
        -------
        Fit
            Converged.

        Raises
        ------
        ValueError
            If there is none.
        """
        try:
            return self.submodels.fit(columns)
        except UnfittedError as error:
            other = "scale" if term.equation == "exog" else "mean"
            apart = f" With equation={other!r} only the terms of the {other} are tested."
            raise FitError(
                f"{term.name} cannot be tested: in the model with {self._text(columns)}, "
                f"{error.reason.rstrip('.')}.{apart * self.both} anova(test='Wald') and "
                "wald_test_terms() fit no model without it."
            ) from error

    def _text(self, columns: Columns) -> str:
        """Columns in words."""
        exog, scale = (
            some([self.names[equation][place] for place in places]) or "no column"
            for equation, places in (("exog", columns.mean), ("exog_scale", columns.scale))
        )
        return f"{exog} in the mean and {scale} in the log variance"

    def _ratio(self, comparison: TermComparison) -> Row:
        larger, smaller = (
            self.fit(columns, comparison.term).loglike
            for columns in (comparison.larger, comparison.smaller)
        )
        statistic = 2.0 * (larger - smaller)
        if statistic < -_ROUNDING * max(abs(larger), self.results.nobs):
            raise FitError(
                f"{comparison.term.name} cannot be tested: without it the log-likelihood is "
                f"{smaller:.10g}, above the {larger:.10g} with it, which is at a lower maximum. "
                "Fit the model again from other start_params, or use test='Wald'."
            )
        statistic, df = max(statistic, 0.0), len(comparison.term.columns)
        return {
            "df": df,
            "llf_without": smaller,
            "llf": larger,
            "statistic": statistic,
            "pvalue": float(stats.chi2.sf(statistic, df)),
        }

    def _f(self, comparison: TermComparison) -> Row:
        smaller, larger, residual = (
            self.fit(columns, comparison.term)
            for columns in (comparison.smaller, comparison.larger, comparison.residual)
        )
        df, df_denom = len(comparison.term.columns), residual.nobs - len(residual.params) + 1
        sum_sq = max(_rss(smaller) - _rss(larger), 0.0)  # rounding apart it is no less
        statistic = sum_sq / df / (_rss(residual) / df_denom)
        return {
            "df": df,
            "sum_sq": sum_sq,
            "df_denom": df_denom,
            "statistic": statistic,
            "pvalue": float(stats.f.sf(statistic, df, df_denom)),
        }

    def _score(self, comparison: TermComparison) -> Row:
        term = comparison.term
        fit = self.fit(comparison.smaller, term)
        try:
            test = self._score_test(fit, comparison)
        except SingularVarianceError as error:
            raise ValueError(
                f"`test` is 'score', and the observed information about {term.name} is not "
                "positive definite at the estimates without it; of these responses, which are "
                "intervals, the expected one is not known. Use test='LR'."
            ) from error
        return {"df": test.df, "statistic": float(test.statistic), "pvalue": float(test.pvalue)}

    def _score_test(self, fit: Fit, comparison: TermComparison) -> ScoreTest:
        term, smaller, designs = comparison.term, comparison.smaller, self.submodels.designs
        rows = designs.at_hand
        if rows is not None:
            columns = rows.exog if term.equation == "exog" else rows.exog_scale
            extra = columns[:, list(term.columns)]
            mean, scale = (extra, None) if term.equation == "exog" else (None, extra)
            part = Memory(PickedColumns(smaller.mean, smaller.scale)(rows))
            return score_test(fit.params, part, mean, scale)
        new = tuple(term.columns)
        of_mean = new if term.equation == "exog" else ()
        of_scale = new if term.equation == "exog_scale" else ()
        longer = PickedColumns((*smaller.mean, *of_mean), (*smaller.scale, *of_scale))
        return score_test_in_passes(
            fit.params,
            designs.mapped(longer),
            (len(smaller.mean), len(smaller.scale)),
            self.submodels.constants(smaller),
        )


def _rss(fit: Fit) -> float:
    """Weighted residual sum of squares of a fit of constant variance."""
    return float(np.exp(fit.params[-1]) * fit.nobs)
