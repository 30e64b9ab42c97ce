"""The layout: modules are short or say why not, and none imports itself by way of others."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import sm_gaussmle

PACKAGE = Path(sm_gaussmle.__file__).resolve().parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONG = 300


def module_name(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES}


def imported_at_once(tree):
    """Modules that an import of this one imports: not those of types or of functions."""
    statements = list(tree.body)
    while statements:
        node = statements.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in NAMES else node.module
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            statements += [*node.body, *node.orelse]
        elif isinstance(node, (ast.Try, ast.With, ast.ClassDef)):
            statements += node.body


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if len(p.read_text("utf-8").splitlines()) > LONG],
    ids=module_name,
)
def test_a_long_module_says_why(path):
    assert "Longer than other modules because" in ast.get_docstring(
        ast.parse(path.read_text("utf-8"))
    )


def test_no_module_imports_itself_by_way_of_others():
    graph = {
        module_name(path): NAMES.intersection(
            imported_at_once(ast.parse(path.read_text("utf-8")))
        )
        for path in MODULES
    }
    assert sum(map(len, graph.values())) > len(MODULES)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
