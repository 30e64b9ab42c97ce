"""Sufficient statistics of exact responses of constant variance: sums over blocks.

`CrossProducts` is the fast form and `Triangle` the accurate one: its sum is the QR
decomposition of the two triangles stacked, which loses only the condition number of the
columns where cross products lose its square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array


class Origin(NamedTuple):
    """What is subtracted from the columns before they are multiplied.

    Attributes
    ----------
    exog : ndarray, shape (k,)
        Zero for the constant column.
    endog : float or ndarray, shape (m,)
        Subtracted from the response or responses.
    """

    exog: Array
    endog: Array


@dataclass(frozen=True, slots=True)
class CrossProducts:
    """Sums of squares and products of the columns and the responses.

    Attributes
    ----------
    gram : ndarray, shape (k, k)
        ``X'WX``.
    moment : ndarray, shape (k,) or (k, m)
        ``X'Wy``.
    square : float or ndarray, shape (m,)
        ``y'Wy`` of each response.
    nobs : float
        Sum of the frequency weights.
    log_variance_offset : float
        Sum of the known part of the log variance times the frequency weights.
    """

    gram: Array
    moment: Array
    square: Array
    nobs: float
    log_variance_offset: float

    def __add__(self, other: CrossProducts) -> CrossProducts:
        """Cross products of both sets of rows together."""
        return CrossProducts(
            self.gram + other.gram,
            self.moment + other.moment,
            self.square + other.square,
            self.nobs + other.nobs,
            self.log_variance_offset + other.log_variance_offset,
        )

    def __sub__(self, other: CrossProducts) -> CrossProducts:
        """Cross products of the rows that the other ones do not have."""
        return CrossProducts(
            self.gram - other.gram,
            self.moment - other.moment,
            self.square - other.square,
            self.nobs - other.nobs,
            self.log_variance_offset - other.log_variance_offset,
        )


@dataclass(frozen=True, slots=True)
class Triangle:
    """Triangular factor of the columns beside the responses.

    Attributes
    ----------
    factor : ndarray, shape (k + m, k + m)
        Upper triangular ``R`` with ``R'R = [X y]'W[X y]``.
    nobs : float
        Sum of the frequency weights.
    log_variance_offset : float
        Sum of the known part of the log variance times the frequency weights.
    """

    factor: Array
    nobs: float
    log_variance_offset: float

    def __add__(self, other: Triangle) -> Triangle:
        """Triangle of both sets of rows together."""
        return Triangle(
            _triangle(np.vstack([self.factor, other.factor])),
            self.nobs + other.nobs,
            self.log_variance_offset + other.log_variance_offset,
        )

    def picked(self, places: Sequence[int]) -> Triangle:
        """Triangle of some of the columns.

        Parameters
        ----------
        places : sequence of int
            Which, in the order that they shall have.

        Returns
        -------
        Triangle
            Of the same rows.
        """
        return replace(self, factor=_triangle(np.asfortranarray(self.factor[:, places])))


@dataclass(frozen=True, slots=True)
class Residuals:
    """Cross products of the columns with residuals.

    Attributes
    ----------
    moment : ndarray, shape (k,) or (k, m)
        ``X'Wr``.
    square : float or ndarray, shape (m,)
        ``r'Wr``.
    """

    moment: Array
    square: Array

    def __add__(self, other: Residuals) -> Residuals:
        """Sum over both sets of rows."""
        return Residuals(self.moment + other.moment, self.square + other.square)


def cross_products(block: RowBlock, origin: Origin | None) -> CrossProducts:
    """Cross products of a block of rows.

    Parameters
    ----------
    block : RowBlock
        The rows; `endog` may have several columns.
    origin : Origin or None
        Subtracted from the columns.

    Returns
    -------
    CrossProducts
        The sums over the block.
    """
    exog, endog = working_rows(block, origin)
    square = np.asarray(
        endog @ endog if endog.ndim == 1 else np.einsum("ij,ij->j", endog, endog)
    )
    return CrossProducts(exog.T @ exog, exog.T @ endog, square, *_weight_sums(block))


def triangle(block: RowBlock, origin: Origin | None) -> Triangle:
    """Triangular factor of a block of rows.

    Parameters
    ----------
    block : RowBlock
        The rows; `endog` may have several columns.
    origin : Origin or None
        Subtracted from the columns.

    Returns
    -------
    Triangle
        The factor of the block.
    """
    exog, endog = working_rows(block, origin)
    n, k = exog.shape
    stacked = np.empty((n, k + (1 if endog.ndim == 1 else endog.shape[1])), order="F")
    stacked[:, :k] = exog
    stacked[:, k:] = endog[:, None] if endog.ndim == 1 else endog
    return Triangle(_triangle(stacked), *_weight_sums(block))


def residual_products(block: RowBlock, origin: Origin | None, coef: Array) -> Residuals:
    """Products of the columns with the residuals of given coefficients.

    Parameters
    ----------
    block : RowBlock
        The rows.
    origin : Origin or None
        Subtracted from the columns.
    coef : ndarray, shape (k,) or (k, m)
        Coefficients of the columns after subtraction.

    Returns
    -------
    Residuals
        The sums over the block.
    """
    exog, endog = working_rows(block, origin)
    residual = endog - exog @ coef
    square = np.asarray((residual * residual).sum(axis=0))
    return Residuals(exog.T @ residual, square)


def working_rows(block: RowBlock, origin: Origin | None) -> tuple[Array, Array]:
    """Columns and responses with offset, origin and weights applied.

    Parameters
    ----------
    block : RowBlock
        The rows.
    origin : Origin or None
        Subtracted from the columns.

    Returns
    -------
    exog : ndarray, shape (n, k)
        Weighted columns; the caller's own array where nothing is to be done.
    endog : ndarray, shape (n,) or (n, m)
        Weighted responses.
    """
    exog, endog = block.exog, block.endog
    if block.offset is not None:
        endog = endog - (block.offset if endog.ndim == 1 else block.offset[:, None])
    if origin is not None:
        exog = exog - origin.exog
        endog = endog - origin.endog
    root = root_weights(block)
    if root is not None:
        exog = exog * root[:, None]
        endog = endog * (root if endog.ndim == 1 else root[:, None])
    return exog, endog


def root_weights(block: RowBlock) -> Array | None:
    """Square roots of the weights of the rows in a sum of squares.

    Parameters
    ----------
    block : RowBlock
        The rows.

    Returns
    -------
    ndarray, shape (n,), or None
        Frequency weight over known variance; None where all are one.
    """
    if block.log_variance_offset is None:
        return None if block.freq_weights is None else np.sqrt(block.freq_weights)
    root = np.exp(-0.5 * block.log_variance_offset)
    if block.freq_weights is not None:
        root *= np.sqrt(block.freq_weights)
    return root


def _weight_sums(block: RowBlock) -> tuple[float, float]:
    frequency, known = block.freq_weights, block.log_variance_offset
    nobs = float(block.endog.shape[0]) if frequency is None else float(frequency.sum())
    if known is None:
        return nobs, 0.0
    return nobs, float(known.sum() if frequency is None else frequency @ known)


def _triangle(rows: Array) -> Array:
    n, columns = rows.shape
    if n < columns:  # of no rows at all LAPACK would complain on the terminal
        rows = np.vstack([rows, np.zeros((columns - n, columns))])
    # The default work space is for columns one by one; blocks of 32 are quicker.
    factored, _, _, _ = lapack.dgeqrf(rows, lwork=32 * columns, overwrite_a=True)
    factor: Array = factored[:columns].copy()
    for row in range(1, columns):  # np.triu takes longer than a small decomposition
        factor[row, :row] = 0.0
    return factor
