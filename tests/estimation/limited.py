"""Rows whose responses are not all exact, for the tests of the estimation."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.likelihood.bounds import Bounds

from .data import source


def limited(bounds, exog, exog_scale=None, **others):
    """Return rows of which `bounds` are known."""
    return source(bounds.stand_in, exog, exog_scale, bounds=bounds, **others)


def latent(n=120, seed=0, *, noise=1.0, scale=False):
    """Return responses and the columns of both equations: a constant and two columns."""
    rng = np.random.default_rng(seed)
    exog = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    exog_scale = exog[:, :2] if scale else None
    sigma = noise * (np.exp(0.3 * exog[:, 1]) if scale else 1.0)
    return exog @ [0.5, 1.0, -0.7] + sigma * rng.normal(size=n), exog, exog_scale


def intervals(endog, width):
    """Return bounds of responses of which only the interval is known."""
    below = np.floor(endog / width) * width
    return Bounds.between(below, below + width)


def mixed(endog):
    """Return bounds of exact, interval, left- and right-censored responses in turn."""
    kind = np.arange(len(endog)) % 4
    lower = np.select(
        [kind == 0, kind == 1, kind == 2], [endog, endog - 0.4, -np.inf], endog - 0.2
    )
    upper = np.select(
        [kind == 0, kind == 1, kind == 2], [endog, endog + 0.9, endog + 0.3], np.inf
    )
    return Bounds.between(lower, upper)


def inside(endog, left, right):
    """Return which responses a sample between two limits has."""
    return np.flatnonzero((endog > left) & (endog < right))


def seen(kind, **options):
    """Return rows of `latent` seen in one of the ways of `KINDS`."""
    endog, exog, exog_scale = latent(**options)
    kept = np.arange(len(endog))
    ends = {}
    if "truncated" in kind:
        ends = {"trunc_left": -0.6}
        if "both" in kind:
            ends["trunc_right"] = 2.2
        kept = inside(endog, -0.6, ends.get("trunc_right", np.inf))
    endog = endog[kept]
    limits = {name: np.full(len(kept), end) for name, end in ends.items()}
    if kind.startswith("censored"):
        limits |= {"left": np.full(len(kept), 0.1), "right": np.full(len(kept), 1.4)}
        bounds = Bounds.censored(endog, **limits)
    elif kind == "intervals":
        bounds = intervals(endog, 1.5)
    elif kind == "mixed":
        bounds = mixed(endog)
    else:
        bounds = Bounds.censored(endog, **limits)
    return limited(bounds, exog[kept], None if exog_scale is None else exog_scale[kept])


KINDS = (
    "censored",
    "intervals",
    "mixed",
    "truncated",
    "truncated on both sides",
    "censored and truncated",
)
