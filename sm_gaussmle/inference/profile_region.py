"""Regions for two functions of the parameters at once, from their profile likelihood."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sm_gaussmle.inference.profile_interval import interval_end
from sm_gaussmle.inference.profile_surface import CountedSurface
from sm_gaussmle.inference.profile_targets import LinearTarget, complement
from sm_gaussmle.likelihood.terms import Array


class RegionContours(NamedTuple):
    """Where the profile of two combinations falls to some cutoffs.

    Attributes
    ----------
    angles : ndarray, shape (m,)
        Directions in which was looked, of coordinates without correlation.
    distances : ndarray, shape (levels, m, 2)
        The contours, from the estimates; infinite or NaN where none was found.
    params : ndarray, shape (levels, m, k)
        Constrained estimates on them.
    """

    angles: Array
    distances: Array
    params: Array


def region_contours(
    surface: CountedSurface, combinations: Array, quantiles: Array, points: int
) -> RegionContours:
    """Trace the contours of the profile likelihood of two combinations by angle.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    combinations : ndarray, shape (2, k)
        Coefficients of the parameters; linearly independent.
    quantiles : ndarray, shape (levels,)
        Twice the depths of the cutoffs, increasing.
    points : int
        Number of directions.

    Returns
    -------
    RegionContours
        On each ray from the estimates, the first crossing of each cutoff.

    Notes
    -----
    Along a ray the log-likelihood is maximised over all that does not change the two
    combinations, so that each crossing is the end of an interval, found as such.
    """
    rows = combinations @ surface.surface.root
    factor = np.linalg.cholesky(rows @ rows.T)
    across = np.linalg.solve(factor, rows)  # orthonormal
    free = complement(across.T)
    angles = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    # Rounded, so that a quarter of a turn has a zero: infinity times rounding is infinity.
    rays = np.column_stack([np.cos(angles), np.sin(angles)]).round(15)
    distances = np.full((len(quantiles), points, 2), np.nan)
    params = np.full((len(quantiles), points, combinations.shape[1]), np.nan)
    inner: dict[int, Array] = {}
    for level, quantile in enumerate(quantiles):
        before: Array | None = None
        for place, ray in enumerate(rays):
            direction = ray @ across
            target = LinearTarget(0.0, 1.0, direction, free)
            start = np.sqrt(quantile) * direction
            if before is not None:
                # From the neighbour, turned into this direction.
                start = np.linalg.norm(across @ before) * direction
                start = start + free @ (free.T @ before)
            elif place in inner:
                start = inner[place] * np.sqrt(quantile / quantiles[level - 1])
            end = interval_end(surface, target, 1, float(quantile), start)
            before = end.point
            distances[level, place] = _along(end.value, factor @ ray)
            if end.point is not None:
                inner[place] = end.point
                params[level, place] = surface.surface.params_at(end.point)
    return RegionContours(angles, distances, params)


def _along(value: float, direction: Array) -> Array:
    # A coordinate that does not change stays where it is though the ray be infinite.
    return np.where(direction == 0.0, 0.0, value) * np.where(direction == 0.0, 1.0, direction)
