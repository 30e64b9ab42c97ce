"""Which columns depend linearly on others, decided on a small triangular factor alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import lapack, qr

from sm_gaussmle.estimation.errors import CollinearError
from sm_gaussmle.likelihood.terms import Array

_norm: Callable[..., float] = lapack.dlange  # of which the stubs know one argument
_EPS = float(np.finfo(float).eps)


def inverse_and_condition(factor: Array) -> tuple[Array, float]:
    """Inverse of a triangular matrix, and its reciprocal condition number in the 1-norm.

    Parameters
    ----------
    factor : ndarray, shape (k, k)
        Upper triangular.

    Returns
    -------
    inverse : ndarray, shape (k, k)
        Of no use for a singular matrix.
    rcond : float
        Zero for a singular matrix.
    """
    inverse, info = lapack.dtrtri(factor)
    return inverse, 0.0 if info else 1.0 / (_norm("1", factor) * _norm("1", inverse))


def check_rank(
    factor: Array, norms: Array, magnitudes: Array, equation: str
) -> tuple[Array, float]:
    """Refuse dependent columns; say how many digits the others leave.

    Parameters
    ----------
    factor : ndarray, shape (k, k)
        Upper triangular factor of the columns.
    norms : ndarray, shape (k,)
        Lengths of the columns.
    magnitudes : ndarray, shape (k,)
        Lengths of the columns before a mean was subtracted.
    equation : str
        ``"exog"`` or ``"exog_scale"``, for the error.

    Returns
    -------
    inverse : ndarray, shape (k, k)
        Inverse of the factor of the columns over their lengths.
    digits : float
        Its estimated correct digits.

    Raises
    ------
    CollinearError
        If a column is a linear combination of others, up to the rounding of the data.
    """
    # What is left of a column that is a sum of others is the rounding of its values (in
    # units of their size, not of their spread) and of the decomposition. A column of
    # which only that is left beside the constant says nothing of the others.
    rounding = 16.0 * _EPS * (len(norms) + 2)
    zero = norms <= rounding * magnitudes
    ratio = float((magnitudes[~zero] / norms[~zero]).max(initial=1.0))
    tolerance = rounding * ratio
    if not zero.any():
        unit = factor / norms
        inverse, rcond = inverse_and_condition(unit)
        if rcond > len(norms) * tolerance:
            return inverse, 15.7 + float(np.log10(rcond))
        pivots = np.abs(np.diagonal(qr(unit, mode="r", pivoting=True)[0]))
        if pivots[-1] > tolerance:
            return inverse, 15.7 + float(np.log10(max(rcond, _EPS**2)))
    raise _collinear(factor / np.where(zero, 1.0, norms), norms, zero, tolerance, equation)


def _collinear(
    unit: Array, norms: Array, zero: np.ndarray, tolerance: float, equation: str
) -> CollinearError:
    # Earlier columns are kept, as R's lm does: a column is dependent if the kept ones
    # before it leave nothing of it. At least the last pivot is below the tolerance, so
    # the loop finds one; a loss spread over many columns is charged to the last.
    kept: list[int] = []
    dependencies: dict[int, dict[int, float]] = {}
    for column in range(unit.shape[1]):
        target = unit[:, column]
        if zero[column]:
            dependencies[column] = {}
            continue
        coef, residual = _project(unit, kept, target)
        if residual > 4.0 * tolerance:
            kept.append(column)
            continue
        dependencies[column] = {
            other: float(value * norms[column] / norms[other])
            for other, value in zip(kept, coef, strict=True)
            if abs(value) > 1e3 * tolerance
        }
    if not dependencies:
        last = kept.pop()
        coef, _ = _project(unit, kept, unit[:, last])
        dependencies[last] = {
            other: float(value * norms[last] / norms[other])
            for other, value in zip(kept, coef, strict=True)
        }
    return CollinearError(equation, tuple(kept), dependencies)


def _project(unit: Array, kept: list[int], target: Array) -> tuple[Array, float]:
    if not kept:
        return np.empty(0), float(np.linalg.norm(target))
    basis = unit[:, kept]
    coef: Array = np.linalg.lstsq(basis, target, rcond=None)[0].astype(float)
    return coef, float(np.linalg.norm(target - basis @ coef))
