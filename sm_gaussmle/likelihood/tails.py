r"""Tails of the standard normal distribution: nothing underflows, nothing cancels.

Everything that a censored or truncated Gaussian needs is a ratio of the partial moments
:math:`N_k(a) = E[(Z - a)^k; Z > a]`, which obey :math:`N_{k+1} = k N_{k-1} - a N_k`
(Olver et al. [1]_, 7.18.7). The ratios :math:`\rho_k = N_k / N_{k-1}` are the levels of one
continued fraction,

.. math:: \rho_k = \cfrac{k}{a + \rho_{k+1}}, \qquad
          \rho_1 = \cfrac{1}{a + \cfrac{2}{a + \cfrac{3}{a + \cdots}}}
                 = \lambda(a) - a,

with :math:`\lambda = \phi / Q` the inverse Mills ratio. Differences that cancel far out are
products of them: the variance beyond `a`, :math:`1 - \lambda \rho_1`, is
:math:`\rho_1 (\rho_2 - \rho_1)`, and so on.

References
----------
.. [1] F. W. J. Olver, D. W. Lozier, R. F. Boisvert and C. W. Clark (eds), "NIST Handbook of
   Mathematical Functions", Cambridge University Press, 2010. https://dlmf.nist.gov/7.18
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from sm_gaussmle.likelihood.standard_limits import FARTHEST, NEVER, Array

# lambda - a has lost a digit and a half at 4, and more beyond; the continued fraction has as
# many digits there after 24 steps, and those of its second level after 30. Each further level loses as much again: they are
# continued from 2.5 on, where 60 steps give five of them to rounding.
CONTINUED_FROM, STEPS, STEPS_TO_SECOND = 4.0, 24, 30
LEVELS_CONTINUED_FROM, LEVELS_STEPS = 2.5, 60

ROOT_HALF = float(np.sqrt(0.5))
ROOT_TWO_OVER_PI = float(np.sqrt(2.0 / np.pi))


class Tail(NamedTuple):
    """What lies above a standardised limit.

    Attributes
    ----------
    log_probability : ndarray, shape (n,)
        Logarithm of P(Z > a).
    hazard : ndarray, shape (n,)
        Inverse Mills ratio, the density at `a` over P(Z > a): the mean of Z above `a`.
    excess : ndarray, shape (n,)
        The hazard less `a`: the mean of Z - a above `a`.
    """

    log_probability: Array
    hazard: Array
    excess: Array


def upper_tail(a: Array) -> Tail:
    r"""Log probability, hazard and mean excess above standardised limits.

    Parameters
    ----------
    a : ndarray, shape (n,)
        Limits in standard deviations from the mean, of any size; they are taken for -60 below
        -60, where nothing changes any more, and for 1e150 above that.

    Returns
    -------
    Tail
        Each to a relative error of some 1e-14, apart from that of :math:`e^{-a^2/2}` where
        it is a factor (the hazard of negative limits): :math:`a^2` units in the last place.

    Notes
    -----
    The scaled complementary error function is taken at :math:`|a|`, where it neither
    overflows nor cancels; for negative limits :math:`Q(a) = 1 - Q(|a|)`.
    """
    a = np.clip(a, -NEVER, FARTHEST)
    scaled = special.erfcx(np.abs(a) * ROOT_HALF)
    hazard = ROOT_TWO_OVER_PI / scaled
    log_probability = np.log(0.5 * scaled) - 0.5 * a * a
    # Rows by their numbers: a third of the time of masks.
    negative = np.flatnonzero(a <= 0.0)
    other = np.exp(log_probability[negative])
    log_probability[negative] = np.log1p(-other)
    hazard[negative] *= other / (1.0 - other)
    excess = hazard - a
    far = np.flatnonzero(a > CONTINUED_FROM)
    if len(far):
        excess[far] = continued_ratios(a[far], 1, STEPS)[0]
        hazard[far] = a[far] + excess[far]
    return Tail(log_probability, hazard, excess)


def variance_above(a: Array, tail: Tail) -> Array:
    r"""Variance of what is above standardised limits.

    Parameters
    ----------
    a : ndarray, shape (n,)
        Limits in standard deviations from the mean.
    tail : Tail
        `upper_tail` of them.

    Returns
    -------
    ndarray, shape (n,)
        :math:`1 - \lambda \rho_1 = \rho_1 (\rho_2 - \rho_1)`, which falls like
        :math:`a^{-2}`, to a relative error of some 1e-13.
    """
    variance = 1.0 - tail.hazard * tail.excess
    far = np.flatnonzero(a > CONTINUED_FROM)
    if len(far):
        first, second = continued_ratios(a[far], 2, STEPS_TO_SECOND)
        variance[far] = first * (second - first)
    return variance


def continued_ratios(a: Array, count: int, steps: int) -> list[Array]:
    """Ratios of successive partial moments, by the continued fraction.

    Parameters
    ----------
    a : ndarray, shape (n,)
        Limits; the larger, the fewer steps are needed.
    count : int
        How many ratios.
    steps : int
        How far the continued fraction is followed.

    Returns
    -------
    list of ndarray
        The first `count` ratios, from that of the first moment to the probability on.
    """
    # The infinite rest is what would repeat itself: t = steps / (a + t).
    ratio = 2.0 * steps / (a + np.sqrt(a * a + 4.0 * steps))
    ratios = []
    for k in range(steps - 1, 0, -1):
        ratio = k / (a + ratio)
        if k <= count:
            ratios.append(ratio)
    return ratios[::-1]


def moment_ratios(a: Array, excess: Array) -> Array:
    """Ratios of the first five partial moments above standardised limits.

    Parameters
    ----------
    a, excess : ndarray, shape (n,)
        Limits and the mean excess above them (`upper_tail`).

    Returns
    -------
    ndarray, shape (5, n)
        E[(Z - a)^k; Z > a] over E[(Z - a)^(k-1); Z > a] for k from 1 to 5, to a relative
        error of some 1e-14 for the first to 1e-12 for the fifth.
    """
    ratios = np.empty((5, len(a)))
    ratios[0] = excess
    near = np.flatnonzero(a <= LEVELS_CONTINUED_FROM)
    far = np.flatnonzero(a > LEVELS_CONTINUED_FROM)
    limit, ratio = a[near], excess[near]
    levels = continued_ratios(a[far], 5, LEVELS_STEPS)
    for k in range(1, 5):
        ratio = k / ratio - limit
        ratios[k][near] = ratio
        ratios[k][far] = levels[k]
    return ratios
