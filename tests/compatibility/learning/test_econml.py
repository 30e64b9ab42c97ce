"""econml: double machine learning with the regressor for response and treatment."""

import numpy as np
import pytest
from econml.dml import LinearDML
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold

from sm_gaussmle import gaussmle
from sm_gaussmle.sklearn import GaussianMLERegressor


@pytest.fixture
def folds(X):
    return list(KFold(3, shuffle=True, random_state=1).split(X))


def fitted(make, X, y, treatment, folds):
    model = LinearDML(model_y=make(), model_t=make(), cv=folds, random_state=1)
    return model.fit(y, treatment, X=X[["age"]], W=X[["oldpeak", "chol"]])


def test_with_constant_variance_effects_are_those_of_linear_regression(X, y, treatment, folds):
    ours, theirs = (
        fitted(make, X, y, treatment, folds)
        for make in (GaussianMLERegressor, LinearRegression)
    )
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-8)
    assert_allclose(ours.ate(X[["age"]]), theirs.ate(X[["age"]]), rtol=1e-8)
    assert_allclose(
        ours.effect_interval(X[["age"]]), theirs.effect_interval(X[["age"]]), rtol=1e-8
    )


def test_with_a_scale_equation_effects_are_those_of_the_residuals(X, y, treatment, folds):
    # Columns reach the models as arrays: the age is the first.
    model = fitted(lambda: GaussianMLERegressor(scale_columns=[0]), X, y, treatment, folds)
    rows = X.assign(y=y, t=treatment)
    residuals = np.empty((len(X), 2))
    for train, test in folds:
        for place, name in enumerate(["y", "t"]):
            fit = gaussmle(f"{name} ~ age + oldpeak + chol | age", rows.iloc[train]).fit()
            residuals[test, place] = rows[name].iloc[test] - fit.predict(rows.iloc[test])
    design = residuals[:, [1]] * np.column_stack([np.ones(len(X)), X["age"]])
    expected = np.linalg.lstsq(design, residuals[:, 0])[0]
    assert_allclose([model.intercept_, *model.coef_], expected, rtol=1e-6)
