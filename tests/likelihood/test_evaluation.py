"""The sums over rows, against the rows one by one."""

import copy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.likelihood.evaluation import RowBlock, evaluate

from .blocks import FIELDS, cut_blocks, part_of, row_blocks, total
from .schemes import SCHEMES, few_examples, over_schemes

# Sums of 25 rows with values up to 1e5 or so: 100 units in the last place of the largest.
RTOL = 1e-13

seeds = st.integers(0, 2**32 - 1)


def params_for(block, seed):
    return np.random.default_rng(seed).normal(
        size=block.exog.shape[1] + block.exog_scale.shape[1]
    )


def evaluate_as(params, scheme, block):
    """Return the sums over rows whose responses are seen as a scheme says."""
    return evaluate(params, scheme.observed(block))


def row_by_row(params, scheme, block):
    """Return log-likelihood, score and Hessian as sums over a loop, with their sizes."""
    k_mean = block.exog.shape[1]
    k = k_mean + block.exog_scale.shape[1]
    loglike, score, hessian = 0.0, np.zeros(k), np.zeros((k, k))
    sizes = [0.0, np.zeros(k), np.zeros((k, k))]
    for i in range(len(block.endog)):
        x, z = block.exog[i], block.exog_scale[i]
        mean, eta = x @ params[:k_mean], z @ params[k_mean:]
        if block.offset is not None:
            mean += block.offset[i]
        if block.log_variance_offset is not None:
            eta += block.log_variance_offset[i]
        weight = 1.0 if block.freq_weights is None else block.freq_weights[i]
        terms = scheme.terms(*np.array([[block.endog[i]], [mean], [eta]]))
        s_mean, s_scale = (weight * factor[0] for factor in terms.score_factor)
        h_mean, h_mixed, h_scale = (weight * factor[0] for factor in terms.hessian_factor)
        row_score = np.concatenate([s_mean * x, s_scale * z])
        row_hessian = np.block(
            [
                [h_mean * np.outer(x, x), h_mixed * np.outer(x, z)],
                [h_mixed * np.outer(z, x), h_scale * np.outer(z, z)],
            ]
        )
        loglike += weight * terms.loglike[0]
        score += row_score
        hessian += row_hessian
        sizes[0] += weight * abs(terms.loglike[0]) + weight
        # The score of the scale is a difference: both of its parts round.
        sizes[1] += np.abs(np.concatenate([s_mean * x, (abs(s_scale) + weight) * z]))
        sizes[2] += np.abs(row_hessian)
    return (loglike, score, hessian), sizes


def assert_same(first, second, sizes=None):
    """Compare two evaluations, up to the rounding of their sums."""
    size = sizes or (
        1 + abs(second.loglike) + second.nobs,
        np.abs(second.score).max() + np.abs(second.hessian).max() + second.nobs,
        np.abs(second.hessian).max() + second.nobs,
    )
    assert abs(first.loglike - second.loglike) <= 10 * RTOL * size[0]
    assert (np.abs(first.score - second.score) <= 10 * RTOL * size[1]).all()
    assert (np.abs(first.hessian - second.hessian) <= 10 * RTOL * size[2]).all()
    assert first.nobs == pytest.approx(second.nobs, rel=RTOL)
    assert first.smallest_log_variance == pytest.approx(
        second.smallest_log_variance, rel=RTOL, abs=RTOL
    )


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds)
def test_an_evaluation_is_the_sum_of_the_terms_of_its_rows(scheme, block, seed):
    params = params_for(block, seed)
    found = evaluate_as(params, scheme, block)
    (loglike, score, hessian), sizes = row_by_row(params, scheme, block)
    # Root and residual are multiplied in another order: a few units per row.
    assert abs(found.loglike - loglike) <= RTOL * sizes[0] * 10
    assert (np.abs(found.score - score) <= RTOL * sizes[1] * 10).all()
    assert (np.abs(found.hessian - hessian) <= RTOL * (sizes[2] + 1) * 10).all()


