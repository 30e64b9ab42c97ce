"""Other people's ways to the maximum of a hard problem, as their users would go.

Statsmodels' `GenericLikelihoodModel` and SciPy's `minimize` climb the log-likelihood in raw
coordinates, its rows written with `scipy.special.log_ndtr` as in `limits.routes`, from least
squares of the responses (of the middles of intervals, and of the finite ends of open ones) and
the variance of their residuals. R's functions start where they do.
"""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize
from statsmodels.base.model import GenericLikelihoodModel
from statsmodels.tools.sm_exceptions import ModelWarning

from .generator import Problem
from .limits.generator import LimitedProblem
from .limits.routes import RowBounds, rows_in
from .outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

METHODS = ("bfgs", "newton", "nm", "lbfgs")
_ITERATIONS = {"newton": 100}  # a thousand differences each
_MOST_ITERATIONS = 2000

R_ROUTES = ("R lm", "R mgcv gaulss", "R glmmTMB", "R survreg", "R AER tobit")


def as_limited(problem: Problem) -> LimitedProblem:
    """Return a problem without limits as one that might have them."""
    return LimitedProblem(problem, problem.endog, problem.endog, problem.endog, {})


class RawLikelihood:
    """The log-likelihood in raw parameters, in double."""

    def __init__(self, problem: LimitedProblem) -> None:
        data = problem.complete.complete_arrays()
        self.exog, self.exog_scale = data["exog"], data["exog_scale"]
        self.weights = data["freq_weights"]
        self.shift = data["offset_scale"] - np.log(data["var_weights"])
        offset = data["offset"]
        lower, upper = problem.lower - offset, problem.upper - offset
        limits = {name: limit - offset for name, limit in problem.limits.items()}
        with np.errstate(invalid="ignore"):  # infinity less itself is NaN: not narrow
            width = problem.upper - problem.lower
        cuts = (limits.get("trunc_left"), limits.get("trunc_right"))
        self.bounds = RowBounds(lower, upper, width, *cuts)
        ends = np.array([lower, upper])
        finite = np.isfinite(ends)
        self.endog = np.where(finite, ends, 0.0).sum(axis=0) / np.maximum(finite.sum(axis=0), 1)

    def start(self) -> np.ndarray:
        """Return least squares, and a constant variance."""
        beta = np.linalg.lstsq(self.exog, self.endog, rcond=None)[0]
        gamma = np.zeros(self.exog_scale.shape[1])
        gamma[0] = np.log(np.mean((self.endog - self.exog @ beta) ** 2))  # the constant
        return np.concatenate([beta, gamma])

    def _rows(self, params: np.ndarray) -> tuple[np.ndarray, ...]:
        k = self.exog.shape[1]
        eta = self.exog_scale @ params[k:] + self.shift
        return rows_in(self.bounds, self.exog @ params[:k], eta)

    def loglikeobs(self, params: np.ndarray) -> np.ndarray:
        """Return the log-likelihood of every row."""
        return self.weights * self._rows(params)[0]

    def score(self, params: np.ndarray) -> np.ndarray:
        """Return the gradient."""
        _, mean, scale, *_ = (self.weights * part for part in self._rows(params))
        return np.concatenate([mean @ self.exog, scale @ self.exog_scale])

    def hessian(self, params: np.ndarray) -> np.ndarray:
        """Return the Hessian."""
        *_, mean, mixed, scale = (self.weights * part for part in self._rows(params))
        x, z = self.exog, self.exog_scale
        cross = x.T @ (z * mixed[:, None])
        return np.block(
            [[x.T @ (x * mean[:, None]), cross], [cross.T, z.T @ (z * scale[:, None])]]
        )


class _Generic(GenericLikelihoodModel):
    """The model as a user of statsmodels writes it, with numerical derivatives."""

    def __init__(self, likelihood: RawLikelihood) -> None:
        self.likelihood = likelihood
        extra = [f"g{j}" for j in range(likelihood.exog_scale.shape[1])]
        super().__init__(likelihood.endog, likelihood.exog, extra_params_names=extra)

    def loglikeobs(self, params: np.ndarray) -> np.ndarray:
        return self.likelihood.loglikeobs(params)


class _GenericWithDerivatives(_Generic):
    """The same, by a user who worked out the derivatives."""

    def score(self, params: np.ndarray) -> np.ndarray:
        return self.likelihood.score(params)

    def hessian(self, params: np.ndarray) -> np.ndarray:
        return self.likelihood.hessian(params)


def _outcome(evaluate, params, others, *, converged, iterations=np.nan) -> Outcome:
    params = np.asarray(params, dtype=float)
    if not np.isfinite(params).all():
        return Outcome(converged=bool(converged), iterations=iterations)
    finite = bool(np.isfinite(others).all())
    with np.errstate(all="ignore"):  # an end far away may have no likelihood
        loglike = evaluate(params)
    return Outcome("", loglike, np.nan, bool(converged), finite, iterations)


