"""The maximum under linear restrictions."""

from __future__ import annotations

import numpy as np

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.restriction import Restricted, Restriction
from sm_gaussmle.estimation.surface import LikelihoodSurface, SurfacePoint
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.affine import OnPlane, Plane, maximize_on
from sm_gaussmle.optimize.trust_region import Iteration, Maximum

# A direction with less than this share of its length left is one that equations fix.
_FIXED = 1e-9


def fit_restricted(surface: LikelihoodSurface, restriction: Restriction) -> Fit:
    """Maximum likelihood under linear restrictions, of either or both equations.

    Parameters
    ----------
    surface : LikelihoodSurface
        The likelihood around the maximum without them.
    restriction : Restriction
        Linearly independent equations.

    Returns
    -------
    Fit
        Its `cov_root` has a column for each direction that is left free; the covariance
        is singular.

    Raises
    ------
    FitError
        If the log-likelihood is not finite under the restrictions, or is higher than
        without them, which is then a lower maximum.

    Notes
    -----
    With :math:`N` a basis of the directions that the restrictions leave free, the
    covariance is :math:`N (N' I N)^{-1} N'`, :math:`I` the observed information at the
    restricted estimates (Aitchison and Silvey 1958) [1]_.

    References
    ----------
    .. [1] J. Aitchison and S. D. Silvey, "Maximum-Likelihood Estimation of Parameters
       Subject to Restraints", Annals of Mathematical Statistics 29 (1958) 813-828.
       doi:10.1214/aoms/1177706538
    """
    matrix, values = surface.equations(restriction.matrix, restriction.values)
    plane = Plane.of(matrix, values)
    maximum, evaluations = _maximum(surface, plane)
    params = surface.params_at(plane.point(maximum.params))
    for _ in range(2):  # what is left is the rounding of the parameters themselves
        gap = restriction.values - restriction.matrix @ params
        params = params + surface.root @ Plane.of(matrix, gap).origin
    fixed = np.count_nonzero(restriction.matrix, axis=1) == 1
    for row, value in zip(restriction.matrix[fixed], restriction.values[fixed], strict=True):
        place = int(np.flatnonzero(row)[0])
        params[place] = value / row[place] + 0.0  # never -0
    evaluation = maximum.evaluation
    loglike = evaluation.loglike + (0.5 * maximum.decrement if maximum.converged else 0.0)
    if loglike > surface.loglike + 1e-9 * max(abs(loglike), surface.nobs):
        raise FitError(
            f"under the restrictions the log-likelihood is {loglike:.10g}, above the "
            f"{surface.loglike:.10g} without them: the fit without them is at a lower maximum."
        )
    loglike = min(loglike, surface.loglike)
    whole = evaluation.whole
    information = surface.information(plane.point(maximum.params), whole)
    restricted = Restricted(
        restriction,
        _mean_directions(surface, plane),
        likelihood_ratio=2.0 * (surface.loglike - loglike),
        wald=float(plane.origin @ plane.origin),  # the coordinates are standard errors
        score=float(whole.score @ np.linalg.solve(information, whole.score)),
    )
    return Fit(
        params=params,
        cov_root=_cov_root(surface, plane, maximum.inverse_root),
        loglike=loglike,
        nobs=surface.nobs,
        score_norm=float(np.sqrt(maximum.decrement)),
        converged=maximum.converged,
        reason=maximum.reason,
        route="Newton, trust region, under linear restrictions",
        passes=evaluations,
        digits=surface.digits,
        history=maximum.history,
        restricted=restricted,
    )


def _cov_root(surface: LikelihoodSurface, plane: Plane, inverse: Array | None) -> Array | None:
    if inverse is None:
        return None
    free = surface.root @ plane.basis
    # A parameter that the equations fix has no variance, not one of rounding size.
    fixed = np.linalg.norm(free, axis=1) < _FIXED * np.linalg.norm(surface.root, axis=1)
    root = free @ inverse
    root[fixed] = 0.0
    return np.asarray(root)


def _mean_directions(surface: LikelihoodSurface, plane: Plane) -> int:
    orthonormal, _ = np.linalg.qr(surface.root[: surface.k_mean].T)
    cosines = np.linalg.svd(orthonormal.T @ plane.basis, compute_uv=False)
    return int(np.count_nonzero(cosines > _FIXED))


def _maximum(
    surface: LikelihoodSurface, plane: Plane
) -> tuple[Maximum[OnPlane[SurfacePoint]], int]:
    """From the nearest point or, where that ends nowhere, with the equations apart."""
    evaluations = 0
    try:
        found = _climb(surface, plane, None)
        evaluations = found.evaluations
        if found.converged:
            return found, evaluations
    except FloatingPointError:
        pass
    try:
        found = _climb(surface, plane, surface.far_start(plane))
    except FloatingPointError as error:
        raise FitError(
            "the log-likelihood is not finite under the restrictions; they are too many "
            "standard errors from the estimates without them."
        ) from error
    return found, evaluations + found.evaluations + 1


def _climb(
    surface: LikelihoodSurface, plane: Plane, start: Array | None
) -> Maximum[OnPlane[SurfacePoint]]:
    if not plane.basis.shape[1]:
        return _only_point(surface, plane)
    return maximize_on(plane, surface.evaluate, metric=_metric, start=start)


def _metric(point: SurfacePoint) -> Array:
    return point.metric


def _only_point(surface: LikelihoodSurface, plane: Plane) -> Maximum[OnPlane[SurfacePoint]]:
    """The maximum where every parameter is given."""
    with np.errstate(over="ignore", invalid="ignore"):  # looked at below
        whole = surface.evaluate(plane.origin)
    if not np.isfinite(whole.loglike):
        raise FloatingPointError
    nothing = np.zeros(0)
    here = OnPlane(whole.loglike, nothing, np.zeros((0, 0)), whole.nobs, whole)
    return Maximum(
        params=nothing,
        evaluation=here,
        decrement=0.0,
        reason="the restrictions leave one point",
        history=(Iteration(whole.loglike, 0.0, 0.0, 0.0),),
        evaluations=1,
        inverse_root=np.zeros((0, 0)),
    )
