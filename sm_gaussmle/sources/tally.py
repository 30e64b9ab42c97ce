"""What a pass over a table counts beside the sum that it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.sources.column_sums import ColumnSums
from sm_gaussmle.sources.null_sums import NullSums

_DIGESTS = 2**64


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of rows and what else is known of all of them; tallies add up.

    Attributes
    ----------
    n_given : int
        Rows of the table.
    n_missing : int
        Rows with a missing value.
    n_unweighted : int
        Rows of frequency weight 0 that miss nothing.
    n_rows : int
        Rows that are left.
    nobs : float
        Sum of their frequency weights.
    n_inexact : int
        Those of them whose response is not seen exactly.
    exact_nobs : float
        Sum of the frequency weights of the others, which are.
    counts : mapping of str to float
        How many responses are seen in which way, as frequency weights count.
    ranges : mapping of str to tuple of float
        Smallest and largest limit of each kind.
    digests : tuple of int
        Digests of responses and frequency weights, modulo 2^64.
    null : NullSums or None
        Of exact responses with a constant alone; None where not all are.
    n_fractional : int
        Rows whose frequency weight is no whole number.
    columns : mapping of str to ColumnSums
        Sums that tell whether columns are the same.
    """

    n_given: int
    n_missing: int
    n_unweighted: int
    n_rows: int
    nobs: float
    n_inexact: int
    exact_nobs: float
    counts: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]
    digests: tuple[int, int]
    null: NullSums | None
    n_fractional: int
    columns: Mapping[str, ColumnSums] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        """Tally of both sets of rows."""
        return Tally(
            self.n_given + other.n_given,
            self.n_missing + other.n_missing,
            self.n_unweighted + other.n_unweighted,
            self.n_rows + other.n_rows,
            self.nobs + other.nobs,
            self.n_inexact + other.n_inexact,
            self.exact_nobs + other.exact_nobs,
            {
                kind: self.counts.get(kind, 0.0) + other.counts.get(kind, 0.0)
                for kind in {**self.counts, **other.counts}
            },
            {
                name: _wider(self.ranges.get(name), other.ranges.get(name))
                for name in {**self.ranges, **other.ranges}
            },
            (
                (self.digests[0] + other.digests[0]) % _DIGESTS,
                (self.digests[1] + other.digests[1]) % _DIGESTS,
            ),
            _sum(self.null, other.null),
            self.n_fractional + other.n_fractional,
            {
                name: self.columns[name] + sums if name in self.columns else sums
                for name, sums in other.columns.items()
            }
            if other.columns
            else self.columns,
        )


def fractional(weights: NDArray[np.float64]) -> int:
    """How many frequency weights are no whole numbers.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        How often each row was seen.

    Returns
    -------
    int
        Number of rows.
    """
    return int(np.count_nonzero(weights != np.rint(weights)))


def _wider(
    one: tuple[float, float] | None, other: tuple[float, float] | None
) -> tuple[float, float]:
    if one is None or other is None:
        return one or other or (0.0, 0.0)
    return min(one[0], other[0]), max(one[1], other[1])


def _sum(one: NullSums | None, other: NullSums | None) -> NullSums | None:
    if one is None or other is None:
        return one or other
    return one + other
