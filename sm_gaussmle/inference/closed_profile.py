"""Profiles that need no look at the rows."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.restriction import Restricted
from sm_gaussmle.inference.profile import SAME, Profile, values_around
from sm_gaussmle.inference.profile_closed_form import (
    log_variance_deviance,
    log_variance_ends,
    mean_deviance,
    mean_half_width,
)
from sm_gaussmle.likelihood.terms import Array

_DEPENDENT = 1e-10


def closed_profile(
    fit: Fit, combination: Array, shift: float, quantile: float, points: int | Array
) -> Profile:
    r"""A profile with constant variance, without a look at the rows.

    Parameters
    ----------
    fit : Fit
        Of exact responses with constant variance.
    combination : ndarray, shape (k,)
        Coefficients of the mean parameters alone, or of the log variance alone.
    shift : float
        A constant that is added.
    quantile : float
        Quantile of the chi-squared distribution with one degree of freedom.
    points : int or ndarray
        How many more points to have, or their values.

    Returns
    -------
    Profile
        In closed form.

    Notes
    -----
    Where the mean coefficients are held at :math:`\delta` from an estimate with variance
    :math:`v\sigma^2`, the others go along the regression line, and the variance becomes
    :math:`\hat\sigma^2 (1 + \delta^2 / (n v \hat\sigma^2))`.
    """
    root, nobs = fit.cov_root, fit.nobs
    if root is None or len(root) != root.shape[1]:
        raise ValueError("the closed form is for fits without restrictions.")
    gradient = root.T @ combination
    std_err = float(np.linalg.norm(gradient))
    estimate = float(combination @ fit.params) + shift
    of_mean = not combination[-1]
    if of_mean:
        half = mean_half_width(std_err, nobs, quantile)
        interval = (estimate - half, estimate + half)
    else:
        lower, upper = log_variance_ends(nobs, quantile)
        unit = float(combination[-1])
        interval = (
            estimate + unit * (lower if unit > 0 else upper),
            estimate + unit * (upper if unit > 0 else lower),
        )
    asked = values_around(estimate, std_err, interval, quantile, points)
    known = np.array([estimate, *interval])
    # Two points that differ by rounding alone would bend a curve drawn through them.
    apart = (np.abs(asked[:, None] - known) > SAME * std_err).all(axis=1)
    values = np.unique(np.r_[known, asked[apart]])
    distance = (values - estimate) / std_err
    if of_mean:
        deviance = mean_deviance(distance, nobs)
        params = fit.params + np.outer(distance, root @ (gradient / std_err))
        params[:, -1] = fit.params[-1] + np.log1p(distance**2 / nobs)
    else:
        step = (values - estimate) / combination[-1]
        deviance = log_variance_deviance(step, nobs)
        params = np.repeat(fit.params[None], len(values), axis=0)
        params[:, -1] += step
    return Profile(
        estimate,
        std_err,
        interval,
        values,
        fit.loglike - 0.5 * deviance,
        params,
        0,
        0,
        "closed form",
        (),
    )


def fixed_profile(fit: Fit, estimate: float) -> Profile:
    """The profile of what restrictions give a value.

    Parameters
    ----------
    fit : Fit
        A fit under restrictions.
    estimate : float
        The value.

    Returns
    -------
    Profile
        A single point.
    """
    return Profile(
        estimate,
        0.0,
        (estimate, estimate),
        np.array([estimate]),
        np.array([fit.loglike]),
        fit.params[None].copy(),
        0,
        0,
        "restriction",
        ("the restrictions of the fit give it this value",),
    )


def is_fixed(combination: Array, restricted: Restricted | None) -> bool:
    """Whether a combination of the parameters follows from restrictions.

    Parameters
    ----------
    combination : ndarray, shape (k,)
        Its coefficients.
    restricted : Restricted or None
        The restrictions of a fit.

    Returns
    -------
    bool
        True where the restrictions say its value.
    """
    if restricted is None:
        return False
    table = np.vstack([restricted.restriction.matrix, combination])
    size = np.abs(table).max(axis=0)
    table = table / np.where(size > 0.0, size, 1.0)
    table /= np.linalg.norm(table, axis=1)[:, None]
    weights = np.linalg.lstsq(table[:-1].T, table[-1])[0]
    return bool(np.linalg.norm(table[-1] - weights @ table[:-1]) < _DEPENDENT)
