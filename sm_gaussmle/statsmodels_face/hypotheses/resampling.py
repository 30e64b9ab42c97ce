"""The bootstrap, as users call it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.inference.batched_least_squares import whitened_rows
from sm_gaussmle.inference.resampling_chunks import chunks
from sm_gaussmle.statsmodels_face.arguments.random_numbers import random_generator
from sm_gaussmle.statsmodels_face.arguments.scalars import (
    choice,
    flag,
    positive_whole_number,
    thread_count,
)
from sm_gaussmle.statsmodels_face.fitting.optimizers import OPTIMIZERS
from sm_gaussmle.statsmodels_face.hypotheses.bootstrap_plans import (
    accelerations,
    check_kind,
    described,
    drawn_model,
    plan_of,
)
from sm_gaussmle.statsmodels_face.hypotheses.bootstrap_results import BootstrapResults
from sm_gaussmle.statsmodels_face.hypotheses.bootstrap_statistic import (
    Statistic,
    statistic_values,
)
from sm_gaussmle.statsmodels_face.hypotheses.replication import Draws, Replication
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]


class Resampling(ResultPart):
    """The bootstrap, for the results class to inherit."""

    bootstrap_results: Array

    def bootstrap(
        self,
        nrep: Any = 1000,
        method: str | None = None,
        disp: bool = False,
        store: bool = True,
        rng: int | np.random.Generator | None = None,
        *,
        kind: str = "case",
        statistic: Callable[[Any], Any] | None = None,
        groups: Any = None,
        wild_weights: str = "rademacher",
        progress: bool = False,
        n_jobs: int = 1,
    ) -> BootstrapResults:
        r"""Fit the model to replicates of the sample.

        Parameters
        ----------
        nrep : int, default 1000
            Number of replicates; in statsmodels 100, which are too few for intervals.
        method : str, optional
            As for `fit`. With a named optimizer every replicate is fitted by itself.
        disp : bool, default False
            As for `fit`, with the same effect.
        store : bool, default True
            Whether to keep the replicates of all parameters as ``bootstrap_results``.
        rng : int or numpy.random.Generator, optional
            Seed or generator; random by default. A seed gives the same replicates whatever
            `n_jobs` is.
        kind : {"case", "parametric", "residual", "wild", "cluster"}, default "case"
            What is drawn; see the notes.
        statistic : callable, optional
            Takes the results of a replicate (and first of the sample) and gives a number, a
            one-dimensional array or a Series. By default the parameters.
        groups : str or array_like, shape (n,), optional
            For "cluster": labels of the groups, or the name of a column of the data.
        wild_weights : {"rademacher", "mammen"}, default "rademacher"
            For "wild": random signs, or Mammen's two points, which keep the skewness.
        progress : bool, default False
            Whether to show how many replicates are done: with tqdm where that is installed,
            else as numbers on standard error.
        n_jobs : int, default 1
            Number of threads; -1 for one per processor. Constant variance can gain. Fits
            with a scale equation or for a `statistic` hold the interpreter: they gain
            nothing, and small ones lose.

        Returns
        -------
        BootstrapResults
            Replicates, standard errors, bias and intervals. It unpacks into the ``mean, std,
            results`` of statsmodels.

        Raises
        ------
        ValueError
            If an argument is not allowed, the kind has no meaning for the model (the error
            says why), frequency weights are not whole numbers, the fit did not converge,
            the data were removed, or all replicates failed.
        TypeError
            If `statistic` is not callable, or `progress` neither True nor False.

        Warns
        -----
        ValueWarning
            If replicates failed: columns were dependent, or the fit did not converge.

        Notes
        -----
        "case"
            Rows are drawn whole, with the columns of both equations, offsets and weights.
            A frequency weight is that many rows, so that as many observations are drawn.
            Valid for independent rows whatever their distribution.
        "parametric"
            Responses are drawn from the model at the estimates.
        "residual"
            Standardised residuals :math:`(y_i - \hat\mu_i)/(\hat\sigma_i \sqrt{1 - h_i})`,
            less their mean, are drawn and multiplied by :math:`\hat\sigma_i`. Valid where
            the variance equation is right, whatever the distribution. Corrected for
            leverage, they have the unbiased variance, so that the bias of ``ln(sigma2)`` is
            not seen.
        "wild"
            Each row keeps its residual, over :math:`\sqrt{1 - h_i}`, times a random number.
            Valid for the mean whatever the variances, and for it alone: there are no
            replicates of ``ln(sigma2)``, and with a scale equation it is refused, since
            the squares of the residuals hardly change. Its covariance is that of HC2.
        "cluster"
            Whole groups of rows are drawn, as many as there are. Valid for independent
            groups; it takes dozens of them.

        With constant variance and without `statistic`, `method` or `disp`, replicates are
        fitted many at a time, and parametric ones drawn from the exact distribution of the
        estimates; with a scale equation fits start from the estimates. A `statistic` sees
        rows as often as they were drawn, unless the model has frequency weights, and standard
        errors from the observed information. See Davison and Hinkley (1997) [1]_, chapter 6.

        References
        ----------
        .. [1] A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application",
           Cambridge University Press (1997). doi:10.1017/CBO9780511802843

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age", heart).fit()
        >>> boot = result.bootstrap(500, rng=1)
        >>> ends = boot.conf_int(method="bca")
        """
        model: Any = self.model
        present(model.endog, "there are no rows to draw from", "draw before remove_data()")
        nrep = positive_whole_number(nrep, "nrep")
        threads = thread_count(n_jobs)
        check_kind(self, kind, groups, wild_weights)
        choice(method, "method", (None, *OPTIMIZERS))
        if statistic is not None and not callable(statistic):
            raise TypeError(f"`statistic` is {statistic!r}; it must be callable, or None.")
        flag(progress, "progress")
        generator = random_generator(rng)
        drawn = drawn_model(model, kind)
        source = drawn.source()
        plan = plan_of(self, drawn, kind, groups, wild_weights)
        estimate, errors = self._sample_statistic(statistic)
        shown = flag(disp, "disp", number=True)
        options = {k: v for k, v in (("method", method), ("disp", shown)) if v}
        replication = Replication(
            model=drawn,
            params=np.asarray(self.params),
            rows=source.rows,
            plan=plan,
            statistic=Statistic(statistic, len(estimate)),
            whitened=(
                whitened_rows(source, drawn.constant_column)
                if drawn.closed_form and statistic is None and not options
                else None
            ),
            options=options,
        )
        parts = chunks(generator, nrep, source.n_rows)
        found = replication.run(parts, threads, progress=progress)
        _report(found, nrep)
        if flag(store, "store", number=True) and statistic is None and kind != "wild":
            self.bootstrap_results = found.values[~np.isnan(found.values).any(axis=1)]
        acceleration = accelerations(self, replication, nrep)
        return _results(
            (kind, described(plan)), found, estimate, errors, acceleration, model.k_exog
        )

    def _sample_statistic(self, statistic: Any) -> tuple[pd.Series, pd.Series | None]:
        if statistic is not None:
            return statistic_values(statistic(self.wrapped())), None
        names, root = self.model.exog_names, self.fit_record.cov_root
        bse = np.sqrt((np.asarray(root) ** 2).sum(axis=1))
        return pd.Series(np.asarray(self.params), index=names), pd.Series(bse, index=names)


def _report(found: Draws, nrep: int) -> None:
    failures = found.failures
    if not failures:
        return
    first = failures[0]
    if len(failures) == nrep:
        raise ValueError(f"all of {nrep} replicates failed. The first: {first.message}")
    warnings.warn(
        f"{len(failures)} of {nrep} replicates failed and have no estimates. The first: "
        f"{first.message} See `failed` for all reasons.",
        ValueWarning,
        stacklevel=3,
    )


def _results(
    drawn: tuple[str, str],
    found: Draws,
    estimate: pd.Series,
    errors: pd.Series | None,
    acceleration: Array | None,
    k_mean: int,
) -> BootstrapResults:
    names = estimate.index
    # Random signs leave squared residuals as they are: they tell of the mean alone.
    of_mean = drawn[0] == "wild" and errors is not None
    kept = slice(0, k_mean if of_mean else len(names))
    table = pd.DataFrame(
        [(f.reason, f.message) for f in found.failures], columns=["reason", "first_message"]
    )
    failed = table.groupby("reason", sort=False)["first_message"].agg(["size", "first"])
    failed.columns = ["count", "first_message"]
    draws = [
        pd.DataFrame(values, columns=names).iloc[:, kept]
        for values in (found.values, found.bse)
    ]
    return BootstrapResults(
        kind=drawn[0],
        description=drawn[1],
        replicates=draws[0],
        replicates_bse=None if errors is None else draws[1],
        estimate=estimate.iloc[kept],
        estimate_bse=None if errors is None else errors.iloc[kept],
        acceleration=None if acceleration is None else pd.Series(acceleration, index=names),
        failed=failed,
    )
