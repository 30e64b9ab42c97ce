"""The log-likelihood of a model's rows with its derivatives.

Longer than other modules because each of them is a documented method of one class.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.covariance import expected_products
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import Evaluation, RowBlock, evaluate
from sm_gaussmle.likelihood.observation import expected_hessian_factor, row_terms
from sm_gaussmle.likelihood.terms import Terms
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.stream import Stream
from sm_gaussmle.sources.table import RowsElsewhereError
from sm_gaussmle.sources.tally import fractional
from sm_gaussmle.statsmodels_face.arguments.coercion import column, matrix
from sm_gaussmle.statsmodels_face.derivatives_in_range import in_range
from sm_gaussmle.statsmodels_face.model_part import ModelPart
from sm_gaussmle.statsmodels_face.removed_data import NEW_ROWS, present

Array = NDArray[np.float64]

_ONE = np.ones(1).tobytes()


class RowLikelihood(ModelPart):
    """Log-likelihood, score and Hessian, for the model class to inherit."""

    # What the model class sets.
    endog: Array
    exog: Array
    exog_scale: Array | None
    offset: Array | None
    offset_scale: Array | None
    freq_weights: Array | None
    var_weights: Array | None
    left: Array | None
    right: Array | None
    trunc_left: Array | None
    trunc_right: Array | None
    exact_responses: bool
    interval_response: bool
    limit_ranges: dict[str, tuple[float, float]]
    exog_names: list[str]
    constant_variance: bool
    k_exog: int
    k_scale: int
    nparams: int
    data: Any

    # Where the rows are, if not in these arrays.
    _stream: Stream | None = None

    def source(self) -> Memory | Stream:
        """Rows of the model for the estimation layers.

        Returns
        -------
        Memory or Stream
            Views of the model's arrays, or where else its rows are read.

        Raises
        ------
        DataRemovedError
            If `remove_data` has dropped them.
        """
        if self._stream is not None:
            return self._stream
        n = present(self.endog).shape[0]
        # One number for all rows, not a column: constant variance costs no memory.
        scale = self.exog_scale
        if scale is None:
            scale = np.ndarray((n, 1), float, _ONE, strides=(0, 0))
        known = self.offset_scale
        if self.var_weights is not None:
            known = (0.0 if known is None else known) - np.log(self.var_weights)
        bounds = self._bounds()
        return Memory(
            RowBlock(
                np.asarray(self.endog, dtype=float) if bounds is None else bounds.stand_in,
                np.asarray(self.exog, dtype=float),
                scale,
                self.offset,
                known,
                self.freq_weights,
                bounds,
            )
        )

    def rows_in_memory(self) -> Memory:
        """Rows of the model, for what needs them all at once.

        Returns
        -------
        Memory
            Views of the model's arrays.

        Raises
        ------
        RowsElsewhereError
            If they are read in passes.
        """
        source = self.source()
        return source if isinstance(source, Memory) else source.rows

    def need_memory(self, name: str, instead: str = "") -> None:
        """Refuse what has a value for each row, where they are read in passes.

        Parameters
        ----------
        name : str
            What was asked for.
        instead : str, optional
            What does without the rows.

        Raises
        ------
        RowsElsewhereError
            If the rows are not in memory.
        """
        if self._stream is not None:
            raise RowsElsewhereError(
                f"`{name}` needs all rows in memory, and those of this model "
                f"{self._stream.whereabouts}. Fit a part of the rows that fits into memory"
                f"{instead and ', or use '}{instead}."
            )

    def counts_observations(self) -> bool:
        """Whether frequency weights are whole numbers, which exact tests ask for.

        Returns
        -------
        bool
            True where there are none.
        """
        if self._stream is not None:
            return not self._stream.tally.n_fractional
        weights = self.rows_in_memory().rows.freq_weights
        return weights is None or not fractional(weights)

    def need_rows(self, why: str = "", remedy: str = NEW_ROWS) -> None:
        """Refuse what needs the rows, in memory or not, where they were removed.

        Parameters
        ----------
        why : str, optional
            What they are needed for.
        remedy : str, optional
            What to do without them.

        Raises
        ------
        DataRemovedError
            If `remove_data` has dropped them.
        """
        if self._stream is None:
            present(self.endog, why, remedy)

    def _bounds(self, endog: Any = None) -> Bounds | None:
        """What is known of each response, or of others in their place."""
        if self.exact_responses:
            return None
        response = np.asarray(self.endog if endog is None else endog, dtype=float)
        if self.interval_response:
            lower, upper = response.T
            return Bounds.between(lower, upper, self.trunc_left, self.trunc_right)
        return Bounds.censored(
            response, self.left, self.right, self.trunc_left, self.trunc_right
        )

    def equation_names(self, equation: str) -> list[str]:
        """Names of the parameters of one equation.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            Mean or log variance.

        Returns
        -------
        list of str
            Part of `exog_names`.
        """
        if equation == "exog":
            return self.exog_names[: self.k_exog]
        return self.exog_names[self.k_exog :]

    def scale_columns(self) -> list[str]:
        """Names of the columns of the scale equation.

        Returns
        -------
        list of str
            Without the ``ln(sigma2)[...]`` around them in the names of the parameters.
        """
        return [name[len("ln(sigma2)[") : -1] for name in self.equation_names("exog_scale")]

    def equation_columns(self, equation: str) -> list[str]:
        """Names of the columns of one equation.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            Mean or log variance.

        Returns
        -------
        list of str
            Of constant variance ``["Intercept"]``.
        """
        if equation == "exog":
            return self.equation_names("exog")
        return ["Intercept"] if self.constant_variance else self.scale_columns()

    def check_params(self, params: Any, name: str = "params") -> Array:
        """Parameters as an array of the right length.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Parameters.
        name : str, default "params"
            Name of the argument, for errors.

        Returns
        -------
        ndarray, shape (k_mean + k_scale,)
            Floating-point numbers.

        Raises
        ------
        ValueError
            If the length is wrong, or a value is not finite.
        """
        array = column(params, name)
        if len(array) != self.nparams:
            raise ValueError(
                f"`{name}` has {len(array)} values; the model has {self.nparams} parameters: "
                f"{', '.join(self.exog_names)}."
            )
        if not np.isfinite(array).all():
            raise ValueError(f"`{name}` is {array}; the values must be finite.")
        return array

    def _terms(self, params: Any, endog: Any = None) -> tuple[Terms, Memory]:
        source = self.rows_in_memory()
        rows = source.rows
        predictors = rows.predictors(self.check_params(params))
        if endog is None:
            return rows.terms(*predictors), source
        width = matrix if self.interval_response else column
        response = width(endog, "endog")
        if response.shape != self.endog.shape:
            raise ValueError(
                f"`endog` has shape {response.shape}; the model has {self.endog.shape}."
            )
        return row_terms(response, self._bounds(response), *predictors), source

    def _weighted(self, values: Array) -> Array:
        # A fresh array always: statsmodels divides scores by weights in place.
        return values * 1.0 if self.freq_weights is None else values * self.freq_weights

    @in_range
    def loglikeobs(self, params: Any) -> Array:
        """Log-likelihood of each row, times its frequency weight.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        ndarray, shape (n,)
            Contributions to the log-likelihood.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        self.need_memory("loglikeobs", "loglike, which is their sum")
        return self._weighted(self._terms(params)[0].loglike)

    @in_range
    def loglike(self, params: Any) -> float:
        """Log-likelihood.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        float
            Sum over the rows.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        if self._stream is not None:
            return self._evaluation(params).loglike
        return float(self.loglikeobs(params).sum())

    def _evaluation(self, params: Any) -> Evaluation:
        array = self.check_params(params)
        return self.source().total(partial(evaluate, array), len(array) + 1)

    def nloglike(self, params: Any) -> float:
        """Minus the log-likelihood.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        float
            Minus the sum over the rows.
        """
        return -self.loglike(params)

    @in_range
    def score_factor(self, params: Any, endog: Any = None) -> tuple[Array, Array]:
        """Derivatives of the log-likelihood in the two linear predictors.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        endog : array_like, shape (n,), optional
            Other responses to use.

        Returns
        -------
        tuple of two ndarrays, each of shape (n,)
            With respect to the mean and to the log variance, weighted.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        self.need_memory("score_factor", "score, which is the sum over the rows")
        factors = self._terms(params, endog)[0].score_factor
        return self._weighted(factors[0]), self._weighted(factors[1])

    @in_range
    def score_obs(self, params: Any) -> Array:
        """Gradient of the log-likelihood of each row.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        ndarray, shape (n, k_mean + k_scale)
            Rows sum to the score.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        self.need_memory("score_obs", "score, which is the sum over the rows")
        mean, scale = self.score_factor(params)
        rows = self.source().rows
        return np.column_stack([rows.exog * mean[:, None], rows.exog_scale * scale[:, None]])

    @in_range
    def score(self, params: Any) -> Array:
        """Gradient of the log-likelihood.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        ndarray, shape (k_mean + k_scale,)
            Zero at the maximum.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        if self._stream is not None:
            return self._evaluation(params).score
        mean, scale = self.score_factor(params)
        rows = self.source().rows
        return np.concatenate([mean @ rows.exog, scale @ rows.exog_scale])

    @in_range
    def hessian_factor(
        self, params: Any, scale: None = None, observed: bool = True
    ) -> tuple[Array, Array, Array]:
        """Second derivatives of the log-likelihood in the two linear predictors.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        scale : None
            Not used; statsmodels passes it.
        observed : bool, default True
            Whether to take the derivatives as they are, or their expectation.

        Returns
        -------
        tuple of three ndarrays, each of shape (n,)
            Mean twice, mean and log variance, log variance twice; weighted.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        del scale
        self.need_memory("hessian_factor", "hessian, which is the sum over the rows")
        if observed:
            factors = self._terms(params)[0].hessian_factor
        else:
            predictors = self.source().rows.predictors(self.check_params(params))
            factors = expected_hessian_factor(self.source().rows.bounds, *predictors)
        mean, cross, log_variance = factors
        return self._weighted(mean), self._weighted(cross), self._weighted(log_variance)

    @in_range
    def hessian(self, params: Any) -> Array:
        """Second derivatives of the log-likelihood.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.

        Returns
        -------
        ndarray, shape (k_mean + k_scale, k_mean + k_scale)
            Symmetric matrix.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        return self._evaluation(params).hessian

    @in_range
    def information(self, params: Any, observed: bool = True) -> Array:
        """Fisher information.

        Parameters
        ----------
        params : array_like, shape (k_mean + k_scale,)
            Coefficients of the mean, then of the log variance.
        observed : bool, default True
            Minus the Hessian, or its expectation.

        Returns
        -------
        ndarray, shape (k_mean + k_scale, k_mean + k_scale)
            Positive definite at a maximum.

        Raises
        ------
        ValueError
            If it is beyond floating-point numbers at the parameters, or these are no
            finite numbers, one for each name.
        """
        if observed:
            return -self.hessian(params)
        array = self.check_params(params)
        coordinates = np.eye(len(array))
        return self.source().total(partial(expected_products, array, coordinates), len(array))
