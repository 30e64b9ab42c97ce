"""The likelihood ratio in samples drawn from the smaller model."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from sm_gaussmle.estimation.constant import find_constant
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.maximum_likelihood import fit_rows, has_closed_form
from sm_gaussmle.inference.likelihood_ratio import LowerMaximumError, ratio_statistic
from sm_gaussmle.inference.resampling_chunks import Chunk, chunks
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import drawn
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory

Sample = tuple[Array, Bounds | None]


@dataclass(frozen=True)
class Replicates:
    """Likelihood ratios of simulated samples.

    Attributes
    ----------
    statistics : ndarray, shape (m,)
        Of the samples to which both models could be fitted.
    failures : tuple of str
        Why the others could not.
    """

    statistics: Array
    failures: tuple[str, ...] = ()

    def pvalue(self, statistic: float) -> float:
        """Share of ratios that are at least as large, the observed one among them.

        Parameters
        ----------
        statistic : float
            The observed ratio.

        Returns
        -------
        float
            ``(1 + m_at_least) / (1 + m)``, never zero (Davison and Hinkley 1997, p. 148).
        """
        at_least = int(np.count_nonzero(self.statistics >= statistic))
        return (1 + at_least) / (1 + len(self.statistics))


def replicates(
    null: RowBlock,
    alternative: RowBlock,
    params: Array,
    nrep: int,
    rng: np.random.Generator,
    *,
    n_jobs: int = 1,
    tick: Callable[[int], None] = lambda _steps: None,
) -> Replicates:
    """Simulate responses of the smaller model and fit both models to them.

    Parameters
    ----------
    null, alternative : RowBlock
        The rows with the columns of the smaller and of the larger model. Frequency weights
        are whole numbers, and each of the observations is drawn by itself.
    params : ndarray, shape (k,)
        Estimates of the smaller model, from which the samples are drawn.
    nrep : int
        Number of samples.
    rng : Generator
        What they are drawn by, the same whatever `n_jobs`.
    n_jobs : int, default 1
        Number of threads.
    tick : callable, optional
        Called with the number of further samples done, from any thread.

    Returns
    -------
    Replicates
        Statistics of the samples, and why some have none.
    """
    null, alternative = each_observation(null), each_observation(alternative)
    mean, log_variance = null.predictors(params)
    # Of constant variance, all samples share one decomposition of the columns.
    together = has_closed_form(null) and has_closed_form(alternative)
    ratios = _together if together else _one_by_one

    def one(chunk: Chunk) -> Replicates:
        noise = np.random.default_rng(chunk.seed).standard_normal((chunk.size, len(mean)))
        samples = (drawn(null.bounds, mean, log_variance, each) for each in noise)
        return ratios(null, alternative, list(samples), tick)

    parts = chunks(rng, nrep, len(mean))
    if n_jobs == 1:
        done = [one(chunk) for chunk in parts]
    else:
        with ThreadPoolExecutor(n_jobs) as pool:
            done = list(pool.map(one, parts))
    return Replicates(
        np.concatenate([part.statistics for part in done]),
        tuple(reason for part in done for reason in part.failures),
    )


def each_observation(rows: RowBlock) -> RowBlock:
    """Rows in which each observation has one of its own.

    Parameters
    ----------
    rows : RowBlock
        Rows; frequency weights are whole numbers.

    Returns
    -------
    RowBlock
        Without frequency weights.
    """
    if rows.freq_weights is None:
        return rows
    copies = np.repeat(np.arange(len(rows.endog)), rows.freq_weights.astype(int))
    return replace(rows.part(copies), freq_weights=None)


def _together(
    null: RowBlock, alternative: RowBlock, samples: list[Sample], tick: Callable[[int], None]
) -> Replicates:
    responses = np.column_stack([endog for endog, _ in samples])
    rss_null, rss = (
        least_squares(Memory(rows).with_endog(responses), find_constant(rows.exog)).rss
        for rows in (null, alternative)
    )
    tick(responses.shape[1])
    return Replicates(np.maximum(len(responses) * np.log(rss_null / rss), 0.0))


def _one_by_one(
    null: RowBlock, alternative: RowBlock, samples: list[Sample], tick: Callable[[int], None]
) -> Replicates:
    statistics, failures = [], []
    for endog, bounds in samples:
        try:
            small, large = (
                fitted(replace(rows, endog=endog, bounds=bounds))
                for rows in (null, alternative)
            )
            statistics.append(ratio_statistic(small.loglike, large.loglike, small.nobs))
        except LowerMaximumError:
            failures.append("the larger model was fitted at a lower maximum.")
        except FitError as error:
            failures.append(str(error))
        tick(1)
    return Replicates(np.array(statistics), tuple(failures))


def fitted(rows: RowBlock) -> Fit:
    """Fit of rows, which converged.

    Parameters
    ----------
    rows : RowBlock
        The rows.

    Returns
    -------
    Fit
        At a maximum.

    Raises
    ------
    FitError
        If there is none, or it was not reached.
    """
    fit = fit_rows(Memory(rows), find_constant(rows.exog), find_constant(rows.exog_scale))
    if not fit.converged:
        raise FitError(f"the fit did not converge: {fit.reason}.")
    return fit
