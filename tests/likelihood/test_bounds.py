"""What is known of each response."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sm_gaussmle.likelihood.bounds import Bounds

ENDOG = np.array([-2.0, 0.0, 1.0, 3.0, 5.0])


def full(value):
    return np.full_like(ENDOG, value)


def test_a_response_at_or_below_the_left_limit_is_censored_there():
    bounds = Bounds.censored(ENDOG, left=full(0.0))
    assert_array_equal(bounds.lower, [-np.inf, -np.inf, 1.0, 3.0, 5.0])
    assert_array_equal(bounds.upper, [0.0, 0.0, 1.0, 3.0, 5.0])


def test_a_response_at_or_above_the_right_limit_is_censored_there():
    bounds = Bounds.censored(ENDOG, right=full(3.0))
    assert_array_equal(bounds.lower, [-2.0, 0.0, 1.0, 3.0, 3.0])
    assert_array_equal(bounds.upper, [-2.0, 0.0, 1.0, np.inf, np.inf])


def test_limits_may_differ_from_row_to_row():
    bounds = Bounds.censored(ENDOG, right=np.array([-2.0, np.inf, np.inf, 4.0, np.inf]))
    assert_array_equal(bounds.open_right, [True, False, False, False, False])


def test_censored_responses_of_a_truncated_sample_end_where_it_does():
    bounds = Bounds.censored(ENDOG, full(0.0), full(3.0), full(-4.0), full(9.0))
    assert_array_equal(bounds.lower, [-4.0, -4.0, 1.0, 3.0, 3.0])
    assert_array_equal(bounds.upper, [0.0, 0.0, 1.0, 9.0, 9.0])
    assert_array_equal(bounds.open_left, [True, True, False, False, False])
    assert_array_equal(bounds.open_right, [False, False, False, True, True])


def test_intervals_of_a_truncated_sample_are_cut_off_where_it_is():
    lower, upper = np.array([-np.inf, 1.0, 2.0]), np.array([0.0, np.inf, 2.0])
    ends = np.array([-4.0] * 3), np.array([9.0] * 3)
    bounds = Bounds.between(lower, upper, *ends)
    assert_array_equal(bounds.lower, [-4.0, 1.0, 2.0])
    assert_array_equal(bounds.upper, [0.0, 9.0, 2.0])
    assert_array_equal(bounds.width, [4.0, 8.0, 0.0])


def test_only_limits_that_were_given_say_what_else_could_have_been_seen():
    assert Bounds.censored(ENDOG, full(0.0)).known_limits
    assert not Bounds.between(ENDOG, ENDOG + 1.0).known_limits


def test_responses_within_limits_are_exact():
    bounds = Bounds.censored(ENDOG, full(0.0), full(4.0))
    assert_array_equal(bounds.exact, [False, False, True, True, False])
    assert_array_equal(bounds.width == 0.0, bounds.exact)


def test_without_limits_all_responses_are_exact():
    bounds = Bounds.censored(ENDOG)
    assert bounds.exact.all()
    assert not (bounds.open_left | bounds.open_right).any()
    assert not bounds.truncated


@pytest.mark.parametrize(
    ("limits", "truncated"),
    [({}, False), ({"trunc_left": full(-9.0)}, True), ({"trunc_right": full(9.0)}, True)],
    ids=["no", "left", "right"],
)
def test_a_sample_is_truncated_if_there_is_a_limit_on_either_side(limits, truncated):
    assert Bounds.censored(ENDOG, **limits).truncated is truncated


def test_stand_ins_are_the_response_the_limit_or_the_middle():
    lower = np.array([1.0, -np.inf, 3.0, 4.0, -np.inf])
    upper = np.array([1.0, 2.0, np.inf, 6.0, 0.5])
    stand_in = Bounds.between(lower, upper).stand_in
    assert_array_equal(stand_in, [1.0, 2.0, 3.0, 5.0, 0.5])


@pytest.mark.parametrize("rows", [slice(1, 4), np.array([4, 0, 0]), ENDOG > 0.0])
def test_a_part_has_the_bounds_of_its_rows(rows):
    limits = (full(0.0), full(4.0), full(-3.0), ENDOG + 1.0)
    whole = Bounds.censored(ENDOG, *limits)
    part = whole.part(rows)
    alone = Bounds.censored(ENDOG[rows], *(limit[rows] for limit in limits))
    for name in Bounds.__slots__:
        assert_array_equal(getattr(part, name), getattr(alone, name))


def test_a_part_keeps_that_limits_are_not_known():
    assert not Bounds.between(ENDOG, ENDOG + 1.0).part(slice(2)).known_limits


@given(origin=st.floats(-1e3, 1e3), power=st.integers(-8, 8))
def test_another_origin_and_unit_move_every_bound(origin, power):
    unit = 2.0**power
    limits = (full(0.0), full(4.0), full(-3.0), full(9.0))
    here = Bounds.censored(ENDOG, *limits)
    there = here.standardized(full(origin), unit)
    for name in ("lower", "upper", "left", "right", "trunc_left", "trunc_right"):
        assert_array_equal(getattr(there, name), (getattr(here, name) - origin) / unit)
    assert_array_equal(there.width, here.width / unit)
    assert_array_equal(there.exact, here.exact)


def test_the_width_keeps_the_digits_that_the_ends_lose():
    # Ends of intervals 1e-6 wide, measured from a line a million away and back again.
    lower = np.array([0.1, 0.2])
    here = Bounds.between(lower, lower + 1e-6)
    away = np.full(2, 1e9)
    back = here.standardized(away, 1.0).standardized(-away, 1.0)
    assert_array_equal(back.width, here.width)
    assert (np.abs((back.upper - back.lower) / here.width - 1.0) > 1e-3).all()


def test_bounds_that_are_not_there_stay_away():
    bounds = Bounds.censored(ENDOG, left=full(0.0)).standardized(full(1.0), 2.0)
    assert bounds.right is bounds.trunc_left is bounds.trunc_right is None
