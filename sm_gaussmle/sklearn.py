"""The model as a scikit-learn regressor, and scorers for its cross-validation.

Needs the extra ``sm_gaussmle[sklearn]``; ``import sm_gaussmle`` does not import it. Longer
than other modules because every method of the one estimator is documented here.

Longer than other modules because scikit-learn documents each parameter with its class.
"""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from sm_gaussmle.estimation.errors import CollinearError, PerfectFitError
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.inference.scoring import (
    covered,
    crps,
    log_score,
    normal_quantile,
    weighted_mean,
)
from sm_gaussmle.statsmodels_face.fitting.fit_errors import explain
from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_MOST_NAMES = 20  # columns that an error names

__all__ = ["GaussianMLERegressor", "PerfectFitWarning", "neg_crps", "neg_log_score"]


class PerfectFitWarning(UserWarning):
    """The mean reproduces the responses: the standard deviation is estimated as zero."""


class GaussianMLERegressor(RegressorMixin, BaseEstimator):
    r"""Gaussian regression by maximum likelihood, for the mean and the log variance.

    Parameters
    ----------
    fit_intercept : bool, default True
        Whether the mean has a constant. The log variance always has one.
    scale_columns : None, "all", array_like or callable, default None
        Columns of `X` in the log-variance equation: None for constant variance, a list of
        names or positions, a boolean mask, or a callable that makes one of these of the
        `X` given to `fit`, such as ``sklearn.compose.make_column_selector``.
    cov_type : str, default "nonrobust"
        Covariance estimator of `results_`, any that `GaussianMLE.fit` has and that needs no
        options; ``results_.get_robustcov_results`` has the others, such as "cluster".
    rank_deficient : {"drop", "error"}, default "drop"
        What to do about linearly dependent columns: leave the later ones out, with a
        warning and a coefficient of zero, or refuse them.
    perfect_fit : {"warn", "error"}, default "warn"
        What to do where, with constant variance, the mean reproduces the responses, as it
        does where no more rows than independent columns are left: warn and take the limit
        that the notes describe, or refuse the data.

    Attributes
    ----------
    coef_ : ndarray, shape (n_features,)
        Coefficients of the mean.
    intercept_ : float
        Constant of the mean; zero without one.
    coef_scale_ : ndarray, shape (n_features,)
        Coefficients of the log variance; zero for columns that are not in its equation.
    intercept_scale_ : float
        Constant of the log variance; minus infinity after a perfect fit.
    scale_columns_ : ndarray of int
        Positions of the columns in the log-variance equation.
    results_ : GaussianMLEResults or None
        The fit with standard errors, tests and summary. It holds the data;
        ``results_.remove_data()`` drops them and leaves the regressor working. None after a
        perfect fit, whose likelihood has no maximum and so no curvature there.
    n_iter_ : int
        Iterations of the fit; zero where the maximum has a closed form.
    n_features_in_ : int
        Number of columns of `X`.
    feature_names_in_ : ndarray of str
        Their names, where all are strings.

    See Also
    --------
    sm_gaussmle.GaussianMLE : The model, with offsets and known relative variances.

    Notes
    -----
    Row i has mean :math:`x_i'\beta` and log variance :math:`z_i'\gamma`, where :math:`z`
    are the columns in `scale_columns` and a constant.

    The likelihood is unbounded where the mean reproduces the responses. With constant
    variance the coefficients that maximise it given :math:`\sigma` are those of least
    squares for every :math:`\sigma`, and so in the limit :math:`\sigma \to 0` as well. That
    limit is the estimate after a perfect fit: `sigma_` and standard deviations are 0,
    quantiles and intervals are the mean, and the CRPS is the absolute error. The log score
    is infinite (of either sign, as the response is hit or missed) and therefore refused.
    Which columns are left out where some depend on others is a matter of the distinct rows
    of positive weight alone: the first ones that are independent stay.

    With `scale_columns` the likelihood is unbounded also where the scale equation isolates
    rows that the mean can fit, and there is no such limit in general. These data, perfect
    fits and no more rows than parameters are refused there, whatever `perfect_fit` says; so
    a few checks of scikit-learn's ``check_estimator``, which fit such data, must fail then.

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> from sm_gaussmle.sklearn import GaussianMLERegressor
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> X, y = heart[["age", "exang", "oldpeak"]], heart["thalach"]
    >>> regressor = GaussianMLERegressor(scale_columns=["age"]).fit(X, y)
    >>> regressor.coef_.round(2)
    array([ -0.84, -14.77,  -3.67])
    """

    # scikit-learn's way to say that a pipeline may pass `return_std` on to `predict` where
    # metadata routing is enabled: the scorers ask for it.
    __metadata_request__predict = {"return_std": True}  # noqa: RUF012 - scikit-learn's own mechanism

    def __init__(
        self,
        *,
        fit_intercept: bool = True,
        scale_columns: Any = None,
        cov_type: str = "nonrobust",
        rank_deficient: str = "drop",
        perfect_fit: str = "warn",
    ) -> None:
        self.fit_intercept = fit_intercept
        self.scale_columns = scale_columns
        self.cov_type = cov_type
        self.rank_deficient = rank_deficient
        self.perfect_fit = perfect_fit

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the model by maximum likelihood.

        Parameters
        ----------
        X : array_like, shape (n, k)
            Columns of both equations; a pandas DataFrame names them, and a polars one where
            scikit-learn reads its names (1.9 does those of polars 2).
        y : array_like, shape (n,)
            Response.
        sample_weight : array_like, shape (n,), optional
            Frequency weights: a weight of 2 is the row twice, one of 0 the row left out.
            Standard errors count them as observations.

        Returns
        -------
        GaussianMLERegressor
            The regressor itself.

        Raises
        ------
        ValueError
            If a parameter or the data are wrong, or the likelihood has no maximum and no
            limit (a `FitError`).

        Warns
        -----
        ValueWarning
            If columns were left out because they depend on others.
        PerfectFitWarning
            If the mean reproduces the responses.
        ConvergenceWarning
            If the fit did not converge.
        """
        if self.fit_intercept not in (True, False):
            raise ValueError(
                f"`fit_intercept` is {self.fit_intercept!r}; it must be True or False."
            )
        if self.perfect_fit not in ("warn", "error"):
            raise ValueError(
                f"`perfect_fit` is {self.perfect_fit!r}; it must be 'warn' or 'error'."
            )
        table = X
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        width = X.shape[1]
        names = list(getattr(self, "feature_names_in_", [f"x{i}" for i in range(width)]))
        columns = _scale_places(self.scale_columns, table, names)
        frame = pd.DataFrame(X, columns=names, copy=False)
        exog_scale = frame.iloc[:, columns]
        constant = "const"
        while constant in names:
            constant = f"_{constant}"
        exog_scale.insert(0, constant, 1.0)
        if self.fit_intercept:
            frame.insert(0, constant, 1.0)
        frequencies = _frequencies(sample_weight, len(y))
        try:
            model = GaussianMLE(y, frame, exog_scale=exog_scale, freq_weights=frequencies)
            results, mean, log_variance = self._estimates(model)
        except ValueError as error:
            raise type(error)(self._renamed(error)) from error
        # A column that was dropped has no parameter, and adds nothing.
        self.coef_ = mean.reindex(names, fill_value=0.0).to_numpy()
        self.intercept_ = float(mean.iloc[0]) if self.fit_intercept else 0.0
        scale_names = [f"ln(sigma2)[{name}]" for name in names]
        self.coef_scale_ = log_variance.reindex(scale_names, fill_value=0.0).to_numpy()
        self.intercept_scale_ = float(log_variance.iloc[0])
        self.scale_columns_ = columns
        self.n_iter_ = 0 if results is None else results.mle_retvals["iterations"]
        self.results_ = results
        return self

    def _estimates(self, model: GaussianMLE) -> tuple[Any, pd.Series, pd.Series]:
        """Results, if any, and the parameters of the two equations."""
        try:
            results = model.fit(cov_type=self.cov_type, rank_deficient=self.rank_deficient)
        except PerfectFitError as error:
            if self.perfect_fit == "error" or not model.constant_variance:
                raise
            mean = _least_squares(model, self.rank_deficient)
            warnings.warn(
                f"{self._renamed(error)} The estimate is the limit, least squares with "
                "`sigma_` = 0; it has no standard errors (`results_` is None). "
                "perfect_fit='error' refuses such data.",
                PerfectFitWarning,
                stacklevel=3,
            )
            return None, mean, pd.Series([-np.inf])
        k_exog = results.model.k_exog
        return results, results.params.iloc[:k_exog], results.params.iloc[k_exog:]

    def _renamed(self, error: ValueError) -> str:
        """What an error of the model says, in the names of the arguments here."""
        constant = " with the constant"
        here = {
            "`endog`": "`y`",
            "`exog`": f"`X`{constant if self.fit_intercept else ''}",
            "`exog_scale`": f"`scale_columns`{constant}",
            "fit(rank_deficient='drop')": "rank_deficient='drop'",
        }
        text = str(error)
        for there, name in here.items():
            text = text.replace(there, name)
        return text

    @property
    def sigma_(self) -> float:
        """Estimated standard deviation, where it is the same for all rows."""
        check_is_fitted(self)
        if self.results_ is not None and not self.results_.model.constant_variance:
            raise AttributeError(
                "`sigma_` is defined only with constant variance; use "
                "predict(X, return_std=True) for the standard deviation of each row."
            )
        return float(np.exp(0.5 * self.intercept_scale_))

    def predict(self, X: Any, *, return_std: bool = False) -> Any:
        """Estimated mean of the response, and its standard deviation.

        Parameters
        ----------
        X : array_like, shape (n, k)
            Columns of both equations.
        return_std : bool, default False
            Whether to return the standard deviations too.

        Returns
        -------
        mean : ndarray, shape (n,)
            Means.
        std : ndarray, shape (n,)
            Standard deviations of the response about its mean, only with `return_std`;
            that the coefficients are estimates does not add to them.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        mean = X @ self.coef_ + self.intercept_
        if not return_std:
            return mean
        return mean, np.exp(0.5 * (X @ self.coef_scale_ + self.intercept_scale_))

    def predict_quantile(self, X: Any, quantile: ArrayLike = 0.5) -> Array:
        """Estimated quantiles of the response.

        Parameters
        ----------
        X : array_like, shape (n, k)
            Columns of both equations.
        quantile : float or array_like, shape (q,), default 0.5
            Probabilities between 0 and 1.

        Returns
        -------
        ndarray, shape (n,) or (n, q)
            Quantiles of the normal distributions that `predict` describes.

        Raises
        ------
        ValueError
            If a probability is not between 0 and 1.
        """
        levels = np.asarray(quantile, dtype=float)
        if levels.ndim > 1 or not ((levels > 0.0) & (levels < 1.0)).all():
            raise ValueError(
                f"`quantile` is {quantile!r}; it must be one number or a list of them, between "
                "0 and 1, both excluded."
            )
        mean, std = self.predict(X, return_std=True)
        if levels.ndim:
            mean, std = mean[:, None], std[:, None]
        return np.asarray(mean + std * special.ndtri(levels))

    def predict_interval(self, X: Any, alpha: float = 0.05) -> Array:
        """Estimated central interval of the response.

        Parameters
        ----------
        X : array_like, shape (n, k)
            Columns of both equations.
        alpha : float, default 0.05
            One minus the probability of the interval.

        Returns
        -------
        ndarray, shape (n, 2)
            Lower and upper ends.

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1.
        """
        half = normal_quantile(alpha)
        mean, std = self.predict(X, return_std=True)
        return np.column_stack([mean - half * std, mean + half * std])

    def log_score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Mean of minus the log density; smaller is better.

        Parameters
        ----------
        X : array_like, shape (n, k)
            Columns of both equations.
        y : array_like, shape (n,)
            Responses.
        sample_weight : array_like, shape (n,), optional
            How often each row counts.

        Returns
        -------
        float
            In nats per row.

        Raises
        ------
        ValueError
            If a standard deviation is zero, as after a perfect fit.
        """
        return -neg_log_score(self, X, y, sample_weight)

    def crps(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Mean continuous ranked probability score; smaller is better.

        Parameters
        ----------
        X : array_like, shape (n, k)
            Columns of both equations.
        y : array_like, shape (n,)
            Responses.
        sample_weight : array_like, shape (n,), optional
            How often each row counts.

        Returns
        -------
        float
            In the units of the response.
        """
        return -neg_crps(self, X, y, sample_weight)

    def coverage(self, X: Any, y: Any, alpha: float = 0.05, sample_weight: Any = None) -> float:
        """Share of the responses within their central interval.

        Parameters
        ----------
        X : array_like, shape (n, k)
            Columns of both equations.
        y : array_like, shape (n,)
            Responses.
        alpha : float, default 0.05
            One minus the probability of the interval.
        sample_weight : array_like, shape (n,), optional
            How often each row counts.

        Returns
        -------
        float
            Between 0 and 1; about ``1 - alpha`` for a good model and new rows.

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1.
        """
        mean, std = self.predict(X, return_std=True)
        return weighted_mean(covered(y, mean, std, alpha), sample_weight)


