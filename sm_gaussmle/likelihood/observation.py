"""Which of the four terms each response contributes to the log-likelihood.

A response that is seen exactly contributes its density; one that is only known to lie
between bounds the probability of that; and a row of a truncated sample is divided by the
probability of being in it, which is the term of an interval again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sm_gaussmle.likelihood import expected_information
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.interval_terms import numbers, open_or_closed
from sm_gaussmle.likelihood.quantiles import truncated_quantile
from sm_gaussmle.likelihood.row_groups import Rows, in_blocks, in_groups
from sm_gaussmle.likelihood.terms import Array, Terms, point
from sm_gaussmle.likelihood.truncated_terms import by_limits

_Group = tuple[NDArray[np.bool_], Rows, tuple[Array, ...]]


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
    exact, predictors = bounds.exact, (mean, log_variance)
    between = (bounds.lower, bounds.upper, *predictors, bounds.width)
    seen: _Group = (exact, _point, (endog, *predictors))
    others: _Group = (~exact, _between, between)
    if bounds.truncated:
        limits = [np.broadcast_to(limit, endog.shape) for limit in bounds.sample_limits]
        seen = (exact, _truncated, (endog, *limits, *predictors))
        others = (~exact, _within_sample, (*limits, *between))
    found = in_groups(6, seen, others)
    return Terms(found[0], (found[1], found[2]), (found[3], found[4], found[5]))


def _point(*row: Array) -> Sequence[Array]:
    return numbers(point(*row))


# What `interval` and `truncated_point` make of whole columns.
_between, _truncated = partial(in_blocks, 6, open_or_closed), partial(in_blocks, 6, by_limits)


def _within_sample(trunc_left: Array, trunc_right: Array, *between: Array) -> list[Array]:
    """Numbers of the terms of intervals, given that the response is in the sample."""
    _, _, mean, log_variance, _ = between
    sample = _between(trunc_left, trunc_right, mean, log_variance)
    return [mine - its for mine, its in zip(_between(*between), sample, strict=True)]


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
    UnknownLimitsError
        If it is not known between which limits other responses would have been seen.
    """
    if bounds is None:
        return -np.exp(-log_variance), np.zeros_like(mean), np.full_like(log_variance, -0.5)
    left, right = bounds.censoring_limits
    trunc_left, trunc_right = bounds.sample_limits
    return expected_information.expected_hessian_factor(
        mean,
        log_variance,
        left=left,
        right=right,
        trunc_left=trunc_left,
        trunc_right=trunc_right,
    )


def drawn(
    bounds: Bounds | None, mean: Array, log_variance: Array, normal: Array
) -> tuple[Array, Bounds | None]:
    """Responses drawn from the model, as they would have been seen.

    Parameters
    ----------
    bounds : Bounds or None
        Limits of each row; None where all responses are exact.
    mean, log_variance : ndarray, shape (n,)
        Linear predictors.
    normal : ndarray, shape (n,)
        Standard normal random numbers.

    Returns
    -------
    endog : ndarray, shape (n,)
        Responses; censored ones at their limit.
    bounds : Bounds or None
        What is known of them.

    Raises
    ------
    UnknownLimitsError
        If it is not known between which limits other responses would have been seen.
    """
    if bounds is None:
        return mean + np.exp(0.5 * log_variance) * normal, None
    left, right = bounds.censoring_limits
    if bounds.truncated:
        limits = bounds.sample_limits
        endog = truncated_quantile(ndtr(normal), *limits, mean, log_variance).value
    else:
        endog = mean + np.exp(0.5 * log_variance) * normal
    endog = np.clip(endog, left, right)
    return endog, Bounds.censored(
        endog, bounds.left, bounds.right, bounds.trunc_left, bounds.trunc_right
    )
