"""The tables of a page, from the counts of its study."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

# A table stands between two comments, the first of which says what it is of: of one setting,
# or of all.
_TABLE = re.compile(
    r"^<!-- (?P<quantity>size|coverage): (?:(?P<setting>[^;\n]*); )?(?P<target>[^;\n]*) -->\n"
    r".*?^<!-- end -->$",
    re.MULTILINE | re.DOTALL,
)
_ORIGIN = re.compile(r"^(<!-- origin -->)\n.*?^(<!-- end -->)$", re.MULTILINE | re.DOTALL)
_ORDER = ("LR", "score", "Wald", "profile", "exact", "bootstrap")
_NONE = "-"  # where a setting has no samples of a size


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
        asked = {name: value for name, value in found.groupdict().items() if value}
        for name, value in asked.items():
            chosen = chosen[chosen[name] == value]
        if chosen.empty:
            raise KeyError(f"the study has nothing for {first}")
        titles = ["method"] if "setting" in asked else ["setting", "method"]
        return "\n".join([first, "", *_lines(chosen, titles), "", last])

    text = _TABLE.sub(written, text)
    return _ORIGIN.sub(lambda found: f"{found[1]}\n{origin}\n{found[2]}", text)


def _lines(chosen: pd.DataFrame, titles: list[str]) -> list[str]:
    """Return the lines of a table: a row for each method, rates in percent."""
    sizes = sorted(chosen["n"].unique())
    # What never happened needs no column.
    counted = {"replicates": "samples", "failed": "no answer", "warned": "warned"}
    counted = {name: title for name, title in counted.items() if chosen[name].any()}
    headings = [*titles, *(f"n = {n}" for n in sizes), *counted.values()]
    lines = [headings, ["---"] * len(titles) + ["---:"] * (len(sizes) + len(counted))]
    groups = {names: rows.set_index("n") for names, rows in chosen.groupby(titles)}
    for names in sorted(groups, key=_place):
        rows = [groups[names].loc[n] if n in groups[names].index else None for n in sizes]
        rates = [
            _NONE if row is None else f"{100 * row['rate']:.1f} ± {100 * row['mc_se']:.1f}"
            for row in rows
        ]
        numbers = (
            _by_size([_NONE if row is None else f"{row[name]:,}" for row in rows])
            for name in counted
        )
        lines.append([*names, *rates, *numbers])
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _place(names: tuple[str, ...]) -> tuple:
    """Return what rows are sorted by."""
    *setting, method = names
    return *setting, _ORDER.index(re.split(r"\W", method)[0]), method


def _by_size(texts: list[str]) -> str:
    """Return numbers by size, or the one number that they all are."""
    different = set(texts) - {_NONE}
    return different.pop() if len(different) == 1 else " / ".join(texts)
