"""Effects of the variables, from results: on the mean, and on the variance."""

from __future__ import annotations

from typing import Any

from sm_gaussmle.likelihood.seen_responses import SEEN
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.effects.curves import CURVES
from sm_gaussmle.statsmodels_face.effects.equations_of_fit import (
    both_equations,
    mean_equation,
)
from sm_gaussmle.statsmodels_face.effects.marginal_effects import EquationMargins
from sm_gaussmle.statsmodels_face.effects.scale_view import (
    ScaleResults,
    ScaleResultsWrapper,
)
from sm_gaussmle.statsmodels_face.predictions.prediction_limits import refuse_limits
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class ResultEffects(ResultPart):
    """Marginal effects and the view of the scale equation, for the results class to inherit."""

    def get_margeff(
        self,
        at: Any = "overall",
        method: str = "dydx",
        atexog: Any = None,
        dummy: bool = False,
        count: bool = False,
        *,
        which: str = "mean",
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
    ) -> EquationMargins:
        r"""Effects of the columns on the mean, or on what is seen of the response.

        Parameters
        ----------
        at : {"overall", "mean", "median", "zero", "all"} or dict, default "overall"
            Average over the rows; at the mean, the median or zero of the columns; or at
            each row, without standard errors. A dict has values of some columns by their
            names, with the average over the rows of the others.
        method : {"dydx", "eyex", "dyex", "eydx"}, default "dydx"
            Derivative, elasticity, or one of the semi-elasticities.
        atexog : dict or array_like, shape (m, k), optional
            Values of some columns by their names or numbers, with the others as they are
            `at` that point; or all columns of new rows, which have no offset and unit
            weight.
        dummy : bool, default False
            Whether columns of zeros and ones are changed from 0 to 1.
        count : bool, default False
            Whether columns of whole numbers are changed by one.
        which : str, default "mean"
            On what: on the mean of the (latent) response, or, as in `get_prediction`, on
            "censored", "conditional", "truncated", "prob_uncensored", "prob_left" or
            "prob_right".
        left, right, trunc_left, trunc_right : float or array_like, shape (n,), optional
            Limits of censoring and truncation; those of the model by default.

        Returns
        -------
        statsmodels.discrete.discrete_margins.DiscreteMargins
            `margeff`, `margeff_se`, `margeff_cov`, `conf_int`, `summary` and
            `summary_frame`.

        Raises
        ------
        ValueError
            If an option is unknown, the options contradict each other, limits are missing,
            the data were removed, or the fit left out standard errors.

        See Also
        --------
        scale_view : Effects on the standard deviation.

        Notes
        -----
        Rows count with their frequency weights, and offsets are parts of the mean; the
        `get_margeff` of GLM leaves both out. Standard errors are by the delta method with
        `cov_params`, p-values and intervals from the normal distribution as in GLM.

        An effect is that of one column, with the others held, as in statsmodels: ``x`` and
        ``I(x**2)`` have one each. What a variable does by all of its columns is to be seen in
        `plot_fit`, and is computed by the slopes of the package marginaleffects.

        What is seen is a function :math:`g(\mu_i, \log \sigma_i^2)`, and the effect of a
        variable is :math:`g_\mu \beta_j + g_{\log \sigma^2} \gamma_j`: a column that is in
        both equations, with the same numbers, is one variable. Without a scale equation
        these are the effects of McDonald and Moffitt (1980) [1]_: on the response as it is
        seen :math:`\Pr(\text{uncensored})\, \beta_j`, on that of the uncensored
        :math:`\beta_j \operatorname{Var}(y \mid \text{uncensored}) / \sigma^2`.

        References
        ----------
        .. [1] J. F. McDonald and R. A. Moffitt, "The Uses of Tobit Analysis", The Review of
           Economics and Statistics 62 (1980) 318-321. doi:10.2307/1924766

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + exang", heart).fit()
        >>> result.get_margeff(method="eyex").margeff.round(4)
        array([-0.339 , -0.0401])

        The depression of the ST segment is not seen below zero: what age and exercise
        do to a latent one, and to the one that is seen,

        >>> result = smg.gaussmle("oldpeak ~ age + exang", heart, left=0).fit()
        >>> result.get_margeff().margeff.round(4)
        array([0.0415, 0.919 ])
        >>> result.get_margeff(which="censored").margeff.round(4)
        array([0.0277, 0.6136])
        """
        self._need_data("get_margeff")
        limits = (left, right, trunc_left, trunc_right)
        given = dict(zip(LIMITS, limits, strict=True))
        name = str(which)  # which need be none
        if name in SEEN:
            equation = both_equations(self, name, given)
        elif name in ("mean", "latent", "linear"):
            refuse_limits(given, name)
            equation = mean_equation(self)
        else:
            scale = f"; use scale_view({which!r}).get_margeff()" if name in CURVES else ""
            raise ValueError(
                f"`which` is {which!r}; it must be one of mean, latent, linear, "
                f"{', '.join(SEEN)}{scale}."
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
        choice(which, "which", CURVES)
        self._need_data("scale_view")
        return ScaleResultsWrapper(ScaleResults(self, which))

    def _need_data(self, name: str) -> None:
        present(self.model.exog, f"`{name}` needs its rows", "call it before remove_data()")
