"""Classes of which patsy makes its memory of a formula."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from patsy import contrasts, desc, design_info, mgcv_cubic_splines, origin, splines, state
from patsy.eval import EvalEnvironment, EvalFactor

from sm_gaussmle.statsmodels_face.persistence.known_class import KnownClass
from sm_gaussmle.statsmodels_face.persistence.value_rules import (
    COUNT,
    FLAG,
    NONE,
    PLAIN,
    TEXT,
    TEXTS,
    Rule,
    a,
    items_of,
    mapping,
    record,
)

_ARRAY = a(np.ndarray)
_OPTIONAL_ARRAY = NONE | _ARRAY
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
CONTRASTS = (
    KnownClass(contrasts.ContrastMatrix, {"matrix": _ARRAY, "column_suffixes": TEXTS}),
    KnownClass(contrasts.Treatment, {"reference": PLAIN}),
    KnownClass(contrasts.Sum, {"omit": PLAIN}),
    KnownClass(contrasts.Poly, {"scores": PLAIN}),
    KnownClass(contrasts.Helmert, {}),
    KnownClass(contrasts.Diff, {}),
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
CLASSES = (
    *_TRANSFORMS,
    *CONTRASTS,
    KnownClass(origin.Origin, {"code": TEXT, "start": COUNT, "end": COUNT}),
    KnownClass(EvalFactor, {"code": TEXT, "origin": NONE | a(origin.Origin)}),
    KnownClass(desc.Term, {"factors": _FACTORS}),
    KnownClass(
        design_info.FactorInfo,
        {
            "factor": a(EvalFactor),
            "type": TEXT,
            "state": _FACTOR_STATE,
            "num_columns": NONE | COUNT,
            "categories": NONE | Rule("a tuple", lambda v: type(v) is tuple and PLAIN.holds(v)),
        },
    ),
    KnownClass(
        design_info.SubtermInfo,
        {
            "factors": _FACTORS,
            "contrast_matrices": mapping(a(EvalFactor), a(contrasts.ContrastMatrix)),
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
