"""Gaussian maximum likelihood with a log-variance equation, in 50-digit arithmetic.

Written from the formulas alone, and apart from the package under test. With
``r = y - x'b - offset``, ``eta = z'g + offset_scale - log v`` and ``q = r^2 exp(-eta)``, a row
of frequency weight w has

    log-likelihood   w (-log(2 pi) - eta - q) / 2
    score            w (r exp(-eta) x,  (q - 1) / 2 z)
    information      w [exp(-eta) x x',  r exp(-eta) x z';  ., q / 2 z z']

The data enter as the exact values of their doubles.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import mpmath as mp
import numpy as np

CONTEXT = mp.mp.clone()
CONTEXT.dps = 50
_NUMBER = CONTEXT.mpf


@dataclass(frozen=True)
class HighPrecision:
    """A fit in 50 digits.

    Attributes
    ----------
    params : list of mpf
        b, then g.
    loglike : mpf
    cov_observed, cov_expected, cov_opg, cov_hc0 : mpmath matrix
        Inverse of the observed and of the expected information; inverse of the sum of
        ``w s s'`` over the rows; and the sandwich of the first and the third, without a
        small-sample factor.
    """

    params: list = field(repr=False)
    loglike: mp.mpf
    cov_observed: mp.matrix = field(repr=False)
    cov_expected: mp.matrix = field(repr=False)
    cov_opg: mp.matrix = field(repr=False)
    cov_hc0: mp.matrix = field(repr=False)

    def bse(self, which: str = "observed") -> list:
        """Return standard errors from the covariance matrix named `which`."""
        matrix = getattr(self, f"cov_{which}")
        return [CONTEXT.sqrt(matrix[j, j]) for j in range(matrix.rows)]


class Rows:
    """The data as 50-digit numbers."""

    def __init__(
        self, endog, exog, exog_scale, *, offset, offset_scale, freq_weights, var_weights
    ) -> None:
        n = len(endog)
        exog_scale = np.ones((n, 1)) if exog_scale is None else exog_scale
        self.y = _numbers(endog)
        self.x = [_numbers(row) for row in np.asarray(exog)]
        self.z = [_numbers(row) for row in np.asarray(exog_scale)]
        zeros, ones = np.zeros(n), np.ones(n)
        self.offset = _numbers(zeros if offset is None else offset)
        shift = _numbers(zeros if offset_scale is None else offset_scale)
        v = _numbers(ones if var_weights is None else var_weights)
        self.shift = [a - CONTEXT.log(b) for a, b in zip(shift, v, strict=True)]
        self.w = _numbers(ones if freq_weights is None else freq_weights)
        self.k_mean, self.k_scale = len(self.x[0]), len(self.z[0])

    def predictors(self, params: list) -> tuple[list, list, list]:
        """Return r, exp(-eta) and eta of every row."""
        b, g = params[: self.k_mean], params[self.k_mean :]
        residual = [
            y - offset - CONTEXT.fdot(x, b)
            for y, offset, x in zip(self.y, self.offset, self.x, strict=True)
        ]
        eta = [shift + CONTEXT.fdot(z, g) for shift, z in zip(self.shift, self.z, strict=True)]
        return residual, [CONTEXT.exp(-e) for e in eta], eta

    def loglike(self, params: list) -> mp.mpf:
        residual, inverse, eta = self.predictors(params)
        constant = CONTEXT.log(2 * CONTEXT.pi)
        return (
            -CONTEXT.fsum(
                w * (constant + e + r * r * i)
                for w, e, r, i in zip(self.w, eta, residual, inverse, strict=True)
            )
            / 2
        )

    def scores(self, params: list) -> list[list]:
        """Return the score of every row without its frequency weight."""
        residual, inverse, _ = self.predictors(params)
        return [
            [r * i * c for c in x] + [(r * r * i - 1) / 2 * c for c in z]
            for r, i, x, z in zip(residual, inverse, self.x, self.z, strict=True)
        ]

    def information(self, params: list, *, expected: bool = False) -> mp.matrix:
        """Return the observed or the expected information."""
        residual, inverse, _ = self.predictors(params)
        mean = [w * i for w, i in zip(self.w, inverse, strict=True)]
        if expected:
            cross = [_NUMBER(0)] * len(mean)
            scale = [w / 2 for w in self.w]
        else:
            cross = [m * r for m, r in zip(mean, residual, strict=True)]
            scale = [c * r / 2 for c, r in zip(cross, residual, strict=True)]
        x, z = list(zip(*self.x, strict=True)), list(zip(*self.z, strict=True))
        columns = x + z
        total = CONTEXT.matrix(len(columns), len(columns))
        for i, left in enumerate(columns):
            for j in range(i + 1):
                weights = mean if i < self.k_mean else (cross if j < self.k_mean else scale)
                total[i, j] = total[j, i] = CONTEXT.fsum(
                    a * b * c for a, b, c in zip(left, columns[j], weights, strict=True)
                )
        return total


def _numbers(values: np.ndarray) -> list:
    return [_NUMBER(float(value)) for value in values]


def _column_sums(rows: list[list], weights: list) -> list:
    columns = zip(*rows, strict=True)
    return [CONTEXT.fdot(weights, column) for column in columns]


def _start(rows: Rows) -> list:
    """Return least squares, and a constant variance as near as the scale columns allow."""
    n, k = len(rows.y), rows.k_mean
    x = CONTEXT.matrix(rows.x)
    y = CONTEXT.matrix([y - o for y, o in zip(rows.y, rows.offset, strict=True)])
    b = CONTEXT.lu_solve(x.T * x, x.T * y)
    residual = y - x * b
    size = CONTEXT.fsum(
        r * r * CONTEXT.exp(-s) for r, s in zip(residual, rows.shift, strict=True)
    )
    z = CONTEXT.matrix(rows.z)
    ones = CONTEXT.matrix([CONTEXT.log(size / n)] * n)
    g = CONTEXT.lu_solve(z.T * z, z.T * ones)
    return [b[j] for j in range(k)] + [g[j] for j in range(rows.k_scale)]


def _climb(rows: Rows, params: list) -> list:
    """Newton steps where the information is positive definite, else Fisher's; halved if need be."""
    value = rows.loglike(params)
    for _ in range(200):
        score = CONTEXT.matrix(_column_sums(rows.scores(params), rows.w))
        try:
            factor = CONTEXT.cholesky(rows.information(params))
            observed = True
        except ValueError:  # not positive definite
            factor = CONTEXT.cholesky(rows.information(params, expected=True))
            observed = False
        step = CONTEXT.lu_solve(factor * factor.T, score)
        decrement = (score.T * step)[0]
        length = _NUMBER(1)
        while True:
            trial = [p + length * s for p, s in zip(params, step, strict=True)]
            at_trial = rows.loglike(trial)
            if at_trial >= value or decrement < _NUMBER(10) ** -40:
                break
            length /= 2
        params, value = trial, at_trial
        if observed and decrement < _NUMBER(10) ** -60:
            return params
    raise ArithmeticError("no convergence in 200 steps")


