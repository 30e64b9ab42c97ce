"""The log-variance equation of a fit as results of its own.

Tools that know one equation only (marginaleffects, smmargins) work on it as on any model.

Longer than other modules because each method is one that these tools expect of a model or of
its results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import statsmodels.base.wrapper as wrap
from numpy.typing import NDArray
from statsmodels.base.model import LikelihoodModel, LikelihoodResultsWrapper
from statsmodels.iolib.summary import Summary

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.statsmodels_face.arguments.scalars import flag, probability
from sm_gaussmle.statsmodels_face.arguments.texts import label_list, text
from sm_gaussmle.statsmodels_face.covariances.combined_covariance import (
    CombinedCovariance,
    CovarianceLabels,
    without_covariance,
)
from sm_gaussmle.statsmodels_face.effects.curves import CURVES
from sm_gaussmle.statsmodels_face.effects.effect_points import Equation
from sm_gaussmle.statsmodels_face.effects.marginal_effects import EquationMargins
from sm_gaussmle.statsmodels_face.formulas.formula_text import formula_sides
from sm_gaussmle.statsmodels_face.formulas.terms import terms_of
from sm_gaussmle.statsmodels_face.hypotheses.wald_terms import WaldTerms
from sm_gaussmle.statsmodels_face.persistence.fit_files import PickledFiles
from sm_gaussmle.statsmodels_face.persistence.pickling import keep_spec
from sm_gaussmle.statsmodels_face.reading.table_text import response_name

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.effects.result_effects import ResultEffects
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_OF_RESPONSE = {
    "scale": "sigma of ",
    "variance": "sigma2 of ",
    "linear-scale": "ln(sigma2) of ",
}


class ScaleEquation(LikelihoodModel):
    """Log-variance equation of a model.

    Parameters
    ----------
    model : GaussianMLE
        A model with a scale equation.
    which : {"scale", "variance", "linear-scale"}
        What `predict` returns.
    """

    def __init__(self, model: GaussianMLE, which: str) -> None:
        super().__init__(model.data.orig_endog, model._labelled_scale(), hasconst=False)
        self.which = which
        self._response = model.endog_names
        # Here, since the names of the model do not say which equation is meant.
        self._known = model.source().rows.log_variance_offset
        self.freq_weights = model.freq_weights
        self.data.const_idx = model.constant_scale_column
        self.data.k_constant = self.k_constant = model.k_constant_scale
        # What the tests of hypotheses ask a model for.
        self.k_exog, self.dropped_columns = self.exog.shape[1], ()
        if hasattr(model, "formula"):
            response = formula_sides(model.formula)[0]
            self.formula = f"{response} {model.scale_formula}"
            self.data.frame = model.data.frame
            keep_spec(self.data, self.formula, model._scale_spec)

    @property
    def endog_names(self) -> str:
        """Name of the response, as the model of both equations has it."""
        return self._response

    def initialize(self) -> None:
        """Do nothing: statsmodels would decompose the columns to count degrees of freedom."""

    def predict(self, params: Any, exog: Any = None) -> Array:
        """Standard deviation, variance or log variance at given columns.

        Parameters
        ----------
        params : array_like, shape (k_scale,)
            Coefficients of the log variance.
        exog : array_like, shape (m, k_scale), optional
            Columns of the scale equation; by default those of the model, with its
            offsets and variance weights. New rows have none.

        Returns
        -------
        ndarray, shape (m,)
            Predictions.
        """
        known = self._known if exog is None and self._known is not None else 0.0
        design = self.exog if exog is None else np.asarray(exog, dtype=float)
        predictor = design @ np.asarray(params, dtype=float) + known
        return CURVES[self.which](predictor[None]).value


class ScaleResults(PickledFiles, WaldTerms, CombinedCovariance):
    """Estimates of a log-variance equation.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit of both equations.
    which : {"scale", "variance", "linear-scale"}
        What is predicted, and what effects are effects on.

    Attributes
    ----------
    params : ndarray, shape (k_scale,)
        Coefficients of the log variance, under the plain names of their columns.
    nobs, df_resid : float
        Those of the fit.
    """

    _HINT = ""

    def __init__(self, results: ResultEffects, which: str) -> None:
        k = results.model.k_exog
        super().__init__(ScaleEquation(results.model, which), results.params[k:], scale=1.0)
        self._cache: dict[str, Any] = {}
        self._both = results
        self.which = which
        self.use_t, self.cov_type, self.cov_kwds = (
            results.use_t,
            results.cov_type,
            results.cov_kwds,
        )
        self.nobs, self.df_resid = results.nobs, results.df_resid
        self.df_resid_inference = results.df_resid_inference
        self.df_model = float(self.model.exog.shape[1] - self.model.k_constant)
        if results.has_covariance:
            self.cov_params_default = np.asarray(results.cov_params())[k:, k:]

    def covariance_root(self) -> CovarianceRoot:
        """The covariance of the estimates by its root.

        Returns
        -------
        CovarianceRoot
            Of the parameters of this equation.

        Raises
        ------
        ValueError
            If the fit has no covariance.
        """
        return self._both.covariance_root().part(slice(-len(self.params), None))

    def conf_int(self, alpha: float = 0.05) -> Array:
        """Wald intervals of the coefficients.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.

        Returns
        -------
        ndarray, shape (k_scale, 2)
            Those of the fit.

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1, or the fit has no covariance.
        """
        return np.asarray(self._both.conf_int(alpha))[-len(self.params) :]

    def _terms(self) -> list[tuple[str, list[int]]]:
        """Names of the terms of this equation, and where their parameters are."""
        terms = terms_of(self._both.model, "exog_scale")
        return [(term.name[len("ln(sigma2)[") : -1], list(term.columns)) for term in terms]

    def __reduce__(self) -> tuple[Any, ...]:
        # The formula engines' memories are the business of the fit's own pickle.
        self._both._need_data("pickle of a scale_view")
        return type(self), (self._both, self.which)

    def remove_data(self) -> None:
        """Refuse: the rows are those of the fit.

        Raises
        ------
        AttributeError
            Always.
        """
        raise AttributeError(
            "a `scale_view` has no data of its own to remove; use remove_data() of the fit "
            "and keep `params` and `cov_params()` of the view."
        )

    without_data = remove_data

    @property
    def llf(self) -> float:
        """Log-likelihood of the fit: of both equations, which have no parts of it."""
        return self._both.llf

    @property
    def aic(self) -> float:
        """Akaike's information criterion of the fit, both equations counted."""
        return self._both.aic

    @property
    def bic(self) -> float:
        """Schwarz's information criterion of the fit, both equations counted."""
        return self._both.bic

    def predict(self, exog: Any = None, transform: bool = True, **kwargs: Any) -> Any:
        """Standard deviation, variance or log variance.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows; those of the fit by default. With a formula a table with its
            variables, otherwise the columns of the scale equation.
        transform : bool, default True
            Whether to evaluate the formula on `exog`.
        **kwargs
            `offset_scale` of the new rows.

        Returns
        -------
        ndarray or Series, shape (m,)
            Predictions; a Series where `exog` has labels.
        """
        formula = flag(transform, "transform") and hasattr(self.model, "formula")
        new = {"exog": exog} if formula else {"exog_scale": exog}
        values = self._both.predict(**new, transform=transform, which=self.which, **kwargs)
        labelled = isinstance(exog, pd.DataFrame) and not isinstance(values, pd.Series)
        return pd.Series(values, index=exog.index) if labelled else values

    def get_margeff(
        self,
        at: Any = "overall",
        method: str = "dydx",
        atexog: Any = None,
        dummy: bool = False,
        count: bool = False,
    ) -> EquationMargins:
        """Effects of the columns of the scale equation on what it predicts.

        Parameters
        ----------
        at : {"overall", "mean", "median", "zero", "all"} or dict, default "overall"
            Where: see `get_margeff` of the fit, as for what follows.
        method : {"dydx", "eyex", "dyex", "eydx"}, default "dydx"
            What kind of effects.
        atexog : dict or array_like, shape (m, k_scale), optional
            Values of columns of this equation.
        dummy : bool, default False
            Whether columns of zeros and ones are changed from 0 to 1.
        count : bool, default False
            Whether columns of whole numbers are changed by one.

        Returns
        -------
        EquationMargins
            Effects on the standard deviation, the variance or the log variance.
        """
        model = self.model
        equation = Equation(
            exog=model.exog,
            names=tuple(model.exog_names),
            known=None if model._known is None else np.asarray(model._known)[None],
            weights=model.freq_weights,
            coefficients=self.params[None],
            places=np.arange(len(self.params)),
            covariance=self.covariance_root(),
            curve=CURVES[self.which],
            of_response=_OF_RESPONSE[self.which],
        )
        return EquationMargins(self, equation, (at, method, atexog, dummy, count))

    def get_robustcov_results(self, cov_type: str = "HC1", **kwargs: Any) -> Any:
        """The same estimates with another covariance.

        Parameters
        ----------
        cov_type : str, default "HC1"
            Covariance estimator.
        **kwargs
            Its options, as for the fit.

        Returns
        -------
        ScaleResults
            This equation of the fit's own `get_robustcov_results`.
        """
        robust = self._both.get_robustcov_results(cov_type, **kwargs)
        return robust.scale_view(self.which)

    def summary(
        self,
        yname: str | None = None,
        xname: list[str] | None = None,
        title: str | None = None,
        alpha: float = 0.05,
    ) -> Summary:
        """Table of the equation.

        Parameters
        ----------
        yname : str, optional
            Name of the response.
        xname : list of str, optional
            Names of the coefficients.
        title : str, optional
            Title of the table.
        alpha : float, default 0.05
            One minus the confidence level.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Print it, or ask it for ``as_latex``, ``as_html`` or ``as_csv``.

        Raises
        ------
        ValueError
            If `xname` has another length or `alpha` is not between 0 and 1.
        TypeError
            If a name or title is no text.
        """
        alpha = probability(alpha, "alpha")
        response = response_name(text(yname, "yname") or self.model.endog_names)
        # statsmodels fills an entry of None from the results itself.
        left: list[tuple[str, list[str] | None]] = [
            ("Dep. Variable:", [f"ln(sigma2) of {response}"]),
            ("Covariance Type:", [self.cov_type]),
            ("No. Observations:", [f"{self.nobs:g}"]),
        ]
        right: list[tuple[str, list[str] | None]] = [
            ("Date:", None),
            ("Time:", None),
            ("Log-Likelihood of fit:", [f"{self.llf:.4f}"]),
        ]
        names = label_list(xname, "xname", len(self.params)) or self.model.exog_names
        table = Summary()
        title = text(title, "title") or "Log-Variance Equation of a Gaussian Regression"
        table.add_table_2cols(self, gleft=left, gright=right, title=title, xname=names)
        table.add_table_params(self, xname=names, alpha=alpha, use_t=self.use_t)
        return table


class ScaleResultsWrapper(PickledFiles, CovarianceLabels, LikelihoodResultsWrapper):
    """Results of the scale equation with labels on them."""

    _wrap_methods = without_covariance(LikelihoodResultsWrapper._wrap_methods)

    def __repr__(self) -> str:
        return self.summary().as_text()


wrap.populate_wrapper(ScaleResultsWrapper, ScaleResults)
