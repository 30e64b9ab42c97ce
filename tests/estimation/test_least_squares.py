"""Least squares by each of its routes, to the digits that it says it has."""

from itertools import chain
from typing import NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.errors import NonFiniteError
from sm_gaussmle.estimation.least_squares import GATE_DIGITS, least_squares

from . import exact
from .data import Design, design, source, weights_for

CROSS, QR = "cross products", "QR"
# More than 60,000 numbers: too many for one QR decomposition.
LARGE = 21_000


def standard_errors(solution):
    """Return standard errors over sigma."""
    return np.sqrt((solution.basis**2).sum(axis=1))


def coefficient_digits(found, reference, data, weights=None, offset=None):
    """Return the digits of the worst coefficient, as its columns allow.

    The unit of a coefficient's error is its standard error over sigma, times the lengths of
    what is added up: the response and the columns times their coefficients. Slopes beside a
    constant are measured from the means. An error of 1e-16 in these units is the rounding
    of the data; what is better than that is luck.
    """
    root = np.ones(len(data.endog)) if weights is None else np.sqrt(weights)
    responses = data.endog.reshape(len(root), -1) - (0.0 if offset is None else offset[:, None])
    coef = found.coef.reshape(len(found.coef), -1)
    slopes = np.full(len(coef), data.constant is not None)
    if data.constant is not None:
        slopes[data.constant] = False

    def lengths(columns, *, centred):
        centre = np.average(columns, axis=0, weights=root**2) if centred else 0.0
        return np.linalg.norm((columns - centre) * root[:, None], axis=0)

    from_zero = lengths(responses, centred=False)
    from_zero = from_zero + lengths(data.exog, centred=False) @ np.abs(coef)
    from_means = lengths(responses, centred=True)
    from_means = from_means + lengths(data.exog, centred=True)[slopes] @ np.abs(coef[slopes])
    size = np.where(slopes[:, None], from_means, from_zero) * standard_errors(found)[:, None]
    error = [
        abs(exact.CONTEXT.mpf(float(value)) - true)
        for value, true in zip(coef.T.ravel(), chain(*reference.coef), strict=True)
    ]
    worst = (np.array(error, dtype=float).reshape(coef.T.shape).T / size).max()
    return -np.log10(max(worst, 1e-20))


def not_in_the_sample():
    """Return a dummy of ten rows that no regular sample meets."""
    plain = design(LARGE)
    dummy = np.zeros(LARGE)
    dummy[7:17] = 1.0
    return plain._replace(exog=np.column_stack([plain.exog, dummy]))


class Route(NamedTuple):
    """Data that force a route, and what is known of the way and of the digits there.

    `rss` is the digits that residual sums of squares have at least.
    """

    data: Design
    route: str
    passes: int
    shifted: bool
    rss: float


# QR and the residual pass lose to the residual sum of squares what the response (and its
# terms, for collinear columns) is larger than the residuals; cross products lose the square
# of that, and 1 to 2 digits to the sums of 21,000 rows.
ROUTES = {
    "few rows": Route(design(200), QR, 1, True, 14.5),
    "few rows, no constant": Route(design(200, constant=False), QR, 1, False, 14.5),
    "few rows, mean of 1e6": Route(design(200, mean=1e6), QR, 1, True, 14),
    "few rows, collinear to 1e-7": Route(design(200, distance=1e-7), QR, 1, True, 8),
    "few rows, near-perfect": Route(design(200, noise=1e-8), QR, 1, True, 7.5),
    "cross products": Route(design(LARGE), CROSS, 1, False, 12),
    "cross products, no constant": Route(design(LARGE, constant=False), CROSS, 1, False, 12),
    "cross products, shifted": Route(design(LARGE, mean=1e3), CROSS, 1, True, 12),
    "cross products, response far away": Route(design(LARGE, level=1e3), CROSS, 1, True, 12),
    "cross products, shifted by 1e6": Route(design(LARGE, mean=1e6), CROSS, 1, True, 12),
    "rare category": Route(not_in_the_sample(), CROSS, 1, False, 12),
    "residual pass": Route(design(LARGE, noise=1e-6), CROSS, 2, False, 9.5),
    "residual pass, shifted": Route(design(LARGE, noise=1e-6, mean=1e3), CROSS, 2, True, 9.5),
    "QR in blocks, by the sample": Route(design(LARGE, distance=1e-6), QR, 2, False, 13),
    "QR in blocks, by the sample, no constant": Route(
        design(LARGE, distance=1e-6, constant=False), QR, 2, False, 13
    ),
    "QR in blocks, by the sample, shifted": Route(
        design(LARGE, distance=1e-5, mean=1e3), QR, 2, True, 13
    ),
    "QR in blocks, after the gate": Route(design(LARGE, distance=1.5e-3), QR, 3, True, 13),
    "QR in blocks, after the gate, no constant": Route(
        design(LARGE, distance=1.5e-3, constant=False), QR, 3, False, 13
    ),
    "QR in blocks, after the gate, shifted": Route(
        design(LARGE, distance=1.5e-3, mean=1e3), QR, 3, True, 13
    ),
    "several responses, few rows": Route(design(200, m=3), QR, 1, True, 14.5),
    "several responses, cross products": Route(design(LARGE, m=3), CROSS, 1, False, 12),
    "several responses, residual pass": Route(
        design(LARGE, m=3, noise=1e-6), CROSS, 2, False, 9.5
    ),
    "several responses, QR in blocks": Route(
        design(LARGE, m=3, distance=1e-6), QR, 2, False, 13
    ),
    "more responses than one decomposition takes": Route(design(12_000, m=4), QR, 2, True, 13),
}


