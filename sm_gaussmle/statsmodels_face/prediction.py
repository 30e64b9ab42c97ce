"""What a model says about rows, old and new: means, variances, draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.statsmodels_face.coercion import matrix
from sm_gaussmle.statsmodels_face.formulas import new_design
from sm_gaussmle.statsmodels_face.row_likelihood import RowLikelihood

Array = NDArray[np.float64]

MEANS = ("mean", "linear")
PREDICTIONS = (*MEANS, "variance", "scale", "linear-scale")


class Prediction(RowLikelihood):
    """Predictions, for the model class to inherit."""

    # What a model from formulas has besides.
    formula: str
    scale_formula: str | None
    _scale_spec: Any
    _environment: dict[str, Any]

    def predict(
        self,
        params: Any,
        exog: Any = None,
        exog_scale: Any = None,
        which: str = "mean",
        offset: Any = None,
        offset_scale: Any = None,
    ) -> Array:
        """Mean or variance of the response at given columns.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        exog : array_like, shape (m, k_mean), optional
            Columns of the mean; those of the model by default.
        exog_scale : array_like, shape (m, k_scale), optional
            Columns of the scale equation; those of the model by default.
        which : {"mean", "linear", "variance", "scale", "linear-scale"}, default "mean"
            Mean (with the identity link the linear predictor too), variance, standard
            deviation or log variance.
        offset, offset_scale : array_like, shape (m,), optional
            Known parts. By default the model's own for its own columns, with the
            variance weights, and zero for new ones.

        Returns
        -------
        ndarray, shape (m,)
            Predictions.

        Raises
        ------
        ValueError
            If `which` is unknown, a shape is wrong, or new rows lack the columns of the
            equation asked for.
        """
        if which not in PREDICTIONS:
            raise ValueError(
                f"`which` is {which!r}; it must be one of {', '.join(PREDICTIONS)}."
            )
        array = self.check_params(params)
        if exog is not None:
            exog = _columns(exog, "exog", self.k_exog, self.equation_names("exog"))
        if exog_scale is not None:
            names = ["1"] if self.constant_variance else self.scale_columns()
            exog_scale = _columns(exog_scale, "exog_scale", self.k_scale, names)
            if exog is not None and len(exog) != len(exog_scale):
                raise ValueError(
                    f"`exog_scale` has {len(exog_scale)} rows; `exog` has {len(exog)}."
                )
        if which in MEANS:
            design = self._own(self.exog) if exog is None else exog
            known = self.offset if exog is None and offset is None else offset
            return design @ array[: self.k_exog] + _known(known, "offset", len(design))
        log_variance, old = self._log_variance(array, exog, exog_scale, which)
        known = offset_scale
        if old and offset_scale is None:
            known = self.source().rows.log_variance_offset
        log_variance = log_variance + _known(known, "offset_scale", len(log_variance))
        if which == "linear-scale":
            return log_variance
        return np.exp(log_variance if which == "variance" else 0.5 * log_variance)

    def _log_variance(
        self, params: Array, exog: Array | None, exog_scale: Array | None, which: str
    ) -> tuple[Array, bool]:
        """Log variance without its known part, and whether it is of the model's rows."""
        old = exog is None and exog_scale is None
        if self.constant_variance:
            new = exog if exog is not None else exog_scale
            rows = self._own(self.endog) if new is None else new
            return np.full(len(rows), params[-1]), old
        if exog_scale is None and not old:
            raise ValueError(
                f"`which` is {which!r} and `exog` is new, but `exog_scale` is missing: pass "
                "the columns of the scale equation for the new rows."
            )
        design = self._own(self.exog_scale) if exog_scale is None else exog_scale
        return design @ params[self.k_exog :], old

    @staticmethod
    def _own(values: Array | None) -> Array:
        if values is None:
            raise ValueError("the model's data were removed; pass `exog` for new rows.")
        return values

    def get_distribution(
        self, params: Any, exog: Any = None, exog_scale: Any = None, *, scale: float = 1.0
    ) -> Any:
        """Distribution of the response at given columns.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        exog : array_like, shape (m, k_mean), optional
            Columns of the mean; those of the model by default.
        exog_scale : array_like, shape (m, k_scale), optional
            Columns of the scale equation; those of the model by default.
        scale : float, default 1
            What all variances are multiplied by. statsmodels passes the `scale` of the
            results, which is 1: the parameters say all of the variance.

        Returns
        -------
        scipy.stats.rv_frozen
            Normal distributions, one per row.
        """
        mean = self.predict(params, exog, exog_scale)
        deviation = self.predict(params, exog, exog_scale, "scale")
        return stats.norm(loc=mean, scale=np.sqrt(scale) * deviation)

    def simulate(
        self, params: Any, size: Any = None, rng: int | np.random.Generator | None = None
    ) -> Array:
        """Draw responses for the rows of the model.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        size : int, optional
            Number of samples; one sample of shape (n,) by default.
        rng : int or numpy.random.Generator, optional
            Seed or generator.

        Returns
        -------
        ndarray, shape (n,) or (size, n)
            Draws.

        Raises
        ------
        ValueError
            If `size` is not a positive whole number.
        """
        whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
        if size is not None and (not whole or size < 1):
            raise ValueError(f"`size` is {size!r}; it must be a positive whole number or None.")
        mean = self.predict(params)
        shape = mean.shape if size is None else (int(size), *mean.shape)
        noise = np.random.default_rng(rng).standard_normal(shape)
        return mean + noise * self.predict(params, which="scale")

    def new_designs(self, frame: pd.DataFrame, which: str) -> tuple[Any, Any]:
        """Columns of the equations for new data, from the model's formulas.

        Parameters
        ----------
        frame : DataFrame
            New rows with the variables of the formulas.
        which : str
            A prediction: only the equation that it needs is evaluated.

        Returns
        -------
        exog : ndarray, shape (m, k_mean), or None
            NaN in rows where a variable is missing.
        exog_scale : ndarray, shape (m, k_scale), or None
            The same of the scale equation.
        """
        if which in MEANS:
            table = new_design(self.data.model_spec, self.formula, frame, self._environment)
            return table[self.equation_names("exog")].to_numpy(dtype=float), None
        if self.constant_variance:
            # The variance needs to know only how many rows there are.
            return np.empty((len(frame), self.k_exog)), None
        table = new_design(self._scale_spec, self.scale_formula or "", frame, self._environment)
        return None, table[self.scale_columns()].to_numpy(dtype=float)


def _columns(values: Any, name: str, width: int, names: list[str]) -> Array:
    if isinstance(values, pd.DataFrame):
        given = [str(label) for label in values.columns]
        if given != names and sorted(given) == sorted(names):
            raise ValueError(
                f"`{name}` has the columns {', '.join(given)}; the model has them in the order "
                f"{', '.join(names)}, and columns are matched by position. Reorder them."
            )
    array = matrix(values, name)
    if np.ndim(values) == 1 and width > 1:
        array = array.T  # one row
    if array.shape[1] != width:
        raise ValueError(
            f"`{name}` has shape {np.shape(values)}; the equation has {width} "
            f"{'column' if width == 1 else 'columns'}: {', '.join(names)}."
        )
    return array


def _known(values: Any, name: str, length: int) -> Array | float:
    if values is None:
        return 0.0
    array = np.asarray(values, dtype=float)
    if array.ndim and array.shape != (length,):
        raise ValueError(f"`{name}` has shape {array.shape}; there are {length} rows.")
    return array
