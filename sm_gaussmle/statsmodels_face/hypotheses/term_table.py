"""The table of the tests of terms, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable, one_line

_HEADINGS = {
    "df": "df",
    "df_resid": "resid. df",
    "sum_sq": "sum of sq.",
    "llf": "log-lik.",
    "llf_without": "without",
    "aic": "AIC",
    "pvalue": "p",
}
_FORMATS = {"df": "{:.0f}", "df_resid": "{:g}", "sum_sq": "{:.6g}", "pvalue": "{:.4g}"}
_STATISTICS = {"LR": "LR chi2", "score": "score chi2", "F": "F"}


@dataclass(frozen=True, repr=False)
class TermTable:
    """Tests of the terms of a model, one in each row.

    Attributes
    ----------
    title : str
        What was tested, and how.
    mean, log_variance : str
        Equations of the model.
    test : {"LR", "Wald", "score", "F"}
        The test.
    distribution : {"chi2", "F"}
        Distribution of the statistics where the terms have no effect.
    table : DataFrame
        A row for each term; those of the log variance are named ``ln(sigma2)[term]``. Its
        columns are ``df``, ``statistic`` and ``pvalue`` and, where there are some,
        log-likelihoods (``llf``, ``llf_without``), ``aic``, and the sums of squares
        (``sum_sq``) and residual degrees of freedom (``df_resid``) of F tests.
    """

    title: str
    mean: str
    log_variance: str
    test: str
    distribution: str
    table: pd.DataFrame

    def __str__(self) -> str:
        """Title, equations and table."""
        head = [self.title, f"Mean:         {self.mean}", f"Log variance: {self.log_variance}"]
        return "\n".join([*head, self._cells().as_text()])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        title = f"{self.title}. Mean: {self.mean}; log variance: {self.log_variance}"
        return self._cells(title).as_html()

    def _cells(self, title: str | None = None) -> SafeTable:
        names = [str(name) for name in self.table.columns]
        statistic = _STATISTICS.get(self.test, f"Wald {self.distribution}")
        headings = [statistic if n == "statistic" else _HEADINGS[n] for n in names]
        columns = [[_text(v, n) for v in self.table[n]] for n in names]
        stubs = [one_line(name) for name in self.table.index]
        rows = [list(row) for row in zip(*columns, strict=True)]
        return SafeTable(rows, headers=headings, stubs=stubs, title=title)


def _text(value: Any, column: str) -> str:
    return "" if pd.isna(value) else _FORMATS.get(column, "{:.4f}").format(value)
