"""Fits that these tests share."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sm_gaussmle import GaussianMLE

REFERENCE = Path(__file__).parents[1] / "reference"


def simulated(seed, n=40, outlier=0.0):
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(2, n))
    y = 1 + 2 * x + rng.normal(size=n) * np.exp(0.3 + 0.4 * z)
    y[3] += outlier
    ones = np.ones(n)
    return GaussianMLE(y, np.c_[ones, x], exog_scale=np.c_[ones, z])


def cars():
    frame = pd.read_csv(REFERENCE / "cars.csv")
    return GaussianMLE.from_formula("dist ~ speed | np.log(speed)", frame)


SCALED = {
    "cars": cars,
    "simulated": lambda: simulated(0),
    "simulated again": lambda: simulated(7),
    "simulated with an outlier": lambda: simulated(0, outlier=8.0),
}


@pytest.fixture(params=SCALED)
def scaled(request):
    """A model with a scale equation."""
    return SCALED[request.param]()


@pytest.fixture(params=["plain", "weights and offsets", "copies"])
def constant(request):
    """A model of constant variance."""
    rng = np.random.default_rng(3)
    n = 30
    exog = np.c_[np.ones(n), rng.normal(size=(n, 2))]
    y = exog @ [1.0, 2.0, -1.0] + rng.normal(size=n)
    options = {
        "plain": {},
        "weights and offsets": {
            "var_weights": rng.uniform(0.5, 2, n),
            "offset": rng.normal(size=n),
            "offset_scale": rng.normal(size=n),
        },
        "copies": {"freq_weights": rng.integers(1, 4, n).astype(float)},
    }
    return GaussianMLE(y, exog, **options[request.param])
