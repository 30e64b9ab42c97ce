"""Tables of comparisons, as they are printed; the numbers are a DataFrame underneath."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import pandas as pd

# Headings of lmtest and bbmle, where they have the column.
_HEADINGS = {
    "df": "#Df",
    "llf": "LogLik",
    "aic": "AIC",
    "aicc": "AICc",
    "bic": "BIC",
    "hqic": "HQIC",
    "df_diff": "Df",
    "statistic": "Chisq",
    "fvalue": "F",
    "df_denom": "Res.Df",
    "factor": "Factor",
    "replicates": "Samples",
    "failed": "Failed",
    "pvalue": "Pr(>Chisq)",
    "delta": "delta",
    "weight": "weight",
}
_FORMATS = {"llf": ".3f", "aic": ".2f", "aicc": ".2f", "bic": ".2f", "hqic": ".2f"}
_FORMATS |= {"delta": ".2f", "weight": ".4f", "pvalue": ".4g"}


class ComparisonTable:
    """A table of models with a title above and notes below, to inherit."""

    table: pd.DataFrame
    models: tuple[str, ...]
    notes: tuple[str, ...]
    title: str

    def __str__(self) -> str:
        """Title, models, table and notes."""
        rows = [line.rstrip() for line in self._shown().to_string().splitlines()]
        return "\n".join([self.title, "", *self._named(), "", *rows, *self.notes])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        named = "<br/>\n".join(map(html.escape, self._named()))
        notes = "".join(f"\n<p>{html.escape(note)}</p>" for note in self.notes)
        table = self._shown().to_html()
        return f"<p>{html.escape(self.title)}</p>\n<p>{named}</p>\n{table}{notes}"

    def _named(self) -> list[str]:
        return [
            f"Model {number}: {text}"
            for number, text in zip(self.table.index, self.models, strict=True)
        ]

    def _shown(self) -> pd.DataFrame:
        """The table as text, with empty cells for what a model does not have."""
        shown = {
            _HEADINGS[str(name)]: [
                _text(value, _FORMATS.get(str(name), ".5g")) for value in column
            ]
            for name, column in self.table.items()
        }
        return pd.DataFrame(shown, index=self.table.index.rename(None))


@dataclass(frozen=True, repr=False)
class RatioTable(ComparisonTable):
    """Likelihood-ratio tests of models, each within the next.

    Attributes
    ----------
    table : DataFrame
        A row for each model, the smallest first: number of parameters ``df``, ``llf``,
        ``aic``, and of the test of the model before it ``df_diff``, ``statistic`` and
        ``pvalue``, with what else the method says before that: ``fvalue`` and ``df_denom``
        (exact), ``factor`` (Bartlett's), ``replicates`` and ``failed`` (bootstrap).
    models : tuple of str
        The models, in the order of the rows.
    method : str
        Where the p-values come from.
    notes : tuple of str
        How they were made.
    """

    table: pd.DataFrame
    models: tuple[str, ...]
    method: str
    notes: tuple[str, ...]

    @property
    def title(self) -> str:  # type: ignore[override]  # a field there
        """What stands above the table."""
        return "Likelihood ratio test"


@dataclass(frozen=True, repr=False)
class CriteriaTable(ComparisonTable):
    """Information criteria of models.

    Attributes
    ----------
    table : DataFrame
        A row for each model, labelled by its place among the arguments: number of parameters
        ``df``, ``llf``, ``aic``, ``aicc``, ``bic``, ``hqic``, and by `criterion` the
        difference from the best model, ``delta``, and the ``weight``, which sums to 1.
    models : tuple of str
        The models, in the order of the rows.
    criterion : str
        Which of them is compared.
    """

    table: pd.DataFrame
    models: tuple[str, ...]
    criterion: str

    @property
    def title(self) -> str:  # type: ignore[override]  # a field there
        """What stands above the table."""
        return "Information criteria; the smaller the better"

    @property
    def notes(self) -> tuple[str, ...]:  # type: ignore[override]  # a field there
        """What stands below the table."""
        return (f"delta and weight by {_HEADINGS[self.criterion]}",)


@dataclass(frozen=True, repr=False)
class VuongTest:
    """Vuong's test of two models neither of which is a special case of the other.

    Attributes
    ----------
    statistic : float
        Standard normal if both models are as near the truth; above zero where the first is
        nearer.
    pvalue : float
        Two-sided.
    pvalue_first, pvalue_second : float
        One-sided, against the alternative that the first, or the second, is nearer.
    loglike_ratio : float
        Difference of the log-likelihoods, less the correction.
    variance : float
        Of the difference of the log-likelihoods of one observation.
    nobs : float
        Number of observations.
    correction : str
        For the number of parameters.
    models : tuple of two str
        The models.
    """

    statistic: float
    pvalue: float
    pvalue_first: float
    pvalue_second: float
    loglike_ratio: float
    variance: float
    nobs: float
    correction: str
    models: tuple[str, str]

    @property
    def table(self) -> pd.DataFrame:
        """A row for each alternative, with ``statistic`` and ``pvalue``."""
        return pd.DataFrame(
            {
                "statistic": self.statistic,
                "pvalue": [self.pvalue, self.pvalue_first, self.pvalue_second],
            },
            index=["one is nearer", "model 1 is nearer", "model 2 is nearer"],
        )

    def __str__(self) -> str:
        """Models, statistic and p-values."""
        return "\n".join([*self._above(), "", self._shown().to_string()])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        above = "<br/>\n".join(map(html.escape, self._above()))
        return f"<p>{above}</p>\n{self._shown().to_html()}"

    def _above(self) -> list[str]:
        corrected = (
            "" if self.correction == "none" else f", {self.correction.upper()}-corrected"
        )
        return [
            f"Vuong's test of models that are not nested{corrected}",
            f"Model 1: {self.models[0]}",
            f"Model 2: {self.models[1]}",
            "Null hypothesis: both are as near the truth",
        ]

    def _shown(self) -> pd.DataFrame:
        table = self.table
        shown = {
            "z": [_text(value, ".4f") for value in table["statistic"]],
            "p-value": [_text(value, ".4g") for value in table["pvalue"]],
        }
        return pd.DataFrame(shown, index=[f"against: {name}" for name in table.index])


def _text(value: float, form: str) -> str:
    return "" if np.isnan(value) else format(value, form)
