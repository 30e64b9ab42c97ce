"""All measurements of speed and memory of fits in memory, beside those of other packages.

    python -m tests.benchmarks                     # all, some minutes
    python -m tests.benchmarks --quick             # small sizes, to see that all runs
    python -m tests.benchmarks --only exact tobit  # cases whose names begin so
    python -m tests.benchmarks --write             # all, into docs/benchmarks.md

Run it from the root of a clone, where nothing else runs. Peers take part where they are
installed; `Rscript` is looked for in the path.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
_THREADS = ("OPENBLAS", "OMP", "MKL", "BLIS", "NUMBA", "RAYON")


def _arguments():
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="small sizes; no targets")
    parser.add_argument("--only", nargs="+", metavar="CASE", default=[""], help="beginnings")
    parser.add_argument("--rounds", type=int, default=9, help="at most; 9")
    parser.add_argument(
        "--cap", type=float, default=60.0, help="seconds of one fit, above which it is left out"
    )
    parser.add_argument(
        "--processor", action="store_true", help="time of the processor, not elapsed time"
    )
    parser.add_argument("--write", action="store_true", help=f"into docs/{_PAGE.name}")
    arguments = parser.parse_args()
    if arguments.write and (arguments.quick or arguments.only != [""]):
        parser.error("--write is for all cases in full: leave out --quick and --only.")
    if arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1, not {arguments.rounds}.")
    return parser, arguments


def main():
    parser, arguments = _arguments()
    # Libraries read these when they are loaded, so nothing is imported before.
    os.environ.update({f"{name}_NUM_THREADS": "1" for name in _THREADS})
    os.environ["POLARS_MAX_THREADS"] = "1"
    from .cases import CASES
    from .contestants import Clock
    from .interleaved import Settings

    names = [case.name for case in CASES]
    chosen = [case for case in CASES if case.name.startswith(tuple(arguments.only))]
    if not chosen:
        parser.error(f"no case begins with {arguments.only}; there are {', '.join(names)}.")
    if arguments.processor:
        Clock.use_processor()
    quick = arguments.quick
    settings = Settings(
        min(arguments.rounds, 2) if quick else arguments.rounds,
        0.5 if quick else 4.0,
        2.0 if quick else arguments.cap,
        quick,
    )
    text = _measured(chosen, settings)
    print(text)  # noqa: T201 - what it is run for
    if arguments.write:
        write(_PAGE, text)


def _measured(chosen, settings):
    from .machine import description
    from .section import TARGETS, table

    begin, sections = time.perf_counter(), []
    for case in chosen:
        start = time.perf_counter()
        sections.append(case.measure(settings))
        seconds = time.perf_counter() - start
        print(f"{case.name}: {seconds:.0f} s", file=sys.stderr, flush=True)  # noqa: T201 - what it is run for
    took = f"The run took {(time.perf_counter() - begin) / 60.0:.1f} minutes."
    blocks = [f"{description(settings)} {took}"]
    targets = [row for section in sections for row in section.targets]
    if targets and not settings.quick:
        blocks += ["### Targets", table(TARGETS, targets)]
    return "\n\n".join([*blocks, *(section.markdown() for section in sections)])


def write(page, text):
    """Put the text between the two marks of a page."""
    before, rest = page.read_text("utf-8").split(_BEGIN)
    _, after = rest.split(_END)
    page.write_text(f"{before}{_BEGIN}\n{text}\n\n{_END}{after}", "utf-8")


if __name__ == "__main__":
    main()
