"""Fits of the same data have the same fingerprint, and others another."""

import numpy as np
import pytest

from sm_gaussmle.inference.data_fingerprint import data_fingerprint

Y = np.array([1.0, 0.0, -2.5])


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
