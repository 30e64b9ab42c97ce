"""Where a check is switched off, an error passed over or a test left out, and why.

    python -m tests.packaging.escape_hatches

writes the table of docs/project.md again. A reason is a comment: behind the directive,
on the same line, on the lines above, or on the first line of the block. A test says its reason
to pytest.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "project.md"
HEAD = "| what | in the package | in tests, pages and scripts |"
FOLDERS = ("sm_gaussmle", "tests", "docs", ".ci")

DIRECTIVES = {
    "`# pragma: no cover`": re.compile(r"#\s*pragma: no (?:cover|branch)(?P<reason>.*)"),
    "`# type: ignore`": re.compile(r"#\s*type: ignore(?:\[[\w, -]+\])?(?P<reason>.*)"),
    "`# noqa`": re.compile(r"#\s*noqa\b(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(?P<reason>.*)"),
}
BROAD = "`except Exception`"
SUPPRESSED = "`suppress`"
WARNINGS = "warnings that are ignored"
FLOATS = "floating-point warnings that are not raised"
OPTIONAL = "`importorskip`: an optional package"
SKIPS = "skipped where the machine lacks something"
EXPECTED = "`xfail`"
KINDS = (*DIRECTIVES, BROAD, SUPPRESSED, WARNINGS, FLOATS, OPTIONAL, SKIPS, EXPECTED)

_BROAD = ("Exception", "BaseException")
_COMMENT = re.compile(r"^\s*#\s*\S")


@dataclass(frozen=True)
class Hatch:
    """One place."""

    kind: str
    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.kind}"


def sources() -> list[Path]:
    """Python files of the repository."""
    made = {"_build", "generated"}  # by the pages
    found = (file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
    return [file for file in found if made.isdisjoint(file.parts)]


def hatches(path: Path) -> list[Hatch]:
    """All places of a file."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    found = [
        Hatch(kind, path, token.start[0], match["reason"].strip(" -#"))
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
        for kind, pattern in DIRECTIVES.items()
        if (match := pattern.search(token.string))
    ]
    for node in ast.walk(ast.parse(text)):
        for kind, given in _of_node(node):
            reason = given or _comment(lines, node.lineno, node)
            found.append(Hatch(kind, path, node.lineno, reason))
    return found


def _of_node(node: ast.AST) -> list[tuple[str, str]]:
    """Kinds of a statement or call, each with the reason that it is called with."""
    if isinstance(node, ast.ExceptHandler):
        broad = node.type is None or getattr(node.type, "id", None) in _BROAD
        return [(BROAD, "")] if broad else []
    if isinstance(node, (ast.With, ast.AsyncWith)):
        # A block is counted here, where its comments are, and not for the call that opens it.
        calls = [item.context_expr for item in node.items]
        names = [_name(call) for call in calls]
        quiet = any(n == "errstate" and _ignored(c) for n, c in zip(names, calls, strict=True))
        return [(SUPPRESSED, "")] * ("suppress" in names) + [(FLOATS, "")] * quiet
    if isinstance(node, ast.Call):
        told = _CALLS.get(_name(node))
        return told(node) if told else []
    return []


def _name(call: ast.expr) -> str:
    function = call.func if isinstance(call, ast.Call) else call
    return ast.unparse(function).rpartition(".")[2]


def _filter(call: ast.Call) -> list[tuple[str, str]]:
    return [(WARNINGS, "")] * _ignored(call)


def _package(call: ast.Call) -> list[tuple[str, str]]:
    return [(OPTIONAL, ast.unparse(call))]


def _left_out(call: ast.Call) -> list[tuple[str, str]]:
    reasons = [k.value for k in call.keywords if k.arg == "reason"] or call.args[:1]
    kind = EXPECTED if _name(call) == "xfail" else SKIPS
    return [(kind, " ".join(map(ast.unparse, reasons)))]


_CALLS = {
    "filterwarnings": _filter,
    "simplefilter": _filter,
    "importorskip": _package,
    "skip": _left_out,
    "skipif": _left_out,
    "xfail": _left_out,
}


def _ignored(call: ast.expr) -> bool:
    return any(isinstance(text, str) and text.startswith("ignore") for text in _texts(call))


def _texts(call: ast.expr) -> list[object]:
    return [part.value for part in ast.walk(call) if isinstance(part, ast.Constant)]


def _comment(lines: list[str], number: int, node: ast.AST) -> str:
    """Comment on the line, above it, or at the head of the block."""
    _, mark, on_line = lines[number - 1].rpartition("  # ")
    above = lines[number - 2] if number > 1 else ""
    body = getattr(node, "body", None)
    # Between the line and the first statement of the block, which may span several.
    within = lines[number : body[0].lineno - 1] if body else []
    near = [on_line if mark else "", *(x for x in (above, *within) if _COMMENT.match(x))]
    return " ".join(x.strip() for x in near if x.strip())


def all_hatches() -> list[Hatch]:
    """All places of the repository, by file and line."""
    found = [hatch for path in sources() for hatch in hatches(path)]
    return sorted(found, key=lambda hatch: (str(hatch.path), hatch.line))


def table() -> str:
    """Counts, in the package and elsewhere."""
    counts = Counter(
        (hatch.kind, hatch.path.is_relative_to(ROOT / "sm_gaussmle")) for hatch in all_hatches()
    )
    rows = [f"| {kind} | {counts[kind, True]} | {counts[kind, False]} |" for kind in KINDS]
    return "\n".join([HEAD, "|---|---:|---:|", *rows])


if __name__ == "__main__":
    page = PAGE.read_text("utf-8")
    PAGE.write_text(re.sub(rf"{re.escape(HEAD)}\n(\|.*\n)+", table() + "\n", page), "utf-8")
