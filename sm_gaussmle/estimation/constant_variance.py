"""Exact responses of constant variance: the maximum in closed form."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.errors import PerfectFitError
from sm_gaussmle.estimation.fit_record import Fit, concentrated_loglike
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.triangle_solution import LeastSquares
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import CONVERGED_DECREMENT, Iteration
from sm_gaussmle.sources.source import Source

# Residuals below this share of the response are its rounding errors, not noise.
PERFECT_FIT = 1e-13
_EPS, _TINY = float(np.finfo(float).eps), float(np.finfo(float).tiny)


def fit_constant_variance(source: Source, constant: int | None) -> Fit:
    r"""Maximum likelihood with one variance for all rows (times known weights).

    Parameters
    ----------
    source : Source
        The rows.
    constant : int or None
        Position of a constant column of `exog`.

    Returns
    -------
    Fit
        At :math:`\hat\beta` of weighted least squares and
        :math:`\log\hat\sigma^2 = \log(RSS/n)`.

    Raises
    ------
    PerfectFitError
        If the residuals are zero up to rounding.
    CollinearError
        If columns are linearly dependent.
    NonFiniteError
        If a value is NaN or infinite.
    """
    solution = least_squares(source, constant)
    refuse_perfect_fit(solution)
    k = len(solution.coef)
    rss, nobs = float(solution.rss), solution.nobs
    params = np.empty(k + 1)
    params[:k] = solution.coef
    params[k] = np.log(rss / nobs)
    sigma = np.sqrt(rss / nobs)
    root = np.zeros((k + 1, k + 1))
    root[:k, :k] = solution.basis * sigma
    root[k, k] = np.sqrt(2.0 / nobs)
    loglike = float(concentrated_loglike(solution.rss, nobs, solution.log_variance_offset))
    score_norm = float(solution.remainder / sigma)
    # Coefficients are doubles: the rounding of the fitted values alone, in units of sigma,
    # keeps the score of a near-perfect fit from zero. It is in units of their terms,
    # which may be much larger than the values.
    norms = np.sqrt((solution.factor * solution.factor).sum(axis=0))
    terms = float(norms @ np.abs(solution.working_coef))
    rounding = float(4.0 * _EPS * terms / sigma)
    zero = max(float(np.sqrt(CONVERGED_DECREMENT)), rounding)
    return Fit(
        params=params,
        cov_root=root,
        loglike=loglike,
        nobs=nobs,
        score_norm=score_norm,
        converged=bool(np.isfinite(loglike) and score_norm <= zero),
        reason="closed form",
        route=solution.route,
        passes=solution.passes,
        digits=solution.digits,
        history=(Iteration(loglike, score_norm, 0.0, 0.0),),
        rounding=rounding,
    )


def refuse_perfect_fit(solution: LeastSquares) -> None:
    """Refuse a mean equation that leaves nothing to estimate a variance from.

    Parameters
    ----------
    solution : LeastSquares
        Solved for the mean equation.

    Raises
    ------
    PerfectFitError
        If the residuals are zero up to the rounding of the response.
    """
    if (smallest_share(solution) <= PERFECT_FIT).any():
        raise PerfectFitError("the residuals are zero up to the rounding of `endog`.")


def smallest_share(solution: LeastSquares) -> Array:
    """Residual root mean square over that of the response.

    Parameters
    ----------
    solution : LeastSquares
        Solved for the mean equation.

    Returns
    -------
    ndarray
        Zero for a response that is all zeros.
    """
    total = np.maximum(solution.total, _TINY)
    return np.asarray(np.sqrt(solution.rss / total))
