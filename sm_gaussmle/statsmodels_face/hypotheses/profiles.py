"""Profile likelihoods."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.inference.closed_profile import is_fixed
from sm_gaussmle.inference.profile import Profile, likelihood_profile
from sm_gaussmle.inference.profile_region import region_contours
from sm_gaussmle.inference.profile_surface import CountedSurface
from sm_gaussmle.statsmodels_face.arguments.coercion import column
from sm_gaussmle.statsmodels_face.arguments.scalars import probability
from sm_gaussmle.statsmodels_face.hypotheses.named_params import function_name
from sm_gaussmle.statsmodels_face.hypotheses.profile_result import ProfileResult
from sm_gaussmle.statsmodels_face.hypotheses.profiled_fit import ProfiledFit
from sm_gaussmle.statsmodels_face.hypotheses.profiled_functions import (
    Combination,
    NotLinearError,
    combination,
    function_of,
    smooth_target,
)
from sm_gaussmle.statsmodels_face.hypotheses.region_result import RegionResult

Array = NDArray[np.float64]

_INDEPENDENT = 1e-10
_MOST_POINTS = 10_000  # each is a fit


class Profiles(ProfiledFit):
    """Profile likelihoods, for the results class to inherit."""

    def profile(
        self, what: Any, alpha: float = 0.05, *, points: Any = 21, gradient: Any = None
    ) -> ProfileResult:
        """Profile log-likelihood of a function of the parameters, with its interval.

        Parameters
        ----------
        what : str, array_like or callable
            A parameter by its name; ``"sigma"`` where the variance is constant; a linear
            combination as text, ``"x1 - x2"``, or by its coefficients, such as a row of
            covariates for the fitted mean; or a smooth function of the parameters, as text
            like that of `delta_method`, ``"x1 / x2"``, or as a callable, which has them by
            name and by place: ``lambda p: p["x1"] / p[2]``.
        alpha : float, default 0.05
            One minus the confidence level.
        points : int or array_like, default 21
            Number of points of the profile beside the estimate and the ends, or the values
            to have them at; 0 for the interval alone.
        gradient : callable, optional
            For a function, its derivatives by the parameters, shape (k,); by differences
            without.

        Returns
        -------
        ProfileResult
            Print it to read it; its `table` has the constrained estimates, and `plot` draws
            it.

        Raises
        ------
        ValueError
            If the fit did not converge, has a robust covariance or no rows any more, or an
            argument is none of these.
        TypeError
            If a function gives no number.
        FitError
            If the profile comes above the maximum: the fit is at a lower one.

        Notes
        -----
        The profile is the largest log-likelihood where the function has a value. The
        interval has all values at which it is within half of the chi-squared quantile of
        its maximum, outward to where it first is not. Its ends are found by Venzon and
        Moolgavkar's method [1]_, or between constrained fits; with constant variance, in
        closed form for parameters and combinations of the mean coefficients. They do not
        depend on how the model is parametrised.

        References
        ----------
        .. [1] D. J. Venzon and S. H. Moolgavkar, "A Method for Computing
           Profile-Likelihood-Based Confidence Intervals", Applied Statistics 37 (1988)
           87-94. doi:10.2307/2347496

        Examples
        --------
        >>> import sm_gaussmle.api as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + oldpeak | age", heart).fit()
        >>> lower, upper = result.profile("oldpeak").interval
        >>> print(f"{lower:.2f} to {upper:.2f}")
        -7.43 to -3.42
        """
        alpha, asked = probability(alpha, "alpha"), _points(points)
        self.refuse_profile("profile")
        names = list(self.model.data.cov_names)
        label, function = function_name(what), what
        if not callable(what):
            try:
                return self._profile_of_combination(what, alpha, asked, gradient)
            except NotLinearError as error:
                label, function = function_of(self, what, error)
        surface = CountedSurface(self.likelihood_surface("profile"))
        target = smooth_target(surface, names, function, gradient)
        with self.higher_named(label):
            quantile = float(stats.chi2.isf(alpha, 1))
            profile = likelihood_profile(surface, target, quantile, asked)
        return ProfileResult.of(label, profile, alpha, self.llf, names)

    def _profile_of_combination(
        self, what: Any, alpha: float, points: int | Array, gradient: Any
    ) -> ProfileResult:
        one = combination(self, what, "what")
        if gradient is not None:
            raise ValueError("`gradient` is for a function; `what` is none.")
        if one.is_sigma and not isinstance(points, int):
            if (points <= 0.0).any():
                raise ValueError("`points` must be positive; they are values of sigma.")
            points = 2.0 * np.log(points)
        try:
            with np.errstate(over="raise"):
                found = self.profiles_of([one], alpha, points, "profile")[0]
        except FloatingPointError as error:
            raise ValueError(
                f"`points` is {points!r}, which is so far from the estimate that the "
                "log-likelihood there is no floating-point number."
            ) from error
        found = _as_sigma(found) if one.is_sigma else found
        names = list(self.model.data.cov_names)
        return ProfileResult.of(one.label, found, alpha, self.llf, names)

    def profile_region(
        self, a: Any, b: Any, levels: Any = (0.5, 0.9, 0.95, 0.99), *, points: Any = 48
    ) -> RegionResult:
        """Joint confidence regions of two combinations of the parameters.

        Parameters
        ----------
        a, b : str or array_like
            Parameters or linear combinations, as for `profile`.
        levels : float or array_like, default (0.5, 0.9, 0.95, 0.99)
            Confidence levels.
        points : int, default 48
            Number of directions in which each contour is looked for, at least 4.

        Returns
        -------
        RegionResult
            Its `contours` are where the profile log-likelihood of both is below its maximum
            by half of the chi-squared quantile with two degrees of freedom.

        Raises
        ------
        ValueError
            If the fit did not converge, has a robust covariance or no rows any more, or an
            argument is none of these.
        FitError
            If the profile comes above the maximum: the fit is at a lower one.

        Notes
        -----
        Each contour is traced by angle about the estimates, outward to where the profile
        first falls to the cutoff.
        """
        found = np.atleast_1d(np.asarray(levels, dtype=object)).ravel().tolist()
        if not found:
            raise ValueError("`levels` is empty; it must have at least one level.")
        ordered = np.unique([probability(level, "levels") for level in found])
        number = isinstance(points, int | np.integer) and not isinstance(points, bool)
        if not number or not 4 <= points <= _MOST_POINTS:
            raise ValueError(
                f"`points` is {points!r}; it must be a whole number from 4 to {_MOST_POINTS}."
            )
        self.refuse_profile("profile_region")
        pair = [self._one_of_two(what, name) for what, name in ((a, "a"), (b, "b"))]
        surface = CountedSurface(self.likelihood_surface("profile_region"))
        combinations = np.array([one.coefficients for one in pair])
        self._refuse_dependent(pair, combinations @ surface.surface.root)
        with self.higher_named(f"{pair[0].label} and {pair[1].label}"):
            quantiles = -2.0 * np.log1p(-ordered)  # of chi-squared with two degrees
            contours = region_contours(surface, combinations, quantiles, int(points))
        centre = combinations @ self.params + [one.shift for one in pair]
        return RegionResult.of(
            (pair[0].label, pair[1].label),
            (float(centre[0]), float(centre[1])),
            ordered,
            contours,
            surface.passes,
            list(self.model.data.cov_names),
        )

    def _one_of_two(self, what: Any, name: str) -> Combination:
        if callable(what):
            raise TypeError(
                f"`{name}` is a function; regions are of parameters and linear combinations. "
                "Use profile() for functions."
            )
        one = combination(self, what, name)
        if one.is_sigma:
            raise ValueError(
                f"`{name}` is 'sigma'; use 'ln(sigma2)', of which it is a function."
            )
        return one

    def _refuse_dependent(self, pair: list[Combination], rows: Array) -> None:
        for name, one in zip(("a", "b"), pair, strict=True):
            if is_fixed(one.coefficients, self.fit_record.restricted):
                raise ValueError(
                    f"`{name}` is {one.label!r}, which the restrictions of the fit give a value."
                )
        unit = rows / np.linalg.norm(rows, axis=1)[:, None]
        if np.linalg.norm(unit[1] - (unit[0] @ unit[1]) * unit[0]) < _INDEPENDENT:
            raise ValueError(
                f"`a` and `b` are {pair[0].label!r} and {pair[1].label!r}, which depend on each "
                "other; profile one of them."
            )


def _points(points: Any) -> int | Array:
    if isinstance(points, int | np.integer) and not isinstance(points, bool):
        if not 0 <= points <= _MOST_POINTS:
            raise ValueError(
                f"`points` is {points}; it must be from 0 to {_MOST_POINTS}, or values."
            )
        return int(points)
    values = column(points, "points")
    if not np.isfinite(values).all():
        raise ValueError("`points` has values that are not finite.")
    return values


def _as_sigma(profile: Profile) -> Profile:
    """The profile of the log variance as that of the standard deviation."""
    estimate = float(np.exp(0.5 * profile.estimate))
    lower, upper = (float(np.exp(0.5 * end)) for end in profile.interval)
    return replace(
        profile,
        estimate=estimate,
        std_err=0.5 * estimate * profile.std_err,
        interval=(lower, upper),
        values=np.exp(0.5 * profile.values),
    )
