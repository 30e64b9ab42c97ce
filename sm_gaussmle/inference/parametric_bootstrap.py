"""The likelihood ratio in samples drawn from the smaller model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from sm_gaussmle.estimation.constant import find_constant
from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.inference.likelihood_ratio import LowerMaximumError, ratio_statistic
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory

# Replicates at a time: of constant variance, they share one decomposition of the columns.
_TOGETHER, _APART = 256, 8
_MOST_ELEMENTS = 20_000_000  # 160 MB of responses


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
        at_least = np.count_nonzero(self.statistics >= statistic)
        return (1 + at_least) / (1 + len(self.statistics))


def is_constant_variance(rows: RowBlock) -> bool:
    """Whether the log variance is one unknown number, up to known parts.

    Parameters
    ----------
    rows : RowBlock
        Rows of a model.

    Returns
    -------
    bool
        True where the scale equation has a constant column alone.
    """
    return rows.exog_scale.shape[1] == 1 and find_constant(rows.exog_scale) == 0


def replicates(
    null: RowBlock,
    alternative: RowBlock,
    params: Array,
    nrep: int,
    rng: np.random.Generator,
    *,
    n_jobs: int = 1,
    progress: bool = False,
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
        Number of processes, by joblib where it is not 1.
    progress : bool, default False
        Whether to show a bar, by tqdm.

    Returns
    -------
    Replicates
        Statistics of the samples, and why some have none.

    Raises
    ------
    ModuleNotFoundError
        If joblib or tqdm is needed and not installed.
    """
    null, alternative = _each_observation(null), _each_observation(alternative)
    together = is_constant_variance(null) and is_constant_variance(alternative)
    size = min(_TOGETHER, max(1, _MOST_ELEMENTS // len(null.endog))) if together else _APART
    ratios: Callable[[Array], Replicates] = partial(
        _together if together else _one_by_one, null, alternative
    )
    draws = _draws(null, params, nrep, size, rng)
    parts: Any = map(ratios, draws)
    if n_jobs != 1:
        joblib = _optional("joblib", "n_jobs", n_jobs)
        one = joblib.delayed(ratios)
        parts = joblib.Parallel(n_jobs=n_jobs, return_as="generator")(map(one, draws))
    bar = _optional("tqdm.auto", "progress", progress).tqdm(total=nrep) if progress else None
    done = []
    for part in parts:
        done.append(part)
        if bar is not None:
            bar.update(len(part.statistics) + len(part.failures))
    if bar is not None:
        bar.close()
    return Replicates(
        np.concatenate([part.statistics for part in done]),
        tuple(reason for part in done for reason in part.failures),
    )


def _each_observation(rows: RowBlock) -> RowBlock:
    if rows.freq_weights is None:
        return rows
    copies = np.repeat(np.arange(len(rows.endog)), rows.freq_weights.astype(int))
    known = (rows.offset, rows.log_variance_offset)
    return RowBlock(
        rows.endog[copies],
        rows.exog[copies],
        rows.exog_scale[copies],
        *(None if values is None else values[copies] for values in known),
    )


def _draws(
    rows: RowBlock, params: Array, nrep: int, size: int, rng: np.random.Generator
) -> Iterator[Array]:
    mean, log_variance = rows.predictors(params)
    scale = np.exp(0.5 * log_variance)
    for begin in range(0, nrep, size):
        noise = rng.standard_normal((min(size, nrep - begin), len(mean)))
        yield np.ascontiguousarray((mean + noise * scale).T)


def _together(null: RowBlock, alternative: RowBlock, responses: Array) -> Replicates:
    rss_null, rss = (
        least_squares(Memory(rows).with_endog(responses), find_constant(rows.exog)).rss
        for rows in (null, alternative)
    )
    return Replicates(np.maximum(len(responses) * np.log(rss_null / rss), 0.0))


def _one_by_one(null: RowBlock, alternative: RowBlock, responses: Array) -> Replicates:
    statistics, failures = [], []
    for endog in np.ascontiguousarray(responses.T):
        try:
            small, large = (_fitted(replace(r, endog=endog)) for r in (null, alternative))
            statistics.append(ratio_statistic(small.loglike, large.loglike, small.nobs))
        except LowerMaximumError:
            failures.append("the larger model was fitted at a lower maximum.")
        except FitError as error:
            failures.append(str(error))
    return Replicates(np.array(statistics), tuple(failures))


def _fitted(rows: RowBlock) -> Fit:
    source, constant = Memory(rows), find_constant(rows.exog)
    if is_constant_variance(rows):
        fit = fit_constant_variance(source, constant)
    else:
        problem = whitened_problem(source, constant, find_constant(rows.exog_scale))
        fit = fit_scale_equation(problem)
    if not fit.converged:
        raise FitError(f"the fit did not converge: {fit.reason}.")
    return fit


def _optional(module: str, argument: str, value: object) -> Any:  # noqa: ANN401
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        raise ModuleNotFoundError(
            f"`{argument}`={value!r} needs the package {package}, which is not installed. "
            "Install it, or leave the argument out."
        ) from error
