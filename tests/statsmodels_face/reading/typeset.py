"""A strict reader of the LaTeX of tables: what it prints, or an error."""

import re

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
_PRINTED = {
    r"\textbackslash": "\\",
    r"\textasciitilde": "~",
    r"\textasciicircum": "^",
    r"\textless": "<",
    r"\textgreater": ">",
    r"\textbar": "|",
    r"\beta": "β",
    r"\lambda": "λ",
    r"\sigma": "\u03c3",
    r"\Sigma": "Σ",
    **{"\\" + character: character for character in "{}#$%&_"},
}
_SILENT = (r"\textbf", r"\ensuremath", r"\noindent")
_SPECIAL = "#$%&_~^\\"
_RULES = (r"\toprule", r"\midrule", r"\bottomrule", r"\hline")
_ALONE = (*_RULES, r"\par\medskip", "")


def printed(text):
    """What a piece of LaTeX within a row or a paragraph prints; no commands but ours."""
    depth, out = 0, []
    for piece in _TOKEN.findall(text):
        assert piece not in _SPECIAL, f"{piece!r} is not escaped in {text!r}"
        assert len(piece) == 1 or piece in _PRINTED or piece in _SILENT, f"{piece} is unknown"
        assert ord(piece[0]) < 0x100, f"pdfLaTeX has no {piece!r}"
        depth += {"{": 1, "}": -1}.get(piece, 0)
        assert depth >= 0, f"a brace is closed that was not opened in {text!r}"
        if piece not in "{}" and piece not in _SILENT:
            out.append(_PRINTED.get(piece, piece))
    assert depth == 0, f"a brace is not closed in {text!r}"
    assert not re.search(r"--|''|,,|[?!]`", text), f"a ligature in {text!r}"
    return "".join(out).strip()


def read(latex):
    """Rows of the tables, as lists of what their cells print, and the paragraphs."""
    environments, rows, paragraphs, columns, after_break = [], [], [], 0, False
    for line in latex.splitlines():
        if begin := re.fullmatch(r"\\begin\{(\w+)\}(?:\{([lrc]+)\})?", line):
            environments.append(begin[1])
            columns = len(begin[2] or "")
        elif end := re.fullmatch(r"\\end\{(\w+)\}", line):
            assert environments.pop() == end[1]
        elif line.startswith("%") or line in _ALONE:
            pass
        elif title := re.fullmatch(r"\\caption\{(.*)\}|\\label\{.*\}", line):
            assert environments == ["table"]
            paragraphs.append(printed(title[1] or ""))
        elif environments and environments[-1] == "tabular":
            assert not (after_break and line.lstrip().startswith(("[", "*")))
            row, empty = line.rsplit(r"\\", 1)
            assert not empty
            cells = re.split(r"(?<!\\)&", row)
            assert len(cells) == columns
            rows.append([printed(cell) for cell in cells])
        else:
            assert not environments
            paragraphs.append(printed(line))
        after_break = bool(line.strip())
    assert not environments
    return rows, paragraphs