def neg_log_score(estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
    """Mean log density of the responses: a scorer, so that larger is better.

    Parameters
    ----------
    estimator : estimator
        Fitted; anything whose ``predict(X, return_std=True)`` gives means and standard
        deviations, such as a pipeline that ends with one.
    X : array_like, shape (n, k)
        What the estimator predicts from.
    y : array_like, shape (n,)
        Responses.
    sample_weight : array_like, shape (n,), optional
        How often each row counts.

    Returns
    -------
    float
        Minus the log score, in nats per row.

    Raises
    ------
    ValueError
        If the estimator predicts a standard deviation of zero. A cross-validation with the
        default ``error_score`` counts the fold as NaN then, with a warning.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.model_selection import cross_val_score
    >>> from sm_gaussmle.sklearn import GaussianMLERegressor, neg_log_score
    >>> X, y = load_diabetes(return_X_y=True)
    >>> for columns in (None, [2, 8]):
    ...     regressor = GaussianMLERegressor(scale_columns=columns)
    ...     print(cross_val_score(regressor, X, y, scoring=neg_log_score).mean().round(3))
    -5.422
    -5.416
    """
    mean, std = estimator.predict(X, return_std=True)
    none = np.asarray(std) == 0.0
    if none.any():
        raise ValueError(
            f"the standard deviation that is predicted is zero in {none.sum()} of {len(none)} "
            "rows, where the log score is infinite: the fit was perfect. Use `crps` or "
            "`neg_crps`, or a simpler model of more rows."
        )
    return -weighted_mean(log_score(y, mean, std), sample_weight)


def neg_crps(estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
    """Minus the mean continuous ranked probability score: a scorer, larger is better.

    Parameters
    ----------
    estimator : estimator
        Fitted; anything whose ``predict(X, return_std=True)`` gives means and standard
        deviations, such as a pipeline that ends with one.
    X : array_like, shape (n, k)
        What the estimator predicts from.
    y : array_like, shape (n,)
        Responses.
    sample_weight : array_like, shape (n,), optional
        How often each row counts.

    Returns
    -------
    float
        In the units of the response.
    """
    mean, std = estimator.predict(X, return_std=True)
    return -weighted_mean(crps(y, mean, std), sample_weight)


def _least_squares(model: GaussianMLE, rank_deficient: str) -> pd.Series:
    """Coefficients of the mean, of the columns that `GaussianMLE.fit` keeps."""
    while True:
        try:
            solution = least_squares(model.source(), model.constant_column)
        except CollinearError as error:
            if rank_deficient == "error":
                raise explain(model, error) from error
            model = model.keep_columns(error.equation, error.kept)
        else:
            return pd.Series(solution.coef, model.exog_names[: model.k_exog])


def _scale_places(chosen: Any, table: Any, names: list[str]) -> NDArray[np.intp]:
    """Positions of the columns that `scale_columns` chooses."""
    value = chosen(table) if callable(chosen) else chosen
    if value is None:
        value = []
    elif isinstance(value, str) and value == "all":
        value = range(len(names))
    try:
        return _places(value, names)
    except (IndexError, TypeError, ValueError) as error:
        shown = ", ".join(map(str, names[:_MOST_NAMES]))
        raise ValueError(
            f"`scale_columns` chooses {value!r}; it must be None, 'all', a list of different "
            "names or positions of columns, a boolean mask, or a callable that gives one of "
            f"these. The {len(names)} columns are {shown}"
            f"{', ...' if len(names) > _MOST_NAMES else ''}."
        ) from error


def _places(value: Any, names: list[str]) -> NDArray[np.intp]:
    if isinstance(value, str):
        raise TypeError("a list is needed, even of one name")
    chosen = [names.index(v) if isinstance(v, str) else v for v in value]
    places = np.arange(len(names))[np.asarray(chosen, dtype=None if chosen else np.intp)]
    if len(set(places.tolist())) < len(places):
        raise ValueError("a column is chosen twice")
    return places


def _frequencies(sample_weight: Any, rows: int) -> Array | None:
    """Frequency weights; an error speaks of them as scikit-learn does."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=float)
    if weight.shape != (rows,):
        raise ValueError(
            f"`sample_weight` has shape {weight.shape}; it must have one value for each of the "
            f"{rows} rows."
        )
    if not (np.isfinite(weight) & (weight >= 0.0)).all():
        raise ValueError("`sample_weight` must be finite and not negative in every row.")
    if not weight.any():
        raise ValueError("`sample_weight` is zero in every row; at least one must count.")
    return weight
