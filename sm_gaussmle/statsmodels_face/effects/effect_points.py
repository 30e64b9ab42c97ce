"""Of which columns there are effects, and at which points of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.statsmodels_face.arguments.coercion import column, matrix
from sm_gaussmle.statsmodels_face.effects.curves import Curve

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Equation:
    """One equation of a fit, or both of them.

    Attributes
    ----------
    exog : ndarray, shape (n, k)
        Columns; of both equations each once.
    names : tuple of str
        Their names.
    known : ndarray, shape (p, n), or None
        Offsets of the `p` linear predictors.
    weights : ndarray, shape (n,), or None
        Frequency weights.
    coefficients : ndarray, shape (p, k)
        Estimates; zero where a column is not in an equation.
    places : ndarray of int, shape (q,)
        Where the `q` parameters are in `coefficients`, row by row.
    covariance : CovarianceRoot
        Covariance of the parameters.
    curve : callable
        From the linear predictors to what is predicted.
    of_response : str
        What is predicted of the response, for the tables; its mean needs no word.
    varying : tuple of str
        Limits that differ from row to row, so that they are not known at other points.
    """

    exog: Array
    names: tuple[str, ...]
    known: Array | None
    weights: Array | None
    coefficients: Array
    places: NDArray[np.intp]
    covariance: CovarianceRoot
    curve: Curve
    of_response: str = ""
    varying: tuple[str, ...] = ()

    @property
    def effective(self) -> NDArray[np.bool_]:
        """Which columns are not constant, shape (k,): those that have effects."""
        return np.asarray((self.exog != self.exog[0]).any(axis=0))

    def predictors(self, points: Array, known: Array) -> Array:
        """Linear predictors at some points.

        Parameters
        ----------
        points : ndarray, shape (m, k)
            Values of the columns.
        known : ndarray, shape (p, m)
            Offsets.

        Returns
        -------
        ndarray, shape (p, m)
            In the order of the equations.
        """
        return self.coefficients @ points.T + known


class Points(NamedTuple):
    """What is averaged over.

    Attributes
    ----------
    columns : ndarray, shape (m, k)
        Values of the columns.
    known : ndarray, shape (p, m)
        Offsets.
    weights : ndarray, shape (m,)
        Adding up to one.
    """

    columns: Array
    known: Array
    weights: Array


def points_of(equation: Equation, at: str, atexog: Any) -> Points:
    """Columns, known parts and weight of each point that is averaged over.

    Parameters
    ----------
    equation : Equation
        The equation.
    at : {"overall", "mean", "median", "zero", "all"}
        Where.
    atexog : dict, array_like or None
        Values of some columns, or new rows.

    Returns
    -------
    Points
        One or more.

    Raises
    ------
    ValueError
        If `atexog` names no column, has another shape, or limits are not known there.
    """
    columns, known, weights = equation.exog, equation.known, equation.weights
    fixed: dict[Any, Any] = atexog if isinstance(atexog, dict) else {}
    new = atexog is not None and atexog is not fixed
    if equation.varying and (new or at in ("mean", "median", "zero")):
        raise ValueError(
            f"`{'atexog' if new else 'at'}` asks for effects elsewhere than at the rows, but "
            f"{' and '.join(f'`{name}`' for name in equation.varying)} differ from row to row: "
            "pass one number for all, or use at='overall'."
        )
    if new:
        # New rows: no offset, as for `predict`.
        columns, known, weights = matrix(np.atleast_2d(atexog), "atexog"), None, None
        if columns.shape[1] != len(equation.names):
            raise ValueError(
                f"`atexog` has {columns.shape[1]} columns; the equation has "
                f"{len(equation.names)}: {', '.join(equation.names)}. Give all of them, or a "
                "dict from the name or number of a column to its value."
            )
        if not np.isfinite(columns).all():
            raise ValueError("`atexog` has values that are not finite; leave such rows out.")
    rows = len(columns)
    known = np.zeros((len(equation.coefficients), rows)) if known is None else known
    weights = np.ones(rows) if weights is None else weights
    if at in ("mean", "median"):
        # The known part is as a column with the coefficient 1.
        centre = _mean if at == "mean" else _median
        columns = centre(columns, weights)[None]
        known, weights = centre(known.T, weights)[:, None], np.ones(1)
    elif at == "zero":
        columns = np.where(equation.effective, 0.0, equation.exog[0])[None]
        known, weights = np.zeros((len(known), 1)), np.ones(1)
    else:
        columns = columns.copy()
    for key, value in fixed.items():
        columns[:, _place(equation, key, value, len(columns))] = value
    return Points(columns, known, weights / weights.sum())


def _place(equation: Equation, key: Any, value: Any, length: int) -> int:
    """Number of the column that an entry is about."""
    named = equation.names.index(key) if key in equation.names else key
    last = len(equation.names) - 1
    if named not in range(last + 1) or not _finite(value, length):
        raise ValueError(
            f"`atexog` has the entry {key!r}: {value!r}; it must be the number of a column, 0 to "
            f"{last}, or its name ({', '.join(equation.names)}), and one finite value, or one "
            f"for each of the {length} points."
        )
    return int(named)


def _finite(value: Any, length: int) -> bool:
    try:
        numbers = column(np.atleast_1d(value), "atexog")
    except (TypeError, ValueError):
        return False
    single = np.ndim(value) == 0 or len(numbers) == length
    return single and bool(np.isfinite(numbers).all())


def _mean(values: Array, weights: Array) -> Array:
    return weights @ values / weights.sum()


def _median(values: Array, weights: Array) -> Array:
    # Halfway between the lower and the upper median, as of the rows repeated.
    lower, minus_upper = (
        np.quantile(v, 0.5, axis=0, weights=weights, method="inverted_cdf")
        for v in (values, -values)
    )
    return (lower - minus_upper) / 2
