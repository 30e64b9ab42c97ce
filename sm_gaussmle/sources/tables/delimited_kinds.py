"""Types of the columns of delimited text, from all values: whole numbers before numbers before text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

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


class Kinds(NamedTuple):
    """Types of columns that hold for all their values.

    Attributes
    ----------
    kinds : dict of str to str
        The narrowest type for all values of each column that has some.
    nearly : dict of str to str
        For columns of text the type of more than half of their values, where there is one.
    """

    kinds: dict[str, str]
    nearly: dict[str, str]


def kinds_of(texts: Any, names: Sequence[str]) -> Kinds:
    """Types of columns of a file.

    Parameters
    ----------
    texts : duckdb.DuckDBPyRelation
        A file whose columns are all read as text.
    names : sequence of str
        The columns.

    Returns
    -------
    Kinds
        Of all rows.
    """
    # The type of the first rows is tried on all; the others cost several times more.
    rows, first = _fitting(texts.limit(_FIRST_ROWS), dict.fromkeys(names, tuple(KINDS)))
    if rows < _FIRST_ROWS:
        return first
    likely = {name: (first.kinds.get(name, TEXT),) for name in names}
    _, found = _fitting(texts, likely)
    unlike = {
        name: tuple(KINDS)
        for name, kind in found.kinds.items()
        if kind == TEXT and first.kinds.get(name) != TEXT
    }
    if not unlike:
        return Kinds(found.kinds, first.nearly)
    _, late = _fitting(texts, unlike)
    return Kinds(found.kinds | late.kinds, first.nearly | late.nearly)


def kinds_of_each(texts: Any, names: Sequence[str], file: str) -> dict[str, Kinds]:
    """Types of columns of several files, of few rows.

    Parameters
    ----------
    texts : duckdb.DuckDBPyRelation
        The files, their columns read as text.
    names : sequence of str
        The columns.
    file : str
        The column that tells the file.

    Returns
    -------
    dict of str to Kinds
        For each file that has rows.
    """
    tried = dict.fromkeys(names, tuple(KINDS))
    column = identifier(file)
    with interrupts():
        counted = texts.aggregate(f"{column}, {_counts(tried)}", column).fetchall()
    return {of: _fit(counts, tried) for of, _, *counts in counted}


def _fitting(texts: Any, tried: Mapping[str, tuple[str, ...]]) -> tuple[int, Kinds]:
    with interrupts():
        ((n_rows, *counts),) = texts.aggregate(_counts(tried)).fetchall()
    return n_rows, _fit(counts, tried)


def _asked(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return (*kinds, _MEANT) if len(kinds) > 1 else kinds


def _counts(tried: Mapping[str, tuple[str, ...]]) -> str:
    """Rows, and how many values of each column there are, and of each type."""
    tests = KINDS | {_MEANT: _MEANT}
    counts = [
        f"count(*) FILTER (WHERE {tests[kind].format(identifier(name))})"
        if kind in tests
        else f"count({identifier(name)})"
        for name, kinds in tried.items()
        for kind in (None, *_asked(kinds))
    ]
    return ", ".join(["count(*)", *counts])


def _fit(counts: Sequence[int], tried: Mapping[str, tuple[str, ...]]) -> Kinds:
    """The first of some types that all values of a column are of, or text; and of most."""
    numbers = iter(counts)
    found, nearly = {}, {}
    for name, kinds in tried.items():
        rows = next(numbers)
        of_kind = {kind: next(numbers) for kind in _asked(kinds)}
        if not rows:
            continue
        found[name] = next((kind for kind in kinds if of_kind[kind] == rows), TEXT)
        most = max(of_kind, key=of_kind.__getitem__)
        if found[name] == TEXT and rows < 2 * of_kind[most] and most != TEXT:
            nearly[name] = "DOUBLE" if most == _MEANT else most
    return Kinds(found, nearly)
