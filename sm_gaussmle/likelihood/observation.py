"""Observation schemes: which terms each response contributes to the log-likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sm_gaussmle.likelihood.terms import Array, Terms, point


@dataclass(frozen=True)
class Exact:
    """Every response is seen exactly: each row contributes its log density."""

    def terms(self, endog: Array, mean: Array, log_variance: Array) -> Terms:
        """Terms of each row.

        Parameters
        ----------
        endog, mean, log_variance : ndarray, shape (n,)
            Responses, means and log variances.

        Returns
        -------
        Terms
            Log density of each row with its derivatives.
        """
        return point(endog, mean, log_variance)

    def expected_hessian_factor(
        self, mean: Array, log_variance: Array
    ) -> tuple[Array, Array, Array]:
        """Expectation of the Hessian factors when the model is true.

        Parameters
        ----------
        mean, log_variance : ndarray, shape (n,)
            Means and log variances.

        Returns
        -------
        tuple of three ndarrays, each of shape (n,)
            ``-exp(-log_variance)``, 0 and -1/2: mean and variance parameters are
            orthogonal.
        """
        return (
            -np.exp(-log_variance),
            np.zeros_like(mean),
            np.full_like(log_variance, -0.5),
        )
