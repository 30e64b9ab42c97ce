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


def data_of(fit):
    return fit.model.endog, fit.model.exog


def other(fit):
    """A fit of the same kind that is not nested in it."""
    return type(fit.model).from_formula("thalach ~ chol + sex", fit.model.data.frame).fit()


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
    "acorr_lm": lambda fit: diagnostic.acorr_lm(fit.resid, result_object=True).lm,
    "het_arch": lambda fit: diagnostic.het_arch(fit.resid, result_object=True).lm,
    "het_goldfeldquandt": lambda fit: (
        diagnostic.het_goldfeldquandt(*data_of(fit), result_object=True).fval
    ),
    "spec_white": lambda fit: diagnostic.spec_white(fit.resid, fit.model.exog),
    "breaks_hansen": lambda fit: diagnostic.breaks_hansen(fit)[0],
    "compare_j": lambda fit: (
        diagnostic.compare_j(fit, other(fit), result_object=True).statistic
    ),
    "compare_cox": lambda fit: (
        diagnostic.compare_cox(fit, other(fit), result_object=True).statistic
    ),
    "compare_encompassing": lambda fit: diagnostic.compare_encompassing(
        fit, other(fit)
    ).to_numpy(),
    "jarque_bera": lambda fit: stattools.jarque_bera(fit.resid),
    "omni_normtest": lambda fit: stattools.omni_normtest(fit.resid).statistic,
    "lilliefors": lambda fit: diagnostic.lilliefors(fit.resid)[0],
    "normal_ad": lambda fit: diagnostic.normal_ad(fit.resid),
    "variance_inflation_factor": lambda fit: [
        outliers_influence.variance_inflation_factor(fit.model.exog, column)
        for column in (1, 2, 3)
    ],
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
    "MLEInfluence": lambda fit: outliers_influence.MLEInfluence(fit).summary_frame(),
    "cov_nw_panel": lambda fit: sandwich_covariance.cov_nw_panel(
        fit, 1, [(0, 150), (150, 303)]
    ),
    "abline_plot": lambda fit: regressionplots.abline_plot(
        model_results=gaussmle("thalach ~ age", fit.model.data.frame).fit()
    ),
    "plot_ceres_residuals": lambda fit: regressionplots.plot_ceres_residuals(fit, "age"),
    "plot_added_variable": lambda fit: regressionplots.plot_added_variable(fit, "age"),
    "plot_partial_residuals": lambda fit: regressionplots.plot_partial_residuals(fit, "age"),
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


MISREAD = {
    "GLMInfluence": (
        lambda fit: outliers_influence.GLMInfluence(fit).cooks_distance[0],
        lambda fit: fit.get_influence().cooks_distance[0],
    ),
    "cov_cluster": (
        lambda fit: sandwich_covariance.cov_cluster(fit, groups(fit)),
        lambda fit: fit.get_robustcov_results("cluster", groups=groups(fit)).cov_params(),
    ),
}
"""What gives other numbers, with what to use instead."""


def groups(fit):
    return fit.model.data.frame["cp"].to_numpy()


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


@pytest.mark.parametrize("name", MISREAD)
def test_what_gives_other_numbers_does(ours, name):
    # If this fails, the function reads these results rightly, and the page can say so.
    wrong, right = (function(ours) for function in MISREAD[name])
    assert not np.allclose(wrong, right, rtol=1e-3)


def test_the_page_names_these_functions():
    section = PAGE.read_text("utf-8").split("## Functions of statsmodels")[1].split("\n## ")[0]
    text, table = section.split("| function |")
    rows = " ".join(line.split("|")[1] for line in table.splitlines()[2:] if "|" in line)
    names = re.compile(r"`(\w+)`")
    works, limits = text.split("Where responses are censored")
    ours = {"wald_test_terms", "compare_lr_test"}
    assert set(names.findall(works)) - ours == set(WORK) | set(DRAWN)
    assert {"linear_reset", "test_normality", "score_test"} <= set(names.findall(limits))
    assert set(names.findall(rows)) == set(REFUSED) | set(MISREAD)
