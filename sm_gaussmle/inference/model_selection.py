"""Which of several models the data favour: information criteria and Vuong's test."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sm_gaussmle.likelihood.terms import Array

CRITERIA = ("aic", "aicc", "bic", "hqic")
CORRECTIONS = ("none", "aic", "bic")
# Share of the mean square of log densities that may be the rounding of their difference.
_ROUNDING = 1e-13


class IndistinguishableError(ValueError):
    """Two models give every observation the same likelihood."""


class Vuong(NamedTuple):
    """Vuong's test of two models.

    Attributes
    ----------
    statistic : float
        Standard normal where both models are as near the truth.
    loglike_ratio : float
        Difference of the log-likelihoods, less the correction.
    variance : float
        Of the difference of the log-likelihoods of one observation.
    """

    statistic: float
    loglike_ratio: float
    variance: float


def criteria_table(llf: Array, k_params: Array, nobs: float) -> pd.DataFrame:
    r"""Information criteria of models of the same data.

    Parameters
    ----------
    llf : ndarray, shape (m,)
        Largest log-likelihoods.
    k_params : ndarray, shape (m,)
        Numbers of parameters, every one counted.
    nobs : float
        Number of observations.

    Returns
    -------
    DataFrame, shape (m, 4)
        ``aic``, ``aicc`` (NaN where there are not over k + 1 observations), ``bic``,
        ``hqic``: :math:`-2\ell + 2k`, :math:`-2\ell + 2kn/(n-k-1)`,
        :math:`-2\ell + k\log n` and :math:`-2\ell + 2k\log\log n`.

    References
    ----------
    .. [1] K. P. Burnham and D. R. Anderson, "Model Selection and Multimodel Inference",
       2nd ed., Springer 2002. doi:10.1007/b97636
    """
    left = nobs - k_params - 1.0
    small = np.where(left > 0.0, nobs / np.where(left > 0.0, left, 1.0), np.nan)
    penalties = (2.0, 2.0 * small, np.log(nobs), 2.0 * np.log(np.log(nobs)))
    return pd.DataFrame(
        {
            name: -2.0 * llf + penalty * k_params
            for name, penalty in zip(CRITERIA, penalties, strict=True)
        }
    )


def akaike_weights(criterion: Array) -> tuple[Array, Array]:
    r"""Differences from the best model, and weights of the models.

    Parameters
    ----------
    criterion : ndarray, shape (m,)
        Values of one criterion; smaller is better.

    Returns
    -------
    delta : ndarray, shape (m,)
        Zero for the best.
    weight : ndarray, shape (m,)
        :math:`e^{-\delta_i/2} / \sum_j e^{-\delta_j/2}`.
    """
    delta = criterion - criterion.min()
    relative = np.exp(-0.5 * delta)
    return delta, relative / relative.sum()


def vuong(
    first: Array,
    second: Array,
    counts: Array | None,
    parameters: tuple[int, int],
    correction: str,
) -> Vuong:
    r"""Test whether two models are as near the truth.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Log-likelihoods of the rows, as seen once, at the estimates of either model.
    counts : ndarray, shape (n,), or None
        How often each row was seen.
    parameters : tuple of two int
        How many either model has.
    correction : {"none", "aic", "bic"}
        What to take off the log-likelihoods: nothing, one for each parameter, or half the
        logarithm of the number of observations.

    Returns
    -------
    Vuong
        The test.

    Raises
    ------
    IndistinguishableError
        If the models give every row the same likelihood, up to rounding.

    Notes
    -----
    With :math:`m_i = \log f_1(y_i) - \log f_2(y_i)`, mean :math:`\bar m` and variance
    :math:`\omega^2 = \frac1n \sum_i (m_i - \bar m)^2`, the statistic is
    :math:`(n \bar m - c)/(\sqrt n\, \omega)`, equation (5.6) of Vuong (1989) [1]_.

    References
    ----------
    .. [1] Q. H. Vuong, "Likelihood Ratio Tests for Model Selection and Non-Nested
       Hypotheses", Econometrica 57 (1989) 307-333. doi:10.2307/1912557
    """
    weights = np.ones(len(first)) if counts is None else counts
    nobs, difference = weights.sum(), first - second
    mean = weights @ difference / nobs
    variance = float(weights @ (difference - mean) ** 2 / nobs)
    size = float(weights @ (first * first + second * second) / nobs)
    if variance <= (_ROUNDING**2) * size:
        raise IndistinguishableError
    each = {"none": 0.0, "aic": 1.0, "bic": 0.5 * np.log(nobs)}[correction]
    total = float(weights @ difference - each * (parameters[0] - parameters[1]))
    return Vuong(total / np.sqrt(nobs * variance), total, variance)
