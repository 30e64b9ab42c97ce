"""The parts of the model class are statsmodels' models, for tools that walk the classes."""

import inspect

import pytest

from sm_gaussmle import GaussianMLE


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_tool_finds_the_class_whose_fit_is_another_than_that_of_the_next_class(place):
    # So mlflow's autolog chooses what to log; classes without a `fit` are an error to it.
    first, second = inspect.getmro(GaussianMLE)[place : place + 2]
    assert (first.fit is not second.fit) == (first is GaussianMLE)
