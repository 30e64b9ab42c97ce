"""The likelihood written down plainly in NumPy, maximised by SciPy and by statsmodels.

It is also the judge where answers differ, since it shares nothing with our package.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr
from statsmodels.base.model import GenericLikelihoodModel

from .contestants import Answer, Local

_LOG_2PI = np.log(2.0 * np.pi)


def _k_scale(data):
    return 1 if data.exog_scale is None else data.exog_scale.shape[1]


def _predictors(params, data):
    mean = data.exog @ params[: data.k_mean]
    gamma = params[data.k_mean :]
    log_variance = gamma[0] if data.exog_scale is None else data.exog_scale @ gamma
    if data.var_weights is not None:
        log_variance = log_variance - np.log(data.var_weights)
    return mean, np.exp(0.5 * log_variance)


def rows_of_loglike(params, data):
    """Log-likelihood of each row."""
    mean, sigma = _predictors(params, data)
    z = (data.endog - mean) / sigma
    rows = -0.5 * (_LOG_2PI + z * z) - np.log(sigma)
    if data.left is not None:
        rows = np.where(data.endog <= data.left, log_ndtr(z), rows)
    if data.trunc_left is not None:
        rows = rows - log_ndtr((mean - data.trunc_left) / sigma)
    return rows


def loglike(params, data):
    """Log-likelihood; where only the mean has coefficients, at its best variance."""
    return float(rows_of_loglike(_completed(params, data), data).sum())


def score(params, data):
    """Its slope there."""
    return -data.nobs * _loss_and_gradient(_completed(params, data), data)[1]


def _completed(params, data):
    if len(params) > data.k_mean:
        return params
    return np.append(params, _log_variance(params, data))


def _log_variance(params, data):
    square = (data.endog - data.exog @ params) ** 2
    weights = 1.0 if data.var_weights is None else data.var_weights
    return np.log(np.mean(weights * square))


def _hazard(z):
    """Density over distribution function."""
    return np.exp(-0.5 * (z * z + _LOG_2PI) - log_ndtr(z))


def _loss_and_gradient(params, data):
    mean, sigma = _predictors(params, data)
    z = (data.endog - mean) / sigma
    rows = -0.5 * (_LOG_2PI + z * z) - np.log(sigma)
    # Derivatives with respect to the mean, times sigma, and to the log variance.
    by_mean, by_log_variance = z, 0.5 * (z * z - 1.0)
    if data.left is not None:
        hidden = data.endog <= data.left
        hazard = _hazard(z[hidden])
        rows[hidden] = log_ndtr(z[hidden])
        by_mean, by_log_variance = by_mean.copy(), by_log_variance.copy()
        by_mean[hidden] = -hazard
        by_log_variance[hidden] = -0.5 * hazard * z[hidden]
    if data.trunc_left is not None:
        above = (mean - data.trunc_left) / sigma
        hazard = _hazard(above)
        rows = rows - log_ndtr(above)
        by_mean = by_mean - hazard
        by_log_variance = by_log_variance + 0.5 * hazard * above
    by_gamma = (
        [by_log_variance.sum()]
        if data.exog_scale is None
        else by_log_variance @ data.exog_scale
    )
    gradient = np.concatenate([(by_mean / sigma) @ data.exog, by_gamma])
    return -rows.sum() / data.nobs, -gradient / data.nobs


def _start(data):
    """Least squares, and its variance."""
    beta = np.linalg.solve(data.exog.T @ data.exog, data.exog.T @ data.endog)
    gamma = np.zeros(_k_scale(data))
    gamma[0] = _log_variance(beta, data)
    return np.concatenate([beta, gamma])


def _with_lbfgs(data):
    found = minimize(
        _loss_and_gradient,
        _start(data),
        (data,),
        method="L-BFGS-B",
        jac=True,
        options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-8},
    )
    return Answer(found.x, trouble="" if found.success else str(found.message))


class _Numeric(GenericLikelihoodModel):
    """What statsmodels makes of a log-likelihood alone: all derivatives are numeric."""

    def __init__(self, data):
        self.rows = data
        names = [f"gamma{number}" for number in range(_k_scale(data))]
        super().__init__(data.endog, data.exog, extra_params_names=names)

    def loglikeobs(self, params):
        return rows_of_loglike(params, self.rows)


def _with_numeric_derivatives(data):
    result = _Numeric(data).fit(_start(data), method="bfgs", maxiter=1000, disp=False)
    _ = result.llf
    converged = result.mle_retvals["converged"]
    return Answer(result.params, result.bse, "" if converged else "not converged")


LBFGS = Local("SciPy L-BFGS-B, analytic gradient", _with_lbfgs, note="no standard errors")
NUMERIC = Local("statsmodels GenericLikelihoodModel, numeric", _with_numeric_derivatives)
