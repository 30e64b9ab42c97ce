"""Classes of which formulaic makes its memory of a formula."""

from __future__ import annotations

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

from sm_gaussmle.statsmodels_face.persistence.known_class import KnownClass, called
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
    items_of,
    mapping,
)

_OPTIONAL_COUNT = NONE | COUNT
_MEMORY = mapping(TEXT, PLAIN)


def _enumeration(kind: type[Enum]) -> KnownClass:
    return called(kind, {"value": TEXT})


CONTRASTS = (
    KnownClass(contrasts.TreatmentContrasts, {"base": PLAIN | a(Sentinel)}),
    KnownClass(contrasts.SASContrasts, {"base": PLAIN | a(Sentinel)}),
    KnownClass(contrasts.SumContrasts, {}),
    KnownClass(contrasts.HelmertContrasts, {"reverse": FLAG, "scale": FLAG}),
    KnownClass(contrasts.DiffContrasts, {"backward": FLAG}),
    KnownClass(contrasts.PolyContrasts, {"scores": PLAIN}),
    KnownClass(contrasts.CustomContrasts, {"contrasts": a(np.ndarray), "names": PLAIN}),
)
_ENCODED = mapping(TEXT, PLAIN | a(contrasts.ContrastsState))


def _is_encoder_state(value: Any) -> bool:
    return (
        type(value) is tuple
        and len(value) == 2
        and type(value[0]) is Factor.Kind
        and _ENCODED.holds(value[1])
    )


CLASSES = (
    *CONTRASTS,
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
    called(
        EncodedTermStructure,
        {"term": a(Term), "scoped_terms": items_of(list, a(ScopedTerm)), "columns": TEXTS},
    ),
    KnownClass(
        contrasts.ContrastsState,
        {
            "contrasts": a(*(known.kind for known in CONTRASTS)),
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
                Rule("a kind with a state", _is_encoder_state),
            ),
        },
    ),
)
