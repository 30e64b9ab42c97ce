"""Responses with limits: one mean, seen in four ways."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from sm_gaussmle import GaussianMLE

from .samples import Sample, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

# With it the latent response is below zero in 30 % of all rows, as x is standard normal.
CONSTANT = 0.5863


class Limits(Sample):
    """The mean has two columns: the slope of one is 1/2, that of the other, tested, is 0."""

    tested = ("slope of mean",)
    targets: tuple[tuple[str, int, float], ...] = (
        ("slope of mean", 1, 0.5),
        ("ln(sigma2)", 3, 0.0),
    )

    @cached_property
    def drawn(self):
        return self.columns(3)

    @cached_property
    def mean(self):
        return CONSTANT + 0.5 * self.drawn[:, 1]

    def seen(self) -> tuple[np.ndarray, dict[str, Any]]:
        """Return the responses and what the model is told of them."""
        raise NotImplementedError

    def fit(self, columns: int):
        """Fit with the first columns of the mean."""
        endog, options = self.seen()
        return fitted(GaussianMLE(endog, self.drawn[:, :columns], **options))

    @cached_property
    def full(self):
        return self.fit(3)

    @cached_property
    def small(self):
        return self.fit(2)

    def tests(self, _hypothesis: str) -> dict[str, Callable[[], float]]:
        """Return what gives p-values, by method."""
        return {
            "LR chi2": lambda: self.full.compare_lr_test(self.small).pvalue,
            "Wald z": lambda: self.full.pvalues[2],
            "score": lambda: self.small.score_test(self.drawn[:, 2]).pvalue,
        }

    def intervals(self) -> dict[str, Callable[[], np.ndarray]]:
        """Return what gives the ends for the parameters, by method."""

        def wald():
            return self.full.conf_int()

        def profile():
            rows = np.eye(len(self.full.params))
            ends = np.full((len(rows), 2), np.nan)
            for _, place, _ in self.targets:  # of the others it would take time
                ends[place] = self.full.profile(rows[place], points=0).interval
            return ends

        return {"Wald z": wald, "profile": profile}


class Tobit(Limits):
    """Left-censored at zero: 30 % of the rows."""

    place = 2
    name = "tobit"

    def seen(self):
        return self.mean + self.errors, {"left": 0.0}


class Intervals(Limits):
    """Between whole numbers, open below -2 and above 2; every tenth row is exact."""

    place = 3
    name = "interval regression"

    def seen(self):
        latent = self.mean - CONSTANT + self.errors
        lower = np.floor(latent)
        upper = lower + 1.0
        lower[latent < -2.0], upper[latent > 2.0] = -np.inf, np.inf
        lower[::10] = upper[::10] = latent[::10]
        return np.column_stack([lower, upper]), {}


class Truncated(Limits):
    """Drawn until it is above zero, 30 % are not, for each row."""

    place = 4
    name = "truncated regression"

    def seen(self):
        # The probability of a larger error, uniform, times that of being above the limit.
        return self.mean - ndtri(ndtr(self.mean) * ndtr(-self.errors)), {"trunc_left": 0.0}


class HeteroscedasticTobit(Limits):
    """Left-censored at zero; the log variance is z/2."""

    place = 5
    name = "heteroscedastic tobit"
    targets = (("slope of mean", 1, 0.5), ("slope of log variance", 4, 0.5))

    def seen(self):
        scale = self.drawn[:, [0, 3]]
        endog = self.mean + np.exp(0.25 * scale[:, 1]) * self.errors
        return endog, {"left": 0.0, "exog_scale": scale}
