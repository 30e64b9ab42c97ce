"""What has to hold before likelihoods are compared, and why not where it does not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.constant import spans_constant
from sm_gaussmle.inference.data_fingerprint import DataFingerprint
from sm_gaussmle.inference.likelihood_ratio import LowerMaximumError, ratio_statistic
from sm_gaussmle.inference.nested import outside
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.hypotheses.compared_fit import (
    NORMAL,
    ComparedFit,
    Equation,
)
from sm_gaussmle.statsmodels_face.streams.row_digests import row_digests
from sm_gaussmle.statsmodels_face.streams.summed_columns import EQUATIONS, SummedColumns

Array = NDArray[np.float64]

# Rounding of logarithms and sums of two, in units of their size.
_ROUNDING = 1e-14


def check_same_data(fit: ComparedFit, other: ComparedFit) -> None:
    """Refuse fits of other rows, responses or frequency weights.

    Parameters
    ----------
    fit, other : ComparedFit
        The fits.

    Raises
    ------
    ValueError
        If their data differ.
    """
    mine, its = _fingerprints(fit, other)
    if mine == its:
        return
    what = "responses" if mine.responses != its.responses else "`freq_weights`"
    why = ""
    if mine.rows != its.rows:
        why = (
            f" ({its.rows} rows against {mine.rows}; rows with missing values are dropped for "
            "each model by itself: drop them first)"
        )
    order = "" if (fit.passes or other.passes) else ", or in another order"
    raise ValueError(
        f"{other.name} has other {what} than {fit.name}{why}{order}, or censored otherwise: "
        "likelihoods of different data cannot be compared."
    )


def _fingerprints(
    fit: ComparedFit, other: ComparedFit
) -> tuple[DataFingerprint, DataFingerprint]:
    """Digests of both, without the order of the rows where one is read in passes."""
    found = fit.fingerprint, other.fingerprint
    if (fit.passes is None) == (other.passes is None):
        return found
    mine, its = (
        print_ if each.passes is not None else _unordered(each)
        for each, print_ in zip((fit, other), found, strict=True)
    )
    return mine, its


def _unordered(fit: ComparedFit) -> DataFingerprint:
    if fit.distribution != NORMAL:
        return fit.fingerprint  # which no digest of responses in passes is like
    rows = fit.rows()
    return DataFingerprint(len(rows.endog), *row_digests(rows, (0, 0)).digests)


def check_maximum(fit: ComparedFit) -> None:
    """Refuse a fit that is at no maximum.

    Parameters
    ----------
    fit : ComparedFit
        The fit.

    Raises
    ------
    ValueError
        If it did not converge.
    """
    if not fit.converged or not np.isfinite(fit.llf):
        raise ValueError(f"{fit.name} did not converge; its log-likelihood is no maximum.")


def check_pair(null: ComparedFit, alternative: ComparedFit, nested: str | None) -> None:
    """Refuse pairs whose likelihood ratio is not chi-squared.

    Parameters
    ----------
    null, alternative : ComparedFit
        The smaller and the larger model.
    nested : {"check", "assume"} or None
        Whether to look at the columns; None where this is no option of the caller's: they
        are looked at.

    Raises
    ------
    ValueError
        If a fit is at no maximum or has a robust covariance, the data differ, or one model
        is no special case of the other.
    """
    for fit in (alternative, null):
        check_maximum(fit)
        if fit.robust:
            raise ValueError(
                f"{fit.name} has the robust covariance {fit.cov_type!r}: where that is "
                "needed, the likelihood ratio is not chi-squared. Use wald_test() or "
                "score_test(), or fit with cov_type='nonrobust'."
            )
    check_same_data(alternative, null)
    if nested != "assume":
        why = not_nested(null, alternative)
        if why:
            remedy = "Compare `aic` instead"
            if null.k_params > alternative.k_params:
                remedy = "Is it the other way round? If not, compare `aic` instead"
            if nested == "check":
                remedy += ", or pass nested='assume' if it is a special case all the same"
            raise ValueError(
                f"{null.name} is not nested in {alternative.name}: {why}. {remedy}."
            )
    if null.k_params >= alternative.k_params:
        raise ValueError(
            f"{null.name} has {null.k_params} parameters and {alternative.name} "
            f"{alternative.k_params}: there is nothing to test. Is it the other way round?"
        )


def not_nested(null: ComparedFit, alternative: ComparedFit) -> str:
    """Why one model is no special case of another, as far as its columns tell.

    Parameters
    ----------
    null, alternative : ComparedFit
        The smaller and the larger model.

    Returns
    -------
    str
        Empty where it is one.
    """
    if null.passes is not None and alternative.passes is not None:
        return null.passes.not_nested_in(alternative.passes)
    if null.passes is not None or alternative.passes is not None:
        return next(_unlike(null, alternative), "")
    return next(_reasons(null, alternative), "")


def _reasons(null: ComparedFit, alternative: ComparedFit) -> Iterator[str]:
    """Why one model is no special case of another, both in memory: the first one counts."""
    if null.distribution != alternative.distribution:
        why = f"its distribution is {null.distribution}, not {alternative.distribution}"
        if {null.distribution, alternative.distribution.split(" (")[0]} == {
            "poisson",
            "negative binomial",
        }:
            why += ", which has it at the boundary alpha=0 only, where the p-value is too large"
        yield why
    # Constraints of the smaller model alone make it smaller still.
    if alternative.across:
        yield f"the constraints of {alternative.name} are across equations"
    larger = alternative.equations()
    for name, small in null.equations().items():
        large = larger[name]
        if small.link != large.link:
            yield f"the link of `{name}` is {small.link}, not {large.link}"
        others = [
            place
            for place, column in enumerate(small.columns.T)
            if not _is_among(column, large.columns)
        ]
        new = small.columns[:, others]
        wrong = [small.names[others[place]] for place in _beyond(new, large.columns)]
        if wrong:
            yield f"{some(wrong)} of `{name}` is no combination of its columns"
        if _known_part_differs(small, large):
            part = "offset" if name == "exog" else "offset or weights"
            yield f"it has another {part} in `{name}`, by what is no combination of its columns"


def _unlike(null: ComparedFit, alternative: ComparedFit) -> Iterator[str]:
    """Why columns are not seen to be among others, where the rows of one fit alone are here."""
    if alternative.passes is not None and alternative.passes.constrained:
        yield "the larger model has constraints, and its rows are not in memory"
    mine, its = (_summed(each) for each in (null, alternative))
    yield from mine.known_differs(its)
    for equation in EQUATIONS:
        missing = mine.missing_in(its, equation)
        if missing:
            yield (
                f"{some(missing)} of `{equation}` is none of its columns by name and values, and "
                "the rows of one fit alone are in memory, so that combinations of columns cannot "
                "be told; fit both models to the same data"
            )


def _summed(fit: ComparedFit) -> SummedColumns:
    if fit.passes is not None:
        return fit.passes.columns
    rows = fit.rows()
    constant = rows.exog_scale.shape[1] == 1 and bool((rows.exog_scale == 1.0).all())
    mean, scale = fit.equations().values()
    return SummedColumns(
        {"exog": mean.names, "exog_scale": [_inner(name) for name in scale.names]},
        row_digests(rows, (rows.exog.shape[1], 0 if constant else len(scale.names))).columns,
        constant_scale=constant or bool(spans_constant(rows.exog_scale)),
    )


def _inner(name: str) -> str:
    return name.removeprefix("ln(sigma2)[").removesuffix("]")


def _beyond(columns: Array, space: Array) -> list[int]:
    """Which columns are no combinations of others, of which there may be none."""
    if not columns.shape[1] or not space.shape[1]:
        return list(range(columns.shape[1]))
    return [int(place) for place in np.flatnonzero(outside(columns, space))]


def _is_among(column: Array, columns: Array) -> bool:
    """Whether a column is one of some, which is quicker to see than a projection."""
    first = slice(0, 64)
    alike = np.flatnonzero((column[first, None] == columns[first]).all(axis=0))
    return any(bool((column == columns[:, place]).all()) for place in alike)


def _known_part_differs(small: Equation, large: Equation) -> bool:
    zeros = np.zeros(len(small.columns))
    mine, its = (zeros if each.known is None else each.known for each in (small, large))
    difference, size = mine - its, np.abs(mine).max() + np.abs(its).max()
    if np.abs(difference).max() <= _ROUNDING * size:
        return False
    return bool(_beyond(difference[:, None], large.columns))


def ratio(null: ComparedFit, alternative: ComparedFit) -> float:
    """Likelihood-ratio statistic of two fits that were checked.

    Parameters
    ----------
    null, alternative : ComparedFit
        The smaller and the larger model.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    ValueError
        If the larger model has the lower likelihood.
    """
    try:
        return ratio_statistic(null.llf, alternative.llf, alternative.nobs)
    except LowerMaximumError as error:
        raise ValueError(
            f"the log-likelihood of {null.name}, {null.llf:.10g}, is above that of "
            f"{alternative.name}, {alternative.llf:.10g}, which has it as a special case: "
            f"{alternative.name} is at a lower maximum, which start_params near the restricted "
            "estimates would leave, or the models are not nested."
        ) from error
