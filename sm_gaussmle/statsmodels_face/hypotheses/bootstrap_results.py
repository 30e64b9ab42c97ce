"""What a bootstrap found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.iolib.summary import forg
from statsmodels.iolib.tableformatting import fmt_params

from sm_gaussmle.inference.bootstrap_intervals import (
    basic_interval,
    bca_interval,
    normal_interval,
    percentile_interval,
    studentized_interval,
)
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, probability
from sm_gaussmle.statsmodels_face.reading.summary import head_table, interval_limits
from sm_gaussmle.statsmodels_face.reading.summary_table import SummaryTable
from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable, one_line

Array = NDArray[np.float64]

METHODS = ("percentile", "basic", "bca", "studentized", "normal")
MAX_FAILED = 0.05  # share of the replicates


@dataclass(frozen=True, repr=False, eq=False)
class BootstrapResults:
    """Replicates of estimates, with their spread and confidence intervals.

    It unpacks into ``mean, std, results`` as what statsmodels' `bootstrap` returns:
    means and standard deviations (the divisor being their number) of the replicates, and
    those that could be fitted as an array.

    Attributes
    ----------
    kind : str
        How the replicates were drawn.
    description : str
        The same as a sentence.
    replicates : DataFrame, shape (nrep, p)
        Estimates of each replicate; NaN where it failed.
    replicates_bse : DataFrame, shape (nrep, p), or None
        Their standard errors from the observed information; None of a `statistic`.
    estimate : Series, shape (p,)
        Estimates of the sample.
    estimate_bse : Series, shape (p,), or None
        Their standard errors from the observed information.
    acceleration : Series, shape (p,), or None
        Of the BCa intervals, from the jackknife; None where no rows were drawn.
    failed : DataFrame
        For each reason why replicates failed their ``count`` and the ``first_message``, in
        which rows without labels are numbered within the replicate.
    """

    kind: str
    description: str
    replicates: pd.DataFrame
    replicates_bse: pd.DataFrame | None
    estimate: pd.Series
    estimate_bse: pd.Series | None
    acceleration: pd.Series | None
    failed: pd.DataFrame

    @property
    def nrep(self) -> int:
        """Number of replicates, those that failed included."""
        return len(self.replicates)

    @property
    def n_failed(self) -> int:
        """Number of replicates without estimates."""
        return int(self.failed["count"].sum())

    @property
    def bse(self) -> pd.Series:
        """Standard deviations of the replicates (the divisor is their number less one)."""
        return self.replicates.std(ddof=1)

    @property
    def bias(self) -> pd.Series:
        """Means of the replicates less the estimates."""
        return self.replicates.mean() - self.estimate

    @property
    def best_method(self) -> str:
        """The method of intervals that is the default, by the coverage that it has."""
        if self.replicates_bse is not None:
            return "studentized"
        return "basic" if self.acceleration is None else "bca"

    def conf_int(
        self,
        alpha: float = 0.05,
        method: str | None = None,
        *,
        max_failed: float = MAX_FAILED,
    ) -> pd.DataFrame:
        """Confidence intervals.

        Parameters
        ----------
        alpha : float, default 0.05
            One less the confidence.
        method : {"studentized", "bca", "basic", "percentile", "normal"}, optional
            From t values of the replicates, the default for parameters; quantiles of the
            replicates corrected for bias and skewness [1]_, the default for a statistic
            where rows or groups were drawn; quantiles reflected in the estimate, else the
            default; quantiles as they are; or normal, with the bias taken off [2]_.
        max_failed : float, default 0.05
            Largest share of replicates that may have failed. Those are no sample of all,
            and intervals without them may be far too short: the limit keeps what they can
            do to a quantile near the size of `alpha`.

        Returns
        -------
        DataFrame, shape (p, 2)
            Lower and upper ends.

        Raises
        ------
        ValueError
            If an argument is not allowed, too many replicates failed, there are fewer
            than ``2 / alpha``, or the method has no interval for this bootstrap.

        Notes
        -----
        "percentile" and "bca" follow monotone functions: the ends for sigma are those for
        ``ln(sigma2)``, transformed. But they do not see a bias that goes with the sample
        size, as that of ``ln(sigma2)``. Coverage of 95 % intervals from 1,000 replicates of
        drawn rows, normal errors, three columns, 2,000 samples (standard error 0.5):

        ============  ===========  ======  ===========  ======
        method        coefficient          ln(sigma2)
        ------------  -------------------  -------------------
        n             20           50      20           50
        ============  ===========  ======  ===========  ======
        percentile    92.4         94.3    65.2         81.6
        basic         92.2         93.6    93.8         93.5
        bca           93.2         93.6    80.6         91.0
        studentized   93.0         94.0    93.8         93.5
        normal        93.3         93.8    94.2         93.4
        ============  ===========  ======  ===========  ======

        With ``kind="parametric"`` studentized intervals had 96.0 and 94.8 for the coefficient
        and 94.6 and 94.8 for ``ln(sigma2)``.

        References
        ----------
        .. [1] B. Efron, "Better Bootstrap Confidence Intervals", Journal of the American
           Statistical Association 82 (1987) 171-185. doi:10.1080/01621459.1987.10478410
        .. [2] A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application",
           Cambridge University Press (1997), chapter 5. doi:10.1017/CBO9780511802843
        """
        alpha = probability(alpha, "alpha")
        method = self.best_method if method is None else method
        choice(method, "method", METHODS)
        number = isinstance(max_failed, int | float | np.number)
        if not number or not 0.0 <= max_failed <= 1.0:
            raise ValueError(f"`max_failed` is {max_failed!r}; it must be from 0 to 1.")
        why = self._refusal(alpha, method, float(max_failed))
        if why:
            raise ValueError(why)
        return pd.DataFrame(self._ends(alpha, method), index=self.estimate.index)

    def _refusal(self, alpha: float, method: str, max_failed: float) -> str:
        left = self.nrep - self.n_failed
        if self.n_failed > max_failed * self.nrep:
            return (
                f"{self.n_failed} of {self.nrep} replicates failed, more than max_failed="
                f"{max_failed:g} of them: intervals from the others can be far too short. See "
                "`failed` for the reasons; simplify the model, or raise `max_failed`."
            )
        if left < 2.0 / alpha:
            return (
                f"`alpha` is {alpha:g}, for which {left} of {self.nrep} replicates are too few; it takes "
                f"nrep={int(np.ceil(2.0 / alpha))} at least, and ten times as many to be good."
            )
        if method == "bca" and self.acceleration is None:
            return (
                f"`method` is 'bca', which leaves out rows one by one; the bootstrap of kind "
                f"{self.kind!r} does not draw rows. Use 'basic' or 'studentized'."
            )
        if method == "studentized" and self.replicates_bse is None:
            return (
                "`method` is 'studentized', which needs the standard error of each replicate; "
                "of a `statistic` there is none. Use 'bca' or 'basic'."
            )
        return ""

    def _ends(self, alpha: float, method: str) -> Array:
        there = self.replicates.notna().all(axis=1).to_numpy()
        replicates, estimate = self.replicates.to_numpy()[there], self.estimate.to_numpy()
        if method == "percentile":
            return percentile_interval(replicates, alpha)
        if method == "basic":
            return basic_interval(replicates, estimate, alpha)
        if method == "normal":
            return normal_interval(replicates, estimate, alpha)
        if method == "studentized":
            errors = np.asarray(self.replicates_bse)[there]
            bse = np.asarray(self.estimate_bse)
            return studentized_interval(replicates, errors, estimate, bse, alpha)
        ends = bca_interval(replicates, estimate, np.asarray(self.acceleration), alpha)
        wrong = [
            str(n) for n, e in zip(self.estimate.index, ends, strict=True) if np.isnan(e).any()
        ]
        if wrong:
            raise ValueError(
                f"`method` is 'bca', which has no interval for {some(wrong)}: all replicates lie "
                "on one side of the estimate, or it has no jackknife. Use 'percentile'."
            )
        return ends

    def summary(self, alpha: float = 0.05, method: str | None = None) -> SummaryTable:
        """Table of the estimates with their standard errors, bias and intervals.

        Parameters
        ----------
        alpha : float, default 0.05
            One less the confidence.
        method : str, optional
            As for `conf_int`. Where there are no intervals, a note says why.

        Returns
        -------
        SummaryTable
            Print it, or ask for its ``as_html()`` or ``as_latex()``.
        """
        notes = [self.description]
        columns = {
            "coef" if self.replicates_bse is not None else "estimate": self.estimate,
            "bias": self.bias,
            "std err": self.bse,
        }
        shown = self.best_method if method is None else method
        try:
            ends = self.conf_int(alpha, shown)
        except ValueError as error:
            shown = "none"
            notes.append(f"No intervals: {error}")
        else:
            columns |= dict(zip(interval_limits(alpha), (ends[0], ends[1]), strict=True))
        for reason, (count, message) in self.failed.iterrows():
            notes.append(f"{count} failed ({reason}). The first: {one_line(message)}")
        rows = [
            [forg(value, prec=4) for value in line]
            for line in zip(*(values.to_numpy() for values in columns.values()), strict=True)
        ]
        head = head_table(
            [("Bootstrap:", self.kind), ("Intervals:", shown)],
            [("Replicates:", str(self.nrep)), ("Failed:", str(self.n_failed))],
            "Bootstrap Results",
        )
        panel = SafeTable(
            rows,
            headers=list(columns),
            stubs=[one_line(name) for name in self.estimate.index],
            txt_fmt=fmt_params,
        )
        return SummaryTable([head, panel], notes)

    def __str__(self) -> str:
        """Text of the summary."""
        return str(self.summary())

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def _repr_html_(self) -> str:
        return self.summary().as_html()

    def __iter__(self) -> Iterator[Any]:
        """As statsmodels: means, standard deviations and estimates of the replicates."""
        values = self.replicates.dropna().to_numpy()
        return iter((values.mean(axis=0), values.std(axis=0), values))

    def __getitem__(self, place: int) -> Array:
        """One of the three."""
        three: tuple[Array, Array, Array] = tuple(self)
        return three[place]
