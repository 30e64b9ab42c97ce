"""Write best_loglike.json: the best log-likelihoods of `N_SEEDS` problems of every kind.

Run from the root of the checkout, once after any change of `generator` (a few minutes)::

    python -m tests.hard_problems.make_best --jobs 2

Besides the log-likelihoods, each kind has a fingerprint of its data, so that a change of the
generator, or of NumPy's random streams, shows as what it is, and the lower maxima that were
found beside the best.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from .generator import KINDS, problem
from .routes import HAS_LONG_DOUBLE, Optimum, best_optimum

N_SEEDS = 200
N_FINGERPRINT = 20  # a changed random stream changes every problem
PATH = Path(__file__).with_name("best_loglike.json")

LARGEST_ROUNDING_LOSS = 1e-7  # a tenth of what the test allows
LARGEST_DECREMENT = 1e-12  # long double comes to 1e-20 where it is not near-singular too


def fingerprint(kind: str, n_seeds: int = N_FINGERPRINT) -> float:
    """Return the mean of log|endog| over the first problems of a kind."""
    return float(
        np.mean([np.mean(np.log(np.abs(problem(kind, s).endog))) for s in range(n_seeds)])
    )


def unfair(found: Optimum) -> str:
    """Return why a problem would be no fair test, or an empty string."""
    if found.rounding_loss > LARGEST_ROUNDING_LOSS:
        return f"rounding the parameters alone costs {found.rounding_loss:.1e}"
    if not found.decrement < LARGEST_DECREMENT:
        return f"the routes end {found.decrement:.1e} short of a maximum"
    return ""


def _best(kind: str, seed: int) -> tuple[float, tuple[float, ...], list[str]]:
    """Return the best log-likelihood, lower maxima, and the routes that missed the best."""
    found = best_optimum(problem(kind, seed))
    if reason := unfair(found):
        raise ArithmeticError(f"{kind} {seed}: {reason}")
    missed = [r for r, loglike in found.by_route.items() if loglike < found.loglike - 1e-6]
    return found.loglike, found.lower_maxima, missed


def main() -> None:
    """Run all routes on all problems, print how they agree, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=1)
    jobs = parser.parse_args().jobs
    if not HAS_LONG_DOUBLE:
        raise SystemExit("this machine's long double is no longer than a double")
    table = {}
    with ProcessPoolExecutor(jobs) as pool:
        for kind in KINDS:
            rows = list(pool.map(partial(_best, kind), range(N_SEEDS), chunksize=10))
            lower = {str(seed): row[1] for seed, row in enumerate(rows) if row[1]}
            missed = [(seed, row[2]) for seed, row in enumerate(rows) if row[2]]
            sys.stdout.write(f"{kind:38} several maxima: {len(lower):3}   missed: {missed}\n")
            sys.stdout.flush()
            table[kind] = {
                "fingerprint": fingerprint(kind),
                "loglike": [loglike for loglike, _, _ in rows],
                "lower_maxima": lower,
            }
    PATH.write_text(json.dumps(table, indent=0) + "\n")


if __name__ == "__main__":
    main()
