"""Who is timed: something that is run on data, and what it finds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

import numpy as np

import sm_gaussmle as smg

from .data import Data


class Answer(NamedTuple):
    """What a contestant found: coefficients of the mean, then (if any) of the log variance."""

    params: np.ndarray
    bse: np.ndarray | None = None
    trouble: str = ""  # what it says of itself


# Runs so often; seconds of one run, and the answer of the last one where there is one.
Lap = Callable[[int], tuple[float, Answer | None]]


class Contestant(Protocol):
    """Someone who can be timed."""

    name: str
    note: str

    def missing(self) -> str:
        """Why it cannot take part; empty if it can."""

    def start(self, data: Data) -> Lap:
        """Get ready, before the clock."""


class Clock:
    """Elapsed time, or that of the processor on a machine that others use too."""

    now = staticmethod(time.perf_counter)
    of_processor = False

    @classmethod
    def use_processor(cls):
        cls.now, cls.of_processor = staticmethod(time.process_time), True


@dataclass(frozen=True)
class Local:
    """A contestant in this process."""

    name: str
    run: Callable[[Any], Any]
    needs: str = ""
    note: str = ""
    # What its users have before they fit, such as a data frame.
    prepare: Callable[[Data], Any] = lambda data: data

    def missing(self):
        return "" if not self.needs or find_spec(self.needs) else "not installed"

    def start(self, data):
        prepared = self.prepare(data)

        def lap(times):
            begin = Clock.now()
            for _ in range(times):
                found = self.run(prepared)
            return (Clock.now() - begin) / times, found if isinstance(found, Answer) else None

        return lap


def fit_ours(data):
    result = smg.GaussianMLE(data.endog, data.exog, **data.options).fit()
    # All of it is asked for: what is made lazily counts.
    _ = result.llf
    return Answer(result.params, result.bse)


def gram_matrix(data):
    return data.exog.T @ data.exog


OURS = Local("sm_gaussmle", fit_ours)
GRAM = Local("X'X", gram_matrix, note="no fit: what the hardware allows")
