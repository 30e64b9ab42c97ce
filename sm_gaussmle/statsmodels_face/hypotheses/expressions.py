"""Expressions of the parameters, read without running any code of theirs."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.hypotheses.names_in_text import with_names, with_places

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    name: getattr(np, name)
    for name in (
        "abs",
        "arctan",
        "cos",
        "exp",
        "expm1",
        "log",
        "log10",
        "log1p",
        "log2",
        "sin",
        "sqrt",
        "tan",
        "tanh",
    )
}
_OPERATIONS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_PLACE = "_parameter_"


def expression(text: str, names: Sequence[str]) -> Callable[[Any], float]:
    """A function of the parameters from text.

    Parameters
    ----------
    text : str
        Arithmetic with ``+ - * / **``, numbers, brackets, the functions of `FUNCTIONS` and
        the names of the parameters as they are in the summary: ``"-x / (2 * I(x ** 2))"``.
    names : sequence of str
        The parameters.

    Returns
    -------
    callable
        Maps the parameters, shape (k,), to the value.

    Raises
    ------
    ValueError
        If the text has anything else.
    """
    readable = with_places(text, names, _PLACE)
    try:
        tree = ast.parse(readable.strip(), mode="eval").body
        _value(tree, np.ones(len(names)))
    except (SyntaxError, _UnknownError) as error:
        what = error.args[0] if isinstance(error, _UnknownError) else "it is no expression"
        what = with_names(what, names, _PLACE)
        raise ValueError(
            f"`function` {text!r} cannot be read: {what}. Write arithmetic of the parameters "
            f"{some(list(names))} with the functions {', '.join(FUNCTIONS)}, or pass a function "
            "of the parameters."
        ) from error
    return lambda params: float(_value(tree, params))


class _UnknownError(Exception):
    """Something in an expression that is not arithmetic."""


def _value(node: ast.expr, params: Any) -> Any:
    with np.errstate(all="ignore"):  # the caller looks whether it is finite
        return _evaluated(node, params)


def _evaluated(node: ast.expr, params: Any) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return np.float64(number)
        case ast.Name(id=name) if name.startswith(_PLACE):
            return np.float64(params[int(name.removeprefix(_PLACE))])
        case ast.BinOp(left, operation, right) if type(operation) in _OPERATIONS:
            return _OPERATIONS[type(operation)](
                _evaluated(left, params), _evaluated(right, params)
            )
        case ast.UnaryOp(operation, operand) if type(operation) in _OPERATIONS:
            return _OPERATIONS[type(operation)](_evaluated(operand, params))
        case ast.Call(ast.Name(id=name), [argument], []) if name in FUNCTIONS:
            return FUNCTIONS[name](_evaluated(argument, params))
        case ast.Name(id=name):
            raise _UnknownError(f"there is no parameter {name!r}")
        case _:
            raise _UnknownError(f"{ast.unparse(node)!r} is not arithmetic")
