"""Measures of fit of rows that are read in passes, from sums over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.constant_variance import PERFECT_FIT
from sm_gaussmle.estimation.errors import PerfectFitError
from sm_gaussmle.estimation.fit_record import concentrated_loglike
from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.likelihood.cross_products import Triangle, triangle
from sm_gaussmle.likelihood.evaluation import RowBlock

if TYPE_CHECKING:
    from sm_gaussmle.sources.null_sums import NullSums
    from sm_gaussmle.sources.source import Summed
    from sm_gaussmle.sources.stream import Stream
    from sm_gaussmle.statsmodels_face.streams.row_reader import RowReader

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Range:
    """Smallest and largest of some values."""

    low: float
    high: float

    def __add__(self, other: Range) -> Range:
        """Range of both sets of values."""
        return Range(min(self.low, other.low), max(self.high, other.high))


def total_squares(stream: Stream) -> tuple[float, float]:
    """Sums of squares of exact responses less their offset: no further pass.

    Parameters
    ----------
    stream : Stream
        The rows.

    Returns
    -------
    tuple of two float
        From the weighted mean, and from zero.
    """
    null = _null(stream)
    return null.square, null.square_from_zero


def _null(stream: Stream) -> NullSums:
    return cast("NullSums", stream.tally.null)  # asked for exact responses only


def null_loglike(stream: Stream) -> float:
    """Log-likelihood of constant mean and variance, offsets and weights the same.

    Parameters
    ----------
    stream : Stream
        The rows.

    Returns
    -------
    float
        Without a further pass where all responses are exact.

    Raises
    ------
    FitError
        If that likelihood has no maximum.
    """
    if stream.tally.null is None:
        return fit_rows(stream.mapped(_constants), 0, 0).loglike
    null = _null(stream)
    if null.square <= PERFECT_FIT**2 * null.square_from_zero:
        raise PerfectFitError("a constant reproduces the responses up to rounding.")
    rss = np.asarray(null.square)
    return float(concentrated_loglike(rss, null.nobs, null.log_variance_offset))


def _constants(rows: RowBlock) -> RowBlock:
    constant = np.broadcast_to(1.0, (len(rows.endog), 1))
    return replace(rows, exog=np.ones((len(rows.endog), 1)), exog_scale=constant)


def residual_squares(stream: Stream, params: Array) -> float:
    """Weighted sum of squared residuals: one pass.

    Parameters
    ----------
    stream : Stream
        The rows.
    params : ndarray, shape (k_mean + k_scale,)
        Estimates.

    Returns
    -------
    float
        Weights are the frequencies and the known precisions.
    """
    return stream.total(partial(_residual_squares, params), len(params))


def _residual_squares(params: Array, rows: RowBlock) -> float:
    residual = rows.endog - rows.predictors(params)[0]
    squares = residual * residual
    if rows.log_variance_offset is not None:
        squares *= np.exp(-rows.log_variance_offset)
    return float(squares.sum() if rows.freq_weights is None else rows.freq_weights @ squares)


def singular_values(stream: Stream, params: Array, *, constant_variance: bool) -> Array:
    """Singular values of the weighted columns of the mean: one pass, or none of sums.

    Parameters
    ----------
    stream : Stream
        The rows.
    params : ndarray, shape (k_mean + k_scale,)
        Estimates.
    constant_variance : bool
        Whether the weights are the known ones alone, not the estimated precisions.

    Returns
    -------
    ndarray, shape (k_mean,)
        Largest first.
    """
    if stream.summed is not None:
        return np.asarray(np.linalg.svd(_from_zero(stream), compute_uv=False))
    weighted = partial(_triangle, None if constant_variance else params)
    factor = stream.total(weighted, len(params)).factor
    return np.asarray(np.linalg.svd(factor[:-1, :-1], compute_uv=False))


def _from_zero(stream: Stream) -> Array:
    """Triangular factor of the columns as they are; one of exact responses has sums."""
    (triangle, origin), reader = cast("Summed", stream.summed), cast("RowReader", stream.reader)
    factor = triangle.factor[:-1, :-1]
    if origin is None:
        return factor
    return factor + np.outer(factor[:, cast("int", reader.mean.intercept)], origin.exog)


def _triangle(params: Array | None, rows: RowBlock) -> Triangle:
    if params is not None:
        rows = replace(rows, log_variance_offset=rows.predictors(params)[1])
    return triangle(replace(rows, endog=np.zeros(len(rows.endog)), offset=None), None)


def scale_range(stream: Stream, params: Array) -> tuple[float, float]:
    """Smallest and largest standard deviation of a row: one pass.

    Parameters
    ----------
    stream : Stream
        The rows.
    params : ndarray, shape (k_mean + k_scale,)
        Estimates.

    Returns
    -------
    tuple of two float
        In the units of the response.
    """
    found = stream.total(partial(_log_variances, params), len(params))
    return float(np.exp(0.5 * found.low)), float(np.exp(0.5 * found.high))


def _log_variances(params: Array, rows: RowBlock) -> Range:
    log_variance = rows.predictors(params)[1]
    return Range(float(log_variance.min()), float(log_variance.max()))
