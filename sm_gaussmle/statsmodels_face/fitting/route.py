"""From a model to results: the route, the warnings, the wrapping.

Longer than other modules because it is the one way from options to results.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    HessianInversionWarning,
    ValueWarning,
)

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.errors import CollinearError, FitError, NonFiniteError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.optimize.trust_region import Iteration
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.stream import Stream
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.covariances.covariance_options import (
    CovarianceOptions,
    check_covariance,
)
from sm_gaussmle.statsmodels_face.covariances.robust_results import estimated_covariance
from sm_gaussmle.statsmodels_face.fitting.fit_errors import (
    collinear_columns,
    explain,
    refuse_few_rows,
)
from sm_gaussmle.statsmodels_face.fitting.optimizers import named_optimizer
from sm_gaussmle.statsmodels_face.fitting.options import Options, check_options
from sm_gaussmle.statsmodels_face.results import GaussianMLEResults, GaussianMLEResultsWrapper
from sm_gaussmle.statsmodels_face.streams.stream_errors import own_errors
from sm_gaussmle.statsmodels_face.streams.stream_options import check_stream_options

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_ROUNDING = 1e-2  # standard errors
_CALLER = 4  # frames from the functions that warn up to the caller of the model's fit


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
    check_options(options)
    model.need_rows()
    path: list[Array] = []
    model, options, record, asked = _estimated(model, options, path)
    if options.warn_convergence:
        warn_of_fit(model, record, options)
    model = model.counted()
    if asked is None:  # it took the fit to know how many rows there are
        asked = check_covariance(
            model, options.cov_type, options.cov_kwds, options.use_t, record=record
        )
    found = None
    if options.skip_hessian:
        left_out = "Standard errors were left out (skip_hessian)."
        asked = replace(asked, cov_kwds={"description": left_out})
    elif asked.cov_type != "nonrobust" or asked.scaling_factor != 1.0:
        found = estimated_covariance(model, record, asked)
    results = GaussianMLEResults(model, record, options, path)
    results.use_covariance(asked, found)
    if options.disp:
        state = "Converged" if record.converged else "Not converged"
        print(  # noqa: T201 - what disp asks for
            f"{state}: {record.reason}.\n"
            f"    log-likelihood {record.loglike:.6f}, {len(record.history) - 1} iterations, "
            f"{record.passes} passes over the data"
        )
    return results.wrapped()


def _estimated(
    model: GaussianMLE, options: Options, path: list[Array]
) -> tuple[GaussianMLE, Options, Fit, CovarianceOptions | None]:
    """Fit the model, or what is left of it without dependent columns."""
    asked = None
    # Where dependent columns are still to be left out, the rest may be few enough for the
    # rows. Without any the fit is perfect, and refused as that.
    if not _columns_undecided(model, options):
        asked = _check_before(model, options)
    while True:
        path.clear()
        try:
            with own_errors():
                return model, options, estimate(model, options, path), asked
        except CollinearError as error:
            if _only_evaluates(options):
                return model, options, _only_evaluated(model, options), asked
            model, options = _without_dependent(model, options, error)
            # Fewer columns leave more degrees of freedom.
            asked = _check_before(model, options)
        except FitError as error:
            raise explain(model, error) from error


def _check_before(model: GaussianMLE, options: Options) -> CovarianceOptions | None:
    """Refuse what would fail after the fit."""
    if model.rows_in_passes is not None:
        check_stream_options(model, options)
        return None
    refuse_few_rows(model)
    return check_covariance(model, options.cov_type, options.cov_kwds, options.use_t)


def _only_evaluated(model: GaussianMLE, options: Options) -> Fit:
    """The model at its starting values, where dependent columns allow no more.

    statsmodels asks for this when it puts the estimates of fewer columns into results of
    all columns.
    """
    params = model.check_params(options.start_params, "start_params")
    nan = float("nan")
    loglike = model.loglike(params)
    return Fit(
        params=params,
        cov_root=None,
        loglike=loglike,
        nobs=model.nobs,
        score_norm=nan,
        converged=False,
        reason="evaluated at the starting values; its columns are linearly dependent",
        route="none",
        passes=1,
        digits=nan,
        history=(Iteration(loglike, nan, nan, nan),),
    )


def _columns_undecided(model: GaussianMLE, options: Options) -> bool:
    if model.rows_in_passes is not None:
        return False
    few = model.constant_variance and model.endog.shape[0] <= model.k_exog
    return few and options.rank_deficient == "drop" and not _only_evaluates(options)


def _only_evaluates(options: Options) -> bool:
    started = options.start_params is not None
    return started and options.skip_hessian and not options.maxiter


def estimate(model: GaussianMLE, options: Options, path: list[Array]) -> Fit:
    """Find the maximum by the route that the model and the options call for.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    options : Options
        Arguments of ``fit``.
    path : list of ndarray
        Gets the parameters of each iteration, where they are asked for.

    Returns
    -------
    Fit
        Converged or not.

    Raises
    ------
    NonFiniteError
        If the data are so large or small that products of them overflow.
    """
    source, made = model.source(), 0
    if isinstance(source, Stream):
        source, made = replace(source, shown=options.progress), source.record.passes
    with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is looked at
        fit = _estimate(model, source, options, path)
        if not fit.in_range:
            raise NonFiniteError
    if isinstance(source, Stream):
        fit = replace(fit, passes=source.record.passes - made)
    return fit


def _estimate(
    model: GaussianMLE, source: Memory | Stream, options: Options, path: list[Array]
) -> Fit:
    start = options.start_params
    if start is not None:
        start = model.check_params(start, "start_params")
    closed_form = model.closed_form and options.method is None
    if closed_form and (options.maxiter > 0 or start is None):
        return fit_constant_variance(source, model.constant_column)

    def each(params: Array) -> None:
        if options.retall:
            path.append(params)
        if options.callback is not None:
            options.callback(params)

    watched = options.callback is not None or options.retall
    columns = model.constant_column, model.constant_scale_column
    if options.method is None:
        problem = whitened_problem(
            source,
            *columns,
            start,
            maxiter=options.maxiter,
            callback=each if watched else None,
        )
    else:
        problem = whitened_problem(source, *columns)
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


def _without_dependent(
    model: GaussianMLE, options: Options, error: CollinearError
) -> tuple[GaussianMLE, Options]:
    if options.rank_deficient != "drop":
        raise explain(model, error) from error
    reduced = model.keep_columns(error.equation, error.kept)
    dropped = [
        name
        for place, name in enumerate(model.equation_names(error.equation))
        if place not in error.kept
    ]
    warnings.warn(
        f"{collinear_columns(model, error)} Dropped: {', '.join(dropped)}.",
        ValueWarning,
        stacklevel=_CALLER + 1,
    )
    if options.start_params is not None:
        mean = list(range(model.k_exog))
        scale = list(range(model.k_scale))
        if error.equation == "exog":
            mean = list(error.kept)
        else:
            scale = list(error.kept)
        kept = mean + [model.k_exog + place for place in scale]
        options = replace(options, start_params=np.asarray(options.start_params)[kept])
    return reduced, options


def warn_of_fit(model: GaussianMLE, record: Fit, options: Options) -> None:
    """Warn where a fit is not what was asked for.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    record : Fit
        Its fit.
    options : Options
        Arguments of ``fit``.
    """
    if not record.converged:
        warnings.warn(
            f"the fit did not converge: {record.reason}. The score is "
            f"{record.score_norm:.3g} standard errors from zero after "
            f"{len(record.history) - 1} iterations (maxiter={options.maxiter}"
            f"{'' if options.method else ', which counts rejected steps too'}). See "
            "convergence_report(); inference on these estimates is not valid.",
            ConvergenceWarning,
            stacklevel=_CALLER,
        )
    if record.rounding > _ROUNDING:
        warnings.warn(
            "rounded to floating-point numbers, the parameters can be "
            f"{record.rounding:.2g} standard errors from the maximum: some variances are "
            "too small for columns so far from zero. Subtract a constant from the columns, "
            "or simplify the scale equation.",
            ValueWarning,
            stacklevel=_CALLER,
        )
    if record.cov_root is None and not options.skip_hessian:
        warnings.warn(
            "the information is not positive definite at the last point, so there are no "
            f"standard errors for {some(list(model.exog_names))}.",
            HessianInversionWarning,
            stacklevel=_CALLER,
        )
