"""A class whose objects a document may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sm_gaussmle.sources.formulas.design_state import reduced
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError
from sm_gaussmle.statsmodels_face.persistence.value_rules import Rule


@dataclass(frozen=True)
class KnownClass:
    """A class and the attributes of its objects.

    Attributes
    ----------
    kind : type
        The class.
    rules : dict
        What each attribute must be.
    make : callable or None
        Makes an object of the attributes; by default they are filled in.
    take : callable or None
        Takes the attributes from an object; by default from its state.
    derived : frozenset of str
        Attributes in the state that `make` derives from the others.
    """

    kind: type
    rules: dict[str, Rule]
    make: Callable[..., Any] | None = None
    take: Callable[[Any], dict[str, Any]] | None = None
    derived: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Package and name of the class, as a document has it."""
        return f"{self.kind.__module__.partition('.')[0]}:{self.kind.__qualname__}"

    def parts(self, value: Any) -> dict[str, Any]:
        """Attributes of an object.

        Parameters
        ----------
        value : object
            An object of the class.

        Returns
        -------
        dict
            Those that have a rule.

        Raises
        ------
        NotPlainError
            If it has others.
        """
        found = self.take(value) if self.take is not None else _state(value)
        if found.keys() - self.derived != self.rules.keys():
            raise NotPlainError(
                f"a {self.name.replace(':', '.')} with the attributes {', '.join(found)} is not "
                f"kept, but one with {', '.join(self.rules)}"
            )
        return {name: found[name] for name in self.rules}

    def build(self, parts: dict[str, Any]) -> Any:
        """An object from its attributes.

        Parameters
        ----------
        parts : dict
            What `parts` has found.

        Returns
        -------
        object
            An object of the class.

        Raises
        ------
        ValueError
            If an attribute is missing, unknown or breaks its rule.
        """
        if parts.keys() != self.rules.keys():
            raise ValueError(
                f"a {self.name} has the attributes {', '.join(self.rules) or 'none'}; this one "
                f"has {', '.join(parts) or 'none'}."
            )
        for name, rule in self.rules.items():
            rule.check(f"{self.kind.__qualname__}.{name}", parts[name])
        if self.make is not None:
            return self.make(**parts)
        value: Any = object.__new__(self.kind)
        for name, part in parts.items():
            object.__setattr__(value, name, part)
        return value


def _state(value: Any) -> dict[str, Any]:
    state = (*reduced(value), None)[2]
    # A class with slots has a pair of states.
    several = state if isinstance(state, tuple) else (state,)
    return {name: part for each in several for name, part in (each or {}).items()}


def called(kind: type, rules: dict[str, Rule]) -> KnownClass:
    """A class that is called with attributes which its objects have.

    Parameters
    ----------
    kind : type
        The class.
    rules : dict
        What each attribute must be.

    Returns
    -------
    KnownClass
        The class.
    """
    return KnownClass(
        kind, rules, kind, lambda value: {name: getattr(value, name) for name in rules}
    )
