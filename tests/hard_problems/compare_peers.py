"""Fit hard problems by the package and by others, and write peers.json: how often each fails.

Run from the root of the checkout::

    python -m tests.hard_problems.compare_peers --seeds 12 --limited-seeds 8

The routes of R are there where Rscript is. A failure is an error, a result that is not finite,
or one whose log-likelihood, of the parameters as they were returned and in more digits than
double, is more than `ALLOWED_LOSS` below the best; silent, if the route called it converged and
gave no warning; local, if it is a lower maximum. Problems without a maximum are left out.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np

from .generator import KINDS, problem
from .limits.generator import LIMITED_KINDS, limited_problem
from .limits.routes import LimitedRoutes, best_limited
from .limits.table import ALLOWED_LOSS, fit_limited
from .make_best import PATH as BEST
from .outcome import FAILURES, Outcome, failure, fit_gaussmle
from .peers import R_ROUTES, ROUTES, as_limited, fit_in_r
from .routes import evaluate_longdouble

PATH = Path(__file__).with_name("peers.json")
OURS = "this package"
PACKAGES = ("numpy", "scipy", "statsmodels")


def _drawn(task: tuple[str, int, bool]) -> tuple:
    """Return the problem, how to evaluate it, its best log-likelihood and lower maxima."""
    kind, seed, has_limits = task
    if has_limits:
        drawn = limited_problem(kind, seed)
        routes, best = best_limited(drawn)
        return drawn, routes.raw_loglike, best.loglike, best.lower_maxima
    drawn = problem(kind, seed)
    stored = json.loads(BEST.read_text())[kind]
    lower = stored["lower_maxima"].get(str(seed), ())

    def evaluate(params: np.ndarray) -> float:
        return float(evaluate_longdouble(drawn, params))

    return as_limited(drawn), evaluate, stored["loglike"][seed], lower


def family_of(task: tuple[str, int, bool], limits: dict) -> str:
    """Return the family that the problem counts in."""
    kind, _, has_limits = task
    variance = "scale equation" if kind.startswith("scale_equation") else "constant variance"
    if not has_limits:
        return f"exact, {variance}"
    truncated = any(name.startswith("trunc") for name in limits)
    return f"{'truncated' if truncated else 'censored or intervals'}, {variance}"


def _ours(task: tuple[str, int, bool], drawn) -> Outcome:
    if task[2]:
        return fit_limited(drawn, LimitedRoutes(drawn))[0]
    return fit_gaussmle(drawn.complete)


def _run(task: tuple[str, int, bool]) -> tuple[str, dict[str, str]] | None:
    """Return the family, and the failure of each route, or an empty string."""
    drawn, evaluate, best, lower = _drawn(task)
    if np.isnan(best):
        return None
    outcomes = {OURS: _ours(task, drawn)}
    outcomes |= {name: route(drawn, evaluate) for name, route in ROUTES.items()}
    failures = {
        name: failure(outcome, best, lower, ALLOWED_LOSS) for name, outcome in outcomes.items()
    }
    return family_of(task, drawn.limits), failures


def _in_r(tasks: list) -> tuple[list[dict[str, str]], str]:
    drawn = [_drawn(task) for task in tasks]
    outcomes, versions = fit_in_r([row[0] for row in drawn], [row[1] for row in drawn])
    failures = [
        {name: failure(found, best, lower, ALLOWED_LOSS) for name, found in routes.items()}
        for routes, (_, _, best, lower) in zip(outcomes, drawn, strict=True)
    ]
    return failures, versions


def main() -> None:
    """Fit, count, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=12, help="exact problems a kind")
    parser.add_argument("--limited-seeds", type=int, default=8, help="others a kind")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    tasks = [(kind, seed, False) for kind in KINDS for seed in range(options.seeds)]
    tasks += [
        (kind, seed, True) for kind in LIMITED_KINDS for seed in range(options.limited_seeds)
    ]
    started = time.perf_counter()
    in_r, versions = [{} for _ in tasks], ""
    if shutil.which("Rscript"):
        in_r, versions = _in_r(tasks)
        sys.stdout.write(f"R: {time.perf_counter() - started:.0f} s\n")
        sys.stdout.flush()
    with ProcessPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(_run, tasks, chunksize=5))
    families: dict[str, dict] = {}
    for row, others in zip(rows, in_r, strict=True):
        if row is None:
            continue
        family, failures = row
        table = families.setdefault(family, {"problems": 0, "routes": {}})
        table["problems"] += 1
        for name, failed in (failures | others).items():
            counts = table["routes"].setdefault(name, Counter(fits=0))
            counts["fits"] += 1
            counts[failed] += bool(failed)
    for table in families.values():
        table["routes"] = {
            name: {key: table["routes"][name][key] for key in ("fits", *FAILURES)}
            for name in (OURS, *ROUTES, *R_ROUTES)
            if name in table["routes"]
        }
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    written = {
        "made": f"{machine}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "r": versions,
        "seeds": {"exact": options.seeds, "limited": options.limited_seeds},
        "seconds": round(time.perf_counter() - started),
        "without a maximum": sum(row is None for row in rows),
        "families": families,
    }
    PATH.write_text(json.dumps(written, indent=1) + "\n")
    sys.stdout.write(f"{len(tasks)} problems, {time.perf_counter() - started:.0f} s\n")


if __name__ == "__main__":
    main()
