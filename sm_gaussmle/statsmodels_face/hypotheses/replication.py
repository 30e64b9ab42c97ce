"""Replicates of a fit: the quick route where there is one, and the ordinary fit elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.errors import (
    CollinearError,
    FitError,
    NoMaximumError,
    PerfectFitError,
    UnboundedError,
    UndeterminedVarianceError,
    VarianceCollapseError,
)
from sm_gaussmle.inference.batched_least_squares import WhitenedRows
from sm_gaussmle.inference.refits import refit_from
from sm_gaussmle.inference.resampling_chunks import Chunk
from sm_gaussmle.inference.resampling_plans import NormalErrors, Plan
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import drawn
from sm_gaussmle.sources.progress import counted
from sm_gaussmle.statsmodels_face.hypotheses.bootstrap_statistic import Statistic
from sm_gaussmle.statsmodels_face.hypotheses.resampled_model import with_counts, with_endog

Array = NDArray[np.float64]


class NotConvergedError(FitError):
    """The fit of a replicate did not reach a maximum."""


_REASONS = {
    CollinearError: "dependent columns",
    PerfectFitError: "perfect fit",
    VarianceCollapseError: "variance goes to zero",
    UnboundedError: "no maximum",
    NoMaximumError: "no maximum",
    UndeterminedVarianceError: "undetermined variance",
    NotConvergedError: "not converged",
}


@dataclass(frozen=True)
class Failure:
    """Why a replicate has no estimates.

    Attributes
    ----------
    reason : str
        In a few words, the same for all of its kind.
    message : str
        What the fit said.
    """

    reason: str
    message: str


@dataclass
class Draws:
    """Statistics of replicates.

    Attributes
    ----------
    values : ndarray, shape (m, p)
        NaN where a replicate failed.
    bse : ndarray, shape (m, p)
        Standard errors; NaN where there are none.
    failures : list of Failure
        One for each that failed.
    """

    values: Array
    bse: Array
    failures: list[Failure]


@dataclass(frozen=True)
class Replication:
    """How to fit replicates.

    Attributes
    ----------
    model : GaussianMLE
        Model of the rows that are drawn.
    params : ndarray, shape (k,)
        Estimates.
    rows : RowBlock
        Rows of the model.
    plan : Plan
        What is drawn.
    statistic : Statistic
        What is computed.
    whitened : WhitenedRows or None
        Rows for fitting many replicates at once, where that is all that is wanted.
    options : dict
        Arguments for the fits that somebody asked for: those are ordinary ones.
    """

    model: Any
    params: Array
    rows: RowBlock
    plan: Plan
    statistic: Statistic
    whitened: WhitenedRows | None
    options: dict[str, Any]

    @property
    def ordinary(self) -> bool:
        """Whether every replicate has a fit of its own with all its results."""
        return self.statistic.function is not None or bool(self.options)

    def run(self, chunks: list[Chunk], n_jobs: int, *, progress: bool) -> Draws:
        """Draw replicates and fit them.

        Parameters
        ----------
        chunks : list of Chunk
            The replicates.
        n_jobs : int
            Number of threads.
        progress : bool
            Whether to show how many are done.

        Returns
        -------
        Draws
            In the order of the replicates.
        """
        total = chunks[-1].places.stop
        with counted(total, "bootstrap", shown=progress) as tick:
            work = partial(self._chunk, tick=tick)
            if n_jobs == 1:
                parts = [work(chunk) for chunk in chunks]
            else:
                with ThreadPoolExecutor(n_jobs) as pool:
                    parts = list(pool.map(work, chunks))
        return Draws(
            np.vstack([part.values for part in parts]),
            np.vstack([part.bse for part in parts]),
            [failure for part in parts for failure in part.failures],
        )

    def each(self, draws: Array) -> Array:
        """Statistics of given replicates, without saying why any failed.

        Parameters
        ----------
        draws : ndarray, shape (m, n)
            As the plan draws them.

        Returns
        -------
        ndarray, shape (m, p)
            NaN where there is no fit.
        """
        return self._fits(draws, lambda _steps: None).values

    def _chunk(self, chunk: Chunk, tick: Callable[[int], None]) -> Draws:
        generator = np.random.default_rng(chunk.seed)
        if self.whitened is None or not isinstance(self.plan, NormalErrors):
            return self._fits(self.plan.draw(generator, chunk.size), tick)
        many = self.whitened.drawn(generator, chunk.size)
        tick(chunk.size)
        return Draws(many.params, many.bse, [])

    def _fits(self, draws: Array, tick: Callable[[int], None]) -> Draws:
        if self.whitened is None:
            shape = (len(draws), self.statistic.size)
            found = Draws(np.full(shape, np.nan), np.full(shape, np.nan), [])
            for place, draw in enumerate(draws):
                self._one(draw, place, found)
                tick(1)
            return found
        fit = self.whitened.from_counts if self.plan.of_rows else self.whitened.from_errors
        many = fit(draws)
        found = Draws(many.params, many.bse, [])
        for place in np.flatnonzero(many.doubtful).tolist():
            self._ordinary(draws[place], place, found)
        tick(len(draws))
        return found

    def _one(self, draw: Array, place: int, found: Draws) -> None:
        if not self.ordinary:
            model = self.model
            constants = model.constant_column, model.constant_scale_column
            fit = refit_from(self._block(draw), self.params, *constants)
            if fit is not None and fit.cov_root is not None:
                root = fit.cov_root
                found.values[place] = fit.params
                found.bse[place] = np.sqrt((root * root).sum(axis=1))
                return
        self._ordinary(draw, place, found)

    def _ordinary(self, draw: Array, place: int, found: Draws) -> None:
        try:
            found.values[place], found.bse[place] = self.statistic.of(self._fitted(draw))
            if np.isfinite(found.values[place]).all():
                return
            failure = Failure("not finite", "`statistic` is NaN or infinite.")
        except FitError as error:
            cause = type(error.__cause__ or error)
            failure = Failure(_REASONS.get(cause, "no fit"), str(error))
        found.values[place] = found.bse[place] = np.nan
        found.failures.append(failure)

    def _fitted(self, draw: Array) -> Any:
        model = self.model
        if self.plan.of_rows:
            # Functions of residuals and the like see rows as they are; with frequency
            # weights they have to take them into account for the sample already.
            repeated = self.statistic.function is not None and model.freq_weights is None
            sample = with_counts(model, draw, repeated=repeated)
        else:
            sample = with_endog(model, self._endog(draw))
        asked = {"warn_convergence": False} | self.options
        if self.ordinary and not model.closed_form:
            # From the estimates; where that fails, from values of its own.
            with suppress(FitError):
                fit = sample.fit(self.params, **asked)
                if fit.converged:
                    return fit
        fit = sample.fit(**asked)
        if not fit.converged:
            raise NotConvergedError(f"the fit did not converge: {fit.fit_record.reason}.")
        return fit

    def _block(self, draw: Array) -> RowBlock:
        rows = self.rows
        if self.plan.of_rows:
            there = np.flatnonzero(draw)
            return replace(rows.part(there), freq_weights=draw[there])
        endog, bounds = drawn(rows.bounds, *rows.predictors(self.params), draw)
        return replace(rows, endog=endog, bounds=bounds)

    def _endog(self, errors: Array) -> Array:
        return drawn(self.rows.bounds, *self.rows.predictors(self.params), errors)[0]
