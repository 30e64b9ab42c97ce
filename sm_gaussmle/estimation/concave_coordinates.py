r"""Coordinates in which the log-likelihood of constant variance is concave.

Then its maximum is found from anywhere, and there is only one. With :math:`\beta` the
coefficients and :math:`\sigma` the standard deviation, both in whitened coordinates:

- :math:`(\beta/\sigma, 1/\sigma)` where responses are exact, censored or intervals (Olsen
  1978 [1]_, Burridge 1981 [2]_);
- :math:`(\beta/\sigma^2, 1/\sigma^2)`, the natural parameters, where exact responses are
  of a truncated sample (Orme 1989 [3]_).

References
----------
.. [1] R. J. Olsen, "Note on the Uniqueness of the Maximum Likelihood Estimator for the
   Tobit Model", Econometrica 46 (1978) 1211-1215. doi:10.2307/1911445
.. [2] J. Burridge, "A Note on Maximum Likelihood Estimation for Regression Models Using
   Grouped Data", Journal of the Royal Statistical Society B 43 (1981) 41-45.
   doi:10.1111/j.2517-6161.1981.tb01146.x
.. [3] C. Orme, "On the Uniqueness of the Maximum Likelihood Estimator in Truncated
   Regression Models", Econometric Reviews 8 (1989) 217-222.
   doi:10.1080/07474938908800171
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.likelihood.evaluation import Evaluation
from sm_gaussmle.likelihood.terms import Array

OLSEN, ORME = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class ConcavePoint:
    """Log-likelihood and derivatives in these coordinates.

    Attributes
    ----------
    loglike : float
        Log-likelihood; NaN outside of their range.
    score : ndarray, shape (k,)
        Gradient.
    hessian : ndarray, shape (k, k)
        Second derivatives.
    nobs : float
        Number of observations.
    known : tuple of ndarray and Evaluation, or None
        The point of the problem, and the evaluation that this was made of.
    """

    loglike: float
    score: Array
    hessian: Array
    nobs: float
    known: tuple[Array, Evaluation] | None = None


@dataclass(frozen=True)
class ConcaveCoordinates:
    """The coordinates ``(b * h, h)`` with ``h = sigma ** (-2 * power)``.

    Attributes
    ----------
    problem : Problem
        Of constant variance, its scale column one in every row.
    power : {0.5, 1}
        Of the precision.
    """

    problem: Problem
    power: float

    @classmethod
    def of(cls, problem: Problem) -> ConcaveCoordinates:
        """The coordinates that suit the responses.

        Parameters
        ----------
        problem : Problem
            Of constant variance.

        Returns
        -------
        ConcaveCoordinates
            Olsen's, or Orme's for a truncated sample of exact responses.
        """
        bounds = problem.source.prototype.bounds
        natural = bounds is not None and bounds.truncated and problem.source.exact_rows.all
        return cls(problem, ORME if natural else OLSEN)

    def coordinates(self, point: Array) -> Array:
        """Of a point of the problem.

        Parameters
        ----------
        point : ndarray, shape (k,)
            Whitened coordinates.

        Returns
        -------
        ndarray, shape (k,)
            The last one is positive.
        """
        power = np.exp(-self.power * (point[-1] - self.problem.level))
        coordinates: Array = power * point
        coordinates[-1] = power
        return coordinates

    def point(self, coordinates: Array) -> Array:
        """The way back.

        Parameters
        ----------
        coordinates : ndarray, shape (k,)
            The last one is positive.

        Returns
        -------
        ndarray, shape (k,)
            Whitened coordinates.
        """
        power = coordinates[-1]
        point: Array = coordinates / power
        point[-1] = self.problem.level - np.log(power) / self.power
        return point

    def evaluate(self, coordinates: Array) -> ConcavePoint:
        """Log-likelihood with its derivatives: one pass over the rows.

        Parameters
        ----------
        coordinates : ndarray, shape (k,)
            Where.

        Returns
        -------
        ConcavePoint
            NaN where the last coordinate is not positive.
        """
        if not coordinates[-1] > 0.0:
            return ConcavePoint(np.nan, coordinates, np.diag(coordinates), self.problem.nobs)
        point = self.point(coordinates)
        return self._transformed(self.problem.evaluate(point), point, coordinates[-1])

    def _transformed(self, at: Evaluation, point: Array, power: float) -> ConcavePoint:
        k = len(point) - 1
        # First derivatives of the point in the coordinates, and what is not zero of the
        # second ones: of the mean in itself and h, of both in h twice.
        jacobian = np.zeros((k + 1, k + 1))
        jacobian[np.arange(k), np.arange(k)] = 1.0 / power
        jacobian[:k, k] = -point[:k] / power
        jacobian[k, k] = -1.0 / (self.power * power)
        hessian = jacobian.T @ at.hessian @ jacobian
        bend = -at.score[:k] / power**2
        hessian[:k, k] += bend
        hessian[k, :k] += bend
        hessian[k, k] += (
            2.0 * float(at.score[:k] @ point[:k]) + float(at.score[k]) / self.power
        ) / power**2
        return ConcavePoint(at.loglike, jacobian.T @ at.score, hessian, at.nobs, (point, at))
