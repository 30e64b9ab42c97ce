"""Residuals of responses that need not be seen exactly."""

from __future__ import annotations

import numpy as np
from scipy import special

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.quantiles import truncated_quantile
from sm_gaussmle.likelihood.terms import Array


def generalized_residuals(params: Array, rows: RowBlock) -> tuple[Array, Array]:
    r"""What is expected of the standardised residuals, from what is seen of each response.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Coefficients of the mean, then of the log variance.
    rows : RowBlock
        The rows.

    Returns
    -------
    tuple of two ndarrays, each of shape (n,)
        Of the mean and of the log variance.

    Notes
    -----
    With :math:`u = (y^* - \mu) / \sigma` of the latent response :math:`y^*`,

    .. math:: E[u \mid \text{seen}] - E[u \mid \text{in the sample}], \qquad
              E[u^2 \mid \text{seen}] - E[u^2 \mid \text{in the sample}],

    which are the derivatives of the row's log-likelihood in the two linear predictors,
    times :math:`\sigma` and 2 (Gourieroux et al. 1987 [1]_). In a sample that is not
    truncated, the second expectations are 0 and 1.

    References
    ----------
    .. [1] C. Gourieroux, A. Monfort, E. Renault and A. Trognon, "Generalised Residuals",
       Journal of Econometrics 34 (1987) 5-32. doi:10.1016/0304-4076(87)90065-0
    """
    mean, log_variance = rows.predictors(params)
    of_mean, of_scale = rows.terms(mean, log_variance).score_factor
    return of_mean * np.exp(0.5 * log_variance), 2.0 * of_scale


def quantile_residuals(params: Array, rows: RowBlock, uniform: Array) -> Array:
    r"""Residuals that are standard normal where the model is true.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Coefficients of the mean, then of the log variance.
    rows : RowBlock
        The rows.
    uniform : ndarray, shape (n,)
        Random numbers between 0 and 1; those of responses that are not exact are used.

    Returns
    -------
    ndarray, shape (n,)
        Finite, however far a row is from its mean; where a response is equal to its limit of
        truncation, about -37 or 37.

    Notes
    -----
    :math:`\Phi^{-1}(F_i(y_i))` with :math:`F_i` the distribution of the response in the
    sample. Of a response that is only known to lie between bounds, a value is drawn from
    the distribution between them, as Dunn and Smyth (1996) [1]_ do at the jumps of
    :math:`F_i`. The smaller of both tail probabilities is inverted, by its logarithm.

    References
    ----------
    .. [1] P. K. Dunn and G. K. Smyth, "Randomized Quantile Residuals", Journal of
       Computational and Graphical Statistics 5 (1996) 236-244.
       doi:10.1080/10618600.1996.10474708
    """
    mean, log_variance = rows.predictors(params)
    endog, bounds = rows.endog, rows.bounds
    if bounds is not None:
        endog = _drawn(endog, bounds, mean, log_variance, uniform)
    if bounds is None or not bounds.truncated:
        return np.asarray((endog - mean) * np.exp(-0.5 * log_variance))
    first, last = bounds.sample_limits
    whole = interval(first, last, mean, log_variance).loglike
    below = interval(first, endog, mean, log_variance).loglike - whole
    above = interval(endog, last, mean, log_variance).loglike - whole
    residual = special.ndtri_exp(np.minimum(np.minimum(below, above), 0.0))
    return np.asarray(np.where(below < above, residual, -residual))


def _drawn(
    endog: Array, bounds: Bounds, mean: Array, log_variance: Array, uniform: Array
) -> Array:
    """Exact responses, and others drawn from what is known of them."""
    rows = np.flatnonzero(~bounds.exact)
    endog = endog.copy()
    endog[rows] = truncated_quantile(
        uniform[rows], bounds.lower[rows], bounds.upper[rows], mean[rows], log_variance[rows]
    ).value
    return endog
