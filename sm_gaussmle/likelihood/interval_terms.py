"""The term of a response that is known to lie between two limits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.standard_interval import (
    StandardInterval,
    is_local,
    local,
    standardised,
    wide,
)
from sm_gaussmle.likelihood.tails import Array
from sm_gaussmle.likelihood.terms import Terms, above, below, reflected

# So many that the scratch of the quadrature stays in the processor's cache.
ROWS_AT_ONCE = 4096


def interval(
    lower: Array | float, upper: Array | float, mean: Array, log_variance: Array
) -> Terms:
    r"""Log probability that a response lies between two limits.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,), or float
        Limits, `lower` below `upper`. A row with an infinite limit has the term of `above` or
        `below`, bit for bit; a row with two, zero.
    mean : ndarray, shape (n,)
        Means, in the units of the limits.
    log_variance : ndarray, shape (n,)
        Logarithms of the variances, between -1,400 and 1,400.

    Returns
    -------
    Terms
        Log probabilities with their derivatives.

    Notes
    -----
    With standardised limits `a` and `b`, the hazards :math:`A = \phi(a)/P` and
    :math:`B = \phi(b)/P`, and the first two moments :math:`m` and :math:`M_2` of the standard
    normal between the limits,

    .. math:: \ell_\mu &= m e^{-\eta/2}, \qquad \ell_\eta = \tfrac12 (M_2 - 1), \\
              \ell_{\mu\mu} &= -[A (m - a) + B (b - m)] e^{-\eta}, \\
              \ell_{\mu\eta} &= -\tfrac12 [m + a A (m - a) + b B (b - m)] e^{-\eta/2}, \\
              \ell_{\eta\eta} &= -\tfrac14 [a A (M_2 - a^2) + b B (b^2 - M_2)] :

    scores are the conditional means of those of a seen response (Gourieroux et al. 1987
    [1]_), and on one side of the mean all terms of a derivative have one sign.

    References
    ----------
    .. [1] C. Gourieroux, A. Monfort, E. Renault and A. Trognon, "Generalised Residuals",
       Journal of Econometrics 34 (1987) 5-32. doi:10.1016/0304-4076(87)90065-0
    """
    arguments = np.broadcast_arrays(lower, upper, mean, log_variance)
    out = np.empty((6, len(arguments[0])))
    for start in range(0, len(arguments[0]), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        fill_open_and_closed(out[:, rows], *[argument[rows] for argument in arguments])
    return as_terms(out)


def fill_open_and_closed(
    out: Array, lower: Array, upper: Array, mean: Array, log_variance: Array
) -> None:
    """Write the terms of rows with two limits, one or none.

    Parameters
    ----------
    out : ndarray, shape (6, n)
        Where to.
    lower, upper, mean, log_variance : ndarray, shape (n,)
        Limits, means and log variances.
    """
    no_upper = upper == np.inf
    no_lower = (lower == -np.inf) & ~no_upper
    fill(
        out,
        (~(no_upper | no_lower), between, (lower, upper, mean, log_variance)),
        (no_upper, above, (lower, mean, log_variance)),
        (no_lower, below, (upper, mean, log_variance)),
    )


def between(lower: Array, upper: Array, mean: Array, log_variance: Array) -> Terms:
    """Log probability that a response lies between two finite limits.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,)
        Limits.
    mean, log_variance : ndarray, shape (n,)
        Means and log variances.

    Returns
    -------
    Terms
        Log probabilities with their derivatives.
    """
    a, b, width = standardised(lower, upper, mean, log_variance)
    negative = a + b < 0.0
    a, b = np.where(negative, -b, a), np.where(negative, -a, b)
    near = is_local(a, b, width)
    row = (a, b, width, np.exp(-0.5 * log_variance))
    out = np.empty((6, len(a)))
    fill(
        out,
        (near, lambda a, b, w, p: from_moments(local(a, b, w), a, b, p), row),
        (~near, lambda a, b, w, p: from_moments(wide(a, b, w), a, b, p), row),
    )
    return reflected(as_terms(out), np.where(negative, -1.0, 1.0))


def from_moments(moments: StandardInterval, a: Array, b: Array, root_precision: Array) -> Terms:
    """Compose terms of the moments between the limits.

    Parameters
    ----------
    moments : StandardInterval
        Moments between `a` and `b`.
    a, b : ndarray, shape (n,)
        Standardised limits.
    root_precision : ndarray, shape (n,)
        One over the standard deviations.

    Returns
    -------
    Terms
        Log probabilities with their derivatives.
    """
    lower = moments.lower_hazard * moments.above_lower
    upper = moments.upper_hazard * moments.below_upper
    mixed = moments.mean + a * lower + b * upper
    scale = (a * moments.lower_hazard) * moments.square_above_lower
    scale += (b * moments.upper_hazard) * moments.square_below_upper
    return Terms(
        loglike=moments.log_probability,
        score_factor=(moments.mean * root_precision, 0.5 * moments.square_less_one),
        hessian_factor=(
            (lower + upper) * root_precision * -root_precision,
            -0.5 * mixed * root_precision,
            -0.25 * scale,
        ),
    )


def fill(
    out: Array, *groups: tuple[NDArray[np.bool_], Callable[..., Terms], tuple[Array, ...]]
) -> None:
    """Write the terms of each group of rows, computed by its own function.

    Parameters
    ----------
    out : ndarray, shape (6, n)
        Where to.
    *groups : tuple of (rows, function, arguments)
        Rows of the group, as booleans; what maps arguments to terms; arguments of all rows.
    """
    for group, function, arguments in groups:
        # By their numbers: a third of the time of masks.
        rows = np.flatnonzero(group)
        if len(rows):
            part = function(*[argument[rows] for argument in arguments])
            for whole, values in zip(
                out, (part.loglike, *part.score_factor, *part.hessian_factor), strict=True
            ):
                whole[rows] = values


def as_terms(rows: Array) -> Terms:
    """Name the six numbers of each row.

    Parameters
    ----------
    rows : ndarray, shape (6, n)
        Values, scores and Hessian factors.

    Returns
    -------
    Terms
        The same.
    """
    return Terms(rows[0], (rows[1], rows[2]), (rows[3], rows[4], rows[5]))
