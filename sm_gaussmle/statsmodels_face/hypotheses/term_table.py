"""The table of the tests of terms, and how it is shown."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd

_HEADINGS = {
    "df": "Df",
    "sum_sq": "Sum Sq",
    "df_denom": "Res.Df",
    "llf_without": "LogLik without",
    "llf": "LogLik",
    "aic": "AIC",
}
_FORMATS = {"df": ".0f", "df_denom": "g", "sum_sq": ".6g", "aic": ".2f", "pvalue": ".4g"}
_TESTS = {
    "LR": "likelihood-ratio tests",
    "Wald": "Wald tests",
    "score": "score tests",
    "F": "F tests",
}
_LAWS = {"chi2": "Chisq", "F": "F"}


@dataclass(frozen=True, repr=False)
class TermTable:
    """Tests of the terms of a model.

    Attributes
    ----------
    title : str
        What was tested.
    mean, log_variance : str
        Equations of the model.
    test : {"LR", "Wald", "score", "F"}
        The test.
    distribution : {"chi2", "F"}
        Distribution of the statistics of terms without an effect.
    table : DataFrame
        A row for each term; those of the log variance are named ``ln(sigma2)[term]``. Its
        columns are ``df``, ``statistic`` and ``pvalue`` and, where there are some,
        log-likelihoods (``llf``, ``llf_without``), ``aic``, and sums of squares (``sum_sq``)
        and residual degrees of freedom (``df_denom``) of F tests.
    notes : tuple of str
        What the columns are.
    """

    title: str
    mean: str
    log_variance: str
    test: str
    distribution: str
    table: pd.DataFrame
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """Title, equations, table and notes."""
        lines = [self._heading(), "", *self._equations(), "", self._shown().to_string()]
        return "\n".join([*lines, *self.notes])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        equations = "<br/>\n".join(map(html.escape, self._equations()))
        notes = "".join(f"\n<p>{html.escape(note)}</p>" for note in self.notes)
        table = self._shown().to_html()
        return f"<p>{html.escape(self._heading())}</p>\n<p>{equations}</p>\n{table}{notes}"

    def _heading(self) -> str:
        return f"{self.title}: {_TESTS[self.test]}"

    def _equations(self) -> list[str]:
        return [f"Mean: {self.mean}", f"Log variance: {self.log_variance}"]

    def _shown(self) -> pd.DataFrame:
        """The table as text, with empty cells where a row has no entry."""
        statistic = "F" if self.test == "F" else f"{self.test} {self.distribution}"
        headings = _HEADINGS | {
            "statistic": statistic,
            "pvalue": f"Pr(>{_LAWS[self.distribution]})",
        }
        shown = {
            headings[str(name)]: [
                "" if pd.isna(value) else format(value, _FORMATS.get(str(name), ".4f"))
                for value in column
            ]
            for name, column in self.table.items()
        }
        return pd.DataFrame(shown, index=self.table.index)
