"""The printed table of a fit."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from statsmodels.iolib.summary import Summary, summary_params

from sm_gaussmle.statsmodels_face.coercion import probability

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

_AGAINST_OLS = "AIC and BIC count the parameters of ln(sigma2), which OLS and GLM leave out"
_DIVISOR = "; the variance is divided by n, in OLS and GLM by the residual degrees of freedom."


def summary(
    results: GaussianMLEResults,
    *,
    yname: str | None,
    xname: list[str] | None,
    title: str | None,
    alpha: Any,
) -> Summary:
    """Table of a fit in two panels.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    yname : str or None
        Name of the response.
    xname : list of str or None
        Names of all parameters.
    title : str or None
        Title of the table.
    alpha : float
        One minus the confidence level.

    Returns
    -------
    statsmodels.iolib.summary.Summary
        The table.

    Raises
    ------
    ValueError
        If `xname` has the wrong length or `alpha` is not between 0 and 1.
    """
    model = results.model
    names = list(model.data.param_names) if xname is None else list(xname)
    if len(names) != len(results.params):
        raise ValueError(f"`xname` has {len(names)} names; there are {len(results.params)}.")
    alpha = probability(alpha, "alpha")
    # statsmodels fills an entry of None from the results itself.
    left: list[tuple[str, list[str] | None]] = [
        ("Dep. Variable:", None),
        ("Model:", None),
        ("Method:", ["Maximum Likelihood"]),
        ("Date:", None),
        ("Time:", None),
        ("No. Observations:", [_number(results.nobs)]),
        ("Df Residuals:", [_number(results.df_resid)]),
        ("Df Model:", [_number(results.df_model)]),
    ]
    fit = results.fit_record
    right: list[tuple[str, list[str] | None]] = [
        ("Log-Likelihood:", [f"{results.llf:.4f}"]),
        ("AIC:", [f"{results.aic:.4f}"]),
        ("BIC:", [f"{results.bic:.4f}"]),
        *_sigma(results, alpha),
        ("Covariance Type:", [results.cov_type]),
        ("Rows dropped:", [_dropped(model)]),
        (
            "Converged:",
            [f"{'yes' if fit.converged else 'NO'} ({len(fit.history) - 1} iterations)"],
        ),
    ]
    table = Summary()
    table.add_table_2cols(
        results,
        gleft=left,
        gright=right,
        title=title or "Gaussian Maximum Likelihood Regression Results",
        yname=yname or model.endog_names,
        xname=names,
    )
    k = model.k_exog
    width = max(map(len, [*names, "ln(sigma2)"]))
    padded = [name.ljust(width) for name in names]  # so that both panels are equally wide
    for heading, part in (("mean", slice(0, k)), ("ln(sigma2)", slice(k, None))):
        table.tables.append(_panel(results, padded, heading, part, alpha, yname))
    table.add_extra_txt(_notes(results))
    return table


def _panel(
    results: GaussianMLEResults,
    names: list[str],
    heading: str,
    part: slice,
    alpha: float,
    yname: str | None,
) -> Any:
    # The class also takes a tuple: results, params, bse, t values, p values, intervals.
    intervals = np.asarray(results.conf_int(alpha=alpha))
    values = (results.params, results.bse, results.tvalues, results.pvalues)
    panel = summary_params(
        (results, *(np.asarray(v)[part] for v in values), intervals[part]),
        yname=yname,
        xname=names[part],
        alpha=alpha,
        use_t=results.use_t,
    )
    # statsmodels leaves the corner of the table empty and types it so.
    corner = panel[0][0]
    corner.data, corner.datatype = heading, "stub"
    return panel


def _sigma(results: GaussianMLEResults, alpha: float) -> list[tuple[str, list[str]]]:
    if not results.model.constant_variance:
        low, high = results.scale_range
        return [("sigma, range:", [f"{low:.5g} to {high:.5g}"])]
    low, high = np.exp(0.5 * np.asarray(results.conf_int(alpha=alpha))[-1])
    level = f"{100 * (1 - alpha):g}%"
    return [
        ("sigma:", [f"{results.sigma:.6g}"]),
        (f"sigma {level} CI:", [f"{low:.5g} to {high:.5g}"]),
    ]


def _dropped(model: Any) -> str:
    parts = []
    if model.n_missing:
        parts.append(f"{model.n_missing} missing")
    if model.n_unweighted:
        parts.append(f"{model.n_unweighted} of weight 0")
    return ", ".join(parts) or "0"


def _notes(results: GaussianMLEResults) -> list[str]:
    notes = [
        results.cov_kwds["description"],
        _AGAINST_OLS + (_DIVISOR if results.model.constant_variance else "."),
    ]
    dropped = getattr(results.model, "dropped_columns", ())
    if dropped:
        notes.append(f"Linearly dependent columns dropped: {', '.join(dropped)}.")
    if not results.converged:
        notes.append(
            "THE FIT DID NOT CONVERGE; these are not maximum-likelihood estimates. See "
            "convergence_report()."
        )
    # The width of the narrowest table.
    return [line for note in notes for line in textwrap.wrap(note, 78)]


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.4g}"
