"""Rows and models that these tests share."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula import options

from sm_gaussmle import GaussianMLE, gaussmle

# What a model can have beside the mean: columns of the rows below.
KINDS = {
    "constant variance": {},
    "scale equation": {"exog_scale": ["one", "z"]},
    "offsets": {"offset": "o", "offset_scale": "s"},
    "variance weights": {"var_weights": "v"},
    "frequency weights": {"freq_weights": "f"},
    "scale equation with all": {
        "exog_scale": ["one", "z"],
        "offset": "o",
        "offset_scale": "s",
        "var_weights": "v",
        "freq_weights": "f",
    },
}


@pytest.fixture
def rows():
    """Sixty rows; the standard deviation of `y` grows with `z`."""
    rng = np.random.default_rng(20240)
    n = 60
    frame = pd.DataFrame(
        {
            "one": np.ones(n),
            "x1": rng.normal(size=n),
            "x2": rng.uniform(10, 20, n),
            "z": rng.normal(size=n),
            "g": rng.choice(["a", "b", "c"], n),
            "o": rng.normal(size=n),
            "s": rng.normal(scale=0.3, size=n),
            "v": rng.uniform(0.5, 2, n),
            "f": rng.integers(1, 4, n).astype(float),
        },
        index=pd.Index([f"r{i}" for i in range(n)], name="label"),
    )
    noise = rng.normal(size=n) * np.exp(0.2 + 0.3 * frame["z"])
    frame["y"] = 1 + 2 * frame["x1"] - 0.5 * frame["x2"] + noise
    return frame


@pytest.fixture
def options_of(rows):
    """Keyword arguments of a kind of model, as arrays."""
    return lambda kind: {name: rows[column].to_numpy() for name, column in KINDS[kind].items()}


@pytest.fixture(params=KINDS)
def model(request, rows, options_of):
    """A model of each kind, from arrays."""
    design = rows[["one", "x1", "x2"]].to_numpy()
    return GaussianMLE(rows["y"].to_numpy(), design, **options_of(request.param))


@pytest.fixture
def constant(rows):
    """A model of constant variance, with labels."""
    return GaussianMLE(rows["y"], rows[["one", "x1", "x2"]])


@pytest.fixture
def scaled(rows):
    """A model with a scale equation, with labels."""
    return GaussianMLE(rows["y"], rows[["one", "x1", "x2"]], exog_scale=rows[["one", "z"]])


@pytest.fixture
def point():
    """Parameters of a model that are not its maximum."""
    return lambda model: np.r_[0.8, 2.1, -0.45, 0.4, 0.25][: model.nparams]


@pytest.fixture
def limited(rows):
    """Fits of those rows with limits, by kind; with a scale equation if nothing else is said."""

    def fit(kind, formula="y ~ x1 + x2 | z + x1", **options):
        frame, limits = rows, {}
        if kind == "censored":  # about a third of them, on both sides
            limits = {"left": -8.0, "right": -4.0}
        elif kind == "intervals":  # of whole numbers
            formula = "lower + upper ~ x1 + x2 | z"
            frame = rows.assign(lower=np.floor(rows["y"]), upper=np.floor(rows["y"]) + 1)
        else:
            frame = rows[rows["y"].between(-10.0, -1.0)]
            limits = {"trunc_left": -10.0, "trunc_right": -1.0}
            limits |= {"left": -8.0, "right": -3.0} if kind == "both" else {}
        result = gaussmle(formula, frame, **limits | options).fit()
        assert result.converged
        return result

    return fit


@pytest.fixture(params=["patsy", "formulaic"])
def engine(request, monkeypatch):
    """Both formula engines of statsmodels, one after the other."""
    monkeypatch.setattr(options, "formula_engine", request.param)
    return request.param


def pytest_configure(config):
    """Know the marks of statsmodels' own tests, some of which are run on our model."""
    config.addinivalue_line("markers", "thread_unsafe: of statsmodels; says no more here")
