"""Information criteria, weights and Vuong's statistic."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.inference.model_selection import (
    IndistinguishableError,
    akaike_weights,
    criteria_table,
    vuong,
)

LLF, SIZES = np.array([-30.0, -27.0]), np.array([2.0, 4.0])


def test_criteria_are_their_formulas():
    table = criteria_table(LLF, SIZES, 20.0)
    assert_allclose(table["aic"], [64, 62])
    assert_allclose(table["aicc"], [60 + 2 * 2 * 20 / 17, 54 + 2 * 4 * 20 / 15])
    assert_allclose(table["bic"], [60 + 2 * np.log(20), 54 + 4 * np.log(20)])
    assert_allclose(table["hqic"], [60 + 4 * np.log(np.log(20)), 54 + 8 * np.log(np.log(20))])


def test_there_is_no_aicc_of_too_few_observations():
    assert np.isnan(criteria_table(LLF, SIZES, 5.0)["aicc"]).tolist() == [False, True]


def test_weights_are_relative_likelihoods():
    delta, weight = akaike_weights(np.array([64.0, 62.0]))
    assert_allclose(delta, [2, 0])
    assert_allclose(weight, [np.exp(-1) / (1 + np.exp(-1)), 1 / (1 + np.exp(-1))])


def test_weights_of_criteria_far_from_zero_do_not_underflow():
    assert_allclose(akaike_weights(np.array([1e6, 1e6]))[1], [0.5, 0.5])


@pytest.fixture
def densities():
    rng = np.random.default_rng(8)
    return rng.normal(-1, 1, size=(2, 25))


@pytest.mark.parametrize(
    ("correction", "off"), [("none", 0.0), ("aic", 2.0), ("bic", np.log(25))]
)
def test_vuongs_statistic_is_a_mean_over_its_standard_error(densities, correction, off):
    m = densities[0] - densities[1]
    test = vuong(*densities, None, (5, 3), correction)
    assert_allclose(test.loglike_ratio, m.sum() - off)
    assert_allclose(test.variance, m.var())
    assert_allclose(test.statistic, (m.sum() - off) / (5 * m.std()))


def test_a_row_that_counts_twice_is_two_rows(densities):
    counts = np.arange(25) % 3 + 1.0
    copies = np.repeat(np.arange(25), counts.astype(int))
    assert_allclose(
        vuong(*densities, counts, (5, 3), "bic"),
        vuong(*densities[:, copies], None, (5, 3), "bic"),
        rtol=1e-12,
    )


def test_exchanging_the_models_changes_the_sign(densities):
    there = vuong(*densities, None, (5, 3), "aic")
    back = vuong(*densities[::-1], None, (3, 5), "aic")
    assert_allclose(back.statistic, -there.statistic, rtol=1e-12)


def test_models_that_differ_by_rounding_are_not_told_apart(densities):
    with pytest.raises(IndistinguishableError):
        vuong(densities[0], densities[0] * (1 + 1e-16), None, (5, 3), "none")
