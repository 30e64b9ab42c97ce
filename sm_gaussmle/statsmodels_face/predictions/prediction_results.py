"""Predictions with their uncertainty, under the names that statsmodels has for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from sm_gaussmle.statsmodels_face.arguments.new_columns import known_part
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, flag, probability

Array = NDArray[np.float64]

ALTERNATIVES = ("two-sided", "larger", "smaller")
_SHOWN = 10  # rows that a printed result has


class PredictionResults:
    """Predictions of a statistic, with standard errors and intervals.

    Parameters
    ----------
    predicted : ndarray, shape (m,)
        The predictions.
    var_pred : ndarray, shape (m,)
        Their variances, those of the estimates.
    title : str
        What is predicted, in words.
    df : float
        Residual degrees of freedom.
    use_t : bool
        Whether tests and intervals use the t distribution with `df`, or the normal.
    row_labels : Index, optional
        Labels of the rows.
    k_simultaneous : int, optional
        Number of coefficients of which the predictions are linear functions, or
        increasing ones of these; None where there is no such.

    Attributes
    ----------
    dist : scipy.stats.rv_continuous
        ``scipy.stats.t`` or ``scipy.stats.norm``.
    dist_args : tuple
        Its degrees of freedom, if it has any.
    """

    def __init__(
        self,
        predicted: Array,
        var_pred: Array,
        *,
        title: str,
        df: float,
        use_t: bool,
        row_labels: pd.Index | None = None,
        k_simultaneous: int | None = None,
    ) -> None:
        self.predicted, self.var_pred = predicted, var_pred
        self.title, self.df, self.row_labels = title, df, row_labels
        self.use_t = use_t
        self.dist: Any = stats.t if use_t else stats.norm
        self.dist_args: tuple[float, ...] = (df,) if use_t else ()
        self.k_simultaneous = k_simultaneous

    @property
    def se(self) -> Array:
        """Standard errors of the predictions, shape (m,)."""
        return np.sqrt(self.var_pred)

    def conf_int(
        self, obs: bool = False, alpha: float = 0.05, *, simultaneous: bool = False
    ) -> Array:
        r"""Intervals of the predictions.

        Parameters
        ----------
        obs : bool, default False
            Whether to give intervals for new observations, which only predictions of
            the mean of each row have.
        alpha : float, default 0.05
            One minus the confidence level.
        simultaneous : bool, default False
            Whether the intervals hold together for all rows that there can be, instead
            of each by itself.

        Returns
        -------
        ndarray, shape (m, 2)
            Lower and upper ends.

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1, or there are no such intervals.

        Notes
        -----
        An interval is the prediction plus and minus a multiple of its standard error;
        that of a variance or standard deviation is formed for its logarithm, that of a
        probability for its logit. The multiple is the quantile :math:`1 - \alpha/2` of the
        distribution, and with `simultaneous` :math:`\sqrt{k F_{1-\alpha}(k, df)}`, or
        :math:`\sqrt{\chi^2_{1-\alpha}(k)}` with normal inference, for the :math:`k`
        columns of the equation: the band of Working and Hotelling (1929) [1]_ for a
        line, of Scheffé (1953) [2]_ for more columns.

        References
        ----------
        .. [1] H. Working and H. Hotelling, "Applications of the Theory of Error to the
           Interpretation of Trends", Journal of the American Statistical Association 24
           (1929) 73-85. doi:10.1080/01621459.1929.10506274
        .. [2] H. Scheffé, "A Method for Judging All Contrasts in the Analysis of
           Variance", Biometrika 40 (1953) 87-110. doi:10.1093/biomet/40.1-2.87
        """
        multiple = self._multiple(alpha, simultaneous=simultaneous)
        if flag(obs, "obs"):
            raise ValueError(
                f"`obs` is True, but the prediction is of the {self.title}; observations have "
                "intervals around the mean of each row: use which='mean', average=False."
            )
        return self._interval(multiple)

    def _interval(self, multiple: float) -> Array:
        return around(self.predicted, multiple * self.se)

    def _multiple(self, alpha: float, *, simultaneous: bool) -> float:
        alpha = probability(alpha, "alpha")
        if not flag(simultaneous, "simultaneous"):
            return float(self.dist.isf(alpha / 2, *self.dist_args))
        k = self.k_simultaneous
        if k is None:
            raise ValueError(
                f"`simultaneous` is True, but the {self.title} is no function of one linear "
                "predictor, for which alone there is a band; leave `simultaneous` out."
            )
        square = k * stats.f.isf(alpha, k, self.df) if self.use_t else stats.chi2.isf(alpha, k)
        return float(np.sqrt(square))

    def t_test(self, value: Any = 0, alternative: str = "two-sided") -> tuple[Array, Array]:
        """Test each prediction against a value.

        Parameters
        ----------
        value : float or array_like, shape (m,), default 0
            Value under the null hypothesis.
        alternative : {"two-sided", "larger", "smaller"}, default "two-sided"
            Where the prediction is under the alternative.

        Returns
        -------
        statistic : ndarray, shape (m,)
            Differences over standard errors; of logarithms for a variance or standard
            deviation and of logits for a probability, as in their intervals. NaN where a
            prediction does not depend on the estimates.
        pvalue : ndarray, shape (m,)
            P-values.

        Raises
        ------
        ValueError
            If `alternative` is unknown, `value` has another length, or a variance or
            standard deviation is tested against a value that is not positive, a
            probability against one that is not between 0 and 1.
        """
        choice(alternative, "alternative", ALTERNATIVES)
        value = np.asarray(known_part(value, "value", len(self.predicted)))
        statistic = self._statistic(value)
        if alternative == "two-sided":
            return statistic, 2 * self.dist.sf(np.abs(statistic), *self.dist_args)
        sign = 1 if alternative == "larger" else -1
        return statistic, self.dist.sf(sign * statistic, *self.dist_args)

    def _statistic(self, value: Array) -> Array:
        return _ratio(self.predicted - value, self.se)

    def summary_frame(self, alpha: float = 0.05, *, simultaneous: bool = False) -> pd.DataFrame:
        """Predictions, standard errors and intervals.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.
        simultaneous : bool, default False
            Whether the intervals hold together; see `conf_int`.

        Returns
        -------
        DataFrame
            Columns predicted, se, ci_lower and ci_upper.
        """
        columns = self._columns(alpha, simultaneous)
        return pd.DataFrame(columns, index=self.row_labels)

    def _columns(self, alpha: float, simultaneous: bool) -> dict[str, Array]:
        lower, upper = self.conf_int(alpha=alpha, simultaneous=simultaneous).T
        return {
            "predicted": self.predicted,
            "se": self.se,
            "ci_lower": lower,
            "ci_upper": upper,
        }

    def _heading(self) -> str:
        rows = f"{len(self.predicted)} row{'' if len(self.predicted) == 1 else 's'}"
        kind = f"t with {self.df:g} degrees of freedom" if self.use_t else "normal"
        return f"Prediction of the {self.title}, {rows}; 95% intervals, {kind}"

    def __repr__(self) -> str:
        table = self.summary_frame().to_string(max_rows=_SHOWN)
        return f"{self._heading()}\n{table}"

    def _repr_html_(self) -> str:
        table = self.summary_frame().to_html(max_rows=_SHOWN)
        return f"<p>{self._heading()}</p>\n{table}"


class PredictionResultsPositive(PredictionResults):
    """Predictions of a variance or standard deviation.

    Intervals and tests are those of its logarithm, so that an interval is positive and
    that of a variance is the square of that of the standard deviation.
    """

    def _interval(self, multiple: float) -> Array:
        logarithms = around(np.log(self.predicted), multiple * self.se / self.predicted)
        return np.exp(logarithms)

    def _statistic(self, value: Array) -> Array:
        if not (value > 0).all():
            raise ValueError(
                f"`value` is {value}; the {self.title} is tested on the scale of its logarithm, "
                "against a positive value."
            )
        return (np.log(self.predicted) - np.log(value)) * self.predicted / self.se


class PredictionResultsProbability(PredictionResults):
    """Predictions of a probability.

    Intervals and tests are those of its logit, so that an interval is between 0 and 1 and
    that of the opposite event its complement.
    """

    def _interval(self, multiple: float) -> Array:
        # A probability that rounds to 0 or 1, or depends on no estimate, is its interval.
        ends = around(special.logit(self.predicted), multiple * self._logit_se())
        fixed = ~(self._logit_se() > 0.0)
        return np.where(fixed[:, None], self.predicted[:, None], special.expit(ends))

    def _logit_se(self) -> Array:
        return _ratio(self.se, self.predicted * (1.0 - self.predicted))

    def _statistic(self, value: Array) -> Array:
        if not ((value > 0) & (value < 1)).all():
            raise ValueError(
                f"`value` is {value}; the {self.title} is tested on the scale of its logit, "
                "against a value between 0 and 1."
            )
        return _ratio(special.logit(self.predicted) - special.logit(value), self._logit_se())


def _ratio(difference: Array, error: Array) -> Array:
    """Divide, with NaN for the ratio to nothing."""
    ratio = np.full(np.broadcast_shapes(np.shape(difference), np.shape(error)), np.nan)
    return np.divide(difference, error, out=ratio, where=error > 0.0)


def around(centre: Array, margin: Array) -> Array:
    """Both ends of intervals.

    Parameters
    ----------
    centre, margin : ndarray, shape (m,)
        Middles and half lengths.

    Returns
    -------
    ndarray, shape (m, 2)
        Lower and upper ends.
    """
    return np.column_stack([centre - margin, centre + margin])
