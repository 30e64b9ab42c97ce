"""Results of fits of every kind, and what they give: what calls are made of."""

import tempfile
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

import sm_gaussmle as smg
from sm_gaussmle.sklearn import GaussianMLERegressor

FORMULA = "y ~ x1 + C(g)"
FOLDER = Path(tempfile.mkdtemp(prefix="faults-"))


@cache
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
            "f": rng.integers(1, 4, n).astype(float),
            "v": rng.uniform(0.5, 2, n),
        },
        index=pd.Index([f"r{i}" for i in range(n)], name="label"),
    )
    noise = rng.normal(size=n) * np.exp(0.2 + 0.3 * frame["z"])
    frame["y"] = 1 + 2 * frame["x1"] - 0.5 * frame["x2"] + noise
    return frame


def _removed():
    fit = smg.gaussmle(f"{FORMULA} | z", rows()).fit()
    fit.remove_data()
    return fit


def _in_passes():
    path = FOLDER / "rows.parquet"
    rows().reset_index(drop=True).to_parquet(path)
    return smg.gaussmle(f"{FORMULA} | z", str(path)).fit()


def _intervals():
    low = np.floor(rows()["y"])
    return smg.intreg("lower + upper ~ x1 | z", rows().assign(lower=low, upper=low + 1)).fit()


FITS = {
    "constant variance": lambda: smg.gaussmle(FORMULA, rows()).fit(),
    "scale equation": lambda: smg.gaussmle(f"{FORMULA} | z", rows()).fit(),
    "weights": lambda: smg.gaussmle(FORMULA, rows(), freq_weights="f", var_weights="v").fit(),
    "arrays": lambda: smg.GaussianMLE(
        rows()["y"].to_numpy(),
        rows()[["one", "x1"]].to_numpy(),
        exog_scale=rows()[["one", "z"]].to_numpy(),
    ).fit(),
    "clusters": lambda: smg.gaussmle(FORMULA, rows()).fit(
        cov_type="cluster", cov_kwds={"groups": np.arange(60) % 7}
    ),
    "t distribution": lambda: smg.gaussmle(FORMULA, rows()).fit(cov_type="unbiased"),
    "removed": _removed,
    "constraints": lambda: smg.gaussmle(f"{FORMULA} | z", rows()).fit_constrained("x1 = 1"),
    "censored": lambda: smg.tobit(f"{FORMULA} | z", rows(), left=-9).fit(),
    "intervals": _intervals,
    "truncated": lambda: smg.truncreg(FORMULA, rows()[rows()["y"] > -11], trunc_left=-11).fit(),
    "sums": lambda: smg.CrossProducts(FORMULA, rows()).update(rows()).fit(),
    "in passes": _in_passes,
}
WITH_SCALE = ("scale equation", "arrays", "constraints", "censored", "intervals")


@cache
def fit(kind):
    """Results of one kind."""
    return FITS[kind]()


@cache
def others():
    """Results to compare them with, of other packages too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of one group in a mixed model
        mixed = sm.MixedLM.from_formula("y ~ x1", rows(), groups="g").fit()
    return [
        smg.gaussmle("y ~ x1", rows()).fit(),
        smg.gaussmle("y ~ 1", rows()).fit(),
        smg.gaussmle("y ~ x1", rows()[:30]).fit(),
        sm.OLS.from_formula("y ~ x1", rows()).fit(),
        sm.OLS(rows()["y"], rows()[["one", "x1"]]).fit_regularized(),
        mixed,
    ]


@cache
def made(kind, of):
    """What results give: predictions, effects, tests, profiles."""
    result = fit(of)
    return {
        "scale_view": result.scale_view,
        "prediction": result.get_prediction,
        "margeff": result.get_margeff,
        "influence": result.get_influence,
        "profile": lambda: result.profile("x1", points=5),
        "region": lambda: result.profile_region("Intercept", "x1", [0.9], points=8),
        "bootstrap": lambda: result.bootstrap(12, rng=1),
        "t_test": lambda: result.t_test("x1 = 0"),
        "wald_test": lambda: result.wald_test("x1 = 0"),
        "term_tests": result.wald_test_terms,
        "delta_method": lambda: result.delta_method(["x1", "exp(Intercept)"]),
    }[kind]()


MADE_OF = {
    "scale_view": WITH_SCALE,
    "prediction": ("constant variance", "scale equation", "t distribution", "censored"),
    "margeff": ("constant variance", "scale equation", "clusters", "censored"),
    "influence": ("constant variance", "scale equation", "weights", "censored"),
    "profile": ("constant variance", "scale equation"),
    "region": ("constant variance",),
    "bootstrap": ("constant variance",),
    "t_test": ("constant variance", "t distribution"),
    "wald_test": ("constant variance", "t distribution"),
    "term_tests": ("constant variance", "t distribution"),
    "delta_method": ("constant variance", "t distribution"),
}


@cache
def regressor(*, scale):
    """A fitted regressor of scikit-learn's kind."""
    columns = ["x1"] if scale else None
    return GaussianMLERegressor(scale_columns=columns).fit(rows()[["x1", "x2"]], rows()["y"])


def sums():
    """Sums of rows, new ones: calls change them."""
    return smg.CrossProducts(FORMULA, rows()).update(rows())
