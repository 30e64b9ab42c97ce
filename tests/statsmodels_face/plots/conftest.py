"""Fits whose plots are tested, and no figure left open."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from sm_gaussmle import datasets, gaussmle

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def data():
    return datasets.heart.load_pandas().data


@pytest.fixture(scope="session")
def scaled_fit(data):
    """With a scale equation."""
    return gaussmle("thalach ~ age + oldpeak + exang | age", data).fit(retall=True)


@pytest.fixture(scope="session")
def constant_fit(data):
    """With constant variance."""
    return gaussmle("thalach ~ age + oldpeak + exang", data).fit()


@pytest.fixture(scope="session")
def weighted_fit(data):
    """With frequency weights."""
    weights = 1.0 + np.arange(len(data)) % 3
    return gaussmle("thalach ~ age + oldpeak", data, freq_weights=weights).fit()


@pytest.fixture(scope="session")
def censored_fit(data):
    """A third of the responses are censored at zero."""
    return gaussmle("oldpeak ~ age + exang | age", data, left=0).fit()
