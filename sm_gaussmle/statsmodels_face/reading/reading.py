"""Results to read: summaries and what a session shows of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sm_gaussmle.statsmodels_face.arguments.scalars import flag
from sm_gaussmle.statsmodels_face.reading.summary import summary, summary2
from sm_gaussmle.statsmodels_face.reading.summary_table import FrameSummary, SummaryTable
from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class Reading(ResultPart):
    """Summaries, for the results class to inherit."""

    lr_scale_test: Callable[[], Any]

    def summary(
        self,
        yname: str | None = None,
        xname: Sequence[str] | None = None,
        title: str | None = None,
        alpha: float = 0.05,
        slim: bool = False,
        *,
        lr_scale: bool = False,
    ) -> SummaryTable:
        """Table of the fit in two panels, mean and log variance.

        Parameters
        ----------
        yname : str, optional
            Name of the response.
        xname : sequence of str, optional
            Names of all parameters.
        title : str, optional
            Title of the table.
        alpha : float, default 0.05
            One minus the confidence level.
        slim : bool, default False
            Whether to leave out all of the head but response, model, number of
            observations, log-likelihood, covariance type and convergence.
        lr_scale : bool, default False
            Whether to add the likelihood-ratio test of constant variance, `lr_scale_test`,
            which takes another fit.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Print it, or ask it for ``as_latex``, ``as_html`` or ``as_csv``.

        Raises
        ------
        ValueError
            If `xname` has the wrong length or `alpha` is not between 0 and 1.
        TypeError
            If `slim` or `lr_scale` is not a bool.
        AttributeError
            If `lr_scale` is True and the model has no scale equation.
        """
        flag(lr_scale, "lr_scale")
        notes = []
        if lr_scale:
            test = self.lr_scale_test()
            notes.append(
                f"Likelihood-ratio test of constant variance: chi2({test.df_diff:g}) = "
                f"{test.statistic:.4g}, p = {test.pvalue:.4g}."
            )
        return summary(
            self, yname=yname, xname=xname, title=title, alpha=alpha, slim=slim, notes=notes
        )

    def summary2(
        self,
        yname: str | None = None,
        xname: Sequence[str] | None = None,
        title: str | None = None,
        alpha: float = 0.05,
        float_format: str = "%.4f",
    ) -> FrameSummary:
        """Table of the fit made of data frames, which are its ``tables``.

        Parameters
        ----------
        yname : str, optional
            Name of the response.
        xname : sequence of str, optional
            Names of all parameters.
        title : str, optional
            Title of the table.
        alpha : float, default 0.05
            One minus the confidence level.
        float_format : str, default "%.4f"
            Format of the numbers of the parameters.

        Returns
        -------
        statsmodels.iolib.summary2.Summary
            Print it, or ask it for ``as_latex`` or ``as_html``; ``tables[1]`` has the
            parameters of both equations.

        Raises
        ------
        ValueError
            If `xname` has the wrong length or `alpha` is not between 0 and 1.
        """
        return summary2(
            self, yname=yname, xname=xname, title=title, alpha=alpha, float_format=float_format
        )

    def __repr__(self) -> str:
        """Model, size, likelihood, and whether to believe it."""
        state = "converged" if self.converged else "NOT CONVERGED"
        return (
            f"<{type(self).__name__}: {'; '.join(self.model.equations())}\n"
            f" {self.nobs:g} observations, log-likelihood {self.llf:.4f}, AIC {self.aic:.4f}, "
            f"{state}, covariance {self.cov_type}>"
        )

    def _repr_html_(self) -> str:
        return self.summary().as_html()
