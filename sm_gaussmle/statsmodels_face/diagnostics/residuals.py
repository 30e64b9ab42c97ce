"""Residuals of a fit."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools._decorators import cache_readonly

from sm_gaussmle.statsmodels_face.diagnostics.influence import GaussianMLEInfluence
from sm_gaussmle.statsmodels_face.diagnostics.outliers import outlier_table
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

# What the wrapper labels by row, besides what statsmodels labels anyway.
PER_ROW = (
    "mu",
    "resid_deviance",
    "resid_response",
    "resid_pearson",
    "resid_quantile",
    "resid_standardized",
    "resid_studentized_internal",
    "resid_studentized_external",
)


class Residuals(ResultPart):
    """Fitted values, residuals and influence, for the results class to inherit."""

    @cache_readonly
    def fittedvalues(self) -> Array:
        """Estimated mean of each row, shape (n,)."""
        return self.model.predict(self.params)

    @cache_readonly
    def resid(self) -> Array:
        """Response less its estimated mean, shape (n,)."""
        return np.asarray(self.model.endog - self.fittedvalues)

    @property
    def resid_response(self) -> Array:
        """Another name of `resid`, as in GLM."""
        return self.resid

    @property
    def mu(self) -> Array:
        """Another name of `fittedvalues`, as in GLM."""
        return self.fittedvalues

    @cache_readonly
    def wresid(self) -> Array:
        """Residuals times the root of the known precision of their rows, as in WLS.

        Returns
        -------
        ndarray, shape (n,)
            ``resid * sqrt(var_weights * exp(-offset_scale))``; constant variance only.
        """
        self.only_constant_variance("wresid", "resid_pearson")
        known = self.model.source().rows.log_variance_offset
        return self.resid if known is None else self.resid * np.exp(-0.5 * known)

    @property
    def resid_deviance(self) -> Array:
        """Signed roots of the contributions to the deviance, which are `wresid`."""
        self.only_constant_variance("resid_deviance", "resid_pearson")
        return self.wresid

    @cache_readonly
    def resid_pearson(self) -> Array:
        """Residuals over their estimated standard deviations, shape (n,)."""
        return self.resid / self.model.predict(self.params, which="scale")

    @property
    def resid_quantile(self) -> Array:
        r"""Quantile residuals, standard normal where the model is true.

        Returns
        -------
        ndarray, shape (n,)
            :math:`\Phi^{-1}(F_i(y_i))`, which for responses that are seen exactly is
            `resid_pearson`.

        References
        ----------
        .. [1] P. K. Dunn and G. K. Smyth, "Randomized Quantile Residuals", Journal of
           Computational and Graphical Statistics 5 (1996) 236-244.
           doi:10.1080/10618600.1996.10474708
        """
        return self.resid_pearson

    @cache_readonly
    def resid_standardized(self) -> Array:
        """Residuals over their own standard deviations.

        Returns
        -------
        ndarray, shape (n,)
            ``resid / (sigma * sqrt(1 - h))``; NaN where the leverage h is 1.
        """
        return self.get_influence().resid_standardized

    @cache_readonly
    def resid_studentized_internal(self) -> Array:
        """Internally studentised residuals.

        Returns
        -------
        ndarray, shape (n,)
            With constant variance those of OLS, else `resid_standardized`.
        """
        return self.get_influence().resid_studentized_internal

    @cache_readonly
    def resid_studentized_external(self) -> Array:
        """Externally studentised residuals.

        Returns
        -------
        ndarray, shape (n,)
            Over standard deviations that are estimated without the row.
        """
        return self.get_influence().resid_studentized_external

    @cached_property
    def scale_range(self) -> tuple[float, float]:
        """Smallest and largest estimated standard deviation of a row."""
        scale = self.model.predict(self.params, which="scale")
        return float(scale.min()), float(scale.max())

    # Influence ------------------------------------------------------------------------

    def get_influence(self) -> GaussianMLEInfluence:
        """Influence of each row on the fit.

        Returns
        -------
        GaussianMLEInfluence
            The measures that statsmodels has for OLS, and equal to them with constant
            variance; with a scale equation they are about both equations.

        Raises
        ------
        AttributeError
            If the data were removed or the fit did not converge.

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + oldpeak | age", heart).fit()
        >>> frame = result.get_influence().summary_frame()
        >>> print(frame[["cooks_d", "hat_diag", "student_resid"]].round(3).head(3))
           cooks_d  hat_diag  student_resid
        0    0.001     0.009          0.706
        1    0.004     0.009         -1.347
        2    0.001     0.013         -0.060
        """
        return GaussianMLEInfluence(self)

    def get_hat_matrix_diag(self, observed: bool = True) -> Array:
        """Leverage of each row in the mean equation.

        Parameters
        ----------
        observed : bool, default True
            Accepted as in GLM; the observed and the expected information about the mean
            are the same.

        Returns
        -------
        ndarray, shape (n,)
            Of one copy of the row, where it has a frequency weight (GLM gives that of all
            its copies).

        Raises
        ------
        AttributeError
            If the data were removed or the fit did not converge.
        """
        return self.get_influence().hat_matrix_diag

    def outlier_test(
        self,
        method: str = "bonf",
        alpha: float = 0.05,
        labels: Any = None,
        order: bool = False,
        cutoff: float | None = None,
    ) -> Any:
        """Test each row for being an outlier.

        Parameters
        ----------
        method : str, default "bonf"
            Correction for the number of observations, as in
            `statsmodels.stats.multitest.multipletests`.
        alpha : float, default 0.05
            Error rate; only two-stage corrections need it.
        labels : array_like, shape (n,), optional
            Labels of the rows; those of the data by default.
        order : bool, default False
            Whether to put the largest residuals first.
        cutoff : float, optional
            Keep only rows with a corrected p-value below it.

        Returns
        -------
        DataFrame or ndarray, shape (m, 3)
            Externally studentised residual, p-value and corrected p-value; an array where
            there are no labels. NaN where the leverage is 1.

        Raises
        ------
        ValueError
            If `method` is unknown, `labels` have the wrong length or frequency weights are
            not whole numbers.
        AttributeError
            If the data were removed or the fit did not converge.

        Notes
        -----
        With constant variance the p-values are those of OLS. With a scale equation the t
        distribution has degrees of freedom of the row's own, from the leverage of the row in
        the scale equation (``statsmodels.stats.outliers_influence.outlier_test`` takes one
        number for all, and in small samples finds too many outliers then). A
        row of several copies is tested, and counted, as often.
        """
        influence = self.get_influence()
        return outlier_table(
            influence.resid_studentized_external,
            influence.outlier_pvalue,
            self.model.freq_weights,
            method=method,
            alpha=alpha,
            labels=self.model.data.row_labels if labels is None else labels,
            order=order,
            cutoff=cutoff,
        )
