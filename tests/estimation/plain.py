"""The formulas of the Gaussian likelihood, written out: nothing of the package is used."""

from __future__ import annotations

import numpy as np


def predictors(params, rows):
    """Return residuals, log variances and frequency weights."""
    k = rows.exog.shape[1]
    mean, log_variance = rows.exog @ params[:k], rows.exog_scale @ params[k:]
    if rows.offset is not None:
        mean = mean + rows.offset
    if rows.log_variance_offset is not None:
        log_variance = log_variance + rows.log_variance_offset
    ones = np.ones(len(mean))
    return (
        rows.endog - mean,
        log_variance,
        ones if rows.freq_weights is None else rows.freq_weights,
    )


def loglike(params, rows):
    """Return the log-likelihood."""
    residual, log_variance, weights = predictors(params, rows)
    terms = np.log(2 * np.pi) + log_variance + residual**2 / np.exp(log_variance)
    return -0.5 * (weights * terms).sum()


def scores(params, rows):
    """Return the score of each row, without its frequency weight."""
    residual, log_variance, _ = predictors(params, rows)
    precision = np.exp(-log_variance)
    return np.hstack(
        [
            rows.exog * (residual * precision)[:, None],
            rows.exog_scale * (0.5 * (residual**2 * precision - 1))[:, None],
        ]
    )


def score(params, rows):
    """Return the score."""
    return predictors(params, rows)[2] @ scores(params, rows)


def information(params, rows, root):
    """Return ``B'IB`` for minus the Hessian I, as differences of the score along B.

    Steps are 1e-4 standard errors: third derivatives cost 1e-8.
    """
    found = np.array(
        [
            (score(params - 1e-4 * step, rows) - score(params + 1e-4 * step, rows)) / 2e-4
            for step in root.T
        ]
    )
    return found @ root


def expected_information(params, rows):
    """Return the expected information."""
    _, log_variance, weights = predictors(params, rows)
    k_mean, k_scale = rows.exog.shape[1], rows.exog_scale.shape[1]
    found = np.zeros((k_mean + k_scale,) * 2)
    found[:k_mean, :k_mean] = (rows.exog.T * (weights / np.exp(log_variance))) @ rows.exog
    found[k_mean:, k_mean:] = 0.5 * (rows.exog_scale.T * weights) @ rows.exog_scale
    return found


def outer_products(params, rows):
    """Return the sum of the outer products of the rows' scores."""
    by_row = scores(params, rows)
    return (by_row.T * predictors(params, rows)[2]) @ by_row
