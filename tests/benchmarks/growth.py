"""How time grows with rows and with columns: the numbers in a column should hardly change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import data
from .contestants import GRAM, OURS
from .interleaved import race
from .section import Section, number

_KINDS = {
    "exact": data.exact,
    "scale equation": data.scale_equation,
    "30 % censored": data.censored,
}


def _seconds(n, k, settings):
    """Medians of X'X and of the fits."""
    found = []
    for kind, make in _KINDS.items():
        rows = make(n, k)
        contestants = (GRAM, OURS) if kind == "exact" else (OURS,)
        entries = race(contestants, rows, rows if n <= 2000 else make(n // 10, k), settings)
        found += [float(np.median(entry.times)) for entry in entries.values()]
    return found


@dataclass(frozen=True)
class GrowthWithRows:
    """Five columns, more and more rows."""

    name: str = "growth-rows"
    k: int = 5

    def measure(self, settings):
        most = 5 if settings.quick else 7
        head = ["rows", *(f"{who}, ns a row" for who in ("X'X", *_KINDS))]
        section = Section(f"Growth with rows, {self.k} columns", head)
        for power in range(2, most + 1):
            n = 10**power
            nanoseconds = (1e9 * one / n for one in _seconds(n, self.k, settings))
            section.rows.append([f"{n:,}", *map(number, nanoseconds)])
        return section


@dataclass(frozen=True)
class GrowthWithColumns:
    """20,000 rows, more and more columns in each equation."""

    name: str = "growth-columns"
    n: int = 20_000

    def measure(self, settings):
        sizes = (2, 5, 10, 20) if settings.quick else (2, 5, 10, 20, 50, 100, 200, 500)
        head = ["columns", *(f"{who}, ns a row and column²" for who in ("X'X", *_KINDS))]
        section = Section(f"Growth with columns, n = {self.n:,}", head)
        section.remark = (
            "The scale equation has as many columns again, so that its matrices are four times "
            "as large."
        )
        for k in sizes:
            nanoseconds = (1e9 * one / self.n / k**2 for one in _seconds(self.n, k, settings))
            section.rows.append([str(k), *map(number, nanoseconds)])
        return section
