"""All that has no closed form: Newton's method in whitened coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from sm_gaussmle.estimation.errors import StartError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.run_off import COLLAPSE, collapse, falls_below, run_off
from sm_gaussmle.estimation.starting_values import StartingPoints, starting_points
from sm_gaussmle.likelihood.evaluation import Evaluation, RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.quadratic import Quadratic
from sm_gaussmle.optimize.trust_region import (
    CONVERGED_DECREMENT,
    TARGET_DECREMENT,
    Iteration,
    Maximum,
    maximize,
)

_EPS = float(np.finfo(float).eps)
_ROUNDING_IN_DOUBT = 1e-6  # standard errors
_DISTINCT = 1e-3  # log-likelihoods further apart than this are of different maxima
_SHORT = (
    "the named method stopped short; leave it out, or try a larger maxiter or smaller "
    "tolerances"
)
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
        Starting values in the caller's parameters. A problem that has been climbed has had
        its own.
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
    UndeterminedVarianceError
        If the likelihood does not say what the variance of some rows is.
    StartError
        If the log-likelihood at the starting values is not finite.
    """
    points = StartingPoints([], 0)
    try:
        if optimizer is not None:
            start = problem.start if start_params is None else problem.point(start_params)
            climbs = [_run(problem, optimizer, start)]
        else:
            points = _points(problem, start_params, maxiter)
            climbs = _climb(problem, points, 0 if problem.stopped else maxiter, callback)
            if points.others and not _ended_well(problem, climbs):
                climbs += _climb(problem, points._replace(starts=list(points.others)), maxiter)
    except FloatingPointError as error:
        raise StartError from error
    # Where the likelihood is unbounded somewhere, a maximum found elsewhere still serves.
    reasons = [run_off(problem, climb) if maxiter else None for climb in climbs]
    sound = [climb for climb, why in zip(climbs, reasons, strict=True) if why is None]
    if not sound:
        raise next(why for why in reasons if why is not None)
    best = sound[0]
    for climb in sound[1:]:
        higher = climb.evaluation.loglike > best.evaluation.loglike + _DISTINCT
        if climb.converged and (higher or not best.converged):
            best = climb
    passes = points.passes + problem.passes + sum(climb.evaluations for climb in climbs)
    fit = _fit(problem, best, climbs, passes, NEWTON if optimizer is None else NAMED)
    if start_params is not None and not maxiter:
        fit = replace(fit, params=np.array(start_params))  # not by way of other coordinates
    return _with_rounding(problem, best, fit)


def _points(problem: Problem, start_params: Array | None, maxiter: int) -> StartingPoints:
    if problem.known is not None:  # it has been climbed
        return StartingPoints([problem.known[0]], 0, problem.known)
    if start_params is None:
        return starting_points(problem) if maxiter else StartingPoints([problem.start], 0)
    start = problem.point(start_params)
    if maxiter and problem.constant_scale is not None:
        return StartingPoints([problem.levelled(start, problem.constant_scale)], 1)
    return StartingPoints([start], 0)


def _ended_well(problem: Problem, climbs: list[Maximum[Evaluation]]) -> bool:
    return any(climb.converged and run_off(problem, climb) is None for climb in climbs)


