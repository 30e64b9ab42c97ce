"""Write the tables of docs/validation anew, from the reference files.

Run from the root of the checkout (half a minute)::

    python -m tests.validation.report

Where Rscript is, the digits of R's lm are measured too and kept in ``linear.json``; elsewhere
those kept are shown. The fits of the hard problems take a quarter of an hour and have a command
of their own, ``python -m tests.hard_problems.compare_peers``, whose counts are read here.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from tests.hard_problems.compare_peers import OURS
from tests.hard_problems.compare_peers import PATH as PEERS
from tests.hard_problems.outcome import FAILURES
from tests.reference.cases import CASES, Case, load

from . import equivariance, linear
from .pages import FOLDER, Table, written
from .reasons import least_and_why
from .reference_blocks import Block, all_blocks

LM = Path(__file__).with_name("linear.json")
_NONE = "-"
_PACKAGES = ("numpy", "scipy", "statsmodels")

# Heading -> how the names of its blocks begin; counts, which are exact, are with the blocks.
GROUPS = {
    "coef.": ("coefficients",),
    "llf": ("log-likelihood", "information criteria"),
    "var.": ("variance",),
    "SE": ("standard errors",),
    "cov.": ("covariance",),
    "Wald": ("Wald intervals",),
    "profile": ("profile intervals", "MINOS intervals"),
    "LR": ("likelihood-ratio test", "table"),
    "constr.": ("constrained", "constraints"),
}


def _digits(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1f}"


def _deviation(value: float) -> str:
    return f"{value:.0e}" if value else "0"


def seen(case: Case) -> str:
    """Say how the responses of a case are seen, and what varies."""
    if not isinstance(case.spec["response"], str):
        how = "intervals"
    elif any(name.startswith("trunc") for name in case.arguments):
        how = "truncated"
    else:
        how = "exact" if case.exact else "censored"
    variance = "constant" if case.scale_formula is None else "equation"
    return f"{how}, {variance}"


def table_of_cases(blocks: list[Block]) -> Table:
    """Return one line a case, the worst first."""
    rows = []
    for name in CASES:
        own = [block for block in blocks if block.case == name]
        cells = [
            min((block.worst for block in own if block.name.startswith(starts)), default=None)
            for starts in GROUPS.values()
        ]
        case = load(name)
        numbers = sum(len(block.digits) for block in own)
        keys = [f"`{name}`", seen(case), str(len(case.frame)), str(numbers)]
        worst = min(block.worst for block in own)
        rows.append((worst, [*keys, *(_digits(value) for value in cells)]))
    headings = ["case", "responses, variance", "n", "numbers", *GROUPS]
    return Table(headings, [row for _, row in sorted(rows)], keys=4)


def table_of_blocks(blocks: list[Block]) -> Table:
    """Return one line a block, the worst first."""
    rows = []
    for block in blocks:
        least, why = least_and_why(block)
        keys = [f"`{block.case}`", block.name, str(len(block.digits)), _digits(least)]
        where = block.where.replace("|", "\\|")
        rows.append([*keys, _digits(block.worst), where, why])
    headings = ["case", "block", "numbers", "at least", "digits", "of", "why"]
    return Table(headings, rows, keys=4)


def table_of_linear(in_r: dict) -> Table:
    """Return digits of linear regressions, by data and number."""
    rows = []
    for name, programs in linear.measured().items():
        found = programs | in_r["digits"][name]
        least = linear.LEAST.get(name, (None, None, None))
        for place, what in enumerate(("coefficients", "standard errors", "RSS")):
            cells = [_digits(values[place]) for values in found.values()]
            rows.append([name, what, _digits(least[place]), *cells])
    programs = [*linear.PROGRAMS, *linear.R_PROGRAMS]
    return Table(["data", "", "ours at least", *programs], rows, keys=3)


def tables_of_equivariance() -> dict[str, Table]:
    """Return one table for each quantity."""
    found = equivariance.measured()
    headings = ["responses", *equivariance.TRANSFORMATIONS]
    return {
        quantity: Table(
            headings,
            [
                [name, *(_deviation(deviations[place]) for deviations in row.values())]
                for name, row in found.items()
            ],
        )
        for place, quantity in enumerate(equivariance.QUANTITIES)
    }


_FAILED = ("error", "non-finite", "silent", "warned", "local")
_COLUMNS = {
    "error": "error",
    "non-finite": "not finite",
    "silent": "wrong, silent",
    "warned": "wrong, said so",
    "local": "lower maximum",
}


def _percent(counts: dict[str, int]) -> str:
    failed = sum(counts[name] for name in _FAILED)
    return f"{100 * failed / counts['fits']:.0f}"


def tables_of_hard_problems(peers: dict) -> dict[str, Table]:
    """Return the failures in percent by family, and the kinds of failure of each."""
    families = peers["families"]
    routes = dict.fromkeys(name for table in families.values() for name in table["routes"])
    order = sorted(routes, key=lambda name: (name.startswith("R "), name != OURS))
    rows = [
        [
            name,
            *(
                _percent(table["routes"][name]) if name in table["routes"] else _NONE
                for table in families.values()
            ),
        ]
        for name in order
    ]
    headings = ["", *(f"{name} ({table['problems']})" for name, table in families.items())]
    tables = {"hard problems": Table(headings, rows, keys=len(headings))}
    for family, table in families.items():
        rows = [
            [
                name,
                str(counts["fits"]),
                _percent(counts),
                *(str(counts[key] or ".") for key in (*_COLUMNS, "false alarm")),
            ]
            for name, counts in table["routes"].items()
        ]
        headings = ["", "fits", "failures, %", *_COLUMNS.values(), "false alarm"]
        tables[f"hard problems, {family}"] = Table(headings, rows, keys=len(headings))
    return tables


def tables_and_texts(in_r: dict) -> tuple[dict[str, Table], dict[str, str]]:
    """Return all tables and texts by name."""
    blocks = all_blocks()
    peers = json.loads(PEERS.read_text(encoding="utf-8"))
    tables = {
        "cases": table_of_cases(blocks),
        "blocks": table_of_blocks(blocks),
        "linear": table_of_linear(in_r),
        **tables_of_equivariance(),
        **tables_of_hard_problems(peers),
    }
    ours = [table["routes"][OURS] for table in peers["families"].values()]
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    texts = {
        "counts": (
            f"{len(CASES)} cases, {len(blocks)} blocks, "
            f"{sum(len(block.digits) for block in blocks):,} numbers"
        ),
        "origin": f"{machine}, {packages}",
        "lm": in_r["version"],
        "peers": f"{peers['made']}; {peers['r']}",
        "failed": (
            f"{sum(counts[name] for counts in ours for name in FAILURES)} of "
            f"{sum(counts['fits'] for counts in ours)}"
        ),
    }
    return tables, texts


def main() -> None:
    """Measure, and write the pages."""
    if shutil.which("Rscript"):
        LM.write_text(json.dumps(linear.measured_in_r(), indent=1) + "\n", encoding="utf-8")
    tables, texts = tables_and_texts(json.loads(LM.read_text(encoding="utf-8")))
    for page in sorted(FOLDER.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        page.write_text(written(text, tables, texts), encoding="utf-8")
        sys.stdout.write(f"{page.name}\n")


if __name__ == "__main__":
    main()
