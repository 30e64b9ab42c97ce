"""Covariance estimators, all from one root of the observed information."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType

import numpy as np

from sm_gaussmle.estimation.errors import SingularScoresError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import Exact
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory

Estimator = Callable[[Array, Array, Memory], Array]


def observed_information(params: Array, root: Array, source: Memory) -> Array:
    """Inverse of the observed information.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates; not needed.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Memory
        The rows; not needed.

    Returns
    -------
    ndarray, shape (k, k)
        Covariance matrix.
    """
    del params, source
    return root @ root.T


def expected_information(params: Array, root: Array, source: Memory) -> Array:
    """Inverse of the expected information.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Memory
        The rows.

    Returns
    -------
    ndarray, shape (k, k)
        Covariance matrix; the blocks of the two equations are uncorrelated.
    """
    function = partial(_expected_information, params, root)
    information = source.total(function, len(params))
    return root @ np.linalg.inv(information) @ root.T


def outer_product(params: Array, root: Array, source: Memory) -> Array:
    """Inverse of the sum of the outer products of the rows' scores.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Memory
        The rows.

    Returns
    -------
    ndarray, shape (k, k)
        Covariance matrix.

    Raises
    ------
    SingularScoresError
        If the scores of the rows do not span all parameters.

    References
    ----------
    .. [1] E. K. Berndt, B. H. Hall, R. E. Hall and J. A. Hausman, "Estimation and
       Inference in Nonlinear Structural Models", Annals of Economic and Social
       Measurement 3 (1974) 653-665.
    """
    meat = source.total(partial(_score_products, params, root), len(params))
    # In these coordinates the products are of the order of the identity.
    values, vectors = np.linalg.eigh(meat)
    if values[0] <= 1e-12 * len(values) * max(values[-1], 1.0):
        direction = root @ vectors[:, 0] / np.sqrt((root * root).sum(axis=1))
        raise SingularScoresError(tuple(float(part) for part in direction))
    cov: Array = root @ (vectors / values) @ vectors.T @ root.T
    return cov


def sandwich(params: Array, root: Array, source: Memory) -> Array:
    """Sandwich of the observed information and the outer products, without a factor.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Memory
        The rows.

    Returns
    -------
    ndarray, shape (k, k)
        Covariance matrix; valid if the mean is right, whatever the distribution.

    References
    ----------
    .. [1] H. White, "Maximum Likelihood Estimation of Misspecified Models",
       Econometrica 50 (1982) 1-25. doi:10.2307/1912526
    """
    meat = source.total(partial(_score_products, params, root), len(params))
    return root @ meat @ root.T


COVARIANCES = MappingProxyType(
    {
        "nonrobust": observed_information,
        "eim": expected_information,
        "opg": outer_product,
        "HC0": sandwich,
    }
)

DESCRIPTIONS = MappingProxyType(
    {
        "nonrobust": "Standard errors are from the observed information (maximum likelihood).",
        "eim": "Standard errors are from the expected information.",
        "opg": "Standard errors are from the outer product of the gradients.",
        "HC0": "Standard errors are robust: the sandwich of information and scores (HC0).",
    }
)


def covariance(cov_type: str, fit: Fit, source: Memory) -> Array | None:
    """Covariance matrix of the estimates.

    Parameters
    ----------
    cov_type : str
        A key of `COVARIANCES`.
    fit : Fit
        The fit.
    source : Memory
        The rows it was fitted to.

    Returns
    -------
    ndarray, shape (k, k), or None
        None where the observed information is not positive definite.
    """
    if fit.cov_root is None:
        return None
    estimator: Estimator = COVARIANCES[cov_type]
    return estimator(fit.params, fit.cov_root, source)


# Products are formed after multiplying by the root of the information, where they are of
# the order of the identity: the units of the parameters cost no digits.
def _score_products(params: Array, root: Array, block: RowBlock) -> Array:
    terms = Exact().terms(block.endog, *block.predictors(params))
    scores = _rows_times(block, *terms.score_factor, root)
    if block.freq_weights is not None:
        scores *= np.sqrt(block.freq_weights)[:, None]
    return scores.T @ scores


def _expected_information(params: Array, root: Array, block: RowBlock) -> Array:
    factor = Exact().expected_hessian_factor(*block.predictors(params))
    weight = 1.0 if block.freq_weights is None else block.freq_weights
    k_mean = block.exog.shape[1]
    mean = block.exog @ root[:k_mean] * np.sqrt(-factor[0] * weight)[:, None]
    scale = block.exog_scale @ root[k_mean:] * np.sqrt(-factor[2] * weight)[:, None]
    return mean.T @ mean + scale.T @ scale


def _rows_times(block: RowBlock, mean: Array, scale: Array, root: Array) -> Array:
    k_mean = block.exog.shape[1]
    rows = block.exog @ root[:k_mean] * mean[:, None]
    rows += block.exog_scale @ root[k_mean:] * scale[:, None]
    return rows