@over_schemes
@few_examples
@given(cut=cut_blocks(), seed=seeds)
def test_any_partition_gives_the_same_evaluation(scheme, cut, seed):
    block, parts = cut
    params = params_for(block, seed)
    whole = evaluate_as(params, scheme, block)
    assert_same(total([evaluate_as(params, scheme, part) for part in parts]), whole)


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds)
def test_the_order_of_rows_does_not_matter(scheme, block, seed):
    params = params_for(block, seed)
    order = np.random.default_rng(seed).permutation(len(block.endog))
    assert_same(
        evaluate_as(params, scheme, part_of(block, order)),
        evaluate_as(params, scheme, block),
    )


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds)
def test_a_frequency_weight_is_the_row_that_many_times(scheme, block, seed):
    params = params_for(block, seed)
    times = np.random.default_rng(seed).integers(1, 4, len(block.endog))
    repeated = part_of(block, np.repeat(np.arange(len(times)), times))
    once = {name: getattr(block, name) for name in FIELDS}
    weights = np.ones(len(times)) if block.freq_weights is None else block.freq_weights
    weighted = RowBlock(**(once | {"freq_weights": weights * times}))
    assert_same(
        evaluate_as(params, scheme, weighted),
        evaluate_as(params, scheme, repeated),
    )


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds)
def test_the_hessian_is_symmetric(scheme, block, seed):
    hessian = evaluate_as(params_for(block, seed), scheme, block).hessian
    assert (hessian == hessian.T).all()


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds)
def test_the_smallest_log_variance_is_that_of_a_row(scheme, block, seed):
    params = params_for(block, seed)
    found = evaluate_as(params, scheme, block).smallest_log_variance
    scale = block.exog_scale @ params[block.exog.shape[1] :]
    # Its known part is added and taken off again.
    assert found == pytest.approx(scale.min(), rel=RTOL, abs=1e-12)


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds)
def test_an_offset_is_the_same_as_a_lower_response(scheme, block, seed):
    params = params_for(block, seed)
    seen = scheme.observed(block)
    offset = np.random.default_rng(seed).normal(size=len(block.endog))
    bounds = None if seen.bounds is None else seen.bounds.standardized(offset, 1.0)
    lower = replace(seen, endog=seen.endog - offset, bounds=bounds)
    before = 0.0 if seen.offset is None else seen.offset
    assert_rounded_anew(
        evaluate(params, replace(seen, offset=before + offset)), evaluate(params, lower)
    )
    assert_rounded_anew(
        evaluate(params, replace(seen, offset=offset)),
        evaluate(params, replace(lower, offset=None)),
    )


def assert_rounded_anew(first, second):
    """Compare where responses and limits are rounded: up to 1e3 standard deviations."""
    size = 1.0 + np.abs(second.hessian).max() + np.abs(second.score).max()
    assert_same(first, second, (size + abs(second.loglike), 10 * size, 10 * size))


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds, shift=st.floats(-3, 3))
def test_a_known_log_variance_is_a_column_with_coefficient_one(scheme, block, seed, shift):
    params = params_for(block, seed)
    fields = {name: getattr(block, name) for name in FIELDS}
    known = np.full(len(block.endog), shift)
    as_column = np.column_stack([block.exog_scale, known])
    fields["log_variance_offset"] = None
    first = evaluate_as(params, scheme, RowBlock(**(fields | {"log_variance_offset": known})))
    second = evaluate_as(
        np.append(params, 1.0),
        scheme,
        RowBlock(**(fields | {"exog_scale": as_column})),
    )
    k = len(params)
    size = 1 + np.abs(first.hessian).max() + abs(first.loglike)
    assert abs(first.loglike - second.loglike) <= 10 * RTOL * size
    assert (np.abs(first.score - second.score[:k]) <= 10 * RTOL * size).all()
    assert (np.abs(first.hessian - second.hessian[:k, :k]) <= 10 * RTOL * size).all()


@over_schemes
@few_examples
@given(block=row_blocks(), seed=seeds)
def test_evaluation_leaves_the_data_and_the_parameters_alone(scheme, block, seed):
    params = params_for(block, seed)
    before = copy.deepcopy((params, block))
    evaluate_as(params, scheme, block)
    assert (before[0] == params).all()
    for name in FIELDS:
        np.testing.assert_equal(getattr(before[1], name), getattr(block, name))


def test_a_weight_of_zero_is_no_row():
    rng = np.random.default_rng(5)
    exog = rng.normal(size=(8, 2))
    block = RowBlock(
        rng.normal(size=8), exog, np.ones((8, 1)), freq_weights=np.array([1.0] * 7 + [0.0])
    )
    params = np.array([0.5, -1.0, 0.2])
    scheme = SCHEMES["exact"]
    assert_same(
        evaluate_as(params, scheme, block),
        evaluate_as(params, scheme, part_of(block, slice(0, 7))),
    )


def test_layout_in_memory_does_not_matter():
    rng = np.random.default_rng(6)
    exog, exog_scale = rng.normal(size=(50, 3)), rng.normal(size=(50, 2))
    endog, params = rng.normal(size=50), rng.normal(size=5)
    scheme = SCHEMES["exact"]
    plain = evaluate_as(params, scheme, RowBlock(endog, exog, exog_scale))
    fortran = evaluate_as(
        params, scheme, RowBlock(endog, np.asfortranarray(exog), exog_scale[::-1][::-1])
    )
    assert_same(fortran, plain)


def test_the_value_at_known_numbers():
    # Two rows at one sigma from a mean of 10 with variance 4: log phi(1) - log 2 each.
    block = RowBlock(np.array([8.0, 12.0]), np.ones((2, 1)), np.ones((2, 1)))
    found = evaluate_as(np.array([10.0, np.log(4.0)]), SCHEMES["exact"], block)
    assert found.loglike == pytest.approx(-np.log(2 * np.pi) - 1 - 2 * np.log(2), rel=1e-15)
    assert_allclose(found.score, [0.0, 0.0], atol=1e-15)
    assert_allclose(found.hessian, [[-0.5, 0.0], [0.0, -1.0]], atol=1e-15)
    assert found.nobs == 2
