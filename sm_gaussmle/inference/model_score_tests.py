"""Score tests of a model's rows: of columns that were left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sm_gaussmle.inference.further_columns import AtEstimates, further_columns
from sm_gaussmle.inference.nested import beyond
from sm_gaussmle.inference.score_sums import Codes, Variance, score_matrices
from sm_gaussmle.inference.score_test import (
    DependentColumnsError,
    ScoreTest,
    outcome,
)
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.source import Source


def score_test(
    params: Array,
    source: Memory,
    exog_extra: Array | None,
    exog_scale_extra: Array | None,
    *,
    observed: bool | None = None,
    variance: Variance = "information",
    groups: tuple[Codes, ...] | None = None,
    separate: bool = False,
) -> ScoreTest:
    r"""Test columns that were left out of the mean or of the log variance.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Maximum-likelihood estimates without the columns.
    source : Memory
        The rows.
    exog_extra, exog_scale_extra : ndarray, shape (n, q), or None
        Columns to test, of the mean and of the log variance.
    observed : bool, optional
        Whether the information is the observed one, not the expected. By default the
        expected one where there is one: not for responses that are intervals to begin with.
    variance : {"information", "studentized", "products"}, default "information"
        Variance of the score: the information; the expected information with the moments
        of the residuals in place of the normal distribution's (of exact responses); or the
        outer products of the scores, which is valid though the distribution be another in each row.
    groups : tuple of one or two ndarrays of int, shape (n,), optional
        Numbers of clusters, whose scores are added up in the outer products.
    separate : bool, default False
        Whether each column is tested for itself, with a standard normal statistic.

    Returns
    -------
    ScoreTest
        Statistic, p-value and degrees of freedom.

    Raises
    ------
    DependentColumnsError
        If columns depend on those of the model or, tested together, on each other.
    SingularVarianceError
        If the estimated variance of their score is not positive definite.
    UnknownLimitsError
        If the expected information is asked for, and there is none.

    Notes
    -----
    With :math:`U` the score of the new parameters and information :math:`I` in blocks,
    the statistic is :math:`U' (I_{22} - I_{21} I_{11}^{-1} I_{12})^{-1} U` (Rao 1948)
    [1]_; with another variance :math:`S` of the score :math:`U' (A S A')^{-1} U`, where
    :math:`A = (-I_{21} I_{11}^{-1}, 1)` (White 1982 [2]_, Boos 1992 [3]_). Studentized, the
    test of the log variance is that of Koenker (1981) [4]_.

    References
    ----------
    .. [1] C. R. Rao, "Large sample tests of statistical hypotheses concerning several
       parameters with applications to problems of estimation", Mathematical Proceedings
       of the Cambridge Philosophical Society 44 (1948) 50-57.
       doi:10.1017/S0305004100023987
    .. [2] H. White, "Maximum Likelihood Estimation of Misspecified Models",
       Econometrica 50 (1982) 1-25. doi:10.2307/1912526
    .. [3] D. D. Boos, "On Generalized Score Tests", The American Statistician 46 (1992)
       327-333. doi:10.1080/00031305.1992.10475921
    .. [4] R. Koenker, "A note on studentizing a test for heteroscedasticity", Journal of
       Econometrics 17 (1981) 107-112. doi:10.1016/0304-4076(81)90062-2
    """
    rows = source.rows
    exog, n_mean = _basis(rows.exog, exog_extra, "exog_extra", separate=separate)
    exog_scale, n_scale = _basis(
        rows.exog_scale, exog_scale_extra, "exog_scale_extra", separate=separate
    )
    places = np.arange(exog.shape[1] + exog_scale.shape[1])
    is_new = (places >= exog.shape[1] - n_mean) & (places < exog.shape[1])
    is_new |= places >= len(places) - n_scale
    found = score_matrices(
        with_columns(params, source, exog, exog_scale),
        observed=observed,
        variance=variance,
        groups=groups,
    )
    return outcome(*found, is_new, separate=separate)


def score_test_in_passes(
    params: Array,
    source: Source,
    own: tuple[int, int],
    constants: tuple[int | None, int | None],
    *,
    observed: bool | None = None,
    variance: Variance = "information",
    groups: tuple[Codes, ...] | None = None,
    separate: bool = False,
) -> ScoreTest:
    """Test columns that come with rows that are summed over, and not held: two passes.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Maximum-likelihood estimates without the columns.
    source : Source
        Rows with the columns of the model first in both equations, and those to test.
    own : tuple of two int
        Numbers of columns of the model.
    constants : tuple of two int or None
        Positions of the constant columns.
    observed, variance : optional
        As for `score_test`.
    groups : empty tuple or None
        Empty where the scores of groups are added up whose labels the rows bring.
    separate : bool, default False
        As for `score_test`.

    Returns
    -------
    ScoreTest
        Statistic, p-value and degrees of freedom.

    Raises
    ------
    DependentColumnsError, SingularVarianceError, UnknownLimitsError
        As `score_test`.
    """
    mean, scale = further_columns(source, own, constants, separate=separate)
    for name, columns in (("exog_extra", mean), ("exog_scale_extra", scale)):
        dependent = np.flatnonzero(columns.share <= columns.tolerance)
        if len(dependent):
            raise DependentColumnsError(name, tuple(int(place) for place in dependent))
    longer = source.mapped(AtEstimates(params, own, mean.whitening, scale.whitening))
    is_new = np.concatenate(
        [
            np.arange(k + len(columns.share)) >= k
            for k, columns in zip(own, (mean, scale), strict=True)
        ]
    )
    found = score_matrices(longer, observed=observed, variance=variance, groups=groups)
    return outcome(*found, is_new, separate=separate)


def _basis(
    columns: Array, extra: Array | None, name: str, *, separate: bool
) -> tuple[Array, int]:
    """Orthonormal columns of the model, and beside them what is new in the others."""
    found = beyond(columns[:, :0] if extra is None else extra, columns)
    new, share = found.directions, found.share
    if not separate:
        # Each is new beside those before it.
        new, factor = np.linalg.qr(new)
        share = share[: factor.shape[0]] * np.abs(np.diagonal(factor))
        share = np.append(share, np.zeros(len(found.share) - len(share)))
    dependent = np.flatnonzero(share <= found.tolerance)
    if len(dependent):
        raise DependentColumnsError(name, tuple(int(place) for place in dependent))
    return np.column_stack([found.basis, new]), new.shape[1]


def with_columns(params: Array, source: Memory, exog: Array, exog_scale: Array) -> Memory:
    """Rows with other columns, whose predictors at zero are those of the parameters.

    Parameters
    ----------
    params : ndarray, shape (k_mean + k_scale,)
        Coefficients of the columns that the rows have.
    source : Memory
        The rows.
    exog, exog_scale : ndarray, shape (n, q)
        Columns to have in their place.

    Returns
    -------
    Memory
        The rows, with the predictors as offsets.
    """
    rows = source.rows
    mean, log_variance = rows.predictors(params)
    return Memory(
        replace(
            rows,
            exog=exog,
            exog_scale=exog_scale,
            offset=mean,
            log_variance_offset=log_variance,
        )
    )
