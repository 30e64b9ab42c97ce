"""The two kinds of summary of statsmodels, safe and complete in every format."""

from __future__ import annotations

import copy
import html
import itertools
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from statsmodels.iolib import summary2
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.tableformatting import fmt_latex

from sm_gaussmle.statsmodels_face.reading.table_text import (
    SafeTable,
    csv_text,
    latex_text,
    one_line,
)


class SummaryTable(Summary):
    """Tables of equal width, one below the other, with notes below them.

    Parameters
    ----------
    tables : sequence of SafeTable
        The tables: the head, with two columns of names, then the panels of parameters.
    notes : sequence of str
        Sentences of the notes.
    """

    def __init__(self, tables: Sequence[SafeTable], notes: Sequence[str]) -> None:
        super().__init__()
        self.tables = list(tables)
        self.add_extra_txt(notes)
        width = max(table.width() for table in tables)
        head, *panels = tables
        head.widen(width, 1, 3)
        for panel in panels:
            panel.widen(width, 0)

    def as_text(self) -> str:
        """Tables and notes as text.

        Returns
        -------
        str
            The notes have lines as wide as the tables.
        """
        plain = Summary()
        plain.tables = self.tables
        width = max(table.width() for table in self.tables)
        wrapper = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        lines = [line for note in self._notes() for line in wrapper.wrap(note)]
        return "\n".join([plain.as_text(), "", *lines])

    def as_html(self) -> str:
        """Tables and notes in HTML.

        Returns
        -------
        str
            Elements ``table`` for the head and for the parameters, and a ``p``.
        """
        tables = [table.as_html() for table in self._merged()]
        notes = "<br/>\n".join(html.escape(note) for note in self._notes())
        return "\n".join([*tables, f"<p>{notes}</p>"])

    def as_latex(self) -> str:
        """Tables and notes in LaTeX; they need the package booktabs.

        Returns
        -------
        str
            Environments ``tabular`` for the head and for the parameters, centred, and a
            paragraph for each note.
        """
        tables = [table.as_latex_tabular(center=False) for table in self._merged()]
        notes = [rf"\noindent {latex_text(note)}" for note in self._notes()]
        centred = "\n\\par\\medskip\n".join(tables)
        return "\n\n".join([f"\\begin{{center}}\n{centred}\n\\end{{center}}", *notes])

    def as_csv(self) -> str:
        """Tables and notes as values separated by commas.

        Returns
        -------
        str
            One line for the title, each row and each note, with an empty line before the
            notes.
        """
        notes = csv_text([[note] for note in self._notes()])
        return "\n".join([*(table.as_csv() for table in self.tables), "", notes])

    def _notes(self) -> list[str]:
        return (self.extra_txt or "").splitlines()

    def _merged(self) -> list[SafeTable]:
        # Panels with the same columns are one table, in which the columns stand in line.
        merged = []
        for _, group in itertools.groupby(self.tables, key=lambda table: len(table[0])):
            first, *rest = (copy.deepcopy(table) for table in group)
            for table in rest:
                first[-1].add_format("latex", row_dec_below=r"\midrule")
                first.extend(table)
            merged.append(first)
        return merged


class FrameSummary(summary2.Summary):
    """Summary of data frames, as ``summary2`` returns it."""

    def as_html(self) -> str:
        """Tables and notes in HTML.

        Returns
        -------
        str
            Elements ``table``, the first with the title, and a ``p``.
        """
        first, *others = self._safe_tables()
        first.title = self.title
        tables = [table.as_html() for table in (first, *others)]
        notes = "<br/>\n".join(html.escape(note) for note in self.extra_txt)
        return "\n".join([*tables, f"<p>{notes}</p>"])

    def as_latex(self, label: str = "") -> str:
        r"""Tables and notes in LaTeX.

        Parameters
        ----------
        label : str, default ""
            Name for ``\ref``.

        Returns
        -------
        str
            A ``table`` environment with the title as its caption, and a paragraph for
            each note.
        """
        tables = [table.as_latex_tabular() for table in self._safe_tables()]
        lines = [
            r"\begin{table}",
            rf"\caption{{{latex_text(self.title)}}}",
            rf"\label{{{label}}}",
            *tables,
            r"\end{table}",
        ]
        notes = [rf"\noindent {latex_text(note)}" for note in self.extra_txt]
        return "\n\n".join(["\n".join(lines), *notes])

    def _safe_tables(self) -> list[SafeTable]:
        return [
            SafeTable(
                [[_text(v, settings["float_format"]) for v in row] for row in frame.to_numpy()],
                headers=[one_line(name) for name in frame.columns]
                if settings["header"]
                else None,
                stubs=[one_line(name) for name in frame.index] if settings["index"] else None,
                align=settings["align"],
                ltx_fmt=fmt_latex,
            )
            for frame, settings in zip(self.tables, self.settings, strict=True)
        ]


def _text(value: Any, float_format: str) -> str:
    number = isinstance(value, float | np.floating)
    return float_format % value if number else str(value)
