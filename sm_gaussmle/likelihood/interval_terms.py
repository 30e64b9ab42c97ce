"""The term of a response that is known to lie between two limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sm_gaussmle.likelihood.row_groups import in_blocks, in_groups
from sm_gaussmle.likelihood.standard_interval import StandardInterval, is_local, local, wide
from sm_gaussmle.likelihood.standard_limits import Array, oriented, standardised
from sm_gaussmle.likelihood.terms import Terms, above, below


def interval(
    lower: Array | float,
    upper: Array | float,
    mean: Array,
    log_variance: Array,
    width: Array | float | None = None,
) -> Terms:
    r"""Log probability that a response lies between two limits.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,), or float
        Limits, `lower` below `upper` (equal, they are a `point`). A row with an infinite limit has the term of `above` or
        `below`, bit for bit; a row with two, zero.
    mean : ndarray, shape (n,)
        Means, in the units of the limits.
    log_variance : ndarray, shape (n,)
        Logarithms of the variances, between -700 and 700.
    width : ndarray, shape (n,), or float, optional
        Their difference, where it is known better than by subtracting the limits.

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
    widths = () if width is None else (width,)
    rows = np.broadcast_arrays(lower, upper, mean, log_variance, *widths)
    loglike, s_mean, s_scale, h_mean, h_mixed, h_scale = in_blocks(6, open_or_closed, *rows)
    return Terms(loglike, (s_mean, s_scale), (h_mean, h_mixed, h_scale))


def open_or_closed(
    lower: Array, upper: Array, mean: Array, log_variance: Array, *width: Array
) -> Sequence[Array] | Array:
    """Terms of rows with two limits, one or none.

    Parameters
    ----------
    lower, upper, mean, log_variance, *width : ndarray, shape (n,)
        Limits, means and log variances; and widths, where they are known better than by
        subtraction.

    Returns
    -------
    ndarray, shape (6, n), or sequence of six ndarrays, each of shape (n,)
        The numbers of `Terms`.
    """
    no_upper = upper == np.inf
    no_lower = (lower == -np.inf) & ~no_upper
    return in_groups(
        6,
        (~(no_upper | no_lower), closed, (lower, upper, mean, log_variance, *width)),
        (no_upper, lambda *row: numbers(above(*row)), (lower, mean, log_variance)),
        (no_lower, lambda *row: numbers(below(*row)), (upper, mean, log_variance)),
    )


def closed(
    lower: Array, upper: Array, mean: Array, log_variance: Array, width: Array | None = None
) -> tuple[Array, ...]:
    """Terms of rows with two finite limits.

    Parameters
    ----------
    lower, upper, mean, log_variance : ndarray, shape (n,)
        Limits, means and log variances.
    width : ndarray, shape (n,), optional
        Widths, where they are known better than by subtraction.

    Returns
    -------
    tuple of six ndarrays, each of shape (n,)
        The numbers of `Terms`.
    """
    a, b, wide_by = standardised(lower, upper, mean, log_variance, width)
    a, b, sign = oriented(a, b)
    near = is_local(a, b, wide_by)
    row = (a, b, wide_by, np.exp(-0.5 * log_variance))
    terms = in_groups(
        6,
        (near, lambda a, b, w, p: numbers(from_moments(local(a, b, w), a, b, p)), row),
        (~near, lambda a, b, w, p: numbers(from_moments(wide(a, b, w), a, b, p)), row),
    )
    loglike, s_mean, s_scale, h_mean, h_mixed, h_scale = terms
    # Two derivatives are odd in the mean, and zero by symmetry about it.
    return loglike, s_mean * sign, s_scale, h_mean, h_mixed * sign, h_scale


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
    # In this order: hazards of the narrowest intervals are near the largest double.
    scale = a * (moments.lower_hazard * moments.square_above_lower)
    scale += b * (moments.upper_hazard * moments.square_below_upper)
    return Terms(
        loglike=moments.log_probability,
        score_factor=(moments.mean * root_precision, 0.5 * moments.square_less_one),
        hessian_factor=(
            (lower + upper) * root_precision * -root_precision,
            -0.5 * mixed * root_precision,
            -0.25 * scale,
        ),
    )


def numbers(terms: Terms) -> tuple[Array, ...]:
    """List the six numbers of each row.

    Parameters
    ----------
    terms : Terms
        Values, scores and Hessian factors.

    Returns
    -------
    tuple of six ndarrays, each of shape (n,)
        The same.
    """
    return (terms.loglike, *terms.score_factor, *terms.hessian_factor)
