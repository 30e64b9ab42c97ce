"""Covariance types and their options, as ``fit`` and ``get_robustcov_results`` take them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.covariance import COVARIANCES
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.statsmodels_face.covariances.dependence import Dependence, clusters, lagged
from sm_gaussmle.statsmodels_face.streams.group_columns import refuse_order

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

# Types that are right where the model is; the others are robust to what it leaves out.
MODEL_BASED = ("nonrobust", "unbiased", "eim", "opg")
_ALIASES = {"nw-panel": "hac-panel"}
_KEYS = {
    "cluster": ("groups", "use_correction", "df_correction"),
    "HAC": ("maxlags", "kernel", "weights_func", "use_correction", "time"),
    "hac-panel": (
        "maxlags",
        "kernel",
        "weights_func",
        "use_correction",
        "df_correction",
        "groups",
        "time",
    ),
}
_DESCRIPTIONS = {
    "nonrobust": "Standard errors are from the observed information (maximum likelihood).",
    "unbiased": (
        "Standard errors of the mean are from the unbiased estimate of the variance, RSS/(n - "
        "k), as in OLS; with the t distribution they are exact for normal errors."
    ),
    "eim": "Standard errors are from the expected information.",
    "opg": "Standard errors are from the outer product of the gradients.",
    "HC0": "Standard errors are robust to heteroscedasticity (HC0): no correction.",
    "HC1": "Standard errors are robust to heteroscedasticity (HC1): HC0 times n/(n - k).",
    "HC2": (
        "Standard errors are robust to heteroscedasticity (HC2): squared residuals over 1 - h."
    ),
    "HC3": (
        "Standard errors are robust to heteroscedasticity (HC3): residuals over 1 - h, squared."
    ),
}


@dataclass(frozen=True)
class CovarianceOptions:
    """What was asked for, checked.

    Attributes
    ----------
    cov_type : str
        A key of `COVARIANCES`.
    use_t : bool
        Whether inference uses the t and F distributions.
    df_resid_inference : float
        Their degrees of freedom.
    cov_kwds : dict
        What the results keep of the options, with a ``"description"``.
    arguments : mapping
        Further arguments of the estimator.
    scaling_factor : float
        The covariance is multiplied by it.
    """

    cov_type: str
    use_t: bool
    df_resid_inference: float
    cov_kwds: dict[str, Any]
    arguments: Mapping[str, object]
    scaling_factor: float


def check_covariance(
    model: GaussianMLE,
    cov_type: Any,
    cov_kwds: Any,
    use_t: Any,
    df_resid: float | None = None,
    record: Fit | None = None,
) -> CovarianceOptions:
    """Check the options of a covariance.

    Parameters
    ----------
    model : GaussianMLE
        The model, whose rows groups and times belong to.
    cov_type : str
        A key of `COVARIANCES`, in any case.
    cov_kwds : dict or None
        Its options.
    use_t : bool or None
        Whether to use the t distribution; by default with ``"unbiased"`` only.
    df_resid : float, optional
        Residual degrees of freedom; those of the model by default.
    record : Fit, optional
        The fit, for clusters of rows that are read in passes.

    Returns
    -------
    CovarianceOptions
        All that the estimator and the results need.

    Raises
    ------
    ValueError
        If the type or the value of an option is not allowed, or the model does not allow
        the type.
    TypeError
        If an option is unknown or of the wrong type.
    """
    name = _canonical(cov_type)
    if cov_kwds is not None and not isinstance(cov_kwds, Mapping):
        raise TypeError(f"`cov_kwds` is {cov_kwds!r}; it must be a dict or None.")
    given = dict(cov_kwds or {})
    factor = _scaling_factor(given.pop("scaling_factor", None))
    _known_keys(name, given)
    df = float(model.df_resid if df_resid is None else df_resid)
    _allowed(model, name, df)
    if name == "cluster":
        asked = clusters(model, given, record)
    elif name in ("HAC", "hac-panel"):
        asked = lagged(model, name, given)
    else:
        asked = Dependence({}, {}, _DESCRIPTIONS[name])
    if asked.n_groups is not None and _df_correction(given):
        df = asked.n_groups - 1.0
    t = _use_t(use_t, name)
    if t and df <= 0:
        remedy = f"the frequency weights add up to {model.nobs:g}. Leave `use_t` out."
        raise FitError(f"`use_t` is True, but there are {df:g} degrees of freedom: {remedy}")
    kept = dict(asked.kept)
    description = asked.description
    if factor != 1.0:
        kept["scaling_factor"] = factor
        description += f" The covariance is multiplied by scaling_factor={factor:g}."
    kept["description"] = description
    return CovarianceOptions(name, t, df, kept, asked.arguments, factor)


def _canonical(cov_type: Any) -> str:
    if isinstance(cov_type, str):
        lower = cov_type.lower()
        lower = _ALIASES.get(lower, lower)
        for name in COVARIANCES:
            if name.lower() == lower:
                return name
    *known, last = map(repr, COVARIANCES)
    raise ValueError(f"`cov_type` is {cov_type!r}; it must be {', '.join(known)} or {last}.")


def _known_keys(name: str, given: dict[str, Any]) -> None:
    known = _KEYS.get(name, ())
    unknown = [str(key) for key in given if key not in known]
    if unknown:
        takes = f"takes {', '.join(known)}" if known else "takes no options"
        raise TypeError(
            f"`cov_kwds` has {', '.join(unknown)}; cov_type {name!r} {takes} (and "
            "scaling_factor)."
        )


def _allowed(model: GaussianMLE, name: str, df: float) -> None:
    if name in ("unbiased", "HC2", "HC3") and not model.constant_variance:
        why = (
            "the unbiased estimate RSS/(n - k) is one variance for all rows"
            if name == "unbiased"
            else "it corrects residuals by their leverage in a mean of constant variance"
        )
        instead = "'nonrobust' or 'eim'" if name == "unbiased" else "'HC1' or 'HC0'"
        raise ValueError(
            f"`cov_type` is {name!r}, but the model has a scale equation: {why}. Use {instead}."
        )
    if name in ("unbiased", "HC2", "HC3") and not model.exact_responses:
        why = (
            "the unbiased estimate RSS/(n - k) needs a residual of each row"
            if name == "unbiased"
            else "it corrects residuals by their leverage, and such rows have none"
        )
        instead = "'nonrobust'" if name == "unbiased" else "'HC1' or 'HC0'"
        raise ValueError(
            f"`cov_type` is {name!r}, but not every response is seen exactly ({model.scheme}): "
            f"{why}. Use {instead}."
        )
    if name == "eim" and model.interval_response:
        raise ValueError(
            "`cov_type` is 'eim', but the responses are intervals: between which limits others "
            "would have been seen is not known, and nothing can be expected of them. Use "
            "'nonrobust'."
        )
    if name in ("unbiased", "HC1") and df <= 0:
        raise FitError(
            f"`cov_type` is {name!r}, which needs more observations than columns of the mean; "
            f"the frequency weights add up to {model.nobs:g}."
        )
    if name in ("HAC", "hac-panel") and model.rows_in_passes is not None:
        refuse_order(name)
    if name in ("HAC", "hac-panel") and model.freq_weights is not None:
        raise ValueError(
            f"`cov_type` is {name!r}, but the model has `freq_weights`: a row that stands for "
            "several has no place in time. Repeat the rows instead."
        )


def _use_t(use_t: Any, name: str) -> bool:
    if use_t is not None and not isinstance(use_t, bool | np.bool_):
        raise ValueError(f"`use_t` is {use_t!r}; it must be True, False or None.")
    return name == "unbiased" if use_t is None else bool(use_t)


def _df_correction(given: dict[str, Any]) -> bool:
    value = given.get("df_correction")
    if value is not None and not isinstance(value, bool | np.bool_):
        raise ValueError(f"`df_correction` is {value!r}; it must be True or False.")
    return value is None or bool(value)


def _scaling_factor(value: Any) -> float:
    if value is None:
        return 1.0
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    value = value.item() if isinstance(value, np.number) else value  # of any precision
    if not number or not 0.0 < value <= sys.float_info.max:
        raise ValueError(f"`scaling_factor` is {value!r}; it must be a positive number.")
    return float(value)
