"""Many least-squares fits at once, of replicates of the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.constant_variance import refuse_perfect_fit
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory, block_slices

# Where a replicate has less left than this, of its columns or of the residual sum of
# squares, three digits are lost and an ordinary fit is better.
_DOUBTFUL = 1e-3
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Replicates:
    """Estimates of constant variance from many replicates.

    Attributes
    ----------
    params : ndarray, shape (m, k + 1)
        Coefficients and log variance.
    bse : ndarray, shape (m, k + 1)
        Standard errors from the observed information.
    doubtful : ndarray of bool, shape (m,)
        Whether columns are nearly dependent, or the fit nearly perfect: an ordinary fit
        has to decide, and the estimates here mean nothing.
    """

    params: Array
    bse: Array
    doubtful: Flags


@dataclass(frozen=True)
class WhitenedRows:
    """Rows in coordinates in which their own fit is the zero vector.

    Attributes
    ----------
    columns : ndarray, shape (n, k)
        Columns of the mean over the standard deviations of the rows, orthonormal (times
        the root of the number of observations) with frequency weights.
    residuals : ndarray, shape (n,)
        Over the standard deviations of the rows.
    coef : ndarray, shape (k,)
        Coefficients of the caller's columns.
    basis : ndarray, shape (k, k)
        A step in the new coordinates is ``sigma * basis`` times it in the old ones.
    sigma2 : float
        Maximum-likelihood estimate of the variance.
    nobs : float
        Number of observations.
    """

    columns: Array
    residuals: Array
    coef: Array
    basis: Array
    sigma2: float
    nobs: float

    def from_counts(self, counts: Array) -> Replicates:
        """Fit replicates in which rows are there more or less often.

        Parameters
        ----------
        counts : ndarray, shape (m, n)
            How often.

        Returns
        -------
        Replicates
            One least-squares fit each.

        Notes
        -----
        One matrix product of the counts with the products of the columns gives the sums of
        all replicates. The columns are orthonormal over all rows, so that those sums keep
        the digits that the normal equations of other columns lose.
        """
        k = self.columns.shape[1]
        upper = np.triu_indices(k)
        width = len(upper[0]) + k + 1
        sums = np.zeros((len(counts), width))
        for part in block_slices(len(self.columns), width):
            sums += counts[:, part] @ self._products(part, upper)
        gram = np.empty((len(counts), k, k))
        gram[:, upper[0], upper[1]] = gram[:, upper[1], upper[0]] = sums[:, : -k - 1]
        moment, square, nobs = sums[:, -k - 1 : -1], sums[:, -1], counts.sum(axis=1)
        singular = np.linalg.eigvalsh(gram)[:, 0] < _DOUBTFUL * nobs
        gram[singular] = np.eye(k)
        inverse = np.linalg.inv(gram)
        step = np.einsum("bij,bj->bi", inverse, moment)
        rss = square - np.einsum("bi,bi->b", step, moment)
        unit = np.einsum("ij,bjk,ik->bi", self.basis, inverse, self.basis, optimize=True)
        return self._replicates(step, rss, nobs, unit, singular | (rss < _DOUBTFUL * square))

    def from_errors(self, errors: Array) -> Replicates:
        """Fit replicates with other errors around the same means.

        Parameters
        ----------
        errors : ndarray, shape (m, n)
            Over the standard deviations of the rows, which are seen once each.

        Returns
        -------
        Replicates
            One least-squares fit each.
        """
        step = errors @ self.columns / self.nobs
        square = np.einsum("ij,ij->i", errors, errors)
        rss = square - self.nobs * (step * step).sum(axis=1)
        return self._replicates(step, rss, self.nobs, self._unit(), rss < _DOUBTFUL * square)

    def drawn(self, generator: np.random.Generator, size: int) -> Replicates:
        r"""Estimates drawn from their distribution under the model, without responses.

        Parameters
        ----------
        generator : numpy.random.Generator
            Source of random numbers.
        size : int
            Number of replicates.

        Returns
        -------
        Replicates
            The coefficients are normal and the residual sum of squares is
            :math:`\sigma^2 \chi^2_{n - k}`, independent of them.
        """
        k = len(self.coef)
        step = generator.standard_normal((size, k)) / np.sqrt(self.nobs)
        rss = generator.chisquare(self.nobs - k, size)
        never = np.zeros(size, dtype=bool)
        return self._replicates(step, rss, self.nobs, self._unit(), never)

    def _products(self, part: slice, upper: tuple[NDArray[np.intp], NDArray[np.intp]]) -> Array:
        columns, residuals = self.columns[part], self.residuals[part, None]
        return np.hstack(
            [
                columns[:, upper[0]] * columns[:, upper[1]],
                columns * residuals,
                residuals * residuals,
            ]
        )

    def _unit(self) -> Array:
        return np.asarray((self.basis * self.basis).sum(axis=1) / self.nobs)

    def _replicates(
        self, step: Array, rss: Array, nobs: Array | float, unit: Array, doubtful: Flags
    ) -> Replicates:
        coef = self.coef + np.sqrt(self.sigma2) * step @ self.basis.T
        sigma2 = self.sigma2 * np.where(doubtful, 1.0, rss) / nobs
        bse = np.empty((len(sigma2), len(self.coef) + 1))
        bse[:, :-1] = np.sqrt(unit * sigma2[:, None])
        bse[:, -1] = np.sqrt(2.0 / nobs)
        return Replicates(np.column_stack([coef, np.log(sigma2)]), bse, doubtful)


def whitened_rows(source: Memory, constant: int | None) -> WhitenedRows:
    """Change to the coordinates of the fit of constant variance.

    Parameters
    ----------
    source : Memory
        The rows.
    constant : int or None
        Position of a constant column of `exog`.

    Returns
    -------
    WhitenedRows
        With the estimates.

    Raises
    ------
    FitError
        If the rows cannot be fitted.
    """
    rows = source.rows
    fit = least_squares(source, constant)
    refuse_perfect_fit(fit)
    change = Whitening.of(fit)
    columns = change.columns(rows.exog)
    sigma2 = float(fit.rss) / fit.nobs
    residuals = rows.endog if rows.offset is None else rows.endog - rows.offset
    if fit.origin is not None:
        residuals = residuals - fit.origin.endog
    residuals = residuals - columns @ (change.factor @ fit.working_coef)
    residuals /= np.sqrt(sigma2)
    if rows.log_variance_offset is not None:
        root = np.exp(-0.5 * rows.log_variance_offset)
        columns *= root[:, None]
        residuals *= root
    return WhitenedRows(columns, residuals, fit.coef, change.basis, sigma2, fit.nobs)
