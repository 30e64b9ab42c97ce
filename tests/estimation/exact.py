"""Weighted least squares without rounding: the reference of the tests of digits.

Doubles are whole numbers times powers of two, so sums of their products are whole numbers
too. What follows is done with 60 digits on a matrix of a few columns.
"""

from __future__ import annotations

from typing import NamedTuple

import mpmath
import numpy as np

CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 60


class Exact(NamedTuple):
    """The solution, as 60-digit numbers.

    Attributes
    ----------
    coef : list of lists
        Coefficients by response.
    rss : list
        Residual sums of squares by response.
    total : list
        Sums of squares of the responses.
    cov : mpmath matrix
        Inverse of ``X'WX``.
    """

    coef: list
    rss: list
    total: list
    cov: mpmath.matrix


def whole_numbers(values):
    """Return whole numbers and the power of two that they are to be multiplied by."""
    mantissas, exponents = np.frexp(values)
    lowest = int(exponents[mantissas != 0].min(initial=0)) - 53
    whole = [
        int(mantissa) << int(exponent)
        for mantissa, exponent in zip(
            np.ldexp(mantissas, 53).astype(np.int64),
            np.where(mantissas == 0, 0, exponents - 53 - lowest),
            strict=True,
        )
    ]
    return np.array(whole, dtype=object), lowest


def gram(columns, weights=None):
    """Return the sums of products of columns of doubles, without rounding until the last."""
    whole = [whole_numbers(column) for column in columns]
    weight, power = (1, 0) if weights is None else whole_numbers(weights)
    k = len(whole)
    found = CONTEXT.matrix(k, k)
    for i, (left, left_power) in enumerate(whole):
        weighted = left * weight
        for j, (right, right_power) in enumerate(whole[: i + 1]):
            total = CONTEXT.mpf(int((weighted * right).sum()))
            found[i, j] = CONTEXT.ldexp(total, left_power + right_power + power)
            found[j, i] = found[i, j]
    return found


def least_squares(endog, exog, weights=None, offset=None):
    """Solve a weighted least-squares problem without rounding.

    Parameters
    ----------
    endog : ndarray, shape (n,) or (n, m)
    exog : ndarray, shape (n, k)
    weights : ndarray, shape (n,), optional
        Frequency weights over known variances.
    offset : ndarray, shape (n,), optional

    Returns
    -------
    Exact
    """
    n, k = exog.shape
    responses = list(endog.reshape(n, -1).T)
    m = len(responses)
    extra = [] if offset is None else [offset]
    sums = gram([*exog.T, *responses, *extra], weights)
    # The response less its offset is another combination of the columns.
    change = CONTEXT.eye(k + m + len(extra))[:, : k + m]
    if extra:
        for j in range(m):
            change[k + m, k + j] = -1
    sums = change.T * sums * change
    cov = sums[:k, :k] ** -1
    coef, rss, total = [], [], []
    for j in range(k, k + m):
        moment = sums[:k, j]
        solution = cov * moment
        coef.append(list(solution))
        total.append(sums[j, j])
        rss.append(sums[j, j] - (moment.T * solution)[0])
    return Exact(coef, rss, total, cov)


def digits(found, exact):
    """Return the correct significant digits of the worst of some numbers."""
    worst = max(
        abs((CONTEXT.mpf(float(a)) - b) / b)
        for a, b in zip(np.ravel(found), exact, strict=True)
    )
    return 16.0 if worst == 0 else float(-CONTEXT.log10(worst))


def standard_errors(cov):
    """Return the roots of the diagonal."""
    return [CONTEXT.sqrt(cov[j, j]) for j in range(cov.rows)]