@pytest.fixture(scope="module", params=ROUTES.values(), ids=list(ROUTES))
def solved(request):
    """A route with its solution and the exact one."""
    endog, exog, constant = request.param.data
    return (
        request.param,
        least_squares(source(endog, exog), constant),
        exact.least_squares(endog, exog),
    )


class TestEachRoute:
    """What the data of `ROUTES` lead to."""

    def test_is_the_one_that_the_data_call_for(self, solved):
        route, found, _ = solved
        assert (found.route, found.passes) == (route.route, route.passes)
        assert (found.origin is not None) == route.shifted

    def test_coefficients_are_as_good_as_the_columns_allow(self, solved):
        route, found, reference = solved
        # Two digits for the sums of 21,000 rows.
        assert coefficient_digits(found, reference, route.data) >= 14

    def test_residual_sums_of_squares(self, solved):
        route, found, reference = solved
        assert exact.digits(found.rss, reference.rss) >= route.rss

    def test_standard_errors_have_the_digits_that_are_reported(self, solved):
        _, found, reference = solved
        true = exact.digits(standard_errors(found), exact.standard_errors(reference.cov))
        # The sums of 21,000 rows leave 14 digits at most, whatever the columns.
        assert true >= min(found.digits, 14.0) - 0.5

    def test_the_basis_makes_the_columns_orthonormal(self, solved):
        route, found, _ = solved
        columns = route.data.exog @ found.basis
        # Rounding of the columns in units of the basis: the condition number.
        size = np.linalg.norm(route.data.exog, axis=0) @ np.abs(found.basis).max(axis=1)
        assert_allclose(
            columns.T @ columns, np.eye(columns.shape[1]), atol=1e-14 * size + 1e-12
        )

    def test_the_factor_is_that_of_the_columns_less_the_origin(self, solved):
        route, found, _ = solved
        exog = route.data.exog - (0.0 if found.origin is None else found.origin.exog)
        assert (found.factor == np.triu(found.factor)).all()
        norms = np.linalg.norm(exog, axis=0)
        # In units of the columns' lengths, whatever their condition.
        gram = found.factor.T @ found.factor / np.outer(norms, norms)
        assert_allclose(gram, exog.T @ exog / np.outer(norms, norms), atol=1e-12)

    def test_working_coefficients_are_those_less_the_origin(self, solved):
        route, found, _ = solved
        if found.origin is None:
            assert (found.working_coef == found.coef).all()
            return
        slopes = np.arange(len(found.coef)) != route.data.constant
        assert (found.working_coef[slopes] == found.coef[slopes]).all()
        level = found.origin.endog - found.origin.exog @ found.working_coef
        assert_allclose(
            found.working_coef[route.data.constant] + level,
            found.coef[route.data.constant],
            rtol=1e-12,
            atol=1e-12 * np.abs(level).max(),
        )

    def test_little_is_left_of_the_score(self, solved):
        _, found, _ = solved
        # Rounding of products of the size of the response, and of the terms that make it:
        # 1e7 times that for columns that are collinear to 1e-7.
        assert (found.remainder <= 1e-9 * np.sqrt(found.total)).all()

    def test_every_row_is_counted(self, solved):
        route, found, _ = solved
        assert found.nobs == len(route.data.endog)
        assert found.log_variance_offset == 0


def test_more_columns_than_an_eighth_of_the_rows_take_one_decomposition():
    rng = np.random.default_rng(4)
    exog = rng.normal(size=(500, 130))
    endog = rng.normal(size=500)
    found = least_squares(source(endog, exog), None)
    assert (found.route, found.passes) == (QR, 1)
    # Well conditioned: 500 roundings.
    assert_allclose(found.coef, np.linalg.lstsq(exog, endog)[0], atol=1e-13)


# Predicted digits -----------------------------------------------------------------------


