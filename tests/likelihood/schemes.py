"""The observation schemes, with their log-likelihoods in 50 digits: the table of the laws.

A new scheme takes one line in `SCHEMES`, and a function that says its log-likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import mpmath
import pytest

from sm_gaussmle.likelihood.observation import Exact

CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 50


class Scheme(NamedTuple):
    """An observation scheme beside its log-likelihood of one row.

    Attributes
    ----------
    observation : Exact
        What is tested.
    loglike : callable
        Maps response, mean and log variance (mpmath numbers) to the log-likelihood.
    """

    observation: Exact
    loglike: Callable[..., mpmath.mpf]


def log_density(endog, mean, log_variance):
    """Return the logarithm of the Gaussian density."""
    z = (endog - mean) / CONTEXT.exp(log_variance / 2)
    return -(CONTEXT.log(2 * CONTEXT.pi) + log_variance + z * z) / 2


SCHEMES = {"exact": Scheme(Exact(), log_density)}

over_schemes = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
