"""Formulas as text: equations, the names they use, and where those are found."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

# A name that is looked up (not an attribute), and whether it is called.
_LOOKED_UP = re.compile(r"(?<![\w.])([^\W\d]\w*)(\s*\()?")
_OPENING, _CLOSING, _QUOTES = "([{", ")]}", "'\"`"


def split_formula(formula: Any, scale_formula: Any) -> tuple[str, str | None]:
    """Mean formula and scale formula.

    Parameters
    ----------
    formula : str
        ``"y ~ x"`` or ``"y ~ x | z"``.
    scale_formula : str or None
        ``"~ z"`` or ``"z"``.

    Returns
    -------
    formula : str
        ``"y ~ x"``.
    scale_formula : str or None
        ``"~ z"``; None for constant variance.

    Raises
    ------
    TypeError
        If a formula is not a string.
    ValueError
        If the scale equation is given twice, or with a left side, or there is no
        response.
    """
    for name, value in (("formula", formula), ("scale_formula", scale_formula)):
        if not isinstance(value, str) and not (name == "scale_formula" and value is None):
            shown = (
                f"of type {type(value).__name__}" if hasattr(value, "shape") else repr(value)
            )
            raise TypeError(f"`{name}` is {shown}; it must be a string such as 'y ~ x'.")
    parts = split_outside_brackets(formula, "|")
    if len(parts) > 2:
        raise ValueError(f"`formula` {formula!r} has {len(parts) - 1} bars; it may have one.")
    if len(parts) == 2 and scale_formula is not None:
        raise ValueError(
            f"the scale equation is given twice: {parts[1].strip()!r} after the bar of "
            f"`formula` and `scale_formula` {scale_formula!r}. Leave one out."
        )
    sides = formula_sides(parts[0])
    if len(sides) != 2 or not sides[0].strip() or not sides[1].strip():
        raise ValueError(
            f"`formula` is {formula!r}; it must have a response, one '~' and the terms of the "
            "mean, as in 'y ~ x' or 'y ~ 1'."
        )
    scale = parts[1] if len(parts) == 2 else scale_formula
    if scale is None:
        return parts[0].strip(), None
    scale_sides = split_outside_brackets(scale, "~")
    if len(scale_sides) > 2 or (len(scale_sides) == 2 and scale_sides[0].strip()):
        raise ValueError(
            f"`scale_formula` {scale.strip()!r} has a left side; the log variance is not "
            "observed: write '~ z'."
        )
    right = scale_sides[-1].strip()
    if not right:
        raise ValueError(f"`scale_formula` {scale!r} is empty; write '~ 1' or leave it out.")
    return parts[0].strip(), f"~ {right}"


def formula_sides(formula: str) -> list[str]:
    """Response and terms.

    Parameters
    ----------
    formula : str
        ``"y ~ x"``.

    Returns
    -------
    list of str
        The parts between tildes.
    """
    return [part.strip() for part in split_outside_brackets(formula, "~")]


def environment(
    formulas: list[str], eval_env: Any, columns: Iterable[Any], depth: int
) -> dict[str, Any]:
    """Names that the formulas use, looked up where the user wrote them.

    Parameters
    ----------
    formulas : list of str
        The formulas.
    eval_env : None, int or dict
        None or 1 for the namespace of the caller, 2 for that of its caller and so on,
        -1 for none; or the names themselves.
    columns : iterable
        Names of the data, which come first; only what the formulas call is looked up all
        the same.
    depth : int
        Frames between this function and the caller.

    Returns
    -------
    dict
        Names with their values; both formula engines take it.

    Raises
    ------
    TypeError
        If `eval_env` is something else.
    ValueError
        If there are not so many frames.
    """
    inside = set(columns)
    names = {
        name
        for formula in formulas
        for name, called in _LOOKED_UP.findall(formula)
        if called or name not in inside
    }
    if isinstance(eval_env, dict):
        # Only what is used: all of it would have to be pickled with the model.
        return {name: eval_env[name] for name in sorted(names & eval_env.keys())}
    if isinstance(eval_env, int) and eval_env == -1:
        return {}
    if eval_env is not None and (not isinstance(eval_env, int) or eval_env < 0):
        raise TypeError(
            f"`eval_env` is {eval_env!r}; it must be a dict of names, -1 for no names, or "
            "the number of frames up to the namespace (1 is the caller's)."
        )
    try:
        frame = sys._getframe(depth + max(eval_env or 1, 1))
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"`eval_env` is {eval_env}; there are not so many functions above this one."
        ) from error
    return {
        name: space[name]
        for name in sorted(names)
        for space in (frame.f_globals, frame.f_locals)
        if name in space
    }


def names_in(formula: str) -> set[str]:
    """Names that may be looked up outside the data when a formula is evaluated.

    Parameters
    ----------
    formula : str
        The formula.

    Returns
    -------
    set of str
        Its identifiers, without attributes.
    """
    return {name for name, _ in _LOOKED_UP.findall(formula)}


def split_outside_brackets(text: str, mark: str) -> list[str]:
    """Split at marks that are outside brackets and quotes.

    Parameters
    ----------
    text : str
        A formula, or hypotheses.
    mark : str
        One character.

    Returns
    -------
    list of str
        The parts between marks.
    """
    parts, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == mark and depth == 0:
            parts.append("")
            continue
        parts[-1] += character
    return parts
