"""Score tests of restrictions, compared with the textbook's formula and with added columns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.inference.model_score_tests import score_test
from sm_gaussmle.inference.score_test import (
    SingularVarianceError,
    outcome,
)
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.likelihood.observation import expected_hessian_factor
from sm_gaussmle.sources.memory import Memory

from .restrictions import restriction_score_test, score_statistic

N = 50
VARIANCES = ["information", "studentized", "products"]
# Of the mean alone, of the log variance alone, and across equations.
RESTRICTIONS = {
    "one coefficient": [[0, 0, 1, 0, 0, 0]],
    "two equal": [[0, 1, -1, 0, 0, 0]],
    "both equations": [[0, 1, 0, 0, 2, 0], [1, 0, 0, 0, 0, -1]],
    "all but one": np.eye(6)[1:],
    "all": np.eye(6),
}


@pytest.fixture(params=RESTRICTIONS)
def restriction(request):
    """Coefficients of three parameters of the mean and three of the log variance."""
    return np.asarray(RESTRICTIONS[request.param], dtype=float)


@pytest.fixture
def rows():
    """Rows with three columns in each equation, frequency weights and known parts."""
    rng = np.random.default_rng(8)
    exog, exog_scale = rng.normal(size=(2, N, 3))
    exog[:, 0] = exog_scale[:, 0] = 1.0
    known, offset = rng.normal(size=(2, N))
    endog = offset + exog @ [1.0, 0.5, 0.3] + rng.normal(size=N) * np.exp(0.5 * known)
    weights = rng.integers(1, 4, N).astype(float)
    return Memory(RowBlock(endog, exog, exog_scale, offset, known, weights))


@pytest.fixture
def point():
    """Parameters; the formulas hold at any, and those of a test are at the null."""
    return np.array([0.8, 0.4, 0.4, 0.2, -0.1, 0.1])


def _sums(source, params, *, observed):
    """Score, information and products of scores, row by row."""
    rows = source.rows
    predictors = rows.predictors(params)
    terms = rows.terms(*predictors)
    factors = terms.hessian_factor if observed else expected_hessian_factor(None, *predictors)
    score, information, products = np.zeros(6), np.zeros((6, 6)), np.zeros((6, 6))
    for i in range(len(rows.endog)):
        x, z = np.r_[rows.exog[i], np.zeros(3)], np.r_[np.zeros(3), rows.exog_scale[i]]
        one = terms.score_factor[0][i] * x + terms.score_factor[1][i] * z
        weight = rows.freq_weights[i]
        score += weight * one
        products += weight * np.outer(one, one)
        information -= weight * (
            factors[0][i] * np.outer(x, x)
            + factors[1][i] * (np.outer(x, z) + np.outer(z, x))
            + factors[2][i] * np.outer(z, z)
        )
    return score, information, products


def _boos(score, information, variance, restriction):
    inverse = np.linalg.inv(information)
    combination = restriction @ inverse @ score
    middle = restriction @ inverse @ variance @ inverse @ restriction.T
    return combination @ np.linalg.solve(middle, combination)


@pytest.mark.parametrize("observed", [False, True])
@pytest.mark.parametrize("robust", [False, True])
def test_the_statistic_of_a_restriction_is_that_of_boos(
    rows, point, restriction, observed, robust
):
    score, information, products = _sums(rows, point, observed=observed)
    variance = products if robust else information
    expected = _boos(score, information, variance, restriction)
    arguments = {"variance": products} if robust else {}
    test = score_statistic(score, information, restriction, **arguments)
    # The inverses of the formula have 1e-12 of a well-conditioned information.
    assert_allclose(test.statistic, expected, rtol=1e-10)
    assert_allclose(test.pvalue, stats.chi2.sf(expected, len(restriction)), rtol=1e-9)
    assert test.df == len(restriction)
    whole = restriction_score_test(
        point,
        rows,
        restriction,
        observed=observed,
        variance="products" if robust else "information",
    )
    assert_allclose(whole, test, rtol=1e-9)


def test_the_statistic_is_the_score_in_the_metric_of_the_information(rows, point, restriction):
    # At the estimates under the restrictions the score is a combination of their rows.
    _, information, _ = _sums(rows, point, observed=False)
    score = restriction.T @ np.arange(1.0, len(restriction) + 1.0)
    expected = score @ np.linalg.solve(information, score)
    test = score_statistic(score, information, restriction)
    assert_allclose(test.statistic, expected, rtol=1e-10)


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4))
def test_how_restrictions_are_written_does_not_matter(numbers):
    rng = np.random.default_rng(1)
    root = rng.normal(size=(6, 9))
    score, information = rng.normal(size=6), root @ root.T
    restriction = np.asarray(RESTRICTIONS["both equations"], dtype=float)
    other = (3.0 * np.eye(2) + np.reshape(numbers, (2, 2))) @ restriction
    assert_allclose(
        score_statistic(score, information, other),
        score_statistic(score, information, restriction),
        rtol=1e-9,  # information and equations have condition numbers below 1e3
    )


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_units_of_the_parameters_do_not_matter(rows, point, restriction, unit):
    score, information, products = _sums(rows, point, observed=True)
    units = np.r_[1.0, unit, 1.0, 1.0, 1.0, unit]
    for variance in (None, products):
        expected = score_statistic(score, information, restriction, variance=variance)
        test = score_statistic(
            score * units,
            information * np.outer(units, units),
            restriction * units,
            variance=None if variance is None else variance * np.outer(units, units),
        )
        assert_allclose(test, expected, rtol=1e-10)


@pytest.mark.parametrize("variance", VARIANCES)
def test_coefficients_that_are_zero_are_columns_that_were_left_out(rows, variance):
    whole = rows.rows
    constant = np.ones((N, 1))
    columns = RowBlock(
        whole.endog,
        whole.exog[:, :2],
        constant,
        whole.offset,
        whole.log_variance_offset,
        whole.freq_weights,
    )
    small = fit_constant_variance(Memory(columns), 0).params
    params = np.r_[small[:2], 0.0, small[2], 0.0, 0.0]
    restriction = np.eye(6)[[2, 4, 5]]
    extra = (whole.exog[:, [2]], whole.exog_scale[:, 1:])
    for separate in (False, True):
        assert_allclose(
            restriction_score_test(
                params, rows, restriction, variance=variance, separate=separate
            )[:2],
            score_test(small, Memory(columns), *extra, variance=variance, separate=separate)[
                :2
            ],
            rtol=1e-9,
        )


def test_a_restriction_by_itself_is_relaxed_while_the_others_hold(rows):
    # Of b1 = b2 and b1 = 0, without the first b2 is free, without the second their sum.
    whole = rows.rows
    one = np.ones((N, 1))
    without, full = (
        Memory(RowBlock(whole.endog, exog, one, freq_weights=whole.freq_weights))
        for exog in (one, whole.exog)
    )
    small = fit_constant_variance(without, 0).params
    params = np.r_[small[0], 0.0, 0.0, small[1]]
    restriction = np.array([[0.0, 1.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    columns = np.column_stack([-whole.exog[:, 2], whole.exog[:, 1] + whole.exog[:, 2]])
    assert_allclose(
        restriction_score_test(params, full, restriction, separate=True).statistic,
        score_test(small, without, columns, None, separate=True).statistic,
        rtol=1e-9,
    )


@pytest.mark.parametrize("level", [2e3, 1.7e6])
def test_columns_far_from_zero_cost_no_digits(rows, point, level):
    whole = rows.rows
    grid = 2.0**-20  # of which sums with the level are exact
    near = whole.exog.copy()
    near[:, 1] = np.rint(near[:, 1] / grid) * grid
    far = near.copy()
    far[:, 1] += level
    moved = point.copy()
    moved[0] -= level * point[1]
    sources = [
        Memory(RowBlock(whole.endog, exog, whole.exog_scale, freq_weights=whole.freq_weights))
        for exog in (near, far)
    ]
    restriction = np.eye(6)[[1]]
    assert_allclose(
        restriction_score_test(moved, sources[1], restriction),
        restriction_score_test(point, sources[0], restriction),
        rtol=1e-8,  # the linear predictor is rounded in units of the level
    )


def test_clusters_of_one_row_are_the_products_of_the_rows(rows, point):
    alone = (np.arange(N),)
    plain = Memory(RowBlock(rows.rows.endog, rows.rows.exog, rows.rows.exog_scale))
    restriction = np.eye(6)[1:3]
    assert_allclose(
        restriction_score_test(point, plain, restriction, variance="products", groups=alone),
        restriction_score_test(point, plain, restriction, variance="products"),
        rtol=1e-10,
    )


def test_scores_of_a_cluster_are_added_up(rows, point):
    whole = rows.rows
    groups = np.arange(N) % 9
    restriction = np.eye(6)[[1, 4]]
    score, information, _ = _sums(rows, point, observed=False)
    terms = whole.terms(*whole.predictors(point))
    scores = np.hstack(
        [
            whole.exog * terms.score_factor[0][:, None],
            whole.exog_scale * terms.score_factor[1][:, None],
        ]
    )
    sums = np.array(
        [(scores * whole.freq_weights[:, None])[groups == g].sum(axis=0) for g in range(9)]
    )
    expected = _boos(score, information, sums.T @ sums, restriction)
    test = restriction_score_test(
        point, rows, restriction, variance="products", groups=(groups,)
    )
    assert_allclose(test.statistic, expected, rtol=1e-9)


# Refusals -------------------------------------------------------------------------------


def test_information_that_is_not_positive_definite_has_no_test():
    information = np.array([[1.0, 0, 2.0], [0, 1.0, 0], [2.0, 0, 1.0]])
    is_new = np.array([False, False, True])
    with pytest.raises(SingularVarianceError):
        outcome(np.ones(3), information, None, np.ones(3), is_new, separate=False)
