"""What each kind of bootstrap draws from a fit, and where it has no meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.inference.bootstrap_intervals import jackknife_acceleration
from sm_gaussmle.inference.leverage import leverages
from sm_gaussmle.inference.refits import without_each_row
from sm_gaussmle.inference.resampling_chunks import chunk_size
from sm_gaussmle.inference.resampling_plans import (
    DrawnResiduals,
    Groups,
    NormalErrors,
    Rows,
    WildErrors,
)
from sm_gaussmle.statsmodels_face.arguments.coercion import where
from sm_gaussmle.statsmodels_face.arguments.row_labels import group_codes
from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.hypotheses.resampled_model import with_counts

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.hypotheses.replication import Replication

Array = NDArray[np.float64]

AnyPlan = Rows | Groups | NormalErrors | DrawnResiduals | WildErrors
KINDS = ("case", "parametric", "residual", "wild", "cluster")
_WILD_WEIGHTS = ("rademacher", "mammen")
# Below which a sample of groups says little of how they differ (Cameron, Gelbach and Miller
# 2008, doi:10.1162/rest.90.3.414).
_FEW_GROUPS = 20
# Fits of the jackknife by groups. Its acceleration has a standard error of 0.65/200, which
# moves the level of a 95 % interval's end by a fifth of what 1,000 replicates do.
_JACKKNIFE_FITS = 200


def check_kind(results: Any, kind: Any, groups: Any, wild_weights: Any) -> None:
    """Refuse a bootstrap that has no meaning for the fit.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    kind, groups, wild_weights : object
        Arguments of ``bootstrap``.

    Raises
    ------
    ValueError
        If a choice is not allowed, or the fit does not allow it.
    """
    choice(kind, "kind", KINDS)
    choice(wild_weights, "wild_weights", _WILD_WEIGHTS)
    if not results.converged or results.fit_record.cov_root is None:
        raise ValueError(
            "the fit did not reach a maximum, and there is nothing that replicates could "
            f"be compared with: {results.fit_record.reason}. Fit again with a larger `maxiter` "
            "or other `start_params`."
        )
    model = results.model
    if (kind == "cluster") != (groups is not None):
        given = "`groups` are given" if groups is not None else "`groups` is None"
        raise ValueError(
            f"`kind` is {kind!r} and {given}; whole groups are drawn with kind='cluster' and "
            "the labels of the groups, and only then."
        )
    if kind == "wild" and not model.constant_variance:
        raise ValueError(
            "`kind` is 'wild', but the model has a scale equation: residuals times random "
            "signs keep their squares, so that its estimates would hardly change. Use 'case', "
            "or the mean equation alone, for which 'wild' is valid whatever the variances."
        )
    if kind in ("residual", "wild") and not model.exact_responses:
        raise ValueError(
            f"`kind` is {kind!r}, but the responses are {model.scheme}, and not every row has a "
            "residual. Use 'case' or 'parametric'."
        )
    if kind == "parametric" and model.interval_response:
        raise ValueError(
            "`kind` is 'parametric', but the responses are intervals, and between which limits "
            "others would have been seen is not known. Use 'case'."
        )
    counts = model.freq_weights
    if counts is not None and (counts != np.rint(counts)).any():
        raise ValueError(
            "`freq_weights` are not all whole numbers, so that rows cannot be drawn as "
            "often as they were seen. Use var_weights, or round them."
        )


def drawn_model(model: Any, kind: str) -> Any:
    """The model whose rows are drawn, or get new responses.

    Parameters
    ----------
    model : GaussianMLE
        Model of the fit.
    kind : str
        One of `KINDS`.

    Returns
    -------
    GaussianMLE
        Where responses are drawn, each of the observations that a frequency weight stands
        for has a row, for each has an error of its own.
    """
    if kind in ("case", "cluster") or model.freq_weights is None:
        return model
    return with_counts(model, model.freq_weights, repeated=True)


def plan_of(results: Any, drawn: Any, kind: str, groups: Any, wild_weights: str) -> AnyPlan:
    """How the replicates are drawn.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    drawn : GaussianMLE
        From `drawn_model`.
    kind, groups, wild_weights : object
        Arguments of ``bootstrap``, checked.

    Returns
    -------
    Plan
        Draws counts of the rows, or errors.

    Raises
    ------
    ValueError
        If there are fewer than two groups, or a residual is zero whatever its response.
    """
    rows = len(drawn.endog)
    if kind == "case":
        return Rows(rows, drawn.freq_weights)
    if kind == "cluster":
        (codes,) = group_codes(drawn, groups, ways=1)
        if codes.max() < 1:
            raise ValueError("`groups` puts all rows into one group; it takes at least two.")
        return Groups(codes, drawn.freq_weights)
    if kind == "parametric":
        return NormalErrors(rows)
    residuals = leverages(np.asarray(results.params), drawn.source().rows).standardized
    fixed = np.isnan(residuals)
    if fixed.any():
        raise ValueError(
            f"`kind` is {kind!r}, which draws residuals, but those of {int(fixed.sum())} of "
            f"{rows} rows{where(fixed, drawn.data.row_labels)} are zero whatever the response: "
            "they alone decide about a coefficient. Leave it out, or use 'parametric'."
        )
    if kind == "residual":
        return DrawnResiduals(residuals - residuals.mean())
    return WildErrors(residuals, wild_weights)


def described(plan: AnyPlan) -> str:
    """What was drawn, for the reader of a table.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    str
        One sentence.
    """
    if isinstance(plan, Rows):
        return "Rows were drawn whole; valid for independent rows."
    if isinstance(plan, Groups):
        groups = int(plan.codes.max()) + 1
        few = " and many of them: with so few intervals are too short" * (groups < _FEW_GROUPS)
        return f"{groups} groups of rows were drawn whole; valid for independent groups{few}."
    if isinstance(plan, NormalErrors):
        return "Responses were drawn from the model at its estimates; valid if it is right."
    if isinstance(plan, DrawnResiduals):
        return "Standardised residuals were drawn; valid if the variance equation is right."
    name = plan.weights.capitalize()
    return f"Residuals times {name}'s weights; valid for the mean whatever the variances."


def accelerations(results: Any, replication: Replication, nrep: int) -> Array | None:
    """Accelerations of BCa intervals, where rows or groups are drawn.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    replication : Replication
        Fits the samples of the jackknife.
    nrep : int
        Number of replicates.

    Returns
    -------
    ndarray, shape (p,), or None
        Parameters when rows are drawn: each row is left out without fitting again, exactly
        with constant variance and by one step with a scale equation. Otherwise each group
        is left out with a fit, rows and groups beyond 200 (and beyond the number of
        replicates) together with others.
    """
    model = replication.model
    plan: Any = replication.plan
    if not plan.of_rows:
        return None
    quick = model.exact_responses and replication.statistic.function is None
    if isinstance(plan, Rows) and quick:
        deleted = without_each_row(
            np.asarray(results.params),
            results.fit_record.cov_root,
            replication.rows,
            constant_variance=model.constant_variance,
        )
        return jackknife_acceleration(deleted, model.freq_weights)
    rows = len(model.endog)
    codes = plan.codes if isinstance(plan, Groups) else np.arange(rows)
    units = min(int(codes.max()) + 1, _JACKKNIFE_FITS, max(nrep, 2))
    copies = np.ones(rows) if model.freq_weights is None else model.freq_weights
    part = codes % units
    size = chunk_size(rows)
    parts = [np.arange(first, min(first + size, units)) for first in range(0, units, size)]
    left_out = [
        replication.each(np.where(part == numbers[:, None], 0.0, copies)) for numbers in parts
    ]
    return jackknife_acceleration(np.vstack(left_out))
