"""Copies of models from formulas, though patsy's memory of a formula cannot be copied.

The formulas, the rows they were evaluated on and the names they used are kept instead,
and the formulas are evaluated again: stateful transforms come out the same, since the
rows are those of the fit.
"""

from __future__ import annotations

import copy
import importlib
import pickle
import warnings
from contextlib import suppress
from types import ModuleType
from typing import Any

import numpy as np
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.statsmodels_face.formulas import evaluate_formulas

_MODULES = "_environment_modules"
_SPECS = ("model_spec", "formula")
_SHARED = ("_scale_spec", "_environment")


def without_specs(state: dict[str, Any]) -> dict[str, Any]:
    """Make the state of a model one that can be pickled.

    Parameters
    ----------
    state : dict
        The model's attributes.

    Returns
    -------
    dict
        The same for a model without formulas.
    """
    if "formula" not in state:
        return state
    state = dict(state)
    # statsmodels' own data object would look for the formula's names in the frames of
    # whoever unpickles it; without these two it does nothing. Nor is it copied by copy(),
    # which asks it to do just that.
    data = object.__new__(type(state["data"]))
    data.__dict__.update({k: v for k, v in vars(state["data"]).items() if k not in _SPECS})
    state["data"] = data
    del state["_scale_spec"]
    names = state["_environment"]
    state[_MODULES] = {k: v.__name__ for k, v in names.items() if isinstance(v, ModuleType)}
    # Each by itself: one that cannot be read where the pickle is loaded must not take the
    # results with it.
    pickled = {k: _pickled(v) for k, v in names.items() if not isinstance(v, ModuleType)}
    state["_environment"] = {k: v for k, v in pickled.items() if v is not None}
    return state


def with_specs(state: dict[str, Any]) -> dict[str, Any]:
    """Evaluate the formulas of a pickled model again.

    Parameters
    ----------
    state : dict
        What `without_specs` made.

    Returns
    -------
    dict
        The model's attributes.

    Warns
    -----
    ValueWarning
        If a formula cannot be evaluated, as with a function that was defined in a
        session: the model then cannot predict from new data.
    """
    if "formula" not in state:
        return state
    state = dict(state)
    names = {}
    for name, text in state["_environment"].items():
        # What is lacking shows when the formula needs it.
        with suppress(Exception):
            names[name] = pickle.loads(text)  # noqa: S301 - part of the pickle being read
    for name, module in state.pop(_MODULES).items():
        with suppress(ImportError):
            names[name] = importlib.import_module(module)
    state["_environment"] = names
    data, frame = state["data"], state["data"].frame
    data.formula, data.model_spec, state["_scale_spec"] = state["formula"], None, None
    try:
        designs = evaluate_formulas(
            state["formula"],
            state["scale_formula"],
            frame,
            gone=np.zeros(len(frame), dtype=bool),
            missing="drop",
            names=names,
        )
    except ValueError as error:
        warnings.warn(
            f"the model cannot predict from new data any more: {error}",
            ValueWarning,
            stacklevel=3,
        )
    else:
        data.model_spec, state["_scale_spec"] = designs.spec, designs.scale_spec
    return state


def copied(model: Any, memo: dict[int, Any]) -> Any:
    """Deep copy of a model that shares the memory of its formulas.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    memo : dict
        Of the copy under way.

    Returns
    -------
    GaussianMLE
        Nothing of a formula is ever changed, so that sharing it is as good as a copy.
    """
    new = object.__new__(type(model))
    memo[id(model)] = new
    state = without_specs(vars(model))
    state.pop(_MODULES, None)
    shared = {name: vars(model)[name] for name in _SHARED if name in vars(model)}
    new.__dict__.update(copy.deepcopy({**state, **dict.fromkeys(shared)}, memo))
    new.__dict__.update(shared)
    for name in _SPECS:
        if name in vars(model.data):
            setattr(new.data, name, getattr(model.data, name))
    return new


def _pickled(value: object) -> bytes | None:
    try:
        return pickle.dumps(value)
    except Exception:  # noqa: BLE001 - whatever a user's object raises
        return None
