"""Gaussian regression by maximum likelihood for statsmodels."""

from sm_gaussmle.api import GaussianMLE, datasets, gaussmle

__all__ = ["GaussianMLE", "datasets", "gaussmle"]
