"""Models whose responses are not all seen exactly."""

import numpy as np
import pytest

from sm_gaussmle import gaussmle

LIMITS = {"left": -8, "right": -2}
WEIGHTS = {"offset": "o", "offset_scale": "s", "freq_weights": "f", "var_weights": "v"}
# Formula and options of a kind.
KINDS = {
    "censored": ("censored ~ x1 + x2", LIMITS),
    "censored, scale equation": ("censored ~ x1 + x2 | z", LIMITS),
    "intervals": ("lower + upper ~ x1 + x2", {}),
    "truncated": ("y ~ x1 + x2", {"trunc_left": -11, "trunc_right": -1}),
    "weights and offsets": ("censored ~ x1 + x2 | z", LIMITS | WEIGHTS),
}


def limited_fit(rows, kind):
    """Return a fit of a kind; the responses are about -7, with deviation 3."""
    seen = rows.assign(
        censored=rows["y"].clip(-8, -2),
        lower=np.floor(rows["y"]).where(rows["y"] > -9, -np.inf),
        upper=np.floor(rows["y"]) + 1,
    )
    if kind == "truncated":
        seen = seen[rows["y"].between(-11, -1)]
    formula, options = KINDS[kind]
    return gaussmle(formula, seen, **options).fit()


@pytest.fixture
def limited_of(rows):
    """Return a fit of a kind."""
    return lambda kind: limited_fit(rows, kind)


@pytest.fixture(params=KINDS)
def limited(request, limited_of):
    """A fit of each kind."""
    return limited_of(request.param)
