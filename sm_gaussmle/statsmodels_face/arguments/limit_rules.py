"""Limits and responses that contradict each other, refused with their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import where
from sm_gaussmle.statsmodels_face.arguments.limits import (
    CENSORING,
    NO_LIMIT,
    TRUNCATION,
    refuse_missing,
)

Array = NDArray[np.float64]
Rule = tuple[NDArray[np.bool_], str, str]

_ALWAYS = "A row of the sample is always censored then and says nothing; leave it out."
# Rounding of single precision, as a share.
_SINGLE = 1.2e-7


def check_limits(endog: Array, limits: dict[str, Array | None], index: pd.Index | None) -> None:
    """Refuse limits and responses that contradict each other.

    Parameters
    ----------
    endog : ndarray, shape (n,) or (n, 2)
        Responses, or the ends of intervals.
    limits : dict of str to ndarray or None
        Of censoring and of truncation.
    index : Index or None
        Labels of the rows.

    Raises
    ------
    ValueError
        If a lower limit is above an upper one, a response outside of the limits of
        truncation, or an interval open on both sides.
    MissingDataError
        If a limit is NaN.
    """
    given = {name: values for name, values in limits.items() if values is not None}
    refuse_missing(given, index)
    rules = [*_rules_of_limits(given)]
    if endog.ndim == 2:
        both = [f"`{name}`" for name in CENSORING if name in given]
        if both:
            raise ValueError(
                "`endog` has two columns, the ends of intervals, which say all about "
                f"censoring; leave out {' and '.join(both)}."
            )
        rules += _rules_of_intervals(*endog.T)
        lower, upper = endog.T
    else:
        lower = upper = endog
        rules += _rules_of_rounding(endog, given)
    rules += _rules_of_truncation(lower, upper, given)
    _refuse(rules, index)


def check_order(limits: dict[str, Array], index: pd.Index | None = None) -> None:
    """Refuse limits that contradict each other.

    Parameters
    ----------
    limits : dict of str to ndarray
        Of censoring and of truncation.
    index : Index, optional
        Labels of the rows.

    Raises
    ------
    ValueError
        If a lower limit is not below an upper one, or a limit of censoring is outside of
        those of truncation.
    """
    _refuse(_rules_of_limits(limits), index)


def _refuse(rules: Iterable[Rule], index: pd.Index | None) -> None:
    for rows, what, remedy in rules:
        if rows.any():
            raise ValueError(
                f"{what} in {int(rows.sum())} of {len(rows)} rows{where(rows, index)}. {remedy}"
            )


def _rules_of_intervals(lower: Array, upper: Array) -> list[Rule]:
    return [
        (
            lower > upper,
            "the first column of `endog` is above the second",
            (
                "Two columns are the lower and the upper end of an interval; a response that is "
                "seen exactly has one."
            ),
        ),
        (
            np.isposinf(lower) | np.isneginf(upper),
            "the first column of `endog` is inf, or the second -inf",
            "An interval is open with -inf below and inf above.",
        ),
        (
            np.isneginf(lower) & np.isposinf(upper),
            "both ends of `endog` are infinite",
            "Such rows say nothing; leave them out.",
        ),
    ]


def _rules_of_limits(given: dict[str, Array]) -> Iterator[Rule]:
    for name, values in given.items():
        wrong = np.isposinf if NO_LIMIT[name] < 0 else np.isneginf
        sign = "inf" if NO_LIMIT[name] < 0 else "-inf"
        remedy = f"Without a limit it is {NO_LIMIT[name]}."
        yield wrong(values), f"`{name}` is {sign}, beyond every response,", remedy
    for low, high, why in (
        (*CENSORING, "Nothing could be seen between them."),
        (*TRUNCATION, "No response could be between them."),
        ("trunc_left", "left", "No row could be censored there."),
        ("right", "trunc_right", "No row could be censored there."),
        ("trunc_left", "right", _ALWAYS),
        ("left", "trunc_right", _ALWAYS),
    ):
        if low in given and high in given:
            # A row without one of the two, among others that have it, is in order.
            both = np.isfinite(given[low]) & np.isfinite(given[high])
            crossed = both & (given[low] >= given[high])
            yield crossed, f"`{low}` is not below `{high}`", why


def _rules_of_rounding(endog: Array, given: dict[str, Array]) -> Iterator[Rule]:
    # Responses that were put on their limit in single precision, or before a transform, are
    # beside it now and would count as exact. Continuous ones are not equal to each other.
    for name, beyond in (("left", 1.0), ("right", -1.0)):
        if name in given:
            there = np.isfinite(given[name]) & np.isfinite(endog)
            inside = np.zeros(len(endog))
            with np.errstate(over="ignore"):  # so far from the limit is not beside it
                np.subtract(endog, given[name], out=inside, where=there)
            room = _SINGLE * np.abs(given[name])
            beside = there & (beyond * inside > 0.0) & (np.abs(inside) <= room)
            if not beside.any():
                continue
            tied = np.zeros(len(endog), dtype=bool)
            _, places, counts = np.unique(
                endog[beside], return_inverse=True, return_counts=True
            )
            tied[beside] = counts[places] > 1
            yield (
                tied,
                f"`endog` differs from `{name}` by rounding alone",
                (
                    f"Such rows would count as exact, not as censored; give them the value of "
                    f"`{name}` itself."
                ),
            )


def _rules_of_truncation(lower: Array, upper: Array, given: dict[str, Array]) -> Iterator[Rule]:
    # An interval may end outside, but not lie there; a response may be equal to the limit.
    for name, beyond, of_sample, side in (
        ("trunc_left", "below", "left", (np.less, upper)),
        ("trunc_right", "above", "right", (np.greater, lower)),
    ):
        if name in given:
            compare, end = side
            outside = compare(end, given[name]) | ((end == given[name]) & (lower != upper))
            yield (
                outside,
                f"`endog` is {beyond} `{name}`",
                (
                    "A truncated sample has no such rows; leave them out, or use "
                    f"`{of_sample}` if they are censored."
                ),
            )
