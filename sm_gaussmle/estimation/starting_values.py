"""Where the climb of a scale equation starts."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.likelihood.terms import Array

# A row with this share of the information about some direction of the scale equation can
# make a maximum of its own; the start for it moves the log variances by this much in the
# root mean square.
_HIGH_LEVERAGE, _MOST_ALTERNATIVES, _LOWERING = 0.1, 5, 3.0
_LOWEST = 20.0  # by which the log variance of the row itself falls at most
# Log variances that spread further (root mean square) make least squares a poor start.
_WIDE_SPREAD = 1.0


def starting_points(problem: Problem) -> tuple[list[Array], int]:
    """Harvey's start, and starts near the other maxima that a small sample can have.

    Parameters
    ----------
    problem : Problem
        The fit in whitened coordinates.

    Returns
    -------
    starts : list of ndarray, shape (k,)
        The usual start and those for a sample that is cut off, the likeliest first; then one
        for each of at most five rows that can rule the scale equation, none of these in the
        usual large sample.
    passes : int
        Passes over the data that they took.

    Notes
    -----
    The log-likelihood has a second maximum where a row is fitted almost exactly with
    almost no variance. That pays only if the variance of this row can be lowered without
    lowering that of the others, which is to say if its leverage in the scale equation is
    large. So the start for such a row lowers its log variance, and the mean is the
    weighted least-squares fit that belongs to it.
    """
    rows = problem.source.rows
    k_mean, nobs = len(problem.first_coef), problem.nobs
    scale = rows.exog_scale
    weighted = scale.sum(axis=0) if rows.freq_weights is None else rows.freq_weights @ scale
    centre = weighted / nobs
    # The new columns have mean square one, so this is the variance of the log variance.
    coef = problem.start[k_mean:]
    spread = coef @ coef - (centre @ coef) ** 2
    first = problem.start
    wide = bool(spread > _WIDE_SPREAD**2)
    usual = _reweighted(problem, first) if wide else first
    starts = _likeliest_first(problem, [usual, *problem.other_starts])

    square = np.einsum("ij,ij->i", scale, scale)
    leverage = (square - scale @ (2.0 * centre) + centre @ centre) / nobs
    candidates = np.flatnonzero(leverage > _HIGH_LEVERAGE)
    for row in candidates[np.argsort(-leverage[candidates])][:_MOST_ALTERNATIVES]:
        point = first.copy()
        length = float(np.sqrt(leverage[row] * nobs))
        point[k_mean:] -= min(_LOWERING, _LOWEST / length) * (scale[row] - centre) / length
        starts.append(_reweighted(problem, point))
    return starts, len(starts) - (not wide and not problem.other_starts)


def _likeliest_first(problem: Problem, starts: list[Array]) -> list[Array]:
    if len(starts) == 1:
        return starts
    with np.errstate(all="ignore"):
        values = [problem.evaluate(start).loglike for start in starts]
    order = np.argsort([-value if np.isfinite(value) else np.inf for value in values])
    return [starts[place] for place in order]


def _reweighted(problem: Problem, point: Array) -> Array:
    """Take the mean from weighted least squares with the variances of the point."""
    k_mean = len(problem.first_coef)
    if problem.source.rows.bounds is not None:
        return point
    evaluation = problem.evaluate(point)
    # The log-likelihood is quadratic in the mean, so one Newton step is the solution.
    curvature = -evaluation.hessian[:k_mean, :k_mean]
    step = np.linalg.lstsq(curvature, evaluation.score[:k_mean], rcond=None)[0]
    return np.concatenate([point[:k_mean] + step, point[k_mean:]])
