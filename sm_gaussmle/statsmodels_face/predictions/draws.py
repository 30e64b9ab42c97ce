"""Distributions of the responses of rows, old and new, and draws from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.likelihood.seen_responses import Limits, seen_quantile
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.arguments.new_columns import positive_numbers
from sm_gaussmle.statsmodels_face.arguments.random_numbers import random_generator
from sm_gaussmle.statsmodels_face.predictions.prediction import Prediction
from sm_gaussmle.statsmodels_face.predictions.prediction_limits import limits_of
from sm_gaussmle.statsmodels_face.predictions.prediction_rows import (
    BOTH,
    PredictionRows,
    refuse_overflow,
)

Array = NDArray[np.float64]

_LARGEST = 1400.0  # log variance of which the standard deviation is a number
_AT_ONCE = 100_000  # numbers that are drawn at a time, at least one sample


class Draws(Prediction):
    """Distributions and draws, for the model class to inherit."""

    def get_distribution(
        self,
        params: Any,
        exog: Any = None,
        exog_scale: Any = None,
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        *,
        scale: Any = None,
    ) -> Any:
        """Distribution of the latent response at given columns.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        exog, exog_scale, offset, offset_scale, var_weights : array_like, optional
            As for `predict`.
        scale : float or array_like, shape (m,), optional
            The `scale` of the results, as OLS takes it: with constant variance the variance
            instead of the one in `params`, with a scale equation a factor of all variances.

        Returns
        -------
        scipy.stats.rv_frozen
            Normal distributions, one per row; with limits, of the response before it is
            censored or truncated.

        Raises
        ------
        ValueError
            If `params` or columns give a row a mean or a standard deviation beyond
            floating-point numbers.
        """
        array = self.check_params(params)
        rows = self.prediction_rows(
            BOTH, exog, exog_scale, offset, offset_scale, var_weights, "scale"
        )
        mean, log_variance = _moments(rows, array)
        if scale is not None:
            replaced = array[-1] if self.constant_variance else 0.0
            log_variance += (
                np.log(positive_numbers(scale, "scale", len(log_variance))) - replaced
            )
        return stats.norm(loc=mean, scale=np.exp(0.5 * log_variance))

    def simulate(
        self,
        params: Any,
        size: Any = None,
        rng: int | np.random.Generator | None = None,
        exog: Any = None,
        exog_scale: Any = None,
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        *,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
    ) -> Array:
        """Draw responses at given columns, as they would be seen.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        size : int, optional
            Number of samples; one sample of shape (m,) by default.
        rng : int or numpy.random.Generator, optional
            Seed or generator.
        exog, exog_scale, offset, offset_scale, var_weights : array_like, optional
            As for `predict`.
        left, right, trunc_left, trunc_right : float or array_like, shape (m,), optional
            Limits, as for `predict`. Draws beyond those of censoring are at the limit; all
            are between those of truncation.

        Returns
        -------
        ndarray, shape (m,) or (size, m)
            Draws.

        Raises
        ------
        ValueError
            If `size` is not a positive whole number, limits are missing or contradict each
            other, or a mean or a standard deviation is beyond floating-point numbers.
        AttributeError
            If the responses of the model are intervals: what intervals there would be is
            not known.
        """
        whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
        if size is not None and (not whole or size < 1):
            raise ValueError(f"`size` is {size!r}; it must be a positive whole number or None.")
        if self.interval_response:
            raise AttributeError(
                "`simulate` draws responses as they would be seen; those of this model are "
                "intervals, and in which intervals others would be seen is not known. Use "
                "get_distribution(...).rvs() for latent responses."
            )
        array = self.check_params(params)
        rows = self.prediction_rows(BOTH, exog, exog_scale, offset, offset_scale, var_weights)
        mean, log_variance = np.broadcast_arrays(*_moments(rows, array))
        given = dict(zip(LIMITS, (left, right, trunc_left, trunc_right), strict=True))
        limits = Limits(**limits_of(self, given, len(mean), own=exog is None))
        shape = mean.shape if size is None else (int(size), *mean.shape)
        generator = random_generator(rng)
        if not limits.truncated:
            scale = np.exp(0.5 * log_variance)
            latent = mean + generator.standard_normal(shape) * scale
            return np.asarray(np.clip(latent, limits.left, limits.right))
        drawn = np.full(shape, np.nan)
        known = np.flatnonzero(np.isfinite(mean) & np.isfinite(log_variance))
        samples = np.atleast_2d(drawn)  # a view
        step = max(1, _AT_ONCE // len(mean))
        for start in range(0, len(samples), step):
            block = samples[start : start + step]
            rows_at_once = np.tile(known, len(block))
            # In the middle between two of the generator's numbers, of which one is 0.
            below = generator.random(len(rows_at_once)) + 2.0**-54
            row = limits.part(rows_at_once), mean[rows_at_once], log_variance[rows_at_once]
            block[:, known] = seen_quantile(below, *row).value.reshape(len(block), -1)
        return drawn


def _moments(rows: PredictionRows, params: Array) -> tuple[Array, Array]:
    mean, log_variance = rows.mean(params), rows.log_variance(params)
    refuse_overflow(np.abs(log_variance) > _LARGEST, "log variance")
    return mean, log_variance
