"""Effects of columns on what equations predict, with their standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from statsmodels.discrete.discrete_margins import DiscreteMargins
from statsmodels.iolib.summary import Summary, summary_params

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, flag, probability
from sm_gaussmle.statsmodels_face.effects.curves import Curve, logarithm
from sm_gaussmle.statsmodels_face.effects.effect_points import Equation, Points, points_of
from sm_gaussmle.statsmodels_face.private_hooks import (
    iscount,
    isdummy,
    transform_names,
)
from sm_gaussmle.statsmodels_face.reading.table_text import response_name

Array = NDArray[np.float64]

_AT = ("overall", "mean", "median", "zero", "all")
_METHODS = ("dydx", "eyex", "dyex", "eydx")


class EquationMargins(DiscreteMargins):
    """Marginal effects of one equation, or of both.

    The tables have the form of those of statsmodels. The effects are computed here: with
    offsets and frequency weights, which statsmodels leaves out, and with exact derivatives.

    Parameters
    ----------
    results : LikelihoodModelResults
        The fit.
    equation : Equation
        The equation.
    options : tuple
        The arguments `at`, `method`, `atexog`, `dummy` and `count` of `get_margeff`.
    """

    def __init__(self, results: Any, equation: Equation, options: tuple[Any, ...]) -> None:
        self.equation = equation
        super().__init__(results, options)

    @property
    def tvalues(self) -> Array:
        """Effects over standard errors; NaN where a constraint fixes the effect."""
        self._only_means()
        ratio = np.full(np.shape(self.margeff), np.nan)
        np.divide(self.margeff, self.margeff_se, out=ratio, where=self.margeff_se > 0.0)
        return ratio

    def get_margeff(
        self,
        at: Any = "overall",
        method: str = "dydx",
        atexog: Any = None,
        dummy: bool = False,
        count: bool = False,
    ) -> None:
        """Compute the effects anew with other options.

        Parameters
        ----------
        at : str or dict, default "overall"
            Where: see `get_margeff` of the results, as for what follows.
        method : str, default "dydx"
            What kind of effects.
        atexog : dict or array_like, optional
            Values of columns.
        dummy : bool, default False
            Whether columns of zeros and ones are changed from 0 to 1.
        count : bool, default False
            Whether columns of whole numbers are changed by one.

        Raises
        ------
        ValueError
            If an option is unknown, or the options contradict each other.
        """
        if isinstance(at, Mapping):
            if atexog is not None:
                raise ValueError(
                    "`at` and `atexog` both have values of columns; put all of them in one."
                )
            at, atexog = "overall", dict(at)
        discrete = flag(dummy, "dummy") | flag(count, "count")
        at, method = _checked_options(at, method, discrete=discrete)
        equation = self.equation
        varying = equation.effective
        if not varying.any():
            raise ValueError(
                "the equation has no column but constant ones: there is no effect."
            )
        self._reset()
        self.margeff_options = {"method": method, "at": at}
        self._fixed = atexog if isinstance(atexog, dict) else {}
        self.dummy_idx = isdummy(equation.exog) if dummy else None
        self.count_idx = iscount(equation.exog) if count else None
        points = points_of(equation, at, atexog)
        each, slopes = self._continuous(points, method)
        # In statsmodels' order: what is both 0/1 and a count is 0/1.
        for places, lower, upper, step in (
            (self.count_idx, -1.0, 1.0, 2.0),
            (self.dummy_idx, None, None, 1.0),
        ):
            for j in () if places is None else places:
                low, high = points.columns.copy(), points.columns.copy()
                low[:, j] = 0.0 if lower is None else low[:, j] + lower
                high[:, j] = 1.0 if upper is None else high[:, j] + upper
                each[:, j], slopes[j] = self._difference(low, high, points, method, step)
        if at == "all":
            self.margeff = each[:, varying]
            return
        # Derivatives in all coefficients there could be; the others are known to be zero.
        slopes = slopes.reshape(len(varying), -1)[:, equation.places]
        covariance = equation.covariance
        cov = CovarianceRoot(slopes @ covariance.root, covariance.signs).matrix
        self.margeff = (points.weights @ each)[varying]
        self.margeff_cov = cov[varying][:, varying]
        self.margeff_se = np.sqrt(np.diag(cov))[varying]

    def conf_int(self, alpha: float = 0.05) -> Array:
        """Intervals from the standard errors.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.

        Returns
        -------
        ndarray, shape (k, 2)
            Lower and upper ends.

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1, or the effects are those of each row.
        """
        half = norm.isf(0.5 * probability(alpha, "alpha"))
        self._only_means()
        return np.column_stack(
            [self.margeff - half * self.margeff_se, self.margeff + half * self.margeff_se]
        )

    def summary_frame(self, alpha: float = 0.05) -> pd.DataFrame:
        """Table of the effects.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.

        Returns
        -------
        DataFrame
            One row for each column that varies, under the headings of statsmodels.
        """
        lower, upper = self.conf_int(alpha).T
        columns = {
            transform_names[self.margeff_options["method"]]: self.margeff,
            "Std. Err.": self.margeff_se,
            "z": self.tvalues,
            "Pr(>|z|)": self.pvalues,
            "Conf. Int. Low": lower,
            "Cont. Int. Hi.": upper,  # as statsmodels has it
        }
        return pd.DataFrame(columns, index=self._names())

    def summary(self, alpha: float = 0.05) -> Summary:
        """Table of the effects.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Print it, or ask it for ``as_latex`` or ``as_html``.
        """
        model, method = self.results.model, self.margeff_options["method"]
        response = response_name(model.endog_names)
        at = [self.margeff_options["at"], *(f"{k} = {v}" for k, v in self._fixed.items())]
        interval, tvalues = self.conf_int(alpha), self.tvalues
        effects = (self.margeff, self.margeff_se, tvalues, self.pvalues, interval)
        names = {"yname": response, "xname": self._names()}
        table = summary_params((self.results, *effects), alpha=alpha, use_t=False, **names)
        table[0][1].data = transform_names[method]
        summary = Summary()
        summary.add_table_2cols(
            self,
            gleft=[
                ("Dep. Variable:", [f"{self.equation.of_response}{response}"]),
                ("Method:", [method]),
                ("At:", [", ".join(at)]),
            ],
            gright=[],
            title=f"{type(model).__name__} Marginal Effects",
            **names,
        )
        summary.tables.append(table)
        return summary

    def __repr__(self) -> str:
        if self.margeff_options["at"] == "all":  # without standard errors, and no table
            return f"<{type(self).__name__} of each row: see `margeff`>"
        return self.summary().as_text()

    def _only_means(self) -> None:
        if self.margeff_options["at"] == "all":
            raise ValueError(
                "`at` is 'all': effects of each row are in `margeff` alone, without standard "
                "errors; use at='overall', or another."
            )

    def _names(self) -> list[str]:
        which = np.flatnonzero(self.equation.effective)
        return [self.equation.names[place] for place in which]

    def _curve(self, method: str) -> Curve:
        curve = self.equation.curve
        return logarithm(curve) if method.startswith("ey") else curve

    def _continuous(self, points: Points, method: str) -> tuple[Array, Array]:
        """Effect of each column at each point; derivatives of their means in coefficients."""
        columns, known, weights = points
        b = self.equation.coefficients
        predictors = self.equation.predictors(columns, known)
        if method.startswith("ey") and (self.equation.curve(predictors).value == 0.0).any():
            raise ValueError(
                f"`method` is {method!r}, a change in relation to what is predicted, which is 0 "
                "at a point. Use method='dydx' or 'dyex'."
            )
        bend = self._curve(method)(predictors)
        times = columns if method.endswith("ex") else np.ones_like(columns)
        each = (bend.slope.T @ b) * times
        weighted = weights[:, None] * times
        # Of the mean effect of column j in the coefficient of column l in equation r.
        slopes = np.stack(
            [
                sum(
                    b[q][:, None] * ((weighted * bend.curvature[q, r][:, None]).T @ columns)
                    for q in range(len(b))
                )
                + np.diag(bend.slope[r] @ weighted)
                for r in range(len(b))
            ],
            axis=1,
        )
        return each, slopes

    def _difference(
        self, low: Array, high: Array, points: Points, method: str, step: float
    ) -> tuple[Array, Array]:
        """The same of one column, between two values of it."""
        ends = [self.equation.predictors(columns, points.known) for columns in (low, high)]
        if method.startswith("ey"):
            least = min(self.equation.curve(end).value.min() for end in ends)
            if least <= 0.0:
                raise ValueError(
                    f"`method` {method!r} with dummy or count takes the logarithm of what is "
                    f"predicted, and the least is {least:.6g}. Use method='dydx'."
                )
        below, above = (self._curve(method)(end) for end in ends)
        change = (above.slope * points.weights) @ high - (below.slope * points.weights) @ low
        return (above.value - below.value) / step, change / step


def _checked_options(at: Any, method: Any, *, discrete: bool) -> tuple[str, str]:
    at = choice(at.lower() if isinstance(at, str) else at, "at", _AT)
    method = choice(method.lower() if isinstance(method, str) else method, "method", _METHODS)
    if discrete and at in ("median", "zero"):
        raise ValueError(
            f"`at` is {at!r}, which is not allowed for discrete variables (dummy or count): "
            "use overall, mean or all."
        )
    if discrete and method.endswith("ex"):
        raise ValueError(
            f"`method` is {method!r}, which is not allowed for discrete variables (dummy or "
            "count): they have no proportional change; use dydx or eydx."
        )
    return at, method
