"""Covariances for rows that depend on each other: their groups, lags and factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.group_sums import GroupedScores, grouped_scores
from sm_gaussmle.statsmodels_face.arguments.coercion import column
from sm_gaussmle.statsmodels_face.arguments.row_labels import group_codes, time_values
from sm_gaussmle.statsmodels_face.streams.group_columns import (
    group_columns,
    with_groups,
)

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

_CORRECTIONS: dict[str, dict[Any, tuple[tuple[str, ...], str]]] = {
    "cluster": {
        True: (("groups", "degrees"), "times G/(G - 1) (n - 1)/(n - k), as in OLS"),
        "groups": (("groups",), "times G/(G - 1)"),
        False: ((), "without a small-sample factor"),
    },
    "HAC": {
        True: (("n",), "times n/(n - k)"),
        False: ((), "without a small-sample factor"),
    },
    "hac-panel": {
        "hac": (("n",), "times n/(n - k)"),
        "cluster": (("groups", "degrees"), "times G/(G - 1) (n - 1)/(n - k)"),
        False: ((), "without a small-sample factor"),
    },
}
_DEFAULT_CORRECTION = {"cluster": True, "HAC": False, "hac-panel": "hac"}
_KERNELS: dict[str, Callable[[int], Array]] = {
    "bartlett": lambda lags: 1.0 - np.arange(lags + 1) / (lags + 1.0),
    "uniform": lambda lags: np.ones(lags + 1),
}


@dataclass(frozen=True)
class Dependence:
    """Arguments of an estimator, what is kept of the options, and a sentence on both.

    Attributes
    ----------
    arguments : dict
        Further arguments of the estimator.
    kept : dict
        What the results keep of the options.
    description : str
        One sentence for the summary.
    n_groups : int or None
        Number of groups, the smaller one of two ways; None where there are none.
    """

    arguments: dict[str, object]
    kept: dict[str, Any]
    description: str
    n_groups: int | None = None


def clusters(
    model: GaussianMLE, given: dict[str, Any], record: Fit | None = None
) -> Dependence:
    """Check the options of clustered covariances.

    Parameters
    ----------
    model : GaussianMLE
        The model, whose rows they are.
    given : dict
        The options.
    record : Fit, optional
        The fit, at which the scores of rows that are read in passes are added up.

    Returns
    -------
    Dependence
        Checked options.

    Raises
    ------
    ValueError
        If the value of an option is not allowed.
    TypeError
        If an option is missing.
    """
    value, factors, text = _correction("cluster", given)
    arguments: dict[str, object] = {"corrections": factors}
    if model.rows_in_passes is not None and record is None:
        # Before the fit there is nothing to add up yet.
        group_columns(model, given.get("groups"))
        return Dependence({}, {}, "")
    if model.rows_in_passes is not None:
        sums = stream_scores(model, given.get("groups"), record)
        products, sizes = sums.products(corrected="groups" in factors)
        arguments["products"] = products
    else:
        groups = group_codes(model, given.get("groups"), ways=2)
        sizes = tuple(int(codes.max()) + 1 for codes in groups)
        arguments["groups"] = groups
    if min(sizes) < 2:
        raise ValueError(
            "`groups` puts all rows into one group; clustered standard errors need at least "
            "two."
        )
    counted = " and ".join(str(size) for size in sizes)
    return Dependence(
        arguments,
        # Not the groups themselves, which have one entry per row.
        {"n_groups": sizes[0] if len(sizes) == 1 else sizes, "use_correction": value},
        f"Standard errors are robust to dependence within clusters ({counted} clusters), "
        f"{text}.",
        min(sizes),
    )


def stream_scores(model: GaussianMLE, groups: Any, record: Fit | None) -> GroupedScores:
    """Scores added up within groups, of rows that are read in passes: one pass.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    groups : str or sequence of str
        Columns of their labels.
    record : Fit or None
        The fit.

    Returns
    -------
    GroupedScores
        In the coordinates of the root of its information.

    Raises
    ------
    ValueError
        If there is no such column.
    """
    stream = with_groups(model, group_columns(model, groups))
    if record is None or record.cov_root is None:
        raise ValueError(
            "the information is not positive definite at the last point, so that there is no "
            "covariance. See convergence_report()."
        )
    root = record.cov_root
    return stream.total(partial(grouped_scores, record.params, root), len(root))


def lagged(model: GaussianMLE, name: str, given: dict[str, Any]) -> Dependence:
    """Check the options of covariances with lags.

    Parameters
    ----------
    model : GaussianMLE
        The model, whose rows they are.
    name : {"HAC", "hac-panel"}
        One series or several.
    given : dict
        The options.

    Returns
    -------
    Dependence
        Checked options.

    Raises
    ------
    ValueError
        If the value of an option is not allowed.
    TypeError
        If an option is missing.
    """
    lags = _lags(model, given)
    weights, kernel = _kernel(given, lags)
    value, factors, text = _correction(name, given)
    arguments: dict[str, object] = {"weights": weights, "corrections": factors}
    kept = {"maxlags": lags, "kernel": kernel, "use_correction": value}
    details, n_groups = f"{kernel} kernel, {lags} {'lag' if lags == 1 else 'lags'}", None
    if name == "hac-panel":
        order, starts = _series(model, given)
        n_groups = len(starts)
        if n_groups < 2 and "groups" in factors:
            raise ValueError(
                "`use_correction` 'cluster' has the factor G/(G - 1), but all rows are in one "
                "series. Use 'hac' or False."
            )
        arguments |= {"order": order, "starts": starts}
        kept["n_groups"] = n_groups
        details += f", {n_groups} series"
    elif given.get("time") is not None:
        arguments["order"] = np.argsort(time_values(model, given["time"]), kind="stable")
    description = (
        "Standard errors are robust to heteroscedasticity and autocorrelation "
        f"({details}), {text}."
    )
    lost = model.n_missing + model.n_unweighted
    if lost:
        description += f" Lags count the rows that are left; {lost} were dropped."
    return Dependence(arguments, kept, description, n_groups)


def _correction(name: str, given: dict[str, Any]) -> tuple[Any, tuple[str, ...], str]:
    value = given.get("use_correction", _DEFAULT_CORRECTION[name])
    choices = _CORRECTIONS[name]
    if isinstance(value, np.bool_):
        value = bool(value)
    if not isinstance(value, bool | str) or value not in choices:
        raise ValueError(
            f"`use_correction` is {value!r}; with cov_type {name!r} it must be one of "
            f"{', '.join(map(repr, choices))}."
        )
    return (value, *choices[value])


def _lags(model: GaussianMLE, given: dict[str, Any]) -> int:
    rows = model.endog.shape[0]
    value = given.get("maxlags")
    if value is None:
        # The rule of thumb of Newey and West (1994), doi:10.2307/2297912.
        return int(4.0 * (rows / 100.0) ** (2.0 / 9.0))
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or not 0 <= value < rows:
        raise ValueError(
            f"`maxlags` is {value!r}; it must be a whole number from 0 to {rows - 1}, below "
            "the number of rows."
        )
    return int(value)


def _kernel(given: dict[str, Any], lags: int) -> tuple[Array, str]:
    kernel = given.get("kernel", given.get("weights_func", "bartlett"))
    if isinstance(kernel, str) and kernel in _KERNELS:
        return _KERNELS[kernel](lags), kernel
    if isinstance(kernel, str) or not callable(kernel):
        raise ValueError(  # noqa: TRY004 - it may be a name
            f"`kernel` is {kernel!r}; it must be 'bartlett', 'uniform', or a function of the "
            "number of lags that returns the weights of lags 0, 1, ..."
        )
    weights = column(kernel(lags), "kernel")
    if weights.shape != (lags + 1,) or not np.isfinite(weights).all():
        raise ValueError(
            f"`kernel` returned an array of shape {weights.shape}; for maxlags={lags} it must "
            f"return {lags + 1} finite weights, the first for lag 0."
        )
    return weights, getattr(kernel, "__name__", "own")


def _series(
    model: GaussianMLE, given: dict[str, Any]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows = model.endog.shape[0]
    order = np.arange(rows)
    time = None if given.get("time") is None else time_values(model, given["time"])
    if given.get("groups") is None:
        if time is None:
            raise TypeError(
                "cov_type 'hac-panel' needs the `groups` that the series belong to, or their "
                "`time`, which falls where a new series starts; pass them in `cov_kwds`."
            )
        return order, np.r_[0, np.flatnonzero(time[1:] < time[:-1]) + 1]
    (codes,) = group_codes(model, given["groups"], ways=1)
    if time is not None:
        order = order[np.argsort(time, kind="stable")]
    order = order[np.argsort(codes[order], kind="stable")]
    stacked = codes[order]
    return order, np.r_[0, np.flatnonzero(stacked[1:] != stacked[:-1]) + 1]
