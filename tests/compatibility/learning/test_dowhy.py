"""dowhy: causal graphs whose mechanisms are the regressor, and effects by way of econml.

Its own estimators fit statsmodels' OLS and GLM by name: others reach it as regressors.
"""

import networkx as nx
import pytest
from dowhy import CausalModel, gcm
from dowhy.gcm.ml import SklearnRegressionModel
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression

from sm_gaussmle import gaussmle
from sm_gaussmle.sklearn import GaussianMLERegressor

CAUSES = ["age", "oldpeak", "chol"]


@pytest.fixture
def rows(X, y):
    return X.assign(y=y)


@pytest.fixture
def graph(rows):
    """The response with its causes; its mechanism is the regressor."""
    gcm.config.disable_progress_bars()
    model = gcm.InvertibleStructuralCausalModel(nx.DiGraph([(name, "y") for name in CAUSES]))
    for name in CAUSES:
        model.set_causal_mechanism(name, gcm.EmpiricalDistribution())
    regressor = SklearnRegressionModel(GaussianMLERegressor(scale_columns=[0]))
    model.set_causal_mechanism("y", gcm.AdditiveNoiseModel(regressor))
    gcm.fit(model, rows)
    return model


def test_counterfactuals_move_by_what_the_mean_moves(graph, rows):
    # The regressor has the causes in the order of the alphabet: the age is the first.
    fit = gaussmle("y ~ age + chol + oldpeak | age", rows).fit()
    found = gcm.counterfactual_samples(graph, {"age": lambda _: 50.0}, observed_data=rows)
    expected = rows["y"] + fit.params["age"] * (50 - rows["age"])
    assert_allclose(found["y"], expected, rtol=1e-6)


def causal(rows, treatment):
    model = CausalModel(
        rows.assign(treatment=treatment),
        treatment="treatment",
        outcome="y",
        common_causes=CAUSES,
    )
    return model, model.identify_effect(proceed_when_unidentifiable=True)


# dowhy names the estimators of econml by strings, which it deprecates itself, and hands
# them the response as a column.
@pytest.mark.filterwarnings(
    "ignore:Using a string to specify:DeprecationWarning", "ignore:A column-vector y was passed"
)
def test_effects_by_way_of_econml_are_those_of_linear_regression(rows, treatment):
    model, estimand = causal(rows, treatment)
    found = []
    for make in (GaussianMLERegressor, LinearRegression):
        options = {"model_y": make(), "model_t": make(), "cv": 3, "random_state": 1}
        estimate = model.estimate_effect(
            estimand,
            method_name="backdoor.econml.dml.LinearDML",
            method_params={"init_params": options, "fit_params": {}},
        )
        found.append(estimate.value)
    assert_allclose(found[0], found[1], rtol=1e-8)


def test_its_own_estimators_take_no_results(rows, treatment):
    # If this fails, it takes another model of statsmodels, and the page can say so.
    model, estimand = causal(rows, treatment)
    result = gaussmle("y ~ age", rows).fit()
    with pytest.raises(AttributeError, match="link"):
        model.estimate_effect(
            estimand,
            method_name="backdoor.generalized_linear_model",
            method_params={"glm_family": result},
        )
