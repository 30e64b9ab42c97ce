"""What follows from the numbers of a fit alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.fit_record import concentrated_loglike, conditioning

from . import plain
from .data import source


def root_of(information):
    return np.linalg.inv(np.linalg.cholesky(information)).T


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 6), units=st.floats(-6, 6))
def test_conditioning_is_that_of_the_information_with_unit_diagonal(seed, k, units):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(20, k)) * 10 ** (units * rng.random(k))
    information = columns.T @ columns
    found = conditioning(root_of(information))
    scale = np.sqrt(np.diagonal(information))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    # Units spread over 1e6, whose square the Cholesky factor loses nothing of.
    assert_allclose(found.smallest_eigenvalue, values[0], rtol=1e-6)
    assert_allclose(found.condition_number, np.sqrt(values[-1] / values[0]), rtol=1e-6)
    assert_allclose(
        np.abs(found.loadings @ vectors[:, 0]),
        1.0 if k == 1 or values[1] > values[0] else 0,
        rtol=1e-6,
    )


@given(seed=st.integers(0, 2**32 - 1))
def test_the_largest_loading_is_positive(seed):
    columns = np.random.default_rng(seed).normal(size=(20, 4))
    loadings = conditioning(root_of(columns.T @ columns)).loadings
    assert loadings[np.argmax(np.abs(loadings))] > 0


def test_orthogonal_parameters_have_condition_number_one():
    found = conditioning(np.diag([1e-5, 1.0, 1e5]))
    assert_allclose((found.condition_number, found.smallest_eigenvalue), 1.0, rtol=1e-14)


def test_loadings_name_the_parameters_that_depend_on_each_other():
    # 0.999 correlation between the first and the third.
    information = np.array([[1.0, 0, 0.999], [0, 1, 0], [0.999, 0, 1]]) * 7
    found = conditioning(root_of(information))
    assert_allclose(np.abs(found.loadings), [0.5**0.5, 0, 0.5**0.5], atol=1e-9)
    assert found.loadings[0] * found.loadings[2] < 0
    assert_allclose(found.smallest_eigenvalue, 0.001, rtol=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_concentrated_log_likelihood_is_that_at_the_best_variance(weighted):
    rng = np.random.default_rng(3)
    n = 40
    weights = rng.integers(1, 4, n).astype(float) if weighted else np.ones(n)
    known = rng.normal(size=n) if weighted else np.zeros(n)
    residual = rng.normal(size=n)
    rss, nobs = (weights * residual**2 / np.exp(known)).sum(), weights.sum()
    rows = source(
        residual,
        np.zeros((n, 1)),
        log_variance_offset=known,
        freq_weights=weights,
    ).rows
    found = concentrated_loglike(rss, nobs, (weights * known).sum())
    at_best = plain.loglike(np.array([0.0, np.log(rss / nobs)]), rows)
    assert_allclose(found, at_best, rtol=1e-13)
    for step in (-1e-3, 1e-3):
        assert plain.loglike(np.array([0.0, np.log(rss / nobs) + step]), rows) < at_best


def test_several_residual_sums_have_as_many_log_likelihoods():
    found = concentrated_loglike(np.array([1.0, 2.0]), 10.0, 3.0)
    one_by_one = [concentrated_loglike(np.array(rss), 10.0, 3.0) for rss in (1.0, 2.0)]
    assert_allclose(found, one_by_one, rtol=1e-15)
