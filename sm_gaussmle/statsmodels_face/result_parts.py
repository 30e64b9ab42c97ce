"""What every part of the results class may rely on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from statsmodels.base.model import LikelihoodModelResults

from sm_gaussmle.estimation.covariance_root import CovarianceRoot
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.surface import LikelihoodSurface
from sm_gaussmle.estimation.whitened_problem import problem_around

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]
T = TypeVar("T")


class CachedWhenAsked(cached_property[T]):
    """A ``cached_property`` that `remove_data` keeps, but does not compute."""


class ResultPart(LikelihoodModelResults):
    """Attributes of the results, for the classes that the results class is made of.

    What has one entry per row is a ``cache_readonly`` of statsmodels, which `remove_data`
    clears; what is small and needs the rows is a ``cached_property``, which it computes
    before. Where the model does not define one, it raises an `AttributeError`. What is as
    large as the covariance, or costs more than a pass, is `CachedWhenAsked`.
    """

    model: GaussianMLE
    fit_record: Fit
    params: Array
    nobs: float
    df_model: float
    df_resid: float
    df_resid_inference: float
    converged: bool
    use_t: bool
    cov_type: str
    cov_kwds: dict[str, Any]
    _cache: dict[str, Any]
    covariance_root: Callable[[], CovarianceRoot]

    @property
    def variance_factor(self) -> float:
        """What the covariance type multiplies the estimated variances by.

        ``n / (n - k)`` with ``cov_type="unbiased"``, as in OLS, and 1 otherwise.

        Returns
        -------
        float
            At least 1.
        """
        return self.nobs / self.df_resid if self.cov_type == "unbiased" else 1.0

    def likelihood_surface(self, name: str) -> LikelihoodSurface:
        """The log-likelihood around the estimates, for what looks elsewhere on it.

        Parameters
        ----------
        name : str
            What needs it, for errors.

        Returns
        -------
        LikelihoodSurface
            In units of the standard errors. It has copies of the rows, so it is not kept.

        Raises
        ------
        DataRemovedError
            If `remove_data` has dropped the rows.
        ValueError
            If the fit did not converge.
        """
        model = self.model
        model.need_rows(f"{name} needs its rows", "ask for it before remove_data()")
        problem = problem_around(
            model.source(), model.constant_column, model.constant_scale_column
        )
        return LikelihoodSurface.of(self.fit_record, problem)

    def only_constant_variance(self, name: str, instead: str) -> None:
        """Refuse what has a meaning only where the variance is constant.

        Parameters
        ----------
        name : str
            The attribute.
        instead : str
            What to use with a scale equation.

        Raises
        ------
        AttributeError
            If the model has a scale equation.
        """
        if not self.model.constant_variance:
            raise AttributeError(
                f"`{name}` is defined only with constant variance; this model has a scale "
                f"equation. Use {instead}."
            )

    def only_exact(self, name: str, instead: str) -> None:
        """Refuse what has a meaning only where every response is seen exactly.

        Parameters
        ----------
        name : str
            The attribute.
        instead : str
            What to use with censored, interval or truncated responses.

        Raises
        ------
        AttributeError
            If the model has limits or intervals.
        """
        if not self.model.exact_responses:
            raise AttributeError(
                f"`{name}` is defined only where every response is seen exactly; those of this "
                f"model are {self.model.scheme}. Use {instead}."
            )

    def residual_degrees(self, name: str) -> float:
        """Residual degrees of freedom, where there are some.

        Parameters
        ----------
        name : str
            The attribute that needs them.

        Returns
        -------
        float
            Observations less columns of the mean.

        Raises
        ------
        AttributeError
            If there are none.
        """
        if self.df_resid <= 0:
            raise AttributeError(
                f"`{name}` needs more observations than columns of the mean; the frequency "
                f"weights add up to {self.nobs:g}."
            )
        return self.df_resid
