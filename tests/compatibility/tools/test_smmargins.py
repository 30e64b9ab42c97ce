"""smmargins: effects and predictions at values of the variables.

It evaluates formulas through patsy's `design_info` on the table of columns, where patsy
leaves it; stateful transforms are therefore right.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from smmargins import Margins

from sm_gaussmle import gaussmle

# It takes derivatives in the variables and in the parameters by differences.
DIFFERENCES = 1e-4


@pytest.mark.parametrize("variable", ["age", "oldpeak"])
@pytest.mark.parametrize("name", ["constant", "scaled"])
def test_average_effects_on_the_mean_are_the_coefficients(request, name, variable):
    result = request.getfixturevalue(name)
    found = Margins(result).dydx(variable)
    assert_allclose(found.estimate, result.params[variable], rtol=DIFFERENCES)
    assert_allclose(found.se, result.bse[variable], rtol=DIFFERENCES)


def test_average_effects_on_sigma_are_those_of_get_margeff(view):
    found, expected = Margins(view).dydx("age"), view.get_margeff()
    assert_allclose(found.estimate, expected.margeff, rtol=DIFFERENCES)
    assert_allclose(found.se, expected.margeff_se, rtol=DIFFERENCES)


@pytest.mark.parametrize("cov_type", ["HC0", "HC1"])
@pytest.mark.parametrize("name", ["scaled", "view"])
def test_other_covariances(request, name, cov_type):
    result = request.getfixturevalue(name)
    found = Margins(result, cov_type=cov_type).dydx("age")
    robust = result.get_robustcov_results(cov_type).get_margeff()
    assert_allclose(found.se, robust.margeff_se[0], rtol=DIFFERENCES)


def test_predictions_at_values_are_averages_over_the_other_variables(scaled, heart):
    found = Margins(scaled).predict(atexog={"age": [40, 60]})
    rows = [scaled.model.new_designs(heart.assign(age=age), "mean")[0] for age in (40, 60)]
    averages = np.array([each.mean(axis=0) for each in rows])
    cov = scaled.cov_params().iloc[:4, :4]
    assert_allclose(found.estimate, averages @ scaled.params[:4], rtol=1e-12)
    expected = np.sqrt(np.diag(averages @ cov.to_numpy() @ averages.T))
    assert_allclose(found.se, expected, rtol=DIFFERENCES)


def test_predictions_of_sigma_at_values(view, heart):
    found = Margins(view).predict(atexog={"age": [40, 60]})
    expected = [view.predict(heart.assign(age=age)).mean() for age in (40, 60)]
    assert_allclose(found.estimate, expected, rtol=1e-12)


def test_levels_of_a_factor_are_compared_with_the_first(heart):
    heart["pain"] = heart["cp"].map("type {}".format)
    result = gaussmle("thalach ~ age + pain | pain", heart).fit()
    found = Margins(result).dydx("pain")
    assert_allclose(found.estimate, result.params[1:4], rtol=DIFFERENCES)
    view = result.scale_view()
    sigma = [view.predict(heart.assign(pain=f"type {cp}")).mean() for cp in (1, 2, 3, 4)]
    found = Margins(view).dydx("pain")
    assert_allclose(found.estimate, np.subtract(sigma[1:], sigma[0]), rtol=DIFFERENCES)


def test_stateful_transforms_keep_their_state(heart):
    result = gaussmle("thalach ~ bs(age, df=4) | center(age)", heart).fit()
    young = heart[heart["age"] < 45]
    found = Margins(result, data=young).predict()
    assert_allclose(found.estimate, result.predict(young).mean(), rtol=1e-12)
    view = result.scale_view()
    found = Margins(view, data=young).predict()
    assert_allclose(found.estimate, view.predict(young).mean(), rtol=1e-12)
