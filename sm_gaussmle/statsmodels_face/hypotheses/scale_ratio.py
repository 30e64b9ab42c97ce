"""The likelihood-ratio test of the scale equation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from statsmodels.regression.linear_model import CompareLRTestResult

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class ScaleRatio(ResultPart):
    """The test of constant variance, for the results class to inherit."""

    compare_lr_test: Callable[..., CompareLRTestResult]

    def lr_scale_test(self) -> CompareLRTestResult:
        """Likelihood-ratio test that the variance is constant, against the scale equation.

        Returns
        -------
        CompareLRTestResult
            Statistic, p-value from the chi-squared distribution, and number of slopes of
            the log variance.

        Raises
        ------
        AttributeError
            If the model has no scale equation, or one without a constant.
        ValueError
            If this fit did not converge or has a robust covariance, or the fit of constant
            variance fails.
        """
        model: Any = self.model
        if model.constant_variance or model.constant_scale_column is None:
            has = "none" if model.constant_variance else "one without a constant column"
            raise AttributeError(
                "`lr_scale_test` compares a scale equation with its constant alone; this model "
                f"has {has}. Use compare_lr_test() with another fit."
            )
        model.need_rows("it takes another fit", "ask before remove_data()")
        constant = model.of_constant_variance()
        try:
            fit = constant.fit()
        except FitError as error:
            raise FitError(
                f"the model of constant variance cannot be fitted: {error}"
            ) from error
        return self.compare_lr_test(fit, nested="assume")
