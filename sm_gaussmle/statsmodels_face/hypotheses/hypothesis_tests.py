"""Tests of hypotheses on the parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.hypotheses.linear_equations import linear_equations
from sm_gaussmle.statsmodels_face.hypotheses.shown_tests import (
    HypothesisTest,
    PairwiseTests,
    hypotheses,
)
from sm_gaussmle.statsmodels_face.private_hooks import FormulaManager
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

# Eigenvalues in units of the standard errors are right to about 1e-14.
_ROUNDING = 1e-10


class HypothesisTests(ResultPart):
    """Wald and t tests, for the results class to inherit.

    They are statsmodels' own; their results show in a session what was tested.
    """

    def t_test(
        self, r_matrix: Any, cov_p: Any = None, use_t: bool | None = None
    ) -> HypothesisTest:
        """Test linear hypotheses one by one.

        Parameters
        ----------
        r_matrix : array_like, str or tuple
            Coefficients of the parameters, shape (m, k), or of those of the mean alone; or
            text, ``"x1 = x2, x3 = 1"``; or coefficients and the values they are tested
            against.
        cov_p : array_like, shape (k, k), optional
            Covariance of the parameters to use in place of that of the fit.
        use_t : bool, optional
            Whether to use the t distribution; as in the fit by default.

        Returns
        -------
        statsmodels.stats.contrast.ContrastResults
            Estimates of the combinations, their standard errors and p-values.

        Raises
        ------
        ValueError
            If there is not one coefficient for each parameter, or no covariance.
        """
        equations = linear_equations(r_matrix, self.model, "r_matrix")
        if cov_p is None:
            self.cov_params()  # says what to do where there is none
        return self._shown(super().t_test(equations, cov_p=cov_p, use_t=use_t), *equations)

    def wald_test(
        self,
        r_matrix: Any,
        cov_p: Any = None,
        invcov: Any = None,
        use_f: bool | None = None,
        df_constraints: int | None = None,
        scalar: bool = True,
    ) -> HypothesisTest:
        """Test linear hypotheses together.

        Parameters
        ----------
        r_matrix : array_like, str or tuple
            Hypotheses, as for `t_test`.
        cov_p : array_like, shape (k, k), optional
            Covariance of the parameters to use in place of that of the fit.
        invcov : array_like, shape (m, m), optional
            Inverse of the covariance of the combinations, to use in its place.
        use_f : bool, optional
            Whether to use the F distribution in place of the chi-squared; by default
            where the fit uses the t distribution.
        df_constraints : int, optional
            Degrees of freedom; the rank of the hypotheses by default.
        scalar : bool, default True
            Whether the statistic is a number or an array of shape (1, 1).

        Returns
        -------
        statsmodels.stats.contrast.ContrastResults
            Statistic and p-value.

        Raises
        ------
        ValueError
            If there is not one coefficient for each parameter, no covariance, or one with
            negative eigenvalues, as clusters in two ways can give.
        """
        given = matrix, values = linear_equations(r_matrix, self.model, "r_matrix")
        if invcov is None:
            # statsmodels finds the rank of the covariance by its eigenvalues, which are of
            # no use where the combinations have different units.
            unit = self._standard_errors(matrix, cov_p)
            matrix, values = matrix / unit[:, None], values / unit
        test = super().wald_test(
            (matrix, values),
            cov_p=cov_p,
            invcov=invcov,
            use_f=use_f,
            df_constraints=df_constraints,
            scalar=scalar,
        )
        return self._shown(test, *given)

    def t_test_pairwise(
        self,
        term_name: str,
        method: str | list[str] = "hs",
        alpha: float = 0.05,
        factor_labels: list[str] | None = None,
    ) -> PairwiseTests:
        """Test all differences between the levels of a factor of the mean equation.

        Parameters
        ----------
        term_name : str
            The factor as in the formula.
        method : str or list of str, default "hs"
            Corrections of the p-values for the number of tests; see
            ``statsmodels.stats.multitest.multipletests``.
        alpha : float, default 0.05
            Level of the tests.
        factor_labels : list of str, optional
            Names for the levels.

        Returns
        -------
        statsmodels.stats.contrast.MultiCompResult
            The tests are in ``result_frame``.

        Raises
        ------
        ValueError
            If the mean has no such term, or columns of it were left out of the model.
        """
        self._complete(term_name)
        return PairwiseTests(
            super().t_test_pairwise(
                term_name, method=method, alpha=alpha, factor_labels=factor_labels
            )
        )

    def _complete(self, term_name: str) -> None:
        """Refuse terms that statsmodels would look for in the wrong columns."""
        model: Any = self.model
        spec = getattr(model.data, "model_spec", None)
        if spec is None:
            raise ValueError("t_test_pairwise needs a model from a formula; use t_test.")
        names = [FormulaManager().get_term_name(term) for term in spec.terms]
        if term_name not in names:
            raise ValueError(
                f"`term_name` is {term_name!r}; the terms of the mean are {', '.join(names)}. "
                "For a term of the log variance use scale_view().t_test_pairwise()."
            )
        if list(spec.column_names) != model.equation_names("exog"):
            gone = [n for n in spec.column_names if n not in model.equation_names("exog")]
            raise ValueError(
                f"the columns {some(gone)} of the formula are not in the model, so that levels "
                "cannot be told apart by their place; use t_test with the names of the "
                "parameters."
            )

    def _standard_errors(self, matrix: Array, cov_p: Any) -> Array:
        covariance = np.asarray(self.cov_params(r_matrix=matrix, cov_p=cov_p))
        unit = np.sqrt(np.abs(np.diagonal(covariance)))
        unit = np.where(unit == 0.0, 1.0, unit)
        if np.linalg.eigvalsh(covariance / np.outer(unit, unit))[0] < -_ROUNDING:
            raise FitError(
                f"the covariance {self.cov_type!r} of these hypotheses has a negative "
                "eigenvalue, so that they cannot be tested together: clusters in two ways need "
                "more groups than hypotheses. Test them one by one, or cluster in one way."
            )
        return unit

    def _shown(self, test: Any, matrix: Array, values: Array) -> HypothesisTest:
        return HypothesisTest(test, hypotheses(matrix, values, self.model.data.cov_names))
