"""The test of normality, as users of the results meet it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.stats.stattools import jarque_bera

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.inference.normality_test import normality_test


@pytest.fixture
def exact(rows):
    """A fit of constant variance whose responses are all seen exactly."""
    return gaussmle("y ~ x1 + x2", rows).fit()


def test_it_is_the_test_of_jarque_and_bera(exact):
    statistic, pvalue, df = exact.test_normality()
    expected = jarque_bera(exact.resid)
    assert_allclose([statistic, pvalue], expected[:2], rtol=1e-10)
    assert df == 2


@pytest.mark.parametrize(
    ("method", "information"), [("score", "expected"), ("opg", "products")]
)
def test_methods_are_versions_of_the_score_test(limited, method, information):
    expected = normality_test(np.asarray(limited.params), limited.model.source(), information)
    found = limited.test_normality(method)
    assert_allclose(found.statistic, expected.statistic, rtol=1e-12)
    assert_allclose(found.pvalue, stats.chi2.sf(expected.statistic, 2), rtol=1e-10)


def test_the_table_has_a_row_for_each_and_for_both(limited_of):
    test = limited_of("censored").test_normality()
    assert list(test.table.index) == ["skewness", "kurtosis", "both"]
    assert_allclose(test.table["statistic"].iloc[0], test.skewness**2)
    assert_allclose(test.table.loc["kurtosis", "pvalue"], 2 * stats.norm.sf(abs(test.kurtosis)))
    assert list(test.table.loc["both", ["df", "pvalue"]]) == [2, test.pvalue]


def test_it_says_how_it_was_done(limited_of):
    text = str(limited_of("censored").test_normality())
    assert "Score test of normality" in text
    assert "Null hypothesis: the latent responses are normal." in text
    assert text.endswith("Variance of the score: expected information.")
    assert repr(limited_of("censored").test_normality()) == text


def test_of_intervals_it_says_that_it_is_conservative(limited_of):
    test = limited_of("intervals").test_normality()
    assert test.notes[-1].endswith("the test is conservative.")


def test_it_is_shown_in_notebooks(limited_of):
    shown = limited_of("censored").test_normality()._repr_html_()
    assert "<table" in shown
    assert "expected information" in shown


def test_long_tails_behind_a_limit_are_found():
    rng = np.random.default_rng(3)
    x = rng.normal(size=800)
    y = np.maximum(0.5 + x + rng.standard_t(3, size=800), 0.0)
    fit = GaussianMLE(y, np.c_[np.ones(800), x], left=0.0).fit()
    test = fit.test_normality()
    assert test.pvalue < 1e-6
    assert test.kurtosis > 4


# Samples --------------------------------------------------------------------------------


def test_samples_give_the_p_value(limited_of):
    fit = limited_of("censored")
    test = fit.test_normality("bootstrap", nrep=39, rng=1)
    assert test.statistic == fit.test_normality().statistic
    assert_allclose(test.pvalue * 40, round(test.pvalue * 40))
    assert test.notes[-1] == "The p-value of both is from 39 samples drawn from the fit."
    assert tuple(fit.test_normality("bootstrap", nrep=39, rng=1)) == tuple(test)


def test_samples_that_could_not_be_fitted_are_told():
    rng = np.random.default_rng(3)
    y = np.maximum(rng.normal(size=12) - 1.2, 0.0)
    fit = GaussianMLE(y, np.ones((12, 1)), left=0.0).fit()
    test = fit.test_normality("bootstrap", nrep=50, rng=1)
    assert "further ones could not be fitted." in test.notes[-1]


# Refusals -------------------------------------------------------------------------------


def test_intervals_cannot_be_drawn(limited_of):
    with pytest.raises(ValueError, match=r"`method` is 'bootstrap', but .* Use method='score'"):
        limited_of("intervals").test_normality("bootstrap")


def test_fractions_of_responses_cannot_be_drawn(rows):
    fit = gaussmle("y ~ x1", rows, freq_weights="v").fit()
    with pytest.raises(ValueError, match="`freq_weights` are not all whole numbers"):
        fit.test_normality("bootstrap")


def test_an_unknown_method_is_refused(exact):
    with pytest.raises(
        ValueError, match="`method` is 'jb'; it must be 'score', 'opg' or 'bootstrap'"
    ):
        exact.test_normality("jb")


def test_moments_that_are_not_there_are_told():
    fit = GaussianMLE([0.0, 0.0, 1.2, 2.9], np.ones((4, 1)), left=0.0).fit()
    assert fit.test_normality().df == 2
    with pytest.raises(ValueError, match="is not positive definite beside the scores"):
        fit.test_normality("opg")


def test_it_needs_a_maximum(rows):
    with pytest.warns(UserWarning, match="did not reach a maximum|onverge"):
        fit = gaussmle("y ~ x1 | z", rows).fit(maxiter=1)
    with pytest.raises(ValueError, match="the fit did not converge"):
        fit.test_normality()


def test_it_needs_the_rows(exact):
    exact.remove_data()
    with pytest.raises(ValueError, match="test before remove_data"):
        exact.test_normality()


def test_under_constraints_it_is_refused(rows):
    fit = gaussmle("y ~ x1 + x2", rows).fit_constrained("x1 = 2")
    with pytest.raises(
        AttributeError, match="`test_normality` is not available for a fit under"
    ):
        fit.test_normality()