def fit_generic(
    problem: LimitedProblem,
    evaluate: Callable[[np.ndarray], float],
    method: str,
    *,
    derivatives: bool = False,
) -> Outcome:
    """Fit a problem by statsmodels' GenericLikelihoodModel, from least squares.

    Parameters
    ----------
    problem : LimitedProblem
    evaluate : callable
        Gives the log-likelihood of raw parameters in more digits than double.
    method : str
        One of `METHODS`.
    derivatives : bool, optional
        Give it gradient and Hessian.

    Returns
    -------
    Outcome
        Converged where it says so and gives no warning.
    """
    kind = _GenericWithDerivatives if derivatives else _Generic
    try:
        # A trial point may be far out; what the program makes of it is what is counted.
        with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
            warnings.simplefilter("always")
            likelihood = RawLikelihood(problem)
            result = kind(likelihood).fit(
                likelihood.start(),
                method=method,
                maxiter=_ITERATIONS.get(method, _MOST_ITERATIONS),
                disp=0,
            )
            others = [*result.bse, result.llf]
        warned = any(issubclass(warning.category, ModelWarning) for warning in caught)
        returned = result.mle_retvals
        return _outcome(
            evaluate,
            result.params,
            others,
            converged=returned["converged"] and not warned,
            iterations=returned.get("iterations", np.nan),
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        return Outcome(error=f"{type(error).__name__}: {error}")


def fit_scipy(
    problem: LimitedProblem,
    evaluate: Callable[[np.ndarray], float],
    method: str,
    *,
    derivatives: bool = False,
) -> Outcome:
    """Fit a problem by SciPy's `minimize`: as `fit_generic`; `method` is one of SciPy's."""
    try:
        with np.errstate(all="ignore"):  # as in `fit_generic`
            likelihood = RawLikelihood(problem)
            found = optimize.minimize(
                lambda p: -likelihood.loglikeobs(p).sum(),
                likelihood.start(),
                jac=(lambda p: -likelihood.score(p)) if derivatives else None,
                method=method,
                options={"maxiter": _MOST_ITERATIONS, "maxfun": 10**6}
                if method == "L-BFGS-B"
                else {"maxiter": _MOST_ITERATIONS},
            )
        return _outcome(
            evaluate, found.x, found.fun, converged=found.success, iterations=found.nit
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        return Outcome(error=f"{type(error).__name__}: {error}")


ROUTES: dict[str, Callable[..., Outcome]] = {
    f"{name} {method}{', derivatives given' if derivatives else ''}": partial(
        fit, method=method, derivatives=derivatives
    )
    for name, fit, methods in (
        ("statsmodels", fit_generic, METHODS),
        ("scipy", fit_scipy, ("BFGS", "L-BFGS-B")),
    )
    for derivatives in (False, True)
    for method in methods
    if not (derivatives and method == "nm")  # which has no use for them
}
"""Name -> function of the problem and how to evaluate; those in Python."""


def _bytes(problem: LimitedProblem) -> np.ndarray:
    likelihood = RawLikelihood(problem)
    n = len(likelihood.endog)
    offset = problem.complete.complete_arrays()["offset"]
    flags = (
        not np.array_equal(problem.lower, problem.upper) or bool(problem.limits),
        any(name.startswith("trunc") for name in problem.limits),
        problem.endog.ndim == 2,
    )
    sides = [
        problem.limits.get(name, np.full(n, open_end))
        for name, open_end in (("left", -np.inf), ("right", np.inf))
    ]
    endog = problem.endog if problem.endog.ndim == 1 else likelihood.endog + offset
    rows = (endog, offset, likelihood.shift, likelihood.weights, problem.lower, problem.upper)
    shape = (n, likelihood.exog.shape[1], likelihood.exog_scale.shape[1])
    columns = (likelihood.exog.T.ravel(), likelihood.exog_scale.T.ravel())
    return np.concatenate([shape, flags, *columns, *rows, *sides]).astype(float)


def fit_in_r(
    problems: Sequence[LimitedProblem], evaluates: Sequence[Callable[[np.ndarray], float]]
) -> tuple[list[dict[str, Outcome]], str]:
    """Fit problems by R, which has to be there.

    Parameters
    ----------
    problems : sequence of LimitedProblem
    evaluates : sequence of callable
        As in `fit_generic`, one for each problem.

    Returns
    -------
    outcomes : list of dict
        Of each problem by route, of those of `R_ROUTES` that have such a model.
    versions : str
    """
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        for place, problem in enumerate(problems):
            _bytes(problem).tofile(folder / f"{place}.data.bin")
        ran = subprocess.run(
            ["Rscript", Path(__file__).with_name("peers.R"), folder],
            check=True,
            capture_output=True,
            text=True,
        )
        outcomes = []
        for place, (problem, evaluate) in enumerate(zip(problems, evaluates, strict=True)):
            complete = problem.complete.complete_arrays()
            k = complete["exog"].shape[1] + complete["exog_scale"].shape[1]
            found = {}
            for route in R_ROUTES:
                if (folder / f"{place}.{route}.unfit").exists():
                    continue
                path = folder / f"{place}.{route}.bin"
                found[route] = Outcome(error="stopped with an error")
                if path.exists():
                    converged, _, *values = np.fromfile(path)
                    found[route] = _outcome(
                        evaluate, values[:k], values[k:], converged=converged
                    )
            outcomes.append(found)
    return outcomes, ", ".join(" ".join(line.split()) for line in ran.stdout.splitlines())
