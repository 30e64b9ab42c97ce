"""One design fitted to many responses at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.estimation.constant_variance import PERFECT_FIT, smallest_share
from sm_gaussmle.estimation.errors import CollinearError, NonFiniteError, PerfectFitError
from sm_gaussmle.estimation.fit_record import concentrated_loglike
from sm_gaussmle.estimation.least_squares import least_squares
from sm_gaussmle.estimation.triangle_solution import LeastSquares
from sm_gaussmle.statsmodels_face.arguments.coercion import labelled, matrix, same_index, some
from sm_gaussmle.statsmodels_face.fitting.fit_errors import explain, non_finite, refuse_few_rows

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_AT_ONCE = 256  # responses in one pass


@dataclass(frozen=True, repr=False)
class ManyFits:
    """Estimates of one design on many responses, of constant variance each.

    Attributes
    ----------
    params : DataFrame, shape (k_mean + 1, m)
        Coefficients and ``ln(sigma2)``, one column per response.
    bse : DataFrame, shape (k_mean + 1, m)
        Standard errors from the observed information.
    llf : Series, shape (m,)
        Log-likelihoods.
    sigma2 : Series, shape (m,)
        Maximum-likelihood estimates of the variances, in squared units of each response.
    nobs : float
        Number of observations of each response.
    df_resid : float
        Number of observations less the columns of the mean.
    """

    params: pd.DataFrame
    bse: pd.DataFrame
    llf: pd.Series
    sigma2: pd.Series
    nobs: float
    df_resid: float

    def __repr__(self) -> str:
        """Size, and the estimates as pandas shows them."""
        return f"<{self._size()}>\n{self.params}"

    def _repr_html_(self) -> str:
        return f"<p>{self._size()}</p>\n{self.params.to_html(max_rows=20, max_cols=10)}"

    def _size(self) -> str:
        parameters, responses = self.params.shape
        return (
            f"ManyFits: {parameters} parameters of {responses} responses, {self.nobs:g} "
            "observations each"
        )

    @property
    def tvalues(self) -> pd.DataFrame:
        """Estimates over their standard errors, shape (k_mean + 1, m)."""
        return self.params / self.bse

    @property
    def aic(self) -> pd.Series:
        """Akaike's information criterion of each response, sigma counted."""
        return -2.0 * self.llf + 2.0 * len(self.params)

    @property
    def bic(self) -> pd.Series:
        """Schwarz's information criterion of each response, sigma counted."""
        return -2.0 * self.llf + float(np.log(self.nobs)) * len(self.params)


def fit_many(model: GaussianMLE, endogs: Any) -> ManyFits:
    """Fit the design of a model to many responses, hundreds in one pass over it.

    Parameters
    ----------
    model : GaussianMLE
        Gives the columns, offset and weights.
    endogs : array_like, shape (n, m)
        Responses.

    Returns
    -------
    ManyFits
        Estimates of each response.

    Raises
    ------
    ValueError
        If the model has a scale equation, the number of rows is wrong, a value is not
        finite or a response is fitted perfectly.
    """
    if not model.exact_responses:
        raise ValueError(
            f"`fit_many` is for exact responses; those of this model are {model.scheme}. Fit the "
            "responses one by one."
        )
    if not model.constant_variance:
        raise ValueError(
            "fit_many needs constant variance; this model has a scale equation. Fit the "
            "responses one by one."
        )
    refuse_few_rows(model)
    labels = model.data.row_labels
    endogs = labelled(endogs, labels)
    same_index(endogs, "endogs", labels, "endog")
    responses = np.ascontiguousarray(matrix(endogs, "endogs"))
    rows = model.endog.shape[0]
    if len(responses) != rows:
        raise ValueError(f"`endogs` has {len(responses)} rows; the model has {rows}.")
    names: list[Any] = [f"y{i + 1}" for i in range(responses.shape[1])]
    if isinstance(endogs, pd.DataFrame):
        names = list(endogs.columns)
    elif isinstance(endogs, pd.Series) and endogs.name is not None:
        names = [endogs.name]
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # looked at in the sums
            solutions = _solve(model, responses)
    except NonFiniteError as error:
        named = {f"`endogs` column {n!r}": c for n, c in zip(names, responses.T, strict=True)}
        raise non_finite(model, named, "Leave such rows or columns out.") from error
    except CollinearError as error:
        raise explain(model, error) from error
    perfect = np.concatenate([smallest_share(part) <= PERFECT_FIT for part in solutions])
    if perfect.any():
        which = some([repr(n) for n, p in zip(names, perfect, strict=True) if p])
        raise PerfectFitError(
            f"the columns of the mean reproduce `endogs` {which} up to rounding."
        )
    k, nobs = model.k_exog, solutions[0].nobs
    rss = np.concatenate([part.rss for part in solutions])
    sigma2 = rss / nobs
    params = np.vstack([np.hstack([part.coef for part in solutions]), np.log(sigma2)])
    unit = np.sqrt((solutions[0].basis ** 2).sum(axis=1))
    bse = np.vstack(
        [np.outer(unit, np.sqrt(sigma2)), np.full(len(sigma2), np.sqrt(2.0 / nobs))]
    )
    llf = concentrated_loglike(rss, nobs, solutions[0].log_variance_offset)
    index = model.exog_names[: k + 1]
    return ManyFits(
        params=pd.DataFrame(params, index=index, columns=names),
        bse=pd.DataFrame(bse, index=index, columns=names),
        llf=pd.Series(llf, index=names, name="llf"),
        sigma2=pd.Series(sigma2, index=names, name="sigma2"),
        nobs=nobs,
        df_resid=model.df_resid,
    )


def _solve(model: GaussianMLE, responses: Array) -> list[LeastSquares]:
    # A factor of the columns beside thousands of responses would be larger than both.
    source, width = model.rows_in_memory(), responses.shape[1]
    return [
        least_squares(
            source.with_endog(np.ascontiguousarray(responses[:, begin : begin + _AT_ONCE])),
            model.constant_column,
        )
        for begin in range(0, width, _AT_ONCE)
    ]
