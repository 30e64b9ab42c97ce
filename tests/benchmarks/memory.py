"""The most memory that a fit takes besides its data, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

from . import data, peers
from .contestants import OURS
from .section import Ratio, Section, Target, number

_WHO = (OURS, peers.OLS, peers.GLM, peers.SKLEARN, peers.GLUM, peers.PYFIXEST, peers.RUST_OLS)
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_K = 20


def _bytes(what):
    for line in _STATUS.read_text("utf-8").splitlines():
        if line.startswith(what):
            return 1024 * int(line.split()[1])
    raise KeyError(what)


def measured(name, n):
    """Largest resident size during a fit, less that before, over the size of the design."""
    (contestant,) = (one for one in _WHO if one.name == name)
    rows = data.exact(n, _K)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of others: their memory is what is measured
        contestant.start(data.exact(1000, _K))(1)
        lap = contestant.start(rows)
        # From here on the largest size is counted anew.
        _RESET.write_text("5", "utf-8")
        before = _bytes("VmRSS:")
        lap(1)
    return (_bytes("VmHWM:") - before) / rows.exog.nbytes


@dataclass(frozen=True)
class Memory:
    """Without R, whose copies are its collector's."""

    name: str = "memory"

    def measure(self, settings):
        n = 10**5 if settings.quick else 10**6
        title = f"Memory besides the data, {_K} columns, n = {n:,}"
        section = Section(title, ["", "over the size of X", ""])
        if not os.access(_RESET, os.W_OK):
            section.remark = "Not measured: it takes Linux."
            return section
        for one in _WHO:
            if one.missing():
                section.rows.append([one.name, "", one.missing()])
                continue
            share = _asked(one.name, n)
            section.rows.append([one.name, number(share), one.note])
            if one is OURS:
                target = Target("memory besides the data / X, n = 10^6, k = 20", "", "", 0.3)
                section.targets.append(target.judge(Ratio.exactly(share)))
        return section


def _asked(name, n):
    command = [sys.executable, "-m", __spec__.name, name, str(n)]
    # Memory that was freed is given back, so that it is not taken for that of the fit.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"}
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(ran.stdout)


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))  # noqa: T201 - what it is run for
