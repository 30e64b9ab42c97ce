"""A mean and a log variance of one column each."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sm_gaussmle import GaussianMLE

from .samples import Sample, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

# Samples drawn for a likelihood ratio: few, as each takes two fits by iteration, but
# (m + 1)/20 is a whole number; see `constant_variance`.
RATIOS = 39


class ScaleEquation(Sample):
    """The mean is 1 for all x; the log variance is z/2, or 0 where the slope of z is tested."""

    place = 1
    name = "scale equation"
    targets = (("slope of mean", 1, 0.0), ("slope of log variance", 3, 0.5))
    tested = ("slope of mean", "slope of log variance")

    @cached_property
    def x_and_z(self):
        return self.columns(2)[:, 1:].T

    def fit(self, slope: float, *, with_x: bool = True, with_z: bool = True):
        """Fit to the responses that have a slope of the log variance."""
        x, z = self.x_and_z
        endog = 1.0 + np.exp(0.5 * slope * z) * self.errors
        ones = np.ones(self.n)
        mean, scale = (np.column_stack([ones, column]) for column in (x, z))
        return fitted(
            GaussianMLE(endog, mean if with_x else ones, exog_scale=scale if with_z else None)
        )

    @cached_property
    def full(self):
        return self.fit(0.5)

    @cached_property
    def with_t(self):
        return self.full.get_robustcov_results("nonrobust", use_t=True)

    @cached_property
    def without_x(self):
        return self.fit(0.5, with_x=False)

    @cached_property
    def equal(self):
        return self.fit(0.0)

    @cached_property
    def without_z(self):
        return self.fit(0.0, with_z=False)

    def pair(self, hypothesis: str):
        """Return the fit with a slope and the fit without it."""
        if hypothesis == "slope of mean":
            return self.full, self.without_x
        return self.equal, self.without_z

    def tests(self, hypothesis: str) -> dict[str, Callable[[], float]]:
        """Return what gives p-values, by method."""
        x, z = self.x_and_z
        of_mean = hypothesis == "slope of mean"
        extra = {"exog_extra": x} if of_mean else {"exog_scale_extra": z}
        restriction = np.eye(4)[[1 if of_mean else 3]]

        def ratio():
            full, small = self.pair(hypothesis)
            return full.compare_lr_test(small).pvalue

        def wald(*, use_t):
            def pvalue():
                full, _ = self.pair(hypothesis)
                full = full.get_robustcov_results("nonrobust", use_t=use_t)
                return full.wald_test(restriction, scalar=True).pvalue

            return pvalue

        def score(**options):
            return lambda: (
                (self.without_x if of_mean else self.without_z)
                .score_test(**extra, **options)
                .pvalue
            )

        methods = {
            "LR chi2": ratio,
            "Wald z": wald(use_t=False),
            "Wald t, use_t": wald(use_t=True),
            "score": score(),
        }
        if not of_mean:  # where it is the same
            methods["score, studentized"] = score(studentized=True)
        return methods

    def bootstrap_tests(self, hypothesis: str) -> dict[str, Callable[[], float]]:
        """Return the same for methods that draw samples, here the same ones for both."""

        def ratio(method):
            def pvalue():
                full, small = self.pair(hypothesis)
                options = {"method": method, "nrep": RATIOS, "rng": self.resampling()}
                return full.compare_lr_test(small, **options).pvalue

            return pvalue

        return {f"LR {method}": ratio(method) for method in ("bartlett", "bootstrap")}

    def intervals(self) -> dict[str, Callable[[], np.ndarray]]:
        """Return what gives the ends for all parameters, by method."""

        def ends(fit, **options):
            return lambda: getattr(self, fit).conf_int(**options)

        return {
            "Wald z": ends("full"),
            "Wald t, use_t": ends("with_t"),
            "profile": ends("full", method="profile"),
        }

    def bootstrap_intervals(self) -> dict[str, Callable[[], np.ndarray]]:
        """Return none: the fits would take too long."""
        return {}
