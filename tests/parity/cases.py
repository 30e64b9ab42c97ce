"""The cases in which fits are compared, and the fits."""

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf

from sm_gaussmle import GaussianMLE, datasets, gaussmle

# What GLM says of itself where there are weights; it is compared with all the same.
GLM_WARNINGS = (
    "cov_type not fully supported with (freq|var)_weights",
    "score test has not been verified with (freq|var)_weights",
    "weights are not taken into account by margeff",
)


def simulated(missing=()):
    """Eighty rows with a factor, weights of both kinds, an offset and groups."""
    rng = np.random.default_rng(7)
    n = 80
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "z": rng.uniform(1, 3, n),
            "g": rng.choice(list("abc"), n),
            "v": rng.uniform(0.5, 2, n),
            "f": rng.integers(1, 4, n).astype(float),
            "o": rng.normal(size=n),
            "c": np.arange(n) // 9,
            "one": np.ones(n),
        },
        index=pd.Index([f"r{i}" for i in range(n)]),
    )
    noise = rng.normal(size=n)
    frame["y"] = 1 + frame["x"] - 0.5 * frame["z"] + (frame["g"] == "b") + frame["o"] + noise
    for row, column in missing:
        frame.loc[frame.index[row], column] = np.nan
    return frame


@dataclass(frozen=True)
class Case:
    """Data, formulas (or columns) and the options that each kind of model takes.

    `ols` is None where OLS and WLS have no such model.
    """

    formula: str | list[str]
    restricted: str | list[str]
    data: pd.DataFrame = field(default_factory=simulated)
    ols: dict[str, Any] | None = field(default_factory=dict)
    glm: dict[str, Any] = field(default_factory=dict)
    here: dict[str, Any] = field(default_factory=dict)
    hypotheses: str = "x = 0.5, z = 0"
    factor: str | None = None

    @property
    def new(self):
        """Rows to predict, which are not those of the fit."""
        numbers = self.data.select_dtypes("number").columns
        frame = self.data.iloc[5:9].assign(**{name: self.data[name] * 1.1 for name in numbers})
        return frame if isinstance(self.formula, str) else frame[self.formula].to_numpy()


_ROWS = simulated()
_V, _F, _O = (_ROWS[name].to_numpy() for name in "vfo")

CASES = {
    "heart": Case(
        "thalach ~ age + exang + oldpeak",
        "thalach ~ age",
        data=datasets.heart.load_pandas().data,
        hypotheses="age = 0.5, exang = 0",
    ),
    "factor with interaction": Case("y ~ C(g) * x + z", "y ~ x + z", factor="C(g)"),
    "variance weights": Case(
        "y ~ C(g) + x + z",
        "y ~ x + z",
        ols={"weights": _V},
        glm={"var_weights": _V},
        here={"var_weights": "v"},
        factor="C(g)",
    ),
    "frequency weights": Case(
        "y ~ C(g) + x + z",
        "y ~ x + z",
        ols=None,
        glm={"freq_weights": _F},
        here={"freq_weights": "f"},
        factor="C(g)",
    ),
    "offset": Case("y ~ x + z", "y ~ x", ols=None, glm={"offset": _O}, here={"offset": "o"}),
    "offset and weights": Case(
        "y ~ x + z",
        "y ~ z",
        ols=None,
        glm={"offset": _O, "freq_weights": _F, "var_weights": _V},
        here={"offset": "o", "freq_weights": "f", "var_weights": "v"},
    ),
    "missing rows": Case(
        "y ~ C(g) + x + z",
        "y ~ C(g) + x + z - C(g)",
        data=simulated(missing=[(3, "x"), (17, "y"), (40, "x"), (41, "z")]),
        factor="C(g)",
    ),
    "no constant": Case("y ~ x + z - 1", "y ~ x - 1"),
    "implicit constant": Case("y ~ C(g) + x + z - 1", "y ~ x + z"),
    "arrays": Case(["one", "x", "z"], ["one", "x"], hypotheses="x1 = 0.5, x2 = 0"),
}


def built(case, kind, formula):
    """The model of a kind: "ols", "glm" or "here"."""
    options = getattr(case, kind)
    if isinstance(formula, str):
        make = {"ols": smf.wls if options else smf.ols, "glm": smf.glm, "here": gaussmle}
        return make[kind](formula, case.data, **options)
    y, columns = case.data["y"].to_numpy(), case.data[formula].to_numpy()
    return {"ols": sm.OLS, "glm": sm.GLM, "here": GaussianMLE}[kind](y, columns)


@dataclass(frozen=True)
class Fitted:
    """A fit and what its methods are called with."""

    case: Case
    kind: str
    options: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def results(self):
        return built(self.case, self.kind, self.case.formula).fit(**dict(self.options))

    @cached_property
    def restricted(self):
        return built(self.case, self.kind, self.case.restricted).fit(**dict(self.options))

    @property
    def model(self):
        return self.results.model

    @property
    def k(self):
        return self.model.exog.shape[1]

    @property
    def shifted(self):
        """Parameters that are not the estimates."""
        return np.asarray(self.results.params) + 0.1


@cache
def fitted(name, kind, engine, **options):  # the engine is that of statsmodels' options
    """A fit of a case, made once for each formula engine."""
    return Fitted(CASES[name], kind, tuple(options.items()))


def pairs(kind, engine, **options):
    """Names of the cases with fits of that kind and fits here."""
    return [
        (name, fitted(name, kind, engine), fitted(name, "here", engine, **options))
        for name, case in CASES.items()
        if getattr(case, kind) is not None
    ]
