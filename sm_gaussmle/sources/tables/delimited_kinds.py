"""Types of the columns of delimited text, from all values: whole numbers before numbers before text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sm_gaussmle.sources.tables.duckdb import identifier, interrupts

# Rows whose type is guessed before it is tried on all.
_FIRST_ROWS = 2_000
TEXT = "VARCHAR"
# Types in the order in which they are tried, and which texts are of each.
KINDS = {
    "BIGINT": r"regexp_full_match({0}, '\s*[-+]?\d+\s*') AND try_cast({0} AS BIGINT) NOT NULL",
    # DuckDB reads 1_5 as 15 and +-1 as -1, which are no numbers to pandas.
    "DOUBLE": "try_cast({0} AS DOUBLE) NOT NULL AND NOT contains({0}, '_') "
    "AND NOT contains({0}, '+-')",
    "BOOLEAN": "lower({0}) IN ('true', 'false')",
    "DATE": "regexp_full_match({0}, '\\d{{4}}-\\d\\d-\\d\\d') AND try_cast({0} AS DATE) NOT NULL",
    "TIMESTAMP": "regexp_full_match({0}, '\\d{{4}}-\\d\\d-\\d\\d[ T].*') AND "
    "try_cast({0} AS TIMESTAMP) NOT NULL",
}
WORDS = {
    "BIGINT": "whole numbers",
    "DOUBLE": "numbers",
    "BOOLEAN": "booleans",
    "DATE": "dates",
    "TIMESTAMP": "times",
    TEXT: "text",
}
# Numbers with a decimal comma or thousands separators are meant as numbers.
_MEANT = "try_cast(replace({0}, ',', '') AS DOUBLE) NOT NULL"
# The type for the values of two files.
WIDER = {
    frozenset({"BIGINT", "DOUBLE"}): "DOUBLE",
    frozenset({"DATE", "TIMESTAMP"}): "TIMESTAMP",
}


def kinds_of(texts: Any, names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Types of columns that hold for all their values.

    Parameters
    ----------
    texts : duckdb.DuckDBPyRelation
        A file whose columns are all read as text.
    names : sequence of str
        The columns.

    Returns
    -------
    kinds : dict of str to str
        The narrowest type for all values of each column that has some.
    nearly : dict of str to str
        For columns of text the type of more than half of their values, where there is one.
    """
    # The type of the first rows is tried on all; the others cost several times more.
    rows, first, nearly = _fitting(texts.limit(_FIRST_ROWS), dict.fromkeys(names, tuple(KINDS)))
    if rows < _FIRST_ROWS:
        return first, nearly
    likely = {name: (first.get(name, TEXT),) for name in names}
    _, found, _ = _fitting(texts, likely)
    unlike = {
        name: tuple(KINDS)
        for name, kind in found.items()
        if kind == TEXT and first.get(name) != TEXT
    }
    _, late, nearly_late = _fitting(texts, unlike)
    return found | late, nearly | nearly_late


def _fitting(
    texts: Any,
    tried: Mapping[str, tuple[str, ...]],
) -> tuple[int, dict[str, str], dict[str, str]]:
    """Rows, and the first of some types that all values of a column are of, or text; and most."""
    asked = {
        name: (*kinds, _MEANT) if len(kinds) > 1 else kinds for name, kinds in tried.items()
    }
    tests = KINDS | {_MEANT: _MEANT}
    counts = [
        f"count(*) FILTER (WHERE {tests[kind].format(identifier(name))})"
        if kind in tests
        else f"count({identifier(name)})"
        for name, kinds in asked.items()
        for kind in (None, *kinds)
    ]
    if not counts:
        return 0, {}, {}
    with interrupts():
        ((n_rows, *values),) = texts.aggregate(", ".join(["count(*)", *counts])).fetchall()
    numbers = iter(values)
    found, nearly = {}, {}
    for name, kinds in asked.items():
        rows = next(numbers)
        of_kind = {kind: next(numbers) for kind in kinds}
        if not rows:
            continue
        found[name] = next((kind for kind in tried[name] if of_kind[kind] == rows), TEXT)
        most = max(kinds, key=of_kind.__getitem__)
        if found[name] == TEXT and rows < 2 * of_kind[most] and most != TEXT:
            nearly[name] = "DOUBLE" if most == _MEANT else most
    return n_rows, found, nearly
