"""Fits that the tests of comparisons share."""

import pytest

from sm_gaussmle import GaussianMLE

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]


@pytest.fixture
def small(rows):
    """A fit without x1, of constant variance."""
    return GaussianMLE(rows["y"], rows[["one", "x2"]]).fit()


@pytest.fixture
def middle(rows):
    """A fit with x1, of constant variance, between the other two."""
    return GaussianMLE(rows["y"], rows[MEAN]).fit()


@pytest.fixture
def large(rows):
    """A fit with x1 and a scale equation, of which the others are special cases."""
    return GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit()