def fit(
    endog,
    exog,
    exog_scale=None,
    *,
    offset=None,
    offset_scale=None,
    freq_weights=None,
    var_weights=None,
) -> HighPrecision:
    """Return the maximum likelihood fit.

    Parameters
    ----------
    endog : array_like, shape (n,)
    exog : array_like, shape (n, k_mean)
    exog_scale : array_like, shape (n, k_scale), optional
        None: a constant variance.
    offset, offset_scale, freq_weights, var_weights : array_like, shape (n,), optional

    Returns
    -------
    HighPrecision
    """
    rows = Rows(
        endog,
        exog,
        exog_scale,
        offset=offset,
        offset_scale=offset_scale,
        freq_weights=freq_weights,
        var_weights=var_weights,
    )
    params = _climb(rows, _start(rows))
    scores = rows.scores(params)
    k = rows.k_mean + rows.k_scale
    outer = CONTEXT.matrix(k, k)
    columns = list(zip(*scores, strict=True))
    for i in range(k):
        for j in range(i + 1):
            outer[i, j] = outer[j, i] = CONTEXT.fsum(
                w * a * b for w, a, b in zip(rows.w, columns[i], columns[j], strict=True)
            )
    observed = rows.information(params) ** -1
    return HighPrecision(
        params,
        rows.loglike(params),
        observed,
        rows.information(params, expected=True) ** -1,
        outer**-1,
        observed * outer * observed,
    )
