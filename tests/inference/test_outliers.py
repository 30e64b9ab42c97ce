"""P-values of rows as outliers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE
from sm_gaussmle.inference.leverage import Leverages
from sm_gaussmle.inference.outliers import outlier_pvalues


def of_leverage(log_variance, n=20.0):
    known = np.ones(len(log_variance))
    return Leverages(known, known, 0.1 * known, np.array(log_variance), np.eye(2), n)


def test_with_constant_variance_they_are_of_the_t_distribution():
    resid = np.array([1.0, -2.0])
    pvalues = outlier_pvalues(resid, of_leverage([0.05, 0.05]), constant_variance=True)
    assert_allclose(pvalues, 2 * stats.t.sf([1, 2], 17))


def test_without_degrees_of_freedom_there_are_none():
    pvalues = outlier_pvalues(np.ones(1), of_leverage([0.3], 3.0), constant_variance=True)
    assert np.isnan(pvalues).all()


def test_a_constant_scale_equation_gives_the_p_values_of_constant_variance():
    # Its residuals are over the maximum-likelihood deviation of the other 19 rows.
    resid = np.array([1.0, -2.0])
    leverages = of_leverage([0.05, 0.05])
    pvalues = outlier_pvalues(resid / np.sqrt(17 / 19), leverages, constant_variance=False)
    assert_allclose(pvalues, outlier_pvalues(resid, leverages, constant_variance=True))


def test_a_known_variance_gives_the_normal_distribution():
    pvalues = outlier_pvalues(np.array([2.0]), of_leverage([0.0]), constant_variance=False)
    assert_allclose(pvalues, 2 * stats.norm.sf(2))


def test_a_row_that_nearly_decides_its_own_variance_keeps_one_degree_of_freedom():
    pvalues = outlier_pvalues(np.array([2.0]), of_leverage([0.5]), constant_variance=False)
    assert_allclose(pvalues, 2 * stats.t.sf(2, 1))


@pytest.mark.parametrize("n", [25, 100])
def test_good_rows_are_found_to_be_outliers_as_rarely_as_they_should(n):
    rng = np.random.default_rng(n)
    found = []
    for _ in range(200):
        x, z, noise = rng.normal(size=(3, n))
        y = x + noise * np.exp(0.3 * z)
        ones = np.ones(n)
        model = GaussianMLE(y, np.c_[ones, x], exog_scale=np.c_[ones, z])
        table = model.fit().outlier_test()
        found.append(np.nanmin(table[:, 2]) < 0.05)
    # 0.02 to 0.09 are three standard deviations about 0.05 of 200 samples; the t
    # distribution with n - 3 degrees of freedom gives 0.2 with 25 rows.
    assert 0.005 < np.mean(found) < 0.096
