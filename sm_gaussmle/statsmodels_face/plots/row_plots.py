"""Plots of the rows of a fit, asked of its results."""

from __future__ import annotations

from typing import Any

from sm_gaussmle.statsmodels_face.arguments.scalars import flag, probability
from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class RowPlots(ResultPart):
    """Plots of residuals, influence and fit, for the results class to inherit.

    Of more than 10,000 rows as many are drawn, the most extreme among them, and the axis
    says so; lines and bands are those of all rows.
    """

    def plot_diagnostics(
        self,
        *,
        alpha: float = 0.05,
        simultaneous: bool = True,
        labels: int = 3,
        rng: Any = 0,
        fig: Any = None,
    ) -> Any:
        r"""Plot residuals against fitted values, quantiles, scale and leverage.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the level of the band.
        simultaneous : bool, default True
            Whether the level of the band is that all points are inside, not each by itself.
        labels : int, default 3
            How many rows are named in each picture.
        rng : int or numpy.random.Generator, default 0
            For quantile residuals of responses that are not seen exactly, which are partly
            random; see `get_resid_quantile`.
        fig : matplotlib Figure, optional
            Where to plot; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            Four pictures. Quantile residuals against fitted means, with a local mean; in
            order, against normal quantiles; the roots of their sizes against the fitted
            standard deviation (where that is constant, the fitted mean), with the
            :math:`2^{1/4} \Gamma(3/4) / \sqrt{\pi} = 0.822` that is expected of normal
            ones; and standardised residuals against leverage in the mean equation.

        Raises
        ------
        ValueError
            If an argument is none of these.
        AttributeError
            If the data were removed or are read in passes, or the fit did not converge.

        Notes
        -----
        In the quantile plot the i-th of n ordered residuals is at the median of its
        distribution, :math:`\Phi^{-1}` of that of :math:`B(i, n + 1 - i)`, and the band
        between two quantiles of it: of levels :math:`\alpha / 2` and
        :math:`1 - \alpha / 2` if it is pointwise. A simultaneous one has the levels at
        which all of a standard normal sample are inside with probability
        :math:`1 - \alpha` (Aldor-Noiman et al. 2013 [1]_). That the parameters are
        estimated is not in it: it is a little too wide.

        On the contours :math:`r^2 h / ((1 - h) k)` is constant, Cook's distance with
        constant variance, and with a scale equation that of the coefficients of the mean.
        Where responses are not all seen exactly there are no contours: the area of a point
        is its Cook's distance.

        References
        ----------
        .. [1] S. Aldor-Noiman, L. D. Brown, A. Buja, W. Rolke and R. A. Stine, "The Power
           to See: A New Graphical Test of Normality", The American Statistician 67 (2013)
           249-260. doi:10.1080/00031305.2013.847865
        """
        from sm_gaussmle.statsmodels_face.plots.diagnostic_plots import plot_diagnostics
        from sm_gaussmle.statsmodels_face.plots.figures import name_count

        return plot_diagnostics(
            self,
            alpha=probability(alpha, "alpha"),
            simultaneous=flag(simultaneous, "simultaneous"),
            labels=name_count(labels),
            rng=rng,
            fig=fig,
        )

    def plot_influence(
        self, *, labels: int = 5, alpha: float = 0.05, rng: Any = 0, fig: Any = None
    ) -> Any:
        """Plot residuals against leverage, in bubbles of Cook's distance.

        Parameters
        ----------
        labels : int, default 5
            How many rows are named: those of the largest Cook's distance.
        alpha : float, default 0.05
            Lines are at its two-sided normal quantiles.
        rng : int or numpy.random.Generator, default 0
            For quantile residuals that are partly random; see `get_resid_quantile`.
        fig : matplotlib Figure, optional
            Where to plot; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            Externally studentised residuals against leverage in the mean equation, and with
            a scale equation in that too; the area of a bubble is Cook's distance, and a line
            is at twice the mean leverage. Where responses are not all seen exactly quantile
            residuals are plotted, against leverage in the mean equation.

        Raises
        ------
        ValueError
            If an argument is none of these.
        AttributeError
            If the data were removed or are read in passes, or the fit did not converge.

        See Also
        --------
        get_influence : The numbers.
        """
        from sm_gaussmle.statsmodels_face.plots.figures import name_count
        from sm_gaussmle.statsmodels_face.plots.influence_plot import plot_influence

        return plot_influence(
            self,
            labels=name_count(labels),
            alpha=probability(alpha, "alpha"),
            rng=rng,
            fig=fig,
        )

    def plot_worm(
        self,
        by: Any = None,
        *,
        panels: int = 4,
        alpha: float = 0.05,
        rng: Any = 0,
        ax: Any = None,
        fig: Any = None,
    ) -> Any:
        r"""Plot how far the ordered quantile residuals are from normal quantiles.

        Parameters
        ----------
        by : str or array_like, shape (n,), optional
            Variable to divide the rows by, a worm for each part; one for all by default.
        panels : int, default 4
            Into how many parts of about as many rows; one for each value if there are no
            more of them, and for each category of what is no number.
        alpha : float, default 0.05
            One minus the level of the bands, which are for each point by itself.
        rng : int or numpy.random.Generator, default 0
            For residuals that are partly random; see `get_resid_quantile`.
        ax : matplotlib Axes, optional
            Where to plot all rows; in a new figure by default.
        fig : matplotlib Figure, optional
            Where to plot parts; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            The worms, with a cubic through each: its height, slope, bend and twist say
            that mean, variance, skewness and kurtosis are not those of the model.

        Raises
        ------
        ValueError
            If an argument is none of these.
        AttributeError
            If the data were removed or are read in passes.

        Notes
        -----
        The band is :math:`\pm z_{1 - \alpha/2} \sqrt{p (1 - p) / n} / \varphi(z)` with
        :math:`p = \Phi(z)`, as proposed with the plot [1]_.

        References
        ----------
        .. [1] S. van Buuren and M. Fredriks, "Worm Plot: A Simple Diagnostic Device for
           Modelling Growth Reference Curves", Statistics in Medicine 20 (2001) 1259-1277.
           doi:10.1002/sim.746
        """
        from sm_gaussmle.statsmodels_face.plots.worm_plot import plot_worm

        alpha = probability(alpha, "alpha")
        return plot_worm(self, by, panels=panels, alpha=alpha, rng=rng, ax=ax, fig=fig)

    def plot_fit(
        self,
        variable: str,
        *,
        at: Any = None,
        alpha: float = 0.05,
        responses: str | None = "observed",
        ax: Any = None,
    ) -> Any:
        r"""Plot the mean along one variable, with bands and the data.

        Parameters
        ----------
        variable : str
            A variable of the formulas, or a column of the equations. A number of more than
            six values has a line; of others the fit is drawn at each value, and the points
            beside each other.
        at : dict, optional
            Values of other variables. By default they are at their medians (the lower one
            of two), or if they are not numbers at their most frequent value; offsets and
            variance weights are at their medians.
        alpha : float, default 0.05
            One minus the level of the intervals.
        responses : {"observed", "adjusted"} or None, default "observed"
            Whether to draw responses as they are, adjusted to the values of the other
            variables, or not at all.
        ax : matplotlib Axes, optional
            Where to plot; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            The mean, of latent responses where not all are seen exactly, with intervals for
            it and for observations: both are those of `get_prediction`. Censored responses
            are triangles at their limits, pointing where the response is; intervals are
            lines. Limits that all rows have in common are drawn.

        Raises
        ------
        ValueError
            If an argument is none of these, or the fit has no covariance.
        AttributeError
            If the data were removed or are read in passes.

        See Also
        --------
        get_prediction : The numbers.

        Notes
        -----
        With :math:`\mu_0` and :math:`\sigma_0` at the row's own value of `variable` and the
        others held, an adjusted response is
        :math:`\mu_0 + (y_i - \mu_i) \sigma_0 / \sigma_i`: a partial residual on the fitted
        curve (Breheny and Burchett 2017 [1]_) in the units of its spread, so that the band
        for observations is right for it.

        References
        ----------
        .. [1] P. Breheny and W. Burchett, "Visualization of Regression Models Using
           visreg", The R Journal 9 (2017) 56-71. doi:10.32614/RJ-2017-046
        """
        from sm_gaussmle.statsmodels_face.plots.fit_plot import plot_fit

        alpha = probability(alpha, "alpha")
        return plot_fit(self, variable, at=at, alpha=alpha, responses=responses, ax=ax)
