r"""Expected Hessian of censored and truncated rows.

Information is the variance of the score. A response is seen exactly or only known to be in
a cell, where its score is the mean of those of the exact responses in it. So by the law of
total variance the information is that within the exact part, plus what the parts tell by
themselves, taken in pairs:

.. math:: \pi_u \operatorname{Var}(s \mid u)
          + \sum_{j < k} \pi_j \pi_k (\bar s_j - \bar s_k)(\bar s_j - \bar s_k)'.

Nothing is subtracted, so that the matrix is positive semidefinite as computed.
"""

from __future__ import annotations

import numpy as np

from sm_gaussmle.likelihood.standard_interval import StandardInterval
from sm_gaussmle.likelihood.standard_limits import Array
from sm_gaussmle.likelihood.truncated_moments import truncated_moments


def expected_hessian_factor(
    mean: Array,
    log_variance: Array,
    *,
    left: Array | float = -np.inf,
    right: Array | float = np.inf,
    trunc_left: Array | float = -np.inf,
    trunc_right: Array | float = np.inf,
) -> tuple[Array, Array, Array]:
    r"""Expectation of the Hessian factors when the model is true.

    Parameters
    ----------
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.
    left, right : ndarray, shape (n,), or float
        Responses beyond these are only known to be there.
    trunc_left, trunc_right : ndarray, shape (n,), or float
        Responses beyond these are not in the sample.

    Returns
    -------
    tuple of three ndarrays, each of shape (n,)
        Mean twice, mean and log variance, log variance twice. With truncation and censoring
        together, to :math:`a^2` units in the last place, `a` the truncation limit nearest to
        the mean in standard deviations.

    Notes
    -----
    For censoring from one side this is the information of Amemiya (1973) [1]_, in
    other coordinates.

    References
    ----------
    .. [1] T. Amemiya, "Regression Analysis when the Dependent Variable Is Truncated Normal",
       Econometrica 41 (1973) 997-1016. doi:10.2307/1914031
    """
    first, last, left, right, mean, log_variance = np.broadcast_arrays(
        trunc_left,
        trunc_right,
        np.maximum(left, trunc_left),
        np.minimum(right, trunc_right),
        mean,
        log_variance,
    )
    seen, variance, third, fourth, _ = truncated_moments(left, right, mean, log_variance)
    whole = truncated_moments(first, last, mean, log_variance).interval.log_probability
    in_seen = np.exp(seen.log_probability - whole)
    in_left, at_left = cell(first, left, mean, log_variance, whole)
    in_right, at_right = cell(right, last, mean, log_variance, whole)
    m = seen.mean
    # Covariance matrix of z and z^2 where the response is seen.
    information = in_seen * np.array(
        [
            variance,
            third + 2.0 * m * variance,
            fourth - variance**2 + 4.0 * m * (third + m * variance),
        ]
    )
    from_left = np.array(
        [
            at_left.below_upper + seen.above_lower,
            at_left.square_below_upper + seen.square_above_lower,
        ]
    )
    to_right = np.array(
        [
            seen.below_upper + at_right.above_lower,
            seen.square_below_upper + at_right.square_above_lower,
        ]
    )
    for weight, (d_mean, d_square) in (
        (in_left * in_seen, from_left),
        (in_seen * in_right, to_right),
        (in_left * in_right, from_left + to_right),
    ):
        information += weight * np.array([d_mean * d_mean, d_mean * d_square, d_square**2])
    root_precision = np.exp(-0.5 * log_variance)
    return (
        -root_precision * root_precision * information[0],
        -0.5 * root_precision * information[1],
        -0.25 * information[2],
    )


def cell(
    lower: Array, upper: Array, mean: Array, log_variance: Array, whole: Array
) -> tuple[Array, StandardInterval]:
    """Describe the rows' responses that are only known to be in a cell.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,)
        Limits of the cell; equal ones, where there is none.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.
    whole : ndarray, shape (n,)
        Log probability of being in the sample.

    Returns
    -------
    probability : ndarray, shape (n,)
        Probability of the cell in the sample; zero where there is none.
    interval : StandardInterval
        What is in the cell; zeros where there is none.
    """
    rows = np.flatnonzero(lower < upper)
    found = truncated_moments(lower[rows], upper[rows], mean[rows], log_variance[rows]).interval
    probability, numbers = np.zeros(len(whole)), np.zeros((len(found), len(whole)))
    probability[rows] = np.exp(found.log_probability - whole[rows])
    numbers[:, rows] = found
    return probability, StandardInterval(*numbers)
