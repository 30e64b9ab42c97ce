"""The tables of the page on small samples, from the counts of the study."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

PAGE = Path(__file__).parents[2] / "docs" / "small-samples.md"
# A table stands between two comments, the first of which says what it is of.
_TABLE = re.compile(
    r"^<!-- (?P<quantity>size|coverage): (?P<setting>[^;]*); (?P<target>.*?) -->\n"
    r".*?^<!-- end -->$",
    re.MULTILINE | re.DOTALL,
)
_ORIGIN = re.compile(r"^(<!-- origin -->)\n.*?^(<!-- end -->)$", re.MULTILINE | re.DOTALL)
_ORDER = ("LR", "score", "Wald", "profile", "exact", "bootstrap")


def read(csv: Path) -> tuple[str, pd.DataFrame]:
    """Read what the study found.

    Parameters
    ----------
    csv : Path
        Its file.

    Returns
    -------
    origin : str
        Seed and versions.
    table : DataFrame
        Counts.
    """
    first = csv.read_text(encoding="utf-8").split("\n", 1)[0]
    return first.removeprefix("# "), pd.read_csv(csv, comment="#")


def with_tables(text: str, origin: str, table: pd.DataFrame) -> str:
    """Write the tables of a page.

    Parameters
    ----------
    text : str
        The page.
    origin : str
        Seed and versions.
    table : DataFrame
        Counts of the study.

    Returns
    -------
    str
        The page with new tables.

    Raises
    ------
    KeyError
        If the study has no such table.
    """

    def written(found: re.Match[str]) -> str:
        first, last = found[0].split("\n", 1)[0], found[0].rsplit("\n", 1)[1]
        chosen = table
        for name, value in found.groupdict().items():
            chosen = chosen[chosen[name] == value]
        if chosen.empty:
            raise KeyError(f"the study has nothing for {first}")
        return "\n".join([first, "", *_lines(chosen), "", last])

    text = _TABLE.sub(written, text)
    return _ORIGIN.sub(lambda found: f"{found[1]}\n{origin}\n{found[2]}", text)


def _lines(chosen: pd.DataFrame) -> list[str]:
    """Return the lines of a table: a row for each method, rates in percent."""
    sizes = sorted(chosen["n"].unique())
    # What never happened needs no column.
    counted = {"replicates": "samples", "failed": "no answer", "warned": "warned"}
    counted = {name: title for name, title in counted.items() if chosen[name].any()}
    headings = ["method", *(f"n = {n}" for n in sizes), *counted.values()]
    lines = [headings, ["---"] + ["---:"] * (len(headings) - 1)]
    for method in sorted(chosen["method"].unique(), key=_place):
        rows = chosen[chosen["method"] == method].sort_values("n")
        rates = [
            f"{100 * rate:.1f} ± {100 * mc_se:.1f}"
            for rate, mc_se in zip(rows["rate"], rows["mc_se"], strict=True)
        ]
        lines.append([method, *rates, *(_by_size(rows[name]) for name in counted)])
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _place(method: str) -> tuple[int, str]:
    """Return what methods are sorted by."""
    return _ORDER.index(re.split(r"\W", method)[0]), method


def _by_size(values: pd.Series) -> str:
    """Return numbers by size, or the one number that they all are."""
    texts = [f"{value:,}" for value in values]
    return texts[0] if len(set(texts)) == 1 else " / ".join(texts)


def write_tables(csv: Path) -> None:
    """Write the tables of the page, in place.

    Parameters
    ----------
    csv : Path
        The file of the study.
    """
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_tables(text, *read(csv)), encoding="utf-8")
