"""Fit hard problems that nobody has seen, and print a table of failures.

Run from the root of the checkout::

    python -m tests.hard_problems.fresh_seeds --fresh 20 --jobs 2
    python -m tests.hard_problems.fresh_seeds --fresh 20 --compare bfgs newton nm lbfgs

The routes of `routes` find the best log-likelihood of each problem; a row of the table is a
kind, and its entries count the fits that failed, by the names in `outcome.FAILURES`. With
``--compare``, statsmodels' GenericLikelihoodModel is fitted to the same problems.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from .generator import KINDS, problem
from .make_best import unfair
from .outcome import ALLOWED_LOSS, FAILURES, Outcome, failure, fit_gaussmle
from .peers import METHODS, as_limited, fit_generic
from .routes import Optimum, best_optimum, evaluate_longdouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .generator import Problem


def _evaluated(drawn: Problem, params: np.ndarray) -> float:
    return float(evaluate_longdouble(drawn, params))


def _run(kind: str, methods: list[str], seed: int) -> tuple[int, Optimum, dict[str, Outcome]]:
    drawn = problem(kind, seed)
    fits = {"gaussmle": fit_gaussmle(drawn)}
    limited, evaluate = as_limited(drawn), partial(_evaluated, drawn)
    fits |= {f"generic {m}": fit_generic(limited, evaluate, m) for m in methods}
    return seed, best_optimum(drawn), fits


def _failure(outcome: Outcome, best: Optimum, allowed: float) -> str:
    return failure(outcome, best.loglike, best.lower_maxima, allowed)


def _line(name: str, outcomes: list[Outcome], best: list[Optimum], allowed: float) -> str:
    counts = Counter(_failure(o, b, allowed) for o, b in zip(outcomes, best, strict=True))
    iterations = [o.iterations for o in outcomes if np.isfinite(o.iterations)]
    cells = [f"{counts[name] or '.':>13}" for name in FAILURES]
    spent = "-"
    if iterations:
        p99 = np.percentile(iterations, 99)
        spent = f"{np.median(iterations):.0f} / {p99:.0f} / {np.max(iterations):.0f}"
    return f"{name:40}{len(outcomes):6}" + "".join(cells) + f"   {spent}\n"


def _remarks(
    kind: str, rows: list[tuple[int, Optimum, dict[str, Outcome]]], allowed: float
) -> Iterator[str]:
    """Name every problem on which the package fails, or that cannot judge it."""
    for seed, optimum, fits in rows:
        ours = fits["gaussmle"]
        if reason := unfair(optimum):
            yield f"{kind} {seed}: left out, {reason}\n"
        elif failed := _failure(ours, optimum, allowed):
            loss = f"{optimum.loglike - ours.loglike:.1e} below the best"
            yield f"{kind} {seed}: {failed}: {ours.error or loss}\n"
        elif ours.loglike > optimum.loglike + ALLOWED_LOSS:
            yield f"{kind} {seed}: the routes missed a better maximum\n"


def main() -> None:
    """Draw, fit, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fresh", type=int, default=20, help="problems a kind (20)")
    parser.add_argument("--first-seed", type=int, help="by default drawn, and printed")
    parser.add_argument("--kinds", default="", help="only kinds whose name contains this")
    parser.add_argument("--compare", nargs="*", default=[], choices=METHODS)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--allowed",
        type=float,
        default=ALLOWED_LOSS,
        help="log-likelihood that a fit may be short of the best (1e-6); 1e-3 is fairer to "
        "optimizers that stop early",
    )
    options = parser.parse_args()
    allowed = options.allowed
    first = options.first_seed
    if first is None:
        first = 10**6 + secrets.randbelow(10**9)  # beyond the published seeds
    write = sys.stdout.write
    write(f"seeds {first} to {first + options.fresh - 1}\n")
    write(f"{'':40}{'fits':>6}" + "".join(f"{name:>13}" for name in FAILURES))
    write("   iterations: median / p99 / max\n")
    totals: dict[str, tuple[list[Outcome], list[Optimum]]] = {}
    remarks = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for kind in (kind for kind in KINDS if options.kinds in kind):
            rows = list(
                pool.map(
                    partial(_run, kind, options.compare),
                    range(first, first + options.fresh),
                    chunksize=5,
                )
            )
            remarks.extend(_remarks(kind, rows, allowed))
            rows = [row for row in rows if not unfair(row[1])]
            if not rows:
                continue
            best = [optimum for _, optimum, _ in rows]
            for name in rows[0][2]:
                outcomes = [fits[name] for _, _, fits in rows]
                write(
                    _line(
                        kind if name == "gaussmle" else f"    {name}", outcomes, best, allowed
                    )
                )
                total = totals.setdefault(name, ([], []))
                total[0].extend(outcomes)
                total[1].extend(best)
            sys.stdout.flush()
    for name, (outcomes, best) in totals.items():
        write(_line(f"all, {name}", outcomes, best, allowed))
    write("".join(remarks))


if __name__ == "__main__":
    main()
