"""scikit-learn's tools that take an estimator; its contract is in tests/test_sklearn.py."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor, StackingRegressor, VotingRegressor
from sklearn.feature_selection import RFE, SelectFromModel
from sklearn.inspection import partial_dependence
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import learning_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sm_gaussmle.sklearn import GaussianMLERegressor


@pytest.fixture
def scaled(X, y):
    return GaussianMLERegressor(scale_columns=["age"]).fit(X, y)


def test_partial_dependence_is_a_line_with_the_coefficient(scaled, X):
    found = partial_dependence(scaled, X, ["age"], kind="average")
    slopes = np.diff(found["average"][0]) / np.diff(found["grid_values"][0])
    assert_allclose(slopes, scaled.coef_[0], rtol=1e-8)


@pytest.mark.parametrize("count", [1, 2])
def test_columns_are_eliminated_by_their_coefficients(X, y, count):
    kept = [
        make_pipeline(StandardScaler(), RFE(make(), n_features_to_select=count)).fit(X, y)[-1]
        for make in (GaussianMLERegressor, LinearRegression)
    ]
    assert list(kept[0].support_) == list(kept[1].support_)
    assert kept[0].support_.sum() == count


def test_columns_are_selected_by_their_coefficients(scaled, X):
    selected = SelectFromModel(scaled, prefit=True, threshold="mean").get_support()
    sizes = np.abs(scaled.coef_)
    assert list(selected) == list(sizes > sizes.mean())


def test_a_logarithm_of_the_response_is_undone(X, y):
    regressor = GaussianMLERegressor(scale_columns=["age"])
    whole = TransformedTargetRegressor(regressor, func=np.log, inverse_func=np.exp).fit(X, y)
    assert_allclose(
        whole.predict(X), np.exp(regressor.fit(X, np.log(y)).predict(X)), rtol=1e-12
    )


def test_transformers_that_keep_names_name_the_columns_of_the_variance(X, y):
    named = make_pipeline(StandardScaler(), GaussianMLERegressor(scale_columns=["age"]))
    placed = make_pipeline(StandardScaler(), GaussianMLERegressor(scale_columns=[0]))
    with config_context(transform_output="pandas"):
        named.fit(X, y)
    assert_allclose(named[-1].coef_scale_, placed.fit(X, y)[-1].coef_scale_, rtol=1e-10)
    assert list(named[-1].feature_names_in_) == list(X)


@pytest.mark.parametrize("jobs", [1, 2])
def test_ensembles_are_those_of_linear_regression(X, y, jobs):
    for ensemble in (
        lambda make: BaggingRegressor(make(), 5, random_state=1, n_jobs=jobs),
        lambda make: StackingRegressor([("a", make())], make(), n_jobs=jobs),
        lambda make: VotingRegressor([("a", make())], n_jobs=jobs),
    ):
        ours, theirs = (
            ensemble(make).fit(X, y).predict(X)
            for make in (GaussianMLERegressor, LinearRegression)
        )
        assert_allclose(ours, theirs, rtol=1e-9)


def test_learning_curves_are_those_of_linear_regression(X, y):
    ours, theirs = (
        learning_curve(make(), X, y, train_sizes=[50, 100], cv=3)[1:]
        for make in (GaussianMLERegressor, LinearRegression)
    )
    assert_allclose(ours, theirs, rtol=1e-8)
