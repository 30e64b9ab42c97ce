"""Predictions of means, with intervals for observations too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.scalars import flag
from sm_gaussmle.statsmodels_face.predictions.prediction_results import (
    PredictionResults,
    around,
)

Array = NDArray[np.float64]


class PredictionResultsMean(PredictionResults):
    """Predictions of the mean of each row, and of observations of it.

    Parameters
    ----------
    predicted, var_pred : ndarray, shape (m,)
        Predictions and their variances.
    var_resid : ndarray, shape (m,)
        Variance of an observation around its mean.
    **options
        As for `PredictionResults`.
    """

    def __init__(
        self, predicted: Array, var_pred: Array, var_resid: Array, **options: Any
    ) -> None:
        super().__init__(predicted, var_pred, **options)
        self.var_resid = var_resid

    @property
    def predicted_mean(self) -> Array:
        """The predictions, shape (m,)."""
        return self.predicted

    @property
    def var_pred_mean(self) -> Array:
        """Their variances, shape (m,)."""
        return self.var_pred

    @property
    def se_mean(self) -> Array:
        """Their standard errors, shape (m,)."""
        return self.se

    @property
    def se_obs(self) -> Array:
        """Standard errors of predicted observations, shape (m,)."""
        return np.sqrt(self.var_pred + self.var_resid)

    def conf_int(
        self, obs: bool = False, alpha: float = 0.05, *, simultaneous: bool = False
    ) -> Array:
        """Intervals of the mean, or of new observations.

        Parameters
        ----------
        obs : bool, default False
            Whether to give intervals for a new observation of each row.
        alpha : float, default 0.05
            One minus the confidence level.
        simultaneous : bool, default False
            Whether the intervals of the mean hold together; see `PredictionResults`.

        Returns
        -------
        ndarray, shape (m, 2)
            Lower and upper ends.

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1, or both `obs` and `simultaneous` are asked
            for.
        """
        if not flag(obs, "obs"):
            return super().conf_int(alpha=alpha, simultaneous=simultaneous)
        if flag(simultaneous, "simultaneous"):
            raise ValueError(
                "`obs` and `simultaneous` are both True; a band holds for all means at once, "
                "but no band can hold any number of observations. Leave one of them out."
            )
        return around(self.predicted, self._multiple(alpha, simultaneous=False) * self.se_obs)

    def summary_frame(self, alpha: float = 0.05, *, simultaneous: bool = False) -> pd.DataFrame:
        """Predictions, standard errors and intervals.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.
        simultaneous : bool, default False
            Whether the intervals hold together; those of observations, which cannot, are
            then left out.

        Returns
        -------
        DataFrame
            Columns mean, mean_se, mean_ci_lower, mean_ci_upper, obs_ci_lower and
            obs_ci_upper, as in OLS.
        """
        return super().summary_frame(alpha, simultaneous=simultaneous)

    def _columns(self, alpha: float, simultaneous: bool) -> dict[str, Array]:
        columns = super()._columns(alpha, simultaneous)
        columns = {f"mean_{name}": values for name, values in columns.items()}
        columns = {"mean": columns.pop("mean_predicted"), **columns}
        if not simultaneous:
            lower, upper = self.conf_int(obs=True, alpha=alpha).T
            columns |= {"obs_ci_lower": lower, "obs_ci_upper": upper}
        return columns
