"""The likelihood-ratio statistic, and its distribution in samples large and small."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from sm_gaussmle.estimation.constant import find_constant
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import LOG_2PI
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


class MeanFit(NamedTuple):
    """A fit of a mean with constant variance, up to known factors.

    Attributes
    ----------
    rss : float
        Weighted residual sum of squares, the known variances of geometric mean 1.
    nobs : float
        Number of observations.
    columns : int
        Columns of the mean.
    """

    rss: float
    nobs: float
    columns: int

    @classmethod
    def of_rows(cls, rows: RowBlock) -> MeanFit:
        """Fit rows of constant variance.

        Parameters
        ----------
        rows : RowBlock
            The rows.

        Returns
        -------
        MeanFit
            By least squares.
        """
        found = least_squares(Memory(rows), find_constant(rows.exog))
        # Where known variances differ by a factor, that is a matter of the unit of sigma.
        rss = float(found.rss) * np.exp(found.log_variance_offset / found.nobs)
        return cls(rss, found.nobs, rows.exog.shape[1])

    @classmethod
    def of_likelihood(cls, loglike: float, nobs: float, columns: int) -> MeanFit:
        """The same of a fit whose rows are not looked at again.

        Parameters
        ----------
        loglike : float
            Maximised log-likelihood, of constant variance.
        nobs : float
            Number of observations.
        columns : int
            Columns of the mean.

        Returns
        -------
        MeanFit
            The log-likelihood is ``-n/2 (log(2 pi rss/n) + 1)``.
        """
        return cls(nobs * float(np.exp(-2.0 * loglike / nobs - LOG_2PI - 1.0)), nobs, columns)


def f_test(null: MeanFit, alternative: MeanFit) -> FTest:
    r"""F test of one mean equation within another, of constant variance both.

    Parameters
    ----------
    null, alternative : MeanFit
        Fits of the smaller and of the larger model.

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
    p = alternative.columns
    q, left = float(p - null.columns), alternative.nobs - p
    statistic = float(max(null.rss - alternative.rss, 0.0) / q / (alternative.rss / left))
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
