"""Standard errors of smooth functions of the parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.inference.delta_method import delta_method
from sm_gaussmle.statsmodels_face.arguments.coercion import column
from sm_gaussmle.statsmodels_face.arguments.new_columns import known_part
from sm_gaussmle.statsmodels_face.arguments.scalars import flag, probability
from sm_gaussmle.statsmodels_face.hypotheses.expressions import expression
from sm_gaussmle.statsmodels_face.hypotheses.named_params import NamedParams, function_name
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DeltaMethodResults:
    """Functions of the parameters with their standard errors.

    Attributes
    ----------
    names : tuple of str
        What the functions are called.
    estimates : ndarray, shape (q,)
        Their values at the estimates.
    covariance : CovarianceRoot
        Of the values.
    df_resid : float
        Degrees of freedom of the t distribution; infinite for the normal.
    alpha : float
        One minus the level of the intervals.
    """

    names: tuple[str, ...]
    estimates: Array
    covariance: CovarianceRoot
    df_resid: float
    alpha: float

    @property
    def bse(self) -> Array:
        """Standard errors, shape (q,)."""
        return np.sqrt(np.diagonal(self.cov_params()))

    def cov_params(self) -> Array:
        """Covariance of the functions.

        Returns
        -------
        ndarray, shape (q, q)
            By the delta method.
        """
        return self.covariance.matrix

    def conf_int(self, alpha: float | None = None) -> Array:
        """Intervals from the standard errors.

        Parameters
        ----------
        alpha : float, optional
            One minus the level; that of the results by default.

        Returns
        -------
        ndarray, shape (q, 2)
            Lower and upper ends. They depend on how a function is written: an interval of
            its logarithm is not the logarithm of its interval.
        """
        level = self.alpha if alpha is None else probability(alpha, "alpha")
        half = stats.t.isf(level / 2, self.df_resid) * self.bse
        return np.column_stack([self.estimates - half, self.estimates + half])

    def wald_test(self, values: Any = 0.0) -> tuple[float, float, int]:
        """Test all functions together.

        Parameters
        ----------
        values : float or array_like, shape (q,), default 0
            What they are under the hypothesis.

        Returns
        -------
        tuple of statistic, p-value and degrees of freedom
            Chi-squared, or with the t distribution F: then the statistic is over its
            degrees of freedom.

        Raises
        ------
        ValueError
            If the functions are not independent of each other, or `values` are not as many,
            or not finite.
        TypeError
            If `values` are no numbers.
        """
        known = known_part(values, "values", len(self.estimates))
        if not np.isfinite(known).all():
            raise ValueError(f"`values` is {values!r}; it must be finite.")
        unit = np.where(self.bse > 0.0, self.bse, 1.0)
        covariance = self.cov_params() / np.outer(unit, unit)
        eigenvalues, vectors = np.linalg.eigh(covariance)
        if eigenvalues[0] <= 1e-10 * len(unit):
            raise ValueError(
                f"the functions {', '.join(self.names)} depend on each other, or one of them "
                "does not depend on the parameters; test fewer of them."
            )
        with np.errstate(over="ignore"):  # looked at in the next line
            distance = (self.estimates - known) / unit
        if not np.isfinite(distance).all():
            raise ValueError(
                f"`values` is {values!r}, too many standard errors from the estimates for a "
                "floating-point number."
            )
        gap = vectors.T @ distance
        # Far enough away the statistic is infinite, and its p-value zero.
        with np.errstate(over="ignore"):
            statistic = float(np.sum(gap * gap / eigenvalues))
        df = len(unit)
        if np.isfinite(self.df_resid):
            statistic /= df
            return statistic, float(stats.f.sf(statistic, df, self.df_resid)), df
        return statistic, float(stats.chi2.sf(statistic, df)), df

    def summary_frame(self) -> pd.DataFrame:
        """Table of the functions.

        Returns
        -------
        DataFrame
            A row for each: estimate, standard error, test that it is zero, interval.
        """
        bse = self.bse
        ratio = np.full(len(bse), np.nan)
        np.divide(self.estimates, bse, out=ratio, where=bse > 0.0)
        letter = "t" if np.isfinite(self.df_resid) else "z"
        low, high = self.conf_int().T
        return pd.DataFrame(
            {
                "estimate": self.estimates,
                "std err": bse,
                letter: ratio,
                f"P>|{letter}|": 2.0 * stats.t.sf(np.abs(ratio), self.df_resid),
                f"[{self.alpha / 2:.10g}": low,
                f"{1 - self.alpha / 2:.10g}]": high,
            },
            index=list(self.names),
        )

    def __str__(self) -> str:
        """The table."""
        return self.summary_frame().to_string(float_format=lambda value: f"{value:.4g}")

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        return str(self.summary_frame().to_html())


class FunctionsOfEstimates(ResultPart):
    """Functions of the parameters, for the results class to inherit."""

    def delta_method(
        self, function: Any, alpha: float = 0.05, use_t: bool | None = None
    ) -> DeltaMethodResults:
        """Standard errors of smooth functions of the parameters.

        Parameters
        ----------
        function : str, callable, sequence of them, or dict of names to them
            Text is arithmetic of the parameters by their names, as ``"exp(age / 2)"``. A
            callable gets the parameters, as an array that knows their names too
            (``p["age"]``, ``p[1]``), and returns a number, or several.
        alpha : float, default 0.05
            One minus the level of the intervals.
        use_t : bool, optional
            Whether to use the t distribution; as in the fit by default.

        Returns
        -------
        DeltaMethodResults
            Estimates, standard errors, tests and intervals; ``wald_test`` of all together.

        Raises
        ------
        ValueError
            If a text cannot be read, a function is not finite at the estimates, or the fit
            has no covariance.

        Notes
        -----
        The covariance of the fit is used, robust ones too. The interval is symmetric; where
        the function is far from linear within a few standard errors, that of the profile
        likelihood is better (`profile`).

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + exang + oldpeak", heart).fit()
        >>> print(
        ...     result.delta_method({"ratio": "exang / oldpeak", "sigma": "exp(ln(sigma2)/2)"})
        ... )
               estimate  std err     z     P>|z|  [0.025  0.975]
        ratio      3.77    1.331 2.833   0.004606   1.162   6.379
        sigma     19.03    0.773 24.62 8.294e-134   17.51   20.55
        """
        names = list(self.model.data.param_names)
        labels, functions = _named(function, names)
        alpha = probability(alpha, "alpha")

        params = np.asarray(self.params)
        sizes = [len(_values(each, params)) for each in functions]

        def together(params: Array) -> Array:
            return np.concatenate([_values(each, params) for each in functions])

        try:
            estimates, covariance = delta_method(together, params, self.covariance_root())
        except ValueError as error:
            if "not finite" not in str(error):
                raise
            raise ValueError(f"`function` {', '.join(labels)} is {error}") from error
        several = [
            label if size == 1 else f"{label}[{place}]"
            for label, size in zip(labels, sizes, strict=True)
            for place in range(size)
        ]
        t = self.use_t if use_t is None else flag(use_t, "use_t")
        df = float(self.df_resid_inference) if t else float("inf")
        return DeltaMethodResults(tuple(several), estimates, covariance, df, alpha)


def _named(function: Any, names: list[str]) -> tuple[list[str], list[Callable[[Array], Any]]]:
    """What the functions are called, and the functions of an array."""
    if isinstance(function, Mapping):
        pairs = [(str(label), each) for label, each in function.items()]
    else:
        several = function if isinstance(function, list | tuple) else [function]
        places = [None] if len(several) == 1 else range(1, len(several) + 1)
        pairs = [
            (each if isinstance(each, str) else function_name(each, place), each)
            for place, each in zip(places, several, strict=True)
        ]
    if not pairs:
        raise ValueError("`function` is empty; give at least one function.")
    return [label for label, _ in pairs], [_callable(each, names) for _, each in pairs]


def _values(function: Callable[[Array], Any], params: Array) -> Array:
    found = function(params)
    try:
        return np.ravel(column(np.ravel(found), "function"))
    except (TypeError, ValueError) as error:
        raise TypeError(f"`function` gives {found!r}; it must give real numbers.") from error


def _callable(function: Any, names: list[str]) -> Callable[[Array], Any]:
    if isinstance(function, str):
        return expression(function, names)
    if not callable(function):
        raise TypeError(
            f"`function` is a {type(function).__name__}; it must be text, a function of the "
            "parameters, or several of them."
        )
    return lambda params: function(NamedParams.of(params, names))
