"""Wald tests of a term in a model without some of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.statsmodels_face.hypotheses.term_comparisons import Row, TermComparison

Array = NDArray[np.float64]

# Eigenvalues of correlations below this are rounding.
_SINGULAR = 1e-10


def wald_row(results: Any, comparison: TermComparison) -> Row:
    r"""Test the coefficients of a term with the covariance of the fit.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    comparison : TermComparison
        The term, and the model in which it is tested.

    Returns
    -------
    dict of str to float
        Entries of its row in the table.

    Raises
    ------
    ValueError
        If the covariance of the coefficients that are set to zero has no inverse.

    Notes
    -----
    Where terms are set to zero with coefficients :math:`b_2`, those of the term are
    :math:`\hat b_1 - V_{12} V_{22}^{-1} \hat b_2`, which are uncorrelated with
    :math:`\hat b_2`: the statistic is that of both less that of :math:`b_2` alone.
    """
    k_mean = results.model.k_exog
    start = 0 if comparison.term.equation == "exog" else k_mean
    tested = [start + place for place in comparison.term.columns]
    there = {*comparison.larger.mean, *(k_mean + place for place in comparison.larger.scale)}
    zero = [place for place in range(len(results.params)) if place not in there]
    restriction = np.eye(len(results.params))[tested]
    if zero:
        restriction[:, zero] = -_explained(results, zero, tested, comparison.term.name)
    test = results.wald_test(restriction)
    row: Row = {"df": len(tested)}
    if results.use_t:
        row["df_denom"] = test.df_denom
    return row | {"statistic": float(test.statistic), "pvalue": float(test.pvalue)}


def _explained(results: Any, zero: list[int], tested: list[int], name: str) -> Array:
    """Slopes of some coefficients on others."""
    covariance = np.asarray(results.cov_params())
    unit = np.sqrt(np.diagonal(covariance))[zero]
    correlation = covariance[np.ix_(zero, zero)] / np.outer(unit, unit)
    if np.linalg.eigvalsh(correlation)[0] < _SINGULAR:
        raise FitError(
            f"{name} cannot be tested: the covariance {results.cov_type!r} of the terms that "
            "are set to zero in its test has no inverse, as there are too few groups. Use "
            "typ=3, or another covariance."
        )
    slope = np.linalg.solve(correlation, covariance[np.ix_(zero, tested)] / unit[:, None])
    return np.asarray(slope / unit[:, None]).T
