"""Tables whose text is safe in LaTeX, HTML and CSV, whatever names the data have.

statsmodels' own tables escape some characters in some of their cells.
"""

from __future__ import annotations

import copy
import csv
import html
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Self

from statsmodels.iolib.table import Cell, SimpleTable, get_output_format

_GREEK = "αβγδεζηθικλμνξπρςστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"


def _greek(letter: str) -> str:
    name = unicodedata.name(letter).split()[-1].replace("LAMDA", "LAMBDA")
    return rf"\ensuremath{{\{name.lower() if letter.islower() else name.capitalize()}}}"


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        # At the start of a row, the line break before it would take it for its argument.
        "[": "{[}",
        "*": "{*}",
        # With a question or exclamation mark before it, another character.
        "`": "{`}",
        **{character: "\\" + character for character in "{}#$%&_"},
        **{letter: _greek(letter) for letter in _GREEK},
    }
)
_DOUBLED = re.compile(r"([-',])(?=\1)")  # two would be a longer dash or another quote
_NUMBER = re.compile(r"-(\d+\.?\d*(e[-+]\d+)?|inf)")


def one_line(text: object) -> str:
    """Text without line breaks and the like, which no cell of a table can have.

    Parameters
    ----------
    text : object
        A name, title or value.

    Returns
    -------
    str
        Its text with a blank for each control character.
    """
    control = ("Cc", "Zl", "Zp")
    return "".join(" " if unicodedata.category(c) in control else c for c in str(text))


def response_name(names: str | list[str]) -> str:
    """Name of a response, or the names of both ends of its interval.

    Parameters
    ----------
    names : str or list of str
        What statsmodels has as ``endog_names``.

    Returns
    -------
    str
        Without line breaks.
    """
    return one_line(names if isinstance(names, str) else ", ".join(map(str, names)))


def latex_text(text: str) -> str:
    """Text as LaTeX that prints it.

    Parameters
    ----------
    text : str
        Any text. Letters that are neither Latin nor Greek need XeLaTeX or LuaLaTeX.

    Returns
    -------
    str
        Special characters replaced; Greek letters and the minus of a number in
        mathematics.
    """
    if _NUMBER.fullmatch(text):
        return rf"\ensuremath{{{text}}}"
    return _DOUBLED.sub(r"{\1}", text.translate(_LATEX))


_ESCAPES: dict[str, Callable[[str], str]] = {"latex": latex_text, "html": html.escape}


class SafeCell(Cell):
    """Cell of a table that escapes its text."""

    def format(self, width: int, output_format: str = "txt", **fmt_dict: Any) -> str:
        """Text of the cell in a format.

        Parameters
        ----------
        width : int
            To pad to.
        output_format : {"txt", "csv", "html", "latex"}, default "txt"
            The format.
        **fmt_dict
            Formatting options.

        Returns
        -------
        str
            Escaped and padded.
        """
        output_format = get_output_format(output_format)
        escape = _ESCAPES.get(output_format)
        if escape is None:
            return str(super().format(width, output_format, **fmt_dict))
        safe = Cell(escape(str(self.data).strip()), self.datatype, self.row)
        return str(safe.format(width, output_format, **fmt_dict | {"replacements": {}}))


class SafeTable(SimpleTable):
    """Table that escapes its text, in every format.

    Parameters
    ----------
    rows : sequence of sequence of str
        Text of the cells.
    headers : sequence of str, optional
        Names of the columns.
    stubs : sequence of str, optional
        Names of the rows.
    title : str, optional
        What stands above the table.
    corner : str, default ""
        Heading of the names of the rows.
    align : {"r", "l"}, default "r"
        Where the cells stand in LaTeX and HTML; names of rows stand at the left.
    **formats
        Formatting options of statsmodels, ``txt_fmt`` and ``ltx_fmt``.
    """

    def __init__(
        self,
        rows: Sequence[Sequence[str]],
        headers: Sequence[str] | None = None,
        stubs: Sequence[str] | None = None,
        title: str | None = None,
        corner: str = "",
        align: str = "r",
        **formats: dict[str, Any],
    ) -> None:
        side = {"r": "right", "l": "left"}[align]
        aligned = {"data_aligns": align, "header_align": align}
        super().__init__(
            rows,
            headers=headers,
            stubs=stubs,
            title=title,
            celltype=SafeCell,
            txt_fmt=formats.get("txt_fmt"),
            ltx_fmt=formats.get("ltx_fmt", {}) | aligned,
            html_fmt={
                "stub": '<th style="text-align: left; padding: 0 0.5em">%s</th>',
                "header": f'<th style="text-align: {side}; padding: 0 0.5em">%s</th>',
                "data_fmts": [f'<td style="text-align: {side}; padding: 0 0.5em">%s</td>'],
            },
        )
        if corner:
            self[0][0].data, self[0][0].datatype = corner, "stub"

    def as_html(self, **fmt_dict: Any) -> str:
        """Table in HTML.

        Parameters
        ----------
        **fmt_dict
            Formatting options.

        Returns
        -------
        str
            A ``table`` element.
        """
        return str(SimpleTable.as_html(self._titled(html.escape), **fmt_dict))

    def as_latex_tabular(self, center: bool = True, **fmt_dict: Any) -> str:
        """Table in LaTeX; it needs the package booktabs.

        Parameters
        ----------
        center : bool, default True
            Whether to put it into a ``center`` environment.
        **fmt_dict
            Formatting options.

        Returns
        -------
        str
            A ``tabular`` environment, with the title in a comment.
        """
        titled = self._titled(latex_text)
        return str(SimpleTable.as_latex_tabular(titled, center, **fmt_dict))

    def as_csv(self, **fmt_dict: Any) -> str:
        """Table as values separated by commas.

        Parameters
        ----------
        **fmt_dict
            Not used; statsmodels has it.

        Returns
        -------
        str
            A line for the title and one for each row, quoted where needed.
        """
        del fmt_dict
        title = [[self.title]] if self.title else []
        return csv_text([*title, *([str(cell.data).strip() for cell in row] for row in self)])

    def _titled(self, escape: Callable[[str], str]) -> Self:
        table = copy.copy(self)
        table.title = self.title and escape(self.title)
        return table

    def width(self) -> int:
        """Width of its lines of text.

        Returns
        -------
        int
            Number of characters.
        """
        return len(self[-1].as_string("txt", **self.output_formats["txt"]))

    def widen(self, width: int, *columns: int) -> None:
        """Make the lines of text longer.

        Parameters
        ----------
        width : int
            Number of characters.
        *columns : int
            The columns to widen alike.
        """
        formats = self.output_formats["txt"]
        widths = list(self.get_colwidths("txt", **formats))
        for more in range(width - self.width()):
            widths[columns[more % len(columns)]] += 1
        formats["colwidths"] = widths


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as values separated by commas.

    Parameters
    ----------
    rows : sequence of sequence of str
        The values.

    Returns
    -------
    str
        One line per row; quoted where needed, without a line break at the end.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().removesuffix("\n")
