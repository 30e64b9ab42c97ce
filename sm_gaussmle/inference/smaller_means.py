"""Fits of fewer columns of the mean, or of none, that need no solving."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sm_gaussmle.estimation.fit_record import Fit, concentrated_loglike
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import Iteration
from sm_gaussmle.sources.source import Source


def without_columns(fit: Fit, kept: tuple[int, ...]) -> Fit:
    r"""Fit of fewer columns of the mean from that of more: no pass over the rows.

    Parameters
    ----------
    fit : Fit
        In closed form.
    kept : tuple of int
        Positions of the columns that are left.

    Returns
    -------
    Fit
        Without a covariance.

    Notes
    -----
    With :math:`C` the covariance of the coefficients :math:`b` over :math:`\hat\sigma^2`,
    and :math:`J` those that go, the residual sum of squares grows by
    :math:`b_J' C_{JJ}^{-1} b_J`, and the others become :math:`b_K - C_{KJ} C_{JJ}^{-1} b_J`.
    """
    root = np.asarray(fit.cov_root)[:-1, :-1] / np.exp(0.5 * fit.params[-1])
    gone = [place for place in range(len(root)) if place not in kept]
    coef = fit.params[:-1]
    # C = B B': the projection of B'(...) on the rows of B that go needs no inverse of C.
    basis, factor = np.linalg.qr(root[gone].T)
    along = np.linalg.solve(factor.T, coef[gone])
    left = coef[list(kept)] - root[list(kept)] @ (basis @ along)
    growth = float(along @ along) / (fit.nobs * float(np.exp(fit.params[-1])))
    loglike = fit.loglike - 0.5 * fit.nobs * float(np.log1p(growth))
    return replace(
        fit,
        params=np.append(left, fit.params[-1] + np.log1p(growth)),
        cov_root=None,
        loglike=loglike,
        passes=0,
        history=(Iteration(loglike, 0.0, 0.0, 0.0),),
    )


@dataclass(frozen=True, slots=True)
class _Squares:
    """Sums that a mean square takes."""

    nobs: float
    rss: float
    log_variance: float

    def __add__(self, other: _Squares) -> _Squares:
        return _Squares(
            self.nobs + other.nobs,
            self.rss + other.rss,
            self.log_variance + other.log_variance,
        )


def _squares(rows: RowBlock) -> _Squares:
    residual = rows.endog if rows.offset is None else rows.endog - rows.offset
    weight = np.ones(len(residual)) if rows.freq_weights is None else rows.freq_weights
    known = rows.log_variance_offset
    log_variance = np.zeros(len(residual)) if known is None else known
    return _Squares(
        float(weight.sum()),
        float(weight @ (residual * residual * np.exp(-log_variance))),
        float(weight @ log_variance),
    )


def fit_known_mean(source: Source) -> Fit:
    """Maximum likelihood in the variance alone, with no columns of the mean.

    Parameters
    ----------
    source : Source
        The rows; the mean is the offset.

    Returns
    -------
    Fit
        At the mean square of the response less its offset.
    """
    sums = source.total(_squares, 2)
    nobs, rss = sums.nobs, sums.rss
    loglike = float(concentrated_loglike(np.array(rss), nobs, sums.log_variance))
    params: Array = np.array([np.log(rss / nobs)])
    return Fit(
        params=params,
        cov_root=None,
        loglike=loglike,
        nobs=nobs,
        score_norm=0.0,
        converged=True,
        reason="closed form",
        route="mean square",
        passes=1,
        digits=15.0,
        history=(Iteration(loglike, 0.0, 0.0, 0.0),),
    )
