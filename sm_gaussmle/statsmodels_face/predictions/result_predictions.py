"""Predictions from results, for old rows and new."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import LABELLED, same_index
from sm_gaussmle.statsmodels_face.arguments.frames import as_frame
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS, NO_LIMIT
from sm_gaussmle.statsmodels_face.arguments.scalars import flag
from sm_gaussmle.statsmodels_face.arguments.table_arguments import per_row
from sm_gaussmle.statsmodels_face.predictions.prediction_rows import (
    BOTH,
    LIMITED,
    equations_of,
)
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

_NONE = MappingProxyType({"offset": 0.0, "offset_scale": 0.0} | NO_LIMIT)
# Which equation needs what else.
_PARTS = MappingProxyType(
    {"offset": "mean", "offset_scale": "scale", "var_weights": "scale"}
    | dict.fromkeys(LIMITS, "limits")
)


class ResultPredictions(ResultPart):
    """Predictions, for the results class to inherit."""

    @property
    def _transform_predict_exog(self) -> Any:
        # Tools that find it predict from the columns of the mean alone.
        self.only_constant_variance(
            "_transform_predict_exog", "predict or get_prediction, which evaluate both formulas"
        )
        return super()._transform_predict_exog

    def predict(
        self,
        exog: Any = None,
        transform: bool = True,
        *,
        exog_scale: Any = None,
        which: str = "mean",
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        quantile: float | None = None,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
    ) -> Any:
        """Mean, variance or quantile of the response, or what is seen of it.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows; those of the fit by default. With a formula a table with its
            variables, from which both equations are evaluated.
        transform : bool, default True
            Whether to evaluate the formulas on `exog`.
        exog_scale : array_like, shape (m, k_scale), optional
            New columns of the scale equation, where no formula makes them.
        which : str, default "mean"
            What is predicted, at the estimates; see `get_prediction` for all names. Without
            limits ``"mean"`` (``"linear"`` and ``"latent"`` are other names for it),
            ``"variance"``, ``"scale"``, ``"linear-scale"`` and ``"quantile"``.
        offset, offset_scale : array_like, shape (m,), or str, optional
            Known parts for the new rows; with a formula also the name of a column. Where
            the model took them from a column of its data, they are taken from that column
            of `exog`; otherwise they are zero.
        var_weights : array_like, shape (m,), or str, optional
            Inverse relative variances of the new rows; 1 by default.
        quantile : float, optional
            Probability below the quantile.
        left, right, trunc_left, trunc_right : float, array_like or str, optional
            Limits of censoring and truncation of the new rows, for what depends on them:
            one for all, one for each, or with a formula the name of a column. By default
            those of the model: from the column of `exog` where it took them from a column
            of its data, otherwise those that all its rows have in common.

        Returns
        -------
        ndarray or Series, shape (m,)
            Predictions; a Series where `exog` has labels.

        Raises
        ------
        ValueError
            If `exog` lacks variables or has categories that were not seen in the fit, or
            limits that `which` needs are missing.
        """
        given = {
            "exog_scale": exog_scale,
            "offset": offset,
            "offset_scale": offset_scale,
            "var_weights": var_weights,
        }
        given |= dict(zip(LIMITS, (left, right, trunc_left, trunc_right), strict=True))
        designs, index = self._designs(equations_of(which), exog, transform, given)
        values = self.model.predict(self.params, **designs, which=which, quantile=quantile)
        if index is None or (exog is None and exog_scale is None):
            return values
        return pd.Series(values, index=index)

    def _designs(
        self, equations: tuple[str, ...], exog: Any, transform: Any, given: dict[str, Any]
    ) -> tuple[dict[str, Any], pd.Index | None]:
        """Columns for the model, from formulas where it has them, and labels of the rows."""
        transform = flag(transform, "transform")
        designs = {"exog": exog, **given}
        index, owner = self._row_labels(exog, given["exog_scale"])
        for name, values in given.items():
            same_index(values, name, index, owner)
        if exog is None or not transform or not hasattr(self.model, "formula"):
            return designs, index
        if given["exog_scale"] is not None:
            raise ValueError(
                "`exog_scale` is given beside data for formulas, which make its columns "
                "too; leave it out, or pass the columns of both and transform=False."
            )
        frame = as_frame(exog, "exog")
        designs["exog"], designs["exog_scale"] = self.model.new_designs(frame, equations)
        for name, equation in _PARTS.items():
            if isinstance(given.get(name), str):
                designs[name] = per_row(given[name], name, frame)
            elif given.get(name) is None and equation in equations:
                designs[name] = self._known_part(name, frame)
        return designs, frame.index

    def _row_labels(self, exog: Any, exog_scale: Any) -> tuple[pd.Index | None, str]:
        model = self.model
        if exog is None and exog_scale is None:
            present(model.endog)
            return model.data.row_labels, "endog"
        if exog is None:
            index = exog_scale.index if isinstance(exog_scale, LABELLED) else None
            return index, "exog_scale"
        column = isinstance(exog, pd.Series) and model.k_exog == 1
        return (exog.index if column or isinstance(exog, pd.DataFrame) else None), "exog"

    def _known_part(self, name: str, frame: pd.DataFrame) -> Array | None:
        column = self.model._offset_columns.get(name)
        if column is None:
            return None
        if column not in frame.columns:
            raise ValueError(
                f"the model has `{name}` from column {column!r}, which the new data lack; add "
                f"the column, or pass {name}= ({_NONE[name]:g} for none)."
            )
        return frame[column].to_numpy(dtype=float, na_value=np.nan)

    def get_distribution(
        self,
        exog: Any = None,
        exog_scale: Any = None,
        *,
        transform: bool = True,
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
    ) -> Any:
        """Estimated distribution of the latent response.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows, as for `predict`; those of the fit by default.
        exog_scale, transform, offset, offset_scale, var_weights : optional
            As for `predict`.

        Returns
        -------
        scipy.stats.rv_frozen
            Normal distributions, one per row, with the mean and the standard deviation
            that `predict` has; the uncertainty of the estimates is left out. With limits
            they are of the response before it is censored or truncated.
        """
        given = {
            "exog_scale": exog_scale,
            "offset": offset,
            "offset_scale": offset_scale,
            "var_weights": var_weights,
        }
        designs, _ = self._designs(BOTH, exog, transform, given)
        return self.model.get_distribution(self.params, **designs)

    def simulate(
        self,
        size: Any = None,
        rng: int | np.random.Generator | None = None,
        exog: Any = None,
        *,
        transform: bool = True,
        exog_scale: Any = None,
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
    ) -> Array:
        """Draw responses from their estimated distribution, as they would be seen.

        Parameters
        ----------
        size : int, optional
            Number of samples; one sample of shape (m,) by default.
        rng : int or numpy.random.Generator, optional
            Seed or generator.
        exog : array_like or DataFrame, optional
            New rows, as for `predict`; those of the fit by default.
        transform, exog_scale, offset, offset_scale, var_weights : optional
            As for `predict`.
        left, right, trunc_left, trunc_right : float, array_like or str, optional
            Limits, as for `predict`. Draws beyond those of censoring are at the limit; all
            are between those of truncation.

        Returns
        -------
        ndarray, shape (m,) or (size, m)
            Draws from what `get_distribution` gives, censored and truncated.

        Raises
        ------
        ValueError
            If `size` is not a positive whole number, or limits are missing or contradict
            each other.
        AttributeError
            If the responses of the model are intervals: what intervals there would be is
            not known.
        """
        given = {
            "exog_scale": exog_scale,
            "offset": offset,
            "offset_scale": offset_scale,
            "var_weights": var_weights,
        }
        given |= dict(zip(LIMITS, (left, right, trunc_left, trunc_right), strict=True))
        designs, _ = self._designs(LIMITED, exog, transform, given)
        return self.model.simulate(self.params, size, rng, **designs)
