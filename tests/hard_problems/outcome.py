"""What a fit made of a hard problem, and whether that is a failure."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.base.model import GenericLikelihoodModel

import sm_gaussmle as smg

from .routes import evaluate_longdouble, evaluation_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .generator import Problem

ALLOWED_LOSS = 1e-6
"""The most log-likelihood that a fit may be short of the best.

Twice that is the squared distance from the maximum in standard errors: 1e-6 is 0.0014 of one,
in whatever direction. Rounding the parameters to doubles may cost up to a tenth of it
(`make_best.LARGEST_ROUNDING_LOSS`), so the bound cannot be much tighter on all problems."""

FAILURES = (
    "error",
    "non-finite",
    "silent",
    "warned",
    "local",
    "false alarm",
    "misreported",
)
"""Kinds of failure: an exception or a warning of NumPy's; a result that is not finite; a wrong
result called converged; a wrong result with a warning; a maximum, but one that is lower than
the best; a right result with a warning; a log-likelihood that is not that of the parameters
reported with it."""


@dataclass(frozen=True)
class Outcome:
    """One fit.

    Attributes
    ----------
    error : str
        Exception; empty if there was none.
    loglike : float
        Of the reported parameters, re-evaluated in long double; NaN if there are none.
    misreported : float
        By how much `llf` of the result is off, in units of `ALLOWED_LOSS` and what rounding
        explains beside it.
    converged : bool
    finite : bool
        Parameters, standard errors and log-likelihood are.
    iterations : float
    """

    error: str = ""
    loglike: float = np.nan
    misreported: float = np.nan
    converged: bool = False
    finite: bool = False
    iterations: float = np.nan


def _outcome(problem: Problem, params, bse, llf, *, converged, iterations) -> Outcome:
    params = np.asarray(params, dtype=float)
    finite = bool(np.all(np.isfinite(params)) and np.isfinite(llf) and np.all(np.isfinite(bse)))
    if not np.all(np.isfinite(params)):
        return Outcome(converged=bool(converged), iterations=iterations)
    loglike = float(evaluate_longdouble(problem, params))
    misreported = abs(llf - loglike) / (ALLOWED_LOSS + evaluation_error(problem, params))
    return Outcome("", loglike, misreported, bool(converged), finite, iterations)


def fit_gaussmle(problem: Problem) -> Outcome:
    """Fit a problem by the package, with its defaults."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # how the fit ends is what is counted
            # An overflow or an invalid value on the way is a defect even if the end is right.
            warnings.simplefilter("error", RuntimeWarning)
            model = smg.GaussianMLE(problem.endog, problem.exog, **problem.optional_arguments())
            result = model.fit()
            return _outcome(
                problem,
                result.params,
                result.bse,
                result.llf,
                converged=result.converged,
                iterations=result.mle_retvals["iterations"],
            )
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        return Outcome(error=f"{type(error).__name__}: {error}")


class _Generic(GenericLikelihoodModel):
    """The model as a user of statsmodels writes it: the formula, numerical derivatives."""

    def __init__(self, problem: Problem) -> None:
        self.arrays = problem.complete_arrays()
        k_mean = problem.exog.shape[1]
        k_scale = self.arrays["exog_scale"].shape[1]
        super().__init__(
            problem.endog, problem.exog, extra_params_names=[f"g{j}" for j in range(k_scale)]
        )
        self.k_mean = k_mean

    def loglikeobs(self, params: np.ndarray) -> np.ndarray:
        a = self.arrays
        residual = self.endog - self.exog @ params[: self.k_mean] - a["offset"]
        log_variance = a["exog_scale"] @ params[self.k_mean :] + a["offset_scale"]
        log_variance = log_variance - np.log(a["var_weights"])
        terms = np.log(2 * np.pi) + log_variance + residual**2 / np.exp(log_variance)
        return -a["freq_weights"] * terms / 2


def fit_generic(problem: Problem, method: str) -> Outcome:
    """Fit a problem by statsmodels' GenericLikelihoodModel, from least squares."""
    try:
        # Statsmodels' own; its end is what is counted.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # the same
            model = _Generic(problem)
            a = model.arrays
            endog = problem.endog - a["offset"]
            beta = np.linalg.lstsq(problem.exog, endog, rcond=None)[0]
            size = np.log(np.mean((endog - problem.exog @ beta) ** 2))
            gamma = np.zeros(a["exog_scale"].shape[1])
            gamma[0] = size  # the constant comes first
            result = model.fit(
                np.concatenate([beta, gamma]), method=method, maxiter=2000, disp=0
            )
            returned = result.mle_retvals
            return _outcome(
                problem,
                result.params,
                result.bse,
                result.llf,
                converged=returned["converged"],
                iterations=returned.get("iterations", np.nan),
            )
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        return Outcome(error=f"{type(error).__name__}: {error}")


def failure(
    outcome: Outcome,
    best: float,
    lower_maxima: Sequence[float] = (),
    allowed: float = ALLOWED_LOSS,
) -> str:
    """Return one of `FAILURES`, or an empty string.

    Parameters
    ----------
    outcome : Outcome
    best : float
        Best log-likelihood known.
    lower_maxima : sequence of float, optional
        Log-likelihoods of other maxima known.
    allowed : float, optional
        The most log-likelihood that a fit may be short of `best`.

    Returns
    -------
    str
    """
    if outcome.error:
        return "error"
    if not outcome.finite:
        return "non-finite"
    if not best - outcome.loglike <= allowed:
        if any(abs(other - outcome.loglike) <= allowed for other in lower_maxima):
            return "local"
        return "silent" if outcome.converged else "warned"
    if not outcome.converged:
        return "false alarm"
    return "misreported" if outcome.misreported > 1 else ""
