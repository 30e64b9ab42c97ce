"""shap: what each column adds to the regressor's mean, or to what results predict.

It takes the regressor for a linear model, and any function; the results themselves are
neither. Of a linear function the values are known: coefficients times deviations.
"""

import numpy as np
import pandas as pd
import pytest
import shap
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.sklearn import GaussianMLERegressor


def centred(X):
    return (X - X.mean()).to_numpy()


@pytest.mark.parametrize("columns", [None, ["age"]])
def test_the_regressor_is_a_linear_model(X, y, columns):
    regressor = GaussianMLERegressor(scale_columns=columns).fit(X, y)
    # All rows: by default it compares with 100 of them.
    explainer = shap.LinearExplainer(regressor, shap.maskers.Independent(X, max_samples=len(X)))
    assert_allclose(explainer(X).values, centred(X) * regressor.coef_, atol=1e-10)
    assert_allclose(explainer.expected_value, regressor.predict(X).mean(), rtol=1e-12)


@pytest.fixture
def result(X, y):
    return gaussmle("y ~ age + oldpeak + chol | age", X.assign(y=y)).fit()


def values(function, X):
    """Values of a function of a data frame; shap gives it arrays."""
    explainer = shap.KernelExplainer(
        lambda rows: np.asarray(function(pd.DataFrame(rows, columns=X.columns))), X
    )
    return explainer.shap_values(X.head(3), silent=True)


def test_predictions_of_the_mean_are_explained(result, X):
    coefficients = result.params[["age", "oldpeak", "chol"]].to_numpy()
    assert_allclose(values(result.predict, X), centred(X)[:3] * coefficients, atol=1e-6)


def test_predictions_of_the_log_variance_are_explained(result, X):
    found = values(lambda rows: np.log(result.predict(rows, which="variance")), X)
    coefficients = [result.params["ln(sigma2)[age]"], 0.0, 0.0]
    assert_allclose(found, centred(X)[:3] * coefficients, atol=1e-8)


def test_results_themselves_are_no_model_to_it(result, X):
    # If this fails, it takes results, and the page can say so.
    with pytest.raises(TypeError, match="not callable"):
        shap.Explainer(result, X)
    with pytest.raises(Exception, match="unknown model type"):
        shap.LinearExplainer(result, X)
