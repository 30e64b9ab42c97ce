"""The term of a response that is seen exactly, in a sample without those beyond limits.

It is that of `point` less that of `interval`. Far out in a tail, where samples that look
exponential take the parameters, the two are nearly equal: what is left is a power of the
distance smaller. Here it is composed of what is left.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sm_gaussmle.likelihood.interval_terms import interval, numbers
from sm_gaussmle.likelihood.row_groups import in_blocks, in_groups
from sm_gaussmle.likelihood.standard_limits import NEVER, Array, deviations
from sm_gaussmle.likelihood.tails import Tail, upper_tail, variance_above
from sm_gaussmle.likelihood.terms import LOG_2PI, Terms, point
from sm_gaussmle.likelihood.truncated_moments import truncated_moments

# Limits are narrow up to one standard deviation: the conditional variance is a twelfth then,
# what is left of one.
COMPOSED_FROM = 1.0


def truncated_point(
    endog: Array,
    lower: Array | float,
    upper: Array | float,
    mean: Array,
    log_variance: Array,
) -> Terms:
    r"""Log density of responses given that they lie between limits.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses, between the limits.
    lower, upper : ndarray, shape (n,), or float
        Limits, `lower` below `upper`. A row with two infinite limits has the term of
        `point`, bit for bit.
    mean : ndarray, shape (n,)
        Latent means, in the units of `endog`.
    log_variance : ndarray, shape (n,)
        Logarithms of the latent variances, between -700 and 700.

    Returns
    -------
    Terms
        Log densities with their derivatives.

    Notes
    -----
    With the standardised response `z` and mean :math:`m`, mean square :math:`M_2`, variance
    :math:`V` and central moments :math:`\mu_k` of the standard normal between the limits,

    .. math:: \ell_\mu &= (z - m) e^{-\eta/2}, \qquad
              \ell_\eta = \tfrac12 (z^2 - M_2), \qquad
              \ell_{\mu\mu} = -V e^{-\eta}, \\
              \ell_{\mu\eta} &= -[z - m + \tfrac12 \mu_3 + m V] e^{-\eta/2}, \\
              \ell_{\eta\eta} &= -\tfrac12 (z^2 - M_2)
              - \tfrac14 (\mu_4 - V^2 + 4 m \mu_3 + 4 m^2 V).

    Where the mean is beyond a limit or the limits are narrow, differences of `z` are taken
    from the limit. In other coordinates these are in Orme (1989) [1]_.

    References
    ----------
    .. [1] C. Orme, "On the Uniqueness of the Maximum Likelihood Estimator in Truncated
       Regression Models", Econometric Reviews 8 (1989) 217-222.
       doi:10.1080/07474938908800171
    """
    rows = np.broadcast_arrays(endog, lower, upper, mean, log_variance)
    loglike, s_mean, s_scale, h_mean, h_mixed, h_scale = in_blocks(6, by_limits, *rows)
    return Terms(loglike, (s_mean, s_scale), (h_mean, h_mixed, h_scale))


def by_limits(
    endog: Array, lower: Array, upper: Array, mean: Array, log_variance: Array
) -> Sequence[Array] | Array:
    """Terms of rows with two limits, one or none.

    Parameters
    ----------
    endog, lower, upper, mean, log_variance : ndarray, shape (n,)
        Responses, limits, means and log variances.

    Returns
    -------
    ndarray, shape (6, n), or sequence of six ndarrays, each of shape (n,)
        The numbers of `Terms`.
    """
    no_upper = upper == np.inf
    no_lower = (lower == -np.inf) & ~no_upper
    return in_groups(
        6,
        (no_upper, cut_below, (endog, lower, mean, log_variance)),
        (no_lower, cut_above, (endog, upper, mean, log_variance)),
        (~(no_upper | no_lower), cut_twice, (endog, lower, upper, mean, log_variance)),
    )


def cut_below(
    endog: Array, lower: Array, mean: Array, log_variance: Array
) -> tuple[Array, ...]:
    """Terms of rows with a lower limit alone.

    Parameters
    ----------
    endog, lower, mean, log_variance : ndarray, shape (n,)
        Responses, limits, means and log variances.

    Returns
    -------
    tuple of six ndarrays, each of shape (n,)
        The numbers of `Terms`.
    """
    root_precision = np.exp(-0.5 * log_variance)
    a = deviations(lower, mean, root_precision)
    a, tail = np.maximum(a, -NEVER), upper_tail(a)
    with np.errstate(over="ignore", invalid="ignore"):  # of rows that are beyond the limit
        numbers = within_one_limit((endog - mean) * root_precision, a, *tail)
    beyond = np.flatnonzero(a > 0.0)
    if len(beyond):
        distance = deviations(endog[beyond], lower[beyond], root_precision[beyond])
        theirs = beyond_one_limit(distance, a[beyond], *(part[beyond] for part in tail))
        for values, corrected in zip(numbers, theirs, strict=True):
            values[beyond] = corrected
    rest, square, s_mean, s_scale, h_mean, h_mixed, h_scale = numbers
    return (
        -0.5 * (LOG_2PI + log_variance + square) + rest,
        s_mean * root_precision,
        s_scale,
        h_mean * root_precision * root_precision,
        h_mixed * root_precision,
        h_scale,
    )


def cut_above(
    endog: Array, upper: Array, mean: Array, log_variance: Array
) -> tuple[Array, ...]:
    """Terms of rows with an upper limit alone: those of the reflected rows.

    Parameters
    ----------
    endog, upper, mean, log_variance : ndarray, shape (n,)
        Responses, limits, means and log variances.

    Returns
    -------
    tuple of six ndarrays, each of shape (n,)
        The numbers of `Terms`.
    """
    loglike, s_mean, s_scale, h_mean, h_mixed, h_scale = cut_below(
        -endog, -upper, -mean, log_variance
    )
    # Two derivatives are odd in the mean.
    return loglike, -s_mean, s_scale, h_mean, -h_mixed, h_scale


def within_one_limit(
    z: Array, a: Array, log_probability: Array, hazard: Array, excess: Array
) -> tuple[Array, ...]:
    """Terms of rows with the mean above the lower limit: differences that hardly cancel.

    Parameters
    ----------
    z, a : ndarray, shape (n,)
        Responses and limits in standard deviations from the mean.
    log_probability, hazard, excess : ndarray, shape (n,)
        What lies above the limits: a `Tail`.

    Returns
    -------
    tuple of seven ndarrays, each of shape (n,)
        What the log density has beside a square, the square, and the derivatives.
    """
    square = z * z
    spread = hazard * (1.0 + a * excess)
    return (
        -log_probability,
        square,
        z - hazard,
        0.5 * (square - 1.0 - a * hazard),
        hazard * excess - 1.0,
        0.5 * spread - z,
        0.25 * a * spread - 0.5 * square,
    )


def beyond_one_limit(
    distance: Array, a: Array, log_probability: Array, hazard: Array, excess: Array
) -> tuple[Array, ...]:
    """Terms of rows with the mean below the lower limit.

    Parameters
    ----------
    distance : ndarray, shape (n,)
        Responses in standard deviations from the limit.
    a, log_probability, hazard, excess : ndarray, shape (n,)
        As for `within_one_limit`.

    Returns
    -------
    tuple of seven ndarrays, each of shape (n,)
        As for `within_one_limit`.
    """
    variance = variance_above(a, Tail(log_probability, hazard, excess))
    residual = distance - excess
    square = distance * (distance + 2.0 * a)
    return (
        np.log(hazard) + 0.5 * LOG_2PI,
        square,
        residual,
        0.5 * (square - 1.0 - a * excess),
        -variance,
        -0.5 * (residual + distance + a * variance),
        -0.5 * square + 0.25 * a * (excess - a * variance),
    )


def cut_twice(
    endog: Array, lower: Array, upper: Array, mean: Array, log_variance: Array
) -> tuple[Array, ...]:
    """Terms of rows with two limits, those with the mean above the upper one reflected.

    Parameters
    ----------
    endog, lower, upper, mean, log_variance : ndarray, shape (n,)
        Responses, limits, means and log variances.

    Returns
    -------
    tuple of six ndarrays, each of shape (n,)
        The numbers of `Terms`.
    """
    sign = np.where(mean > upper, -1.0, 1.0)
    endog, mean, lower, upper = endog * sign, mean * sign, lower * sign, upper * sign
    lower, upper = np.minimum(lower, upper), np.maximum(lower, upper)
    width = deviations(upper, lower, np.exp(-0.5 * log_variance))
    usual = (mean >= lower) & (width >= COMPOSED_FROM)
    row = (endog, lower, upper, mean, log_variance)
    terms = in_groups(6, (usual, composed, row), (~usual, beyond_or_narrow, row))
    loglike, s_mean, s_scale, h_mean, h_mixed, h_scale = terms
    return loglike, s_mean * sign, s_scale, h_mean, h_mixed * sign, h_scale


def composed(
    endog: Array, lower: Array, upper: Array, mean: Array, log_variance: Array
) -> list[Array]:
    """Terms of rows with the mean between limits that are not narrow.

    Parameters
    ----------
    endog, lower, upper, mean, log_variance : ndarray, shape (n,)
        Responses, limits, means and log variances.

    Returns
    -------
    list of six ndarrays, each of shape (n,)
        The numbers of `Terms`: differences that cancel by a digit at most.
    """
    seen = numbers(point(endog, mean, log_variance))
    sample = numbers(interval(lower, upper, mean, log_variance))
    return [exact - whole for exact, whole in zip(seen, sample, strict=True)]


def beyond_or_narrow(
    endog: Array, lower: Array, upper: Array, mean: Array, log_variance: Array
) -> tuple[Array, ...]:
    """Terms of rows with two limits that are above the mean or narrow.

    Parameters
    ----------
    endog, lower, upper, mean, log_variance : ndarray, shape (n,)
        Responses, limits, means and log variances.

    Returns
    -------
    tuple of six ndarrays, each of shape (n,)
        The numbers of `Terms`.
    """
    root_precision = np.exp(-0.5 * log_variance)
    a = deviations(lower, mean, root_precision)
    distance = deviations(endog, lower, root_precision)
    sample, variance, third, fourth, _ = truncated_moments(lower, upper, mean, log_variance)
    m = sample.mean
    residual = distance - sample.above_lower
    square = distance * (distance + 2.0 * a)
    of_squares = square - sample.square_above_lower
    variance_of_squares = fourth - variance**2 + 4.0 * m * (third + m * variance)
    return (
        np.log(sample.lower_hazard) - 0.5 * (square + log_variance),
        residual * root_precision,
        0.5 * of_squares,
        -variance * root_precision * root_precision,
        -(residual + 0.5 * third + m * variance) * root_precision,
        -0.5 * of_squares - 0.25 * variance_of_squares,
    )
