"""Dependent columns are found and described; nearly dependent ones are accepted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.errors import CollinearError
from sm_gaussmle.estimation.least_squares import least_squares

from .data import source

# One QR decomposition, and cross products first.
SIZES = [200, 21_000]
over_sizes = pytest.mark.parametrize("n", SIZES)


def dependent(exog, constant=None, equation="exog"):
    """Return the columns kept and the dependencies of the others."""
    endog = np.random.default_rng(0).normal(size=len(exog))
    with pytest.raises(CollinearError) as caught:
        least_squares(source(endog, exog), constant, equation)
    assert caught.value.equation == equation
    return caught.value.kept, caught.value.dependencies


def columns(n, k=3, seed=1):
    return np.random.default_rng(seed).normal(size=(n, k)).T


def assert_dependencies(found, expected, rtol=1e-8):
    """Compare coefficients, which rounding and the loss at the columns leave 8 digits."""
    assert {column: set(others) for column, others in found.items()} == {
        column: set(others) for column, others in expected.items()
    }
    for column, others in expected.items():
        for other, value in others.items():
            assert_allclose(found[column][other], value, rtol=rtol)


# Dependent ------------------------------------------------------------------------------


@over_sizes
@pytest.mark.parametrize("constant", [None, 0])
def test_a_combination_is_named_with_its_coefficients(n, constant):
    a, b, c = columns(n)
    exog = np.column_stack([np.ones(n), a, b, 2 * a - 3 * b, c])
    kept, found = dependent(exog, constant)
    assert kept == (0, 1, 2, 4)
    assert_dependencies(found, {3: {1: 2.0, 2: -3.0}})


@over_sizes
@pytest.mark.parametrize("units", [1e-8, 1e8])
def test_coefficients_are_in_the_units_of_the_columns(n, units):
    a, b, _ = columns(n)
    _, found = dependent(np.column_stack([a * units, b, 2 * a - 3 * b]))
    assert_dependencies(found, {2: {0: 2.0 / units, 1: -3.0}})


@over_sizes
def test_earlier_columns_are_kept(n):
    a, b, _ = columns(n)
    kept, found = dependent(np.column_stack([a, a, b, b, a + b]))
    assert kept == (0, 2)
    assert_dependencies(found, {1: {0: 1.0}, 3: {2: 1.0}, 4: {0: 1.0, 2: 1.0}})


@over_sizes
def test_a_dependent_constant_is_named_where_none_is_known(n):
    a, _, _ = columns(n)
    kept, found = dependent(np.column_stack([np.ones(n), a, 5 + a]))
    assert kept == (0, 1)
    assert_dependencies(found, {2: {0: 5.0, 1: 1.0}})


@over_sizes
def test_beside_a_known_constant_dependencies_are_up_to_a_constant(n):
    a, _, _ = columns(n)
    kept, found = dependent(np.column_stack([np.ones(n), a, 5 + a]), 0)
    assert kept == (0, 1)
    assert_dependencies(found, {2: {1: 1.0}})


@over_sizes
@pytest.mark.parametrize("constant", [None, 1])
def test_a_zero_column_depends_on_nothing(n, constant):
    a, b, _ = columns(n)
    kept, found = dependent(np.column_stack([a, np.ones(n), np.zeros(n), b]), constant)
    assert kept == (0, 1, 3)
    assert found == {2: {}}


@over_sizes
def test_of_columns_that_are_all_zero_none_is_kept(n):
    kept, found = dependent(np.zeros((n, 2)))
    assert kept == ()
    assert found == {0: {}, 1: {}}


@over_sizes
def test_the_second_of_two_constants_is_dependent(n):
    a, _, _ = columns(n)
    kept, found = dependent(np.column_stack([np.ones(n), a, np.full(n, 3.0)]), 0)
    assert kept == (0, 1)
    assert found == {2: {}}  # nothing but a constant


@over_sizes
@pytest.mark.parametrize("place", [0, 3])
def test_a_full_set_of_dummies_beside_a_constant_loses_its_last(n, place):
    dummies = (np.arange(n)[:, None] % 3 == np.arange(3)).astype(float)
    kept, found = dependent(np.insert(dummies, place, 1.0, axis=1), place)
    first, second, last = sorted({0, 1, 2, 3} - {place})
    assert kept == tuple(sorted([place, first, second]))
    assert_dependencies(found, {last: {first: -1.0, second: -1.0}})


@over_sizes
def test_a_sum_of_columns_with_means_of_a_million_is_seen(n):
    # Its rounding is in units of 1e6, not of what is left of it.
    a, b, _ = 1e6 + columns(n)
    kept, found = dependent(np.column_stack([np.ones(n), a, b, a + b]), 0)
    assert kept == (0, 1, 2)
    assert_dependencies(found, {3: {1: 1.0, 2: 1.0}})


@over_sizes
def test_a_change_of_units_is_seen(n):
    # Celsius and Fahrenheit, rounded.
    celsius = 20 + 5 * columns(n)[0]
    kept, found = dependent(np.column_stack([np.ones(n), celsius, celsius * 9 / 5 + 32]), 0)
    assert kept == (0, 1)
    assert_dependencies(found, {2: {1: 1.8}})


@pytest.mark.parametrize("n", [1, 2, 3])
def test_fewer_rows_than_columns_leave_as_many_as_there_are_rows(n):
    kept, found = dependent(columns(n, 4).T)
    assert kept == tuple(range(n))
    assert set(found) == set(range(n, 4))


def test_a_loss_spread_over_many_columns_is_charged_to_the_last():
    # Wilkinson's triangle: each column leaves a good part of its own, together they are
    # dependent to 2^-60.
    k = 60
    rng = np.random.default_rng(2)
    basis = np.linalg.qr(rng.normal(size=(200, k)))[0]
    exog = basis @ (np.eye(k) - np.triu(np.ones((k, k)), 1))
    kept, found = dependent(exog)
    assert kept == tuple(range(k - 1))
    assert set(found) == {k - 1}
    assert all(np.isfinite(value) for value in found[k - 1].values())


def test_the_name_of_the_equation_is_kept():
    a, _, _ = columns(100)
    dependent(np.column_stack([a, a]), equation="exog_scale")


def test_the_message_names_the_equation_and_the_columns():
    a, b, _ = columns(100)
    with pytest.raises(CollinearError, match=r"`exog` has linearly dependent columns \[1, 3\]"):
        least_squares(source(a, np.column_stack([a, a, b, b])), None)


@given(
    seed=st.integers(0, 2**32 - 1),
    k=st.integers(2, 6),
    means=st.floats(0, 5),
    units=st.floats(-8, 8),
)
def test_any_combination_is_found_whatever_the_units(seed, k, means, units):
    rng = np.random.default_rng(seed)
    exog = rng.normal(size=(80, k)) + 10**means
    exog *= 10 ** (units * rng.random(k))
    lengths = np.linalg.norm(exog, axis=0)
    last = exog @ (rng.uniform(0.5, 2, k) * rng.choice([-1, 1], k) / lengths)
    kept, found = dependent(np.column_stack([np.ones(80), exog, last]), 0)
    assert kept == tuple(range(k + 1))
    assert set(found) == {k + 1}


# Nearly dependent -----------------------------------------------------------------------


@over_sizes
@pytest.mark.parametrize("distance", [1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-11, 1e-13])
@pytest.mark.parametrize("constant", [None, 0])
def test_columns_dependent_to_many_digits_are_accepted(n, distance, constant):
    a, b, c = columns(n)
    exog = np.column_stack([np.ones(n), a, b, a + b + distance * c])
    found = least_squares(source(c, exog), constant)
    # What doubles leave after the condition number, about 2 over the distance.
    assert found.digits == pytest.approx(15.7 + np.log10(distance / 5), abs=0.7)


@over_sizes
@pytest.mark.parametrize("distance", [1e-3, 1e-5])
def test_columns_with_means_of_a_million_are_accepted(n, distance):
    a, b, c = columns(n)
    exog = np.column_stack([np.ones(n), 1e6 + a, 1e6 + b, 2e6 + a + b + distance * c])
    assert least_squares(source(c, exog), 0).digits > 9


@over_sizes
def test_columns_of_very_different_units_are_accepted(n):
    exog = columns(n).T * [1e-30, 1.0, 1e30]
    assert least_squares(source(columns(n)[0], exog), None).digits > 15


def test_a_polynomial_of_the_year_is_accepted():
    year = np.arange(1900.0, 2000.0)
    exog = np.column_stack([year**power for power in range(4)])
    assert least_squares(source(np.sin(year), exog), 0).digits > 7
