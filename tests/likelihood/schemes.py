"""The observation schemes, with their log-likelihoods in 50 digits: the table of the laws.

A new scheme takes one line in `SCHEMES`, and a function that says its log-likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import mpmath
import numpy as np
import pytest

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.observation import expected_hessian_factor, row_terms

CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 50


class Scheme(NamedTuple):
    """An observation scheme beside its log-likelihood of one row.

    Attributes
    ----------
    bounds : callable
        Maps responses to what is known of them.
    loglike : callable
        Maps response, mean and log variance (mpmath numbers) to the log-likelihood.
    """

    bounds: Callable[[np.ndarray], Bounds | None]
    loglike: Callable[..., mpmath.mpf]

    def observed(self, block):
        """Return the rows of a block with their responses seen in this way."""
        return replace(block, bounds=self.bounds(block.endog))

    def terms(self, endog, mean, log_variance):
        """Return the terms of rows."""
        return row_terms(endog, self.bounds(endog), mean, log_variance)

    def expected_hessian_factor(self, endog, mean, log_variance):
        """Return the expectations of their Hessian factors."""
        return expected_hessian_factor(self.bounds(endog), mean, log_variance)


def log_density(endog, mean, log_variance):
    """Return the logarithm of the Gaussian density."""
    z = (endog - mean) / CONTEXT.exp(log_variance / 2)
    return -(CONTEXT.log(2 * CONTEXT.pi) + log_variance + z * z) / 2


SCHEMES = {"exact": Scheme(lambda _endog: None, log_density)}

over_schemes = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
