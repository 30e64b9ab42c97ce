"""Tests that compare a fit with larger models."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.inference.score_test import (
    DependentColumnsError,
    ScoreTest,
    SingularVarianceError,
    score_test,
)
from sm_gaussmle.statsmodels_face.arguments.coercion import labelled, matrix, same_index, some
from sm_gaussmle.statsmodels_face.arguments.row_labels import columns_of_data
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

_CHOICES = {"hypothesis": ("joint", "separate"), "cov_type": ("nonrobust", "HC0")}
_MODEL_BASED = ("nonrobust", "unbiased", "eim", "opg")


class Comparisons(ResultPart):
    """Tests against larger models, for the results class to inherit."""

    def score_test(
        self,
        exog_extra: Any = None,
        exog_scale_extra: Any = None,
        *,
        hypothesis: str = "joint",
        cov_type: str | None = None,
        observed: bool = False,
    ) -> ScoreTest:
        """Test columns that were left out, without fitting the larger model.

        Parameters
        ----------
        exog_extra : array_like, shape (n, q), str or list of str, optional
            Columns to test in the mean; of a model from a formula also columns of its data
            by name. A tuple of two is taken for the columns of both
            equations, as elsewhere in statsmodels.
        exog_scale_extra : array_like, shape (n, q), str or list of str, optional
            Columns to test in the log variance.
        hypothesis : {"joint", "separate"}, default "joint"
            Whether all are tested together, or each by itself.
        cov_type : {"nonrobust", "HC0"}, optional
            Variance of the score: from the information, or robust; by default robust
            where the fit's covariance is.
        observed : bool, default False
            Whether the information is the observed one in place of the expected one. The
            expected one keeps its level in small samples; for the log variance of a model
            of constant variance it gives the test of Breusch and Pagan (1979) [1]_.

        Returns
        -------
        ScoreTest
            Named tuple of ``statistic``, ``pvalue`` and ``df``.

        Raises
        ------
        ValueError
            If there is nothing to test, lengths or labels differ, the columns depend on
            the model's, an option is wrong, the variance of the score is not positive
            definite, the data were removed, or the fit did not converge.

        Notes
        -----
        With the observed information tests reject too often in small samples. Simulated
        with normal errors, three columns in the mean and three tested at 5 %: 31 % of true
        hypotheses at n = 20 and 14 % at n = 50, against 7 % and 6 % with the expected one.

        References
        ----------
        .. [1] T. S. Breusch and A. R. Pagan, "A Simple Test for Heteroscedasticity and
           Random Coefficient Variation", Econometrica 47 (1979) 1287-1294.
           doi:10.2307/1911963
        """
        if isinstance(exog_extra, tuple) and len(exog_extra) == 2 and exog_scale_extra is None:
            exog_extra, exog_scale_extra = exog_extra
        if exog_extra is None and exog_scale_extra is None:
            raise ValueError(
                "there is nothing to test; pass `exog_extra` or `exog_scale_extra`."
            )
        if cov_type is None:
            cov_type = "nonrobust" if self.cov_type in _MODEL_BASED else "HC0"
        _check_choices(hypothesis=hypothesis, cov_type=cov_type)
        if not self.converged:
            raise ValueError("the fit did not converge, so that its score is no test.")
        present(self.model.endog, "there are no rows to test with", "test before remove_data()")
        mean, mean_names = self._extra(exog_extra, "exog_extra")
        scale, scale_names = self._extra(exog_scale_extra, "exog_scale_extra")
        try:
            return score_test(
                self.params,
                self.model.source(),
                mean,
                scale,
                observed=observed,
                robust=cov_type == "HC0",
                separate=hypothesis == "separate",
            )
        except DependentColumnsError as error:
            names = mean_names if error.name == "exog_extra" else scale_names
            raise ValueError(
                f"`{error.name}` has columns that are combinations of the model's or of those "
                f"before them (up to rounding): {some([names[p] for p in error.places])}. "
                "Leave them out."
            ) from error
        except SingularVarianceError as error:
            raise ValueError(_singular(cov_type, observed=observed)) from error

    def _extra(self, values: Any, name: str) -> tuple[Array | None, list[str]]:
        """Columns to test, and their names."""
        if values is None:
            return None, []
        labels = self.model.data.row_labels
        values = labelled(columns_of_data(self.model, values, name), labels)
        same_index(values, name, labels, "endog")
        columns = matrix(values, name)
        if len(columns) != len(self.model.endog):
            raise ValueError(
                f"`{name}` has {len(columns)} rows; the model has {len(self.model.endog)}."
            )
        if not np.isfinite(columns).all():
            raise ValueError(f"`{name}` has values that are NaN or infinite.")
        names = getattr(values, "columns", range(columns.shape[1]))
        return columns, [str(column) for column in names]


def _check_choices(**given: str) -> None:
    for name, value in given.items():
        choices = _CHOICES[name]
        if value not in choices:
            raise ValueError(
                f"`{name}` is {value!r}; it must be {choices[0]!r} or {choices[1]!r}."
            )


def _singular(cov_type: str, *, observed: bool) -> str:
    if cov_type == "HC0":
        which, remedy = "outer product of the scores", "cov_type='nonrobust', or fewer columns"
    elif observed:
        which, remedy = "observed information", "observed=False or cov_type='HC0'"
    else:
        which, remedy = "expected information", "fewer columns"
    return (
        f"the {which} of the extra columns is not positive definite at these estimates, and "
        f"no variance of their score. Use {remedy}."
    )
