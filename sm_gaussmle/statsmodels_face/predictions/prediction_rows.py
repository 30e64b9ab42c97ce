"""Rows to predict for, statistics of their responses, and gradients of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.probabilities import Moment
from sm_gaussmle.likelihood.quantiles import Quantile, latent_quantile
from sm_gaussmle.likelihood.seen_responses import SEEN, Limits, seen_quantile
from sm_gaussmle.statsmodels_face.arguments.coercion import where
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, probability

Array = NDArray[np.float64]

MEAN, SCALE = ("mean",), ("scale",)
BOTH = (*MEAN, *SCALE)
LIMITED = (*BOTH, "limits")
QUANTILES = ("quantile", "quantile_seen")
# Which equations a statistic needs, and whether limits.
EQUATIONS = {
    "mean": MEAN,
    "latent": MEAN,
    "linear": MEAN,
    "variance": SCALE,
    "scale": SCALE,
    "linear-scale": SCALE,
    "quantile": BOTH,
    **dict.fromkeys(SEEN, LIMITED),
    "quantile_seen": LIMITED,
}


def equations_of(which: Any) -> tuple[str, ...]:
    """Equations that a statistic needs.

    Parameters
    ----------
    which : str
        Name of the statistic.

    Returns
    -------
    tuple of str
        ``"mean"``, ``"scale"`` or both, and ``"limits"`` where it is about what is seen.

    Raises
    ------
    ValueError
        If there is no such statistic.
    """
    return EQUATIONS[choice(which, "which", EQUATIONS)]


@dataclass(frozen=True)
class Statistic:
    """A statistic of each row's response, and how it moves with the parameters.

    Attributes
    ----------
    values : ndarray, shape (m,)
        The statistic.
    exog, exog_scale : ndarray, shape (m, k), or None
        Columns of the equations that it depends on.
    mean_factor, scale_factor : ndarray, shape (m,), or float
        Its derivatives in the mean and in the log variance.
    """

    values: Array
    exog: Array | None = None
    mean_factor: Array | float = 1.0
    exog_scale: Array | None = None
    scale_factor: Array | float = 1.0

    def spread(self, root: Array) -> Array:
        """Gradients in the parameters, times a root of their covariance.

        Parameters
        ----------
        root : ndarray, shape (k_mean + k_scale, r)
            ``R`` with ``R R'`` the covariance of the parameters.

        Returns
        -------
        ndarray, shape (m, r)
            Their sums of squares are variances, and not negative whatever the rounding.
        """
        spread: Any = 0.0
        if self.exog is not None:
            spread = self.exog @ root[: self.exog.shape[1]]
            spread *= np.reshape(self.mean_factor, (-1, 1))
        if self.exog_scale is not None:
            block = self.exog_scale @ root[-self.exog_scale.shape[1] :]
            block *= np.reshape(self.scale_factor, (-1, 1))
            spread = block + spread
        return np.asarray(spread)


@dataclass(frozen=True)
class PredictionRows:
    """Columns and known parts of the equations that a prediction needs.

    Attributes
    ----------
    exog : ndarray, shape (m, k_mean), or None
        Columns of the mean; None where it is not needed.
    offset : ndarray, shape (m,), or float
        Known part of the mean.
    exog_scale : ndarray, shape (m, k_scale), or None
        Columns of the log variance, a one with constant variance; None where it is not
        needed.
    offset_scale : ndarray, shape (m,), or float
        Known part of the log variance, less the logarithm of the variance weights.
    limits : Limits
        Between which values the responses are seen.
    """

    exog: Array | None = None
    offset: Array | float = 0.0
    exog_scale: Array | None = None
    offset_scale: Array | float = 0.0
    limits: Limits = Limits()  # noqa: RUF009 - frozen

    def mean(self, params: Array) -> Array:
        """Mean of each row.

        Parameters
        ----------
        params : ndarray, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        ndarray, shape (m,)
            In the units of the response.

        Raises
        ------
        ValueError
            If it is too large for a floating-point number.
        """
        exog: Any = self.exog
        return _predictor(exog, params[: exog.shape[1]], self.offset, "mean")

    def log_variance(self, params: Array) -> Array:
        """Log variance of each row.

        Parameters
        ----------
        params : ndarray, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        ndarray, shape (m,)
            Natural logarithms.
        """
        columns: Any = self.exog_scale
        return _predictor(
            columns, params[-columns.shape[1] :], self.offset_scale, "log variance"
        )

    def statistic(self, params: Array, which: str, quantile: Any = None) -> Statistic:
        """A statistic of each row's response, latent or as it is seen.

        Parameters
        ----------
        params : ndarray, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        which : str
            Name of the statistic, a key of `EQUATIONS`.
        quantile : float, optional
            Probability below the quantile, where `which` is one.

        Returns
        -------
        Statistic
            Values with their gradients.

        Raises
        ------
        ValueError
            If `quantile` is missing, out of place, or not between 0 and 1.
        """
        if which in QUANTILES:
            if quantile is None:
                raise ValueError(
                    f"`which` is {which!r}, but `quantile` is missing: pass the probability "
                    "below it, e.g. quantile=0.9."
                )
            below = probability(quantile, "quantile")
            if which == "quantile":
                return self._of_both(params, lambda _, *row: latent_quantile(below, *row))
            return self._of_both(params, partial(seen_quantile, below))
        if quantile is not None:
            raise ValueError(
                f"`quantile` is {quantile!r}, but `which` is {which!r}; use which='quantile', "
                "or leave `quantile` out."
            )
        if which in SEEN:
            return self._of_both(params, SEEN[which])
        if EQUATIONS[which] == MEAN:
            return Statistic(self.mean(params), self.exog)
        values = self.log_variance(params)
        factor: Array | float = 1.0
        if which != "linear-scale":
            power = 1.0 if which == "variance" else 0.5
            with np.errstate(over="ignore"):  # refused
                found = np.exp(power * values)
            refuse_overflow(np.isinf(found) & np.isfinite(values), which)
            values = found
            factor = power * values
        return Statistic(values, exog_scale=self.exog_scale, scale_factor=factor)

    def _of_both(
        self, params: Array, function: Callable[[Limits, Array, Array], Moment | Quantile]
    ) -> Statistic:
        """A function of mean and log variance; NaN where one of them is missing."""
        mean, log_variance = np.broadcast_arrays(self.mean(params), self.log_variance(params))
        known = np.isfinite(mean) & np.isfinite(log_variance)
        found = function(self.limits.part(known), mean[known], log_variance[known])
        numbers = np.full((3, len(mean)), np.nan)
        numbers[:, known] = found.value, *found.gradient
        return Statistic(numbers[0], self.exog, numbers[1], self.exog_scale, numbers[2])


def _predictor(columns: Array, coefficients: Array, known: Array | float, what: str) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):  # refused
        values = np.asarray(columns @ coefficients + known)
    lost = ~np.isfinite(values)
    if lost.any():
        refuse_overflow(lost & np.isfinite(columns).all(axis=1) & np.isfinite(known), what)
    return values


def refuse_overflow(lost: NDArray[np.bool_], what: str) -> None:
    """Refuse predictors that are no numbers, or of which a moment is none.

    Parameters
    ----------
    lost : ndarray of bool, shape (m,)
        Rows where it is so.
    what : str
        What they are, for errors.

    Raises
    ------
    ValueError
        If there are such rows.
    """
    if lost.any():
        raise ValueError(
            f"the {what} is too large for a floating-point number in {int(lost.sum())} of "
            f"{len(lost)} rows{where(lost, None)}, so far are they from those of the fit. "
            "Leave such rows out."
        )
