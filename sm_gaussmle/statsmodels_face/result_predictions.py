"""Predictions from results, for old rows and new."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from sm_gaussmle.statsmodels_face.coercion import same_index
from sm_gaussmle.statsmodels_face.frames import as_frame
from sm_gaussmle.statsmodels_face.prediction import MEANS
from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class ResultPredictions(ResultPart):
    """Predictions, for the results class to inherit."""

    def predict(
        self,
        exog: Any = None,
        transform: bool = True,
        *,
        exog_scale: Any = None,
        which: str = "mean",
        offset: Any = None,
        offset_scale: Any = None,
    ) -> Any:
        """Mean or variance of the response.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows; those of the fit by default. With a formula a table with its
            variables, from which both equations are evaluated.
        transform : bool, default True
            Whether to evaluate the formulas on `exog`.
        exog_scale : array_like, shape (m, k_scale), optional
            New columns of the scale equation, where no formula makes them.
        which : {"mean", "linear", "variance", "scale", "linear-scale"}, default "mean"
            Mean (with the identity link the linear predictor too), variance, standard
            deviation or log variance.
        offset, offset_scale : array_like, shape (m,), optional
            Known parts for the new rows. Where the model took them from a column of its
            data, they are taken from that column of `exog`; otherwise they are zero.
            New rows have a variance weight of 1.

        Returns
        -------
        ndarray or Series, shape (m,)
            Predictions; a Series where `exog` has labels.

        Raises
        ------
        ValueError
            If `exog` lacks variables or has categories that were not seen in the fit.
        """
        model = self.model
        if exog is None:
            return model.predict(
                self.params,
                exog_scale=exog_scale,
                which=which,
                offset=offset,
                offset_scale=offset_scale,
            )
        index = exog.index if isinstance(exog, pd.DataFrame) else None
        for name, values in (
            ("exog_scale", exog_scale),
            ("offset", offset),
            ("offset_scale", offset_scale),
        ):
            same_index(values, name, index, "exog")
        if transform and hasattr(model, "formula"):
            frame = as_frame(exog, "exog")
            index = frame.index
            offset = self._known_part("offset", offset, frame, which in MEANS)
            offset_scale = self._known_part(
                "offset_scale", offset_scale, frame, which not in MEANS
            )
            exog, exog_scale = model.new_designs(frame, which)
        elif isinstance(exog, pd.Series) and model.k_exog == 1:
            index = exog.index
        values = model.predict(
            self.params, exog, exog_scale, which, offset=offset, offset_scale=offset_scale
        )
        return values if index is None else pd.Series(values, index=index)

    def _known_part(self, name: str, given: Any, frame: pd.DataFrame, needed: bool) -> Any:
        column = self.model._offset_columns.get(name)
        if given is not None or column is None or not needed:
            return given
        if column not in frame.columns:
            raise ValueError(
                f"the model has `{name}` from column {column!r}, which the new data lack; add "
                f"the column, or pass {name}= (0 for none)."
            )
        return frame[column].to_numpy(dtype=float, na_value=np.nan)

    def get_distribution(
        self,
        exog: Any = None,
        exog_scale: Any = None,
        *,
        offset: Any = None,
        offset_scale: Any = None,
    ) -> Any:
        """Estimated distribution of the response.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows, as for `predict`; those of the fit by default.
        exog_scale : array_like, shape (m, k_scale), optional
            New columns of the scale equation, where no formula makes them.
        offset, offset_scale : array_like, shape (m,), optional
            Known parts for the new rows, as for `predict`.

        Returns
        -------
        scipy.stats.rv_frozen
            Normal distributions, one per row.
        """
        mean, scale = (
            self.predict(
                exog,
                exog_scale=exog_scale,
                which=which,
                offset=offset,
                offset_scale=offset_scale,
            )
            for which in ("mean", "scale")
        )
        return stats.norm(loc=np.asarray(mean), scale=np.asarray(scale))
