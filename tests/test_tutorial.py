"""The tutorial: its numbers against the reference, its text against its numbers."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import tutorial
from sm_gaussmle.tutorial import climbing, contents, layout

REFERENCE = Path(__file__).parent / "reference"


def results(case):
    return json.loads((REFERENCE / f"{case}.json").read_text("utf-8"))["results"]


@pytest.fixture(scope="module")
def told():
    return tutorial.compute()


@pytest.fixture(scope="module")
def page(told):
    return tutorial.text(told)


@pytest.fixture(scope="module")
def reference():
    return results("heart_gaussian")


def row(page, label, place=0):
    """Cells to the right of a label, in its place-th row among the tables."""
    lines = [line for line in page.splitlines() if line.startswith(f"    {label}  ")]
    return lines[place][4 + len(label) :].split()


# The numbers ---------------------------------------------------------------------------


def test_start_is_the_best_model_without_slopes(told, reference):
    assert_allclose(told.loglike.total, reference["lr_tests"]["intercept_only"]["loglik_null"])


def test_loglike_by_hand_is_that_of_the_model(told):
    for at in (told.loglike, told.loglike_at_solution):
        assert_allclose(at.total, at.from_model, rtol=1e-13)


def test_loglike_at_the_solution_is_the_reference(told, reference):
    assert_allclose(told.loglike_at_solution.total, reference["loglik"], rtol=1e-12)


def test_score_by_hand_is_that_of_the_model(told):
    # In the units of the score's own rounding: entries of thousands of minutes cancel.
    assert_allclose(told.score, told.fit.model.score(told.point), atol=1e-9)


def test_score_at_the_start_is_zero_only_for_the_constant_and_the_variance(told):
    assert_allclose(told.score[[0, -1]], 0.0, atol=1e-9)
    assert (told.score[1:-1] < -1.0).all()


def test_score_at_the_solution_is_zero(told):
    # Distance from the maximum in standard errors.
    assert np.abs(told.score_at_solution * told.bse).max() < 1e-8


def test_normal_equations_hold_and_give_the_reference(told, reference):
    equations = told.equations
    assert_allclose(equations.gram @ equations.coef, equations.moments)
    assert_allclose(equations.coef, list(reference["beta"].values()), rtol=1e-9)


def test_variances_are_those_of_the_reference(told, reference):
    assert_allclose(told.equations.rss, reference["rss"])
    assert_allclose(told.equations.sigma2, reference["sigma2_mle"])
    assert_allclose(told.equations.sigma2_unbiased, reference["sigma2_unbiased"])
    assert_allclose(told.equations.params[-1], reference["log_sigma2"])


def test_fit_agrees_with_the_pencil(told):
    assert_allclose(told.fit.params, told.equations.params, rtol=1e-9)
    assert told.names == ("Intercept", "age", "exang", "oldpeak", "ln(sigma2)")


@pytest.mark.parametrize("name", ["climb", "other_climb"])
def test_climb_reaches_the_maximum(told, name, reference):
    climb = getattr(told, name)
    assert_allclose(climb.path[-1].loglike, reference["loglik"], rtol=1e-12)
    assert (np.abs(climb.params - told.equations.params) < 1e-4 * told.bse).all()


def test_climb_starts_at_the_point(told):
    assert_allclose(told.climb.path[0].loglike, told.loglike.total)


def test_climb_has_a_path_to_show(told):
    assert 12 <= len(told.climb.path) <= 40


def test_loglike_rises_at_every_step_of_the_climb(told):
    # Up to the rounding of a sum of 303 terms.
    assert (np.diff([step.loglike for step in told.climb.path]) > -1e-9).all()


def test_score_does_not_fall_at_every_step_of_the_climb(told):
    assert (np.diff([step.score_norm for step in told.climb.path]) > 0).any()


def test_climb_says_success_only_where_the_score_is_small(told):
    climb = told.climb
    assert climb.success == (climb.largest_score <= climbing.GTOL)
    assert climb.evaluations >= len(climb.path)


def test_standard_errors_from_the_hessian_are_the_reference(told, reference):
    se = reference["se_observed"]
    assert_allclose(told.bse, [*se["beta"].values(), *se["gamma"].values()], rtol=1e-9)
    assert_allclose(told.fit.bse, told.bse, rtol=1e-9)


def test_standard_errors_of_bfgs_are_off_and_depend_on_the_start(told):
    for climb in (told.climb, told.other_climb):
        error = np.abs(climb.bse / told.bse - 1.0).max()
        assert 0.001 < error < 0.5
    assert np.abs(told.climb.bse / told.other_climb.bse - 1.0).max() > 0.001


def test_glm_has_the_same_coefficients_and_larger_standard_errors(told):
    assert_allclose(told.glm.coef, told.fit.params[:-1])
    assert_allclose(told.glm.bse / told.bse[:-1], np.sqrt(303 / 299))
    assert_allclose(told.glm.scale, told.equations.sigma2_unbiased)


def test_aic_of_the_glm_leaves_sigma_out(told, reference):
    assert_allclose(told.glm.llf, reference["loglik"])
    assert_allclose(told.fit.aic, reference["aic"])
    assert_allclose(told.fit.aic - told.glm.aic, 2.0)


@pytest.mark.parametrize(
    ("test", "case"),
    [("against_constant", "intercept_only"), ("against_smaller", "drop_oldpeak")],
)
def test_likelihood_ratio_is_the_reference(told, reference, test, case):
    test, expected = getattr(told, test), reference["lr_tests"][case]
    assert_allclose(test.llf_smaller, expected["loglik_null"])
    assert_allclose(test.statistic, expected["stat"], rtol=1e-8)
    assert test.df == expected["df"]
    assert_allclose(test.pvalue, expected["p"], rtol=1e-7)


def test_first_likelihood_ratio_is_in_the_fit(told):
    test = told.against_constant
    assert_allclose(
        [told.fit.llnull, told.fit.llr, told.fit.llr_pvalue],
        [test.llf_smaller, test.statistic, test.pvalue],
    )


def test_variance_by_age_is_the_better_by_aic_but_not_by_the_test(told):
    test = told.against_constant_variance
    assert test.df == 1
    assert 2.0 < test.statistic < 3.84
    assert test.pvalue > 0.05
    assert told.scale_fit.aic < told.fit.aic


def test_variance_by_age_grows(told):
    log_variance = told.scale_fit.params.iloc[-2:] @ [np.ones(4), contents.AGES]
    assert_allclose(told.scale_at_ages, np.exp(0.5 * log_variance))
    assert (np.diff(told.scale_at_ages) > 0).all()


def test_variance_by_age_is_at_its_maximum(told):
    score = told.scale_fit.model.score(told.scale_fit.params)
    assert np.abs(score * told.scale_fit.bse).max() < 1e-6


# The text ------------------------------------------------------------------------------


def test_page_fits_a_terminal(page):
    assert max(map(len, page.splitlines())) <= 79
    assert page.isascii()


def test_page_has_no_blanks_at_the_ends_of_lines(page):
    assert page == "".join(f"{line.rstrip()}\n" for line in page.splitlines())


def test_page_has_its_steps_in_order(page):
    lines = page.splitlines()
    heads = [line for line, below in pairwise(lines) if below == "-" * len(line)]
    numbers = [head.split(".")[0] for head in heads if head and not head.startswith(" ")]
    assert numbers == [*map(str, range(1, 12)), "Your own data"]


@pytest.mark.parametrize(
    ("label", "place", "cells"),
    [
        ("thalach", 0, ["149.61", "22.88", "71.0", "202.0"]),
        ("their sum, log L", 0, ["-1377.8411"]),
        ("model.loglike(params)", 0, ["-1377.8411"]),
        ("Intercept", 0, ["149.6073", "0.0000"]),
        ("RSS/n,       n = 303", 0, ["362.1373"]),
        ("RSS/(n - p), p = 4", 0, ["366.9819"]),
        ("this package", 0, ["-1322.5799", "5", "2655.16"]),
        ("GLM", 0, ["-1322.5799", "4", "2653.16"]),
        ("thalach ~ 1", 0, ["-1377.8411", "110.5224", "3", "8.47e-24"]),
        ("thalach ~ age + exang", 0, ["-1329.5296", "13.8994", "1", "1.93e-04"]),
        ("constant variance", 0, ["-1322.5799", "2.6262", "1", "1.05e-01"]),
        ("standard deviation", 0, ["17.1", "18.3", "19.7", "21.2"]),
    ],
)
def test_page_shows(page, label, place, cells):
    assert row(page, label, place) == cells


@pytest.mark.parametrize(
    ("name", "coef", "bse"),
    [
        ("Intercept", "203.3660", "6.7012"),
        ("age", "-0.8298", "0.1238"),
        ("exang", "-14.2542", "2.4357"),
        ("oldpeak", "-3.7805", "1.0024"),
    ],
)
def test_page_shows_the_estimates_wherever_they_belong(page, name, coef, bse):
    # The variables have one table more, that of the data.
    first = 0 if name == "Intercept" else 1
    start, equations, solution, errors, glm, scale = (
        row(page, name, first + place) for place in range(6)
    )
    assert start[0] == ("149.6073" if name == "Intercept" else "0.0000")
    assert equations[-1] == coef
    assert solution[:2] == [coef, coef]
    assert errors[0] == bse
    assert glm == [coef, coef, bse, glm[3], "1.006667"]
    assert scale[:2] == [coef, bse]


def test_page_tells_the_climb_as_it_went(told, page):
    climb = told.climb
    last = f"    {len(climb.path) - 1} "
    assert any(line.startswith(last) and "-1322.579916" in line for line in page.splitlines())
    assert row(page, "success, as SciPy says") == [str(climb.success)]
    assert f'"{climb.message}"' in " ".join(page.split())


def test_page_tells_a_climb_that_did_not_succeed(told):
    failed = replace(told.climb, success=False, message="Desired error not achieved.")
    page = tutorial.text(replace(told, climb=failed))
    assert row(page, "success, as SciPy says") == ["False"]
    assert '"Desired error not achieved."' in page


# The layout ----------------------------------------------------------------------------


def test_table_aligns_its_columns():
    assert layout.table(("name", "value"), [("a", "1.0"), ("long name", "-10.0")]) == (
        "    name        value\n"
        "    -----------------\n"
        "    a             1.0\n"
        "    long name   -10.0"
    )


def test_zero_has_no_sign():
    assert layout.fixed(-1e-9) == "0.0000"
    assert layout.fixed(-0.26, 1) == "-0.3"
