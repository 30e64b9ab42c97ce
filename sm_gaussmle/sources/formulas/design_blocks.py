"""Columns of a design from the values of its factors: dummies, contrasts and products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from patsy import DesignInfo

Array = NDArray[np.float64]
# Factors with the rows of their contrasts, None for numbers.
Factors = list[tuple[Any, Array | None]]
# Rows of dummies and products that are made at a time: they stay in the processor's cache.
_ROWS = 2048
_ZERO = 1e-9  # relative rounding of contrasts such as polynomials


def design_blocks(design_info: DesignInfo) -> list[tuple[slice, Factors]]:
    """Consecutive columns that are products of the same factors.

    Parameters
    ----------
    design_info : patsy.DesignInfo
        What patsy has made of a formula.

    Returns
    -------
    list of tuple
        Columns, and the factors with the rows of their contrasts by code; the last row is
        for the code -1 of a missing level, NaN.
    """
    blocks, begin = [], 0
    for subterms in design_info.term_codings.values():
        for subterm in subterms:
            factors = [(f, _by_code(subterm.contrast_matrices.get(f))) for f in subterm.factors]
            blocks.append((slice(begin, begin + subterm.num_columns), factors))
            begin += subterm.num_columns
    return blocks


def filled(
    blocks: list[tuple[slice, Factors]], values: Mapping[Any, NDArray[Any]], n_rows: int
) -> Array:
    """Columns of the rows that factors have values for.

    Parameters
    ----------
    blocks : list of tuple
        Of `design_blocks`.
    values : mapping
        Codes, shape (n,), or numbers, shape (n, number of columns), by factor.
    n_rows : int
        Number of rows.

    Returns
    -------
    ndarray, shape (n, k)
        In the order of Fortran. NaN where a factor is missing, and nowhere else: the product of infinity and zero
        is infinite.
    """
    infinite = {
        factor
        for _, factors in blocks
        for factor, contrast in factors
        if len(factors) > 1 and contrast is None and np.isinf(values[factor]).any()
    }
    # Column by column, as they come: to put them row by row costs more than to read them.
    result = np.empty((n_rows, blocks[-1][0].stop if blocks else 0), order="F")
    for columns, factors in blocks:
        if not factors:
            result[:, columns] = 1.0
        elif len(factors) == 1 and factors[0][1] is None:
            result[:, columns] = values[factors[0][0]]
        else:
            finite = infinite.isdisjoint(factor for factor, _ in factors)
            product = _product if finite else _product_with_infinity
            for begin in range(0, n_rows, _ROWS):
                rows = slice(begin, begin + _ROWS)
                result[rows, columns] = product(
                    [
                        values[f][rows] if contrast is None else contrast[values[f][rows]]
                        for f, contrast in factors
                    ]
                )
    shown = {
        f for columns, factors in blocks if columns.stop > columns.start for f, _ in factors
    }
    for factor in values.keys() - shown:
        # Of one level only, or multiplied by such a one: no column shows where it is missing.
        value = values[factor]
        result[value < 0 if value.ndim == 1 else np.isnan(value).any(axis=1)] = np.nan
    return result


def spans_ones(matrix: Array) -> bool:
    """Whether a combination of columns is one for each level.

    Parameters
    ----------
    matrix : ndarray, shape (number of levels, number of columns)
        Contrasts.

    Returns
    -------
    bool
        True for those in full rank.
    """
    if (matrix.sum(axis=1) == 1.0).all():  # one column for each level, however many
        return True
    ones = np.ones(len(matrix))
    solution = np.linalg.lstsq(matrix, ones, rcond=None)[0]
    return bool(np.abs(matrix @ solution - ones).max() < _ZERO)


def _by_code(contrast: Any) -> Array | None:
    if contrast is None:
        return None
    matrix = np.asarray(contrast.matrix, dtype=float)
    return np.vstack([matrix, np.full((1, matrix.shape[1]), np.nan)])


def _product(pieces: list[NDArray[Any]]) -> NDArray[Any]:
    """Products of columns, those of the first factor changing fastest."""
    # Rounded to double precision after each factor, whatever its type, as patsy does.
    result = np.asarray(pieces[0], dtype=float)
    for piece in pieces[1:]:
        if 1 in {piece.shape[1], result.shape[1]}:
            product = piece * result  # three times as fast
        else:
            product = (piece[:, :, None] * result[:, None, :]).reshape(len(result), -1)
        result = np.asarray(product, dtype=float)
    return result


def _product_with_infinity(pieces: list[NDArray[Any]]) -> NDArray[Any]:
    with np.errstate(invalid="ignore"):  # zero times infinity: put right below
        result = _product(pieces)
    there = ~np.any([np.isnan(piece).any(axis=1) for piece in pieces], axis=0)
    result[np.isnan(result) & there[:, None]] = np.inf
    return result
