"""From a model to results: the route, the errors with names in them, the warnings."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    HessianInversionWarning,
    MissingDataError,
    ValueWarning,
)

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.covariance import COVARIANCES
from sm_gaussmle.estimation.errors import (
    CollinearError,
    FitError,
    NonFiniteError,
    PerfectFitError,
    VarianceCollapseError,
)
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.statsmodels_face.inputs import where
from sm_gaussmle.statsmodels_face.optimizers import OPTIMIZERS, named_optimizer
from sm_gaussmle.statsmodels_face.results import GaussianMLEResults, GaussianMLEResultsWrapper

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Options:
    """Arguments of ``fit``, as `GaussianMLE.fit` describes them."""

    start_params: Any
    method: str | None
    maxiter: int
    disp: bool
    callback: Callable[[Array], object] | None
    retall: bool
    cov_type: str
    cov_kwds: dict[str, Any] | None
    use_t: bool | None
    rank_deficient: str
    warn_convergence: bool
    skip_hessian: bool
    optimizer_options: dict[str, Any]


def fit(model: GaussianMLE, options: Options) -> GaussianMLEResultsWrapper:
    """Fit a model and wrap the results.

    Parameters
    ----------
    model : GaussianMLE
        The model; it is not changed.
    options : Options
        Arguments of ``fit``.

    Returns
    -------
    GaussianMLEResultsWrapper
        The results.

    Raises
    ------
    ValueError
        If an option is wrong or the likelihood has no maximum.
    TypeError
        If an option is unknown.
    """
    _check_options(options)
    _enough_rows(model)
    path: list[Array] = []
    try:
        record = _estimate(model, options, path)
    except CollinearError as error:
        if options.rank_deficient != "drop":
            raise FitError(_collinear_message(model, error)) from error
        reduced, dropped = _without_dependent(model, error)
        warnings.warn(_collinear_message(model, error, dropped), ValueWarning, stacklevel=3)
        kept = [model.exog_names.index(name) for name in reduced.exog_names]
        start = options.start_params
        changed = {} if start is None else {"start_params": np.asarray(start)[kept]}
        return fit(reduced, Options(**(vars(options) | changed)))
    except NonFiniteError as error:
        _refuse_non_finite(model, error)
    except PerfectFitError as error:
        raise PerfectFitError(_perfect_message(model)) from error
    except VarianceCollapseError as error:
        raise FitError(_collapse_message(model, error)) from error
    if options.warn_convergence:
        _warn(model, record, options)
    results = GaussianMLEResults(model, record, options, path)
    if options.disp:
        state = "Converged" if record.converged else "Not converged"
        print(  # noqa: T201 - what disp asks for
            f"{state}: {record.reason}.\n"
            f"    log-likelihood {record.loglike:.6f}, {len(record.history) - 1} iterations, "
            f"{record.passes} passes over the data"
        )
    return GaussianMLEResultsWrapper(results)


def _estimate(model: GaussianMLE, options: Options, path: list[Array]) -> Fit:
    source = model.source()
    start = options.start_params
    if start is not None:
        start = model.check_params(start, "start_params")
        if not np.isfinite(start).all():
            raise ValueError(f"`start_params` is {start}; the values must be finite.")
    closed_form = model.exog_scale is None and options.method is None
    if closed_form and (options.maxiter > 0 or start is None):
        return fit_constant_variance(source, model._constant)

    problem = whitened_problem(
        source,
        model._constant,
        0 if model.exog_scale is None else model._constant_scale,
    )

    def each(params: Array) -> None:
        if options.retall:
            path.append(params)
        if options.callback is not None:
            options.callback(params)

    watched = options.callback is not None or options.retall
    optimizer = None
    if options.method is not None and options.maxiter > 0:
        optimizer = named_optimizer(
            options.method,
            maxiter=options.maxiter,
            options=options.optimizer_options,
            callback=(lambda point: each(problem.params(point))) if watched else None,
        )
    return fit_scale_equation(
        problem,
        start,
        maxiter=options.maxiter,
        callback=each if watched else None,
        optimizer=optimizer,
    )


def _check_options(options: Options) -> None:
    if options.method is not None and options.method not in OPTIMIZERS:
        raise ValueError(
            f"`method` is {options.method!r}; it must be None (the default) or one of "
            f"{', '.join(OPTIMIZERS)}."
        )
    known = () if options.method is None else OPTIMIZERS[options.method]
    unknown = sorted(set(options.optimizer_options) - set(known or options.optimizer_options))
    if options.method is None:
        unknown = sorted(options.optimizer_options)
    if unknown:
        raise TypeError(
            f"fit() got unknown arguments {', '.join(unknown)}; "
            + (
                f"method {options.method!r} takes {', '.join(known)}."
                if known
                else "the default method takes no options of its own."
            )
        )
    if options.cov_type not in COVARIANCES:
        raise ValueError(
            f"`cov_type` is {options.cov_type!r}; it must be one of {', '.join(COVARIANCES)}."
        )
    if options.cov_kwds:
        raise TypeError(
            f"`cov_kwds` has {', '.join(options.cov_kwds)}; cov_type {options.cov_type!r} takes "
            "no options."
        )
    if options.rank_deficient not in ("error", "drop"):
        raise ValueError(
            f"`rank_deficient` is {options.rank_deficient!r}; it must be 'error' or 'drop'."
        )
    whole = isinstance(options.maxiter, int | np.integer)
    if not whole or isinstance(options.maxiter, bool) or options.maxiter < 0:
        raise ValueError(
            f"`maxiter` is {options.maxiter!r}; it must be a whole number, zero or more."
        )
    if options.callback is not None and not callable(options.callback):
        raise TypeError(f"`callback` is {options.callback!r}; it must be callable.")


def _enough_rows(model: GaussianMLE) -> None:
    rows, needed = model.endog.shape[0], model.k_exog + 1
    if rows < needed:
        raise FitError(
            f"`endog` has {rows} {'row' if rows == 1 else 'rows'} and `exog` {model.k_exog} "
            "columns: the mean can fit them perfectly, and the variance estimate would be "
            f"zero. At least {needed} rows are needed."
        )


def _collinear_message(
    model: GaussianMLE, error: CollinearError, dropped: list[str] | None = None
) -> str:
    names = model._equation_names(error.equation)
    parts = []
    for place, others in error.dependencies.items():
        if not others:
            parts.append(f"{names[place]!r} is constant or zero")
            continue
        ranked = sorted(others.items(), key=lambda item: -abs(item[1]))[:5]
        combination = " ".join(f"{value:+.4g}*{names[other]}" for other, value in ranked)
        more = " + ..." if len(others) > len(ranked) else ""
        parts.append(f"{names[place]!r} = {combination.removeprefix('+')}{more}")
    what = "; ".join(parts[:5]) + ("; ..." if len(parts) > 5 else "")
    remedy = (
        "Leave out columns, or use fit(rank_deficient='drop')."
        if dropped is None
        else f"Dropped: {', '.join(dropped)}."
    )
    return (
        f"the columns of `{error.equation}` are linearly dependent (up to a constant and "
        f"rounding): {what}. {remedy}"
    )


def _without_dependent(
    model: GaussianMLE, error: CollinearError
) -> tuple[GaussianMLE, list[str]]:
    names = model._equation_names(error.equation)
    dropped = [names[place] for place in sorted(error.dependencies)]
    return model.keep_columns(error.equation, error.kept), dropped


def _refuse_non_finite(model: GaussianMLE, error: NonFiniteError) -> NoReturn:
    index = model.data.row_labels
    for name in ("endog", "exog", "exog_scale"):
        values = getattr(model, name)
        if values is None:
            continue
        table = np.atleast_2d(np.asarray(values, dtype=float).T)
        for place, values_of_column in enumerate(table):
            bad = ~np.isfinite(values_of_column)
            if bad.any():
                label = (
                    "" if name == "endog" else f" column {model._equation_names(name)[place]!r}"
                )
                remedy = "Leave such rows out, or change the transform that makes them."
                if np.isnan(values_of_column).any():
                    remedy = "Use missing='drop' to leave such rows out."
                raise MissingDataError(
                    f"`{name}`{label} is NaN or infinite in {int(bad.sum())} of {len(bad)} rows"
                    f"{where(bad, index)}. {remedy}"
                ) from error
    raise FitError(
        "the sums of squares overflow or the log-likelihood at the starting values is not "
        "finite: some values are too large. Rescale the data, or change `start_params`."
    ) from error


def _perfect_message(model: GaussianMLE) -> str:
    endog = np.asarray(model.endog)
    if (endog == endog[0]).all():
        return (
            f"`endog` is constant ({endog[0]:g} in every row): its variance is zero and the "
            "likelihood has no maximum."
        )
    return (
        f"the columns of the mean reproduce `endog` in all {len(endog)} rows up to rounding: "
        "the variance is zero and the likelihood has no maximum. Is the response computed "
        "from the columns?"
    )


def _collapse_message(model: GaussianMLE, error: VarianceCollapseError) -> str:
    names = model._equation_names("exog_scale")
    index = model.data.row_labels
    rows = np.zeros(model.endog.shape[0], dtype=bool)
    rows[list(error.rows)] = True
    moving = [
        name for name, part in zip(names, error.direction, strict=True) if abs(part) > 0.01
    ]
    return (
        f"the scale equation drives the variance to zero in {len(error.rows)} of {len(rows)} "
        f"rows{where(rows, index)}, which the mean fits exactly: the likelihood is unbounded. "
        f"Parameters running off: {', '.join(moving)}. Simplify the scale equation."
    )


def _warn(model: GaussianMLE, record: Fit, options: Options) -> None:
    if not record.converged:
        warnings.warn(
            f"the fit did not converge: {record.reason}. The score is "
            f"{record.score_norm:.3g} standard errors from zero after "
            f"{len(record.history) - 1} iterations (maxiter={options.maxiter}). See "
            "convergence_report(); inference on these estimates is not valid.",
            ConvergenceWarning,
            stacklevel=4,
        )
    if record.cov_root is None and not options.skip_hessian:
        warnings.warn(
            "the information is not positive definite at the last point, so there are no "
            f"standard errors for {', '.join(model.exog_names)}.",
            HessianInversionWarning,
            stacklevel=4,
        )
