"""Constant variance with responses that are not all exact: the maximum, from anywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sm_gaussmle.estimation.concave_coordinates import (
    ORME,
    ConcaveCoordinates,
    ConcavePoint,
)
from sm_gaussmle.estimation.constant_variance import PERFECT_FIT
from sm_gaussmle.estimation.errors import FitError, NoMaximumError, UnboundedError
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.recession import recession
from sm_gaussmle.likelihood.cross_products import CrossProducts
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import (
    SETTLED,
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
# Rows of the sample that the climb starts on: at most, at least for each parameter, and how
# many times more there are of them all.
_SAMPLE, _LEAST, _MANY = 20_000, 100, 10
# Squared distance to the maximum of that sample, in its standard errors, that is no nearer
# to the maximum of all rows.
_ROUGH = 1e-2


def concave_maximum(problem: Problem) -> Problem:
    """Find the maximum of constant variance, which there is at most one of.

    Parameters
    ----------
    problem : Problem
        Of constant variance, its scale column one in every row, with bounds.

    Returns
    -------
    Problem
        Whose start is the maximum, measured from the line there if that is far away.

    Raises
    ------
    NoMaximumError
        If the likelihood rises without end in some direction.
    UnboundedError
        If the variance goes to zero or infinity.
    """
    problem = _from_exact_rows(problem)
    for _ in range(5):  # each time the unit is nearer to the standard deviation
        coordinates = ConcaveCoordinates.of(problem)
        try:
            found = _climb(problem, coordinates, _start_of_a_sample(problem))
        except FloatingPointError as error:
            _refuse_recession(problem)
            raise FitError(
                "the log-likelihood of constant variance has no curvature, or is not finite, "
                "where the responses or the middles of their intervals are fitted best."
            ) from error
        _refuse_without_maximum(problem, coordinates, found)
        point = coordinates.point(found.params)
        unit = float(np.exp(0.5 * (point[-1] - problem.level)))
        # Deviations below this share of the responses are their rounding, not noise.
        if problem.n_exact and unit * problem.unit <= PERFECT_FIT * problem.size:
            raise UnboundedError(0.0)
        problem = replace(
            problem,
            start=point,
            baseline=found.evaluation.loglike,
            history=(*problem.history, *found.history),
            passes=problem.passes + found.evaluations,
        )
        if 1.0 / _FAR < unit < _FAR:
            if found.converged:
                return replace(problem, passes=problem.passes - 1, known=found.evaluation.known)
            break
        problem = problem.recentred(point, unit)
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
    with np.errstate(all="ignore"):
        gain = near.evaluate(near.start).loglike - near.log_units
        gain -= problem.evaluate(problem.start).loglike - problem.log_units
    passes = problem.passes + 2
    return replace(near if gain > 0.0 else problem, passes=passes)


def _share_of_exact(sums: CrossProducts, level: float) -> float:
    """Mean square of the exact rows around their own fit; good to some 1e-15."""
    coef = np.linalg.lstsq(sums.gram, sums.moment, rcond=None)[0]
    return float((sums.square - coef @ sums.moment) * np.exp(-level) / sums.nobs)


def _climb(
    problem: Problem, coordinates: ConcaveCoordinates, start: Array
) -> Maximum[ConcavePoint]:
    found = _climb_in(coordinates, start)
    bounds = problem.source.prototype.bounds
    if found.converged or bounds is None or not bounds.truncated:
        return found
    # The way may lead along the edge of the range, which these coordinates reach in finite
    # steps. Mean and log variance never do; here is where their end is judged.
    around = maximize(problem.evaluate, problem.start, metric=problem.metric)
    last = _climb_in(coordinates, around.params)
    evaluations = found.evaluations + around.evaluations + last.evaluations
    if not last.converged:
        return replace(found, evaluations=evaluations)
    path = (*around.history, *last.history[1:])
    return replace(last, history=path, evaluations=evaluations)


def _climb_in(
    coordinates: ConcaveCoordinates, start: Array, target: float = TARGET_DECREMENT
) -> Maximum[ConcavePoint]:
    return maximize(
        coordinates.evaluate,
        coordinates.coordinates(start),
        metric=_metric,
        target=target,
        settled=SETTLED,
    )


def _start_of_a_sample(problem: Problem) -> Array:
    """The maximum of a few of very many rows, which saves passes over all of them."""
    source = problem.source
    if isinstance(source, Memory):
        size = min(_SAMPLE, source.n_rows // _MANY)
        pays = size >= _LEAST * len(problem.start)
    else:
        # A pass over rows that are not in memory costs more than many over a few that are.
        size, pays = _SAMPLE, source.n_rows >= 2 * len(source.prototype.endog)
    if not pays:
        return problem.start
    few = problem.thinned(size)
    coordinates = ConcaveCoordinates.of(few)
    try:
        found = _climb_in(coordinates, few.start, _ROUGH)
    except FloatingPointError:
        return problem.start
    determined = found.decrement <= _ROUGH and _smallest_share(found) > _SUSPECT
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
    problem: Problem, coordinates: ConcaveCoordinates, found: Maximum[ConcavePoint]
) -> None:
    if found.converged and _smallest_share(found) > _SUSPECT:
        return
    if coordinates.power == ORME:
        if not found.converged and found.params[-1] < _FLAT:
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
