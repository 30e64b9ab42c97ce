"""Whether a climb ran off, to variances of zero or to ones of which nothing is known."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.errors import (
    FitError,
    UndeterminedVarianceError,
    VarianceCollapseError,
)
from sm_gaussmle.estimation.found_rows import Below, Moved, find_rows
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.likelihood.evaluation import Evaluation
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import Maximum

# A log variance this far below that of the residuals is a standard deviation of 1e-13 of
# theirs, below the rounding of the response: the likelihood is running to infinity.
COLLAPSE = -60.0
# Standard error of log variances (root mean square over the rows; of means, in standard
# deviations) beyond which the likelihood is a shelf. One that has no end is climbed until its slope drowns in the
# rounding of the log-likelihood; then the climb has not converged, or just so.
_UNDETERMINED, _UNDETERMINED_UNCONVERGED = 100.0, 10.0


def falls_below(level: float, before: Evaluation, after: Evaluation) -> str | None:
    """Say whether to give up a climb towards a variance of zero.

    Parameters
    ----------
    level : float
        Log variance of the residuals.
    before, after : Evaluation
        Before and after a step.

    Returns
    -------
    str or None
        The reason.
    """
    # Starting values may lie below the threshold, and the climb lead away from zero.
    smallest = after.smallest_log_variance
    if smallest < min(level + COLLAPSE, before.smallest_log_variance):
        return "a variance goes to zero"
    return None


def run_off(problem: Problem, climb: Maximum[Evaluation]) -> FitError | None:
    """Look whether a climb ended at a maximum, or on its way to infinity.

    Parameters
    ----------
    problem : Problem
        The fit in whitened coordinates.
    climb : Maximum
        Where it ended.

    Returns
    -------
    FitError or None
        What to say if there is no better climb.
    """
    # The few rows with almost no variance can make the information of the mean singular,
    # which ends the climb before the threshold. A likelihood below that of constant
    # variance is only a bad start.
    limit = 0.5 * COLLAPSE if climb.decrement > 1.0 else COLLAPSE
    low = climb.evaluation.smallest_log_variance < problem.level + limit
    if low and not climb.converged and climb.evaluation.loglike > problem.baseline:
        return collapse(problem, climb.params)
    # The variances of exact responses are determined by them.
    bounds = problem.source.prototype.bounds
    if bounds is None or climb.inverse_root is None:
        return None
    mean, scale = np.split(climb.inverse_root, [len(problem.first_coef)])
    ways, lengths, _ = np.linalg.svd(scale, full_matrices=False)
    known = _UNDETERMINED if climb.converged else _UNDETERMINED_UNCONVERGED
    if lengths[0] > known:
        return _undetermined(problem, ways[:, 0])
    # The mean of a sample that is cut off goes to infinity first, and takes the variance along.
    _, lengths, along = np.linalg.svd(mean, full_matrices=False)
    if bounds.truncated and not climb.converged and lengths[0] > _UNDETERMINED:
        return _undetermined(problem, scale @ along[0])
    return None


def collapse(problem: Problem, point: Array) -> VarianceCollapseError:
    """Name the rows whose variance goes to zero, and the way there.

    Parameters
    ----------
    problem : Problem
        The fit in whitened coordinates.
    point : ndarray, shape (k,)
        Where the climb ended.

    Returns
    -------
    VarianceCollapseError
        To be raised.
    """
    low = Below(point[len(problem.first_coef) :], problem.level + 0.5 * COLLAPSE)
    rows = find_rows(problem.source, low)
    direction = problem.params(point)[len(problem.first_coef) :]
    return VarianceCollapseError(
        rows.places, tuple(direction / np.abs(direction).max()), rows.count
    )


def _undetermined(problem: Problem, way: Array) -> UndeterminedVarianceError:
    furthest = problem.source.total(Moved(way, 0.0).largest, 1).value
    rows = find_rows(problem.source, Moved(way, 0.5 * furthest))
    direction = problem.scale.basis @ way
    return UndeterminedVarianceError(
        rows.places,
        tuple(float(part) for part in direction / np.abs(direction).max()),
        rows.count,
    )
