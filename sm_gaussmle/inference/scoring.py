"""How well normal forecasts foretold the responses: proper scores and coverage.

All scores are losses: smaller is better. The log score is minus the log density, in nats;
the continuous ranked probability score (CRPS) is in the units of the response, and comes to
the absolute error as the standard deviation goes to zero.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]

_HALF_LOG_TWO_PI = 0.5 * float(np.log(2.0 * np.pi))


class MeanScores(NamedTuple):
    """Weighted means over the rows.

    Attributes
    ----------
    log_score : float
        Mean of minus the log density.
    crps : float
        Mean continuous ranked probability score.
    coverage : float
        Share of the rows within their central interval.
    interval_width : float
        Mean width of that interval.
    """

    log_score: float
    crps: float
    coverage: float
    interval_width: float


def log_score(endog: ArrayLike, mean: ArrayLike, scale: ArrayLike) -> Array:
    r"""Minus the log density of each response; smaller is better.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses.
    mean, scale : array_like, shape (n,) or ()
        Means and standard deviations of the forecasts.

    Returns
    -------
    ndarray, shape (n,)
        In nats; infinite where the squared standardised error is beyond 1.8e308.

    Raises
    ------
    ValueError
        If shapes differ, values are not finite or a standard deviation is not positive.

    Notes
    -----
    .. math:: \tfrac12 \log 2\pi + \log\sigma_i + \tfrac12 \{(y_i - \mu_i)/\sigma_i\}^2 .

    The logarithmic score is strictly proper: no other forecast has a smaller expectation
    than the truth (Gneiting and Raftery 2007, section 4.1) [1]_, who give the opposite sign.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and
       Estimation", Journal of the American Statistical Association 102 (2007) 359-378.
       doi:10.1198/016214506000001437
    """
    error, deviation = _errors(endog, mean, scale)
    with np.errstate(over="ignore"):  # the limit, infinity, is the right value
        standardised = error / deviation
        return _HALF_LOG_TWO_PI + np.log(deviation) + 0.5 * standardised * standardised


def crps(endog: ArrayLike, mean: ArrayLike, scale: ArrayLike) -> Array:
    r"""Continuous ranked probability score of each response; smaller is better.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses.
    mean, scale : array_like, shape (n,) or ()
        Means and standard deviations of the forecasts, which may be zero.

    Returns
    -------
    ndarray, shape (n,)
        In the units of the response.

    Raises
    ------
    ValueError
        If shapes differ, values are not finite or a standard deviation is negative.

    Notes
    -----
    With :math:`z = (y - \mu)/\sigma` the integral of the squared difference between the
    forecast's distribution function and the step at the response is

    .. math:: \int \{F(x) - 1(x \ge y)\}^2 dx
              = \sigma \left[ z \{2\Phi(z) - 1\} + 2\phi(z) - 1/\sqrt{\pi} \right]

    (Gneiting and Raftery 2007, section 4.2, who give the opposite sign) [1]_. Without a
    standard deviation it is the absolute error.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and
       Estimation", Journal of the American Statistical Association 102 (2007) 359-378.
       doi:10.1198/016214506000001437
    """
    error, deviation = _errors(endog, mean, scale, zero=True)
    with np.errstate(over="ignore", under="ignore"):  # far out only |error| counts
        infinite = np.copysign(np.inf, error)
        standardised = np.divide(error, deviation, out=infinite, where=deviation > 0.0)
        density = np.exp(-0.5 * standardised * standardised) / np.sqrt(2.0 * np.pi)
        # erf(z/sqrt 2) is 2 Phi(z) - 1 without its cancellation near the mean.
        inner = error * special.erf(standardised / np.sqrt(2.0))
        return np.asarray(inner + deviation * (2.0 * density - 1.0 / np.sqrt(np.pi)))


def covered(
    endog: ArrayLike, mean: ArrayLike, scale: ArrayLike, alpha: float = 0.05
) -> NDArray[np.bool_]:
    """Whether each response is within its central interval.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses.
    mean, scale : array_like, shape (n,) or ()
        Means and standard deviations of the forecasts, which may be zero.
    alpha : float, default 0.05
        One minus the probability of the interval.

    Returns
    -------
    ndarray of bool, shape (n,)
        The ends belong to the interval.

    Raises
    ------
    ValueError
        If shapes differ, values are not finite, a standard deviation is negative or `alpha`
        is not between 0 and 1.
    """
    error, deviation = _errors(endog, mean, scale, zero=True)
    return np.asarray(np.abs(error) <= normal_quantile(alpha) * deviation)


def normal_quantile(alpha: float) -> float:
    """Half the width of the central interval of a standard normal variable.

    Parameters
    ----------
    alpha : float
        One minus the probability of the interval.

    Returns
    -------
    float
        The upper ``alpha / 2`` quantile, from the lower tail and so without cancellation.

    Raises
    ------
    ValueError
        If `alpha` is not between 0 and 1.
    """
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"`alpha` is {alpha!r}; it must be between 0 and 1, both excluded.")
    return -float(special.ndtri(0.5 * alpha))


def weighted_mean(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of one value per row.

    Parameters
    ----------
    values : array_like, shape (n,)
        Scores.
    weights : array_like, shape (n,), optional
        How often each row counts; once by default. Rows of weight 0 are left out, whatever
        their value.

    Returns
    -------
    float
        The mean.

    Raises
    ------
    ValueError
        If there are no rows, or the weights have another shape, are negative, not finite
        or all zero.
    """
    array = _numbers(values, "values")
    if weights is None:
        if not array.size:
            raise ValueError("there are no rows to score.")
        return float(np.mean(array))
    weight = _numbers(weights, "weights")
    if weight.shape != array.shape:
        raise ValueError(f"`weights` has shape {weight.shape}; the scores have {array.shape}.")
    _require(
        np.isfinite(weight) & (weight >= 0.0), weight, "weights", "finite and not negative"
    )
    kept = weight > 0.0
    if not kept.any():
        raise ValueError("`weights` are all zero; at least one row must count.")
    return float(np.sum(array[kept] * weight[kept]) / np.sum(weight[kept]))


