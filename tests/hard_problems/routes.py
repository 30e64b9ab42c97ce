"""Independent routes to the maximum of a hard problem; none uses the package under test.

All of them work on the same data, prepared in long double (80-bit on x86): the columns of both
equations made orthonormal, the response replaced by its residuals at a first fit, in units of
their size. There the problem is well scaled and doubles lose nothing. The routes differ in
what they climb and how:

``trust_region``
    SciPy's ``trust-exact`` in (beta, gamma) together, with gradient and Hessian.
``alternating``
    Weighted least squares for beta, Fisher scoring for gamma with step halving
    (Harvey 1976; Smyth 1989), in turn.
``profile``
    beta concentrated out by weighted least squares; SciPy's L-BFGS in gamma alone, from
    `N_RANDOM_STARTS` random starts beside the usual ones, and Nelder-Mead from the best.

The best of their ends is polished by Newton steps in long double, taken back to raw
coordinates in long double, and the log-likelihood evaluated there, again from the raw data.
With a constant variance the maximum is in closed form, from the same orthonormal columns.

References
----------
Harvey, A. C. (1976). Estimating regression models with multiplicative heteroscedasticity.
Econometrica 44, 461-465. https://doi.org/10.2307/1913974

Smyth, G. K. (1989). Generalized linear models with varying dispersion. Journal of the Royal
Statistical Society B 51, 47-60. https://doi.org/10.1111/j.2517-6161.1989.tb01747.x
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from scipy import optimize

from .generator import SCALE_EQUATION, Problem

LONG = np.longdouble
HAS_LONG_DOUBLE = np.finfo(LONG).eps < 1e-18
"""Whether long double is more than double here (not so with MSVC, nor on Apple's ARM)."""

_LOG_2PI = np.log(2 * LONG("3.14159265358979323846264338327950288"))
_LARGEST_EXPONENT = 500.0  # exp stays finite, and its square too

N_RANDOM_STARTS = 6


@dataclass(frozen=True)
class Optimum:
    """The best maximum found.

    Attributes
    ----------
    loglike : float
        Log-likelihood from the raw data in long double, rounded to double.
    params : ndarray of long double
        (beta, gamma) in raw coordinates.
    rounding_loss : float
        The most that rounding `params` to doubles can cost in log-likelihood, to second order.
    decrement : float
        Newton decrement (twice the log-likelihood still to be gained) at `params`.
    by_route : dict
        Log-likelihood at the end of each route, before the polishing.
    lower_maxima : tuple of float
        Log-likelihoods of the other, lower maxima at which some of the starts end.
    """

    loglike: float
    params: np.ndarray = field(repr=False)
    rounding_loss: float
    decrement: float
    by_route: dict[str, float]
    lower_maxima: tuple[float, ...]


def _as_long(problem: Problem) -> dict[str, np.ndarray]:
    return {name: array.astype(LONG) for name, array in problem.complete_arrays().items()}


def _times(columns: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Return columns @ coefficients in long double (``@`` may not keep the type everywhere)."""
    return np.sum(columns * coefficients, axis=1)


def evaluate_longdouble(problem: Problem, params: np.ndarray) -> np.longdouble:
    """Return the log-likelihood in long double, from the raw data and raw-coordinates params.

    Parameters
    ----------
    problem : Problem
    params : array_like, shape (k_mean + k_scale,)
        (beta, gamma); doubles or long doubles.

    Returns
    -------
    numpy.longdouble
    """
    data = _as_long(problem)
    params = np.asarray(params, dtype=LONG)
    k_mean = problem.exog.shape[1]
    residual = data["endog"] - data["offset"] - _times(data["exog"], params[:k_mean])
    log_variance = (
        _times(data["exog_scale"], params[k_mean:])
        + data["offset_scale"]
        - np.log(data["var_weights"])
    )
    terms = _LOG_2PI + log_variance + residual**2 * np.exp(-log_variance)
    return -np.sum(data["freq_weights"] * terms) / 2


def evaluation_error(problem: Problem, params: np.ndarray) -> float:
    """Return how far a careful evaluation in double at `params` may be off.

    One row's fitted value carries a rounding error of a few units in the last place of the
    largest term in its sum, so its log-likelihood is off by ``|r| / sigma^2`` times that, and
    likewise for the log-variance. Errors of different rows are unrelated, so they add up as a
    root of a sum of squares; 8 units are allowed, and 1e-13 of the log-likelihood itself.
    """
    data = problem.complete_arrays()
    params = np.asarray(params, dtype=float)
    k_mean = problem.exog.shape[1]
    beta, gamma = params[:k_mean], params[k_mean:]
    largest_mean = np.max(np.abs(data["exog"] * beta), axis=1) + np.abs(data["endog"])
    largest_mean += np.abs(data["offset"])
    largest_scale = np.max(np.abs(data["exog_scale"] * gamma), axis=1)
    largest_scale += np.abs(data["offset_scale"]) + 1
    residual = np.asarray(
        data["endog"].astype(LONG)
        - data["offset"]
        - _times(data["exog"].astype(LONG), beta.astype(LONG)),
        dtype=float,
    )
    precision = data["var_weights"] * np.exp(
        -(data["exog_scale"] @ gamma) - data["offset_scale"]
    )
    mean_part = data["freq_weights"] * np.abs(residual) * precision * largest_mean
    scale_part = data["freq_weights"] * (residual**2 * precision + 1) / 2 * largest_scale
    size = abs(float(evaluate_longdouble(problem, params)))
    units = np.sqrt(np.sum(mean_part**2) + np.sum(scale_part**2))
    return float(8 * np.finfo(float).eps * units + 1e-13 * size)


def _orthonormal(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Q, R with columns = Q R and mean(Q_j^2) = 1: Gram-Schmidt, twice, long double."""
    n, k = columns.shape
    q = np.empty((n, k), dtype=LONG)
    r = np.zeros((k, k), dtype=LONG)
    for j in range(k):
        column = columns[:, j].copy()
        for _ in range(2):
            for i in range(j):
                part = np.mean(q[:, i] * column)
                r[i, j] += part
                column = column - part * q[:, i]
        r[j, j] = np.sqrt(np.mean(column**2))
        q[:, j] = column / r[j, j]
    return q, r


def _back_substitute(r: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve R x = right for an upper triangular R, in long double."""
    x = np.zeros_like(right)
    for i in range(len(right) - 1, -1, -1):
        x[i] = (right[i] - np.sum(r[i, i + 1 :] * x[i + 1 :])) / r[i, i]
    return x


def _solve_positive(matrix: np.ndarray, right: np.ndarray) -> np.ndarray | None:
    """Solve a symmetric positive definite system in long double; None if it is not."""
    k = len(right)
    lower = np.zeros((k, k), dtype=LONG)
    for j in range(k):
        pivot = matrix[j, j] - np.sum(lower[j, :j] ** 2)
        if not pivot > 0:
            return None
        lower[j, j] = np.sqrt(pivot)
        for i in range(j + 1, k):
            lower[i, j] = (matrix[i, j] - np.sum(lower[i, :j] * lower[j, :j])) / lower[j, j]
    forward = np.zeros(k, dtype=LONG)
    for i in range(k):
        forward[i] = (right[i] - np.sum(lower[i, :i] * forward[:i])) / lower[i, i]
    return _back_substitute(lower.T, forward)


class Whitened:
    """The problem in orthonormal, recentred coordinates; long doubles and their doubles.

    The negative log-likelihood without its constant is ``sum w (eta + r^2 exp(-eta)) / 2``
    with ``r = y - Q_x b`` and ``eta = Q_z g + shift``, all relative to a first fit.
    """

    def __init__(self, problem: Problem) -> None:
        data = _as_long(problem)
        self.problem = problem
        self.q_mean, self.r_mean = _orthonormal(data["exog"])
        self.q_scale, self.r_scale = _orthonormal(data["exog_scale"])
        self.weights = data["freq_weights"]
        self.shift = data["offset_scale"] - np.log(data["var_weights"])
        endog = data["endog"] - data["offset"]
        self.first = np.zeros(self.q_mean.shape[1], dtype=LONG)
        residual = endog
        for _ in range(2):
            step = np.mean(self.q_mean * residual[:, None], axis=0)
            self.first = self.first + step
            residual = residual - _times(self.q_mean, step)
        self.unit = np.sqrt(np.mean(residual**2))
        self.endog = residual / self.unit
        # eta is kept relative to log(unit^2), so that it too is of moderate size.
        self.k_mean, self.k_scale = self.q_mean.shape[1], self.q_scale.shape[1]
        self.double = {
            "x": self.q_mean.astype(float),
            "z": self.q_scale.astype(float),
            "w": self.weights.astype(float),
            "shift": self.shift.astype(float),
            "y": self.endog.astype(float),
        }

    def raw_params(self, whitened: np.ndarray) -> np.ndarray:
        """Return (beta, gamma) in raw coordinates, in long double."""
        b, g = whitened[: self.k_mean].astype(LONG), whitened[self.k_mean :].astype(LONG)
        # A constant is in the span of the scale columns; log(unit^2) goes into it.
        ones = np.mean(self.q_scale, axis=0)
        left = 1 - _times(self.q_scale, ones)
        if np.max(np.abs(left)) > 1e-9:
            raise ValueError(f"{self.problem}: the scale columns do not span a constant")
        return np.concatenate(
            [
                _back_substitute(self.r_mean, self.first + self.unit * b),
                _back_substitute(self.r_scale, g + 2 * np.log(self.unit) * ones),
            ]
        )

    def derivatives(
        self, params: np.ndarray, data: dict | None = None, order: int = 2
    ) -> tuple:
        """Return value, gradient and Hessian of the negative log-likelihood."""
        if data is None:
            data = self.double
        b, g = params[: self.k_mean], params[self.k_mean :]
        residual = data["y"] - (data["x"] * b).sum(axis=1)
        eta = np.clip((data["z"] * g).sum(axis=1), -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
        eta = eta + data["shift"]
        w = data["w"]
        inverse = np.exp(-eta)
        ratio = residual**2 * inverse
        value = np.sum(w * (eta + ratio)) / 2
        if order == 0:
            return (value,)
        gradient = np.concatenate(
            [
                -np.sum(data["x"] * (w * residual * inverse)[:, None], axis=0),
                np.sum(data["z"] * (w * (1 - ratio) / 2)[:, None], axis=0),
            ]
        )
        if order == 1:
            return value, gradient
        x, z = data["x"], data["z"]
        k = self.k_mean
        hessian = np.empty((len(params), len(params)), dtype=gradient.dtype)
        hessian[:k, :k] = x.T @ (x * (w * inverse)[:, None])
        hessian[:k, k:] = x.T @ (z * (w * residual * inverse)[:, None])
        hessian[k:, :k] = hessian[:k, k:].T
        hessian[k:, k:] = z.T @ (z * (w * ratio / 2)[:, None])
        return value, gradient, hessian

    def weighted_least_squares(
        self, g: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the b that is best for g, its residuals and eta, in double."""
        data = self.double
        eta = np.clip(data["z"] @ g, -_LARGEST_EXPONENT, _LARGEST_EXPONENT) + data["shift"]
        root = np.sqrt(data["w"]) * np.exp(-eta / 2)
        root = root / np.max(root)
        b = np.linalg.lstsq(data["x"] * root[:, None], data["y"] * root, rcond=None)[0]
        return b, data["y"] - data["x"] @ b, eta

    def profile(self, g: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the value with b concentrated out, its gradient in g, and that b."""
        b, residual, eta = self.weighted_least_squares(g)
        with np.errstate(over="ignore"):  # infinite is the value
            ratio = residual**2 * np.exp(-eta)
            w = self.double["w"]
            value = float(np.sum(w * (eta + ratio)) / 2)
            gradient = self.double["z"].T @ (w * (1 - ratio) / 2)
        return value, gradient, b

    def starts(self) -> list[np.ndarray]:
        """Return values of g to start from: constant variance, Harvey's, and random ones."""
        data = self.double
        size = np.log(np.mean(data["y"] ** 2 * np.exp(-data["shift"])))
        ones = np.mean(data["z"], axis=0)
        constant = size * ones
        target = np.log(np.maximum(data["y"] ** 2, 1e-12)) - data["shift"] + 1.27
        harvey = np.linalg.lstsq(data["z"], target, rcond=None)[0]
        kind = zlib.crc32(self.problem.kind.encode())
        rng = np.random.default_rng([kind, self.problem.seed, 1])
        random = [
            centre + spread * rng.standard_normal(self.k_scale)
            for centre, spread in zip(
                [constant, harvey] * (N_RANDOM_STARTS // 2),
                np.linspace(0.5, 3.0, N_RANDOM_STARTS),
                strict=True,
            )
        ]
        return [constant, harvey, *random]


def _trust_region(whitened: Whitened, start: np.ndarray) -> np.ndarray:
    first = np.concatenate([whitened.weighted_least_squares(start)[0], start])
    with np.errstate(all="ignore"):  # scipy's trial points; the end is compared
        found = optimize.minimize(
            lambda p: whitened.derivatives(p, order=0)[0],
            first,
            jac=lambda p: whitened.derivatives(p, order=1)[1],
            hess=lambda p: whitened.derivatives(p)[2],
            method="trust-exact",
            options={"gtol": 1e-7, "maxiter": 500},
        )
    return found.x


def _alternating(whitened: Whitened, start: np.ndarray) -> np.ndarray:
    z, w = whitened.double["z"], whitened.double["w"]
    information = z.T @ (z * w[:, None]) / 2
    g = start
    value, gradient, b = whitened.profile(g)
    for _ in range(1000):
        step = -np.linalg.solve(information, gradient)
        if -gradient @ step < 1e-11:
            break
        length = 1.0
        while length > 1e-8:
            trial = whitened.profile(g + length * step)
            if trial[0] < value - 1e-4 * length * abs(gradient @ step):
                break
            length /= 2
        else:
            break
        g = g + length * step
        value, gradient, b = trial
    return np.concatenate([b, g])


def _profile_lbfgs(whitened: Whitened, start: np.ndarray) -> np.ndarray:
    found = optimize.minimize(
        lambda g: whitened.profile(g)[:2],
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-7},
    )
    return np.concatenate([whitened.profile(found.x)[2], found.x])


def _profile_nelder_mead(whitened: Whitened, start: np.ndarray) -> np.ndarray:
    found = optimize.minimize(
        lambda g: whitened.profile(g)[0],
        start,
        method="Nelder-Mead",
        options={"maxfev": 150 * len(start), "xatol": 1e-8, "fatol": 1e-10},
    )
    return np.concatenate([whitened.profile(found.x)[2], found.x])


def _newton(whitened: Whitened, params: np.ndarray, steps: int, *, long: bool) -> tuple:
    """Take Newton steps while they descend; return params, value and Newton decrement."""
    data = None
    if long:
        data = {
            "x": whitened.q_mean,
            "z": whitened.q_scale,
            "w": whitened.weights,
            "shift": whitened.shift,
            "y": whitened.endog,
        }
        params = params.astype(LONG)
    value, gradient, hessian = whitened.derivatives(params, data)
    decrement = np.inf
    for _ in range(steps):
        step = _solve_positive(hessian.astype(LONG), -gradient.astype(LONG))
        if step is None:
            break
        step = step.astype(params.dtype)
        decrement = float(-gradient @ step)
        trial = whitened.derivatives(params + step, data)
        if not trial[0] <= value + 1e-13 * abs(value):
            break
        params = params + step
        value, gradient, hessian = trial
        if decrement < (1e-28 if long else 1e-18):
            break
    return params, float(value), decrement


def _rounding_loss(whitened: Whitened, whitened_params: np.ndarray, raw: np.ndarray) -> float:
    """Return d'Hd/2 at its worst over roundings |d_j| <= eps/2 |raw_j|, bounded above."""
    hessian = whitened.derivatives(whitened_params.astype(float))[2]
    k = whitened.k_mean
    diagonal = np.empty(len(raw))
    r_mean = (whitened.r_mean / whitened.unit).astype(float)
    r_scale = whitened.r_scale.astype(float)
    diagonal[:k] = np.sum(r_mean * (hessian[:k, :k] @ r_mean), axis=0)
    diagonal[k:] = np.sum(r_scale * (hessian[k:, k:] @ r_scale), axis=0)
    moved = np.sum(np.sqrt(np.abs(diagonal)) * np.abs(raw.astype(float)))
    return float((moved * np.finfo(float).eps / 2) ** 2 / 2)


def _constant_variance(whitened: Whitened) -> np.ndarray:
    """Return the maximum in whitened coordinates: weighted least squares in long double."""
    weights = whitened.weights * np.exp(-whitened.shift)
    root = np.sqrt(weights)[:, None]
    q, r = _orthonormal(whitened.q_mean * root)
    b = np.zeros(whitened.k_mean, dtype=LONG)
    residual = whitened.endog
    for _ in range(2):
        step = np.mean(q * root * residual[:, None], axis=0)
        step = _back_substitute(r, step)
        b = b + step
        residual = residual - _times(whitened.q_mean, step)
    variance = np.sum(weights * residual**2) / np.sum(whitened.weights)
    return np.append(b, np.log(variance))


def best_optimum(problem: Problem) -> Optimum:
    """Return the best maximum that the routes find.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    Optimum

    Raises
    ------
    ArithmeticError
        No route ends at a stationary point.
    """
    whitened = Whitened(problem)
    if problem.family != SCALE_EQUATION:
        best = _constant_variance(whitened)
        by_route, lower = {}, []
    else:
        starts = whitened.starts()
        ends: dict[str, list[np.ndarray]] = {
            "trust_region": [_trust_region(whitened, start) for start in starts[:4]],
            "alternating": [_alternating(whitened, start) for start in starts[:2]],
            "profile": [_profile_lbfgs(whitened, start) for start in starts],
        }
        lowest = min(ends["profile"], key=lambda end: whitened.derivatives(end, order=0)[0])
        ends["profile"].append(_profile_nelder_mead(whitened, lowest[whitened.k_mean :]))
        by_route = {
            route: -min(float(whitened.derivatives(end, order=0)[0]) for end in found)
            for route, found in ends.items()
        }
        every_end = [end for found in ends.values() for end in found]
        polished = [_newton(whitened, end, 30, long=False) for end in every_end]
        stationary = [end for end in polished if end[2] < 1e-8]
        if not stationary:  # where sigma spans more than doubles resolve
            polished = [_newton(whitened, end, 30, long=True) for end in every_end]
            stationary = [end for end in polished if end[2] < 1e-8]
        if not stationary:
            raise ArithmeticError(f"{problem}: no route ends at a stationary point")
        best, value, _ = min(stationary, key=lambda end: end[1])
        # A route that is still falling, below every stationary point: not a bounded problem.
        if min(end[1] for end in polished) < value - 1e-6:
            raise ArithmeticError(f"{problem}: a route ends below every stationary point")
        lower = []  # ends closer than 1e-4 are one maximum, reached less or more closely
        for _, end_value, _ in sorted(stationary, key=lambda end: end[1]):
            if end_value > max([value, *lower]) + 1e-4:
                lower.append(end_value)
    best, _, decrement = _newton(whitened, best, 10, long=True)
    params = whitened.raw_params(best)
    loglike = evaluate_longdouble(problem, params)
    # by_route is in whitened units: add what the change of units adds.
    constant = float(loglike) + float(whitened.derivatives(best.astype(float), order=0)[0])
    return Optimum(
        loglike=float(loglike),
        params=params,
        rounding_loss=_rounding_loss(whitened, best, params),
        decrement=decrement,
        by_route={route: value + constant for route, value in by_route.items()},
        lower_maxima=tuple(constant - other for other in lower),
    )
