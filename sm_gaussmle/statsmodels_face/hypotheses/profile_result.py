"""The record of a profile likelihood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import stats

from sm_gaussmle.inference.profile import Profile
from sm_gaussmle.statsmodels_face.reading.summary import confidence
from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable


@dataclass(frozen=True, repr=False, eq=False)
class ProfileResult:
    """Profile log-likelihood of a parameter or of a function of the parameters.

    Attributes
    ----------
    label : str
        What was profiled.
    estimate : float
        Its maximum-likelihood estimate.
    std_err : float
        Its standard error from the observed information, by the delta method.
    alpha : float
        One minus the confidence level.
    interval : tuple of float
        Lower and upper end; infinite where the profile does not fall to its cutoff, NaN
        where it could not be followed so far.
    loglike : float
        The maximum.
    table : DataFrame
        A row for each point of the profile: ``value``, ``loglike``, the
        ``signed_root`` of twice its distance from the maximum, and the constrained
        estimates by the names of the parameters.
    passes : int
        Passes over the rows for the interval.
    passes_points : int
        Passes for the other points of the table.
    method : str
        How the ends were found.
    reasons : tuple of str
        What is to be known of the ends: why one is infinite, or that the profile rises
        again.
    """

    label: str
    estimate: float
    std_err: float
    alpha: float
    interval: tuple[float, float]
    loglike: float
    table: pd.DataFrame = field(repr=False)
    passes: int
    passes_points: int
    method: str
    reasons: tuple[str, ...]

    @classmethod
    def of(
        cls, label: str, profile: Profile, alpha: float, loglike: float, names: list[str]
    ) -> Self:
        """Put names on a profile.

        Parameters
        ----------
        label : str
            What was profiled.
        profile : Profile
            Its points and its interval.
        alpha : float
            One minus the confidence level.
        loglike : float
            The maximum.
        names : list of str
            The parameters.

        Returns
        -------
        ProfileResult
            The record.
        """
        fall = np.maximum(2.0 * (loglike - profile.loglike), 0.0)
        columns = {
            "value": profile.values,
            "loglike": profile.loglike,
            "signed_root": np.sign(profile.values - profile.estimate) * np.sqrt(fall),
        }
        table = pd.concat(
            [pd.DataFrame(columns), pd.DataFrame(profile.params, columns=names)], axis=1
        )
        return cls(
            label,
            profile.estimate,
            profile.std_err,
            alpha,
            profile.interval,
            loglike,
            table,
            profile.passes,
            profile.passes_points,
            profile.method,
            profile.reasons,
        )

    @property
    def cutoff(self) -> float:
        """Log-likelihood at which the interval ends."""
        return self.loglike - 0.5 * float(stats.chi2.isf(self.alpha, 1))

    @property
    def wald_interval(self) -> tuple[float, float]:
        """Interval from the standard error, to compare."""
        half = float(stats.norm.isf(0.5 * self.alpha)) * self.std_err
        return self.estimate - half, self.estimate + half

    def plot(self, ax: Any = None, *, signed_root: bool = False) -> Any:
        """Draw the profile, with what it would be if the likelihood were normal.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        signed_root : bool, default False
            Whether to draw the signed root, which is straight where Wald intervals are
            right, in place of the log-likelihood.

        Returns
        -------
        matplotlib Figure
            The picture.
        """
        from sm_gaussmle.statsmodels_face.plots.profile_plots import plot_profile

        return plot_profile(self, ax, signed_root=signed_root)

    def __str__(self) -> str:
        """Text of the profile."""
        lines = [(name + ":" if name else "", text) for name, text in self._lines()]
        width = max(len(name) for name, _ in lines)
        return "\n".join(f"{name:<{width}} {text}" for name, text in lines)

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        names, texts = zip(*self._lines(), strict=True)
        return SafeTable([[text] for text in texts], stubs=names, align="l").as_html()

    def _lines(self) -> list[tuple[str, str]]:
        lines = [
            ("Profile likelihood of", self.label),
            ("Estimate", f"{self.estimate:.6g}, standard error {self.std_err:.4g}"),
            (f"{confidence(self.alpha)} interval", _interval(self.interval)),
            ("Wald, to compare", _interval(self.wald_interval)),
            ("Log-likelihood", f"{self.loglike:.6f}, at the ends {self.cutoff:.6f}"),
            ("Found by", f"{self.method}; {self.passes} passes over the data"),
            ("Table", f"{len(self.table)} points; {self.passes_points} more passes"),
        ]
        return lines + [("Note", reason) for reason in self.reasons]


def _interval(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.6g} to {ends[1]:.6g}"
