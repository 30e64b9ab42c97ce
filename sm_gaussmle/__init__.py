"""Gaussian regression by maximum likelihood for statsmodels."""

from importlib.metadata import PackageNotFoundError, version

from sm_gaussmle.api import (
    CrossProducts,
    GaussianMLE,
    IntervalRegression,
    Tobit,
    TruncatedRegression,
    add1,
    anova,
    compare_models,
    datasets,
    drop1,
    from_json,
    gaussmle,
    intreg,
    lrtest,
    tobit,
    truncreg,
    vuong_test,
)

try:
    __version__ = version("sm_gaussmle")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "not installed"

__all__ = [
    "CrossProducts",
    "GaussianMLE",
    "IntervalRegression",
    "Tobit",
    "TruncatedRegression",
    "add1",
    "anova",
    "compare_models",
    "datasets",
    "drop1",
    "from_json",
    "gaussmle",
    "intreg",
    "lrtest",
    "tobit",
    "truncreg",
    "vuong_test",
]
