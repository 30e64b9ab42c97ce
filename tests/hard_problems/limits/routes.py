"""Independent routes to the maximum of a hard problem with limits.

The columns are made orthonormal in long double and the limits measured from the fit of the
complete responses, which the package does not see. There the problem is well scaled, and
SciPy's ``trust-exact`` (with gradient and Hessian) and L-BFGS climb from the constant variance
of the complete responses, from Harvey's start with them, from larger variances and from random
starts. Newton steps polish the best end.

Row by row, the log-likelihood is written with `scipy.special.log_ndtr` in the usual form,
whose Hessian loses digits far out: good to 1e-6 here, not to 1e-13.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize
from scipy.special import log_ndtr

from tests.hard_problems.routes import LONG, Whitened

if TYPE_CHECKING:
    from .generator import LimitedProblem

_HALF_LOG_2PI = 0.5 * np.log(2.0 * np.pi)
_NARROW = 1e-4  # in standard deviations: an interval is its middle's density
_LARGEST_LOG_VARIANCE = 60.0  # in units of the complete responses' residuals


@dataclass(frozen=True)
class LimitedOptimum:
    """The best maximum found.

    Attributes
    ----------
    loglike : float
        Log-likelihood; NaN if there is no stationary point at the best end.
    ends_at : float
        The highest log-likelihood at the end of any route.
    lower_maxima : tuple of float
        Log-likelihoods of other stationary points.
    start_loss : float
        How far below the best the constant variance of the complete responses is.
    """

    loglike: float
    ends_at: float
    lower_maxima: tuple[float, ...] = field(default=())
    start_loss: float = np.nan


@dataclass(frozen=True)
class RowBounds:
    """Bounds of rows from an origin and in a unit, as doubles."""

    lower: np.ndarray
    upper: np.ndarray
    width: np.ndarray
    trunc_left: np.ndarray | None
    trunc_right: np.ndarray | None


def _log_probability(a: np.ndarray, b: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Return log P(a < Z < b)."""
    flip = a + b > 0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    with np.errstate(divide="ignore", invalid="ignore"):  # the other branch is taken there
        top = log_ndtr(high)
        value = top + np.log(-np.expm1(log_ndtr(low) - top))
        middle = 0.5 * (a + b)
        narrow = np.log(width) - _HALF_LOG_2PI - 0.5 * middle**2
    return np.where(width < _NARROW, narrow, value)


