"""A fit in one thread and in two, alone and beside a process that never rests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from threadpoolctl import ThreadpoolController

from . import data
from .comparison import Comparison
from .contestants import Clock, Local, fit_ours
from .section import Section, Target


class _Neighbour:
    """A process that takes all of a core, while it is let."""

    def __init__(self):
        self._process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        self._process.send_signal(signal.SIGSTOP)

    @contextmanager
    def busy(self):
        self._process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGSTOP)

    def end(self):
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True)
class Beside:
    """Elapsed time, whatever the clock: a process that waits takes none of the processor's."""

    name: str = "beside"

    def measure(self, settings):
        if (os.cpu_count() or 1) < 2 or Clock.of_processor or not hasattr(signal, "SIGSTOP"):
            section = Section("Beside a busy process", [])
            section.remark = "Not measured: it takes two processors, elapsed time and POSIX."
            return section
        neighbour, blas = _Neighbour(), ThreadpoolController()

        def alone(rows, threads):
            with blas.limit(limits=threads):
                return fit_ours(rows)

        def beside(rows, threads):
            with neighbour.busy():
                return alone(rows, threads)

        where = {"alone": alone, "beside a busy process": beside}
        contestants = tuple(
            Local(f"{count}, {place}", partial(run, threads=threads))
            for place, run in where.items()
            for threads, count in ((1, "one thread"), (2, "two threads"))
        )
        first, *_, last = (one.name for one in contestants)
        what = "two threads beside a busy process / one alone"
        case = Comparison(
            self.name,
            "Beside a busy process: scale equation, 20 columns in each",
            partial(data.scale_equation, k=20),
            10**6,
            10**4,
            contestants,
            (Target(what, last, first, at_most=1.5),),
        )
        try:
            return case.measure(settings)
        finally:
            neighbour.end()
