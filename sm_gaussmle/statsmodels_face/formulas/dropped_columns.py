"""Columns left out because they depend on others, and where the others do not replace them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import some, where

Array = NDArray[np.float64]

# How much worse than in the rows of the fit, or than rounding, a dependence may hold in a
# new row: sums of other numbers round differently, columns that are independent are off by
# the size of a column.
_SLACK = 1e3


@dataclass(frozen=True, eq=False)
class DroppedColumns:
    """Columns of one equation that are combinations of its other columns.

    Attributes
    ----------
    equation : {"exog", "exog_scale"}
        The equation.
    kept, dropped : tuple of str
        Names of the columns, in their order.
    coefficients : ndarray, shape (number kept, number dropped)
        The dropped columns are the kept ones times these.
    sizes : ndarray, shape (number dropped,)
        Largest sums of the sizes of the terms of that in a row of the fit.
    tolerance : float
        Error relative to them, or to those of a new row, up to which it is rounding.
    """

    equation: str
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    coefficients: Array
    sizes: Array
    tolerance: float

    @classmethod
    def of(
        cls, equation: str, columns: Array, names: list[str], places: list[int]
    ) -> DroppedColumns:
        """Find how some columns depend on the others.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            The equation.
        columns : ndarray, shape (n, k)
            Its columns.
        names : list of str
            Their names.
        places : list of int
            Positions of those that are kept.

        Returns
        -------
        DroppedColumns
            The others.
        """
        others = [place for place in range(len(names)) if place not in places]
        kept, dropped = columns[:, places], columns[:, others]
        norms = np.linalg.norm(kept, axis=0)
        coefficients = np.linalg.lstsq(kept / norms, dropped)[0] / norms[:, None]
        errors, sums = _errors(kept, dropped, coefficients)
        sizes = sums.max(axis=0)
        # A column of zeros is the combination with no terms; it has no size.
        relative = errors.max(axis=0)[sizes > 0.0] / sizes[sizes > 0.0]
        return cls(
            equation,
            tuple(names[place] for place in places),
            tuple(names[place] for place in others),
            coefficients,
            sizes,
            float(_SLACK * relative.max(initial=np.finfo(float).eps)),
        )

    def check(self, table: pd.DataFrame) -> None:
        """Refuse new rows in which the dropped columns are something else.

        The coefficients of such columns are not identified: what they add to a prediction
        there is anybody's guess.

        Parameters
        ----------
        table : DataFrame, shape (m, k)
            New rows of all columns; NaN is missing.

        Raises
        ------
        ValueError
            If there are such rows.
        """
        kept, dropped = (
            table[list(names)].to_numpy(dtype=float) for names in (self.kept, self.dropped)
        )
        errors, sums = _errors(kept, dropped, self.coefficients)
        wrong = errors > self.tolerance * (self.sizes + sums)
        rows = np.flatnonzero(wrong.any(axis=1))
        if len(rows):
            columns = [self.dropped[place] for place in np.flatnonzero(wrong.any(axis=0))]
            at = where(np.isin(np.arange(len(table)), rows), table.index)
            raise ValueError(
                f"nothing can be predicted for {len(rows)} of the {len(table)} rows{at} of "
                f"`exog`: {some(columns)} had to be dropped, being a combination of the other "
                f"columns of `{self.equation}` in all rows of the fit, and here it is not. "
                "Leave these rows out, or fit a formula without the dependence."
            )


def _errors(kept: Array, dropped: Array, coefficients: Array) -> tuple[Array, Array]:
    """Of each dropped column: its difference from the combination, and what it rounds with."""
    errors = np.abs(dropped - kept @ coefficients)
    return errors, np.abs(kept) @ np.abs(coefficients) + np.abs(dropped)
