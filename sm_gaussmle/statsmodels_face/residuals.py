"""Residuals of a fit."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools._decorators import cache_readonly

from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]


class Residuals(ResultPart):
    """Fitted values and residuals, for the results class to inherit."""

    @cache_readonly
    def fittedvalues(self) -> Array:
        """Estimated mean of each row, shape (n,)."""
        return self.model.predict(self.params)

    @cache_readonly
    def resid(self) -> Array:
        """Response less its estimated mean, shape (n,)."""
        return np.asarray(self.model.endog - self.fittedvalues)

    @cache_readonly
    def resid_pearson(self) -> Array:
        """Residuals over their estimated standard deviations, shape (n,)."""
        return self.resid / self.model.predict(self.params, which="scale")

    @cached_property
    def scale_range(self) -> tuple[float, float]:
        """Smallest and largest estimated standard deviation of a row."""
        scale = self.model.predict(self.params, which="scale")
        return float(scale.min()), float(scale.max())
