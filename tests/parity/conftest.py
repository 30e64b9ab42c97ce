"""What the tests of parity share."""

import pytest
from statsmodels.formula import options


@pytest.fixture(params=["patsy", "formulaic"])
def engine(request, monkeypatch):
    """Both formula engines of statsmodels, one after the other."""
    monkeypatch.setattr(options, "formula_engine", request.param)
    return request.param
