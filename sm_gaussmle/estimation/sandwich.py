"""Covariances that stay valid where the variance, or the independence, is not as modelled.

All are sandwiches of the observed information with sums of products of scores. Scores are
multiplied by the root of the information first, where they are of the order of the
identity: the units of the parameters cost no digits. Longer than other modules because
each estimator has its sources and its options documented.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.covariance_root import CovarianceRoot, between
from sm_gaussmle.estimation.errors import FitError, LeverageError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.source import Source

Codes = NDArray[np.intp]

# Residual and 1 - leverage are both known to about 1e-16: below this share their ratio has
# fewer than six digits.
_SMALLEST_REMAINDER = 1e-10


def heteroscedastic(
    fit: Fit, root: Array, source: Source, *, corrected: bool = False, power: float = 0.0
) -> CovarianceRoot:
    r"""Sandwich of the observed information and the outer products of the scores.

    Parameters
    ----------
    fit : Fit
        The fit.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Source
        The rows.
    corrected : bool, default False
        Whether to multiply by ``n / (n - k)``, k columns of the mean.
    power : {0, 0.5, 1}, default 0
        Residuals of the mean are divided by one minus the leverage of the row to this
        power; the variance must be constant.

    Returns
    -------
    CovarianceRoot
        HC0; HC1 corrected; HC2 and HC3 with powers of 1/2 and 1.

    Raises
    ------
    LeverageError
        If a row has leverage 1 and `power` is not zero.

    Notes
    -----
    White (1982) [1]_; the variants are those of MacKinnon and White (1985) [2]_. With a
    `power`, the scores of the mean are :math:`x_i e_i / \sigma_i^2 (1 - h_i)^{power}`;
    that of the variance has no leverage correction.

    References
    ----------
    .. [1] H. White, "Maximum Likelihood Estimation of Misspecified Models",
       Econometrica 50 (1982) 1-25. doi:10.2307/1912526
    .. [2] J. G. MacKinnon and H. White, "Some heteroskedasticity-consistent covariance
       matrix estimators with improved finite sample properties", Journal of Econometrics
       29 (1985) 305-325. doi:10.1016/0304-4076(85)90158-7
    """
    meat = source.total(partial(score_products, fit.params, root, power), len(root))
    factor = degrees_factor(fit, source) if corrected else 1.0
    return between(root, factor * meat)


def clustered(
    fit: Fit,
    root: Array,
    source: Memory,
    *,
    groups: tuple[Codes, ...],
    corrections: tuple[str, ...] = ("groups", "degrees"),
) -> CovarianceRoot:
    """Sandwich with the scores of each cluster added up first.

    Parameters
    ----------
    fit : Fit
        The fit.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Memory
        The rows.
    groups : tuple of one or two ndarrays of int, shape (n,)
        Number of each row's cluster, from 0 and at least two; with two ways of
        clustering, in both.
    corrections : tuple of {"groups", "degrees"}
        Factors: ``G / (G - 1)`` and ``(n - 1) / (n - k)``, k columns of the mean.

    Returns
    -------
    CovarianceRoot
        Covariance; two ways as the sum of both less that of their intersections.

    References
    ----------
    .. [1] K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized
       linear models", Biometrika 73 (1986) 13-22. doi:10.1093/biomet/73.1.13
    .. [2] A. C. Cameron, J. B. Gelbach and D. L. Miller, "Robust Inference With Multiway
       Clustering", Journal of Business & Economic Statistics 29 (2011) 238-249.
       doi:10.1198/jbes.2010.07136
    """
    meat = clustered_products(
        scores(fit.params, root, source), groups, corrected="groups" in corrections
    )
    if "degrees" in corrections:
        meat *= (fit.nobs - 1.0) / fit.nobs * degrees_factor(fit, source)
    return between(root, meat)


def clustered_products(
    rows: Array, groups: tuple[Codes, ...], *, corrected: bool = False
) -> Array:
    """Sum of the outer products of the scores of clusters.

    Parameters
    ----------
    rows : ndarray, shape (n, k)
        Scores of the rows, weighted.
    groups : tuple of one or two ndarrays of int, shape (n,)
        Number of each row's cluster, from 0; with two ways of clustering, in both.
    corrected : bool, default False
        Whether to multiply by ``G / (G - 1)``, which needs two clusters at least.

    Returns
    -------
    ndarray, shape (k, k)
        Two ways as the sum of both less that of their intersections.
    """
    if len(groups) == 2:
        pairs = groups[0] * (groups[1].max() + 1) + groups[1]
        both = np.unique(pairs, return_inverse=True)[1]
        ways = [(1.0, groups[0]), (1.0, groups[1]), (-1.0, both)]
    else:
        ways = [(1.0, groups[0])]
    total = np.zeros((rows.shape[1], rows.shape[1]))
    for sign, codes in ways:
        count = int(codes.max()) + 1
        sums = np.column_stack([np.bincount(codes, part, count) for part in rows.T])
        factor = count / (count - 1.0) if corrected else 1.0
        total += sign * factor * (sums.T @ sums)
    return total


def autocorrelated(
    fit: Fit,
    root: Array,
    source: Memory,
    *,
    weights: Array,
    order: Codes | None = None,
    starts: Codes | None = None,
    corrections: tuple[str, ...] = (),
) -> CovarianceRoot:
    r"""Sandwich with products of the scores of rows that follow each other.

    Parameters
    ----------
    fit : Fit
        The fit.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Memory
        The rows.
    weights : ndarray, shape (lags + 1,)
        Kernel: the weight of each lag, 1 for lag 0.
    order : ndarray of int, shape (n,), optional
        The rows in order of time, series after series; as they are by default.
    starts : ndarray of int, optional
        Where in that order each series starts; one series by default.
    corrections : tuple of {"n", "groups", "degrees"}
        Factors: ``n / (n - k)``; ``G / (G - 1)`` and ``(n - 1) / (n - k)`` with G series.

    Returns
    -------
    CovarianceRoot
        Covariance.

    Notes
    -----
    The middle is :math:`\sum_l w_l \sum_t (s_t s_{t-l}' + s_{t-l} s_t')`, lag 0 once, of
    the scores :math:`s_t` of each series (Newey and West 1987) [1]_.

    References
    ----------
    .. [1] W. K. Newey and K. D. West, "A Simple, Positive Semi-Definite,
       Heteroskedasticity and Autocorrelation Consistent Covariance Matrix",
       Econometrica 55 (1987) 703-708. doi:10.2307/1913610
    """
    rows = scores(fit.params, root, source)
    if order is not None:
        rows = rows[order]
    first = np.zeros(1, dtype=np.intp) if starts is None else starts
    meat = weights[0] * (rows.T @ rows)
    for begin, end in pairwise([*first, len(rows)]):
        one = rows[begin:end]
        for lag in range(1, min(len(weights), len(one))):
            product = one[lag:].T @ one[:-lag]
            meat += weights[lag] * (product + product.T)
    if "groups" in corrections:
        meat *= len(first) / (len(first) - 1.0)
    if "degrees" in corrections:
        meat *= (fit.nobs - 1.0) / fit.nobs * degrees_factor(fit, source)
    if "n" in corrections:
        meat *= degrees_factor(fit, source)
    return between(root, meat)


def scores(params: Array, root: Array, source: Memory) -> Array:
    """Weighted scores of all rows, times the root of the information.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    source : Source
        The rows.

    Returns
    -------
    ndarray, shape (n, k)
        Rows of sums that vanish at the maximum.
    """
    parts = []
    for block in source.blocks(len(root)):
        part = _scores(params, root, 0.0, block)
        if block.freq_weights is not None:
            part *= block.freq_weights[:, None]
        parts.append(part)
    return np.concatenate(parts)


def score_products(params: Array, root: Array, power: float, block: RowBlock) -> Array:
    """Sum of the outer products of the scores of a block, in the root's coordinates.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    power : float
        Power of one minus the leverage that the residuals are divided by.
    block : RowBlock
        The rows.

    Returns
    -------
    ndarray, shape (k, k)
        Sum over the rows, each as often as its frequency weight says.
    """
    rows = _scores(params, root, power, block)
    if block.freq_weights is not None:
        rows *= np.sqrt(block.freq_weights)[:, None]
    return rows.T @ rows


def degrees_factor(fit: Fit, source: Source) -> float:
    """The factor ``n / (n - k)``, k columns of the mean, less those that are restricted.

    Parameters
    ----------
    fit : Fit
        The fit.
    source : Source
        The rows.

    Returns
    -------
    float
        Above 1.

    Raises
    ------
    FitError
        If the frequency weights add up to k or less.
    """
    columns = source.prototype.exog.shape[1]
    if fit.restricted is not None:
        columns = fit.restricted.mean_directions
    degrees = fit.nobs - columns
    if degrees <= 0:
        raise FitError(
            f"the factor n/(n - k) needs more observations than columns of the mean; the "
            f"frequency weights add up to {fit.nobs:g}."
        )
    return float(fit.nobs / degrees)


def _scores(params: Array, root: Array, power: float, block: RowBlock) -> Array:
    k_mean = block.exog.shape[1]
    _, log_variance = predictors = block.predictors(params)
    mean, scale = block.terms(*predictors).score_factor
    rows = block.exog @ root[:k_mean]
    if power:
        # With constant variance the root's rows of the mean are those of (X'WX)^-1.
        remainder = 1.0 - np.exp(-log_variance) * (rows * rows).sum(axis=1)
        if remainder.min() < _SMALLEST_REMAINDER:
            raise LeverageError("a row has leverage 1.")
        mean = mean / remainder**power
    rows *= mean[:, None]
    rows += block.exog_scale @ root[k_mean:] * scale[:, None]
    return rows
