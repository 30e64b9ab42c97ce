"""A fit without data as a JSON document, and back."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from sm_gaussmle.sources.formulas.design_state import lent_names
from sm_gaussmle.statsmodels_face.persistence import fit_attributes as allowed
from sm_gaussmle.statsmodels_face.persistence.json_text import json_document, plain_names
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError
from sm_gaussmle.statsmodels_face.persistence.plain_values import from_plain, to_plain

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.persistence.persistence import Persistence
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResultsWrapper

FORMAT = "sm_gaussmle fit"
VERSION = 1

_PARTS = ("results", "model", "data")
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
        If one of them cannot be written, or would not be read again.
    """
    model = results.model
    parts: dict[str, dict[str, Any]] = {
        "results": {k: v for k, v in vars(results).items() if k not in ("model", "_cache")},
        "model": {k: v for k, v in vars(model).items() if k not in ("data", "_environment")},
        "data": vars(model.data),
    }
    document = {
        "format": FORMAT,
        "version": VERSION,
        "classes": {
            part: type(each).__name__
            for part, each in zip(_PARTS, (results, model, model.data), strict=True)
        },
        "names": _names(model),
        **{
            part: {name: _plain(part, name, value) for name, value in values.items()}
            for part, values in parts.items()
        },
    }
    text = json.dumps(document, allow_nan=False)
    try:
        _results(json_document(text, FORMAT, VERSION, "a fit"))
    except Exception as error:  # the user's values may be anything
        raise TypeError(
            f"the fit cannot be written as JSON, for it would not be read again: {error} Use "
            "save(), which writes a pickle."
        ) from error
    return text


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
        If it is not a fit, is of a newer version, has anything that a fit has not, or its
        parts do not fit together.

    Notes
    -----
    Reading runs no code of the document and imports nothing that it names: values, classes
    with their attributes, functions and modules are those of fixed lists, and each attribute
    is checked.

    Predicting from a data frame is another matter: it evaluates the formula, which is code,
    and code that the formula engine has made of it and that ``result.model.formula`` does
    not show. Do not predict from a data frame, nor `scores`, with documents from strangers.
    Estimates, tests, the summary and predictions from columns (``transform=False``) are
    numbers alone.
    """
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResultsWrapper

    document = json_document(source, FORMAT, VERSION, "a fit")
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
    formulas = [model.formula, model.scale_formula or ""]
    return plain_names(model._environment, formulas, "use save(), which writes a pickle")


def _results(document: dict[str, Any]) -> Persistence:
    from sm_gaussmle.statsmodels_face.constrained_results import ConstrainedGaussianMLEResults
    from sm_gaussmle.statsmodels_face.limited_models import (
        IntervalRegression,
        Tobit,
        TruncatedRegression,
    )
    from sm_gaussmle.statsmodels_face.model import GaussianMLE
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

    models = (GaussianMLE, Tobit, IntervalRegression, TruncatedRegression)
    kinds = (GaussianMLEResults, ConstrainedGaussianMLEResults)
    known: dict[str, dict[str, type]] = {
        "results": {kind.__name__: kind for kind in kinds},
        "model": {kind.__name__: kind for kind in models},
        "data": allowed.DATA_KINDS,
    }
    unknown = document.keys() - {"format", "version", "classes", "names", *_PARTS}
    if unknown:
        raise InconsistentError(f"`source` has the parts {sorted(unknown)}. {_REST}")
    names = from_plain(document["names"])
    formula = names is not None
    if formula:
        allowed.NAMES.check("names", names)
    lent = lent_names(names or {})
    needed = {
        "results": allowed.RESULTS,
        "model": allowed.MODEL | (allowed.MODEL_FORMULA if formula else {}),
        "data": allowed.DATA | (allowed.DATA_FORMULA if formula else {}),
    }
    optional = {
        "results": allowed.ADDED | allowed.figures(GaussianMLEResults),
        "model": allowed.figures(GaussianMLE),
        "data": {},
    }
    made: dict[str, Any] = {}
    for part in _PARTS:
        name = str(document["classes"][part])
        if name not in known[part]:
            raise InconsistentError(f"`source` has a {name} for the {part}. {_REST}")
        values = {name: from_plain(plain, lent) for name, plain in document[part].items()}
        allowed.check(part, values, needed[part], optional[part])
        made[part] = object.__new__(known[part][name])
        made[part].__dict__.update(values)
    results, model = made["results"], made["model"]
    if formula:
        model._environment = names
    model.data, results.model, results._cache = made["data"], model, {}
    _check(results, model)
    return results


def _check(results: Any, model: Any) -> None:
    k = len(results.params)
    for name, length in allowed.lengths(results, model).items():
        if length != k:
            raise InconsistentError(
                f"`source` has {k} parameters, but {name} is for {length}. {_REST}"
            )
    for name, matrix in allowed.matrices(results).items():
        if matrix.shape != (k, k):
            raise InconsistentError(
                f"`source` has {k} parameters, but {name} has shape {matrix.shape}. {_REST}"
            )
    fit = results.fit_record
    if fit.restricted is not None:
        restriction = fit.restricted.restriction
        m = len(restriction)
        shapes = restriction.matrix.shape, np.shape(fit.cov_root)
        if shapes not in (((m, k), (k, k - m)), ((m, k), ())):
            raise InconsistentError(
                f"`source` has {k} parameters, but results.fit_record has {m} restrictions of "
                f"shape {shapes[0]} and a cov_root of shape {shapes[1]}. {_REST}"
            )
    root, signs = (vars(results).get(name) for name in ("cov_root", "cov_signs"))
    if np.shape(root) != (() if signs is None else (k, len(signs))):
        raise InconsistentError(
            f"`source` has {k} parameters, but results.cov_root has shape {np.shape(root)} and "
            f"results.cov_signs {np.shape(signs)}. {_REST}"
        )
