"""How well a model fits: likelihoods, criteria, sums of squares.

Longer than other modules because each is a documented attribute of one class.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.estimation.errors import FitError, PerfectFitError
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, finite_number
from sm_gaussmle.statsmodels_face.removed_data import ASK_BEFORE
from sm_gaussmle.statsmodels_face.result_parts import ResultPart
from sm_gaussmle.statsmodels_face.streams.stream_statistics import (
    null_loglike,
    residual_squares,
    singular_values,
    total_squares,
)

Array = NDArray[np.float64]


_PSEUDO = {"mcfadden": "mcf", "cox": "cs", "coxsnell": "cs", "lr": "cs"}


class FitStatistics(ResultPart):
    """Measures of fit, for the results class to inherit."""

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
    def bic_llf(self) -> float:
        """`bic` by the name that GLM has for it."""
        return self.bic

    @property
    def bic(self) -> float:
        """Schwarz's information criterion with the number of observations `nobs`."""
        return -2.0 * self.llf + float(np.log(self.nobs)) * self.df_modelwc

    # The constant-only model ----------------------------------------------------------

    @cached_property
    def llnull(self) -> float:
        """Log-likelihood of constant mean and variance, with the same offsets and weights.

        Returns
        -------
        float
            Limits of censoring and truncation are the same too.

        Raises
        ------
        AttributeError
            If the likelihood of that model has no maximum.
        DataRemovedError
            If so, and `remove_data` has dropped the rows.
        """
        model = self.model
        # Where it has a value, that was kept.
        model.need_rows("`llnull` takes another fit", f"compare `aic`, or {ASK_BEFORE}")
        try:
            return self._null_loglike()
        except PerfectFitError as error:
            raise AttributeError(
                "`llnull` has no value: a constant and the offset reproduce `endog`, and the "
                "likelihood of the constant-only model has no maximum. Compare `aic`."
            ) from error
        except FitError as error:
            raise AttributeError(
                "`llnull` has no value: the likelihood of the constant-only model has no "
                f"maximum: {error} Compare `aic`."
            ) from error

    def _null_loglike(self) -> float:
        model = self.model
        if model.rows_in_passes is not None:
            return null_loglike(model.rows_in_passes)
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

    def pseudo_rsquared(self, kind: Any = "mcf") -> float:
        """Pseudo R-squared against the constant-only model.

        Parameters
        ----------
        kind : {"mcf", "cs"}, default "mcf"
            McFadden's ``1 - llf / llnull``, which depends on the units of the response
            where that is continuous, or Cox and Snell's ``1 - exp(-llr / n)``, which is
            R-squared where the variance is constant.

        Returns
        -------
        float
            Pseudo R-squared.

        Raises
        ------
        ValueError
            If `kind` is unknown.
        """
        given = kind.lower() if isinstance(kind, str) else kind
        if choice(_PSEUDO.get(str(given), given), "kind", ("mcf", "cs")) == "mcf":
            return 1.0 - self.llf / self.llnull
        return float(-np.expm1(2.0 * (self.llnull - self.llf) / self.nobs))

    @property
    def prsquared(self) -> float:
        """McFadden's pseudo R-squared, ``1 - llf / llnull``."""
        return self.pseudo_rsquared("mcf")

    def info_criteria(self, crit: Any, scale: None = None, dk_params: float = 0) -> float:
        """Information criterion that counts every parameter, the variance's too.

        Parameters
        ----------
        crit : {"aic", "bic", "aicc", "hqic"}, in any case
            Akaike's, Schwarz's, Akaike's for small samples (Hurvich and Tsai 1989) [1]_,
            or Hannan and Quinn's.
        scale : None
            Not used; GLM has it there.
        dk_params : float, default 0
            Further parameters to count, as for OLS: -1 gives OLS's criteria.

        Returns
        -------
        float
            The criterion; smaller is better.

        Raises
        ------
        ValueError
            If `crit` is unknown, or there are too few observations for "aicc".

        References
        ----------
        .. [1] C. M. Hurvich and C.-L. Tsai, "Regression and time series model selection
           in small samples", Biometrika 76 (1989) 297-307. doi:10.1093/biomet/76.2.297
        """
        crit = crit.lower() if isinstance(crit, str) else crit
        if scale is not None:
            raise ValueError(f"`scale` is {scale!r}; the variance is a parameter here.")
        choice(crit, "crit", ("aic", "bic", "aicc", "hqic"))
        k, n = self.df_modelwc + finite_number(dk_params, "dk_params"), self.nobs
        if crit == "aicc" and n - k - 1 <= 0:
            raise ValueError(
                f"`crit` 'aicc' needs more than {k + 1:g} observations; there are {n:g}."
            )
        penalties = {
            "aic": lambda: 2.0,
            "bic": lambda: float(np.log(n)),
            "aicc": lambda: 2.0 * n / (n - k - 1),
            "hqic": lambda: 2.0 * float(np.log(np.log(n))),
        }
        return -2.0 * self.llf + penalties[crit]() * k

    # Sums of squares ------------------------------------------------------------------

    @cached_property
    def _ssr(self) -> float:
        stream = self.model.rows_in_passes
        if stream is None:
            self.model.need_rows("`ssr` needs its rows", ASK_BEFORE)
            return self._sum_of_squares(self.resid)
        if self.model.closed_form and self.fit_record.restricted is None:
            return float(np.exp(self.params[-1])) * self.nobs  # which is what it is made of
        return residual_squares(stream, self.params)

    @property
    def ssr(self) -> float:
        """Sum of squared residuals, with frequency weights and known variances.

        Rows are weighted by ``freq_weights * var_weights * exp(-offset_scale)``.

        Returns
        -------
        float
            In squared units of the response.

        Raises
        ------
        AttributeError
            With a scale equation, where tables and tests of sums of squares are wrong.
        """
        self.only_constant_variance("ssr", "-2 * llf, wald_test_terms or rsquared")
        self.only_exact("ssr", "-2 * llf or wald_test_terms")
        return self._ssr

    @cached_property
    def centered_tss(self) -> float:
        """Sum of squares of the response less its offset, from their weighted mean."""
        self.only_exact("centered_tss", "-2 * llnull")
        if self.model.rows_in_passes is not None:
            return total_squares(self.model.rows_in_passes)[0]
        values, weights = self._without_offset(), self._known_weights()
        return self._sum_of_squares(values - np.average(values, weights=weights))

    @cached_property
    def uncentered_tss(self) -> float:
        """Sum of squares of the response less its offset, from zero."""
        self.only_exact("uncentered_tss", "-2 * llnull")
        if self.model.rows_in_passes is not None:
            return total_squares(self.model.rows_in_passes)[1]
        return self._sum_of_squares(self._without_offset())

    @property
    def _tss(self) -> float:
        return self.centered_tss if self.model.k_constant else self.uncentered_tss

    @property
    def ess(self) -> float:
        """Sum of squares that the mean explains: total less residual."""
        self.only_constant_variance("ess", "llr, wald_test_terms or rsquared")
        self.only_exact("ess", "llr or wald_test_terms")
        return self._tss - self.ssr

    @property
    def rsquared(self) -> float:
        """Share of the sum of squares that the mean explains, as in OLS.

        With a scale equation it describes the mean alone, which is not fitted to make it
        large; `pseudo_rsquared` describes the likelihood.

        Returns
        -------
        float
            At most 1.
        """
        self.only_exact("rsquared", "pseudo_rsquared()")
        return 1.0 - self._ssr / self._tss

    @property
    def rsquared_adj(self) -> float:
        """R-squared adjusted for the number of columns of the mean."""
        self.only_exact("rsquared_adj", "pseudo_rsquared() or aic")
        total = self.nobs - self.model.k_constant
        return 1.0 - total / self.residual_degrees("rsquared_adj") * (1.0 - self.rsquared)

    @property
    def mse_resid(self) -> float:
        """Residual sum of squares over its degrees of freedom, as in OLS."""
        self.only_constant_variance("mse_resid", "predict(which='variance')")
        self.only_exact("mse_resid", "sigma2")
        return self.ssr / self.residual_degrees("mse_resid")

    @property
    def scale(self) -> float:
        """The variance as in OLS and GLM: `mse_resid`. The parameters have the ML one.

        With a scale equation it is 1: statsmodels multiplies by it what weights leave, and
        the equation leaves nothing. So it is where responses are not all seen exactly, as
        there are no residuals to estimate it from (`sigma2` is the ML one).

        Returns
        -------
        float
            In squared units of the response, or 1.
        """
        if not (self.model.constant_variance and self.model.exact_responses):
            return 1.0
        return self.ssr / self.residual_degrees("scale")

    @scale.setter
    def scale(self, value: float) -> None:
        # statsmodels sets the number that it multiplies covariances by, which is 1 here.
        del value

    @property
    def mse_model(self) -> float:
        """Explained sum of squares over its degrees of freedom; NaN where there are none."""
        self.only_constant_variance("mse_model", "llr or wald_test")
        self.only_exact("mse_model", "llr or wald_test")
        return self.ess / self.df_model if self.df_model else float("nan")

    @property
    def mse_total(self) -> float:
        """Total sum of squares over its degrees of freedom."""
        self.only_constant_variance("mse_total", "centered_tss")
        self.only_exact("mse_total", "-2 * llnull")
        return self._tss / (self.df_resid + self.df_model)

    @property
    def fvalue(self) -> float:
        """F statistic of the columns of the mean without the constant, as in OLS.

        It is exact for normal errors, with the covariances "nonrobust" and "unbiased"
        alike; with others it is the Wald statistic over the number of columns. NaN where
        there is nothing to test, or the constant is not a column by itself.

        Returns
        -------
        float
            With `df_model` and `df_resid_inference` degrees of freedom.
        """
        return self._f_test()[0]

    @property
    def f_pvalue(self) -> float:
        """Its p-value: of `fvalue` from the F distribution."""
        return self._f_test()[1]

    def _f_test(self) -> tuple[float, float]:
        self.only_constant_variance("fvalue", "llr and llr_pvalue, or wald_test")
        self.only_exact("fvalue", "llr and llr_pvalue, or wald_test")
        nan = float("nan")
        if self.cov_type in ("nonrobust", "unbiased"):
            if not self.df_model:
                return nan, nan
            statistic = self.mse_model / self.mse_resid
            return statistic, float(stats.f.sf(statistic, self.df_model, self.df_resid))
        constant = self.model.constant_column
        if not self.df_model or (self.model.k_constant and constant is None):
            return nan, nan
        identity = np.eye(len(self.params))
        tested = [place for place in range(self.model.k_exog) if place != constant]
        test = self.f_test(identity[tested])
        return float(test.fvalue), float(test.pvalue)

    @property
    def deviance(self) -> float:
        """Sum of squared residuals, the deviance of a Gaussian GLM."""
        self.only_constant_variance("deviance", "-2 * llf")
        self.only_exact("deviance", "-2 * llf")
        return self.ssr

    @property
    def null_deviance(self) -> float:
        """Deviance of the constant-only model, which keeps offsets and weights."""
        self.only_constant_variance("null_deviance", "-2 * llnull")
        self.only_exact("null_deviance", "-2 * llnull")
        return self.centered_tss

    # Columns --------------------------------------------------------------------------

    @cached_property
    def eigenvals(self) -> Array:
        """Eigenvalues of the cross products of the mean's columns, largest first.

        Rows are weighted as for `ssr`; with a scale equation by their estimated precision.

        Returns
        -------
        ndarray, shape (k_mean,)
            Squares of the singular values.
        """
        model = self.model
        if model.rows_in_passes is not None:
            values = singular_values(
                model.rows_in_passes, self.params, constant_variance=model.constant_variance
            )
            return values**2
        model.need_rows("`eigenvals` needs its rows", ASK_BEFORE)
        weights = self._known_weights()
        if not model.constant_variance:
            frequencies = model.freq_weights
            weights = 1.0 / model.predict(self.params, which="variance")
            weights = weights if frequencies is None else weights * frequencies
        singular = np.linalg.svd(model.exog * np.sqrt(weights)[:, None], compute_uv=False)
        return np.asarray(singular**2)

    @property
    def condition_number(self) -> float:
        """Root of the ratio of the largest eigenvalue to the smallest, as in OLS.

        It depends on the units of the columns; `convergence_report` has one that does not.

        Returns
        -------
        float
            At least 1.
        """
        return float(np.sqrt(self.eigenvals[0] / self.eigenvals[-1]))

    def _known_weights(self) -> Array:
        known = self.model.source().rows.log_variance_offset
        weights = np.ones(len(self.model.endog)) if known is None else np.exp(-known)
        frequencies = self.model.freq_weights
        return weights if frequencies is None else weights * frequencies

    def _sum_of_squares(self, values: Array) -> float:
        return float(self._known_weights() @ (values * values))

    def _without_offset(self) -> Array:
        offset = self.model.offset
        return self.model.endog if offset is None else self.model.endog - offset
