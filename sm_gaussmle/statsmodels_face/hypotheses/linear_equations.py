"""Linear equations of the parameters, from text or from coefficients."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.formula_text import split_outside_brackets
from sm_gaussmle.statsmodels_face.hypotheses.names_in_text import with_names, with_places
from sm_gaussmle.statsmodels_face.private_hooks import FormulaManager

Array = NDArray[np.float64]

_PLACE = "parameter_"


def linear_equations(given: Any, model: Any, argument: str) -> tuple[Array, Array]:
    """Coefficients and values of linear equations of a model's parameters.

    Parameters
    ----------
    given : str, list of str, dict, array_like, or tuple of two
        Text, ``"x1 = x2, x3 + x4 = 1"``; or coefficients of shape (m, k) or (k,), or of the
        mean's parameters alone; or coefficients and values.
    model : GaussianMLE
        The model whose parameters they are.
    argument : str
        Name of the argument, for errors.

    Returns
    -------
    matrix : ndarray, shape (m, k)
        Coefficients.
    values : ndarray, shape (m,)
        Right-hand sides; zero by default.

    Raises
    ------
    ValueError
        If a text is no linear equation of the parameters, a shape is wrong, or a number
        is not finite.
    """
    first, *rest = given if isinstance(given, tuple) and given else (given,)
    _refuse_none(first, given, argument)
    if _is_numeric(first):
        first = coefficients(first, model, argument)
        equations: Any = (first, *rest) if rest else first
    else:
        equations = one_equation_each(_plain(given, model.data.cov_names))
    names = model.data.cov_names
    words = [f"{_PLACE}{place}" for place in range(len(names))]
    try:
        found = FormulaManager().get_linear_constraints(equations, words)
        matrix = np.atleast_2d(np.asarray(found.constraint_matrix, dtype=float))
        right = found.constraint_values
        values = np.zeros(len(matrix)) if right is None else np.ravel(right).astype(float)
        values = np.array(np.broadcast_to(values, len(matrix)))
    except Exception as error:  # each engine has its own ways to say that it cannot read
        reason = with_names(_reason(error), names, _PLACE)
        raise ValueError(
            f"`{argument}` is {given!r}, which cannot be read as linear equations of the "
            f"parameters: {reason}.{said_of_dropped(given, model)} Write them as 'a = 1, "
            f"b = 2*c', with the parameters {some(list(names))}, or give coefficients of shape "
            f"(m, {len(names)})."
        ) from error
    if not (np.isfinite(matrix).all() and np.isfinite(values).all()):
        raise ValueError(f"`{argument}` has a number that is not finite: {given!r}.")
    return matrix, values


def coefficients(values: Any, model: Any, argument: str) -> Array:
    """Coefficients of linear combinations of the parameters.

    Parameters
    ----------
    values : array_like, shape (q, k) or (k,), or with the columns of the mean alone
        The coefficients.
    model : GaussianMLE
        The model whose parameters they are.
    argument : str
        Name of the argument, for errors.

    Returns
    -------
    ndarray, shape (q, k) or (k,)
        With zeros for the log variance where `values` has columns of the mean alone, as
        for OLS.

    Raises
    ------
    ValueError
        If the width is another.
    """
    array = np.asarray(values, dtype=float)
    names, k_mean = model.exog_names, model.k_exog
    k = len(names)
    if array.ndim in (1, 2) and array.shape[-1] == k_mean:
        zeros = np.zeros((*array.shape[:-1], k - k_mean))
        return np.concatenate([array, zeros], axis=-1)
    if array.ndim not in (1, 2) or array.shape[-1] != k:
        raise ValueError(
            f"`{argument}` has shape {array.shape}; it must have {k} columns, one for each "
            f"parameter, or {k_mean} for those of the mean alone: {', '.join(names)}."
        )
    return array


def one_equation_each(equations: Any) -> Any:
    """Write equations so that patsy and formulaic both read what they say.

    formulaic takes ``"a = b = 0"`` for one equation, and reads neither ``"a = -1"`` nor
    ``"a = 1e-3"``.

    Parameters
    ----------
    equations : array_like, str or tuple
        As for ``t_test``.

    Returns
    -------
    array_like, str or tuple
        With ``"a = b, b = 0"`` for ``"a = b = 0"``, and ``"a = 0 -1"`` for ``"a = -1"``.
    """
    if isinstance(equations, list) and all(isinstance(each, str) for each in equations):
        return ", ".join(map(one_equation_each, equations))
    if not isinstance(equations, str):
        return equations
    single: list[str] = []
    for part in split_outside_brackets(equations, ","):
        first, *others = (_decimal(side.strip()) for side in split_outside_brackets(part, "="))
        # "= -1" is an unknown operator to formulaic, "= 0 -1" is not.
        others = [f"0 {side}" if side.startswith(("-", "+")) else side for side in others]
        single += [f"{a} = {b}" for a, b in pairwise([first, *others])] or [first]
    return ", ".join(single)


def said_of_dropped(given: Any, model: Any) -> str:
    """What is to be said of columns that are named but were dropped.

    Parameters
    ----------
    given : str, list of str or dict
        Text with names of parameters.
    model : GaussianMLE
        The model.

    Returns
    -------
    str
        A sentence after a blank, or nothing.
    """
    dropped = list(model.dropped_columns)
    names = list(model.data.cov_names) + dropped
    words = with_places(str(given), names, _PLACE)
    places = {int(place) for place in re.findall(rf"{_PLACE}(\d+)", words)}
    found = [name for place, name in enumerate(names) if place in places and name in dropped]
    if not found:
        return ""
    return f" Dropped as combinations of other columns, without a coefficient: {some(found)}."


def _refuse_none(first: Any, given: Any, argument: str) -> None:
    texts = first if isinstance(first, list | tuple) else [first]
    blank = all(isinstance(text, str) and not text.strip() for text in texts)
    if first is None or blank or (hasattr(first, "__len__") and not len(first)):
        raise ValueError(
            f"`{argument}` is {given!r}, in which there is no equation. Write one as "
            "'a = 1' or 'b = 2*c', several with commas between them, or give coefficients."
        )


def _plain(given: Any, names: list[str]) -> Any:
    """With a word for each name: formulaic reads no colon, and patsy no name of another."""
    if isinstance(given, str):
        return with_places(given, names, _PLACE)
    if isinstance(given, Mapping):
        return {_plain(name, names): value for name, value in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(_plain(each, names) for each in given)
    return given


def _is_numeric(values: Any) -> bool:
    try:
        return np.asarray(values).dtype.kind in "biuf"
    except ValueError:  # rows of different lengths
        return False


def _decimal(side: str) -> str:
    """A number without an exponent, which formulaic takes for a name."""
    try:
        return np.format_float_positional(float(side), trim="0")
    except ValueError:
        return side


def _reason(error: Exception) -> str:
    """First line of an engine's message, without its colours."""
    if isinstance(error, KeyError):
        return f"there is no parameter {error.args[0]!r}"
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")
