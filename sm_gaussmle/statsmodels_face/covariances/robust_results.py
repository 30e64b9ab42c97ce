"""Covariances of a fit: of the type it was asked for, and of others afterwards.

Longer than other modules because statsmodels has a name for each, documented here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.covariance import covariance
from sm_gaussmle.estimation.covariance_root import CovarianceRoot, between
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.covariances.covariance_options import (
    CovarianceOptions,
    check_covariance,
)
from sm_gaussmle.statsmodels_face.fitting.fit_errors import explain
from sm_gaussmle.statsmodels_face.hypotheses.linear_equations import coefficients
from sm_gaussmle.statsmodels_face.private_hooks import cache_readonly
from sm_gaussmle.statsmodels_face.result_parts import CachedWhenAsked, ResultPart
from sm_gaussmle.statsmodels_face.streams.stream_errors import own_errors

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]


def estimated_covariance(
    model: GaussianMLE, fit: Fit, asked: CovarianceOptions
) -> CovarianceRoot | None:
    """Covariance of the estimates as it was asked for.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    fit : Fit
        Its fit.
    asked : CovarianceOptions
        Checked options.

    Returns
    -------
    CovarianceRoot or None
        None where the observed information is not positive definite.

    Raises
    ------
    FitError
        If the estimator has no value for these rows, or gives a negative variance.
    """
    try:
        with own_errors():
            found = covariance(asked.cov_type, fit, model.source(), asked.arguments)
    except FitError as error:
        raise explain(model, error) from error
    if found is None:
        return None
    fixed = ~np.any(fit.cov_root, axis=1)  # by a restriction
    variances = np.where(fixed, 1.0, np.diagonal(found.matrix))
    negative = [n for n, v in zip(model.exog_names, variances, strict=True) if not v > 0]
    if negative:
        raise FitError(
            f"`cov_type` {asked.cov_type!r} with these options gives no positive variance of "
            f"{some(negative)}: there are too few groups, or the kernel is not positive "
            "definite. Cluster in one way, or use the kernel 'bartlett'."
        )
    return found.times(asked.scaling_factor)


class RobustResults(ResultPart):
    """Covariances of other types, for the results class to inherit."""

    def use_covariance(self, asked: CovarianceOptions, found: CovarianceRoot | None) -> None:
        """Take a covariance for all inference; only for results that are being made.

        Parameters
        ----------
        asked : CovarianceOptions
            Its type and options.
        found : CovarianceRoot or None
            The covariance; None for the inverse of the observed information.
        """
        self.cov_type, self.cov_kwds = asked.cov_type, dict(asked.cov_kwds)
        self.use_t, self.df_resid_inference = asked.use_t, asked.df_resid_inference
        if found is not None:
            self.cov_params_default = found.matrix
            self.cov_root, self.cov_signs = found.root, found.signs

    @property
    def has_covariance(self) -> bool:
        """Whether the fit has a covariance: not with ``skip_hessian=True``."""
        return hasattr(self, "cov_params_default") or self.normalized_cov_params is not None

    def covariance_root(self) -> CovarianceRoot:
        """The covariance of the estimates by its root, which has digits that it lacks.

        Returns
        -------
        CovarianceRoot
            Of all parameters.

        Raises
        ------
        ValueError
            If the fit has no covariance.
        """
        if hasattr(self, "cov_root"):
            return CovarianceRoot(self.cov_root, self.cov_signs)
        if not self.has_covariance:
            raise ValueError(
                "the fit has no covariance: it was left out (skip_hessian), or the information "
                "is not positive definite. Use get_robustcov_results('nonrobust'), which says "
                "so in that case."
            )
        root, kept = self.fit_record.cov_root, self.normalized_cov_params
        if root is not None and np.array_equal(root @ root.T, kept):
            return CovarianceRoot(root, np.ones(root.shape[1]))
        # statsmodels puts covariances of its own here where it sets parameters to zero.
        matrix = np.asarray(getattr(self, "cov_params_default", kept))
        unit = np.sqrt(np.diagonal(matrix))
        unit = np.where(unit == 0.0, 1.0, unit)
        return between(np.diag(unit), matrix / np.outer(unit, unit))

    def cov_params(
        self,
        r_matrix: Any = None,
        column: Any = None,
        scale: float | None = None,
        cov_p: Any = None,
        other: Any = None,
    ) -> Array:
        """Covariance of the estimates, or of linear combinations of them.

        Parameters
        ----------
        r_matrix : array_like, shape (q, k), optional
            Combinations: the covariance of ``r_matrix @ params``, or its covariance with
            that of `other`.
        column : int or sequence of int, optional
            Positions of some parameters.
        scale : None
            Not available: the variance is a parameter.
        cov_p : ndarray, shape (k, k), optional
            Covariance of the parameters to use instead.
        other : array_like, shape (r, k), optional
            Further combinations, on the right.

        Returns
        -------
        ndarray, shape (k, k) or of the combinations
            In units of the parameters.

        Raises
        ------
        ValueError
            If the fit has no covariance, or an argument has the wrong shape.
        """
        if scale is not None:
            raise ValueError(
                f"`scale` is {scale!r}, but the variance is a parameter here; use cov_kwds="
                "{'scaling_factor': ...} to multiply the covariance."
            )
        if cov_p is None:
            found = self.covariance_root()  # says what to do where there is none
            if column is None and r_matrix is not None:
                # Rows far from zero would lose their digits in the product.
                left = coefficients(r_matrix, self.model, "r_matrix") @ found.root
                right = (
                    left
                    if other is None
                    else coefficients(other, self.model, "other") @ found.root
                )
                return np.asarray((left * found.signs) @ right.T)
            cov_p = getattr(self, "cov_params_default", self.normalized_cov_params)
        return super().cov_params(r_matrix, column, None, cov_p, other)

    def get_robustcov_results(
        self, cov_type: str = "HC1", use_t: bool | None = None, **cov_kwds: Any
    ) -> Any:
        """The same estimates with another covariance.

        Parameters
        ----------
        cov_type : str, default "HC1"
            One of the types below, in upper or lower case.
        use_t : bool, optional
            Whether to use the t distribution; by default with "unbiased", and where the
            fit does.
        **cov_kwds
            Options of the covariance, see below. All take ``scaling_factor``, by which
            the covariance is multiplied.

        Returns
        -------
        GaussianMLEResults
            New results, wrapped.

        Raises
        ------
        ValueError
            If the type or an option is not allowed for this model, there are too few
            groups, or the model's rows were removed.
        TypeError
            If an option is unknown or missing.

        Notes
        -----
        With n observations, k columns of the mean and G groups:

        - "nonrobust": inverse of the observed information.
        - "unbiased": constant variance only; the covariance of the mean is multiplied by
          n/(n - k). With the t distribution, its default, it is that of OLS throughout.
        - "eim": inverse of the expected information.
        - "opg": inverse of the outer product of the gradients.
        - "HC0", "HC1": sandwich, times 1 and n/(n - k).
        - "HC2", "HC3": constant variance only; residuals of the mean are divided by
          sqrt(1 - h) and 1 - h, with h the leverage.
        - "cluster": ``groups`` (a column, labels of the rows, or two of them for
          clustering in two ways), ``use_correction`` True for G/(G - 1) (n - 1)/(n - k),
          the default and that of OLS, "groups" for G/(G - 1), or False;
          ``df_correction`` True for G - 1 degrees of freedom where `use_t`.
        - "HAC": ``maxlags`` (by default 4 (n/100)^(2/9)), ``kernel`` "bartlett",
          "uniform" or a function of the lags; ``use_correction`` True for n/(n - k);
          ``time`` orders the rows.
        - "hac-panel": the same within ``groups``, or within series that start where
          ``time`` falls; ``use_correction`` "hac" (the default) for n/(n - k), "cluster"
          or False; ``df_correction``.
        """
        if use_t is None and str(cov_type).lower() != "unbiased":
            use_t = self.use_t
        asked = check_covariance(
            self.model, cov_type, cov_kwds, use_t, self.df_resid, self.fit_record
        )
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        new._cache = {}
        for name in ("cov_params_default", "cov_root", "cov_signs"):
            new.__dict__.pop(name, None)
        new.mle_retvals, new.mle_settings = dict(self.mle_retvals), dict(self.mle_settings)
        new.normalized_cov_params = self.fit_record.cov_params  # left out by skip_hessian
        found = None
        if (
            asked.cov_type != "nonrobust"
            or asked.scaling_factor != 1.0
            or new.normalized_cov_params is None
        ):
            found = self._found(asked, "get_robustcov_results")
        new.use_covariance(asked, found)
        return new.wrapped()

    def _found(self, asked: CovarianceOptions, name: str) -> CovarianceRoot:
        self.model.need_rows(
            f"`{name}` needs its rows",
            f"compute the covariance {asked.cov_type!r} before remove_data()",
        )
        found = estimated_covariance(self.model, self.fit_record, asked)
        if found is None:
            raise FitError(
                f"`{name}`: the information is not positive definite at the last point, so "
                "that there is no covariance. See convergence_report()."
            )
        return found

    def _other(self, cov_type: str, name: str) -> Array:
        try:
            asked = check_covariance(self.model, cov_type, None, None, self.df_resid)
            return self._found(asked, name).matrix
        except ValueError as error:
            raise AttributeError(str(error)) from error

    @CachedWhenAsked
    def cov_HC0(self) -> Array:  # noqa: N802 - its name in OLS
        """Heteroscedasticity-robust covariance without a factor, shape (k, k)."""
        return self._other("HC0", "cov_HC0")

    @CachedWhenAsked
    def cov_HC1(self) -> Array:  # noqa: N802 - its name in OLS
        """HC0 times n/(n - k), k columns of the mean, shape (k, k)."""
        return self._other("HC1", "cov_HC1")

    @CachedWhenAsked
    def cov_HC2(self) -> Array:  # noqa: N802 - its name in OLS
        """Robust covariance with residuals over the root of 1 - h, shape (k, k)."""
        return self._other("HC2", "cov_HC2")

    @CachedWhenAsked
    def cov_HC3(self) -> Array:  # noqa: N802 - its name in OLS
        """Robust covariance with residuals over 1 - h, shape (k, k)."""
        return self._other("HC3", "cov_HC3")

    @property
    def HC0_se(self) -> Array:  # noqa: N802 - its name in OLS
        """Standard errors of `cov_HC0`, shape (k,)."""
        return np.sqrt(np.diagonal(self.cov_HC0))

    @property
    def HC1_se(self) -> Array:  # noqa: N802 - its name in OLS
        """Standard errors of `cov_HC1`, shape (k,)."""
        return np.sqrt(np.diagonal(self.cov_HC1))

    @property
    def HC2_se(self) -> Array:  # noqa: N802 - its name in OLS
        """Standard errors of `cov_HC2`, shape (k,)."""
        return np.sqrt(np.diagonal(self.cov_HC2))

    @property
    def HC3_se(self) -> Array:  # noqa: N802 - its name in OLS
        """Standard errors of `cov_HC3`, shape (k,)."""
        return np.sqrt(np.diagonal(self.cov_HC3))

    # The names that GenericLikelihoodModel has for two of the types.

    @CachedWhenAsked
    def covjac(self) -> Array:
        """Covariance from the outer product of the gradients, shape (k, k)."""
        return self._other("opg", "covjac")

    @CachedWhenAsked
    def covjhj(self) -> Array:
        """Robust covariance, `cov_HC0` by another name, shape (k, k)."""
        return self._other("HC0", "covjhj")

    @property
    def bsejac(self) -> Array:
        """Standard errors of `covjac`, shape (k,)."""
        return np.sqrt(np.diagonal(self.covjac))

    @property
    def bsejhj(self) -> Array:
        """Standard errors of `covjhj`, shape (k,)."""
        return np.sqrt(np.diagonal(self.covjhj))

    @cache_readonly
    def score_obsv(self) -> Array:
        """Gradient of the log-likelihood of each row at the estimates, shape (n, k)."""
        return self.model.score_obs(self.params)

    @CachedWhenAsked
    def hessv(self) -> Array:
        """Second derivatives of the log-likelihood at the estimates, shape (k, k)."""
        return self.model.hessian(self.params)
