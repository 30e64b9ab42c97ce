"""regdiag: diagnostics of a regressor of scikit-learn, and of results of OLS alone."""

import pytest
import regdiag
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.sklearn import GaussianMLERegressor


def test_diagnostics_of_the_regressor_are_those_of_ols(X, y):
    rows = X.to_numpy()
    found = regdiag.diagnose(GaussianMLERegressor().fit(rows, y), rows, y, plot=False)
    ols = smf.ols("y ~ age + oldpeak + chol", X.assign(y=y)).fit()
    expected = ols.get_influence()
    assert_allclose(found.leverage, expected.hat_matrix_diag, rtol=1e-8)
    assert_allclose(found.cooks_distance, expected.cooks_distance[0], rtol=1e-8)


def test_results_of_other_models_than_ols_are_refused(X, y):
    # If this fails, it takes results, and the page can say so.
    result = gaussmle("y ~ age + oldpeak + chol", X.assign(y=y)).fit()
    with pytest.raises(NotImplementedError, match="only supports statsmodels OLS"):
        regdiag.diagnose(result, X, y, plot=False)
