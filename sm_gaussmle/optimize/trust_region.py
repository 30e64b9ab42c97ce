"""Newton's method in a trust region, in the metric of the information.

Steps are measured by ``d' M d`` with a positive definite `M` that the caller gives (for
a likelihood, the expected information): the radius is then a number of standard errors,
whatever the units of the parameters. The subproblem is solved exactly through an
eigendecomposition, so negative curvature is used instead of feared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.optimize.quadratic import Evaluated, Quadratic

Array = NDArray[np.float64]

# Squared distance to the maximum in standard errors below which the last step is taken
# without looking again. It leaves the parameters nothing to gain, but the information is
# that of the point before it: 1e-11 standard errors away, it has eleven digits, and nine
# where it changes a hundred times over within one standard error.
TARGET_DECREMENT = 1e-22
# What counts as the maximum at all: 1e-5 standard errors in every direction, where the
# log-likelihood is within 5e-11 of its maximum.
CONVERGED_DECREMENT = 1e-10

# Share of the Hessian that may be left to change, where the last step is taken without
# looking again further away: the information has nine digits all the same.
SETTLED = 1e-9

_NEAR = 1e-6  # squared standard errors within which Newton's method may be trusted
# Shares of the predicted gain: a step below the first is turned down, below the second
# the region shrinks, above the third it grows; and by how much. Of the usual choices
# these took the fewest evaluations on the hard problems of the tests.
_ACCEPT, _SHRINK, _GROW = 1e-4, 0.1, 0.9
_SHRINK_BY, _GROW_BY = 0.5, 1.5
_EPS = float(np.finfo(float).eps)


class Iteration(NamedTuple):
    """One line of the record of a fit.

    Attributes
    ----------
    loglike : float
        Log-likelihood at the point.
    score_norm : float
        Distance to the maximum of the local quadratic, in standard errors (infinite
        where the Hessian is not negative definite).
    step : float
        Length of the step that led here, in standard errors.
    radius : float
        Radius of the trust region that bounded it, in standard errors.
    """

    loglike: float
    score_norm: float
    step: float
    radius: float


E = TypeVar("E", bound=Evaluated)


@dataclass(frozen=True)
class Maximum(Generic[E]):
    """Where the climb ended, and why.

    Attributes
    ----------
    params : ndarray, shape (k,)
        The last point.
    evaluation : Evaluated
        Value and derivatives at the last point that was accepted.
    decrement : float
        Squared distance from the evaluated point to the maximum of its quadratic, in
        standard errors; infinite where there is none.
    reason : str
        Why the climb ended.
    history : tuple of Iteration
        One entry per accepted point.
    evaluations : int
        How often the function was evaluated.
    inverse_root : ndarray, shape (k, k), or None
        ``B`` with ``B B'`` the inverse of minus the Hessian; None where that is not
        positive definite.
    """

    params: Array
    evaluation: E
    decrement: float
    reason: str
    history: tuple[Iteration, ...]
    evaluations: int
    inverse_root: Array | None

    @property
    def converged(self) -> bool:
        """Whether the score is zero in the metric of the information."""
        return self.decrement <= CONVERGED_DECREMENT


def maximize(
    objective: Callable[[Array], E],
    start: Array,
    *,
    metric: Callable[[E], Array],
    radius: float = 1.0,
    target: float = TARGET_DECREMENT,
    settled: float = 0.0,
    maxiter: int = 100,
    give_up: Callable[[E, E], str | None] | None = None,
    callback: Callable[[Array], object] | None = None,
) -> Maximum[E]:
    """Maximise a function whose value, gradient and Hessian come together.

    Parameters
    ----------
    objective : callable
        Maps parameters of shape (k,) to value and derivatives. May be non-finite away
        from the start.
    start : ndarray, shape (k,)
        Where to begin; the function must be finite there.
    metric : callable
        Maps an evaluation to a positive definite matrix of shape (k, k): the unit of
        length of a step is ``d' M d = 1``.
    radius : float, default 1
        First radius of the trust region over the root of the number of observations: 1
        lets the linear predictors move by one unit in the root mean square.
    target : float, default 1e-22
        Squared distance to the maximum, in standard errors, at which the last step is taken
        without looking again.
    settled : float, default 0
        It is taken at a maximum further away too, within 1e-5 standard errors, where by its
        change over the step before the Hessian has less than this share still to change.
    maxiter : int, default 100
        Largest number of iterations; a rejected step counts too.
    give_up : callable, optional
        Looks at the evaluations before and after each accepted step and returns a reason
        to stop, or None.
    callback : callable, optional
        Called with the parameters after each accepted step.

    Returns
    -------
    Maximum
        The last point, with its evaluation and the record of the way there.

    Raises
    ------
    FloatingPointError
        If the function is not finite at the start.

    Notes
    -----
    One iteration is one evaluation, because the derivatives of a trial step are used if
    it is accepted.

    References
    ----------
    .. [1] J. J. Moré and D. C. Sorensen, "Computing a Trust Region Step", SIAM J. Sci.
       Stat. Comput. 4 (1983) 553-572. doi:10.1137/0904038
    """
    params = np.array(start, dtype=float)
    current, first = _look(objective, metric, params)
    if first is None:
        raise FloatingPointError("the function or its metric is not finite at the start.")
    quadratic = first
    radius *= float(np.sqrt(current.nobs))
    history = [Iteration(current.loglike, quadratic.decrement**0.5, 0.0, radius)]
    reason = "maxiter was reached"
    evaluations = 1
    while evaluations <= maxiter and quadratic.decrement > target:
        step, length, gain = quadratic.step(radius)
        trial, candidate = _look(objective, metric, params + step)
        evaluations += 1
        share = _share(current, quadratic, trial, candidate, gain)
        bound = radius
        if share is None:
            reason = "the steps are below the rounding of the log-likelihood"
            break
        radius = _next_radius(radius, share, length)
        if candidate is None or share < _ACCEPT:
            continue
        before = current
        params, current, quadratic = params + step, trial, candidate
        history.append(Iteration(current.loglike, quadratic.decrement**0.5, length, bound))
        if callback is not None:
            callback(params)
        stop = give_up(before, current) if give_up is not None else None
        if stop is not None:
            reason = stop
            break
        if _has_settled(settled, before.hessian, current.hessian, quadratic, step):
            break
    decrement = quadratic.decrement
    if decrement <= CONVERGED_DECREMENT:
        reason = "the score is zero in the metric of the information"
        # The last Newton step costs nothing: its matrix is already factored.
        params = params + quadratic.step(np.inf)[0]
    return Maximum(
        params, current, decrement, reason, tuple(history), evaluations, quadratic.inverse_root
    )


def _look(
    objective: Callable[[Array], E], metric: Callable[[E], Array], params: Array
) -> tuple[E, Quadratic | None]:
    # A trial point may overflow or have a singular metric: it is then no candidate, and
    # the region shrinks.
    with np.errstate(all="ignore"):
        trial = objective(params)
        finite = np.isfinite(trial.loglike) and np.isfinite(trial.hessian).all()
        if not (finite and np.isfinite(trial.score).all()):
            return trial, None
        try:
            quadratic = Quadratic(trial, metric(trial))
        except np.linalg.LinAlgError:
            return trial, None
        return trial, quadratic if quadratic.in_range else None


def _next_radius(radius: float, share: float, length: float) -> float:
    if share < _SHRINK:
        return _SHRINK_BY * length
    return _GROW_BY * radius if share > _GROW and length > 0.99 * radius else radius


def _has_settled(share: float, before: Array, now: Array, at: Quadratic, step: Array) -> bool:
    """Whether the Hessian changes little on the way left, if as much as over a step."""
    root = at.inverse_root
    if not share or root is None or at.decrement > CONVERGED_DECREMENT:
        return False
    change = float(np.linalg.norm(root.T @ (now - before) @ root, 2))
    # Rounding can leave nothing of the length of a step.
    length = max(-float(step @ now @ step), 0.0)
    return change * float(np.sqrt(at.decrement)) <= share * float(np.sqrt(length))


def _share(
    current: Evaluated,
    quadratic: Quadratic,
    trial: Evaluated,
    candidate: Quadratic | None,
    gain: float,
) -> float | None:
    """Share of the predicted gain that came true; None where no step can help."""
    if candidate is None:
        return -1.0
    rounding = 100.0 * _EPS * max(abs(current.loglike), current.nobs)
    if quadratic.decrement >= _NEAR and gain >= rounding:
        return (trial.loglike - current.loglike) / gain
    # Near the maximum a change of value drowns in the rounding of the sum: there the step
    # is judged by whether it brings the score nearer to zero.
    return 1.0 if candidate.decrement <= 0.25 * quadratic.decrement else None
