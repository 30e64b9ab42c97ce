r"""The standard normal between two limits: its probability, hazards and moments.

Every interval, and every truncated sample, needs the same few numbers. With
:math:`P = \Phi(b) - \Phi(a)`, the hazards :math:`A = \phi(a)/P` and :math:`B = \phi(b)/P`,
:math:`m = E[Z \mid a < Z < b]` and :math:`M_2 = E[Z^2 \mid a < Z < b]`,

.. math:: m = A - B, \qquad M_2 = 1 + a A - b B,

which both cancel for narrow and for far intervals. The numbers are found in one of two
ways, for intervals whose middle :math:`c` is not negative (the others are reflected):

- *local*, if the density changes little over the half width `h`: Gauss-Legendre quadrature
  of :math:`e^{-c t - t^2/2}` over :math:`|t| < h`, where nothing cancels;
- *wide* otherwise: the tail beyond `a` less that beyond `b`, which is at most a quarter of
  it; of order one what is left after that, of products of `tails`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.standard_limits import Array
from sm_gaussmle.likelihood.tails import Tail, upper_tail

LOG_ROOT_2PI = float(0.5 * np.log(2.0 * np.pi))

# Local: half a width up to one, over which the log density changes by 2 c h up to 3. There
# 14 nodes leave less than a rounding error in all moments that are used.
LOCAL_HALF_WIDTH = 1.0
LOCAL_TILT = 1.5
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(14)
EXPONENTS = -np.column_stack([NODES, NODES**2])
MOMENT_WEIGHTS = NODE_WEIGHTS * NODES ** np.arange(6)[:, None]


class StandardInterval(NamedTuple):
    """What lies between two standardised limits `a` and `b`.

    Attributes
    ----------
    log_probability : ndarray, shape (n,)
        Logarithm of P(a < Z < b).
    lower_hazard, upper_hazard : ndarray, shape (n,)
        Densities at `a` and at `b` over the probability.
    mean : ndarray, shape (n,)
        Mean `m` of Z between the limits.
    above_lower, below_upper : ndarray, shape (n,)
        `m` - `a` and `b` - `m`: the mean distances from the limits.
    square_less_one : ndarray, shape (n,)
        Mean square of Z between the limits, less one.
    square_above_lower, square_below_upper : ndarray, shape (n,)
        Mean square less the square of `a`, and the square of `b` less the mean square.
    """

    log_probability: Array
    lower_hazard: Array
    upper_hazard: Array
    mean: Array
    above_lower: Array
    below_upper: Array
    square_less_one: Array
    square_above_lower: Array
    square_below_upper: Array


def is_local(a: Array, b: Array, width: Array) -> NDArray[np.bool_]:
    """Tell the intervals over which the density changes little.

    Parameters
    ----------
    a, b, width : ndarray, shape (n,)
        Limits and width in standard deviations.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where quadrature is exact.
    """
    tilt = 0.25 * np.abs(a + b) * width
    return (width <= 2.0 * LOCAL_HALF_WIDTH) & (tilt <= LOCAL_TILT)


def local(a: Array, b: Array, width: Array) -> StandardInterval:
    """Describe intervals over which the density changes little.

    Parameters
    ----------
    a, b, width : ndarray, shape (n,)
        Limits and width in standard deviations; `is_local` holds.

    Returns
    -------
    StandardInterval
        Each number to a few units in the last place, of its largest part.
    """
    c, h = 0.5 * (a + b), 0.5 * width
    tilt, curvature = c * h, 0.5 * h * h
    # Moments of u = (z - c) / h, whose density is proportional to exp(-tilt u - h^2 u^2 / 2).
    density = EXPONENTS @ np.array([tilt, curvature])
    np.exp(density, out=density)
    total, first, second = MOMENT_WEIGHTS[:3] @ density
    first /= total
    second /= total
    scaled = np.exp(-curvature) / (h * total)
    rise = np.exp(tilt)
    return StandardInterval(
        log_probability=np.log(h * total) - 0.5 * c * c - LOG_ROOT_2PI,
        lower_hazard=scaled * rise,
        upper_hazard=scaled / rise,
        mean=c + h * first,
        above_lower=h * (1.0 + first),
        below_upper=h * (1.0 - first),
        square_less_one=c * c + 2.0 * tilt * first + h * h * second - 1.0,
        square_above_lower=2.0 * (tilt * (1.0 + first) - curvature * (1.0 - second)),
        square_below_upper=2.0 * (tilt * (1.0 - first) + curvature * (1.0 - second)),
    )


def wide(a: Array, b: Array, width: Array) -> StandardInterval:
    r"""Describe intervals over which the density changes much.

    Parameters
    ----------
    a, b, width : ndarray, shape (n,)
        Limits and width in standard deviations; `is_local` fails, and the middle is not
        negative.

    Returns
    -------
    StandardInterval
        Each number to some 1e-13 of its largest part.

    Notes
    -----
    With :math:`r = Q(b)/Q(a) = e^{-(b^2 - a^2)/2} \lambda(a) / \lambda(b)`, the odds
    :math:`\omega = r / (1 - r)` of being beyond `b`, and
    :math:`d = \lambda(b) - \lambda(a)`,

    .. math:: A = (1 + \omega) \lambda(a), \quad B = \omega \lambda(b), \quad
              m - a = \rho_1(a) - \omega d, \quad
              M_2 - a^2 = 1 + a (m - a) - (b - a) B.
    """
    return less_tails(a, b, width, upper_tail(a), upper_tail(b))


def less_tails(a: Array, b: Array, width: Array, lower: Tail, upper: Tail) -> StandardInterval:
    """Describe what is above the lower limits and not above the upper ones.

    Parameters
    ----------
    a, b, width : ndarray, shape (n,)
        Limits and width, as for `wide`.
    lower, upper : Tail
        What is above the lower and above the upper limits.

    Returns
    -------
    StandardInterval
        As `wide` returns.
    """
    sum_times_width = (a + b) * width
    beyond = np.exp(-0.5 * sum_times_width) * lower.hazard / upper.hazard
    odds = beyond / (1.0 - beyond)
    # The hazards' difference, for limits too far for it to be seen in them.
    rise = odds * (width + (upper.excess - lower.excess))
    lower_hazard = lower.hazard * (1.0 + odds)
    upper_hazard = upper.hazard * odds
    above_lower = lower.excess - rise
    square_above_lower = 1.0 + a * above_lower - width * upper_hazard
    return StandardInterval(
        log_probability=lower.log_probability + np.log1p(-beyond),
        lower_hazard=lower_hazard,
        upper_hazard=upper_hazard,
        mean=lower.hazard - rise,
        above_lower=above_lower,
        below_upper=width - above_lower,
        square_less_one=a * lower_hazard - b * upper_hazard,
        square_above_lower=square_above_lower,
        square_below_upper=sum_times_width - square_above_lower,
    )
