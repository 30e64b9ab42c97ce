"""A fit with a scale equation in whitened coordinates, with Harvey's starting values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from sm_gaussmle.estimation.concave_maximum import concave_maximum
from sm_gaussmle.estimation.condensed import Condensed
from sm_gaussmle.estimation.constant_variance import refuse_perfect_fit
from sm_gaussmle.estimation.errors import UnboundedError
from sm_gaussmle.estimation.fit_record import concentrated_loglike
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.row_changes import (
    MEAN_LOG_CHI2,
    SMALLEST_SQUARE,
    LogSquares,
    Standardized,
    WhiteScale,
    constant_scale_rows,
)
from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.cross_products import CrossProducts
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory, Postponed
from sm_gaussmle.sources.source import Source

# Digits of least squares with which columns are orthonormal for all that they are needed.
_ORTHONORMAL = 12.0
# Of the sum of squares, that of the residuals, where it has 13 digits of the 15.7 of doubles.
_SHARE = 10.0**-2.7
_FEW = 2_000


def whitened_problem(
    source: Source,
    constant: int | None,
    constant_scale: int | None,
    start_params: Array | None = None,
    *,
    maxiter: int = 100,
    callback: Callable[[Array], object] | None = None,
) -> Problem:
    """Set up the coordinates and Harvey's starting values.

    Parameters
    ----------
    source : Source
        The rows.
    constant, constant_scale : int or None
        Positions of the constant columns of the two designs.
    start_params : ndarray, shape (k,), optional
        Where the variance is constant and responses have limits the climb is part of this,
        and starts here.
    maxiter : int, default 100
        Its largest number of iterations.
    callback : callable, optional
        Called with the caller's parameters after each of them.

    Returns
    -------
    Problem
        Starts at least squares for the mean and at the least-squares regression of the
        log squared residuals for the log variance.

    Raises
    ------
    FitError
        If a design is collinear, the mean fits perfectly or a value is not finite.

    References
    ----------
    .. [1] A. C. Harvey, "Estimating Regression Models with Multiplicative
       Heteroscedasticity", Econometrica 44 (1976) 461-465. doi:10.2307/1913974
    """
    constant_variance = source.prototype.exog_scale.shape[1] == 1 and constant_scale == 0
    first = problem = _constant_variance(source, constant, own_columns=constant_variance)
    bounds, expected = problem.source.prototype.bounds, False
    if bounds is not None:
        try:
            if constant_variance:
                return concave_maximum(
                    problem, start_params, maxiter=maxiter, callback=callback
                )
            problem = concave_maximum(problem, only_near=True)
        except UnboundedError as error:
            # A sample that is cut off may have a finite variance only if that may vary.
            if constant_variance or error.variance == 0.0:
                raise
        else:
            unit = float(np.exp(0.5 * (problem.start[-1] - problem.level)))
            problem = problem.recentred(problem.start, unit, condense=False)
            expected = True
    problem = _with_scale(problem, LogSquares(expected), constant_scale)
    if bounds is None or not bounds.truncated:
        return problem
    return replace(problem, other_starts=_within_the_sample(first, problem))


def problem_around(source: Source, constant: int | None, constant_scale: int | None) -> Problem:
    """Set up the coordinates around a maximum that is known.

    Parameters
    ----------
    source : Source
        The rows.
    constant, constant_scale : int or None
        Positions of the constant columns of the two designs.

    Returns
    -------
    Problem
        Of exact responses of constant variance it is made of sums, and evaluated without a
        look at the rows.

    Raises
    ------
    FitError
        If a design is collinear, the mean fits perfectly or a value is not finite.
    """
    rows = source.prototype
    if rows.bounds is not None or rows.exog_scale.shape[1] > 1 or constant_scale != 0:
        return whitened_problem(source, constant, constant_scale)
    problem = _constant_variance(source, constant)
    sums = _orthonormal(problem.nobs, len(problem.first_coef), problem.unit, problem.level)
    return replace(problem, condensed=Condensed(sums, None, 1.0))


def _constant_variance(
    source: Source, constant: int | None, *, own_columns: bool = False
) -> Problem:
    """Coordinates of the mean, at least squares, with a column of ones for the scale."""
    first = least_squares(source, constant)
    refuse_perfect_fit(first)
    rows, nobs = source.prototype, first.nobs
    # The unit is taken in the weights' own metric: known variances have mean log zero.
    known = 0.0 if rows.log_variance_offset is None else first.log_variance_offset / nobs
    unit = float(np.sqrt(first.rss / nobs * np.exp(known)))
    mean = Whitening.of(first)
    change = Standardized(mean, first.origin, mean.factor @ first.working_coef, unit)
    standard = _later(source, change)
    white = standard.mapped(constant_scale_rows)
    # A column that begins with zero is no constant, and any scale of ones will do.
    value = float(rows.exog_scale[0, 0]) or 1.0
    baseline = concentrated_loglike(first.rss, nobs, first.log_variance_offset)
    baseline = float(baseline) + nobs * np.log(unit)
    level = 2.0 * np.log(unit) - float(known)
    condensed = columns = None
    if rows.bounds is not None:
        orthonormal = (
            first.route == "cross products"
            and first.digits > _ORTHONORMAL
            and bool(first.rss > _SHARE * first.total)
        )
        whole = _orthonormal(nobs, len(first.coef), unit, level) if orthonormal else None
        condensed = Condensed.of(white, whole)
        if own_columns and orthonormal and condensed is None and first.origin is None:
            # So well conditioned that sums may be made orthonormal instead of the rows.
            columns = mean.basis
            change = Standardized(None, None, first.coef, unit)
            white = _later(source, change).mapped(constant_scale_rows)
    return Problem(
        given=source,
        standard=standard,
        source=white,
        mean=mean,
        scale=Whitening(np.array([[value]]), None, np.array([[1.0 / value]])),
        first_coef=first.coef,
        unit=unit,
        size=float(np.sqrt(first.total / nobs * np.exp(known))),
        start=np.append(np.zeros(len(first.coef)), level),
        constant_scale=0,
        constant_value=value,
        level=level,
        baseline=baseline,
        nobs=nobs,
        n_exact=source.exact_rows.nobs,
        passes=first.passes,
        digits=first.digits,
        condensed=condensed,
        columns=columns,
    )


def _later(source: Source, change: Standardized) -> Source:
    # Of rows in memory perhaps only those that are not exact are ever needed. Of few, a look
    # at one takes as long as all of them.
    rows = source.at_hand
    if rows is None or source.n_rows <= _FEW:
        return source.mapped(change)
    return Postponed(Memory(rows), change)


def _orthonormal(nobs: float, k_mean: int, unit: float, level: float) -> CrossProducts:
    """Sums of the standardised rows, without a look at them."""
    # In the weights' metric columns are orthonormal, times the root of n, and residuals
    # orthogonal to them; the weights have the unit in them, as known parts of the variance.
    return CrossProducts(
        gram=unit**2 * nobs * np.eye(k_mean),
        moment=np.zeros(k_mean),
        square=np.asarray(nobs * np.exp(level)),
        nobs=nobs,
        log_variance_offset=-nobs * level,
    )


def _within_the_sample(first: Problem, problem: Problem) -> tuple[Array, ...]:
    """Starts for samples that are cut off: as if they were not.

    There the log-likelihood is not concave. It has shelves where the mean is far outside of
    the sample, on which the maximum of constant variance may lie.
    """
    mean = problem.mean.new(first.first_coef - problem.first_coef) / problem.unit
    width = len(problem.scale.basis)
    targets = problem.source.total(partial(_target_sums, mean, first.level), width)
    return tuple(np.concatenate([mean, target / problem.nobs]) for target in targets)


def _target_sums(mean: Array, level: float, rows: RowBlock) -> Array:
    """Products of the columns of the scale equation with two log variances of each row."""
    squares = np.maximum((rows.endog - rows.exog @ mean) ** 2, SMALLEST_SQUARE)
    targets = np.stack(
        [
            np.full(len(squares), level),
            np.log(squares) - MEAN_LOG_CHI2 - np.asarray(rows.log_variance_offset),
        ]
    )
    weights = 1.0 if rows.freq_weights is None else rows.freq_weights
    return np.asarray((weights * targets) @ rows.exog_scale)


def _with_scale(problem: Problem, squares: LogSquares, constant_scale: int | None) -> Problem:
    """Coordinates of the scale equation, from the regression of the log squares on it."""
    second = least_squares(problem.standard.mapped(squares), constant_scale, "exog_scale")
    scale = Whitening.of(second)
    first_row = problem.given.prototype.exog_scale[0]
    return replace(
        problem,
        source=problem.standard.mapped(WhiteScale(scale)),
        scale=scale,
        start=np.concatenate([np.zeros(len(problem.first_coef)), scale.new(second.coef)]),
        constant_scale=constant_scale,
        constant_value=float(first_row[constant_scale or 0]),
        passes=problem.passes + second.passes,
        digits=min(problem.digits, second.digits),
        condensed=None,
        history=(),  # that of constant variance is not the way to this start
    )
