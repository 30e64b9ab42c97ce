"""Which of the four terms each response contributes to the log-likelihood.

A response that is seen exactly contributes its density; one that is only known to lie
between bounds the probability of that; and a row of a truncated sample is divided by the
probability of being in it, which is the term of an interval again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.terms import Array, Terms, above, below, point


def row_terms(endog: Array, bounds: Bounds | None, mean: Array, log_variance: Array) -> Terms:
    """Log-likelihood of each row with its derivatives.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses; those that are exact are used.
    bounds : Bounds or None
        What is known of each; None where all are exact and none is truncated.
    mean, log_variance : ndarray, shape (n,)
        Linear predictors.

    Returns
    -------
    Terms
        One entry per row.
    """
    if bounds is None:
        return point(endog, mean, log_variance)
    found = np.empty((6, len(mean)))
    open_left, open_right = np.isneginf(bounds.lower), np.isposinf(bounds.upper)
    exact = bounds.exact
    closed = ~(open_left | open_right | exact)

    def put(rows: NDArray[np.bool_], terms: Terms) -> None:
        values = (terms.loglike, *terms.score_factor, *terms.hessian_factor)
        for place, value in zip(found, values, strict=True):
            place[rows] = value

    for rows, term, ends in (
        (exact, point, (endog,)),
        (open_left, below, (bounds.upper,)),
        (open_right & ~open_left, above, (bounds.lower,)),
        (closed, interval, (bounds.lower, bounds.upper)),
    ):
        if rows.any():
            which = slice(None) if rows.all() else rows
            extra = {"width": bounds.width[which]} if term is interval else {}
            ends_there = (end[which] for end in ends)
            put(rows, term(*ends_there, mean[which], log_variance[which], **extra))
    if bounds.truncated:
        seen = _probability_of_sample(bounds, mean, log_variance)
        found -= np.stack([seen.loglike, *seen.score_factor, *seen.hessian_factor])
    return Terms(found[0], (found[1], found[2]), (found[3], found[4], found[5]))


def _probability_of_sample(bounds: Bounds, mean: Array, log_variance: Array) -> Terms:
    left, right = bounds.trunc_left, bounds.trunc_right
    if right is None:
        return above(left, mean, log_variance)
    if left is None:
        return below(right, mean, log_variance)
    return interval(left, right, mean, log_variance)


def expected_hessian_factor(
    bounds: Bounds | None, mean: Array, log_variance: Array
) -> tuple[Array, Array, Array]:
    """Expectation of the Hessian factors of each row when the model is true.

    Parameters
    ----------
    bounds : Bounds or None
        Limits of each row; None where all responses are exact.
    mean, log_variance : ndarray, shape (n,)
        Linear predictors.

    Returns
    -------
    tuple of three ndarrays, each of shape (n,)
        Mean twice, mean and log variance, log variance twice. For exact responses they are
        ``-exp(-log_variance)``, 0 and -1/2.

    Raises
    ------
    ValueError
        If it is not known between which limits other responses would have been seen.
    """
    if bounds is None:
        return (
            -np.exp(-log_variance),
            np.zeros_like(mean),
            np.full_like(log_variance, -0.5),
        )
    raise ValueError
