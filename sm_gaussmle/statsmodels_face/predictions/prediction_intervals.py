"""Predictions with standard errors and intervals, by the delta method."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.statsmodels_face.arguments.coercion import column, some
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.arguments.scalars import flag
from sm_gaussmle.statsmodels_face.predictions.mean_prediction_results import (
    PredictionResultsMean,
)
from sm_gaussmle.statsmodels_face.predictions.prediction_results import (
    PredictionResults,
    PredictionResultsPositive,
    PredictionResultsProbability,
)
from sm_gaussmle.statsmodels_face.predictions.prediction_rows import (
    BOTH,
    MEAN,
    SCALE,
    Statistic,
    equations_of,
)
from sm_gaussmle.statsmodels_face.predictions.result_predictions import ResultPredictions

Array = NDArray[np.float64]

_TITLES = {
    "mean": "mean",
    "latent": "latent mean",
    "linear": "mean",
    "variance": "variance",
    "scale": "standard deviation",
    "linear-scale": "log variance",
    "quantile": "{:g} quantile",
    "censored": "mean as seen",
    "conditional": "mean of those uncensored",
    "truncated": "mean in the sample",
    "prob_uncensored": "probability of being uncensored",
    "prob_left": "probability of being left-censored",
    "prob_right": "probability of being right-censored",
    "quantile_seen": "{:g} quantile as seen",
}
# What each set of equations has coefficients of; a band needs one linear predictor.
_EQUATION: dict[tuple[str, ...], str] = {MEAN: "k_exog", SCALE: "k_scale"}


class PredictionIntervals(ResultPredictions):
    """Predictions and their uncertainty, for the results class to inherit."""

    def get_prediction(
        self,
        exog: Any = None,
        transform: bool = True,
        which: str = "mean",
        *,
        exog_scale: Any = None,
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        weights: Any = None,
        quantile: float | None = None,
        row_labels: Any = None,
        average: bool = False,
        agg_weights: Any = None,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
    ) -> PredictionResults:
        r"""Predictions with standard errors, intervals and tests.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows; those of the fit by default. With a formula a table with its
            variables, from which both equations are evaluated.
        transform : bool, default True
            Whether to evaluate the formulas on `exog`.
        which : str, default "mean"
            Of the latent response, which without limits is the response:

            - "mean" or "latent": mean, with intervals for observations too;
            - "linear": mean alone, the linear predictor of an identity link;
            - "variance", "scale", "linear-scale": variance, standard deviation, log
              variance;
            - "quantile": the quantile of the probability `quantile`.

            Of the response as it is seen, all given that it is in the sample:

            - "censored": its mean, with a limit in place of what is beyond;
            - "conditional": its mean where it is uncensored;
            - "truncated": mean of the latent response in a truncated sample, which
              without censoring is "conditional" too;
            - "prob_uncensored", "prob_left", "prob_right": probability of being
              uncensored, or censored from that side;
            - "quantile_seen": its quantile.
        exog_scale, offset, offset_scale, var_weights : array_like, optional
            As for `predict`.
        weights : array_like, shape (m,), optional
            The name that OLS and WLS have for `var_weights`.
        quantile : float, optional
            Probability below the quantile.
        row_labels : array_like, shape (m,), optional
            Labels of the rows; by default those of the data.
        average : bool, default False
            Whether to predict the average over the rows. In rows of the fit each counts
            as often as its frequency weight says.
        agg_weights : array_like, shape (m,), optional
            What the rows are multiplied by before they are averaged. As elsewhere in
            statsmodels they are not normalized: the average of a part of the rows needs
            weights whose mean is 1.
        left, right, trunc_left, trunc_right : float, array_like or str, optional
            Limits of censoring and truncation, as for `predict`.

        Returns
        -------
        PredictionResults
            Ask it for ``summary_frame()``, ``conf_int()`` or ``t_test()``. Rows in which
            something is missing are NaN.

        Raises
        ------
        ValueError
            If `exog` lacks variables or columns, has categories that were not seen in the
            fit, an option is wrong, limits that `which` needs are missing, or the fit has
            no covariance.

        Notes
        -----
        With :math:`V` the covariance of the estimates (of the fit's `cov_type`), a
        statistic with gradient :math:`d` in the parameters has variance :math:`d' V d`.
        The gradients are :math:`(x, 0)` for the mean, :math:`(0, z)` for the log variance,
        :math:`(0, \sigma^2 z)` for the variance, :math:`(0, \sigma z / 2)` for the standard
        deviation, and :math:`(x, q \sigma z / 2)` for the quantile
        :math:`\mu + q \sigma`; of what is seen they are the derivatives in :math:`\mu` and
        :math:`\log \sigma^2` times :math:`x` and :math:`z`, that of the censored mean in
        :math:`\mu` being the probability of being uncensored (McDonald and Moffitt 1980
        [1]_). Intervals of probabilities are formed for their logits, those of variances
        and standard deviations for their logarithms. Whether intervals use the t
        distribution is what `use_t` says, as in ``t_test`` and ``conf_int`` of the results.

        The interval of an observation, with limits of a latent one, adds its own variance
        :math:`\sigma_i^2` to that of the mean; ``cov_type="unbiased"`` multiplies it by
        :math:`n / (n - k)`, which with constant variance makes the intervals exact and
        those of OLS. What is predicted is the same whatever the covariance: `predict`,
        `get_distribution` and this method give variances, standard deviations and quantiles
        at the maximum-likelihood estimates, which the parameter ``ln(sigma2)`` is too.

        References
        ----------
        .. [1] J. F. McDonald and R. A. Moffitt, "The Uses of Tobit Analysis", The Review of
           Economics and Statistics 62 (1980) 318-321. doi:10.2307/1924766

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + exang | age", heart).fit()
        >>> new = {"age": [40, 70], "exang": [0, 1]}
        >>> frame = result.get_prediction(new).summary_frame()
        >>> print(frame[["mean", "mean_se", "obs_ci_lower", "obs_ci_upper"]].round(2))
             mean  mean_se  obs_ci_lower  obs_ci_upper
        0  168.72     2.02        135.00        202.45
        1  123.38     2.75         79.65        167.10
        >>> print(result.get_prediction(new, which="scale").summary_frame().round(2))
           predicted    se  ci_lower  ci_upper
        0      17.09  1.31     14.70     19.86
        1      22.14  1.80     18.88     25.96

        The depression of the ST segment is not seen below zero: its mean as it is seen,

        >>> result = smg.gaussmle("oldpeak ~ age + exang", heart, left=0).fit()
        >>> print(result.get_prediction(new, which="censored").summary_frame().round(2))
           predicted    se  ci_lower  ci_upper
        0       0.49  0.08      0.33      0.66
        1       2.02  0.19      1.65      2.40
        """
        equations, average = equations_of(which), flag(average, "average")
        if weights is not None and var_weights is not None:
            raise ValueError(
                "`weights` and `var_weights` are two names for the same; pass one of them."
            )
        observed = which in ("mean", "latent") and not average
        given = {
            "exog_scale": exog_scale,
            "offset": offset,
            "offset_scale": offset_scale,
            "var_weights": weights if var_weights is None else var_weights,
        }
        needed = BOTH if observed else equations
        given |= dict(zip(LIMITS, (left, right, trunc_left, trunc_right), strict=True))
        designs, labels = self._designs(needed, exog, transform, given)
        limits = {name: designs.pop(name) for name in LIMITS}
        rows = self.model.prediction_rows(needed, **designs, which=which, limits=limits)
        params = np.asarray(self.params)
        statistic = rows.statistic(params, which, quantile)
        covariance = self._covariance()
        root, signs = covariance.root, covariance.signs
        predicted, spread = statistic.values, statistic.spread(root)
        if average:
            own = exog is None and exog_scale is None
            averaging = self._averaging(statistic, agg_weights, own=own)
            predicted, spread = averaging @ predicted, averaging @ spread
            labels = pd.Index(["average"])
        elif agg_weights is not None:
            raise ValueError("`agg_weights` are given, but `average` is False; set it to True.")
        latent = which in ("mean", "linear") and not self.model.exact_responses
        title = _TITLES["latent" if latent else which].format(quantile)
        columns = _EQUATION.get(equations)
        options: dict[str, Any] = {
            "title": f"average {title}" if average else title,
            "df": self.df_resid_inference,
            "use_t": self.use_t,
            "row_labels": _labels(row_labels, labels, len(predicted)),
            "k_simultaneous": None if columns is None else getattr(self.model, columns),
        }
        var_pred = np.einsum("ij,ij,j->i", spread, spread, signs)
        var_pred[var_pred < 0.0] = np.nan
        if observed:
            var_resid = np.exp(rows.log_variance(params)) * self.variance_factor
            return PredictionResultsMean(predicted, var_pred, var_resid, **options)
        chance = which.startswith("prob_")
        if which not in ("variance", "scale") and not chance:
            return PredictionResults(predicted, var_pred, **options)
        if (predicted < 0).any() or (predicted > 1 if chance else predicted == 0).any():
            raise ValueError(
                f"`agg_weights` give an {options['title']} of {predicted[0]:g}, which has to be "
                f"{'between 0 and 1' if chance else 'positive'}; use weights that are positive"
                f"{', with the mean 1' if chance else ''}."
            )
        kind = PredictionResultsProbability if chance else PredictionResultsPositive
        return kind(predicted, var_pred, **options)

    def _covariance(self) -> CovarianceRoot:
        try:
            return self.covariance_root()
        except ValueError as error:
            raise ValueError(
                "the results have no covariance (fitted with skip_hessian=True, or the "
                "information is not positive definite), so that predictions have no standard "
                "errors; predict() gives predictions alone."
            ) from error

    def _averaging(self, statistic: Statistic, agg_weights: Any, *, own: bool) -> Array:
        """Row vector, shape (1, m), that multiplies rows to give their average."""
        length = len(statistic.values)
        missing = np.isnan(statistic.values)
        if missing.any():
            raise ValueError(
                f"`average` is True, but a value is missing in {int(missing.sum())} of {length} "
                f"rows of `exog` (positions {some([str(p) for p in np.flatnonzero(missing)])}); "
                "leave such rows out."
            )
        frequency = self.model.freq_weights if own else None
        averaging = np.ones(length) if frequency is None else frequency
        averaging = averaging / averaging.sum()
        if agg_weights is not None:
            weights = column(agg_weights, "agg_weights")
            if len(weights) != length:
                raise ValueError(f"`agg_weights` has {len(weights)} rows; there are {length}.")
            if not np.isfinite(weights).all():
                raise ValueError("`agg_weights` must be finite; use 0 to leave a row out.")
            averaging = averaging * weights
        return averaging[None, :]


def _labels(given: Any, labels: pd.Index | None, length: int) -> pd.Index | None:
    if given is None:
        return labels
    if isinstance(given, str) or not hasattr(given, "__len__"):
        raise TypeError(f"`row_labels` is {given!r}; it must have a label for each row.")
    index = pd.Index(given)
    if len(index) != length:
        raise ValueError(f"`row_labels` has {len(index)} labels; there are {length} rows.")
    return index
