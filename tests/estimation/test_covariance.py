"""Covariance estimators against their formulas, and against repeated rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation import covariance as estimators
from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.covariance import COVARIANCES
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem

from . import plain
from .data import design, scale_rows, source, weights_for


def covariance(*arguments):
    """Return the matrix, or None."""
    found = estimators.covariance(*arguments)
    return None if found is None else found.matrix


def constant_rows(*, weighted=False):
    endog, exog, _ = design(60, level=2.0)
    frequency, variance = weights_for(60)
    others = {"freq_weights": frequency, "log_variance_offset": np.log(variance)}
    return source(endog, exog, **(others if weighted else {}))


def by_scale_equation(rows):
    return fit_scale_equation(whitened_problem(rows, 0, 0))


def by_closed_form(rows):
    return fit_constant_variance(rows, 0)


CASES = {
    "scale equation": (scale_rows(), by_scale_equation),
    "scale equation, weighted": (scale_rows(weighted=True), by_scale_equation),
    "closed form": (constant_rows(), by_closed_form),
    "closed form, weighted": (constant_rows(weighted=True), by_closed_form),
    "many rows": (scale_rows(40_000), by_scale_equation),
}
# The formulas lose what their matrices' condition numbers (1e2) take of doubles; the
# estimates are the maximum to 1e-9 standard errors.
RTOL = 1e-9


# Those that a scale equation and frequency weights allow, without options of rows.
ANY_MODEL = ["nonrobust", "eim", "opg", "HC0", "HC1"]


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def fitted(request):
    """Source, fit and the covariance matrices that every model has."""
    rows, fit_to = request.param
    fit = fit_to(rows)
    return rows, fit, {name: covariance(name, fit, rows) for name in ANY_MODEL}


def assert_matrices(found, expected):
    """Compare in units of the standard errors."""
    size = np.sqrt(np.outer(np.diagonal(expected), np.diagonal(expected)))
    assert_allclose(found / size, expected / size, atol=RTOL)


def test_nonrobust_is_the_inverse_of_the_observed_information(fitted):
    rows, fit, found = fitted
    identity = plain.information(fit.params, rows.rows, fit.cov_root)
    # Steps of 1e-4 standard errors: their square, and rounding over them.
    assert_allclose(identity, np.eye(len(identity)), atol=1e-6)
    assert_matrices(found["nonrobust"], fit.cov_params)


def test_eim_is_the_inverse_of_the_expected_information(fitted):
    rows, fit, found = fitted
    expected = np.linalg.inv(plain.expected_information(fit.params, rows.rows))
    assert_matrices(found["eim"], expected)


def test_the_two_equations_are_uncorrelated_in_the_expected_information(fitted):
    rows, _, found = fitted
    k = rows.rows.exog.shape[1]
    errors = np.sqrt(np.diagonal(found["eim"]))
    assert_allclose((found["eim"] / np.outer(errors, errors))[:k, k:], 0.0, atol=RTOL)


def test_opg_is_the_inverse_of_the_outer_products(fitted):
    rows, fit, found = fitted
    expected = np.linalg.inv(plain.outer_products(fit.params, rows.rows))
    assert_matrices(found["opg"], expected)


def test_hc0_is_the_sandwich(fitted):
    rows, fit, found = fitted
    bread = fit.cov_params
    assert_matrices(found["HC0"], bread @ plain.outer_products(fit.params, rows.rows) @ bread)


def test_the_sandwich_of_opg_is_the_observed_information_twice(fitted):
    # HC0 = V M V and OPG = M^-1, so HC0 V^-1 OPG = V.
    _, fit, found = fitted
    product = found["HC0"] @ np.linalg.inv(fit.cov_params) @ found["opg"]
    assert_matrices(product, found["nonrobust"])


@pytest.mark.parametrize("name", ANY_MODEL)
def test_every_estimator_gives_a_symmetric_positive_definite_matrix(fitted, name):
    _, _, found = fitted
    errors = np.sqrt(np.diagonal(found[name]))
    scaled = found[name] / np.outer(errors, errors)
    assert_allclose(scaled, scaled.T, atol=1e-12)  # rounding of products
    np.linalg.cholesky(scaled)


@pytest.mark.parametrize("name", ANY_MODEL)
def test_a_frequency_weight_is_the_row_that_many_times(name):
    rows = scale_rows(weighted=True)
    block = rows.rows
    times = block.freq_weights.astype(int)
    repeated = source(
        np.repeat(block.endog, times),
        np.repeat(block.exog, times, axis=0),
        np.repeat(block.exog_scale, times, axis=0),
        offset=np.repeat(block.offset, times),
        log_variance_offset=np.repeat(block.log_variance_offset, times),
    )
    weighted, longer = by_scale_equation(rows), by_scale_equation(repeated)
    # Two climbs that end within 1e-9 standard errors of the same maximum.
    assert_allclose(weighted.params, longer.params, rtol=1e-7)
    first, second = covariance(name, weighted, rows), covariance(name, longer, repeated)
    errors = np.sqrt(np.diagonal(second))
    assert_allclose(
        first / np.outer(errors, errors), second / np.outer(errors, errors), atol=1e-7
    )


@pytest.mark.parametrize("name", ANY_MODEL)
def test_all_agree_on_many_rows_of_the_model(name):
    rows = scale_rows(200_000, seed=7)
    fit = by_scale_equation(rows)
    ratio = np.diagonal(covariance(name, fit, rows)) / np.diagonal(fit.cov_params)
    # Sampling error of fourth moments over 200,000 rows: 1 %, and three of it.
    assert_allclose(ratio, 1.0, atol=0.03)


@pytest.mark.parametrize("name", ANY_MODEL)
def test_units_of_the_columns_are_those_of_the_covariance(name):
    rows = scale_rows()
    block = rows.rows
    units, scale_units = np.array([1.0, 1e-8, 1e8]), np.array([1.0, 1e6, 1e-6])
    other = source(block.endog, block.exog * units, block.exog_scale * scale_units)
    first = covariance(name, by_scale_equation(rows), rows)
    second = covariance(name, by_scale_equation(other), other)
    size = np.sqrt(np.outer(np.diagonal(first), np.diagonal(first)))
    change = np.concatenate([units, scale_units])
    # As for the repeated rows.
    assert_allclose(second * np.outer(change, change) / size, first / size, atol=1e-7)


@pytest.mark.parametrize("name", ANY_MODEL)
def test_there_is_none_without_a_positive_definite_information(name):
    from dataclasses import replace

    rows = scale_rows()
    fit = replace(by_scale_equation(rows), cov_root=None)
    assert fit.cov_params is None
    assert covariance(name, fit, rows) is None


def test_hc1_has_the_columns_of_the_mean_in_its_factor(fitted):
    rows, fit, found = fitted
    factor = fit.nobs / (fit.nobs - rows.rows.exog.shape[1])
    assert_matrices(found["HC1"], factor * found["HC0"])


def constant_fit(*, weighted=False):
    rows = constant_rows(weighted=weighted)
    return rows, by_closed_form(rows)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("name", "power"), [("HC2", 0.5), ("HC3", 1.0)])
def test_hc2_and_hc3_divide_residuals_of_the_mean_by_their_leverage(name, power, weighted):
    rows, fit = constant_fit(weighted=weighted)
    _, log_variance, frequencies = plain.predictors(fit.params, rows.rows)
    exog, precision = rows.rows.exog, np.exp(-log_variance)
    k = exog.shape[1]
    inverse = np.linalg.inv((exog.T * (precision * frequencies)) @ exog)
    leverage = precision * np.einsum("ij,jk,ik->i", exog, inverse, exog)
    by_row = plain.scores(fit.params, rows.rows)
    by_row[:, :k] /= ((1 - leverage) ** power)[:, None]
    bread = fit.cov_params
    expected = bread @ ((by_row.T * frequencies) @ by_row) @ bread
    assert_matrices(covariance(name, fit, rows), expected)


@pytest.mark.parametrize("weighted", [False, True])
def test_unbiased_has_the_residual_degrees_of_freedom_in_the_mean(weighted):
    rows, fit = constant_fit(weighted=weighted)
    k = rows.rows.exog.shape[1]
    expected = fit.cov_params.copy()
    expected[:k, :k] *= fit.nobs / (fit.nobs - k)
    expected[:k, k:] = expected[k:, :k] = 0.0
    assert_matrices(covariance("unbiased", fit, rows), expected)


def clusters(n):
    rng = np.random.default_rng(3)
    return rng.integers(0, 9, n), rng.integers(0, 5, n)


def cluster_meat(fit, rows, codes):
    by_row = plain.scores(fit.params, rows.rows)
    by_row *= plain.predictors(fit.params, rows.rows)[2][:, None]
    sums = np.array([by_row[codes == code].sum(axis=0) for code in np.unique(codes)])
    return sums.T @ sums


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("corrections", [(), ("groups",), ("groups", "degrees")])
def test_clusters_add_up_the_scores_first(weighted, corrections):
    rows = scale_rows(weighted=weighted)
    fit = by_scale_equation(rows)
    one, two = clusters(rows.n_rows)
    both = one * 100 + two
    bread, k = fit.cov_params, rows.rows.exog.shape[1]

    def part(codes):
        groups, n = len(np.unique(codes)), fit.nobs
        factor = groups / (groups - 1) if "groups" in corrections else 1.0
        factor *= (n - 1) / (n - k) if "degrees" in corrections else 1.0
        return factor * bread @ cluster_meat(fit, rows, codes) @ bread

    options = {"groups": (one,), "corrections": corrections}
    assert_matrices(covariance("cluster", fit, rows, options), part(one))
    options = {"groups": (one, two), "corrections": corrections}
    found = covariance("cluster", fit, rows, options)
    assert_matrices(found, part(one) + part(two) - part(both))


def test_clusters_of_one_row_each_are_hc0():
    rows = scale_rows()
    fit = by_scale_equation(rows)
    options = {"groups": (np.arange(rows.n_rows),), "corrections": ()}
    found = covariance("cluster", fit, rows, options)
    assert_matrices(found, covariance("HC0", fit, rows))


def lag_meat(by_row, series, weights):
    meat = np.zeros((by_row.shape[1],) * 2)
    for t in range(len(by_row)):
        for s in range(len(by_row)):
            if series[t] == series[s] and abs(t - s) < len(weights):
                meat += weights[abs(t - s)] * np.outer(by_row[t], by_row[s])
    return meat


@pytest.mark.parametrize("starts", [[0], [0, 11, 12, 40]])
@pytest.mark.parametrize("ordered", [False, True])
def test_lags_weight_the_products_of_rows_of_one_series(starts, ordered):
    rows = scale_rows()
    fit = by_scale_equation(rows)
    n = rows.n_rows
    order = np.random.default_rng(5).permutation(n) if ordered else np.arange(n)
    weights = np.array([1.0, 0.75, 0.5, 0.25])
    series = np.searchsorted(starts, np.arange(n), side="right")
    meat = lag_meat(plain.scores(fit.params, rows.rows)[order], series, weights)
    options = {
        "weights": weights,
        "order": order if ordered else None,
        "starts": np.array(starts),
    }
    found = covariance("hac-panel", fit, rows, options)
    assert_matrices(found, fit.cov_params @ meat @ fit.cov_params)


@pytest.mark.parametrize(
    ("corrections", "factor"),
    [(("n",), 60 / 57), (("groups", "degrees"), 2 / 1 * 59 / 57)],
)
def test_covariances_with_lags_take_the_factors_of_small_samples(corrections, factor):
    rows, fit = constant_fit()
    options = {"weights": np.array([1.0, 0.5]), "starts": np.array([0, 30])}
    plain_one = covariance("HAC", fit, rows, options)
    found = covariance("HAC", fit, rows, options | {"corrections": corrections})
    assert_matrices(found, factor * plain_one)


def test_more_lags_than_rows_are_those_that_there_are():
    rows, fit = constant_fit()
    many, all_of_them = np.ones(200), np.ones(60)
    assert_allclose(
        covariance("HAC", fit, rows, {"weights": many}),
        covariance("HAC", fit, rows, {"weights": all_of_them}),
    )


@pytest.mark.parametrize("name", ["HC1", "unbiased"])
def test_factors_need_more_observations_than_columns(name):
    endog, exog, _ = design(60, level=2.0)
    rows = source(endog, exog, freq_weights=np.full(60, 0.05))
    fit = by_closed_form(rows)
    with pytest.raises(FitError, match="weights add up to 3"):
        covariance(name, fit, rows)


def test_every_estimator_is_tested_here():
    tested = {*ANY_MODEL, "HC2", "HC3", "unbiased", "cluster", "HAC", "hac-panel"}
    assert tested == set(COVARIANCES)
