"""P-values of rows as outliers."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sm_gaussmle.inference.leverage import Leverages
from sm_gaussmle.likelihood.terms import Array


def outlier_pvalues(resid: Array, leverages: Leverages, *, constant_variance: bool) -> Array:
    r"""P-values of externally studentised residuals, not corrected for their number.

    Parameters
    ----------
    resid : ndarray, shape (n,)
        Externally studentised residuals.
    leverages : Leverages
        Of the fit.
    constant_variance : bool
        Whether `resid` are over the unbiased variance of OLS.

    Returns
    -------
    ndarray, shape (n,)
        Two-sided p-values; NaN where the residual is.

    Notes
    -----
    With constant variance the residual has a t distribution with n - k - 1 degrees of
    freedom. With a scale equation it is over the estimated variance of the row, whose
    logarithm has the variance :math:`2 / \nu_i` with :math:`\nu_i = (1 - h^s_i) / h^s_i`
    from the other rows: that of the logarithm of a chi-squared variable over its
    :math:`\nu_i` degrees of freedom, to first order. So :math:`\nu_i` stands for the n - 1
    that it is with constant variance, and the residual times
    :math:`\sqrt{(\nu_i - k) / \nu_i}` is taken for t with :math:`\nu_i - k` degrees of
    freedom (at least one), which is exact there.
    """
    k_mean = len(leverages.factor)
    if constant_variance:
        df = leverages.nobs - k_mean - 1.0
        return np.asarray(2.0 * stats.t.sf(np.abs(resid), df if df > 0.0 else np.nan))
    over_others = leverages.log_variance / leverages.remaining_log_variance
    kept = np.maximum(1.0 - k_mean * over_others, over_others)
    with np.errstate(divide="ignore"):  # a known variance: the normal distribution
        spare = kept / over_others
    return np.asarray(2.0 * stats.t.sf(np.abs(resid) * np.sqrt(kept), spare))
