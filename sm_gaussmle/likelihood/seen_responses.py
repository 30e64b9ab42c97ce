r"""What is expected of responses as they are seen: censored, truncated or both at once.

In a truncated sample everything is given that the response is in it. Its probabilities are
:math:`\pi = \exp(\ell_c - \ell_w)`, with the log probabilities of a cell and of the whole
sample, so that with their derivatives, which are the likelihood's own terms,

.. math:: \nabla\pi = \pi\, d, \qquad \nabla^2\pi = \pi\,(dd' + \nabla^2\ell_c - \nabla^2\ell_w),
          \qquad d = \nabla\ell_c - \nabla\ell_w.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.interval_terms import interval
from sm_gaussmle.likelihood.moments import censored_mean, conditional_mean
from sm_gaussmle.likelihood.probabilities import (
    Moment,
    prob_above,
    prob_below,
    prob_between,
)
from sm_gaussmle.likelihood.quantiles import (
    Quantile,
    censored_quantile,
    truncated_quantile,
)
from sm_gaussmle.likelihood.terms import Array


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which values responses are seen.

    Attributes
    ----------
    left, right : ndarray, shape (n,), or float
        Limits of censoring: beyond them a response is only known to be there.
    trunc_left, trunc_right : ndarray, shape (n,), or float
        Limits of truncation, outside of the others: beyond them a row is not in the sample.
    """

    left: Array | float = -np.inf
    right: Array | float = np.inf
    trunc_left: Array | float = -np.inf
    trunc_right: Array | float = np.inf

    @property
    def truncated(self) -> bool:
        """Whether there are limits of truncation."""
        return bool(np.isfinite(self.trunc_left).any() or np.isfinite(self.trunc_right).any())

    @property
    def exact(self) -> tuple[Array, Array]:
        """Lower and upper limit between which a response is seen exactly."""
        lower = np.maximum(self.left, self.trunc_left)
        return np.asarray(lower), np.asarray(np.minimum(self.right, self.trunc_right))

    def part(self, rows: slice | NDArray[Any]) -> Limits:
        """Limits of some of the rows.

        Parameters
        ----------
        rows : slice or ndarray
            Which.

        Returns
        -------
        Limits
            Of those; what is one number for all stays so.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return Limits(**{k: v[rows] if np.ndim(v) else v for k, v in values.items()})


def prob_left(limits: Limits, mean: Array, log_variance: Array) -> Moment:
    """Probability of being censored from the left.

    Parameters
    ----------
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        P(Y <= left), in a truncated sample of those in it.
    """
    if not limits.truncated:
        return prob_below(limits.left, mean, log_variance)
    return _share(limits.trunc_left, limits.left, limits, mean, log_variance)


def prob_right(limits: Limits, mean: Array, log_variance: Array) -> Moment:
    """Probability of being censored from the right.

    Parameters
    ----------
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        P(Y >= right), in a truncated sample of those in it.
    """
    if not limits.truncated:
        return prob_above(limits.right, mean, log_variance)
    return _share(limits.right, limits.trunc_right, limits, mean, log_variance)


def prob_uncensored(limits: Limits, mean: Array, log_variance: Array) -> Moment:
    """Probability of being seen exactly.

    Parameters
    ----------
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        P(left < Y < right), in a truncated sample of those in it.
    """
    lower, upper = limits.exact
    if not limits.truncated:
        return prob_between(lower, upper, mean, log_variance)
    return _share(lower, upper, limits, mean, log_variance)


def uncensored_mean(limits: Limits, mean: Array, log_variance: Array) -> Moment:
    """Mean of the responses that are seen exactly.

    Parameters
    ----------
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        E[Y | left < Y < right], of those in the sample.
    """
    return conditional_mean(*limits.exact, mean, log_variance)


def sample_mean(limits: Limits, mean: Array, log_variance: Array) -> Moment:
    """Mean of the latent responses in a truncated sample, whether they are censored or not.

    Parameters
    ----------
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        E[Y | trunc_left < Y < trunc_right].
    """
    return conditional_mean(limits.trunc_left, limits.trunc_right, mean, log_variance)


def seen_mean(limits: Limits, mean: Array, log_variance: Array) -> Moment:
    r"""Mean of the responses as they are seen, with a limit in place of what is beyond it.

    Parameters
    ----------
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Moment
        E[min(max(Y, left), right)], in a truncated sample of those in it.

    Notes
    -----
    With truncation the mean of the three ways of being seen, weighted with their
    probabilities. Distances are from the latent mean moved between the limits, a constant
    as far as derivatives are concerned, since the probabilities add up to one.
    """
    if not limits.truncated:
        return censored_mean(limits.left, limits.right, mean, log_variance)
    lower, upper = limits.exact
    base = np.clip(mean, lower, upper)
    exact = conditional_mean(lower, upper, mean, log_variance)
    inside = prob_uncensored(limits, mean, log_variance)
    distance = exact.value - base
    (m_0, m_1), (p_0, p_1) = exact.gradient, inside.gradient
    total = [
        base + inside.value * distance,
        p_0 * distance + inside.value * m_0,
        p_1 * distance + inside.value * m_1,
        inside.hessian[0] * distance + inside.value * exact.hessian[0] + 2.0 * p_0 * m_0,
        inside.hessian[1] * distance + inside.value * exact.hessian[1] + p_0 * m_1 + p_1 * m_0,
        inside.hessian[2] * distance + inside.value * exact.hessian[2] + 2.0 * p_1 * m_1,
    ]
    for probability, limit in ((prob_left, limits.left), (prob_right, limits.right)):
        there = probability(limits, mean, log_variance)
        distance = np.where(np.isfinite(limit), limit - base, 0.0)
        numbers = (there.value, *there.gradient, *there.hessian)
        total = [so_far + distance * v for so_far, v in zip(total, numbers, strict=True)]
    return Moment(total[0], (total[1], total[2]), (total[3], total[4], total[5]))


def seen_quantile(
    probability: Array | float, limits: Limits, mean: Array, log_variance: Array
) -> Quantile:
    """Quantile of the responses as they are seen.

    Parameters
    ----------
    probability : ndarray, shape (n,), or float
        Probabilities between 0 and 1.
    limits : Limits
        Of each row.
    mean, log_variance : ndarray, shape (n,)
        Latent means and log variances.

    Returns
    -------
    Quantile
        That of the responses in the sample, moved between the limits of censoring, where it
        does not depend on the parameters.
    """
    if not limits.truncated:
        return censored_quantile(probability, limits.left, limits.right, mean, log_variance)
    sample = truncated_quantile(
        probability, limits.trunc_left, limits.trunc_right, mean, log_variance
    )
    value = np.clip(sample.value, limits.left, limits.right)
    d_mean, d_scale = (np.where(value == sample.value, d, 0.0) for d in sample.gradient)
    return Quantile(value, (d_mean, d_scale))


SEEN: MappingProxyType[str, Callable[[Limits, Array, Array], Moment]] = MappingProxyType(
    {
        "censored": seen_mean,
        "conditional": uncensored_mean,
        "truncated": sample_mean,
        "prob_uncensored": prob_uncensored,
        "prob_left": prob_left,
        "prob_right": prob_right,
    }
)


def _share(
    lower: Array | float,
    upper: Array | float,
    limits: Limits,
    mean: Array,
    log_variance: Array,
) -> Moment:
    """Probability of a cell of a truncated sample; zero where there is no such cell."""
    exists = np.broadcast_to(np.less(lower, upper), mean.shape)
    cell = interval(
        np.where(exists, lower, -np.inf), np.where(exists, upper, np.inf), mean, log_variance
    )
    whole = interval(limits.trunc_left, limits.trunc_right, mean, log_variance)
    probability = np.where(exists, np.exp(cell.loglike - whole.loglike), 0.0)
    d_mean, d_scale = (
        c - w for c, w in zip(cell.score_factor, whole.score_factor, strict=True)
    )
    h_mean, h_mixed, h_scale = (
        c - w for c, w in zip(cell.hessian_factor, whole.hessian_factor, strict=True)
    )
    return Moment(
        probability,
        (probability * d_mean, probability * d_scale),
        (
            probability * (d_mean * d_mean + h_mean),
            probability * (d_mean * d_scale + h_mixed),
            probability * (d_scale * d_scale + h_scale),
        ),
    )
