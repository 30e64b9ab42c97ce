"""Classes whose objects a document may have, with what their attributes must be.

They are those of which patsy and formulaic make their memory of a formula, and those of a
fit. Attributes that are not listed are neither written nor read, so that no document can
give an object a method, a class or a hash.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from formulaic import ModelSpec, SimpleFormula
from formulaic.formula import OrderingMethod
from formulaic.materializers.base import EncodedTermStructure
from formulaic.materializers.types import (
    ClusterBy,
    EvaluatedFactor,
    NAAction,
    ScopedFactor,
    ScopedTerm,
)
from formulaic.parser.types import Factor, Term, Token
from formulaic.transforms import contrasts
from formulaic.utils.sentinels import Sentinel
from formulaic.utils.variables import Variable
from patsy import design_info, desc, mgcv_cubic_splines, origin, splines, state
from patsy import contrasts as patsy_contrasts
from patsy.eval import EvalEnvironment, EvalFactor

from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.optimize.trust_region import Iteration
from sm_gaussmle.statsmodels_face.formulas.design_state import reduced
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError
from sm_gaussmle.statsmodels_face.persistence.value_rules import (
    COUNT,
    FLAG,
    NONE,
    NUMBER,
    PLAIN,
    TEXT,
    TEXTS,
    Rule,
    a,
    floats,
    items_of,
    mapping,
    record,
)


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
        value = object.__new__(self.kind)
        for name, part in parts.items():
            object.__setattr__(value, name, part)
        return value


def _state(value: Any) -> dict[str, Any]:
    state = (*reduced(value), None)[2]
    # A class with slots has a pair of states.
    several = state if isinstance(state, tuple) else (state,)
    return {name: part for each in several for name, part in (each or {}).items()}


def _called(kind: type, rules: dict[str, Rule]) -> KnownClass:
    """A class that is called with attributes which its objects have."""
    return KnownClass(
        kind, rules, kind, lambda value: {name: getattr(value, name) for name in rules}
    )


def _enumeration(kind: type[Enum]) -> KnownClass:
    return _called(kind, {"value": TEXT})


def _slice(start: Any, stop: Any, step: Any) -> slice:
    return slice(start, stop, step)


def _range(start: Any, stop: Any, step: Any) -> range:
    return range(start, stop, step)


_WHOLE = a(int)
_PLACES = dict.fromkeys(("start", "stop", "step"), NONE | _WHOLE)
_ARRAY = a(np.ndarray)
_OPTIONAL_ARRAY = NONE | _ARRAY
_OPTIONAL_COUNT = NONE | COUNT
_MEMORY = mapping(TEXT, PLAIN)

_PYTHON = (
    KnownClass(slice, _PLACES, _slice, lambda s: dict(start=s.start, stop=s.stop, step=s.step)),
    KnownClass(
        range,
        dict.fromkeys(_PLACES, _WHOLE),
        _range,
        lambda r: dict(start=r.start, stop=r.stop, step=r.step),
    ),
)
_OWN = (
    _called(Iteration, dict.fromkeys(Iteration._fields, NUMBER)),
    KnownClass(
        Fit,
        {
            "params": floats(1),
            "cov_root": NONE | floats(2),
            "loglike": NUMBER,
            "nobs": NUMBER,
            "score_norm": NUMBER,
            "converged": FLAG,
            "reason": TEXT,
            "route": TEXT,
            "passes": COUNT,
            "digits": NUMBER,
            "history": items_of(tuple, a(Iteration)),
            "rounding": NUMBER,
            "starts": COUNT,
            "lower_maxima": items_of(tuple, NUMBER),
        },
    ),
)
_SPLINE = {
    "_name": TEXT,
    "_cyclic": FLAG,
    "_all_knots": _ARRAY,
    "_constraints": _OPTIONAL_ARRAY,
}
_TRANSFORMS = (
    KnownClass(state.Center, {"_sum": _OPTIONAL_ARRAY, "_count": COUNT}),
    KnownClass(
        state.Standardize,
        {"current_n": COUNT, "current_mean": _OPTIONAL_ARRAY, "current_M2": _OPTIONAL_ARRAY},
    ),
    KnownClass(splines.BS, {"_degree": COUNT, "_all_knots": _ARRAY}),
    KnownClass(mgcv_cubic_splines.CR, _SPLINE),
    KnownClass(mgcv_cubic_splines.CC, _SPLINE),
    KnownClass(mgcv_cubic_splines.TE, {"_constraints": _OPTIONAL_ARRAY}),
)
_PATSY_CONTRASTS = (
    KnownClass(patsy_contrasts.ContrastMatrix, {"matrix": _ARRAY, "column_suffixes": TEXTS}),
    KnownClass(patsy_contrasts.Treatment, {"reference": PLAIN}),
    KnownClass(patsy_contrasts.Sum, {"omit": PLAIN}),
    KnownClass(patsy_contrasts.Poly, {"scores": PLAIN}),
    KnownClass(patsy_contrasts.Helmert, {}),
    KnownClass(patsy_contrasts.Diff, {}),
)
# What patsy's factors learn: its transforms, and code made of the factor's own.
_FACTOR_STATE = record(
    {
        "transforms": mapping(TEXT, a(*(known.kind for known in _TRANSFORMS))),
        "eval_env": a(EvalEnvironment),
        "eval_code": TEXT,
        "memorize_code": mapping(TEXT, TEXT),
        "pass_bins": items_of(list, items_of(set, TEXT)),
    }
)
_FACTORS = items_of(tuple, a(EvalFactor))
_PATSY = (
    *_TRANSFORMS,
    *_PATSY_CONTRASTS,
    KnownClass(origin.Origin, {"code": TEXT, "start": COUNT, "end": COUNT}),
    KnownClass(EvalFactor, {"code": TEXT, "origin": NONE | a(origin.Origin)}),
    KnownClass(desc.Term, {"factors": _FACTORS}),
    KnownClass(
        design_info.FactorInfo,
        {
            "factor": a(EvalFactor),
            "type": TEXT,
            "state": _FACTOR_STATE,
            "num_columns": _OPTIONAL_COUNT,
            "categories": NONE | Rule("a tuple", lambda v: type(v) is tuple and PLAIN.holds(v)),
        },
    ),
    KnownClass(
        design_info.SubtermInfo,
        {
            "factors": _FACTORS,
            "contrast_matrices": mapping(a(EvalFactor), a(patsy_contrasts.ContrastMatrix)),
            "num_columns": COUNT,
        },
    ),
    KnownClass(
        design_info.DesignInfo,
        {
            "column_name_indexes": mapping(TEXT, COUNT, OrderedDict),
            "factor_infos": mapping(a(EvalFactor), a(design_info.FactorInfo)),
            "term_codings": mapping(
                a(desc.Term), items_of(list, a(design_info.SubtermInfo)), OrderedDict
            ),
            "term_slices": mapping(a(desc.Term), a(slice), OrderedDict),
            "term_name_slices": mapping(TEXT, a(slice), OrderedDict),
        },
    ),
)
_FORMULAIC_CONTRASTS = (
    KnownClass(contrasts.TreatmentContrasts, {"base": PLAIN | a(Sentinel)}),
    KnownClass(contrasts.SASContrasts, {"base": PLAIN | a(Sentinel)}),
    KnownClass(contrasts.SumContrasts, {}),
    KnownClass(contrasts.HelmertContrasts, {"reverse": FLAG, "scale": FLAG}),
    KnownClass(contrasts.DiffContrasts, {"backward": FLAG}),
    KnownClass(contrasts.PolyContrasts, {"scores": PLAIN}),
    KnownClass(contrasts.CustomContrasts, {"contrasts": _ARRAY, "names": PLAIN}),
)
_FORMULAIC = (
    *_FORMULAIC_CONTRASTS,
    *(
        _enumeration(kind)
        for kind in (
            OrderingMethod,
            ClusterBy,
            NAAction,
            Factor.EvalMethod,
            Factor.Kind,
            Token.Kind,
            Variable.Role,
            Sentinel,
        )
    ),
    KnownClass(
        Variable,
        {"name": TEXT, "roles": items_of(set, a(Variable.Role)), "source": NONE | TEXT},
        Variable,
        lambda v: {"name": str(v), "roles": v.roles, "source": v.source},
    ),
    KnownClass(
        Token,
        {
            "token": TEXT,
            "_kind": NONE | a(Token.Kind),
            "source": NONE | TEXT,
            "source_start": _OPTIONAL_COUNT,
            "source_end": _OPTIONAL_COUNT,
        },
    ),
    KnownClass(
        Factor,
        {
            "expr": TEXT,
            "_eval_method": a(Factor.EvalMethod),
            "_kind": a(Factor.Kind),
            "metadata": _MEMORY,
            "token": NONE | a(Token),
        },
    ),
    # The hash of a text is another in each process.
    KnownClass(
        Term,
        {"factors": items_of(tuple, a(Factor)), "origin": NONE | a(Term)},
        Term,
        derived=frozenset({"_factor_key", "_hash"}),
    ),
    KnownClass(
        EvaluatedFactor,
        {"factor": a(Factor), "values": NONE, "variables": NONE | items_of(set, a(Variable))},
    ),
    KnownClass(ScopedFactor, {"factor": a(EvaluatedFactor), "reduced": FLAG}),
    KnownClass(ScopedTerm, {"factors": items_of(tuple, a(ScopedFactor)), "scale": NUMBER}),
    _called(
        EncodedTermStructure,
        {"term": a(Term), "scoped_terms": items_of(list, a(ScopedTerm)), "columns": TEXTS},
    ),
    KnownClass(
        contrasts.ContrastsState,
        {
            "contrasts": a(*(known.kind for known in _FORMULAIC_CONTRASTS)),
            "levels": Rule("a list", lambda v: type(v) is list and PLAIN.holds(v)),
        },
    ),
    KnownClass(
        SimpleFormula,
        {"_SimpleFormula__terms": items_of(list, a(Term)), "ordering": a(OrderingMethod)},
    ),
    KnownClass(
        ModelSpec,
        {
            "formula": a(SimpleFormula),
            "materializer": NONE | TEXT,
            "materializer_params": NONE | _MEMORY,
            "ensure_full_rank": FLAG,
            "na_action": a(NAAction),
            "output": NONE | TEXT,
            "cluster_by": a(ClusterBy),
            "structure": NONE | items_of(list, a(EncodedTermStructure)),
            "transform_state": _MEMORY,
            "encoder_state": mapping(
                TEXT,
                Rule("a kind with a state", lambda v: _is_encoder_state(v)),
            ),
        },
    ),
)
_ENCODED = mapping(TEXT, PLAIN | a(contrasts.ContrastsState))


def _is_encoder_state(value: Any) -> bool:
    return (
        type(value) is tuple
        and len(value) == 2
        and type(value[0]) is Factor.Kind
        and _ENCODED.holds(value[1])
    )


BY_KIND = {known.kind: known for known in (*_PYTHON, *_OWN, *_PATSY, *_FORMULAIC)}
BY_NAME = {known.name: known for known in BY_KIND.values()}
SPEC = a(design_info.DesignInfo, ModelSpec)
CONTRASTS = a(*(known.kind for known in (*_PATSY_CONTRASTS, *_FORMULAIC_CONTRASTS)))
