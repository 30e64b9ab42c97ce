"""Pickles and copies of models from formulas.

A formula is not evaluated again: the engine's memory of it is part of the pickle, so that
the data need not be. Nor does statsmodels' own way of restoring it take part, which looks
for the formula's names in the frames of whoever unpickles and fails at the top of a script.
"""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

from patsy import DesignInfo
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.sources.formulas.design_state import dumped, loaded
from sm_gaussmle.statsmodels_face.formulas.formula_names import pickled_names, read_names

_MEMORY = "_formula_memory"
_SPECS = ("_scale_spec", "_response_spec")  # beside that of the mean, which the data have


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

    Raises
    ------
    PicklingError
        If a formula uses a function, or a transform, that cannot be pickled.
    """
    if "formula" not in state:
        return state
    state = dict(state)
    formulas = [state["formula"], state["scale_formula"] or ""]
    state["_environment"] = pickled_names(state["_environment"], formulas)
    specs = (state["data"].model_spec, *(state.pop(name) for name in _SPECS))
    texts = (*formulas, formulas[0])  # the response is on the left of the mean
    state[_MEMORY] = [_remembered(*each) for each in zip(specs, texts, strict=True)]
    state["data"] = shallow(state["data"])
    del state["data"].model_spec
    return state


def with_specs(state: dict[str, Any]) -> dict[str, Any]:
    """Give a pickled model the memory of its formulas again.

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
        If a function or transform that a formula uses cannot be read: the model then cannot
        predict from a data frame.
    """
    if "formula" not in state:
        return state
    state = dict(state)
    names = state["_environment"] = read_names(state["_environment"])
    spec, *others = (_recalled(text, names) for text in state.pop(_MEMORY))
    state.update(zip(_SPECS, others, strict=True))
    keep_spec(state["data"], state["formula"], spec)
    return state


def keep_spec(data: Any, formula: str, spec: Any) -> None:
    """Keep a formula on the data of a model, where statsmodels and others look for it.

    Parameters
    ----------
    data : statsmodels.base.data.ModelData
        The data of the model; changed.
    formula : str
        The formula.
    spec : object
        The engine's memory of it.
    """
    data.formula, data.model_spec = formula, spec
    table = data.orig_exog
    # Where patsy itself puts it: on the table, whose copies and pickles leave it out.
    known = isinstance(spec, DesignInfo) and table is not None  # not of removed data
    if known and list(table.columns) == spec.column_names:
        table.design_info = spec


def shallow(thing: Any) -> Any:
    """A copy that has the same attributes.

    Parameters
    ----------
    thing : GaussianMLE or ModelData
        What to copy; ``copy.copy`` would ask it for something that can be pickled.

    Returns
    -------
    GaussianMLE or ModelData
        The copy.
    """
    new = object.__new__(type(thing))
    new.__dict__.update(vars(thing))
    return new


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
    new, data = object.__new__(type(model)), object.__new__(type(model.data))
    if "formula" in vars(model):
        specs = (getattr(model, name) for name in _SPECS)
        for shared in (model.data.model_spec, *specs, model._environment):
            memo[id(shared)] = shared
    memo[id(model)], memo[id(model.data)] = new, data
    data.__dict__.update(copy.deepcopy(vars(model.data), memo))
    new.__dict__.update(copy.deepcopy(vars(model), memo))
    if "formula" in vars(model):
        keep_spec(data, new.formula, data.model_spec)
    return new


def _remembered(spec: Any, formula: str) -> bytes:
    try:
        return dumped(spec)
    except Exception as error:  # a user's transforms may raise anything
        raise pickle.PicklingError(
            f"what the formula {formula!r} has learned from the data cannot be pickled: "
            f"{error}. Define the classes of its transforms at the top of a module that can "
            "be imported where the fit is loaded."
        ) from error


def _recalled(text: bytes, names: dict[str, Any]) -> Any:
    try:
        return loaded(text, names)
    except Exception as error:  # noqa: BLE001 - importing a user's module may raise anything
        warnings.warn(
            f"what a formula of this fit has learned from the data cannot be read here: "
            f"{error}. All else is as it was, but predictions from a data frame are refused.",
            ValueWarning,
            stacklevel=2,
        )
        return None
