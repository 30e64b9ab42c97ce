"""The result of a test of normality, which says how it was done."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable


@dataclass(frozen=True, repr=False)
class NormalityTestResult:
    """A test of normality; it unpacks as ``statistic, pvalue, df``.

    Attributes
    ----------
    statistic : float
        Statistic of skewness and kurtosis together, chi-squared in large samples.
    pvalue : float
        Its p-value.
    df : int
        Two.
    skewness, kurtosis : float
        Statistics of either alone, standard normal in large samples: positive for a long
        right tail, and for longer tails than the normal distribution's.
    method : {"score", "opg", "bootstrap"}
        Version of the test.
    notes : tuple of str
        Sentences on it.
    """

    statistic: float
    pvalue: float
    df: int
    skewness: float
    kurtosis: float
    method: str
    notes: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        """Statistic, p-value and degrees of freedom."""
        return iter((self.statistic, self.pvalue, self.df))

    @property
    def table(self) -> pd.DataFrame:
        """Rows ``skewness``, ``kurtosis`` and ``both`` of ``statistic``, ``df``, ``pvalue``.

        Returns
        -------
        DataFrame
            Those of either alone are squares here, with p-values from the chi-squared
            distribution whatever the method.
        """
        each = np.array([self.skewness, self.kurtosis]) ** 2
        return pd.DataFrame(
            {
                "statistic": [*each, self.statistic],
                "df": [1, 1, self.df],
                "pvalue": [*stats.chi2.sf(each, 1), self.pvalue],
            },
            index=["skewness", "kurtosis", "both"],
        )

    def __str__(self) -> str:
        """Table of the test, with its version below it."""
        return "\n".join([str(self._shown()), *self.notes])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        lines = "<br/>\n".join(map(html.escape, self.notes))
        return f"{self._shown().as_html()}\n<p>{lines}</p>"

    def _shown(self) -> SafeTable:
        frame = self.table
        rows = [
            [f"{row.statistic:.4f}", str(row.df), f"{row.pvalue:.4g}"]
            for row in frame.itertuples()
        ]
        return SafeTable(
            rows,
            headers=["chi2", "df", "P>chi2"],
            stubs=list(frame.index),
            title="Score test of normality",
        )
