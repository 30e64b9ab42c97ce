"""What the tests of scikit-learn's company share."""

import warnings

import pytest

with warnings.catch_warnings():
    # shap makes its colours in a way that Matplotlib is to remove.
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap  # noqa: F401 - once, before the tests do


@pytest.fixture
def X(heart):
    return heart[["age", "oldpeak", "chol"]].astype(float)


@pytest.fixture
def y(heart):
    return heart["thalach"].astype(float)


@pytest.fixture
def treatment(heart):
    return heart["exang"].astype(float)
