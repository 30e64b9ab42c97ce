"""What exact responses come to under a constant mean: sums that need no origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sm_gaussmle.likelihood.cross_products import working_rows
from sm_gaussmle.likelihood.evaluation import RowBlock


@dataclass(frozen=True, slots=True)
class NullSums:
    """Mean and squares of responses less their offset, under their weights.

    Squares are measured from the mean of the rows that they are of, and moved as sums are
    added [1]_: no digits are lost where responses, or offsets, are far from zero.

    Attributes
    ----------
    weight : float
        Sum of the weights: frequencies over known variances.
    mean : float
        Weighted mean.
    square : float
        Weighted sum of squares from it.
    nobs : float
        Sum of the frequency weights.
    log_variance_offset : float
        Sum of the known part of the log variance times the frequency weights.

    References
    ----------
    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample
       variance", The American Statistician 37 (1983) 242-247. doi:10.2307/2683386
    """

    weight: float
    mean: float
    square: float
    nobs: float
    log_variance_offset: float

    @classmethod
    def of_rows(cls, rows: RowBlock) -> NullSums:
        """Sums of some rows.

        Parameters
        ----------
        rows : RowBlock
            At least one; all responses are exact.

        Returns
        -------
        NullSums
            Not finite where a response is not: the fit says so.
        """
        n = len(rows.endog)
        frequency, known = rows.freq_weights, rows.log_variance_offset
        ones = RowBlock(
            rows.endog, np.ones((n, 1)), np.ones((n, 1)), rows.offset, known, frequency
        )
        with np.errstate(all="ignore"):  # sums that overflow are seen where they are used
            exog, endog = working_rows(ones, None)
            root = exog[:, 0]
            weight = float(root @ root)
            mean = float(root @ endog) / weight if weight else 0.0
            residual = endog - mean * root
            # What rounding has left of the mean is taken out once more.
            rest = float(root @ residual) / weight if weight else 0.0
            residual -= rest * root
            square = float(residual @ residual)
        nobs = float(n) if frequency is None else float(frequency.sum())
        if known is None:
            total = 0.0
        else:
            total = float(known.sum() if frequency is None else frequency @ known)
        return cls(weight, mean + rest, square, nobs, total)

    def __add__(self, other: NullSums) -> NullSums:
        """Sums of both sets of rows."""
        weight = self.weight + other.weight
        share = other.weight / weight if weight else 0.0
        apart = other.mean - self.mean
        return NullSums(
            weight,
            self.mean + share * apart,
            self.square + other.square + self.weight * share * apart * apart,
            self.nobs + other.nobs,
            self.log_variance_offset + other.log_variance_offset,
        )

    @property
    def square_from_zero(self) -> float:
        """Weighted sum of squares from zero."""
        return self.square + self.weight * self.mean * self.mean
