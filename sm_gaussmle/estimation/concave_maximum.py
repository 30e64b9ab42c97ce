"""Constant variance with responses that are not all exact: the maximum, from anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sm_gaussmle.estimation.concave_coordinates import (
    ORME,
    ConcaveCoordinates,
    ConcavePoint,
)
from sm_gaussmle.estimation.constant_variance import PERFECT_FIT
from sm_gaussmle.estimation.errors import (
    FitError,
    NoMaximumError,
    StartError,
    UnboundedError,
)
from sm_gaussmle.estimation.few_rows import ROUGH, few_rows
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.recession import recession
from sm_gaussmle.likelihood.cross_products import CrossProducts
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import (
    CONVERGED_DECREMENT,
    TARGET_DECREMENT,
    Maximum,
    maximize,
)
from sm_gaussmle.sources.memory import Memory

# Share of the information of complete data below which a direction is looked at again.
_SUSPECT = 1e-5
# Where the standard deviation is this many times smaller or larger than the unit, the
# response is measured anew from the line that was found.
_FAR = 30.0
# A precision this far below that of the sample is on its way to zero.
_FLAT = 1e-3
_RIDGE = 1e-10
# Iterations after which a climb leads to no maximum in these coordinates.
_NOWHERE = 100
# Squared distance from the maximum, for each row, at which another climb may begin.
_NEAR = 1e-3


def concave_maximum(
    problem: Problem,
    start_params: Array | None = None,
    *,
    maxiter: int = 100,
    callback: Callable[[Array], object] | None = None,
    only_near: bool = False,
) -> Problem:
    """Find the maximum of constant variance, which there is at most one of.

    Parameters
    ----------
    problem : Problem
        Of constant variance, its scale column one in every row, with bounds.
    start_params : ndarray, shape (k,), optional
        Starting values in the caller's parameters.
    maxiter : int, default 100
        Largest number of iterations of a climb; a rejected step counts too.
    callback : callable, optional
        Called with the caller's parameters after each iteration.
    only_near : bool, default False
        Whether a point near the maximum will do, where a sample of the rows has one too.

    Returns
    -------
    Problem
        Whose start is the maximum, measured from the line there if that is far away; or
        where the iterations ended.

    Raises
    ------
    StartError
        If the log-likelihood at the starting values is not finite.
    NoMaximumError
        If the likelihood rises without end in some direction.
    UnboundedError
        If the variance goes to zero or infinity.
    """
    problem = _from_exact_rows(problem)
    start = _start_of_a_sample(problem) if start_params is None else problem.point(start_params)
    sampled = start_params is None and start is not problem.start
    target = _NEAR * problem.nobs if only_near and sampled else TARGET_DECREMENT
    near = max(target, CONVERGED_DECREMENT)
    for _ in range(5):  # each time the unit is nearer to the standard deviation
        coordinates = ConcaveCoordinates.of(problem)
        try:
            found = _climb(
                problem,
                coordinates,
                start,
                target=target,
                maxiter=maxiter,
                callback=callback,
            )
        except FloatingPointError as error:
            if start_params is not None:
                raise StartError from error
            _refuse_recession(problem)
            raise FitError(
                "the log-likelihood of constant variance has no curvature, or is not finite, "
                "where the responses or the middles of their intervals are fitted best."
            ) from error
        point = coordinates.point(found.params)
        unit = float(np.exp(0.5 * (point[-1] - problem.level)))
        stopped = _stopped(found, maxiter)
        if not stopped:
            _refuse_without_maximum(problem, coordinates, found, near)
            # Deviations below this share of the responses are their rounding, not noise.
            if problem.n_exact and unit * problem.unit <= PERFECT_FIT * problem.size:
                raise UnboundedError(0.0)
        problem = replace(
            problem,
            start=point,
            baseline=found.evaluation.loglike,
            # Each climb but the first starts where the one before it ended.
            history=(*problem.history, *found.history[bool(problem.history) :]),
            passes=problem.passes + found.evaluations,
            stopped=stopped,
        )
        if stopped or 1.0 / _FAR < unit < _FAR:
            if stopped or (found.converged and problem.many_rows):
                known = found.evaluation.known
                return replace(problem, passes=problem.passes - 1, known=known)
            break
        problem = problem.recentred(point, unit)
        start = problem.start
    return problem


def _from_exact_rows(problem: Problem) -> Problem:
    """Start at the fit of the exact rows alone, where it is far closer and more likely."""
    source, k_mean = problem.standard, len(problem.first_coef)
    if not isinstance(source, Memory):
        return problem
    exact = source.exact
    if not k_mean < np.count_nonzero(exact) < len(exact):
        return problem
    if problem.condensed is not None:
        sums = problem.condensed.sums
        if _share_of_exact(sums, problem.level) > 1.0 / _FAR**2:
            return problem
    rows = source.rows
    weights = np.exp(-np.asarray(rows.log_variance_offset)[exact] - problem.level)
    if rows.freq_weights is not None:
        weights = weights * rows.freq_weights[exact]
    root = np.sqrt(weights)
    coef = np.linalg.lstsq(rows.exog[exact] * root[:, None], rows.endog[exact] * root)[0]
    residual = rows.endog[exact] - rows.exog[exact] @ coef
    unit = float(np.sqrt((weights @ (residual * residual)) / weights.sum()))
    if not PERFECT_FIT < unit < 1.0 / _FAR:
        return problem
    near = problem.recentred(np.append(coef, problem.level + 2.0 * np.log(unit)), unit)
    with np.errstate(all="ignore"):  # what overflows is no gain
        gain = near.evaluate(near.start).loglike - near.log_units
        gain -= problem.evaluate(problem.start).loglike - problem.log_units
    passes = problem.passes + 2
    return replace(near if gain > 0.0 else problem, passes=passes)


def _share_of_exact(sums: CrossProducts, level: float) -> float:
    """Mean square of the exact rows around their own fit; good to some 1e-15."""
    coef = np.linalg.lstsq(sums.gram, sums.moment, rcond=None)[0]
    return float((sums.square - coef @ sums.moment) * np.exp(-level) / sums.nobs)


def _climb(
    problem: Problem,
    coordinates: ConcaveCoordinates,
    start: Array,
    *,
    target: float,
    maxiter: int,
    callback: Callable[[Array], object] | None,
) -> Maximum[ConcavePoint]:
    def tell(point: Array) -> None:
        if callback is not None:
            callback(problem.params(point))

    def climb(start: Array) -> Maximum[ConcavePoint]:
        return maximize(
            coordinates.evaluate,
            coordinates.coordinates(start),
            metric=_metric,
            target=target,
            settled=problem.settled,
            maxiter=maxiter,
            callback=lambda place: tell(coordinates.point(place)),
        )

    found = climb(start)
    bounds = problem.source.prototype.bounds
    truncated = bounds is not None and bounds.truncated
    ended = found.converged or found.decrement <= target
    if ended or _stopped(found, maxiter) or not truncated:
        return found
    # The way may lead along the edge of the range, which these coordinates reach in finite
    # steps. Mean and log variance never do; here is where their end is judged.
    around = maximize(
        problem.evaluate, problem.start, metric=problem.metric, maxiter=maxiter, callback=tell
    )
    last = climb(around.params)
    evaluations = found.evaluations + around.evaluations + last.evaluations
    if not last.converged:
        return replace(found, evaluations=evaluations)
    path = (*around.history, *last.history[1:])
    return replace(last, history=path, evaluations=evaluations)


def _stopped(found: Maximum[ConcavePoint], maxiter: int) -> bool:
    """Whether a climb was broken off that might have led to a maximum."""
    return not found.converged and maxiter < min(found.evaluations, _NOWHERE)


def _start_of_a_sample(problem: Problem) -> Array:
    """The maximum of a few of very many rows, which saves passes over all of them."""
    few = few_rows(problem)
    if few is None:
        return problem.start
    coordinates = ConcaveCoordinates.of(few)
    try:
        start = coordinates.coordinates(few.start)
        found = maximize(coordinates.evaluate, start, metric=_metric, target=ROUGH)
    except FloatingPointError:
        return problem.start
    determined = found.decrement <= ROUGH and _smallest_share(found) > _SUSPECT
    return coordinates.point(found.params) if determined else problem.start


def _smallest_share(found: Maximum[ConcavePoint]) -> float:
    """Information about the worst direction, as a share of that of complete data."""
    information = -found.evaluation.hessian / found.evaluation.nobs
    scale = np.ones(len(information))
    scale[-1] = found.params[-1]
    return float(np.linalg.eigvalsh(information * np.outer(scale, scale))[0])


def _metric(at: ConcavePoint) -> Array:
    # Where intervals or censored rows of a truncated sample make it indefinite, by size.
    values, vectors = np.linalg.eigh(-at.hessian)
    sizes = np.abs(values)
    return np.asarray((vectors * np.maximum(sizes, _RIDGE * sizes.max())) @ vectors.T)


def _refuse_without_maximum(
    problem: Problem,
    coordinates: ConcaveCoordinates,
    found: Maximum[ConcavePoint],
    near: float,
) -> None:
    if found.decrement <= near and _smallest_share(found) > _SUSPECT:
        return
    if coordinates.power == ORME:
        if not found.decrement <= near and found.params[-1] < _FLAT:
            raise UnboundedError(np.inf)
        return
    _refuse_recession(problem)


def _refuse_recession(problem: Problem) -> None:
    away = recession(problem.standard)
    if away is None:
        return
    if away.precision:
        raise UnboundedError(0.0)
    direction = problem.mean.basis @ away.mean
    raise NoMaximumError(
        away.rows.places,
        tuple(float(part) for part in direction / np.abs(direction).max()),
        away.rows.count,
    )
