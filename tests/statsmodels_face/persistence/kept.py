"""Formulas whose memory is kept, for both engines, and functions that they use."""

import numpy as np
from formulaic.transforms import stateful_transform as formulaic_transform
from patsy import stateful_transform as patsy_transform

# Each learns something else from the data.
TERMS = {
    "patsy": [
        "x1 + x2",
        "C(g)",
        "C(g, Sum)",
        "C(g, Poly)",
        "C(g, Treatment('b')) - 1",
        "g * center(x1)",
        "standardize(x1) : g",
        "scale(x2, ddof=1)",
        "bs(x2, df=5)",
        "cr(x2, df=4) - 1",
        "cc(x2, df=4) - 1",
        "te(cr(x1, df=3), cr(x2, df=3)) - 1",
        "bs(center(x2), df=4)",
        "np.log(x2) + I(x1 ** 2) + Q('x2')",
        "(x2 > 15)",
    ],
    "formulaic": [
        "x1 + x2",
        "C(g)",
        "C(g, contr.sum)",
        "C(g, contr.poly)",
        "C(g, contr.treatment('b')) - 1",
        "g * center(x1)",
        "scale(x1) : g",
        "poly(x2, 3)",
        "bs(x2, df=5)",
        "cr(x2, df=4) - 1",
        "cc(x2, df=4) - 1",
        "bs(center(x2), df=4)",
        "np.log(x2) + {x1 ** 2} + `x2`",
    ],
}
PAIRS = [(engine, term) for engine, terms in TERMS.items() for term in terms]


def double(values):
    return 2 * values


class Deviation:
    """Transform of patsy: distance from the largest value."""

    def __init__(self):
        self.largest = -np.inf

    def memorize_chunk(self, values):
        self.largest = max(self.largest, np.max(values))

    def memorize_finish(self):
        pass

    def transform(self, values):
        return self.largest - values


patsy_deviation = patsy_transform(Deviation)


@formulaic_transform
def formulaic_deviation(values, _state=None):
    """Transform of formulaic: the same."""
    _state.setdefault("largest", np.max(values))
    return _state["largest"] - values
