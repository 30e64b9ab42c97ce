"""Functions of statsmodels that take results: those that the page says work, and do not."""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from matplotlib import pyplot as plt
from statsmodels.graphics import regressionplots
from statsmodels.iolib.summary2 import summary_col
from statsmodels.sandbox.regression.predstd import wls_prediction_std
from statsmodels.stats import diagnostic, outliers_influence, sandwich_covariance, stattools
from statsmodels.stats.mediation import Mediation

from sm_gaussmle import gaussmle

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"
FORMULA = "thalach ~ age + exang + oldpeak"


@pytest.fixture(autouse=True)
def no_windows():
    with mpl.rc_context({"backend": "Agg"}):
        yield
        plt.close("all")


@pytest.fixture
def ours(heart):
    return gaussmle(FORMULA, heart).fit(cov_type="unbiased")


@pytest.fixture
def theirs(heart):
    return smf.ols(FORMULA, heart).fit()


WORK = {
    "anova_lm": lambda fit: np.vstack(
        [sm.stats.anova_lm(fit, typ=typ).to_numpy() for typ in (2, 3)]
    ),
    "het_breuschpagan": lambda fit: diagnostic.het_breuschpagan(fit.resid, fit.model.exog),
    "het_white": lambda fit: diagnostic.het_white(fit.resid, fit.model.exog[:, [0, 1, 3]]),
    "acorr_breusch_godfrey": lambda fit: (
        diagnostic.acorr_breusch_godfrey(fit, nlags=2, result_object=True).lm
    ),
    "acorr_ljungbox": lambda fit: diagnostic.acorr_ljungbox(fit.resid).to_numpy(),
    "linear_rainbow": diagnostic.linear_rainbow,
    "linear_harvey_collier": lambda fit: tuple(diagnostic.linear_harvey_collier(fit)),
    "linear_reset": lambda fit: diagnostic.linear_reset(fit, cov_type="HC0").statistic,
    "reset_ramsey": lambda fit: outliers_influence.reset_ramsey(fit).fvalue,
    "recursive_olsresiduals": lambda fit: diagnostic.recursive_olsresiduals(fit)[0],
    "breaks_cusumolsresid": lambda fit: diagnostic.breaks_cusumolsresid(fit.resid)[:2],
    "durbin_watson": lambda fit: stattools.durbin_watson(fit.resid),
    "outlier_test": lambda fit: np.asarray(outliers_influence.outlier_test(fit)),
}
"""What gives numbers, equal to those for OLS."""

DRAWN = {
    "summary_col": lambda fit: summary_col([fit]),
    "influence_plot": regressionplots.influence_plot,
    "plot_leverage_resid2": regressionplots.plot_leverage_resid2,
    "plot_ccpr": lambda fit: regressionplots.plot_ccpr(fit, "age"),
    "plot_partregress_grid": regressionplots.plot_partregress_grid,
    "qqplot": lambda fit: sm.qqplot(fit.resid),
    "plot_fit": lambda fit: regressionplots.plot_fit(fit, "age", vlines=False),
}
"""What makes pictures and tables."""

REFUSED = {
    "plot_fit": lambda fit: regressionplots.plot_fit(fit, "age"),
    "plot_regress_exog": lambda fit: regressionplots.plot_regress_exog(fit, "age"),
    "wls_prediction_std": wls_prediction_std,
    "OLSInfluence": lambda fit: outliers_influence.OLSInfluence(fit).cooks_distance,
    "summary_table": outliers_influence.summary_table,
    "cov_hc0": sandwich_covariance.cov_hc0,
    "cov_hc3": sandwich_covariance.cov_hc3,
    "cov_white_simple": sandwich_covariance.cov_white_simple,
    "cov_hac": sandwich_covariance.cov_hac,
    "compare_lm_test": lambda fit: (
        smf.ols(f"{FORMULA} + sex", fit.model.data.frame).fit().compare_lm_test(fit)
    ),
    "Mediation": lambda fit: Mediation(
        gaussmle("thalach ~ age + oldpeak", fit.model.data.frame),
        gaussmle("oldpeak ~ age", fit.model.data.frame),
        "age",
        "oldpeak",
    ).fit(n_rep=2),
}
"""What fails, with an error and not with a wrong number."""


@pytest.mark.parametrize("name", WORK)
def test_functions_give_what_they_give_for_ols(ours, theirs, name):
    found, expected = WORK[name](ours), WORK[name](theirs)
    np.testing.assert_allclose(found, expected, rtol=1e-6, equal_nan=True)


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_and_tables_are_made(ours, name):
    assert DRAWN[name](ours) is not None


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_fails(ours, name):
    with pytest.raises((AttributeError, ValueError, TypeError, IndexError)):
        REFUSED[name](ours)


def test_the_page_names_these_functions():
    section = PAGE.read_text("utf-8").split("## Functions of statsmodels")[1].split("\n## ")[0]
    text, table = section.split("| function |")
    rows = " ".join(line.split("|")[1] for line in table.splitlines()[2:] if "|" in line)
    names = re.compile(r"`(\w+)`")
    works, limits = text.split("Where responses are censored")
    ours = {"wald_test_terms", "compare_lr_test"}
    assert set(names.findall(works)) - ours == set(WORK) | set(DRAWN)
    assert {"linear_reset", "test_normality", "score_test"} <= set(names.findall(limits))
    assert set(names.findall(rows)) == set(REFUSED)
