"""Tests that compare a fit with smaller and larger models."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import CompareLRTestResult

from sm_gaussmle.inference.nested import outside
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

_MODEL_BASED = ("nonrobust", "unbiased", "eim", "opg")


class Comparisons(ResultPart):
    """Tests against other models, for the results class to inherit."""

    def compare_lr_test(self, restricted: Any, large_sample: bool = False) -> Any:
        """Likelihood-ratio test of a restricted model against this one.

        Parameters
        ----------
        restricted : GaussianMLEResults
            Fit of a model of the same rows whose columns are combinations of this one's,
            in both equations.
        large_sample : bool, default False
            Not available: OLS has another test under this name.

        Returns
        -------
        CompareLRTestResult
            Named tuple of ``statistic``, ``pvalue`` from the chi-squared distribution and
            ``df_diff``, the number of parameters fewer.

        Raises
        ------
        ValueError
            If the rows differ, the model is not nested, a fit did not converge, is at a lower
            maximum or has a robust covariance, with which the statistic is not chi-squared.
        TypeError
            If `restricted` is a fit of another kind.

        References
        ----------
        .. [1] S. S. Wilks, "The Large-Sample Distribution of the Likelihood Ratio for
           Testing Composite Hypotheses", Annals of Mathematical Statistics 9 (1938)
           60-62. doi:10.1214/aoms/1177732360
        """
        if large_sample:
            raise ValueError("`large_sample` is not available; use score_test().")
        self._check_nested(restricted, "compare_lr_test")
        df = len(self.params) - len(restricted.params)
        statistic = 2.0 * (self.llf - restricted.llf)
        # Sums of n terms are right to n times the rounding of the largest.
        if statistic < -1e-10 * max(abs(self.llf), self.nobs):
            raise ValueError(
                f"the log-likelihood of `restricted`, {restricted.llf:.10g}, is above that of "
                f"this model, {self.llf:.10g}, which has it as a special case: this fit is at "
                "a lower maximum. Fit it again from start_params near the restricted estimates."
            )
        statistic = max(statistic, 0.0)
        return CompareLRTestResult(statistic, float(stats.chi2.sf(statistic, df)), df)

    def compare_f_test(self, restricted: Any) -> tuple[float, float, float]:
        """F test of a restricted mean against this one, exact for normal errors.

        Parameters
        ----------
        restricted : GaussianMLEResults
            Fit of a model of the same rows, of constant variance as well, whose columns
            are combinations of this one's.

        Returns
        -------
        tuple of float
            F statistic, p-value and difference of the degrees of freedom.

        Raises
        ------
        ValueError
            If the rows differ, the model is not nested, a fit did not converge or has a
            robust covariance.
        TypeError
            If `restricted` is a fit of another kind.
        AttributeError
            If a model has a scale equation.
        """
        self.only_constant_variance("compare_f_test", "compare_lr_test")
        self._check_nested(restricted, "compare_f_test")
        df = restricted.df_resid - self.df_resid
        statistic = (restricted.ssr - self.ssr) / df / self.mse_resid
        return statistic, float(stats.f.sf(statistic, df, self.df_resid)), df

    def _check_nested(self, restricted: Any, name: str) -> None:
        if isinstance(getattr(restricted, "_results", restricted), Comparisons):
            other = getattr(restricted, "_results", restricted)
        else:
            raise TypeError(
                f"`restricted` is a {type(restricted).__name__}; {name} compares fits of "
                "GaussianMLE with each other. Fit the restricted model with it too."
            )
        for which, fit in (("this fit", self), ("`restricted`", other)):
            if not fit.converged:
                raise ValueError(f"{which} did not converge; its log-likelihood is no maximum.")
            if fit.cov_type not in _MODEL_BASED:
                raise ValueError(
                    f"{which} has the robust covariance {fit.cov_type!r}: where that is "
                    "needed, the likelihood ratio is not chi-squared. Use wald_test() or "
                    "score_test(), or fit with cov_type='nonrobust'."
                )
        _same_rows(self.model, other.model)
        for equation in ("exog", "exog_scale"):
            columns, space = (_columns(fit.model, equation) for fit in (other, self))
            names = other.model.equation_names(equation)
            wrong = [n for n, out in zip(names, outside(columns, space), strict=True) if out]
            if wrong:
                raise ValueError(
                    f"`restricted` is not nested in this model: {some(wrong)} of `{equation}` "
                    "is no combination of its columns. Compare `aic` instead."
                )
        if len(other.params) >= len(self.params):
            raise ValueError(
                f"`restricted` has {len(other.params)} parameters and this model "
                f"{len(self.params)}: there is nothing to test. Is it the other way round?"
            )


def _columns(model: Any, equation: str) -> Array:
    columns = model.exog if equation == "exog" else model.exog_scale
    return np.ones((len(model.endog), 1)) if columns is None else columns


def _same_rows(model: Any, other: Any) -> None:
    for name in ("endog", "offset", "offset_scale", "freq_weights", "var_weights"):
        mine, its = getattr(model, name), getattr(other, name)
        if name == "endog":
            for rows in (mine, its):
                present(rows, "fits cannot be compared", "compare them before remove_data()")
        if (mine is None) != (its is None) or (
            mine is not None and not np.array_equal(mine, its)
        ):
            remedy = ""
            if name == "endog" and len(mine) != len(its):
                remedy = (
                    f" ({len(its)} rows against {len(mine)}; rows with missing values are "
                    "dropped for each model by itself: drop them first)"
                )
            raise ValueError(
                f"`restricted` has another `{name}` than this model{remedy}; likelihoods of "
                "different data cannot be compared."
            )
