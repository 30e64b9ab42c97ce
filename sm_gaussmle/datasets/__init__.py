"""Data sets, in the form of those of statsmodels."""

from sm_gaussmle.datasets import heart

__all__ = ["heart"]
