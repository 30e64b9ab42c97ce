"""Exact responses with a scale equation: Newton's method in whitened coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from sm_gaussmle.estimation.constant_variance import refuse_perfect_fit
from sm_gaussmle.estimation.errors import NonFiniteError, VarianceCollapseError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.evaluation import Evaluation, RowBlock, evaluate
from sm_gaussmle.likelihood.observation import Exact
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import Iteration, Maximum, Quadratic, maximize
from sm_gaussmle.sources.memory import Memory

# Expectation of the logarithm of a chi-squared variable with one degree of freedom.
_MEAN_LOG_CHI2 = -1.2703628454614782
# Squared residuals are kept from zero, whose logarithm would rule the start: under the
# model one in 13,000 is below this share of its expectation.
_SMALLEST_SQUARE = 1e-8
# A log variance this far below that of the residuals is a standard deviation of 1e-13 of
# theirs, below the rounding of the response: the likelihood is running to infinity.
COLLAPSE = -60.0

# A row with this share of the information about some direction of the scale equation can
# make a maximum of its own; the start for it moves the log variance by this much.
_HIGH_LEVERAGE, _MOST_ALTERNATIVES, _LOWERING = 0.1, 5, 3.0
_DISTINCT = 1e-3  # log-likelihoods further apart than this are of different maxima
NAMED = "named optimizer"
# A maximiser that is called by name: objective, start, callback -> last point.
Optimizer = Callable[[Callable[[Array], Evaluation], Array], Array]


@dataclass(frozen=True)
class Problem:
    """A fit in whitened coordinates.

    Attributes
    ----------
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
    nobs : float
        Sum of the frequency weights.
    passes : int
        Passes over the data so far.
    digits : float
        Estimated correct digits of the inverse factors.
    """

    source: Memory
    mean: Whitening
    scale: Whitening
    first_coef: Array
    unit: float
    start: Array
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
        Memory(RowBlock(target, rows.exog_scale, rows.exog_scale, None, None, rows.freq_weights)),
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
    start = np.concatenate([np.zeros(len(first.coef)), scale.new(second.coef)])
    return Problem(
        source=Memory(white),
        mean=mean,
        scale=scale,
        first_coef=first.coef,
        unit=unit,
        start=start,
        nobs=nobs,
        passes=first.passes + second.passes,
        digits=min(first.digits, second.digits),
    )


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
        starts = [problem.start, *alternative_starts(problem)] if maxiter else [problem.start]
    else:
        starts = [problem.start if start_params is None else problem.point(start_params)]
    route = "Newton, trust region"
    if optimizer is not None:
        starts = [optimizer(problem.evaluate, starts[0])]
        route, maxiter = NAMED, 0
    climbs = []
    for start in starts:
        try:
            climb = maximize(
                problem.evaluate,
                start,
                metric=problem.metric,
                maxiter=maxiter,
                give_up=_collapsing,
                callback=None if callback is None else lambda p: callback(problem.params(p)),
            )
        except FloatingPointError as error:
            if climbs:  # only the first start has to work
                continue
            raise NonFiniteError from error
        climbs.append(climb)
        # What a callback sees is the way from the first start.
        callback = None
    # Where the likelihood is unbounded somewhere, a maximum found elsewhere still serves.
    sound = [climb for climb in climbs if _collapsing(climb.evaluation) is None]
    if not sound:
        raise _collapse(problem, climbs[0])
    best = max(sound, key=lambda climb: (climb.converged, climb.evaluation.loglike))
    return _fit(problem, best, climbs, route)


def alternative_starts(problem: Problem) -> list[Array]:
    """Starts near the other maxima that a small sample can have.

    Parameters
    ----------
    problem : Problem
        The fit in whitened coordinates.

    Returns
    -------
    list of ndarray, shape (k,)
        One for each of at most five rows that can rule the scale equation; none in the
        usual large sample.

    Notes
    -----
    The log-likelihood has a second maximum where a row is fitted almost exactly with
    almost no variance. That pays only if the variance of this row can be lowered without
    lowering that of the others, which is to say if its leverage in the scale equation is
    large. So the start for such a row lowers its log variance, and the mean is the
    weighted least-squares fit that belongs to it.
    """
    rows = problem.source.rows
    k_mean, nobs = len(problem.first_coef), problem.nobs
    scale = rows.exog_scale
    weighted = scale.sum(axis=0) if rows.freq_weights is None else rows.freq_weights @ scale
    centre = weighted / nobs
    square = np.einsum("ij,ij->i", scale, scale)
    leverage = (square - scale @ (2.0 * centre) + centre @ centre) / nobs
    candidates = np.flatnonzero(leverage > _HIGH_LEVERAGE)
    starts = []
    for row in candidates[np.argsort(-leverage[candidates])][:_MOST_ALTERNATIVES]:
        point = problem.start.copy()
        point[k_mean:] -= _LOWERING * (scale[row] - centre) / np.sqrt(leverage[row] * nobs)
        evaluation = problem.evaluate(point)
        curvature = -evaluation.hessian[:k_mean, :k_mean]
        point[:k_mean] = np.linalg.lstsq(curvature, evaluation.score[:k_mean], rcond=None)[0]
        starts.append(point)
    return starts


def _collapsing(evaluation: Evaluation) -> str | None:
    return "collapse" if evaluation.smallest_log_variance < COLLAPSE else None


def _fit(
    problem: Problem,
    maximum: Maximum[Evaluation],
    climbs: list[Maximum[Evaluation]],
    route: str,
) -> Fit:
    evaluation = maximum.evaluation
    lower = [evaluation.loglike - climb.evaluation.loglike for climb in climbs if climb.converged]
    nobs, unit = evaluation.nobs, problem.unit
    reason = maximum.reason
    if route == NAMED and not maximum.converged:
        reason = "the optimizer stopped short of the maximum"
    return Fit(
        params=problem.params(maximum.params),
        cov_root=_cov_root(problem, evaluation),
        loglike=evaluation.loglike - nobs * np.log(unit)
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


def _cov_root(problem: Problem, evaluation: Evaluation) -> Array | None:
    if not Quadratic(evaluation, problem.metric(evaluation)).positive_definite:
        return None
    k_mean = len(problem.first_coef)
    back = np.zeros_like(evaluation.hessian)
    back[:k_mean, :k_mean] = problem.unit * problem.mean.basis
    back[k_mean:, k_mean:] = problem.scale.basis
    root = cholesky(-evaluation.hessian, lower=True)
    return np.ascontiguousarray(solve_triangular(root, back.T, lower=True).T)


def _collapse(problem: Problem, maximum: Maximum[Evaluation]) -> VarianceCollapseError:
    _, log_variance = problem.source.rows.predictors(maximum.params)
    rows = np.flatnonzero(log_variance < 0.5 * COLLAPSE)
    direction = problem.params(maximum.params)[len(problem.first_coef) :]
    return VarianceCollapseError(
        tuple(int(row) for row in rows), tuple(direction / np.abs(direction).max())
    )
