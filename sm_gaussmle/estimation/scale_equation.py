"""Exact responses with a scale equation: Newton's method in whitened coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from sm_gaussmle.estimation.errors import StartError, VarianceCollapseError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.starting_values import starting_points
from sm_gaussmle.estimation.whitened_problem import Problem
from sm_gaussmle.likelihood.evaluation import Evaluation
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import Iteration, Maximum, Quadratic, maximize

# A log variance this far below that of the residuals is a standard deviation of 1e-13 of
# theirs, below the rounding of the response: the likelihood is running to infinity.
COLLAPSE = -60.0
_DISTINCT = 1e-3  # log-likelihoods further apart than this are of different maxima
NEWTON, NAMED = "Newton, trust region", "named optimizer"
# A maximiser that is called by name: objective and start -> last point and the
# evaluations of its iterations, the start first.
Optimizer = Callable[
    [Callable[[Array], Evaluation], Array], tuple[Array, tuple[Evaluation, ...]]
]


def fit_scale_equation(
    problem: Problem,
    start_params: Array | None = None,
    *,
    maxiter: int = 100,
    callback: Callable[[Array], object] | None = None,
    optimizer: Optimizer | None = None,
) -> Fit:
    """Maximum likelihood in the mean and log-variance equations together.

    Parameters
    ----------
    problem : Problem
        The fit in whitened coordinates.
    start_params : ndarray, shape (k,), optional
        Starting values in the caller's parameters.
    maxiter : int, default 100
        Largest number of iterations.
    callback : callable, optional
        Called with the caller's parameters after each iteration.
    optimizer : callable, optional
        Runs instead of the trust region. Where it ends is judged all the same.

    Returns
    -------
    Fit
        Converged or not; it says which.

    Raises
    ------
    VarianceCollapseError
        If the variance of some rows goes to zero and the likelihood to infinity.
    StartError
        If the log-likelihood at the starting values is not finite.
    """
    start = problem.start if start_params is None else problem.point(start_params)
    try:
        if optimizer is not None:
            climbs = [_run(problem, optimizer, start)]
        elif start_params is None and maxiter:
            climbs = _climb(problem, starting_points(problem), maxiter, callback)
        else:
            start = problem.levelled(start) if maxiter and start_params is not None else start
            climbs = _climb(problem, [start], maxiter, callback)
    except FloatingPointError as error:
        raise StartError from error
    # Where the likelihood is unbounded somewhere, a maximum found elsewhere still serves.
    sound = [climb for climb in climbs if not _collapsed(problem, climb)]
    if not sound:
        raise _collapse(problem, climbs[0].params)
    best = sound[0]
    for climb in sound[1:]:
        higher = climb.evaluation.loglike > best.evaluation.loglike + _DISTINCT
        if climb.converged and (higher or not best.converged):
            best = climb
    return _fit(problem, best, climbs, NEWTON if optimizer is None else NAMED)


def _climb(
    problem: Problem,
    starts: list[Array],
    maxiter: int,
    callback: Callable[[Array], object] | None,
) -> list[Maximum[Evaluation]]:
    climbs: list[Maximum[Evaluation]] = []
    for start in starts:
        # What a callback sees is the way from the first start.
        watch = None if callback is None or climbs else partial(_tell, callback, problem)
        try:
            climb = maximize(
                problem.evaluate,
                start,
                metric=problem.metric,
                maxiter=maxiter,
                give_up=_runs_off,
                callback=watch,
            )
        except FloatingPointError:
            if not climbs:  # only the first start has to work
                raise
            continue
        climbs.append(climb)
    return climbs


def _run(problem: Problem, optimizer: Optimizer, start: Array) -> Maximum[Evaluation]:
    """Run a named optimizer and judge where it ends."""
    calls = 0

    def counted(point: Array) -> Evaluation:
        nonlocal calls
        calls += 1
        return problem.evaluate(point)

    end, path = optimizer(counted, start)
    try:
        judged = maximize(problem.evaluate, end, metric=problem.metric, maxiter=0)
    except FloatingPointError:
        with np.errstate(all="ignore"):
            last = problem.evaluate(end)
        # Almost no variance in a few rows makes the information singular.
        if last.loglike > problem.baseline and last.smallest_log_variance < 0.5 * COLLAPSE:
            raise _collapse(problem, end) from None
        raise
    nan = float("nan")
    return replace(
        judged,
        reason=judged.reason if judged.converged else "the optimizer stopped short",
        history=tuple(Iteration(e.loglike, _score_norm(problem, e), nan, nan) for e in path),
        evaluations=calls + 1,
    )


def _score_norm(problem: Problem, evaluation: Evaluation) -> float:
    # An optimizer may pass through points where nothing is finite.
    with np.errstate(all="ignore"):
        try:
            return float(np.sqrt(Quadratic(evaluation, problem.metric(evaluation)).decrement))
        except np.linalg.LinAlgError:
            return float("inf")


def _tell(callback: Callable[[Array], object], problem: Problem, point: Array) -> None:
    callback(problem.params(point))


def _runs_off(before: Evaluation, after: Evaluation) -> str | None:
    # Starting values may lie below the threshold, and the climb lead away from zero.
    smallest = after.smallest_log_variance
    if smallest < min(COLLAPSE, before.smallest_log_variance):
        return "a variance goes to zero"
    return None


def _collapsed(problem: Problem, climb: Maximum[Evaluation]) -> bool:
    # The few rows with almost no variance can make the information of the mean singular,
    # which ends the climb before the threshold. A likelihood below that of constant
    # variance is only a bad start.
    limit = 0.5 * COLLAPSE if climb.decrement > 1.0 else COLLAPSE
    low = climb.evaluation.smallest_log_variance < limit
    return low and not climb.converged and climb.evaluation.loglike > problem.baseline


def _fit(
    problem: Problem,
    maximum: Maximum[Evaluation],
    climbs: list[Maximum[Evaluation]],
    route: str,
) -> Fit:
    evaluation = maximum.evaluation
    lower = [
        evaluation.loglike - climb.evaluation.loglike for climb in climbs if climb.converged
    ]
    nobs, unit = evaluation.nobs, problem.unit
    return Fit(
        params=problem.params(maximum.params),
        cov_root=_cov_root(problem, maximum.inverse_root),
        loglike=evaluation.loglike
        - nobs * np.log(unit)
        + (0.5 * maximum.decrement if maximum.converged else 0.0),
        nobs=nobs,
        score_norm=float(np.sqrt(maximum.decrement)),
        converged=maximum.converged,
        reason=maximum.reason,
        route=route,
        passes=problem.passes + sum(climb.evaluations for climb in climbs),
        digits=problem.digits,
        history=tuple(
            Iteration(entry.loglike - nobs * np.log(unit), *entry[1:])
            for entry in maximum.history
        ),
        starts=len(climbs),
        lower_maxima=tuple(sorted({round(d, 6) for d in lower if d > _DISTINCT})),
    )


def _cov_root(problem: Problem, inverse_root: Array | None) -> Array | None:
    if inverse_root is None:
        return None
    k_mean = len(problem.first_coef)
    mean = problem.unit * (problem.mean.basis @ inverse_root[:k_mean])
    return np.vstack([mean, problem.scale.basis @ inverse_root[k_mean:]])


def _collapse(problem: Problem, point: Array) -> VarianceCollapseError:
    _, log_variance = problem.source.rows.predictors(point)
    rows = np.flatnonzero(log_variance < 0.5 * COLLAPSE)
    direction = problem.params(point)[len(problem.first_coef) :]
    return VarianceCollapseError(
        tuple(int(row) for row in rows), tuple(direction / np.abs(direction).max())
    )
