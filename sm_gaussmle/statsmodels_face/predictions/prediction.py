"""What a model says about rows, old and new: means, variances, probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.arguments.new_columns import (
    known_part,
    new_columns,
    positive_numbers,
)
from sm_gaussmle.statsmodels_face.formulas.designs import new_design
from sm_gaussmle.statsmodels_face.formulas.dropped_columns import DroppedColumns
from sm_gaussmle.statsmodels_face.predictions.prediction_limits import (
    limits_of,
    needed_limits,
    refuse_limits,
)
from sm_gaussmle.statsmodels_face.predictions.prediction_rows import (
    BOTH,
    PredictionRows,
    equations_of,
)
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.row_likelihood import RowLikelihood

Array = NDArray[np.float64]


class Prediction(RowLikelihood):
    """Predictions, for the model class to inherit."""

    # What a model from formulas has besides.
    formula: str
    scale_formula: str | None
    _scale_spec: Any
    _response_spec: Any
    _environment: dict[str, Any]
    _dropped: tuple[DroppedColumns, ...]

    def predict(
        self,
        params: Any,
        exog: Any = None,
        exog_scale: Any = None,
        which: str = "mean",
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        quantile: float | None = None,
        *,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
    ) -> Array:
        """Mean, variance or quantile of the response at given columns, or what is seen of it.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        exog : array_like, shape (m, k_mean), optional
            Columns of the mean; those of the model by default.
        exog_scale : array_like, shape (m, k_scale), optional
            Columns of the scale equation; those of the model by default.
        which : str, default "mean"
            What is predicted; see `get_prediction` of the results for all names. Without
            limits ``"mean"`` (``"linear"`` and ``"latent"`` are other names for it),
            ``"variance"``, ``"scale"``, ``"linear-scale"`` and ``"quantile"``.
        offset, offset_scale : array_like, shape (m,), optional
            Known parts. By default the model's own for its own columns, and zero for
            new ones.
        var_weights : array_like, shape (m,), optional
            Inverse relative variances. By default the model's own for its own columns,
            and 1 for new ones.
        quantile : float, optional
            Probability below the quantile.
        left, right, trunc_left, trunc_right : float or array_like, shape (m,), optional
            Limits of censoring and truncation, for what depends on them. By default the
            model's own for its own columns, and for new ones those that all its rows have
            in common.

        Returns
        -------
        ndarray, shape (m,)
            Predictions.

        Raises
        ------
        ValueError
            If `which` is unknown, a shape is wrong, new rows lack the columns of the
            equation asked for, or limits are missing or contradict each other.
        """
        equations = equations_of(which)
        given = (left, right, trunc_left, trunc_right)
        rows = self.prediction_rows(
            equations,
            exog,
            exog_scale,
            offset,
            offset_scale,
            var_weights,
            which,
            dict(zip(LIMITS, given, strict=True)),
        )
        return rows.statistic(self.check_params(params), which, quantile).values

    def prediction_rows(
        self,
        equations: tuple[str, ...],
        exog: Any = None,
        exog_scale: Any = None,
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        which: str = "mean",
        limits: dict[str, Any] | None = None,
    ) -> PredictionRows:
        """Rows to predict for, with what is the model's own filled in.

        Parameters
        ----------
        equations : tuple of str
            Equations that are needed, ``"mean"`` and ``"scale"``, and ``"limits"``.
        exog, exog_scale, offset, offset_scale, var_weights : array_like, optional
            As for `predict`.
        which : str, default "mean"
            What is predicted.
        limits : dict, optional
            Limits by name, in place of the model's.

        Returns
        -------
        PredictionRows
            The equations that are not needed are left out.

        Raises
        ------
        ValueError
            If a shape is wrong, or columns or limits are missing.
        """
        own_mean, own_scale = exog is None, exog is None and exog_scale is None
        if exog is not None:
            exog = new_columns(exog, "exog", self.k_exog, self.equation_names("exog"))
        if exog_scale is not None:
            names = ["1"] if self.constant_variance else self.scale_columns()
            exog_scale = new_columns(exog_scale, "exog_scale", self.k_scale, names)
            if exog is not None and len(exog) != len(exog_scale):
                raise ValueError(
                    f"`exog_scale` has {len(exog_scale)} rows; `exog` has {len(exog)}."
                )
        known: dict[str, Any] = {}
        if "mean" in equations:
            design = present(self.exog) if own_mean else exog
            offset = self.offset if own_mean and offset is None else offset
            known |= {"exog": design, "offset": known_part(offset, "offset", len(design))}
        if "scale" in equations:
            if own_scale:
                offset_scale = self.offset_scale if offset_scale is None else offset_scale
                var_weights = self.var_weights if var_weights is None else var_weights
            design = self._scale_design(exog, exog_scale, which)
            known |= {
                "exog_scale": design,
                "offset_scale": known_part(offset_scale, "offset_scale", len(design))
                - np.log(positive_numbers(var_weights, "var_weights", len(design))),
            }
        both = "mean" in equations and "scale" in equations
        if both and len(known["exog"]) != len(known["exog_scale"]):
            raise ValueError(
                f"`exog_scale` has {len(known['exog_scale'])} rows; the model has "
                f"{len(known['exog'])}. Pass `exog` for new rows."
            )
        if "limits" in equations:
            found = limits_of(self, limits or {}, len(known["exog"]), own=own_mean)
            return PredictionRows(**known, limits=needed_limits(found, which))
        refuse_limits(limits or {}, which)
        return PredictionRows(**known)

    def _scale_design(self, exog: Array | None, exog_scale: Array | None, which: str) -> Array:
        if self.constant_variance:
            new = exog if exog is not None else exog_scale
            length = len(present(self.endog) if new is None else new)
            return np.broadcast_to(1.0, (length, 1))
        if exog_scale is not None:
            return exog_scale
        if exog is not None:
            alone = "; which='linear' is the mean alone, without intervals for observations"
            raise ValueError(
                f"`which` is {which!r} and `exog` is new, but `exog_scale` is missing: pass "
                "the columns of the scale equation for the new rows"
                f"{alone if which == 'mean' else ''}."
            )
        return present(self.exog_scale)

    def new_designs(
        self, frame: pd.DataFrame, equations: tuple[str, ...] = BOTH
    ) -> tuple[Array | None, Array | None]:
        """Columns of the equations for new data, from the model's formulas.

        Parameters
        ----------
        frame : DataFrame
            New rows with the variables of the formulas.
        equations : tuple of str
            Equations that are needed, ``"mean"`` and ``"scale"``; only their variables
            have to be there.

        Returns
        -------
        exog : ndarray, shape (m, k_mean), or None
            NaN in rows where a variable is missing.
        exog_scale : ndarray, shape (m, k_scale), or None
            The same of the scale equation.
        """
        exog, exog_scale = None, None
        if "mean" in equations:
            table = new_design(self.data.model_spec, self.formula, frame, self._environment)
            exog = self._kept_columns("exog", table)
        if "scale" in equations and self.constant_variance:
            exog_scale = np.ones((len(frame), 1))
        elif "scale" in equations:
            formula = self.scale_formula or ""
            table = new_design(self._scale_spec, formula, frame, self._environment)
            table.columns = [f"ln(sigma2)[{name}]" for name in table.columns]
            exog_scale = self._kept_columns("exog_scale", table)
        return exog, exog_scale

    def _kept_columns(self, equation: str, table: pd.DataFrame) -> Array:
        for each in self._dropped:
            if each.equation == equation:
                each.check(table)
        return table[self.equation_names(equation)].to_numpy(dtype=float)
