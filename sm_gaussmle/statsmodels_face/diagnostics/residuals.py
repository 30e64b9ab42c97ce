"""Residuals of a fit."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.inference.generalized_residuals import (
    generalized_residuals,
    quantile_residuals,
)
from sm_gaussmle.statsmodels_face.arguments.random_numbers import random_generator
from sm_gaussmle.statsmodels_face.diagnostics.result_influence import ResultInfluence
from sm_gaussmle.statsmodels_face.private_hooks import cache_readonly
from sm_gaussmle.statsmodels_face.removed_data import ASK_BEFORE
from sm_gaussmle.statsmodels_face.streams.stream_statistics import scale_range

Array = NDArray[np.float64]

_NEW = "predict() with new rows and their responses less that"
# What the wrapper labels by row, besides what statsmodels labels anyway.
PER_ROW = (
    "mu",
    "resid_deviance",
    "resid_response",
    "resid_pearson",
    "resid_generalized",
    "resid_generalized_scale",
    "resid_quantile",
    "resid_standardized",
    "resid_studentized_internal",
    "resid_studentized_external",
)


class Residuals(ResultInfluence):
    """Fitted values and residuals, for the results class to inherit."""

    @cache_readonly
    def fittedvalues(self) -> Array:
        """Estimated mean of each row, shape (n,)."""
        return self.model.predict(self.params)

    @cache_readonly
    def resid(self) -> Array:
        """Response less its estimated mean.

        A censored response is its limit here, and the mean is the latent one: the residual
        is that of the limit, and its mean is not zero (`resid_generalized` has the residual
        that is expected there). The mean of a truncated sample's is not zero either.

        Returns
        -------
        ndarray, shape (n,)
            In units of the response.

        Raises
        ------
        AttributeError
            If the responses are intervals, of which no value is seen.
        """
        if self.model.interval_response:
            self.only_exact("resid", "resid_generalized or resid_quantile")
        seen = self.model.endog
        if self.model.left is not None:
            seen = np.maximum(seen, self.model.left)
        if self.model.right is not None:
            seen = np.minimum(seen, self.model.right)
        return np.asarray(seen - self.fittedvalues)

    @property
    def resid_response(self) -> Array:
        """Another name of `resid`, as in GLM."""
        return self.resid

    @property
    def mu(self) -> Array:
        """Another name of `fittedvalues`, as in GLM."""
        return self.fittedvalues

    @cache_readonly
    def wresid(self) -> Array:
        """Residuals times the root of the known precision of their rows, as in WLS.

        Returns
        -------
        ndarray, shape (n,)
            ``resid * sqrt(var_weights * exp(-offset_scale))``; constant variance only.
        """
        self.only_constant_variance("wresid", "resid_pearson")
        self.only_exact("wresid", "resid_generalized")
        self.model.need_memory("wresid", _NEW)
        known = self.model.source().rows.log_variance_offset
        return self.resid if known is None else self.resid * np.exp(-0.5 * known)

    @property
    def resid_deviance(self) -> Array:
        """Signed roots of the contributions to the deviance, which are `wresid`."""
        self.only_constant_variance("resid_deviance", "resid_pearson")
        self.only_exact("resid_deviance", "resid_quantile")
        self.model.need_memory("resid_deviance", _NEW)
        return self.wresid

    @cache_readonly
    def resid_pearson(self) -> Array:
        """Residuals `resid` over their estimated (latent) standard deviations, shape (n,)."""
        return self.resid / self.model.predict(self.params, which="scale")

    @cache_readonly
    def resid_generalized(self) -> Array:
        r"""Standardised residuals that are expected, from what is seen of each response.

        Returns
        -------
        ndarray, shape (n,)
            :math:`E[u \mid \text{seen}]` with :math:`u = (y^* - \mu) / \sigma` of the latent
            response: `resid_pearson` where it is seen exactly. In a truncated sample less
            :math:`E[u \mid \text{in the sample}]`. Over the standard deviation they are the
            scores of the mean, and orthogonal to its columns.

        References
        ----------
        .. [1] C. Gourieroux, A. Monfort, E. Renault and A. Trognon, "Generalised Residuals",
           Journal of Econometrics 34 (1987) 5-32. doi:10.1016/0304-4076(87)90065-0
        """
        self.model.need_memory("resid_generalized", _NEW)
        return generalized_residuals(self.params, self.model.source().rows)[0]

    @cache_readonly
    def resid_generalized_scale(self) -> Array:
        r"""Generalised residuals of the log variance.

        Returns
        -------
        ndarray, shape (n,)
            :math:`E[u^2 \mid \text{seen}] - 1`, or in a truncated sample less
            :math:`E[u^2 \mid \text{in the sample}]`: twice the scores of the log variance,
            and orthogonal to its columns.
        """
        self.model.need_memory("resid_generalized_scale", _NEW)
        return generalized_residuals(self.params, self.model.source().rows)[1]

    @cache_readonly
    def resid_quantile(self) -> Array:
        """Quantile residuals, standard normal where the model is true.

        Of responses that are seen exactly, and not truncated, they are `resid_pearson`. Of
        others they are partly drawn: this is what `get_resid_quantile` gives with ``rng=0``.

        Returns
        -------
        ndarray, shape (n,)
            Standard normal numbers where the model is true.
        """
        self.model.need_memory("resid_quantile", _NEW)
        return self.get_resid_quantile(rng=0)

    def get_resid_quantile(self, rng: int | np.random.Generator | None = None) -> Array:
        r"""Quantile residuals, with a draw of those that are not determined.

        Parameters
        ----------
        rng : int or numpy.random.Generator, optional
            Seed, or generator of the random numbers. Another draw shows how much of a
            pattern is chance.

        Returns
        -------
        ndarray, shape (n,)
            :math:`\Phi^{-1}(F_i(y_i))`, standard normal where the model is true. Of a response
            that is censored or an interval, a value is drawn from its distribution where it
            is known to be; :math:`F_i` is the distribution in the sample, truncated if that
            is. A row with a frequency weight has one draw.

        Raises
        ------
        ValueError
            If `rng` is no seed, or the data were removed.

        References
        ----------
        .. [1] P. K. Dunn and G. K. Smyth, "Randomized Quantile Residuals", Journal of
           Computational and Graphical Statistics 5 (1996) 236-244.
           doi:10.1080/10618600.1996.10474708

        Examples
        --------
        >>> import numpy as np
        >>> import sm_gaussmle as smg
        >>> y, x = [0.0, 0.0, 1.2, 0.3, 2.9, 3.1], np.arange(6.0)
        >>> result = smg.GaussianMLE(y, np.column_stack([np.ones(6), x]), left=0).fit()
        >>> print(result.get_resid_quantile(rng=1).round(2)[2:])
        [ 1.2  -1.46  0.87 -0.23]
        """
        self.model.need_memory("get_resid_quantile", _NEW)
        rows = self.model.source().rows
        uniform = random_generator(rng).uniform(size=len(rows.endog))
        return quantile_residuals(self.params, rows, uniform)

    @cache_readonly
    def resid_standardized(self) -> Array:
        """Residuals over their own standard deviations.

        Returns
        -------
        ndarray, shape (n,)
            ``resid / (sigma * sqrt(1 - h))``; NaN where the leverage h is 1.
        """
        self.only_exact("resid_standardized", "resid_quantile")
        return self.get_influence().resid_standardized

    @cache_readonly
    def resid_studentized_internal(self) -> Array:
        """Internally studentised residuals.

        Returns
        -------
        ndarray, shape (n,)
            With constant variance those of OLS, else `resid_standardized`.
        """
        self.only_exact("resid_studentized_internal", "resid_quantile")
        return self.get_influence().resid_studentized_internal

    @cache_readonly
    def resid_studentized_external(self) -> Array:
        """Externally studentised residuals.

        Returns
        -------
        ndarray, shape (n,)
            Over standard deviations that are estimated without the row.
        """
        self.only_exact("resid_studentized_external", "resid_quantile")
        return self.get_influence().resid_studentized_external

    @cached_property
    def scale_range(self) -> tuple[float, float]:
        """Smallest and largest estimated standard deviation of a row."""
        if self.model.rows_in_passes is not None:
            return scale_range(self.model.rows_in_passes, self.params)
        self.model.need_rows("`scale_range` needs its rows", ASK_BEFORE)
        scale = self.model.predict(self.params, which="scale")
        return float(scale.min()), float(scale.max())
