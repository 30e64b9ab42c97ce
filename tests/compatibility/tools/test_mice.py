"""statsmodels' own MICE: multiple imputation, with this model for the analysis."""

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from statsmodels.imputation.mice import MICE, MICEData

from sm_gaussmle import GaussianMLE

FORMULA = "thalach ~ age + exang + oldpeak"


@pytest.fixture
def imputed(heart):
    """Imputations of a tenth of one variable: the same for each model that asks."""
    holes = heart[["thalach", "age", "exang", "oldpeak"]].astype(float)
    holes.loc[np.random.default_rng(1).random(303) < 0.1, "oldpeak"] = np.nan
    return lambda: MICEData(holes, rng=np.random.default_rng(2))


def test_pooled_coefficients_of_the_mean_are_those_of_ols(imputed):
    ours = MICE(FORMULA, GaussianMLE, imputed()).fit(2, 4)
    theirs = MICE(FORMULA, sm.OLS, imputed()).fit(2, 4)
    assert_allclose(ours.params[:4], theirs.params, rtol=1e-8)
    assert ours.exog_names == [*theirs.exog_names, "ln(sigma2)"]


def test_pooled_standard_errors_are_by_rubins_rules(imputed):
    mice = MICE(FORMULA, GaussianMLE, imputed(), init_kwds={"scale_formula": "~ age"})
    pooled = mice.fit(2, 4)
    each = np.array([result.params for result in mice.results_list])
    within = np.mean([result.bse**2 for result in mice.results_list], axis=0)
    assert each.shape == (4, 6)
    assert_allclose(pooled.params, each.mean(axis=0), rtol=1e-14)
    assert_allclose(pooled.bse**2, within + 1.25 * each.var(axis=0, ddof=1), rtol=1e-12)
    assert "ln(sigma2)[age]" in pooled.summary().as_text()
