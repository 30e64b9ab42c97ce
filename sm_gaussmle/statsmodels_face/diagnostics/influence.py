"""Influence of each row on a fit, as statsmodels users know it from OLS."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.iolib.table import SimpleTable

from sm_gaussmle.statsmodels_face.diagnostics.influence_measures import InfluenceMeasures
from sm_gaussmle.statsmodels_face.private_hooks import BaseInfluenceMixin

Array = NDArray[np.float64]

# Names that statsmodels' index plot would take for others that start alike.
_LABELS = {
    "hat_matrix_diag_scale": "Leverage in the scale equation",
    "resid_studentized_external": "Externally Studentized Residuals",
}


class GaussianMLEInfluence(InfluenceMeasures, BaseInfluenceMixin):
    r"""Residuals, leverages and what each row does to the estimates.

    With constant variance every measure is that of OLS or WLS (with the variance
    RSS/(n - k)), about the coefficients of the mean. With a scale equation the measures
    are about the parameters of both equations, and leaving a row out is one step. So it is
    where responses are censored, intervals or truncated: then residuals are generalised ones,
    leverages those of the observed information about the mean, and measures of studentised
    residuals are not there (the results have `resid_quantile`). What has units is in those of the response. Of a row with a frequency weight one copy is left
    out, and the measures are those that it has where the copies are rows of their own. A
    row that alone decides about a parameter (leverage 1) has NaN for all that leaves it out.

    Made by ``results.get_influence()``.

    Attributes
    ----------
    results : GaussianMLEResults
        The fit.
    endog, exog : ndarray
        Response and columns of the mean.
    nobs : float
        Number of observations: the sum of the frequency weights.
    k_vars : int
        Number of columns of the mean.
    resid : ndarray, shape (n,)
        Pearson residuals, as in statsmodels' influence of other likelihood models;
        generalised ones where responses are not all seen exactly.

    Raises
    ------
    AttributeError
        If the data were removed or the fit did not converge.

    See Also
    --------
    statsmodels.stats.outliers_influence.OLSInfluence : The measures of OLS.

    References
    ----------
    .. [1] D. A. Belsley, E. Kuh and R. E. Welsch, "Regression Diagnostics", Wiley (1980).
       doi:10.1002/0471725153
    """

    def summary_frame(self) -> pd.DataFrame:
        """Measures of every row in a table.

        Returns
        -------
        DataFrame
            The columns that OLS has: ``dfb_`` and the name of each parameter (`dfbetas`),
            ``cooks_d``, ``standard_resid`` (`resid_studentized_internal`), ``hat_diag``,
            ``dffits_internal``, ``student_resid`` (`resid_studentized_external`) and
            ``dffits``. With a scale equation ``hat_diag_scale`` too. Where responses are not
            all seen exactly ``dfb_``, ``cooks_d``, ``hat_diag`` and ``resid_generalized``.
        """
        data = self.results.model.data
        names = [f"dfb_{name}" for name in data.xnames[: self.dfbetas.shape[1]]]
        frame = pd.DataFrame(self.dfbetas, columns=names, index=data.row_labels)
        frame["cooks_d"] = self.cooks_distance[0]
        if not self.results.model.exact_responses:
            frame["hat_diag"] = self.hat_matrix_diag
            frame["resid_generalized"] = self.resid
            return frame
        frame["standard_resid"] = self.resid_studentized_internal
        frame["hat_diag"] = self.hat_matrix_diag
        frame["dffits_internal"] = self.dffits_internal[0]
        frame["student_resid"] = self.resid_studentized_external
        frame["dffits"] = self.dffits[0]
        if not self.results.model.constant_variance:
            frame["hat_diag_scale"] = self.hat_matrix_diag_scale
        return frame

    def summary_table(self, float_fmt: str = "%6.3f") -> SimpleTable:
        """Measures of every row, to print.

        Parameters
        ----------
        float_fmt : str, default "%6.3f"
            Format of the numbers.

        Returns
        -------
        statsmodels.iolib.table.SimpleTable
            The columns that OLS has.

        Raises
        ------
        AttributeError
            If responses are not all seen exactly.
        """
        self._only_exact("summary_table()", "summary_frame()")
        columns = {
            "endog": self.endog,
            "fitted\nvalue": self.results.fittedvalues,
            "Cook's\nd": self.cooks_distance[0],
            "student.\nresidual": self.resid_studentized_internal,
            "hat diag": self.hat_matrix_diag,
            "dffits \ninternal": self.dffits_internal[0],
            "ext.stud.\nresidual": self.resid_studentized_external,
            "dffits": self.dffits[0],
        }
        table = np.column_stack([np.arange(len(self.endog)), *columns.values()])
        formats = ["%4d"] + [float_fmt] * len(columns)
        return SimpleTable(table, headers=["obs", *columns], data_fmts=formats, data_aligns="r")

    def plot_influence(
        self,
        external: bool | None = None,
        alpha: float = 0.05,
        criterion: str = "cooks",
        size: float = 48,
        plot_alpha: float = 0.75,
        ax: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Plot studentised residuals against leverage, in bubbles of influence.

        Parameters
        ----------
        external : bool, optional
            Whether to plot the externally studentised residuals; the internally
            studentised ones by default.
        alpha : float, default 0.05
            Residuals beyond this two-sided quantile are labelled.
        criterion : {"cooks", "DFFITS"}, default "cooks"
            What the area of a bubble shows.
        size : float, default 48
            Size of the largest bubble, in points.
        plot_alpha : float, default 0.75
            Opacity of the bubbles.
        ax : matplotlib Axes, optional
            Where to plot; in a new figure by default.
        **kwargs
            As elsewhere in statsmodels.

        Returns
        -------
        matplotlib Figure
            The plot. Rows whose residual is NaN or infinite are not in it; in
            ``statsmodels.graphics.regressionplots.influence_plot`` they empty it.

        Raises
        ------
        AttributeError
            If responses are not all seen exactly.
        """
        self._only_exact("plot_influence()", "plot_index() or summary_frame()")
        drawn = SimpleNamespace(
            results=self.results,
            hat_matrix_diag=self.hat_matrix_diag,
            resid_studentized=self.resid_studentized,
            resid_studentized_external=self.resid_studentized_external,
            cooks_distance=(_finite(self.cooks_distance[0]),),
            dffits=(_finite(self.dffits[0]),),
        )
        return BaseInfluenceMixin.plot_influence(
            drawn, external, alpha, criterion, size, plot_alpha, ax, **kwargs
        )

    def plot_index(
        self,
        y_var: str = "cooks",
        threshold: Any = None,
        title: str | None = None,
        ax: Any = None,
        idx: int | None = None,
        **kwds: Any,
    ) -> Any:
        """Plot a measure against the number of the row.

        Parameters
        ----------
        y_var : str, default "cooks"
            Name of an attribute, or one of statsmodels' short names ("cooks", "hat",
            "dfbeta", "resid_stu").
        threshold : float, optional
            Rows above it in size are labelled; all by default.
        title : str, optional
            Title of the plot.
        ax : matplotlib Axes, optional
            Where to plot; in a new figure by default.
        idx : int, optional
            Column of "dfbeta", or entry of an attribute that has several.
        **kwds
            For matplotlib's ``scatter``.

        Returns
        -------
        matplotlib Figure
            The plot.
        """
        if y_var not in _LABELS:
            return super().plot_index(y_var, threshold, title, ax, idx, **kwds)
        limit = "all" if threshold is None else threshold
        y = getattr(self, y_var)
        return self._plot_index(y, _LABELS[y_var], threshold=limit, title=title, ax=ax, **kwds)


def _finite(values: Array) -> Array:
    # The sizes of all bubbles are relative to the largest: one NaN would empty the plot.
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
