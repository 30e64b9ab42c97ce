"""Results of a fit, as statsmodels users know them.

Longer than other modules because each is a documented attribute or method of one class.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import statsmodels.base.wrapper as wrap
from numpy.typing import NDArray
from statsmodels.base.model import GenericLikelihoodModelResults, LikelihoodModelResults
from statsmodels.regression.linear_model import RegressionResultsWrapper

from sm_gaussmle.estimation.fit_record import Fit, conditioning
from sm_gaussmle.statsmodels_face.covariances.combined_covariance import (
    CovarianceLabels,
    without_covariance,
)
from sm_gaussmle.statsmodels_face.covariances.robust_results import RobustResults
from sm_gaussmle.statsmodels_face.diagnostics.fit_statistics import FitStatistics
from sm_gaussmle.statsmodels_face.diagnostics.normality_tests import NormalityTests
from sm_gaussmle.statsmodels_face.diagnostics.residuals import PER_ROW, Residuals
from sm_gaussmle.statsmodels_face.effects.result_effects import ResultEffects
from sm_gaussmle.statsmodels_face.fitting.convergence import ConvergenceReport
from sm_gaussmle.statsmodels_face.hypotheses.functions_of_estimates import FunctionsOfEstimates
from sm_gaussmle.statsmodels_face.hypotheses.intervals import Intervals
from sm_gaussmle.statsmodels_face.hypotheses.profiles import Profiles
from sm_gaussmle.statsmodels_face.hypotheses.ratio_tests import RatioTests
from sm_gaussmle.statsmodels_face.hypotheses.resampling import Resampling
from sm_gaussmle.statsmodels_face.hypotheses.scale_ratio import ScaleRatio
from sm_gaussmle.statsmodels_face.hypotheses.score_tests import ScoreTests
from sm_gaussmle.statsmodels_face.hypotheses.wald_terms import WaldTerms
from sm_gaussmle.statsmodels_face.persistence.fit_files import FitFiles
from sm_gaussmle.statsmodels_face.persistence.persistence import Persistence
from sm_gaussmle.statsmodels_face.plots.likelihood_plots import LikelihoodPlots
from sm_gaussmle.statsmodels_face.plots.row_plots import RowPlots
from sm_gaussmle.statsmodels_face.predictions.prediction_intervals import PredictionIntervals
from sm_gaussmle.statsmodels_face.predictions.scores import ForecastScores
from sm_gaussmle.statsmodels_face.reading.reading import Reading

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.fitting.options import Options
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]


class GaussianMLEResults(
    FitStatistics,
    RatioTests,
    ScaleRatio,
    ScoreTests,
    NormalityTests,
    WaldTerms,
    Residuals,
    PredictionIntervals,
    ResultEffects,
    ForecastScores,
    RobustResults,
    Intervals,
    Profiles,
    FunctionsOfEstimates,
    Resampling,
    LikelihoodPlots,
    RowPlots,
    Reading,
    Persistence,
    GenericLikelihoodModelResults,
):
    """Estimates of a `GaussianMLE` with their inference.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    fit : Fit
        Where the fit ended.
    options : Options
        How it was asked for.
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

    See Also
    --------
    GaussianMLEResults.summary : The estimates as a table.
    GaussianMLEResults.conf_int : Intervals, also by profile likelihood.
    GaussianMLEResults.get_prediction : Predictions with intervals.

    Notes
    -----
    `GaussianMLE.fit` makes them. All that they can do is listed in the documentation by what it
    is for, under "Results" on the page "API".
    """

    def __init__(
        self,
        model: GaussianMLE,
        fit: Fit,
        options: Options,
        path: list[Array],
    ) -> None:
        # The covariance is added by use_covariance().
        # GenericLikelihoodModelResults.__init__ is passed over: it takes the dictionary
        # of another result over its own and counts degrees of freedom differently.
        cov = None if options.skip_hessian else fit.cov_params
        LikelihoodModelResults.__init__(self, model, fit.params, cov, scale=1.0)
        self._cache: dict[str, Any] = {}
        self.fit_record = fit
        self.nobs = model.nobs
        self.df_model, self.df_resid = model.df_model, model.df_resid
        self.df_resid_inference = model.df_resid
        self.converged = fit.converged
        self.method = options.method or "closed form or trust-region Newton"
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
    def sigma2(self) -> float:
        """Maximum-likelihood estimate of the variance, of a row of unit weight: RSS/n.

        Returns
        -------
        float
            Where responses are not all seen exactly, that of the latent ones, and no RSS/n.
        """
        self.only_constant_variance("sigma2", "predict(which='variance')")
        return float(np.exp(self.params[-1]))

    @property
    def sigma(self) -> float:
        """Maximum-likelihood estimate of the standard deviation."""
        self.only_constant_variance("sigma", "predict(which='scale')")
        return float(np.exp(0.5 * self.params[-1]))

    @property
    def sigma2_unbiased(self) -> float:
        """RSS/(n - k), which is unbiased for the variance."""
        self.only_constant_variance("sigma2_unbiased", "predict(which='variance')")
        self.only_exact("sigma2_unbiased", "sigma2")
        return self.sigma2 * self.nobs / self.residual_degrees("sigma2_unbiased")

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
        if fit.cov_root is None or not fit.cov_root.size:
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

    def wrapped(self) -> GaussianMLEResultsWrapper:
        """The results with labels on them.

        Returns
        -------
        GaussianMLEResultsWrapper
            What `fit` returns.
        """
        return GaussianMLEResultsWrapper(self)

    @property
    def get_nlfun(self) -> Any:
        """Not there: statsmodels announces it and does not have it."""
        raise AttributeError(
            "`get_nlfun` is not implemented in statsmodels; for a function of the parameters "
            "use delta_method(), or t_test() if it is linear."
        )


class GaussianMLEResultsWrapper(FitFiles, CovarianceLabels, RegressionResultsWrapper):
    """Results with labels on them."""

    _attrs = dict.fromkeys(PER_ROW, "rows")
    _wrap_attrs = wrap.union_dicts(RegressionResultsWrapper._wrap_attrs, _attrs)
    _wrap_methods = without_covariance(RegressionResultsWrapper._wrap_methods)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """Copy with labels: statsmodels' wrapper would have the results copy themselves."""
        return copy.deepcopy(self._results, memo).wrapped()

    def __repr__(self) -> str:
        """Text of the results."""
        return repr(self._results)


wrap.populate_wrapper(GaussianMLEResultsWrapper, GaussianMLEResults)
