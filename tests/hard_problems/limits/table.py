"""Fit hard problems with limits, and print a table of failures.

Run from the root of the checkout::

    python -m tests.hard_problems.limits.table --seeds 200 --jobs 2

A row of the table is a kind; its entries count the problems that have no maximum, and what
failed on the others, by the names in `tests.hard_problems.outcome.FAILURES`.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

import sm_gaussmle as smg
from sm_gaussmle.estimation.errors import FitError
from tests.hard_problems.outcome import FAILURES, Outcome, failure, to_the_maximum

from .generator import LIMITED_KINDS, LimitedProblem, limited_problem
from .routes import LimitedOptimum, LimitedRoutes, best_limited

ALLOWED_LOSS = 1e-3
"""The most log-likelihood that a fit may be short of the best: 0.045 standard errors."""


def fit_limited(
    problem: LimitedProblem, routes: LimitedRoutes
) -> tuple[Outcome, np.ndarray | None]:
    """Fit a problem by the package, with its defaults; return the parameters as well."""
    arguments = problem.complete.optional_arguments()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # how the fit ends is what is counted
            warnings.simplefilter("error", RuntimeWarning)
            model = smg.GaussianMLE(
                problem.endog, problem.complete.exog, **arguments, **problem.limits
            )
            result = model.fit()
            params, bse = np.asarray(result.params), np.asarray(result.bse)
            finite = np.isfinite([*params, *bse, result.llf]).all()
            loglike = routes.raw_loglike(params)
            outcome = Outcome(
                "",
                loglike,
                abs(loglike - result.llf) / ALLOWED_LOSS,
                bool(result.converged),
                bool(finite),
                to_the_maximum([entry.score_norm for entry in result.fit_record.history]),
            )
            return outcome, params
    except FitError as error:
        return Outcome(error=f"refused: {type(error).__name__}: {error}"), None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        return Outcome(error=f"{type(error).__name__}: {error}"), None


def judged(kind: str, seed: int) -> tuple[int, LimitedOptimum, Outcome, str]:
    """Return the seed, the best maximum, what the fit made of it, and the failure.

    Where the routes climb without end, the fit has to refuse, to say that it has not
    converged, or to end at a maximum beside that, as it does where it can.
    """
    problem = limited_problem(kind, seed)
    routes, best = best_limited(problem)
    outcome, params = fit_limited(problem, routes)
    if not np.isnan(best.loglike):
        failed = failure(outcome, best.loglike, best.lower_maxima, ALLOWED_LOSS)
    elif outcome.error:
        failed = "" if outcome.error.startswith("refused") else "error"
    else:
        # Of a variance on its way to infinity the routes and the fit may think otherwise.
        near = outcome.loglike > best.ends_at - ALLOWED_LOSS
        sound = not outcome.converged or near or routes.is_maximum(params)
        failed = "" if sound else "silent"
    return seed, best, outcome, failed


def main() -> None:
    """Draw, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20, help="problems a kind (20)")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--kinds", default="", help="only kinds whose name contains this")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    write = sys.stdout.write
    write(f"{'':45}{'fits':>6}{'none':>6}" + "".join(f"{name:>12}" for name in FAILURES))
    write("   iterations: median / p99 / max\n")
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    everything, remarks = [], []

    def line(name: str, rows: list) -> None:
        counts = Counter(row[3] for row in rows)
        none = sum(np.isnan(row[1].loglike) for row in rows)
        spent = [row[2].iterations for row in rows if np.isfinite(row[2].iterations)] or [0]
        cells = "".join(f"{counts[failed] or '.':>12}" for failed in FAILURES)
        write(f"{name:45}{len(rows):6}{none or '.':>6}{cells}   {np.median(spent):.0f} / ")
        write(f"{np.percentile(spent, 99):.0f} / {np.max(spent):.0f}\n")
        sys.stdout.flush()

    with ProcessPoolExecutor(options.jobs) as pool:
        for kind in (kind for kind in LIMITED_KINDS if options.kinds in kind):
            rows = list(pool.map(partial(judged, kind), seeds, chunksize=5))
            line(kind, rows)
            everything += rows
            for seed, best, outcome, failed in rows:
                loss = f"{best.ends_at - outcome.loglike:.1e} below the best"
                if failed:
                    remarks.append(f"{kind} {seed}: {failed}: {outcome.error or loss}\n")
                elif outcome.loglike > best.loglike + ALLOWED_LOSS:
                    remarks.append(f"{kind} {seed}: better than the routes, {loss}\n")
    line("all", everything)
    write("".join(remarks))


if __name__ == "__main__":
    main()
