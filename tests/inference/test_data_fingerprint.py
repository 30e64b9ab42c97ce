"""Fits of the same data have the same fingerprint, and others another."""

import numpy as np
import pytest

from sm_gaussmle.inference.data_fingerprint import data_fingerprint, row_hashes

Y = np.array([1.0, 0.0, -2.5])
W = np.array([1.0, 2.0, 3.0])


def test_no_weights_are_weights_of_one():
    assert data_fingerprint(Y, None) == data_fingerprint(Y, np.ones(3))


def test_a_negative_zero_is_a_zero():
    assert data_fingerprint(Y, None) == data_fingerprint(np.array([1.0, -0.0, -2.5]), None)


def test_the_layout_in_memory_does_not_matter():
    strided = np.repeat(Y, 2)[::2]
    assert data_fingerprint(strided, None) == data_fingerprint(Y, None)


@pytest.mark.parametrize(
    ("other", "part"),
    [
        ((Y[::-1], None), "responses"),
        ((Y + 1e-15, None), "responses"),
        ((Y, np.array([1.0, 2.0, 1.0])), "counts"),
        ((Y, None, np.array([1.0, 5.0, 1.0])), "responses"),
    ],
    ids=["order", "last digit", "frequency weights", "numbers of trials"],
)
def test_other_data_differ_in_one_part(other, part):
    mine, its = data_fingerprint(Y, None), data_fingerprint(*other)
    assert [n for n in mine._fields if getattr(mine, n) != getattr(its, n)] == [part]


def test_fewer_rows_are_counted():
    assert data_fingerprint(Y[:2], None).rows == 2


# Digests of rows in any order ----------------------------------------------------------------


def unordered_digest(*columns):
    return int(row_hashes(*columns).sum())


def test_an_unordered_digest_does_not_depend_on_the_order():
    order = [2, 0, 1]
    assert unordered_digest(Y[order], W[order]) == unordered_digest(Y, W)


def test_an_unordered_digest_adds_up_over_parts():
    parts = unordered_digest(Y[:1], W[:1]) + unordered_digest(Y[1:], W[1:])
    assert parts % 2**64 == unordered_digest(Y, W)


def test_an_unordered_digest_keeps_the_values_of_a_row_together():
    assert unordered_digest(Y, W[::-1]) != unordered_digest(Y, W)


def test_an_unordered_digest_tells_columns_from_each_other():
    assert unordered_digest(W, Y) != unordered_digest(Y, W)


def test_an_unordered_digest_takes_a_negative_zero_for_a_zero():
    assert unordered_digest(np.array([-0.0])) == unordered_digest(np.array([0.0]))


def test_an_unordered_digest_sees_the_last_bit():
    assert unordered_digest(np.nextafter(Y, 9.0)) != unordered_digest(Y)


def test_an_unordered_digest_counts_equal_rows():
    assert unordered_digest(np.array([1.0, 1.0])) != unordered_digest(np.array([1.0]))


def test_changes_of_two_rows_do_not_cancel():
    assert unordered_digest(Y + np.array([1.0, 0.0, -1.0])) != unordered_digest(Y)
