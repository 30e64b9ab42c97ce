"""What all tests share."""

import os

import pytest
from hypothesis import settings

from sm_gaussmle import datasets

# In CI the same examples at each run, and no deadline: its machine may be busy.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture
def heart():
    """The heart data, a fresh frame for each test."""
    return datasets.heart.load_pandas().data
