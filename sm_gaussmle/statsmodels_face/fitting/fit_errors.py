"""Why a fit failed, with the names of rows, columns and arguments in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.estimation.errors import (
    CollinearError,
    FitError,
    LeverageError,
    NonFiniteError,
    PerfectFitError,
    SingularScoresError,
    StartError,
    UnboundedError,
    VarianceCollapseError,
)
from sm_gaussmle.statsmodels_face.arguments.coercion import some, where
from sm_gaussmle.statsmodels_face.arguments.limits import LIMITS
from sm_gaussmle.statsmodels_face.fitting.limit_errors import (
    NO_MAXIMUM_WITH_LIMITS,
    no_maximum_with_limits,
)
from sm_gaussmle.statsmodels_face.streams.stream_errors import explained_in_passes

if TYPE_CHECKING:
    from sm_gaussmle.sources.stream import Stream
    from sm_gaussmle.statsmodels_face.model import GaussianMLE


_START = (
    "the log-likelihood is not finite at `start_params`, or after the steps of the named method "
    "from there. Choose values nearer to the data, or leave `start_params` or `method` out."
)


def explain(model: GaussianMLE, error: FitError) -> Exception:
    """Put names into an error of the estimation.

    Parameters
    ----------
    model : GaussianMLE
        The model that could not be fitted.
    error : FitError
        What the estimation says.

    Returns
    -------
    Exception
        The error to raise.
    """
    stream = model.rows_in_passes
    if stream is not None:
        return _explained_in_passes(model, stream, error)
    if isinstance(error, CollinearError):
        remedy = "Leave out columns, or use fit(rank_deficient='drop')."
        explained: Exception = FitError(f"{collinear_columns(model, error)} {remedy}")
    elif isinstance(error, NonFiniteError):
        explained = non_finite(model, {"`endog`": model.endog})
    elif isinstance(error, StartError):
        explained = FitError(_START)
    elif isinstance(error, PerfectFitError):
        explained = PerfectFitError(_perfect(model))
    elif isinstance(error, NO_MAXIMUM_WITH_LIMITS):
        to_zero = isinstance(error, UnboundedError) and not error.variance
        kind = PerfectFitError if to_zero else FitError
        explained = kind(no_maximum_with_limits(model, error))
    elif isinstance(error, SingularScoresError):
        explained = FitError(_singular_scores(model, error))
    elif isinstance(error, LeverageError):
        explained = FitError(_leverage_one(model))
    elif isinstance(error, VarianceCollapseError):
        explained = FitError(_collapse(model, error))
    else:
        explained = error
    return explained


def _explained_in_passes(model: GaussianMLE, stream: Stream, error: FitError) -> Exception:
    if isinstance(error, CollinearError) and stream.tally.n_rows <= model.k_exog:
        error = PerfectFitError(str(error))  # of so few rows any columns are dependent
    if isinstance(error, CollinearError):
        return FitError(f"{collinear_columns(model, error)} Leave out columns.")
    if isinstance(error, StartError):
        return FitError(_START)
    if isinstance(error, SingularScoresError):
        return FitError(_singular_scores(model, error))
    text = explained_in_passes(model, stream, error)
    if text is None:
        return error
    if isinstance(error, NonFiniteError):
        return MissingDataError(text) if "infinite" in text else FitError(text)
    perfect = isinstance(error, PerfectFitError)
    perfect = perfect or (isinstance(error, UnboundedError) and not error.variance)
    return PerfectFitError(text) if perfect else FitError(text)


def refuse_few_rows(model: GaussianMLE) -> None:
    """Refuse a model that the mean alone can fit perfectly.

    Parameters
    ----------
    model : GaussianMLE
        The model.

    Raises
    ------
    PerfectFitError
        If there are not more rows than columns of the mean.
    FitError
        If there are not more rows than parameters where the variance has an equation.
    """
    if model.rows_in_passes is not None:
        return  # it takes a pass to count them, which finds that the fit is perfect too
    rows, needed = model.endog.shape[0], model.k_exog + 1
    if not model.constant_variance and needed <= rows <= model.nparams:
        raise FitError(
            f"`endog` has {rows} rows and the model {model.nparams} parameters "
            f"({model.k_exog} of the mean, {model.k_scale} of the log variance): the "
            "likelihood would be unbounded. Simplify the scale equation."
        )
    if rows < needed:
        raise PerfectFitError(_perfect(model))


def collinear_columns(model: GaussianMLE, error: CollinearError) -> str:
    """Say which columns depend on which.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    error : CollinearError
        Positions and coefficients.

    Returns
    -------
    str
        A sentence.
    """
    names = model.equation_names(error.equation)
    parts = []
    for place, others in error.dependencies.items():
        if not others:
            parts.append(f"{names[place]!r} {_constant_column(model, error, place)}")
            continue
        ranked = sorted(others.items(), key=lambda item: -abs(item[1]))[:5]
        combination = " ".join(f"{value:+.4g}*{names[other]}" for other, value in ranked)
        more = " + ..." if len(others) > len(ranked) else ""
        parts.append(f"{names[place]!r} = {combination.removeprefix('+')}{more}")
    what = "; ".join(parts[:5]) + ("; ..." if len(parts) > 5 else "")
    return (
        f"the columns of `{error.equation}` are linearly dependent (up to a constant and "
        f"rounding): {what}."
    )


def _constant_column(model: GaussianMLE, error: CollinearError, place: int) -> str:
    mean = error.equation == "exog"
    rows = model.source().prototype
    columns = rows.exog if mean else rows.exog_scale
    constant = model.constant_column if mean else model.constant_scale_column
    value = columns[0, place]
    if constant is None or value == 0:
        return (
            "is zero in every row (if it is a category that no row has: leave it out with "
            ".cat.remove_unused_categories())"
        )
    names = model.equation_names(error.equation)
    return f"= {value / columns[0, constant]:.4g}*{names[constant]}"


def non_finite(model: GaussianMLE, responses: dict[str, Any], remedy: str = "") -> Exception:
    """Find the values that are not finite, or are too large or small to be squared.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    responses : dict of str to array_like
        Responses by the name that an error gives them.
    remedy : str, optional
        What to do about it.

    Returns
    -------
    Exception
        Names the first column with such values, and the rows.
    """
    named = {name: np.asarray(values, dtype=float) for name, values in responses.items()}
    for equation, table in (("exog", model.exog), ("exog_scale", model.exog_scale)):
        if table is not None:
            for name, values in zip(
                model.equation_names(equation), np.asarray(table, dtype=float).T, strict=True
            ):
                named[f"`{equation}` column {name!r}"] = values
    for name, values in named.items():
        ends = values.ndim == 2  # of intervals; those that are open are infinite
        bad = np.isnan(values).any(axis=1) if ends else ~np.isfinite(values)
        if not bad.any():
            continue
        if not remedy and np.isnan(values).any():
            remedy = "Use missing='drop' to leave such rows out."
        remedy = remedy or "Leave such rows out, or change the transform that makes them."
        return MissingDataError(
            f"{name} is NaN{'' if ends else ' or infinite'} in {int(bad.sum())} of {len(bad)} rows"
            f"{where(bad, model.data.row_labels)}. {remedy}"
        )
    for name in ("offset", "offset_scale", "var_weights", "freq_weights", *LIMITS):
        if getattr(model, name) is not None:
            named[f"`{name}`"] = getattr(model, name)
    sizes = {n: float(np.abs(v[np.isfinite(v)]).max(initial=0.0)) for n, v in named.items()}
    far = sorted((n for n in sizes if sizes[n]), key=lambda n: -abs(np.log(sizes[n])))
    extreme = [n for n in far if not 1e-130 < sizes[n] < 1e130]
    # If the squares of none are out of range, the products of some are.
    shown = some([f"{n} (up to {sizes[n]:.3g})" for n in extreme or far[:3]])
    return FitError(
        f"the {'squares' if extreme else 'products'} of {shown} are out of the range of "
        "floating-point numbers. Rescale the data."
    )


def _perfect(model: GaussianMLE) -> str:
    endog = np.asarray(model.endog)
    rows, columns = len(endog), model.k_exog
    if rows <= columns:
        independent = "linearly independent " if model.dropped_columns else ""
        return (
            f"`endog` has {rows} {'row' if rows == 1 else 'rows'} and `exog` {columns} "
            f"{independent}{'column' if columns == 1 else 'columns'}: the mean can fit them "
            f"perfectly, and the variance estimate would be zero. At least {columns + 1} rows "
            "are needed."
        )
    if not model.exact_responses:
        return no_maximum_with_limits(model, UnboundedError(0.0))
    if (endog == endog[0]).all():
        return (
            f"`endog` is constant ({endog[0]:g} in every row): its variance is zero and the "
            "likelihood has no maximum."
        )
    return (
        f"the columns of the mean reproduce `endog` in all {rows} rows up to rounding: "
        "the variance is zero and the likelihood has no maximum. Is the response computed "
        "from the columns?"
    )


def _collapse(model: GaussianMLE, error: VarianceCollapseError) -> str:
    names = model.equation_names("exog_scale")
    rows = np.zeros(model.endog.shape[0], dtype=bool)
    rows[list(error.rows)] = True
    moving = [
        name for name, part in zip(names, error.direction, strict=True) if abs(part) > 0.01
    ]
    return (
        f"the scale equation drives the variance to zero in {len(error.rows)} of {len(rows)} "
        f"rows{where(rows, model.data.row_labels)}, which the mean fits exactly: the "
        f"likelihood is unbounded. Parameters running off: {some(moving)}. Simplify the "
        "scale equation."
    )


def _singular_scores(model: GaussianMLE, error: SingularScoresError) -> str:
    largest = max(abs(part) for part in error.direction)
    parts = zip(model.exog_names, error.direction, strict=True)
    names = [name for name, part in parts if abs(part) > 0.1 * largest]
    return (
        f"`cov_type` 'opg' has no inverse: the scores of the {model.source().n_rows} rows say "
        f"nothing about a combination of {some(names)}. Use cov_type='nonrobust' or 'HC0'."
    )


def _leverage_one(model: GaussianMLE) -> str:
    source = model.source()
    known = source.rows.log_variance_offset
    weights = np.ones(source.n_rows) if known is None else np.exp(-known)
    frequencies = np.ones(source.n_rows) if model.freq_weights is None else model.freq_weights
    basis = np.linalg.qr(model.exog * np.sqrt(weights * frequencies)[:, None])[0]
    remainder = 1.0 - (basis * basis).sum(axis=1) / frequencies
    rows = remainder < max(1e-9, 2.0 * remainder.min())
    return (
        f"`cov_type` 'HC2' and 'HC3' divide residuals by 1 - leverage, which is zero in "
        f"{int(rows.sum())} of {len(rows)} rows{where(rows, model.data.row_labels)}: their "
        "responses are fitted exactly whatever they are. Use cov_type='HC1' or 'HC0'."
    )
