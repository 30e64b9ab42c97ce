"""Scores added up within groups whose labels come with the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sm_gaussmle.estimation.sandwich import weighted_scores
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array

# Sums are put together again when there are so many times more of them than groups.
_SLACK, _SMALLEST = 2, 100_000


@dataclass(frozen=True)
class GroupSums:
    """Sums of scores by the labels of groups; they add up.

    Attributes
    ----------
    parts : tuple of DataFrame
        Sums of some rows each, the labels as index.
    n_sums : int
        Their number of rows together.
    n_groups : int
        Number of groups when they were last put together.
    """

    parts: tuple[pd.DataFrame, ...]
    n_sums: int
    n_groups: int

    @classmethod
    def of(cls, table: pd.DataFrame) -> GroupSums:
        """One part.

        Parameters
        ----------
        table : DataFrame
            Scores with labels as index.

        Returns
        -------
        GroupSums
            Added up within the groups.
        """
        levels = list(range(table.index.nlevels))
        sums = table.groupby(level=levels, sort=False, observed=True).sum()
        return cls((sums,), len(sums), len(sums))

    def __add__(self, other: GroupSums) -> GroupSums:
        """Sums over both sets of rows."""
        groups = max(self.n_groups, other.n_groups)
        both = GroupSums((*self.parts, *other.parts), self.n_sums + other.n_sums, groups)
        many = both.n_sums > max(_SLACK * groups, _SMALLEST)
        return GroupSums.of(pd.concat(both.parts)) if many else both

    def products(self, *, corrected: bool) -> tuple[Array, int]:
        """Sum of the outer products of the sums of the groups.

        Parameters
        ----------
        corrected : bool
            Whether to multiply by ``G / (G - 1)``.

        Returns
        -------
        products : ndarray, shape (k, k)
            The sum.
        n_groups : int
            Number of groups.
        """
        sums = GroupSums.of(pd.concat(self.parts)).parts[0].to_numpy()
        count = len(sums)
        factor = count / (count - 1.0) if corrected and count > 1 else 1.0
        return factor * (sums.T @ sums), count


@dataclass(frozen=True)
class GroupedScores:
    """Sums for one way of grouping the rows, or for two and their intersections.

    Attributes
    ----------
    ways : tuple of GroupSums
        One or three.
    """

    ways: tuple[GroupSums, ...]

    def __add__(self, other: GroupedScores) -> GroupedScores:
        """Sums over both sets of rows."""
        pairs = zip(self.ways, other.ways, strict=True)
        return GroupedScores(tuple(mine + its for mine, its in pairs))

    def products(self, *, corrected: bool) -> tuple[Array, tuple[int, ...]]:
        """Sum of the outer products of the scores of clusters.

        Parameters
        ----------
        corrected : bool
            Whether to multiply by ``G / (G - 1)``.

        Returns
        -------
        products : ndarray, shape (k, k)
            Two ways as the sum of both less that of their intersections.
        n_groups : tuple of int
            Numbers of groups of the ways.
        """
        found = [way.products(corrected=corrected) for way in self.ways]
        total = found[0][0]
        if len(found) == 3:
            total = total + found[1][0] - found[2][0]
        return total, tuple(count for _, count in found[:2])


def grouped_scores(params: Array, root: Array, block: RowBlock) -> GroupedScores:
    """Sums of the scores of a block within its groups, in the root's coordinates.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    block : RowBlock
        The rows, with one or two groupings.

    Returns
    -------
    GroupedScores
        They add up over blocks.
    """
    scores = weighted_scores(params, root, block)
    labels = [np.asarray(each) for each in block.groups]
    indices = [pd.Index(each) for each in labels]
    if len(labels) == 2:
        indices.append(pd.MultiIndex.from_arrays(labels))
    return GroupedScores(
        tuple(GroupSums.of(pd.DataFrame(scores, index=index)) for index in indices)
    )