def _climb(
    problem: Problem,
    points: StartingPoints,
    maxiter: int,
    callback: Callable[[Array], object] | None = None,
) -> list[Maximum[Evaluation]]:
    climbs: list[Maximum[Evaluation]] = []

    def objective(point: Array) -> Evaluation:
        if points.known is not None and np.array_equal(point, points.known[0]):
            return points.known[1]
        return problem.evaluate(point)

    for start in points.starts:
        # What a callback sees is the way from the first start.
        watch = None if callback is None or climbs else partial(_tell, callback, problem)
        try:
            climb = maximize(
                objective,
                start,
                metric=problem.metric,
                # Where a climb in other coordinates ended, the information is known already.
                target=TARGET_DECREMENT if problem.known is None else CONVERGED_DECREMENT,
                settled=problem.settled,
                maxiter=maxiter,
                give_up=partial(falls_below, problem.level),
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
        with np.errstate(all="ignore"):  # compared with what it should pass
            last = problem.evaluate(end)
        # Almost no variance in a few rows makes the information singular.
        if (
            last.loglike > problem.baseline
            and last.smallest_log_variance < problem.level + 0.5 * COLLAPSE
        ):
            raise collapse(problem, end) from None
        raise
    nan = float("nan")
    return replace(
        judged,
        reason=judged.reason if judged.converged else _SHORT,
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


def _fit(
    problem: Problem,
    maximum: Maximum[Evaluation],
    climbs: list[Maximum[Evaluation]],
    passes: int,
    route: str,
) -> Fit:
    evaluation = maximum.evaluation
    lower = [
        evaluation.loglike - climb.evaluation.loglike for climb in climbs if climb.converged
    ]
    nobs, log_units = evaluation.nobs, problem.log_units
    return Fit(
        params=problem.params(maximum.params),
        cov_root=_cov_root(problem, maximum.inverse_root),
        loglike=float(
            evaluation.loglike
            - log_units
            + (0.5 * maximum.decrement if maximum.converged else 0.0)
        ),
        nobs=nobs,
        score_norm=float(np.sqrt(maximum.decrement)),
        converged=maximum.converged,
        reason=maximum.reason,
        route=route,
        passes=passes,
        digits=problem.digits,
        history=tuple(
            Iteration(entry.loglike - log_units, *entry[1:])
            for entry in (*_way_to_start(problem, maximum), *maximum.history)
        ),
        starts=len(climbs),
        lower_maxima=tuple(sorted({round(d, 6) for d in lower if d > _DISTINCT})),
    )


def _way_to_start(problem: Problem, maximum: Maximum[Evaluation]) -> tuple[Iteration, ...]:
    """The climb with constant variance, where this one began at its end."""
    path = problem.history
    same = path and abs(maximum.history[0].loglike - path[-1].loglike) < _DISTINCT
    return path[:-1] if same else ()


def _with_rounding(problem: Problem, maximum: Maximum[Evaluation], fit: Fit) -> Fit:
    """Say how far from the maximum the rounding of the parameters can put them."""
    coef = np.abs(fit.params[: len(problem.first_coef)])
    square = (problem.mean.factor**2).sum(axis=0)
    if problem.mean.origin is not None:
        square = square + problem.mean.origin.exog**2
    # An upper bound: all rows as large as their root mean square, all as precise as the
    # most precise one. Only if that is in doubt is a pass over the rows worth it.
    smallest = 0.5 * (maximum.evaluation.smallest_log_variance - problem.level)
    terms = float(coef @ np.sqrt(square)) * np.exp(-smallest) / problem.unit
    if not terms * np.sqrt(fit.nobs) * _EPS > _ROUNDING_IN_DOUBT:
        return fit
    with np.errstate(over="ignore"):  # infinite rounding: it is in doubt
        total = problem.given.total(partial(_rounding, fit.params), len(fit.params))
    return replace(fit, rounding=_EPS * float(np.sqrt(total)), passes=fit.passes + 1)


def _rounding(params: Array, block: RowBlock) -> float:
    k_mean = block.exog.shape[1]
    _, log_variance = block.predictors(params)
    terms = np.abs(block.exog) @ np.abs(params[:k_mean]) * np.exp(-0.5 * log_variance)
    weights = 1.0 if block.freq_weights is None else block.freq_weights
    return float(np.sum(weights * terms * terms))


def _cov_root(problem: Problem, inverse_root: Array | None) -> Array | None:
    if inverse_root is None:
        return None
    k_mean = len(problem.first_coef)
    mean = problem.unit * (problem.mean.basis @ inverse_root[:k_mean])
    return np.vstack([mean, problem.scale.basis @ inverse_root[k_mean:]])
