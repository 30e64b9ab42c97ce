"""How well a model fits: likelihoods, criteria, sums of squares."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import stats

from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class FitStatistics(ResultPart):
    """Measures of fit, for the results class to inherit."""

    @property
    def llf(self) -> float:
        """Log-likelihood at the estimates."""
        return self.fit_record.loglike

    @property
    def df_modelwc(self) -> int:
        """Number of estimated parameters, the scale equation included."""
        return len(self.params)

    @property
    def aic(self) -> float:
        """Akaike's information criterion; every parameter counts, sigma too."""
        return -2.0 * self.llf + 2.0 * self.df_modelwc

    @property
    def bic(self) -> float:
        """Schwarz's information criterion with the number of observations `nobs`."""
        return -2.0 * self.llf + float(np.log(self.nobs)) * self.df_modelwc

    # The constant-only model ----------------------------------------------------------

    @cached_property
    def llnull(self) -> float:
        """Log-likelihood of constant mean and variance, with the same offsets and weights."""
        model = self.model
        options = model._get_init_kwds() | {"exog_scale": None, "hasconst": None}
        null = model.__class__(model.endog, np.ones((len(model.endog), 1)), **options)
        return float(null.fit().llf)

    @property
    def llr(self) -> float:
        """Likelihood-ratio statistic against the constant-only model."""
        if not (self.model.k_constant and self.model.k_constant_scale):
            raise AttributeError(
                "the constant-only model is not nested in this one, which has no constant in "
                f"the {'log variance' if self.model.k_constant else 'mean'}: there is no "
                "likelihood ratio. Compare `llf` and `llnull`, or `aic`."
            )
        return 2.0 * (self.llf - self.llnull)

    @property
    def llr_pvalue(self) -> float:
        """Its p-value from the chi-squared distribution, one degree per parameter."""
        statistic, df = self.llr, len(self.params) - 2
        return float(stats.chi2.sf(statistic, df)) if df else 1.0
