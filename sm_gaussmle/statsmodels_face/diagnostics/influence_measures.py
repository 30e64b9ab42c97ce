"""What each row does to a fit: the measures themselves.

Longer than other modules because each is a documented attribute of one class.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.inference.influence import (
    Deletion,
    delete,
    delete_any,
    delete_constant_variance,
)
from sm_gaussmle.inference.leverage import Leverages, leverages, mean_leverage, remaining
from sm_gaussmle.inference.outliers import outlier_pvalues
from sm_gaussmle.statsmodels_face.arguments.new_columns import positive_numbers
from sm_gaussmle.statsmodels_face.removed_data import present

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]


class InfluenceMeasures:
    """Measures of each row, for the class of influence to inherit.

    Parameters
    ----------
    results : GaussianMLEResults
        A converged fit with its data.

    Raises
    ------
    AttributeError
        If the data were removed or the fit did not converge.
    """

    def __init__(self, results: GaussianMLEResults) -> None:
        model, fit = results.model, results.fit_record
        present(
            model.endog,
            "influence is about its rows",
            "call get_influence() before remove_data(), and keep what it gives",
        )
        if not fit.converged or fit.cov_root is None:
            raise AttributeError(
                "influence is about a maximum of the likelihood, and this fit did not reach "
                f"one: {fit.reason}; fit again with a larger `maxiter` or other `start_params`."
            )
        self.results = results
        self.endog, self.exog = model.endog, model.exog
        self.nobs, self.k_vars = results.nobs, model.k_exog
        exact = model.exact_responses
        self.resid = results.resid_pearson if exact else results.resid_generalized
        self._cov_root = fit.cov_root

    def _only_exact(self, name: str, instead: str) -> None:
        self.results.only_exact(name, instead)

    @cached_property
    def _leverages(self) -> Leverages:
        return leverages(self.results.params, self.results.model.source().rows)

    @cached_property
    def _deletion(self) -> Deletion:
        results, rows = self.results, self.results.model.source().rows
        if not results.model.exact_responses:
            return delete_any(results.params, self._cov_root, rows)
        if results.model.constant_variance:
            return delete_constant_variance(rows, self._leverages)
        return delete(results.params, self._cov_root, rows, self._leverages)

    @cached_property
    def _scale(self) -> Array:
        # Of each row; with constant variance that of OLS.
        if not self.results.model.constant_variance:
            return self._leverages.scale
        df = self.results.df_resid
        return self._leverages.scale * np.sqrt(self.nobs / df if df > 0 else np.nan)

    # Leverage -------------------------------------------------------------------------

    @cached_property
    def hat_matrix_diag(self) -> Array:
        """Leverage of each row in the mean equation.

        Returns
        -------
        ndarray, shape (n,)
            Where responses are not all seen exactly, that of the observed information.
        """
        if self.results.model.exact_responses:
            return self._leverages.mean
        return mean_leverage(self.results.params, self.results.model.source().rows)

    @property
    def hat_matrix_diag_scale(self) -> Array:
        """Leverage of each row in the log-variance equation, shape (n,)."""
        self._only_exact("hat_matrix_diag_scale", "dfbetas or hat_matrix_diag")
        return self._leverages.log_variance

    @cached_property
    def hat_diag_factor(self) -> Array:
        """Leverage over one less leverage, h/(1 - h), shape (n,)."""
        leverage = self.hat_matrix_diag
        return leverage / remaining(leverage)

    # Residuals ------------------------------------------------------------------------

    @cached_property
    def resid_standardized(self) -> Array:
        """Residuals over their own (maximum-likelihood) standard deviations, shape (n,)."""
        self._only_exact("resid_standardized", "resid_quantile of the results")
        return self._leverages.standardized

    @property
    def resid_studentized(self) -> Array:
        """Another name of `resid_studentized_internal`."""
        return self.resid_studentized_internal

    @cached_property
    def resid_studentized_internal(self) -> Array:
        """Residuals over standard deviations from all rows.

        Returns
        -------
        ndarray, shape (n,)
            With constant variance those of OLS, else `resid_standardized`.
        """
        self._only_exact("resid_studentized_internal", "resid_quantile of the results")
        return self.get_resid_studentized_external()

    @cached_property
    def resid_studentized_external(self) -> Array:
        """Residuals over standard deviations estimated without the row, shape (n,)."""
        self._only_exact("resid_studentized_external", "resid_quantile of the results")
        return self.get_resid_studentized_external(self._deletion.scale)

    @cached_property
    def outlier_pvalue(self) -> Array:
        """P-value of each row as an outlier, not corrected for their number, shape (n,)."""
        self._only_exact("outlier_pvalue", "resid_quantile of the results")
        return outlier_pvalues(
            self.resid_studentized_external,
            self._leverages,
            constant_variance=self.results.model.constant_variance,
        )

    def get_resid_studentized_external(self, sigma: Any = None) -> Array:
        """Residuals over standard deviations of one's own.

        Parameters
        ----------
        sigma : float or array_like, shape (n,), optional
            Standard deviation of each row; by default that of
            `resid_studentized_internal`.

        Returns
        -------
        ndarray, shape (n,)
            ``resid / (sigma * sqrt(1 - h))`` with the response residuals.

        Raises
        ------
        AttributeError
            If responses are not all seen exactly.
        ValueError
            If there is not one positive `sigma`, or one for each row.
        """
        self._only_exact("get_resid_studentized_external()", "resid_quantile of the results")
        scale = (
            self._scale
            if sigma is None
            else positive_numbers(sigma, "sigma", self.endog.shape[0])
        )
        root = np.sqrt(self._leverages.remaining)
        with np.errstate(divide="ignore"):  # infinite where all others are fitted exactly
            return np.asarray(self._leverages.resid / scale / root)

    @cached_property
    def resid_press(self) -> Array:
        """Responses less their prediction without the row.

        Returns
        -------
        ndarray, shape (n,)
            ``resid / (1 - h)`` in the units of the response; with a scale equation at the
            variances from all rows.
        """
        self._only_exact("resid_press", "dfbetas or cooks_distance")
        return self._leverages.resid / self._leverages.remaining

    @cached_property
    def ess_press(self) -> float:
        """Sum of squares of `resid_press` over the observations."""
        self._only_exact("ess_press", "log_score of the results' scores(), or aic")
        copies = self.results.model.freq_weights
        squares = self.resid_press**2
        return float(np.sum(squares if copies is None else copies * squares))

    @cached_property
    def resid_var(self) -> Array:
        """Variance of each residual, shape (n,)."""
        self._only_exact("resid_var", "predict(which='variance') of the results")
        return self._scale**2 * self._leverages.remaining

    @cached_property
    def resid_std(self) -> Array:
        """Standard deviation of each residual, shape (n,)."""
        self._only_exact("resid_std", "predict(which='scale') of the results")
        return np.sqrt(self.resid_var)

    @cached_property
    def influence(self) -> Array:
        """What the row does to its own fitted value, e h/(1 - h), shape (n,)."""
        self._only_exact("influence", "dfbeta")
        return self._leverages.resid * self.hat_diag_factor

    # Leaving a row out ----------------------------------------------------------------

    @property
    def sigma2_not_obsi(self) -> Array:
        """Variance of each row, estimated without it, shape (n,)."""
        return self._deletion.scale**2

    @property
    def dfbeta(self) -> Array:
        """Estimates less those without the row.

        Returns
        -------
        ndarray, shape (n, k)
            One column per coefficient of the mean, and with a scale equation, or where
            responses are not all seen exactly, per coefficient of the log variance behind
            them.
        """
        return self._deletion.dfbeta

    @property
    def dfbetas(self) -> Array:
        """`dfbeta` over standard errors.

        Returns
        -------
        ndarray, shape (n, k)
            With constant variance of responses that are seen exactly the standard errors are
            at the variance without the row, as in OLS, else from the observed information.
        """
        return self._deletion.dfbetas

    @property
    def params_not_obsi(self) -> Array:
        """Estimates without the row, shape (n, k), in the columns of `dfbeta`."""
        dfbeta = self._deletion.dfbeta
        return np.asarray(self.results.params)[: dfbeta.shape[1]] - dfbeta

    @cached_property
    def cooks_distance(self) -> tuple[Array, Array]:
        """Cook's distances with p-values.

        Returns
        -------
        distance : ndarray, shape (n,)
            Squared length of `dfbeta` in the metric of the information, over the number of
            its columns.
        pvalue : ndarray, shape (n,)
            From the F distribution with constant variance of responses that are seen
            exactly, as in OLS, else from chi-squared.
        """
        distance, k = self._deletion.cooks_distance, self._deletion.dfbeta.shape[1]
        model = self.results.model
        if model.constant_variance and model.exact_responses:
            return distance, stats.f.sf(distance, k, self.results.df_resid)
        return distance, stats.chi2.sf(k * distance, k)

    @property
    def likelihood_displacement(self) -> Array:
        """Twice the log-likelihood of all rows that estimates without the row lose.

        Returns
        -------
        ndarray, shape (n,)
            Of all parameters: exact with constant variance of responses that are seen
            exactly, else to second order.

        References
        ----------
        .. [1] R. D. Cook, "Assessment of Local Influence", Journal of the Royal Statistical
           Society B 48 (1986) 133-169. doi:10.1111/j.2517-6161.1986.tb01398.x
        """
        return self._deletion.displacement

    @property
    def cov_ratio(self) -> Array:
        """Determinant of the covariance without the row, over that of all rows.

        Returns
        -------
        ndarray, shape (n,)
            Of the parameters in the columns of `dfbeta`; with a scale equation from the
            expected information.
        """
        self._only_exact("cov_ratio", "cooks_distance")
        return self._deletion.cov_ratio

    @cached_property
    def dffits_internal(self) -> tuple[Array, float]:
        """Like `dffits` with `resid_studentized_internal`."""
        self._only_exact("dffits_internal", "cooks_distance or dfbetas")
        return self._dffits(self.resid_studentized_internal)

    @cached_property
    def dffits(self) -> tuple[Array, float]:
        """Change of each fitted value, in standard errors, if its row is left out.

        Returns
        -------
        dffits : ndarray, shape (n,)
            `resid_studentized_external` times the root of `hat_diag_factor`.
        threshold : float
            Twice the root of the number of columns of the mean over that of observations.
        """
        self._only_exact("dffits", "cooks_distance or dfbetas")
        return self._dffits(self.resid_studentized_external)

    def _dffits(self, resid: Array) -> tuple[Array, float]:
        threshold = 2.0 * float(np.sqrt(self.k_vars / self.nobs))
        return resid * np.sqrt(self.hat_diag_factor), threshold
