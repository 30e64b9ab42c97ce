"""The report on how a fit ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable


@dataclass(frozen=True, repr=False)
class ConvergenceReport:
    """How a fit ended and how well the parameters are determined.

    Attributes
    ----------
    converged : bool
        Whether the score is zero in the metric of the information.
    reason : str
        Why the fit ended.
    score_norm : float
        Distance from the maximum in standard errors.
    iterations : int
        Accepted steps.
    passes : int
        Passes over the data.
    route : str
        How the numbers were made.
    starts : int
        From how many starting values the maximum was looked for.
    lower_maxima : tuple of float
        By how much the log-likelihood is lower at other maxima that were found.
    rounding : float
        Distance from the maximum, in standard errors, that the parameters can be off by
        because they are floating-point numbers.
    digits : float
        Estimated correct digits of the standard errors.
    condition_number : float
        Of the information scaled to a unit diagonal; root of the ratio of its largest
        to its smallest eigenvalue. NaN where the information is not positive definite.
    smallest_eigenvalue : float
        Of that matrix.
    loadings : Series
        Its eigenvector: the combination of parameters the data say least about.
    """

    converged: bool
    reason: str
    score_norm: float
    iterations: int
    passes: int
    route: str
    starts: int
    lower_maxima: tuple[float, ...]
    rounding: float
    digits: float
    condition_number: float
    smallest_eigenvalue: float
    loadings: pd.Series

    def __str__(self) -> str:
        """Text of the report."""
        lines = self._lines()
        width = max(len(name) for name, _ in lines) + 1
        return "\n".join(f"{name + ':':<{width}} {text}" for name, text in lines)

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        names, texts = zip(*self._lines(), strict=True)
        return SafeTable([[text] for text in texts], stubs=names, align="l").as_html()

    def _lines(self) -> list[tuple[str, str]]:
        heavy = self.loadings[self.loadings.abs() > 0.1].sort_values(
            key=np.abs, ascending=False
        )
        loads = ", ".join(f"{name} ({value:+.2f})" for name, value in heavy.items()) or "none"
        lines = [
            ("Converged", f"{'yes' if self.converged else 'NO'}: {self.reason}"),
            ("Score", f"{self.score_norm:.2e} standard errors from zero"),
            ("Route", f"{self.route}; iterations {self.iterations}, passes {self.passes}"),
            ("Digits of the standard errors", f"about {self.digits:.0f}"),
            ("Condition number", f"{self.condition_number:.3g}"),
            ("Smallest eigenvalue", f"{self.smallest_eigenvalue:.3g}, on {loads}"),
        ]
        if self.rounding > 1e-5:
            lines.insert(2, ("Rounding", f"up to {self.rounding:.1e} standard errors"))
        if self.lower_maxima:
            found = ", ".join(f"{loss:.4g}" for loss in self.lower_maxima)
            lines.insert(2, ("Other maxima", f"lower by {found} ({self.starts} starts)"))
        return lines
