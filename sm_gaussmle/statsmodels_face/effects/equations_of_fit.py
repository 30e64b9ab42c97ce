"""Equations of a fit whose columns have effects: that of the mean, or both together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.effects.curves import identity, seen
from sm_gaussmle.statsmodels_face.effects.effect_points import Equation
from sm_gaussmle.statsmodels_face.predictions.prediction_limits import (
    limits_of,
    needed_limits,
)

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

_OF_RESPONSE = {
    "censored": "mean as seen of ",
    "conditional": "mean if uncensored of ",
    "truncated": "mean in the sample of ",
    "prob_uncensored": "Pr(uncensored) of ",
    "prob_left": "Pr(left-censored) of ",
    "prob_right": "Pr(right-censored) of ",
}


def mean_equation(results: ResultPart) -> Equation:
    """Equation of the latent mean.

    Parameters
    ----------
    results : ResultPart
        The fit.

    Returns
    -------
    Equation
        Predicting the mean.
    """
    model = results.model
    k = model.k_exog
    return Equation(
        exog=model.exog,
        names=tuple(model.equation_names("exog")),
        known=None if model.offset is None else np.asarray(model.offset)[None],
        weights=model.freq_weights,
        coefficients=np.asarray(results.params)[None, :k],
        places=np.arange(k),
        covariance=results.covariance_root().part(slice(None, k)),
        curve=identity,
        of_response="" if model.exact_responses else "latent mean of ",
    )


def both_equations(results: ResultPart, which: str, given: dict[str, Any]) -> Equation:
    """Both equations of a fit, predicting what is seen of the response.

    Parameters
    ----------
    results : ResultPart
        The fit.
    which : str
        A key of `sm_gaussmle.likelihood.seen_responses.SEEN`.
    given : dict of str to float or array_like, shape (n,)
        Limits in place of the model's, by name.

    Returns
    -------
    Equation
        A column of the scale equation that is equal to one of the mean is the same column.
    """
    model = results.model
    rows = model.source().rows
    found = limits_of(model, given, len(rows.exog), own=True)
    varying = tuple(name for name, v in found.items() if v.min() != v.max())
    found = {name: v if name in varying else v[0] for name, v in found.items()}
    limits = needed_limits(found, which)
    columns, names, places = _united(rows.exog, rows.exog_scale, _names(results))
    k = rows.exog.shape[1]
    coefficients = np.zeros((2, len(names)))
    coefficients[0, :k] = results.params[:k]
    coefficients[1, places] = results.params[k:]
    known = np.zeros((2, len(columns)))
    known[0] += 0.0 if rows.offset is None else rows.offset
    known[1] += 0.0 if rows.log_variance_offset is None else rows.log_variance_offset
    return Equation(
        exog=columns,
        names=tuple(names),
        known=known,
        weights=model.freq_weights,
        coefficients=coefficients,
        places=np.concatenate([np.arange(k), len(names) + places]),
        covariance=results.covariance_root(),
        curve=partial(seen, which, limits),
        of_response=_OF_RESPONSE[which],
        varying=varying,
    )


def _names(results: ResultPart) -> tuple[list[str], list[str]]:
    model = results.model
    mean = model.equation_names("exog")
    if model.constant_variance:
        return mean, model.equation_names("exog_scale")
    plain, full = model.scale_columns(), model.equation_names("exog_scale")
    # Of two columns with one name and other numbers, that of the scale has its full name.
    return mean, [f if p in mean else p for p, f in zip(plain, full, strict=True)]


def _united(
    exog: Array, exog_scale: Array, names: tuple[list[str], list[str]]
) -> tuple[Array, list[str], NDArray[np.intp]]:
    """Columns of both equations, each once, and where those of the scale equation are."""
    all_names, new, places = list(names[0]), [], []
    for j, name in enumerate(names[1]):
        column = exog_scale[:, j]
        alike = np.flatnonzero(exog[0] == column[0])
        same = [i for i in alike if np.array_equal(exog[:, i], column)]
        places.append(same[0] if same else len(all_names))
        if not same:
            all_names.append(name)
            new.append(column)
    return np.column_stack([exog, *new]), all_names, np.array(places)
