"""Plots of the likelihood and of the estimates, asked of the results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sm_gaussmle.statsmodels_face.arguments.scalars import positive_whole_number, probability
from sm_gaussmle.statsmodels_face.hypotheses.profile_result import ProfileResult
from sm_gaussmle.statsmodels_face.hypotheses.region_result import RegionResult
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

_MOST_POINTS = 1_000  # of each parameter: a surface has their square


class LikelihoodPlots(ResultPart):
    """Plots of what is known of the parameters, for the results class to inherit."""

    profile: Callable[..., ProfileResult]
    profile_region: Callable[..., RegionResult]

    def plot_profile(
        self,
        what: Any,
        alpha: float = 0.05,
        *,
        points: Any = 21,
        signed_root: bool = False,
        ax: Any = None,
    ) -> Any:
        """Plot the profile log-likelihood of a function of the parameters.

        Parameters
        ----------
        what : str, array_like or callable
            A parameter by its name, a combination or a function, as for `profile`.
        alpha : float, default 0.05
            One minus the confidence level.
        points : int or array_like, default 21
            Points of the profile, as for `profile`.
        signed_root : bool, default False
            Whether to plot the signed root of twice the fall, which is straight where Wald
            intervals are right.
        ax : matplotlib Axes, optional
            Where to plot; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            The profile with its interval, and beside it the parabola of Wald.

        Raises
        ------
        ValueError
            As `profile` does.

        See Also
        --------
        profile : The numbers.
        """
        found = self.profile(what, alpha, points=points)
        return found.plot(ax, signed_root=signed_root)

    def plot_profile_region(
        self,
        a: Any,
        b: Any,
        levels: Any = (0.5, 0.9, 0.95, 0.99),
        *,
        points: Any = 48,
        ax: Any = None,
    ) -> Any:
        """Plot joint confidence regions of two combinations of the parameters.

        Parameters
        ----------
        a, b : str or array_like
            Parameters or linear combinations, as for `profile_region`.
        levels : float or array_like, default (0.5, 0.9, 0.95, 0.99)
            Confidence levels.
        points : int, default 48
            Number of directions in which each contour is looked for.
        ax : matplotlib Axes, optional
            Where to plot; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            The contours of the profile log-likelihood.

        Raises
        ------
        ValueError
            As `profile_region` does.

        See Also
        --------
        profile_region : The numbers.
        """
        return self.profile_region(a, b, levels, points=points).plot(ax)

    def plot_loglike(
        self,
        a: str,
        b: str,
        *,
        points: int = 41,
        bounds: Any = None,
        path: Any = None,
        ax: Any = None,
    ) -> Any:
        """Plot the log-likelihood over two parameters, and the way to its maximum.

        Parameters
        ----------
        a, b : str
            Names of two parameters. The others are at their estimates: where there are some,
            this is a cut through the surface, and `plot_profile_region` maximises over them.
        points : int, default 41
            How many values of each parameter the log-likelihood is computed at; all in one
            pass over the rows.
        bounds : sequence, optional
            Lower and upper value of each parameter, ``((a_low, a_high), (b_low, b_high))``;
            by default four standard errors to each side, of this parameter where those
            that are not drawn are known, and the path.
        path : array_like, shape (m, k), optional
            Parameters on the way, such as those of a climb by hand. By default the iterates
            that ``fit(retall=True)`` keeps; none where it kept none, as in closed form.
        ax : matplotlib Axes, optional
            Where to plot; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            Contours with how far they are below the maximum, and the path as it is seen from
            above: its points have other values of the other parameters.

        Raises
        ------
        ValueError
            If an argument is none of these, the data were removed, or there is no covariance
            and no `bounds`.
        """
        from sm_gaussmle.statsmodels_face.plots.loglike_plot import plot_loglike

        self.model.need_rows("plot_loglike needs its rows", "call it before remove_data()")
        points = positive_whole_number(points, "points")
        if not 2 <= points <= _MOST_POINTS:
            raise ValueError(f"`points` is {points}; it must be from 2 to {_MOST_POINTS}.")
        return plot_loglike(self, a, b, points=points, bounds=bounds, path=path, ax=ax)

    def plot_coefficients(
        self,
        params: Any = None,
        *,
        scale: str = "estimate",
        methods: Any = None,
        alpha: float = 0.05,
        fig: Any = None,
    ) -> Any:
        """Plot the estimates of both equations with their intervals.

        Parameters
        ----------
        params : str or sequence of str, optional
            Names of the parameters to show; by default all but the constants, which are
            seldom of the same size.
        scale : {"estimate", "standard error"}, default "estimate"
            Whether to show estimates as they are, or each over its own standard error:
            then all Wald intervals are equally long, and coefficients of variables in
            different units can be compared. The numbers beside are the estimates either way.
        methods : str or sequence of str, optional
            Intervals to show, of ``"wald"`` and ``"profile"``; by default both, and with a
            robust covariance, for which there are no profiles, Wald's.
        alpha : float, default 0.05
            One minus the confidence level.
        fig : matplotlib Figure, optional
            Where to plot; in a new figure by default.

        Returns
        -------
        matplotlib Figure
            One picture for each equation, with the numbers of the last kind of interval.

        Raises
        ------
        ValueError
            If an argument is none of these, or there are no such intervals of the fit; see
            `conf_int`.

        See Also
        --------
        conf_int : The numbers.
        """
        from sm_gaussmle.statsmodels_face.plots.coefficient_plot import (
            plot_coefficients,
            shown_coefficients,
        )

        alpha = probability(alpha, "alpha")
        shown = shown_coefficients(self, params, methods, scale, alpha)
        return plot_coefficients(self, shown, fig)
