"""Seeded generator of hard problems whose responses are censored, intervals or truncated.

``limited_problem(kind, seed)`` draws one; ``LIMITED_KINDS`` lists the kinds, named as those of
`tests.hard_problems.generator`, whose recipe makes the rows. Then a limit that has a given
share of the responses beyond it censors them, or removes them from the sample. Limits are
measured from the offset, so that they differ from row to row where there is one.

Whether a problem has a maximum is for the routes to say: a truncated sample may have none.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tests.hard_problems.generator import (
    CONSTANT_VARIANCE,
    SCALE_EQUATION,
    Problem,
    Settings,
    bounded,
    draw_problem,
    mixture,
    power_of_ten,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_ROW_ARRAYS = (
    "endog",
    "exog",
    "exog_scale",
    "offset",
    "offset_scale",
    "freq_weights",
    "var_weights",
)


@dataclass(frozen=True)
class Seen:
    """How responses are seen.

    Attributes
    ----------
    left, right : float
        Shares of the sample that are censored.
    removed_left, removed_right : float
        Shares of the population that are cut off.
    width : float
        Of intervals, in units of the noise; zero: there are none.
    intervals : float
        Share of the rows that are intervals.
    slack : float
        Truncation limits lie this far beyond the sample, in units of the noise; zero: they
        do not.
    """

    left: float = 0.0
    right: float = 0.0
    removed_left: float = 0.0
    removed_right: float = 0.0
    width: float = 0.0
    intervals: float = 1.0
    slack: float = 0.0


@dataclass(frozen=True)
class LimitedProblem:
    """One problem.

    Attributes
    ----------
    complete : Problem
        The rows of the sample with their responses as if they had been seen.
    lower, upper : ndarray, shape (nobs,)
        What is known of each; equal where it is seen exactly.
    endog : ndarray, shape (nobs,) or (nobs, 2)
        Responses as the model is given them.
    limits : dict of str to ndarray, shape (nobs,)
        Limits as the model is given them.
    """

    complete: Problem
    lower: np.ndarray = field(repr=False)
    upper: np.ndarray = field(repr=False)
    endog: np.ndarray = field(repr=False)
    limits: dict[str, np.ndarray] = field(repr=False)


def _part(problem: Problem, rows: np.ndarray) -> Problem:
    arrays = {name: getattr(problem, name) for name in _ROW_ARRAYS}
    return replace(
        problem, **{name: value[rows] for name, value in arrays.items() if value is not None}
    )


def _height(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Return the offset, and what is left of the response: its digits and no more."""
    offset = np.zeros(problem.nobs) if problem.offset is None else problem.offset
    return offset, problem.endog - offset


def _cut_off(
    problem: Problem, seen: Seen, unit: float
) -> tuple[Problem, dict[str, np.ndarray]]:
    """Return the rows within limits of truncation, and these."""
    offset, height = _height(problem)
    cuts = {}
    if seen.removed_left:
        cuts["trunc_left"] = np.quantile(height, seen.removed_left)
    if seen.removed_right:
        cuts["trunc_right"] = np.quantile(height, 1.0 - seen.removed_right)
    if seen.slack:
        cuts["trunc_left"] = height.min() - seen.slack * unit
        cuts["trunc_right"] = height.max() + seen.slack * unit
    limits = {name: offset + cut for name, cut in cuts.items()}
    kept = (problem.endog > limits.get("trunc_left", -np.inf)) & (
        problem.endog < limits.get("trunc_right", np.inf)
    )
    return _part(problem, kept), {name: values[kept] for name, values in limits.items()}


def _see(rng: np.random.Generator, problem: Problem, seen: Seen, unit: float) -> LimitedProblem:
    """Truncate the responses of a problem, cut them into intervals and censor them."""
    problem, limits = _cut_off(problem, seen, unit)
    offset, height = _height(problem)
    lower, upper = problem.endog, problem.endog
    if seen.width:
        step = seen.width * unit
        bins = np.floor(height / step) * step
        chosen = rng.random(problem.nobs) < seen.intervals
        lower = np.where(chosen, offset + bins, lower)
        upper = np.where(chosen, offset + (bins + step), upper)
    endog = problem.endog
    if seen.left:
        left = offset + np.quantile(height, seen.left)
        below = problem.endog <= left
        lower = np.where(below, limits.get("trunc_left", -np.inf), lower)
        upper, endog = np.where(below, left, upper), np.where(below, left, endog)
        limits["left"] = left
    if seen.right:
        right = offset + np.quantile(height, 1.0 - seen.right)
        above = problem.endog >= right
        upper = np.where(above, limits.get("trunc_right", np.inf), upper)
        lower, endog = np.where(above, right, lower), np.where(above, right, endog)
        limits["right"] = right
    if seen.width:  # intervals say it all
        endog = np.column_stack([lower, upper])
        limits = {name: cut for name, cut in limits.items() if name.startswith("trunc")}
    return LimitedProblem(problem, lower, upper, endog, limits)


def _enough(rng: np.random.Generator, drawn: LimitedProblem) -> bool:
    """Whether the rows that are seen exactly, or nearly so, bound the likelihood."""
    problem = drawn.complete
    said = np.isfinite(drawn.lower) & np.isfinite(drawn.upper)
    k_mean = problem.exog.shape[1]
    size = np.abs(problem.exog[said]).max(axis=0)
    if not size.all() or np.linalg.matrix_rank(problem.exog[said] / size) < k_mean:
        return False
    if problem.exog_scale is None:
        return bool(said.sum() >= k_mean + 3)
    columns = problem.exog_scale[said]
    if not columns[:, 1:].std(axis=0).all():
        return False
    weights = np.ones(len(columns))
    if problem.freq_weights is not None:
        weights = problem.freq_weights[said]
    return bounded(rng, columns, weights, k_mean)


