"""Sufficient statistics of exact rows: sums that any partition gives alike."""

import copy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.likelihood.cross_products import (
    Origin,
    cross_products,
    residual_products,
    root_weights,
    triangle,
    working_rows,
)
from sm_gaussmle.likelihood.evaluation import RowBlock

from .blocks import FIELDS, cut_blocks, part_of, row_blocks, total

# Sums of 25 products of numbers up to 1e3: 100 units in the last place of the largest.
TOLERANCE = {"rtol": 1e-12, "atol": 1e-10}
RESPONSES = (None, 1, 3)

seeds = st.integers(0, 2**32 - 1)


def origin_for(block, seed):
    """Return no origin, or a random one."""
    if seed % 2:
        return None
    rng = np.random.default_rng(seed)
    m = () if block.endog.ndim == 1 else block.endog.shape[1:]
    return Origin(rng.normal(size=block.exog.shape[1]), rng.normal(size=m))


def as_columns(block, origin):
    """Return columns, responses as a matrix and weights, by the definitions."""
    n = len(block.endog)
    exog, endog = block.exog, block.endog.reshape(n, -1)
    weights = np.ones(n)
    if block.offset is not None:
        endog = endog - block.offset[:, None]
    if origin is not None:
        exog, endog = exog - origin.exog, endog - origin.endog
    if block.log_variance_offset is not None:
        weights = weights / np.exp(block.log_variance_offset)
    if block.freq_weights is not None:
        weights = weights * block.freq_weights
    return exog, endog, weights


def nobs_and_offset(block):
    """Return the sums of the weights and of the known log variances."""
    n = len(block.endog)
    weights = np.ones(n) if block.freq_weights is None else block.freq_weights
    known = np.zeros(n) if block.log_variance_offset is None else block.log_variance_offset
    return weights.sum(), (weights * known).sum()


# Against the definitions ----------------------------------------------------------------


@given(block=row_blocks(responses=RESPONSES), seed=seeds)
def test_cross_products_are_the_weighted_sums(block, seed):
    origin = origin_for(block, seed)
    found = cross_products(block, origin)
    x, y, w = as_columns(block, origin)
    shape = found.moment.shape
    assert_allclose(found.gram, np.einsum("ni,nj,n->ij", x, x, w), **TOLERANCE)
    assert_allclose(found.moment, np.einsum("ni,nj,n->ij", x, y, w).reshape(shape), **TOLERANCE)
    assert_allclose(np.ravel(found.square), np.einsum("nj,nj,n->j", y, y, w), **TOLERANCE)
    assert_allclose(
        (found.nobs, found.log_variance_offset), nobs_and_offset(block), **TOLERANCE
    )


@given(block=row_blocks(responses=RESPONSES), seed=seeds)
def test_the_triangle_is_a_root_of_the_gram_matrix(block, seed):
    origin = origin_for(block, seed)
    found = triangle(block, origin)
    x, y, w = as_columns(block, origin)
    both = np.hstack([x, y])
    assert_allclose(
        found.factor.T @ found.factor, np.einsum("ni,nj,n->ij", both, both, w), **TOLERANCE
    )
    assert_allclose(
        (found.nobs, found.log_variance_offset), nobs_and_offset(block), **TOLERANCE
    )


@given(block=row_blocks(responses=RESPONSES), seed=seeds)
def test_the_triangle_is_triangular_and_square(block, seed):
    # Also where there are fewer rows than columns.
    factor = triangle(block, origin_for(block, seed)).factor
    columns = block.exog.shape[1] + (1 if block.endog.ndim == 1 else block.endog.shape[1])
    assert factor.shape == (columns, columns)
    assert (factor == np.triu(factor)).all()


def test_the_triangle_of_no_rows_is_zero_and_nothing_is_printed(capfd):
    block = RowBlock(np.empty(0), np.empty((0, 2)), np.empty((0, 1)))
    assert not triangle(block, None).factor.any()
    assert capfd.readouterr() == ("", "")


@given(block=row_blocks(responses=RESPONSES), seed=seeds)
def test_residual_products_are_the_weighted_sums(block, seed):
    origin = origin_for(block, seed)
    x, y, w = as_columns(block, origin)
    coef = np.random.default_rng(seed).normal(size=(x.shape[1], *block.endog.shape[1:]))
    found = residual_products(block, origin, coef)
    residual = y - (x @ coef).reshape(y.shape)
    moment = np.einsum("ni,nj,n->ij", x, residual, w).reshape(found.moment.shape)
    square = np.einsum("nj,nj,n->j", residual, residual, w)
    assert_allclose(found.moment, moment, **TOLERANCE)
    assert_allclose(np.ravel(found.square), square, **TOLERANCE)


@given(block=row_blocks(), seed=seeds)
def test_residuals_of_no_coefficients_are_the_responses(block, seed):
    origin = origin_for(block, seed)
    sums = cross_products(block, origin)
    found = residual_products(block, origin, np.zeros(block.exog.shape[1]))
    assert_allclose(found.moment, sums.moment, **TOLERANCE)
    assert_allclose(found.square, sums.square, **TOLERANCE)


