"""Digits of agreement: the log relative error.

References
----------
McCullough, B. D. (1998). Assessing the reliability of statistical software: Part I. The
American Statistician 52, 358-366. https://doi.org/10.2307/2685442
"""

from __future__ import annotations

import numpy as np

CARRIED = 15.9
"""Digits of a double that was rounded from more: the error is half a unit in the last place."""


def log_relative_errors(found, reference, *, unit=None) -> np.ndarray:
    """Return ``-log10(|found - reference| / |reference|)``, entry by entry.

    Parameters
    ----------
    found : array_like
    reference : array_like
        Doubles, or numbers of mpmath, of which the differences are then taken in 50 digits.
    unit : array_like, optional
        What differences are divided by instead of `reference`.

    Returns
    -------
    ndarray of float
        Between 0 and `CARRIED`; 0 where `found` is not a number.
    """
    found, reference = np.atleast_1d(found).ravel(), np.atleast_1d(reference).ravel()
    unit = reference if unit is None else np.atleast_1d(unit).ravel()
    return np.array([_digits(*row) for row in zip(found, reference, unit, strict=True)])


def _digits(found, reference, unit) -> float:
    if not np.isfinite(float(found)):
        # Both ends of a reference that are infinite agree in all digits.
        return CARRIED if float(found) == float(reference) else 0.0
    difference = abs(reference - float(found))
    if difference == 0:
        return CARRIED
    if unit == 0:
        return 0.0
    return min(max(-float(np.log10(float(difference / abs(unit)))), 0.0), CARRIED)
