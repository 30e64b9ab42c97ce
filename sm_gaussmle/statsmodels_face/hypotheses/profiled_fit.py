"""What every part that profiles the likelihood needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.inference.closed_profile import closed_profile, fixed_profile, is_fixed
from sm_gaussmle.inference.profile import Profile, likelihood_profile, linear_target
from sm_gaussmle.inference.profile_surface import CountedSurface, HigherLikelihoodError
from sm_gaussmle.statsmodels_face.covariances.covariance_options import MODEL_BASED
from sm_gaussmle.statsmodels_face.hypotheses.profiled_functions import Combination
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]


class ProfiledFit(ResultPart):
    """Profiles of linear combinations, for the parts that need them."""

    def refuse_profile(self, name: str) -> None:
        """Refuse what relies on the likelihood where that says nothing.

        Parameters
        ----------
        name : str
            What was asked for.

        Raises
        ------
        ValueError
            If the fit did not converge or has a robust covariance.
        """
        fit = self.fit_record
        if not fit.converged or fit.cov_root is None:
            raise ValueError(
                f"{name} needs a maximum of the likelihood, and the fit is none "
                f"({fit.reason}); see convergence_report()."
            )
        if self.cov_type not in MODEL_BASED:
            raise ValueError(
                f"{name} relies on the likelihood, and the fit has the robust covariance "
                f"{self.cov_type!r}: where that is needed, the likelihood ratio is not "
                "chi-squared. Use conf_int(method='wald'), or fit with "
                "cov_type='nonrobust'."
            )

    def profiles_of(
        self, asked: Sequence[Combination], alpha: float, points: int | Array, name: str
    ) -> list[Profile]:
        """Profiles of linear combinations, with one set-up for all.

        Parameters
        ----------
        asked : sequence of Combination
            What to profile.
        alpha : float
            One minus the confidence level.
        points : int or ndarray
            How many points to have beside the ends, or their values.
        name : str
            What was asked for, for errors.

        Returns
        -------
        list of Profile
            In closed form where there is one.
        """
        quantile = float(stats.chi2.isf(alpha, 1))
        surface: CountedSurface | None = None
        found = []
        for one in asked:
            fit, coefficients = self.fit_record, one.coefficients
            if is_fixed(coefficients, fit.restricted):
                found.append(fixed_profile(fit, float(coefficients @ fit.params) + one.shift))
            elif self._has_closed_form(coefficients):
                found.append(closed_profile(fit, coefficients, one.shift, quantile, points))
            else:
                surface = surface or CountedSurface(self.likelihood_surface(name))
                target = linear_target(surface, coefficients, one.shift)
                with self.higher_named(one.label):
                    found.append(likelihood_profile(surface, target, quantile, points))
        return found

    @contextmanager
    def higher_named(self, label: str) -> Iterator[None]:
        """Say where the log-likelihood is higher, if it is.

        Parameters
        ----------
        label : str
            What is profiled.

        Yields
        ------
        None
            While the profile is made.

        Raises
        ------
        FitError
            With the parameters there.
        """
        try:
            yield
        except HigherLikelihoodError as error:
            names = self.model.data.cov_names
            there = ", ".join(
                f"{name} = {value:.6g}" for name, value in zip(names, error.params, strict=True)
            )
            raise FitError(
                f"on the profile of {label!r} the log-likelihood is {error.loglike:.10g}, above "
                f"the {error.maximum:.10g} of the fit, which is at a lower maximum. Fit again "
                f"with start_params={error.params.tolist()} ({there})."
            ) from error

    def _has_closed_form(self, coefficients: Array) -> bool:
        free = self.model.closed_form and self.fit_record.restricted is None
        return free and not (coefficients[-1] and coefficients[:-1].any())
