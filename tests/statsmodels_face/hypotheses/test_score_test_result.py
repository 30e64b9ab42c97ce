"""What a score test is and what it shows."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sm_gaussmle import gaussmle


@pytest.fixture
def result(rows):
    return gaussmle("y ~ x1", rows).fit()


def test_a_score_test_unpacks_as_statistic_pvalue_and_degrees_of_freedom(result):
    test = result.score_test("x2", "z")
    statistic, pvalue, df = test
    assert (statistic, pvalue, df) == (test.statistic, test.pvalue, test.df)
    assert len(test) == 3
    assert test[:2] == (statistic, pvalue)
    assert test[2] == 2


def test_a_score_test_names_the_parameters_that_it_tests(result):
    test = result.score_test("x2 + np.square(x2)", ["z", "v"])
    assert test.tested == ("x2", "np.square(x2)", "ln(sigma2)[z]", "ln(sigma2)[v]")


def test_a_joint_test_has_one_row(result):
    test = result.score_test("x2", "z")
    frame = test.table
    assert list(frame.index) == ["all together"]
    assert_array_equal(frame.to_numpy(), [[test.statistic, 2, test.pvalue]])


def test_separate_tests_have_a_row_for_each_column(result):
    test = result.score_test("x2", "z", hypothesis="separate")
    frame = test.table
    assert list(frame.index) == ["x2", "ln(sigma2)[z]"]
    assert_array_equal(frame["statistic"], test.statistic)
    assert_array_equal(frame["df"], 1)
    assert_array_equal(frame["pvalue"], test.pvalue)


def test_a_joint_test_is_shown_with_its_hypothesis_and_version(result):
    test = result.score_test("x2", "z")
    text = str(test)
    assert f"all together {test.statistic:.4f}  2" in text
    assert "Null hypothesis: x2 = 0, ln(sigma2)[z] = 0\n" in text
    assert text.endswith("Variance of the score: expected information.")
    assert repr(test) == text


def test_separate_tests_are_shown_with_their_hypotheses(result):
    text = str(result.score_test("x2", "z", hypothesis="separate"))
    assert "P>|z|" in text
    assert "Null hypotheses: x2 = 0, ln(sigma2)[z] = 0\n" in text


def test_many_hypotheses_are_counted(result):
    columns = np.random.default_rng(0).normal(size=(60, 10))
    text = str(result.score_test(columns))
    assert "exog_extra[0] = 0, " in text
    assert "exog_extra[7] = 0 and 2 more\n" in text


@pytest.mark.parametrize(
    ("options", "sentences"),
    [
        ({}, ["expected information.", "It is the test of Breusch and Pagan (1979)."]),
        ({"observed": True}, ["observed information."]),
        (
            {"studentized": True},
            [
                (
                    "moments of the standardized residuals (studentized), with the expected "
                    "information."
                ),
                "It is the test of Breusch and Pagan as studentized by Koenker (1981).",
            ],
        ),
        (
            {"cov_type": "HC0", "observed": True},
            ["outer products of the scores (HC0), with the observed information."],
        ),
    ],
)
def test_a_score_test_says_which_version_it_is(result, options, sentences):
    first, *others = sentences
    test = result.score_test(None, "z", **options)
    assert test.method == (f"Variance of the score: {first}", *others)


def test_the_test_of_breusch_and_pagan_is_of_constant_variance_alone(rows, result):
    scaled = gaussmle("y ~ x1 | z", rows).fit()
    for test in (scaled.score_test(None, "v"), result.score_test("x2", "z")):
        assert test.method == ("Variance of the score: expected information.",)


def test_names_are_escaped_in_html(rows):
    result = gaussmle("y ~ x1", rows.rename(columns={"z": "<z>"})).fit()
    test = result.score_test(None, "<z>", hypothesis="separate")
    text = test._repr_html_()
    assert "ln(sigma2)[&lt;z&gt;] = 0<br/>" in text
    assert "<z>" not in text
