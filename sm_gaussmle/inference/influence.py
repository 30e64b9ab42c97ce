"""What one row does to the estimates: each is left out in turn, without fitting again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from scipy.linalg import solve_triangular

from sm_gaussmle.inference.leverage import ROUNDING, Leverages, orthonormal
from sm_gaussmle.likelihood.bounds import Bounds, UnknownLimitsError
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import expected_hessian_factor
from sm_gaussmle.likelihood.terms import Array


@dataclass(frozen=True)
class Deletion:
    """Estimates from all rows against those without one copy of a row.

    NaN stands where nothing can be estimated without the row.

    Attributes
    ----------
    scale : ndarray, shape (n,)
        Standard deviation of each row, estimated without it.
    dfbeta : ndarray, shape (n, k)
        Estimates less those without the row.
    dfbetas : ndarray, shape (n, k)
        The same over standard errors.
    cooks_distance : ndarray, shape (n,)
        Squared length of `dfbeta` in the metric of the information, over the number of
        parameters.
    cov_ratio : ndarray, shape (n,)
        Determinant of the covariance of the estimates without the row, over that of all.
    displacement : ndarray, shape (n,)
        Twice the log-likelihood of all rows that the estimates without the row lose.
    """

    scale: Array
    dfbeta: Array
    dfbetas: Array
    cooks_distance: Array
    cov_ratio: Array
    displacement: Array


def delete_constant_variance(rows: RowBlock, leverages: Leverages) -> Deletion:
    r"""Leave each row out of a fit with constant variance, exactly.

    Parameters
    ----------
    rows : RowBlock
        The rows.
    leverages : Leverages
        Of the fit.

    Returns
    -------
    Deletion
        Of the parameters of the mean, with the measures of least squares: the variance is
        the residual sum of squares over the degrees of freedom. Infinite where the other
        rows are fitted exactly.

    Notes
    -----
    As in Cook and Weisberg (1982) [1]_. With the internally studentised residual
    :math:`t_i` and :math:`m` residual degrees of freedom,

    .. math:: s_{(i)}^2 / s^2 = (m - t_i^2) / (m - 1), \qquad
              \hat\beta - \hat\beta_{(i)} = (X'WX)^{-1} x_i w_i e_i / (1 - h_i).

    References
    ----------
    .. [1] R. D. Cook and S. Weisberg, "Residuals and Influence in Regression", Chapman and
       Hall (1982).
    """
    n, k = leverages.nobs, rows.exog.shape[1]
    df = n - k
    # The variance without a row needs a degree of freedom besides.
    spare = df - 1.0 if df > 1.0 else np.nan
    remaining, standardized = leverages.remaining, leverages.standardized
    ratio = leverages.mean / remaining
    studentized2 = standardized**2 * (df / n)
    exact = studentized2 > df * (1.0 - ROUNDING)
    variance = np.where(exact, 0.0, df - studentized2) / spare  # s_(i)^2 / s^2
    deviation = np.sqrt(variance * (n / df))  # s_(i) / sigma
    inverse = solve_triangular(leverages.factor, np.eye(k))
    steps = orthonormal(rows.exog, 1.0 / leverages.scale, leverages.factor)
    steps *= leverages.resid / (leverages.scale * remaining)
    dfbeta = (inverse @ steps).T
    bse = np.sqrt((inverse * inverse).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):  # where the others fit exactly
        dfbetas = dfbeta / (deviation[:, None] * bse)
        ml = variance * (n / df) * spare / (n - 1.0)
        displacement = n * np.log(ml) + (n + standardized**2 * ratio) / ml - n
    return Deletion(
        scale=leverages.scale * deviation,
        dfbeta=dfbeta,
        dfbetas=dfbetas,
        cooks_distance=studentized2 / k * ratio,
        cov_ratio=variance**k / remaining,
        displacement=np.where(variance == 0.0, np.inf, displacement),
    )


def delete(params: Array, cov_root: Array, rows: RowBlock, leverages: Leverages) -> Deletion:
    r"""Leave each row out of a fit with a scale equation, by one step.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates, at a maximum.
    cov_root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    rows : RowBlock
        The rows.
    leverages : Leverages
        Of the fit.

    Returns
    -------
    Deletion
        Of all parameters; `displacement` to second order, and `cov_ratio` of the expected
        information.

    Notes
    -----
    A Newton step from the estimates on the log-likelihood without row i (Pregibon 1981
    [1]_; Cook 1986 [2]_ for the displacement) with two changes. Its information is the
    mean of that at the start and at the end of the step: with the row goes its observed
    information at the start, and its expected information at the end, where the scores of
    the others are zero. And the row takes :math:`D_i = d_i / (1 - h_i)` from the weighted
    residual sum of squares, not :math:`d_i = e_i^2 / \sigma_i^2`, since the mean is fitted
    again. With :math:`r = e_i / \sigma_i`, and the mean in units of :math:`\sigma_i`,

    .. math:: g = \begin{pmatrix} r \\ \tfrac12 (D - 1) \end{pmatrix}, \qquad
              W = \begin{pmatrix} 1 & \tfrac12 r \\
                                  \tfrac12 r & \tfrac14 (D + 1) \end{pmatrix}, \qquad
              \hat\theta - \hat\theta_{(i)} \approx V U (I - W U'VU)^{-1} g,

    where the columns of :math:`U` are the row's columns of the two equations. Unlike the
    observed information of an outlier, :math:`W` is positive definite. On 22 data sets of
    32 to 303 rows the error was 7 % (mean) and 9 % (log variance) of the change, in root
    mean squares; that of Newton's step was 20 and 23 %, of scoring 21 and 31 %.

    References
    ----------
    .. [1] D. Pregibon, "Logistic Regression Diagnostics", Annals of Statistics 9 (1981)
       705-724. doi:10.1214/aos/1176345513
    .. [2] R. D. Cook, "Assessment of Local Influence", Journal of the Royal Statistical
       Society B 48 (1986) 133-169. doi:10.1111/j.2517-6161.1986.tb01398.x
    """
    r = leverages.resid / leverages.scale
    taken = leverages.standardized**2
    step = _one_step(
        params,
        cov_root,
        rows,
        leverages.scale,
        score=(r, 0.5 * (taken - 1.0)),
        information=(np.ones_like(r), 0.5 * r, 0.25 * (taken + 1.0)),
    )
    copies = 1.0 if rows.freq_weights is None else rows.freq_weights
    # The log determinant of X'WX moves by the leverages as the log weights move.
    dfgamma = step.dfbeta[:, rows.exog.shape[1] :]
    moved = dfgamma @ (rows.exog_scale.T @ (copies * leverages.mean))
    remaining = leverages.remaining * leverages.remaining_log_variance
    return replace(step, cov_ratio=np.exp(-moved) / remaining)


def delete_any(params: Array, cov_root: Array, rows: RowBlock) -> Deletion:
    r"""Leave each row out of a fit of rows that are not all seen exactly, by one step.

    Parameters
    ----------
    params : ndarray, shape (k,)
        Estimates, at a maximum.
    cov_root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information.
    rows : RowBlock
        The rows.

    Returns
    -------
    Deletion
        Of all parameters; `displacement` to second order. `cov_ratio` is NaN: one step
        tells nothing of it.

    Notes
    -----
    The step is that of `delete`, with the score of the row as it is, and its information
    the mean of the observed and the expected one. Where it is not known between which
    limits a response would have been seen, the observed one stands for the expected one;
    of an exact response among such, that of exact responses.

    Against fits without the row, of 60 simulated rows with half of them censored, intervals
    of one standard deviation, or a sample truncated from both sides: the error was 3 to 6 %
    (mean) and 2 to 8 % (log variance) of the change, in root mean squares, and 11 to 21 %
    in the truncated sample; that of Newton's step 5 to 10, 7 to 14, and 22 to 66 %.
    """
    mean, log_variance = rows.predictors(params)
    terms, scale = rows.terms(mean, log_variance), np.exp(0.5 * log_variance)
    observed = -np.stack(terms.hessian_factor)
    information = 0.5 * (observed + _expected(rows, mean, log_variance, observed))
    return _one_step(
        params,
        cov_root,
        rows,
        scale,
        score=(scale * terms.score_factor[0], terms.score_factor[1]),
        information=(scale * scale * information[0], scale * information[1], information[2]),
    )


def _expected(rows: RowBlock, mean: Array, log_variance: Array, observed: Array) -> Array:
    """Expected information of each row, or what stands for it, shape (3, n)."""
    try:
        return -np.stack(expected_hessian_factor(rows.bounds, mean, log_variance))
    except UnknownLimitsError:
        bounds = cast("Bounds", rows.bounds)
        exact = np.stack(expected_hessian_factor(None, mean, log_variance))
        return np.where(bounds.exact, -exact, observed)


def _one_step(
    params: Array,
    cov_root: Array,
    rows: RowBlock,
    scale: Array,
    *,
    score: tuple[Array, Array],
    information: tuple[Array, Array, Array],
) -> Deletion:
    """Step from the estimates to those without a row, the mean in units of `scale`."""
    k_mean, k = rows.exog.shape[1], len(params)
    mean = (rows.exog @ cov_root[:k_mean]) / scale[:, None]
    log_variance = rows.exog_scale @ cov_root[k_mean:]
    m = np.einsum("ij,ij->i", mean, mean)
    c = np.einsum("ij,ij->i", mean, log_variance)
    s = np.einsum("ij,ij->i", log_variance, log_variance)

    (of_mean, of_scale), (w_mean, w_cross, w_scale) = score, information
    # I - W U'VU, entry by entry
    mm, ms = 1.0 - w_mean * m - w_cross * c, -w_mean * c - w_cross * s
    sm, ss = -w_cross * m - w_scale * c, 1.0 - w_cross * c - w_scale * s
    determinant = mm * ss - ms * sm
    # Both eigenvalues positive: the information without the row is positive definite.
    definite = (determinant > ROUNDING) & (mm + ss > 0.0)
    determinant = np.where(definite, determinant, np.nan)
    first = (ss * of_mean - ms * of_scale) / determinant
    second = (mm * of_scale - sm * of_mean) / determinant

    mean *= first[:, None]
    log_variance *= second[:, None]
    mean += log_variance
    dfbeta = mean @ cov_root.T
    squared = m * first**2 + 2.0 * c * first * second + s * second**2
    shift = np.einsum("ij,ij->i", rows.exog_scale, dfbeta[:, k_mean:])
    return Deletion(
        scale=scale * np.exp(-0.5 * shift),
        dfbeta=dfbeta,
        dfbetas=dfbeta / np.sqrt((cov_root * cov_root).sum(axis=1)),
        cooks_distance=squared / k,
        cov_ratio=np.full_like(scale, np.nan),  # of which the step tells nothing
        displacement=squared,
    )
