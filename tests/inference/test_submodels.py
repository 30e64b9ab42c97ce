"""Fits with some of the columns of a model."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.inference.smaller_means import without_columns
from sm_gaussmle.inference.submodels import Columns, Submodels, UnfittedError
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory


@pytest.fixture
def block():
    """Fifty rows with two columns in the mean and two, one of them of threes, in the scale."""
    rng = np.random.default_rng(41)
    exog = np.column_stack([np.ones(50), rng.normal(size=50)])
    scale = np.column_stack([np.full(50, 3.0), rng.normal(size=50)])
    offset, known = rng.normal(size=50), rng.normal(scale=0.1, size=50)
    weights = rng.integers(1, 4, size=50).astype(float)
    endog = rng.normal(size=50) + exog[:, 1] + offset
    return RowBlock(endog, exog, scale, offset, known, weights)


@pytest.fixture
def submodels(block):
    return Submodels(Memory(block), 0, 0)


def test_columns_are_left_out_and_added_in_their_order():
    columns = Columns((0, 1, 2), (0, 3))
    assert columns.without("exog", [1]) == Columns((0, 2), (0, 3))
    assert columns.without("exog_scale", [3, 4]) == Columns((0, 1, 2), (0,))
    assert columns.adding("exog", (4, 3)) == Columns((0, 1, 2, 3, 4), (0, 3))
    assert columns.adding("exog_scale", [1]) == Columns((0, 1, 2), (0, 1, 3))


def test_rows_with_all_columns_are_not_copied(block, submodels):
    rows = submodels.rows(Columns((0, 1), (0, 1))).rows
    assert rows.exog is block.exog
    assert rows.exog_scale is block.exog_scale
    part = submodels.rows(Columns((1,), (0,))).rows
    assert_allclose(part.exog, block.exog[:, [1]])
    assert_allclose(part.exog_scale, block.exog_scale[:, [0]])


def _loglike(block, mean, log_variance):
    """Log-likelihood from its definition."""
    log_variance = log_variance + block.log_variance_offset
    square = (block.endog - mean - block.offset) ** 2 * np.exp(-log_variance)
    return -0.5 * block.freq_weights @ (np.log(2 * np.pi) + log_variance + square)


@pytest.mark.parametrize("mean", [(), (0,), (0, 1)])
def test_constant_variance_is_the_mean_square(block, submodels, mean):
    fit = submodels.fit(Columns(mean, (0,)))
    weights = block.freq_weights * np.exp(-block.log_variance_offset)
    response, columns = block.endog - block.offset, block.exog[:, list(mean)]
    root = np.sqrt(weights)
    coef = np.linalg.lstsq(columns * root[:, None], response * root)[0]
    rss = weights @ (response - columns @ coef) ** 2
    log_variance = np.log(rss / block.freq_weights.sum())
    # The constant of the log variance is three.
    assert_allclose(fit.params, [*coef, log_variance / 3.0], rtol=1e-10)
    assert_allclose(fit.loglike, _loglike(block, columns @ coef, log_variance), rtol=1e-12)
    assert fit.nobs == block.freq_weights.sum()
    assert fit.converged


def test_a_known_mean_needs_no_offsets_or_weights(block):
    plain = RowBlock(block.endog, block.exog, np.ones((50, 1)))
    fit = Submodels(Memory(plain), 0, 0).fit(Columns((), (0,)))
    assert_allclose(fit.params, [np.log(np.mean(block.endog**2))], rtol=1e-12)
    expected = -25.0 * (np.log(2 * np.pi) + fit.params[0] + 1.0)
    assert_allclose(fit.loglike, expected, rtol=1e-12)


def test_a_scale_equation_is_fitted_with_the_columns_that_are_left(block, submodels):
    fit = submodels.fit(Columns((1,), (0, 1)))
    mean = block.exog[:, 1] * fit.params[0]

    def loglike(change):
        return _loglike(block, mean, block.exog_scale @ (fit.params[1:] + change))

    assert_allclose(fit.loglike, loglike(0.0), rtol=1e-12)
    assert all(loglike(np.array(step)) < fit.loglike for step in ((0.1, 0), (0, -0.1)))


def test_a_submodel_is_fitted_once(submodels):
    columns = Columns((0,), (0, 1))
    assert submodels.fit(columns) is submodels.fit(Columns((0,), (0, 1)))
    assert list(submodels.fits) == [columns]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (Columns((0, 1), ()), "no column of the log variance is left"),
        (Columns((), (0, 1)), "no column of the mean is left"),
    ],
)
def test_equations_of_which_nothing_is_left_are_refused(submodels, columns, reason):
    with pytest.raises(UnfittedError, match=reason) as raised:
        submodels.fit(columns)
    assert raised.value.columns == columns


# Of rows in passes ---------------------------------------------------------------------------


class Elsewhere(Memory):
    """Rows in memory that are said not to be there."""

    at_hand = None

    def mapped(self, change):
        return Elsewhere(change(self.rows))


def wide_block(seed=5, n=80, k=5):
    rng = np.random.default_rng(seed)
    exog = np.column_stack([np.ones(n), rng.normal(size=(n, k - 1)) + 3.0])
    endog = exog @ rng.normal(size=k) + rng.normal(size=n)
    weights = rng.integers(1, 4, size=n).astype(float)
    known = rng.normal(scale=0.3, size=n)
    return RowBlock(endog, exog, np.ones((n, 1)), rng.normal(size=n), known, weights)


@pytest.mark.parametrize(
    "kept", [(0, 1, 2, 3), (0, 2), (1, 3, 4), (4,), (0, 1, 2, 3, 4)], ids=str
)
def test_a_fit_without_columns_is_that_of_the_others(kept):
    block = wide_block()
    whole = fit_rows(Memory(block), 0, 0)
    smaller = without_columns(whole, kept)
    again = Submodels(Memory(block), 0, 0).fit(Columns(kept, (0,)))
    # The covariance of five columns has lost no more than two digits.
    assert_allclose(smaller.params, again.params, rtol=1e-11, atol=1e-11)
    assert smaller.loglike == pytest.approx(again.loglike, rel=1e-12)
    assert smaller.passes == 0
    assert smaller.cov_root is None


def test_submodels_of_rows_in_passes_take_one_pass_together():
    submodels = Submodels(Elsewhere(wide_block()), 0, 0)
    assert submodels.fit(Columns((0, 1, 2, 3, 4), (0,))).passes == 1
    assert submodels.fit(Columns((0, 1), (0,))).passes == 0
    assert submodels.fit(Columns((0,), (0,))).passes == 0


def test_submodels_of_rows_in_memory_are_fitted_each():
    submodels = Submodels(Memory(wide_block()), 0, 0)
    assert submodels.fit(Columns((0, 1, 2, 3, 4), (0,))).passes == 1
    assert submodels.fit(Columns((0, 1), (0,))).passes == 1


def test_a_submodel_that_is_not_within_another_takes_its_pass():
    submodels = Submodels(Elsewhere(wide_block()), 0, 0)
    submodels.fit(Columns((0, 1), (0,)))
    assert submodels.fit(Columns((0, 2), (0,))).passes == 1


def test_a_fit_that_took_no_pass_is_not_taken_for_a_larger_one():
    submodels = Submodels(Elsewhere(wide_block()), 0, 0)
    submodels.fit(Columns((0, 1, 2, 3, 4), (0,)))
    submodels.fit(Columns((0, 1), (0,)))  # has no covariance
    assert submodels.fit(Columns((1,), (0,))).passes == 0


def test_a_submodel_without_a_mean_takes_a_pass():
    submodels = Submodels(Elsewhere(wide_block()), 0, 0)
    submodels.fit(Columns((0, 1), (0,)))
    assert submodels.fit(Columns((), (0,))).passes == 1
