"""A fit with a scale equation in whitened coordinates, with Harvey's starting values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sm_gaussmle.estimation.concave_maximum import concave_maximum
from sm_gaussmle.estimation.condensed import Condensed
from sm_gaussmle.estimation.constant import is_constant_variance
from sm_gaussmle.estimation.constant_variance import refuse_perfect_fit
from sm_gaussmle.estimation.errors import UnboundedError
from sm_gaussmle.estimation.fit_record import concentrated_loglike
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import row_terms
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory

# Expectation of the logarithm of a chi-squared variable with one degree of freedom.
_MEAN_LOG_CHI2 = -1.2703628454614782
# Squared residuals are kept from zero, whose logarithm would rule the start: under the
# model one in 13,000 is below this share of its expectation.
_SMALLEST_SQUARE = 1e-8


def whitened_problem(
    source: Memory, constant: int | None, constant_scale: int | None
) -> Problem:
    """Set up the coordinates and Harvey's starting values.

    Parameters
    ----------
    source : Memory
        The rows.
    constant, constant_scale : int or None
        Positions of the constant columns of the two designs.

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
    first = problem = _constant_variance(source, constant)
    rows = problem.source.rows
    squares = rows.endog * rows.endog
    if rows.bounds is not None:
        constant_variance = is_constant_variance(source.rows)
        try:
            problem = concave_maximum(problem)
        except UnboundedError as error:
            # A sample that is cut off may have a finite variance only if that may vary.
            if constant_variance or error.variance == 0.0:
                raise
        else:
            if constant_variance:
                return problem
            unit = float(np.exp(0.5 * (problem.start[-1] - problem.level)))
            problem = problem.recentred(problem.start, unit)
            squares = _expected_squares(problem.source.rows)
    problem = _with_scale(problem, squares, constant_scale)
    if rows.bounds is None or not rows.bounds.truncated:
        return problem
    return replace(problem, other_starts=_within_the_sample(first, problem))


def _constant_variance(source: Memory, constant: int | None) -> Problem:
    """Coordinates of the mean, at least squares, with a column of ones for the scale."""
    rows = source.rows
    first = least_squares(source, constant)
    refuse_perfect_fit(first)
    nobs = first.nobs
    # The unit is taken in the weights' own metric: known variances have mean log zero.
    known = 0.0 if rows.log_variance_offset is None else first.log_variance_offset / nobs
    unit = float(np.sqrt(first.rss / nobs * np.exp(known)))
    mean = Whitening.of(first)
    white_mean = mean.columns(rows.exog)
    origin = first.origin
    # One at a time: the parts may be far larger than what is left.
    parts = [] if rows.offset is None else [rows.offset]
    parts += [] if origin is None else [origin.endog]
    parts.append(white_mean @ (mean.factor @ first.working_coef))
    residual = rows.endog
    for part in parts:
        residual = residual - part
    residual /= unit
    bounds = rows.bounds
    if bounds is not None:
        for part in parts[:-1]:
            bounds = bounds.standardized(part, 1.0)
        bounds = bounds.standardized(parts[-1], unit)
    shift = -2.0 * np.log(unit)
    known_log = shift if rows.log_variance_offset is None else rows.log_variance_offset + shift
    value = float(rows.exog_scale[0, 0])
    white = Memory(
        RowBlock(
            residual,
            white_mean,
            np.broadcast_to(1.0, (len(residual), 1)),
            None,
            np.broadcast_to(known_log, residual.shape),
            rows.freq_weights,
            bounds,
        )
    )
    baseline = concentrated_loglike(first.rss, nobs, first.log_variance_offset)
    baseline = float(baseline) + nobs * np.log(unit)
    level = 2.0 * np.log(unit) - float(known)
    weights = np.ones(source.n_rows) if rows.freq_weights is None else rows.freq_weights
    return Problem(
        given=source,
        source=white,
        mean=mean,
        scale=Whitening(np.array([[value]]), None, np.array([[1.0 / value]])),
        first_coef=first.coef,
        unit=unit,
        start=np.append(np.zeros(len(first.coef)), level),
        constant_scale=0,
        constant_value=value,
        level=level,
        baseline=baseline,
        nobs=nobs,
        n_exact=nobs if bounds is None else float(weights @ bounds.exact),
        passes=first.passes,
        digits=first.digits,
        condensed=None if bounds is None else Condensed.of(white),
    )


def _expected_squares(rows: RowBlock) -> Array:
    """Squared residuals at standard normal errors, expected given what is known of them.

    The score of the log variance is half of what they are expected to exceed one by.
    """
    zero = np.zeros_like(rows.endog)
    bounds = None if rows.bounds is None else rows.bounds.of_any_sample()
    return np.asarray(1.0 + 2.0 * row_terms(rows.endog, bounds, zero, zero).score_factor[1])


def _within_the_sample(first: Problem, problem: Problem) -> tuple[Array, ...]:
    """Starts for samples that are cut off: as if they were not.

    There the log-likelihood is not concave. It has shelves where the mean is far outside of
    the sample, on which the maximum of constant variance may lie.
    """
    mean = problem.mean.new(first.first_coef - problem.first_coef) / problem.unit
    rows = problem.source.rows
    weights = 1.0 if rows.freq_weights is None else rows.freq_weights
    squares = np.maximum((rows.endog - rows.exog @ mean) ** 2, _SMALLEST_SQUARE)
    targets = (
        np.full(len(squares), first.level),
        np.log(squares) - _MEAN_LOG_CHI2 - np.asarray(rows.log_variance_offset),
    )
    return tuple(
        np.concatenate([mean, (weights * target) @ rows.exog_scale / problem.nobs])
        for target in targets
    )


def _with_scale(problem: Problem, squares: Array, constant_scale: int | None) -> Problem:
    """Coordinates of the scale equation, from the regression of the log squares on it."""
    given, white = problem.given.rows, problem.source.rows
    offset = np.asarray(white.log_variance_offset)
    target = np.log(np.maximum(squares, _SMALLEST_SQUARE)) - _MEAN_LOG_CHI2 - offset
    second = least_squares(
        Memory(
            RowBlock(target, given.exog_scale, given.exog_scale, None, None, given.freq_weights)
        ),
        constant_scale,
        "exog_scale",
    )
    scale = Whitening.of(second)
    return replace(
        problem,
        source=Memory(replace(white, exog_scale=scale.columns(given.exog_scale))),
        scale=scale,
        start=np.concatenate([np.zeros(len(problem.first_coef)), scale.new(second.coef)]),
        constant_scale=constant_scale,
        constant_value=float(given.exog_scale[0, constant_scale or 0]),
        passes=problem.passes + second.passes,
        digits=min(problem.digits, second.digits),
        condensed=None,
        history=(),  # that of constant variance is not the way to this start
    )
