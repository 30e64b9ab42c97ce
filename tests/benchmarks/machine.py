"""What the figures were measured on, and with."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadpoolctl import threadpool_info

from . import r_peers
from .contestants import Clock

_PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "statsmodels",
    "scikit-learn",
    "glum",
    "pyfixest",
    "lifelines",
    "econometricsmodels",
)


def _processor():
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _version(package):
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


def _blas():
    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
    named = {f"{one['internal_api']} {one['version']}" for one in libraries}
    return f"BLAS of Python: {', '.join(sorted(named))}"


def description(settings):
    """A paragraph."""
    r_versions = [f"{name} {text}" for name, text in r_peers.versions().items()]
    today = dt.datetime.now(dt.UTC).date()
    clock = "time of the processor" if Clock.of_processor else "elapsed time"
    return (
        f"{today:%d %B %Y}, {_processor()}, {os.cpu_count()} processors, {platform.system()}, "
        f"Python {platform.python_version()}; {', '.join(map(_version, _PACKAGES))}; {_blas()}. "
        f"R: {', '.join(r_versions) or 'not there'}. One thread, {clock}, at most "
        f"{settings.rounds} rounds."
    )
