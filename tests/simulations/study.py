"""Size of tests and coverage of intervals by simulation: what the studies have in common."""

from __future__ import annotations

import argparse
import platform
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from configparser import ConfigParser
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from .page import read, with_tables
from .samples import SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .samples import Sample

ROOT = Path(__file__).parents[2]
KEYS = ["setting", "quantity", "target", "method", "n"]
LEVEL = 0.05
# Comparisons of some hundred random numbers: one in a hundred studies would miss four
# standard errors in one of them, and these are seeded.
STANDARD_ERRORS = 4
_CHUNK = 50


class Task(NamedTuple):
    """Samples of a setting and size, from a first to before a last number."""

    setting: type[Sample]
    n: int
    first: int
    last: int
    resampled: bool


def answers(sample: Sample, *, resampled: bool) -> Iterator[tuple[tuple, object, bool]]:
    """Ask a sample everything.

    Yields
    ------
    key : tuple of str
        Quantity, target and method.
    hit : bool or None
        Whether the test rejects or the interval covers; None where there is none.
    warned : bool
        Whether there was a warning with the answer.
    """
    tests = sample.bootstrap_tests if resampled else sample.tests
    for hypothesis in sample.tested:
        for method, function in tests(hypothesis).items():
            pvalue, warned = _value(function)
            hit = None if np.isnan(pvalue).any() else bool(pvalue <= LEVEL)
            yield ("size", hypothesis, method), hit, warned
    intervals = sample.bootstrap_intervals if resampled else sample.intervals
    for method, function in intervals().items():
        ends, warned = _value(function)
        for target, place, truth in sample.targets:
            lower, upper = ends[place] if ends.ndim else (ends, ends)
            hit = None if np.isnan([lower, upper]).any() else bool(lower <= truth <= upper)
            yield ("coverage", target, method), hit, warned


def _value(function: Callable[[], object]) -> tuple[np.ndarray, bool]:
    """Return a value and whether it came with a warning; NaN where it was refused."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            return np.asarray(function()), bool(seen)
        except ValueError:  # no maximum, or too few replicates: what a user is told
            return np.array(np.nan), False


def counts(task: Task) -> Counter:
    """Count the answers to all samples of a task."""
    found: Counter = Counter()
    for number in range(task.first, task.last):
        sample = task.setting(task.n, number)
        for (quantity, target, method), hit, warned in answers(
            sample, resampled=task.resampled
        ):
            key = (task.setting.name, quantity, target, method, task.n)
            found[*key, "replicates"] += 1
            found[*key, "failed"] += hit is None
            found[*key, "warned"] += warned
            found[*key, "hits"] += bool(hit)
    return found


def tabulated(parts: Iterable[Counter]) -> pd.DataFrame:
    """Return the table: a row for each setting, quantity, target, method and size.

    The rate is of the samples with an answer, `failed` have none; `mc_se` is its Monte Carlo
    standard error.
    """
    total: Counter = Counter()
    for part in parts:
        total.update(part)
    rows: dict[tuple, dict[str, int]] = {}
    for (*key, name), count in total.items():
        rows.setdefault(tuple(key), {})[name] = count
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=KEYS)
    answered = table["replicates"] - table["failed"]
    table["rate"] = table.pop("hits") / answered
    table["mc_se"] = np.sqrt(table["rate"] * (1.0 - table["rate"]) / answered)
    return table.sort_index().round(5)


def far(one: Any, other: Any, *variances: Any) -> Any:
    """Return whether rates differ by more than chance."""
    return np.abs(one - other) > STANDARD_ERRORS * np.sqrt(sum(variances))


def origin() -> str:
    """Return the seed and the versions of what is simulated and of what it is computed by."""
    packages = [
        f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas", "statsmodels")
    ]
    metadata = ConfigParser()
    metadata.read(ROOT / "setup.cfg", encoding="utf-8")  # a checkout need not be installed
    own = f"sm_gaussmle {metadata['metadata']['version']}"
    return ", ".join([f"seed {SEED}", own, f"Python {platform.python_version()}", *packages])


class Study(NamedTuple):
    """What is simulated, and the page that has it.

    `name` is that of the page and of its file of numbers. `replications` are, for each setting
    and in the order in which they are run, the samples of each size, and how many of them, the
    first, are resampled too.
    """

    name: str
    replications: dict[type[Sample], tuple[dict[int, int], dict[int, int]]]

    @property
    def csv(self) -> Path:
        """Where the counts are."""
        return ROOT / "docs" / f"{self.name}.csv"

    @property
    def page(self) -> Path:
        """Where the tables are."""
        return ROOT / "docs" / f"{self.name}.md"

    def tasks(self) -> list[Task]:
        """Return all samples of the study, the slow ones, that are resampled, first."""
        return [
            Task(setting, n, first, min(first + size, replications), resampled)
            for resampled, size in ((True, _CHUNK // 10), (False, _CHUNK))
            for setting, both in self.replications.items()
            for n, replications in both[resampled].items()
            for first in range(0, replications, size)
        ]

    def written(self) -> str:
        """Return the page with the tables of the counts that are there."""
        return with_tables(self.page.read_text(encoding="utf-8"), *read(self.csv))

    def main(self, description: str) -> None:
        """Simulate as the command line says, and write what came out."""
        parser = argparse.ArgumentParser(
            description=description, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
        parser.add_argument("--tables", action="store_true", help="write the tables alone")
        options = parser.parse_args()
        if not options.tables:
            one_thread = {"initializer": threadpool_limits, "initargs": (1,)}
            with ProcessPoolExecutor(options.jobs, **one_thread) as pool:
                table = tabulated(pool.map(counts, self.tasks()))
            text = table.to_csv(lineterminator="\n")
            self.csv.write_text(f"# {origin()}\n{text}", encoding="utf-8")
        self.page.write_text(self.written(), encoding="utf-8")
