"""Tables in pages: written between two comments, and read back from there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "validation"
"""Where the pages are."""

_TABLE = re.compile(
    r"^(<!-- table: (?P<name>[^\n]*) -->)\n.*?^(<!-- end -->)$", re.MULTILINE | re.DOTALL
)
_TEXT = re.compile(
    r"(<!-- text: (?P<name>[^\n]*?) -->)(?P<text>.*?)(<!-- end -->)", re.MULTILINE | re.DOTALL
)
_NUMBER = re.compile(r"[-+.,\de]*")


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    headings : list of str
    rows : list of list of str
    keys : int
        How many of the first columns say what a row is. They are the same on every machine; the
        others are measured.
    """

    headings: list[str]
    rows: list[list[str]] = field(repr=False)
    keys: int = 1

    def lines(self) -> str:
        """Return the table in Markdown, numbers to the right."""
        columns = zip(*self.rows, strict=True)
        rule = ["---:" if all(map(_NUMBER.fullmatch, column)) else "---" for column in columns]
        return "\n".join(f"| {' | '.join(row)} |" for row in [self.headings, rule, *self.rows])

    def by_key(self) -> dict[tuple[str, ...], list[str]]:
        """Return what is measured, by what the row is."""
        return {tuple(row[: self.keys]): row[self.keys :] for row in self.rows}


def written(text: str, tables: dict[str, Table], texts: dict[str, str]) -> str:
    """Return a page with its tables and texts made anew.

    Parameters
    ----------
    text : str
        The page.
    tables : dict of str to Table
    texts : dict of str to str
        Words between ``<!-- text: name -->`` and ``<!-- end -->``.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If the page asks for a table or a text that is not there.
    """
    text = _TABLE.sub(
        lambda found: f"{found[1]}\n\n{tables[found['name']].lines()}\n\n{found[3]}", text
    )
    return _TEXT.sub(lambda found: f"{found[1]}{texts[found['name']]}{found[4]}", text)


def tables_in(text: str, like: dict[str, Table]) -> dict[str, Table]:
    """Return the tables of a page, read back; `like` has their numbers of keys."""
    found = {}
    for match in _TABLE.finditer(text):
        lines = [line for line in match[0].split("\n") if line.startswith("|")]
        rows = [
            [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
            for line in lines
        ]
        keys = like[match["name"]].keys
        found[match["name"]] = Table(rows[0], rows[2:], keys)
    return found
