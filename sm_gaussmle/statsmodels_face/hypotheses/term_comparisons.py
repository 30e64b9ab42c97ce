"""A term, the model with it and the model without it, compared by one of four tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.inference.score_test import score_test
from sm_gaussmle.inference.submodels import Columns, Submodels, UnfittedError
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.terms import Term
from sm_gaussmle.statsmodels_face.hypotheses.comparisons import MODEL_BASED
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

TESTS = ("LR", "Wald", "score", "F")
_EQUATIONS = {None: ("exog", "exog_scale"), "mean": ("exog",), "scale": ("exog_scale",)}
# Eigenvalues of correlations below this are rounding.
_SINGULAR = 1e-10
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
        Columns of the model whose residuals estimate the variance of an F test.
    """

    term: Term
    larger: Columns
    residual: Columns

    @property
    def smaller(self) -> Columns:
        """Columns of the model without it."""
        return self.larger.without(self.term.equation, self.term.columns)


class TermTester:
    """Tests of terms against a fit, each submodel fitted once.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    test : {"LR", "Wald", "score", "F"}
        The test.
    submodels : Submodels
        What can be made of its columns and others.
    full : Columns
        The columns of the fit.
    """

    def __init__(
        self, results: Any, test: str, submodels: Submodels, full: Columns
    ) -> None:
        self.results, self.test = results, test
        self.submodels, self.full = submodels, full
        self._row: Callable[[TermComparison], dict[str, float]] = {
            "LR": self._likelihood_ratio,
            "Wald": self._wald,
            "score": self._score,
            "F": self._f,
        }[test]

    @property
    def distribution(self) -> str:
        """Distribution of the statistics: "F" or "chi2"."""
        return "F" if self.test == "F" or (self.test == "Wald" and self.results.use_t) else "chi2"

    def row(self, comparison: TermComparison) -> dict[str, float]:
        """Test a term.

        Parameters
        ----------
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
        try:
            return self._row(comparison)
        except UnfittedError as error:
            raise FitError(
                f"{comparison.term.name} cannot be tested by {self.test!r}: in the model "
                f"{self._described(error.columns)}, {error.reason}"
            ) from error

    def loglike(self, columns: Columns, term: Term) -> float:
        """Log-likelihood of a submodel at its maximum.

        Parameters
        ----------
        columns : Columns
            What it has.
        term : Term
            The term that is tested with it, for errors.

        Returns
        -------
        float
            Log-likelihood.

        Raises
        ------
        ValueError
            If it has no maximum.
        """
        try:
            return self.submodels.fit(columns).loglike
        except UnfittedError as error:
            raise FitError(
                f"the log-likelihood for {term.name} is not known: in the model "
                f"{self._described(columns)}, {error.reason}"
            ) from error
