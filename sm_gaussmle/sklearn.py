"""The model as a scikit-learn regressor, and scorers for its cross-validation.

Needs the extra ``sm_gaussmle[sklearn]``; ``import sm_gaussmle`` does not import it. Longer
than other modules because every method of the one estimator is documented here.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from sm_gaussmle.inference.scoring import (
    covered,
    crps,
    log_score,
    normal_quantile,
    weighted_mean,
)
from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_MOST_NAMES = 20  # columns that an error names

__all__ = ["GaussianMLERegressor", "neg_crps", "neg_log_score"]


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

    Attributes
    ----------
    coef_ : ndarray, shape (n_features_in_,)
        Coefficients of the mean.
    intercept_ : float
        Constant of the mean; zero without one.
    coef_scale_ : ndarray, shape (n_features_in_,)
        Coefficients of the log variance; zero for columns that are not in its equation.
    intercept_scale_ : float
        Constant of the log variance.
    scale_columns_ : ndarray of int
        Positions of the columns in the log-variance equation.
    results_ : GaussianMLEResults
        The fit with standard errors, tests and summary. It holds the data;
        ``results_.remove_data()`` drops them and leaves the regressor working.
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
    are the columns in `scale_columns` and a constant. The likelihood is unbounded where the
    mean can reproduce the responses: such data, and no more rows than columns, are refused.

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
    __metadata_request__predict = {"return_std": True}  # noqa: RUF012

    def __init__(
        self,
        *,
        fit_intercept: bool = True,
        scale_columns: Any = None,
        cov_type: str = "nonrobust",
        rank_deficient: str = "drop",
    ) -> None:
        self.fit_intercept = fit_intercept
        self.scale_columns = scale_columns
        self.cov_type = cov_type
        self.rank_deficient = rank_deficient

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
            If a parameter or the data are wrong, or the likelihood has no maximum.

        Warns
        -----
        ValueWarning
            If columns were left out because they depend on others.
        ConvergenceWarning
            If the fit did not converge.
        """
        if self.fit_intercept not in (True, False):
            raise ValueError(
                f"`fit_intercept` is {self.fit_intercept!r}; it must be True or False."
            )
        table = X
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        width = X.shape[1]
        names = list(getattr(self, "feature_names_in_", [f"x{i}" for i in range(width)]))
        columns = _scale_places(self.scale_columns, table, names)
        frame = pd.DataFrame(X, columns=names, copy=False)
        exog_scale = frame.iloc[:, columns]
        exog_scale.insert(0, "const", 1.0, allow_duplicates=True)
        if self.fit_intercept:
            frame.insert(0, "const", 1.0, allow_duplicates=True)
        model = GaussianMLE(
            y,
            frame,
            exog_scale=exog_scale,
            freq_weights=_frequencies(sample_weight, len(y)),
        )
        results = model.fit(cov_type=self.cov_type, rank_deficient=self.rank_deficient)
        params = results.params
        # A column that was dropped has no parameter, and adds nothing.
        self.coef_ = params.reindex(names, fill_value=0.0).to_numpy()
        self.intercept_ = float(params.iloc[0]) if self.fit_intercept else 0.0
        scale_names = [f"ln(sigma2)[{name}]" for name in names]
        self.coef_scale_ = params.reindex(scale_names, fill_value=0.0).to_numpy()
        self.intercept_scale_ = float(params.iloc[results.model.k_exog])
        self.scale_columns_ = columns
        self.n_iter_ = results.mle_retvals["iterations"]
        self.results_ = results
        return self

    @property
    def sigma_(self) -> float:
        """Estimated standard deviation, where it is the same for all rows."""
        check_is_fitted(self)
        if not self.results_.model.constant_variance:
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
