"""Optimizers of statsmodels by name, run in coordinates in which they work."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.base.optimizer import Optimizer

from sm_gaussmle.estimation.scale_equation import Optimizer as RunsOptimizer
from sm_gaussmle.likelihood.evaluation import Evaluation

Array = NDArray[np.float64]

# Options of each method; None where scipy takes any but those below. What is in the
# units of the parameters (bounds, constraints, a simplex) is left out: the optimizer works
# in other coordinates.
OPTIMIZERS: MappingProxyType[str, tuple[str, ...] | None] = MappingProxyType(
    {
        "newton": ("tol", "ridge_factor"),
        "bfgs": ("gtol", "norm", "epsilon"),
        "lbfgs": ("m", "pgtol", "factr", "maxfun", "epsilon"),
        "nm": ("xtol", "ftol", "maxfun"),
        "powell": ("xtol", "ftol", "maxfun"),
        "cg": ("gtol", "norm", "epsilon"),
        "ncg": ("avextol", "epsilon"),
        "basinhopping": ("niter", "niter_success", "T", "stepsize", "interval", "minimizer"),
        "minimize": None,
    }
)
# statsmodels divides the log-likelihood by the number of rows, so that the usual
# tolerances stop a tenth of a standard error from the maximum; these stop 1e-6 from it.
_TIGHT: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "newton": {"tol": 1e-10},
        "bfgs": {"gtol": 1e-9},
        "lbfgs": {"pgtol": 1e-10, "factr": 1.0},
        "nm": {"xtol": 1e-9, "ftol": 1e-14},
        "powell": {"xtol": 1e-9, "ftol": 1e-14},
        "cg": {"gtol": 1e-9},
        "ncg": {"avextol": 1e-12},
        "minimize": {"gtol": 1e-9},
        "basinhopping": {"minimizer": {"tol": 1e-9}},
    }
)
IN_UNITS = ("bounds", "constraints", "initial_simplex", "direc", "jac", "hess", "hessp")
# The methods of "minimize" that have this option; scipy warns about it in the others.
_TAKE_GTOL = ("BFGS", "CG", "dogleg", "trust-ncg", "trust-krylov", "trust-exact")


def named_optimizer(
    method: str,
    *,
    maxiter: int,
    options: dict[str, Any],
    callback: Callable[[Array], object] | None,
) -> RunsOptimizer:
    """Make a statsmodels optimizer out of its name.

    Parameters
    ----------
    method : str
        A key of `OPTIMIZERS`.
    maxiter : int
        Largest number of iterations.
    options : dict
        The method's own options.
    callback : callable or None
        Called with the point after each iteration.

    Returns
    -------
    callable
        Takes an objective and a start, returns the last point and the evaluations on the
        way there. If the last point is not finite, or the Hessian there is singular, the best
        one is returned.
    """
    tight = _TIGHT.get(method, {})
    if str(options.get("min_method", "BFGS")) not in _TAKE_GTOL:
        tight = {}

    def run(
        objective: Callable[[Array], Evaluation], start: Array
    ) -> tuple[Array, tuple[Evaluation, ...]]:
        seen = _Seen(objective)
        nobs = seen.at(start).nobs
        path = [seen.at(start)]
        guard = _Guard()

        def each(point: Array) -> None:
            path.append(seen.at(point))
            if callback is not None:
                callback(np.array(point, dtype=float))

        try:
            # Far trial points may overflow; where the optimizer ends is judged later.
            with np.errstate(all="ignore"):
                point, _, _ = Optimizer()._fit(
                    guard(lambda p: -seen.at(p).loglike / nobs),
                    guard(lambda p: -seen.at(p).score / nobs),
                    start,
                    (),
                    tight | options,
                    hessian=guard(lambda p: -seen.at(p).hessian / nobs),
                    method=method,
                    maxiter=maxiter,
                    disp=False,
                    callback=guard(each),
                    full_output=True,
                )
        except Exception as error:  # each optimizer has its own ways to refuse an option
            if error in guard.errors:
                raise
            if isinstance(error, np.linalg.LinAlgError):  # Newton's, at a singular Hessian
                return seen.best if len(seen.best) else start, tuple(path)
            raise ValueError(
                f"`method` {method!r} cannot run with the options {options}: {error}"
            ) from error
        end = np.asarray(point, dtype=float)
        if not np.isfinite(end).all() or not np.isfinite(seen.at(end).loglike):
            end = seen.best if len(seen.best) else start
        return end, tuple(path)

    return run


class _Guard:
    """Remembers the errors of what an optimizer calls, which are not its own."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    def __call__(self, function: Callable[[Array], Any]) -> Callable[..., Any]:
        """The function, that passes its errors on."""

        def called(point: Array, *_: object) -> Any:  # basinhopping passes more
            try:
                return function(point)
            except Exception as error:  # to tell the callback's own from the optimizer's
                self.errors.append(error)
                raise

        return called


class _Seen:
    """Evaluates a point once, though value, score and Hessian are asked for in turn."""

    def __init__(self, objective: Callable[[Array], Evaluation]) -> None:
        self._objective = objective
        self._point: Array | None = None
        self._loglike = -np.inf
        self.best: Array = np.empty(0)

    def at(self, point: Array) -> Evaluation:
        if self._point is None or not np.array_equal(self._point, point):
            self._point = np.array(point, dtype=float)
            with np.errstate(all="ignore"):  # far out; -inf is told to the optimizer
                self._evaluation = self._objective(self._point)
            if self._evaluation.loglike > self._loglike:
                self._loglike, self.best = self._evaluation.loglike, self._point
        return self._evaluation
