"""Maximum-likelihood fits of other models of statsmodels, as partners in comparisons."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.base.elastic_net import RegularizedResults
from statsmodels.discrete.discrete_model import Logit, NegativeBinomial, Poisson, Probit
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.othermod.betareg import BetaModel
from statsmodels.regression.linear_model import OLS, WLS

from sm_gaussmle.estimation.constant_variance import PERFECT_FIT
from sm_gaussmle.inference.data_fingerprint import data_fingerprint
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.hypotheses.compared_fit import (
    NORMAL,
    ComparedFit,
    Equation,
    compared_fit,
)
from sm_gaussmle.statsmodels_face.reading.table_text import one_line
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

_NO_LIKELIHOOD = {
    "GEE": "it solves estimating equations and has no likelihood",
    "RLM": "it minimises a robust norm of the residuals and has no likelihood",
    "QuantReg": "it minimises absolute deviations, and its `llf` is no maximum of a likelihood",
    "GLS": "its rows are correlated, which these comparisons do not know of",
    "GLSAR": "its rows are correlated, which these comparisons do not know of",
    "GLMGam": "its estimates are penalised and do not maximise the likelihood",
}


def as_compared(results: Any, name: str) -> ComparedFit:
    """What a comparison needs to know of a fit.

    Parameters
    ----------
    results : results of a fit
        Of `GaussianMLE`, or of another model of statsmodels that maximises a likelihood.
    name : str
        What errors call it.

    Returns
    -------
    ComparedFit
        Its likelihood.

    Raises
    ------
    TypeError
        If it is of a model that does not maximise a likelihood, or no fit.
    ValueError
        If this fit did not maximise one.
    """
    plain = getattr(results, "_results", results)
    if isinstance(plain, ResultPart):
        return compared_fit(plain, name)
    kind = type(getattr(plain, "model", None))
    if kind not in _MAKERS:
        why = _NO_LIKELIHOOD.get(kind.__name__, "it is none of those")
        raise TypeError(
            f"{name} is a {type(results).__name__}; comparisons take fits of GaussianMLE and of "
            f"{', '.join(each.__name__ for each in _MAKERS)} in statsmodels: {why}."
        )
    _refuse_other_estimates(plain, name)
    model = plain.model
    present(model.endog, "fits cannot be compared", "compare them before remove_data()")
    triangle = np.linalg.qr(model.exog, mode="r")  # small, and of the same rank
    if np.linalg.matrix_rank(triangle) < model.exog.shape[1]:
        raise ValueError(
            f"{name} has linearly dependent columns, so that its parameters cannot be counted; "
            "leave some of them out."
        )
    return _MAKERS[kind](plain, name)


def _refuse_other_estimates(results: Any, name: str) -> None:
    """Refuse estimates that are not where the likelihood of the model is largest."""
    penalised = (
        isinstance(results, RegularizedResults)
        or type(results).__name__.startswith("L1")
        or getattr(results, "regularized", False)
    )
    if penalised:
        raise ValueError(
            f"{name} has penalised estimates, at which the likelihood is not largest. Use fit()."
        )
    # Discrete models leave one mark of it, GLM another.
    if getattr(results, "k_constr", 0) or getattr(results, "constraints", None) is not None:
        raise ValueError(
            f"{name} comes from fit_constrained(): its columns do not show which model it is. "
            "Put the constraint into the columns and an offset, and use fit()."
        )


def _least_squares(results: Any, name: str) -> ComparedFit:
    model = results.model
    known = -np.log(model.weights) if type(model) is WLS else None
    return _normal(results, name, known=known)


def _generalized(results: Any, name: str) -> ComparedFit:
    model, family = results.model, results.family
    counted = model.freq_weights > 0  # GaussianMLE has no rows that were not seen
    offset = np.broadcast_to(model._offset_exposure, counted.shape)[counted]
    link = type(family.link).__name__.lower()
    precision, counts = model.var_weights[counted], model.freq_weights[counted]
    if isinstance(family, families.Gaussian):
        if model.scaletype not in (None, "X2", "dev"):
            raise ValueError(
                f"{name} was fitted with the known variance scale={model.scaletype!r}, which "
                "others estimate; leave `scale` out."
            )
        known = -np.log(precision)
        return _normal(
            results, name, rows=counted, known=known, offset=offset, link=link, counts=counts
        )
    if results.scale != 1.0:
        raise ValueError(
            f"{name} has the dispersion {results.scale:.4g}, which was not estimated by maximum "
            f"likelihood: for the {type(family).__name__} family its `llf` is a quasi-"
            "likelihood, and differences of it are no likelihood ratios. Use wald_test(), or "
            "a model that has the dispersion as a parameter."
        )
    endog, trials = model.endog[counted], np.broadcast_to(model.n_trials, counted.shape)
    further = [each for each in (trials[counted], precision) if (each != 1.0).any()]
    distribution = type(family).__name__.lower()
    if isinstance(family, families.NegativeBinomial):
        distribution = f"negative binomial with alpha={family.alpha:g}"
    log_densities = family.loglike_obs(model.endog, results.mu, model.var_weights, scale=1.0)
    return _fit(
        results,
        name,
        distribution=distribution,
        discrete=isinstance(
            family, families.Poisson | families.Binomial | families.NegativeBinomial
        ),
        params=results.params,
        equations={"exog": _mean(model, offset, link, counted)},
        log_densities=log_densities[counted],
        endog=endog,
        counts=counts,
        further=further,
    )


def _discrete(results: Any, name: str) -> ComparedFit:
    model = results.model
    offset = np.broadcast_to(
        getattr(model, "offset", 0.0) + getattr(model, "exposure", 0.0), model.endog.shape
    )
    distribution, link = {
        Logit: ("binomial", "logit"),
        Probit: ("binomial", "probit"),
        Poisson: ("poisson", "log"),
        NegativeBinomial: ("negative binomial", "log"),
    }[type(model)]
    equations = {"exog": _mean(model, offset, link)}
    if type(model) is NegativeBinomial:
        distribution = f"{distribution} ({model.loglike_method})"
        if model.loglike_method != "geometric":  # which has alpha=1
            ones = np.ones((len(model.endog), 1))
            equations["alpha"] = Equation(ones, ("alpha",), None, "identity")
    return _fit(
        results,
        name,
        distribution=distribution,
        discrete=True,
        params=results.params,
        equations=equations,
        log_densities=model.loglikeobs(results.params),
        endog=model.endog,
    )


def _with_precision(results: Any, name: str) -> ComparedFit:
    model = results.model
    link, link_precision = (
        type(each).__name__.lower() for each in (model.link, model.link_precision)
    )
    names = tuple(model.exog_names[model.exog.shape[1] :])
    precision = Equation(np.asarray(model.exog_precision, float), names, None, link_precision)
    return _fit(
        results,
        name,
        distribution="beta",
        discrete=False,
        params=results.params,
        equations={"exog": _mean(model, None, link), "exog_precision": precision},
        log_densities=model.loglikeobs(results.params),
        endog=model.endog,
    )


def _normal(
    results: Any,
    name: str,
    *,
    known: Array | None = None,
    offset: Array | None = None,
    link: str = "identity",
    rows: Any = slice(None),
    counts: Array | None = None,
) -> ComparedFit:
    """One variance, at its estimate RSS/n whatever the results have."""
    model = results.model
    endog, mean = model.endog[rows], results.fittedvalues[rows]
    weights = np.ones(len(endog)) if counts is None else counts
    log_known = np.zeros(len(endog)) if known is None else known
    weighted = weights * np.exp(-log_known)
    squares = weighted @ (endog - mean) ** 2
    if squares <= PERFECT_FIT**2 * (weighted @ endog**2):
        raise ValueError(f"{name} fits perfectly: its likelihood has no maximum.")
    log_sigma2 = np.log(squares / weights.sum())
    scale = np.exp(0.5 * (log_sigma2 + log_known))
    ones = np.ones((len(endog), 1))
    return _fit(
        results,
        name,
        distribution=NORMAL,
        discrete=False,
        params=np.append(results.params, log_sigma2),
        equations={
            "exog": _mean(model, offset, link, rows),
            "exog_scale": Equation(ones, ("ln(sigma2)",), known, "log"),
        },
        log_densities=stats.norm.logpdf(endog, mean, scale),
        endog=endog,
        counts=counts,
    )


def _mean(model: Any, offset: Array | None, link: str, rows: Any = slice(None)) -> Equation:
    exog = np.asarray(model.exog, dtype=float)
    return Equation(exog[rows], tuple(model.exog_names[: exog.shape[1]]), offset, link)


def _fit(
    results: Any,
    name: str,
    *,
    distribution: str,
    discrete: bool,
    params: Any,
    equations: dict[str, Equation],
    log_densities: Any,
    endog: Any,
    counts: Array | None = None,
    further: Any = (),
) -> ComparedFit:
    model, each = results.model, np.asarray(log_densities)
    weights = np.ones(len(each)) if counts is None else counts
    formula = getattr(model, "formula", None)
    columns = some([str(column) for column in model.exog_names])
    text = formula or f"{model.endog_names} on {columns}"
    retvals = getattr(results, "mle_retvals", None) or {}
    return ComparedFit(
        name=name,
        text=one_line(f"{text} ({type(model).__name__})"),
        distribution=distribution,
        discrete=discrete,
        llf=float(weights @ each),
        params=np.asarray(params, dtype=float),
        k_params=len(params),
        nobs=float(weights.sum()),
        converged=bool(getattr(results, "converged", retvals.get("converged", True))),
        cov_type=results.cov_type,
        fingerprint=data_fingerprint(np.asarray(endog, dtype=float), counts, *further),
        equations=lambda: equations,
        log_densities=lambda: each,
        endog=endog,
        freq_weights=counts,
    )


_MAKERS: Any = {
    OLS: _least_squares,
    WLS: _least_squares,
    GLM: _generalized,
    Logit: _discrete,
    Probit: _discrete,
    Poisson: _discrete,
    NegativeBinomial: _discrete,
    BetaModel: _with_precision,
}
