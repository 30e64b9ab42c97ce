"""Exact responses with a scale equation: Newton's method in whitened coordinates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from sm_gaussmle.estimation.errors import NonFiniteError, VarianceCollapseError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.starting_values import starting_points
from sm_gaussmle.estimation.whitened_problem import Problem
from sm_gaussmle.likelihood.evaluation import Evaluation
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import Iteration, Maximum, maximize

# A log variance this far below that of the residuals is a standard deviation of 1e-13 of
# theirs, below the rounding of the response: the likelihood is running to infinity.
COLLAPSE = -60.0
_DISTINCT = 1e-3  # log-likelihoods further apart than this are of different maxima
NAMED = "named optimizer"
# A maximiser that is called by name: objective and start -> last point.
Optimizer = Callable[[Callable[[Array], Evaluation], Array], Array]


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
    NonFiniteError
        If the log-likelihood at the starting values is not finite.
    """
    if start_params is None and optimizer is None:
        starts = starting_points(problem) if maxiter else [problem.start]
    else:
        starts = [problem.start if start_params is None else problem.point(start_params)]
    route = "Newton, trust region"
    if optimizer is not None:
        starts = [optimizer(problem.evaluate, starts[0])]
        route, maxiter = NAMED, 0
    # What a callback sees is the way from the first start.
    watch = None if callback is None else partial(_call_with_params, callback, problem)
    climbs: list[Maximum[Evaluation]] = []
    for start in starts:
        try:
            climb = maximize(
                problem.evaluate,
                start,
                metric=problem.metric,
                maxiter=maxiter,
                give_up=_collapsing,
                callback=None if climbs else watch,
            )
        except FloatingPointError as error:
            if climbs:  # only the first start has to work
                continue
            raise NonFiniteError from error
        climbs.append(climb)
    # Where the likelihood is unbounded somewhere, a maximum found elsewhere still serves.
    sound = [climb for climb in climbs if _collapsing(climb.evaluation) is None]
    if not sound:
        raise _collapse(problem, climbs[0])
    best = sound[0]
    for climb in sound[1:]:
        higher = climb.evaluation.loglike > best.evaluation.loglike + _DISTINCT
        if climb.converged and (higher or not best.converged):
            best = climb
    return _fit(problem, best, climbs, route)


def _call_with_params(
    callback: Callable[[Array], object], problem: Problem, point: Array
) -> None:
    callback(problem.params(point))


def _collapsing(evaluation: Evaluation) -> str | None:
    return "collapse" if evaluation.smallest_log_variance < COLLAPSE else None


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
    reason = maximum.reason
    if route == NAMED and not maximum.converged:
        reason = "the optimizer stopped short of the maximum"
    return Fit(
        params=problem.params(maximum.params),
        cov_root=_cov_root(problem, maximum.inverse_root),
        loglike=evaluation.loglike
        - nobs * np.log(unit)
        + (0.5 * maximum.decrement if maximum.converged else 0.0),
        nobs=nobs,
        score_norm=float(np.sqrt(maximum.decrement)),
        converged=maximum.converged,
        reason=reason,
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


def _collapse(problem: Problem, maximum: Maximum[Evaluation]) -> VarianceCollapseError:
    _, log_variance = problem.source.rows.predictors(maximum.params)
    rows = np.flatnonzero(log_variance < 0.5 * COLLAPSE)
    direction = problem.params(maximum.params)[len(problem.first_coef) :]
    return VarianceCollapseError(
        tuple(int(row) for row in rows), tuple(direction / np.abs(direction).max())
    )
