"""What a fit made of a hard problem, and whether that is a failure."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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

_MAXIMUM = 1e-5  # standard errors

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
        Of the package those to within 1e-5 standard errors of the maximum, where others stop
        too: what follows is for the digits of the standard errors.
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


def to_the_maximum(distances: list[float]) -> int:
    """Return the iterations until the distance is one of a maximum, or all of them."""
    near = (place for place, distance in enumerate(distances) if distance <= _MAXIMUM)
    return next(near, len(distances) - 1)


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
                iterations=to_the_maximum(
                    [entry.score_norm for entry in result.fit_record.history]
                ),
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
