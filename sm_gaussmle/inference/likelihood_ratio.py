"""The likelihood-ratio statistic, and its distribution in samples large and small."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from sm_gaussmle.estimation.constant import find_constant
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory

# Sums of n terms are right to n times the rounding of the largest.
_ROUNDING = 1e-10


class LowerMaximumError(ValueError):
    """The likelihood of the larger model is below that of the smaller one."""


class FTest(NamedTuple):
    """An F test of linear restrictions on the mean.

    Attributes
    ----------
    statistic : float
        The F statistic.
    pvalue : float
        Its p-value.
    df_num, df_denom : float
        Number of restrictions, and observations less columns of the larger mean.
    """

    statistic: float
    pvalue: float
    df_num: float
    df_denom: float


def ratio_statistic(loglike_null: float, loglike: float, nobs: float) -> float:
    """Twice the difference of two maximised log-likelihoods.

    Parameters
    ----------
    loglike_null, loglike : float
        Of the smaller and of the larger model.
    nobs : float
        Number of observations, for the size of rounding errors.

    Returns
    -------
    float
        Zero where rounding makes it negative.

    Raises
    ------
    LowerMaximumError
        If the larger model has the lower likelihood: it has the smaller one as a special
        case, and is not at its maximum.
    """
    statistic = 2.0 * (loglike - loglike_null)
    if statistic < -_ROUNDING * max(abs(loglike), nobs):
        raise LowerMaximumError
    return max(statistic, 0.0)


def f_test(null: RowBlock, alternative: RowBlock) -> FTest:
    r"""F test of one mean equation within another, of constant variance both.

    Parameters
    ----------
    null, alternative : RowBlock
        The rows with the columns of the smaller and of the larger model.

    Returns
    -------
    FTest
        Exact at any number of observations where errors are normal.

    Notes
    -----
    With residual sums of squares :math:`R_0, R`, the likelihood ratio is
    :math:`n \log(R_0/R) = n \log(1 + \frac{q}{n-p} F)`, an increasing function of
    :math:`F`, so that the p-value of one is that of the other.
    """
    solutions = [
        least_squares(Memory(rows), find_constant(rows.exog)) for rows in (null, alternative)
    ]
    # Where known variances differ by a factor, that is a matter of the unit of sigma.
    rss_null, rss = (
        float(each.rss) * np.exp(each.log_variance_offset / each.nobs) for each in solutions
    )
    p = alternative.exog.shape[1]
    q, left = float(p - null.exog.shape[1]), solutions[1].nobs - p
    statistic = float(max(rss_null - rss, 0.0) / q / (rss / left))
    return FTest(statistic, float(stats.f.sf(statistic, q, left)), q, left)


def bartlett_factor(nobs: float, columns: int, restrictions: int) -> float:
    r"""What brings the mean of the likelihood ratio near its degrees of freedom.

    Parameters
    ----------
    nobs : float
        Number of observations.
    columns : int
        Columns of the mean of the larger model, whose variance is constant.
    restrictions : int
        How many of them the smaller model has less.

    Returns
    -------
    float
        :math:`(n - p - 1 + q/2)/n`, below 1, by which to multiply the statistic.

    References
    ----------
    .. [1] M. S. Bartlett, "Properties of sufficiency and statistical tests",
       Proceedings of the Royal Society A 160 (1937) 268-282. doi:10.1098/rspa.1937.0109
    .. [2] G. E. P. Box, "A General Distribution Theory for a Class of Likelihood
       Criteria", Biometrika 36 (1949) 317-346. doi:10.1093/biomet/36.3-4.317
    """
    return (nobs - columns - 1.0 + 0.5 * restrictions) / nobs
