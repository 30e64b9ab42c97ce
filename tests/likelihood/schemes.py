"""The observation schemes, with their log-likelihoods in 50 digits: the table of the laws.

A new scheme takes one line in `SCHEMES`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import settings

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.observation import row_terms

CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 50

# Panels of one standard deviation with so many nodes leave less than rounding of the
# Gaussian times a polynomial; beyond 14 lie 1e-44 of the mass.
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)
_FARTHEST = 14.0


@dataclass(frozen=True)
class Scheme:
    """How responses are seen.

    Attributes
    ----------
    left, right : float or None
        Limits of censoring.
    trunc_left, trunc_right : float or None
        Limits of truncation.
    edges : tuple of float
        Ends of the intervals that are seen instead of the responses; empty if there are
        none.
    """

    left: float | None = None
    right: float | None = None
    trunc_left: float | None = None
    trunc_right: float | None = None
    edges: tuple[float, ...] = ()

    def moved(self, centre, unit):
        """Return the scheme with its limits measured from another centre, in another unit."""

        def move(limit):
            return None if limit is None else centre + unit * limit

        limits = {name: move(getattr(self, name)) for name in _LIMITS}
        return replace(self, **limits, edges=tuple(move(edge) for edge in self.edges))

    def reflected(self):
        """Return the scheme of minus the responses."""

        def turn(limit):
            return None if limit is None else -limit

        return Scheme(
            turn(self.right),
            turn(self.left),
            turn(self.trunc_right),
            turn(self.trunc_left),
            tuple(-edge for edge in self.edges[::-1]),
        )

    @property
    def truncated(self):
        """Whether the sample is."""
        return self.trunc_left is not None or self.trunc_right is not None

    def bounds(self, endog):
        """Return what is known of responses; None if that is the responses themselves."""
        limits = {
            name: None if limit is None else np.full_like(endog, limit)
            for name in _LIMITS
            if (limit := getattr(self, name)) is not None
        }
        if self.edges:
            place = np.searchsorted(self.edges, endog)
            ends = np.array([-np.inf, *self.edges, np.inf])
            return Bounds.between(ends[place], ends[place + 1], **limits)
        return Bounds.censored(endog, **limits) if limits else None

    def observed(self, block):
        """Return the rows of a block with their responses seen in this way."""
        return replace(block, bounds=self.bounds(block.endog))

    def terms(self, endog, mean, log_variance):
        """Return the terms of rows."""
        return row_terms(endog, self.bounds(endog), mean, log_variance)

    def is_exact(self, endog):
        """Say of one response whether it is seen exactly."""
        bounds = self.bounds(np.array([endog]))
        return bounds is None or bool(bounds.exact[0])

    def known(self, endog):
        """Return between which numbers one response is known to lie."""
        bounds = self.bounds(np.array([endog]))
        return (endog, endog) if bounds is None else (bounds.lower[0], bounds.upper[0])

    def reach(self, endog, mean, log_variance):
        """Return the largest square of what the terms of one row are made of."""
        limits = (*self.known(endog), self.trunc_left, self.trunc_right)
        ends = np.array([limit for limit in limits if limit is not None])
        z = (ends[np.isfinite(ends)] - mean) / np.exp(0.5 * log_variance)
        return np.max(z * z, initial=0.0)

    def loglike(self, endog, mean, log_variance):
        """Return the log-likelihood of one row in mpmath numbers."""
        lower, upper = self.known(float(endog))
        if lower == upper:
            value = log_density(endog, mean, log_variance)
        else:
            value = log_probability(lower, upper, mean, log_variance)
        if self.truncated:
            cuts = (self.trunc_left, self.trunc_right)
            low, high = (
                open_end if cut is None else cut
                for cut, open_end in zip(cuts, (-np.inf, np.inf), strict=True)
            )
            value -= log_probability(low, high, mean, log_variance)
        return value

    def all_responses(self, mean, sigma):
        """Return what can be seen, and the measure of each: nodes of a quadrature, and masses.

        Parameters
        ----------
        mean, sigma : float
            Of the responses.

        Returns
        -------
        endog : ndarray, shape (m,)
            Responses.
        measure : ndarray, shape (m,)
            One for a response that has a probability, not a density.
        """
        low, high = mean - _FARTHEST * sigma, mean + _FARTHEST * sigma
        if self.trunc_left is not None:
            low = max(low, self.trunc_left)
        if self.trunc_right is not None:
            high = min(high, self.trunc_right)
        if self.edges:
            ends = [low, *(edge for edge in self.edges if low < edge < high), high]
            middles = np.array([0.5 * (a + b) for a, b in pairwise(ends)])
            return middles, np.ones_like(middles)
        masses = []
        if self.left is not None and self.left > low:
            masses.append(0.5 * (low + self.left))
            low = self.left
        if self.right is not None and self.right < high:
            masses.append(0.5 * (high + self.right))
            high = self.right
        ends = np.linspace(low, high, int(np.ceil((high - low) / sigma)) + 1)
        half = 0.5 * np.diff(ends)
        nodes = (ends[:-1] + half)[:, None] + half[:, None] * _NODES
        measure = half[:, None] * _NODE_WEIGHTS
        return (
            np.concatenate([nodes.ravel(), masses]),
            np.concatenate([measure.ravel(), np.ones(len(masses))]),
        )


_LIMITS = ("left", "right", "trunc_left", "trunc_right")


def log_density(endog, mean, log_variance):
    """Return the logarithm of the Gaussian density."""
    z = (endog - mean) / CONTEXT.exp(log_variance / 2)
    return -(CONTEXT.log(2 * CONTEXT.pi) + log_variance + z * z) / 2


def log_probability(lower, upper, mean, log_variance):
    """Return the logarithm of the Gaussian probability between two doubles."""
    sigma = CONTEXT.exp(log_variance / 2)
    a, b = ((CONTEXT.mpf(float(end)) - mean) / sigma for end in (lower, upper))
    if a > 0:  # there the distribution function is too near to one
        a, b = -b, -a
    return CONTEXT.log(CONTEXT.ncdf(b) - CONTEXT.ncdf(a))


SCHEMES = {
    "exact": Scheme(),
    "left-censored": Scheme(left=-0.3),
    "right-censored": Scheme(right=0.8),
    "doubly censored": Scheme(left=-0.7, right=0.4),
    "intervals": Scheme(edges=(-3.0, -1.0, 0.2, 0.7, 4.0)),
    "narrow intervals": Scheme(edges=(-1.0, 0.1 - 1e-8, 0.1 + 1e-8, 2.0)),
    "left-truncated": Scheme(trunc_left=-0.9),
    "right-truncated": Scheme(trunc_right=0.5),
    "doubly truncated": Scheme(trunc_left=-2.0, trunc_right=0.6),
    "censored and truncated": Scheme(right=0.9, trunc_left=-1.2),
    "doubly both": Scheme(left=-0.5, right=0.4, trunc_left=-1.5, trunc_right=1.0),
    "truncated intervals": Scheme(edges=(-0.5, 0.3), trunc_left=-1.8, trunc_right=2.5),
    "infinite limits": Scheme(-np.inf, np.inf, -np.inf, np.inf),
}

# Of each of so many schemes.
few_examples = settings(max_examples=30)
over_schemes = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
