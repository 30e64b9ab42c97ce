"""Effects of the variables, from results: on the mean, and on the variance."""

from __future__ import annotations

from typing import Any

from sm_gaussmle.statsmodels_face.effects.curves import IDENTITY
from sm_gaussmle.statsmodels_face.effects.marginal_effects import Equation, EquationMargins
from sm_gaussmle.statsmodels_face.effects.scale_view import (
    CURVES,
    ScaleResults,
    ScaleResultsWrapper,
)
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class ResultEffects(ResultPart):
    """Marginal effects and the view of the scale equation, for the results class to inherit."""

    def get_margeff(
        self,
        at: str = "overall",
        method: str = "dydx",
        atexog: Any = None,
        dummy: bool = False,
        count: bool = False,
    ) -> EquationMargins:
        """Effects of the columns of the mean equation on the mean.

        Parameters
        ----------
        at : {"overall", "mean", "median", "zero", "all"}, default "overall"
            Average over the rows; at the mean, the median or zero of the columns; or at
            each row, without standard errors.
        method : {"dydx", "eyex", "dyex", "eydx"}, default "dydx"
            Derivative, elasticity, or one of the semi-elasticities.
        atexog : dict or array_like, shape (m, k_mean), optional
            Values of some columns by their numbers, with the others as they are `at`
            that point; or all columns of new rows, which have no offset and unit weight.
        dummy : bool, default False
            Whether columns of zeros and ones are changed from 0 to 1.
        count : bool, default False
            Whether columns of whole numbers are changed by one.

        Returns
        -------
        statsmodels.discrete.discrete_margins.DiscreteMargins
            `margeff`, `margeff_se`, `margeff_cov`, `conf_int`, `summary` and
            `summary_frame`.

        Raises
        ------
        ValueError
            If an option is unknown, the options contradict each other, the data were
            removed, or the fit left out standard errors.

        See Also
        --------
        scale_view : Effects on the standard deviation.

        Notes
        -----
        Rows count with their frequency weights, and offsets are parts of the mean; the
        `get_margeff` of GLM leaves both out. Standard errors are by the delta method with
        `cov_params`, p-values and intervals from the normal distribution as in GLM.

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + exang", heart).fit()
        >>> result.get_margeff(method="eyex").margeff.round(4)
        array([-0.339 , -0.0401])
        """
        model = self.model
        self._need_data("get_margeff")
        k = model.k_exog
        equation = Equation(
            model.exog,
            model.offset,
            model.freq_weights,
            self.params[:k],
            self.covariance_root().part(slice(None, k)),
            IDENTITY,
        )
        return EquationMargins(self, equation, (at, method, atexog, dummy, count))

    def scale_view(self, which: str = "scale") -> Any:
        """The log-variance equation as results of its own.

        Parameters
        ----------
        which : {"scale", "variance", "linear-scale"}, default "scale"
            What it predicts, and has effects on: the standard deviation, the variance or
            the log variance.

        Returns
        -------
        ScaleResults
            Coefficients under the plain names of their columns, with covariance, `summary`,
            `predict` and `get_margeff`, wrapped to carry labels. Tools for models of one
            equation take it.

        Raises
        ------
        AttributeError
            If the variance is constant.
        ValueError
            If `which` is unknown or the data were removed.

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + exang | age", heart).fit()
        >>> view = result.scale_view()
        >>> print(view.params.round(4))
        Intercept    4.9857
        age          0.0173
        dtype: float64

        The standard deviation grows with each year by

        >>> view.get_margeff().margeff.round(4)
        array([0.1677])
        """
        if self.model.constant_variance:
            raise AttributeError(
                "there is no `scale_view`: the variance is constant, it has no equation. Use "
                "`sigma`, or the last parameter, which is the logarithm of the variance."
            )
        if which not in CURVES:
            raise ValueError(f"`which` is {which!r}; it must be one of {', '.join(CURVES)}.")
        self._need_data("scale_view")
        return ScaleResultsWrapper(ScaleResults(self, which))

    def _need_data(self, name: str) -> None:
        present(self.model.exog, f"`{name}` needs its rows", "call it before remove_data()")
