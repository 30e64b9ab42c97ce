"""Influence of the rows of a fit, asked of its results."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.diagnostics.influence import GaussianMLEInfluence
from sm_gaussmle.statsmodels_face.diagnostics.outliers import outlier_table
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]


class ResultInfluence(ResultPart):
    """Influence and outliers, for the results class to inherit."""

    def get_influence(self) -> GaussianMLEInfluence:
        """Influence of each row on the fit.

        Returns
        -------
        GaussianMLEInfluence
            The measures that statsmodels has for OLS, and equal to them with constant
            variance; with a scale equation, or where responses are not all seen exactly,
            they are about both equations.

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
        self.model.need_memory("get_influence")
        return GaussianMLEInfluence(self)

    def get_hat_matrix_diag(self, observed: bool = True) -> Array:
        """Leverage of each row in the mean equation.

        Parameters
        ----------
        observed : bool, default True
            Accepted as in GLM. The observed and the expected information about the mean
            are the same where responses are seen exactly; else it is the observed one.

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
            If responses are not all seen exactly, the data were removed or the fit did not
            converge.

        Notes
        -----
        With constant variance the p-values are those of OLS. With a scale equation the t
        distribution has degrees of freedom of the row's own, from the leverage of the row in
        the scale equation (``statsmodels.stats.outliers_influence.outlier_test`` takes one
        number for all, and in small samples finds too many outliers then). A
        row of several copies is tested, and counted, as often.
        """
        self.only_exact("outlier_test()", "resid_quantile or get_influence().cooks_distance")
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
