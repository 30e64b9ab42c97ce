"""Rows for the tests of the estimation, and what they are put into."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory


def source(endog, exog, exog_scale=None, **others):
    """Return the rows as a source; a constant is the usual scale equation."""
    if exog_scale is None:
        exog_scale = np.ones((len(endog), 1))
    return Memory(RowBlock(endog, exog, exog_scale, **others))


class Design(NamedTuple):
    """Data of a least-squares problem.

    Attributes
    ----------
    endog : ndarray, shape (n,) or (n, m)
    exog : ndarray, shape (n, k)
    constant : int or None
        Position of the constant column.
    """

    endog: np.ndarray
    exog: np.ndarray
    constant: int | None = 0


def design(n, *, mean=0.0, distance=None, noise=1.0, constant=True, level=0.0, m=None, seed=0):
    """Return a constant and two columns (three if one is to be near the sum of the others).

    Parameters
    ----------
    n : int
        Number of rows.
    mean : float
        Mean of the columns, whose standard deviation is 1.
    distance : float, optional
        Standard deviation of what the last column has of its own.
    noise : float
        Standard deviation of the errors.
    constant : bool
        Whether there is a constant.
    level : float
        Added to the response.
    m : int, optional
        Number of responses.
    seed : int
        Of all random numbers.
    """
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(n, 2))
    if distance is not None:
        near = columns.sum(axis=1) + distance * rng.normal(size=n)
        columns = np.column_stack([columns, near])
    errors = rng.normal(size=n if m is None else (n, m))
    signal = columns @ np.arange(1.0, columns.shape[1] + 1) + level
    columns += mean
    if constant:
        columns = np.column_stack([np.ones(n), columns])
    endog = (signal if m is None else signal[:, None] * np.arange(1.0, m + 1)) + noise * errors
    return Design(endog, columns, 0 if constant else None)


def weights_for(n, seed=0):
    """Return frequency weights and known variances, the latter powers of two."""
    rng = np.random.default_rng(seed)
    return rng.integers(1, 5, n).astype(float), 2.0 ** rng.integers(-3, 4, n)


def scale_rows(n=120, seed=1, *, weighted=False, slopes=(0.3, 0.8, -0.5)):
    """Return rows of a Gaussian with a constant and two columns in each equation."""
    rng = np.random.default_rng(seed)
    exog = np.column_stack([np.ones(n), rng.normal(size=(n, 2)) + 1])
    exog_scale = np.column_stack([np.ones(n), exog[:, 1], rng.normal(size=n)])
    log_variance = exog_scale @ np.array(slopes)
    others = {}
    offset = np.zeros(n)
    if weighted:
        offset = rng.normal(size=n)
        frequency = rng.integers(1, 4, n).astype(float)
        known = rng.normal(size=n)
        log_variance = log_variance + known
        others = {
            "offset": offset,
            "log_variance_offset": known,
            "freq_weights": frequency,
        }
    errors = np.exp(log_variance / 2) * rng.normal(size=n)
    return source(exog @ [1.0, -2.0, 0.5] + offset + errors, exog, exog_scale, **others)