def mean_scores(
    endog: ArrayLike,
    mean: ArrayLike,
    scale: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    alpha: float = 0.05,
) -> MeanScores:
    """Weighted means of all scores.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses.
    mean, scale : array_like, shape (n,) or ()
        Means and standard deviations of the forecasts.
    weights : array_like, shape (n,), optional
        How often each row counts; once by default.
    alpha : float, default 0.05
        One minus the probability of the interval.

    Returns
    -------
    MeanScores
        Log score, CRPS, coverage and width of the interval.

    Raises
    ------
    ValueError
        If shapes differ, values are not finite, a standard deviation is not positive, a
        weight is negative or `alpha` is not between 0 and 1.
    """
    width = 2.0 * normal_quantile(alpha) * _errors(endog, mean, scale)[1]
    return MeanScores(
        weighted_mean(log_score(endog, mean, scale), weights),
        weighted_mean(crps(endog, mean, scale), weights),
        weighted_mean(covered(endog, mean, scale, alpha), weights),
        weighted_mean(width, weights),
    )


def _errors(
    endog: ArrayLike, mean: ArrayLike, scale: ArrayLike, *, zero: bool = False
) -> tuple[Array, Array]:
    given = {"endog": endog, "mean": mean, "scale": scale}
    arrays = {name: _numbers(values, name) for name, values in given.items()}
    shape = arrays["endog"].shape
    for name, array in arrays.items():
        if array.shape not in (shape, ()) or len(shape) != 1:
            raise ValueError(
                f"`{name}` has shape {array.shape}; `endog` must have shape (n,), and `mean` "
                "and `scale` the same or none."
            )
        _require(np.isfinite(array), array, name, "finite")
    deviation = np.broadcast_to(arrays["scale"], shape)
    if zero:
        _require(deviation >= 0.0, deviation, "scale", "zero or more")
    else:
        _require(deviation > 0.0, deviation, "scale", "positive")
    return arrays["endog"] - arrays["mean"], deviation


def _require(holds: NDArray[np.bool_], array: Array, name: str, rule: str) -> None:
    bad = np.flatnonzero(~holds)
    if len(bad):
        raise ValueError(
            f"`{name}` must be {rule}; it is {np.atleast_1d(array)[bad[0]]:g} at row {bad[0]}."
        )


def _numbers(values: ArrayLike, name: str) -> Array:
    try:
        array = np.asarray(values)
        return array.astype(float, casting="unsafe" if array.dtype.kind == "O" else "same_kind")
    except (TypeError, ValueError) as error:
        raise TypeError(f"`{name}` has values that are not real numbers: {error}.") from error
