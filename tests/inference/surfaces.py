"""Surfaces made for tests: sums of functions of one coordinate each, with known profiles."""

from dataclasses import dataclass, field

import numpy as np

from sm_gaussmle.estimation.surface import SurfacePoint


@dataclass
class Made:
    """A surface with the interface of `LikelihoodSurface`.

    `parts` map a coordinate to value, first and second derivative; zero is the maximum.
    """

    parts: list
    loglike: float = 0.0
    nobs: float = 1.0
    looks: list = field(default_factory=list)

    @property
    def params(self):
        return np.zeros(len(self.parts))

    @property
    def root(self):
        return np.eye(len(self.parts))

    def params_at(self, point):
        return point

    def far_start(self, plane):
        return np.zeros(plane.basis.shape[1])

    def evaluate(self, point):
        self.looks.append(point)
        found = np.array([part(u) for part, u in zip(self.parts, point, strict=True)])
        return SurfacePoint(
            float(found[:, 0].sum()),
            found[:, 1],
            np.diag(found[:, 2]),
            self.nobs,
            np.eye(len(point)),
        )


def normal(u):
    return -0.5 * u * u, -u, -1.0


def bounded(u):
    """Falls by no more than 1."""
    v = 1.0 + 0.5 * u * u
    return 1.0 / v - 1.0, -u / v**2, (u * u - v) / v**3


def wavy(u):
    """Rises again about 4.7, and falls to -2 about 7."""
    return (
        -0.03 * u * u - 0.6 * (1 - np.cos(u)),
        -0.06 * u - 0.6 * np.sin(u),
        -0.06 - 0.6 * np.cos(u),
    )


def walled(u):
    """Not finite beyond 1."""
    return normal(u) if abs(u) < 1 else (np.nan, np.nan, np.nan)


def higher(u):
    """Rises above the maximum beyond 2.2."""
    return -0.5 * u * u + 0.1 * u**4, -u + 0.4 * u**3, -1.0 + 1.2 * u * u


def steep(u):
    """Flat near zero, then steep: Newton's method goes too far at first."""
    return -(np.cosh(2.0 * u) - 1.0) / 4.0, -np.sinh(2.0 * u) / 2.0, -np.cosh(2.0 * u)


def heavy(u):
    """Falls as a logarithm: not concave beyond 1."""
    v = 1.0 + u * u
    return -0.5 * np.log(v), -u / v, (u * u - 1.0) / v**2