def _interval(a: np.ndarray, b: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return log P(a < Z < b) with its derivatives for a unit variance."""
    value = _log_probability(a, b, width)
    below, above = (np.where(np.isfinite(ends), ends, 0.0) for ends in (a, b))
    with np.errstate(over="ignore", under="ignore"):  # the other branch is taken there
        first = np.where(np.isfinite(a), np.exp(-_HALF_LOG_2PI - 0.5 * below**2 - value), 0.0)
        second = np.where(np.isfinite(b), np.exp(-_HALF_LOG_2PI - 0.5 * above**2 - value), 0.0)
        m0, m1, m2, m3 = (below**k * first - above**k * second for k in range(4))
        wide = (value, m0, 0.5 * m1, m1 - m0 * m0, 0.5 * (m2 - m0 - m0 * m1))
        wide = (*wide, 0.25 * (m3 - m1 - m1 * m1))
    with np.errstate(invalid="ignore"):  # infinite ends are wide
        middle = np.where(width < _NARROW, 0.5 * (a + b), 0.0)
    # log(width / sigma) + log phi(middle / sigma)
    one = np.ones_like(middle)
    narrow = (value, middle, 0.5 * (middle**2 - 1), -one, -middle, -0.5 * middle**2)
    return tuple(np.where(width < _NARROW, n, w) for n, w in zip(narrow, wide, strict=True))


def rows_in(bounds: RowBounds, mean: np.ndarray, eta: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return each row's log-likelihood with derivatives in mean and log variance."""
    precision = np.exp(-0.5 * eta)
    exact = bounds.lower == bounds.upper
    a, b = (bounds.lower - mean) * precision, (bounds.upper - mean) * precision
    z = np.where(exact, a, 0.0)
    one = np.ones_like(z)
    density = (
        -_HALF_LOG_2PI - 0.5 * (eta + z * z),
        z,
        0.5 * (z * z - 1.0),
        -one,
        -z,
        -0.5 * z * z,
    )
    between = _interval(
        np.where(exact, -1.0, a),
        np.where(exact, 1.0, b),
        np.where(exact, 2.0, bounds.width * precision),
    )
    terms = [np.where(exact, d, p) for d, p in zip(density, between, strict=True)]
    if bounds.trunc_left is not None or bounds.trunc_right is not None:
        infinite = np.full_like(mean, np.inf)
        left = -infinite if bounds.trunc_left is None else bounds.trunc_left
        right = infinite if bounds.trunc_right is None else bounds.trunc_right
        sample = _interval(
            (left - mean) * precision, (right - mean) * precision, (right - left) * precision
        )
        terms = [t - s for t, s in zip(terms, sample, strict=True)]
    value, s_mean, s_scale, h_mean, h_mixed, h_scale = terms
    return (
        value,
        s_mean * precision,
        s_scale,
        h_mean * precision**2,
        h_mixed * precision,
        h_scale,
    )


class LimitedRoutes:
    """The problem in orthonormal coordinates around the fit of the complete responses."""

    def __init__(self, problem: LimitedProblem) -> None:
        self.problem = problem
        self.frame = Whitened(problem.complete)
        self.x, self.z = self.frame.double["x"], self.frame.double["z"]
        self.w, self.shift = self.frame.double["w"], self.frame.double["shift"]
        self.k_mean = self.frame.k_mean
        origin = np.sum(self.frame.q_mean * self.frame.first, axis=1)
        if problem.complete.offset is not None:
            origin = origin + problem.complete.offset.astype(LONG)
        self.bounds = self._from(origin, self.frame.unit)
        exact = problem.lower == problem.upper
        self.log_unit = float(np.sum(self.w[exact])) * float(np.log(self.frame.unit))

    def _from(self, origin: np.ndarray, unit: np.longdouble) -> RowBounds:
        def place(values: np.ndarray | None) -> np.ndarray | None:
            return None if values is None else ((values - origin) / unit).astype(float)

        lower, upper = self.problem.lower, self.problem.upper
        with np.errstate(invalid="ignore"):  # infinity less itself is NaN: not narrow
            width = ((upper.astype(LONG) - lower) / unit).astype(float)
        limits = self.problem.limits
        return RowBounds(
            place(lower),
            place(upper),
            width,
            place(limits.get("trunc_left")),
            place(limits.get("trunc_right")),
        )

    def negative(self, point: np.ndarray, order: int = 2) -> tuple:
        """Return minus the log-likelihood with gradient and Hessian, in these units."""
        k = self.k_mean
        eta = self.z @ point[k:]
        if np.abs(eta).max() > _LARGEST_LOG_VARIANCE:
            size = len(point)
            return np.inf, np.zeros(size), np.eye(size)
        rows = rows_in(self.bounds, self.x @ point[:k], eta + self.shift)
        value, s_mean, s_scale, h_mean, h_mixed, h_scale = (self.w * row for row in rows)
        total = -value.sum()
        gradient = -np.concatenate([s_mean @ self.x, s_scale @ self.z])
        if order < 2:
            return total, gradient
        hessian = np.empty((len(point), len(point)))
        hessian[:k, :k] = self.x.T @ (self.x * h_mean[:, None])
        hessian[:k, k:] = self.x.T @ (self.z * h_mixed[:, None])
        hessian[k:, :k] = hessian[:k, k:].T
        hessian[k:, k:] = self.z.T @ (self.z * h_scale[:, None])
        return total, gradient, -hessian

    def starts(self) -> list[np.ndarray]:
        """Return points to climb from."""
        mean = np.zeros(self.k_mean)
        scale = self.frame.starts()
        if self.problem.complete.exog_scale is None:
            scale = scale[:1]
        points = [np.concatenate([mean, start]) for start in scale[:4]]
        ones = self.z.mean(axis=0)
        points += [np.concatenate([mean, scale[0] + more * ones]) for more in (1.0, 2.5)]
        rng = np.random.default_rng([self.problem.complete.seed, 7])
        points.append(points[0] + 0.5 * rng.standard_normal(len(points[0])))
        return points

    def is_maximum(self, params: np.ndarray) -> bool:
        """Say whether the likelihood has a maximum, of whatever height, at raw parameters."""
        params, k = np.asarray(params, dtype=LONG), self.k_mean
        frame = self.frame
        mean = (np.sum(frame.r_mean * params[:k], axis=1) - frame.first) / frame.unit
        ones = np.mean(frame.q_scale, axis=0)
        scale = np.sum(frame.r_scale * params[k:], axis=1) - 2 * np.log(frame.unit) * ones
        start = np.concatenate([mean, scale]).astype(float)
        end, _, found = _newton(self, start)
        return found and bool(np.abs(end - start).max() < 1e-3)

    def raw_loglike(self, params: np.ndarray) -> float:
        """Return the log-likelihood of raw parameters, residuals in long double."""
        params = np.asarray(params, dtype=LONG)
        complete = self.problem.complete
        data = complete.complete_arrays()
        k = self.k_mean
        mean = np.sum(data["exog"].astype(LONG) * params[:k], axis=1) + data["offset"]
        eta = np.sum(data["exog_scale"].astype(LONG) * params[k:], axis=1)
        eta = eta + data["offset_scale"] - np.log(data["var_weights"].astype(LONG))
        # Each row in units of its own standard deviation.
        bounds = self._from(mean, np.exp(eta / 2))
        zero = np.zeros(len(mean))
        with np.errstate(all="ignore"):  # far out, -inf is the value
            rows = rows_in(bounds, zero, zero)[0]
        exact = self.problem.lower == self.problem.upper
        rows = rows - np.where(exact, 0.5 * eta.astype(float), 0.0)
        return float(np.sum(self.w * rows))


def _newton(routes: LimitedRoutes, point: np.ndarray) -> tuple[np.ndarray, float, bool]:
    """Polish; return point, log-likelihood and whether it is a maximum."""
    value, gradient, hessian = routes.negative(point)
    if not np.isfinite(value):
        return point, -np.inf, False
    for _ in range(30):
        # Variances may differ by many powers of ten: curvatures are compared at unit diagonal.
        unit = 1.0 / np.sqrt(np.abs(np.diag(hessian)))
        values, vectors = np.linalg.eigh(hessian * np.outer(unit, unit))
        if not values[0] > 1e-10:
            return point, -value, False
        step = -unit * (vectors @ ((vectors.T @ (unit * gradient)) / values))
        decrement = -gradient @ step
        # A log variance with a standard error of 100 is on its way to infinity; so is one of
        # 10 if the way there does not end within the rounding of the log-likelihood.
        square = float((unit**2 * np.sum(vectors**2 / values, axis=1))[routes.k_mean :].max())
        if decrement < 1e-9:
            return point, -value, square < 100.0**2
        length = 1.0
        while length > 1e-6:
            trial = routes.negative(point + length * step)
            if trial[0] <= value:
                break
            length /= 2
        else:
            return point, -value, bool(decrement < 1e-6) and square < 10.0**2
        point, (value, gradient, hessian) = point + length * step, trial
    return point, -value, False


def best_limited(problem: LimitedProblem) -> tuple[LimitedRoutes, LimitedOptimum]:
    """Return the coordinates, and the best maximum that the routes find."""
    routes = LimitedRoutes(problem)
    starts = routes.starts()
    ends = []
    with np.errstate(all="ignore"):  # other optimizers' trial points; ends are compared
        for place, start in enumerate(starts):
            if place < 3:
                found = optimize.minimize(
                    lambda p: routes.negative(p, 1)[0],
                    start,
                    jac=lambda p: routes.negative(p, 1)[1],
                    hess=lambda p: routes.negative(p)[2],
                    method="trust-exact",
                    options={"gtol": 1e-6, "maxiter": 200},
                )
            else:
                found = optimize.minimize(
                    lambda p: routes.negative(p, 1),
                    start,
                    jac=True,
                    method="L-BFGS-B",
                    options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-7},
                )
            ends.append(_newton(routes, found.x))
        first = -routes.negative(starts[0], 1)[0]
    highest = max(value for _, value, _ in ends)
    stationary = sorted((value for _, value, is_maximum in ends if is_maximum), reverse=True)
    best = stationary[0] if stationary and stationary[0] > highest - 1e-4 else np.nan
    lower: list[float] = []
    for value in stationary:
        if value < min([best, *lower]) - 1e-4:
            lower.append(value)
    return routes, LimitedOptimum(
        best - routes.log_unit,
        highest - routes.log_unit,
        tuple(value - routes.log_unit for value in lower),
        best - first,
    )
