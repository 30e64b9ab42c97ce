"""Rows that a condition holds for, found in one pass over the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.source import Source

# Rows that are named, where they are not in memory: enough to look at.
_NAMED = 100


@dataclass(frozen=True, slots=True)
class FoundRows:
    """Positions of rows among all rows that were looked at.

    Attributes
    ----------
    looked_at : int
        Number of rows.
    count : int
        For how many of them the condition holds.
    positions : ndarray of int
        Which; perhaps the first ones only.
    """

    looked_at: int
    count: int
    positions: NDArray[np.intp]

    def __add__(self, other: FoundRows) -> FoundRows:
        """Rows that were found in both sets, one after the other."""
        positions = np.concatenate([self.positions, self.looked_at + other.positions])
        return FoundRows(self.looked_at + other.looked_at, self.count + other.count, positions)

    @property
    def places(self) -> tuple[int, ...]:
        """The positions as numbers."""
        return tuple(int(place) for place in self.positions)


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest of some values."""

    value: float

    def __add__(self, other: Largest) -> Largest:
        """The larger of two."""
        return Largest(max(self.value, other.value))


@dataclass(frozen=True, slots=True)
class _Search:
    condition: Callable[[RowBlock], NDArray[np.bool_]]
    named: int | None

    def __call__(self, rows: RowBlock) -> FoundRows:
        positions = np.flatnonzero(self.condition(rows))
        return FoundRows(len(rows.endog), len(positions), positions[: self.named])


def find_rows(source: Source, condition: Callable[[RowBlock], NDArray[np.bool_]]) -> FoundRows:
    """Look for rows: one pass.

    Parameters
    ----------
    source : Source
        The rows.
    condition : callable
        Maps a block to one boolean per row.

    Returns
    -------
    FoundRows
        With all positions where the rows are in memory, else with the first ones.
    """
    named = None if source.at_hand is not None else _NAMED
    found = source.total(_Search(condition, named), 1)
    return FoundRows(found.looked_at, found.count, found.positions[:named])


@dataclass(frozen=True, slots=True)
class Below:
    """Whether the log variance of a row is below a level.

    Attributes
    ----------
    coef : ndarray, shape (k_scale,)
        Coefficients of the scale equation.
    level : float
        The level.
    """

    coef: Array
    level: float

    def __call__(self, rows: RowBlock) -> NDArray[np.bool_]:
        """One boolean per row."""
        return np.asarray(rows.exog_scale @ self.coef < self.level)


@dataclass(frozen=True, slots=True)
class Moved:
    """Whether a direction of the scale equation moves the log variance of a row far.

    Attributes
    ----------
    way : ndarray, shape (k_scale,)
        The direction.
    least : float
        How far.
    """

    way: Array
    least: float

    def __call__(self, rows: RowBlock) -> NDArray[np.bool_]:
        """One boolean per row."""
        return np.abs(rows.exog_scale @ self.way) > self.least

    def largest(self, rows: RowBlock) -> Largest:
        """The furthest move of any row.

        Parameters
        ----------
        rows : RowBlock
            The rows.

        Returns
        -------
        Largest
            Adds up over blocks.
        """
        return Largest(float(np.abs(rows.exog_scale @ self.way).max()))
