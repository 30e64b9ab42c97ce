"""What a case gives: a table, and how near the targets are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np


class Ratio(NamedTuple):
    """The median of several ratios, the smallest and the largest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, over, under):
        """Times of one over those of another, round by round."""
        shared = min(len(over), len(under))
        ratios = over[:shared] / under[:shared]
        return cls(np.median(ratios), ratios.min(), ratios.max())

    @classmethod
    def exactly(cls, value):
        """What does not vary."""
        return cls(value, value, value)


@dataclass(frozen=True)
class Target:
    """A bound on a ratio of times.

    Attributes
    ----------
    what : str
        The ratio in words.
    over, under : str
        Names of the contestants.
    at_most, at_least : float or None
        The bound; one of them.
    scale : float
        What the ratio is multiplied by, where one of the two does a part only.
    """

    what: str
    over: str
    under: str
    at_most: float | None = None
    at_least: float | None = None
    scale: float = 1.0

    def judge(self, ratio):
        """A row of the table of targets."""
        ratio = Ratio(*(self.scale * one for one in ratio))
        if self.at_most is None:
            bound, reached = f"≥ {self.at_least:.3g}", ratio.median >= self.at_least
        else:
            bound, reached = f"≤ {self.at_most:.3g}", ratio.median <= self.at_most
        by = ratio.median / (self.at_most or self.at_least)
        state = "reached" if reached else f"**missed**, by a factor of {max(by, 1 / by):.2f}"
        return [self.what, spread(ratio), bound, state]


@dataclass
class Section:
    """A table with its title."""

    title: str
    head: list[str]
    rows: list[list[str]] = field(default_factory=list)
    targets: list[list[str]] = field(default_factory=list)
    remark: str = ""

    def markdown(self):
        body = table(self.head, self.rows) if self.rows else ""
        return "\n\n".join(filter(None, [f"### {self.title}", body, self.remark]))


TARGETS = ["what", "ratio", "target", ""]


def table(head, rows):
    """A table in Markdown, its first column to the left, numbers to the right."""
    bars = ["---", *["---:"] * (len(head) - 1)]
    if not head[-1]:
        bars[-1] = "---"
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, bars, *rows])


def number(value):
    """Three digits, without powers of ten where these are readable."""
    if 1e-3 <= abs(value) < 1e6:
        digits = max(0, 2 - int(f"{value:e}".split("e")[1]))
        return f"{value:,.{digits}f}"
    return f"{value:.2e}"


def spread(ratio):
    """The median, from the smallest to the largest."""
    if ratio.low == ratio.high:
        return number(ratio.median)
    return f"{number(ratio.median)} ({number(ratio.low)} to {number(ratio.high)})"
