"""Tests that compare a fit with others, and test its terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.formula._manager import FormulaManager
from statsmodels.regression.linear_model import CompareLRTestResult

from sm_gaussmle.inference.nested import outside
from sm_gaussmle.inference.score_test import DependentColumnsError, ScoreTest, score_test
from sm_gaussmle.statsmodels_face.coercion import labelled, matrix, same_index, some
from sm_gaussmle.statsmodels_face.result_parts import ResultPart
from sm_gaussmle.statsmodels_face.shown_tests import TermTests

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
            If the rows differ, the model is not nested, a fit did not converge or has a
            robust covariance, with which the statistic is not chi-squared.
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
        statistic = max(2.0 * (self.llf - restricted.llf), 0.0)
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

    def score_test(
        self,
        exog_extra: Any = None,
        exog_scale_extra: Any = None,
        *,
        hypothesis: str = "joint",
        cov_type: str | None = None,
        observed: bool = True,
    ) -> ScoreTest:
        """Test columns that were left out, without fitting the larger model.

        Parameters
        ----------
        exog_extra : array_like, shape (n, q), optional
            Columns to test in the mean. A tuple of two is taken for the columns of both
            equations, as elsewhere in statsmodels.
        exog_scale_extra : array_like, shape (n, q), optional
            Columns to test in the log variance.
        hypothesis : {"joint", "separate"}, default "joint"
            Whether all are tested together, or each by itself.
        cov_type : {"nonrobust", "HC0"}, optional
            Variance of the score: from the information, or robust; by default robust
            where the fit's covariance is.
        observed : bool, default True
            Whether the information is the observed or the expected. For the log variance
            of a model of constant variance the expected one gives the test of Breusch and
            Pagan (1979) [1]_.

        Returns
        -------
        ScoreTest
            Named tuple of ``statistic``, ``pvalue`` and ``df``.

        Raises
        ------
        ValueError
            If there is nothing to test, lengths or labels differ, the columns depend on
            the model's, an option is wrong, or the fit did not converge.

        References
        ----------
        .. [1] T. S. Breusch and A. R. Pagan, "A Simple Test for Heteroscedasticity and
           Random Coefficient Variation", Econometrica 47 (1979) 1287-1294.
           doi:10.2307/1911963
        """
        if isinstance(exog_extra, tuple) and len(exog_extra) == 2 and exog_scale_extra is None:
            exog_extra, exog_scale_extra = exog_extra
        if exog_extra is None and exog_scale_extra is None:
            raise ValueError(
                "there is nothing to test; pass `exog_extra` or `exog_scale_extra`."
            )
        if hypothesis not in ("joint", "separate"):
            raise ValueError(
                f"`hypothesis` is {hypothesis!r}; it must be 'joint' or 'separate'."
            )
        if cov_type is None:
            cov_type = "nonrobust" if self.cov_type in _MODEL_BASED else "HC0"
        if cov_type not in ("nonrobust", "HC0"):
            raise ValueError(f"`cov_type` is {cov_type!r}; it must be 'nonrobust' or 'HC0'.")
        if not self.converged:
            raise ValueError("the fit did not converge, so that its score is no test.")
        try:
            return score_test(
                self.params,
                self.model.source(),
                self._extra(exog_extra, "exog_extra"),
                self._extra(exog_scale_extra, "exog_scale_extra"),
                observed=observed,
                robust=cov_type == "HC0",
                separate=hypothesis == "separate",
            )
        except DependentColumnsError as error:
            raise ValueError(
                f"`{error.name}` has columns that are combinations of the model's own or of "
                "each other (up to rounding); leave them out."
            ) from error

    def _extra(self, values: Any, name: str) -> Array | None:
        if values is None:
            return None
        labels = self.model.data.row_labels
        values = labelled(values, labels)
        same_index(values, name, labels, "endog")
        columns = matrix(values, name)
        if len(columns) != len(self.model.endog):
            raise ValueError(
                f"`{name}` has {len(columns)} rows; the model has {len(self.model.endog)}."
            )
        if not np.isfinite(columns).all():
            raise ValueError(f"`{name}` has values that are NaN or infinite.")
        return columns

    def wald_test_terms(
        self,
        skip_single: bool = False,
        extra_constraints: Any = None,
        combine_terms: Any = None,
        scalar: bool = True,
    ) -> TermTests:
        """Wald tests of the terms of both equations.

        Parameters
        ----------
        skip_single : bool, default False
            Whether to leave out terms of one column.
        extra_constraints : list of tuple, optional
            Further tests, as pairs of a name and a restriction matrix.
        combine_terms : list of str, optional
            Terms with such a text in their name are tested together too.
        scalar : bool, default True
            Whether the statistics are numbers, not arrays.

        Returns
        -------
        WaldTestResults
            Its ``table`` is a DataFrame with a row for each term; those of the log
            variance are named ``ln(sigma2)[term]``. Without a formula each column is a
            term.

        Raises
        ------
        ValueError
            If no term has a text of `combine_terms` in its name.
        """
        identity = np.eye(len(self.params))
        terms = self._terms_of("exog") + self._terms_of("exog_scale")
        tests = [(n, identity[cols]) for n, cols in terms if len(cols) > 1 or not skip_single]
        for text in combine_terms or []:
            together = [column for name, cols in terms if text in name for column in cols]
            if not together:
                raise ValueError(
                    f"`combine_terms` has {text!r}, which is in the name of no term; the terms "
                    f"are {', '.join(name for name, _ in terms)}."
                )
            tests.append((text, identity[together]))
        tests += list(extra_constraints or [])
        rows, names = [], []
        for name, restrictions in tests:
            test = self.wald_test(restrictions, scalar=scalar)
            if self.use_t:
                rows.append([test.statistic, test.pvalue, int(test.df_num), test.df_denom])
            else:
                rows.append([test.statistic, test.pvalue, int(test.df_denom)])
            names.append(name)
        columns = ["statistic", "pvalue", "df_constraint", "df_denom"][: 3 + self.use_t]
        table = pd.DataFrame(rows, index=names, columns=columns)
        return TermTests(None, "F" if self.use_t else "chi2", None, table=table)

    def _terms_of(self, equation: str) -> list[tuple[str, list[int]]]:
        model, mean = self.model, equation == "exog"
        names = model.equation_names(equation)
        start = 0 if mean else model.k_exog
        spec = (
            getattr(model.data, "model_spec", None)
            if mean
            else getattr(model, "_scale_spec", None)
        )
        # A column that was dropped as dependent leaves the formula without its names.
        if spec is None or len(names) != len(FormulaManager().get_column_names(spec)):
            return [(name, [start + place]) for place, name in enumerate(names)]
        manager = FormulaManager(
            engine="patsy" if type(spec).__module__.startswith("patsy") else "formulaic"
        )
        label = "{}" if mean else "ln(sigma2)[{}]"
        return [
            (
                label.format(manager.get_term_name(term)),
                [start + place for place in _places(manager.get_slice(spec, term), len(names))],
            )
            for term in spec.terms
        ]


def _places(part: Any, width: int) -> list[int]:
    return list(range(width))[part] if isinstance(part, slice) else [int(p) for p in part]


def _columns(model: Any, equation: str) -> Array:
    columns = model.exog if equation == "exog" else model.exog_scale
    return np.ones((len(model.endog), 1)) if columns is None else columns


def _same_rows(model: Any, other: Any) -> None:
    for name in ("endog", "offset", "offset_scale", "freq_weights", "var_weights"):
        mine, its = getattr(model, name), getattr(other, name)
        if name == "endog" and (mine is None or its is None):
            raise ValueError("the data of a fit were removed, so that fits cannot be compared.")
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
