"""The three classical tests of the same hypothesis, side by side."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

_FORMATS = {"statistic": "{:.4f}".format, "pvalue": "{:.4g}".format}


@dataclass(frozen=True)
class ConstraintTests:
    """Likelihood-ratio, Wald and score tests of linear constraints.

    Attributes
    ----------
    likelihood_ratio, wald, score : float
        Statistics, chi-squared in large samples.
    df : int
        Number of constraints.
    hypotheses : tuple of str
        The constraints.
    """

    likelihood_ratio: float
    wald: float
    score: float
    df: int
    hypotheses: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """A row for each test, with ``statistic``, ``df`` and ``pvalue``."""
        statistics = np.array([self.likelihood_ratio, self.wald, self.score])
        return pd.DataFrame(
            {
                "statistic": statistics,
                "df": self.df,
                "pvalue": stats.chi2.sf(statistics, self.df),
            },
            index=pd.Index(["likelihood ratio", "Wald", "score"], name="test"),
        )

    def __str__(self) -> str:
        """The table below the hypotheses."""
        rows = self.table.rename_axis(None).to_string(formatters=_FORMATS)
        return f"Null hypothesis: {', '.join(self.hypotheses)}\n{rows}"

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        text = html.escape(", ".join(self.hypotheses))
        table = self.table.rename_axis(None).to_html(formatters=_FORMATS)
        return f"<p>Null hypothesis: {text}</p>\n{table}"
