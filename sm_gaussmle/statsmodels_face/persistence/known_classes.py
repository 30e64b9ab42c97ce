"""Classes whose objects a document may have, with what their attributes must be.

They are those of which patsy and formulaic make their memory of a formula, and those of a
fit. Attributes that are not listed are neither written nor read, so that no document can
give an object a method, a class or a hash.
"""

from __future__ import annotations

from typing import Any

from formulaic import ModelSpec
from patsy import DesignInfo

from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.restriction import Restricted, Restriction
from sm_gaussmle.optimize.trust_region import Iteration
from sm_gaussmle.statsmodels_face.formulas.dropped_columns import DroppedColumns
from sm_gaussmle.statsmodels_face.persistence import formulaic_classes, patsy_classes
from sm_gaussmle.statsmodels_face.persistence.known_class import KnownClass, called
from sm_gaussmle.statsmodels_face.persistence.value_rules import (
    COUNT,
    FLAG,
    NONE,
    NUMBER,
    TEXT,
    a,
    floats,
    items_of,
)


def _slice(start: Any, stop: Any, step: Any) -> slice:
    return slice(start, stop, step)


def _range(start: Any, stop: Any, step: Any) -> range:
    return range(start, stop, step)


def _places(value: Any) -> dict[str, Any]:
    return {"start": value.start, "stop": value.stop, "step": value.step}


_WHOLE = a(int)
_PYTHON = (
    KnownClass(slice, dict.fromkeys(("start", "stop", "step"), NONE | _WHOLE), _slice, _places),
    KnownClass(range, dict.fromkeys(("start", "stop", "step"), _WHOLE), _range, _places),
)
_OWN = (
    KnownClass(Restriction, {"matrix": floats(2), "values": floats(1)}),
    KnownClass(
        Restricted,
        {
            "restriction": a(Restriction),
            "mean_directions": COUNT,
            "likelihood_ratio": NUMBER,
            "wald": NUMBER,
            "score": NUMBER,
        },
    ),
    KnownClass(
        DroppedColumns,
        {
            "equation": TEXT,
            "kept": items_of(tuple, TEXT),
            "dropped": items_of(tuple, TEXT),
            "coefficients": floats(2),
            "sizes": floats(1),
            "tolerance": NUMBER,
        },
    ),
    called(Iteration, dict.fromkeys(Iteration._fields, NUMBER)),
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
            "restricted": NONE | a(Restricted),
        },
    ),
)

BY_KIND = {
    known.kind: known
    for known in (*_PYTHON, *_OWN, *patsy_classes.CLASSES, *formulaic_classes.CLASSES)
}
BY_NAME = {known.name: known for known in BY_KIND.values()}
SPEC = a(DesignInfo, ModelSpec)
CONTRASTS = a(
    *(known.kind for known in (*patsy_classes.CONTRASTS, *formulaic_classes.CONTRASTS))
)
