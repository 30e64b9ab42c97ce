"""A fit of any rows, by the route that they call for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sm_gaussmle.estimation.constant import is_constant_variance
from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Source


def has_closed_form(rows: RowBlock) -> bool:
    """Whether the maximum is that of least squares.

    Parameters
    ----------
    rows : RowBlock
        Rows of a model.

    Returns
    -------
    bool
        True for exact responses of constant variance.
    """
    return rows.bounds is None and is_constant_variance(rows)


def fit_rows(
    source: Source,
    constant: int | None,
    constant_scale: int | None,
    start_params: Array | None = None,
) -> Fit:
    """Maximum likelihood, in closed form where there is one.

    Parameters
    ----------
    source : Source
        The rows.
    constant, constant_scale : int or None
        Positions of the constant columns of the two designs.
    start_params : ndarray, shape (k,), optional
        Where to start, where a start is needed.

    Returns
    -------
    Fit
        Converged or not.

    Raises
    ------
    FitError
        If the likelihood has no maximum, or no single one.
    """
    rows = source.prototype
    if rows.bounds is None and rows.exog_scale.shape[1] == 1 and constant_scale == 0:
        fit = fit_constant_variance(source, constant)
        # ln(sigma2) is the coefficient of a column of ones; the constant may be another.
        value = float(rows.exog_scale[0, 0])
        return fit if value == 1.0 else _in_units_of(fit, value)
    problem = whitened_problem(source, constant, constant_scale, start_params)
    return fit_scale_equation(problem, start_params)


def _in_units_of(fit: Fit, value: float) -> Fit:
    params, root = fit.params.copy(), np.array(fit.cov_root)
    params[-1] /= value
    root[-1] /= value
    return replace(fit, params=params, cov_root=root)
