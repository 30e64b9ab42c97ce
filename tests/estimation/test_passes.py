"""How often each fit reads the data, which is what it costs."""

import numpy as np
import pytest

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.covariance import covariance
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem

from .data import design, scale_rows, source

LARGE = 21_000
CLOSED_FORMS = {
    "well conditioned": (design(LARGE), 1),
    "shifted": (design(LARGE, mean=1e3), 1),
    "near-perfect": (design(LARGE, noise=1e-6), 2),
    "collinear, seen in the sample": (design(LARGE, distance=1e-6), 2),
    "collinear, seen by the gate": (design(LARGE, distance=1.5e-3), 3),
}


@pytest.mark.parametrize(("data", "expected"), CLOSED_FORMS.values(), ids=list(CLOSED_FORMS))
def test_constant_variance(passes, data, expected):
    endog, exog, constant = data
    fit = fit_constant_variance(source(endog, exog), constant)
    assert len(passes) == fit.passes == expected


def test_few_rows_are_one_pass_and_one_block(passes):
    endog, exog, constant = design(100)
    fit = fit_constant_variance(source(endog, exog), constant)
    assert fit.passes == 1
    assert passes == []  # the block is there already


@pytest.mark.parametrize("spread", [0.3, 0.6])
def test_a_scale_equation_takes_the_passes_that_it_reports(passes, spread):
    rows = scale_rows(LARGE, slopes=(0.0, spread, -spread))
    fit = fit_scale_equation(whitened_problem(rows, 0, 0))
    assert fit.converged
    assert len(passes) == fit.passes
    # Two for the start, one to look at it, and three steps of Newton's at most.
    assert len(passes) <= 6


@pytest.mark.parametrize("case", ["wide spread", "start_params", "few rows"])
def test_passes_for_better_starting_values_are_reported_too(passes, case):
    start = None
    if case == "wide spread":
        rows = scale_rows(LARGE, slopes=(0.0, 2.0, 1.0))
    else:
        rows = scale_rows(LARGE if case == "start_params" else 25)
    if case == "start_params":
        start = np.zeros(6)
    problem = whitened_problem(rows, 0, 0)
    before = len(passes)
    fit = fit_scale_equation(problem, start)
    assert len(passes) - before == fit.passes - problem.passes


def test_a_named_optimizer_is_charged_for_every_evaluation(passes):
    rows = scale_rows(LARGE)
    problem = whitened_problem(rows, 0, 0)
    before = len(passes)

    def optimizer(evaluate, start):
        return start, tuple(evaluate(start) for _ in range(4))

    fit = fit_scale_equation(problem, optimizer=optimizer)
    assert len(passes) - before == fit.passes - problem.passes == 5  # and one to judge the end


@pytest.mark.parametrize("name", ["nonrobust", "eim", "opg", "HC0", "HC1"])
def test_a_covariance_takes_one_pass_at_most(passes, name):
    rows = scale_rows(LARGE)
    fit = fit_scale_equation(whitened_problem(rows, 0, 0))
    before = len(passes)
    covariance(name, fit, rows)
    assert len(passes) - before == (0 if name == "nonrobust" else 1)