# Partitions -----------------------------------------------------------------------------


@given(cut=cut_blocks(responses=RESPONSES), seed=seeds)
def test_cross_products_of_parts_add_up(cut, seed):
    block, parts = cut
    origin = origin_for(block, seed)
    whole = cross_products(block, origin)
    summed = total([cross_products(part, origin) for part in parts])
    for name in ("gram", "moment", "square", "nobs", "log_variance_offset"):
        assert_allclose(getattr(summed, name), getattr(whole, name), **TOLERANCE)


@given(cut=cut_blocks(responses=RESPONSES), seed=seeds)
def test_triangles_of_parts_add_up(cut, seed):
    block, parts = cut
    origin = origin_for(block, seed)
    whole = triangle(block, origin)
    summed = total([triangle(part, origin) for part in parts])
    assert (summed.factor == np.triu(summed.factor)).all()
    assert_allclose(summed.factor.T @ summed.factor, whole.factor.T @ whole.factor, **TOLERANCE)
    assert_allclose(summed.nobs, whole.nobs, **TOLERANCE)
    assert_allclose(summed.log_variance_offset, whole.log_variance_offset, **TOLERANCE)


@given(cut=cut_blocks(responses=RESPONSES), seed=seeds)
def test_residual_products_of_parts_add_up(cut, seed):
    block, parts = cut
    origin = origin_for(block, seed)
    coef = np.random.default_rng(seed).normal(
        size=(block.exog.shape[1], *block.endog.shape[1:])
    )
    whole = residual_products(block, origin, coef)
    summed = total([residual_products(part, origin, coef) for part in parts])
    assert_allclose(summed.moment, whole.moment, **TOLERANCE)
    assert_allclose(summed.square, whole.square, **TOLERANCE)


@given(block=row_blocks(responses=RESPONSES), seed=seeds)
def test_a_frequency_weight_is_the_row_that_many_times(block, seed):
    times = np.random.default_rng(seed).integers(1, 4, len(block.endog))
    fields = {name: getattr(block, name) for name in FIELDS}
    once = np.ones(len(times)) if block.freq_weights is None else block.freq_weights
    weighted = RowBlock(**(fields | {"freq_weights": once * times}))
    repeated = part_of(block, np.repeat(np.arange(len(times)), times))
    origin = origin_for(block, seed)
    for function in (cross_products, triangle):
        first, second = function(weighted, origin), function(repeated, origin)
        assert_allclose(first.nobs, second.nobs, **TOLERANCE)
        assert_allclose(first.log_variance_offset, second.log_variance_offset, **TOLERANCE)
    gram = cross_products(weighted, origin).gram
    assert_allclose(gram, cross_products(repeated, origin).gram, **TOLERANCE)


@given(block=row_blocks(responses=(3,)), seed=seeds)
def test_several_responses_are_each_as_if_alone(block, seed):
    origin = origin_for(block, seed)
    fields = {name: getattr(block, name) for name in FIELDS}
    together = cross_products(block, origin)
    for j in range(3):
        alone = RowBlock(**(fields | {"endog": block.endog[:, j]}))
        its_origin = None if origin is None else Origin(origin.exog, origin.endog[j])
        found = cross_products(alone, its_origin)
        assert_allclose(found.moment, together.moment[:, j], **TOLERANCE)
        assert_allclose(found.square, together.square[j], **TOLERANCE)
        assert found.square.shape == ()


# What is given back, and what is kept ---------------------------------------------------


def test_rows_that_need_no_work_are_not_copied():
    block = RowBlock(np.ones(3), np.ones((3, 2)), np.ones((3, 1)))
    exog, endog = working_rows(block, None)
    assert exog is block.exog
    assert endog is block.endog
    assert root_weights(block) is None


@given(block=row_blocks(responses=RESPONSES), seed=seeds)
def test_the_data_are_left_alone(block, seed):
    before = copy.deepcopy(block)
    origin = origin_for(block, seed)
    coef = np.ones((block.exog.shape[1], *block.endog.shape[1:]))
    cross_products(block, origin)
    triangle(block, origin)
    residual_products(block, origin, coef)
    for name in FIELDS:
        np.testing.assert_equal(getattr(before, name), getattr(block, name))


def test_the_triangle_keeps_what_cross_products_lose():
    # Laeuchli's columns: 1 + 1e-20 is 1 in the Gram matrix, which is singular then.
    small = 1e-10
    exog = np.array([[1.0, 1.0], [small, 0.0], [0.0, small]])
    block = RowBlock(np.array([1.0, 2.0, 3.0]), exog, np.ones((3, 1)))
    gram = cross_products(block, None).gram
    assert gram[0, 0] * gram[1, 1] - gram[0, 1] ** 2 == 0
    # Half of the digits are left, as 1e-10 is known to six digits beside 1.
    factor = triangle(block, None).factor
    assert_allclose(abs(factor[1, 1]), np.sqrt(2) * small, rtol=1e-5)
