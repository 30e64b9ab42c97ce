"""Many fits at once against one by one."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.inference.batched_least_squares import whitened_rows
from sm_gaussmle.inference.resampling_plans import Rows
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory

N = 400


@pytest.fixture(params=["constant", "no constant"])
def constant(request):
    return 0 if request.param == "constant" else None


@pytest.fixture
def rows(constant):
    """Badly scaled rows with offsets and known variances."""
    rng = np.random.default_rng(8)
    year = rng.uniform(1900.0, 2000.0, N)
    first = rng.uniform(1.0, 2.0, N) if constant is None else np.ones(N)
    exog = np.column_stack([first, year, year**2 * 1e-6, rng.normal(size=N) * 1e-8])
    endog = 3.0 + 0.1 * year + rng.normal(size=N)
    known, offset = rng.normal(scale=0.5, size=N), rng.normal(size=N)
    return RowBlock(endog, exog, np.broadcast_to(1.0, (N, 1)), offset, known)


def _one_by_one(blocks, constant):
    fits = [fit_constant_variance(Memory(block), constant) for block in blocks]
    roots = [np.sqrt((fit.cov_root**2).sum(axis=1)) for fit in fits]
    return np.array([fit.params for fit in fits]), np.array(roots)


def _equal(many, params, bse):
    assert not many.doubtful.any()
    # Of coefficients in standard errors: the columns lose ten digits of some of them.
    assert_allclose((many.params - params) / bse, 0.0, atol=1e-7)
    assert_allclose(many.params[:, -1], params[:, -1], atol=1e-10)
    assert_allclose(many.bse, bse, rtol=1e-8)


def test_counted_rows_give_what_a_loop_gives(rows, constant):
    source = Memory(rows)
    counts = Rows(N).draw(np.random.default_rng(1), 20)
    loop = _one_by_one([replace(rows, freq_weights=line) for line in counts], constant)
    _equal(whitened_rows(source, constant).from_counts(counts), *loop)


def test_counts_may_add_up_to_other_numbers_of_observations(rows, constant):
    weights = np.random.default_rng(2).integers(1, 4, N).astype(float)
    source = Memory(replace(rows, freq_weights=weights))
    counts = weights * np.random.default_rng(1).integers(0, 3, (5, N))
    loop = _one_by_one([replace(rows, freq_weights=line) for line in counts], constant)
    _equal(whitened_rows(source, constant).from_counts(counts), *loop)


def test_other_errors_give_what_a_loop_gives(rows, constant):
    source = Memory(rows)
    params = fit_constant_variance(source, constant).params
    mean, log_variance = rows.predictors(params)
    errors = np.random.default_rng(1).normal(size=(20, N))
    endogs = mean + np.exp(0.5 * log_variance) * errors
    loop = _one_by_one([replace(rows, endog=endog) for endog in endogs], constant)
    _equal(whitened_rows(source, constant).from_errors(errors), *loop)


def test_well_scaled_columns_agree_to_ten_digits():
    rng = np.random.default_rng(3)
    exog = np.column_stack([np.ones(N), rng.normal(size=(N, 3))])
    block = RowBlock(exog.sum(axis=1) + rng.normal(size=N), exog, np.ones((N, 1)))
    counts = Rows(N).draw(rng, 30)
    params, bse = _one_by_one([replace(block, freq_weights=line) for line in counts], 0)
    many = whitened_rows(Memory(block), 0).from_counts(counts)
    assert_allclose(many.params, params, rtol=1e-10, atol=1e-11)
    assert_allclose(many.bse, bse, rtol=1e-10)


def test_drawn_estimates_have_the_covariance_of_the_model(rows, constant):
    # Standardised by the factor of the exact covariance, they are independent: correlations
    # of 4,000 have a standard error of 0.016, variances of 0.022.
    source = Memory(rows)
    fit = fit_constant_variance(source, constant)
    many = whitened_rows(source, constant).drawn(np.random.default_rng(1), 4000)
    root = fit.cov_root[:-1, :-1]
    standard = np.linalg.solve(root, (many.params[:, :-1] - fit.params[:-1]).T)
    assert_allclose(np.cov(standard), np.eye(4), atol=0.09)


def test_drawn_variances_are_chi_squared(rows, constant):
    source = Memory(rows)
    sigma2 = np.exp(fit_constant_variance(source, constant).params[-1])
    many = whitened_rows(source, constant).drawn(np.random.default_rng(1), 2000)
    ratio = N * np.exp(many.params[:, -1]) / sigma2
    # A seed fixes the p-value, which is below 1e-3 once in a thousand seeds.
    assert stats.kstest(ratio, stats.chi2(N - 4).cdf).pvalue > 1e-3
    assert_allclose(many.bse[:, -1], np.sqrt(2.0 / N), rtol=1e-14)


def test_replicates_without_a_column_or_a_residual_are_left_to_others(rows, constant):
    dummy = np.zeros(N)
    dummy[:2] = 1.0
    exog = np.column_stack([rows.exog[:, 0], dummy])
    block = replace(rows, exog=exog)
    counts = np.ones((4, N))
    counts[1, :2] = 0.0  # nothing left of the dummy
    counts[3] = 0.0
    counts[3, [0, 5]] = 1.0  # as many rows as columns
    many = whitened_rows(Memory(block), constant).from_counts(counts)
    assert_array_equal(many.doubtful, [False, True, False, True])
    assert np.isfinite(many.params[[0, 2]]).all()


def test_errors_in_the_space_of_the_columns_are_left_to_others(rows, constant):
    whitened = whitened_rows(Memory(rows), constant)
    errors = np.vstack([whitened.columns[:, 1], np.random.default_rng(1).normal(size=N)])
    assert_array_equal(whitened.from_errors(errors).doubtful, [True, False])
