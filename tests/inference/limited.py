"""Models whose responses are not all seen exactly, that these tests share."""

import numpy as np

from sm_gaussmle import GaussianMLE

PER_ROW = (
    "exog_scale",
    "offset",
    "offset_scale",
    "freq_weights",
    "var_weights",
    "left",
    "right",
    "trunc_left",
    "trunc_right",
)
KINDS = ("censored", "intervals", "truncated", "truncated and censored")


def limited(kind, n=60, seed=1, *, scale=False, **options):
    """Return a model of one of the kinds; the slope is 1 and the deviation about 1."""
    rng = np.random.default_rng(seed)
    x, z, noise = rng.normal(size=(3, 20 * n))
    y = 0.5 + x + noise * np.exp(0.3 * z if scale else 0.0)
    seen = np.flatnonzero((y > 0) & (y < 4) | ("truncated" not in kind))[:n]
    x, z, y, ones = x[seen], z[seen], y[seen], np.ones(n)
    if scale:
        options["exog_scale"] = np.c_[ones, z]
    if "truncated" in kind:
        options |= {"trunc_left": 0.0, "trunc_right": 4.0}
    if kind == "intervals":
        exact = rng.uniform(size=n) < 0.3
        lower = np.where(exact, y, np.floor(y))
        upper = np.where(exact, y, np.floor(y) + 1.0)
        lower[y < -1], upper[y > 2.2] = -np.inf, np.inf
        y = np.c_[lower, upper]
    elif "censored" in kind:
        options |= {"left": 0.2 if "truncated" in kind else 0.0, "right": 2.5}
    return GaussianMLE(y, np.c_[ones, x], **options)


def part(model, rows):
    """Return a model of some of the rows."""
    options = {
        name: values[rows] for name in PER_ROW if (values := getattr(model, name)) is not None
    }
    return GaussianMLE(model.endog[rows], model.exog[rows], **options)