def _with_rows(rng: np.random.Generator, settings: Settings, seen: Seen, *, has_scale: bool):
    """Settings with so many rows that some forty of them are seen, and in the sample."""
    if settings.nobs:
        return settings
    in_sample = 1.0 - seen.removed_left - seen.removed_right
    exact = in_sample * (1.0 - seen.left - seen.right)
    fewest = max(100.0, (60.0 if has_scale else 30.0) / exact, 100.0 / in_sample)
    return replace(settings, nobs=int(fewest * (1.0 + rng.random())))


def _mixed(rng: np.random.Generator, *, has_scale: bool) -> tuple[Settings, Seen]:
    """Draw three difficulties of the data, and one of how responses are seen."""
    share = float(rng.choice([0.1, 0.3, 0.6]))
    seen = [
        Seen(left=share),
        Seen(right=share),
        Seen(left=share / 2, right=share / 2),
        Seen(width=2.0, left=share / 2, right=share / 2, intervals=0.5),
        Seen(removed_left=share),
        Seen(removed_left=share / 2, right=0.3),
    ][rng.integers(6)]
    settings = mixture(rng, has_scale=has_scale)
    if seen.removed_left:
        settings.degrees = np.inf
    return settings, seen


_CENSORED = Seen(left=0.3)
_FEW = Settings(max_columns=4)

_LIMITED: dict[str, tuple[Settings, Seen] | Callable[..., tuple[Settings, Seen]]] = {
    "column_scales": (Settings(column_powers=8), _CENSORED),
    "large_means": (Settings(shift_powers=6), _CENSORED),
    "collinear": (Settings(collinear_powers=5), _CENSORED),
    "gamma_range": (Settings(gamma_spread=2.0), _CENSORED),
    "large_sigma": (Settings(sigma_power=6), _CENSORED),
    "small_sigma": (Settings(sigma_power=-6), _CENSORED),
    "near_perfect": (Settings(noise_power=-9), _CENSORED),
    "heavy_tails": (Settings(degrees=1.5), _CENSORED),
    "few_rows": (Settings(nobs=25, max_columns=3), _CENSORED),
    "categorical": (Settings(categorical=True), _CENSORED),
    "weights_and_offsets": (Settings(weighted=True), _CENSORED),
    "censored_5": (Settings(), Seen(right=0.05)),
    "censored_90": (Settings(), Seen(left=0.9)),
    "censored_95": (_FEW, Seen(right=0.95)),
    "censored_99": (_FEW, Seen(left=0.99)),
    "both_sides": (Settings(), Seen(left=0.2, right=0.2)),
    "both_sides_90": (_FEW, Seen(left=0.45, right=0.45)),
    "narrow_intervals": (Settings(), Seen(width=1e-7)),
    "wide_intervals": (Settings(), Seen(width=3.0)),
    "mixed_intervals": (Settings(), Seen(width=1.0, left=0.2, right=0.2, intervals=0.5)),
    "truncated_10": (Settings(), Seen(removed_left=0.1)),
    "truncated_50": (Settings(), Seen(removed_right=0.5)),
    "truncated_90": (_FEW, Seen(removed_left=0.9)),
    "truncated_99": (_FEW, Seen(removed_left=0.99)),
    "truncated_both": (Settings(), Seen(removed_left=0.2, removed_right=0.2)),
    "nearly_truncated": (Settings(), Seen(slack=1.0)),
    "truncated_large_means": (Settings(shift_powers=6), Seen(removed_left=0.3)),
    "truncated_collinear": (Settings(collinear_powers=5), Seen(removed_left=0.3)),
    "truncated_weighted": (Settings(weighted=True), Seen(removed_left=0.3)),
    "censored_truncated": (Settings(), Seen(right=0.3, removed_left=0.2)),
    "censored_truncated_both": (Settings(), Seen(0.2, 0.2, 0.1, 0.1)),
    "mixture": _mixed,
}

_SCALE_ONLY = {"gamma_range"}


def _maker(kind: str, recipe: tuple[Settings, Seen] | Callable) -> Callable:
    has_scale = kind.startswith(SCALE_EQUATION)

    def make(seed: int) -> LimitedProblem:
        rng = np.random.default_rng([zlib.crc32(kind.encode()), seed, 5])
        while True:
            settings, seen = recipe(rng, has_scale=has_scale) if callable(recipe) else recipe
            settings = _with_rows(rng, settings, seen, has_scale=has_scale)
            problem = draw_problem(rng, kind, seed, settings)
            unit = power_of_ten(settings.sigma_power) * power_of_ten(settings.noise_power)
            drawn = _see(rng, problem, seen, unit)
            if _enough(rng, drawn):
                return drawn

    make.__doc__ = f"Draw the problem of kind {kind!r} with the given seed."
    return make


LIMITED_KINDS: dict[str, Callable[[int], LimitedProblem]] = {
    f"{family}:{name}": _maker(f"{family}:{name}", recipe)
    for family, left_out in ((SCALE_EQUATION, set()), (CONSTANT_VARIANCE, _SCALE_ONLY))
    for name, recipe in _LIMITED.items()
    if name not in left_out
}
"""Kind -> function of the seed."""


def limited_problem(kind: str, seed: int) -> LimitedProblem:
    """Return the problem of this kind and seed."""
    return LIMITED_KINDS[kind](seed)
