"""Cases in which several fit the same data: times, ratios, and whether the answers agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import by_hand
from .contestants import Contestant
from .data import Data
from .interleaved import race
from .section import Ratio, Section, Target, number, spread

_HEAD = ["", "ms", "over the first", "away, SE", ""]
# Distances from our coefficients, in standard errors, that count as none.
_AGREES = 1e-6
# A log-likelihood is a sum of n terms, right to about this share of their number; where
# it cannot tell two answers apart, the slope there can.
_ROUNDING = 1e-11


@dataclass(frozen=True)
class Comparison:
    """A case.

    Attributes
    ----------
    name : str
        For the command line.
    title : str
        For the table.
    make : callable
        Makes data of so many rows.
    rows, quick_rows : int
        How many there are, and are where all is only to be seen to run.
    contestants : tuple of Contestant
        Ours is the first.
    targets : tuple of Target
        What is aimed at.
    times : int
        Runs in a row, where one takes microseconds.
    """

    name: str
    title: str
    make: Callable[[int], Data]
    rows: int
    quick_rows: int
    contestants: tuple[Contestant, ...]
    targets: tuple[Target, ...] = ()
    times: int = 1

    def measure(self, settings):
        """The section of the report."""
        rows = self.quick_rows if settings.quick else self.rows
        data = self.make(rows)
        trial = data if rows <= 2000 else self.make(rows // 10)
        entries = race(self.contestants, data, trial, settings, self.times)
        ours = entries[self.contestants[0].name]
        section = Section(f"{self.title}, n = {rows:,}", _HEAD)
        section.rows = [self._row(entry, ours, data) for entry in entries.values()]
        for target in self.targets:
            over, under = entries[target.over], entries[target.under]
            if not over.absent and not under.absent:
                section.targets.append(target.judge(Ratio.of(over.times, under.times)))
        return section

    @staticmethod
    def _row(entry, ours, data):
        name, note = entry.contestant.name, entry.contestant.note
        if entry.absent:
            return [name, "", "", "", entry.absent]
        ratio = "" if entry is ours else spread(Ratio.of(entry.times, ours.times))
        milliseconds = number(1e3 * float(np.median(entry.times)))
        if entry is ours or entry.answer is None or ours.answer is None:
            return [name, milliseconds, ratio, "", note]
        away, remark = agreement(entry.answer, ours.answer, data)
        return [name, milliseconds, ratio, away, "; ".join(filter(None, [note, remark]))]


def agreement(theirs, ours, data):
    """How far two answers are apart, and by the likelihood written by hand who is higher.

    Parameters
    ----------
    theirs, ours : Answer
        What was found, ours with standard errors.
    data : Data
        In what.

    Returns
    -------
    away : str
        The largest difference of coefficients, in our standard errors.
    remark : str
        What is to be said of it.
    """
    shared = min(len(theirs.params), len(ours.params))
    difference = np.abs(theirs.params[:shared] - ours.params[:shared]) / ours.bse[:shared]
    away = float(np.max(difference))
    remarks = [f"says: {theirs.trouble}"] if theirs.trouble else []
    if not away <= _AGREES:
        # Those without coefficients of the variance are compared at their best variance.
        pair = (theirs.params[:shared], ours.params[:shared])
        remarks.append(_verdict(*pair, ours.bse[:shared], data))
    return f"{away:.0e}", "; ".join(remarks)


def _verdict(theirs, ours, bse, data):
    lower = by_hand.loglike(ours, data) - by_hand.loglike(theirs, data)
    if not np.isfinite(lower):
        return "**no answer**"
    if abs(lower) > _ROUNDING * data.nobs:
        side = "stops short: log-likelihood" if lower > 0.0 else "**higher: ours is**"
        return f"{side} lower by {number(abs(lower))}"
    steeper = [
        np.max(np.abs(by_hand.score(params, data)[: len(bse)]) * bse)
        for params in (theirs, ours)
    ]
    return "stops short" if steeper[0] > steeper[1] else "**nearer than ours**"
