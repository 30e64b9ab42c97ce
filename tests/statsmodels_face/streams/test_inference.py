"""Inference on rows in passes is that on the same rows in memory."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import sm_gaussmle as smg

from .data import both_fits, table_rows

WEIGHTS = {
    "offset": "known",
    "offset_scale": "known_scale",
    "freq_weights": "times",
    "var_weights": "precision",
}
# name -> formulas and arguments
KINDS = {
    "constant variance": ("y ~ x + z + g", None, {}),
    "scale equation": ("y ~ x + g", "~ z", {}),
    "tobit": ("y ~ x + g", None, {"left": 0.0}),
    "limits by row": ("y ~ x + g", "~ z", {"left": "lowest", "right": 3.0}),
    "intervals": ("lower + upper ~ x + g", "~ z", {}),
    "weights": ("y ~ x + z + g", None, WEIGHTS),
    "weighted scale equation": ("y ~ x + g", "~ z", WEIGHTS),
    "weighted tobit": ("y ~ x + g", None, WEIGHTS | {"left": 0.0}),
}
EXACT = ("constant variance", "weights")
NEW = table_rows().iloc[4:9]
# What convergence leaves of derivatives and their inverses: estimates agree to 1e-9
# standard errors.
RTOL = 1e-8


@cache
def fits(kind):
    """Return the fit in memory and that in passes."""
    formula, scale, options = KINDS[kind]
    return both_fits(table_rows(), formula, scale, **options)


def compare(memory, passes, what):
    """Compare what is made of two fits."""
    same(what(memory), what(passes))


def same(theirs, ours):
    if isinstance(theirs, pd.DataFrame):
        assert list(ours.columns) == list(theirs.columns)
        assert list(ours.index) == list(theirs.index)
        for name in theirs.columns:
            if theirs[name].dtype.kind in "ifb":
                assert_allclose(ours[name], theirs[name], rtol=RTOL, atol=1e-9, err_msg=name)
            else:
                assert list(ours[name]) == list(theirs[name])
    else:
        # What is zero at the maximum is zero to rounding in both.
        assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=RTOL, atol=1e-9)


# What every kind of fit has --------------------------------------------------------------

MEASURES = {
    "criteria": lambda f: [f.llf, f.aic, f.bic, f.bic_llf, f.info_criteria("aicc")],
    "degrees of freedom": lambda f: [f.df_model, f.df_resid, f.df_modelwc, f.nobs],
    "log-likelihood of the constant alone": lambda f: [f.llnull, f.llr, f.llr_pvalue],
    "pseudo R-squared": lambda f: [f.pseudo_rsquared(kind) for kind in ("mcf", "cs")],
    "covariance": lambda f: f.cov_params(),
    "Wald intervals": lambda f: f.conf_int(),
    "range of sigma": lambda f: f.scale_range,
    "HC0": lambda f: f.get_robustcov_results("HC0").cov_params(),
    "HC1": lambda f: f.get_robustcov_results("HC1").cov_params(),
    "OPG": lambda f: f.get_robustcov_results("opg").cov_params(),
    "Wald test": lambda f: [f.wald_test("x = 1", scalar=True).statistic],
    "Wald test of terms": lambda f: f.wald_test_terms(scalar=True).table,
    "t test": lambda f: f.t_test("x = 1").summary_frame(),
    "delta method": lambda f: f.delta_method(lambda p: np.exp(p["x"])).summary_frame(),
    "predictions": lambda f: f.predict(NEW),
    "prediction intervals": lambda f: f.get_prediction(NEW).summary_frame(),
    "score test": lambda f: f.score_test("w").table,
    "profile intervals": lambda f: f.conf_int(method="profile"),
    "profile": lambda f: f.profile("x", points=5).points,
    "log-likelihood ratio of terms": lambda f: smg.drop1(f).table,
    "Wald test of dropped terms": lambda f: smg.drop1(f, test="Wald").table,
    "score test of dropped terms": lambda f: smg.drop1(f, test="score").table,
    "analysis of variance": lambda f: smg.anova(f).table,
    "analysis of variance by Wald": lambda f: smg.anova(f, test="Wald").table,
    "analysis of variance by scores": lambda f: smg.anova(f, test="score").table,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("measure", MEASURES)
def test_it_is_that_of_memory(kind, measure):
    compare(*fits(kind), MEASURES[measure])
