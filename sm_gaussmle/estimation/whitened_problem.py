"""A fit with a scale equation in whitened coordinates, with Harvey's starting values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from sm_gaussmle.estimation.constant_variance import refuse_perfect_fit
from sm_gaussmle.estimation.fit_record import concentrated_loglike
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.evaluation import Evaluation, RowBlock, evaluate
from sm_gaussmle.likelihood.observation import Exact
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory

# Expectation of the logarithm of a chi-squared variable with one degree of freedom.
_MEAN_LOG_CHI2 = -1.2703628454614782
# Squared residuals are kept from zero, whose logarithm would rule the start: under the
# model one in 13,000 is below this share of its expectation.
_SMALLEST_SQUARE = 1e-8


@dataclass(frozen=True)
class Problem:
    """A fit in whitened coordinates.

    Attributes
    ----------
    given : Memory
        The caller's rows.
    source : Memory
        Rows with orthonormal columns and standardised residuals as response.
    mean, scale : Whitening
        Change of columns of the two equations.
    first_coef : ndarray, shape (k_mean,)
        Least-squares coefficients, from which the response is measured.
    unit : float
        Residual standard deviation, the unit of the response.
    start : ndarray, shape (k_mean + k_scale,)
        Starting values in the new coordinates.
    constant_scale : int or None
        Position of the constant column of the caller's scale design.
    constant_value : float
        Its value.
    level : float
        Log variance of the residuals, without its known part.
    baseline : float
        Log-likelihood of constant variance, in the new units.
    nobs : float
        Sum of the frequency weights.
    passes : int
        Passes over the data so far.
    digits : float
        Estimated correct digits of the inverse factors.
    """

    given: Memory
    source: Memory
    mean: Whitening
    scale: Whitening
    first_coef: Array
    unit: float
    start: Array
    constant_scale: int | None
    constant_value: float
    level: float
    baseline: float
    nobs: float
    passes: int
    digits: float

    def evaluate(self, point: Array) -> Evaluation:
        """Log-likelihood, score and Hessian in the new coordinates.

        Parameters
        ----------
        point : ndarray, shape (k,)
            New coordinates.

        Returns
        -------
        Evaluation
            Sums over all rows.
        """
        function = partial(evaluate, point, Exact())
        return self.source.total(function, len(point) + 1)

    def metric(self, evaluation: Evaluation) -> Array:
        """Expected information in the new coordinates.

        Parameters
        ----------
        evaluation : Evaluation
            At the point.

        Returns
        -------
        ndarray, shape (k, k)
            The mean block of the observed information is the expected one; that of the
            scale is half the number of observations, as its columns are orthonormal.
        """
        k_mean = len(self.first_coef)
        information = np.zeros_like(evaluation.hessian)
        information[:k_mean, :k_mean] = -evaluation.hessian[:k_mean, :k_mean]
        scale = np.arange(k_mean, len(information))
        information[scale, scale] = 0.5 * evaluation.nobs
        return information

    def levelled(self, point: Array, constant: int) -> Array:
        """A point with the constant of the log variance at its best value there.

        From far below, Newton's method needs an iteration for each unit of it.

        Parameters
        ----------
        point : ndarray, shape (k,)
            New coordinates.
        constant : int
            Position of the constant column of the scale equation.

        Returns
        -------
        ndarray, shape (k,)
            The point itself where nothing is finite there.
        """
        unit = np.zeros(len(self.scale.basis))
        # In the caller's columns, what adds one to every log variance.
        unit[constant] = 1.0 / self.constant_value
        direction = np.concatenate([np.zeros(len(self.first_coef)), self.scale.new(unit)])
        with np.errstate(all="ignore"):
            # Along it the score is half of the weighted sum of squares less n.
            squares = 2.0 * float(self.evaluate(point).score @ direction) + self.nobs
        if not (np.isfinite(squares) and squares > 0):
            return point
        return np.asarray(point + np.log(squares / self.nobs) * direction)

    def params(self, point: Array) -> Array:
        """The caller's parameters at a point.

        Parameters
        ----------
        point : ndarray, shape (k,)
            New coordinates.

        Returns
        -------
        ndarray, shape (k,)
            Coefficients of the caller's columns.
        """
        k_mean = len(self.first_coef)
        mean = self.first_coef + self.unit * (self.mean.basis @ point[:k_mean])
        return np.concatenate([mean, self.scale.basis @ point[k_mean:]])

    def point(self, params: Array) -> Array:
        """The new coordinates of the caller's parameters.

        Parameters
        ----------
        params : ndarray, shape (k,)
            Coefficients of the caller's columns.

        Returns
        -------
        ndarray, shape (k,)
            New coordinates.
        """
        k_mean = len(self.first_coef)
        mean = self.mean.new(params[:k_mean] - self.first_coef) / self.unit
        return np.concatenate([mean, self.scale.new(params[k_mean:])])


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
    residual = rows.endog if rows.offset is None else rows.endog - rows.offset
    if origin is not None:
        residual = residual - origin.endog
    residual = residual - white_mean @ (mean.factor @ first.working_coef)
    residual /= unit

    square = np.maximum(residual * residual, _SMALLEST_SQUARE)
    target = np.log(square) - _MEAN_LOG_CHI2
    shift = -2.0 * np.log(unit)
    known_log = shift if rows.log_variance_offset is None else rows.log_variance_offset + shift
    offset = np.broadcast_to(known_log, residual.shape)
    target -= offset
    second = least_squares(
        Memory(
            RowBlock(target, rows.exog_scale, rows.exog_scale, None, None, rows.freq_weights)
        ),
        constant_scale,
        "exog_scale",
    )
    scale = Whitening.of(second)
    white = RowBlock(
        residual,
        white_mean,
        scale.columns(rows.exog_scale),
        None,
        offset,
        rows.freq_weights,
    )
    baseline = concentrated_loglike(first.rss, nobs, first.log_variance_offset)
    baseline = float(baseline) + nobs * np.log(unit)
    start = np.concatenate([np.zeros(len(first.coef)), scale.new(second.coef)])
    return Problem(
        given=source,
        source=Memory(white),
        mean=mean,
        scale=scale,
        first_coef=first.coef,
        unit=unit,
        start=start,
        constant_scale=constant_scale,
        constant_value=float(rows.exog_scale[0, constant_scale or 0]),
        level=2.0 * np.log(unit) - float(known),
        baseline=baseline,
        nobs=nobs,
        passes=first.passes + second.passes,
        digits=min(first.digits, second.digits),
    )
