"""R's fits of the same models, by one process that lives as long as the measurement."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .contestants import Answer, Clock

_SCRIPT = Path(__file__).with_name("worker.R")


class _Worker:
    """The process. It keeps one set of data, which is handed over in a file."""

    def __init__(self):
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            ["Rscript", "--vanilla", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **threads},
        )
        self._data = None
        self.versions = dict(word.split("=") for word in self.ask("packages"))

    def ask(self, *words):
        self._process.stdin.write("\t".join(words) + "\n")
        self._process.stdin.flush()
        state, *reply = self._process.stdout.readline().rstrip("\n").split("\t")
        if state != "ok":
            # What ends the process, such as a lack of memory, leaves an empty line.
            raise RuntimeError(reply[0] if reply else "R ended")
        return reply

    def read(self, data):
        if data is self._data:
            return
        k_scale = 0 if data.exog_scale is None else data.exog_scale.shape[1]
        weights = np.ones(data.nobs) if data.var_weights is None else data.var_weights
        with tempfile.NamedTemporaryFile() as file:
            data.endog.tofile(file)
            # R keeps columns together.
            data.exog.T.tofile(file)
            if k_scale:
                data.exog_scale.T.tofile(file)
            weights.tofile(file)
            np.array([np.nan if data.left is None else data.left]).tofile(file)
            file.flush()
            self.ask("read", file.name, *map(str, (data.nobs, data.k_mean, k_scale)))
        self._data = data


@cache
def _worker():
    return _Worker()


def versions():
    """Versions of R and its packages; empty without R."""
    return _worker().versions if shutil.which("Rscript") else {}


@dataclass(frozen=True)
class Remote:
    """A contestant in R, which takes its own time."""

    name: str
    task: str
    needs: str = "R"
    note: str = ""

    def missing(self):
        if not versions():
            return "no Rscript"
        return "" if self.needs in versions() else "not installed"

    def start(self, data):
        _worker().read(data)
        clock = "processor" if Clock.of_processor else "elapsed"

        def lap(times):
            seconds, params, bse, *said = _worker().ask("run", self.task, str(times), clock)
            numbers = np.array(params.split(), float)
            return float(seconds), Answer(numbers, np.array(bse.split(), float), *said)

        return lap


LM = Remote("R lm", "lm")
LM_FORMULA = Remote("R lm", "lm_formula", note="from a formula")
WEIGHTED_LM = Remote("R lm", "weighted_lm")
LM_FIT = Remote("R .lm.fit", "lm_fit", note="coefficients only")
FAST_LM = Remote("R RcppEigen fastLmPure (LLT)", "fast_lm", "RcppEigen")
GAULSS = Remote("R mgcv gaulss", "gaulss", "mgcv")
GLMMTMB = Remote("R glmmTMB", "glmmTMB", "glmmTMB")
SURVREG = Remote("R survreg", "survreg", "survival")
AER_TOBIT = Remote("R AER tobit", "tobit", "AER")
