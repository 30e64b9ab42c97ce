"""The standard normal between limits in 150 digits: what the numerics are held against.

Written as differences and quotients, which 150 digits survive; the package avoids both.
"""

import mpmath

CONTEXT = mpmath.mp.clone()
# The variance beyond 1e8 standard deviations is a difference of numbers 1e16 times as large,
# the fifth moment 1e80 times.
CONTEXT.dps = 150
INF = CONTEXT.inf


def density(x):
    return CONTEXT.exp(-x * x / 2) / CONTEXT.sqrt(2 * CONTEXT.pi)


def tail(x):
    """Return P(Z > x)."""
    return CONTEXT.erfc(x / CONTEXT.sqrt(2)) / 2


def probability(a, b):
    """Return P(a < Z < b), by the tails that cancel less."""
    return tail(a) - tail(b) if a > -b else tail(-b) - tail(-a)


def log_probability(a, b):
    """Return log P(a < Z < b), also if that is all but one."""
    inside = probability(a, b)
    return CONTEXT.log1p(-tail(-a) - tail(b)) if inside > 0.5 else CONTEXT.log(inside)


def differences(a, b):
    """Return the k-th derivatives of P(a - t < Z < b - t) at t = 0, for k from 1 to 4."""
    a, b = (
        [1, x, x * x - 1, x**3 - 3 * x, density(x)] if abs(x) < INF else [0] * 5 for x in (a, b)
    )
    return [a[k] * a[-1] - b[k] * b[-1] for k in range(4)]


def terms(a, b):
    """Return log P(a < Z < b) with scores and Hessian factors, at mean 0 and variance 1."""
    a, b = CONTEXT.mpf(a), CONTEXT.mpf(b)
    p = probability(a, b)
    first, second, third, fourth = (d / p for d in differences(a, b))
    # By the heat equation the log variance is half of the mean twice.
    scale, mixed, twice = second / 2, third / 2, second / 2 + fourth / 4
    return [
        log_probability(a, b),
        first,
        scale,
        second - first**2,
        mixed - first * scale,
        twice - scale**2,
    ]


def central_moments(a, b):
    """Return mean and second to fifth central moment of Z given a < Z < b."""
    a, b = CONTEXT.mpf(a), CONTEXT.mpf(b)
    p = probability(a, b)
    at_a, at_b = (density(x) / p if abs(x) < INF else 0 for x in (a, b))
    a, b = (x if abs(x) < INF else 0 for x in (a, b))
    mean = at_a - at_b
    moments = [CONTEXT.mpf(1), CONTEXT.mpf(0)]
    for k in range(1, 5):
        ends = (a - mean) ** k * at_a - (b - mean) ** k * at_b
        moments.append(k * moments[-2] - mean * moments[-1] + ends)
    return [mean, *moments[2:]]
