"""Effects of the columns of one equation on what it predicts, with their standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.discrete.discrete_margins import DiscreteMargins, _iscount, _isdummy

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.statsmodels_face.arguments.coercion import matrix
from sm_gaussmle.statsmodels_face.effects.curves import Curve

Array = NDArray[np.float64]

_AT = ("overall", "mean", "median", "zero", "all")
_METHODS = ("dydx", "eyex", "dyex", "eydx")


@dataclass(frozen=True)
class Equation:
    """One equation of a fit.

    Attributes
    ----------
    exog : ndarray, shape (n, k)
        Columns.
    known : ndarray, shape (n,), or None
        Offset of the linear predictor.
    weights : ndarray, shape (n,), or None
        Frequency weights.
    coefficients : ndarray, shape (k,)
        Estimates.
    covariance : CovarianceRoot
        Their covariance.
    curve : Curve
        From the linear predictor to what is predicted.
    of_response : str
        What is predicted of the response, for the tables; its mean needs no word.
    """

    exog: Array
    known: Array | None
    weights: Array | None
    coefficients: Array
    covariance: CovarianceRoot
    curve: Curve
    of_response: str = ""


class EquationMargins(DiscreteMargins):
    """Marginal effects of one equation.

    The tables are those of statsmodels. The effects are computed here: with offsets and
    frequency weights, which statsmodels leaves out, and with exact derivatives.

    Parameters
    ----------
    results : LikelihoodModelResults
        Results whose model has the equation's columns first.
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
        ratio = np.full(np.shape(self.margeff), np.nan)
        np.divide(self.margeff, self.margeff_se, out=ratio, where=self.margeff_se > 0.0)
        return ratio

    def get_margeff(
        self,
        at: str = "overall",
        method: str = "dydx",
        atexog: Any = None,
        dummy: bool = False,
        count: bool = False,
    ) -> None:
        """Compute the effects anew with other options.

        Parameters
        ----------
        at : str, default "overall"
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
        at, method = _checked_options(at, method, discrete=dummy or count)
        columns = self.equation.exog
        varying = (columns != columns[0]).any(axis=0)
        if not varying.any():
            raise ValueError(
                "the equation has no column but constant ones: there is no effect."
            )
        self._reset()
        self.margeff_options = {"method": method, "at": at}
        self.dummy_idx = _isdummy(columns) if dummy else None
        self.count_idx = _iscount(columns) if count else None
        points, known, weights = self._points(at, atexog, varying)
        each, slopes = self._continuous(points, known, weights, method)
        # In statsmodels' order: what is both 0/1 and a count is 0/1.
        for places, lower, upper, step in (
            (self.count_idx, -1.0, 1.0, 2.0),
            (self.dummy_idx, None, None, 1.0),
        ):
            for j in () if places is None else places:
                low, high = points.copy(), points.copy()
                low[:, j] = 0.0 if lower is None else low[:, j] + lower
                high[:, j] = 1.0 if upper is None else high[:, j] + upper
                each[:, j], slopes[j] = self._difference(
                    low, high, known, weights, method, step
                )
        if at == "all":
            self.margeff = each[:, varying]
            return
        covariance = self.equation.covariance
        cov = CovarianceRoot(slopes @ covariance.root, covariance.signs).matrix
        self.margeff = (weights @ each)[varying]
        self.margeff_cov = cov[varying][:, varying]
        self.margeff_se = np.sqrt(np.diag(cov))[varying]

    def summary(self, alpha: float = 0.05) -> Any:
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
        table = super().summary(alpha)
        response = table.tables[0][0][1]
        response.data = f"{self.equation.of_response}{response.data}"
        return table

    def _points(
        self, at: str, atexog: Any, varying: NDArray[np.bool_]
    ) -> tuple[Array, Array, Array]:
        """Columns, known part and weight of each point that is averaged over."""
        points, known, weights = self.equation.exog, self.equation.known, self.equation.weights
        fixed: dict[Any, Any] = atexog if isinstance(atexog, dict) else {}
        if atexog is not None and atexog is not fixed:
            # New rows: no offset, as for `predict`.
            points, known, weights = matrix(np.atleast_2d(atexog), "atexog"), None, None
            if points.shape[1] != len(varying):
                raise ValueError(
                    f"`atexog` has {points.shape[1]} columns; the equation has {len(varying)}. "
                    "Give all of them, or a dict from the number of a column to its value."
                )
        rows = len(points)
        known = np.zeros(rows) if known is None else known
        weights = np.ones(rows) if weights is None else weights
        if at in ("mean", "median"):
            # The known part is as a column with the coefficient 1.
            centre = _mean if at == "mean" else _median
            points, known = centre(points, weights)[None], centre(known[:, None], weights)
            weights = np.ones(1)
        elif at == "zero":
            points = np.where(varying, 0.0, self.equation.exog[0])[None]
            known, weights = np.zeros(1), np.ones(1)
        else:
            points = points.copy()
        for j, value in fixed.items():
            if j not in range(len(varying)) or np.shape(value) not in ((), (len(points),)):
                raise ValueError(
                    f"`atexog` has the entry {j!r}: {value!r}; it must be the number of a "
                    f"column, 0 to {len(varying) - 1}, and one value, or one for each of the "
                    f"{len(points)} points."
                )
            points[:, j] = value
        return points, known, weights / weights.sum()

    def _curve(self, method: str) -> Curve:
        curve = self.equation.curve
        return curve.logarithm() if method.startswith("ey") else curve

    def _continuous(
        self, points: Array, known: Array, weights: Array, method: str
    ) -> tuple[Array, Array]:
        """Effect of each column at each point; derivative of their means, by the delta method."""
        b = self.equation.coefficients
        eta = points @ b + known
        curve = self._curve(method)
        times = points if method.endswith("ex") else np.ones_like(points)
        slope = curve.slope(eta)[:, None] * times
        bent = (weights * curve.curvature(eta))[:, None] * times
        return slope * b, b[:, None] * (bent.T @ points) + np.diag(weights @ slope)

    def _difference(
        self, low: Array, high: Array, known: Array, weights: Array, method: str, step: float
    ) -> tuple[Array, Array]:
        """The same of one column, between two values of it."""
        b = self.equation.coefficients
        curve = self._curve(method)
        below, above = low @ b + known, high @ b + known
        if method.startswith("ey"):
            least = min(self.equation.curve.value(eta).min() for eta in (below, above))
            if least <= 0.0:
                raise ValueError(
                    f"`method` {method!r} with dummy or count takes the logarithm of what is "
                    f"predicted, and the least is {least:.6g}. Use method='dydx'."
                )
        effect = (curve.value(above) - curve.value(below)) / step
        change = curve.slope(above)[:, None] * high - curve.slope(below)[:, None] * low
        return effect, weights @ change / step


def _checked_options(at: str, method: str, *, discrete: bool) -> tuple[str, str]:
    for name, value, allowed in (("at", at, _AT), ("method", method, _METHODS)):
        if str(value).lower() not in allowed:
            raise ValueError(f"`{name}` is {value!r}; it must be one of {', '.join(allowed)}.")
    at, method = at.lower(), method.lower()
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


def _mean(values: Array, weights: Array) -> Array:
    return weights @ values / weights.sum()


def _median(values: Array, weights: Array) -> Array:
    # Halfway between the lower and the upper median, as of the rows repeated.
    lower, minus_upper = (
        np.quantile(v, 0.5, axis=0, weights=weights, method="inverted_cdf")
        for v in (values, -values)
    )
    return (lower - minus_upper) / 2
