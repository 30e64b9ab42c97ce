"""Score tests where responses are not all seen exactly: which version."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import add1, gaussmle


@pytest.fixture
def seen(rows):
    """Rows with their responses as limits and as intervals."""
    return rows.assign(
        limited=rows["y"].clip(-8, -2), lower=np.floor(rows["y"]), upper=np.floor(rows["y"]) + 1
    )


@pytest.fixture
def censored(seen):
    """A fit of a response that is censored from both sides."""
    return gaussmle("limited ~ x1", seen, left=-8, right=-2).fit()


@pytest.fixture
def intervals(seen):
    """A fit of intervals."""
    return gaussmle("lower + upper ~ x1", seen).fit()


def test_the_expected_information_is_the_default_of_censored_responses(censored):
    test = censored.score_test("z")
    assert test.method == ("Variance of the score: expected information.",)
    assert test.statistic == censored.score_test("z", observed=False).statistic
    assert test.statistic != censored.score_test("z", observed=True).statistic


def test_the_observed_information_is_the_default_of_intervals(intervals):
    test = intervals.score_test("z")
    assert test.method == ("Variance of the score: observed information.",)
    assert test.statistic == intervals.score_test("z", observed=True).statistic


def test_it_is_near_the_likelihood_ratio(seen, censored, intervals):
    ratio = 2 * (gaussmle("limited ~ x1 | z", seen, left=-8, right=-2).fit().llf - censored.llf)
    assert_allclose(censored.score_test(None, "z").statistic, ratio, rtol=0.5, atol=0.5)
    ratio = 2 * (gaussmle("lower + upper ~ x1 | z", seen).fit().llf - intervals.llf)
    assert_allclose(intervals.score_test(None, "z").statistic, ratio, rtol=0.5, atol=0.5)


def test_it_has_the_name_of_breusch_and_pagan_for_exact_responses_alone(censored, rows):
    exact = gaussmle("y ~ x1", rows).fit().score_test(None, "z")
    assert any("Breusch" in sentence for sentence in exact.method)
    assert not any("Breusch" in sentence for sentence in censored.score_test(None, "z").method)


def test_clusters_are_added_up(censored):
    alone = censored.score_test(
        "z", cov_type="cluster", cov_kwds={"groups": np.arange(60)}
    ).statistic
    assert_allclose(alone, censored.score_test("z", cov_type="HC0").statistic, rtol=1e-10)


def test_terms_are_added_by_the_same_test(censored, intervals):
    for fit in (censored, intervals):
        table = add1(fit, "z", test="score").table
        assert_allclose(table.loc["z", "statistic"], fit.score_test("z").statistic, rtol=1e-9)


@pytest.mark.parametrize("kind", ["censored", "intervals"])
def test_moments_of_residuals_need_exact_responses(request, kind):
    with pytest.raises(ValueError, match=r"`studentized` is True, .* Use cov_type='HC0'"):
        request.getfixturevalue(kind).score_test("z", studentized=True)


def test_intervals_have_no_expected_information(intervals):
    with pytest.raises(ValueError, match=r"`observed` is False, but .* Use observed=True"):
        intervals.score_test("z", observed=False)


def test_observed_is_a_flag(censored):
    with pytest.raises(TypeError, match="`observed` is 'yes'; it must be True or False"):
        censored.score_test("z", observed="yes")


def test_a_column_far_from_zero_has_no_observed_information(intervals, censored):
    with pytest.raises(ValueError, match=r"not positive definite .* Use cov_type='HC0'\."):
        intervals.score_test("x2")
    with pytest.raises(ValueError, match=r"Use observed=False or cov_type='HC0'\."):
        censored.score_test("x2", observed=True)


def test_nor_has_a_term(intervals):
    with pytest.raises(ValueError, match=r"information about x2 is not .* Use test='LR'"):
        add1(intervals, "x2", test="score")
