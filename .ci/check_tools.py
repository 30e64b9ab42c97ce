"""Check that the tests of other people's tools have run, each of them.

python .ci/check_tools.py FOLDER REPORT, which is pytest's --junit-xml of that folder of
tests/compatibility. The table that it is compared with is tests/compatibility/counts.toml.
"""

import sys
import tomllib
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

TESTS = Path(__file__).parents[1] / "tests" / "compatibility"
NOT_PASSED = ("error", "failure", "skipped")


def counts(folder: str) -> dict[str, int]:
    """Read how many tests each tool has.

    Parameters
    ----------
    folder : str
        The folder below tests/compatibility.

    Returns
    -------
    dict of str to int
        By the name of the module without ``test_``.
    """
    return dict(tomllib.loads((TESTS / "counts.toml").read_text(encoding="utf-8"))[folder])


def passed(report: str) -> Counter[str]:
    """Count the tests that passed; those that were skipped or failed as expected did not.

    Parameters
    ----------
    report : str
        The report as XML.

    Returns
    -------
    Counter of str
        By the name of the module without ``test_``.
    """
    cases = ET.fromstring(report).iter("testcase")  # noqa: S314 - written by pytest just before
    return Counter(
        case.get("classname", "").rpartition(".")[2].removeprefix("test_")
        for case in cases
        if all(case.find(outcome) is None for outcome in NOT_PASSED)
    )


def faults(expected: dict[str, int], found: Counter[str]) -> list[str]:
    """Name what differs.

    Parameters
    ----------
    expected : dict of str to int
        What the table has.
    found : Counter of str
        What passed.

    Returns
    -------
    list of str
        One sentence a tool.
    """
    return [
        f"{tool}: {found[tool]} tests passed; counts.toml has {expected.get(tool, 0)}."
        for tool in sorted({*expected, *found})
        if found[tool] != expected.get(tool, 0)
    ]


def main(folder: str, report: str) -> None:
    """Compare a report with the table.

    Parameters
    ----------
    folder : str
        The folder below tests/compatibility.
    report : str
        The file of the report.
    """
    found = passed(Path(report).read_text(encoding="utf-8"))
    if wrong := faults(counts(folder), found):
        raise SystemExit("\n".join(wrong))
    print(", ".join(f"{tool} {number}" for tool, number in sorted(found.items())))


if __name__ == "__main__":
    main(*sys.argv[1:])
