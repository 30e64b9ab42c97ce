"""The tables of the page on differences, read."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"

SAME, NO_SUCH_NAME = "same", "—"


@dataclass(frozen=True)
class Row:
    """What the page says of a name; `ols` and `glm` are cells of their columns."""

    ols: str
    glm: str
    here: str
    reason: str

    @property
    def absent(self):
        return self.here == "not there"

    def differs(self, kind):
        """Whether the name of that kind is there, here too, and gives something else."""
        return not self.absent and getattr(self, kind) not in {SAME, NO_SUCH_NAME}


def table(first):
    """Rows of the table whose first heading is given, as lists of cells."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def listed():
    """Pairs of a name and its row, in the order of the page."""
    return [
        (name, Row(*cells))
        for names, *cells in table("name")
        for name in re.findall(r"`([\w.]+)`", names)
    ]


ROWS = dict(listed())
