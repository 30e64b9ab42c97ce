r"""The log-likelihood around its maximum, measured in standard errors.

With :math:`B B'` the inverse of the observed information, :math:`\theta = \hat\theta + B u`
gives coordinates `u` in which the log-likelihood is near the maximum
:math:`\hat\ell - |u|^2/2`: one standard error in every direction, whatever the units.
Restrictions, profiles and regions are found there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from sm_gaussmle.estimation.covariance import expected_products
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.affine import Plane

# How much rather than the log variance the mean moves to a plane that is far away.
_STIFF = 1e3
# Share of its length by which a direction may leave a plane that it is in.
_ON_PLANE = 1e-6


@dataclass(frozen=True, slots=True)
class SurfacePoint:
    """Log-likelihood and derivatives at a point of the surface.

    Attributes
    ----------
    loglike : float
        Log-likelihood.
    score : ndarray, shape (k,)
        Gradient with respect to the coordinates.
    hessian : ndarray, shape (k, k)
        Second derivatives; minus the identity at the maximum.
    nobs : float
        Number of observations.
    metric : ndarray, shape (k, k)
        Expected information, or of the same size where responses are not all exact.
    """

    loglike: float
    score: Array
    hessian: Array
    nobs: float
    metric: Array


@dataclass(frozen=True)
class LikelihoodSurface:
    """The log-likelihood of a fit in units of its standard errors.

    Attributes
    ----------
    params : ndarray, shape (k,)
        The maximum.
    root : ndarray, shape (k, k)
        ``B`` with ``B B'`` the inverse of the observed information there.
    loglike : float
        Log-likelihood there.
    nobs : float
        Number of observations.
    digits : float
        Estimated correct digits of the standard errors.
    """

    params: Array
    root: Array
    loglike: float
    nobs: float
    digits: float
    _problem: Problem
    _centre: Array
    _basis: Array

    @property
    def k_mean(self) -> int:
        """Number of coefficients of the mean."""
        return len(self._problem.first_coef)

    @classmethod
    def of(cls, fit: Fit, problem: Problem) -> LikelihoodSurface:
        """The surface around a fit.

        Parameters
        ----------
        fit : Fit
            A maximum with positive definite information.
        problem : Problem
            The rows in whitened coordinates, in which rounding does least harm.

        Returns
        -------
        LikelihoodSurface
            One evaluation is one pass over the rows.

        Raises
        ------
        ValueError
            If the fit is no maximum.
        """
        root = fit.cov_root
        if not fit.converged or root is None:
            raise ValueError(
                f"the fit is no maximum of the likelihood ({fit.reason}); see "
                "convergence_report()."
            )
        k_mean = len(problem.first_coef)
        basis = np.vstack(
            [problem.mean.new(root[:k_mean]) / problem.unit, problem.scale.new(root[k_mean:])]
        )
        return cls(
            fit.params,
            root,
            fit.loglike,
            fit.nobs,
            problem.digits,
            problem,
            problem.point(fit.params),
            basis,
        )

    def params_at(self, point: Array) -> Array:
        """The parameters at a point.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates in standard errors.

        Returns
        -------
        ndarray, shape (k,)
            Parameters in their own units.
        """
        return np.asarray(self.params + self.root @ point)

    def evaluate(self, point: Array) -> SurfacePoint:
        """Log-likelihood and its derivatives: one pass over the rows.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates in standard errors; zero is the maximum.

        Returns
        -------
        SurfacePoint
            Not finite where a variance overflows.
        """
        problem, basis = self._problem, self._basis
        found = problem.evaluate(self._centre + basis @ point)
        return SurfacePoint(
            found.loglike - problem.log_units,
            basis.T @ found.score,
            basis.T @ found.hessian @ basis,
            found.nobs,
            basis.T @ problem.metric(found) @ basis,
        )

    def information(self, point: Array, found: SurfacePoint) -> Array:
        """Expected information at a point, for tests.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Coordinates in standard errors.
        found : SurfacePoint
            What was evaluated there.

        Returns
        -------
        ndarray, shape (k, k)
            The observed one where responses are intervals to begin with, of which nothing
            can be expected.
        """
        problem, basis = self._problem, self._basis
        bounds = problem.source.prototype.bounds
        if bounds is None:
            return found.metric
        if not bounds.known_limits:
            return -found.hessian
        there = problem.of_source(self._centre + basis @ point)
        function = partial(expected_products, there, problem.of_source(basis))
        return problem.source.total(function, len(there))

    def far_start(self, plane: Plane) -> Array:
        """Where to begin on a plane that is far from the maximum.

        The nearest point, to which all coordinates contribute a little, would have
        variances that overflow or vanish. Here the log variance moves only as far as the
        mean alone cannot go, and its constant, if the plane leaves it free, is at its best
        value there.

        Parameters
        ----------
        plane : Plane
            Where to look.

        Returns
        -------
        ndarray, shape (k - m,)
            Coordinates of the plane.
        """
        parts = (self.root[: self.k_mean], 1.0), (self.root[self.k_mean :], _STIFF)
        apart = np.vstack([weight * np.linalg.qr(part.T)[0].T for part, weight in parts])
        found, *_ = np.linalg.lstsq(apart @ plane.basis, -apart @ plane.origin)
        inner = np.asarray(found, dtype=float)
        constant = self._problem.constant_scale
        if constant is None:
            return inner
        white = self._centre + self._basis @ plane.point(inner)
        shift = np.linalg.solve(self._basis, self._problem.levelled(white, constant) - white)
        along = plane.basis.T @ shift
        off = np.linalg.norm(shift - plane.basis @ along)
        free = off <= _ON_PLANE * np.linalg.norm(shift)
        return inner + along if free else inner

    def equations(self, matrix: Array, values: Array) -> tuple[Array, Array]:
        """Linear equations for the parameters as equations for the coordinates.

        Parameters
        ----------
        matrix : ndarray, shape (m, k)
            Coefficients of the parameters.
        values : ndarray, shape (m,)
            Values of the combinations.

        Returns
        -------
        matrix : ndarray, shape (m, k)
            Coefficients of the coordinates.
        values : ndarray, shape (m,)
            Values less those at the maximum.
        """
        return matrix @ self.root, values - matrix @ self.params
