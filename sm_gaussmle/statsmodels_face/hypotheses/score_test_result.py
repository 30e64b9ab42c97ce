"""The result of a score test, which says what was tested, and how."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable

Array = NDArray[np.float64]

_TITLE = "Score test of columns left out of the model"


@dataclass(frozen=True, repr=False)
class ScoreTestResult:
    """A score test; it unpacks as ``statistic, pvalue, df``.

    Attributes
    ----------
    statistic : float or ndarray, shape (q,)
        Chi-squared statistic of the joint hypothesis, or standard normal ones of each
        column, positive where a positive coefficient is indicated.
    pvalue : float or ndarray, shape (q,)
        Its p-value.
    df : int
        Number of columns that are tested.
    tested : tuple of str
        Parameters that the columns would have, those of the mean first.
    distribution : {"chi2", "norm"}
        What the statistic is compared with.
    method : tuple of str
        Sentences on which version of the test it is.
    """

    statistic: float | Array
    pvalue: float | Array
    df: int
    tested: tuple[str, ...]
    distribution: str
    method: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        """Statistic, p-value and degrees of freedom."""
        return iter((self.statistic, self.pvalue, self.df))

    def __len__(self) -> int:
        """Three."""
        return 3

    def __getitem__(self, place: Any) -> Any:
        """One of the three, or a slice of them."""
        return (self.statistic, self.pvalue, self.df)[place]

    @property
    def table(self) -> pd.DataFrame:
        """One row of ``statistic``, ``df`` and ``pvalue`` for all columns together, or each."""
        joint = self.distribution == "chi2"
        return pd.DataFrame(
            {
                "statistic": np.atleast_1d(self.statistic),
                "df": self.df if joint else 1,
                "pvalue": np.atleast_1d(self.pvalue),
            },
            index=["all together"] if joint else list(self.tested),
        )

    def __str__(self) -> str:
        """Table of the test, with the hypothesis below it."""
        return "\n".join([str(self._shown()), *self._lines()])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        lines = "<br/>\n".join(map(html.escape, self._lines()))
        return f"{self._shown().as_html()}\n<p>{lines}</p>"

    def _shown(self) -> SafeTable:
        frame = self.table
        joint = self.distribution == "chi2"
        rows = [
            [f"{row.statistic:.4f}", *([str(row.df)] if joint else []), f"{row.pvalue:.4g}"]
            for row in frame.itertuples()
        ]
        headers = ["chi2", "df", "P>chi2"] if joint else ["z", "P>|z|"]
        return SafeTable(rows, headers=headers, stubs=list(frame.index), title=_TITLE)

    def _lines(self) -> list[str]:
        zero = some([f"{name} = 0" for name in self.tested])
        each = "Null hypothesis" if self.distribution == "chi2" else "Null hypotheses"
        return [f"{each}: {zero}", *self.method]
