"""Comparisons of models that need not be nested."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from sm_gaussmle.inference.model_selection import (
    CORRECTIONS,
    CRITERIA,
    IndistinguishableError,
    akaike_weights,
    criteria_table,
    vuong,
)
from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.hypotheses.comparability import (
    check_maximum,
    check_same_data,
    not_nested,
)
from sm_gaussmle.statsmodels_face.hypotheses.compared_fit import ComparedFit
from sm_gaussmle.statsmodels_face.hypotheses.comparison_tables import CriteriaTable, VuongTest
from sm_gaussmle.statsmodels_face.hypotheses.foreign_fits import as_compared


def compare_models(*fits: Any, sort: str = "aic") -> CriteriaTable:
    """Information criteria of models of the same responses, the best first.

    Parameters
    ----------
    *fits : results of fits, two or more
        As for `lrtest`; they need not be nested.
    sort : {"aic", "aicc", "bic", "hqic"}, default "aic"
        By which criterion to sort, and to take differences and weights.

    Returns
    -------
    CriteriaTable
        Prints as ``ICtab`` of R's bbmle does; the DataFrame is its ``table``.

    Raises
    ------
    ValueError
        If data differ, a fit did not converge, `sort` is unknown, or there are too few
        observations for "aicc".
    TypeError
        If a fit is of a model that maximises no likelihood, or there are less than two.

    See Also
    --------
    lrtest : Tests of nested models.

    Notes
    -----
    Every parameter counts, the variance of a normal distribution too, in all models alike.
    That is not so in `aic` of OLS, WLS and GLM.

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> formulas = ("thalach ~ age + exang", "thalach ~ age + oldpeak | age")
    >>> print(smg.compare_models(*(smg.gaussmle(f, heart).fit() for f in formulas)))
    Information criteria; the smaller the better
    <BLANKLINE>
    Model 1: thalach ~ age + exang
    Model 2: thalach ~ age + oldpeak; ln(sigma2) ~ age
    <BLANKLINE>
      #Df     LogLik      AIC     AICc      BIC     HQIC  delta  weight
    1   4  -1329.530  2667.06  2667.19  2681.91  2673.00   0.00  0.9999
    2   5  -1338.358  2686.72  2686.92  2705.28  2694.14  19.66  0.0001
    delta and weight by AIC
    """
    choice(sort, "sort", CRITERIA)
    compared = _comparable(fits, "compare_models")
    sizes = np.array([fit.k_params for fit in compared], dtype=float)
    llf, nobs = np.array([fit.llf for fit in compared]), compared[0].nobs
    criteria = criteria_table(llf, sizes, nobs)
    chosen = criteria[sort].to_numpy()
    if np.isnan(chosen).any():
        raise ValueError(
            f"`sort` is 'aicc', which needs more than {sizes.max() + 1:g} observations for the "
            f"largest model; there are {nobs:g}. Use 'aic'."
        )
    delta, weight = akaike_weights(chosen)
    table = pd.DataFrame({"df": sizes.astype(int), "llf": llf}).join(criteria)
    table = table.assign(delta=delta, weight=weight)
    table.index = pd.RangeIndex(1, len(table) + 1, name="model")
    order = np.argsort(chosen, kind="stable")
    return CriteriaTable(table.iloc[order], tuple(compared[i].text for i in order), sort)


def vuong_test(first: Any, second: Any, *, correction: str = "none") -> VuongTest:
    """Vuong's test of two models neither of which is a special case of the other.

    Parameters
    ----------
    first, second : results of fits
        As for `lrtest`, of the same responses.
    correction : {"none", "aic", "bic"}, default "none"
        For the numbers of parameters, as the penalties of these criteria.

    Returns
    -------
    VuongTest
        Statistic, positive where the first model is nearer the truth, and p-values.

    Raises
    ------
    ValueError
        If data differ, a fit did not converge, one model is a special case of the other,
        or they give each row the same likelihood.
    TypeError
        If a fit is of a model that maximises no likelihood.

    See Also
    --------
    lrtest : For nested models, of which this statistic is not normal.

    Notes
    -----
    Models are nearer the truth by the Kullback-Leibler divergence; both may be wrong, so
    that robust covariances are no obstacle. The statistic is normal only where the models
    differ: where neither has anything beyond what they share it is not, and it can reject
    too often, mostly in favour of the model with more parameters (Shi 2015) [2]_. Whether
    they differ is not tested here.

    References
    ----------
    .. [1] Q. H. Vuong, "Likelihood Ratio Tests for Model Selection and Non-Nested
       Hypotheses", Econometrica 57 (1989) 307-333. doi:10.2307/1912557
    .. [2] X. Shi, "A nondegenerate Vuong test", Quantitative Economics 6 (2015) 85-121.
       doi:10.3982/QE382

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> a, b = (smg.gaussmle(f"thalach ~ age + {x}", heart).fit() for x in ("exang", "oldpeak"))
    >>> print(smg.vuong_test(a, b))
    Vuong's test of models that are not nested
    Model 1: thalach ~ age + exang
    Model 2: thalach ~ age + oldpeak
    Null hypothesis: both are as near the truth
    <BLANKLINE>
                                    z  p-value
    against: one is nearer      1.2519  0.2106
    against: model 1 is nearer  1.2519  0.1053
    against: model 2 is nearer  1.2519  0.8947
    """
    choice(correction, "correction", CORRECTIONS)
    one, other = _comparable((first, second), "vuong_test", ("`first`", "`second`"))
    for fit in (one, other):
        if fit.passes is not None:
            fit.passes.model.need_memory("vuong_test", "compare_models, for criteria of each")
    for null, alternative in ((one, other), (other, one)):
        if not not_nested(null, alternative):
            raise ValueError(
                f"{null.name} is a special case of {alternative.name}, where the statistic is "
                "not normal; use lrtest()."
            )
    try:
        test = vuong(
            one.log_densities(),
            other.log_densities(),
            one.freq_weights,
            (one.k_params, other.k_params),
            correction,
        )
    except IndistinguishableError as error:
        raise ValueError(
            "both models give each row the same likelihood; there is nothing to test."
        ) from error
    return VuongTest(
        statistic=test.statistic,
        pvalue=float(2.0 * stats.norm.sf(abs(test.statistic))),
        pvalue_first=float(stats.norm.sf(test.statistic)),
        pvalue_second=float(stats.norm.sf(-test.statistic)),
        loglike_ratio=test.loglike_ratio,
        variance=test.variance,
        nobs=one.nobs,
        correction=correction,
        models=(one.text, other.text),
    )


def _comparable(
    fits: Any, function: str, names: tuple[str, ...] | None = None
) -> list[ComparedFit]:
    if len(fits) < 2:
        raise TypeError(f"{function} compares two fits or more; {len(fits)} was given.")
    names = names or tuple(f"fit {place}" for place in range(1, len(fits) + 1))
    compared = [as_compared(fit, name) for fit, name in zip(fits, names, strict=True)]
    for fit in compared:
        check_maximum(fit)
        check_same_data(compared[0], fit)
        if fit.discrete != compared[0].discrete:
            raise ValueError(
                f"{fit.name} is {fit.distribution} and {compared[0].name} "
                f"{compared[0].distribution}: the likelihood of one is a probability and that "
                "of the other a density, which cannot be compared."
            )
    return compared
