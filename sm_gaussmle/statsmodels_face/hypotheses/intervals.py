"""Intervals of the parameters."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.inference.profile_closed_form import exact_log_variance_ends
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, probability
from sm_gaussmle.statsmodels_face.hypotheses.profiled_fit import ProfiledFit
from sm_gaussmle.statsmodels_face.hypotheses.profiled_functions import Combination

Array = NDArray[np.float64]


class Intervals(ProfiledFit):
    """Intervals by all methods, for the results class to inherit."""

    bootstrap: Callable[..., Any]

    def conf_int(self, alpha: float = 0.05, *, method: str = "wald", rng: Any = None) -> Array:
        r"""Confidence intervals of the parameters.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.
        method : {"wald", "profile", "exact", "bootstrap"}, default "wald"
            ``"wald"`` goes from the estimate by standard errors, of the covariance that the
            fit was asked for. ``"profile"`` has all values that a likelihood-ratio test
            does not reject: the log-likelihood, maximised over the other parameters, is
            within half of a chi-squared quantile of its maximum. ``"exact"`` is for
            exact responses of constant variance: from the t distribution, as OLS's, and for the log variance
            from the chi-squared distribution of the residual sum of squares.
            ``"bootstrap"`` has the default intervals of `bootstrap`, which has others.
        rng : int or numpy.random.Generator, optional
            For ``"bootstrap"``: seed or generator.

        Returns
        -------
        ndarray, shape (k, 2)
            Lower and upper ends. Those of a profile may be infinite; `profile` says why.

        Raises
        ------
        ValueError
            If `alpha` or `method` is none of these, or the method is not for this fit:
            a profile for one that converged, with a covariance that the model gives;
            ``"exact"`` for exact responses of constant variance.
        FitError
            If a profile comes above the maximum: the fit is at a lower one.

        Warns
        -----
        ValueWarning
            If a profile could not be followed to an end, which is NaN.

        See Also
        --------
        profile : Profile of a parameter or function of them, with a table and a plot.

        Notes
        -----
        With constant variance profile intervals have closed forms: for a coefficient
        with standard error :math:`s` by maximum likelihood,
        :math:`\hat\beta \pm s \sqrt{n (e^{q/n} - 1)}`.

        References
        ----------
        .. [1] D. J. Venzon and S. H. Moolgavkar, "A Method for Computing
           Profile-Likelihood-Based Confidence Intervals", Applied Statistics 37 (1988)
           87-94. doi:10.2307/2347496
        """
        alpha = probability(alpha, "alpha")
        methods: dict[str, Callable[[float], Any]] = {
            "wald": self._wald_intervals,
            "profile": self._profile_intervals,
            "exact": self._exact_intervals,
            "bootstrap": lambda level: self.bootstrap(store=False, rng=rng).conf_int(level),
        }
        choice(method, "method", methods)
        if rng is not None and method != "bootstrap":
            raise ValueError(f"`rng` is for method='bootstrap'; `method` is {method!r}.")
        return np.asarray(methods[method](alpha))

    def _wald_intervals(self, alpha: float) -> Array:
        tail = 0.5 * alpha
        df = self.df_resid_inference
        half = (stats.t.isf(tail, df) if self.use_t else stats.norm.isf(tail)) * self.bse
        return np.column_stack([self.params - half, self.params + half])

    def _profile_intervals(self, alpha: float) -> Array:
        self.refuse_profile("conf_int(method='profile')")
        names = self.model.data.cov_names
        asked = [Combination(n, row) for n, row in zip(names, np.eye(len(names)), strict=True)]
        found = self.profiles_of(asked, alpha, 0, "conf_int(method='profile')")
        lost = [
            f"{name!r} ({'; '.join(profile.reasons)})"
            for name, profile in zip(names, found, strict=True)
            if np.isnan(profile.interval).any()
        ]
        if lost:
            warnings.warn(
                f"profile intervals have no end on one side: {some(lost)}.",
                ValueWarning,
                stacklevel=4,
            )
        return np.array([profile.interval for profile in found])

    def _exact_intervals(self, alpha: float) -> Array:
        fit, model = self.fit_record, self.model
        self.refuse_profile("conf_int(method='exact')")
        model.need_rows("an exact interval asks what they count", "ask before remove_data()")
        fixed = None if fit.restricted is None else fit.restricted.restriction.matrix[:, -1]
        why = None
        if not model.exact_responses:
            why = f"the responses are {model.scheme}, and there is no exact distribution"
        elif not model.constant_variance:
            why = "this model has a scale equation, with which there is no exact distribution"
        elif fixed is not None and fixed.any():
            why = "the fit has restrictions on the variance"
        elif not model.counts_observations():
            why = "`freq_weights` are not all whole numbers, so they count no observations"
        if why is not None:
            raise ValueError(f"conf_int(method='exact'): {why}. Use method='profile'.")
        nobs = fit.nobs
        # Each restriction of the mean is a column fewer.
        columns = model.k_exog if fit.restricted is None else fit.restricted.mean_directions
        df_resid = nobs - columns
        root = fit.cov_root
        squares = np.zeros(len(self.params)) if root is None else (root * root).sum(axis=1)
        half = stats.t.isf(0.5 * alpha, df_resid) * np.sqrt(squares * nobs / df_resid)
        ends = np.column_stack([self.params - half, self.params + half])
        ends[-1] = self.params[-1] + np.array(exact_log_variance_ends(nobs, df_resid, alpha))
        return ends
