"""Functions of the estimates with their standard errors, by the delta method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.likelihood.terms import Array

# Step of the differences in standard errors. With four points the error is of the order of
# its fourth power, 1e-12, and that of rounding is 1e-13 of the function.
_STEP = 1e-3
_ROUNDING = 16.0 * float(np.finfo(float).eps)
_POINTS = np.array([-2.0, -1.0, 1.0, 2.0])
_WEIGHTS = np.array([1.0, -8.0, 8.0, -1.0]) / 12.0


def delta_method(
    function: Callable[[Array], Array], params: Array, covariance: CovarianceRoot
) -> tuple[Array, CovarianceRoot]:
    r"""Values of functions of the estimates, and their covariance.

    Parameters
    ----------
    function : callable
        Maps parameters of shape (k,) to values of shape (q,).
    params : ndarray, shape (k,)
        Estimates.
    covariance : CovarianceRoot
        Their covariance.

    Returns
    -------
    values : ndarray, shape (q,)
        The functions at the estimates.
    covariance : CovarianceRoot
        Of the values.

    Raises
    ------
    ValueError
        If a value is not finite at the estimates or next to them.

    Notes
    -----
    With the covariance :math:`B S B'` that of :math:`g(\hat\theta)` is :math:`G S G'`, where
    column j of G is the derivative of g along column j of B. Differences are taken along
    these columns, which are of the order of a standard error, not along the parameters:
    units and collinearity do not matter to them.

    References
    ----------
    .. [1] G. W. Oehlert, "A Note on the Delta Method", The American Statistician 46 (1992)
       27-29. doi:10.1080/00031305.1992.10475842
    """
    values = function(params)
    root = np.zeros((len(values), covariance.root.shape[1]))
    for place, direction in enumerate(covariance.root.T):
        around = [function(params + point * _STEP * direction) for point in _POINTS]
        with np.errstate(invalid="ignore"):  # said below
            slope = _WEIGHTS @ np.array(around) / _STEP
            # What rounding alone makes of a function that does not change.
            noise = _ROUNDING * np.abs(around).max(axis=0) / _STEP
        root[:, place] = np.where(np.abs(slope) <= noise, 0.0, slope)
    if not (np.isfinite(values).all() and np.isfinite(root).all()):
        raise ValueError("not finite at the estimates, or within a thousandth of their errors.")
    return values, CovarianceRoot(root, covariance.signs)
