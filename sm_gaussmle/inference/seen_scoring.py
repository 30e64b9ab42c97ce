"""How well forecasts foretold responses that are censored or in a truncated sample.

The scores are those of `scoring`, of the distribution of the responses as they are seen: it
has masses at the limits of censoring, and lies between those of truncation.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sm_gaussmle.inference.scoring import MeanScores, normal_quantile, weighted_mean
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.observation import row_terms
from sm_gaussmle.likelihood.seen_responses import Limits, seen_quantile
from sm_gaussmle.likelihood.terms import Array

# Of a smooth distribution function over up to 16 standard deviations; see the tests.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
# Squares of probabilities below this are no part of a CRPS that can be seen.
_NEGLIGIBLE = 2.0**-53


def seen_log_score(endog: Array, limits: Limits, mean: Array, log_variance: Array) -> Array:
    """Minus the log density of each response, or log probability where it is censored.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses; at or beyond a limit of censoring they are censored.
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances of the forecasts.

    Returns
    -------
    ndarray, shape (n,)
        In nats: minus the contributions to the log-likelihood.
    """
    columns = (
        np.broadcast_to(values, endog.shape) if np.isfinite(values).any() else None
        for values in (limits.left, limits.right, limits.trunc_left, limits.trunc_right)
    )
    return -row_terms(endog, Bounds.censored(endog, *columns), mean, log_variance).loglike


def seen_crps(endog: Array, limits: Limits, mean: Array, log_variance: Array) -> Array:
    r"""Continuous ranked probability score of each response as it is seen.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses.
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances of the forecasts.

    Returns
    -------
    ndarray, shape (n,)
        In the units of the response.

    Notes
    -----
    For standardised limits `a` and `b` of censoring and responses `z`,

    .. math:: \int \{F(x) - 1(x \ge y)\}^2 dx = \sigma [G(z) - G(a) + G(-z) - G(-b)],
              \qquad G(z) = z \Phi(z)^2 + 2 \phi(z) \Phi(z) - \Phi(\sqrt 2 z) / \sqrt\pi,

    since `G` is the integral of :math:`\Phi^2`. With truncation the same integrals are
    taken by Gauss-Legendre quadrature: the closed form (Jordan, Krüger and Lerch 2019 [1]_)
    is a difference over the squared probability of being in the sample.

    References
    ----------
    .. [1] A. Jordan, F. Krüger and S. Lerch, "Evaluating Probabilistic Forecasts with
       scoringRules", Journal of Statistical Software 90 (2019), no. 12.
       doi:10.18637/jss.v090.i12
    """
    seen = np.clip(endog, limits.left, limits.right)
    if limits.truncated:
        return _crps_by_quadrature(seen, limits, mean, log_variance)
    sigma = np.exp(0.5 * log_variance)
    z, a, b = ((values - mean) / sigma for values in (seen, limits.left, limits.right))
    below, above = (_square_integral(end) for end in (z, -z))
    return np.asarray(sigma * (below - _square_integral(a) + above - _square_integral(-b)))


def seen_mean_scores(
    endog: Array,
    limits: Limits,
    mean: Array,
    log_variance: Array,
    *,
    weights: Array | None = None,
    alpha: float = 0.05,
) -> MeanScores:
    """Weighted means of all scores.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses, between the limits of truncation.
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances of the forecasts.
    weights : ndarray, shape (n,), optional
        How often each row counts; once by default.
    alpha : float, default 0.05
        One minus the probability of the interval, which is between the quantiles of the
        response as it is seen.

    Returns
    -------
    MeanScores
        Log score, CRPS, coverage and width of the interval.

    Raises
    ------
    ValueError
        If a weight is negative or `alpha` is not between 0 and 1.
    """
    normal_quantile(alpha)  # which refuses it
    row = limits, mean, log_variance
    lower, upper = (seen_quantile(p, *row).value for p in (0.5 * alpha, 1.0 - 0.5 * alpha))
    seen = np.clip(endog, limits.left, limits.right)
    covered = (lower <= seen) & (seen <= upper)
    scores = seen_log_score(endog, *row), seen_crps(endog, *row), covered, upper - lower
    return MeanScores(*(weighted_mean(score, weights) for score in scores))


def _square_integral(z: Array) -> Array:
    """Integral of the squared normal distribution function up to `z`."""
    finite = np.maximum(z, -40.0)  # beyond which all underflows
    probability = special.ndtr(finite)
    density = np.exp(-0.5 * np.minimum(finite, 40.0) ** 2) / np.sqrt(2.0 * np.pi)
    root = special.ndtr(np.sqrt(2.0) * finite) / np.sqrt(np.pi)
    return np.asarray(probability * (finite * probability + 2.0 * density) - root)


def _crps_by_quadrature(seen: Array, limits: Limits, mean: Array, log_variance: Array) -> Array:
    row = limits, mean, log_variance
    first, last = (seen_quantile(p, *row).value for p in (_NEGLIGIBLE, 1.0 - _NEGLIGIBLE))
    middle = np.clip(seen, first, last)
    sample = limits.trunc_left, limits.trunc_right
    whole = interval(*sample, mean, log_variance).loglike
    total = np.abs(seen - middle)
    for low, high, below in ((first, middle, True), (middle, last, False)):
        centre, half = 0.5 * (low + high), 0.5 * (high - low)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            x = centre + half * node
            lower, upper = (sample[0], x) if below else (x, sample[1])
            share = _squared_share(lower, upper, mean, log_variance, whole)
            total += weight * half * share
    return total


def _squared_share(
    lower: Array | float, upper: Array | float, mean: Array, log_variance: Array, whole: Array
) -> Array:
    """Squared probability of a part of the sample; of none where the part is a point."""
    exists = np.less(lower, upper)
    part = interval(
        np.where(exists, lower, -np.inf), np.where(exists, upper, np.inf), mean, log_variance
    )
    return np.where(exists, np.exp(2.0 * (part.loglike - whole)), 0.0)
