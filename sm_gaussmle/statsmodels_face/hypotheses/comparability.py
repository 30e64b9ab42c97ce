"""What has to hold before likelihoods are compared, and why not where it does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.inference.likelihood_ratio import LowerMaximumError, ratio_statistic
from sm_gaussmle.inference.nested import outside
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.hypotheses.compared_fit import ComparedFit, Equation

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
    mine, its = fit.fingerprint, other.fingerprint
    if mine == its:
        return
    what = "responses" if mine.responses != its.responses else "`freq_weights`"
    why = ""
    if mine.rows != its.rows:
        why = (
            f" ({its.rows} rows against {mine.rows}; rows with missing values are dropped for "
            "each model by itself: drop them first)"
        )
    there, here = (other, fit) if fit.passes is None else (fit, other)
    if there.passes is not None and here.passes is None:
        raise ValueError(
            f"the rows of {there.name} are read in passes and those of {here.name} are not: "
            "whether they are the same cannot be told. Fit both models to the same data."
        )
    raise ValueError(
        f"{other.name} has other {what} than {fit.name}{why}, or in another order, or censored otherwise: "
        "likelihoods of different data cannot be compared."
    )


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


def check_pair(null: ComparedFit, alternative: ComparedFit, nested: str) -> None:
    """Refuse pairs whose likelihood ratio is not chi-squared.

    Parameters
    ----------
    null, alternative : ComparedFit
        The smaller and the larger model.
    nested : {"check", "assume"}
        Whether to look at the columns.

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
    if nested == "check":
        if null.passes is not None and alternative.passes is not None:
            why = null.passes.not_nested_in(alternative.passes)
        else:
            why = not_nested(null, alternative)
        if why:
            raise ValueError(
                f"{null.name} is not nested in {alternative.name}: {why}. Compare `aic` "
                "instead, or pass nested='assume' if it is a special case all the same."
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
    if null.distribution != alternative.distribution:
        why = f"its distribution is {null.distribution}, not {alternative.distribution}"
        if {null.distribution, alternative.distribution.split(" (")[0]} == {
            "poisson",
            "negative binomial",
        }:
            why += ", which has it at the boundary alpha=0 only, where the p-value is too large"
        return why
    # Constraints of the smaller model alone make it smaller still.
    if alternative.across:
        return f"the constraints of {alternative.name} are across equations"
    larger = alternative.equations()
    for name, small in null.equations().items():
        large = larger[name]
        if small.link != large.link:
            return f"the link of `{name}` is {small.link}, not {large.link}"
        others = [
            place
            for place, column in enumerate(small.columns.T)
            if not _is_among(column, large.columns)
        ]
        new = small.columns[:, others]
        wrong = [small.names[others[place]] for place in _beyond(new, large.columns)]
        if wrong:
            return f"{some(wrong)} of `{name}` is no combination of its columns"
        if _known_part_differs(small, large):
            part = "offset" if name == "exog" else "offset or weights"
            return (
                f"it has another {part} in `{name}`, by what is no combination of its columns"
            )
    return ""


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
