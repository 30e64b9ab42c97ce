"""What plots of residuals need of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.removed_data import present

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ResidualRows:
    """Residuals of the rows, with what they are drawn against.

    Attributes
    ----------
    resid : ndarray, shape (n,)
        Quantile residuals.
    fitted : ndarray, shape (n,)
        Means, of latent responses where not all are seen exactly.
    scale : ndarray, shape (n,)
        Standard deviations.
    weights : ndarray, shape (n,), or None
        Frequency weights.
    names : Index, length n
        Labels of the rows.
    drawn : bool
        Whether some residuals are partly random.
    """

    resid: Array
    fitted: Array
    scale: Array
    weights: Array | None
    names: pd.Index
    drawn: bool

    @classmethod
    def of(cls, result: GaussianMLEResults, name: str, rng: Any) -> ResidualRows:
        """Residuals of the rows of a fit.

        Parameters
        ----------
        result : GaussianMLEResults
            The fit.
        name : str
            The plot, for errors.
        rng : int or numpy.random.Generator
            For residuals that are partly random.

        Returns
        -------
        ResidualRows
            Of its rows.
        """
        need_rows(result, name)
        model = result.model
        return cls(
            result.get_resid_quantile(rng),
            np.asarray(result.fittedvalues),
            np.asarray(model.predict(result.params, which="scale")),
            model.freq_weights,
            row_names(result),
            not model.exact_responses and model.response_counts["exact"] != result.nobs,
        )

    @property
    def label(self) -> str:
        """What the residuals are called on an axis."""
        return "Quantile residual" + (" (one draw)" if self.drawn else "")


def need_rows(result: GaussianMLEResults, name: str) -> None:
    """Refuse a plot of rows where there are none.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.
    name : str
        The plot.

    Raises
    ------
    DataRemovedError
        If `remove_data` has dropped them.
    RowsElsewhereError
        If they are read in passes.
    """
    present(result.model.endog, f"{name} draws its rows", "call it before remove_data()")


def row_names(result: GaussianMLEResults) -> pd.Index:
    """Labels of the rows of a fit.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.

    Returns
    -------
    Index, length n
        Their numbers, from 0, where they have no labels.
    """
    labels = result.model.data.row_labels
    return pd.RangeIndex(len(result.model.endog)) if labels is None else pd.Index(labels)


def response_name(result: GaussianMLEResults) -> str:
    """What the response is called on an axis.

    Parameters
    ----------
    result : GaussianMLEResults
        The fit.

    Returns
    -------
    str
        Its name; of intervals those of both ends.
    """
    return str(result.model.endog_names)
