"""The record of joint confidence regions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.inference.profile_region import RegionContours
from sm_gaussmle.statsmodels_face.reading.summary import confidence
from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class RegionResult:
    """Joint confidence regions of two combinations, by their profile likelihood.

    Attributes
    ----------
    labels : tuple of str
        The two.
    estimate : tuple of float
        Their maximum-likelihood estimates.
    levels : tuple of float
        Confidence levels, increasing.
    contours : dict of float to ndarray, shape (m, 2)
        The points of each contour in order, by level; infinite or NaN in directions in
        which none was found.
    table : DataFrame
        The same points with ``level``, ``angle``, the values ``a`` and ``b``, and the
        constrained estimates by the names of the parameters.
    passes : int
        Passes over the rows.
    reasons : tuple of str
        Which regions have no bound, or none that was found, and in how many directions.
    """

    labels: tuple[str, str]
    estimate: tuple[float, float]
    levels: tuple[float, ...]
    contours: dict[float, Array] = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    passes: int
    reasons: tuple[str, ...]

    @classmethod
    def of(
        cls,
        labels: tuple[str, str],
        estimate: tuple[float, float],
        levels: Array,
        found: RegionContours,
        passes: int,
        names: list[str],
    ) -> Self:
        """Put names on contours.

        Parameters
        ----------
        labels : tuple of str
            The two combinations.
        estimate : tuple of float
            Their estimates.
        levels : ndarray
            Confidence levels.
        found : RegionContours
            The contours.
        passes : int
            Passes over the rows.
        names : list of str
            The parameters.

        Returns
        -------
        RegionResult
            The record.
        """
        values = np.array(estimate) + found.distances
        m = len(found.angles)
        points = values.reshape(-1, 2)
        columns = {
            "level": np.repeat(levels, m),
            "angle": np.tile(found.angles, len(levels)),
            "a": points[:, 0],
            "b": points[:, 1],
        }
        params = found.params.reshape(len(points), -1)
        table = pd.concat([pd.DataFrame(columns), pd.DataFrame(params, columns=names)], axis=1)
        reasons = []
        for level, contour in zip(levels, values, strict=True):
            unbounded = int(np.isinf(contour).any(axis=1).sum())
            lost = int(np.isnan(contour).any(axis=1).sum())
            if unbounded:
                reasons.append(
                    f"the region of level {level:g} has no bound in {unbounded} of {m} directions"
                )
            if lost:
                reasons.append(
                    f"the contour of level {level:g} was not found in {lost} of {m} directions"
                )
        return cls(
            labels,
            estimate,
            tuple(float(level) for level in levels),
            {float(level): contour for level, contour in zip(levels, values, strict=True)},
            table,
            passes,
            tuple(reasons),
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the contours.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib Figure
            The picture.
        """
        from sm_gaussmle.statsmodels_face.plots.profile_plots import plot_region

        return plot_region(self, ax)

    def __str__(self) -> str:
        """Extent of each region."""
        text = [
            f"Joint regions of {self.labels[0]} and {self.labels[1]} by profile likelihood",
            self._extents().to_string(float_format=lambda value: f"{value:.5g}"),
            f"Passes over the data: {self.passes}",
        ]
        return "\n".join(text + [f"Note: {reason}" for reason in self.reasons])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        extents = self._extents()
        cells = [[f"{value:.5g}" for value in row] for row in extents.to_numpy()]
        return SafeTable(
            cells, headers=extents.columns.tolist(), stubs=extents.index.tolist()
        ).as_html()

    def _extents(self) -> pd.DataFrame:
        """Smallest and largest values on each contour."""
        rows = [
            [end for side in contour.T for end in (np.min(side), np.max(side))]
            for contour in self.contours.values()
        ]
        columns = [f"{label} {end}" for label in self.labels for end in ("from", "to")]
        index = [confidence(1.0 - level) for level in self.levels]
        return pd.DataFrame(rows, index=index, columns=columns)
