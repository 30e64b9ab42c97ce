"""Variables of a model as its plots meet them: by name, with the others held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.formula_text import names_in

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]

_KNOWN = ("offset", "offset_scale", "var_weights")


def variables_of(model: GaussianMLE) -> pd.DataFrame:
    """Variables that a model's equations are made of, one row for each of the fit.

    Parameters
    ----------
    model : GaussianMLE
        The model, with its rows.

    Returns
    -------
    DataFrame
        Of a formula the columns of the data that it names; else the columns of both
        equations but for constants.
    """
    if hasattr(model, "formula"):
        mean = model.formula.split("~", 1)[1]
        text = f"{mean} + {model.scale_formula or ''}"
        used = names_in(text)
        frame = model.data.frame
        names = [
            name
            for name in frame.columns
            if name in used or f'"{name}"' in text or f"'{name}'" in text
        ]
        return frame.loc[:, names]
    columns = dict(zip(model.equation_names("exog"), model.exog.T, strict=True))
    if not model.constant_variance:
        scale = np.asarray(model.exog_scale).T
        for name, values in zip(model.scale_columns(), scale, strict=True):
            # The same column may be in both equations, also under two names.
            if _same(columns, values) is None:
                columns[f"ln(sigma2)[{name}]" if name in columns else name] = values
    return pd.DataFrame({name: c for name, c in columns.items() if np.ptp(c) > 0.0})


def variable(result: GaussianMLEResults, name: Any, argument: str) -> pd.Series:
    """Values of a variable.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit, with its rows.
    name : str
        The variable: one of the equations, or with a formula any column of the data.
    argument : str
        Name of the argument, for errors.

    Returns
    -------
    Series, length n
        One for each row.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    frame = variables_of(result.model)
    known = isinstance(name, str)
    if known and hasattr(result.model, "formula") and name not in frame.columns:
        frame = result.model.data.frame
    if not known or name not in frame.columns:
        raise ValueError(
            f"`{argument}` is {name!r}; it must be one of {some([str(c) for c in frame])}."
        )
    return frame[name]


@dataclass(frozen=True)
class Held:
    """A variable that moves, and the others at values of their own.

    Attributes
    ----------
    result : GaussianMLEResults
        The fit.
    name : str
        What moves.
    values : dict
        The others, by name.
    """

    result: GaussianMLEResults
    name: str
    values: dict[str, Any]

    @classmethod
    def of(cls, result: GaussianMLEResults, name: str, at: Any) -> Held:
        """Hold all variables but one.

        Parameters
        ----------
        result : GaussianMLEResults
            The fit, with its rows.
        name : str
            What moves.
        at : mapping or None
            Values to hold variables at; others are at their medians (the lower one of
            two), or where they are not numbers at the most frequent value.

        Returns
        -------
        Held
            With a value for each of them.

        Raises
        ------
        ValueError
            If `at` names a variable that there is not, or the one that moves.
        TypeError
            If `at` is no mapping.
        """
        frame = variables_of(result.model)
        if name not in frame.columns:
            raise ValueError(
                f"`variable` is {name!r}, which is in neither equation; it must be one of "
                f"{some([str(c) for c in frame])}."
            )
        if at is not None and not isinstance(at, Mapping):
            raise TypeError(f"`at` is {at!r}; it must be a dict of variables and values.")
        others = [str(column) for column in frame.columns if column != name]
        for key in at or {}:
            if key not in others:
                raise ValueError(
                    f"`at` has {key!r}; it may have {some(others) or 'nothing'}: the variables "
                    f"beside {name!r}."
                )
        return cls(result, name, {c: _middle(frame[c]) for c in others} | dict(at or {}))

    def rows(self, values: NDArray[Any]) -> dict[str, Any]:
        """Rows to predict for.

        Parameters
        ----------
        values : ndarray, shape (m,)
            Of the variable that moves.

        Returns
        -------
        dict
            Keyword arguments of `predict` and `get_prediction`. Offsets and weights are at
            their medians.
        """
        model = self.result.model
        known = {
            name: np.full(len(values), np.median(getattr(model, name)))
            for name in _KNOWN
            if getattr(model, name) is not None
        }
        if hasattr(model, "formula"):
            frame = pd.DataFrame({self.name: values, **self.values})
            return {"exog": frame, **known}
        scale = None if model.constant_variance else self._columns(model.exog_scale, values)
        return {"exog": self._columns(model.exog, values), "exog_scale": scale, **known}

    def _columns(self, design: Any, values: NDArray[Any]) -> Array:
        variables = variables_of(self.result.model)
        every = {str(name): variables[name].to_numpy() for name in variables}
        columns = np.empty((len(values), design.shape[1]))
        for place, column in enumerate(design.T):
            name = _same(every, column)
            if name == self.name:
                columns[:, place] = values
            else:  # constants are no variables
                columns[:, place] = column[0] if name is None else self.values[name]
        return columns

    @property
    def text(self) -> str:
        """What is held at which value; empty where nothing is."""
        return ", ".join(
            f"{name} = {value:.4g}"
            if isinstance(value, float | np.floating)
            else f"{name} = {value}"
            for name, value in self.values.items()
        )


def _same(columns: dict[str, Array], values: Array) -> str | None:
    """Name of the column that has these values, if there is one."""
    return next((n for n, other in columns.items() if np.array_equal(other, values)), None)


def _middle(values: pd.Series) -> Any:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.quantile(0.5, interpolation="lower")
    return values.mode().iloc[0]
