"""How time grows with rows and with columns: the numbers in a column should hardly change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from . import data
from .contestants import GRAM, OURS
from .interleaved import race
from .section import Section, number

# The columns are shared by the two equations, so that all have as many parameters.
_KINDS = {
    "exact": data.exact,
    "scale equation": lambda n, k: data.scale_equation(n, k // 2),
    "30 % censored": data.censored,
}
_WHO = ("X'X", *_KINDS)


def _cells(n, k, unit, settings):
    """Nanoseconds of X'X and of the fits, a unit of their size."""
    found = []
    for kind, make in _KINDS.items():
        rows = make(n, k)
        contestants = (GRAM, OURS) if kind == "exact" else (OURS,)
        # The time of a small sample with many columns says nothing of that of a large one.
        trial = make(n // 10, k) if n > 10**5 else rows
        entries = race(contestants, rows, trial, replace(settings, share=1.0))
        found += entries.values()
    return [one.absent or number(1e9 * float(np.median(one.times)) / unit) for one in found]


@dataclass(frozen=True)
class GrowthWithRows:
    """A few columns, more and more rows."""

    name: str = "growth-rows"
    k: int = 10

    def measure(self, settings):
        most = 5 if settings.quick else 7
        title = f"Growth with rows, {self.k} columns, in both equations together"
        section = Section(title, ["rows", *(f"{who}, ns a row" for who in _WHO)])
        for power in range(2, most + 1):
            n = 10**power
            section.rows.append([f"{n:,}", *_cells(n, self.k, n, settings)])
        return section


@dataclass(frozen=True)
class GrowthWithColumns:
    """20,000 rows, more and more columns."""

    name: str = "growth-columns"
    n: int = 20_000

    def measure(self, settings):
        sizes = (2, 5, 10, 20) if settings.quick else (2, 5, 10, 20, 50, 100, 200, 500)
        title = f"Growth with columns in both equations together, n = {self.n:,}"
        section = Section(title, ["columns", *(f"{who}, ns a row and column²" for who in _WHO)])
        for k in sizes:
            section.rows.append([str(k), *_cells(self.n, k, self.n * k**2, settings)])
        return section
