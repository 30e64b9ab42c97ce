"""What the printed tables of a fit say.

Longer than other modules because both tables of statsmodels share its small parts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from statsmodels.iolib import summary2 as frames
from statsmodels.iolib.summary import forg
from statsmodels.iolib.tableformatting import fmt_2cols, fmt_params

from sm_gaussmle.statsmodels_face.arguments.scalars import flag, probability
from sm_gaussmle.statsmodels_face.arguments.texts import label_list, number_format, text
from sm_gaussmle.statsmodels_face.reading.summary_table import FrameSummary, SummaryTable
from sm_gaussmle.statsmodels_face.reading.table_text import SafeTable, one_line, response_name

Facts = list[tuple[str, str]]

_AGAINST_OLS = "AIC and BIC count the parameters of ln(sigma2), which OLS and GLM leave out"
_DIVISOR = "; sigma2 is RSS/n, in OLS and GLM RSS/(n - k)."
_SLIM = (
    "Dep. Variable:",
    "Model:",
    "No. Observations:",
    "Log-Likelihood:",
    "Covariance Type:",
    "Converged:",
)


def summary(
    results: Any,
    *,
    yname: str | None,
    xname: Sequence[str] | None,
    title: str | None,
    alpha: Any,
    slim: bool,
    notes: Sequence[str] = (),
) -> SummaryTable:
    """Table of a fit in two panels.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    yname : str or None
        Name of the response.
    xname : sequence of str or None
        Names of all parameters.
    title : str or None
        Title of the table.
    alpha : float
        One minus the confidence level.
    slim : bool
        Whether to leave out all of the head but the most important.
    notes : sequence of str, optional
        What to say below the table, after what it says of itself.

    Returns
    -------
    SummaryTable
        The table.

    Raises
    ------
    ValueError
        If `xname` has the wrong length or `alpha` is not between 0 and 1.
    TypeError
        If `slim` is not a bool.
    """
    names, alpha = _names(results, xname), probability(alpha, "alpha")
    flag(slim, "slim")
    left = [
        ("Dep. Variable:", _response(results, yname)),
        ("Model:", type(results.model).__name__),
        ("Method:", "Maximum Likelihood"),
        ("Date:", time.strftime("%a, %d %b %Y")),
        ("Time:", time.strftime("%H:%M:%S")),
        ("No. Observations:", _number(results.nobs)),
        *_observed(results.model),
        ("Df Residuals:", _number(results.df_resid)),
        ("Df Model:", _number(results.df_model)),
    ]
    right = [
        ("Log-Likelihood:", f"{results.llf:.4f}"),
        ("AIC:", f"{results.aic:.4f}"),
        ("BIC:", f"{results.bic:.4f}"),
        *_sigma(results, alpha),
        ("Covariance Type:", results.cov_type),
        ("Rows dropped:", dropped_rows(results.model) or "0"),
        ("Converged:", _converged(results)),
    ]
    if slim:
        left, right = ([fact for fact in side if fact[0] in _SLIM] for side in (left, right))
    k = results.model.k_exog
    panels = [
        _panel(results, names, heading, part, alpha)
        for heading, part in (("mean", slice(0, k)), ("ln(sigma2)", slice(k, None)))
    ]
    return SummaryTable(
        [head_table(left, right, _title(results, title)), *panels],
        [*_notes(results, slim=bool(slim)), *notes],
    )


def summary2(
    results: Any,
    *,
    yname: str | None,
    xname: Sequence[str] | None,
    title: str | None,
    alpha: Any,
    float_format: str,
) -> FrameSummary:
    """Table of a fit made of data frames.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    yname : str or None
        Name of the response.
    xname : sequence of str or None
        Names of all parameters.
    title : str or None
        Title of the table.
    alpha : float
        One minus the confidence level.
    float_format : str
        Format of the numbers, as ``"%.4f"``.

    Returns
    -------
    FrameSummary
        The table.

    Raises
    ------
    ValueError
        If `xname` has the wrong length, `alpha` is not between 0 and 1 or `float_format` no
        format.
    """
    names, alpha = _names(results, xname), probability(alpha, "alpha")
    float_format = number_format(float_format, "float_format")
    # statsmodels' rows, less those that would mislead: a scale of 1, because sigma is a
    # parameter here; whole numbers of observations; "Converged: 1.0000".
    facts: dict[str, str] = {
        k: str(v).strip() for k, v in frames.summary_model(results).items()
    }
    for name in ("Scale:", "No. Iterations:"):
        facts.pop(name, None)
    facts |= {
        "Dependent Variable:": _response(results, yname),
        "No. Observations:": _number(results.nobs),
        **dict(_observed(results.model)),
        "Df Model:": _number(results.df_model),
        "Df Residuals:": _number(results.df_resid),
        "Method:": "Maximum Likelihood",
        "Log-Likelihood:": f"{results.llf:.4f}",
        **dict(_null(results)),
        "Converged:": _converged(results),
        "Covariance Type:": results.cov_type,
        **dict(_sigma(results, alpha)),
    }
    params = frames.summary_params(results, xname=names, alpha=alpha, use_t=results.use_t)
    params.columns = [*params.columns[:4], *interval_limits(alpha)]
    fixed = params.iloc[:, 1].to_numpy() == 0.0
    if fixed.any():  # by a constraint: shown as in the other summary
        params = params.astype(object)
        params.iloc[fixed, 1:] = ["fixed", "", "", "", ""]
    table = FrameSummary()
    table.add_dict(facts)
    table.add_df(params, float_format=float_format)
    # statsmodels prints all tables of a summary in the format of the first.
    table.settings[0]["float_format"] = float_format
    table.add_title(one_line(_title(results, title)))
    for note in _notes(results):
        table.add_text(note)
    return table


def dropped_rows(model: Any) -> str:
    """How many rows a model left out, and why.

    Parameters
    ----------
    model : GaussianMLE
        The model.

    Returns
    -------
    str
        Empty where it left out none.
    """
    parts = []
    if model.n_missing:
        parts.append(f"{model.n_missing} missing")
    if model.n_unweighted:
        parts.append(f"{model.n_unweighted} of weight 0")
    return ", ".join(parts)


def _names(results: Any, xname: Sequence[str] | None) -> list[str]:
    names = label_list(xname, "xname", len(results.params))
    return [one_line(n) for n in (results.model.data.param_names if names is None else names)]


def _response(results: Any, yname: str | None) -> str:
    return response_name(text(yname, "yname") or results.model.endog_names)


def _title(results: Any, title: str | None) -> str:
    return text(title, "title") or str(results.model.title)


def head_table(left: Facts, right: Facts, title: str) -> SafeTable:
    """Facts about a fit in two columns.

    Parameters
    ----------
    left, right : list of tuple of str
        Names with values.
    title : str
        What stands above.

    Returns
    -------
    SafeTable
        The head of a `SummaryTable`.
    """
    rows = max(len(left), len(right))
    left, right = (side + [("", "")] * (rows - len(side)) for side in (left, right))
    labels, values = zip(*left, strict=True)
    head = SafeTable(
        [[v] for v in values], stubs=labels, title=one_line(title), txt_fmt=fmt_2cols
    )
    # Two blanks between the halves, and their labels equally wide, as in OLS.
    labels, values = zip(*((f"  {label}".ljust(21), v) for label, v in right), strict=True)
    head.extend_right(SafeTable([[v] for v in values], stubs=labels))
    return head


def _panel(
    results: Any, names: list[str], heading: str, part: slice, alpha: float
) -> SafeTable:
    columns = zip(
        *(np.asarray(v)[part] for v in (results.params, results.bse)),
        *(np.asarray(v)[part] for v in (results.tvalues, results.pvalues)),
        *np.asarray(results.conf_int(alpha=alpha))[part].T,
        strict=True,
    )
    rows = [
        [forg(coef, prec=4), forg(se), forg(ratio), f"{p:#6.3f}", forg(low), forg(high)]
        if se != 0.0
        else [forg(coef, prec=4), "fixed", "", "", "", ""]  # by a constraint
        for coef, se, ratio, p, low, high in columns
    ]
    letter = "t" if results.use_t else "z"
    return SafeTable(
        rows,
        headers=["coef", "std err", letter, f"P>|{letter}|", *interval_limits(alpha)],
        # As wide as the heading, so that both panels are.
        stubs=[name.ljust(len("ln(sigma2)")) for name in names[part]],
        corner=heading,
        txt_fmt=fmt_params,
    )


def interval_limits(alpha: float) -> tuple[str, str]:
    """Headings of the two ends of an interval.

    Parameters
    ----------
    alpha : float
        One less the confidence.

    Returns
    -------
    tuple of str
        As ``"[0.025"`` and ``"0.975]"``.
    """
    return f"[{alpha / 2:.10g}", f"{1 - alpha / 2:.10g}]"


def confidence(alpha: float) -> str:
    """A confidence level in percent.

    Parameters
    ----------
    alpha : float
        One less the confidence; not zero.

    Returns
    -------
    str
        As ``"95%"``, with as many digits as it takes to be less than all.
    """
    percent = f"{100.0 * (1.0 - alpha):.12g}"
    return f"(100 - {100.0 * alpha:g})%" if percent == "100" else f"{percent}%"


def _sigma(results: Any, alpha: float) -> Facts:
    if not results.model.constant_variance:
        # Of rows in passes it is not kept unless it was asked for before they were removed.
        found = getattr(results, "scale_range", None)
        return [] if found is None else [("sigma, range:", f"{found[0]:.5g} to {found[1]:.5g}")]
    low, high = np.exp(0.5 * np.asarray(results.conf_int(alpha=alpha))[-1])
    if low == high:  # given by a constraint
        return [("sigma:", f"{results.sigma:.6g}, fixed")]
    return [
        ("sigma:", f"{results.sigma:.6g}"),
        (f"sigma {confidence(alpha)} CI:", f"{low:.5g} to {high:.5g}"),
    ]


def _observed(model: Any) -> Facts:
    """How many responses are seen in which way, where not all are seen exactly."""
    counts, limits = model.response_counts, model.limit_ranges
    shown = {
        "exact": model.interval_response or "left" in limits or "right" in limits,
        "left": "left" in limits,
        "right": "right" in limits,
        "interval": False,
    }
    names = {
        "exact": "  Exact:",
        "left": "  Left-censored:",
        "right": "  Right-censored:",
        "interval": "  Intervals:",
    }
    return [
        (name, _number(counts[kind]))
        for kind, name in names.items()
        if shown[kind] or (kind != "exact" and counts.get(kind))
    ]


def _null(results: Any) -> Facts:
    llnull = getattr(results, "llnull", None)  # the constant-only model may have no maximum
    return [] if llnull is None else [("LL-Null:", f"{llnull:.4f}")]


def _converged(results: Any) -> str:
    fit = results.fit_record
    return f"{'yes' if fit.converged else 'NO'} ({len(fit.history) - 1} iterations)"


def _notes(results: Any, *, slim: bool = False) -> list[str]:
    notes = [results.cov_kwds["description"]]
    if results.use_t:
        notes.append(
            "P-values and intervals are from the t distribution with "
            f"{_number(results.df_resid_inference)} degrees of freedom."
        )
    if not slim:
        if results.model.scheme:
            notes.append(
                f"Responses: {results.model.scheme}; the mean and the variance are those of the "
                "latent response."
            )
        else:
            free = results.model.constant_variance and np.asarray(results.bse)[-1] > 0.0
            notes.append(_AGAINST_OLS + (_DIVISOR if free else "."))
    stream = results.model.rows_in_passes
    if stream is not None and stream.summed is not None:
        notes.append(f"Rows: {stream.table.text}.")
    elif stream is not None:
        made = results.fit_record.passes
        notes.append(
            f"Rows: {stream.table.text}, read in {made} {'pass' if made == 1 else 'passes'}."
        )
    if results.fit_record.restricted is not None:
        constraints = ", ".join(map(one_line, results.constraint_text()))
        notes.append(f"Estimated under the constraints {constraints}.")
    if results.model.dropped_columns:
        dropped = ", ".join(map(one_line, results.model.dropped_columns))
        notes.append(f"Linearly dependent columns dropped: {dropped}.")
    if not results.converged:
        notes.append(
            "THE FIT DID NOT CONVERGE; these are not maximum-likelihood estimates. See "
            "convergence_report()."
        )
    return notes


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.4g}"
