"""What a fit makes of the rows before it sums over them.

Each change is a small object that can be sent to where the rows are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.cross_products import Origin
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import row_terms
from sm_gaussmle.likelihood.terms import Array

# Expectation of the logarithm of a chi-squared variable with one degree of freedom.
MEAN_LOG_CHI2 = -1.2703628454614782
# Squared residuals are kept from zero, whose logarithm would rule the start: under the
# model one in 13,000 is below this share of its expectation.
SMALLEST_SQUARE = 1e-8


@dataclass(frozen=True, slots=True)
class Standardized:
    """Orthonormal columns of the mean, and the residuals of a first fit as responses.

    Attributes
    ----------
    mean : Whitening or None
        Of the columns of the mean; None where they stay what they are.
    origin : Origin or None
        What was subtracted from columns and response before the first fit.
    coef : ndarray, shape (k_mean,)
        Coefficients of the first fit, of the columns as they become.
    unit : float
        Residual standard deviation.
    """

    mean: Whitening | None
    origin: Origin | None
    coef: Array
    unit: float

    def __call__(self, rows: RowBlock) -> RowBlock:
        """The rows with the caller's columns of the scale equation."""
        columns = rows.exog if self.mean is None else self.mean.columns(rows.exog)
        # One at a time: the parts may be far larger than what is left.
        parts = [] if rows.offset is None else [rows.offset]
        parts += [] if self.origin is None else [self.origin.endog]
        parts.append(columns @ self.coef)
        residual, bounds = rows.endog, rows.bounds
        for part in parts:
            residual = residual - part
        residual /= self.unit
        if bounds is not None:
            for part in parts[:-1]:
                bounds = bounds.standardized(part, 1.0)
            bounds = bounds.standardized(parts[-1], self.unit)
        shift = -2.0 * np.log(self.unit)
        known = rows.log_variance_offset
        return RowBlock(
            residual,
            columns,
            rows.exog_scale,
            None,
            np.broadcast_to(shift, residual.shape) if known is None else known + shift,
            rows.freq_weights,
            bounds,
        )


@dataclass(frozen=True, slots=True)
class Recentred:
    """Responses measured from another line, in another unit.

    Attributes
    ----------
    coef : ndarray, shape (k_mean,)
        Coefficients of the line.
    unit : float
        New unit in the present one.
    """

    coef: Array
    unit: float

    def __call__(self, rows: RowBlock) -> RowBlock:
        """The rows with known parts of the log variance in the new unit."""
        fitted = rows.exog @ self.coef
        known = np.asarray(rows.log_variance_offset)  # there always is one here
        return replace(
            rows,
            endog=(rows.endog - fitted) / self.unit,
            log_variance_offset=known - 2.0 * float(np.log(self.unit)),
            bounds=None if rows.bounds is None else rows.bounds.standardized(fitted, self.unit),
        )


def constant_scale_rows(rows: RowBlock) -> RowBlock:
    """Rows of constant variance.

    Parameters
    ----------
    rows : RowBlock
        Rows.

    Returns
    -------
    RowBlock
        Whose scale equation has one column of ones.
    """
    return replace(rows, exog_scale=np.broadcast_to(1.0, (len(rows.endog), 1)))


@dataclass(frozen=True, slots=True)
class WhiteScale:
    """Orthonormal columns of the scale equation.

    Attributes
    ----------
    scale : Whitening
        Of its columns.
    """

    scale: Whitening

    def __call__(self, rows: RowBlock) -> RowBlock:
        """The rows with these columns."""
        return replace(rows, exog_scale=self.scale.columns(rows.exog_scale))


@dataclass(frozen=True, slots=True)
class LogSquares:
    """Logarithms of squared residuals as responses, on the columns of the scale equation.

    Attributes
    ----------
    expected : bool
        Whether the squares are expected ones, given what is known of the responses.
    """

    expected: bool

    def __call__(self, rows: RowBlock) -> RowBlock:
        """Rows of a regression of their own."""
        squares = _expected_squares(rows) if self.expected else rows.endog * rows.endog
        known = np.asarray(rows.log_variance_offset)  # there always is one here
        target = np.log(np.maximum(squares, SMALLEST_SQUARE)) - MEAN_LOG_CHI2 - known
        return RowBlock(target, rows.exog_scale, rows.exog_scale, None, None, rows.freq_weights)


def _expected_squares(rows: RowBlock) -> Array:
    """Squared residuals at standard normal errors, expected given what is known of them.

    The score of the log variance is half of what they are expected to exceed one by.
    """
    zero = np.zeros_like(rows.endog)
    bounds = None if rows.bounds is None else rows.bounds.of_any_sample()
    return np.asarray(1.0 + 2.0 * row_terms(rows.endog, bounds, zero, zero).score_factor[1])


def exact_rows(rows: RowBlock) -> RowBlock:
    """The rows that are seen exactly.

    Parameters
    ----------
    rows : RowBlock
        With bounds.

    Returns
    -------
    RowBlock
        Those alone, perhaps none.
    """
    return rows if rows.bounds is None else rows.part(np.flatnonzero(rows.bounds.exact))


@dataclass(frozen=True, slots=True)
class PickedColumns:
    """Rows with some of their columns.

    Attributes
    ----------
    mean, scale : tuple of int
        Positions of the columns of the two equations.
    """

    mean: tuple[int, ...]
    scale: tuple[int, ...]

    def __call__(self, rows: RowBlock) -> RowBlock:
        """The rows; views where nothing is left out."""
        exog, scale = rows.exog, rows.exog_scale
        if self.mean != tuple(range(exog.shape[1])):
            exog = exog[:, list(self.mean)]
        if self.scale != tuple(range(scale.shape[1])):
            scale = scale[:, list(self.scale)]
        return replace(rows, exog=exog, exog_scale=scale)
