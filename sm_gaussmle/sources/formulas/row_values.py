"""Values of factors on those rows of a part that can be evaluated or are complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.sources.formulas.factor_values import Coded, FactorReader, PartColumns, Value
from sm_gaussmle.sources.formulas.formula_variables import used_columns

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RowValues:
    """Values of factors on some rows of a part.

    Attributes
    ----------
    rows : ndarray of bool, shape (n,)
        The rows of the part.
    values : list of Coded or ndarray
        One for each factor; none where there are no rows.
    """

    rows: Mask
    values: list[Value]

    @cached_property
    def n_rows(self) -> int:
        """Number of the rows."""
        return int(self.rows.sum())

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the part.

        Parameters
        ----------
        frame : DataFrame
            The part.

        Returns
        -------
        DataFrame
            The part itself where they are all.
        """
        return frame if self.n_rows == len(frame) else frame.loc[self.rows]

    def complete(self, gone: Mask | None) -> RowValues:
        """The rows in which no factor is missing.

        Parameters
        ----------
        gone : ndarray of bool, shape (n,), optional
            Rows of the part that are left out as well.

        Returns
        -------
        RowValues
            With fewer rows, or the same.
        """
        left = np.ones(self.n_rows, dtype=bool) if gone is None else ~gone[self.rows]
        for value in self.values:
            left &= (
                value.codes >= 0 if isinstance(value, Coded) else ~np.isnan(value).any(axis=1)
            )
        return self.part(left)

    def without_holes(self, frame: pd.DataFrame, codes: Sequence[str]) -> RowValues:
        """The rows in which no variable of some factors is missing.

        What transforms make of a missing value is not always missing, and one can hide
        what they would refuse.

        Parameters
        ----------
        frame : DataFrame
            The part.
        codes : sequence of str
            Code of the factors.

        Returns
        -------
        RowValues
            With fewer rows, or the same.
        """
        used = self.of(frame)[used_columns(codes, frame.columns)]
        return self.part(used.notna().all(axis=1).to_numpy())

    def part(self, left: Mask) -> RowValues:
        """Some of the rows.

        Parameters
        ----------
        left : ndarray of bool, shape (number of rows,)
            Which.

        Returns
        -------
        RowValues
            With fewer rows, or the same.
        """
        if left.all():
            return self
        rows = self.rows.copy()
        rows[rows] = left
        return RowValues(rows, [value[left] for value in self.values])

    def spread(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """A matrix with a row for each row of the part.

        Parameters
        ----------
        matrix : ndarray, shape (number of rows, k)
            Of these rows.

        Returns
        -------
        ndarray, shape (n, k)
            NaN in the others.
        """
        if self.n_rows == len(self.rows):
            return matrix
        whole = np.full((len(self.rows), matrix.shape[1]), np.nan)
        whole[self.rows] = matrix
        return whole


def read_factors(
    readers: Sequence[FactorReader],
    frame: pd.DataFrame,
    variables: Sequence[str],
    gone: Mask | None,
    dtypes: Mapping[str, Any] | None = None,
) -> RowValues:
    """Values of factors on the rows of a part, or on the complete ones where they must be.

    Parameters
    ----------
    readers : sequence of FactorReader
        The factors.
    frame : DataFrame
        The part.
    variables : sequence of str
        Columns that the formulas use.
    gone : ndarray of bool, shape (n,), or None
        Rows that are missing for other reasons.
    dtypes : mapping, optional
        Types of numbers in the whole table.

    Returns
    -------
    RowValues
        Of all rows; where a factor fails on them, of those in which no variable is missing.

    Raises
    ------
    ValueError
        If a factor cannot be evaluated.
    """
    rows = np.ones(len(frame), dtype=bool)
    try:
        columns = PartColumns(frame, dtypes)
        return RowValues(rows, [reader.read(columns) for reader in readers])
    except ValueError:
        # A function that looks at a whole column can fail on one missing value.
        rows = ~frame[list(variables)].isna().any(axis=1).to_numpy()
        if gone is not None:
            rows &= ~gone
        if rows.all():
            raise
        columns = PartColumns(frame.loc[rows], dtypes)
        some = readers if rows.any() else ()
        return RowValues(rows, [reader.read(columns) for reader in some])
