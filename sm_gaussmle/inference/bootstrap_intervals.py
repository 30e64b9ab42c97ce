"""Confidence intervals from replicates of a statistic.

Quantiles are interpolated linearly between order statistics, as NumPy and SciPy do.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from sm_gaussmle.likelihood.terms import Array


def percentile_interval(replicates: Array, alpha: float) -> Array:
    """Quantiles of the replicates.

    Parameters
    ----------
    replicates : ndarray, shape (m, p)
        Statistics of the replicates.
    alpha : float
        One less the confidence.

    Returns
    -------
    ndarray, shape (p, 2)
        Ends.
    """
    return np.quantile(replicates, [0.5 * alpha, 1.0 - 0.5 * alpha], axis=0).T


def basic_interval(replicates: Array, estimate: Array, alpha: float) -> Array:
    """Percentile interval, reflected in the estimate.

    Parameters
    ----------
    replicates : ndarray, shape (m, p)
        Statistics of the replicates.
    estimate : ndarray, shape (p,)
        Statistics of the sample.
    alpha : float
        One less the confidence.

    Returns
    -------
    ndarray, shape (p, 2)
        Ends: replicates are to the estimate as that is to the true value.
    """
    return 2.0 * estimate[:, None] - percentile_interval(replicates, alpha)[:, ::-1]


def normal_interval(replicates: Array, estimate: Array, alpha: float) -> Array:
    """Interval of the normal distribution with the bias and deviation of the replicates.

    Parameters
    ----------
    replicates : ndarray, shape (m, p)
        Statistics of the replicates.
    estimate : ndarray, shape (p,)
        Statistics of the sample.
    alpha : float
        One less the confidence.

    Returns
    -------
    ndarray, shape (p, 2)
        Ends, around the estimate less its bias.
    """
    centre = 2.0 * estimate - replicates.mean(axis=0)
    half = stats.norm.isf(0.5 * alpha) * replicates.std(axis=0, ddof=1)
    return np.column_stack([centre - half, centre + half])


def studentized_interval(
    replicates: Array, replicates_bse: Array, estimate: Array, bse: Array, alpha: float
) -> Array:
    """Interval from the quantiles of t values, also called bootstrap-t.

    Parameters
    ----------
    replicates, replicates_bse : ndarray, shape (m, p)
        Statistics of the replicates with their standard errors.
    estimate, bse : ndarray, shape (p,)
        Statistics of the sample with their standard errors.
    alpha : float
        One less the confidence.

    Returns
    -------
    ndarray, shape (p, 2)
        Ends.
    """
    quantiles = percentile_interval((replicates - estimate) / replicates_bse, alpha)
    return estimate[:, None] - bse[:, None] * quantiles[:, ::-1]


def bca_interval(
    replicates: Array, estimate: Array, acceleration: Array, alpha: float
) -> Array:
    r"""Percentile interval corrected for bias and for a standard error that changes.

    Parameters
    ----------
    replicates : ndarray, shape (m, p)
        Statistics of the replicates.
    estimate : ndarray, shape (p,)
        Statistics of the sample.
    acceleration : ndarray, shape (p,)
        From `jackknife_acceleration`.
    alpha : float
        One less the confidence.

    Returns
    -------
    ndarray, shape (p, 2)
        Ends; NaN where all replicates lie on one side of the estimate, or the acceleration
        is so large that the correction has no end.

    Notes
    -----
    Efron (1987) [1]_: the quantiles at

    .. math:: \Phi\Bigl(z_0 + \frac{z_0 + z}{1 - a (z_0 + z)}\Bigr), \qquad
              z = \Phi^{-1}(\alpha/2), \Phi^{-1}(1 - \alpha/2),

    where :math:`\Phi(z_0)` is the share of replicates below the estimate.

    References
    ----------
    .. [1] B. Efron, "Better Bootstrap Confidence Intervals", Journal of the American
       Statistical Association 82 (1987) 171-185. doi:10.1080/01621459.1987.10478410
    """
    below = 0.5 * ((replicates < estimate).mean(axis=0) + (replicates <= estimate).mean(axis=0))
    bias = np.where((below > 0) & (below < 1), stats.norm.ppf(below), np.nan)
    ends = np.full((len(estimate), 2), np.nan)
    for place, side in enumerate((0.5 * alpha, 1.0 - 0.5 * alpha)):
        z = stats.norm.ppf(side)
        shifted = bias + z
        slope = 1.0 - acceleration * shifted
        # Beyond a slope of zero the levels of the two ends change places.
        sound = slope > 0  # and not NaN
        levels = stats.norm.cdf(bias[sound] + shifted[sound] / slope[sound])
        for column, level in zip(np.flatnonzero(sound), levels, strict=True):
            ends[column, place] = np.quantile(replicates[:, column], level)
    return ends


def jackknife_acceleration(deleted: Array, copies: Array | None = None) -> Array:
    r"""Rate at which the standard error changes with the statistic, from the jackknife.

    Parameters
    ----------
    deleted : ndarray, shape (m, p)
        Statistics without each of the rows or groups.
    copies : ndarray, shape (m,), or None
        How many rows each line stands for.

    Returns
    -------
    ndarray, shape (p,)
        :math:`\sum L^3 / (6 (\sum L^2)^{3/2})` with the deviations :math:`L` of the
        statistics from above their mean; NaN where one of them is.
    """
    weights = np.ones(len(deleted)) if copies is None else copies
    # A statistic may be constant, or infinite without a row.
    with np.errstate(invalid="ignore", divide="ignore"):
        influence = weights @ deleted / weights.sum() - deleted
        unit = influence / np.sqrt(weights @ influence**2)
        return np.asarray((weights @ unit**3) / 6.0)
