"""Estimates without a row, and from rows drawn anew."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.inference import refits
from sm_gaussmle.inference.refits import refit_from, without_each_row
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory

N = 80


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    scale = np.column_stack([np.ones(N), rng.normal(size=N)])
    exog = np.column_stack([np.ones(N), rng.normal(size=N)])
    endog = exog @ [1.0, 2.0] + np.exp(0.5 * scale @ [0.3, 0.6]) * rng.normal(size=N)
    return RowBlock(endog, exog, scale)


def _without(rows, place):
    weights = np.ones(N) if rows.freq_weights is None else rows.freq_weights.copy()
    weights[place] -= 1.0
    return replace(rows, freq_weights=weights)


@pytest.mark.parametrize("copies", [None, np.arange(N) % 3 + 1.0])
def test_rows_are_left_out_exactly_with_constant_variance(rows, copies):
    rows = replace(rows, exog_scale=np.ones((N, 1)), freq_weights=copies)
    fit = fit_constant_variance(Memory(rows), 0)
    deleted = without_each_row(fit.params, fit.cov_root, rows, constant_variance=True)
    expected = [fit_constant_variance(Memory(_without(rows, i)), 0).params for i in range(N)]
    assert_allclose(deleted, expected, rtol=1e-10, atol=1e-12)


def test_rows_are_left_out_nearly_with_a_scale_equation(rows):
    fit = fit_scale_equation(whitened_problem(Memory(rows), 0, 0))
    deleted = without_each_row(fit.params, fit.cov_root, rows, constant_variance=False)
    others = [
        fit_scale_equation(whitened_problem(Memory(_without(rows, i)), 0, 0)).params
        for i in range(N)
    ]
    # One step: 10 % of the change, in root mean squares.
    error = np.sqrt(((deleted - others) ** 2).mean(axis=0))
    change = np.sqrt(((fit.params - others) ** 2).mean(axis=0))
    assert np.all(error < 0.2 * change)


def test_a_refit_is_the_maximum_that_an_ordinary_fit_finds(rows):
    problem = whitened_problem(Memory(rows), 0, 0)
    fit = fit_scale_equation(problem)
    drawn = replace(rows, freq_weights=np.arange(N) % 4 + 1.0)
    refit = refit_from(drawn, fit.params, 0, 0)
    expected = fit_scale_equation(whitened_problem(Memory(drawn), 0, 0))
    # Fits end 1e-5 standard errors from the maximum, and take the last step.
    assert_allclose(refit.params, expected.params, rtol=1e-7)


def test_rows_as_few_as_parameters_have_no_fit():
    # The likelihood is unbounded, though a climb may end at a local maximum.
    rng = np.random.default_rng(0)
    y, x, z = rng.normal(size=(3, 4))
    few = RowBlock(y, np.column_stack([np.ones(4), x]), np.column_stack([np.ones(4), z]))
    assert fit_scale_equation(whitened_problem(Memory(few), 0, 0), np.zeros(4)).converged
    assert refit_from(few, np.zeros(4), 0, 0) is None


def test_where_there_is_no_fit_there_is_none(rows):
    start = np.zeros(4)
    dependent = replace(rows, exog=rows.exog[:, [0, 0]])
    assert refit_from(dependent, start, 0, 0) is None


def test_a_refit_that_ends_at_no_maximum_is_none(rows, monkeypatch):
    fit = fit_scale_equation(whitened_problem(Memory(rows), 0, 0))
    assert refit_from(rows, fit.params, 0, 0) is not None
    stopped = replace(fit, converged=False)
    monkeypatch.setattr(refits, "fit_scale_equation", lambda *_: stopped)
    assert refit_from(rows, fit.params, 0, 0) is None
