"""Gaussian regression by maximum likelihood for statsmodels."""

from importlib.metadata import PackageNotFoundError, version

from sm_gaussmle.api import GaussianMLE, add1, anova, datasets, drop1, from_json, gaussmle

try:
    __version__ = version("sm_gaussmle")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "not installed"

__all__ = ["GaussianMLE", "add1", "anova", "datasets", "drop1", "from_json", "gaussmle"]
