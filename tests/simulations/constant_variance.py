"""A mean of three columns with constant variance."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import GaussianMLE

from .samples import Sample, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

# Samples drawn for likelihood ratios, and replicates for intervals. With (m + 1)/20 a whole
# number, a bootstrap test at 5 % of a statistic whose distribution is free of unknown
# parameters is exact, however few they are.
RATIOS, ESTIMATES = 199, 399


class ConstantVariance(Sample):
    """Three columns: the slope of one is 1/2, those of the others, which are tested, 0."""

    place = 0
    name = "constant variance"
    targets = (("slope", 1, 0.5), ("ln(sigma2)", 4, 0.0))
    tested = ("two slopes",)

    @cached_property
    def exog(self):
        return self.columns(3)

    @cached_property
    def model(self):
        return GaussianMLE(self.exog[:, :2] @ np.array([1.0, 0.5]) + self.errors, self.exog)

    @cached_property
    def full(self):
        return fitted(self.model)

    @cached_property
    def small(self):
        return fitted(GaussianMLE(self.model.endog, self.exog[:, :2]))

    @cached_property
    def with_t(self):
        return fitted(self.model, use_t=True)

    @cached_property
    def unbiased(self):
        return fitted(self.model, cov_type="unbiased")

    def tests(self, _hypothesis: str) -> dict[str, Callable[[], float]]:
        """Return what gives p-values, by method."""

        def ratio(method):
            return lambda: self.full.compare_lr_test(self.small, method=method).pvalue

        def wald(fit):
            return lambda: getattr(self, fit).wald_test(np.eye(5)[2:4], scalar=True).pvalue

        return {
            "LR chi2": ratio("chi2"),
            "LR exact": ratio("exact"),
            "LR bartlett": ratio("bartlett"),
            "Wald chi2": wald("full"),
            "Wald F, use_t": wald("with_t"),
            "Wald F, unbiased": wald("unbiased"),
            "score": lambda: self.small.score_test(self.exog[:, 2:]).pvalue,
        }

    def bootstrap_tests(self, _hypothesis: str) -> dict[str, Callable[[], float]]:
        """Return the same for methods that draw samples."""

        def ratio():
            options = {"method": "bootstrap", "nrep": RATIOS, "rng": self.resampling()}
            return self.full.compare_lr_test(self.small, **options).pvalue

        return {"LR bootstrap": ratio}

    def intervals(self) -> dict[str, Callable[[], np.ndarray]]:
        """Return what gives the ends for all parameters, by method."""

        def ends(fit, **options):
            return lambda: getattr(self, fit).conf_int(**options)

        return {
            "Wald z": ends("full"),
            "Wald t, use_t": ends("with_t"),
            "Wald t, unbiased": ends("unbiased"),
            "profile": ends("full", method="profile"),
            "exact": ends("full", method="exact"),
        }

    def bootstrap_intervals(self) -> dict[str, Callable[[], np.ndarray]]:
        """Return the same for methods that draw samples."""

        def interval(kind, method):
            def ends():
                found = self._resampled[kind]
                if found.n_failed:
                    warnings.warn("replicates failed", ValueWarning, stacklevel=2)
                return found.conf_int(method=method).to_numpy()

            return ends

        return {
            f"bootstrap {kind}, {method}": interval(kind, method)
            for kind in ("case", "parametric")
            for method in ("studentized", "percentile")
        }

    @cached_property
    def _resampled(self):
        rng = self.resampling()
        return {
            kind: self.full.bootstrap(ESTIMATES, kind=kind, rng=rng, store=False)
            for kind in ("case", "parametric")
        }
