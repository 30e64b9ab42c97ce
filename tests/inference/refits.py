"""What leaving a row out is, by fitting again."""

import numpy as np

from sm_gaussmle import GaussianMLE

PER_ROW = ("exog_scale", "offset", "offset_scale", "freq_weights", "var_weights")


def without(model, row):
    """The fit without one copy of a row."""
    n = len(model.endog)
    options = {name: getattr(model, name) for name in PER_ROW}
    copies = np.ones(n) if options["freq_weights"] is None else options["freq_weights"].copy()
    copies[row] -= 1
    options["freq_weights"] = copies
    return GaussianMLE(model.endog, model.exog, **options).fit()


def changes(model):
    """Estimates less those without each row, shape (n, k)."""
    params = np.asarray(model.fit().params)
    n = len(model.endog)
    return np.array([params - np.asarray(without(model, row).params) for row in range(n)])
