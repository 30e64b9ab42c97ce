"""Sums of columns that tell whether they are the same, in whatever order the rows are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Rounding of the sums, in units of what they could come to.
_ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class ColumnSums:
    """Sums of columns under weights that are a hash of what the row has as its response.

    Attributes
    ----------
    weighted : ndarray, shape (k,)
        Sums under the weights.
    squares : ndarray, shape (k,)
        Sums of squares.
    n_rows : int
        Number of rows.
    """

    weighted: Array
    squares: Array
    n_rows: int

    @classmethod
    def of_columns(cls, columns: Array, weights: Array) -> ColumnSums:
        """Sums of some rows.

        Parameters
        ----------
        columns : ndarray, shape (n, k)
            The columns.
        weights : ndarray, shape (n,)
            Between -1/2 and 1/2.

        Returns
        -------
        ColumnSums
            Not finite where a value is not.
        """
        with np.errstate(all="ignore"):  # sums that overflow say nothing, see `same`
            squares = np.einsum("ij,ij->j", columns, columns)
            return cls(weights @ columns, squares, len(columns))

    def __add__(self, other: ColumnSums) -> ColumnSums:
        """Sums of both sets of rows."""
        with np.errstate(all="ignore"):  # as above
            return ColumnSums(
                self.weighted + other.weighted,
                self.squares + other.squares,
                self.n_rows + other.n_rows,
            )

    def alike(self, other: ColumnSums) -> NDArray[np.bool_]:
        """Which columns are the same up to rounding.

        Parameters
        ----------
        other : ColumnSums
            Of as many columns.

        Returns
        -------
        ndarray of bool, shape (k,)
            True where the sums say nothing, for they are not finite.
        """
        with np.errstate(all="ignore"):  # NaN compares as False
            size = np.maximum(self.squares, other.squares)
            apart = np.abs(self.weighted - other.weighted)
            unequal = apart > _ROUNDING * np.sqrt(max(self.n_rows, other.n_rows) * size)
            unequal |= np.abs(self.squares - other.squares) > _ROUNDING * size
        return np.asarray(~unequal)

    def part(self, places: list[int]) -> ColumnSums:
        """Sums of some of the columns.

        Parameters
        ----------
        places : list of int
            Which.

        Returns
        -------
        ColumnSums
            Of the same rows.
        """
        return ColumnSums(self.weighted[places], self.squares[places], self.n_rows)
