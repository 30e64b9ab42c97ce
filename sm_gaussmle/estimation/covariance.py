"""Covariance estimators, all from one root of the observed information."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from sm_gaussmle.estimation.covariance_root import CovarianceRoot, between
from sm_gaussmle.estimation.errors import FitError, SingularScoresError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.sandwich import (
    autocorrelated,
    clustered,
    degrees_factor,
    heteroscedastic,
    score_products,
)
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import expected_hessian_factor
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Source

Estimator = Callable[..., CovarianceRoot]
NO_OPTIONS: Mapping[str, object] = MappingProxyType({})


def observed_information(fit: Fit, root: Array, source: Source) -> CovarianceRoot:
    """Inverse of the observed information.

    Parameters
    ----------
    fit : Fit
        The fit; not needed.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Source
        The rows; not needed.

    Returns
    -------
    CovarianceRoot
        Covariance matrix.
    """
    del fit, source
    return CovarianceRoot(root, np.ones(root.shape[1]))


def expected_information(fit: Fit, root: Array, source: Source) -> CovarianceRoot:
    """Inverse of the expected information.

    Parameters
    ----------
    fit : Fit
        The fit.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Source
        The rows.

    Returns
    -------
    CovarianceRoot
        Covariance matrix; where all responses are exact, the blocks of the two equations
        are uncorrelated.

    Raises
    ------
    UnknownLimitsError
        If the responses are intervals to begin with.
    """
    function = partial(expected_products, fit.params, root)
    information = source.total(function, len(root))
    return between(root, np.asarray(np.linalg.inv(information), dtype=np.float64))


def outer_product(fit: Fit, root: Array, source: Source) -> CovarianceRoot:
    """Inverse of the sum of the outer products of the rows' scores.

    Parameters
    ----------
    fit : Fit
        The fit.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Source
        The rows.

    Returns
    -------
    CovarianceRoot
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
    meat = source.total(partial(score_products, fit.params, root, 0.0), len(root))
    # In these coordinates the products are of the order of the identity.
    values, vectors = np.linalg.eigh(meat)
    if values[0] <= 1e-12 * len(values) * max(values[-1], 1.0):
        direction = root @ vectors[:, 0] / np.sqrt((root * root).sum(axis=1))
        raise SingularScoresError(tuple(float(part) for part in direction))
    return CovarianceRoot(root @ (vectors / np.sqrt(values)), np.ones(root.shape[1]))


def unbiased(fit: Fit, root: Array, source: Source) -> CovarianceRoot:
    """Inverse of the observed information with the unbiased estimate of the variance.

    Parameters
    ----------
    fit : Fit
        The fit, of constant variance.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Source
        The rows.

    Returns
    -------
    CovarianceRoot
        The covariance of the mean's coefficients is multiplied by ``n / (n - k)``, as in
        least squares: with the t distribution its intervals are exact in any sample.

    Raises
    ------
    FitError
        If the variance is restricted.
    """
    k_mean = source.prototype.exog.shape[1]
    if fit.restricted is not None and fit.restricted.restriction.matrix[:, k_mean:].any():
        raise FitError(
            "`cov_type` is 'unbiased', which is for a variance that is estimated freely; the "
            "constraints are on it too. Use 'nonrobust'."
        )
    stretched = root.copy()
    stretched[:k_mean] *= np.sqrt(degrees_factor(fit, source))
    return CovarianceRoot(stretched, np.ones(root.shape[1]))


COVARIANCES: Mapping[str, Estimator] = MappingProxyType(
    {
        "nonrobust": observed_information,
        "unbiased": unbiased,
        "eim": expected_information,
        "opg": outer_product,
        "HC0": heteroscedastic,
        "HC1": partial(heteroscedastic, corrected=True),
        "HC2": partial(heteroscedastic, power=0.5),
        "HC3": partial(heteroscedastic, power=1.0),
        "cluster": clustered,
        "HAC": autocorrelated,
        "hac-panel": autocorrelated,
    }
)


def covariance(
    cov_type: str, fit: Fit, source: Source, options: Mapping[str, object] = NO_OPTIONS
) -> CovarianceRoot | None:
    """Covariance matrix of the estimates.

    Parameters
    ----------
    cov_type : str
        A key of `COVARIANCES`.
    fit : Fit
        The fit.
    source : Source
        The rows it was fitted to.
    options : mapping of str to object
        Further arguments of the estimator.

    Returns
    -------
    CovarianceRoot or None
        None where the observed information is not positive definite.
    """
    if fit.cov_root is None:
        return None
    if not fit.cov_root.shape[1]:  # constraints on all parameters left nothing to vary
        return CovarianceRoot(fit.cov_root, np.ones(0))
    return COVARIANCES[cov_type](fit, fit.cov_root, source, **options)


def expected_products(params: Array, root: Array, block: RowBlock) -> Array:
    """Expected information of a block of rows, in other coordinates.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Coefficients of the mean, then of the log variance.
    root : ndarray, shape (k, k)
        Columns are the new coordinates' directions.
    block : RowBlock
        The rows.

    Returns
    -------
    ndarray, shape (k, k)
        ``root' I root``, which adds up over blocks.

    Raises
    ------
    UnknownLimitsError
        If the responses are intervals to begin with.
    """
    factors = expected_hessian_factor(block.bounds, *block.predictors(params))
    weight = 1.0 if block.freq_weights is None else block.freq_weights
    of_mean, cross, of_scale = (-factor * weight for factor in factors)
    k_mean = block.exog.shape[1]
    mean, scale = block.exog @ root[:k_mean], block.exog_scale @ root[k_mean:]
    mixed = mean.T @ (scale * cross[:, None])
    return np.asarray(
        mean.T @ (mean * of_mean[:, None])
        + mixed
        + mixed.T
        + scale.T @ (scale * of_scale[:, None])
    )