def hard_design(seed):
    """Return columns with some of: collinearity, large means, awkward units, a constant."""
    rng = np.random.default_rng([10, seed])
    k = int(rng.integers(2, 6))
    n = int(rng.choice([60, 300, 62_000 // (k + 1) + 50]))
    exog = rng.normal(size=(n, k))
    if k > 2 and rng.random() < 0.75:
        exog[:, -1] = exog[:, 1] + 10 ** -rng.uniform(0, 6) * exog[:, -1]
    if rng.random() < 0.5:
        exog[:, 1:] += 10 ** rng.uniform(0, 5, k - 1)
    constant = None
    if rng.random() < 0.7:
        constant = int(rng.integers(k))
        exog[:, constant] = rng.choice([1.0, 3.7, -2e3])
    if rng.random() < 0.5:
        exog *= 10 ** rng.uniform(-8, 8, k)
    signal = (exog / np.abs(exog).max(axis=0)).sum(axis=1)
    return Design(signal + 10 ** -rng.uniform(0, 8) * rng.normal(size=n), exog, constant)


@pytest.mark.parametrize("seed", range(60))
def test_no_more_digits_are_predicted_than_there_are(seed):
    endog, exog, constant = hard_design(seed)
    found = least_squares(source(endog, exog), constant)
    reference = exact.least_squares(endog, exog)
    true = exact.digits(standard_errors(found), exact.standard_errors(reference.cov))
    # Beyond 14 digits it is the sum over the rows that rounds, not the condition number.
    assert true >= min(found.digits, 14.0) - 0.5
    if found.route == CROSS:
        assert found.digits >= GATE_DIGITS


# Weights, offsets, constants ------------------------------------------------------------

SIZES = {
    "few rows": design(200, level=30.0),
    "cross products": design(LARGE),
    "cross products, shifted": design(LARGE, mean=100.0, level=100.0),
    "QR in blocks": design(LARGE, distance=1e-4),
    "several responses": design(LARGE, m=2),
}
over_sizes = pytest.mark.parametrize("data", SIZES.values(), ids=list(SIZES))


def assert_digits(found, data, weights=None, offset=None, rss=12.0):
    """Compare with the exact solution: coefficients, residuals and standard errors."""
    reference = exact.least_squares(data.endog, data.exog, weights, offset)
    # As in the routes, less the rounding of the weights and of correlated columns.
    assert coefficient_digits(found, reference, data, weights, offset) >= 13
    assert exact.digits(found.rss, reference.rss) >= rss
    errors = exact.standard_errors(reference.cov)
    assert exact.digits(standard_errors(found), errors) >= min(found.digits, 14.0) - 0.5


@over_sizes
@pytest.mark.parametrize("which", ["frequency", "variance", "both"])
def test_weights(data, which):
    endog, exog, constant = data
    frequency, variance = weights_for(len(endog))
    weights, others = np.ones(len(endog)), {}
    if which != "variance":
        others["freq_weights"] = frequency
        weights = weights * frequency
    if which != "frequency":
        others["log_variance_offset"] = np.log(variance)
        weights = weights / variance
    found = least_squares(source(endog, exog, **others), constant)
    assert_digits(found, data, weights)
    assert found.nobs == others.get("freq_weights", np.ones(len(endog))).sum()
    known = others.get("log_variance_offset", np.zeros(len(endog)))
    expected = (known * others.get("freq_weights", 1.0)).sum()
    assert_allclose(found.log_variance_offset, expected, rtol=1e-12, atol=1e-12)


@over_sizes
def test_a_frequency_weight_is_the_row_that_many_times(data):
    endog, exog, constant = data
    frequency, _ = weights_for(len(endog))
    times = frequency.astype(int)
    weighted = least_squares(source(endog, exog, freq_weights=frequency), constant)
    repeated = least_squares(
        source(np.repeat(endog, times, axis=0), np.repeat(exog, times, axis=0)), constant
    )
    # Both are within their digits of the exact solution: 1e-4 collinear, 1e2 in the mean.
    assert_allclose(weighted.coef, repeated.coef, rtol=1e-8)
    assert_allclose(weighted.rss, repeated.rss, rtol=1e-12)
    assert_allclose(
        standard_errors(weighted),
        standard_errors(repeated),
        rtol=10 ** (0.5 - min(weighted.digits, repeated.digits, 14.0)),
    )
    assert weighted.nobs == repeated.nobs


@over_sizes
def test_an_offset_is_subtracted_from_the_response(data):
    endog, exog, constant = data
    offset = np.random.default_rng(9).normal(size=len(endog))
    found = least_squares(source(endog, exog, offset=offset), constant)
    assert_digits(found, data, offset=offset)


@pytest.mark.parametrize("n", [200, LARGE])
def test_an_offset_as_large_as_the_response_costs_no_digits(n):
    endog, exog, constant = design(n)
    far = 2.0**40
    endog = np.round(endog * 1024) / 1024  # the sum below is exact
    found = least_squares(source(endog + far, exog, offset=np.full(n, far)), constant)
    assert_digits(found, Design(endog, exog))


TOTALS = {
    "few rows": (design(200, level=1000.0), {}),
    "cross products": (design(LARGE), {}),
    "cross products, shifted": (design(LARGE, level=1000.0), {}),
    "frequency weights": (design(200, level=1000.0), {"freq_weights": weights_for(200)[0]}),
    "known variances": (
        design(200, level=1000.0),
        {"log_variance_offset": np.log(weights_for(200)[1])},
    ),
}


@pytest.mark.parametrize(("data", "others"), TOTALS.values(), ids=list(TOTALS))
def test_the_total_is_the_weighted_sum_of_squares_from_zero(data, others):
    endog, exog, constant = data
    found = least_squares(source(endog, exog, **others), constant)
    weights = others.get("freq_weights", np.ones(len(endog)))
    weights = weights / np.exp(others.get("log_variance_offset", 0.0))
    # Sums of 21,000 squares.
    assert_allclose(found.total, (weights * endog**2).sum(), rtol=1e-12)


@pytest.mark.parametrize("n", [200, LARGE])
@pytest.mark.parametrize("mean", [0.0, 100.0])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("value", [1.0, -3.7, 1e-8, 1e8])
def test_the_constant_may_be_anywhere_and_any_number(n, mean, place, value):
    endog, exog, _ = design(n, mean=mean)
    exog = np.insert(exog[:, 1:], place, value, axis=1)
    found = least_squares(source(endog, exog), place)
    assert_digits(found, Design(endog, exog, place))


@pytest.mark.parametrize("n", [200, LARGE])
def test_a_constant_that_is_not_named_costs_no_more_than_its_condition_number(n):
    endog, exog, _ = design(n, mean=100.0)
    found = least_squares(source(endog, exog), None)
    assert found.origin is None
    # Cross products lose the square of a condition number of 100.
    assert_digits(found, Design(endog, exog, None), rss=9.5)


@pytest.mark.parametrize("power", [-40, -24, 24, 40])
@pytest.mark.parametrize("n", [200, LARGE])
def test_units_of_the_known_variances_change_the_scale_alone(n, power):
    endog, exog, constant = design(n, mean=5.0, level=5.0)
    plain = least_squares(source(endog, exog), constant)
    known = np.full(n, power * np.log(2.0))
    found = least_squares(source(endog, exog, log_variance_offset=known), constant)
    # Rounding of the logarithm: 30 eps.
    assert_allclose(found.coef, plain.coef, rtol=1e-11)
    assert_allclose(found.rss * 2.0**power, plain.rss, rtol=1e-11)
    assert_allclose(
        standard_errors(found) * 2.0 ** (-power / 2), standard_errors(plain), rtol=1e-11
    )


@pytest.mark.parametrize("power", [50, 100])
def test_small_weights_do_not_make_columns_dependent(power):
    endog, exog, constant = design(200, mean=5.0)
    known = np.full(200, power * np.log(2.0))
    found = least_squares(source(endog, exog, log_variance_offset=known), constant)
    assert_allclose(found.coef, least_squares(source(endog, exog), constant).coef, rtol=1e-11)


def test_the_data_are_left_alone():
    endog, exog, constant = design(LARGE, distance=5e-4)
    frequency, variance = weights_for(LARGE)
    rows = source(endog, exog, freq_weights=frequency, log_variance_offset=np.log(variance))
    before = [endog.copy(), exog.copy(), frequency.copy()]
    least_squares(rows, constant)
    for array, copy in zip([endog, exog, frequency], before, strict=True):
        assert (array == copy).all()


# Values that are not numbers ------------------------------------------------------------


@pytest.mark.parametrize("n", [200, LARGE])
@pytest.mark.parametrize("distance", [None, 1e-6], ids=["", "collinear"])
@pytest.mark.parametrize("constant", [True, False], ids=["constant", "no constant"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["endog", "exog", "offset", "freq_weights"])
def test_values_that_are_not_finite_are_refused(n, distance, constant, value, where):
    endog, exog, place = design(n, distance=distance, constant=constant)
    arrays = {"endog": endog, "exog": exog, "offset": np.zeros(n), "freq_weights": np.ones(n)}
    arrays[where][13, ...] = value
    if where == "freq_weights" and value == -np.inf:
        return  # weights are not negative
    with pytest.raises(NonFiniteError):
        least_squares(source(**arrays), place)
