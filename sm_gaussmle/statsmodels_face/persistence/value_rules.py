"""Rules for the values that a document may have."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_SHOWN = (type(None), bool, int, float, str)


@dataclass(frozen=True)
class Rule:
    """What a value must be.

    Attributes
    ----------
    what : str
        In words.
    holds : callable
        Whether a value is that. It looks at exact types, for a class that inherits from a
        harmless one need not be harmless.
    """

    what: str
    holds: Callable[[Any], bool]

    def __or__(self, other: Rule) -> Rule:
        """Either of two rules."""
        return Rule(
            f"{self.what} or {other.what}",
            lambda value: self.holds(value) or other.holds(value),
        )

    def check(self, name: str, value: Any) -> None:
        """Refuse a value that breaks the rule.

        Parameters
        ----------
        name : str
            What the value is called.
        value : object
            The value.

        Raises
        ------
        ValueError
            If it does not hold.
        """
        if not self.holds(value):
            shown = (
                reprlib.repr(value) if type(value) in _SHOWN else f"a {type(value).__name__}"
            )
            raise ValueError(f"`{name}` is {shown}; it must be {self.what}.")


def a(*kinds: type) -> Rule:
    """An object of one of some classes, not of classes that inherit from them.

    Parameters
    ----------
    *kinds : type
        The classes.

    Returns
    -------
    Rule
        The rule.
    """
    names = " or ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)
    return Rule(names, lambda value: type(value) in kinds)


def items_of(kind: type[Any], rule: Rule) -> Rule:
    """A list, tuple or set whose items follow a rule.

    Parameters
    ----------
    kind : type
        ``list``, ``tuple`` or ``set``.
    rule : Rule
        For each item.

    Returns
    -------
    Rule
        The rule.
    """
    return Rule(
        f"a {kind.__name__} of {rule.what}",
        lambda value: type(value) is kind and all(map(rule.holds, value)),
    )


def mapping(keys: Rule, values: Rule, kind: type[Any] = dict) -> Rule:
    """A dict whose keys and values follow rules.

    Parameters
    ----------
    keys, values : Rule
        For each key and value.
    kind : type
        ``dict`` or ``OrderedDict``.

    Returns
    -------
    Rule
        The rule.
    """
    return Rule(
        f"a {kind.__name__} of {keys.what} and {values.what}",
        lambda value: (
            type(value) is kind
            and all(map(keys.holds, value))
            and all(map(values.holds, value.values()))
        ),
    )


def record(rules: dict[str, Rule]) -> Rule:
    """A dict with certain keys, each with a rule of its own.

    Parameters
    ----------
    rules : dict
        Rules by key.

    Returns
    -------
    Rule
        The rule.
    """
    return Rule(
        f"a dict of {', '.join(rules)}",
        lambda value: (
            type(value) is dict
            and value.keys() == rules.keys()
            and all(rule.holds(value[name]) for name, rule in rules.items())
        ),
    )


def floats(dimensions: int) -> Rule:
    """An array of floating-point numbers.

    Parameters
    ----------
    dimensions : int
        How many dimensions it has.

    Returns
    -------
    Rule
        The rule.
    """
    return Rule(
        f"an array of floats with {dimensions} dimensions",
        lambda value: (
            type(value) is np.ndarray and value.dtype == np.float64 and value.ndim == dimensions
        ),
    )


def _is_plain(value: Any) -> bool:
    if type(value) in (list, tuple, set, frozenset):
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(map(_is_plain, value)) and all(map(_is_plain, value.values()))
    return type(value) in (*_SHOWN, np.ndarray, slice, range)


NONE, FLAG, TEXT = a(type(None)), a(bool), a(str)
NUMBER = Rule("a number", a(int, float).holds)
COUNT = Rule("a whole number from 0 on", lambda value: type(value) is int and value >= 0)
TEXTS = items_of(list, TEXT)
# Of attributes, to be looked up or set to None: none that Python itself has.
_ATTRIBUTE = re.compile(r"(?!.*__)[A-Za-z_][A-Za-z0-9_.]*")
ATTRIBUTES = items_of(
    list,
    Rule(
        "names of attributes",
        lambda value: type(value) is str and bool(_ATTRIBUTE.fullmatch(value)),
    ),
)
PLAIN = Rule("made of numbers, text and arrays", _is_plain)
FIGURES = Rule(
    "None, a number, or a tuple or array of numbers",
    (
        NONE
        | NUMBER
        | items_of(tuple, NUMBER)
        | Rule("", lambda value: type(value) is np.ndarray and value.dtype.kind in "biuf")
    ).holds,
)
PAIR = Rule(
    "two numbers",
    lambda value: type(value) is tuple and len(value) == 2 and all(map(NUMBER.holds, value)),
)
DESCRIBED = Rule(
    "a dict with a text as its 'description'",
    lambda value: mapping(TEXT, PLAIN).holds(value) and TEXT.holds(value.get("description")),
)
