"""Formulas of columns, ``C()`` and operators alone, which run no code of whoever wrote them.

What is accepted is listed; all else is refused before anything is evaluated. What is looked at
are the factors that patsy has made of a formula, as it would evaluate them, so that no other
reading of the text is in between.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection

from patsy import ModelDesc

from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason
from sm_gaussmle.statsmodels_face.formulas.formula_text import formula_sides, split_formula

_ACCEPTED = (
    "Without evaluation (--no-eval) there are columns of the data, C(column) for levels, "
    'Q("a name") for a name that is none of Python, the operators + - * / : ** with '
    "parentheses, and the numbers 0 to 9"
)


def factor_codes(formula: str, scale_formula: str | None = None) -> list[str]:
    """What a model evaluates of its formulas.

    Parameters
    ----------
    formula : str
        ``"y ~ x"`` or ``"y ~ x | z"``.
    scale_formula : str, optional
        ``"~ z"``.

    Returns
    -------
    list of str
        Code of the factors of both equations and of the response.

    Raises
    ------
    ValueError
        If a formula cannot be read.
    """
    mean, scale = split_formula(formula, scale_formula)
    sides = [*formula_sides(mean), *([] if scale is None else [scale.removeprefix("~")])]
    codes: dict[str, None] = {}
    for side in sides:
        try:
            terms = ModelDesc.from_formula(f"~ {side}").rhs_termlist
            codes |= dict.fromkeys(factor.code for term in terms for factor in term.factors)
        except Exception as error:  # whatever patsy makes of any text
            raise ValueError(
                f"the formula {formula!r} cannot be read: {reason(error)}."
            ) from error
    return list(codes)


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
    for text in (formula, scale_formula or ""):
        for number in _numbers(text):
            # A power of a million is no code, but it does not end either.
            if not (len(number) == 1 and number.isdigit()):
                raise ValueError(f"the formula {text!r} has the number {number}. {_ACCEPTED}.")
    for code in factor_codes(formula, scale_formula):
        why = _why_not(code, columns)
        if why is not None:
            raise ValueError(
                f"the formula {formula!r} has {code!r}, {why}. {_ACCEPTED}. "
                f"{columns_of(columns)}"
            )


def _numbers(text: str) -> list[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise ValueError(f"the formula {text!r} cannot be read: {error.args[0]}.") from error
    return [token.string for token in tokens if token.type == tokenize.NUMBER]


def _why_not(code: str, columns: Collection[str]) -> str | None:
    """Why a factor is not accepted; None where it is."""
    node = ast.parse(code, mode="eval").body
    named = _argument(node, "C") or node
    name: object = named.id if isinstance(named, ast.Name) else None
    quoted = _argument(named, "Q")
    if isinstance(quoted, ast.Constant):
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
