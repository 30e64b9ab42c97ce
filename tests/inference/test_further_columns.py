"""Columns beside those of a model, from sums over the rows."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.inference.further_columns import AtEstimates, further_columns
from sm_gaussmle.inference.nested import beyond
from sm_gaussmle.likelihood.evaluation import RowBlock, evaluate
from sm_gaussmle.sources.memory import Memory

N = 500
RNG = np.random.default_rng(12)
X = np.column_stack([np.ones(N), RNG.normal(size=(N, 2))])
NEW = np.column_stack([RNG.normal(size=N), X[:, 1] + 0.01 * RNG.normal(size=N)])
EPS = float(np.finfo(float).eps)


def looked_at(new, *, separate, exog=X, constant=0):
    """Return what further columns of the mean have beyond a constant and two columns."""
    rows = Memory(RowBlock(np.zeros(N), np.column_stack([exog, new]), X[:, :1]))
    return further_columns(rows, (exog.shape[1], 1), (constant, 0), separate=separate)[0]


def test_the_share_beyond_the_model_is_that_of_rows_in_memory():
    found = looked_at(NEW, separate=True)
    # Of columns within a hundredth of each other, a hundred times the rounding.
    assert_allclose(found.share, beyond(NEW, X).share, rtol=1e-10)


def test_columns_that_are_looked_at_together_stand_beside_those_before_them():
    twice = np.column_stack([NEW[:, 0], NEW[:, 0] + X[:, 1]])
    assert (looked_at(twice, separate=True).share > 0.1).all()
    together = looked_at(twice, separate=False)
    assert together.share[0] > 0.1
    assert together.share[1] < together.tolerance[1]


@pytest.mark.parametrize("separate", [True, False])
@pytest.mark.parametrize(
    "columns",
    [
        X[:, 1] - 3.0 * X[:, 2] + 5.0,
        np.full(N, 7.0),
        np.zeros(N),
        2000.0 + 1e-11 * X[:, 1],
    ],
    ids=["a combination", "a constant", "zeros", "a constant but for rounding"],
)
def test_dependent_columns_are_within_the_tolerance(columns, separate):
    found = looked_at(columns[:, None], separate=separate)
    assert found.share[0] <= found.tolerance[0]


@pytest.mark.parametrize("shift", [0.0, 2000.0, 1e6])
def test_a_column_far_from_zero_is_new(shift):
    found = looked_at(NEW[:, :1] + shift, separate=False)
    assert found.share[0] > 0.5 > found.tolerance[0]


def test_without_a_constant_the_length_is_from_zero():
    exog = X[:, 1:]
    found = looked_at(np.ones((N, 1)), separate=False, exog=exog, constant=None)
    assert found.share[0] > 0.9
    dependent = looked_at(exog[:, :1] * 3.0, separate=False, exog=exog, constant=None)
    assert dependent.share[0] <= dependent.tolerance[0]


def test_no_further_columns_have_no_share():
    assert looked_at(np.zeros((N, 0)), separate=False).share.shape == (0,)


def test_the_new_columns_are_orthonormal():
    found = looked_at(NEW, separate=False)
    columns = found.whitening.columns(np.column_stack([X, NEW]))
    # Sums of 500 terms; the last column is a hundredth new.
    assert_allclose(columns.T @ columns / N, np.eye(5), atol=1e-11)


def test_columns_that_are_looked_at_by_themselves_are_orthogonal_to_the_model():
    found = looked_at(NEW, separate=True)
    columns = found.whitening.columns(np.column_stack([X, NEW]))
    products = columns.T @ columns / N
    assert_allclose(products[:3, 3:], np.zeros((3, 2)), atol=1e-11)
    assert_allclose(np.diagonal(products), np.ones(5), atol=1e-11)


def test_rows_at_the_estimates_have_the_likelihood_of_the_fit_at_zero():
    params = np.array([0.5, 1.0, -2.0, 0.3])
    endog, offset = RNG.normal(size=N), RNG.normal(size=N)
    scale = np.column_stack([X[:, :1], NEW[:, :1]])
    rows = Memory(RowBlock(endog, np.column_stack([X, NEW]), scale, offset))
    found = further_columns(rows, (3, 1), (0, 0), separate=False)
    longer = rows.mapped(AtEstimates(params, (3, 1), *(each.whitening for each in found)))
    own = Memory(RowBlock(endog, X, X[:, :1], offset)).total(partial(evaluate, params), 5)
    there = longer.total(partial(evaluate, np.zeros(7)), 8)
    # a sum of 500 terms
    assert there.loglike == pytest.approx(own.loglike, abs=N * EPS * abs(own.loglike))
    assert longer.rows.exog.shape == (N, 5)
    assert longer.rows.exog_scale.shape == (N, 2)
