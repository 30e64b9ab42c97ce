"""Formulas of columns, ``C()`` and operators alone, which run no code of whoever wrote them.

What is accepted is listed; all else is refused before anything is evaluated. What is looked at
are the pieces between operators that patsy finds in a formula, also those that it would take
out again (``y - f()``), for the sides of an interval are evaluated one by one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import Any

from patsy.parse_formula import parse_formula

from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason
from sm_gaussmle.statsmodels_face.formulas.formula_text import formula_sides, split_formula

_ACCEPTED = (
    "Without evaluation (--no-eval) there are columns of the data, C(column) for levels, "
    'Q("a name") for a name that is none of Python, the operators + - * / : ** with '
    "parentheses, and the numbers 0 to 9"
)
# No escapes and no triple quotes: whoever splits a formula sees where such a name ends.
_PLAIN_QUOTES = re.compile(r"""[^'"]*("[^"\\]*"|'[^'\\]*')[^'"]*""")


def formula_pieces(formula: str, scale_formula: str | None = None) -> list[str]:
    """What stands between the operators of formulas.

    Parameters
    ----------
    formula : str
        ``"y ~ x"`` or ``"y ~ x | z"``.
    scale_formula : str, optional
        ``"~ z"``.

    Returns
    -------
    list of str
        Code and numbers of both equations and of the response, each once.

    Raises
    ------
    ValueError
        If a formula cannot be read.
    """
    mean, scale = split_formula(formula, scale_formula)
    sides = [*formula_sides(mean), *([] if scale is None else [scale.removeprefix("~")])]
    try:
        trees = [parse_formula(f"~ {side}") for side in sides]
        return list(dict.fromkeys(piece for tree in trees for piece in _leaves(tree)))
    except Exception as error:  # whatever patsy makes of any text
        raise ValueError(f"the formula {formula!r} cannot be read: {reason(error)}.") from error


def refuse_code(formula: str, scale_formula: str | None, columns: Collection[str]) -> None:
    """Refuse formulas that are more than columns, ``C()`` and operators.

    Parameters
    ----------
    formula : str
        ``"y ~ x"`` or ``"y ~ x | z"``.
    scale_formula : str or None
        ``"~ z"``.
    columns : collection of str
        Columns of the data.

    Raises
    ------
    ValueError
        If one is, or cannot be read. The piece is named.
    """
    for piece in formula_pieces(formula, scale_formula):
        why = _why_not(piece, columns)
        if why is not None:
            raise ValueError(
                f"the formula {formula!r} has {piece!r}, {why}. {_ACCEPTED}. "
                f"{columns_of(columns)}"
            )


def _leaves(node: Any) -> Iterator[str]:
    if not node.args:
        yield node.token.extra
    for child in node.args:
        yield from _leaves(child)


def _why_not(piece: str, columns: Collection[str]) -> str | None:
    """Why a piece is not accepted; None where it is."""
    try:
        node = ast.parse(piece, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "which is no expression"
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        # A power of a million is no code, but it does not end either.
        return None if len(piece) == 1 else "a number"
    named = _argument(node, "C") or node
    quoted = _argument(named, "Q")
    name: object = None
    if isinstance(named, ast.Name):
        name = named.id
    elif isinstance(quoted, ast.Constant) and _PLAIN_QUOTES.fullmatch(piece):
        name = quoted.value
    if not isinstance(name, str):
        return "which would be run as code"
    return None if name in columns else f"and {name!r} is no column of the data"


def _argument(node: ast.expr, function: str) -> ast.expr | None:
    """What a function of patsy is given, if that is one argument by its place."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == function
        and len(node.args) == 1
        and not node.keywords
    ):
        return node.args[0]
    return None
