"""Fits under linear constraints, for the model class to inherit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.restricted import fit_restricted
from sm_gaussmle.estimation.restriction import Restriction
from sm_gaussmle.estimation.surface import LikelihoodSurface
from sm_gaussmle.estimation.whitened_problem import problem_around
from sm_gaussmle.statsmodels_face.constrained_results import ConstrainedGaussianMLEResults
from sm_gaussmle.statsmodels_face.covariances.covariance_options import check_covariance
from sm_gaussmle.statsmodels_face.covariances.robust_results import estimated_covariance
from sm_gaussmle.statsmodels_face.fitting.fit_errors import explain, refuse_few_rows
from sm_gaussmle.statsmodels_face.fitting.options import Options, check_options
from sm_gaussmle.statsmodels_face.fitting.route import estimate, warn_of_fit
from sm_gaussmle.statsmodels_face.hypotheses.linear_equations import linear_equations
from sm_gaussmle.statsmodels_face.hypotheses.shown_tests import hypotheses

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]


def fit_constrained(model: GaussianMLE, constraints: Any, options: Options) -> Any:
    """Fit a model under linear constraints.

    Parameters
    ----------
    model : GaussianMLE
        The model; it is not changed.
    constraints : str, list of str, dict, array_like or tuple
        Linear equations of the parameters.
    options : Options
        Arguments of ``fit``, for the fit without the constraints.

    Returns
    -------
    GaussianMLEResultsWrapper
        The results.

    Raises
    ------
    ValueError
        If the constraints cannot be read, contradict each other or say something twice,
        or the likelihood has no maximum.
    """
    check_options(options)
    model.need_rows("a fit needs its rows", "fit before remove_data()")
    restriction = Restriction(*linear_equations(constraints, model, "constraints"))
    refuse_few_rows(model)
    check_covariance(model, options.cov_type, options.cov_kwds, options.use_t)
    try:
        free = estimate(model, options, [])
        # Values so far off that they overflow are found where the likelihood is evaluated.
        with np.errstate(over="ignore", invalid="ignore"):
            _refuse_dependent(model, restriction, _root_at_maximum(free))
            problem = problem_around(
                model.source(), model.constant_column, model.constant_scale_column
            )
            record = fit_restricted(LikelihoodSurface.of(free, problem), restriction)
    except FitError as error:
        raise explain(model, error) from error
    if options.warn_convergence:
        warn_of_fit(model, record, options)
    model = model.counted()
    results = ConstrainedGaussianMLEResults(model, record, options)
    asked = check_covariance(
        model, options.cov_type, options.cov_kwds, options.use_t, results.df_resid, record
    )
    found = None
    if asked.cov_type != "nonrobust" or asked.scaling_factor != 1.0:
        found = estimated_covariance(model, record, asked)
    results.use_covariance(asked, found)
    return results.wrapped()


def _root_at_maximum(free: Fit) -> Array:
    if not free.converged or free.cov_root is None:
        raise FitError(
            f"without the constraints the fit did not converge: {free.reason}. The maximum "
            "under them is looked for from there; see fit() and its convergence_report()."
        )
    return free.cov_root


def _refuse_dependent(model: GaussianMLE, restriction: Restriction, root: Array) -> None:
    rows, contradiction = restriction.dependent(root)
    if not rows:
        return
    texts = hypotheses(restriction.matrix, restriction.values, model.data.param_names)
    without = np.flatnonzero(~restriction.matrix.any(axis=1))
    if len(without):
        shown = ", ".join(texts[row] for row in without)
        raise ValueError(
            f"`constraints` has {shown}, in which there is no parameter; leave it out."
        )
    wrong = ", ".join(texts[row] for row in rows)
    says = (
        "cannot all be true: they contradict each other"
        if contradiction
        else f"say the same twice: {wrong} follows from the others; leave it out"
    )
    raise ValueError(f"`constraints` {', '.join(texts)} {says}.")
