"""Factors of which it is plain that a row's value does not depend on other rows."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from patsy import builtins

from sm_gaussmle.sources.formulas.design_state import is_transform

_FUNCTIONS = (np.where, np.clip, builtins.I, builtins.C, builtins.Q)
_OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.operator, ast.unaryop, ast.cmpop)
_SYNTAX = (ast.Expression, ast.Constant, ast.List, ast.Tuple, ast.keyword, ast.Load)


def is_elementwise(code: str, columns: Collection[str], outside: Mapping[str, Any]) -> bool:
    """Whether the code of a factor is made of operators and known functions alone.

    Parameters
    ----------
    code : str
        Of the factor.
    columns : collection of str
        Columns that it may name.
    outside : mapping
        Names outside the data.

    Returns
    -------
    bool
        False for whatever else, such as a method of a column or the user's own function.
    """
    return _is_plain(ast.parse(code, mode="eval"), columns, outside)


def gives_floats(code: str, columns: Collection[str], outside: Mapping[str, Any]) -> bool:
    """Whether a factor is one function, such as ``np.log(x)``, that makes whole numbers floats.

    Parameters
    ----------
    code : str
        Of the factor.
    columns : collection of str
        Columns that it may name.
    outside : mapping
        Names outside the data.

    Returns
    -------
    bool
        True if the values are the same whatever the type of the column is.
    """
    call = ast.parse(code, mode="eval").body
    if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
        return False
    inner, function = call.args[0], _found(call.func, columns, outside)
    if not isinstance(inner, ast.Name):
        return False
    if not isinstance(function, np.ufunc):
        return False
    return "d->d" in function.types and not any(one[0] in "lq" for one in function.types)


def _is_plain(node: ast.AST, columns: Collection[str], outside: Mapping[str, Any]) -> bool:
    if isinstance(node, ast.Name) and node.id in columns:
        return True
    if isinstance(node, ast.Name | ast.Attribute):
        # An array from outside is put beside the rows by their place in the part.
        return np.isscalar(_found(node, columns, outside))
    inside = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Call):
        function = _found(node.func, columns, outside)
        known = isinstance(function, np.ufunc) or is_transform(function)
        if not known and not any(function is one for one in _FUNCTIONS):
            return False
        inside.remove(node.func)
    elif not isinstance(node, (*_OPERATIONS, *_SYNTAX)):
        return False
    return all(_is_plain(one, columns, outside) for one in inside)


def _found(node: ast.AST, columns: Collection[str], outside: Mapping[str, Any]) -> object:
    """What a name without a column in it stands for, as patsy looks it up."""
    if isinstance(node, ast.Name) and node.id not in columns:
        return outside.get(node.id, getattr(builtins, node.id, None))
    if isinstance(node, ast.Attribute):
        return getattr(_found(node.value, columns, outside), node.attr, None)
    return None
