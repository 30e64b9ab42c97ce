"""The page: headings, paragraphs and tables of at most 79 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 79


def title(text: str) -> str:
    """Title of the page.

    Parameters
    ----------
    text : str
        One line.

    Returns
    -------
    str
        The line between two rules.
    """
    rule = "=" * WIDTH
    return f"{rule}\n{text}\n{rule}"


def heading(text: str) -> str:
    """Heading of a step.

    Parameters
    ----------
    text : str
        One line.

    Returns
    -------
    str
        The line, underlined.
    """
    return f"\n{text}\n{'-' * len(text)}"


def paragraph(text: str) -> str:
    """Running text.

    Parameters
    ----------
    text : str
        Words; the breaks between its lines do not matter.

    Returns
    -------
    str
        The words in lines of at most `WIDTH` columns.
    """
    # A break at a hyphen would split numbers like 1e-05.
    return textwrap.fill(" ".join(text.split()), WIDTH, break_on_hyphens=False)


def formula(*lines: str) -> str:
    """Formulas or code, set off from the text.

    Parameters
    ----------
    *lines : str
        One line each.

    Returns
    -------
    str
        The lines, indented.
    """
    return "\n".join(f"    {line}".rstrip() for line in lines)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns of text: the first to the left, the others to the right.

    Parameters
    ----------
    header : sequence of str
        Heads of the columns.
    rows : iterable of sequence of str
        Cells.

    Returns
    -------
    str
        The table, indented.
    """
    cells = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "   ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return formula(lines[0], "-" * len(lines[0]), *lines[1:])


def fixed(value: float, digits: int = 4) -> str:
    """A number with a fixed number of decimals, and no minus before a zero.

    Parameters
    ----------
    value : float
        The number.
    digits : int, default 4
        Decimals.

    Returns
    -------
    str
        The number.
    """
    return f"{value:z.{digits}f}"
