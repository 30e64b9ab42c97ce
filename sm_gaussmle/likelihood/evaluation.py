"""The log-likelihood of a block of rows with score and Hessian: a sum that can be added up.

Every data source gives its rows as `RowBlock`, every pass adds up `Evaluation`, and
everything above (solver, tests, intervals) sees only the sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.observation import row_terms
from sm_gaussmle.likelihood.terms import LOG_2PI, Array, Terms


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Rows of data, wherever they came from.

    Attributes
    ----------
    endog : ndarray, shape (n,)
        Responses; a limit or the middle of an interval stands in for one that is not
        exact.
    exog : ndarray, shape (n, k_mean)
        Columns of the mean equation.
    exog_scale : ndarray, shape (n, k_scale)
        Columns of the log-variance equation.
    offset : ndarray, shape (n,), or None
        Known part of the mean.
    log_variance_offset : ndarray, shape (n,), or None
        Known part of the log variance: ``offset_scale - log(var_weights)``.
    freq_weights : ndarray, shape (n,), or None
        How often each row was seen.
    bounds : Bounds or None
        What is known of each response; None where all are seen exactly, and no limits cut
        the sample.
    groups : tuple of ndarray, each of shape (n,)
        Labels of the groups that rows belong to, where they come with the rows.
    """

    endog: Array
    exog: Array
    exog_scale: Array
    offset: Array | None = None
    log_variance_offset: Array | None = None
    freq_weights: Array | None = None
    bounds: Bounds | None = None
    groups: tuple[NDArray[Any], ...] = ()

    def part(self, rows: slice | NDArray[np.intp]) -> Self:
        """Some of the rows.

        Parameters
        ----------
        rows : slice or ndarray
            Which.

        Returns
        -------
        RowBlock
            Of those; views where `rows` is a slice.
        """
        offset, known, frequency = (
            None if values is None else values[rows]
            for values in (self.offset, self.log_variance_offset, self.freq_weights)
        )
        return type(self)(
            self.endog[rows],
            self.exog[rows],
            self.exog_scale[rows],
            offset,
            known,
            frequency,
            None if self.bounds is None else self.bounds.part(rows),
            tuple(labels[rows] for labels in self.groups),
        )

    def terms(self, mean: Array, log_variance: Array) -> Terms:
        """Log-likelihood of each row with its derivatives, without frequency weights.

        Parameters
        ----------
        mean, log_variance : ndarray, shape (n,)
            Linear predictors.

        Returns
        -------
        Terms
            One entry per row.
        """
        return row_terms(self.endog, self.bounds, mean, log_variance)

    def predictors(self, params: Array) -> tuple[Array, Array]:
        """Mean and log variance of each row.

        Parameters
        ----------
        params : ndarray, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        mean : ndarray, shape (n,)
            Linear predictor of the mean, offset included.
        log_variance : ndarray, shape (n,)
            Linear predictor of the log variance, offset included.
        """
        k_mean = self.exog.shape[1]
        mean = self.exog @ params[:k_mean]
        log_variance = self.exog_scale @ params[k_mean:]
        if self.offset is not None:
            mean += self.offset
        if self.log_variance_offset is not None:
            log_variance += self.log_variance_offset
        return mean, log_variance


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Log-likelihood, score and Hessian at one parameter value; evaluations add up.

    Attributes
    ----------
    loglike : float
        Log-likelihood.
    score : ndarray, shape (k,)
        Gradient.
    hessian : ndarray, shape (k, k)
        Matrix of second derivatives.
    nobs : float
        Number of observations: the sum of the frequency weights.
    smallest_log_variance : float
        Smallest log variance of any row, without its known part: where it runs off to
        minus infinity, the likelihood has no maximum.
    """

    loglike: float
    score: Array
    hessian: Array
    nobs: float
    smallest_log_variance: float

    def __add__(self, other: Evaluation) -> Evaluation:
        """Evaluation of both sets of rows together."""
        return Evaluation(
            self.loglike + other.loglike,
            self.score + other.score,
            self.hessian + other.hessian,
            self.nobs + other.nobs,
            min(self.smallest_log_variance, other.smallest_log_variance),
        )

    def of_columns(self, columns: Array) -> Self:
        """The same in the coefficients of other columns of the mean equation.

        Parameters
        ----------
        columns : ndarray, shape (k_mean, k_mean)
            What the columns are multiplied by to make the others.

        Returns
        -------
        Evaluation
            At the coefficients that ``columns @ others`` are those of the columns.
        """
        k_mean = len(columns)
        change = np.eye(len(self.score))
        change[:k_mean, :k_mean] = columns
        return replace(
            self, score=change.T @ self.score, hessian=change.T @ self.hessian @ change
        )


def evaluate(params: Array, block: RowBlock) -> Evaluation:
    r"""Log-likelihood, score and Hessian of a block of rows, together.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Coefficients of the mean, then of the log variance.
    block : RowBlock
        The rows.

    Returns
    -------
    Evaluation
        The sums over the rows of the block.

    Notes
    -----
    For exact responses one symmetric product gives everything. With :math:`w` the
    frequency weights, :math:`a = \sqrt{w e^{-\eta}}` and :math:`u = a (y - \mu)`, the
    inner products of the columns :math:`[aX, uZ, u]` are the blocks of minus the
    Hessian (the scale block doubled), the score of the mean, twice that of the scale up
    to the constant :math:`Z'w`, and the weighted sum of squares.
    """
    if block.bounds is not None:
        return _evaluate_terms(params, block)
    k_mean, k_scale = block.exog.shape[1], block.exog_scale.shape[1]
    mean, log_variance = block.predictors(params)
    estimated = log_variance
    if block.log_variance_offset is not None:
        estimated = log_variance - block.log_variance_offset
    root = np.exp(-0.5 * log_variance)
    if block.freq_weights is not None:
        root *= np.sqrt(block.freq_weights)
    residual = block.endog - mean
    residual *= root

    columns = np.empty((k_mean + k_scale + 1, residual.shape[0]))
    np.multiply(block.exog.T, root, out=columns[:k_mean])
    np.multiply(block.exog_scale.T, residual, out=columns[k_mean:-1])
    columns[-1] = residual
    product = columns @ columns.T

    if block.freq_weights is None:
        nobs = float(residual.shape[0])
        total_log_variance = float(log_variance.sum())
        scale_sum = block.exog_scale.sum(axis=0)
    else:
        nobs = float(block.freq_weights.sum())
        total_log_variance = float(block.freq_weights @ log_variance)
        scale_sum = block.freq_weights @ block.exog_scale
    score = product[-1, :-1].copy()
    score[k_mean:] = 0.5 * (score[k_mean:] - scale_sum)
    hessian = -product[:-1, :-1]
    hessian[k_mean:, k_mean:] *= 0.5
    return Evaluation(
        loglike=-0.5 * (nobs * LOG_2PI + total_log_variance + float(product[-1, -1])),
        score=score,
        hessian=hessian,
        nobs=nobs,
        smallest_log_variance=float(estimated.min()),
    )


def _evaluate_terms(params: Array, block: RowBlock) -> Evaluation:
    """The sums where responses are not all exact, from the terms of the rows."""
    mean, log_variance = block.predictors(params)
    terms = block.terms(mean, log_variance)
    factors = [*terms.score_factor, *terms.hessian_factor]
    if block.freq_weights is None:
        nobs, loglike = float(len(mean)), float(terms.loglike.sum())
    else:
        nobs = float(block.freq_weights.sum())
        loglike = float(block.freq_weights @ terms.loglike)
        factors = [factor * block.freq_weights for factor in factors]
    score_mean, score_scale, mean_twice, cross, scale_twice = factors
    k_mean = block.exog.shape[1]
    hessian = np.empty((len(params), len(params)))
    # The log-likelihood is concave in the mean, so that the product is symmetric; rounding
    # may leave a trace of the other sign where a row says nothing.
    root = np.sqrt(np.maximum(-mean_twice, 0.0))
    columns = block.exog.T * root
    hessian[:k_mean, :k_mean] = -(columns @ columns.T)
    hessian[:k_mean, k_mean:] = block.exog.T @ (block.exog_scale * cross[:, None])
    hessian[k_mean:, :k_mean] = hessian[:k_mean, k_mean:].T
    # Of either sign: there is no root of it that would make the product symmetric.
    scale = block.exog_scale.T @ (block.exog_scale * scale_twice[:, None])
    hessian[k_mean:, k_mean:] = 0.5 * (scale + scale.T)
    estimated = log_variance
    if block.log_variance_offset is not None:
        estimated = log_variance - block.log_variance_offset
    return Evaluation(
        loglike=loglike,
        score=np.concatenate([score_mean @ block.exog, score_scale @ block.exog_scale]),
        hessian=hessian,
        nobs=nobs,
        smallest_log_variance=float(estimated.min()),
    )
