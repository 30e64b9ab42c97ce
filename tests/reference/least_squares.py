"""Least squares in rational arithmetic, and data on which programs lose digits.

``longley`` is read from statsmodels; the other data are made from their formulas. `wampler` are
those of Wampler (1970): a polynomial of degree five, plus a pattern that is orthogonal to it
and 0, 1, 100 or 10,000 times as large. `steep` is like Filip's of the same collection: degree
ten, far from zero.

References
----------
Longley, J. W. (1967). An appraisal of least squares programs for the electronic computer from
the point of view of the user. Journal of the American Statistical Association 62, 819-841.
https://doi.org/10.2307/2283673

Wampler, R. H. (1970). A report on the accuracy of some widely used least squares computer
programs. Journal of the American Statistical Association 65, 549-565.
https://doi.org/10.2307/2284567
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import mpmath as mp
import numpy as np
import statsmodels.api as sm

from . import highprecision

_PATTERN = (759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048)
_PATTERN = (*_PATTERN, 2048, *_PATTERN[::-1])


@dataclass(frozen=True)
class LeastSquares:
    """The exact solution, in 50 digits.

    Attributes
    ----------
    params, bse : list of mpf
        Coefficients, and their standard errors from RSS/(n - k).
    rss : mpf
    """

    params: list = field(repr=False)
    bse: list = field(repr=False)
    rss: mp.mpf


def longley() -> tuple[np.ndarray, np.ndarray]:
    """Return response and columns of Longley's data."""
    data = sm.datasets.longley.load_pandas()
    return data.endog.to_numpy(float), sm.add_constant(data.exog).to_numpy(float)


def wampler(size: int, power: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return a polynomial in 0, ..., 20 with the coefficients 10^(-power j), and the pattern."""
    x = np.arange(21)
    exog = np.column_stack([x**j for j in range(6)])
    # Exact in integers, and rounded once.
    endog = [
        sum(Fraction(int(v), 10 ** (power * j)) for j, v in enumerate(row)) + size * p
        for row, p in zip(exog, _PATTERN, strict=True)
    ]
    return np.array([float(v) for v in endog]), exog.astype(float)


def steep() -> tuple[np.ndarray, np.ndarray]:
    """Return 82 values of a smooth function with noise and a polynomial of degree ten."""
    rng = np.random.default_rng(1977)
    x = np.round(np.linspace(-8.8, -3.1, 82), 3)
    exog = np.column_stack([x**j for j in range(11)])
    # Four decimals, so that the data do not depend on the last digit of a library's sine.
    return np.round(0.85 + 0.06 * np.sin(1.3 * x) + 0.003 * rng.standard_normal(82), 4), exog


def polynomial() -> tuple[np.ndarray, np.ndarray]:
    """Return columns 1, year, year^2, year^3: condition number 5e16 as they stand."""
    rng = np.random.default_rng(1947)
    year = np.arange(1900.0, 2000.0)
    exog = np.column_stack([np.ones(100), year, year**2, year**3])
    decades = (year - 1950) / 10
    return 50 + 3 * decades - decades**2 + 0.2 * decades**3 + rng.standard_normal(100), exog


def badly_scaled() -> tuple[np.ndarray, np.ndarray]:
    """Return columns of size 1e-8 to 1e8."""
    rng = np.random.default_rng(8)
    exog = rng.standard_normal((120, 5)) + 1
    exog[:, 0] = 1
    endog = exog.sum(axis=1) + rng.standard_normal(120)
    return endog, exog * [1, 1e-8, 1e-3, 1e4, 1e8]


def exact_least_squares(endog: np.ndarray, exog: np.ndarray) -> LeastSquares:
    """Solve the normal equations in rational numbers, by elimination.

    Parameters
    ----------
    endog : ndarray, shape (n,)
    exog : ndarray, shape (n, k)

    Returns
    -------
    LeastSquares
        Of the data as the exact values of their doubles.
    """
    x = [[Fraction(float(v)) for v in row] for row in exog]
    y = [Fraction(float(v)) for v in endog]
    k = len(x[0])
    system = [
        [sum(row[i] * row[j] for row in x) for j in range(k)]
        + [sum(row[i] * v for row, v in zip(x, y, strict=True))]
        + [Fraction(int(i == j)) for j in range(k)]
        for i in range(k)
    ]
    for i in range(k):
        pivot = system[i][i]
        system[i] = [v / pivot for v in system[i]]
        for j in range(k):
            if j != i:
                factor = system[j][i]
                system[j] = [a - factor * b for a, b in zip(system[j], system[i], strict=True)]
    params = [row[k] for row in system]
    rss = sum(
        (v - sum(a * b for a, b in zip(row, params, strict=True))) ** 2
        for row, v in zip(x, y, strict=True)
    )
    variances = [rss / (len(y) - k) * row[k + 1 + i] for i, row in enumerate(system)]
    return LeastSquares(
        [_long(value) for value in params],
        [highprecision.CONTEXT.sqrt(_long(value)) for value in variances],
        _long(rss),
    )


def _long(value: Fraction) -> mp.mpf:
    return highprecision.CONTEXT.mpf(value.numerator) / value.denominator
