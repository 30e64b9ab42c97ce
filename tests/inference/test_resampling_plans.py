"""What is drawn for each replicate."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle.inference.resampling_plans import (
    DrawnResiduals,
    Groups,
    NormalErrors,
    Rows,
    WildErrors,
)

COPIES = np.array([3.0, 1.0, 2.0, 4.0])
CODES = np.array([0, 1, 1, 2, 0, 2])
RESIDUALS = np.array([-1.5, 0.5, 2.0, -1.0])


@pytest.fixture
def generator():
    return np.random.default_rng(20)


def test_as_many_rows_are_drawn_as_there_are(generator):
    assert_array_equal(Rows(7).draw(generator, 5).sum(axis=1), np.full(5, 7.0))


def test_rows_are_drawn_alike(generator):
    # The count of a row has mean 1 and variance 1 - 1/7: the mean of 7,000 has a standard
    # error of 0.011.
    assert_allclose(Rows(7).draw(generator, 7000).mean(axis=0), 1.0, atol=0.05)


def test_rows_with_copies_are_drawn_in_proportion_to_them(generator):
    drawn = Rows(4, COPIES).draw(generator, 7000)
    assert_array_equal(drawn.sum(axis=1), np.full(7000, 10.0))
    # Standard deviations are below 1.6, that of the mean below 0.02.
    assert_allclose(drawn.mean(axis=0), COPIES, atol=0.08)


def test_groups_are_drawn_whole(generator):
    drawn = Groups(CODES).draw(generator, 50)
    for code in range(3):
        rows = drawn[:, code == CODES]
        assert_array_equal(rows, np.repeat(rows[:, :1], 2, axis=1))
    assert_array_equal(drawn[:, [0, 1, 3]].sum(axis=1), np.full(50, 3.0))


def test_groups_are_drawn_with_the_copies_of_their_rows(generator):
    copies = np.arange(1.0, 7.0)
    expected = Groups(CODES).draw(np.random.default_rng(3), 9) * copies
    assert_array_equal(Groups(CODES, copies).draw(np.random.default_rng(3), 9), expected)


def test_normal_errors_have_variance_one(generator):
    drawn = NormalErrors(6).draw(generator, 2000)
    assert drawn.shape == (2000, 6)
    # Standard errors: 0.009 of the mean, 0.013 of the variance.
    assert_allclose([drawn.mean(), drawn.var()], [0.0, 1.0], atol=0.05)


def test_every_residual_can_fall_on_every_row(generator):
    drawn = DrawnResiduals(RESIDUALS).draw(generator, 200)
    for column in drawn.T:
        assert_array_equal(np.unique(column), np.sort(RESIDUALS))


def test_signs_keep_the_size_of_each_residual(generator):
    drawn = WildErrors(RESIDUALS, "rademacher").draw(generator, 200)
    assert_array_equal(np.abs(drawn), np.tile(np.abs(RESIDUALS), (200, 1)))
    assert_allclose((drawn == RESIDUALS).mean(), 0.5, atol=0.08)  # standard error 0.018


def test_two_points_of_mammen_have_moments_0_1_and_1(generator):
    drawn = WildErrors(np.ones(4), "mammen").draw(generator, 20_000)
    assert len(np.unique(drawn)) == 2
    # Standard errors of the three means are below 0.008.
    moments = [np.mean(drawn**power) for power in (1, 2, 3)]
    assert_allclose(moments, [0.0, 1.0, 1.0], atol=0.035)


@pytest.mark.parametrize(
    "plan",
    [
        Rows(4),
        Groups(np.array([0, 1, 0, 1])),
        NormalErrors(4),
        DrawnResiduals(RESIDUALS),
        WildErrors(RESIDUALS, "mammen"),
    ],
)
def test_plans_know_their_rows_and_what_they_draw(plan, generator):
    assert plan.n_rows == 4
    assert plan.draw(generator, 3).shape == (3, 4)
    assert plan.of_rows == isinstance(plan, Rows | Groups)
