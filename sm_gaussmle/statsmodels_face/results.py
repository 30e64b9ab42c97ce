"""Results of a fit, as statsmodels users know them.

Longer than other modules because each is a documented attribute or method of one class.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import statsmodels.base.wrapper as wrap
from numpy.typing import NDArray
from scipy import stats
from statsmodels.base.model import GenericLikelihoodModelResults, LikelihoodModelResults
from statsmodels.regression.linear_model import RegressionResultsWrapper
from statsmodels.tools._decorators import cache_readonly

from sm_gaussmle.estimation.covariance import DESCRIPTIONS
from sm_gaussmle.estimation.fit_record import Fit, conditioning
from sm_gaussmle.statsmodels_face.coercion import same_index
from sm_gaussmle.statsmodels_face.convergence import ConvergenceReport
from sm_gaussmle.statsmodels_face.frames import as_frame
from sm_gaussmle.statsmodels_face.prediction import MEANS
from sm_gaussmle.statsmodels_face.summary import summary

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE
    from sm_gaussmle.statsmodels_face.options import Options

Array = NDArray[np.float64]


class GaussianMLEResults(GenericLikelihoodModelResults):
    """Estimates of a `GaussianMLE` with their inference.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    fit : Fit
        Where the fit ended.
    options : Options
        How it was asked for.
    robust : ndarray, shape (k, k), or None
        Covariance of another estimator than the observed information.
    path : list of ndarray
        Parameters of each iteration, where they were asked for.

    Attributes
    ----------
    params : ndarray, shape (k,)
        Coefficients of the mean, then of the log variance.
    llf : float
        Log-likelihood.
    nobs : float
        Number of observations: the sum of the frequency weights.
    df_model : float
        Columns of the mean without the constant.
    df_resid : float
        Number of observations less the columns of the mean, as in OLS.
    converged : bool
        Whether the score is zero in the metric of the information.
    """

    def __init__(
        self,
        model: GaussianMLE,
        fit: Fit,
        options: Options,
        robust: Array | None,
        path: list[Array],
    ) -> None:
        # GenericLikelihoodModelResults.__init__ is passed over: it takes the dictionary
        # of another result over its own and counts degrees of freedom differently.
        cov = None if options.skip_hessian else fit.cov_params
        LikelihoodModelResults.__init__(self, model, fit.params, cov, scale=1.0)
        self._cache: dict[str, Any] = {}
        self.fit_record = fit
        self.nobs = model.nobs
        self.df_model, self.df_resid = model.df_model, model.df_resid
        self.converged = fit.converged
        self.method = options.method or "closed form or trust-region Newton"
        self.use_t = bool(options.use_t)
        self.cov_type = options.cov_type
        described = "Standard errors were left out (skip_hessian)."
        self.cov_kwds = {
            "description": described if options.skip_hessian else DESCRIPTIONS[options.cov_type]
        }
        if robust is not None:
            self.cov_params_default = robust
        self.mle_retvals: dict[str, Any] = {
            "converged": fit.converged,
            "iterations": len(fit.history) - 1,
            "fopt": -fit.loglike / fit.nobs,
            "warnflag": 0 if fit.converged else 1,
        }
        if options.retall:
            self.mle_retvals["allvecs"] = path
        self.mle_settings = {
            "optimizer": options.method,
            "start_params": options.start_params,
            "maxiter": options.maxiter,
            **options.optimizer_options,
        }

    # Estimates ------------------------------------------------------------------------

    @property
    def llf(self) -> float:
        """Log-likelihood at the estimates."""
        return self.fit_record.loglike

    @property
    def df_modelwc(self) -> int:
        """Number of estimated parameters, the scale equation included."""
        return len(self.params)

    @property
    def aic(self) -> float:
        """Akaike's information criterion; every parameter counts, sigma too."""
        return -2.0 * self.llf + 2.0 * self.df_modelwc

    @property
    def bic(self) -> float:
        """Schwarz's information criterion with the number of observations `nobs`."""
        return -2.0 * self.llf + float(np.log(self.nobs)) * self.df_modelwc

    @property
    def sigma2(self) -> float:
        """Maximum-likelihood estimate RSS/n of the variance, of a row of unit weight."""
        self._constant_variance("sigma2", "predict(which='variance')")
        return float(np.exp(self.params[-1]))

    @property
    def sigma(self) -> float:
        """Maximum-likelihood estimate of the standard deviation."""
        self._constant_variance("sigma", "predict(which='scale')")
        return float(np.exp(0.5 * self.params[-1]))

    @property
    def sigma2_unbiased(self) -> float:
        """RSS/(n - k), which is unbiased for the variance."""
        self._constant_variance("sigma2_unbiased", "predict(which='variance')")
        if self.df_resid <= 0:
            raise AttributeError(
                f"`sigma2_unbiased` needs more observations than columns of the mean; the "
                f"frequency weights add up to {self.nobs:g}."
            )
        return self.sigma2 * self.nobs / self.df_resid

    def _constant_variance(self, name: str, instead: str) -> None:
        if not self.model.constant_variance:
            raise AttributeError(
                f"`{name}` is one number only with constant variance; this model has a scale "
                f"equation. Use {instead}."
            )

    # statsmodels' cache marks what depends on the rows, so that remove_data clears it.
    @cache_readonly
    def fittedvalues(self) -> Array:
        """Estimated mean of each row, shape (n,)."""
        return self.model.predict(self.params)

    @cache_readonly
    def resid(self) -> Array:
        """Response less its estimated mean, shape (n,)."""
        return np.asarray(self.model.endog - self.fittedvalues)

    @cache_readonly
    def resid_pearson(self) -> Array:
        """Residuals over their estimated standard deviations, shape (n,)."""
        return self.resid / self.model.predict(self.params, which="scale")

    @cached_property
    def scale_range(self) -> tuple[float, float]:
        """Smallest and largest estimated standard deviation of a row."""
        scale = self.model.predict(self.params, which="scale")
        return float(scale.min()), float(scale.max())

    # The constant-only model ----------------------------------------------------------

    @cached_property
    def llnull(self) -> float:
        """Log-likelihood of constant mean and variance, with the same offsets and weights."""
        model = self.model
        options = model._get_init_kwds() | {"exog_scale": None, "hasconst": None}
        null = model.__class__(model.endog, np.ones((len(model.endog), 1)), **options)
        return float(null.fit().llf)

    @property
    def llr(self) -> float:
        """Likelihood-ratio statistic against the constant-only model."""
        if not (self.model.k_constant and self.model.k_constant_scale):
            raise AttributeError(
                "the constant-only model is not nested in this one, which has no constant in "
                f"the {'log variance' if self.model.k_constant else 'mean'}: there is no "
                "likelihood ratio. Compare `llf` and `llnull`, or `aic`."
            )
        return 2.0 * (self.llf - self.llnull)

    @property
    def llr_pvalue(self) -> float:
        """Its p-value from the chi-squared distribution, one degree per parameter."""
        statistic, df = self.llr, len(self.params) - 2
        return float(stats.chi2.sf(statistic, df)) if df else 1.0

    # How it went ----------------------------------------------------------------------

    @property
    def fit_history(self) -> pd.DataFrame:
        """Log-likelihood, score norm, step and radius of each iteration."""
        return pd.DataFrame(list(self.fit_record.history)).rename_axis("iteration")

    def convergence_report(self) -> ConvergenceReport:
        """How the fit ended and how well the parameters are determined.

        Returns
        -------
        ConvergenceReport
            Print it to read it.
        """
        fit = self.fit_record
        names = self.model.data.param_names
        if fit.cov_root is None:
            nan = float("nan")
            number, smallest, loadings = nan, nan, np.full(len(names), nan)
        else:
            state = conditioning(fit.cov_root)
            number, smallest = state.condition_number, state.smallest_eigenvalue
            loadings = state.loadings
        return ConvergenceReport(
            converged=fit.converged,
            reason=fit.reason,
            score_norm=fit.score_norm,
            iterations=len(fit.history) - 1,
            passes=fit.passes,
            route=fit.route,
            starts=fit.starts,
            lower_maxima=fit.lower_maxima,
            rounding=fit.rounding,
            digits=fit.digits,
            condition_number=number,
            smallest_eigenvalue=smallest,
            loadings=pd.Series(loadings, index=names, name="loading"),
        )

    # Prediction -----------------------------------------------------------------------

    def predict(
        self,
        exog: Any = None,
        transform: bool = True,
        *,
        exog_scale: Any = None,
        which: str = "mean",
        offset: Any = None,
        offset_scale: Any = None,
    ) -> Any:
        """Mean or variance of the response.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows; those of the fit by default. With a formula a table with its
            variables, from which both equations are evaluated.
        transform : bool, default True
            Whether to evaluate the formulas on `exog`.
        exog_scale : array_like, shape (m, k_scale), optional
            New columns of the scale equation, where no formula makes them.
        which : {"mean", "linear", "variance", "scale", "linear-scale"}, default "mean"
            Mean (with the identity link the linear predictor too), variance, standard
            deviation or log variance.
        offset, offset_scale : array_like, shape (m,), optional
            Known parts for the new rows. Where the model took them from a column of its
            data, they are taken from that column of `exog`; otherwise they are zero.
            New rows have a variance weight of 1.

        Returns
        -------
        ndarray or Series, shape (m,)
            Predictions; a Series where `exog` has labels.

        Raises
        ------
        ValueError
            If `exog` lacks variables or has categories that were not seen in the fit.
        """
        model = self.model
        if exog is None:
            return model.predict(
                self.params,
                exog_scale=exog_scale,
                which=which,
                offset=offset,
                offset_scale=offset_scale,
            )
        index = exog.index if isinstance(exog, pd.DataFrame) else None
        for name, values in (
            ("exog_scale", exog_scale),
            ("offset", offset),
            ("offset_scale", offset_scale),
        ):
            same_index(values, name, index, "exog")
        if transform and hasattr(model, "formula"):
            frame = as_frame(exog, "exog")
            index = frame.index
            offset = self._known_part("offset", offset, frame, which in MEANS)
            offset_scale = self._known_part(
                "offset_scale", offset_scale, frame, which not in MEANS
            )
            exog, exog_scale = model.new_designs(frame, which)
        elif isinstance(exog, pd.Series) and model.k_exog == 1:
            index = exog.index
        values = model.predict(
            self.params, exog, exog_scale, which, offset=offset, offset_scale=offset_scale
        )
        return values if index is None else pd.Series(values, index=index)

    def _known_part(self, name: str, given: Any, frame: pd.DataFrame, needed: bool) -> Any:
        column = self.model._offset_columns.get(name)
        if given is not None or column is None or not needed:
            return given
        if column not in frame.columns:
            raise ValueError(
                f"the model has `{name}` from column {column!r}, which the new data lack; add "
                f"the column, or pass {name}= (0 for none)."
            )
        return frame[column].to_numpy(dtype=float, na_value=np.nan)

    def get_distribution(
        self,
        exog: Any = None,
        exog_scale: Any = None,
        *,
        offset: Any = None,
        offset_scale: Any = None,
    ) -> Any:
        """Estimated distribution of the response.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows, as for `predict`; those of the fit by default.
        exog_scale : array_like, shape (m, k_scale), optional
            New columns of the scale equation, where no formula makes them.
        offset, offset_scale : array_like, shape (m,), optional
            Known parts for the new rows, as for `predict`.

        Returns
        -------
        scipy.stats.rv_frozen
            Normal distributions, one per row.
        """
        mean, scale = (
            self.predict(
                exog,
                exog_scale=exog_scale,
                which=which,
                offset=offset,
                offset_scale=offset_scale,
            )
            for which in ("mean", "scale")
        )
        return stats.norm(loc=np.asarray(mean), scale=np.asarray(scale))

    def remove_data(self) -> None:
        """Drop all arrays with one entry per row, to save memory in a pickle.

        What needs them is computed before: log-likelihood of the constant-only model,
        standard errors, and what the summary shows. `predict` then works for new rows.
        """
        _ = self.llnull, self.bse, self.scale_range, self.model.endog_names
        super().remove_data()

    # Reading --------------------------------------------------------------------------

    def summary(
        self,
        yname: str | None = None,
        xname: list[str] | None = None,
        title: str | None = None,
        alpha: float = 0.05,
    ) -> Any:
        """Table of the fit in two panels, mean and log variance.

        Parameters
        ----------
        yname : str, optional
            Name of the response.
        xname : list of str, optional
            Names of all parameters.
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
            If `xname` has the wrong length or `alpha` is not between 0 and 1.
        """
        return summary(self, yname=yname, xname=xname, title=title, alpha=alpha)


class GaussianMLEResultsWrapper(RegressionResultsWrapper):
    """Results with labels on them."""

    _attrs = {"resid_pearson": "rows"}  # noqa: RUF012 - statsmodels' own mechanism
    _wrap_attrs = wrap.union_dicts(RegressionResultsWrapper._wrap_attrs, _attrs)


wrap.populate_wrapper(GaussianMLEResultsWrapper, GaussianMLEResults)
