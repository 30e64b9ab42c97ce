"""Covariance estimators against their formulas, and against repeated rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.covariance import COVARIANCES, DESCRIPTIONS, covariance
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem

from . import plain
from .data import design, scale_rows, source, weights_for


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


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def fitted(request):
    """Source, fit and the four covariance matrices."""
    rows, fit_to = request.param
    fit = fit_to(rows)
    return rows, fit, {name: covariance(name, fit, rows) for name in COVARIANCES}


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


@pytest.mark.parametrize("name", COVARIANCES)
def test_every_estimator_gives_a_symmetric_positive_definite_matrix(fitted, name):
    _, _, found = fitted
    errors = np.sqrt(np.diagonal(found[name]))
    scaled = found[name] / np.outer(errors, errors)
    assert_allclose(scaled, scaled.T, atol=1e-12)  # rounding of products
    np.linalg.cholesky(scaled)


@pytest.mark.parametrize("name", COVARIANCES)
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


@pytest.mark.parametrize("name", COVARIANCES)
def test_all_agree_on_many_rows_of_the_model(name):
    rows = scale_rows(200_000, seed=7)
    fit = by_scale_equation(rows)
    ratio = np.diagonal(covariance(name, fit, rows)) / np.diagonal(fit.cov_params)
    # Sampling error of fourth moments over 200,000 rows: 1 %, and three of it.
    assert_allclose(ratio, 1.0, atol=0.03)


@pytest.mark.parametrize("name", COVARIANCES)
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


@pytest.mark.parametrize("name", COVARIANCES)
def test_there_is_none_without_a_positive_definite_information(name):
    from dataclasses import replace

    rows = scale_rows()
    fit = replace(by_scale_equation(rows), cov_root=None)
    assert fit.cov_params is None
    assert covariance(name, fit, rows) is None


def test_every_estimator_is_described():
    assert set(DESCRIPTIONS) == set(COVARIANCES)
    assert all(text.endswith(".") for text in DESCRIPTIONS.values())
