"""How well the fit foretells responses: proper scores and coverage, of old rows and new."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.inference.scoring import mean_scores
from sm_gaussmle.inference.seen_scoring import seen_mean_scores
from sm_gaussmle.likelihood.seen_responses import Limits
from sm_gaussmle.statsmodels_face.arguments.coercion import column, labelled, same_index, where
from sm_gaussmle.statsmodels_face.arguments.frames import as_frame
from sm_gaussmle.statsmodels_face.arguments.limit_rules import check_limits
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.arguments.scalars import probability
from sm_gaussmle.statsmodels_face.arguments.table_arguments import per_row
from sm_gaussmle.statsmodels_face.formulas.designs import new_design
from sm_gaussmle.statsmodels_face.formulas.formula_text import formula_sides
from sm_gaussmle.statsmodels_face.predictions.prediction_limits import limits_of
from sm_gaussmle.statsmodels_face.predictions.result_predictions import ResultPredictions

Array = NDArray[np.float64]


class ForecastScores(ResultPredictions):
    """Scores of the estimated distributions, for the results class to inherit."""

    def scores(
        self,
        exog: Any = None,
        endog: Any = None,
        *,
        exog_scale: Any = None,
        offset: Any = None,
        offset_scale: Any = None,
        var_weights: Any = None,
        freq_weights: Any = None,
        alpha: float = 0.05,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
    ) -> pd.Series:
        r"""Log score, CRPS, and coverage and width of the central interval.

        Parameters
        ----------
        exog : array_like or DataFrame, optional
            New rows, as for `predict`; those of the fit by default. With a formula a table
            with its variables, the response among them.
        endog : array_like, shape (m,), optional
            Responses of the rows. By default those of the fit, or what the left side of
            the formula makes of `exog`.
        exog_scale : array_like, shape (m, k_scale), optional
            New columns of the scale equation, where no formula makes them.
        offset, offset_scale, var_weights : array_like, shape (m,), or str, optional
            Known parts for the new rows, as for `predict`.
        freq_weights : array_like, shape (m,), or str, optional
            How often each row counts; also a column of the table `exog`. By default once,
            and the rows of the fit as often as there.
        alpha : float, default 0.05
            One minus the probability of the interval.
        left, right, trunc_left, trunc_right : float, array_like or str, optional
            Limits of censoring and truncation, as for `predict`.

        Returns
        -------
        Series
            Means over the rows: ``log_score``, minus the log density in nats, and
            ``crps``, the continuous ranked probability score in the units of the response,
            both better the smaller; ``coverage``, the share of the responses within their
            interval; ``interval_width``, better the smaller where the coverage is right.
            With limits all are of the response as it is seen: censored at the limits, in
            the truncated sample.

        Raises
        ------
        ValueError
            If `exog` is new and there is no response for it, a length, shape, weight or
            `alpha` is wrong, or limits and responses contradict each other.
        AttributeError
            If the responses of the model are intervals.
        MissingDataError
            If a response, or what a prediction needs, is missing in a row.

        See Also
        --------
        sm_gaussmle.inference.scoring : The scores of each row.
        sm_gaussmle.inference.seen_scoring : Those with limits.

        Notes
        -----
        The parameters are taken for known: that they were estimated makes new rows score
        worse than those of the fit, on which ``log_score`` is ``-llf / nobs``.

        References
        ----------
        .. [1] T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction,
           and Estimation", Journal of the American Statistical Association 102 (2007)
           359-378. doi:10.1198/016214506000001437

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> old, new = heart[:200], heart[200:]
        >>> result = smg.gaussmle("thalach ~ age + exang | age", old).fit()
        >>> print(result.scores(new).round(3).to_string())
        log_score          4.426
        crps              11.047
        coverage           0.951
        interval_width    74.720
        """
        if self.model.interval_response:
            raise AttributeError(
                "`scores` are of responses that are one number; those of this model are "
                "intervals. Use llf / nobs, which is minus the mean log score of its rows, or "
                "model.loglikeobs(params) for each of them."
            )
        table = self._table(exog)
        mean, scale = (
            np.asarray(
                self.predict(
                    exog if table is None else table,
                    exog_scale=exog_scale,
                    which=which,
                    offset=offset,
                    offset_scale=offset_scale,
                    var_weights=var_weights,
                )
            )
            for which in ("mean", "scale")
        )
        index = self.model.data.row_labels if exog is None else None
        index = index if table is None else table.index
        observed = self._responses(exog, endog, table, index)
        counts = self.model.freq_weights if exog is None else None
        if freq_weights is not None:
            counts = _row_values(freq_weights, "freq_weights", table, index)
        for name, values in (("exog_scale", scale), ("endog", observed)):
            if len(values) != len(mean):
                raise ValueError(f"`{name}` has {len(values)} rows; the mean has {len(mean)}.")
        alpha = probability(alpha, "alpha")
        missing = np.isnan(observed) | np.isnan(mean) | np.isnan(scale)
        if missing.any():
            raise MissingDataError(
                f"the response, or a value that its prediction needs, is missing in "
                f"{int(missing.sum())} of {len(mean)} rows{where(missing, index)}; leave such "
                "rows out."
            )
        limits = dict(zip(LIMITS, (left, right, trunc_left, trunc_right), strict=True))
        designs, _ = self._designs(
            ("limits",), exog, transform=True, given={"exog_scale": None} | limits
        )
        limits = {name: designs[name] for name in LIMITS}
        found = limits_of(self.model, limits, len(mean), own=exog is None)
        check_limits(observed, {**found}, index)
        if not found:
            means = mean_scores(observed, mean, scale, weights=counts, alpha=alpha)
        else:
            row = Limits(**found), mean, 2.0 * np.log(scale)
            means = seen_mean_scores(observed, *row, weights=counts, alpha=alpha)
        return pd.Series(means._asdict(), name="scores")

    def _table(self, exog: Any) -> pd.DataFrame | None:
        if exog is not None and hasattr(self.model, "formula"):
            return as_frame(exog, "exog")
        table = labelled(exog)
        return table if isinstance(table, pd.DataFrame) else None

    def _responses(
        self, exog: Any, endog: Any, table: pd.DataFrame | None, index: pd.Index | None
    ) -> Array:
        model = self.model
        if endog is not None:
            return _row_values(endog, "endog", table, index)
        if exog is None:
            return np.asarray(model.endog)
        if table is None or not hasattr(model, "formula"):
            raise ValueError(
                "`exog` is new, but `endog` is missing: pass the responses of the new rows."
            )
        # A transform with a state, such as ``center``, has it from the rows of the fit.
        left = formula_sides(model.formula)[0]
        response = new_design(model._response_spec, left, table, model._environment)
        return response.to_numpy(dtype=float)[:, 0]


def _row_values(
    values: Any, name: str, table: pd.DataFrame | None, index: pd.Index | None
) -> Array:
    if isinstance(values, str) and table is not None:
        return column(per_row(values, name, table), name)
    values = labelled(values, index)
    same_index(values, name, index, "exog")
    return column(values, name)
