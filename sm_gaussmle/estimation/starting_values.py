"""Where the climb of a scale equation starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from sm_gaussmle.estimation.few_rows import ROUGH, few_rows
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.run_off import falls_below
from sm_gaussmle.likelihood.evaluation import Evaluation, RowBlock, evaluate
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import Maximum, maximize

# A row with this share of the information about some direction of the scale equation can
# make a maximum of its own; the start for it moves the log variances by this much in the
# root mean square.
_HIGH_LEVERAGE, _MOST_ALTERNATIVES, _LOWERING = 0.1, 5, 3.0
_LOWEST = 20.0  # by which the log variance of the row itself falls at most
# Log variances that spread further (root mean square) make least squares a poor start.
_WIDE_SPREAD = 1.0
# Information about a direction, as a share of that of complete data, that a sample must have
# for its maximum to be a start.
_DETERMINED = 1e-5


class StartingPoints(NamedTuple):
    """Where to climb from.

    Attributes
    ----------
    starts : list of ndarray, shape (k,)
        The usual start and those for a sample that is cut off, the likeliest first; then one
        for each of at most five rows that can rule the scale equation, none of these in the
        usual large sample.
    passes : int
        Passes over the data that they took, but for that to `known`.
    known : tuple of ndarray and Evaluation, or None
        A point that was evaluated.
    others : tuple of ndarray, each of shape (k,)
        From which to climb only if that leads nowhere.
    """

    starts: list[Array]
    passes: int
    known: tuple[Array, Evaluation] | None = None
    others: tuple[Array, ...] = ()


def starting_points(problem: Problem) -> StartingPoints:
    """Harvey's start, and starts near the other maxima that a small sample can have.

    Parameters
    ----------
    problem : Problem
        The fit in whitened coordinates.

    Returns
    -------
    StartingPoints
        Where to climb from.

    Notes
    -----
    Of rows that are read in passes a climb costs as many of them as it has iterations. There
    is one then, and others only if it ends at no maximum.

    The log-likelihood has a second maximum where a row is fitted almost exactly with
    almost no variance. That pays only if the variance of this row can be lowered without
    lowering that of the others, which is to say if its leverage in the scale equation is
    large. So the start for such a row lowers its log variance, and the mean is the
    weighted least-squares fit that belongs to it.
    """
    k_mean, nobs, first = len(problem.first_coef), problem.nobs, problem.start
    if len(first) == k_mean + 1 and problem.constant_scale is not None:
        return StartingPoints([first], 0)  # one variance: no row rules it
    others: tuple[Array, ...] = ()
    sampled = _of_a_sample(problem)
    if sampled is not None:
        others = (first, *problem.other_starts)
        first, problem = sampled, replace(problem, other_starts=())
    centre = _centre(problem)
    # The new columns have mean square one, so this is the variance of the log variance.
    coef = first[k_mean:]
    spread = coef @ coef - (centre @ coef) ** 2
    wide = bool(spread > _WIDE_SPREAD**2)
    with np.errstate(all="ignore"):  # whether a start is finite is looked at where it is used
        look = problem.source.total(partial(_look, first, centre, nobs), len(first) + 1)
    usual = _reweighted(problem, first, look.start) if wide else first
    starts = [usual, *problem.other_starts]
    # One from which the climb begins is charged to it.
    passes = int(wide) + (problem.constant_scale is None)
    if problem.other_starts:
        starts = _likeliest_first(problem, starts)
        passes += len(starts)
    if problem.source.at_hand is None:
        others = (*starts[1:], *others)
        return StartingPoints(starts[:1], passes, (first, look.start), others)
    for leverage, row in zip(look.rows.leverage, look.rows.scale, strict=True):
        point = first.copy()
        length = float(np.sqrt(leverage * nobs))
        point[k_mean:] -= min(_LOWERING, _LOWEST / length) * (row - centre) / length
        starts.append(_reweighted(problem, point))
        passes += problem.source.prototype.bounds is None
    return StartingPoints(starts, passes, (first, look.start), others)


def _of_a_sample(problem: Problem) -> Array | None:
    """The likeliest maximum of a few of very many rows that are not all exact."""
    few = None if problem.source.prototype.bounds is None else few_rows(problem)
    if few is None:
        return None
    highest, best = -np.inf, None
    for start in (problem.start, *problem.other_starts):
        try:
            found = maximize(
                few.evaluate,
                start,
                metric=few.metric,
                target=ROUGH,
                give_up=partial(falls_below, few.level),
            )
        except FloatingPointError:
            continue
        determined = found.decrement <= ROUGH and _least_known(found) > _DETERMINED
        if determined and found.evaluation.loglike > highest:
            highest, best = found.evaluation.loglike, found.params
    return best


def _least_known(found: Maximum[Evaluation]) -> float:
    """Information about the worst direction, for each row."""
    information = -found.evaluation.hessian / found.evaluation.nobs
    return float(np.linalg.eigvalsh(information)[0])


@dataclass(frozen=True, slots=True)
class _Look:
    start: Evaluation
    rows: _HighLeverage

    def __add__(self, other: _Look) -> _Look:
        return _Look(self.start + other.start, self.rows + other.rows)


def _look(start: Array, centre: Array, nobs: float, rows: RowBlock) -> _Look:
    return _Look(evaluate(start, rows), _high_leverage(centre, nobs, rows))


@dataclass(frozen=True, slots=True)
class _HighLeverage:
    """The rows of highest leverage in the scale equation, the highest first."""

    leverage: Array
    scale: Array

    def __add__(self, other: _HighLeverage) -> _HighLeverage:
        leverage = np.concatenate([self.leverage, other.leverage])
        first = np.argsort(-leverage, kind="stable")[:_MOST_ALTERNATIVES]
        return _HighLeverage(leverage[first], np.vstack([self.scale, other.scale])[first])


def _high_leverage(centre: Array, nobs: float, rows: RowBlock) -> _HighLeverage:
    scale = rows.exog_scale
    square = np.einsum("ij,ij->i", scale, scale)
    leverage = (square - scale @ (2.0 * centre) + centre @ centre) / nobs
    high = np.flatnonzero(leverage > _HIGH_LEVERAGE)
    high = high[np.argsort(-leverage[high], kind="stable")][:_MOST_ALTERNATIVES]
    return _HighLeverage(leverage[high], scale[high])


def _centre(problem: Problem) -> Array:
    """Means of the columns of the scale equation."""
    constant = problem.constant_scale
    if constant is None:
        return problem.source.total(_column_sums, len(problem.scale.basis)) / problem.nobs
    # With R the factor of the columns Z, which are Z R^-1 now, the constant is R's own column.
    return np.asarray(problem.scale.factor[:, constant] / problem.constant_value)


def _column_sums(rows: RowBlock) -> Array:
    scale = rows.exog_scale
    return np.asarray(
        scale.sum(axis=0) if rows.freq_weights is None else rows.freq_weights @ scale
    )


def _likeliest_first(problem: Problem, starts: list[Array]) -> list[Array]:
    with np.errstate(all="ignore"):  # what is not finite comes last
        values = [problem.evaluate(start).loglike for start in starts]
    order = np.argsort([-value if np.isfinite(value) else np.inf for value in values])
    return [starts[place] for place in order]


def _reweighted(problem: Problem, point: Array, there: Evaluation | None = None) -> Array:
    """Take the mean from weighted least squares with the variances of the point."""
    k_mean = len(problem.first_coef)
    if problem.source.prototype.bounds is not None:
        return point
    evaluation = problem.evaluate(point) if there is None else there
    # The log-likelihood is quadratic in the mean, so one Newton step is the solution.
    curvature = -evaluation.hessian[:k_mean, :k_mean]
    step = np.linalg.lstsq(curvature, evaluation.score[:k_mean], rcond=None)[0]
    return np.concatenate([point[:k_mean] + step, point[k_mean:]])
