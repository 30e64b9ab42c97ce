"""Fits of responses that are censored, truncated or intervals, which several tests share."""

import numpy as np

from sm_gaussmle import gaussmle

FORMULA = "y ~ x1 + x2 | z + x1"


def censored(rows, formula=FORMULA, **options):
    """Return a fit with about a third of the responses censored, on both sides."""
    return converged(gaussmle(formula, rows, **{"left": -8.0, "right": -4.0} | options))


def truncated(rows, formula=FORMULA, **options):
    """Return a fit of the responses between two limits."""
    kept = rows[rows["y"].between(-10.0, -1.0)]
    return converged(gaussmle(formula, kept, trunc_left=-10.0, trunc_right=-1.0, **options))


def both(rows, formula=FORMULA):
    """Return a fit of a truncated sample with censored responses in it."""
    return truncated(rows, formula, left=-8.0, right=-3.0)


def intervals(rows, formula="lower + upper ~ x1 + x2 | z"):
    """Return a fit of responses that are known to the whole number below and above."""
    lower = np.floor(rows["y"])
    return converged(gaussmle(formula, rows.assign(lower=lower, upper=lower + 1.0)))


def converged(model):
    result = model.fit()
    assert result.converged
    return result
