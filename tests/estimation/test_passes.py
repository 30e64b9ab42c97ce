"""How often each fit reads the data, which is what it costs."""

import numpy as np
import pytest

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.covariance import covariance
from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.sources.memory import Memory

from .data import design, scale_rows, source
from .limited import inside, latent, limited

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


def rows_with_limits(kind, scale):
    endog, exog, exog_scale = latent(LARGE, scale=scale)
    kept = np.arange(LARGE) if kind == "censored" else inside(endog, -0.5, np.inf)
    limits = {"left" if kind == "censored" else "trunc_left": np.full(len(kept), -0.5)}
    bounds = Bounds.censored(endog[kept], **limits)
    return limited(bounds, exog[kept], None if exog_scale is None else exog_scale[kept])


# Least squares; with a scale equation the regression of the log squares, one look at constant
# variance and one at the start; then three or four steps of Newton's.
LIMITS = [("censored", False, 5), ("truncated", False, 5), ("censored", True, 8)]


@pytest.mark.parametrize(("kind", "scale", "most"), [*LIMITS, ("truncated", True, 9)])
def test_limits_take_few_passes_over_very_many_rows(kind, scale, most):
    fit = fit_rows(rows_with_limits(kind, scale), 0, 0)
    assert fit.converged
    assert fit.passes <= most


def test_columns_that_are_well_conditioned_are_not_copied(monkeypatch):
    rows = rows_with_limits("truncated", scale=False)
    seen = []
    total = Memory.total

    def looked_at(self, function, width):
        seen.append(self.rows.exog)
        return total(self, function, width)

    monkeypatch.setattr(Memory, "total", looked_at)
    assert fit_rows(rows, 0, 0).converged
    whole = [exog for exog in seen if len(exog) == rows.n_rows]
    assert len(whole) > 3
    assert all(exog is rows.rows.exog for exog in whole)


def test_of_censored_rows_only_those_that_are_not_exact_are_changed(monkeypatch):
    rows = rows_with_limits("censored", scale=False)
    changed = []
    columns = Whitening.columns

    def counted(self, exog):
        changed.append(len(exog))
        return columns(self, exog)

    monkeypatch.setattr(Whitening, "columns", counted)
    assert fit_rows(rows, 0, 0).converged
    exact = np.count_nonzero(rows.exact)
    # Those, the sample, and the first row.
    assert max(changed) == LARGE - exact
