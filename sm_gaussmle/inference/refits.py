"""Estimates without one row each, and from rows drawn anew."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.inference.influence import delete, delete_constant_variance
from sm_gaussmle.inference.leverage import leverages
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory


def without_each_row(
    params: Array, cov_root: Array, rows: RowBlock, *, constant_variance: bool
) -> Array:
    """Estimates without one copy of each row in turn.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates, at a maximum.
    cov_root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    rows : RowBlock
        The rows.
    constant_variance : bool
        Whether the log variance is a single parameter.

    Returns
    -------
    ndarray, shape (n, k)
        Exact with constant variance, else by one step (see `influence.delete`). NaN or
        infinite where the other rows do not have a fit.
    """
    of_rows = leverages(params, rows)
    if not constant_variance:
        return np.asarray(params - delete(params, cov_root, rows, of_rows).dfbeta)
    n = of_rows.nobs
    mean = params[:-1] - delete_constant_variance(rows, of_rows).dfbeta
    # The residual sum of squares loses e^2/(1 - h).
    with np.errstate(divide="ignore"):  # the others are fitted exactly
        left = np.log(np.maximum(n - of_rows.standardized**2, 0.0) / (n - 1.0))
    return np.column_stack([mean, params[-1] + left])


def refit_from(
    rows: RowBlock, start: Array, constant: int | None, constant_scale: int | None
) -> Fit | None:
    """Fit rows with a scale equation, from estimates that are near.

    Parameters
    ----------
    rows : RowBlock
        The rows.
    start : ndarray, shape (k,)
        Where to start.
    constant, constant_scale : int or None
        Positions of the constant columns of the two designs.

    Returns
    -------
    Fit or None
        None where that fails, and an ordinary fit has to say why.
    """
    if len(rows.endog) <= len(start):
        return None
    try:
        problem = whitened_problem(Memory(rows), constant, constant_scale)
        fit = fit_scale_equation(problem, start)
    except FitError:
        return None
    return fit if fit.converged and fit.cov_root is not None else None
