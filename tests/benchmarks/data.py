"""Random data of each kind of model, the same in every run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

# Share of the responses that limits hide.
HIDDEN = 0.3


@dataclass(frozen=True)
class Data:
    """What all contestants of a case are given; other forms of it are made before the clock."""

    endog: np.ndarray
    exog: np.ndarray  # its first column is the constant
    exog_scale: np.ndarray | None = None
    left: float | None = None
    trunc_left: float | None = None
    var_weights: np.ndarray | None = None

    @property
    def nobs(self):
        return len(self.endog)

    @property
    def k_mean(self):
        return self.exog.shape[1]

    @property
    def options(self):
        """What our model is told besides the response and the design."""
        names = ("exog_scale", "left", "trunc_left", "var_weights")
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None}

    @cached_property
    def names(self):
        """Of the columns besides the constant."""
        return [f"x{number}" for number in range(1, self.k_mean)]

    @cached_property
    def formula(self):
        return f"y ~ {' + '.join(self.names)}"

    @cached_property
    def frame(self):
        return pd.DataFrame(self.exog[:, 1:], columns=self.names).assign(y=self.endog)


def _design(rng, n, k):
    exog = rng.standard_normal((n, k))
    exog[:, 0] = 1.0
    return exog, exog @ rng.standard_normal(k)


def exact(n, k, *, seed=0):
    rng = np.random.default_rng(seed)
    exog, mean = _design(rng, n, k)
    return Data(mean + rng.standard_normal(n), exog)


def ill_conditioned(n, k):
    """Two columns that differ in their seventh digit: cross products cannot resolve them."""
    rng = np.random.default_rng(0)
    exog, _ = _design(rng, n, k)
    exog[:, -1] = exog[:, -2] + 1e-6 * exog[:, -1]
    return Data(exog.sum(axis=1) + rng.standard_normal(n), exog)


def weighted(n, k):
    rng = np.random.default_rng(0)
    exog, mean = _design(rng, n, k)
    weights = rng.uniform(0.5, 2.0, n)
    return Data(mean + rng.standard_normal(n) / np.sqrt(weights), exog, var_weights=weights)


def scale_equation(n, k):
    """As many columns, and others, in the equation of the log variance."""
    rng = np.random.default_rng(1)
    exog, mean = _design(rng, n, k)
    exog_scale, _ = _design(rng, n, k)
    gamma = 0.3 * rng.standard_normal(k) / np.sqrt(k)
    noise = np.exp(0.5 * (exog_scale @ gamma)) * rng.standard_normal(n)
    return Data(mean + noise, exog, exog_scale)


def censored(n, k):
    whole = exact(n, k)
    limit = float(np.quantile(whole.endog, HIDDEN))
    return Data(np.maximum(whole.endog, limit), whole.exog, left=limit)


def truncated(n, k):
    whole = exact(int(1.01 * n / (1.0 - HIDDEN)) + 30, k)
    limit = float(np.quantile(whole.endog, HIDDEN))
    seen = np.flatnonzero(whole.endog > limit)[:n]
    return Data(whole.endog[seen], whole.exog[seen], trunc_left=limit)
