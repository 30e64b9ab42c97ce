"""Values of the factors of formulas on the rows of one part of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from patsy.categorical import C

from sm_gaussmle.sources.formulas.formula_errors import reason
from sm_gaussmle.sources.formulas.formula_variables import is_decimal, plain_columns

# What C() makes of a column: with the contrast and the levels that it was given.
_BOXED = type(C(()))


class PartColumns:
    """Columns of one part as patsy looks them up, each made plain once.

    Parameters
    ----------
    frame : DataFrame
        The part.
    dtypes : mapping, optional
        Types that columns have in the whole table: a part with whole numbers alone is of
        floats where another one is, and one with booleans alone of objects.
    """

    def __init__(self, frame: pd.DataFrame, dtypes: Mapping[str, Any] | None = None) -> None:
        self.frame = frame
        self.read: dict[str, pd.Series] = {}
        self._dtypes = dtypes or {}

    def __getitem__(self, name: str) -> pd.Series:
        if name not in self.read:
            if name not in self.frame.columns:
                raise KeyError(name)
            column = plain_columns(self.frame[[name]], [name], "patsy")[name]
            whole = self._dtypes.get(name)
            if whole is not None and column.dtype.kind in "biuf"[whole.kind != "O" :]:
                column = column.astype(np.promote_types(column.to_numpy().dtype, whole))
            self.read[name] = column
        return self.read[name]


@dataclass(frozen=True, eq=False)
class Coded:
    """A categorical factor on rows.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
        Position of each row's level in `levels`; -1 where it is missing.
    levels : Index
        Levels, some of which may be in no row.
    """

    codes: NDArray[np.integer[Any]]
    levels: pd.Index[Any]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Any) -> Coded:
        return Coded(self.codes[rows], self.levels)


Value = Coded | NDArray[np.floating[Any] | np.integer[Any]]


@dataclass(frozen=True, eq=False)
class FactorReader:
    """A factor with what is known of it before a part is read.

    Attributes
    ----------
    factor : patsy.EvalFactor
        The factor.
    state : dict
        Its state, of patsy.
    categorical : bool
        Whether its values are levels.
    column : str or None
        The column that it is, alone or in ``C()``.
    """

    factor: Any
    state: dict[str, Any]
    categorical: bool
    column: str | None

    @property
    def stateful(self) -> bool:
        """Whether it has transforms that have learned from rows."""
        return bool(self.state["transforms"])

    def read(self, columns: PartColumns) -> Value:
        """Values on the rows of a part.

        Parameters
        ----------
        columns : PartColumns
            The part.

        Returns
        -------
        Coded or ndarray of shape (n, number of columns)
            Levels or numbers; a number that is missing is NaN.

        Raises
        ------
        ValueError
            If the factor cannot be evaluated, or its values are of another kind.
        """
        n_rows = len(columns.frame)
        if self.column is None:
            value = evaluated(self.factor, self.state, columns)
        else:
            # As it is: patsy need not look at each value.
            value = columns.frame[self.column]
            if is_decimal(value.dtype):
                value = columns[self.column]
        if self.categorical:
            result: Value = _coded(unboxed(value), self.factor)
        else:
            result = self._numbers(value)
        length = len(result)
        if length != n_rows:
            raise ValueError(
                f"the factor {self.factor.name()!r} has {length} values for {n_rows} rows; it "
                "must have one for each."
            )
        return result

    def _numbers(self, value: Any) -> NDArray[Any]:
        dtype = getattr(value, "dtype", None)
        if isinstance(value, pd.Series) and not isinstance(dtype, np.dtype):
            value = plain_columns(value.to_frame("x"), ["x"], "patsy")["x"]
        numbers = np.asarray(value)
        if numbers.dtype.kind == "c":
            raise ValueError(
                f"the factor {self.factor.name()!r} has complex numbers; use its real part."
            )
        if not np.issubdtype(numbers.dtype, np.number):
            raise ValueError(
                f"the factor {self.factor.name()!r} is a number in the first rows of the table "
                f"and here of type {dtype or numbers.dtype}. Make its column of one type in all "
                "parts of the table."
            )
        return numbers.reshape(-1, 1) if numbers.ndim < 2 else numbers


def unboxed(value: Any) -> Any:
    """What was given to ``C()``.

    Parameters
    ----------
    value : object
        Value of a factor.

    Returns
    -------
    object
        The values without contrast and levels.
    """
    return value.data if isinstance(value, _BOXED) else value


def levels_are_given(value: Any) -> bool:
    """Whether the levels of a factor do not depend on which rows there are.

    Parameters
    ----------
    value : object
        Value of a categorical factor.

    Returns
    -------
    bool
        True for ``C(g, levels=[...])`` and for booleans.
    """
    if isinstance(value, _BOXED) and value.levels is not None:
        return True
    return getattr(unboxed(value), "dtype", None) == np.dtype(bool)


def evaluated(factor: Any, state: dict[str, Any], columns: PartColumns) -> Any:
    """What patsy makes of a factor.

    Parameters
    ----------
    factor : patsy.EvalFactor
        The factor.
    state : dict
        Its state.
    columns : PartColumns
        The part.

    Returns
    -------
    object
        As the factor's code returns it.

    Raises
    ------
    ValueError
        If it fails.
    """
    try:
        return factor.eval(state, columns)
    except Exception as error:  # the formula is the user's code
        raise cannot_evaluate(factor, error) from error


def cannot_evaluate(factor: Any, error: Exception) -> ValueError:
    """Error that says which factor failed.

    Parameters
    ----------
    factor : patsy.EvalFactor
        The factor.
    error : Exception
        What it raised.

    Returns
    -------
    ValueError
        To be raised.
    """
    return ValueError(f"the factor {factor.name()!r} cannot be evaluated: {reason(error)}.")


def _coded(value: Any, factor: Any) -> Coded:
    try:
        column = value if isinstance(value, pd.Series) else pd.Series(value)
        if isinstance(column.dtype, pd.CategoricalDtype):
            return Coded(column.cat.codes.to_numpy(), column.cat.categories)
        codes, levels = pd.factorize(column)
        return Coded(codes, levels)
    except Exception as error:  # whatever the formula made
        raise cannot_evaluate(factor, error) from error
