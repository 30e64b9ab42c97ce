"""Attributes of results, model and data that a document may have, and what they must be."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.base.data import ModelData, PandasData

from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.formulas.dropped_columns import DroppedColumns
from sm_gaussmle.statsmodels_face.persistence.known_classes import CONTRASTS, SPEC
from sm_gaussmle.statsmodels_face.persistence.known_names import is_known
from sm_gaussmle.statsmodels_face.persistence.value_rules import (
    ATTRIBUTES,
    COUNT,
    DESCRIBED,
    FIGURES,
    FLAG,
    NONE,
    NUMBER,
    PAIR,
    PLAIN,
    TEXT,
    TEXTS,
    Rule,
    a,
    floats,
    items_of,
    mapping,
)


def _has_names(value: Any) -> bool:
    # The others are tables that were removed.
    rules = {"xnames": TEXTS, "ynames": TEXT | NUMBER | TEXTS | items_of(tuple, PLAIN)}
    return (
        type(value) is dict
        and value.keys() >= rules.keys()
        and all(rules.get(name, NONE).holds(each) for name, each in value.items())
    )


_PLACE = NONE | a(int)
_SPECS = NONE | SPEC
_ROWS = dict.fromkeys(("endog", "exog"), NONE)

RESULTS = {
    "params": floats(1),
    "k_constant": COUNT,
    "_data_attr": ATTRIBUTES,
    "_data_in_cache": ATTRIBUTES,
    "normalized_cov_params": NONE | floats(2),
    "_use_t": FLAG,
    "fit_record": a(Fit),
    "nobs": NUMBER,
    "df_model": NUMBER,
    "df_resid": NUMBER,
    "df_resid_inference": NUMBER,
    "converged": FLAG,
    "method": TEXT,
    "mle_retvals": mapping(TEXT, PLAIN),
    "mle_settings": mapping(TEXT, PLAIN),
    "cov_type": TEXT,
    "cov_kwds": DESCRIBED,
}
ADDED = {  # by other covariances and by the bootstrap
    "cov_params_default": floats(2),
    "cov_root": floats(2),
    "cov_signs": floats(1),
    "bootstrap_results": floats(2),
}
_NOT_SQUARE = ("results.cov_root", "results.bootstrap_results")
MODEL = {
    **_ROWS,
    **dict.fromkeys(
        ("exog_scale", "offset", "offset_scale", "freq_weights", "var_weights", "kept_rows"),
        NONE,
    ),
    **dict.fromkeys(LIMITS, NONE),
    "_data_attr": ATTRIBUTES,
    "_init_keys": ATTRIBUTES,
    "nobs": NUMBER,
    "df_model": NUMBER,
    "df_resid": NUMBER,
    **dict.fromkeys(("k_constant", "k_exog", "k_extra", "k_scale", "k_constant_scale"), COUNT),
    **dict.fromkeys(("nparams", "n_missing", "n_unweighted", "n_given"), COUNT),
    "hasconst": NONE | FLAG,
    "constant_variance": FLAG,
    "exact_responses": FLAG,
    "interval_response": FLAG,
    "response_counts": mapping(TEXT, NUMBER),
    "limit_ranges": mapping(TEXT, items_of(tuple, NUMBER)),
    "constant_column": _PLACE,
    "constant_scale_column": _PLACE,
    "_dropped": items_of(tuple, a(DroppedColumns)),
}
MODEL_FORMULA = {
    "formula": TEXT,
    "scale_formula": NONE | TEXT,
    "_scale_spec": _SPECS,
    "_response_spec": _SPECS,
    "_offset_columns": mapping(TEXT, TEXT),
}
DATA = {
    **_ROWS,
    **dict.fromkeys(("orig_endog", "orig_exog"), NONE),
    "const_idx": _PLACE,
    "k_constant": COUNT,
    "_cache": Rule("a dict of xnames and ynames", _has_names),
    "_param_names": TEXTS,
}
DATA_FORMULA = {"formula": TEXT, "model_spec": _SPECS, "frame": NONE}
DATA_KINDS = {kind.__name__: kind for kind in (ModelData, PandasData)}

NAMES = mapping(
    Rule("names", lambda value: type(value) is str and value.isidentifier()),
    PLAIN | CONTRASTS | a(pd.Series, pd.DataFrame) | Rule("a function or module", is_known),
)


def figures(kind: type) -> dict[str, Rule]:
    """Statistics that are computed once, for a document to have or not.

    Parameters
    ----------
    kind : type
        Class of the results or of the model.

    Returns
    -------
    dict
        Rules for them.
    """
    return {
        name: NONE | PAIR if name == "scale_range" else FIGURES
        for each in kind.__mro__
        for name, attribute in vars(each).items()
        if isinstance(attribute, cached_property)
    }


def check(
    part: str, values: dict[str, Any], needed: dict[str, Rule], optional: dict[str, Rule]
) -> None:
    """Refuse attributes that are missing, unknown or of a wrong kind.

    Parameters
    ----------
    part : str
        Name of the part.
    values : dict
        Its attributes.
    needed, optional : dict
        Rules for those that must, and for those that may be there.

    Raises
    ------
    ValueError
        If there is one.
    """
    missing = needed.keys() - values.keys()
    unknown = values.keys() - needed.keys() - optional.keys()
    if missing or unknown:
        wrong = [f"it lacks {name!r}" for name in sorted(missing)]
        wrong += [f"{name!r} is none of its attributes" for name in sorted(unknown)]
        raise ValueError(f"the {part} of a fit: {'; '.join(wrong)}.")
    for name, value in values.items():
        (needed | optional)[name].check(f"{part}.{name}", value)


def lengths(results: Any, model: Any) -> dict[str, int]:
    """What must have one entry per parameter.

    Parameters
    ----------
    results, model : object
        Those of a document.

    Returns
    -------
    dict
        Names with lengths.
    """
    one_row = results.params[None]
    return {
        "model.k_exog + model.k_scale": model.k_exog + model.k_scale,
        "model.nparams": model.nparams,
        "data.param_names": len(model.data.param_names),
        "data.xnames": len(model.data.xnames),
        "results.fit_record.params": len(results.fit_record.params),
        "results.bootstrap_results": getattr(results, "bootstrap_results", one_row).shape[1],
    }


def matrices(results: Any) -> dict[str, np.ndarray[Any, Any]]:
    """What must have one row and one column per parameter.

    Parameters
    ----------
    results : object
        Those of a document.

    Returns
    -------
    dict
        Names with matrices.
    """
    found = {f"results.{name}": value for name, value in vars(results).items()}
    fit = results.fit_record
    if fit.restricted is None:
        found["results.fit_record.cov_root"] = fit.cov_root
    return {
        name: value
        for name, value in found.items()
        if type(value) is np.ndarray and value.ndim == 2 and name not in _NOT_SQUARE
    }
