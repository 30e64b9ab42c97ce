"""Functions with known maxima, in the form in which the optimiser meets them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Point:
    """Value and derivatives at `params`."""

    params: np.ndarray
    loglike: float
    score: np.ndarray
    hessian: np.ndarray
    nobs: float = 1.0


def unit_metric(point):
    """Return the identity: lengths are those of the parameters."""
    return np.eye(len(point.score))


class Counted:
    """A function that remembers where it was evaluated."""

    def __init__(self, function):
        self.function = function
        self.seen = []

    def __call__(self, params):
        self.seen.append(params.copy())
        return self.function(params)


def concave_quadratic(curvature, centre):
    """Return ``-(x - c)'A(x - c)/2``."""

    def function(x):
        d = x - centre
        return Point(x, float(-0.5 * d @ curvature @ d), -curvature @ d, -curvature)

    return function


def minus_rosenbrock(p):
    """Highest at (1, 1), at the end of a curved ridge."""
    x, y = p
    return Point(
        p,
        -(100 * (y - x * x) ** 2 + (1 - x) ** 2),
        np.array([400 * x * (y - x * x) + 2 * (1 - x), -200 * (y - x * x)]),
        -np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200]]),
    )


def rosenbrock_metric(point):
    """Return the Gauss-Newton approximation of minus the Hessian: positive definite."""
    x = point.params[0]
    return 2 * np.array([[400 * x * x + 1, -200 * x], [-200 * x, 100.0]])


def two_hills(p):
    """Highest at (1, 0) and (-1, 0), with a saddle at (0, 0)."""
    x, y = p
    return Point(
        p,
        -((x * x - 1) ** 2) - y * y,
        np.array([-4 * x * (x * x - 1), -2 * y]),
        np.array([[4 - 12 * x * x, 0.0], [0.0, -2.0]]),
    )


def log_barrier(p):
    """Return ``log x - x``: highest at 1, not a number below 0."""
    (x,) = p
    return Point(p, np.log(x) - x, np.array([1 / x - 1]), np.array([[-1 / x**2]]))


def blunt_peak(p):
    """Return ``-sqrt(1 + x^2)``: Newton's step from x leads to -x^3."""
    (x,) = p
    root = np.sqrt(1 + x * x)
    return Point(p, -root, np.array([-x / root]), np.array([[-1 / root**3]]))
