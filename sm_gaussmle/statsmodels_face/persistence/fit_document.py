"""A fit without data as a JSON document, and back."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np
from statsmodels.base.data import ModelData

from sm_gaussmle.statsmodels_face.formulas.design_state import lent_names
from sm_gaussmle.statsmodels_face.formulas.formula_names import cannot_keep
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError, find, name_of
from sm_gaussmle.statsmodels_face.persistence.plain_values import from_plain, to_plain

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.persistence.persistence import Persistence
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResultsWrapper

FORMAT = "sm_gaussmle fit"
VERSION = 1

_REST = "The document is not one that to_json has written, or it was changed."


class InconsistentError(ValueError):
    """A document whose parts do not fit together."""


def fit_document(results: Persistence) -> str:
    """A fit as JSON.

    Parameters
    ----------
    results : GaussianMLEResults
        Results without their data.

    Returns
    -------
    str
        The attributes of the results, the model and its names, in JSON.

    Raises
    ------
    TypeError
        If one of them cannot be written.
    """
    model = results.model
    parts: dict[str, dict[str, Any]] = {
        "results": {k: v for k, v in vars(results).items() if k not in ("model", "_cache")},
        "model": {k: v for k, v in vars(model).items() if k not in ("data", "_environment")},
        "data": vars(model.data),
    }
    kinds = {"results": type(results), "model": type(model), "data": type(model.data)}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "classes": {part: name_of(kind) for part, kind in kinds.items()},
        "names": _names(model),
        **{
            part: {name: _plain(part, name, value) for name, value in values.items()}
            for part, values in parts.items()
        },
    }
    return json.dumps(document, allow_nan=False)


def from_json(source: str | os.PathLike[str]) -> GaussianMLEResultsWrapper:
    """Read a fit that ``to_json`` has written.

    Parameters
    ----------
    source : str or path
        The JSON itself, which begins with a brace, or the path of a file with it.

    Returns
    -------
    GaussianMLEResultsWrapper
        The fit as after ``remove_data``: estimates, covariances, tests, summary, and
        predictions for new rows.

    Raises
    ------
    ValueError
        If it is not a fit, is of a newer version, or its parts do not fit together.

    Notes
    -----
    Nothing in the document is run when it is read: it can name classes and functions of a
    few packages only, and these are not called. A formula is code, though, which runs when a
    prediction is made from a data frame: look at ``result.model.formula`` and
    ``result.model.scale_formula`` first if you do not know who wrote it.
    """
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResultsWrapper

    document = _document(source)
    try:
        results = _results(document)
    except InconsistentError:
        raise
    except Exception as error:  # a document that was changed can fail anywhere
        raise ValueError(
            f"`source` cannot be read as a fit: {type(error).__name__}: {error} {_REST}"
        ) from error
    return GaussianMLEResultsWrapper(results)


def _plain(part: str, name: str, value: Any) -> Any:
    try:
        return to_plain(value)
    except NotPlainError as error:
        raise TypeError(
            f"`{part}.{name}` cannot be written as JSON: {error}. Use save(), which writes a "
            "pickle."
        ) from error


def _names(model: Any) -> dict[str, Any] | None:
    if not hasattr(model, "formula"):
        return None
    names = {}
    for name, value in model._environment.items():
        try:
            names[name] = to_plain(value)
        except NotPlainError as error:
            formulas = [model.formula, model.scale_formula or ""]
            raise TypeError(
                f"{cannot_keep(name, value, formulas, error)} Put its result into a column of "
                "the data, or use save(), which writes a pickle."
            ) from error
    return names


def _document(source: Any) -> dict[str, Any]:
    text = source
    if not (isinstance(source, str) and source.lstrip()[:1] in ("{", "[")):
        if not isinstance(source, str | os.PathLike):
            raise TypeError(
                f"`source` is a {type(source).__name__}; it must be JSON or the path of a file."
            )
        with open(source, encoding="utf-8") as file:  # noqa: PTH123 - also a str
            text = file.read()
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ValueError(f"`source` is not JSON: {error}.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(
            f"`source` is JSON, but not a fit of sm_gaussmle: it has no format {FORMAT!r}."
        )
    version = document.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ValueError(
            f"`source` is a fit in version {version!r} of the format; this sm_gaussmle reads "
            f"up to version {VERSION}. Install a newer one."
        )
    return document


def _results(document: dict[str, Any]) -> Persistence:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

    wanted = {"results": GaussianMLEResults, "model": GaussianMLE, "data": ModelData}
    made = {}
    names = from_plain(document["names"])
    lent = lent_names(names or {})
    for part, parent in wanted.items():
        kind = find(document["classes"][part], type, ("sm_gaussmle", "statsmodels"))
        if not issubclass(kind, parent):
            raise InconsistentError(f"`source` has a {kind.__name__} for the {part}. {_REST}")
        made[part] = object.__new__(kind)
        for name, value in document[part].items():
            made[part].__dict__[name] = from_plain(value, lent)
    results, model = made["results"], made["model"]
    if names is not None:
        model._environment = names
    model.data, results.model, results._cache = made["data"], model, {}
    _check(results, model)
    return results


def _check(results: Any, model: Any) -> None:
    k = len(results.params)
    lengths = {
        "model.k_exog + model.k_scale": model.k_exog + model.k_scale,
        "model.nparams": model.nparams,
        "data.param_names": len(model.data.param_names),
        "data.xnames": len(model.data.xnames),
        "results.fit_record.params": len(results.fit_record.params),
    }
    for name, length in lengths.items():
        if length != k:
            raise InconsistentError(
                f"`source` has {k} parameters, but {name} is for {length}. {_REST}"
            )
    matrices = {
        "results.normalized_cov_params": results.normalized_cov_params,
        "results.cov_params_default": getattr(results, "cov_params_default", None),
        "results.fit_record.cov_root": results.fit_record.cov_root,
    }
    for name, matrix in matrices.items():
        if matrix is not None and np.shape(matrix) != (k, k):
            raise InconsistentError(
                f"`source` has {k} parameters, but {name} has shape {np.shape(matrix)}. {_REST}"
            )
